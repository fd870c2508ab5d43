// Text that writes settings: shell, Docker, YAML, Nix and Puppet, and what
// templates fill in.

package localsettings

import "strings"

// opener recognises the line before an embedded block.
func (u *unwrapper) opener(t string) bool {
	if strings.HasPrefix(t, "$") || strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") {
		return false
	}
	if i := strings.Index(t, "<<"); i >= 0 && !strings.HasPrefix(t[i:], "<<<") && u.label == "" {
		label := strings.TrimLeft(t[i+2:], "-~ ")
		quoted := strings.HasPrefix(label, "'") || strings.HasPrefix(label, `"`) || strings.HasPrefix(label, `\`)
		label = strings.TrimLeft(label, `'"\`)
		n := 0
		for n < len(label) && (label[n] == '_' || label[n] >= 'A' && label[n] <= 'Z' || label[n] >= 'a' && label[n] <= 'z' || label[n] >= '0' && label[n] <= '9') {
			n++
		}
		if n > 0 {
			u.label, u.expands, u.depth = label[:n], !quoted, 0
			u.shell = u.shell || !quoted
			return true
		}
	}
	if i := strings.Index(t, "@("); i >= 0 && strings.HasSuffix(strings.TrimRight(t, ","), ")") && strings.Contains(t[:i], "=") {
		label := strings.Trim(strings.TrimRight(t[i+2:], ",)"), `"`)
		label, _, _ = strings.Cut(label, "/")
		u.label, u.depth = strings.Trim(label, `" `), 0
		return true
	}
	if strings.HasSuffix(t, "= ''") || strings.HasSuffix(t, `"''`) || strings.HasSuffix(t, "(''") {
		u.nix, u.depth = true, 0
		return true
	}
	return u.depth == 0 && (strings.HasSuffix(t, ": |") || strings.HasSuffix(t, ": |-") || strings.HasSuffix(t, ": >"))
}

// echoed finds what a line of shell echoes: line[a:b] between the quotes.
func echoed(line string) (a, b int, quote byte, ok bool) {
	i := strings.Index(line, "echo ")
	if j := strings.Index(line, "printf "); i < 0 {
		i = j + 2
		if j < 0 {
			return 0, 0, 0, false
		}
	}
	if strings.ContainsAny(line[:i], "$'\"(") || !strings.Contains(line, "wg") {
		return 0, 0, 0, false
	}
	rest := strings.TrimLeft(line[i+5:], " ")
	for _, flag := range []string{"-e ", "-n ", "-ne ", "-en "} {
		rest = strings.TrimLeft(strings.TrimPrefix(rest, flag), " ")
	}
	if rest == "" || rest[0] != '\'' && rest[0] != '"' {
		return 0, 0, 0, false
	}
	quote = rest[0]
	a = len(line) - len(rest) + 1
	// The end of the shell's word: what follows is >> file, a pipe, or nothing.
	end := len(line)
	for _, mark := range []string{">", "|", "&&"} {
		if k := strings.LastIndex(line, string(quote)+" "+mark); k >= a {
			end = min(end, k)
		} else if k := strings.LastIndex(line, string(quote)+mark); k >= a {
			end = min(end, k)
		}
	}
	if end == len(line) {
		if end = strings.LastIndexByte(line, quote); end < a || strings.Trim(line[end+1:], ` \;,`) != "" {
			return 0, 0, 0, false
		}
	}
	return a, end, quote, true
}

// unescape undoes what a shell's quotes want.
func (u *unwrapper) unescape(from, to int, double, single bool) {
	s := u.s
	for i := from; i < to; i++ {
		switch {
		case double && s[i] == '\\' && i+1 < to && strings.IndexByte("\\\"$`", s[i+1]) >= 0:
			u.drop(i, i+1)
			i++
		case single && strings.HasPrefix(s[i:to], `'\''`):
			u.edits = append(u.edits, edit{i, 4, "'"})
			i += 3
		case single && strings.HasPrefix(s[i:to], `'"'"'`):
			u.edits = append(u.edits, edit{i, 5, "'"})
			i += 4
		}
	}
}

// shellVariable is the length of '$NAME' or '${NAME}', quotes included; else 0.
func shellVariable(s string) int {
	end := strings.IndexByte(s[1:], '\'')
	if end < 2 || s[1] != '$' {
		return 0
	}
	name := s[2 : end+1]
	if strings.HasPrefix(name, "{") && strings.HasSuffix(name, "}") {
		name = name[1 : len(name)-1]
	}
	if name == "" || strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789") != "" {
		return 0
	}
	return end + 2
}

// template puts a constant in the place of what a template fills in.
func (u *unwrapper) template(from, to int) int {
	u.say(from, "what a template fills in is not known here")
	u.templates = append(u.templates, u.s[from:to])
	u.edits = append(u.edits, edit{from, to - from, templateName(len(u.templates) - 1)})
	return to - 1
}

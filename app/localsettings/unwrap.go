// What stands around settings where people paste them from: mail quotes, line
// numbers, wiki and forum markup, fences, shell, Docker, YAML, Nix and Puppet
// text, templates, and prose. It goes line by line and leaves the lines where
// they are.

package localsettings

import (
	"strings"
)

// unwrapped is what unwrap found.
type unwrapped struct {
	edits  []edit
	mends  []remark // what was changed, for the notes
	passed []span   // lines that are no PHP
	// values put in by a template or a shell: the constant that stands for
	// each, and its text.
	templates []string
	shell     bool // variables may come from a shell
}

// remark is a sentence about a place.
type remark struct {
	off  int
	text string
}

type span struct{ from, to int }

type unwrapper struct {
	s string
	unwrapped
	said map[string]bool
	// label ends the heredoc that the lines are in; expands tells that a shell
	// replaces variables in it.
	label   string
	expands bool
	nix     bool
	behind  bool // a heredoc or the like has ended
	diff    bool // the text is a diff with its heads
	depth   int  // of brackets
	comment bool // inside /* */
	decode  bool // entities
	strip   func(line string) int
}

// unwrap gives the edits that leave the PHP of s alone.
func unwrap(s string) unwrapped {
	u := &unwrapper{s: s, said: map[string]bool{}}
	u.decode = strings.Contains(s, "=&gt;") || strings.Contains(s, "&quot;") || strings.Contains(s, "&#39;") || strings.Contains(s, "&#039;") || strings.Contains(s, "&#36;") || strings.Contains(s, "&lt;?php")
	u.strip = u.prefix()
	for off := 0; off < len(s); {
		end := strings.IndexByte(s[off:], '\n')
		if end < 0 {
			end = len(s)
		} else {
			end += off
		}
		u.line(off, end)
		off = end + 1
	}
	return u.unwrapped
}

// say notes a change once.
func (u *unwrapper) say(off int, text string) {
	if !u.said[text] {
		u.said[text] = true
		u.mends = append(u.mends, remark{off, text})
	}
}

func (u *unwrapper) drop(from, to int) {
	if to > from {
		u.edits = append(u.edits, edit{from, to - from, ""})
	}
}

// pass drops a line that is no PHP.
func (u *unwrapper) pass(from, to int) {
	if strings.TrimSpace(u.s[from:to]) == "" {
		return
	}
	u.drop(from, to)
	if n := len(u.passed); n > 0 && strings.TrimSpace(u.s[u.passed[n-1].to:from]) == "" {
		u.passed[n-1].to = to
		return
	}
	u.passed = append(u.passed, span{from, to})
}

// prefixes are what stands before every line of a quotation or a listing.
// Each gives the length of it, 0 where the line has none.
var prefixes = []struct {
	text  string
	strip func(string) int
}{
	{"the marks of a quoted mail were taken off", func(l string) int {
		n := 0
		for i := 0; i < len(l); i++ {
			switch l[i] {
			case '>', '|':
				n = i + 1
			case ' ':
			default:
				i = len(l)
			}
		}
		return n
	}},
	{"line numbers were taken off", func(l string) int {
		t := strings.TrimLeft(l, " \t")
		n := 0
		for n < len(t) && t[n] >= '0' && t[n] <= '9' {
			n++
		}
		if n == 0 || n > 6 || n == len(t) || strings.IndexByte(":.|) \t", t[n]) < 0 {
			return 0
		}
		rest := strings.TrimLeft(t[n+1:], " \t|")
		return len(l) - len(rest)
	}},
	{"file names before the lines were taken off", func(l string) int {
		i := strings.Index(l, ".php:")
		if i < 0 {
			i = strings.Index(l, ".php-") // a line of context
		}
		if i < 0 || strings.ContainsAny(l[:i], " $'\"") {
			return 0
		}
		n := i + len(".php:")
		for n < len(l) && (l[n] >= '0' && l[n] <= '9' || l[n] == ':' || l[n] == '-') {
			n++
		}
		return n
	}},
	{"the marks of a diff were taken off", func(l string) int {
		if strings.HasPrefix(l, "+") && !strings.HasPrefix(l, "+++") {
			return 1
		}
		return 0
	}},
	{"the bullets of a list were taken off", func(l string) int {
		for _, b := range []string{"•", "‣", "◦", "▪", "–"} {
			if rest, ok := strings.CutPrefix(strings.TrimLeft(l, " \t"), b); ok {
				return len(l) - len(rest)
			}
		}
		return 0
	}},
	{"the colons of a talk page were taken off", func(l string) int {
		return len(l) - len(strings.TrimLeft(l, ":*"))
	}},
}

// prefix is the one that nearly all lines of code have.
func (u *unwrapper) prefix() func(string) int {
	if strings.HasPrefix(u.s, "@@ -") || strings.Contains(u.s, "\n@@ -") {
		u.diff = true
		u.say(0, "the marks of a diff were taken off, and the lines that it removes")
		return func(l string) int {
			if strings.HasPrefix(l, " ") || strings.HasPrefix(l, "+") && !strings.HasPrefix(l, "+++") {
				return 1
			}
			return 0
		}
	}
	const sample = 400
	var code []string
	for l := range strings.Lines(u.s) {
		if strings.Contains(l, "=>") || strings.Contains(l, "$wg") {
			if code = append(code, l); len(code) >= sample {
				break
			}
		}
	}
	for _, p := range prefixes {
		n := 0
		for _, l := range code {
			if p.strip(l) > 0 {
				n++
			}
		}
		if n > 0 && n*10 >= len(code)*9 {
			u.say(0, p.text)
			return p.strip
		}
	}
	return nil
}

func (u *unwrapper) line(from, to int) {
	if to > from && u.s[to-1] == '\r' {
		to--
	}
	line := u.s[from:to]
	if u.diff && (strings.HasPrefix(line, "-") || strings.HasPrefix(line, "+++") || strings.HasPrefix(line, "@@")) {
		u.pass(from, to)
		return
	}
	if u.strip != nil {
		n := u.strip(line)
		u.drop(from, from+n)
		from += n
		line = u.s[from:to]
	}
	t := strings.TrimSpace(line)
	if t == "" {
		return
	}
	switch {
	case u.label != "" && strings.TrimRight(strings.TrimPrefix(t, "|"), ";, ") == u.label, u.label != "" && strings.HasSuffix(t, " "+u.label) && strings.HasPrefix(t, "|"):
		u.label, u.expands, u.depth, u.behind = "", false, 0, true
		u.pass(from, to)
		return
	case u.nix && strings.HasPrefix(t, "''") && strings.Trim(t, "'; }") == "":
		u.nix, u.behind = false, true
		u.pass(from, to)
		return
	case u.behind && u.depth == 0 && strings.Trim(t, "});, ") == "":
		u.pass(from, to) // the end of what the settings stand in
		return
	case strings.HasPrefix(t, "```") && len(t) > 6 && strings.HasSuffix(t, "```") && strings.Contains(t, "$"):
		a := from + strings.Index(line, "```") + 3
		b := from + strings.LastIndex(line, "```")
		u.say(from, "markup around the code was taken off")
		u.drop(from, a)
		u.inline(a, b)
		u.drop(b, to)
		u.count(u.s[a:b])
		return
	case strings.HasPrefix(t, "```"), strings.HasPrefix(t, "~~~"), strings.HasPrefix(t, "{%") && strings.HasSuffix(t, "%}"), strings.HasPrefix(t, "<%") && strings.HasSuffix(t, "%>") && !strings.HasPrefix(t, "<%="):
		u.pass(from, to)
		return
	case u.opener(t):
		u.pass(from, to)
		return
	}
	if a, b, quote, ok := echoed(line); ok {
		u.say(from, "what echo writes was taken out of the command")
		u.drop(from, from+a)
		u.shell = u.shell || quote == '"'
		u.unescape(from+a, from+b, quote == '"', quote == '\'')
		u.drop(from+b, to)
		u.count(u.s[from+a : from+b])
		return
	}
	// Before a tag on the same line may stand prose.
	if i := strings.Index(line, "<?php"); i > 0 && strings.TrimSpace(line[:i]) != "" && !strings.ContainsAny(line[:i], "$'\"") {
		u.pass(from, from+i)
		from += i
		line = u.s[from:to]
	}
	if i := signature(line); i > 0 {
		u.say(from+i, "the signature was taken off")
		defer u.drop(from+i, to) // behind the edits of what stands before it
		to = from + i
		line = u.s[from:to]
	}
	if !u.likePHP(line) {
		u.depth = 0
		if u.quoted(from, to) {
			return
		}
		u.pass(from, to)
		return
	}
	u.inline(from, to)
	u.count(line)
}

// words that begin a line of PHP.
var phpWords = map[string]bool{
	"if": true, "else": true, "elseif": true, "require": true, "require_once": true, "include": true, "include_once": true,
	"foreach": true, "for": true, "while": true, "switch": true, "case": true, "default": true, "break": true, "function": true,
	"return": true, "exit": true, "die": true, "unset": true, "define": true, "const": true, "global": true, "ini_set": true,
	"error_reporting": true, "putenv": true, "wfloadextension": true, "wfloadextensions": true, "wfloadskin": true, "wfloadskins": true,
	"array": true, "try": true, "catch": true, "namespace": true, "use": true, "class": true, "echo": true,
	"true": true, "false": true, "null": true, "getenv": true, "trim": true, "date_default_timezone_set": true, "set_include_path": true,
}

// likePHP judges a line by how it begins.
func (u *unwrapper) likePHP(line string) bool {
	t := strings.TrimSpace(line)
	if u.comment || strings.HasPrefix(t, "/*") {
		return true
	}
	rest := strings.TrimLeft(tagless(t), " \u00A0\t\u3000")
	if rest == "" {
		return true // tags alone
	}
	if u.decode {
		rest = strings.NewReplacer("&lt;", "<", "&quot;", `"`, "&#39;", "'", "&#039;", "'", "&#36;", "$", "&nbsp;", " ").Replace(rest[:min(len(rest), 80)])
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return true
		}
	}
	switch c := rest[0]; {
	case c == '$', c == '\\' && strings.HasPrefix(rest, `\$`):
		name := strings.TrimLeft(strings.TrimLeft(rest, `\$`), " \u00A0")
		// "$ sudo ..." is a prompt.
		if rest[0] == '$' && strings.HasPrefix(rest, "$ ") && !strings.HasPrefix(name, "wg") {
			return false
		}
		return name != "" && strings.ContainsAny(rest, "=;[,)") || u.depth > 0
	case c == '#':
		return true
	case c == '*':
		return u.comment
	case strings.HasPrefix(rest, "//"), strings.HasPrefix(rest, "<?"), strings.HasPrefix(rest, "?>"):
		return true
	case strings.IndexByte("}{)](;,", c) >= 0:
		return strings.Trim(rest, "}{)];,( \t") == "" || u.depth > 0 || strings.ContainsAny(rest, "$?")
	case c == '[' && u.depth == 0:
		return strings.HasPrefix(rest, "['") || strings.HasPrefix(rest, "[ '")
	case c == '\'', c == '"':
		return strings.Contains(rest, "=") || u.depth > 0
	}
	if _, n := oddAt(rest); n > 0 {
		return strings.Contains(rest, "=") || u.depth > 0
	}
	n := 0
	for n < len(rest) && (rest[n] == '_' || rest[n] >= 'a' && rest[n] <= 'z' || rest[n] >= 'A' && rest[n] <= 'Z') {
		n++
	}
	if word := strings.ToLower(rest[:n]); phpWords[word] {
		// "If it does not work" is no if.
		after := strings.TrimLeft(rest[n:], " \t")
		switch word {
		case "if", "elseif", "for", "foreach", "while", "switch", "unset", "define", "getenv", "trim", "array", "catch", "ini_set":
			return strings.HasPrefix(after, "(")
		case "use":
			return strings.HasSuffix(after, ";")
		case "case", "default":
			return strings.ContainsAny(after, ";({=:$") || after == ""
		case "class", "function", "return", "break", "const", "global", "try", "namespace", "echo":
			return strings.ContainsAny(after, ";({=$") || after == ""
		case "true", "false", "null":
			return u.depth > 0
		case "require", "include", "require_once", "include_once":
			return strings.HasPrefix(after, "(") || strings.HasPrefix(after, "\"") || strings.HasPrefix(after, "'") || strings.HasPrefix(after, "$") || strings.HasPrefix(after, "_")
		}
		return true
	}
	if u.noDollar(rest) > 0 {
		return true
	}
	// Anything else is PHP only inside an array, where it looks like a part of one.
	return u.depth > 0 && (strings.Contains(rest, "=>") || strings.HasSuffix(rest, ",") && !strings.Contains(rest, " ") || strings.HasSuffix(rest, "';") || strings.HasPrefix(rest, "."))
}

// noDollar is the length of a setting's name without its dollar sign that is
// assigned to; else 0.
func (u *unwrapper) noDollar(s string) int {
	if !strings.HasPrefix(s, "wg") || u.depth > 0 {
		return 0
	}
	n := 0
	for n < len(s) && (s[n] >= 'a' && s[n] <= 'z' || s[n] >= 'A' && s[n] <= 'Z') {
		n++
	}
	after := strings.TrimLeft(s[n:], " \t")
	if n > 2 && (strings.HasPrefix(after, "=") || strings.HasPrefix(after, "['")) {
		return n
	}
	return 0
}

// inline takes markup out of a line of PHP.
func (u *unwrapper) inline(from, to int) {
	s := u.s
	quote := byte(0)
	if i := from + len(s[from:to]) - len(strings.TrimLeft(s[from:to], " \t")); u.noDollar(s[i:to]) > 0 {
		u.say(i, "the $ before the name was missing")
		u.edits = append(u.edits, edit{i, 0, "$"})
	}
	for i := from; i < to; i++ {
		c := s[i]
		if quote != 0 && c == '\\' && !u.expands {
			i++
			continue
		}
		switch {
		case c == '<' || c == '[' && quote == 0:
			if n := tagEnd(s[i:to]); n > 0 && (quote == 0 || strings.HasPrefix(s[i:], "<span") || strings.HasPrefix(s[i:], "</span")) {
				u.say(i, "markup around the code was taken off")
				u.drop(i, i+n)
				i += n - 1
				continue
			}
			if strings.HasPrefix(s[i:to], "<%=") && quote == 0 {
				if end := strings.Index(s[i:min(to, i+longTemplate)], "%>"); end > 0 {
					i = u.template(i, i+end+2)
				}
			}
		case c == '&' && u.decode:
			for _, e := range entities {
				if strings.HasPrefix(s[i:to], e.from) {
					u.say(i, "HTML's &gt; and the like were turned back")
					u.edits = append(u.edits, edit{i, len(e.from), e.to})
					switch {
					case len(e.to) == 1 && (e.to[0] == '\'' || e.to[0] == '"'):
						quote = toggle(quote, e.to[0])
					}
					i += len(e.from) - 1
					break
				}
			}
		case c == '\\' && i+1 < to && s[i+1] == '$' && (u.expands || quote == 0):
			u.say(i, "the backslash before $, which a shell wants, was taken off")
			u.drop(i, i+1)
			i++
		case c == '\'' && u.nix && strings.HasPrefix(s[i:to], "''$"):
			u.drop(i, i+2)
			i++
		case c == '\'' && u.expands && quote == 0 && shellVariable(s[i:to]) > 0:
			// The shell puts a value here; PHP would see it between the quotes.
			n := shellVariable(s[i:to])
			u.edits = append(u.edits, edit{i, 1, `"`}, edit{i + n - 1, 1, `"`})
			i += n - 1
		case c == '\'' || c == '"':
			quote = toggle(quote, c)
		case quote != 0:
		case c == '#' || strings.HasPrefix(s[i:to], "//"):
			return
		case c == '$' && strings.HasPrefix(s[i+1:to], "$wg"):
			u.say(i, "the second $, which Docker Compose wants, was taken off")
			u.drop(i, i+1)
		case c == '$' && strings.HasPrefix(strings.TrimLeft(s[i+1:to], " "), "wg") && s[i+1] == ' ':
			n := len(s[i+1:to]) - len(strings.TrimLeft(s[i+1:to], " "))
			u.say(i, "the space behind $ was taken out")
			u.drop(i+1, i+1+n)
			i += n
		case strings.HasPrefix(s[i:to], "{{"):
			if end := strings.Index(s[i:min(to, i+longTemplate)], "}}"); end > 0 {
				i = u.template(i, i+end+2)
			}
		}
	}
}

// longTemplate bounds what is looked through for the end of a placeholder.
const longTemplate = 500

func toggle(quote, c byte) byte {
	switch quote {
	case 0:
		return c
	case c:
		return 0
	}
	return quote
}

// count follows the brackets of a line.
func (u *unwrapper) count(line string) {
	quote := byte(0)
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case u.comment:
			if strings.HasPrefix(line[i:], "*/") {
				u.comment = false
				i++
			}
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			if strings.IndexByte(line[i+1:], c) >= 0 {
				quote = c
			}
		case c == '#', strings.HasPrefix(line[i:], "//"):
			return
		case strings.HasPrefix(line[i:], "/*"):
			u.comment = true
			i++
		case c == '(', c == '[', c == '{':
			u.depth++
		case c == ')', c == ']', c == '}':
			u.depth = max(0, u.depth-1)
		case c == ';' && u.depth > 0:
			u.depth = 0
		}
	}
}

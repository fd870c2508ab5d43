package localsettings

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/php"
)

// mended is a pasted text as it was meant, parsed.
type mended struct {
	text   *pasted
	file   *php.File
	wrap   unwrapped
	notes  []Problem // of the mends
	passed []Problem // what is no PHP
}

// maxMended is how long a text may be to be mended: nobody pastes more, and
// it would take too long.
const maxMended = 1 << 19

// mend parses a text and, where that fails, takes off what surrounds it,
// straightens characters and puts in what is missing, as far as each helps.
// Text that PHP takes is left alone, so that nothing is read other than PHP
// reads it.
func mend(text string) *mended {
	start := &mended{text: &pasted{src: text, now: text}, file: php.Parse([]byte(text))}
	if e, about := printed(text); e != nil {
		at := start.text.at(e[0].off)
		start = start.edited(e)
		start.note(KindMended, at, about)
	}
	if len(text) > maxMended {
		if broken(start.file) > 0 {
			start.notes = append(start.notes, Problem{KindMended, php.Pos{Line: 1, Col: 1}, "", "the text is too long to be mended: what is broken in it is left out"})
		}
		return start
	}
	hurt := broken(start.file)
	wrapped := hurt > 0 || wraps(text) || len(start.file.Stmts) == 0 && strings.Contains(text, "wg")
	if !wrapped && invalid(text) < 0 && !strings.ContainsFunc(text, func(r rune) bool { _, ok := odd[r]; return ok }) {
		return start
	}
	best := start
	better := func(m *mended) bool {
		n := broken(m.file)
		return n < hurt || n == hurt && len(m.file.Stmts) > len(best.file.Stmts)
	}
	now := start
	if wrapped {
		if u := unwrap(text); len(u.edits) > 0 {
			now = now.edited(u.edits)
			now.wrap = u
			for _, r := range u.mends {
				now.note(KindMended, start.text.at(r.off), r.text)
			}
			for _, s := range u.passed {
				now.passed = append(now.passed, Problem{KindPassed, start.text.at(s.from), php.Excerpt(strings.TrimSpace(text[s.from:s.to]), excerpt), "this is no PHP: passed over"})
			}
			if n := broken(now.file); n < hurt || hurt == 0 {
				best, hurt = now, n
			}
		}
	}
	if e := straighten(now.text.now, broken(now.file) > 0); len(e) > 0 {
		before := now.text
		now = now.edited(e)
		now.note(KindMended, before.at(e[0].off), "typographic quotation marks, spaces or other characters that PHP does not take for its own were made right")
		if n := broken(now.file); n <= hurt {
			best, hurt = now, n
		}
	}
	if broken(now.file) == 0 {
		if best != now && hurt > 0 {
			best = now
		}
		return best
	}
	if e := beheaded(now.text.now); e != nil {
		at := now.text.at(e[0].off)
		now = now.edited(e)
		now.note(KindMended, at, "the beginning, $wgSMTP = [, was missing: read as if it were there")
	}
	for _, from := range []*mended{now, start} {
		if hurt == 0 {
			break
		}
		if m := from.completed(); m != nil && better(m) {
			best, hurt = m, broken(m.file)
		}
	}
	return best
}

// broken counts what no PHP would parse, or would parse as something that
// nobody writes in settings.
func broken(f *php.File) int {
	n := 0
	for _, err := range f.Errors {
		if _, ok := errors.AsType[*php.ParseError](err); ok {
			n++
		}
	}
	for _, st := range f.Stmts {
		skipped, ok := st.(*php.Skipped)
		if !ok {
			continue
		}
		lang, ok := errors.AsType[*php.LangError](skipped.Err)
		if !ok {
			continue
		}
		src := skipped.Source()
		src = src[:min(len(src), 2000)]
		switch lang.Feature {
		case "a variable variable":
			if strings.Contains(src, "$ ") {
				n++ // "$ wgServer"
			}
		case "a shell command":
			if strings.HasPrefix(src, "```") {
				n++
			}
		case "a reference":
			if strings.Contains(src, "&#") || strings.Contains(src, "&gt;") || strings.Contains(src, "&quot;") {
				n++
			}
		case "an object":
			if strings.Contains(src, "' ->") || strings.Contains(src, "'->") || strings.Contains(src, `" ->`) || strings.Contains(src, `"->`) {
				n++
			}
		}
	}
	return n
}

// beheaded gives the edit for an array whose beginning was not pasted.
func beheaded(s string) []edit {
	i := len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	t := s[i:]
	if len(t) < 3 || t[0] != '\'' && t[0] != '"' {
		return nil
	}
	end := strings.IndexByte(t[1:min(len(t), 40)], t[0])
	if end < 1 || !smtpWords[t[1:end+1]] || !strings.HasPrefix(strings.TrimLeft(t[end+2:], " \t"), "=>") {
		return nil
	}
	return []edit{{i, 0, "$wgSMTP = [ "}}
}

// wraps tells that settings stand in the arguments of a shell's echo, which
// PHP would understand in its own way.
func wraps(text string) bool {
	for _, word := range []string{"echo", "printf"} {
		rest := text
		for {
			i := strings.Index(rest, word)
			if i < 0 {
				break
			}
			rest = rest[i+len(word):]
			line, _, _ := strings.Cut(rest, "\n")
			if strings.Contains(line, "wg") && (strings.Contains(line, ">>") || strings.Contains(line, "| tee") || strings.HasSuffix(strings.TrimSpace(line), `\`)) {
				return true
			}
		}
	}
	return strings.Contains(text, "<<") && (strings.Contains(text, "cat ") || strings.Contains(text, "tee "))
}

// edited is m after edits, parsed again.
func (m *mended) edited(edits []edit) *mended {
	out := *m
	out.text = m.text.with(edits)
	out.file = php.Parse([]byte(out.text.now))
	out.notes = append([]Problem(nil), m.notes...)
	return &out
}

func (m *mended) note(kind Kind, at php.Pos, reason string) {
	m.notes = append(m.notes, Problem{kind, at, "", reason})
}

// maxMends is how many mends are plausible: a text that needs more is no PHP.
const maxMends = 200

// completed puts in what is missing; nil where nothing is.
func (m *mended) completed() *mended {
	mends := php.Mends(m.text.now)
	if len(mends) == 0 || len(mends) > maxMends {
		return nil
	}
	edits := make([]edit, 0, len(mends))
	for _, x := range mends {
		if n := len(edits); n > 0 && x.Off < edits[n-1].off+edits[n-1].del {
			continue
		}
		edits = append(edits, edit{x.Off, x.Del, x.Ins})
	}
	out := m.edited(edits)
	for _, x := range mends {
		out.note(KindMended, m.text.at(x.Off), x.Reason+": read as if that were right")
	}
	return out
}

// templateName is the constant for a placeholder.
func templateName(n int) string { return "__template_" + strconv.Itoa(n) + "__" }

func isTemplate(name string) bool { return strings.HasPrefix(name, "__template_") }

// restore puts placeholders back into what only PHP knows.
func (m *mended) restore(v php.Value) php.Value {
	if len(m.wrap.templates) == 0 {
		return v
	}
	switch v.Kind {
	case php.Symbolic:
		for n, text := range m.wrap.templates {
			v.Str = strings.ReplaceAll(v.Str, templateName(n), text)
		}
	case php.Array:
		for i := range v.Array {
			v.Array[i].Value = m.restore(v.Array[i].Value)
		}
	}
	return v
}

// problem is an error of the parser or of running the text.
func (m *mended) problem(n php.Node, err error) Problem {
	p := Problem{Pos: n.Pos(), Text: php.Excerpt(n.Source(), excerpt)}
	if parse, ok := errors.AsType[*php.ParseError](err); ok {
		p.Pos, p.Reason = parse.Pos, parse.Text
	} else if lang, ok := errors.AsType[*php.LangError](err); ok {
		p.Pos, p.Reason = lang.Pos, lang.Feature+" is not understood here"
	} else if eval, ok := errors.AsType[*php.EvalError](err); ok {
		p.Pos, p.Reason = eval.Pos, eval.Err.Error()
	} else {
		p.Reason = err.Error()
	}
	p.Pos = m.text.pos(p.Pos)
	return p
}

// invalid is the offset of the first byte that is no UTF-8; -1 if all is.
func invalid(s string) int {
	if utf8.ValidString(s) {
		return -1
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

// Mending: what was likely left out or mistyped in source that does not parse.
// It goes over the tokens once, with a stack of open brackets, and proposes
// changes; whether they help is for the caller to try.

package php

import (
	"slices"
	"strings"
)

// Mend is a change of the source: Del bytes at Off give way to Ins.
type Mend struct {
	Off, Del int
	Ins      string
	Pos      Pos    // of Off
	Reason   string // "a comma was missing"
}

// Mends proposes changes, in order and without overlap, that make source parse
// in which brackets, commas, semicolons, arrows or quotes are missing. It
// takes any text and answers in time linear in its length. Text that parses
// gets changes only where it says something else than it seems to.
func Mends(src string) []Mend {
	m := &mender{lex: newLexer(src), src: src}
	m.run()
	// A quote is put in before what goes wrong before its string.
	slices.SortStableFunc(m.out, func(a, b Mend) int { return a.Off - b.Off })
	return m.out
}

type mender struct {
	lex   lexer
	src   string
	out   []Mend
	open  []opening
	prev  token // the last token
	end   int   // of prev
	endAt Pos
	first bool // prev is the first of its element
	comma bool // a comma was put before the token at hand
	semi  bool // the token at hand, a semicolon, became a comma
	cast  bool // prev closes a condition: a statement may follow
}

// opening is an open bracket.
type opening struct {
	closer string
	array  bool // elements stand in it
	was    bool // it was opened with a brace by mistake
	guard  bool // the condition of an if and the like
}

const maxOpen = 4096

func (m *mender) put(off, del int, pos Pos, ins, reason string) {
	m.out = append(m.out, Mend{off, del, ins, pos, reason})
}

// insert puts text behind the last token.
func (m *mender) insert(ins, reason string) { m.put(m.end, 0, m.endAt, ins, reason) }

func (m *mender) inArray() bool { return len(m.open) > 0 && m.open[len(m.open)-1].array }

// brackets tells that a bracket other than a brace is open.
func (m *mender) brackets() bool { return len(m.open) > 0 && m.open[len(m.open)-1].closer != "}" }

// closeBrackets closes all up to the innermost brace.
func (m *mender) closeBrackets() {
	ins := ""
	for m.brackets() {
		ins += " " + m.open[len(m.open)-1].closer
		m.open = m.open[:len(m.open)-1]
	}
	if ins != "" {
		m.insert(ins, "the closing "+strings.TrimSpace(ins)+" was missing")
		m.prev = token{kind: tPunct, text: "]", off: m.end}
	}
}

func (m *mender) run() {
	m.prev = token{kind: tPunct, text: ";"}
	for {
		t := m.token()
		if t.kind == tEOF {
			break
		}
		first := m.prev.is(",") || m.prev.is("[") || m.prev.is("(") || m.prev.is("{")
		m.comma = false
		m.take(t)
		m.first = first || m.comma
		if m.semi {
			t.text, m.semi = ",", false
		}
		m.prev, m.end, m.endAt = t, t.off+len(t.text), m.lex.pos
	}
	if m.prev.is("=>") {
		m.insert(" null", "the value at the end was missing")
	}
	m.closeBrackets()
	if m.ends() {
		m.insert(";", "the semicolon at the end was missing")
	}
	if n := len(m.open); n > 0 {
		m.insert("\n"+strings.Repeat("}", n), "the closing } was missing")
	}
}

// ends tells that the last token ends an expression.
func (m *mender) ends() bool {
	switch m.prev.kind {
	case tVariable, tInt, tFloat, tSingle, tDouble, tHeredoc:
		return true
	case tName:
		w := strings.ToLower(m.prev.text)
		return statements[w] == "" && (!keywords[w] || w == "true" || w == "false" || w == "null" || w == "exit" || w == "die")
	}
	return m.prev.is("]") || m.prev.is(")") && !m.cast
}

// token is the next one, with a quote set where one is missing.
func (m *mender) token() token {
	before := m.lex
	t := m.lex.next()
	switch t.kind {
	case tSingle, tDouble:
		if end := m.holdsQuotes(t); end > 0 {
			return m.escaped(before, t, end)
		}
		if keyEnd(t.text) == 0 && (!strings.Contains(t.text, "\n") || !unclosed(t.text)) {
			return t
		}
	case tBad:
		if !t.open || t.text[0] != '\'' && t.text[0] != '"' {
			return t
		}
	default:
		return t
	}
	n := likelyEnd(t.text)
	if n == 0 {
		return t
	}
	// To the token: the space before it is passed over already.
	m.lex = before
	m.lex.again = before.again
	m.lex.advance(t.off)
	out := m.lex.make(tSingle, t.off+n)
	m.put(t.off+n, 0, m.lex.pos, t.text[:1], "the closing "+t.text[:1]+" was missing")
	return out
}

// holdsQuotes is where a string ends that holds quotes of its own kind, as in
// 'it's', where that is plain: a letter stands right behind the string, and
// the line has one more quote, before its end. 0 where it is not.
func (m *mender) holdsQuotes(t token) int {
	end := t.off + len(t.text)
	if end >= len(m.src) || !isName(m.src[end]) || keyEnd(t.text) > 0 {
		return 0
	}
	line, _, _ := strings.Cut(m.src[end:min(len(m.src), end+1000)], "\n")
	if first, _, _ := strings.Cut(t.text, "\n"); len(first) < len(t.text) {
		return 0
	}
	for i := 0; i < len(line); i++ {
		if line[i] != t.text[0] {
			continue
		}
		after := strings.TrimLeft(line[i+1:], " \t)]")
		if after == "" || strings.IndexByte(",;#/\r", after[0]) >= 0 {
			if strings.Contains(line[:i], "=>") {
				return 0
			}
			return end + i + 1
		}
	}
	return 0
}

// escaped makes one string of all up to end.
func (m *mender) escaped(before lexer, t token, end int) token {
	m.lex = before
	m.lex.advance(t.off)
	at := m.lex.pos
	for i := t.off + 1; i < end-1; i++ {
		switch m.src[i] {
		case '\\':
			i++
		case t.text[0]:
			m.put(i, 0, at.Advance(m.src[:i], t.off), `\`, "a quote inside a text needs a backslash before it")
		}
	}
	return m.lex.make(t.kind, end)
}

// unclosed judges a string over several lines: the first line ends as an
// element or a statement does, and a later one begins another.
func unclosed(s string) bool {
	first, rest, _ := strings.Cut(s, "\n")
	first = strings.TrimRight(first, space)
	if !strings.HasSuffix(first, ",") && !strings.HasSuffix(first, ";") {
		return false
	}
	line, _, _ := strings.Cut(strings.TrimLeft(rest, space), "\n")
	return strings.HasPrefix(line, "$") || strings.HasSuffix(strings.TrimRight(line, space), s[:1]) || strings.HasPrefix(line, "]") || strings.HasPrefix(line, ")")
}

// likelyEnd is where in its first line a string without its closing quote
// ends: before the comma, bracket or semicolon at the end of the line. 0 where
// that cannot be told.
func likelyEnd(s string) int {
	line, _, _ := strings.Cut(s, "\n")
	if n := keyEnd(line); n > 0 {
		return n
	}
	line = strings.TrimRight(line, space)
	n := len(strings.TrimRight(line, " \t,;)]"))
	if n < 1 || n == len(line) && !strings.Contains(s, "\n") && n < 2 {
		return 0
	}
	// One bracket at most belongs to the line: a password may end with more.
	return n
}

// keyEnd is the length of a key with its opening quote where => follows and
// the closing quote is missing; else 0.
func keyEnd(s string) int {
	n := nameEnd(s, 1)
	if n > 1 && strings.HasPrefix(strings.TrimLeft(s[n:], " \t"), "=>") {
		return n
	}
	return 0
}

// take looks at one token, before it becomes the last.
func (m *mender) take(t token) {
	newLine := m.end < t.off && strings.Contains(m.src[m.end:t.off], "\n")
	// An assignment at the beginning of a line begins a statement.
	if t.kind == tVariable && newLine && !m.prev.is("=") {
		if next := m.peek(); next.kind == tPunct && assignments[next.text] || next.is("[") && m.brackets() && m.inArray() && m.assignsElement() {

			if m.brackets() {
				m.closeBrackets()
			}
			if m.ends() {
				m.insert(";", "the semicolon was missing")
			}
			return
		}
		if next := m.peek(); next.is("[") && !m.brackets() && m.ends() {
			m.insert(";", "the semicolon was missing")
			return
		}
	}
	if m.inArray() && m.element(t) {
		return
	}
	switch {
	case m.inArray() && t.is(",") && (m.prev.is(",") || m.prev.is("[")):
		m.put(t.off, 1, t.pos, "", "a comma too many")
		return
	case m.inArray() && t.is("..."):
		if next := m.peek(); next.is("]") || next.is(")") || next.is(",") || next.kind == tEOF {
			m.put(t.off, 3, t.pos, "", "... stands for what was left out")
			return
		}
	case t.is(":") && m.prev.kind == tVariable && !m.brackets() && m.peek().is("="):
		m.put(t.off, 1, t.pos, "", ":= stood in the place of =")
		return
	}
	if newLine && !m.brackets() && m.ends() && t.kind == tName && m.begins(t) {
		m.insert(";", "the semicolon was missing")
	}
	m.bracket(t)
}

// assignsElement looks past $name[...] for an assignment.
func (m *mender) assignsElement() bool {
	l := m.lex
	depth := 0
	for range 16 {
		t := l.next()
		switch {
		case t.is("["):
			depth++
		case t.is("]"):
			depth--
		case depth == 0:
			return t.kind == tPunct && assignments[t.text]
		case t.kind == tEOF:
			return false
		}
	}
	return false
}

// begins tells that a word begins a statement.
func (m *mender) begins(t token) bool {
	w := strings.ToLower(t.text)
	return statements[w] != "" && w != "else" && w != "elseif" || w == "if" || strings.HasPrefix(w, "require") || strings.HasPrefix(w, "include") || strings.HasPrefix(w, "wfload")
}

// isValue tells that a token begins a value.
func isValue(t token) bool {
	switch t.kind {
	case tVariable, tInt, tFloat, tSingle, tDouble, tHeredoc, tCast:
		return true
	case tName:
		switch strings.ToLower(t.text) {
		case "and", "or", "xor", "instanceof", "as":
			return false
		}
		return true
	}
	return false
}

// element looks at a token between elements; true if it was dealt with.
func (m *mender) element(t token) bool {
	if !m.ends() {
		return false
	}
	key := m.prev.kind == tSingle || m.prev.kind == tDouble || m.prev.kind == tName
	switch {
	case t.is(";"):
		next := m.peek()
		if next.kind == tSingle || next.kind == tDouble || next.is("]") || next.is(")") {
			m.put(t.off, 1, t.pos, ",", "a semicolon stood in the place of a comma")
			m.semi = true
			return true
		}
	case key && t.is("=") && m.first && m.peek().is(">"):
		next := m.peek()
		m.put(t.off, next.off+1-t.off, t.pos, "=>", "a space stood in =>")
		m.lex.next()
		return true
	case key && (t.is("=") || t.is(":") || t.is("->") || t.is("==")) && m.first:
		m.put(t.off, len(t.text), t.pos, "=>", "=> was missing between key and value")
		return true
	case isValue(t) || t.is("[") && m.prev.kind != tVariable && m.prev.kind != tName && !m.prev.is("]") && !m.prev.is(")"):
		if m.prev.kind == tName && t.is("[") {
			return false
		}
		next := m.peek()
		if key && m.first && !next.is("=>") && m.off(m.end, t.off) {
			m.insert(" =>", "=> was missing between key and value")
		} else {
			m.insert(",", "a comma was missing")
			m.comma = true
		}
		m.bracket(t)
		return true
	}
	return false
}

// off tells that two tokens stand in one line.
func (m *mender) off(from, to int) bool { return !strings.Contains(m.src[from:to], "\n") }

// bracket keeps the stack.
func (m *mender) bracket(t token) {
	if t.kind == tEnd || t.is(";") {
		if m.brackets() && !m.open[len(m.open)-1].guard {
			m.closeBrackets()
		}
		if t.kind == tEnd && m.ends() {
			m.insert(";", "the semicolon was missing")
		}
		return
	}
	if t.kind != tPunct {
		if t.kind == tBad && t.open {
			m.open = m.open[:0]
		}
		return
	}
	m.cast = false
	if len(m.open) >= maxOpen {
		return
	}
	switch t.text {
	case "[":
		m.open = append(m.open, opening{closer: "]", array: !m.indexes(t)})
	case "(":
		array := m.prev.kind == tName && strings.EqualFold(m.prev.text, "array")
		w := strings.ToLower(m.prev.text)
		guard := m.prev.kind == tName && (w == "if" || w == "elseif" || w == "while" || w == "for" || w == "foreach" || w == "switch" || w == "function" || w == "catch")
		m.open = append(m.open, opening{closer: ")", array: array, guard: guard})
		if m.prev.is("=") && m.peekIsKey() {
			// $x = ( 'host' => ... ): the word array is missing.
			m.put(t.off, 0, t.pos, "array", "the word array was missing before (")
			m.open[len(m.open)-1].array = true
		}
	case "{":
		if m.prev.is("=") || m.prev.is("=>") {
			m.put(t.off, 1, t.pos, "[", "{ stood in the place of [")
			m.open = append(m.open, opening{closer: "]", array: true, was: true})
			return
		}
		m.open = append(m.open, opening{closer: "}"})
	case "]", ")", "}":
		m.close(t)
	}
}

// indexes tells that [ follows what it looks into.
func (m *mender) indexes(t token) bool {
	return m.prev.kind == tVariable || m.prev.is("]") || m.prev.is(")") || m.prev.kind == tName && t.off == m.end
}

func (m *mender) close(t token) {
	n := len(m.open)
	if n == 0 {
		m.put(t.off, 1, t.pos, "", "a "+t.text+" too many")
		return
	}
	top := m.open[n-1]
	switch {
	case top.closer == t.text:
		m.cast = top.guard
	case top.was && t.text == "}", top.closer != "}" && t.text != "}" && !m.openWith(t.text):
		m.put(t.off, 1, t.pos, top.closer, t.text+" stood in the place of "+top.closer)
	case top.closer == "}":
		m.put(t.off, 1, t.pos, "", "a "+t.text+" too many")
		return
	case m.openWith(t.text):
		// Those in between were not closed.
		ins := ""
		for m.open[len(m.open)-1].closer != t.text {
			ins += " " + m.open[len(m.open)-1].closer
			m.open = m.open[:len(m.open)-1]
		}
		if t.text == "}" && m.ends() {
			ins += ";"
		}
		m.insert(ins, "the closing"+strings.TrimSuffix(ins, ";")+" was missing")
	default:
		m.put(t.off, 1, t.pos, "", "a "+t.text+" too many")
		return
	}
	m.open = m.open[:len(m.open)-1]
}

// openWith tells that a bracket with that closer is open, not far up.
func (m *mender) openWith(closer string) bool {
	from := max(0, len(m.open)-16)
	return slices.ContainsFunc(m.open[from:], func(o opening) bool { return o.closer == closer && !o.was })
}

func (m *mender) peek() token {
	l := m.lex
	return l.next()
}

// peekIsKey tells that a key and => follow.
func (m *mender) peekIsKey() bool {
	l := m.lex
	k := l.next()
	return (k.kind == tSingle || k.kind == tDouble) && l.next().is("=>")
}

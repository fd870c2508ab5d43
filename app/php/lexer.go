// The lexer: bytes to tokens, one at a time, in time linear in the source. It
// accepts any bytes; what PHP has no token for becomes a tBad.

package php

import (
	"strings"
	"unicode/utf8"
)

// lexer is a plain value: a copy of it is a place to come back to.
type lexer struct {
	src  string
	off  int
	pos  Pos
	html bool // outside <?php ... ?>
	// again is how many more bytes may be read twice. After a string that
	// never ends the lexer goes back to its first line, so that one missing
	// quote does not hide the rest of the file; this bounds it.
	again int
}

// newLexer starts in PHP unless the source begins with an opening tag, or with
// any other tag before one: a pasted fragment has none.
func newLexer(src string) lexer {
	l := lexer{src: src, pos: Pos{1, 1}, again: 4*len(src) + 1<<16}
	// The byte order mark is no column of its own.
	if strings.HasPrefix(src, "\uFEFF") {
		l.off = 3
	}
	rest := strings.TrimLeft(src[l.off:], space)
	if strings.HasPrefix(rest, "<?") || strings.HasPrefix(rest, "#!") && strings.Contains(rest, "<?") || strings.HasPrefix(rest, "<") && strings.Contains(rest, "<?php") {
		l.html = true
	}
	return l
}

// advance moves to the offset to, counting lines and runes.
func (l *lexer) advance(to int) {
	l.pos = l.pos.after(l.src[l.off:to], l.off > 0 && l.src[l.off-1] == '\r')
	l.off = to
}

// after is the position behind s when s begins at p. A line ends with \n,
// \r\n or \r; cr tells that the byte before s is a \r.
func (p Pos) after(s string, cr bool) Pos {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\n' && cr:
			// second half of \r\n: already counted
		case c == '\n' || c == '\r':
			p.Line++
			p.Col = 1
		case c < utf8.RuneSelf:
			p.Col++
		default:
			// An invalid byte counts as one rune.
			_, n := utf8.DecodeRuneInString(s[i:])
			i += n - 1
			p.Col++
		}
		cr = c == '\r'
	}
	return p
}

// space is what PHP passes over between tokens.
const space = " \t\n\r"

// class is what a byte alone tells of the token that it begins: that is most
// of what nested text is made of.
type class uint8

const (
	blank class = 1 + iota // of space
	alone                  // a token by itself, and the beginning of no other
)

var classes = [256]class{
	' ': blank, '\t': blank, '\n': blank, '\r': blank,
	'{': alone, '}': alone, '[': alone, ']': alone, ')': alone, ',': alone, ';': alone,
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
}
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isName(c byte) bool  { return isNameStart(c) || isDigit(c) }

// nameEnd is the offset behind the name that starts at i.
func nameEnd(s string, i int) int {
	for i < len(s) && isName(s[i]) {
		i++
	}
	return i
}

// make cuts the token that ends at to, and moves on.
func (l *lexer) make(kind tokenKind, to int) token {
	t := token{kind: kind, text: l.src[l.off:to], pos: l.pos, off: l.off}
	l.advance(to)
	return t
}

// bad is a piece that is no token. Where the source ends inside it, reading
// goes on at the next line.
func (l *lexer) bad(to int, open bool, why string) token {
	if open {
		if cost := to - l.off; cost <= l.again {
			if i := strings.IndexByte(l.src[l.off:to], '\n'); i >= 0 {
				l.again -= cost
				to = l.off + i
			}
		}
	}
	t := l.make(tBad, to)
	t.bad, t.open = why, open
	return t
}

func (l *lexer) next() token {
	if l.html {
		return l.skipHTML()
	}
	for l.off < len(l.src) {
		s := l.src[l.off:]
		switch c := s[0]; {
		case classes[c] == alone:
			t := token{kind: tPunct, text: s[:1], pos: l.pos, off: l.off}
			l.off++
			l.pos.Col++
			return t
		case classes[c] == blank:
			n := 1
			for n < len(s) && classes[s[n]] == blank {
				n++
			}
			l.advance(l.off + n)
		case strings.HasPrefix(s, "/*"):
			end := strings.Index(s[2:], "*/")
			if end < 0 {
				return l.bad(len(l.src), true, "comment without */")
			}
			l.advance(l.off + 2 + end + 2)
		case c == '#' && !strings.HasPrefix(s, "#["), strings.HasPrefix(s, "//"):
			l.advance(l.off + lineComment(s))
		case strings.HasPrefix(s, "?>"):
			l.html = true
			t := l.make(tEnd, l.off+2)
			return t
		case strings.HasPrefix(s, "<?php") && (len(s) == 5 || !isName(s[5])):
			// Files pasted one after the other.
			l.advance(l.off + 5)
		default:
			return l.token(s)
		}
	}
	return l.make(tEOF, l.off)
}

// lineComment is the length of a # or // comment: up to the end of the line,
// or to ?>, which ends PHP even there.
func lineComment(s string) int {
	end := strings.IndexAny(s, "\r\n")
	if end < 0 {
		end = len(s)
	}
	if i := strings.Index(s[:end], "?>"); i >= 0 {
		end = i
	}
	return end
}

// skipHTML goes to the next opening tag. Text outside PHP is not ours.
func (l *lexer) skipHTML() token {
	for {
		i := strings.Index(l.src[l.off:], "<?")
		if i < 0 {
			return l.make(tEOF, len(l.src))
		}
		l.advance(l.off + i)
		n := 2
		if len(l.src)-l.off >= 5 && strings.EqualFold(l.src[l.off:l.off+5], "<?php") {
			n = 5
		} else if strings.HasPrefix(l.src[l.off:], "<?=") {
			n = 3
		} else if strings.HasPrefix(l.src[l.off:], "<?xml") {
			l.advance(l.off + 2)
			continue
		}
		l.advance(l.off + n)
		l.html = false
		return l.next()
	}
}

func (l *lexer) token(s string) token {
	at := func(n int) int { return l.off + n }
	c := s[0]
	switch {
	case c == '$' && len(s) > 1 && isNameStart(s[1]):
		return l.make(tVariable, at(nameEnd(s, 1)))
	case c >= utf8.RuneSelf && curlyQuote(s) > 0:
		// To PHP these are letters; whoever wrote them meant a string.
		return l.bad(at(curlyQuote(s)), false, "a typographic quotation mark, which PHP takes as a letter: strings need ' or \"")
	case isNameStart(c), c == '\\' && len(s) > 1 && isNameStart(s[1]):
		n := nameEnd(s, 1)
		for n+1 < len(s) && s[n] == '\\' && isNameStart(s[n+1]) {
			n = nameEnd(s, n+1)
		}
		return l.make(tName, at(n))
	case isDigit(c), c == '.' && len(s) > 1 && isDigit(s[1]):
		return l.number(s)
	case c == '\'':
		if n := singleEnd(s); n > 0 {
			return l.make(tSingle, at(n))
		}
		return l.bad(len(l.src), true, "string without its closing '")
	case c == '"':
		if n := doubleEnd(s, '"', 0); n > 0 {
			return l.make(tDouble, at(n))
		}
		return l.bad(len(l.src), true, `string without its closing "`)
	case strings.HasPrefix(s, "<<<"):
		if start, label, _, ok := heredocStart(s); ok {
			if _, _, n := heredocEnd(s, start, label); n > 0 {
				return l.make(tHeredoc, at(n))
			}
			return l.bad(len(l.src), true, "heredoc without its closing "+label)
		}
	case c == '(':
		n := 1
		for n < len(s) && (s[n] == ' ' || s[n] == '\t') {
			n++
		}
		m := n
		for m < len(s) && m-n < 8 && isNameStart(s[m]) {
			m++
		}
		e := m
		for e < len(s) && (s[e] == ' ' || s[e] == '\t') {
			e++
		}
		if e < len(s) && s[e] == ')' {
			if _, ok := casts[strings.ToLower(s[n:m])]; ok {
				return l.make(tCast, at(e+1))
			}
		}
	}
	// All that follows in an operator of several bytes is one of these.
	if len(s) > 1 && strings.IndexByte("=>&|?+-<.:*[", s[1]) >= 0 {
		for _, p := range puncts {
			if p[0] == c && strings.HasPrefix(s, p) {
				return l.make(tPunct, at(len(p)))
			}
		}
	}
	if strings.IndexByte("+-*/%=<>!.,;:?@&|^~()[]{}$`", c) >= 0 {
		return l.make(tPunct, at(1))
	}
	return l.bad(at(1), false, "a character that PHP does not know here")
}

// curlyQuote is the length of the typographic quotation mark that s begins
// with, 0 if it does not.
func curlyQuote(s string) int {
	for _, q := range [...]string{"‘", "’", "“", "”", "„", "‚"} {
		if strings.HasPrefix(s, q) {
			return len(q)
		}
	}
	return 0
}

// number reads an integer or float: 10, 0x1A, 0b11, 017, 0o17, 1_000, .5, 1e3.
func (l *lexer) number(s string) token {
	n, kind := 0, tInt
	run := func(ok func(byte) bool) {
		for n < len(s) && (ok(s[n]) || s[n] == '_' && n > 0 && ok(s[n-1]) && n+1 < len(s) && ok(s[n+1])) {
			n++
		}
	}
	if len(s) > 2 && s[0] == '0' && strings.IndexByte("xXbBoO", s[1]) >= 0 && isHex(s[2]) {
		n = 2
		run(isHex)
		return l.make(tInt, l.off+n)
	}
	run(isDigit)
	if n < len(s) && s[n] == '.' && !strings.HasPrefix(s[n:], "...") {
		kind = tFloat
		n++
		run(isDigit)
	}
	if n < len(s) && (s[n] == 'e' || s[n] == 'E') {
		m := n + 1
		if m < len(s) && (s[m] == '+' || s[m] == '-') {
			m++
		}
		if m < len(s) && isDigit(s[m]) {
			kind, n = tFloat, m
			run(isDigit)
		}
	}
	return l.make(kind, l.off+n)
}

func isHex(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// singleEnd is the length of the single-quoted string that s begins with, 0
// if it does not end.
func singleEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '\'':
			return i + 1
		}
	}
	return 0
}

// doubleEnd is the same for double quotes. A string may hold { $x["y"] } with
// quotes of its own.
func doubleEnd(s string, quote byte, depth int) int {
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == quote:
			return i + 1
		case depth < maxNestedStrings && (c == '{' && i+1 < len(s) && s[i+1] == '$' || c == '$' && i+1 < len(s) && s[i+1] == '{'):
			n := braceEnd(s[i:], depth+1)
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

const maxNestedStrings = 8

// braceEnd is the length of {$...} or ${...} at the start of s.
func braceEnd(s string, depth int) int {
	level := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '{':
			level++
		case '}':
			if level--; level == 0 {
				return i + 1
			}
		case '\'':
			n := singleEnd(s[i:])
			if n == 0 {
				return 0
			}
			i += n - 1
		case '"':
			n := doubleEnd(s[i:], '"', depth)
			if n == 0 {
				return 0
			}
			i += n - 1
		}
	}
	return 0
}

// heredocStart reads <<<LABEL, <<<"LABEL" or <<<'LABEL' and the line end.
// start is where the body begins.
func heredocStart(s string) (start int, label string, raw, ok bool) {
	i := 3
	for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
		i++
	}
	var quote byte
	if i < len(s) && (s[i] == '\'' || s[i] == '"') {
		quote = s[i]
		i++
	}
	if i >= len(s) || !isNameStart(s[i]) {
		return 0, "", false, false
	}
	end := nameEnd(s, i)
	label = s[i:end]
	if quote != 0 {
		if end >= len(s) || s[end] != quote {
			return 0, "", false, false
		}
		end++
	}
	if strings.HasPrefix(s[end:], "\r\n") {
		end += 2
	} else if end < len(s) && (s[end] == '\n' || s[end] == '\r') {
		end++
	} else {
		return 0, "", false, false
	}
	return end, label, quote == '\'', true
}

// heredocEnd finds the closing label. The body is s[start:body], indent the
// blanks before the label (PHP 7.3 takes them off every line), n the length
// of the whole; 0 if it does not end.
func heredocEnd(s string, start int, label string) (body int, indent string, n int) {
	for line := start; line <= len(s); {
		i := line
		for i < len(s) && (s[i] == ' ' || s[i] == '\t') {
			i++
		}
		if strings.HasPrefix(s[i:], label) && (i+len(label) == len(s) || !isName(s[i+len(label)])) {
			body = max(start, line-1)
			if body > start && s[body-1] == '\r' && s[body] == '\n' {
				body--
			}
			return body, s[line:i], i + len(label)
		}
		k := strings.IndexAny(s[line:], "\r\n")
		if k < 0 {
			return 0, "", 0
		}
		line += k + 1
	}
	return 0, "", 0
}

// IsName tells whether s can be the name of a variable.
func IsName(s string) bool {
	return s != "" && isNameStart(s[0]) && nameEnd(s, 0) == len(s)
}

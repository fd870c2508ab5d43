// Strings with variables in them: "Hello $name", "{$a['b']}", heredocs.

package php

import "strings"

// interpolated splits a double-quoted string or heredoc into literals and
// variables.
func (p *parser) interpolated(t token) []Expr {
	raw, at, quote := "", t.pos, byte('"')
	if t.kind == tDouble {
		raw = t.text[1 : len(t.text)-1]
		at.Col++
	} else {
		start, label, nowdoc, _ := heredocStart(t.text)
		body, indent, _ := heredocEnd(t.text, start, label)
		at = at.after(t.text[:start], false)
		raw, quote = t.text[start:body], 0
		if indent != "" {
			raw = p.dedent(raw, indent, at)
		}
		if nowdoc {
			return []Expr{p.text(raw, at, raw)}
		}
	}
	var out []Expr
	var b strings.Builder
	from, seen := 0, 0 // of the literal being built; what at stands for
	move := func(to int) Pos {
		if to > seen {
			at = at.after(raw[seen:to], false)
			seen = to
		}
		return at
	}
	flush := func(to int) {
		if b.Len() > 0 {
			out = append(out, p.text(b.String(), move(from), raw[from:to]))
			b.Reset()
		}
	}
	for i := 0; i < len(raw); {
		if len(out) > maxParts {
			p.outside(t.pos, "a string with this many variables")
		}
		switch c := raw[i]; {
		case c == '\\':
			n, problem := escape(&b, raw[i:], quote)
			if problem != "" {
				p.fail(move(i), problem, false)
			}
			i += n
			if n == 1 && i < len(raw) && raw[i] == '{' {
				b.WriteByte('{') // \{$x} is a brace and $x
				i++
			}
		case c == '$' && i+1 < len(raw) && isNameStart(raw[i+1]):
			flush(i)
			x, n := p.simple(raw[i:], move(i))
			out = append(out, x)
			i += n
			from = i
		case c == '{' && i+1 < len(raw) && raw[i+1] == '$', c == '$' && i+1 < len(raw) && raw[i+1] == '{':
			flush(i)
			n := braceEnd(raw[i:], 0)
			if n == 0 {
				p.fail(move(i), "{ without its } in a string", false)
			}
			skip := 1
			if c == '$' {
				skip = 2
			}
			out = append(out, p.inner(raw[i+skip:i+n-1], move(i+skip), c == '$'))
			i += n
			from = i
		default:
			b.WriteByte(c)
			i++
		}
	}
	flush(len(raw))
	return out
}

// dedent takes the closing label's indentation off every line.
func (p *parser) dedent(raw, indent string, at Pos) string {
	lines := strings.SplitAfter(raw, "\n")
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, indent):
			lines[i] = line[len(indent):]
		case strings.Trim(line, space) == "":
			lines[i] = strings.TrimLeft(line, " \t")
		default:
			p.fail(Pos{at.Line + i, 1}, "this line of the heredoc is indented less than its end", false)
		}
	}
	return strings.Join(lines, "")
}

func (p *parser) text(value string, at Pos, source string) Expr {
	return &Literal{span{at, source, true}, S(value)}
}

func (p *parser) variable(name string, at Pos, source string) *Variable {
	free := isSuperglobal(name)
	if !free {
		p.vars++
	}
	return &Variable{span{at, source, free}, name}
}

// simple reads $name or $name[key] at the start of s; n is its length.
func (p *parser) simple(s string, at Pos) (x Expr, n int) {
	end := nameEnd(s, 1)
	v := p.variable(s[1:end], at, s[:end])
	if strings.HasPrefix(s[end:], "->") && end+2 < len(s) && isNameStart(s[end+2]) {
		p.outside(at, "an object")
	}
	if end >= len(s) || s[end] != '[' {
		return v, end
	}
	closing := strings.IndexByte(s[end:], ']')
	if closing < 0 {
		p.fail(at, "[ without its ] in a string", false)
	}
	closing += end
	key := s[end+1 : closing]
	keyAt := at.after(s[:end+1], false)
	var k Expr
	switch {
	case key != "" && isNameStart(key[0]) && nameEnd(key, 0) == len(key):
		k = p.text(key, keyAt, key)
	case len(key) > 1 && key[0] == '$' && isNameStart(key[1]) && nameEnd(key, 1) == len(key):
		k = p.variable(key[1:], keyAt, key)
	case strings.Trim(strings.TrimPrefix(key, "-"), "0123456789") == "" && strings.TrimPrefix(key, "-") != "":
		k = p.text(key, keyAt, key)
	default:
		p.fail(keyAt, "in a string, a key stands without quotes", false)
	}
	return &Index{span{at, s[:closing+1], v.free && k.base().free}, v, k}, closing + 1
}

// inner reads the expression of {$...}, or of ${...} where name is set.
func (p *parser) inner(s string, at Pos, name bool) Expr {
	if name {
		if s != "" && isNameStart(s[0]) && nameEnd(s, 0) == len(s) {
			return p.variable(s, at, s)
		}
		p.outside(at, "a variable variable")
	}
	sub := &parser{lex: lexer{src: s, pos: at}, depth: p.depth}
	sub.enter()
	sub.advance()
	x := sub.expr()
	if sub.tok.kind != tEOF {
		sub.unexpected("}")
	}
	p.vars += sub.vars
	return x
}

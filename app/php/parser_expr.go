package php

import (
	"strconv"
	"strings"
)

// Binding powers of the binary operators as PHP 8 has them; a higher one
// binds tighter (https://www.php.net/manual/en/language.operators.precedence.php).
var binding = map[string]int{
	"or": 1, "xor": 2, "and": 3,
	// 4 is assignment
	"?": 5, "??": 6, "||": 7, "&&": 8, "|": 9, "^": 10, "&": 11,
	"==": 12, "!=": 12, "<>": 12, "===": 12, "!==": 12, "<=>": 12,
	"<": 13, "<=": 13, ">": 13, ">=": 13,
	".": 14, "<<": 15, ">>": 15, "+": 16, "-": 16, "*": 17, "/": 17, "%": 17,
	"instanceof": 19, "**": 20,
}

const bindPrefix = 18 // of ! ~ @ - + and casts

var assignments = map[string]bool{
	"=": true, "+=": true, "-=": true, "*=": true, "/=": true, ".=": true, "%=": true,
	"**=": true, "??=": true, "&=": true, "|=": true, "^=": true, "<<=": true, ">>=": true,
}

func (p *parser) expr() Expr { return p.binary(1) }

// operator is the binary operator at hand, "" if there is none.
func (p *parser) operator() string {
	switch p.tok.kind {
	case tPunct:
		switch p.tok.text {
		case ",", ";", ")", "]", "=>": // the usual ends need no look-up
			return ""
		}
		return p.tok.text
	case tName:
		switch w := p.word(); w {
		case "and", "or", "xor", "instanceof":
			return w
		}
	}
	return ""
}

// binary reads operators that bind at least as tightly as least.
func (p *parser) binary(least int) Expr {
	p.enter()
	defer func() { p.depth-- }()
	m := p.mark()
	x := p.prefix()
	for n := 0; ; n++ {
		op := p.operator()
		power := binding[op]
		if power == 0 || power < least {
			return x
		}
		if n > maxChain {
			p.outside(p.tok.pos, "an expression this long")
		}
		at := p.tok.pos
		p.advance()
		switch op {
		case "?":
			t := &Ternary{Cond: x}
			left, chained := x.(*Ternary)
			if !p.accept(":") {
				t.Then = p.binary(4)
				p.expect(":")
			}
			t.Else = p.binary(power + 1)
			t.span = p.span(m)
			if chained && (t.Then != nil || left.Then != nil) {
				p.fail(at, "a ? b : c ? d : e, which PHP 8 takes only with parentheses", false)
			}
			x = t
		case ".":
			c := &Concat{Parts: []Expr{x, p.binary(power + 1)}}
			for p.tok.is(".") {
				if len(c.Parts) > maxParts {
					p.outside(p.tok.pos, "an expression this long")
				}
				p.advance()
				c.Parts = append(c.Parts, p.binary(power+1))
			}
			c.span = p.span(m)
			x = c
		case "??", "**": // to the right
			y := p.binary(power)
			x = &Binary{p.span(m), op, x, y}
		case "instanceof":
			p.outside(at, op)
		default:
			y := p.binary(power + 1)
			x = &Binary{p.span(m), op, x, y}
		}
	}
}

// prefix reads an operand with what stands before it.
func (p *parser) prefix() Expr {
	m := p.mark()
	if p.tok.kind == tCast {
		to := casts[strings.ToLower(strings.Trim(p.tok.text, "() \t"))]
		p.advance()
		x := p.binary(bindPrefix)
		return &Cast{p.span(m), to, x}
	}
	switch p.tok.text {
	case "-", "+", "!", "~", "@":
		if p.tok.kind != tPunct {
			break
		}
		op := p.tok.text
		p.advance()
		x := p.binary(bindPrefix)
		return &Unary{p.span(m), op, x}
	case "&":
		p.outside(p.tok.pos, "a reference")
	case "++", "--":
		p.outside(p.tok.pos, "counting with "+p.tok.text)
	}
	return p.postfix()
}

func (p *parser) postfix() Expr {
	m := p.mark()
	x := p.primary()
	for n := 0; ; n++ {
		if n > maxDepth {
			p.outside(p.tok.pos, "nesting this deep")
		}
		switch {
		case p.tok.is("["):
			p.advance()
			i := &Index{X: x}
			if !p.tok.is("]") {
				i.Key = p.expr()
			}
			p.expect("]")
			i.span = p.span(m)
			x = global(i)
		case p.tok.is("->"), p.tok.is("?->"):
			p.outside(p.tok.pos, "an object")
		case p.tok.is("++"), p.tok.is("--"):
			p.outside(p.tok.pos, "counting with "+p.tok.text)
		case p.tok.is("::"):
			p.outside(p.tok.pos, "a class")
		case p.tok.is("("):
			p.outside(p.tok.pos, "a call of a value")
		case p.tok.kind == tPunct && p.tok.text[len(p.tok.text)-1] == '=' && assignments[p.tok.text]:
			switch x := x.(type) {
			case *Variable, *Index:
			case *ArrayLit:
				p.outside(p.tok.pos, "assigning to a list")
			default:
				if c, ok := x.(*Call); ok && strings.EqualFold(c.Name, "list") {
					p.outside(p.tok.pos, "assigning to a list")
				}
				p.fail(p.tok.pos, "only a variable can be assigned to", false)
			}
			op := p.tok.text
			p.advance()
			if p.tok.is("&") {
				p.outside(p.tok.pos, "a reference")
			}
			v := p.binary(4)
			return &Assign{p.span(m), x, op, v}
		default:
			return x
		}
	}
}

// global is $GLOBALS['x'] as the variable that it is.
func global(i *Index) Expr {
	if v, ok := i.X.(*Variable); ok && v.Name == "GLOBALS" {
		if l, ok := i.Key.(*Literal); ok && l.Value.Kind == String && IsName(l.Value.Str) {
			return &Variable{i.span, l.Value.Str}
		}
	}
	return i
}

func (p *parser) primary() Expr {
	m, t := p.mark(), p.tok
	switch t.kind {
	case tVariable:
		p.advance()
		return &Variable{p.span(m), t.text[1:]}
	case tInt, tFloat:
		v, err := number(t.text)
		if err != "" {
			p.fail(t.pos, err, false)
		}
		p.advance()
		return &Literal{p.span(m), v}
	case tSingle:
		p.advance()
		return &Literal{p.span(m), S(unquoteSingle(t.text[1 : len(t.text)-1]))}
	case tDouble, tHeredoc:
		parts := p.interpolated(t)
		p.advance()
		sp := p.span(m)
		for _, x := range parts {
			sp.free = sp.free && x.base().free
		}
		switch {
		case len(parts) == 0:
			return &Literal{sp, S("")}
		case len(parts) == 1:
			if l, ok := parts[0].(*Literal); ok {
				return &Literal{sp, l.Value}
			}
		}
		return &Concat{sp, parts}
	case tName:
		return p.name()
	case tPunct:
		switch t.text {
		case "(":
			p.advance()
			x := p.expr()
			p.expect(")")
			return &Paren{p.span(m), x}
		case "[":
			p.advance()
			items := p.items("]", t.pos)
			return &ArrayLit{p.span(m), items, false}
		case "`":
			p.outside(t.pos, "a shell command")
		case "$":
			p.outside(t.pos, "a variable variable")
		case "#[":
			p.outside(t.pos, "an attribute")
		}
	}
	p.unexpected("a value")
	return nil
}

// name reads a constant, a call, or one of the words that PHP treats alike.
func (p *parser) name() Expr {
	m, t, word := p.mark(), p.tok, p.word()
	switch word {
	case "new":
		p.outside(t.pos, "an object")
	case "function", "fn", "static":
		p.outside(t.pos, "a function")
	case "match", "clone", "print", "yield", "throw":
		p.outside(t.pos, word)
	case "exit", "die":
		p.advance()
		if !p.tok.is("(") {
			return &Call{p.span(m), "exit", nil}
		}
		p.advance()
		args := p.args()
		return &Call{p.span(m), "exit", args}
	case "require", "require_once", "include", "include_once":
		p.advance()
		x := p.binary(4)
		return &Call{p.span(m), word, []Expr{x}}
	}
	p.advance()
	switch {
	case word == "array" && p.accept("("):
		items := p.items(")", t.pos)
		return &ArrayLit{p.span(m), items, true}
	case p.accept("("):
		args := p.args()
		return &Call{p.span(m), strings.TrimPrefix(t.text, `\`), args}
	case p.tok.is("::"):
		p.advance()
		member := p.tok
		if member.kind != tName {
			p.outside(member.pos, "a class")
		}
		p.advance()
		if p.tok.is("(") {
			p.outside(t.pos, "a method call")
		}
		return &Const{p.span(m), t.text + "::" + member.text}
	}
	return &Const{p.span(m), strings.TrimPrefix(t.text, `\`)}
}

func (p *parser) args() []Expr {
	var out []Expr
	for !p.accept(")") {
		if p.tok.is("...") {
			p.outside(p.tok.pos, "a spread argument")
		}
		if p.tok.kind == tName && p.peek().is(":") {
			p.outside(p.tok.pos, "a named argument")
		}
		out = append(out, p.expr())
		if !p.accept(",") {
			p.expect(")")
			break
		}
	}
	return out
}

// items reads array elements up to the closing bracket; open is where the
// array begins.
func (p *parser) items(end string, open Pos) []Item {
	var out []Item
	for !p.accept(end) {
		if len(out) > maxItems {
			p.outside(open, "an array this long")
		}
		if p.accept("...") {
			out = append(out, Item{Value: p.expr(), Spread: true})
		} else {
			if p.tok.is(",") {
				p.fail(p.tok.pos, "an empty place in an array", false)
			}
			it := Item{Value: p.expr()}
			if p.accept("=>") {
				it.Key = it.Value
				it.Value = p.expr()
			}
			out = append(out, it)
		}
		if p.accept(",") {
			continue
		}
		if !p.accept(end) {
			if p.tok.is(";") || p.tok.kind == tEOF {
				p.fail(open, "this array is not closed", p.tok.kind == tEOF)
			}
			p.unexpected("a comma or " + end)
		}
		break
	}
	return out
}

// number is the value of a numeric literal. Integers beyond 64 bits are
// floats, as in PHP.
func number(text string) (v Value, problem string) {
	s := strings.ReplaceAll(text, "_", "")
	base, digits := 10, s
	if len(s) > 1 && s[0] == '0' && strings.Trim(s, "0123456789") == "" {
		base, digits = 8, s[1:]
	}
	if len(s) > 2 && s[0] == '0' {
		switch s[1] {
		case 'x', 'X':
			base, digits = 16, s[2:]
		case 'b', 'B':
			base, digits = 2, s[2:]
		case 'o', 'O':
			base, digits = 8, s[2:]
		}
	}
	if base == 10 && strings.ContainsAny(s, ".eE") {
		f, _ := strconv.ParseFloat(s, 64)
		return F(f), ""
	}
	n, err := strconv.ParseInt(digits, base, 64)
	if err == nil {
		return I(n), ""
	}
	if err.(*strconv.NumError).Err != strconv.ErrRange {
		return v, "a number with a digit too high for its base"
	}
	if base == 10 {
		f, _ := strconv.ParseFloat(s, 64)
		return F(f), ""
	}
	f := 0.0
	for _, c := range []byte(strings.ToLower(digits)) {
		d := float64(c - '0')
		if c >= 'a' {
			d = float64(c-'a') + 10
		}
		f = f*float64(base) + d
	}
	return F(f), ""
}

// The parser: recursive descent over one token of lookahead. Statements it
// does not understand become Skipped, and parsing goes on behind them. Depth
// and length of expressions are limited, so that no input exhausts the stack.

package php

import (
	"strings"
)

const (
	maxDepth = 200    // of nested expressions and blocks
	maxChain = 10_000 // operators in a row, which nest to the left
	// maxErrors is how many statements are skipped before the rest is given
	// up: a text with more of them is no PHP.
	maxErrors = 1000
	// No settings have more than these; they bound what a text made to be slow
	// can cost.
	maxStmts = 100_000
	maxItems = 100_000 // of an array
	maxParts = 20_000  // of a string with variables, and of a chain of dots
)

// Parse reads a PHP file or a fragment without <?php. It never fails as a
// whole: what it does not understand is in File.Errors and as Skipped in its
// place.
func Parse(src []byte) *File {
	p := &parser{lex: newLexer(string(src)), again: len(src) + 1<<16}
	p.advance()
	f := &File{Stmts: p.stmts(func() bool { return p.tok.kind == tEOF })}
	f.Errors = p.errors
	return f
}

// ParseExpr reads one expression and nothing else.
func ParseExpr(src string) (x Expr, err error) {
	p := &parser{lex: newLexer(src)}
	p.lex.html = false
	defer rescue(&err)
	p.advance()
	x = p.expr()
	if p.tok.kind != tEOF {
		p.unexpected("the end")
	}
	return x, nil
}

type parser struct {
	lex    lexer
	tok    token
	last   int // offset behind the token before tok
	depth  int
	vars   int // variables seen so far, superglobals apart
	count  int // statements
	errors []error
	// again is how many more bytes may be read twice to go back to the start
	// of a statement that failed; it keeps parsing linear.
	again int
}

// failure carries an error up to the statement it is in.
type failure struct{ err error }

func rescue(err *error) {
	switch r := recover().(type) {
	case nil:
	case failure:
		*err = r.err
	default:
		panic(r)
	}
}

func (p *parser) fail(pos Pos, text string, incomplete bool) {
	panic(failure{&ParseError{pos, text, incomplete}})
}

func (p *parser) outside(pos Pos, feature string) {
	panic(failure{&LangError{pos, feature}})
}

func (p *parser) unexpected(want string) {
	switch t := p.tok; {
	case t.kind == tEOF:
		p.fail(t.pos, "the text ends where "+want+" should be", true)
	case t.kind == tBad:
		p.fail(t.pos, t.bad, t.open)
	default:
		p.fail(t.pos, want+" should be here, not "+p.describe(t), false)
	}
}

// describe names a token in a message. Where quotes are missing, words and
// numbers may be pieces of a password: they are not repeated.
func (p *parser) describe(t token) string {
	switch t.kind {
	case tVariable:
		if t.off > p.last {
			return t.text
		}
		return "a variable"
	case tName:
		return "a word"
	case tInt, tFloat:
		return "a number"
	case tSingle, tDouble, tHeredoc:
		return "a string"
	case tEnd:
		return "?>"
	}
	return t.text
}

func (p *parser) advance() {
	p.last = p.tok.off + len(p.tok.text)
	p.tok = p.lex.next()
	if p.tok.kind == tVariable && !isSuperglobal(p.tok.text[1:]) {
		p.vars++
	}
}

// isSuperglobal tells whether the variable, named without its dollar sign, is
// one: the same everywhere, and filled by PHP.
func isSuperglobal(name string) bool {
	if name == "" || name[0] != '_' {
		return false
	}
	switch name {
	case "_ENV", "_SERVER", "_GET", "_POST", "_COOKIE", "_FILES", "_REQUEST", "_SESSION":
		return true
	}
	return false
}

func (p *parser) accept(punct string) bool {
	if p.tok.is(punct) {
		p.advance()
		return true
	}
	return false
}

func (p *parser) expect(punct string) {
	if !p.accept(punct) {
		p.unexpected(punct)
	}
}

// word is the current name in lower case, "" if it is none. PHP's keywords
// and functions do not distinguish case.
func (p *parser) word() string {
	if p.tok.kind != tName {
		return ""
	}
	return strings.ToLower(p.tok.text)
}

func (p *parser) enter() {
	if p.depth++; p.depth > maxDepth {
		p.outside(p.tok.pos, "nesting this deep")
	}
}

// mark is the start of a node.
type mark struct {
	pos  Pos
	off  int
	vars int
}

func (p *parser) mark() mark {
	m := mark{p.tok.pos, p.tok.off, p.vars}
	if p.tok.kind == tVariable && !isSuperglobal(p.tok.text[1:]) {
		m.vars--
	}
	return m
}

// span ends a node with the token before the current one.
func (p *parser) span(m mark) span {
	now := p.vars
	if p.tok.kind == tVariable && !isSuperglobal(p.tok.text[1:]) {
		now--
	}
	return span{m.pos, p.lex.src[m.off:max(m.off, p.last)], now == m.vars}
}

func (p *parser) stmts(done func() bool) []Stmt {
	var out []Stmt
	for !done() {
		if p.tok.is(";") || p.tok.kind == tEnd {
			p.advance()
			continue
		}
		if p.tok.kind == tEOF {
			break
		}
		if p.count++; p.count > maxStmts {
			return append(out, p.giveUp("there are more statements than settings have: the rest is not read"))
		}
		out = append(out, p.stmt())
	}
	return out
}

// stmt reads a statement, or skips it.
func (p *parser) stmt() (s Stmt) {
	start, from, vars, depth, m := p.lex, p.tok, p.vars, p.depth, p.mark()
	errs := len(p.errors)
	var err error
	func() {
		defer rescue(&err)
		s = p.stmtInside(m)
	}()
	p.depth = depth
	if err == nil {
		return s
	}
	if len(p.errors) >= maxErrors {
		return p.giveUp("too much here is not understood: the rest is not read")
	}
	// A block's statements were skipped one by one already; what is told now
	// is the block as a whole.
	p.errors = append(p.errors[:errs], err)
	if cost := p.tok.off - from.off; cost <= p.again {
		p.again -= cost
		again := p.lex.again
		p.lex, p.tok, p.vars = start, from, vars
		p.lex.again = again
	}
	p.skipStmt()
	return &Skipped{p.span(m), err}
}

// giveUp skips the rest of the text.
func (p *parser) giveUp(why string) Stmt {
	m := p.mark()
	err := &ParseError{Pos: m.pos, Text: why}
	p.errors = append(p.errors, err)
	p.lex.off, p.tok = len(p.lex.src), token{kind: tEOF, pos: p.tok.pos, off: len(p.lex.src)}
	p.last = len(p.lex.src)
	return &Skipped{p.span(m), err}
}

func (p *parser) stmtInside(m mark) Stmt {
	p.enter()
	defer func() { p.depth-- }()
	if p.tok.is("{") {
		return &Block{Stmts: p.block(), span: p.span(m)}
	}
	word := p.word()
	if word == "if" {
		return p.ifStmt(m)
	}
	if feature := statements[word]; feature != "" {
		p.outside(p.tok.pos, feature)
	}
	if word == "const" {
		return p.constStmt(m)
	}
	x := p.expr()
	p.endStmt()
	return &ExprStmt{p.span(m), x}
}

func (p *parser) endStmt() {
	switch {
	case p.tok.is(";"), p.tok.kind == tEnd:
		p.advance()
	case p.tok.kind == tEOF:
		// The last semicolon of a pasted fragment is often missing; PHP would
		// want it.
		p.fail(p.tok.pos, "the text ends where ; should be", true)
	default:
		p.unexpected(";")
	}
}

// constStmt reads const NAME = value; which is define( 'NAME', value ).
func (p *parser) constStmt(m mark) Stmt {
	p.advance()
	name := p.mark()
	if p.tok.kind != tName {
		p.unexpected("a name")
	}
	text := p.tok.text
	p.advance()
	literal := &Literal{p.span(name), S(text)}
	p.expect("=")
	x := p.expr()
	if p.tok.is(",") {
		p.outside(p.tok.pos, "several constants at once")
	}
	p.endStmt()
	return &ExprStmt{p.span(m), &Call{p.span(m), "define", []Expr{literal, x}}}
}

// statements are the keywords of statements outside the subset.
var statements = map[string]string{
	"for": "a loop", "foreach": "a loop", "while": "a loop", "do": "a loop",
	"switch": "switch", "match": "match", "function": "a function", "fn": "a function",
	"class": "a class", "interface": "an interface", "trait": "a trait", "abstract": "a class",
	"final": "a class", "enum": "an enum", "namespace": "namespace", "use": "use",
	"try": "try", "catch": "catch", "finally": "finally", "throw": "throw", "goto": "goto",
	"declare": "declare", "global": "global", "static": "static",
	"echo": "output", "print": "output", "return": "return",
	"break": "break", "continue": "continue", "else": "else without its if", "elseif": "elseif without its if",
	"endif": "the if: ... endif form", "endforeach": "a loop", "endwhile": "a loop", "endfor": "a loop",
}

// block reads { ... } with its statements.
func (p *parser) block() []Stmt {
	open := p.tok.pos
	p.expect("{")
	out := p.stmts(func() bool { return p.tok.is("}") })
	if p.tok.kind == tEOF {
		p.fail(open, "{ without its }", true)
	}
	p.advance()
	return out
}

func (p *parser) ifStmt(m mark) Stmt {
	p.enter()
	defer func() { p.depth-- }()
	p.advance()
	p.expect("(")
	s := &If{Cond: p.expr()}
	p.expect(")")
	if p.tok.is(":") {
		p.outside(p.tok.pos, "the if: ... endif form")
	}
	s.Then = p.body()
	switch p.word() {
	case "elseif":
		s.Else = []Stmt{p.ifStmt(p.mark())}
	case "else":
		p.advance()
		if p.word() == "if" {
			s.Else = []Stmt{p.ifStmt(p.mark())}
		} else {
			s.Else = p.body()
		}
	}
	s.span = p.span(m)
	return s
}

// body is what an if guards: a block or a single statement.
func (p *parser) body() []Stmt {
	if p.tok.is("{") {
		return p.block()
	}
	if p.accept(";") {
		return nil
	}
	return []Stmt{p.stmtInside(p.mark())}
}

// skipStmt passes over the statement that begins at the current token: up to
// its semicolon outside brackets, or to the brace that ends its block. Where
// brackets do not match, a line that begins an assignment as far left as the
// statement itself is taken as the next one.
func (p *parser) skipStmt() {
	col, first := p.tok.pos.Col, true
	braces := statements[p.word()] != "" || p.word() == "if" || p.tok.is("{")
	depth := 0
	for line := p.tok.pos.Line; ; {
		t := p.tok
		if t.kind == tEOF {
			return
		}
		if !first && t.kind == tVariable && t.pos.Line > line && t.pos.Col <= col && (depth > 0 || !braces) {
			if next := p.peek(); next.is("=") || next.is("[") || next.is(".=") || next.is("+=") {
				return
			}
		}
		line = t.pos.Line
		if t.kind == tHeredoc || t.kind == tSingle || t.kind == tDouble {
			line = t.pos.after(t.text, false).Line
		}
		first = false
		switch {
		case t.kind == tEnd, t.is(";") && depth == 0:
			p.advance()
			return
		case t.is("("), t.is("["), t.is("{"), t.is("#["):
			depth++
		case t.is(")"), t.is("]"):
			depth = max(0, depth-1)
		case t.is("}"):
			if depth == 0 {
				// The end of a block around this statement, or one brace too
				// many: never swallow the former.
				if p.depth == 0 {
					p.advance()
				}
				return
			}
			if depth--; depth == 0 && braces {
				p.advance()
				switch p.word() {
				case "catch", "finally", "else", "elseif", "while":
					continue
				}
				return
			}
		}
		p.advance()
	}
}

// peek is the token after the current one.
func (p *parser) peek() token {
	l := p.lex
	return l.next()
}

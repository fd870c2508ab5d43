package php

// Node is a piece of the syntax tree.
type Node interface {
	Pos() Pos       // where it begins
	End() Pos       // just behind it
	Source() string // its text
}

// span is what every node knows of its place.
type span struct {
	pos  Pos
	text string
	// free tells that the text means the same anywhere: it names no variable
	// but superglobals.
	free bool
}

func (s *span) Pos() Pos       { return s.pos }
func (s *span) End() Pos       { return s.pos.after(s.text, false) }
func (s *span) Source() string { return s.text }
func (s *span) base() *span    { return s }

// Expr is an expression.
type Expr interface {
	Node
	base() *span
}

// The expressions.
type (
	// Literal is a number or a string without variables in it.
	Literal struct {
		span
		Value Value
	}
	// Concat is a chain of dots, or a string with variables in it.
	Concat struct {
		span
		Parts []Expr
	}
	// Variable is $name.
	Variable struct {
		span
		Name string // without the dollar sign
	}
	// Index is X[Key]; a nil Key is X[], the place behind the last element.
	Index struct {
		span
		X, Key Expr
	}
	// ArrayLit is [ ... ] or array( ... ).
	ArrayLit struct {
		span
		Items []Item
		Old   bool // array( ... )
	}
	// Unary is Op X; Op is one of + - ! ~ @.
	Unary struct {
		span
		Op string
		X  Expr
	}
	// Cast is (int) X and the like.
	Cast struct {
		span
		To Kind
		X  Expr
	}
	// Binary is X Op Y; the words and, or, xor are in lower case.
	Binary struct {
		span
		Op   string
		X, Y Expr
	}
	// Ternary is Cond ? Then : Else; a nil Then is Cond ?: Else.
	Ternary struct {
		span
		Cond, Then, Else Expr
	}
	// Call is a call of a named function. isset(), empty(), exit and include
	// are calls here, too.
	Call struct {
		span
		Name string
		Args []Expr
	}
	// Const is a constant: true, PHP_EOL, Foo::BAR.
	Const struct {
		span
		Name string
	}
	// Assign is Target Op Value; Op is = or a compound such as .= .
	Assign struct {
		span
		Target Expr // *Variable or *Index
		Op     string
		Value  Expr
	}
	// Paren is ( X ).
	Paren struct {
		span
		X Expr
	}
)

// Item is an element of an array literal.
type Item struct {
	Key    Expr // nil: the next integer
	Value  Expr
	Spread bool // ...Value
}

// Stmt is a statement.
type Stmt interface{ Node }

// The statements.
type (
	// ExprStmt is an expression for its effect.
	ExprStmt struct {
		span
		X Expr
	}
	// If is an if with its elseif and else.
	If struct {
		span
		Cond       Expr
		Then, Else []Stmt
	}
	// Block is { ... }.
	Block struct {
		span
		Stmts []Stmt
	}
	// Skipped is a statement outside the subset, or one that PHP would not
	// understand either; Err says which.
	Skipped struct {
		span
		Err error // *ParseError or *LangError
	}
)

// File is a parsed source.
type File struct {
	Stmts []Stmt
	// Errors are those of the Skipped statements, in order.
	Errors []error
}

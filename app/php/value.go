// Package php is the subset of PHP that configuration is written in: values,
// quoting, lexer, parser, printer, and the evaluation of constant
// expressions. It knows nothing of mail.
package php

// Kind is the type of a Value.
type Kind uint8

const (
	Null Kind = iota
	Bool
	Int
	Float
	String
	Array
	// Symbolic is an expression whose value is not known before PHP runs it:
	// getenv( 'X' ), a constant, a variable set elsewhere. Value.Str holds its
	// source text as it is to be printed back.
	Symbolic
)

// Value is a PHP value. The zero value is null.
type Value struct {
	Kind  Kind
	Bool  bool
	Int   int64
	Float float64
	Str   string // bytes of a String, source of a Symbolic
	Array []Entry
}

// Entry is one element of an array, in insertion order.
type Entry struct {
	Key   Key
	Value Value
}

// Key is an array key after PHP's normalisation ("25" is the integer 25).
type Key struct {
	IsInt bool
	Int   int64
	Str   string
}

// B, I, S and A make values.
func B(b bool) Value   { return Value{Kind: Bool, Bool: b} }
func I(n int64) Value  { return Value{Kind: Int, Int: n} }
func S(s string) Value { return Value{Kind: String, Str: s} }

// Sym is an expression that only PHP can evaluate.
func Sym(source string) Value { return Value{Kind: Symbolic, Str: source} }

// Get finds a string key of an array.
func (v Value) Get(key string) (Value, bool) {
	for _, e := range v.Array {
		if !e.Key.IsInt && e.Key.Str == key {
			return e.Value, true
		}
	}
	return Value{}, false
}

// IsSet is PHP's isset( $v[key] ): there and not null.
func (v Value) IsSet(key string) bool {
	e, ok := v.Get(key)
	return ok && e.Kind != Null
}

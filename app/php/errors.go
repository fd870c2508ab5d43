package php

import "fmt"

// ParseError is text that is no PHP.
type ParseError struct {
	Pos  Pos
	Text string
	// Incomplete tells that the source ends too early: more text might mend it.
	Incomplete bool
}

func (e *ParseError) Error() string { return fmt.Sprintf("%s: %s", e.Pos, e.Text) }

// LangError is PHP that is outside the subset understood here.
type LangError struct {
	Pos     Pos
	Feature string // "a loop"
}

func (e *LangError) Error() string {
	return fmt.Sprintf("%s: %s is not understood here", e.Pos, e.Feature)
}

// EvalError is PHP that parses, but that PHP would refuse to run, or whose
// result is not worked out here.
type EvalError struct {
	Pos Pos
	Err error
}

func (e *EvalError) Error() string { return e.Pos.String() + ": " + e.Err.Error() }

// Unwrap gives the reason alone.
func (e *EvalError) Unwrap() error { return e.Err }

// String gives "3:14".
func (p Pos) String() string { return fmt.Sprintf("%d:%d", p.Line, p.Col) }

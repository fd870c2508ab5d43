// Evaluation of what is constant. What PHP alone can know (an environment
// variable, a file, a constant of the program) stays a Symbolic that carries
// its source.

package php

import (
	"errors"
	"math"
	"slices"
	"strings"
)

// Scope is the state of a running file: variables and constants. The zero
// value is ready.
type Scope struct {
	// Unset is asked for a variable that nothing has set, once for each use;
	// nil, or false, makes it null, as PHP does with a warning.
	Unset func(v *Variable) (Value, bool)
	// Call is asked for a call of a function that is not known here. false
	// leaves it Symbolic.
	Call func(c *Call, args []Value) (Value, bool)
	// Constant is asked for a constant that is not known here. false leaves it
	// Symbolic.
	Constant func(c *Const) (Value, bool)
	// Branch is asked which way to go at an if whose condition only PHP knows:
	// true is into it. nil passes over both ways and reports that.
	Branch func(i *If) bool
	// Assigned is told of every assignment after it is made: the variable's
	// name and the keys behind it, outermost first. A key that was left out, as
	// in $a[] = 1, is the integer -1.
	Assigned func(a *Assign, name string, keys []Key)
	// Report gets what was not done, each with its place; nil drops it.
	Report func(n Node, err error)
	// KeepItems keeps an array where one of its values cannot be worked out:
	// that value is reported, and Symbolic. PHP would stop there.
	KeepItems bool

	vars   []Var
	index  map[string]int
	consts map[string]Value
	work   int
	ended  bool

	operand struct { // the last answer of code
		src string
		is  bool
	}
}

// Ended tells that the file ended itself with exit or die: Run does nothing
// any more.
func (s *Scope) Ended() bool { return s.ended }

// Var is a variable after a file ran.
type Var struct {
	Name  string // without the dollar sign
	Value Value
	Pos   Pos // of its last assignment
}

// Vars are the variables in the order in which they were first set.
func (s *Scope) Vars() []Var { return s.vars }

// maxWork bounds what one Scope builds and searches, in bytes, so that a few
// lines cannot make gigabytes ($a = [ $a, $a ], again and again).
const maxWork = 64 << 20

const (
	entrySize = 112 // bytes of an Entry
	smallScan = 64  // an array of up to so many elements is searched for nothing
)

// ErrTooMuch is reported where evaluation was given up.
var ErrTooMuch = errors.New("this builds more than is worked out here")

// charge is called before n bytes of work are done.
func (s *Scope) charge(n int, at Node) {
	if n > maxWork-s.work {
		panic(failure{&EvalError{at.Pos(), ErrTooMuch}})
	}
	s.work += n
}

// search charges for looking through an array.
func (s *Scope) search(a []Entry, at Node) {
	if len(a) > smallScan {
		s.charge(4*len(a), at)
	}
}

func refuse(at Node, reason string) {
	panic(failure{&EvalError{at.Pos(), errors.New(reason)}})
}

// Run executes statements in order. One that cannot be executed changes
// nothing and is reported.
func (s *Scope) Run(stmts []Stmt) {
	for _, st := range stmts {
		if s.ended {
			return
		}
		switch st := st.(type) {
		case *Skipped:
			s.report(st, st.Err)
		case *Block:
			s.Run(st.Stmts)
		case *If:
			cond, err := s.Eval(st.Cond)
			switch {
			case err != nil:
				s.report(st, err)
			case cond.Kind == Symbolic && s.Branch != nil:
				if s.Branch(st) {
					s.Run(st.Then)
				} else {
					s.Run(st.Else)
				}
			case cond.Kind == Symbolic:
				s.report(st, &LangError{st.Pos(), "an if whose condition only PHP knows"})
			case cond.Truthy():
				s.Run(st.Then)
			default:
				s.Run(st.Else)
			}
		case *ExprStmt:
			if c, ok := st.X.(*Call); ok {
				switch c.Name {
				case "exit":
					s.ended = true
					return
				case "unset":
					if err := s.unset(c); err != nil {
						s.report(st, err)
					}
					continue
				}
			}
			v, err := s.Eval(st.X)
			if err != nil {
				s.report(st, err)
				continue
			}
			x := st.X
			for {
				if u, ok := x.(*Unary); ok && u.Op == "@" {
					x = u.X
					continue
				}
				break
			}
			if c, ok := x.(*Call); ok && v.Kind == Symbolic {
				s.report(st, &LangError{st.Pos(), "calling " + c.Name})
			}
		}
	}
}

func (s *Scope) report(n Node, err error) {
	if s.Report != nil {
		s.Report(n, err)
	}
}

// Eval is the value of an expression; assignments in it are made.
func (s *Scope) Eval(x Expr) (v Value, err error) {
	defer rescue(&err)
	return s.eval(x), nil
}

func (s *Scope) eval(x Expr) Value {
	switch x := x.(type) {
	case *Literal:
		return x.Value
	case *Paren:
		v := s.eval(x.X)
		if v.Kind == Symbolic {
			return s.symbolic(x, func() string { return s.code(v) })
		}
		return v
	case *Variable:
		return s.copyOf(s.variable(x), x, 0)
	case *Index:
		return s.copyOf(s.element(x), x, 0)
	case *ArrayLit:
		return s.array(x)
	case *Concat:
		return s.concat(x)
	case *Unary:
		return s.unary(x)
	case *Cast:
		return s.cast(x)
	case *Binary:
		return s.binary(x)
	case *Ternary:
		return s.ternary(x)
	case *Const:
		return s.constant(x)
	case *Call:
		return s.call(x)
	case *Assign:
		return s.assign(x)
	}
	panic("php: unknown expression")
}

// symbolic is a Symbolic for x: its own source where that means the same
// anywhere, else what compose makes of the values in it.
func (s *Scope) symbolic(x Expr, compose func() string) Value {
	src := ""
	if x.base().free && !s.defines(x) {
		src = x.Source()
	} else {
		src = compose()
		s.charge(len(src), x)
	}
	if b, ok := x.(*Binary); ok && (b.Op == "and" || b.Op == "or" || b.Op == "xor") {
		src = "( " + src + " )" // these bind less tightly than the = before the value
	}
	return Sym(src)
}

// defines tells that an expression names a constant that the text defines.
func (s *Scope) defines(x Expr) bool {
	return len(s.consts) > 0 && Any(x, func(x Expr) bool {
		c, ok := x.(*Const)
		if ok {
			_, ok = s.consts[c.Name]
		}
		return ok
	})
}

// code is a value as source within a larger expression.
func (s *Scope) code(v Value) string {
	if v.Kind != Symbolic {
		src := Printer{}.Source(v)
		if v.Kind == Int && v.Int == math.MinInt64 {
			src = "( " + src + " )"
		}
		return src
	}
	const long = 4096 // not worth another look
	if v.Str != s.operand.src {
		s.operand.src, s.operand.is = v.Str, len(v.Str) < long && isOperand(v.Str)
	}
	if s.operand.is {
		return v.Str
	}
	return "( " + v.Str + " )"
}

// isOperand tells that the expression binds tighter than any operator.
func isOperand(src string) bool {
	x, err := ParseExpr(src)
	if err != nil {
		return false
	}
	switch x := x.(type) {
	case *Call:
		// include and exit are words before an expression.
		return !IsInclude(x.Name) && x.Name != "exit"
	case *Variable, *Index, *Const, *Literal, *Paren:
		return true
	}
	return false
}

// IsInclude tells the words that read another file.
func IsInclude(name string) bool {
	switch strings.ToLower(name) {
	case "include", "include_once", "require", "require_once":
		return true
	}
	return false
}

// copyOf makes an array the caller's own, as PHP's assignment does.
func (s *Scope) copyOf(v Value, at Node, depth int) Value {
	if v.Kind != Array {
		return v
	}
	if depth > maxDepth {
		refuse(at, "arrays nested this deep are not worked out here")
	}
	s.charge(entrySize*len(v.Array), at)
	out := slices.Clone(v.Array)
	for i := range out {
		if out[i].Value.Kind == Array {
			out[i].Value = s.copyOf(out[i].Value, at, depth+1)
		}
	}
	v.Array = out
	return v
}

func (s *Scope) variable(x *Variable) Value {
	if isSuperglobal(x.Name) {
		return Sym("$" + x.Name)
	}
	if i, ok := s.index[x.Name]; ok {
		return s.vars[i].Value
	}
	if s.Unset != nil {
		if v, ok := s.Unset(x); ok {
			return v
		}
	}
	return Value{}
}

// base is a value to look into, without copying it.
func (s *Scope) base(x Expr) Value {
	switch x := x.(type) {
	case *Variable:
		return s.variable(x)
	case *Index:
		return s.element(x)
	}
	return s.eval(x)
}

func (s *Scope) element(x *Index) Value {
	if x.Key == nil {
		refuse(x, "[] can only be assigned to")
	}
	base := s.base(x.X)
	key := s.eval(x.Key)
	if base.Kind == Symbolic || key.Kind == Symbolic {
		return s.symbolic(x, func() string { return s.code(base) + "[" + Printer{}.Source(key) + "]" })
	}
	k, ok := key.Key()
	if !ok {
		refuse(x, "an array cannot be a key")
	}
	switch base.Kind {
	case Array:
		s.search(base.Array, x)
		v, _ := base.At(k)
		return v
	case String:
		n := k.Int
		if n < 0 {
			n += int64(len(base.Str))
		}
		if !k.IsInt || n < 0 || n >= int64(len(base.Str)) {
			refuse(x, "the string has no such place")
		}
		return S(base.Str[n : n+1])
	}
	return Value{}
}

func (s *Scope) concat(x *Concat) Value {
	values := make([]Value, len(x.Parts))
	size, unknown := 0, false
	for i, part := range x.Parts {
		v := s.eval(part)
		if v.Kind == Array {
			refuse(part, "an array in the place of a string")
		}
		if v.Kind == Symbolic {
			unknown = true
		}
		values[i] = v
		size += len(v.Str)
	}
	s.charge(size, x)
	if unknown {
		return s.symbolic(x, func() string {
			parts := make([]string, len(values))
			for i, v := range values {
				parts[i] = s.code(v)
			}
			return strings.Join(parts, " . ")
		})
	}
	var b strings.Builder
	b.Grow(size)
	for _, v := range values {
		b.WriteString(v.ToString())
	}
	return S(b.String())
}

func (s *Scope) unary(x *Unary) Value {
	v := s.eval(x.X)
	if v.Kind == Symbolic {
		return s.symbolic(x, func() string { return x.Op + s.code(v) })
	}
	switch x.Op {
	case "@":
		return v
	case "!":
		return B(!v.Truthy())
	case "~":
		if v.Kind != Int {
			refuse(x, "~ needs an integer")
		}
		return I(^v.Int)
	case "-":
		return s.arithmetic(x, "*", v, I(-1))
	default:
		return s.arithmetic(x, "*", v, I(1))
	}
}

func (s *Scope) cast(x *Cast) Value {
	v := s.eval(x.X)
	if v.Kind == Symbolic {
		return s.symbolic(x, func() string { return "(" + Value{Kind: x.To}.TypeName() + ")" + s.code(v) })
	}
	switch x.To {
	case Bool:
		return B(v.Truthy())
	case Int:
		return I(v.ToInt())
	case Float:
		return F(v.ToFloat())
	case String:
		if v.Kind == Array {
			refuse(x, "an array in the place of a string")
		}
		return S(v.ToString())
	case Array:
		switch v.Kind {
		case Array:
			return v
		case Null:
			return A()
		}
		return List(v)
	}
	return v
}

func (s *Scope) ternary(x *Ternary) Value {
	c := s.eval(x.Cond)
	if c.Kind == Symbolic {
		return s.symbolic(x, func() string {
			then := " ?: "
			if x.Then != nil {
				then = " ? " + s.code(s.eval(x.Then)) + " : "
			}
			return s.code(c) + then + s.code(s.eval(x.Else))
		})
	}
	switch {
	case !c.Truthy():
		return s.eval(x.Else)
	case x.Then != nil:
		return s.eval(x.Then)
	}
	return c
}

func (s *Scope) binary(x *Binary) Value {
	// These do not always look at their right side.
	switch x.Op {
	case "??":
		v := s.base(x.X)
		switch v.Kind {
		case Null:
			return s.eval(x.Y)
		case Symbolic:
			return s.symbolic(x, func() string { return s.code(v) + " ?? " + s.code(s.eval(x.Y)) })
		}
		return s.copyOf(v, x, 0)
	case "&&", "and", "||", "or":
		v := s.eval(x.X)
		or := x.Op == "||" || x.Op == "or"
		if v.Kind != Symbolic && v.Truthy() == or {
			return B(or)
		}
		w := s.eval(x.Y)
		if v.Kind == Symbolic || w.Kind == Symbolic {
			return s.symbolic(x, func() string { return s.code(v) + " " + x.Op + " " + s.code(w) })
		}
		return B(w.Truthy())
	}
	v, w := s.eval(x.X), s.eval(x.Y)
	if v.Kind == Symbolic || w.Kind == Symbolic {
		return s.symbolic(x, func() string { return s.infix(v, x.Op, w) })
	}
	return s.operate(x, x.Op, v, w)
}

// infix is v op w as source.
func (s *Scope) infix(v Value, op string, w Value) string {
	left := s.code(v)
	if op == "**" && left[0] == '-' {
		left = "( " + left + " )" // it binds tighter than the sign before it
	}
	return left + " " + op + " " + s.code(w)
}

// constants that are the same wherever PHP runs. Names of true, false and
// null know no case.
var constants = map[string]Value{
	"PHP_INT_MAX": I(math.MaxInt64), "PHP_INT_MIN": I(math.MinInt64), "PHP_INT_SIZE": I(8),
	"INF": F(math.Inf(1)), "NAN": F(math.NaN()), "M_PI": F(math.Pi),
}

func (s *Scope) constant(x *Const) Value {
	switch strings.ToLower(x.Name) {
	case "true":
		return B(true)
	case "false":
		return B(false)
	case "null":
		return Value{}
	}
	if v, ok := s.consts[x.Name]; ok {
		return s.copyOf(v, x, 0)
	}
	if v, ok := constants[x.Name]; ok {
		return v
	}
	if s.Constant != nil {
		if v, ok := s.Constant(x); ok {
			return v
		}
	}
	return Sym(x.Source())
}

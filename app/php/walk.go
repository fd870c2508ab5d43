package php

// Any tells whether f holds for the expression or one inside it. It looks at
// the outer ones first, and stops where f holds.
func Any(x Expr, f func(Expr) bool) bool {
	if x == nil {
		return false
	}
	if f(x) {
		return true
	}
	some := func(xs ...Expr) bool {
		for _, y := range xs {
			if y != nil && Any(y, f) {
				return true
			}
		}
		return false
	}
	switch x := x.(type) {
	case *Concat:
		return some(x.Parts...)
	case *Index:
		return some(x.X, x.Key)
	case *ArrayLit:
		for _, it := range x.Items {
			if some(it.Key, it.Value) {
				return true
			}
		}
	case *Unary:
		return some(x.X)
	case *Cast:
		return some(x.X)
	case *Binary:
		return some(x.X, x.Y)
	case *Ternary:
		return some(x.Cond, x.Then, x.Else)
	case *Call:
		return some(x.Args...)
	case *Assign:
		return some(x.Target, x.Value)
	case *Paren:
		return some(x.X)
	}
	return false
}

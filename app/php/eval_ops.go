// The operators on values that are known.

package php

import "math"

// operate is v op w for values that are known.
func (s *Scope) operate(x Expr, op string, v, w Value) Value {
	switch op {
	case "xor":
		return B(v.Truthy() != w.Truthy())
	case "===", "!==":
		if !v.IsConst() || !w.IsConst() {
			refuse(x, "what "+op+" gives is not known before PHP runs")
		}
		return B(v.Identical(w) == (op == "==="))
	case "==", "!=", "<>", "<", "<=", ">", ">=", "<=>":
		c, ok := compare(v, w)
		if !ok {
			refuse(x, "comparing "+v.TypeName()+" and "+w.TypeName()+" is not worked out here")
		}
		switch op {
		case "==":
			return B(c == 0)
		case "!=", "<>":
			return B(c != 0)
		case "<":
			return B(c < 0)
		case "<=":
			return B(c <= 0)
		case ">":
			return B(c > 0)
		case ">=":
			return B(c >= 0)
		}
		return I(int64(c))
	case ".":
		if v.Kind == Array || w.Kind == Array {
			refuse(x, "an array in the place of a string")
		}
		a, b := v.ToString(), w.ToString()
		s.charge(len(a)+len(b), x)
		return S(a + b)
	case "|", "&", "^", "<<", ">>":
		if v.Kind != Int || w.Kind != Int {
			refuse(x, op+" needs integers")
		}
		switch op {
		case "|":
			return I(v.Int | w.Int)
		case "&":
			return I(v.Int & w.Int)
		case "^":
			return I(v.Int ^ w.Int)
		}
		if w.Int < 0 {
			refuse(x, "shifting by a negative number")
		}
		if op == "<<" {
			return I(v.Int << min(w.Int, 64))
		}
		return I(v.Int >> min(w.Int, 63))
	}
	if op == "+" && v.Kind == Array && w.Kind == Array {
		s.charge(entrySize*(len(v.Array)+len(w.Array)), x)
		b := builder{}
		for _, e := range v.Array {
			b.set(e.Key, e.Value)
		}
		for _, e := range w.Array {
			if !b.has(e.Key) {
				b.set(e.Key, e.Value)
			}
		}
		return Value{Kind: Array, Array: b.entries}
	}
	return s.arithmetic(x, op, v, w)
}

func (s *Scope) arithmetic(x Expr, op string, v, w Value) Value {
	for _, o := range []Value{v, w} {
		if o.Kind == Array || o.Kind == String && !o.beginsAsNumber() {
			refuse(x, op+" needs numbers")
		}
	}
	a, b := v.asNumber(), w.asNumber()
	if op == "%" {
		m, n := a.ToInt(), b.ToInt()
		switch n {
		case 0:
			refuse(x, "division by zero")
		case -1:
			return I(0)
		}
		return I(m % n)
	}
	if a.Kind == Int && b.Kind == Int {
		m, n := a.Int, b.Int
		switch op {
		case "+":
			if r := m + n; (r > m) == (n > 0) {
				return I(r)
			}
		case "-":
			if r := m - n; (r < m) == (n > 0) {
				return I(r)
			}
		case "*":
			if m == 0 || n == 0 {
				return I(0)
			}
			if r := m * n; r/n == m && !(m == -1 && n == math.MinInt64) && !(n == -1 && m == math.MinInt64) {
				return I(r)
			}
		case "/":
			if n == 0 {
				refuse(x, "division by zero")
			}
			if m%n == 0 && !(n == -1 && m == math.MinInt64) {
				return I(m / n)
			}
		case "**":
			if n >= 0 {
				if r, ok := power(m, n); ok {
					return I(r)
				}
			}
		}
	}
	f, g := a.ToFloat(), b.ToFloat()
	switch op {
	case "+":
		return F(f + g)
	case "-":
		return F(f - g)
	case "*":
		return F(f * g)
	case "/":
		if g == 0 {
			refuse(x, "division by zero")
		}
		return F(f / g)
	case "**":
		return F(math.Pow(f, g))
	}
	refuse(x, op+" is not worked out here")
	return Value{}
}

func power(m, n int64) (int64, bool) {
	if m == 0 || m == 1 {
		if n == 0 {
			return 1, true
		}
		return m, true
	}
	if m == -1 {
		return 1 - 2*(n&1), true
	}
	r := int64(1)
	for ; n > 0; n-- {
		if r*m/m != r {
			return 0, false
		}
		r *= m
	}
	return r, true
}

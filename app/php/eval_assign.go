package php

import (
	"math"
	"strings"
)

// assign makes an assignment and gives the value assigned.
func (s *Scope) assign(x *Assign) Value {
	if v, ok := rootOf(x.Target); ok && (v.Name == "this" || isSuperglobal(v.Name)) {
		refuse(x, "$"+v.Name+" is not assigned to here")
	}
	op := strings.TrimSuffix(x.Op, "=")
	if op == "" {
		v := s.eval(x.Value)
		s.store(x, x.Target, v)
		return v
	}
	old := s.base(x.Target)
	if op == "??" {
		switch old.Kind {
		case Null:
			v := s.eval(x.Value)
			s.store(x, x.Target, v)
			return v
		case Symbolic:
			v := Sym(code(old) + " ?? " + code(s.eval(x.Value)))
			s.store(x, x.Target, v)
			return v
		}
		return s.copyOf(old, x, 0)
	}
	w := s.eval(x.Value)
	var v Value
	if old.Kind == Symbolic || w.Kind == Symbolic {
		src := code(old) + " " + op + " " + code(w)
		s.charge(len(src), x)
		v = Sym(src)
	} else {
		v = s.operate(x, op, s.copyOf(old, x, 0), w)
	}
	s.store(x, x.Target, v)
	return v
}

// rootOf is the variable that an assignment changes.
func rootOf(x Expr) (*Variable, bool) {
	for {
		switch y := x.(type) {
		case *Variable:
			return y, true
		case *Index:
			x = y.X
		default:
			return nil, false
		}
	}
}

// store puts v into a variable or an element of one; arrays on the way come
// into being, as in PHP.
func (s *Scope) store(at *Assign, target Expr, v Value) {
	var path []*Index
	for {
		i, ok := target.(*Index)
		if !ok {
			break
		}
		path = append(path, i)
		target = i.X
	}
	root, ok := target.(*Variable)
	if !ok {
		refuse(at, "only a variable can be assigned to")
	}
	// Keys first: nothing is changed where one of them cannot be worked out.
	keys := make([]Key, len(path))
	for n, i := range path {
		if i.Key == nil {
			continue
		}
		k := s.eval(i.Key)
		if keys[n], ok = k.Key(); !ok {
			refuse(i, "this key is not known before PHP runs")
		}
	}
	i, found := s.index[root.Name]
	var value Value
	if found {
		value = s.vars[i].Value
	} else if len(path) > 0 && s.Unset != nil {
		value, _ = s.Unset(root)
		if value.Kind == Symbolic {
			// Set elsewhere, perhaps to an array: what is added here is known.
			value = Value{}
		}
	}
	value = s.put(at, value, path, keys, v)
	if !found {
		if s.index == nil {
			s.index = map[string]int{}
		}
		i = len(s.vars)
		s.index[root.Name] = i
		s.vars = append(s.vars, Var{Name: root.Name})
	}
	s.vars[i].Value, s.vars[i].Pos = value, at.Pos()
}

// put is base with v at the path, whose last element comes first.
func (s *Scope) put(at *Assign, base Value, path []*Index, keys []Key, v Value) Value {
	if len(path) == 0 {
		return v
	}
	switch {
	case base.Kind == Null, base.Kind == Bool && !base.Bool:
		base = Value{Kind: Array}
	case base.Kind == Array:
	case base.Kind == Symbolic:
		refuse(at, "an element of a value that only PHP knows")
	default:
		refuse(at, "an element of "+base.TypeName()+", which is no array")
	}
	last := len(path) - 1
	step, key := path[last], keys[last]
	s.search(base.Array, at)
	at1 := -1
	if step.Key == nil {
		ints := false
		key = IntKey(0)
		for _, e := range base.Array {
			if e.Key.IsInt && (e.Key.Int >= key.Int || !ints) {
				if e.Key.Int == math.MaxInt64 {
					refuse(at, "there is no integer key left")
				}
				key.Int, ints = e.Key.Int+1, true
			}
		}
	} else {
		at1 = base.find(key)
	}
	var inner Value
	if at1 >= 0 {
		inner = base.Array[at1].Value
	}
	inner = s.put(at, inner, path[:last], keys[:last], v)
	if at1 >= 0 {
		base.Array[at1].Value = inner
	} else {
		base.Array = append(base.Array, Entry{key, inner})
	}
	return base
}

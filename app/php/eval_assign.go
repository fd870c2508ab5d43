package php

import (
	"errors"
	"math"
	"slices"
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
			v := Sym(s.code(old) + " ?? " + s.code(s.eval(x.Value)))
			s.store(x, x.Target, v)
			return v
		}
		return s.copyOf(old, x, 0)
	}
	w := s.eval(x.Value)
	if op == "." && (old.Kind == Array || w.Kind == Array) {
		refuse(x, "an array in the place of a string")
	}
	var v Value
	if old.Kind == Symbolic || w.Kind == Symbolic {
		src := s.infix(old, op, w)
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
	if s.Assigned != nil {
		slices.Reverse(keys)
		for n := range path {
			if path[n].Key == nil {
				keys[len(path)-1-n] = IntKey(-1)
			}
		}
		s.Assigned(at, root.Name, keys)
	}
}

// unset removes variables and elements of arrays.
func (s *Scope) unset(c *Call) (err error) {
	defer rescue(&err)
	for _, x := range c.Args {
		v, ok := rootOf(x)
		if !ok {
			return &EvalError{x.Pos(), errors.New("unset() takes variables alone")}
		}
		i, found := s.index[v.Name]
		if !found {
			continue
		}
		if _, whole := x.(*Variable); whole {
			s.charge(64*len(s.vars), c)
			s.vars = slices.Delete(s.vars, i, i+1)
			delete(s.index, v.Name)
			for ; i < len(s.vars); i++ {
				s.index[s.vars[i].Name] = i
			}
			continue
		}
		var keys []Key
		for {
			e, ok := x.(*Index)
			if !ok {
				break
			}
			if e.Key == nil {
				return &EvalError{x.Pos(), errors.New("[] can only be assigned to")}
			}
			key, err := s.Eval(e.Key)
			if err != nil {
				return err
			}
			k, ok := key.Key()
			if !ok {
				return &EvalError{x.Pos(), errors.New("this key is not known before PHP runs")}
			}
			keys, x = append(keys, k), e.X
		}
		s.vars[i].Value = without(s.vars[i].Value, keys)
	}
	return nil
}

// without is v less the element at the path, whose last key comes first.
func without(v Value, keys []Key) Value {
	last := len(keys) - 1
	i := v.find(keys[last])
	switch {
	case v.Kind != Array || i < 0:
		return v
	case last == 0:
		v.Array = slices.Delete(v.Array, i, i+1)
	default:
		v.Array[i].Value = without(v.Array[i].Value, keys[:last])
	}
	return v
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

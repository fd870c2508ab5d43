package php

import (
	"errors"
	"math"
)

// builder collects array elements; from some size on it finds keys by a map.
type builder struct {
	entries []Entry
	at      map[Key]int
	next    int64 // one more than the greatest integer key, from PHP 8.2 on
	ints    bool  // there is an integer key
	full    bool  // next would overflow
}

func (b *builder) find(k Key) int {
	if b.at == nil {
		return Value{Array: b.entries}.find(k)
	}
	if i, ok := b.at[k]; ok {
		return i
	}
	return -1
}

func (b *builder) has(k Key) bool { return b.find(k) >= 0 }

func (b *builder) set(k Key, v Value) {
	if k.IsInt && (k.Int >= b.next || !b.ints) {
		b.next, b.ints, b.full = k.Int+1, true, k.Int == math.MaxInt64
	}
	const small = 8
	if b.at == nil && len(b.entries) >= small {
		b.at = make(map[Key]int, 2*small)
		for i, e := range b.entries {
			b.at[e.Key] = i
		}
	}
	if i := b.find(k); i >= 0 {
		b.entries[i].Value = v
		return
	}
	if b.at != nil {
		b.at[k] = len(b.entries)
	}
	b.entries = append(b.entries, Entry{k, v})
}

func (b *builder) push(v Value, at Node) {
	if b.full {
		refuse(at, "there is no integer key left")
	}
	b.set(IntKey(b.next), v)
}

func (s *Scope) array(x *ArrayLit) Value {
	b := builder{entries: make([]Entry, 0, len(x.Items))}
	for _, it := range x.Items {
		if it.Key != nil {
			k := s.eval(it.Key)
			key, ok := k.Key()
			if !ok {
				refuse(it.Key, "this key is not known before PHP runs")
			}
			b.set(key, s.item(it.Value))
			continue
		}
		v := s.item(it.Value)
		switch {
		case !it.Spread:
			b.push(v, x)
		case v.Kind != Array:
			refuse(it.Value, "only an array can be spread")
		default:
			for _, e := range v.Array {
				if e.Key.IsInt {
					b.push(e.Value, x)
				} else {
					b.set(e.Key, e.Value)
				}
			}
		}
	}
	return Value{Kind: Array, Array: b.entries}
}

// item is the value of an element.
func (s *Scope) item(x Expr) Value {
	if l, ok := x.(*Literal); ok {
		return l.Value
	}
	if !s.KeepItems {
		return s.eval(x)
	}
	v, err := s.Eval(x)
	if err == nil {
		return v
	}
	if errors.Is(err, ErrTooMuch) {
		panic(failure{err})
	}
	s.report(x, err)
	return Sym(x.Source())
}

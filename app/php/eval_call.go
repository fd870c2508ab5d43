package php

import "strings"

// call evaluates the few functions whose answer does not depend on where PHP
// runs; any other stays Symbolic, or is the business of Scope.Call.
func (s *Scope) call(x *Call) Value {
	name := strings.ToLower(x.Name)
	switch name {
	case "isset":
		return s.isset(x)
	case "empty":
		if len(x.Args) == 1 {
			v := s.base(x.Args[0])
			if v.Kind != Symbolic {
				return B(!v.Truthy())
			}
			return s.symbolic(x, func() string { return "empty( " + v.Str + " )" })
		}
	}
	args := make([]Value, len(x.Args))
	known := true
	for i, a := range x.Args {
		args[i] = s.eval(a)
		known = known && args[i].IsConst()
	}
	if s.Call != nil {
		if v, ok := s.Call(x, args); ok {
			return v
		}
	}
	if f := function(name); f != nil && known {
		if v, ok := f(s, x, args); ok {
			return v
		}
	}
	return s.symbolic(x, func() string {
		parts := make([]string, len(args))
		for i, a := range args {
			parts[i] = Printer{}.Source(a)
		}
		if IsInclude(name) {
			return name + " " + strings.Join(parts, ", ")
		}
		if len(parts) == 0 {
			return x.Name + "()"
		}
		return x.Name + "( " + strings.Join(parts, ", ") + " )"
	})
}

func (s *Scope) isset(x *Call) Value {
	for _, a := range x.Args {
		switch v := s.base(a); v.Kind {
		case Null:
			return B(false)
		case Symbolic:
			return s.symbolic(x, func() string { return "isset( " + v.Str + " )" })
		}
	}
	return B(true)
}

// function is one of the functions that are worked out. It gets constant
// arguments; where it gives false, the call is left as it is.
func function(name string) func(s *Scope, x *Call, args []Value) (Value, bool) {
	switch name {
	case "array_merge":
		return arrayMerge
	case "define":
		return define
	case "trim":
		return onString(func(v string) string { return strings.Trim(v, " \t\n\r\x00\v") })
	case "strtolower":
		return onString(asciiLower)
	}
	return nil
}

func onString(f func(string) string) func(s *Scope, x *Call, args []Value) (Value, bool) {
	return func(s *Scope, x *Call, args []Value) (Value, bool) {
		if len(args) != 1 || args[0].Kind == Array {
			return Value{}, false
		}
		v := f(args[0].ToString())
		s.charge(len(v), x)
		return S(v), true
	}
}

func asciiLower(v string) string {
	b := []byte(v)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
	}
	return string(b)
}

func arrayMerge(s *Scope, x *Call, args []Value) (Value, bool) {
	var b builder
	for _, a := range args {
		if a.Kind != Array {
			return Value{}, false
		}
		s.charge(entrySize*len(a.Array), x)
		for _, e := range a.Array {
			if e.Key.IsInt {
				b.push(e.Value, x)
			} else {
				b.set(e.Key, e.Value)
			}
		}
	}
	return Value{Kind: Array, Array: b.entries}, true
}

// define gives true; the constant keeps its first value.
func define(s *Scope, x *Call, args []Value) (Value, bool) {
	if len(args) != 2 || args[0].Kind != String {
		return Value{}, false
	}
	if s.consts == nil {
		s.consts = map[string]Value{}
	}
	if _, there := s.consts[args[0].Str]; there {
		return B(false), true
	}
	s.consts[args[0].Str] = args[1]
	return B(true), true
}

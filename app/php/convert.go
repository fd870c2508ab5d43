// Conversions between PHP values, as PHP 8 makes them
// (https://www.php.net/manual/en/language.types.php). A Symbolic value has no
// value yet: callers ask IsConst first where that matters.

package php

import (
	"math"
	"strconv"
	"strings"
)

// F makes a float.
func F(f float64) Value { return Value{Kind: Float, Float: f} }

// A makes an array from alternating string keys and values.
func A(entries ...Entry) Value { return Value{Kind: Array, Array: entries} }

// E makes an entry with a string key, normalised as PHP does.
func E(key string, v Value) Entry { return Entry{StringKey(key), v} }

// List makes an array with the keys 0, 1, 2, ...
func List(values ...Value) Value {
	out := Value{Kind: Array, Array: make([]Entry, len(values))}
	for i, v := range values {
		out.Array[i] = Entry{IntKey(int64(i)), v}
	}
	return out
}

// IntKey is an integer key.
func IntKey(n int64) Key { return Key{IsInt: true, Int: n} }

// StringKey is a string used as a key: a decimal integer in its canonical
// form ("25", "-3"; not "025", "+3", "-0") becomes that integer.
func StringKey(s string) Key {
	if s == "" || len(s) > 20 || s[0] != '-' && (s[0] < '0' || s[0] > '9') {
		return Key{Str: s}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != s {
		return Key{Str: s}
	}
	return IntKey(n)
}

// Key is v as an array key; false where PHP refuses it (an array) or cannot
// know it yet (Symbolic).
func (v Value) Key() (Key, bool) {
	switch v.Kind {
	case Null:
		return Key{}, true
	case Bool, Int:
		return IntKey(v.ToInt()), true
	case Float:
		return IntKey(floatToInt(v.Float)), true
	case String:
		return StringKey(v.Str), true
	default:
		return Key{}, false
	}
}

// Value is the key as a value.
func (k Key) Value() Value {
	if k.IsInt {
		return I(k.Int)
	}
	return S(k.Str)
}

// IsConst tells that v holds nothing Symbolic, at any depth.
func (v Value) IsConst() bool {
	if v.Kind == Symbolic {
		return false
	}
	for _, e := range v.Array {
		if !e.Value.IsConst() {
			return false
		}
	}
	return true
}

// At finds any key of an array.
func (v Value) At(k Key) (Value, bool) {
	if i := v.find(k); i >= 0 {
		return v.Array[i].Value, true
	}
	return Value{}, false
}

func (v Value) find(k Key) int {
	for i := range v.Array {
		if v.Array[i].Key == k {
			return i
		}
	}
	return -1
}

// TypeName is the type as PHP 8's get_debug_type() calls it; "expression" for
// a Symbolic.
func (v Value) TypeName() string {
	return [...]string{"null", "bool", "int", "float", "string", "array", "expression"}[v.Kind]
}

// Truthy is (bool)$v. A Symbolic counts as true.
func (v Value) Truthy() bool {
	switch v.Kind {
	case Null:
		return false
	case Bool:
		return v.Bool
	case Int:
		return v.Int != 0
	case Float:
		return v.Float != 0
	case String:
		return v.Str != "" && v.Str != "0"
	case Array:
		return len(v.Array) > 0
	default:
		return true
	}
}

// ToString is (string)$v with the default setting precision=14: null and
// false are "", true is "1", an array is "Array". A Symbolic gives its source.
func (v Value) ToString() string {
	switch v.Kind {
	case Bool:
		if v.Bool {
			return "1"
		}
		return ""
	case Int:
		return strconv.FormatInt(v.Int, 10)
	case Float:
		return floatToString(v.Float)
	case String, Symbolic:
		return v.Str
	case Array:
		return "Array"
	default:
		return ""
	}
}

// ToInt is (int)$v: "587/tls" and " 587 " are 587, "abc" and a Symbolic 0.
func (v Value) ToInt() int64 {
	switch v.Kind {
	case Bool:
		if v.Bool {
			return 1
		}
		return 0
	case Int:
		return v.Int
	case Float:
		return floatToInt(v.Float)
	case String:
		n, _ := v.number()
		if n.Kind == Float {
			return clampToInt(n.Float)
		}
		return n.Int
	case Array:
		if len(v.Array) > 0 {
			return 1
		}
		return 0
	default:
		return 0
	}
}

// ToFloat is (float)$v.
func (v Value) ToFloat() float64 {
	switch v.Kind {
	case Float:
		return v.Float
	case String:
		n, _ := v.number()
		if n.Kind == Float {
			return n.Float
		}
		return float64(n.Int)
	default:
		return float64(v.ToInt())
	}
}

// IsNumeric is is_numeric(): a number, or a string that is one, with blanks
// around it at most.
func (v Value) IsNumeric() bool {
	if v.Kind == Int || v.Kind == Float {
		return true
	}
	_, whole := v.number()
	return v.Kind == String && whole
}

// beginsAsNumber tells that a string begins with a number: PHP computes with
// that, and warns of the rest.
func (v Value) beginsAsNumber() bool {
	s := strings.TrimLeft(v.Str, blanks)
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	s = strings.TrimPrefix(s, ".")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// blanks may stand around a numeric string.
const blanks = " \t\n\r\v\f"

// number reads the number that a string begins with (0 where there is none),
// and tells whether the string is nothing but that number.
func (v Value) number() (n Value, whole bool) {
	s := strings.TrimLeft(v.Str, blanks)
	i, digits, float := 0, 0, false
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	count := func() {
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
			digits++
		}
	}
	count()
	if i < len(s) && s[i] == '.' {
		i++
		float = true
		count()
	}
	if digits == 0 {
		return I(0), false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if j < len(s) && s[j] >= '0' && s[j] <= '9' {
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				j++
			}
			i, float = j, true
		}
	}
	whole = strings.Trim(s[i:], blanks) == ""
	if !float {
		if n, err := strconv.ParseInt(s[:i], 10, 64); err == nil {
			return I(n), whole
		}
	}
	// Out of range gives ±Inf, as in PHP.
	f, _ := strconv.ParseFloat(s[:i], 64)
	return F(f), whole
}

// floatToInt truncates; what no int64 holds wraps around modulo 2^64, and
// what is not finite is 0.
func floatToInt(f float64) int64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	f = math.Trunc(f)
	if f >= -0x1p63 && f < 0x1p63 {
		return int64(f)
	}
	m := math.Mod(f, 0x1p64)
	if m < 0 {
		m += 0x1p64
	}
	return int64(uint64(m))
}

// clampToInt is the conversion of a numeric string: the nearest integer there
// is, as C's strtol() gives it.
func clampToInt(f float64) int64 {
	switch {
	case f >= 0x1p63:
		return math.MaxInt64
	case f < -0x1p63:
		return math.MinInt64
	}
	return floatToInt(f)
}

// floatToString is PHP's %.14G: 1.5, 1.0E+25, -0, INF.
func floatToString(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NAN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	const precision = 14
	s := strconv.FormatFloat(f, 'e', precision-1, 64)
	mantissa, exponent, _ := strings.Cut(s, "e")
	exp, _ := strconv.Atoi(exponent)
	if exp >= -4 && exp < precision {
		s = strconv.FormatFloat(f, 'f', max(0, precision-1-exp), 64)
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		return s
	}
	mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	sign := "+"
	if exp < 0 {
		sign, exp = "-", -exp
	}
	return mantissa + "E" + sign + strconv.Itoa(exp)
}

// Identical is $v === $w. Symbolic values are identical when their source is.
func (v Value) Identical(w Value) bool {
	if v.Kind != w.Kind {
		return false
	}
	switch v.Kind {
	case Bool:
		return v.Bool == w.Bool
	case Int:
		return v.Int == w.Int
	case Float:
		return v.Float == w.Float
	case String, Symbolic:
		return v.Str == w.Str
	case Array:
		if len(v.Array) != len(w.Array) {
			return false
		}
		for i, e := range v.Array {
			if e.Key != w.Array[i].Key || !e.Value.Identical(w.Array[i].Value) {
				return false
			}
		}
	}
	return true
}

// compare is $v <=> $w for scalars, by the rules of PHP 8; ok is false where
// it has no constant answer here (arrays, Symbolic, NAN).
func compare(v, w Value) (order int, ok bool) {
	if v.Kind >= Array || w.Kind >= Array {
		return 0, false
	}
	switch {
	case v.Kind == Bool || w.Kind == Bool || v.Kind == Null && w.Kind != String || w.Kind == Null && v.Kind != String:
		return cmpInt(B(v.Truthy()).ToInt(), B(w.Truthy()).ToInt()), true
	case v.Kind == Null || w.Kind == Null:
		return strings.Compare(v.ToString(), w.ToString()), true
	case v.IsNumeric() && w.IsNumeric():
		a, b := v.asNumber(), w.asNumber()
		if a.Kind == Int && b.Kind == Int {
			return cmpInt(a.Int, b.Int), true
		}
		x, y := a.ToFloat(), b.ToFloat()
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		}
		return 0, x == y
	default:
		return strings.Compare(v.ToString(), w.ToString()), true
	}
}

func (v Value) asNumber() Value {
	switch v.Kind {
	case Int, Float:
		return v
	case String:
		n, _ := v.number()
		return n
	default:
		return I(v.ToInt())
	}
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

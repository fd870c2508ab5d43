// The printer: values as source, in MediaWiki's coding style (tabs, space
// inside brackets; https://www.mediawiki.org/wiki/Manual:Coding_conventions/PHP).

package php

import (
	"math"
	"strconv"
	"strings"
)

// Class is a syntactic class, for colours.
type Class string

const (
	ClassComment  Class = "comment"
	ClassVariable Class = "variable"
	ClassString   Class = "string"
	ClassNumber   Class = "number"
	ClassKeyword  Class = "keyword"
	ClassPunct    Class = "punct"
)

// Token is a run of source text of one syntactic class.
type Token struct {
	Class Class
	Text  string
}

// Printer writes values as source.
type Printer struct {
	OldArrays bool // array( ), which PHP before 5.4 needs
}

// Source is v in one line.
func (p Printer) Source(v Value) string {
	if v.Kind == Symbolic {
		return v.Str
	}
	var b strings.Builder
	for _, t := range p.Inline(nil, v) {
		b.WriteString(t.Text)
	}
	return b.String()
}

// Inline appends v, in one line, to dst. Keys of a list are left out.
func (p Printer) Inline(dst []Token, v Value) []Token {
	if v.Kind != Array {
		return append(dst, p.scalar(v)...)
	}
	dst = p.Open(dst)
	list := isList(v)
	for i, e := range v.Array {
		if i > 0 {
			dst = append(dst, Token{ClassPunct, ","})
		}
		dst = append(dst, Token{ClassPunct, " "})
		if !list {
			dst = append(dst, p.scalar(e.Key.Value())...)
			dst = append(dst, Token{ClassPunct, " => "})
		}
		dst = p.Inline(dst, e.Value)
	}
	if len(v.Array) > 0 {
		dst = append(dst, Token{ClassPunct, " "})
	}
	return append(dst, p.Close())
}

// Open appends the opening bracket of an array.
func (p Printer) Open(dst []Token) []Token {
	if p.OldArrays {
		return append(dst, Token{ClassKeyword, "array"}, Token{ClassPunct, "("})
	}
	return append(dst, Token{ClassPunct, "["})
}

// Close is the closing bracket of an array.
func (p Printer) Close() Token {
	if p.OldArrays {
		return Token{ClassPunct, ")"}
	}
	return Token{ClassPunct, "]"}
}

// isList tells that the keys are 0, 1, 2, ...
func isList(v Value) bool {
	for i, e := range v.Array {
		if !e.Key.IsInt || e.Key.Int != int64(i) {
			return false
		}
	}
	return true
}

func (p Printer) scalar(v Value) []Token {
	switch v.Kind {
	case Bool:
		if v.Bool {
			return []Token{{ClassKeyword, "true"}}
		}
		return []Token{{ClassKeyword, "false"}}
	case Int:
		if v.Int == math.MinInt64 {
			// The digits alone would be a float.
			return []Token{{ClassNumber, "-9223372036854775807"}, {ClassPunct, " - "}, {ClassNumber, "1"}}
		}
		return []Token{{ClassNumber, strconv.FormatInt(v.Int, 10)}}
	case Float:
		return []Token{{ClassNumber, floatSource(v.Float)}}
	case String:
		return []Token{{ClassString, Quote(v.Str)}}
	case Symbolic:
		return Classify(v.Str)
	default:
		return []Token{{ClassKeyword, "null"}}
	}
}

func floatSource(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NAN"
	case math.IsInf(f, 1):
		return "INF"
	case math.IsInf(f, -1):
		return "-INF"
	}
	s := strconv.FormatFloat(f, 'G', -1, 64)
	if strings.ContainsAny(s, ".E") {
		return s
	}
	return s + ".0"
}

// Classify splits source into classes; the texts joined are the source.
func Classify(src string) []Token {
	var out []Token
	l := lexer{src: src, pos: Pos{1, 1}}
	at := 0
	add := func(c Class, text string) {
		if text == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Class == c {
			out[n-1].Text += text
			return
		}
		out = append(out, Token{c, text})
	}
	for {
		t := l.next()
		gap := src[at:t.off]
		if strings.Trim(gap, space) == "" {
			add(ClassPunct, gap)
		} else {
			add(ClassComment, gap)
		}
		at = t.off + len(t.text)
		switch t.kind {
		case tEOF:
			add(ClassPunct, src[t.off:])
			return out
		case tVariable:
			add(ClassVariable, t.text)
		case tName, tCast:
			add(ClassKeyword, t.text)
		case tInt, tFloat:
			add(ClassNumber, t.text)
		case tSingle, tDouble, tHeredoc:
			add(ClassString, t.text)
		default:
			add(ClassPunct, t.text)
		}
	}
}

package php

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever comes in, parsing and running it ends, without a panic, and every
// node lies where it says.
func FuzzParse(f *testing.F) {
	for _, src := range evalTests {
		f.Add(src)
	}
	for _, tt := range refusedTests {
		f.Add(tt.src)
	}
	for _, tt := range symbolicTests {
		f.Add(tt.src)
	}
	for _, tt := range outsideTests {
		f.Add(tt.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file := Parse([]byte(src))
		lines := strings.Count(src, "\n") + strings.Count(src, "\r") + 1
		check := func(n Node) {
			if p := n.Pos(); p.Line < 1 || p.Line > lines || p.Col < 1 || p.Col > utf8.RuneCountInString(src)+1 {
				t.Errorf("%q: a node at %s", src, p)
			}
			if !strings.Contains(src, n.Source()) {
				t.Errorf("%q: a node with the source %q", src, n.Source())
			}
		}
		for _, s := range file.Stmts {
			check(s)
		}
		s := Scope{Report: func(n Node, err error) {
			if err.Error() == "" {
				t.Errorf("%q: an error without words", src)
			}
		}}
		s.Run(file.Stmts)
		for _, v := range s.Vars() {
			// What was worked out is printed and read back as the same.
			if !v.Value.IsConst() {
				continue
			}
			var again Scope
			again.Run(Parse([]byte("$x = " + Printer{}.Source(v.Value) + ";")).Stmts)
			if got := valueOf(&again, "x"); !same(got, v.Value) {
				t.Errorf("%q: $%s is %s, read back as %s", src, v.Name, Printer{}.Source(v.Value), Printer{}.Source(got))
			}
		}
		Classify(src)
	})
}

// same is Identical, with NAN equal to itself.
func same(v, w Value) bool {
	return v.Identical(w) || Printer{}.Source(v) == Printer{}.Source(w)
}

// Quote gives a literal of exactly the bytes.
func FuzzQuote(f *testing.F) {
	for _, tt := range quoteTests {
		f.Add(tt.s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := Quote(s)
		if !utf8.ValidString(q) {
			t.Errorf("Quote(%q) = %q is not UTF-8", s, q)
		}
		x, err := ParseExpr(q)
		if err != nil {
			t.Fatalf("Quote(%q) = %s: %v", s, q, err)
		}
		l, ok := x.(*Literal)
		if !ok || !l.Value.Identical(S(s)) {
			t.Errorf("Quote(%q) = %s is read back as %v", s, q, x)
		}
		c := Comment(s)
		if strings.ContainsAny(c, "\r\n\x00") || strings.Contains(c, "?>") || strings.Contains(c, "%>") || !utf8.ValidString(c) {
			t.Errorf("Comment(%q) = %q", s, c)
		}
		if file := Parse([]byte("# " + c + "\n$x = 1;")); len(file.Stmts) != 1 || len(file.Errors) != 0 {
			t.Errorf("the comment %q does not stay one", c)
		}
	})
}

// Proposed mends lie in the text, in order, and one round of them is enough:
// what parses then, parses.
func FuzzMends(f *testing.F) {
	for _, tt := range mendTests {
		f.Add(tt.src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		at := 0
		for _, m := range Mends(src) {
			if m.Off < at || m.Off+m.Del > len(src) || m.Del < 0 || m.Reason == "" || m.Pos.Line < 1 {
				t.Fatalf("%q: %+v behind %d", src, m, at)
			}
			at = m.Off
		}
		for _, s := range Strings(src) {
			_ = s
		}
	})
}

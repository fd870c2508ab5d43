package php

import (
	"errors"
	"testing"
)

// Places count lines by \n, \r\n and \r, and columns by characters.
func TestPositions(t *testing.T) {
	for _, tt := range []struct {
		src  string
		want []string // begin and end of each statement
	}{
		{"$a = 1;", []string{"1:1-1:8"}},
		{"$a = 1;\n\n  $b\n= 2;", []string{"1:1-1:8", "3:3-4:5"}},
		{"$a = 1;\r\n$b = 2;\r$c = 3;\r\r\n$d = 4;", []string{"1:1-1:8", "2:1-2:8", "3:1-3:8", "5:1-5:8"}},
		{"\uFEFF$a = 'é維👩‍👩‍👧'; $b = 2;", []string{"1:1-1:16", "1:17-1:24"}},
		{"\uFEFF<?php\n$a = 1;", []string{"2:1-2:8"}},
		{"<?php $a = '\xff\xfe'; $b = 2;", []string{"1:7-1:17", "1:18-1:25"}},
		{"#!/usr/bin/php\n<?php $a = 1 ?>\n<p>\n<?php $b = 2;", []string{"2:7-2:16", "4:7-4:14"}},
		{"/* é\né */ $a = 1; // x\r$b = <<<A\nx\nA;", []string{"2:6-2:13", "3:1-5:3"}},
		{"if ( 1 ) {\n\t$a = 1;\n}", []string{"1:1-3:2"}},
	} {
		var got []string
		f := Parse([]byte(tt.src))
		for _, s := range f.Stmts {
			got = append(got, s.Pos().String()+"-"+s.End().String())
		}
		if len(f.Errors) > 0 {
			t.Errorf("%q: %v", tt.src, f.Errors)
		}
		if len(got) != len(tt.want) {
			t.Errorf("%q: %q, want %q", tt.src, got, tt.want)
			continue
		}
		for i := range got {
			if got[i] != tt.want[i] {
				t.Errorf("%q: %q, want %q", tt.src, got, tt.want)
				break
			}
		}
	}
}

// An expression inside a string has its own place.
func TestPositionsInStrings(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"$x = \"é$a\";", "1:8"},
		{"$x = \"\n {$a}\";", "2:3"},
		{"$x = \"\\n${a}\";", "1:11"},
		{"$x = <<<E\nb\n é $a\nE;", "3:4"},
		{"$x = 'y' . \"$a\";", "1:13"},
	} {
		at := ""
		s := Scope{Unset: func(v *Variable) (Value, bool) {
			at = v.Pos().String()
			return Value{}, false
		}}
		s.Run(Parse([]byte(tt.src)).Stmts)
		if at != tt.want {
			t.Errorf("%q: $a is at %s, want %s", tt.src, at, tt.want)
		}
	}
}

// Incomplete tells a text that only ends too early from one that is wrong.
func TestIncomplete(t *testing.T) {
	for src, want := range map[string]bool{
		"$a = [ 1,":            true,
		"$a = [ 1":             true,
		"$a = 'b":              true,
		"$a = \"b":             true,
		"$a = <<<E\nb":         true,
		"$a = 1":               true,
		"$a =":                 true,
		"if ( 1 ) { $a = 1;":   true,
		"$a = 1 /* b":          true,
		"$a = 1; $b = f( 'c',": true,
		"$a = ];":              false,
		"$a = [ 1 2 ];":        false,
		"$a = [ 1;":            false,
		"$a b;":                false,
	} {
		f := Parse([]byte(src))
		var err *ParseError
		if len(f.Errors) != 1 || !errors.As(f.Errors[0], &err) {
			t.Errorf("%q: errors %v, want one", src, f.Errors)
			continue
		}
		if err.Incomplete != want {
			t.Errorf("%q: %v, incomplete %v, want %v", src, err, err.Incomplete, want)
		}
	}
}

// A text that is no PHP at all is given up after some time, and says so.
func TestTooManyErrors(t *testing.T) {
	f := Parse([]byte(repeat("] ;\n", 5*maxErrors) + "$x = 1;"))
	if n := len(f.Errors); n != maxErrors+1 {
		t.Fatalf("%d errors", n)
	}
	const want = "1001:1: too much here is not understood: the rest is not read"
	if got := f.Errors[maxErrors].Error(); got != want {
		t.Errorf("the last one is %q, want %q", got, want)
	}
}

// ParseExpr takes an expression and nothing else.
func TestParseExpr(t *testing.T) {
	for src, want := range map[string]string{
		"getenv( 'X' )": "",
		"1 + 2":         "",
		"1;":            "1:2: the end should be here, not ;",
		"":              "1:1: the text ends where a value should be",
		"'a":            "1:1: string without its closing '",
		"$a ?>":         "1:4: the end should be here, not ?>",
	} {
		_, err := ParseExpr(src)
		switch {
		case err == nil && want != "":
			t.Errorf("%q is taken", src)
		case err != nil && err.Error() != want:
			t.Errorf("%q: %v, want %q", src, err, want)
		}
	}
}

func TestValueQuestions(t *testing.T) {
	a := A(E("a", Value{}), E("5", B(false)), Entry{IntKey(7), S("x")})
	if a.IsSet("a") || a.IsSet("z") || !A(E("b", B(false))).IsSet("b") {
		t.Error("isset: null is not set, false is")
	}
	if v, ok := a.At(IntKey(5)); !ok || v.Kind != Bool {
		t.Error(`the key "5" is not the integer 5`)
	}
	if !a.IsConst() || A(E("a", A(E("b", Sym("c"))))).IsConst() {
		t.Error("an array is constant when all in it is")
	}
	for s, want := range map[string]bool{"587": true, " 587 ": true, "587/tls": false, "1e3": true, "": false, ".": false, "0x1A": false, "-5": true, "+.5": true} {
		if got := S(s).IsNumeric(); got != want {
			t.Errorf("is_numeric( %q ) is %v", s, got)
		}
	}
	if Sym("x").Truthy() != true || Sym("x").ToInt() != 0 || Sym("x").ToString() != "x" || A().ToString() != "Array" {
		t.Error("conversions of what is not known")
	}
}

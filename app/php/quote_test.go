package php

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// quoteTests are strings with the literal that Quote makes of them.
var quoteTests = []struct{ s, quoted string }{
	{"", `''`},
	{"abc", `'abc'`},
	{"it's", `'it\'s'`},
	{`a\b`, `'a\\b'`},
	{`\`, `'\\'`},
	{`\'`, `'\\\''`},
	{`\n`, `'\\n'`},
	{`pa$$word"`, `'pa$$word"'`},
	{"{$x}", `'{$x}'`},
	{"?>", `'?>'`},
	{"é 維基 👩‍👩‍👧", `'é 維基 👩‍👩‍👧'`},
	{"a\nb", `"a\nb"`},
	{"a\r\n\t", `"a\r\n\t"`},
	{"\x00" + "1", `"\x001"`},
	{"\x1b$x\"\\{$y}", `"\x1B\$x\"\\{\$y}"`},
	{"\xff", `"\xFF"`},
	{"\xc3(é", `"\xC3(é"`},
	{"\ufeff", `"\xEF\xBB\xBF"`},
	{"\u00a0", `"\xC2\xA0"`},
	{"\u2028", `"\xE2\x80\xA8"`},
	{"\u202e", `"\xE2\x80\xAE"`},
	{"\u200b", `"\xE2\x80\x8B"`},
	{"\x7f", `"\x7F"`},
	{"\ufffd", `'` + "\ufffd" + `'`},
}

func TestQuote(t *testing.T) {
	var sources []string
	for _, tt := range quoteTests {
		if q := Quote(tt.s); q != tt.quoted {
			t.Errorf("Quote(%q) = %s, want %s", tt.s, q, tt.quoted)
		}
		sources = append(sources, "$x = "+Quote(tt.s)+";")
	}
	for i, o := range evaluate(t, sources) {
		if o.Error != "" || !o.value(t).Identical(S(quoteTests[i].s)) {
			t.Errorf("php reads %s as %s %s", sources[i], o.X, o.Error)
		}
	}
}

// Every byte, every pair of bytes that means something to a quote, and random
// strings.
func TestQuoteAsPHP(t *testing.T) {
	var all []string
	for i := range 256 {
		all = append(all, string([]byte{byte(i)}), "a"+string([]byte{byte(i)})+"b")
	}
	special := "\\'\"$n{x0\x00\n\xff?>"
	for _, a := range []byte(special) {
		for _, b := range []byte(special) {
			for _, c := range []byte(special) {
				all = append(all, string([]byte{a, b, c}))
			}
		}
	}
	rnd := rand.New(rand.NewPCG(7, 8))
	for range 2000 {
		var b strings.Builder
		for range rnd.IntN(30) {
			switch rnd.IntN(3) {
			case 0:
				b.WriteByte(byte(rnd.UintN(256)))
			case 1:
				b.WriteRune(rune(rnd.IntN(0x11000)))
			default:
				b.WriteByte(special[rnd.IntN(len(special))])
			}
		}
		all = append(all, b.String())
	}
	sources := make([]string, len(all))
	for i, s := range all {
		q := Quote(s)
		sources[i] = "$x = " + q + ";"
		if !utf8.ValidString(q) || strings.ContainsFunc(q, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("Quote(%q) = %q holds what copying may damage", s, q)
		}
		if v, err := ParseExpr(q); err != nil || !v.(*Literal).Value.Identical(S(s)) {
			t.Errorf("%s is read back as %v %v", q, v, err)
		}
	}
	for i, o := range evaluate(t, sources) {
		if o.Error != "" || !o.value(t).Identical(S(all[i])) {
			t.Errorf("php reads %s as %s %s", sources[i], o.X, o.Error)
		}
	}
}

// A comment never ends, or begins, PHP.
func TestComment(t *testing.T) {
	for _, tt := range []struct{ s, safe string }{
		{"plain", "plain"},
		{"a ?> b", "a ? > b"},
		{"??>>", "?? >>"},
		{"%>", "% >"},
		{"a\r\nphpinfo();", "a  phpinfo();"},
		{"\u2028x\u202ey\x00", " x y "},
		{"?\x00>", "? >"},
		{"\xff", "\ufffd"},
		{"https://example.org/#a=b&c", "https://example.org/#a=b&c"},
	} {
		if got := Comment(tt.s); got != tt.safe {
			t.Errorf("Comment(%q) = %q, want %q", tt.s, got, tt.safe)
		}
	}
}

// Printed values are read back, by PHP and here, as the same.
func TestPrinterAsPHP(t *testing.T) {
	values := []Value{
		{}, B(true), B(false), I(0), I(-1), I(1 << 62), I(-1 << 63), F(1.5), F(1), F(1e25), F(-0.1), F(1e-7), S("it's\n"),
		A(), List(S("a"), S("b")), A(E("a", I(1)), E("5", A(E("b", Value{})))), A(Entry{IntKey(3), I(1)}, Entry{IntKey(0), List()}),
	}
	for _, p := range []Printer{{}, {OldArrays: true}} {
		var sources []string
		for _, v := range values {
			src := p.Source(v)
			if p.OldArrays && v.Kind == Array && strings.Contains(src, "[") {
				t.Errorf("%s: short array syntax", src)
			}
			sources = append(sources, "$x = "+src+";")
		}
		for i, o := range evaluate(t, sources) {
			if o.Error != "" || !o.value(t).Identical(values[i]) {
				t.Errorf("php reads %s as %s %s", sources[i], o.X, o.Error)
			}
			var s Scope
			s.Run(Parse([]byte(sources[i])).Stmts)
			if v := valueOf(&s, "x"); !v.Identical(values[i]) {
				t.Errorf("%s is read back as %s", sources[i], p.Source(v))
			}
		}
	}
	v := A(E("a", I(1)), E("b", List(S("x"), A())))
	if got, want := (Printer{}).Source(v), "[ 'a' => 1, 'b' => [ 'x', [] ] ]"; got != want {
		t.Errorf("printed %s, want %s", got, want)
	}
	if got, want := (Printer{OldArrays: true}).Source(v), "array( 'a' => 1, 'b' => array( 'x', array() ) )"; got != want {
		t.Errorf("printed %s, want %s", got, want)
	}
}

// Classify loses nothing.
func TestClassify(t *testing.T) {
	for _, src := range evalTests {
		var b strings.Builder
		for _, tok := range Classify(src) {
			b.WriteString(tok.Text)
		}
		if b.String() != src {
			t.Errorf("%q became %q", src, b.String())
		}
	}
	got := Classify("getenv( 'X' ) . $y // z")
	want := []Token{
		{ClassKeyword, "getenv"}, {ClassPunct, "( "}, {ClassString, "'X'"}, {ClassPunct, " ) . "}, {ClassVariable, "$y"}, {ClassComment, " // z"},
	}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

// An excerpt shows where it is, and no value.
func TestExcerpt(t *testing.T) {
	for _, tt := range []struct{ src, want string }{
		{"$wgSMTP = [\n'password' => 's3cret'", "$wgSMTP = ["},
		{"$wgSMTP['password'] = 's3cret';", "$wgSMTP['password'] = ..."},
		{"$a = [ 'password' => 's3cret' ];", "$a = [ 'password' => ..."},
		{"$a['password'] = 's3cret", "$a['password'] = ..."},
		{"$a = 's3'cret';", "$a = ..."},
		{"$a = s3cret;", "$a = ..."},
		{"cret', 'b' => 1", "..."},
		{"$a = 53;", "$a = ..."},
		{"$a = f( true, 's3cret' );", "$a = f( true, ..."},
		{"$a = <<<A\ns3cret\nA;", "$a = ..."},
		{"foreach ( $a as $b ) {", "foreach ( $a as $b ) {"},
		{"$abcdefghijklmnopqrstuvwxyz = [];", "$abcdefghijklmnopqrstuvw..."},
	} {
		if got := Excerpt(tt.src, 24); got != tt.want {
			t.Errorf("Excerpt(%q) = %q, want %q", tt.src, got, tt.want)
		}
	}
}

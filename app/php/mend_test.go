package php

import (
	"strings"
	"testing"
)

// mendTests are sources that do not parse, and what is made of them.
var mendTests = []struct{ src, want string }{
	{"$a = [ 'b' => 'c' 'd' => 1 ];", "$a = [ 'b' => 'c', 'd' => 1 ];"},
	{"$a = array(\n'b' => 'c'\n'd' => true\n'e' => 25\n);", "$a = array(\n'b' => 'c',\n'd' => true,\n'e' => 25\n);"},
	{"$a = [ 'b' => 'c' ", "$a = [ 'b' => 'c' ]; "},
	{"$a = 1", "$a = 1;"},
	{"$a = 1\n$b = 2;", "$a = 1;\n$b = 2;"},
	{"$a = 1\n$b['c'] = 2;", "$a = 1;\n$b['c'] = 2;"},
	{"$a = [ 'b' => [ 'c' => 1 ];", "$a = [ 'b' => [ 'c' => 1 ] ];"},
	{"$a = array( 'b' => 1;\n$c = 2;", "$a = array( 'b' => 1 );\n$c = 2;"},
	{"$a = array( 'b' => 1,\n$c = 2;", "$a = array( 'b' => 1, );\n$c = 2;"},
	{"$a = [ 'b' => 1,\n$c['d'] = 2;", "$a = [ 'b' => 1, ];\n$c['d'] = 2;"},
	{"$a = array( 'b' => 1 ];", "$a = array( 'b' => 1 );"},
	{"$a = [ 'b' => 1 );", "$a = [ 'b' => 1 ];"},
	{"$a = { 'b' => 1 };", "$a = [ 'b' => 1 ];"},
	{"$a = { \"b\": 1, \"c\": true };", "$a = [ \"b\"=> 1, \"c\"=> true ];"},
	{"$a = [ 'b' = 1, 'c' -> 2, 'd' == 3 ];", "$a = [ 'b' => 1, 'c' => 2, 'd' => 3 ];"},
	{"$a = [ 'b' 1, 'c' => 2 ];", "$a = [ 'b' => 1, 'c' => 2 ];"},
	{"$a = [ 'b' => 1; 'c' => 2; ];", "$a = [ 'b' => 1, 'c' => 2, ];"},
	{"$a = ( 'b' => 1 );", "$a = array( 'b' => 1 );"},
	{"$a = 'b;\n$c = 1;", "$a = 'b';\n$c = 1;"},
	{"$a = [\n'b' => 'c,\n'd' => 'e',\n];", "$a = [\n'b' => 'c',\n'd' => 'e',\n];"},
	{"$a = [\n'b => 'c',\n'd' => 'e',\n];", "$a = [\n'b' => 'c',\n'd' => 'e',\n];"},
	{"$a = [ 'b' => 1 ]];", "$a = [ 'b' => 1 ];"},
	{"if ( $b ) {\n$a = 1;\n", "if ( $b ) {\n$a = 1;\n}\n"},
	{"$a = f( 'b';", "$a = f( 'b' );"},
	{"$a = 1\nwfLoadExtension( 'B' );", "$a = 1;\nwfLoadExtension( 'B' );"},
	{"$a = 1 ?>", "$a = 1; ?>"},
	{"$a = [ 'b' => 'it's', 'c' ];", "$a = [ 'b' => 'it\\'s', 'c' ];"},
	{"$a = 'x'y'z';", "$a = 'x\\'y\\'z';"},
	{"$a = [ 'b' = > 1 ];", "$a = [ 'b' => 1 ];"},
	{"$a = [ 'b',, 'c' ];", "$a = [ 'b', 'c' ];"},
	{"$a = [ 'b', ... ];", "$a = [ 'b', ];"},
	{"$a := 1;", "$a = 1;"},
	{"$a = [ 'b' =>", "$a = [ 'b' => null ];"},
	// Right as it is.
	{"if ( $a ) { $b = 1; }", ""},
	{"if ( $a )\n$b = 1;", ""},
	{"$a = [ 'b' => 1, 'c' => [ 2 ], ];\n$d['e'][] = $f ? 1 : 2;", ""},
	{"$a = [ \"b\" . 'c', $d['e'], f( 1 ), true ? 1 : 2, A::B, -1, !$x ];", ""},
	{"foreach ( $a as $b => $c ) { $d[$b] = $c; }", ""},
	{"function f( $a ) { return [ 'b' => $a ]; }", ""},
	{"for ( $i = 0; $i < 2; $i++ ) { $a = $i; }", ""},
	{"$a = 'b\nc';", ""},
}

func TestMends(t *testing.T) {
	for _, tt := range mendTests {
		want := tt.want
		if want == "" {
			want = tt.src
		}
		var b strings.Builder
		at := 0
		for _, m := range Mends(tt.src) {
			b.WriteString(tt.src[at:m.Off] + m.Ins)
			at = m.Off + m.Del
			if m.Reason == "" {
				t.Errorf("%q: a mend without a reason", tt.src)
			}
		}
		b.WriteString(tt.src[at:])
		// Where blanks stand does not matter.
		if flat(b.String()) != flat(want) {
			t.Errorf("%q\n  is %q\nwant %q", tt.src, b.String(), want)
		}
		if f := Parse([]byte(b.String())); tt.want != "" && len(f.Errors) > 0 {
			t.Errorf("%q becomes %q, which does not parse: %v", tt.src, b.String(), f.Errors[0])
		}
	}
}

func flat(s string) string { return strings.NewReplacer(" ", "", "\n", "").Replace(s) }

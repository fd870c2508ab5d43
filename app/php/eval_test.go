package php

import (
	"errors"
	"testing"
)

// evalTests are sources that set $x to something constant. What it is, PHP
// itself says.
var evalTests = []string{
	`$x = 1;`, `$x=1;`, `$x = -5;`, `$x = - 5;`, `$x = +5;`, `$x = 0x1F;`, `$x = 0X1f;`, `$x = 017;`, `$x = 0o17;`, `$x = 0b101;`,
	`$x = 1_000_000;`, `$x = 0x7FFF_FFFF;`, `$x = 9223372036854775807;`, `$x = 9223372036854775808;`, `$x = -9223372036854775808;`,
	`$x = -9223372036854775807 - 1;`, `$x = 0xFFFFFFFFFFFFFFFF;`, `$x = 0777777777777777777777777;`, `$x = 00;`, `$x = 0;`,
	`$x = 1.5;`, `$x = .5;`, `$x = 5.;`, `$x = 1e3;`, `$x = 1E-7;`, `$x = 1_0.2_5e1_0;`, `$x = -0.0;`, `$x = 1e999;`,
	`$x = TRUE;`, `$x = False;`, `$x = nUlL;`, `$x = \true;`, `$x = PHP_INT_MAX;`, `$x = PHP_INT_MAX + 1;`,
	// removal, constants of one's own, the end
	`$x = [ 'a' => 1, 'b' => [ 'c' => 2, 'd' => 3 ] ]; unset( $x['a'], $x['b']['c'], $x['none']['x'] );`,
	`$y = 1; $x = 2; unset( $y ); $z = 3; $x = [ isset( $y ), $x, $z ];`, `$x = 1; unset( $x );`,
	`$k = 'a'; $x = [ 'a' => 1, 5 => 2 ]; unset( $x[$k] ); $x[] = 3;`, `$x = 1; $y = 2; unset( $nothing );`,
	// strings
	`$x = '';`, `$x = 'a\'b\\c\d\n';`, `$x = 'a` + "\n" + `b';`, `$x = "";`, `$x = "\n\t\r\v\e\f\\\$\"\'\a\0\101\777\x41\x4\xg\u{e9}\u{1F600}";`,
	`$x = "\u{D800}";`, `$x = "\X41";`, `$x = "\u{0}";`, `$x = "\400";`, `$x = '$y {$y}';`, `$x = "50% $ 5 $5 {x} { $";`, `$x = "\{$";`,
	`$y = 'Z'; $x = "a$y";`, `$y = 'Z'; $x = "a{$y}b";`, `$y = 'Z'; $x = "a${y}b";`, `$y = 'Z'; $x = "\$y \\$y";`, `$y = 'Z'; $x = "\{$y}";`,
	`$y = ['k' => 'v', 3 => 'w', -1 => 'n']; $x = "$y[k] $y[3] $y[-1] {$y['k']} {$y["k"]}";`, `$y = ['k' => 'v']; $z = 'k'; $x = "$y[$z]";`,
	`$y = ['k' => ['m' => 'v']]; $x = "{$y['k']['m']}";`, `$y = ['03' => 'v']; $x = "$y[03]";`, `$x = "pa$$word";`, `$x = "$nothing";`,
	`$y = 'Z'; $x = "$y[0]";`, `$y = 'ab'; $x = $y[0] . $y[-1];`, `$y = 'Z'; $x = "{$y}$y${y}";`, `$y = true; $z = 1.0; $x = "$y $z";`,
	"$x = <<<EOT\na\nb\nEOT;", "$x = <<<'EOT'\na $b \\n\nEOT;", "$x = <<<\"EOT\"\na\\tb\nEOT;", "$y = 'Z'; $x = <<<EOT\n  $y\n    b\n\n  c\n  EOT . '!';",
	"$x = <<<EOT\nEOT;", "$x = <<<EOT\n\nEOT;", "$x = <<< EOT\r\na\r\nb\r\nEOT;", "$x = <<<EOT\na \\\"q\\\" EOTX\nEOT;", "$x = [ <<<A\nx\nA, 2 ];",
	// arrays
	`$x = [];`, `$x = array();`, `$x = array( 'a' => 1, 'b', );`, `$x = [ 1, 5 => 2, 3 ];`, `$x = [ '1' => 'a', 1.7 => 'b', true => 'c', null => 'd', '01' => 'e' ];`,
	`$x = [ -5 => 1, 2 ];`, `$x[-5] = 1; $x[] = 2;`, `$x = [ -5 => 1, -7 => 3, 2 ];`, `$x = [ 'a' => 1, -9 => 2 ]; $x[] = 3;`, `$x = [ 'a' => [ 'b' => [ 'c' => [] ] ] ];`, `$x = [ 'a' => 1, 'a' => 2 ];`, `$x = ARRAY( 1 );`, `$x = [ '-0' => 1, '-5' => 2, '9223372036854775808' => 3 ];`,
	`$y = [ 1, 2 ]; $x = [ 0, ...$y, ...[ 'k' => 3 ] ];`, `$x = [ 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 3 => 'x', 'k' => 1, 'k' => 2, 11 ];`, `$x = [ '' => 1, null => 2 ];`,
	`$x['a'] = 1; $x['b']['c'][] = 2; $x['b']['c'][] = 3;`, `$x[] = 1; $x[7] = 2; $x[] = 3;`, `$x = null; $x['a'] = 1;`, `$x = false; $x[] = 1;`,
	`$y = [ 1 ]; $x = $y; $x[] = 2; $y[] = 3;`, `$y = [ [ 1 ] ]; $x = $y; $y[0][] = 2; $x[0][] = 3;`, `$y = [ 'a' => 1 ]; $x = [ $y, $y ]; $y['a'] = 2; $x[0]['a'] = 3;`,
	`$y = [ 'a' => [ 1 ] ]; $x = $y['a']; $x[] = 2; $y['a'][] = 5;`, `$x = [ 'a' => 1 ] + [ 'a' => 2, 'b' => 3 ];`, `$x = [ 1, 2 ]; $x += [ 3, 4, 5 ];`,
	`$x = array_merge( [ 'a' => 1, 5 => 2 ], [ 'a' => 3, 9 => 4 ] );`, `$x = [ 'a' => 1 ]; $x['a'] = $x; $x['b'] = $x['a'];`, `$x = [ 'a' => [ 'b' => 1 ] ]['a']['b'];`,
	`$x = [ 'a' => 1 ]; $x['b'] = $x['a'] ?? 5; $x['c'] = $x['z'] ?? 6; $x['z']['y'] ??= 7;`, `$x = [1][0] ?? 2;`,
	// operators
	`$x = 1 + 2 * 3;`, `$x = ( 1 + 2 ) * 3;`, `$x = 60 * 60 * 24 * 7;`, `$x = 7 / 2;`, `$x = 6 / 2;`, `$x = 7 % 3;`, `$x = -7 % 3;`, `$x = 2 ** 10;`, `$x = 2 ** -1;`, `$x = -2 ** 2;`,
	`$x = 2 ** 3 ** 2;`, `$x = 'a' . 'b' . 3 . 1.5 . true . null . false;`, `$x = 1 . 2;`, `$x = "a" . 1 + 2 . "b";`, `$x = '5' + '5.5';`, `$x = '5 apples' + ' .5x';`, `$x = +"0A";`, `$x = '587/tls' * 1;`, `$x = -'-.5.5';`, `$x = '1e' + '1e+' + '2e1x';`, `$x = '5' * '4';`, `$x = 10 - 2 - 3;`,
	`$x = true && false;`, `$x = true and false;`, `$x = ( true xor true );`, `$x = !true || !false;`, `$x = 1 ?: 2;`, `$x = 0 ?: 2;`, `$x = 0 ?: 0 ?: 3;`, `$x = 1 ? 0 ? 2 : 3 : 4;`, `$x = true ? 'a' : 'b';`, `$x = false ? 'a' : ( true ? 'b' : 'c' );`,
	`$x = 1 == '1';`, `$x = 'abc' == 0;`, `$x = null == false;`, `$x = '1' === 1;`, `$x = [ 1 ] === [ 1 ];`, `$x = '10' == '1e1';`, `$x = 'a' < 'b';`, `$x = 2 <=> 1;`, `$x = 1 <> 2;`, `$x = '' == null;`,
	`$x = 0 == '';`, `$x = ' 1' == 1;`, `$x = '1 ' == 1;`, `$x = 1.0 === 1;`, `$x = 'abc' < 5;`,
	`$x = 5 | 2;`, `$x = 7 & ~2;`, `$x = 1 << 3;`, `$x = 256 >> 4;`, `$x = 5 ^ 1;`, `$x = 1 << 70;`, `$x = -1 >> 70;`, `$x = !'0';`, `$x = !'0.0';`, `$x = ![];`,
	`$x = 9223372036854775807 * 2;`, `$x = 9223372036854775807 - -1;`, `$x = 3037000500 * 3037000500;`, `$x = 2 ** 63;`, `$x = (-3) ** 3;`,
	`$x = 5; $x += 2; $x *= 3; $x -= 1; $x /= 4; $x %= 3; $x **= 3;`, `$x = 'a'; $x .= 'b';`, `$x = null; $x ??= 5; $x ??= 6;`, `$x = $y = $z = 'w';`, `$x = ( $y = 3 ) + $y;`, `$x = 6; $x |= 1; $x <<= 2;`,
	`$x = @5;`, `$x = isset( $y );`, `$y = null; $x = isset( $y );`, `$y['k'] = 0; $x = isset( $y['k'], $y );`, `$x = empty( $y ) ? 1 : 2;`, `$x = $x ?? 'none';`, `$y = [ 'k' => 1 ]; $x = $y['k'];`,
	// casts
	`$x = (int)'587/tls';`, `$x = (int)' 587 ';`, `$x = (int) "1e3";`, `$x = (INT)'abc';`, `$x = (bool)'false';`, `$x = (string)1.0;`, `$x = (string)0.1;`, `$x = (string)1e25;`, `$x = (string)1e15;`, `$x = (string)1e14;`,
	`$x = (string)123456789012345678;`, `$x = (string)1.5e-7;`, `$x = (string)0.0001;`, `$x = (string)0.00001;`, `$x = (string)-0.0;`, `$x = (string)(1/3);`, `$x = (string)100000.0;`, `$x = (string)1e100;`, `$x = (string)INF;`, `$x = (string)-1.5;`,
	`$x = (array)'a';`, `$x = (array)null;`, `$x = (float)'1.5abc';`, `$x = (int)1e19;`, `$x = (int)-1.9;`, `$x = ( int ) '7';`, `$x = (int)'9999999999999999999';`, `$x = (bool)[ 0 ];`, `$x = (int)[ 0 ];`, `$x = (double)'.5';`, `$x = (int)'0x1A';`, `$x = (int)"\n5";`,
	`$x = (string)123456789012345.678;`, `$x = (string)99999999999999.9;`, `$x = (string)999999999999999.9;`, `$x = (bool)0.0;`, `$x = (bool)"\0";`, `$x = (int)' ';`, `$x = (int)'+5';`, `$x = (int)'--5';`,
	// layout
	"// c\n$x = 1; # d\n/* e */ $x /* f */ = /* g */ 2 // h\n;", "$x = 1 ?> text <?php $x = 2;", "# a ?> b <?php $x = 3;", "#\n$x = 1;", "$x\n=\n[\n'a'\n=>\n1\n]\n;",
	"if ( true ) { $x = 1; } else { $x = 2; }", "if ( false ) $x = 1; elseif ( 1 ) $x = 2; else $x = 3;", "if ( false ) { $x = 1; } else if ( false ) { $x = 2; } else { $x = 3; }", "{ $x = 1; { $x = 2; } }", ";;$x = 1;;",
	"define( 'A', 'b' ); $x = A; define( 'A', 'c' ); $x .= A;", "$x = trim( \" a\\n\" );", "$x = strtolower( 'ABCÄ' );", "if ( !true ) { exit; } $x = 1;", "$X = 1; $x = 2; $x_1 = 3; $é = 4;",
	"$x = 1;\r\n$y = 2;\r\n", "$x = 'a'\t.\r'b';", "$x = \"{$x['a']}\" . 'q';",
}

func TestEvalAsPHP(t *testing.T) {
	for i, o := range evaluate(t, evalTests) {
		src := evalTests[i]
		if o.Error != "" {
			t.Errorf("php refuses %s: %s", src, o.Error)
			continue
		}
		var s Scope
		s.Report = func(n Node, err error) { t.Errorf("%s: %v", src, err) }
		s.Run(Parse([]byte(src)).Stmts)
		got, want := valueOf(&s, "x"), o.value(t)
		if !got.Identical(want) {
			t.Errorf("%s\n got %s %s\nwant %s %s", src, got.TypeName(), Printer{}.Source(got), want.TypeName(), Printer{}.Source(want))
		}
	}
}

func valueOf(s *Scope, name string) Value {
	for _, v := range s.Vars() {
		if v.Name == name {
			return v.Value
		}
	}
	return Value{}
}

// refusedTests are sources that PHP refuses, at compile time or when it runs.
// Here, too, nothing is set, and the place is told.
var refusedTests = []struct{ src, err string }{
	{"$x = ;", "1:6: a value should be here, not ;"},
	{"$x = 'a;", "1:6: string without its closing '"},
	{"$x = \"a;", `1:6: string without its closing "`},
	{"\n\n  $é = [ 'ä', 5 6 ];", "3:17: a comma or ] should be here, not a number"},
	{"$x = [ 1, , 2 ];", "1:11: an empty place in an array"},
	{"$x = [ 'a' => ];", "1:15: a value should be here, not ]"},
	{"$x = array( 1;", "1:6: this array is not closed"},
	{"$x = [ 1", "1:6: this array is not closed"},
	{"$x = ‘a’;", "1:6: a typographic quotation mark, which PHP takes as a letter: strings need ' or \""},
	{"$x = ( 1;", "1:9: ) should be here, not ;"},
	{"5 = $x;", "1:3: only a variable can be assigned to"},
	{"$x = \"\\u{}\";", `1:7: \u{ } needs a code point in hexadecimal`},
	{"$x = \"ab\\u{110000}\";", `1:9: \u{ } needs a code point in hexadecimal`},
	{"$x = <<<A\nb\n", "1:6: heredoc without its closing A"},
	{"$x = <<<A\n b\n   A;", "2:1: this line of the heredoc is indented less than its end"},
	{"$x = 08;", "1:6: a number with a digit too high for its base"},
	{"$x = 1 /* c", "1:8: comment without */"},
	{"$x = 1 / 0;", "1:6: division by zero"},
	{"$x = 'a' * 2;", "1:6: * needs numbers"},
	{"$x = 1 + '.';", "1:6: + needs numbers"},
	{"$x = 1 + '+ 5';", "1:6: + needs numbers"},
	{"$x = [] . 'a' + [];", ""},
	{"$x = 'a'; $x[] = 1;", "1:11: an element of string, which is no array"},
	{"$x = [ PHP_INT_MAX => 1, 2 ];", "1:6: there is no integer key left"},
	{"$x = [ [] => 1 ];", "1:8: this key is not known before PHP runs"},
	{"$x = \"$y[a b]\";", "1:10: in a string, a key stands without quotes"},
	{"if ( 1 { $x = 1; }", "1:8: ) should be here, not {"},
	{"$x = 1 ? 2 : 3 ? 4 : 5;", "1:16: a ? b : c ? d : e, which PHP 8 takes only with parentheses"},
	{"$x = 1 ?: 3 ? 4 : 5;", "1:13: a ? b : c ? d : e, which PHP 8 takes only with parentheses"},
	{"$x = 1", "1:7: the text ends where ; should be"},
}

func TestRefusedAsPHP(t *testing.T) {
	for _, tt := range refusedTests {
		if !refuses(t, tt.src) {
			t.Errorf("php takes %q", tt.src)
		}
		var errs []error
		s := Scope{Report: func(n Node, err error) { errs = append(errs, err) }}
		s.Run(Parse([]byte(tt.src)).Stmts)
		if len(errs) == 0 {
			t.Errorf("%q: nothing is reported", tt.src)
			continue
		}
		if tt.err != "" && errs[0].Error() != tt.err {
			t.Errorf("%q\n got %v\nwant %s", tt.src, errs[0], tt.err)
		}
	}
}

// symbolicTests are expressions that only PHP can evaluate: their source is
// kept, with what is known put in.
var symbolicTests = []struct{ src, x string }{
	{`$x = getenv('X');`, `getenv('X')`},
	{`$x = getenv( "X" ) ?: 'none';`, `getenv( "X" ) ?: 'none'`},
	{`$x = $_ENV['X'];`, `$_ENV['X']`},
	{`$x = $_SERVER["X"] ?? "";`, `$_SERVER["X"] ?? ""`},
	{`$x = trim( file_get_contents( '/etc/x' ) );`, `trim( file_get_contents( '/etc/x' ) )`},
	{`$x = __DIR__ . '/x';`, `__DIR__ . '/x'`},
	{`$x = MW_INSTALL_PATH;`, `MW_INSTALL_PATH`},
	{`$x = Foo::BAR;`, `Foo::BAR`},
	{`$y = 'MAIL'; $x = getenv( $y );`, `getenv( 'MAIL' )`},
	{`$y = getenv( 'X' ); $x = $y;`, `getenv( 'X' )`},
	{`$y = getenv( 'X' ); $x = "a$y" . 'b';`, `( 'a' . getenv( 'X' ) ) . 'b'`},
	{`$y = getenv( 'X' ) ?: 'z'; $x = 'a' . $y;`, `'a' . ( getenv( 'X' ) ?: 'z' )`},
	{`$x = 'a'; $x .= getenv( 'X' );`, `'a' . getenv( 'X' )`},
	{`$y = getenv( 'X' ); $x = $y['k'];`, `getenv( 'X' )['k']`},
	{`$y = getenv( 'X' ); $x = (int)$y;`, `(int)getenv( 'X' )`},
	{`$y = 5; $x = f( $y, [ 'a' => $y ] );`, `f( 5, [ 'a' => 5 ] )`},
	{`$x = [ 'a' => getenv( 'X' ) ]['a'];`, `getenv( 'X' )`},
	{"$x = getenv( /* c */ 'X' );", "getenv( /* c */ 'X' )"},
	{`$y = 1; $x = $y + getenv( 'X' ) * 2;`, `1 + ( getenv( 'X' ) * 2 )`},
	{`$x = !getenv( 'X' );`, `!getenv( 'X' )`},
	{`$y = 3; $x = getenv( 'X' ) ? $y : 4;`, `getenv( 'X' ) ? 3 : 4`},
}

func TestSymbolic(t *testing.T) {
	for _, tt := range symbolicTests {
		var s Scope
		s.Report = func(n Node, err error) { t.Errorf("%s: %v", tt.src, err) }
		s.Run(Parse([]byte(tt.src)).Stmts)
		if x := valueOf(&s, "x"); x.Kind != Symbolic || x.Str != tt.x {
			t.Errorf("%s\n got %s %s\nwant expression %s", tt.src, x.TypeName(), Printer{}.Source(x), tt.x)
		}
		if _, err := ParseExpr(tt.x); err != nil {
			t.Errorf("%s is no expression: %v", tt.x, err)
		}
	}
}

// outsideTests are PHP that this package does not understand, and that it
// passes over: the statement after it still counts.
var outsideTests = []struct{ src, err string }{
	{"foreach ( $a as $b ) { $c = 1; }", "1:1: a loop is not understood here"},
	{"for ( $i = 0; $i < 3; $i++ ) { f( $i ); }", "1:1: a loop is not understood here"},
	{"while ( 1 ) { break; }", "1:1: a loop is not understood here"},
	{"do { f(); } while ( 0 );", "1:1: a loop is not understood here"},
	{"function f() { return [ 1, 2 ]; }", "1:1: a function is not understood here"},
	{"$a['b'][] = function ( $c ) { $d = 1; return $c; };", "1:13: a function is not understood here"},
	{"$a = static fn ( $c ) => [ $c ];", "1:6: a function is not understood here"},
	{"class A { public $b = 1; function c() { if ( 1 ) { } } }", "1:1: a class is not understood here"},
	{"try { f(); } catch ( E $e ) { g(); } finally { h(); }", "1:1: try is not understood here"},
	{"switch ( 1 ) { case 1: $c = 1; break; }", "1:1: switch is not understood here"},
	{"$a = new Foo( 1 );", "1:6: an object is not understood here"},
	{"$a->b = 1;", "1:3: an object is not understood here"},
	{"Foo::bar();", "1:1: a method call is not understood here"},
	{"Foo::$bar = 1;", "1:6: a class is not understood here"},
	{"[ $a, $b ] = f();", "1:12: assigning to a list is not understood here"},
	{"list( $a, $b ) = f();", "1:16: assigning to a list is not understood here"},
	{"$$a = 1;", "1:1: a variable variable is not understood here"},
	{"$a = &$b;", "1:6: a reference is not understood here"},
	{"$a++;", "1:3: counting with ++ is not understood here"},
	{"use Foo\\Bar;", "1:1: use is not understood here"},
	{"namespace Foo;", "1:1: namespace is not understood here"},
	{"echo 'a', 'b';", "1:1: output is not understood here"},
	{"unset( f() );", "1:8: unset() takes variables alone"},
	{"$a = `ls`;", "1:6: a shell command is not understood here"},
	{"$a = \"$b->c\";", "1:7: an object is not understood here"},
	{"$a = f( ...$b );", "1:9: a spread argument is not understood here"},
	{"$a = f( b: 1 );", "1:9: a named argument is not understood here"},
	{"if ( getenv( 'A' ) ) { $x = 2; }", "1:1: an if whose condition only PHP knows is not understood here"},
	{"if ( 1 ): $x = 2; endif;", ""},
	{"require_once \"$IP/a.php\";", "1:1: calling require_once is not understood here"},
	{"ini_set( 'a', 'b' );", "1:1: calling ini_set is not understood here"},
	{"$a = [ 'b' => 1,\n  'c' => 2\n", "4:1: a comma or ] should be here, not $x"},
	{"$a = \"b;\n", "1:6: string without its closing \""},
	{"$a = array(\n'b' => 'c'\n'd' => 'e',\n);", "3:1: a comma or ) should be here, not a string"},
	{"}", "1:1: a value should be here, not }"},
	{"?? nonsense [ ( {;\n", "1:1: a value should be here, not ??"},
}

func TestOutside(t *testing.T) {
	for _, tt := range outsideTests {
		var errs []error
		s := Scope{Report: func(n Node, err error) { errs = append(errs, err) }}
		s.Run(Parse([]byte(tt.src + "\n$x = 'kept';\n")).Stmts)
		if len(errs) == 0 {
			t.Errorf("%q: nothing is reported", tt.src)
			continue
		}
		if tt.err != "" && errs[0].Error() != tt.err {
			t.Errorf("%q\n got %v\nwant %s", tt.src, errs[0], tt.err)
		}
		if x := valueOf(&s, "x"); !x.Identical(S("kept")) {
			t.Errorf("%q: the next statement gave %s", tt.src, Printer{}.Source(x))
		}
	}
}

// What grows without end is given up, not worked out.
func TestBounded(t *testing.T) {
	for _, src := range []string{
		"$x = 'aaaaaaaaaaaaaaaa';" + repeat("$x = $x . $x;", 60),
		"$x = [ 1 ];" + repeat("$x = [ $x, $x ];", 60),
		"$x = getenv( 'A' );" + repeat("$x = $x . $x;", 60),
		"$x = [ 1 ];" + repeat("$x[] = $x;", 60),
	} {
		var last error
		s := Scope{Report: func(n Node, err error) { last = err }}
		s.Run(Parse([]byte(src)).Stmts)
		if !errors.Is(last, ErrTooMuch) {
			t.Errorf("%.40s...: %v, should be given up", src, last)
		}
	}
	deep := Parse([]byte("$x = " + repeat("[", 100_000) + repeat("]", 100_000) + ";\n$y = " + repeat("(", 100_000) + ";\n" + repeat("{", 100_000) + repeat("if(1)", 100_000)))
	if len(deep.Errors) == 0 {
		t.Error("nesting without end is understood")
	}
	s := Scope{}
	s.Run(Parse([]byte("$x = [];" + repeat("$x = [ $x ];", 5000))).Stmts)
	if n := depth(valueOf(&s, "x")); n > 2*maxDepth {
		t.Errorf("an array is nested %d deep", n)
	}
}

func depth(v Value) int {
	n := 0
	for v.Kind == Array && len(v.Array) > 0 {
		v = v.Array[0].Value
		n++
	}
	return n
}

func repeat(s string, n int) string {
	b := make([]byte, 0, n*len(s))
	for range n {
		b = append(b, s...)
	}
	return string(b)
}

package check

import (
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
)

// wholes are texts, and what of them stays: ¶ is where the block comes. What
// begins with "why: " is why only the block can be given.
var wholes = []struct{ text, want string }{
	{"<?php\n$wgSitename = 'W';\n$wgSMTP = [\n\t'host' => 'h',\n]; # mail\n$wgLogo = 'l';\n", "<?php\n$wgSitename = 'W';\n¶$wgLogo = 'l';\n"},
	{"<?php $wgEnableEmail = true;\n$wgLogo = 'l';\n", "<?php\n¶$wgLogo = 'l';\n"},
	{"<?php $wgEnableEmail = true; $wgLogo = 'l';\n", "<?php\n¶$wgLogo = 'l';\n"},
	{"$a = 1; $wgSMTP['host'] = 'h'; $b = 2; // both\n", "$a = 1;\n¶$b = 2; // both\n"},
	{"$a = 1; $wgSMTP['host'] = 'h'; // both\n$b = 2;\n", "$a = 1;\n¶$b = 2;\n"},
	{"$wgSMTP['host'] = 'h'; $wgSMTP['port'] = 25; $b = 2; $wgSMTP['auth'] = false;\n$c = 3;", "¶$b = 2; \n$c = 3;"},
	{"$wgSMTP['host'] = 'h';\n$b = 2; $wgSMTP['port'] = 25; $c = 3;\n", "¶$b = 2; $c = 3;\n"},
	{"$wgSMTP = [ 'host' => 'h',\n'port' => 25 ]; $b = 2;\n", "¶$b = 2;\n"},
	{"$wgSMTP['host'] = 'h' ;\n$wgLogo = 'l';\r\n$wgSMTP['port'] = 25;\r\n", "¶$wgLogo = 'l';\r\n"},
	{"$wgSMTP['host'] = 'h'; /* a */ $b = 2;", "¶/* a */ $b = 2;"},
	{"/* a\n*/ $wgSMTP['host'] = 'h';\n", "/* a\n*/\n¶"},
	{"$wgSMTP['host'] = 'h' ?>", "¶?>"},
	// What the block reads is set before the last of the lines.
	{"$wgSMTP['host'] = 'h';\ninclude 'secret.php';\n$wgSMTP['password'] = $secret;\n$b = 2;\n", "include 'secret.php';\n¶$b = 2;\n"},
	{"$wgSMTP['password'] = getenv( 'P' );\n$b = 2;\n$wgSMTP['host'] = 'h';\n", "¶$b = 2;\n"},

	{"if ( f() ) { $wgSMTP['host'] = 'h'; }\n", "why: line 1 sets $wgSMTP inside of another statement, such as an if"},
	{"$wgLogo = $wgSMTP['host'] = 'h';\n", "why: line 1 is no statement of PHP as it stands"},
	{"$wgSMTP['host'] = $wgLogo = 'h';\n", "why: line 1 sets $wgLogo and $wgSMTP in one statement"},
	{"$wgSMTP['host'] = $x = 'h';\n", "why: line 1 sets another variable, too"},
	{"> $wgSMTP['host'] = 'h';\n", "why: line 1 has other text before the statement"},
	{"echo '$wgSMTP[\"host\"] = \"h\";' >> LocalSettings.php\n", "why: line 1 has other text before the statement"},
	{"$wgSMTP['host'] = 'h'\n$wgLogo = 'l';\n", "why: line 1 begins a statement whose end is not plain"},
	{"$wgSMTP['host'] = 'h';\r$wgLogo = 'l';\r", "why: its lines end as those of old Macs"},
	{"$wgSMTP = [ 'host' => 'h', 'port' => 25 ];\nunset( $wgSMTP['port'] );\n", "why: it takes settings of mail out again with unset()"},
	{"$wgSMTP = [ 'host' => 'h' ];\nunset( $x );\n", "¶unset( $x );\n"},
	{"$wgSMTP = [ 'host' => 'h' ];\nforeach ( f() as $k => $v ) {\n\t$wgSMTP[$k] = $v;\n}\n", "why: a place that is not understood names $wgSMTP"},
	{"$wgSMTP = [ 'host' => 'h' ];\nforeach ( f() as $k => $v ) {\n\tg( $v );\n}\n", "¶foreach ( f() as $k => $v ) {\n\tg( $v );\n}\n"},
	{"$wgSMTP['host'] == 'h';\n", "why: no statement of the text sets mail"},
}

// A diff of a text around which the block cannot be put leaves other lines alone.
func TestDiffInPlace(t *testing.T) {
	r := Check([]byte("<?php\n$wgLogo = 'l';\nif ( f() ) {\n\t$wgSMTP['host'] = 'h';\n}\n$wgSitename = 'W';\n"), "1.43")
	d := r.Diff("a", localsettings.Options{})
	if strings.Contains(d, "-$wgLogo") || strings.Contains(d, "-$wgSitename") || !strings.Contains(d, "-\t$wgSMTP['host']") || !strings.Contains(d, "+$wgSMTP") {
		t.Errorf("the diff is\n%s", d)
	}
}

func TestWhole(t *testing.T) {
	for _, c := range wholes {
		r := Check([]byte(c.text), "1.43")
		got, why := r.Whole(localsettings.Options{})
		block := r.Block(localsettings.Options{})
		if why != "" {
			if "why: "+why != c.want {
				t.Errorf("%q: %s, want %q", c.text, why, c.want)
			}
			if got != block {
				t.Errorf("%q: without the block", c.text)
			}
			continue
		}
		if want := strings.Replace(c.want, "¶", block, 1); got != want {
			t.Errorf("%q gives\n%q\nwant\n%q", c.text, strings.Replace(got, block, "¶", 1), c.want)
		}
	}
}

// With the block in it, a pasted text says what the block says.
func TestWholeSaysWhatTheBlockSays(t *testing.T) {
	files, err := filepath.Glob("../localsettings/testdata/pasted/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if !strings.HasSuffix(f.Name, "/in.php") {
				continue
			}
			r := Check(f.Data, "1.43")
			whole, why := r.Whole(localsettings.Options{})
			if why != "" || strings.Contains(whole, "{{") || strings.Contains(whole, "<%") {
				continue
			}
			n++
			again := Check([]byte(whole), "1.43")
			for _, d := range wgsmtp.Diff(r.Mended, again.Config) {
				if d.Field != "server" && d.Field != "sender-name" { // the block does not set them
					t.Errorf("%s: the text with the block differs in %s:\n%s", f.Name, d.Field, whole)
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d texts", n)
	}
	t.Log(n)
}

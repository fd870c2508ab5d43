package check

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
)

// The JSON has exactly the members that other programs rely on.
func TestJSON(t *testing.T) {
	r := Check([]byte("$wgSMTP = [ 'host' => getenv( 'H' ), 'password' => 'hunter2', 'port' => '' ];\n@@ nonsense\n$wgEnableEmail = true;"), "1.39")
	out, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"release", "settings", "findings", "not_understood"} {
		if _, ok := got[name]; !ok {
			t.Errorf("no %s", name)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("besides: %v", got)
	}
	if s := string(out); !strings.Contains(s, `"wgSMTP":{"host":{"symbolic":"getenv( 'H' )"},"password":"***","port":""}`) {
		t.Errorf("settings: %s", s)
	}
	var members struct {
		Findings      []map[string]any `json:"findings"`
		NotUnderstood []map[string]any `json:"not_understood"`
	}
	if err := json.Unmarshal(out, &members); err != nil {
		t.Fatal(err)
	}
	if len(members.Findings) == 0 || len(members.NotUnderstood) == 0 {
		t.Fatalf("%s", out)
	}
	for _, f := range members.Findings {
		if len(f) != 6 || f["rule"] == "" || f["message"] == "" || f["line"].(float64) < 1 || f["column"].(float64) < 1 {
			t.Errorf("finding %v", f)
		}
	}
	for _, p := range members.NotUnderstood {
		if len(p) != 4 || p["reason"] == "" || p["line"].(float64) < 1 {
			t.Errorf("not understood %v", p)
		}
	}
	// Nothing at all is empty lists, not null.
	if out, _ := json.Marshal(Check(nil, "")); !strings.Contains(string(out), `"findings":[],"not_understood":[]`) {
		t.Errorf("%s", out)
	}
}

// pasted are the forms that app/localsettings imports.
func pasted(t testing.TB) map[string]string {
	t.Helper()
	names, err := filepath.Glob("../localsettings/testdata/pasted/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no forms: %v", err)
	}
	out := map[string]string{}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files {
			if strings.HasSuffix(f.Name, "/in.php") {
				out[f.Name] = string(f.Data)
			}
		}
	}
	return out
}

// No report of a form shows a password, wherever it stands.
func TestNoSecrets(t *testing.T) {
	const secret = "hunter2"
	forms := pasted(t)
	for name, src := range map[string]string{
		"inline":        "$wgSMTP = [ 'password' => 'hunter2' ];",
		"misspelt key":  "$wgSMTP = [ 'pasword' => 'hunter2', 'pass' => 'hunter2' ];",
		"as a name":     "$wgSMTP = [ 'password' => getenv( 'hunter2' ) ];",
		"sender":        "$wgPasswordSender = 'hunter2';",
		"everywhere":    "$wgSMTP = [ 'password' => 'hunter2', 'host' => 'hunter2', 'username' => 'hunter2', 'hunter2' => 1 ];\n$wgSitename = 'hunter2';",
		"concatenated":  "$wgSMTP = [ 'password' => getenv( 'A' ) . 'hunter2' ];",
		"fallback":      "$wgSMTP = [ 'password' => getenv( 'A' ) ?: 'hunter2' ];",
		"variable":      "$p = 'hunter2'; $wgSMTP = [ 'password' => $p ];",
		"database":      "$wgDBpassword = 'hunter2';\n$wgSMTP = [];",
		"broken":        "$wgSMTP = [ 'password' => 'hunter2 ];\n$wgEnableEmail = true;",
		"broken more":   "$wgSMTP = [ 'password' => 'x'hunter2', ];\n$wgEnableEmail = true;",
		"no quotes":     "$wgSMTP = [ 'password' => hunter2 ];\n$wgEnableEmail = true;",
		"comment":       "# 'password' => 'hunter2'\n$wgSMTP = [];",
		"prose":         "my password is hunter2\n$wgSMTP = [ 'host' => 'h' ];",
		"in an if":      "if ( f() ) { $wgSMTP = [ 'password' => 'hunter2' ]; } else { $wgSMTP = [ 'host' => 'hunter2', 'password' => 'hunter2' ]; }",
		"curly":         "$wgSMTP = [ ‘password’ => “hunter2” ];",
		"refused":       "$wgSMTP = [ 'password' => 'hunter2' * 2 ];",
		"array":         "$wgSMTP = [ 'password' => [ 'hunter2' ] ];",
		"api key":       "wfLoadExtension( 'SendGrid' );\n$wgSendGridAPIKey = 'hunter2';",
		"not the first": "$wgSMTP = [ 'password' => 'hunter2' ];\n$wgSMTP = [ 'password' => 'other' ];",
	} {
		forms[name] = src
	}
	for name, src := range forms {
		for _, release := range []string{"", "1.31"} {
			r := Check([]byte(src), release)
			out, err := json.Marshal(r)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if strings.Contains(string(out), secret) {
				t.Errorf("%s: %s", name, out)
			}
			for _, f := range r.Findings {
				if strings.Contains(f.Why, secret) {
					t.Errorf("%s: %s", name, f.Why)
				}
			}
		}
	}
}

// The mended block has none of the faults that were mended, in any form and
// release, and PHP reads it.
func TestMended(t *testing.T) {
	mends := map[string]bool{}
	for i := range table {
		if table[i].mend != nil && !table[i].asked {
			mends[table[i].ID] = true
		}
	}
	forms := pasted(t)
	for _, c := range cases {
		_, rest, ok := strings.Cut(c.fires, ": ")
		if !ok || !strings.HasPrefix(c.fires, "1.") {
			rest = c.fires
		}
		forms[c.rule+" "+rest] = good + rest
	}
	for name, src := range forms {
		for _, release := range []string{"1.43", "1.31"} {
			r := Check([]byte(src), release)
			if !r.Usable {
				continue
			}
			block := r.Block(localsettings.Options{})
			if strings.Contains(block, "{{ ") || strings.Contains(block, "<%") {
				continue // what a template fills in
			}
			again := Check([]byte(block), release)
			for _, f := range again.Findings {
				if mends[f.Rule] && f.Mends && f.Rule != "setting-removed" && !strings.HasPrefix(name, "division") {
					t.Errorf("%s in %s: the mended block has %s: %s\n%s", name, release, f.Rule, f.Message, block)
				}
			}
			if _, ok := find(again, "php-broken"); ok {
				t.Errorf("%s: PHP does not run the mended block\n%s", name, block)
			}
		}
	}
}

// Findings stand at the lines that were pasted, whatever was around them.
func TestPlaces(t *testing.T) {
	for src, want := range map[string]string{
		"> $wgSMTP = [\n> 'host' => 'a',\n> 'port' => '587/tls',\n> ];":             "3:3",
		"$wgSMTP = [\n‘host’ => ‘a’,\n‘port’ => ‘587/tls’\n];":                      "3:1",
		"Hello\n\n$wgSMTP['host'] = 'a'\n$wgSMTP['port'] = '587/tls'":               "4:1",
		"<pre>$wgSMTP = array( 'host' =&gt; 'a', 'port' =&gt; '587/tls' );":         "1:41",
		"echo \"\\$wgSMTP['port'] = '587/tls';\" >> LocalSettings.php":              "1:8",
		"\uFEFF<?php\r\n$wgSMTP = [\r\n\t'port' => '587/tls', ];":                   "3:2",
		"$wgSMTP = array_merge( [ 'port' => 1 ], [ 'port' => '587/tls' ] );":        "1:43",
		"if ( f() ) {\n$wgSMTP = [ 'port' => 25 ];\n$wgSMTP['port'] = '587/tls'; }": "3:1",
	} {
		f, ok := find(Check([]byte(src), "1.43"), "port-suffix")
		if !ok || place(f) != want {
			t.Errorf("%q: found %v at %s, want %s", src, ok, place(f), want)
		}
	}
}

func TestRelease(t *testing.T) {
	for src, want := range map[string]string{
		"# This file was automatically generated by the MediaWiki 1.39.3\n# installer.\n": "1.39.3",
		"# MediaWiki 1.31\n": "1.31",
		"# MediaWiki 1.99\n": mediawiki.Newest().Name(),
		"$wgSMTP = [];":      mediawiki.Newest().Name(),
	} {
		if r := Check([]byte(src), ""); r.Release != want {
			t.Errorf("%q: %s, want %s", src, r.Release, want)
		}
	}
	if r := Check([]byte("# MediaWiki 1.31\n$wgSMTP = [];"), "1.39"); r.Release != "1.39" {
		t.Errorf("the release that was asked for is %s", r.Release)
	}
}

// Both ways of an if are checked, and which one is said.
func TestOtherWay(t *testing.T) {
	r := Check([]byte("if ( f() ) {\n$wgSMTP = [ 'port' => 25 ];\n} else {\n$wgSMTP = [\n'port' => '587/tls' ];\n}"), "1.43")
	f, ok := find(r, "port-suffix")
	if !ok || place(f) != "5:1" || !strings.HasPrefix(f.Message, "Where the if in line 1 goes the other way: ") {
		t.Errorf("%v %+v", ok, f)
	}
}

// What stands elsewhere is not missed in a piece; in a whole file it is.
func TestPiece(t *testing.T) {
	piece := "$wgSMTP = [ 'host' => 'ssl://mail.example.org', 'port' => 465, 'auth' => true, 'username' => 'u', 'password' => getenv( 'P' ) ];\n"
	for _, rule := range []string{"sender-missing", "server-missing"} {
		if f, ok := find(Check([]byte(piece), "1.43"), rule); ok {
			t.Errorf("a piece: %+v", f)
		}
	}
	if _, ok := find(Check([]byte("$wgServer = 'https://wiki.example.org';\n"+piece), "1.43"), "sender-missing"); !ok {
		t.Error("a file without a sender passes")
	}
	// What only PHP knows is not taken for empty.
	r := Check([]byte(good+"$wgSMTP['host'] = getenv( 'SMTP_HOST' );\n$wgSMTP['username'] = $_ENV['SMTP_USER'];\n$wgPasswordSender = getenv( 'SENDER' );"), "1.43")
	for _, f := range r.Findings {
		if f.Severity == rules.Error {
			t.Errorf("%s: %s", f.Rule, f.Message)
		}
	}
}

// A port in the host is told even where only PHP knows the port.
func TestHostPort(t *testing.T) {
	r := Check([]byte("$wgSMTP = [ 'host' => 'ssl://smtp.gmail.com:465', 'port' => getenv( 'P' ), 'auth' => true/false ];"), "1.43")
	if f, ok := find(r, "host-port"); !ok || place(f) != "1:13" {
		t.Errorf("%v %+v", ok, f)
	}
	block := r.Block(localsettings.Options{})
	for _, want := range []string{"'ssl://smtp.gmail.com'", "=> 465,", "'auth'      => true,"} {
		if !strings.Contains(block, want) {
			t.Errorf("no %s in\n%s", want, block)
		}
	}
}

func TestUsable(t *testing.T) {
	for src, want := range map[string]bool{
		"": false, "My wiki cannot send mail.": false, "<?php echo 1;": false, "$x = 1;": false,
		"$wgSMTP = [];": true, "wfLoadExtension( 'Mailgun' );": true, "$wgEnableEmail == true;": true,
	} {
		if got := Check([]byte(src), ""); got.Usable != want {
			t.Errorf("%q: usable is %v", src, got.Usable)
		}
	}
}

// Whatever is pasted, the report can be printed and points into the text.
func FuzzCheck(f *testing.F) {
	for _, src := range pasted(f) {
		f.Add(src)
	}
	for _, c := range cases {
		f.Add(good + c.fires)
	}
	f.Fuzz(func(t *testing.T, src string) {
		r := Check([]byte(src), "1.43")
		lines := strings.Count(r.Text, "\n") + strings.Count(r.Text, "\r") + 1
		for _, x := range r.Findings {
			if x.Line < 1 || x.Line > lines || x.Column < 1 || x.Message == "" || rank(x.Severity) < 0 {
				t.Errorf("%q: %+v", src, x)
			}
		}
		if _, err := json.Marshal(r); err != nil {
			t.Errorf("%q: %v", src, err)
		}
		r.Diff("a", localsettings.Options{})
	})
}

func BenchmarkCheck(b *testing.B) {
	src := []byte(good + "$wgSMTP['port'] = '587/tls';\n$wgSMTP['user'] = 'x';\n")
	b.ReportAllocs()
	for b.Loop() {
		Check(src, "1.43")
	}
}

package localsettings

import (
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

// A fragment keeps the names of variables that it does not set.
func TestImportFragment(t *testing.T) {
	src := []byte("$wgSMTP = [ 'username' => $user, 'password' => \"$pass\" ];")
	whole, piece := Import(src), ImportWith(src, ImportOptions{Fragment: true})
	smtp, _ := whole.Settings.Get("wgSMTP")
	if user, _ := smtp.Get("username"); user.Kind != php.Null || len(whole.Notes) != 2 {
		t.Errorf("as a whole: username is %s, notes %v", user.TypeName(), whole.Notes)
	}
	smtp, _ = piece.Settings.Get("wgSMTP")
	if user, _ := smtp.Get("username"); !user.Identical(php.Sym("$user")) || len(piece.Notes) != 0 {
		t.Errorf("as a fragment: username is %s %s, notes %v", user.TypeName(), user.Str, piece.Notes)
	}
}

// What is told about a broken text holds no value of it.
func TestNoSecretInProblems(t *testing.T) {
	const secret = "hunter"
	for _, src := range []string{
		"$wgSMTP['password'] = 'hunter2;",
		"$wgSMTP['password'] = 'hu'hunter2';",
		"$wgSMTP['password'] = \"hu\"hunter2\";",
		"$wgSMTP['password'] = hunter2;;$x = hunter hunter;",
		"$wgSMTP = [ 'password' => 'hunter2' 'port' => 25 ];",
		"$wgSMTP = [ 'password' => \"pa$hunter\", ];",
		"$wgSMTP = [ 'password' => 'it's$hunter' ];",
		"$wgSMTP['password'] = hunter2();",
		"$wgSMTP['password'] = 08hunter;",
		"$wgSMTP['password'] = 'hunter2' * 2;",
		"$wgSMTP['password'] = <<<A\nhunter2\nB;",
		"$wgSMTP['password'] = “hunter2”;",
		"if ( $_GET['x'] == 'hunter2' ) { $a = 1; }",
		"$wgSMTP = [ 'auth' => true, 'password' => [ 'hunter2' ], 'username' => foo( 'hunter2' ) ];",
	} {
		f := Import([]byte(src))
		texts := []string{}
		for _, p := range f.Problems {
			texts = append(texts, p.String(), p.Text)
		}
		for _, p := range f.Notes {
			texts = append(texts, p.String())
		}
		_, notes := ToConfig(f.Settings, mediawiki.Newest())
		for _, text := range append(texts, notes...) {
			if strings.Contains(text, secret) {
				t.Errorf("%s: told %q", src, text)
			}
		}
	}
}

// toConfigTests are settings of release 1.43 with the fields that differ from
// those of an SMTP server on port 25 without anything, and the notes.
var toConfigTests = []struct {
	src   string
	diff  string
	notes []string
}{
	{"$wgSMTP = [];", "", nil},
	{"$wgSMTP = false;", "transport=mail", nil},
	{"", "transport=mail", nil},
	{"$wgSMTP = 'smtp.example.org';", "transport=mail", []string{"$wgSMTP is no array, so MediaWiki uses PHP's mail()"}},
	{"$wgSMTP = [ 'host' => 'ssl://smtp.example.org', 'port' => 465, 'auth' => true, 'username' => 'u', 'password' => 'p' ];",
		"host=smtp.example.org port=465 tls=implicit auth=auto user=u secret=p", nil},
	{"$wgSMTP = [ 'host' => 'tls://h', 'port' => '465' ];", "host=h port=465 tls=implicit",
		[]string{"tls:// means TLS from the first byte, as ssl:// does; ssl:// is the form that MediaWiki recognises as encrypted", "$wgSMTP['port'] is string, taken as 465"}},
	{"$wgSMTP = [ 'host' => 'starttls://h', 'port' => '587/tls' ];", "host=starttls://h port=587",
		[]string{"PHP has no scheme starttls:// for a mail server", "$wgSMTP['port'] is string, taken as 587"}},
	{"$wgSMTP = [ 'auth' => true ];", "tls=starttls auth=auto", nil},
	{"$wgSMTP = [ 'auth' => 'plain', 'starttls' => false ];", "auth=PLAIN", nil},
	{"$wgSMTP = [ 'starttls' => true ];", "tls=starttls", nil},
	{"$wgSMTP = [ 'auth' => 'true' ];", "tls=starttls auth=auto", []string{`$wgSMTP['auth'] is "true", which is no mechanism: taken as true`}},
	{"$wgSMTP = [ 'auth' => '0', 'IDHost' => null, 'localhost' => 'l', 'timeout' => '10', 'debug' => 1 ];", "ehlo-name=l timeout=10 debug=true", nil},
	{"$wgSMTP = [ 'password' => getenv( 'P' ) ];", "secret-style=env secret-env=P", nil},
	{"$wgSMTP = [ 'password' => $_SERVER['P'] ];", "secret-style=env secret-env=P", []string{"$wgSMTP['password']: the environment is read with getenv() here"}},
	{"$wgSMTP = [ 'password' => trim( file_get_contents( '/p' ) ) ];", "secret-style=file secret-file=/p", nil},
	{"$wgSMTP = [ 'password' => file_get_contents( '/p' ) ];", "secret-style=file secret-file=/p", []string{"$wgSMTP['password']: blanks and line ends around the file's text are dropped here"}},
	{"$wgSMTP = [ 'password' => getenv( 'P' ) . 'x' ];", "", []string{"$wgSMTP['password'] is an expression that only PHP can work out: left empty"}},
	{"$wgSMTP = [ 'user' => 'u', 'persist' => true ];", "", []string{"MediaWiki 1.43 ignores $wgSMTP['user']", "$wgSMTP['persist'] has no field here"}},
	{"$wgSMTP = [ 'socket_options' => [ 'ssl' => [ 'peer_name' => 'n', 'cafile' => '/c', 'verify_peer_name' => false, 'allow_self_signed' => true ] ] ];",
		"verify=no-name peer-name=n ca-file=/c allow-self-signed=true", nil},
	{"$wgSMTP = [ 'socket_options' => [ 'ssl' => [ 'verify_peer' => false, 'verify_peer_name' => false ] ] ];", "verify=off", nil},
	{"$wgSMTP = [ 'socket_options' => [ 'ssl' => [ 'verify_peer' => false, 'capath' => '/c' ], 'verify_peer' => false ] ];", "verify=off",
		[]string{"$wgSMTP['socket_options']['ssl']['capath'] has no field here",
			"the name in the certificate was checked, but not the certificate: neither is checked here",
			"$wgSMTP['socket_options']['verify_peer'] has no field here"}},
	{"$wgSMTP = []; $wgPasswordSender = 'a@b'; $wgEnotifUserTalk = true; $wgEnableUserEmail = '0'; $wgScriptPath = '';",
		"sender=a@b enable-user-email=false enotif-user-talk=true script-path=", nil},
	{"$wgSMTP = []; $wgPasswordSender = getenv( 'S' );", "", []string{"$wgPasswordSender is an expression that only PHP can work out: left empty"}},
	{"wfLoadExtension( 'Mailgun' );", "transport=mail", []string{"extensions are loaded (Mailgun): one that sends mail is not recognised here"}},
}

func TestToConfig(t *testing.T) {
	r, err := mediawiki.Lookup("1.43")
	must(t, err)
	plain, _ := ToConfig(Import([]byte("$wgSMTP = [];")).Settings, r)
	for _, tt := range toConfigTests {
		f := Import([]byte(tt.src))
		if len(f.Problems) > 0 {
			t.Errorf("%s: %v", tt.src, f.Problems)
		}
		c, notes := ToConfig(f.Settings, r)
		var diff []string
		for _, ch := range wgsmtp.Diff(plain, c) {
			if c.Transport == wgsmtp.TransportMail && ch.Field != "transport" {
				continue
			}
			diff = append(diff, ch.Field+"="+ch.Value)
		}
		if got := strings.Join(diff, " "); got != tt.diff {
			t.Errorf("%s\n got %s\nwant %s", tt.src, got, tt.diff)
		}
		if got, want := strings.Join(notes, "\n"), strings.Join(tt.notes, "\n"); got != want {
			t.Errorf("%s: notes\n%s\nwant\n%s", tt.src, got, want)
		}
	}
}

func TestEffective(t *testing.T) {
	old, err := mediawiki.Lookup("1.26")
	must(t, err)
	s := &Settings{}
	s.Set("wgEnableEmail", php.B(false))
	s.Set("wgSitename", php.Value{})
	for _, tt := range []struct {
		name string
		r    *mediawiki.Release
		want php.Value
	}{
		{"wgEnableEmail", old, php.B(false)},                              // set
		{"wgSitename", old, php.Value{}},                                  // set to null, which is a value
		{"wgUserEmailUseReplyTo", old, php.B(false)},                      // default by release
		{"wgUserEmailUseReplyTo", mediawiki.Newest(), php.B(true)},        //
		{"wgNoReplyAddress", old, php.S("reply@not.possible")},            //
		{"wgUsersNotifiedOnAllChanges", old, php.List()},                  // an array
		{"wgNewPasswordExpiry", old, php.I(604800)},                       // an int
		{"wgAdditionalMailParams", old, php.Value{}},                      // null
		{"wgSomethingElse", old, php.Value{}},                             // unknown
		{"wgPasswordSenderName", mediawiki.Newest(), php.Value{}},         // gone
		{"wgPasswordSenderName", old, php.S("MediaWiki Mail")},            //
		{"wgSMTP", old, php.B(false)},                                     //
		{"wgPasswordReminderResendTime", mediawiki.Newest(), php.I(24)},   //
		{"wgUserEmailConfirmationTokenExpiry", old, php.I(7 * 24 * 3600)}, //
	} {
		if got := s.Effective(tt.name, tt.r); !got.Identical(tt.want) {
			t.Errorf("$%s in %s is %s, want %s", tt.name, tt.r.Name(), php.Printer{}.Source(got), php.Printer{}.Source(tt.want))
		}
	}
	s.SetPos("wgSitename", php.S("x"), php.Pos{Line: 3, Col: 1})
	if s.Pos("wgSitename") != (php.Pos{Line: 3, Col: 1}) || s.Pos("wgNothing") != (php.Pos{}) || len(s.All()) != 2 {
		t.Errorf("positions: %v", s.All())
	}
}

// Whatever is pasted is answered, and every problem has a place.
func FuzzImport(f *testing.F) {
	for _, c := range readRecorded(f).Cases {
		f.Add(c.Settings)
	}
	f.Fuzz(func(t *testing.T, src string) {
		file := Import([]byte(src))
		for _, p := range append(file.Problems, file.Notes...) {
			if p.Pos.Line < 1 || p.Pos.Col < 1 || p.Reason == "" || strings.ContainsAny(p.Text, "\r\n") {
				t.Errorf("%q: problem %+v", src, p)
			}
		}
		// What a Config can say of it, it says: the second round changes nothing.
		r := mediawiki.Newest()
		c, _ := ToConfig(file.Settings, r)
		once := Of(&c, r, nil)
		again, _ := ToConfig(once, r)
		if d := differ(Of(&again, r, nil), once); d != "" && !strings.Contains(c.Host, "://") {
			t.Errorf("%q: %s", src, d)
		}
	})
}

func BenchmarkEmit(b *testing.B) {
	c := wgsmtp.Default()
	c.Host, c.User, c.Secret, c.PasswordSender = "smtp.example.com", "wiki@example.org", "s3cret", "wiki@example.org"
	r := mediawiki.Newest()
	b.ReportAllocs()
	for b.Loop() {
		_ = Emit(&c, r, nil, Options{Tool: "wgsmtp 1.0.0"}).String()
	}
}

func BenchmarkOf(b *testing.B) {
	c := wgsmtp.Default()
	c.Host, c.User, c.Secret, c.PasswordSender = "smtp.example.com", "wiki@example.org", "s3cret", "wiki@example.org"
	r := mediawiki.Newest()
	b.ReportAllocs()
	for b.Loop() {
		Of(&c, r, nil)
	}
}

func BenchmarkImport(b *testing.B) {
	r := readRecorded(b)
	src := []byte(r.Base + r.Cases[0].Settings)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		Import(src)
	}
}

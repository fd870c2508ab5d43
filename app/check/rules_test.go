package check

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// good is a LocalSettings.php that nothing is to be said about but hints and
// the password in it.
const good = `<?php
$wgSitename = 'Wiki';
$wgServer = 'https://wiki.example.org';
$wgEnableEmail = true;
$wgPasswordSender = 'wiki@example.org';
$wgSMTP = [
	'host' => 'ssl://mail.example.org',
	'IDHost' => 'wiki.example.org',
	'port' => 465,
	'auth' => true,
	'username' => 'wiki@example.org',
	'password' => getenv( 'SMTP_PASSWORD' ),
	'localhost' => 'wiki.example.org',
];
`

// Two cases for each rule: lines behind good in which it fires, with the place
// where, and lines in which it does not. A release stands before a colon, 1.43
// otherwise.
var cases = []struct{ rule, fires, at, misses string }{
	{"string-for-boolean", "$wgSMTP['auth'] = 'true';", "15:1", "$wgSMTP['auth'] = 'PLAIN';"},
	{"string-for-boolean", "$wgEnableUserEmail = 'false';", "15:1", "$wgEnableUserEmail = false;"},
	{"string-for-boolean", "$wgSMTP['socket_options'] = [\n'ssl' => [ 'verify_peer' => 'false' ] ];", "16:12", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'verify_peer' => false ] ];"},
	{"environment-for-boolean", "$wgSMTP['auth'] = getenv( 'SMTP_AUTH' );", "15:1", "$wgSMTP['auth'] = getenv( 'SMTP_AUTH' ) === 'true';"},
	{"environment-for-boolean", "$wgEnableEmail = $_ENV['MAIL'] ?? true;", "15:1", "$wgSitename = $_ENV['MAIL'];"},
	{"port-type", "$wgSMTP['port'] = '';", "15:1", "$wgSMTP['port'] = '587';"},
	{"port-type", "$wgSMTP['port'] = 'smtp';", "15:1", "$wgSMTP['port'] = ' 587 ';"},
	{"port-suffix", "$wgSMTP['port'] = '587/tls';", "15:1", "$wgSMTP['port'] = '587';"},
	{"smtp-no-array", "$wgSMTP = 'mail.example.org';", "15:1", "$wgSMTP = false;"},
	{"tls-scheme", "$wgSMTP['host'] = 'tls://mail.example.org';", "15:1", "$wgSMTP['host'] = 'ssl://mail.example.org';"},
	{"environment-coalesce", "$wgSMTP['port'] = getenv( 'PORT' ) ?? 587;", "15:1", "$wgSMTP['port'] = $_ENV['PORT'] ?? 587;"},
	{"environment-coalesce", "$wgSMTP['port'] = (int)( getenv( 'PORT' ) ?? 587 );", "15:1", "$wgSMTP['port'] = getenv( 'PORT' ) ?: 587;"},
	{"secret-untrimmed", "$wgSMTP['password'] = file_get_contents( '/etc/p' );", "15:1", "$wgSMTP['password'] = trim( file_get_contents( '/etc/p' ) );"},
	{"placeholder", "$wgSMTP['host'] = '{{ smtp_host }}';", "15:1", "$wgSMTP['host'] = 'ssl://{mail}.example.org';"},
	{"placeholder", "$wgSMTP['username'] = '<your user name>';", "15:1", "$wgPasswordSender = 'Wiki <wiki@example.org>';"},

	{"key-misspelt", "$wgSMTP['IDhost'] = 'wiki.example.org';", "15:1", "$wgSMTP['IDHost'] = 'wiki.example.org';"},
	{"key-misspelt", "$wgSMTP = [ 'Host' => 'h' ];", "15:13", "$wgSMTP = [ 'host' => 'h' ];"},
	{"key-misspelt", "$wgSMTP += [ 'pasword' => 'x' ];", "15:14", "$wgSMTP += [ 'verp' => false ];"},
	{"key-misspelt", "$wgSMTP += [ 'user' => 'x' ];", "15:14", "$wgSMTP += [ 'nonsense' => 'x' ];"},
	{"key-of-others", "$wgSMTP['SMTPSecure'] = 'tls';", "15:1", "$wgSMTP['starttls'] = true;"},
	{"array-long", "$wgSMTP += [ " + strings.Repeat("1, ", 500) + " ];", "15:1", "$wgSMTP += [ " + strings.Repeat("1, ", 400) + " ];"},
	{"key-ignored", "$wgSMTP['nonsense'] = 1;", "15:1", "$wgSMTP['timeout'] = 10;"},
	{"key-ignored", "1.31: $wgSMTP['starttls'] = true;", "15:1", "$wgSMTP['starttls'] = true;"},
	{"options-misplaced", "$wgSMTP['verify_peer'] = false;", "15:1", "$wgSMTP['socket_options']['ssl']['verify_peer'] = false;"},
	{"options-misplaced", "$wgSMTP['socket_options'] = [ 'verify_peer_name' => false ];", "15:31", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'verify_peer_name' => false ] ];"},
	{"setting-misspelt", "$wgEnabelEmail = true;", "15:1", "$wgEnableUserEmail = true;"},
	{"setting-misspelt", "$wgPaswordSender = 'a@example.org';", "15:1", "$wgDBuser = 'wiki';"},
	{"setting-of-others", "$wgSMTPHost = 'mail.example.org';", "15:1", "$wgSMTPAuthenticationMethod = 'tls';"},
	{"setting-removed", "1.46: $wgEnotifImpersonal = true;", "15:1", "$wgEnotifImpersonal = true;"},
	{"setting-removed", "1.19: $wgForceHTTPS = true;", "15:1", "$wgForceHTTPS = true;"},
	{"sender-name-setting", "1.27: $wgPasswordSenderName = 'Wiki';", "15:1", "1.22: $wgPasswordSenderName = 'Wiki';"},

	{"smtp-twice", "$wgSMTP = [ 'host' => 'ssl://mail.example.org' ];", "15:1", "$wgSMTP['host'] = 'ssl://mail.example.org';"},
	{"mailer-replaced", "wfLoadExtension( 'SendGrid' );", "6:1", "wfLoadExtension( 'Cite' );"},
	{"mailer-replaced", "wfLoadExtension( 'EmailNotifications' );", "6:1", "$wgSMTP = false; wfLoadExtension( 'EmailNotifications' );"},
	{"mailer-swift", "wfLoadExtension( 'SwiftMailer' );", "15:1", "wfLoadExtension( 'Echo' );"},
	{"defaults-after", "require_once \"$IP/includes/DefaultSettings.php\";", "15:1", "require_once \"$IP/private.php\";"},
	{"mail-off-with-server", "$wgEnableEmail = false;", "15:1", "$wgEnableEmail = false; $wgSMTP = false;"},
	{"login-without-auth", "$wgSMTP['auth'] = false;\n$wgSMTP['password'] = 'hunter2';", "15:1", "$wgSMTP['auth'] = true; $wgSMTP['password'] = 'hunter2';"},

	{"secret-in-sender", "$wgPasswordSender = 'hunter2';", "15:1", "$wgPasswordSender = 'hunter2@example.org';"},
	{"secret-as-variable-name", "$wgSMTP['password'] = getenv( 'hunter2-x' );", "15:1", "$wgSMTP['password'] = getenv( 'SMTP_PASS' );"},
	{"secret-dollar", "$wgSMTP['password'] = \"pa$word\";", "15:1", "$wgSMTP['password'] = 'pa$word';"},
	{"secret-dollar", "$wgSMTP = [ 'password' => \"pa$word\" ];", "15:13", "$word = 'x'; $wgSMTP['password'] = \"pa$word\";"},
	{"secret-escape", "$wgSMTP['password'] = \"pa\\nss\";", "15:1", "$wgSMTP['password'] = 'pa\\nss';"},
	{"secret-in-comment", "# 'password' => 'hunter2',", "15:1", "# 'password' => 'my_password',"},
	{"secret-in-comment", "\t//$wgDBpassword = 'hunter2';", "15:2", "// $wgDBpassword is elsewhere"},
	{"secret-shared", "$wgSMTP['password'] = 'hunter2';", "15:1", "$wgSMTP['password'] = 'my_password';"},
	{"secret-shared", "$wgSecretKey = 'c0ffee';", "15:1", "$wgSecretKey = getenv( 'KEY' );"},
	{"secret-elsewhere", "$wgSMTP['password'] = 'hunter2'; $wgSitename = 'hunter2 wiki';", "15:34", "$wgSMTP['password'] = 'hunter2'; $wgSitename = 'hunter wiki';"},

	{"word-without-quotes", "$wgSMTP['username'] = user;", "15:23", "$wgSMTP['username'] = 'user';"},
	{"variable-unset", "$wgSitename = \"Wiki $nothing\";", "15:21", "$nothing = 1; $wgSitename = \"Wiki $nothing\";"},
	{"variable-unknown", "require 'secrets.php';\n$wgSMTP['password'] = $pass;", "16:23", "$pass = 'x';\n$wgSMTP['password'] = $pass;"},
	{"compared-not-set", "$wgEnableEmail == true;", "15:1", "$wgEnableEmail = 1 == 1;"},
	{"value-refused", "$wgSMTP = [ 'auth' => true/false ];", "15:23", "$wgSMTP = [ 'auth' => true || false ];"},
	{"php-broken", "$wgSMTP['timeout'] = 5", "15:23", "$wgSMTP['timeout'] = 5;"},
	{"read-as-meant", "<br>", "15:1", "# <br>"},
	{"not-understood", "foreach ( $a as $b ) { $wgSMTP = $b; }", "15:1", "if ( true ) { $wgSMTP['timeout'] = 5; }"},
	{"if-undecided", "if ( PHP_SAPI === 'cli' ) { $wgSMTP['debug'] = true; }", "15:1", "if ( 1 ) { $wgSMTP['timeout'] = 5; }"},
	{"file-not-pasted", "require_once 'private.php';", "15:1", "require_once \"$IP/extensions/Cite/Cite.php\";"},
	{"file-ends", "exit;\n$wgSitename = 'x';", "15:1", "# exit;"},
	{"carrier-taken", "$wgSMTP['host'] = 'ssl://smtp.gmail.com';", "15:1", "$wgSMTP['host'] = 'ssl://mail.example.org';"},
}

// These rules look at the text as a whole.
var wholeCases = []struct{ rule, fires, misses, release string }{
	{"smtp-key-lost", "$wgSMTP['port'] = 25;\n$wgSMTP = [ 'host' => 'h' ];", "$wgSMTP = [ 'host' => 'h' ];\n$wgSMTP['port'] = 25;", "1.43"},
	{"release-taken", good, "# MediaWiki 1.39.3\n$wgSMTP = [];", ""},
	{"release-unknown", good, "", "9.99"},
	{"piece-only", "$wgSMTP = [];", good, "1.43"},
}

func checked(text string) Report {
	release, rest, ok := strings.Cut(text, ": ")
	if !ok || !strings.HasPrefix(release, "1.") {
		release, rest = "1.43", text
	}
	return Check([]byte(good+rest+"\n"), release)
}

func find(r Report, rule string) (Finding, bool) {
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		return Finding{}, false
	}
	return r.Findings[i], true
}

func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range cases {
		if c.misses == "" {
			continue
		}
		seen[c.rule] = true
		f, ok := find(checked(c.fires), c.rule)
		if !ok {
			t.Errorf("%s does not fire for %q", c.rule, c.fires)
			continue
		}
		if at := place(f); at != c.at {
			t.Errorf("%s fires at %s for %q, want %s", c.rule, at, c.fires, c.at)
		}
		if strings.Contains(f.Message+f.Fix+f.Why, "hunter2") || strings.Contains(f.Message+f.Fix+f.Why, "{detail}") {
			t.Errorf("%s says %q, %q", c.rule, f.Message, f.Fix)
		}
		if _, ok := find(checked(c.misses), c.rule); ok {
			t.Errorf("%s fires for %q", c.rule, c.misses)
		}
	}
	for _, c := range wholeCases {
		seen[c.rule] = true
		if _, ok := find(Check([]byte(c.fires), c.release), c.rule); !ok {
			t.Errorf("%s does not fire for %q", c.rule, c.fires)
		}
		if _, ok := find(Check([]byte(c.misses), "1.43"), c.rule); ok && c.misses != "" {
			t.Errorf("%s fires for %q", c.rule, c.misses)
		}
	}
	for _, r := range All() {
		if !seen[r.ID] {
			t.Errorf("%s has no case", r.ID)
		}
		if r.Message == "" || r.Why == "" || r.Source == "" || rank(r.Severity) < 0 {
			t.Errorf("%s is not complete", r.ID)
		}
		for _, id := range r.instead {
			if !slices.ContainsFunc(rules.All(), func(x rules.Rule) bool { return x.ID == id }) {
				t.Errorf("%s stands for %s, which there is not", r.ID, id)
			}
		}
	}
	for key, ids := range missing {
		for _, id := range ids {
			if !slices.ContainsFunc(rules.All(), func(x rules.Rule) bool { return x.ID == id }) {
				t.Errorf("%s stands for %s, which there is not", key, id)
			}
		}
	}
}

func place(f Finding) string {
	b, _ := json.Marshal(f.Line)
	c, _ := json.Marshal(f.Column)
	return string(b) + ":" + string(c)
}

// Nothing is said about what is right.
func TestGood(t *testing.T) {
	r := Check([]byte(good), "1.43")
	for _, f := range r.Findings {
		if f.Severity != rules.Hint {
			t.Errorf("%s:%s %s", place(f), f.Rule, f.Message)
		}
	}
	if d := r.Diff("a", localsettings.Options{}); d != "" && !strings.Contains(d, "+# Mail of") {
		t.Errorf("the mended block differs:\n%s", d)
	}
}

// A block that Emit makes of a carrier's own recommendation is read as what it
// was, and has no findings but those of the Config it came from.
func TestEmitted(t *testing.T) {
	r := mediawiki.Newest()
	for _, p := range providers.All() {
		c := wgsmtp.Default()
		c.Server, c.PasswordSender, c.PrintWiki = "https://wiki.example.org", "wiki@example.org", true
		c, err := wgsmtp.Apply(c, p.Preset(&c, ""))
		if err != nil {
			t.Fatal(err)
		}
		c, _ = p.Examples(c)
		block := localsettings.Emit(&c, r, p, localsettings.Options{}).String()
		got := Check([]byte(block), r.Name())
		for _, f := range got.Findings {
			own := slices.ContainsFunc(All(), func(x Rule) bool { return x.ID == f.Rule })
			if own && f.Severity != rules.Hint && f.Rule != "secret-shared" && f.Rule != "placeholder" {
				t.Errorf("%s: %s: %s\n%s", p.ID, f.Rule, f.Message, block)
			}
		}
		if len(got.NotUnderstood) > 0 {
			t.Errorf("%s: %v", p.ID, got.NotUnderstood)
		}
	}
}

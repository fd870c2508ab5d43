package steps

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

func release(t testing.TB, name string) *mediawiki.Release {
	t.Helper()
	r, err := mediawiki.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// These stand for the shapes that carriers can have.
var (
	transactional = &providers.Carrier{
		ID: "mailer", Name: "Mailer", Kind: providers.KindTransactional,
		Auth:    providers.Auth{Need: providers.AuthRequired, Recommended: wgsmtp.AuthAuto},
		User:    providers.Credential{Label: "SMTP login", Hint: "It is shown under Sending.", Where: "https://mailer.example/users"},
		Secret:  providers.Credential{Label: "SMTP password", Hint: "It is shown once.", Where: "https://mailer.example/keys", Shape: "44 characters"},
		Sender:  providers.Sender{Rule: providers.SenderDomain, Text: "Only verified domains may send."},
		Sandbox: "A new account sends to verified addresses only.",
		DNS:     providers.DNS{SPF: "include:mailer.example", DKIM: "sender"},
		Docs:    "https://mailer.example/docs",
		Extension: &providers.Extension{
			Name: "Mailer", Page: "https://www.mediawiki.org/wiki/Extension:Mailer",
			Install: "cd extensions\ngit clone https://gerrit.wikimedia.org/r/mediawiki/extensions/Mailer\ncd ..", About: "It hands mail to the carrier over HTTPS.",
		},
	}
	mailbox = &providers.Carrier{
		ID: "box", Name: "Box", Kind: providers.KindMailbox, Domains: []string{"box.example"},
		Secret: providers.Credential{Label: "App password"},
		Sender: providers.Sender{Rule: providers.SenderLogin},
		Docs:   "https://box.example/docs",
	}
	ownServer = &providers.Carrier{ID: "postfix", Name: "Postfix on this host", Kind: providers.KindOwn, Docs: "https://www.postfix.org/"}
	isp       = &providers.Carrier{ID: "isp", Name: "Your provider", Kind: providers.KindISP, Docs: "https://isp.example"}
	unusable  = &providers.Carrier{
		ID: "closed", Name: "Closed", Kind: providers.KindMailbox, Docs: "https://closed.example",
		Unusable: &providers.Unusable{Why: "It takes no passwords.", Instead: "Use another one."},
	}
	shapes = []*providers.Carrier{nil, transactional, mailbox, ownServer, isp, unusable}
)

func config(edit func(*wgsmtp.Config)) *wgsmtp.Config {
	c := wgsmtp.Default()
	c.Host = "smtp.example.net"
	c.User = "wiki"
	c.Secret = "correct horse"
	c.Server = "https://wiki.example.org"
	c.PasswordSender = "wiki@example.org"
	c.EmergencyContact = "admin@example.org"
	if edit != nil {
		edit(&c)
	}
	return &c
}

func find(steps []Step, id string) (Step, bool) {
	i := slices.IndexFunc(steps, func(s Step) bool { return s.ID == id })
	if i < 0 {
		return Step{}, false
	}
	return steps[i], true
}

func TestSteps(t *testing.T) {
	tests := []struct {
		name    string
		release string
		carrier *providers.Carrier
		edit    func(*wgsmtp.Config)
		want    string   // ids in order
		has     []string // each must be in a command
	}{
		{
			name: "own release of PEAR", release: "1.26", edit: func(c *wgsmtp.Config) { c.EnotifWatchlist = true },
			want: "carrier-account dns pear openssl reach selinux paste lint secret-inline test confirm jobs error-log read-log",
			has: []string{
				"pear install --alldeps Mail Net_SMTP Net_Socket",
				"sudo -u www-data php maintenance/eval.php <<'PHP'",
				"php maintenance/runJobs.php --type enotifNotify",
				"new MailAddress( 'admin@example.org' )",
			},
		},
		{
			name: "a mechanism that needs a package, no package", release: "1.26",
			edit: func(c *wgsmtp.Config) { c.Auth = wgsmtp.AuthCRAMMD5; c.AllowHTMLEmail = true },
			want: "carrier-account dns pear openssl reach selinux paste lint secret-inline test confirm error-log read-log",
			has:  []string{"pear install --alldeps Mail Net_SMTP Net_Socket Auth_SASL Mail_Mime"},
		},
		{
			name: "the same with a bundle", release: "1.43", edit: func(c *wgsmtp.Config) { c.Auth = wgsmtp.AuthSCRAMSHA256 },
			want: "carrier-account dns sasl openssl reach selinux paste lint secret-inline test confirm error-log read-log",
			has:  []string{"composer require --no-update pear/auth_sasl"},
		},
		{
			name: "last release without run.php", release: "1.39", carrier: transactional,
			edit: func(c *wgsmtp.Config) { c.SecretStyle = wgsmtp.SecretFile; c.SenderName = "My wiki" },
			want: "carrier-account carrier-sender carrier-sandbox dns openssl reach selinux secret-file paste lint emailsender test confirm error-log read-log",
			has: []string{
				"php maintenance/eval.php <<'PHP'",
				"sudo install -m 0640 -o root -g www-data /dev/null /etc/mediawiki/smtp-password",
				"printf %s 'My wiki' | sudo -u www-data php maintenance/edit.php",
				"openssl s_client -brief -connect smtp.example.net:465 -servername smtp.example.net -verify_hostname smtp.example.net </dev/null",
				"$wgDebugLogFile =",
			},
		},
		{
			name: "run.php, environment, STARTTLS", release: "1.43",
			edit: func(c *wgsmtp.Config) {
				c.SecretStyle, c.TLS, c.Port, c.EnotifUserTalk = wgsmtp.SecretEnv, wgsmtp.TLSStartTLS, 587, true
				c.PeerName, c.CAFile = "mx.example.org", "/etc/ssl/our ca.pem"
			},
			want: "carrier-account dns openssl reach selinux secret-env secret-env-shell paste lint test confirm jobs error-log read-log",
			has: []string{
				"sudo --preserve-env=MEDIAWIKI_SMTP_PASSWORD -u www-data php maintenance/run.php eval <<'PHP'",
				"env[MEDIAWIKI_SMTP_PASSWORD] = 'the secret'",
				"SetEnv MEDIAWIKI_SMTP_PASSWORD",
				"openssl s_client -brief -starttls smtp -connect smtp.example.net:587 -servername smtp.example.net -verify_hostname mx.example.org -CAfile '/etc/ssl/our ca.pem' </dev/null",
				"php maintenance/run.php runJobs --type enotifNotify",
				"$wgDebugLogGroups['silenced-error']",
			},
		},
		{
			name: "namespaced classes", release: "1.45", carrier: mailbox,
			edit: func(c *wgsmtp.Config) { c.PasswordSender = "wiki@BOX.example" },
			want: "carrier-account carrier-sender openssl reach selinux paste lint secret-inline test confirm error-log read-log",
			has:  []string{`MediaWiki\Mail\UserMailer::send( new MediaWiki\Mail\MailAddress(`},
		},
		{
			name: "mail() on the same host", release: "1.43", carrier: ownServer,
			edit: func(c *wgsmtp.Config) { c.Transport = wgsmtp.TransportMail },
			want: "dns sendmail selinux paste lint test local-queue confirm error-log read-log",
			has:  []string{"setsebool -P httpd_can_sendmail 1", "mailq", "ls -l /usr/sbin/sendmail"},
		},
		{
			name: "plain SMTP on the same host", release: "1.43", carrier: ownServer,
			edit: func(c *wgsmtp.Config) {
				c.Host, c.Port, c.TLS, c.Auth = "localhost", 25, wgsmtp.TLSNone, wgsmtp.AuthNone
			},
			want: "dns reach selinux paste lint test local-queue confirm error-log read-log",
			has:  []string{"nc -vz -w 10 localhost 25", "setsebool -P httpd_can_network_connect 1"},
		},
		{
			name: "relay by address", release: "1.43", carrier: isp, edit: func(c *wgsmtp.Config) { c.Auth = wgsmtp.AuthNone },
			want: "carrier-allow dns openssl reach selinux paste lint test confirm error-log read-log",
		},
		{
			name: "extension", release: "1.43", carrier: transactional,
			edit: func(c *wgsmtp.Config) { c.Transport = wgsmtp.TransportExtension },
			want: "carrier-account carrier-sender carrier-sandbox dns extension selinux paste lint secret-inline test confirm error-log read-log",
			has:  []string{"(cd extensions &&\ngit clone --branch REL1_43 https://gerrit.wikimedia.org/r/mediawiki/extensions/Mailer &&\ncd ..)"},
		},
		{
			name: "address of IPv6", release: "1.43",
			edit: func(c *wgsmtp.Config) { c.Host, c.Debug = "[2001:db8::1]", true },
			want: "carrier-account dns openssl reach selinux paste lint secret-inline test confirm error-log read-log debug-off",
			has: []string{
				"nc -vz -w 10 2001:db8::1 465",
				"-connect '[2001:db8::1]:465' -verify_ip 2001:db8::1",
			},
		},
		{
			name: "nothing filled in, a carrier that cannot", release: "1.18", carrier: unusable,
			edit: func(c *wgsmtp.Config) { *c = wgsmtp.Default(); c.EnableEmail = false },
			// What needs a value that is not there is left out.
			want: "instead carrier-account pear openssl selinux paste lint secret-inline test error-log read-log",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := For(config(tt.edit), release(t, tt.release), tt.carrier)
			var ids, commands []string
			for _, s := range got {
				ids = append(ids, s.ID)
				commands = append(commands, s.Commands...)
			}
			if s := strings.Join(ids, " "); s != tt.want {
				t.Errorf("steps:\n got %s\nwant %s", s, tt.want)
			}
			all := strings.Join(commands, "\n")
			for _, has := range tt.has {
				if !strings.Contains(all, has) {
					t.Errorf("no command holds %q in:\n%s", has, all)
				}
			}
		})
	}
}

// nasty are texts that break out of whatever is not quoted.
var nasty = []string{
	`'; rm -rf ~; '`, `"$(id)"`, "`id`", `a\b`, "-oProxyCommand=id", "tab\there", "two\nlines", "esc\x1b[2J", "PHP", "\nPHP\n",
	"{domain}", "<script>alert(1)</script>", "Zoë 🎉 @x", "nul\x00byte", "\xff\xfe", "$HOME ${HOME} %s", "!!", " ", `C:\secret\key`, "/", "~root",
}

// every is every configuration of interest, with every shape of carrier.
func every(t *testing.T, use func(c *wgsmtp.Config, steps []Step, hostile bool)) {
	styles := []wgsmtp.SecretStyle{wgsmtp.SecretInline, wgsmtp.SecretEnv, wgsmtp.SecretFile}
	edit := func(c *wgsmtp.Config, style wgsmtp.SecretStyle) {
		c.SecretStyle, c.SenderName, c.EnotifWatchlist, c.Debug = style, "Wiki", true, true
	}
	for _, r := range mediawiki.All() {
		for _, p := range shapes {
			for _, transport := range []wgsmtp.Transport{wgsmtp.TransportSMTP, wgsmtp.TransportMail, wgsmtp.TransportExtension} {
				for _, tls := range []wgsmtp.TLSMode{wgsmtp.TLSImplicit, wgsmtp.TLSStartTLS, wgsmtp.TLSNone} {
					for _, style := range styles {
						c := config(func(c *wgsmtp.Config) { c.Transport, c.TLS = transport, tls; edit(c, style) })
						use(c, For(c, r, p), false)
					}
				}
			}
		}
	}
	for _, p := range providers.All() {
		for _, name := range []string{"1.26", "1.39", "1.45", "1.47"} {
			for _, style := range styles {
				c := config(func(c *wgsmtp.Config) {
					preset, err := wgsmtp.Apply(*c, p.Preset(c, ""))
					if err != nil {
						t.Fatal(err)
					}
					*c = preset
					edit(c, style)
					if p.Extension != nil && name == "1.45" {
						c.Transport = wgsmtp.TransportExtension
					}
				})
				use(c, For(c, release(t, name), p), false)
			}
		}
	}
	r := release(t, "1.43")
	for _, s := range nasty {
		for _, f := range wgsmtp.Fields() {
			if f.Kind != wgsmtp.KindText && f.Kind != wgsmtp.KindSecret {
				continue
			}
			for _, style := range []wgsmtp.SecretStyle{wgsmtp.SecretEnv, wgsmtp.SecretFile} {
				c := config(func(c *wgsmtp.Config) { c.SecretStyle, c.SenderName = style, "Wiki" })
				if f.ID == "release" {
					continue
				}
				if err := f.Set(c, s); err != nil {
					t.Fatal(err)
				}
				use(c, For(c, r, transactional), true)
			}
		}
	}
}

func TestEveryStep(t *testing.T) {
	shell, php := map[string]bool{}, map[string]bool{}
	every(t, func(c *wgsmtp.Config, steps []Step, hostile bool) {
		seen := map[string]bool{}
		for _, s := range steps {
			if s.ID == "" || s.Title == "" || s.Text == "" || s.Verify == "" {
				t.Fatalf("a step is incomplete: %+v", s)
			}
			if seen[s.ID] {
				t.Fatalf("step %s is there twice", s.ID)
			}
			seen[s.ID] = true
			if s.Link != "" && !strings.HasPrefix(s.Link, "https://") {
				t.Fatalf("step %s links to %q", s.ID, s.Link)
			}
			for _, cmd := range s.Commands {
				if strings.Contains(cmd, string(c.Secret)) && c.Secret == "correct horse" {
					t.Fatalf("step %s shows the secret: %s", s.ID, cmd)
				}
				switch s.Language {
				case Shell:
					shell[cmd] = true
				case PHP:
					php[cmd] = true
				case Config:
					if strings.ContainsAny(cmd, "\n\r") {
						t.Fatalf("step %s: %q is not one line", s.ID, cmd)
					}
				default:
					t.Fatalf("step %s: language %q", s.ID, s.Language)
				}
			}
		}
		for _, id := range []string{"paste", "lint", "test", "error-log", "read-log"} {
			if !seen[id] {
				t.Fatalf("no step %s", id)
			}
		}
		// Without hostile input nothing may look like something to fill in.
		if !hostile {
			for _, s := range steps {
				for _, text := range append([]string{s.Title, s.Text, s.Verify, s.Link}, s.Commands...) {
					if strings.ContainsAny(text, "{}") {
						t.Fatalf("step %s has a placeholder left: %s", s.ID, text)
					}
				}
			}
		}
	})
	t.Logf("%d shell commands, %d PHP lines", len(shell), len(php))
	bash, phpBin := need(t, "bash"), need(t, "php")
	for cmd := range shell {
		run := exec.Command(bash, "-n")
		run.Stdin = strings.NewReader(cmd + "\n")
		if out, err := run.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("bash does not parse %q: %v %s", cmd, err, out)
		}
		if strings.ContainsAny(cmd, "\x00\x1b\r") {
			t.Errorf("control characters in %q", cmd)
		}
	}
	for cmd := range php {
		run := exec.Command(phpBin, "-l")
		run.Stdin = strings.NewReader("<?php\n" + cmd + "\n")
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("php does not parse %q: %s", cmd, out)
		}
	}
}

func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("this test needs %s: %v", program, err)
	}
	return path
}

func TestShellQuote(t *testing.T) {
	bash := need(t, "bash")
	for _, s := range append(nasty, "", "plain", "a b", "o'clock", "\x01\x7f12", "a\u00a0b") {
		q := shellQuote(s)
		if strings.ContainsFunc(q, isControl) {
			t.Errorf("%q shows control characters", q)
		}
		run := exec.Command(bash, "-c", "printf %s "+q)
		run.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
		out, err := run.Output()
		if want := strings.ReplaceAll(s, "\x00", ""); err != nil || string(out) != want {
			t.Errorf("%s means %q, want %q (%v)", q, out, want, err)
		}
	}
	if got := shellPath("-rf"); got != "./-rf" {
		t.Errorf("shellPath: %q", got)
	}
}

// TestSecretFileCommand runs the command that fills the file.
func TestSecretFileCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "it's a file")
	c := config(func(c *wgsmtp.Config) { c.SecretStyle, c.SecretFile = wgsmtp.SecretFile, file })
	s, ok := find(For(c, release(t, "1.43"), nil), "secret-file")
	if !ok || len(s.Commands) != 4 {
		t.Fatalf("secret-file: %+v", s)
	}
	const secret = ` p\a'"ss $x `
	// Only sudo and the change of owner need somebody else's rights.
	script := "sudo() { \"$@\"; }; install() { command install -m \"$2\" \"${@: -2}\"; }\n" + strings.Join(s.Commands[:3], "\n")
	run := exec.Command(need(t, "bash"), "-c", script)
	run.Stdin = strings.NewReader(secret + "\n")
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != secret {
		t.Errorf("the file holds %q, want %q (%v)", got, secret, err)
	}
	if fi, err := os.Stat(file); err != nil || fi.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, want 0640 (%v)", fi.Mode(), err)
	}
}

// TestTestLine runs the line against stand-ins for MediaWiki's classes.
func TestTestLine(t *testing.T) {
	const stub = `
class MailAddress { function __construct( public $address, public $name = null ) {} }
class Status { function isOK() { return true; } function getWikiText() { return ''; } }
class UserMailer { static function send( $to, $from, $subject, $body ) {
	echo json_encode( [ $to->address, $from->address, $from->name, strlen( $body ) >= 10 ] ), "\n"; return new Status;
} }
`
	const message = `
class Message { function inContentLanguage() { return $this; } function text() { return 'From the message'; } }
function wfMessage( $key ) { return new \Message; }
`
	php := need(t, "php")
	to := `o'brien\@example.org`
	for _, tt := range []struct{ release, name string }{
		{"1.18", "From the variable"}, {"1.22", "From the variable"},
		{"1.23", "From the message"}, {"1.39", "From the message"}, {"1.44", "From the message"}, {"1.45", "From the message"}, {"1.47", "From the message"},
	} {
		r := release(t, tt.release)
		line := TestLine(r, to)
		if strings.Contains(line, "\n") {
			t.Errorf("%s: more than one line", tt.release)
		}
		namespace := ""
		if r.Has(mediawiki.NamespacedClasses) {
			namespace = `MediaWiki\Mail`
		}
		code := "<?php\nnamespace " + namespace + " {" + stub + "}\nnamespace {" + message +
			"$wgPasswordSender = 'wiki@example.org'; $wgPasswordSenderName = 'From the variable';\n" + line + "\n}\n"
		run := exec.Command(php)
		run.Stdin = strings.NewReader(code)
		out, err := run.CombinedOutput()
		want := `["o'brien\\@example.org","wiki@example.org","` + tt.name + "\",true]\nSENT\n"
		if err != nil || string(out) != want {
			t.Errorf("%s: got %q, want %q (%v)", tt.release, out, want, err)
		}
	}
}

func BenchmarkFor(b *testing.B) {
	c, r := config(nil), release(b, "1.43")
	b.ReportAllocs()
	for b.Loop() {
		For(c, r, transactional)
	}
}

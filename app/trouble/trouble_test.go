package trouble

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const refusedLogin = " authentication failure [SMTP: Invalid response code received from server (code: 535, response: 5.7.8 Error: authentication failed: authentication failure)]"

// Nothing is guessed.
func TestUnknown(t *testing.T) {
	data, err := os.ReadFile("testdata/unknown.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range strings.Split(string(data), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		n++
		d := Diagnose(l, Context{})
		if d.Known || len(d.Entries) > 0 {
			t.Errorf("%q: %s", l, ids(d))
		}
		if len(d.Collect) == 0 {
			t.Errorf("%q: nothing to collect", l)
		}
	}
	if n < 30 {
		t.Errorf("only %d texts", n)
	}
	for _, l := range []string{"", " \n\t", "\x00"} {
		if d := Diagnose(l, Context{}); d.Known || len(d.Collect) == 0 {
			t.Errorf("%q: %+v", l, d)
		}
	}
}

// carriersOf says which carriers a provider of testdata/replies.json is.
var carriersOf = map[string]string{
	"Gmail": "gmail", "Google relay": "google-workspace-relay", "Microsoft 365": "microsoft365", "Outlook.com / Microsoft 365": "outlook-com", "Microsoft Exchange": "microsoft365",
	"Amazon SES": "amazon-ses", "SendGrid": "sendgrid", "Brevo": "brevo", "Mailgun": "mailgun", "Postmark": "postmark", "Mailjet": "mailjet", "MailerSend": "mailersend", "Resend": "resend",
	"Yandex": "yandex", "Mail.ru": "mail-ru", "QQ Mail": "qq", "QQ / Exmail": "qq-exmail", "NetEase 163/126": "netease-163", "Zoho": "zoho-mail", "Yahoo/AOL": "yahoo", "GMX/WEB.DE/IONOS": "ionos", "IONOS": "ionos", "DreamHost": "dreamhost",
}

// Every reply that was collected is among the texts of testdata/entries.txt,
// so that TestEntries proves that it is known; and a carrier's own reply leads
// to a row of that carrier.
func TestReplies(t *testing.T) {
	data, err := os.ReadFile("testdata/replies.json")
	if err != nil {
		t.Fatal(err)
	}
	var replies []struct{ Provider, Pattern string }
	if err := json.Unmarshal(data, &replies); err != nil {
		t.Fatal(err)
	}
	if len(replies) != 82 {
		t.Fatalf("%d replies", len(replies))
	}
	rows := map[string]*row{}
	for _, table := range tables {
		for i := range table {
			rows[table[i].id] = &table[i]
		}
	}
	all := examples(t)
	for _, r := range replies {
		re := regexp.MustCompile(r.Pattern)
		var found, own []string
		for _, e := range all {
			for _, text := range e.hit {
				if !re.MatchString(text) {
					continue
				}
				ctx := e.ctx
				id := carriersOf[r.Provider]
				if id != "" {
					ctx.Carrier, _ = providers.ByID(id)
					if ctx.Carrier == nil {
						t.Fatalf("no carrier %q", id)
					}
				}
				d := Diagnose(text, ctx)
				if !d.Known {
					continue
				}
				found = append(found, d.Entries[0].ID)
				for _, c := range rows[d.Entries[0].ID].carriers {
					if c == id {
						own = append(own, d.Entries[0].ID)
					}
				}
			}
		}
		if len(found) == 0 {
			t.Errorf("%s: no text for %s", r.Provider, r.Pattern)
		}
		if carriersOf[r.Provider] != "" && len(own) == 0 {
			t.Errorf("%s: %s leads to %v, none of them the carrier's", r.Provider, r.Pattern, found)
		}
	}
}

// A server's reply leads to the same entry however it is framed: alone, in
// PEAR's words, in symfony/mailer's, and in a bounce.
func TestFrames(t *testing.T) {
	frames := map[Step]string{
		Connect: "Failed to connect to mail.example.invalid:25 [SMTP: Invalid response code received from server", Greeting: "Failed to connect to mail.example.invalid:25 [SMTP: Invalid response code received from server",
		EHLO: "Failed to connect to mail.example.invalid:25 [SMTP: HELO was not accepted", Auth: " authentication failure [SMTP: Invalid response code received from server",
		MailFrom: "Failed to set sender: wiki@example.org [SMTP: Invalid response code received from server", Rcpt: "Failed to add recipient: alice@example.net [SMTP: Invalid response code received from server",
		Data: "Failed to send data [SMTP: Invalid response code received from server", Delivery: "Failed to send data [SMTP: Invalid response code received from server",
	}
	n := 0
	for _, e := range examples(t) {
		for _, text := range e.hit {
			num, ok := code(text)
			if !ok || num < 400 || strings.Contains(text, "\n") {
				continue
			}
			want := Diagnose(text, e.ctx).Entries[0]
			frame := frames[want.Step]
			if frame == "" || want.ID == "auth-refused-535" { // the frame says more than the code alone
				continue
			}
			n++
			rest := text[4:]
			for _, framed := range []string{
				fmt.Sprintf("%s (code: %d, response: %s)]", frame, num, rest),
				fmt.Sprintf(`Expected response code "250" but got code "%d", with message "%s".`, num, text),
				"host mx.example.net[192.0.2.1] said: " + text + " (in reply to end of DATA command)",
			} {
				if d := Diagnose(framed, e.ctx); !d.Known || d.Entries[0].ID != want.ID {
					t.Errorf("%q: %s, want %s", framed, ids(d), want.ID)
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d replies", n)
	}
}

// MediaWiki's wrapper is seen through in every language, and so are the ways
// in which texts are copied.
func TestWrappers(t *testing.T) {
	want := flat(Diagnose(refusedLogin, Context{}))
	n := 0
	for lang, texts := range messages(t) {
		for _, name := range []string{"confirmemail_sendfailed", "mailerror"} {
			wrapper := strings.ReplaceAll(texts[name], "{{SITENAME}}", "Beispielwiki")
			if !strings.Contains(wrapper, "$1") {
				continue
			}
			n++
			text := strings.Replace(wrapper, "$1", refusedLogin, 1)
			if got := Clean(text); got != strings.TrimSpace(refusedLogin) {
				t.Errorf("%s %s: %q", lang, name, got)
			}
			if got := flat(Diagnose(text, Context{})); got != want {
				t.Errorf("%s %s: %s", lang, name, got)
			}
			// A fixed message in the wrapper, both in that language.
			if inner := texts["user-mail-no-addy"]; inner != "" {
				d := Diagnose(strings.Replace(wrapper, "$1", inner, 1), Context{})
				if !d.Known || d.Entries[0].ID != "no-address" {
					t.Errorf("%s %s around %q: %s", lang, name, inner, ids(d))
				}
			}
		}
	}
	if n < 10 {
		t.Errorf("only %d wrappers", n)
	}
}

func TestClean(t *testing.T) {
	core := strings.TrimSpace(refusedLogin)
	for _, text := range []string{
		refusedLogin,
		"&#32;authentication failure &#91;SMTP: Invalid response code received from server (code: 535, response: 5.7.8 Error: authentication failed: authentication failure)&#93;",
		"&amp;#32;authentication failure &amp;#91;SMTP: Invalid response code received from server (code: 535, response: 5.7.8 Error: authentication failed: authentication failure)&amp;#93;",
		"<p>My Wiki could not send your confirmation mail.<br />\nPlease check.</p><p>Mailer returned: <b>" + refusedLogin + "</b></p>",
		"'''Mailer returned:''' <nowiki>" + refusedLogin + "</nowiki>",
		"2026-11-22 08:34:55 web1 wikidb: PEAR::Mail failed: " + refusedLogin,
		"[22-Nov-2026 08:34:55 UTC] PHP Warning:  PEAR::Mail failed: " + refusedLogin + "\n",
		"Nov 22 08:34:55 web1 php-fpm[812]: PEAR::Mail failed: " + refusedLogin,
		"[Sun Nov 22 08:34:55.1 2026] [php:error] [pid 12] [client 192.0.2.1:5] PEAR::Mail failed: " + refusedLogin,
		"> " + strings.ReplaceAll(strings.TrimSpace(refusedLogin), " code ", " code\n> "),
		"* Mailer returned:\u00A0" + strings.ReplaceAll(strings.TrimSpace(refusedLogin), " ", "\u202F"),
		strings.ReplaceAll(refusedLogin, " ", "\r\n"),
		"FAILED: " + refusedLogin + "\n> ",
	} {
		if got := Clean(text); got != core {
			t.Errorf("%q:\n got %q\nwant %q", text, got, core)
		}
	}
	for text, want := range map[string]string{
		"Mailer returned: LOGIN authentication failure [SMTP: x (code: 535, response: no)] more": "LOGIN authentication failure [SMTP: x (code: 535, response: no)]",
		`Validation failed for: "Example Wiki" &lt;wiki@example.org&gt;`:                         `Validation failed for: "Example Wiki" <wiki@example.org>`,
		"535-5.7.8 Username": "535-5.7.8 Username",
		"a < b & c > d &unknown; &#0; &#xFFFFFFFF; &#x41;": "a < b & c > d &unknown; &#0; &#xFFFFFFFF; A",
	} {
		if got := Clean(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestParts(t *testing.T) {
	for text, want := range map[string]Parts{
		"Failed to connect to ssl://smtp.example.org:465 [SMTP: Failed to connect socket:  (code: -1, response: )]": {Host: "ssl://smtp.example.org", Port: 465, Code: -1},
		refusedLogin: {Code: 535, Enhanced: "5.7.8", Words: "Error: authentication failed: authentication failure"},
		`Connection could not be established with host "ssl://localhost:21704": stream_socket_client(): x`:                                                                                                                              {Host: "ssl://localhost", Port: 21704},
		`Authenticator "LOGIN" returned "Expected response code "235" but got code "535", with message "535 5.7.8 Error: no".". Authenticator "PLAIN" returned "Expected response code "235" but got code "334", with message "334".".`: {Code: 535, Enhanced: "5.7.8", Words: "Error: no"},
		"535-5.7.8 Username and Password not accepted":                                                               {Code: 535, Enhanced: "5.7.8", Words: "Username and Password not accepted"},
		"host mx.example.net[192.0.2.1] said: 550 5.1.1 <a@example.net>: User unknown (in reply to RCPT TO command)": {Code: 550, Enhanced: "5.1.1", Words: "<a@example.net>: User unknown (in reply to RCPT TO command)"},
		"Diagnostic-Code: smtp; 550 relay not permitted":                                                             {Code: 550, Words: "relay not permitted"},
		"HTTP 503 Service Unavailable":                                                                               {},
		"version 5.7.8 of the extension":                                                                             {},
	} {
		if got := Diagnose(text, Context{}).Parts; got != want {
			t.Errorf("%q:\n got %+v\nwant %+v", text, got, want)
		}
	}
}

// The settings decide which cause of an ambiguous text comes first.
func TestContextDecides(t *testing.T) {
	const blank = "Failed to connect to ssl://%:# [SMTP: Failed to connect socket:  (code: -1, response: )]"
	release := func(name string) *mediawiki.Release {
		r, err := mediawiki.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	config := func(pairs ...string) *wgsmtp.Config {
		c := wgsmtp.Default()
		for i := 0; i < len(pairs); i += 2 {
			var err error
			if c, err = wgsmtp.Apply(c, []wgsmtp.Change{{Field: pairs[i], Value: pairs[i+1]}}); err != nil {
				t.Fatal(err)
			}
		}
		return &c
	}
	at := func(host, port string) string { return strings.NewReplacer("%", host, "#", port).Replace(blank) }
	for _, c := range []struct {
		name, text, want string
		ctx              Context
	}{
		{"587", at("smtp.example.org", "587"), "tls-blank/starttls-port", Context{}},
		{"465", at("smtp.example.org", "465"), "tls-blank/certificate", Context{}},
		{"localhost", at("localhost", "465"), "tls-blank/strange-name", Context{}},
		{"address", at("192.0.2.1", "465"), "tls-blank/strange-name", Context{}},
		{"two ports", at("smtp.example.org:465", "465"), "tls-blank/port-in-host", Context{}},
		{"no check", at("smtp.example.org", "465"), "tls-blank/verify-peer-alone", Context{Config: config("verify", "off")}},
		{"bare STARTTLS failed, 1.43", "STARTTLS failed", "starttls-required/not-offered", Context{Release: release("1.43")}},
		{"bare STARTTLS failed, 1.39", "STARTTLS failed", "starttls-required/certificate", Context{Release: release("1.39")}},
		{"PEAR, 1.24", "PEAR mail package is not installed", "pear-missing/install", Context{Release: release("1.24")}},
		{"PEAR, 1.39", "PEAR mail package is not installed", "pear-missing/vendor", Context{Release: release("1.39")}},
		{"refused, local", "Failed to connect to localhost:25 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]", "connect-refused/no-local-server", Context{}},
		{"refused, login on 25", "Failed to connect to smtp.example.org:25 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]", "connect-refused/wrong-port", Context{Config: config("port", "25", "tls", "none", "auth", "auto")}},
		{"login, empty name", refusedLogin, "auth-refused/no-user", Context{Config: config("secret", "x")}},
		{"login, empty password", refusedLogin, "auth-refused/no-password", Context{Config: config("user", "x")}},
		{"login, Brevo", refusedLogin, "brevo-login/api-key", Context{Config: config("host", "smtp-relay.brevo.com", "user", "x", "secret", "y")}},
		{"mail between users", "Failed to set sender: a@b.example [SMTP: Invalid response code received from server (code: 553, response: 5.7.1 <a@b.example>: Sender address rejected: not owned by user c)]", "sender-not-yours/user-mail", Context{Config: config("user-email-reply-to", "false")}},
		{"another's words", "535-5.7.8 Username and Password not accepted", "auth-refused/wrong-password", Context{Config: config("host", "smtp.example.org", "user", "x", "secret", "y")}},
		{"no release", "Failed to connect to :25 [SMTP: Failed to connect socket: $addr cannot be empty (code: -1, response: )]", "connect-empty-host/empty", Context{}},
	} {
		d := Diagnose(c.text, c.ctx)
		if got, _, _ := strings.Cut(flat(d), " "); got != c.want {
			t.Errorf("%s: %s, want %s first", c.name, flat(d), c.want)
		}
	}
}

// Mends are real: applied, they change the configuration into one that has no
// longer what the cause names.
func TestChanges(t *testing.T) {
	c := wgsmtp.Default()
	c.Host, c.Port, c.TLS, c.User = "smtp.example.org", 587, wgsmtp.TLSImplicit, "wiki@example.org"
	d := Diagnose("Failed to connect to ssl://smtp.example.org:587 [SMTP: Failed to connect socket:  (code: -1, response: )]", Context{Config: &c})
	got, err := wgsmtp.Apply(c, d.Entries[0].Causes[0].Changes)
	if err != nil || got.TLS != wgsmtp.TLSStartTLS || got.Port != 587 {
		t.Errorf("%+v, %v", d.Entries[0].Causes[0].Changes, err)
	}
	c.Host, c.Port = "smtp.example.org:465", 25
	d = Diagnose("Failed to connect to ssl://smtp.example.org:465:25 [SMTP: Failed to connect socket:  (code: -1, response: )]", Context{Config: &c})
	got, err = wgsmtp.Apply(c, d.Entries[0].Causes[0].Changes)
	if err != nil || got.Host != "smtp.example.org" || got.Port != 465 {
		t.Errorf("%+v, %v", d.Entries[0].Causes[0].Changes, err)
	}
	// Every mend of every row is one that Apply takes.
	for _, e := range examples(t) {
		for _, text := range e.hit {
			ctx := e.ctx
			if ctx.Config == nil {
				ctx.Config = &c
			}
			for _, entry := range Diagnose(text, ctx).Entries {
				for _, cause := range entry.Causes {
					if _, err := wgsmtp.Apply(*ctx.Config, cause.Changes); err != nil {
						t.Errorf("%s/%s: %v", entry.ID, cause.ID, err)
					}
				}
			}
		}
	}
}

// Without any facts the texts are sentences all the same.
func TestAll(t *testing.T) {
	for _, e := range All() {
		for _, s := range append([]string{e.Title, e.Verify}, func() (out []string) {
			for _, c := range e.Causes {
				out = append(out, c.Text, c.Fix)
			}
			return out
		}()...) {
			if s == "" || strings.ContainsAny(s, "{}") && !strings.Contains(s, "braces") || strings.Contains(s, "port the port") || strings.Contains(s, "  ") {
				t.Errorf("%s: %q", e.ID, s)
			}
		}
		if first := e.Title[0]; first >= 'a' && first <= 'z' {
			t.Errorf("%s: %q", e.ID, e.Title)
		}
		if last := e.Title[len(e.Title)-1]; last != '.' {
			t.Errorf("%s: %q", e.ID, e.Title)
		}
		if len(e.Causes) == 0 {
			t.Errorf("%s: no cause without settings", e.ID)
		}
	}
}

func TestReport(t *testing.T) {
	data, err := json.Marshal(Diagnose("hello", Context{}).Report())
	if err != nil || string(data) != `{"known":false,"entries":[]}` {
		t.Errorf("%s, %v", data, err)
	}
	r := Diagnose(refusedLogin, Context{}).Report()
	if !r.Known || len(r.Entries) < 2 || !strings.HasPrefix(r.Entries[0].ID, "auth-refused/") || r.Entries[0].Step != "auth" {
		t.Errorf("%+v", r)
	}
	data, err = json.Marshal(r.Entries[0])
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]string
	if err := json.Unmarshal(data, &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"id", "step", "cause", "fix", "verify", "source", "confidence"} {
		if keys[k] == "" {
			t.Errorf("no %s in %s", k, data)
		}
	}
	if len(keys) != 7 {
		t.Errorf("%s", data)
	}
}

// A conversation that failed leads to what really happened, which the error
// alone does not always tell.
func TestFromTranscript(t *testing.T) {
	release, err := mediawiki.Lookup("1.43")
	if err != nil {
		t.Fatal(err)
	}
	line := func(from transport.Speaker, step transport.Step, text, note string) transport.Line {
		return transport.Line{From: from, Step: string(step), Text: text, Note: note}
	}
	const blank = "Failed to connect to ssl://smtp.example.org:465 [SMTP: Failed to connect socket:  (code: -1, response: )]"
	for _, c := range []struct {
		name string
		t    transport.Transcript
		want string
		step Step
	}{
		{"success", transport.Transcript{}, "", ""},
		{"name", transport.Transcript{Err: blank, Lines: []transport.Line{line(transport.Event_, transport.StepConnect, "TLS fails", "PHP does not accept the certificate: Peer certificate subjectAltName did not match expected name `smtp.example.org'.")}}, "tls-name", Connect},
		{"blank", transport.Transcript{Err: blank, Lines: []transport.Line{line(transport.Event_, transport.StepConnect, "TLS fails", "")}}, "tls-blank", Connect},
		{"hung", transport.Transcript{Hung: true, Lines: []transport.Line{line(transport.Event_, transport.StepGreeting, "silent", "")}}, "connect-silent", Greeting},
		{"login", transport.Transcript{Err: refusedLogin, Lines: []transport.Line{line(transport.ServerSide, transport.StepAuth, "535 5.7.8 no", ""), line(transport.Wiki, transport.StepQuit, "QUIT", "")}}, "auth-refused", Auth},
		{"exception", transport.Transcript{Err: "Unsupported operand types: string % int", Exception: "TypeError"}, "port-not-a-number", Before},
		{"something new", transport.Transcript{Err: "something new", Lines: []transport.Line{line(transport.ServerSide, transport.StepRcpt, "599 what", "")}}, "", Rcpt},
	} {
		d := FromTranscript(c.t, Context{Release: release})
		got, _, _ := strings.Cut(ids(d), " ")
		if got != c.want || d.Known != (c.want != "") || d.Step != c.step {
			t.Errorf("%s: %s at %q, want %s at %q", c.name, ids(d), d.Step, c.want, c.step)
		}
	}
}

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		text, pattern string
		want          bool
	}{
		{"abc", "b", true}, {"abc", "^b", false}, {"abc", "^a", true}, {"abc", "c$", true}, {"abc", "b$", false}, {"abcb", "b$", true},
		{"a--b", "a*b", true}, {"b--a", "a*b", false}, {"a a b", "a*b$", true}, {"abab", "^a*b$", true}, {"abc", "^abc$", true}, {"abcd", "^abc$", false},
		{"a" + strings.Repeat("-", gap) + "b", "a*b", true}, {"a" + strings.Repeat("-", gap+1) + "b", "a*b", false},
		{"a" + strings.Repeat("-", gap+1) + "a-b", "a*b", true}, {"a-b-c", "a*b*c", true}, {"a-c-b", "a*b*c", false}, {"", "a", false}, {"", "^$", true},
		{"a-b-", "a*b$", false},
	} {
		if got := holds(c.text, c.pattern); got != c.want {
			t.Errorf("%.20q has %q: %t", c.text, c.pattern, got)
		}
	}
	if s, ok := find("host x failed", "host *failed"); !ok || s != "x " {
		t.Errorf("%q, %t", s, ok)
	}
}

// Words that a carrier shares with other servers are the carrier's where the
// settings or the text name it, and only there.
func TestSharedWords(t *testing.T) {
	const words = "[SMTP: Invalid response code received from server (code: 421, response: Too many concurrent SMTP connections; please try again later.)]"
	at := func(host string) Context {
		c := wgsmtp.Default()
		c.Host = host
		return Context{Config: &c}
	}
	for _, tt := range []struct {
		text string
		ctx  Context
		want string
	}{
		{"Failed to connect to mail.example.org:25 " + words, Context{}, "greeting-too-many"},
		{"Failed to connect to mail.example.org:25 " + words, at("mail.example.org"), "greeting-too-many"},
		{"421 Too many concurrent SMTP connections; please try again later.", at("mail.example.org"), "greeting-too-many"},
		{"421 Too many concurrent SMTP connections; please try again later.", at("email-smtp.eu-west-1.amazonaws.com"), "ses-concurrent"},
		{"Failed to connect to email-smtp.us-east-1.amazonaws.com:587 " + words, Context{}, "ses-concurrent"},
	} {
		if d := Diagnose(tt.text, tt.ctx); !d.Known || d.Entries[0].ID != tt.want {
			t.Errorf("%s with %+v: %s, want %s first", tt.text, tt.ctx.Config, ids(d), tt.want)
		}
	}
}

package transport_test

import (
	"os"
	"strings"
	"testing"

	"wgsmtp/app/php"
	"wgsmtp/app/transport"
)

// Odd values of $wgSMTP, judged by PEAR itself on PHP 8 (testdata/values.txt).
func TestValuesAsPHP(t *testing.T) {
	data, err := os.ReadFile("testdata/values.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	settings := ""
	for _, line := range strings.Split(string(data), "\n") {
		want, result := strings.CutPrefix(line, "\t")
		if !result {
			settings = line
			continue
		}
		n++
		got := transport.Converse(transport.New(stackCase{settings: settings}.options(t, "1.39"), testMail("a@b.example")))
		text := got.Err
		if got.Exception != "" {
			text = got.Exception + ": " + text
		}
		if text != want {
			t.Errorf("%s\n got %s\nwant %s", settings, text, want)
		}
	}
	if n < 60 {
		t.Errorf("only %d values", n)
	}
}

// firstAction is the connection that the settings lead to.
func firstAction(t *testing.T, version, settings string) transport.Action {
	t.Helper()
	return transport.New(stackCase{settings: settings}.options(t, version), testMail("a@b.example")).Next(transport.Event{Kind: transport.EventStart})
}

func TestConnection(t *testing.T) {
	full := transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "h.example"}
	with := func(change func(*transport.TLSOptions)) transport.TLSOptions {
		o := full
		change(&o)
		return o
	}
	tests := []struct {
		settings string
		scheme   string
		host     string
		port     int
		timeout  int
		tls      transport.TLSOptions
	}{
		{`'host' => 'h.example'`, "", "h.example", 25, 60, full},
		{`'host' => 'ssl://h.example', 'port' => 465`, "ssl", "h.example", 465, 60, full},
		{`'host' => 'h.example:587'`, "", "h.example", 587, 60, with(func(o *transport.TLSOptions) { o.PeerName = "" })},
		{`'host' => '::1', 'port' => '587/tls'`, "", "::1", 587, 60, with(func(o *transport.TLSOptions) { o.PeerName = "::1" })},
		{`'host' => 'h.example', 'port' => 70000`, "", "h.example", 4464, 60, full},
		{`'host' => 'h.example', 'timeout' => 10`, "", "h.example", 25, 10, full},
		{`'host' => 'h.example', 'timeout' => '2.5'`, "", "h.example", 25, 3, full},
		{`'host' => 'h.example', 'timeout' => 0`, "", "h.example", 25, 60, full},
		{`'host' => 'tlsv1.2://h.example'`, "tlsv1.2", "h.example", 25, 60, with(func(o *transport.TLSOptions) { o.MinVersion, o.MaxVersion = "1.2", "1.2" })},
		{`'host' => 'h.example', 'socket_options' => [ 'ssl' => [ 'verify_peer' => false, 'peer_name' => 'x.example', 'cafile' => '/ca.pem', 'allow_self_signed' => 1 ] ]`, "", "h.example", 25, 60,
			transport.TLSOptions{VerifyPeerName: true, AllowSelfSigned: true, PeerName: "x.example", CAFile: "/ca.pem"}},
		{`'host' => 'h.example', 'socket_options' => [ 'ssl' => [ 'verify_peer_name' => 0, 'crypto_method' => 33 ] ]`, "", "h.example", 25, 60,
			with(func(o *transport.TLSOptions) { o.VerifyPeerName, o.MinVersion, o.MaxVersion = false, "1.2", "1.2" })},
	}
	for _, tt := range tests {
		a := firstAction(t, "1.43", tt.settings)
		if a.Kind != transport.ActionConnect || a.Scheme != tt.scheme || a.Host != tt.host || a.Port != tt.port || a.TimeoutSeconds != tt.timeout || a.TLS != tt.tls {
			t.Errorf("%s: %+v", tt.settings, a)
		}
	}
	// Before 1.27 there are no socket_options to go wrong.
	if a := firstAction(t, "1.26", `'host' => 'h.example', 'socket_options' => [ 'x' ]`); a.Kind != transport.ActionConnect {
		t.Errorf("1.26 reads socket_options: %+v", a)
	}
}

func TestTokens(t *testing.T) {
	long := strings.Repeat("t", 400)
	tests := []struct {
		version, auth, password string
		want                    []string // lines from AUTH to MAIL
	}{
		{"1.45", "OAUTHBEARER", "Bearer abc", []string{"AUTH OAUTHBEARER bixhPXUBYXV0aD1CZWFyZXIgYWJjAQE="}},
		{"1.46", "OAUTHBEARER", "Bearer abc", []string{"AUTH OAUTHBEARER bixhPXUsAWF1dGg9QmVhcmVyIGFiYwEB"}},
		{"1.43", "OAUTH", "Bearer abc", []string{"AUTH OAUTHBEARER bixhPXUBYXV0aD1CZWFyZXIgYWJjAQE="}},
		{"1.42", "XOAUTH2", long, []string{"AUTH XOAUTH2 " + base("user=u\x01auth="+long+"\x01\x01")}},
		{"1.43", "XOAUTH2", long, []string{"AUTH XOAUTH2", base("user=u\x01auth=" + long + "\x01\x01")}},
		// 496 characters fit into the line, 500 do not.
		{"1.43", "XOAUTH2", strings.Repeat("t", 358), []string{"AUTH XOAUTH2 " + base("user=u\x01auth="+strings.Repeat("t", 358)+"\x01\x01")}},
		{"1.43", "XOAUTH2", strings.Repeat("t", 359), []string{"AUTH XOAUTH2", base("user=u\x01auth=" + strings.Repeat("t", 359) + "\x01\x01")}},
	}
	for _, tt := range tests {
		o := stackCase{settings: "'auth' => '" + tt.auth + "', 'username' => 'u', 'password' => '" + tt.password + "'"}.options(t, tt.version)
		got := transport.Converse(transport.New(o, testMail("a@b.example")),
			transport.Server{Port: 25, AnyUser: true, Caps: caps("AUTH XOAUTH2 OAUTHBEARER")})
		if !got.OK() {
			t.Errorf("%s %s: %s", tt.version, tt.auth, got.Err)
		}
		if lines := got.ClientLines[1 : 1+len(tt.want)]; strings.Join(lines, "\n") != strings.Join(tt.want, "\n") || !strings.HasPrefix(got.ClientLines[1+len(tt.want)], "MAIL") {
			t.Errorf("%s %s: lines %q, want %q", tt.version, tt.auth, got.ClientLines, tt.want)
		}
	}
}

// TestGSSAPI: with php-krb5 a server that offers GSSAPI stops 1.33 to 1.42.
func TestGSSAPI(t *testing.T) {
	for version, want := range map[string]string{
		"1.32": "",
		"1.33": " authentication failure [SMTP: No Kerberos service principal set (code: 334, response: )]",
		"1.42": " authentication failure [SMTP: No Kerberos service principal set (code: 334, response: )]",
		"1.43": "",
	} {
		o := stackCase{settings: login}.options(t, version)
		o.Kerberos = true
		m := transport.New(o, testMail("a@b.example"))
		_, _, err := talk(m, func(line string) string {
			switch {
			case strings.HasPrefix(line, "EHLO"):
				return "250-mx\n250 AUTH GSSAPI LOGIN"
			case line == "AUTH GSSAPI" || line == "AUTH LOGIN" || line == "dQ==":
				return "334 "
			case line == "cA==":
				return "235 ok"
			}
			return ""
		})
		if err != want {
			t.Errorf("%s: %q, want %q", version, err, want)
		}
	}
}

// TestSCRAM goes through the example of RFC 7677 section 3.
func TestSCRAM(t *testing.T) {
	const (
		user, password = "user", "pencil"
		cnonce         = "rOprNGfwEbeRWgbNEkqO"
		first          = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
		final          = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
		proof          = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
	)
	for _, good := range []bool{true, false} {
		o := stackCase{settings: "'auth' => true, 'username' => 'user', 'password' => 'pencil'"}.options(t, "1.43")
		o.AuthSASL, o.CNonce = true, cnonce
		said := proof
		if !good {
			said = "v=AAAA"
		}
		lines, _, err := talk(transport.New(o, testMail("a@b.example")), func(line string) string {
			switch line {
			case "EHLO localhost":
				return "250-mx\n250 AUTH LOGIN SCRAM-SHA-256"
			case "AUTH SCRAM-SHA-256":
				return "334 "
			case base("n,,n=" + user + ",r=" + cnonce):
				return "334 " + base(first)
			case base(final):
				return "334 " + base(said)
			case "NOOP":
				return "235 ok"
			}
			return ""
		})
		want := ""
		if !good {
			want = " authentication failure [SMTP: SCRAM Server verification on step 3 not successful (code: 334, response: " + base(said) + ")]"
		}
		if err != want {
			t.Errorf("server's proof right %v: error %q, lines %q", good, err, lines)
		}
	}
	// Before 1.42 there is no SCRAM.
	o := stackCase{settings: login}.options(t, "1.41")
	o.AuthSASL = true
	got := transport.Converse(transport.New(o, testMail("a@b.example")), transport.Server{Port: 25, AnyUser: true, Caps: caps("AUTH SCRAM-SHA-256 LOGIN")})
	if !got.OK() || got.ClientLines[1] != "AUTH LOGIN" {
		t.Errorf("1.41: %q, %s", got.ClientLines, got.Err)
	}
}

// TestDigestChallenge: PEAR cannot make a response of a challenge without a
// nonce, and does not notice before base64_encode() does.
func TestDigestChallenge(t *testing.T) {
	o := stackCase{settings: "'auth' => 'DIGEST-MD5', 'username' => 'u', 'password' => 'p'"}.options(t, "1.39")
	o.AuthSASL = true
	_, done, err := talk(transport.New(o, testMail("a@b.example")), func(line string) string {
		switch line {
		case "EHLO localhost":
			return "250-mx\n250 AUTH DIGEST-MD5"
		case "AUTH DIGEST-MD5":
			return "334 " + base("realm=x")
		}
		return ""
	})
	if done.Exception != "TypeError" || err != "base64_encode(): Argument #1 ($string) must be of type string, PEAR_Error given" {
		t.Errorf("%s: %s", done.Exception, err)
	}
}

// Credentials that are arrays are exceptions, not errors.
func TestArrayCredentials(t *testing.T) {
	o := transport.Options{Release: stackCase{}.options(t, "1.43").Release, SMTP: php.A(
		php.E("auth", php.B(true)), php.E("username", php.List(php.S("u"))),
	)}
	_, done, _ := talk(transport.New(o, testMail("a@b.example")), func(line string) string {
		switch line {
		case "EHLO localhost":
			return "250-mx\n250 AUTH LOGIN"
		case "AUTH LOGIN":
			return "334 "
		}
		return ""
	})
	if done.Exception != "TypeError" {
		t.Errorf("%+v", done)
	}
}

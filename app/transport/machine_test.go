package transport_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// FuzzMachine feeds events in any order. Whatever comes, the machine ends,
// does not panic, and no command holds a line end.
func FuzzMachine(f *testing.F) {
	f.Add("1.39", "'auth' => true, 'username' => 'u', 'password' => 'p'", "220 x\n250-x\n250-STARTTLS\n250 AUTH LOGIN\n220\n!up\n250 x\n334 \n334 \n235\n250\n250\n354\n250\n221", "a@b.example")
	f.Add("1.43", "'pipelining' => true, 'verp' => 'x'", "220 x\n250 PIPELINING\n!sent\n354\n!closed", "a@b.example")
	f.Add("1.46", "'auth' => 'XOAUTH2', 'localhost' => \"a\\r\\nb\"", "!silent", "a@b.example")
	f.Add("1.47", "'auth' => true, 'username' => 'u'", "220 x\n250-x\n250 AUTH CRAM-MD5\n334 !\n535", "\"x\r\ny\" <a@b.example>")
	f.Add("1.27", "'host' => 'ssl://x', 'persist' => true", "!fail\n\n0\n-", "a b@c")
	f.Fuzz(func(t *testing.T, version, settings, script, address string) {
		release, err := mediawiki.Lookup(version)
		if err != nil {
			t.Skip()
		}
		smtp, ok := parse(settings)
		if !ok {
			t.Skip()
		}
		mail := testMail(address)
		mail.Recipients = append(mail.Recipients, address)
		mail.Headers[0].Value = address
		m := transport.New(transport.Options{SMTP: smtp, Release: release, AuthSASL: len(script)%2 == 0, CNonce: "c"}, mail, testMail("c@d.example"))
		next := events(script)
		ev := transport.Event{Kind: transport.EventStart}
		for range 5000 {
			a := m.Next(ev)
			if strings.ContainsAny(a.Line, "\r\n") {
				t.Fatalf("line end in a command: %q", a.Line)
			}
			if a.Kind == transport.ActionDone {
				if again := m.Next(transport.Event{Kind: transport.EventReply}); again.Kind != transport.ActionDone || again.Err != a.Err {
					t.Fatalf("after the end: %+v", again)
				}
				return
			}
			ev = next(a)
		}
		t.Fatal("does not end")
	})
}

// events makes the outside of a script: a line is a reply line or, with "!",
// another event; after it the server is gone.
func events(script string) func(transport.Action) transport.Event {
	lines := strings.Split(script, "\n")
	return func(a transport.Action) transport.Event {
		switch {
		case a.NoReply:
			return transport.Event{Kind: transport.EventSent}
		case a.Kind == transport.ActionConnect && (len(lines) == 0 || lines[0] != "!fail"):
			return transport.Event{Kind: transport.EventConnected}
		}
		var reply []string
		for len(lines) > 0 {
			line := lines[0]
			lines = lines[1:]
			if kind, ok := strings.CutPrefix(line, "!"); ok {
				kinds := map[string]transport.EventKind{"up": transport.EventTLSUp, "silent": transport.EventSilent, "fail": transport.EventConnectFail, "sent": transport.EventSent}
				if k, ok := kinds[kind]; ok {
					return transport.Event{Kind: k, Text: kind}
				}
				return transport.Event{Kind: transport.EventClosed, Lines: reply}
			}
			if reply = append(reply, line); transport.EndsReply(line) {
				return transport.Event{Kind: transport.EventReply, Lines: reply}
			}
		}
		return transport.Event{Kind: transport.EventClosed, Lines: reply}
	}
}

// FuzzAddresses: the parser and the header rules end, and let no line end
// through that begins a field of its own.
func FuzzAddresses(f *testing.F) {
	f.Add("\"Alice\" <alice@example.net>")
	f.Add("a\nBcc: x@y.example")
	f.Add(strings.Repeat("(\"<[", 50))
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r") {
			t.Skip() // a lone CR passes PEAR, too
		}
		_, text, err := transport.PrepareHeaders([]transport.Header{{Name: "Subject", Value: s}})
		if err != "" {
			t.Fatal(err)
		}
		for i, line := range strings.Split(text, "\n") {
			if i > 0 && line != "" && !strings.ContainsAny(line[:1], " \t\v\f\n") {
				t.Fatalf("a field of its own: %q", text)
			}
		}
		transport.PrepareHeaders([]transport.Header{{Name: "From", Value: s}})
	})
}

// Ten thousand characters of the worst kind are no work to speak of.
func TestLongAddresses(t *testing.T) {
	for _, piece := range []string{",", "(", ")", "<", "\"", ", ", "a.", "(a)", "x(a)", "( ", "\\\"<", ":", ";", "a:b;,", "@"} {
		transport.PrepareHeaders([]transport.Header{{Name: "From", Value: strings.Repeat(piece, 10_000/len(piece))}})
	}
}

// Net_SMTP's idea of where a reply ends is not RFC 5321's.
func TestEndsReply(t *testing.T) {
	for line, want := range map[string]bool{
		"250-more":      false,
		"250 last":      true,
		"250":           true,
		"250last":       true,
		"":              true,
		"0":             true,
		"HTTP/1.1 400":  true, // not a number
		"+OK POP3":      true,
		" 22-a number":  false, // PHP sees the number 22
		"2.5-so is 2.5": false,
		"25":            true,
	} {
		if got := transport.EndsReply(line); got != want {
			t.Errorf("EndsReply(%q) = %v", line, got)
		}
	}
}

// A credential is never shown, whichever way it is sent.
func TestShown(t *testing.T) {
	for _, auth := range []string{"LOGIN", "PLAIN", "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER"} {
		for _, version := range []string{"1.43", "1.47"} {
			o := stackCase{settings: "'auth' => '" + auth + "', 'username' => 'the-user', 'password' => 'the-password'"}.options(t, version)
			o.AuthSASL, o.CNonce = true, "c"
			got := transport.Converse(transport.New(o, testMail("a@b.example")), transport.Server{Port: 25, AnyUser: true, Caps: caps("AUTH " + auth)})
			secrets := 0
			for _, l := range got.Lines {
				if l.From == transport.Wiki && strings.Contains(l.Text, "***") {
					secrets++
				}
				for _, word := range strings.Fields(l.Text) {
					if plain, err := base64.StdEncoding.DecodeString(word); l.From == transport.Wiki && err == nil && (strings.Contains(string(plain), "the-user") || strings.Contains(string(plain), "the-password")) {
						t.Errorf("%s %s shows %q", version, auth, l.Text)
					}
				}
			}
			if known := version == "1.43" || auth != "DIGEST-MD5" && auth != "OAUTHBEARER"; known && secrets == 0 {
				t.Errorf("%s %s: no line is masked: %+v", version, auth, got.Lines)
			}
		}
	}
}

// The wrong turns of a form, against a carrier that offers 465 and 587.
func TestCarrier(t *testing.T) {
	p := &providers.Carrier{
		Hosts: []providers.Host{{Host: "smtp.carrier.example"}},
		Ports: []providers.Port{{Port: 465, TLS: wgsmtp.TLSImplicit}, {Port: 587, TLS: wgsmtp.TLSStartTLS, Required: true}},
		Auth:  providers.Auth{Need: providers.AuthRequired, Mechanisms: []wgsmtp.AuthMethod{wgsmtp.AuthPlain}},
	}
	const host = "'host' => 'smtp.carrier.example', "
	tests := []struct {
		name, settings string
		port           int
		mode           wgsmtp.TLSMode
		err            string
		lines          string
	}{
		{"implicit", "'host' => 'ssl://smtp.carrier.example', 'port' => 465, " + login, 465, wgsmtp.TLSImplicit, "",
			"EHLO localhost|AUTH PLAIN|AHUAcA==|MAIL FROM:<a@b.example>|RCPT TO:<bob@example.net>|DATA|QUIT"},
		{"starttls", host + "'port' => 587, " + login, 587, wgsmtp.TLSStartTLS, "",
			"EHLO localhost|STARTTLS|EHLO localhost|AUTH PLAIN|AHUAcA==|MAIL FROM:<a@b.example>|RCPT TO:<bob@example.net>|DATA|QUIT"},
		{"465 in clear", host + "'port' => 465, " + login, 465, wgsmtp.TLSStartTLS,
			"Failed to connect to smtp.carrier.example:465 [SMTP: Invalid response code received from server (code: -1, response: )]", ""},
		{"ssl:// on 587", "'host' => 'ssl://smtp.carrier.example', 'port' => 587, " + login, 587, wgsmtp.TLSImplicit,
			"Failed to connect to ssl://smtp.carrier.example:587 [SMTP: Failed to connect socket:  (code: -1, response: )]", ""},
		{"no login", host + "'port' => 587", 587, wgsmtp.TLSStartTLS,
			"Failed to set sender: a@b.example [SMTP: Invalid response code received from server (code: 530, response: 5.7.0 Must issue a STARTTLS command first)]",
			"EHLO localhost|MAIL FROM:<a@b.example>|RSET|QUIT"},
		{"auth as a string", host + "'port' => 587, 'auth' => 'true'", 587, wgsmtp.TLSStartTLS,
			"true authentication failure [SMTP: TRUE is not a supported authentication method (code: 250, response: smtp.carrier.example\nPIPELINING\nSIZE 10240000\n8BITMIME\nAUTH PLAIN)]",
			"EHLO localhost|STARTTLS|EHLO localhost|RSET|QUIT"},
		{"another port", host + "'port' => 2525", 587, wgsmtp.TLSStartTLS,
			"Failed to connect to smtp.carrier.example:2525 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := stackCase{settings: tt.settings}.options(t, "1.43")
			got := transport.Converse(transport.New(o, testMail("a@b.example")), transport.ServerFor(p, tt.port, tt.mode))
			if got.Err != tt.err || strings.Join(got.ClientLines, "|") != tt.lines {
				t.Errorf("error %q\nlines %s", got.Err, strings.Join(got.ClientLines, "|"))
			}
			if len(got.Lines) == 0 {
				t.Error("nothing written down")
			}
			for _, l := range got.Lines {
				if l.Step == "" || strings.Contains(l.Text, "AHUAcA==") {
					t.Errorf("line %+v", l)
				}
				if l.From == transport.Wiki && l.Note == "" {
					t.Errorf("no note for %q", l.Text)
				}
			}
		})
	}
}

// What is encrypted is marked so, and what is not is not.
func TestTranscriptEncryption(t *testing.T) {
	o := stackCase{settings: "'host' => 'h.example', 'port' => 587, " + login}.options(t, "1.43")
	got := transport.Converse(transport.New(o, testMail("a@b.example")), transport.ServerFor(nil, 587, wgsmtp.TLSStartTLS))
	var b strings.Builder
	for _, l := range got.Lines {
		lock := "-"
		if l.Encrypted {
			lock = "+"
		}
		fmt.Fprintf(&b, "%s %s %s: %s\n", lock, l.Step, l.From, l.Text)
	}
	const want = `- connect event: Connection to h.example, port 587
- greeting server: 220 mx.example.org ESMTP
- ehlo wiki: EHLO localhost
- ehlo server: 250-mx.example.org
- ehlo server: 250-PIPELINING
- ehlo server: 250-SIZE 10240000
- ehlo server: 250-8BITMIME
- ehlo server: 250 STARTTLS
- starttls wiki: STARTTLS
- starttls server: 220 2.0.0 Ready to start TLS
+ starttls event: TLS is set up
+ ehlo wiki: EHLO localhost
+ ehlo server: 250-mx.example.org
+ ehlo server: 250-PIPELINING
+ ehlo server: 250-SIZE 10240000
+ ehlo server: 250-8BITMIME
+ ehlo server: 250 AUTH PLAIN LOGIN
+ auth wiki: AUTH LOGIN
+ auth server: 334 VXNlcm5hbWU6
+ auth wiki: ***
+ auth server: 334 UGFzc3dvcmQ6
+ auth wiki: ***
+ auth server: 235 2.7.0 Authentication successful
+ mail wiki: MAIL FROM:<a@b.example>
+ mail server: 250 2.1.0 Ok
+ rcpt wiki: RCPT TO:<bob@example.net>
+ rcpt server: 250 2.1.5 Ok
+ data wiki: DATA
+ data server: 354 End data with <CR><LF>.<CR><LF>
+ data wiki: (the mail, 432 bytes)
+ data wiki: .
+ data server: 250 2.0.0 Ok: queued as 4XyZ123abc
+ quit wiki: QUIT
+ quit server: 221 2.0.0 Bye
+ quit event: Connection closed
`
	if b.String() != want {
		t.Errorf("transcript:\n%s", b.String())
	}
}

func BenchmarkConverse(b *testing.B) {
	smtp, _ := parse("'host' => 'h.example', 'port' => 587, " + login)
	release, _ := mediawiki.Lookup("1.43")
	s := transport.ServerFor(nil, 587, wgsmtp.TLSStartTLS)
	b.ReportAllocs()
	for b.Loop() {
		t := transport.Converse(transport.New(transport.Options{SMTP: smtp, Release: release}, testMail("a@b.example")), s)
		if !t.OK() {
			b.Fatal(t.Err)
		}
	}
}

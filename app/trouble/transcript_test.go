package trouble

import (
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
)

// A simulated conversation shows what the error alone does not tell: the
// diagnosis of the transcript names the fault that the server was given.
func TestFromSimulation(t *testing.T) {
	caps := []string{"STARTTLS", "AUTH PLAIN LOGIN"}
	const login = ", 'auth' => true, 'username' => 'wiki@example.org', 'password' => 'x' ];"
	for _, c := range []struct {
		name, release, smtp string
		server              transport.Server
		want                string
	}{
		{"expired, ssl", "1.39", "$wgSMTP = [ 'host' => 'ssl://smtp.example.org', 'port' => 465" + login, transport.Server{Port: 465, TLS: "implicit", Caps: caps, Cert: "expired"}, "tls-certificate"},
		{"wrong name, ssl", "1.39", "$wgSMTP = [ 'host' => 'ssl://smtp.example.org', 'port' => 465" + login, transport.Server{Port: 465, TLS: "implicit", Caps: caps, Cert: "wrong-name"}, "tls-name"},
		{"ssl on 587", "1.43", "$wgSMTP = [ 'host' => 'ssl://smtp.example.org', 'port' => 587" + login, transport.Server{Port: 587, Caps: caps}, "tls-blank"},
		{"wrong name, STARTTLS", "1.39", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587" + login, transport.Server{Port: 587, Caps: caps, Cert: "wrong-name"}, "tls-name"},
		{"self-signed, STARTTLS", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587" + login, transport.Server{Port: 587, Caps: caps, Cert: "self-signed"}, "tls-certificate"},
		{"in clear after STARTTLS", "1.39", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587" + login, transport.Server{Port: 587, Caps: caps, StartTLSReply: "220-garbage"}, "tls-wrong-version"},
		{"465 without ssl", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 465" + login, transport.Server{Port: 465, TLS: "implicit", Caps: caps}, "connect-silent"},
		{"nothing listens", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587" + login, transport.Server{Port: 25}, "connect-refused"},
		{"wrong password", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587" + login, transport.Server{Port: 587, Caps: caps, CapsTLS: caps[1:]}, "auth-refused"},
		{"relay", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 25 ];", transport.Server{Port: 25, RcptReply: "554 5.7.1 <alice@example.net>: Relay access denied"}, "relay-denied"},
		{"good", "1.43", "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 25 ];", transport.Server{Port: 25}, ""},
	} {
		r, err := mediawiki.Lookup(c.release)
		if err != nil {
			t.Fatal(err)
		}
		settings := localsettings.Import([]byte("<?php\n$wgPasswordSender = 'wiki@example.org';\n" + c.smtp)).Settings
		smtp, ok := settings.Get("wgSMTP")
		if !ok {
			t.Fatalf("%s: no $wgSMTP", c.name)
		}
		cfg, _ := localsettings.ToConfig(settings, r)
		m := transport.New(transport.Options{SMTP: smtp, Release: r}, transport.Mail{
			Recipients: []string{"alice@example.net"},
			Headers:    []transport.Header{{Name: "From", Value: "wiki@example.org"}, {Name: "Return-Path", Value: "wiki@example.org"}, {Name: "To", Value: "alice@example.net"}},
			Body:       "This is a test message.",
		})
		d := FromTranscript(transport.Converse(m, c.server), Context{Config: &cfg, Release: r})
		got := ""
		if d.Known {
			got = d.Entries[0].ID
		}
		if got != c.want {
			t.Errorf("%s: %s (%q), want %s", c.name, flat(d), d.Text, c.want)
		}
	}
}

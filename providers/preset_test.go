package providers

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
)

// choose is what the form does: it applies what Preset gives.
func choose(t *testing.T, c wgsmtp.Config, id, region string) wgsmtp.Config {
	t.Helper()
	p, ok := ByID(id)
	if !ok {
		t.Fatalf("no carrier %q", id)
	}
	n, err := wgsmtp.Apply(c, p.Preset(&c, region))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestPreset(t *testing.T) {
	for _, tt := range []struct {
		name   string
		before func(*wgsmtp.Config)
		steps  []string // "carrier" or "carrier/region"
		want   map[string]string
	}{
		{
			"gmail from the default", nil, []string{"gmail"},
			map[string]string{"carrier": "gmail", "region": "", "transport": "smtp", "host": "smtp.gmail.com", "port": "465", "tls": "implicit", "auth": "auto", "user": "", "verify": "full", "ehlo-name": ""},
		},
		{
			"SES in a region", nil, []string{"amazon-ses/eu-central-1"},
			map[string]string{"region": "eu-central-1", "host": "email-smtp.eu-central-1.amazonaws.com"},
		},
		{
			"a region that it does not have", nil, []string{"mailgun/mars"},
			map[string]string{"region": "us", "host": "smtp.mailgun.org"},
		},
		{
			"the region of the address", func(c *wgsmtp.Config) { c.PasswordSender = "you@gmx.com" }, []string{"gmx"},
			map[string]string{"region": "com", "host": "mail.gmx.com"},
		},
		{
			"a fixed user name comes and goes", nil, []string{"sendgrid"},
			map[string]string{"user": "apikey"},
		},
		{
			"a fixed user name is not left behind", nil, []string{"sendgrid", "gmail"},
			map[string]string{"user": "", "host": "smtp.gmail.com"},
		},
		{
			"fixed after fixed", nil, []string{"sendgrid", "resend"},
			map[string]string{"user": "resend"},
		},
		{
			"an address that fits is kept", func(c *wgsmtp.Config) { c.User = "you@gmail.com" }, []string{"gmail"},
			map[string]string{"user": "you@gmail.com"},
		},
		{
			"another carrier's address is not", func(c *wgsmtp.Config) { c.User = "you@gmail.com" }, []string{"yahoo"},
			map[string]string{"user": ""},
		},
		{
			"nor one where a key belongs", func(c *wgsmtp.Config) { c.User = "wiki@example.org" }, []string{"amazon-ses"},
			map[string]string{"user": ""},
		},
		{
			"one's own domain may be anywhere", func(c *wgsmtp.Config) { c.User = "wiki@example.org" }, []string{"fastmail", "ionos"},
			map[string]string{"user": "wiki@example.org", "host": "smtp.ionos.com", "region": "us"},
		},
		{
			"the secret stays", func(c *wgsmtp.Config) { c.Secret = "typed" }, []string{"gmail", "isp", "amazon-ses"},
			map[string]string{"secret": "typed"},
		},
		{
			"no authentication on the same host", nil, []string{"gmail", "postfix"},
			map[string]string{"host": "127.0.0.1", "port": "25", "tls": "none", "auth": "none", "verify": "full"},
		},
		{
			"an unchecked name does not leave the host", nil, []string{"postfix-tls", "gmail"},
			map[string]string{"verify": "full", "host": "smtp.gmail.com"},
		},
		{
			"postfix with TLS", nil, []string{"postfix-tls"},
			map[string]string{"verify": "no-name", "host": "localhost", "port": "465", "tls": "implicit", "auth": "none"},
		},
		{
			"the former host is reset where the new one is unknown", nil, []string{"gmail", "isp"},
			map[string]string{"host": "", "port": "25", "tls": "none", "auth": "none"},
		},
		{
			"a host typed by hand is kept there", func(c *wgsmtp.Config) { c.Host = "smtp.isp.example" }, []string{"isp", "isp-submission"},
			map[string]string{"host": "smtp.isp.example", "port": "465"},
		},
		{
			"the domain's own host", func(c *wgsmtp.Config) { c.PasswordSender = "wiki@example.net" }, []string{"own-server"},
			map[string]string{"host": "mail.example.net"},
		},
		{
			"and it is reset too", func(c *wgsmtp.Config) { c.PasswordSender = "wiki@example.net" }, []string{"own-server", "isp"},
			map[string]string{"host": ""},
		},
		{
			"PHP mail()", nil, []string{"gmail", "php-mail"},
			map[string]string{"transport": "mail", "host": "", "auth": "none"},
		},
		{
			"and back to SMTP", nil, []string{"php-mail", "gmail"},
			map[string]string{"transport": "smtp", "host": "smtp.gmail.com", "port": "465", "tls": "implicit", "auth": "auto"},
		},
		{
			"the relay that hangs up on localhost", func(c *wgsmtp.Config) { c.Server = "https://wiki.example.org:8443" }, []string{"google-workspace-relay"},
			map[string]string{"ehlo-name": "wiki.example.org", "auth": "none"},
		},
		{
			"a typed EHLO name is kept", func(c *wgsmtp.Config) { c.Server = "//wiki.example.org"; c.EHLOName = "out.example.org" }, []string{"google-workspace-relay"},
			map[string]string{"ehlo-name": "out.example.org"},
		},
		{
			"no server, no EHLO name", nil, []string{"google-workspace-relay"},
			map[string]string{"ehlo-name": ""},
		},
		{
			"the extension is kept within its carrier", func(c *wgsmtp.Config) {
				c.Carrier, c.Region, c.Transport, c.APIDomain = "mailgun", "us", wgsmtp.TransportExtension, "mg.example.org"
			}, []string{"mailgun/eu"},
			map[string]string{"transport": "extension", "region": "eu", "api-domain": "mg.example.org"},
		},
		{
			"and left with it", func(c *wgsmtp.Config) {
				c.Carrier, c.Region, c.Transport, c.APIDomain = "mailgun", "us", wgsmtp.TransportExtension, "mg.example.org"
			}, []string{"gmail"},
			map[string]string{"transport": "smtp", "region": "", "api-domain": ""},
		},
		{
			"names in certificates are the former server's", func(c *wgsmtp.Config) {
				c.Carrier, c.PeerName, c.CAFile, c.AllowSelfSigned = "postfix-tls", "mail.example.org", "/etc/ssl/own.pem", true
			}, []string{"gmail"},
			map[string]string{"peer-name": "", "ca-file": "", "allow-self-signed": "false"},
		},
		{
			"an unknown former carrier", func(c *wgsmtp.Config) { c.Carrier = "gone"; c.Host = "mail.example.org" }, []string{"custom"},
			map[string]string{"carrier": "custom", "host": "mail.example.org"},
		},
		{
			"what nobody can use", nil, []string{"gmail", "tuta"},
			map[string]string{"carrier": "tuta", "host": "", "auth": "none"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := wgsmtp.Default()
			if tt.before != nil {
				tt.before(&c)
			}
			for _, s := range tt.steps {
				id, region, _ := strings.Cut(s, "/")
				c = choose(t, c, id, region)
			}
			for id, want := range tt.want {
				f, ok := wgsmtp.FieldByID(id)
				if !ok {
					t.Fatalf("no field %q", id)
				}
				if got := f.Get(&c); got != want {
					t.Errorf("%s = %q, want %q", id, got, want)
				}
			}
		})
	}
}

// Choosing a carrier twice changes nothing the second time, never touches what
// it has no business with, and each carrier can be left for each other.
func TestPresetOfEveryPair(t *testing.T) {
	mayChange := map[string]bool{}
	for _, id := range strings.Fields("carrier region transport host port tls auth user ehlo-name verify peer-name ca-file allow-self-signed api-domain") {
		mayChange[id] = true
	}
	start := wgsmtp.Default()
	start.Server, start.PasswordSender, start.Secret = "https://wiki.example.org", "wiki@example.org", "typed"
	for _, a := range All() {
		first := choose(t, start, a.ID, "")
		for _, b := range All() {
			second := choose(t, first, b.ID, "")
			if second.Carrier != b.ID {
				t.Fatalf("%s to %s: carrier %s", a.ID, b.ID, second.Carrier)
			}
			if h := b.HostFor(second.Region).For("example.org"); h != second.Host && b.Transport == wgsmtp.TransportSMTP {
				t.Errorf("%s to %s: host %q, want %q", a.ID, b.ID, second.Host, h)
			}
			if p := b.Recommended(); p.Port != 0 && (p.Port != second.Port || p.TLS != second.TLS) {
				t.Errorf("%s to %s: port %d %s", a.ID, b.ID, second.Port, second.TLS)
			}
			if again := b.Preset(&second, second.Region); len(again) > 0 {
				t.Errorf("%s to %s: the second time changes %v", a.ID, b.ID, again)
			}
			for _, ch := range wgsmtp.Diff(first, second) {
				if !mayChange[ch.Field] {
					t.Errorf("%s to %s changes %s", a.ID, b.ID, ch.Field)
				}
			}
		}
	}
}

func TestPresetThenExamples(t *testing.T) {
	hostName := regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)
	for _, p := range All() {
		regions := []string{""}
		for _, h := range p.Hosts {
			regions = append(regions, h.Region)
		}
		for _, region := range regions {
			empty := choose(t, wgsmtp.Default(), p.ID, region)
			shown, filled := p.Examples(empty)
			for _, f := range wgsmtp.Fields() {
				v := f.Get(&shown)
				if err := f.Set(&shown, v); err != nil {
					t.Errorf("%s: %v", p.ID, err)
				}
				if strings.ContainsAny(v, "\r\n\x00") {
					t.Errorf("%s: %s is %q", p.ID, f.ID, v)
				}
				if f.Get(&empty) != v != slices.Contains(filled, f.ID) {
					t.Errorf("%s: %s was %q, is %q, reported %v", p.ID, f.ID, f.Get(&empty), v, filled)
				}
			}
			if _, err := mail.ParseAddress(shown.PasswordSender); err != nil {
				t.Errorf("%s: sender %q: %v", p.ID, shown.PasswordSender, err)
			}
			if u, err := url.Parse(shown.Server); err != nil || u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s: server %q", p.ID, shown.Server)
			}
			if shown.Sitename == "" {
				t.Errorf("%s: no site name", p.ID)
			}
			if shown.Transport != wgsmtp.TransportSMTP {
				continue
			}
			if !hostName.MatchString(shown.Host) {
				t.Errorf("%s: host %q", p.ID, shown.Host)
			}
			if shown.Port < 1 || shown.Port > 65535 {
				t.Errorf("%s: port %d", p.ID, shown.Port)
			}
			if auth := shown.Auth != wgsmtp.AuthNone; auth != (shown.User != "") || auth != (shown.Secret != "") {
				t.Errorf("%s: authentication %s with user %q and secret %q", p.ID, shown.Auth, shown.User, shown.Secret)
			}
			if p.User.Pattern != "" && shown.User != "" && !regexp.MustCompile(p.User.Pattern).MatchString(shown.User) {
				t.Errorf("%s: user %q", p.ID, shown.User)
			}
			if p.Sender.Rule == SenderLogin && p.User.Kind == "address" && shown.Auth != wgsmtp.AuthNone && shown.User != shown.PasswordSender {
				t.Errorf("%s: the login %q is not the sender %q", p.ID, shown.User, shown.PasswordSender)
			}
		}
	}
}

func TestExamplesKeepsWhatWasTyped(t *testing.T) {
	gmail, _ := ByID("gmail")
	typed := choose(t, wgsmtp.Default(), "gmail", "")
	typed.Server, typed.Sitename, typed.PasswordSender = "http://localhost", "Zoë", "zoe@gmail.com"
	typed.User, typed.Secret = "other@gmail.com", "x"
	if shown, filled := gmail.Examples(typed); shown != typed || len(filled) > 0 {
		t.Errorf("filled %v", filled)
	}

	for _, tt := range []struct {
		name   string
		change func(*wgsmtp.Config)
		want   map[string]string
		filled []string
	}{
		{"the sender tells the login", func(c *wgsmtp.Config) { c.PasswordSender = "zoe@gmail.com" },
			map[string]string{"user": "zoe@gmail.com"}, []string{"user", "secret", "ehlo-name", "sitename", "server"}},
		{"the login tells the sender", func(c *wgsmtp.Config) { c.User = "zoe@gmail.com" },
			map[string]string{"sender": "zoe@gmail.com"}, []string{"secret", "ehlo-name", "sitename", "server", "sender"}},
		{"a secret elsewhere is not filled", func(c *wgsmtp.Config) { c.SecretStyle = wgsmtp.SecretEnv },
			map[string]string{"secret": ""}, []string{"user", "ehlo-name", "sitename", "server", "sender"}},
		{"nor one in a file", func(c *wgsmtp.Config) { c.SecretStyle = wgsmtp.SecretFile },
			map[string]string{"secret": ""}, []string{"user", "ehlo-name", "sitename", "server", "sender"}},
		{"no login, no user", func(c *wgsmtp.Config) { c.Auth = wgsmtp.AuthNone },
			map[string]string{"user": "", "secret": ""}, []string{"ehlo-name", "sitename", "server", "sender"}},
	} {
		c := choose(t, wgsmtp.Default(), "gmail", "")
		tt.change(&c)
		shown, filled := gmail.Examples(c)
		if !slices.Equal(filled, tt.filled) {
			t.Errorf("%s: filled %v, want %v", tt.name, filled, tt.filled)
		}
		for id, want := range tt.want {
			f, _ := wgsmtp.FieldByID(id)
			if got := f.Get(&shown); got != want {
				t.Errorf("%s: %s = %q, want %q", tt.name, id, got, want)
			}
		}
	}

	mailgun, _ := ByID("mailgun")
	c := choose(t, wgsmtp.Default(), "mailgun", "eu")
	c.Transport = wgsmtp.TransportExtension
	shown, filled := mailgun.Examples(c)
	if shown.APIDomain == "" || shown.Secret == "" || shown.User != "" {
		t.Errorf("extension: domain %q, secret %q, user %q", shown.APIDomain, shown.Secret, shown.User)
	}
	if want := []string{"secret", "api-domain", "sitename", "server", "sender"}; !slices.Equal(filled, want) {
		t.Errorf("extension: filled %v, want %v", filled, want)
	}
}

func TestNormalise(t *testing.T) {
	for _, tt := range []struct{ carrier, field, text, want string }{
		{"gmail", "secret", "abcd efgh ijkl mnop", "abcdefghijklmnop"},
		{"gmail", "secret", " abcd\u00a0efgh\u2009ijkl mnop\n", "abcdefghijklmnop"},
		{"gmail", "user", "\u200byou@gmail.com\u00a0\r\n", "you@gmail.com"},
		{"icloud", "secret", "abcd-efgh-ijkl-mnop ", "abcd-efgh-ijkl-mnop"},
		{"amazon-ses", "secret", "\ufeffBMXh\tUY\n", "BMXhUY"},
		{"bird", "secret", " AccessKey abc ", "AccessKey abc"},
		{"own-server", "secret", " pass word \r\n", " pass word "},
		{"own-server", "secret", "p\u200bw", "pw"},
		{"own-server", "user", " wiki ", "wiki"},
		{"gmail", "sender", " you@gmail.com ", " you@gmail.com "},
		{"gmail", "secret", "", ""},
	} {
		p, _ := ByID(tt.carrier)
		if got := p.Normalise(tt.field, tt.text); got != tt.want {
			t.Errorf("%s: Normalise(%q, %q) = %q, want %q", tt.carrier, tt.field, tt.text, got, tt.want)
		}
	}
}

func TestHostFor(t *testing.T) {
	for _, tt := range []struct{ carrier, region, domain, want string }{
		{"amazon-ses", "sa-east-1", "", "email-smtp.sa-east-1.amazonaws.com"},
		{"amazon-ses", "", "", "email-smtp.us-east-1.amazonaws.com"},
		{"gmail", "nowhere", "", "smtp.gmail.com"},
		{"own-server", "", "example.net", "mail.example.net"},
		{"own-server", "", "", ""},
		{"isp", "", "example.net", ""},
		{"php-mail", "", "example.net", ""},
	} {
		p, _ := ByID(tt.carrier)
		if got := p.HostFor(tt.region).For(tt.domain); got != tt.want {
			t.Errorf("%s, region %q, domain %q: %q, want %q", tt.carrier, tt.region, tt.domain, got, tt.want)
		}
	}
}

func BenchmarkPreset(b *testing.B) {
	ses, _ := ByID("amazon-ses")
	c := wgsmtp.Default()
	b.ReportAllocs()
	for b.Loop() {
		ses.Preset(&c, "eu-central-1")
	}
}

func BenchmarkExamples(b *testing.B) {
	gmail, _ := ByID("gmail")
	c := wgsmtp.Default()
	b.ReportAllocs()
	for b.Loop() {
		gmail.Examples(c)
	}
}

func TestFollow(t *testing.T) {
	for _, tt := range []struct {
		name, carrier string
		typed         []wgsmtp.Change // one after the other
		want          string
	}{
		{"the wiki's address is typed", "gmail", []wgsmtp.Change{{Field: "server", Value: "https://wiki.exa"}, {Field: "server", Value: "https://wiki.example.org"}}, "wiki.example.org"},
		{"and changed", "gmail", []wgsmtp.Change{{Field: "server", Value: "//a.example.org:8080"}, {Field: "server", Value: "https://b.example.org"}}, "b.example.org"},
		{"and cleared", "gmail", []wgsmtp.Change{{Field: "server", Value: "https://a.example.org"}, {Field: "server", Value: ""}}, ""},
		{"a name typed by hand stays", "gmail", []wgsmtp.Change{{Field: "ehlo-name", Value: "mail.example.org"}, {Field: "server", Value: "https://wiki.example.org"}}, "mail.example.org"},
		{"a cleared one stays until the address changes", "gmail", []wgsmtp.Change{{Field: "server", Value: "https://a.example.org"}, {Field: "ehlo-name", Value: ""}, {Field: "sitename", Value: "A"}}, ""},
		{"no name to say", "gmail", []wgsmtp.Change{{Field: "server", Value: "http://localhost"}}, ""},
		{"an address is no name", "gmail", []wgsmtp.Change{{Field: "server", Value: "http://192.0.2.10"}}, ""},
		{"nor is one not typed to its end", "gmail", []wgsmtp.Change{{Field: "server", Value: "https://wiki."}}, ""},
		{"a server on the same host takes localhost", "postfix", []wgsmtp.Change{{Field: "server", Value: "https://wiki.example.org"}}, ""},
		{"mail() says no EHLO", "php-mail", []wgsmtp.Change{{Field: "server", Value: "https://wiki.example.org"}}, ""},
	} {
		c := choose(t, wgsmtp.Default(), tt.carrier, "")
		p, _ := ByID(tt.carrier)
		for _, ch := range tt.typed {
			before := c
			var err error
			if c, err = wgsmtp.Apply(c, []wgsmtp.Change{ch}); err != nil {
				t.Fatal(err)
			}
			p.Follow(before, &c)
		}
		if c.EHLOName != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, c.EHLOName, tt.want)
		}
	}
}

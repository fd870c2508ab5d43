package alignment

import (
	"fmt"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

func config(t testing.TB, p *providers.Carrier) wgsmtp.Config {
	c := wgsmtp.Default()
	c.Server, c.Sitename = "https://wiki.example.org", "Example Wiki"
	c, err := wgsmtp.Apply(c, p.Preset(&c, ""))
	if err != nil {
		t.Fatal(err)
	}
	c, _ = p.Examples(c)
	return c
}

func byID(t testing.TB, id string) *providers.Carrier {
	p, ok := providers.ByID(id)
	if !ok {
		t.Fatalf("no carrier %s", id)
	}
	return p
}

// Verdicts, each with the reason it must be so.
var verdicts = []struct {
	carrier, from, envelope string // envelope "" is from
	change                  string // field=value
	spf                     Verdict
	spfAligned              bool
	dkim                    Verdict
	dkimAligned             bool
	dmarc                   Verdict
	source                  string
}{
	{"amazon-ses", "wiki@example.org", "", "", Pass, false, Depends, true, Depends,
		"docs.aws.amazon.com/ses: default MAIL FROM is amazonses.com, Easy DKIM signs for the identity; RFC 7489 3.1"},
	{"amazon-ses", "wiki@gmail.com", "", "sender=wiki@gmail.com", Pass, false, Fail, false, Fail,
		"RFC 7489 3.1: neither amazonses.com nor an unsigned mail vouches for gmail.com"},
	{"gmail", "wiki@gmail.com", "", "sender=wiki@gmail.com", Pass, true, Pass, true, Pass,
		"Google publishes SPF for gmail.com and signs d=gmail.com"},
	{"gmail", "wiki@example.org", "", "sender=wiki@example.org", Pass, false, Pass, false, Fail,
		"d=gmail.com is not example.org: RFC 7489 3.1.1"},
	{"google-workspace", "wiki@example.org", "", "sender=wiki@example.org", Depends, true, Depends, true, Depends,
		"support.google.com/a/answer/33786 and 174124"},
	{"mailgun", "wiki@example.org", "", "sender=wiki@example.org", Depends, true, Depends, true, Depends,
		"documentation.mailgun.com: domain verification"},
	{"yahoo", "wiki@example.org", "", "sender=wiki@example.org", Fail, true, Fail, false, Fail,
		"Yahoo signs for its own domains"},
	{"yahoo", "me@yahoo.com", "", "sender=me@yahoo.com", Pass, true, Pass, true, Pass,
		"Yahoo publishes both for yahoo.com"},
	{"postfix", "wiki@example.org", "", "sender=wiki@example.org", Depends, true, Depends, true, Depends,
		"RFC 7208 2.4: the host's own address; OpenDKIM signs if set up"},
	{"php-mail", "wiki@example.org", "", "sender=wiki@example.org", Depends, true, Depends, true, Depends,
		"as postfix: mail() hands over to sendmail"},
	{"postfix", "zoe@gmail.com", "", "sender=wiki@example.org", Fail, true, Fail, false, Fail,
		"$wgUserEmailUseReplyTo = false: the user's domain authorises nobody here (T66795)"},
	{"amazon-ses", "zoe@example.net", "", "sender=wiki@example.org", Pass, false, Fail, false, Fail,
		"the same, with a signature for example.org at best"},
	{"custom", "wiki@gmail.com", "", "sender=wiki@gmail.com && host=smtp.gmail.com", Pass, true, Depends, false, Pass,
		"the host is Google's: its SPF record covers gmail.com"},
	{"custom", "wiki@example.org", "", "host=mail.example.org", Depends, true, Depends, false, Depends,
		"unknown server: only its operator knows"},
	{"custom", "wiki@example.org", "", "host=127.0.0.1 && tls=none && auth=none && port=25", Depends, true, Fail, false, Depends,
		"RFC 7208 2.4: the machine's own address; nobody is known to sign"},
	{"microsoft365", "wiki@example.org", "", "sender=wiki@example.org", Depends, true, Depends, true, Depends,
		"learn.microsoft.com: DKIM needs two CNAME records"},
	{"custom", "wiki@wiki.example.org", "bounce@mail.example.org", "sender=wiki@wiki.example.org", Depends, true, Depends, false, Depends,
		"RFC 7489 3.1: relaxed alignment, both within example.org"},
	{"custom", "wiki@example.org", "bounce@example.net", "sender=wiki@example.org", Depends, false, Depends, false, Fail,
		"RFC 7489 3.1: different organisational domains"},
	{"custom", "wiki@localhost", "", "sender=wiki@localhost", Fail, false, Fail, false, Fail,
		"RFC 5321 2.3.5: not a domain"},
	{"custom", "", "", "sender=", Fail, false, Fail, false, Fail, "nothing to check"},
	{"outlook-com", "wiki@outlook.com", "", "sender=wiki@outlook.com", Fail, false, Fail, false, Fail, "cannot log in with a password"},
	{"mailpit", "wiki@example.org", "", "", Depends, false, Depends, false, Depends, "nothing is delivered"},
}

func TestVerdicts(t *testing.T) {
	for _, tc := range verdicts {
		p := byID(t, tc.carrier)
		c := config(t, p)
		if tc.change != "" {
			for _, pair := range strings.Split(tc.change, " && ") {
				f, v, _ := strings.Cut(pair, "=")
				var err error
				if c, err = wgsmtp.Apply(c, []wgsmtp.Change{{Field: f, Value: v}}); err != nil {
					t.Fatal(err)
				}
			}
		}
		envelope := tc.envelope
		if envelope == "" {
			envelope = tc.from
		}
		r := Assess(&c, p, tc.from, envelope)
		got := fmt.Sprint(r.SPF, r.SPFAligned, r.DKIM, r.DKIMAligned, r.DMARC)
		want := fmt.Sprint(tc.spf, tc.spfAligned, tc.dkim, tc.dkimAligned, tc.dmarc)
		if got != want {
			t.Errorf("%s %s: got %s, want %s (%s)\n%s", tc.carrier, tc.from, got, want, tc.source, strings.Join(r.Sentences, "\n"))
		}
		if tc.source == "" {
			t.Errorf("%s %s: no source", tc.carrier, tc.from)
		}
	}
}

func TestEncryption(t *testing.T) {
	for _, tc := range []struct {
		change string
		want   Verdict
		why    string
	}{
		{"tls=implicit", Pass, "RFC 8314 3.3"},
		{"tls=implicit && verify=off", Depends, "RFC 8314 5.3"},
		{"tls=starttls && port=587", Depends, "Net_SMTP auth(): only if offered"},
		{"tls=starttls && port=587 && auth=none", Pass, "Mail_smtp with 'starttls' => true fails without it"},
		{"tls=starttls && port=587 && auth=none && release=1.38", Fail, "no option 'starttls' before 1.39.1"},
		{"tls=none && port=587", Fail, "'starttls' => false"},
		{"tls=none && port=587 && release=1.38", Depends, "auth() upgrades if offered, and nothing stops it"},
		{"tls=none && port=25 && auth=none", Fail, ""},
		{"tls=none && port=25 && auth=none && host=127.0.0.1", Pass, "the same machine"},
		{"tls=none && port=25 && auth=none && host=[::1]", Pass, "the same machine"},
		{"transport=mail", Pass, "the same machine"},
		{"transport=extension", Pass, "HTTPS"},
	} {
		c := config(t, providers.Custom())
		for _, pair := range strings.Split(tc.change, " && ") {
			f, v, _ := strings.Cut(pair, "=")
			var err error
			if c, err = wgsmtp.Apply(c, []wgsmtp.Change{{Field: f, Value: v}}); err != nil {
				t.Fatal(err)
			}
		}
		if r := Assess(&c, providers.Custom(), "w@example.org", "w@example.org"); r.Encrypted != tc.want || r.Edges[0].Encrypted != tc.want {
			t.Errorf("%s: got %s, want %s: %s", tc.change, r.Encrypted, tc.want, tc.why)
		}
	}
}

func TestRecords(t *testing.T) {
	for _, tc := range []struct{ carrier, want string }{
		{"amazon-ses", `SELECTOR._domainkey.example.org CNAME the name that Amazon SES shows
_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:postmaster@example.org
`},
		{"google-workspace", `example.org TXT v=spf1 include:_spf.google.com ~all
google._domainkey.example.org TXT v=DKIM1; k=rsa; p=PUBLIC-KEY
_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:postmaster@example.org
`},
		{"postfix", `example.org TXT v=spf1 a:wiki.example.org ~all
SELECTOR._domainkey.example.org TXT v=DKIM1; k=rsa; p=PUBLIC-KEY
_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:postmaster@example.org
the address of the mail server PTR wiki.example.org
`},
		{"yahoo", ""},
	} {
		p := byID(t, tc.carrier)
		c := config(t, p)
		c.PasswordSender = "wiki@example.org"
		var b strings.Builder
		for _, r := range Assess(&c, p, "wiki@example.org", "wiki@example.org").Records {
			fmt.Fprintln(&b, r.Name, r.Type, r.Value)
		}
		if b.String() != tc.want {
			t.Errorf("%s:\n%swant\n%s", tc.carrier, b.String(), tc.want)
		}
	}
}

// Every carrier gives a whole report, for an address of its own, of a domain
// of one's own and of somebody else's.
func TestEveryCarrier(t *testing.T) {
	for _, p := range providers.All() {
		c := config(t, p)
		addresses := []string{c.PasswordSender, "wiki@example.org", "zoe@gmail.com", "", "x", "@", "a@b.c"}
		for _, from := range addresses {
			r := Assess(&c, p, from, from)
			if len(r.Sentences) < 2 {
				t.Errorf("%s %q: only %q", p.ID, from, r.Sentences)
			}
			for _, s := range r.Sentences {
				if strings.TrimSpace(s) == "" || !strings.HasSuffix(s, ".") || strings.Contains(s, "  ") || strings.Contains(s, "%s") || strings.Contains(s, " ,") {
					t.Errorf("%s %q: %q", p.ID, from, s)
				}
			}
			for _, v := range []Verdict{r.SPF, r.DKIM, r.DMARC, r.Encrypted} {
				if v != Pass && v != Depends && v != Fail {
					t.Errorf("%s %q: verdict %q", p.ID, from, v)
				}
			}
			if r.DMARC == Pass && !(r.SPF == Pass && r.SPFAligned || r.DKIM == Pass && r.DKIMAligned) {
				t.Errorf("%s %q: DMARC passes without SPF or DKIM", p.ID, from)
			}
			for _, rec := range r.Records {
				if rec.Name == "" || rec.Type == "" || rec.Value == "" || rec.Why == "" {
					t.Errorf("%s %q: record %+v", p.ID, from, rec)
				}
			}
			nodes := map[string]bool{}
			for _, n := range r.Nodes {
				if n.Label == "" {
					t.Errorf("%s %q: node %s without a label", p.ID, from, n.ID)
				}
				nodes[n.ID] = true
			}
			for _, e := range r.Edges {
				if !nodes[e.From] || !nodes[e.To] || e.Encryption == "" || e.Encrypted == "" {
					t.Errorf("%s %q: edge %+v", p.ID, from, e)
				}
			}
			if r.Delivered != (len(r.Edges) == 2) && p.Unusable == nil {
				t.Errorf("%s %q: %d lines", p.ID, from, len(r.Edges))
			}
		}
	}
}

func TestOrgDomain(t *testing.T) {
	for domain, want := range map[string]string{
		"example.org": "example.org", "wiki.example.org": "example.org", "a.b.example.org": "example.org", "example.co.uk": "example.co.uk",
		"wiki.example.co.uk": "example.co.uk", "wiki.example.com.au": "example.com.au", "wiki.example.me.uk": "example.me.uk",
		"a.org.de": "org.de", "localhost": "localhost", "EXAMPLE.org.": "example.org", "": "", "a.ac.jp": "a.ac.jp", "x.a.ac.jp": "a.ac.jp",
	} {
		if got := orgDomain(domain); got != want {
			t.Errorf("%s: got %s, want %s", domain, got, want)
		}
	}
	if ok, certain := aligned("a.example.org", "b.example.org"); !ok || certain {
		t.Error("siblings align, and only the public suffix list makes it certain")
	}
	if ok, certain := aligned("example.org", "b.example.org"); !ok || !certain {
		t.Error("parent and child align")
	}
	if ok, _ := aligned("a.co.uk", "b.co.uk"); ok {
		t.Error("co.uk is nobody's domain")
	}
}

func BenchmarkAssess(b *testing.B) {
	p := byID(b, "google-workspace")
	c := config(b, p)
	b.ReportAllocs()
	for b.Loop() {
		Assess(&c, p, c.PasswordSender, c.PasswordSender)
	}
}

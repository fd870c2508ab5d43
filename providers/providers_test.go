package providers

import (
	"net/mail"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"wgsmtp/app/wgsmtp"
)

// Ports that do not mean what their number says, with the document that says so.
var oddPorts = map[string]string{
	"spectrum 587 implicit": "Thunderbird ISPDB, charter.net: TLS from the first byte on 587",
}

// Texts that name no real thing, in examples.
var exampleDomain = regexp.MustCompile(`(^|\.)example(\.(org|com|net|cn))?$`)

func TestEveryFile(t *testing.T) {
	carriers := carriersFromFiles(t)
	if len(carriers) < 90 {
		t.Errorf("%d carriers, want 90 at least", len(carriers))
	}
	ids := map[string]bool{}
	for _, c := range carriers {
		ids[c.ID] = true
	}
	for _, c := range carriers {
		t.Run(c.ID, func(t *testing.T) {
			if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(c.ID) {
				t.Errorf("id %q", c.ID)
			}
			for field, text := range map[string]string{
				"name": c.Name, "summary": c.Summary, "initials": c.Initials, "sender.text": c.Sender.Text,
			} {
				if text == "" {
					t.Errorf("%s is empty", field)
				}
			}
			if n := len([]rune(c.Initials)); n > 3 {
				t.Errorf("initials %q are %d letters", c.Initials, n)
			}
			checkSentences(t, c)
			oneOf(t, "kind", c.Kind, KindMailbox, KindTransactional, KindHosting, KindISP, KindOwn, KindTest)
			oneOf(t, "transport", c.Transport, wgsmtp.TransportSMTP, wgsmtp.TransportMail)
			oneOf(t, "verify", c.Verify, "", wgsmtp.VerifyNoName, wgsmtp.VerifyOff)
			oneOf(t, "confidence", c.Confidence, High, Medium, Low)
			oneOf(t, "sender.rule", c.Sender.Rule, SenderAny, SenderLogin, SenderDomain, SenderIdentity)
			if _, err := time.Parse(time.DateOnly, c.Checked); err != nil {
				t.Errorf("checked: %v", err)
			}
			if len(c.Sources) == 0 || slices.Contains(c.Sources, "") {
				t.Errorf("sources %q", c.Sources)
			}
			for _, link := range []string{c.Docs, c.User.Where, c.Secret.Where} {
				if u, err := url.Parse(link); link != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
					t.Errorf("link %q is not https", link)
				}
			}
			if c.Docs == "" {
				t.Error("no docs")
			}
			checkHosts(t, c)
			checkPorts(t, c)
			checkAuth(t, c)
			checkDNS(t, c)
			checkEHLO(t, c)
			if u := c.Unusable; u != nil {
				if u.Why == "" || u.Instead == "" || len(u.Try) == 0 {
					t.Error("unusable needs why, instead and try")
				}
				for _, id := range u.Try {
					if !ids[id] || id == c.ID {
						t.Errorf("unusable.try names %q", id)
					}
				}
			}
			if e := c.Extension; e != nil {
				if e.Name == "" || e.Since == "" || e.Install == "" || e.Secret == "" || e.About == "" || !strings.HasPrefix(e.Page, "https://") {
					t.Errorf("extension lacks something: %+v", *e)
				}
				for _, h := range c.Hosts {
					if h.Region != "" && !strings.HasPrefix(e.Regions[h.Region], "https://") {
						t.Errorf("extension has no endpoint for the region %s", h.Region)
					}
				}
			}
			if c.Confidence == Low && c.Unusable == nil && !slices.ContainsFunc(c.Notes, func(n Note) bool { return strings.Contains(n.Text, "not confirmed") }) {
				t.Error("low confidence, and no note tells so")
			}
			for _, n := range c.Notes {
				oneOf(t, "severity", n.Severity, "warning", "hint")
			}
		})
	}
}

// checkSentences holds the user-facing texts to the house style.
func checkSentences(t *testing.T, c *Carrier) {
	t.Helper()
	texts := []string{c.Summary, c.Why, c.Auth.Note, c.User.Hint, c.Secret.Hint, c.Sender.Text, c.Limits, c.Sandbox, c.DNS.Note}
	for _, n := range c.Notes {
		texts = append(texts, n.Text)
	}
	for _, p := range c.Ports {
		texts = append(texts, p.Note)
	}
	if u := c.Unusable; u != nil {
		texts = append(texts, u.Why, u.Instead)
	}
	for _, s := range texts {
		switch {
		case s == "":
		case !strings.HasSuffix(s, ".") && !strings.HasSuffix(s, ".)"):
			t.Errorf("no full stop: %q", s)
		case strings.Contains(s, "!"), strings.Contains(s, "  "), s != strings.TrimSpace(s):
			t.Errorf("style: %q", s)
		}
	}
}

func checkHosts(t *testing.T, c *Carrier) {
	t.Helper()
	name := regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	if c.Transport == wgsmtp.TransportSMTP && c.Unusable == nil && len(c.Hosts) == 0 {
		t.Error("no host")
	}
	seen := map[string]bool{}
	for _, h := range c.Hosts {
		if seen[h.Region] || len(c.Hosts) > 1 && (h.Region == "" || h.Label == "") {
			t.Errorf("region %q is not unique, or lacks its label", h.Region)
		}
		seen[h.Region] = true
		if h.Host == "" || strings.Contains(h.Host, "{") {
			if h.Ask == "" || !name.MatchString(h.Example) {
				t.Errorf("host %q of region %q needs a question and an example", h.Host, h.Region)
			}
		}
		if h.Host != "" && !name.MatchString(h.For("example.org")) {
			t.Errorf("host %q", h.Host)
		}
		for _, d := range h.Domains {
			if !slices.Contains(c.Domains, d) {
				t.Errorf("%s is a domain of host %s and not of the carrier", d, h.Host)
			}
		}
	}
	for _, d := range slices.Concat(c.Domains, c.OtherHosts) {
		if !name.MatchString(d) {
			t.Errorf("name %q", d)
		}
	}
}

func checkPorts(t *testing.T, c *Carrier) {
	t.Helper()
	if c.Transport != wgsmtp.TransportSMTP {
		if len(c.Ports) > 0 {
			t.Error("ports without SMTP")
		}
		return
	}
	recommended := 0
	seen := map[int]bool{}
	for _, p := range c.Ports {
		if p.Port < 1 || p.Port > 65535 || seen[p.Port] {
			t.Errorf("port %d is none, or there twice", p.Port)
		}
		seen[p.Port] = true
		oneOf(t, "tls", p.TLS, wgsmtp.TLSImplicit, wgsmtp.TLSStartTLS, wgsmtp.TLSNone)
		if p.Required && p.TLS != wgsmtp.TLSStartTLS {
			t.Errorf("port %d: required is said of STARTTLS only", p.Port)
		}
		wrong := false
		switch p.Port {
		case 465, 2465, 8465, 994:
			wrong = p.TLS != wgsmtp.TLSImplicit // RFC 8314, section 7.3
		case 587, 2587, 2525, 588:
			wrong = p.TLS != wgsmtp.TLSStartTLS // RFC 6409, section 3.1
		case 25:
			wrong = p.TLS == wgsmtp.TLSImplicit
		}
		key := c.ID + " " + strconv.Itoa(p.Port) + " " + string(p.TLS)
		if _, known := oddPorts[key]; wrong != known {
			t.Errorf("%s: wrong=%v, listed as odd=%v", key, wrong, known)
		}
		if p.Recommended {
			recommended++
		}
	}
	if want := 1; len(c.Ports) > 0 && recommended != want || c.Unusable == nil && recommended != want {
		t.Errorf("%d recommended ports, want %d", recommended, want)
	}
	if c.Why == "" && len(c.Ports) > 0 {
		t.Error("no reason for the recommended port")
	}
	// Implicit TLS wherever there is any: with PEAR only it cannot fall back.
	offers := slices.ContainsFunc(c.Ports, func(p Port) bool { return p.TLS == wgsmtp.TLSImplicit })
	if offers && c.Recommended().TLS != wgsmtp.TLSImplicit {
		t.Error("offers implicit TLS and recommends something else")
	}
	if c.Recommended().TLS == wgsmtp.TLSNone && c.Auth.Recommended != wgsmtp.AuthNone {
		t.Error("recommends a password in clear text")
	}
}

func checkAuth(t *testing.T, c *Carrier) {
	t.Helper()
	oneOf(t, "auth.need", c.Auth.Need, AuthRequired, AuthOptional, AuthNever)
	methods, _ := wgsmtp.FieldByID("auth")
	for _, m := range c.Auth.Mechanisms {
		if !slices.Contains(methods.Choices, string(m)) || m == wgsmtp.AuthNone || m == wgsmtp.AuthAuto {
			t.Errorf("mechanism %q", m)
		}
	}
	switch rec := c.Auth.Recommended; {
	case !slices.Contains(methods.Choices, string(rec)):
		t.Errorf("recommended authentication %q", rec)
	case c.Auth.Need == AuthNever && (rec != wgsmtp.AuthNone || len(c.Auth.Mechanisms) > 0):
		t.Error("never needs authentication, and recommends or lists some")
	case c.Auth.Need == AuthRequired && (rec == wgsmtp.AuthNone || len(c.Auth.Mechanisms) == 0):
		t.Error("needs authentication, and recommends or lists none")
	}
	oneOf(t, "user.kind", c.User.Kind, "address", "name", "fixed", "api-key", "none")
	oneOf(t, "secret.kind", c.Secret.Kind, "app-password", "api-key", "account-password", "none")
	if (c.User.Kind == "fixed") != (c.User.Fixed != "") {
		t.Errorf("user kind %s with fixed %q", c.User.Kind, c.User.Fixed)
	}
	for name, cred := range map[string]Credential{"user": c.User, "secret": c.Secret} {
		needed := c.Auth.Need != AuthNever && c.Unusable == nil
		if needed && (cred.Kind == "none" || cred.Label == "" || cred.Example == "") {
			t.Errorf("%s needs a kind, a label and an example: %+v", name, cred)
		}
		if c.Auth.Need == AuthNever && cred.Kind != "none" {
			t.Errorf("%s without authentication", name)
		}
		if cred.Pattern == "" {
			continue
		}
		re, err := regexp.Compile(cred.Pattern)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(cred.Pattern, "^") {
			t.Errorf("%s: pattern %q is not anchored", name, cred.Pattern)
		}
		if cred.Shape == "" && cred.Fixed == "" {
			t.Errorf("%s: the pattern is not put into words", name)
		}
		if name == "user" && !re.MatchString(cred.Example) {
			t.Errorf("the example %q does not match %s", cred.Example, cred.Pattern)
		}
	}
	checkExamples(t, c)
}

// checkExamples refuses what could be somebody's: secrets say that they are
// yours to fill in, user names hold nothing that was ever issued.
func checkExamples(t *testing.T, c *Carrier) {
	t.Helper()
	if s := strings.TrimPrefix(c.Secret.Example, "AccessKey "); s != "" && !strings.HasPrefix(s, "your-") {
		t.Errorf("example of a secret: %q", c.Secret.Example)
	}
	switch u := c.User.Example; {
	case u == "" || u == c.User.Fixed:
	case strings.Contains(u, "@"):
		domain := domainOf(u)
		if c.User.Kind == "address" {
			if _, err := mail.ParseAddress(u); err != nil {
				t.Errorf("example %q: %v", u, err)
			}
		}
		if !exampleDomain.MatchString(domain) && !slices.Contains(c.Domains, domain) && domain != "smtp-brevo.com" {
			t.Errorf("example %q is an address of somebody", u)
		}
	case strings.Contains(u, "EXAMPLE"), strings.Contains(u, "your"), u == "wiki":
	case strings.Trim(u, "0-") == "":
	default:
		t.Errorf("example of a user name: %q", u)
	}
}

func checkDNS(t *testing.T, c *Carrier) {
	t.Helper()
	for _, mechanism := range strings.Fields(c.DNS.SPF) {
		if !regexp.MustCompile(`^(a|mx|include:[a-z0-9._-]+)$`).MatchString(mechanism) {
			t.Errorf("SPF %q", c.DNS.SPF)
		}
	}
	if s := c.DNS.Selector; s != "" {
		for _, one := range strings.Split(s, ", ") {
			if !regexp.MustCompile(`^[A-Za-z0-9-]+$`).MatchString(one) {
				t.Errorf("selector %q", s)
			}
		}
		if c.DNS.DKIM != "sender" {
			t.Error("a selector, and nobody signs for the sender")
		}
	}
	oneOf(t, "dns.record", c.DNS.Record, "", "TXT", "CNAME")
	if c.DNS.DKIM == "" && c.DNS.SPF == "" && c.DNS.Note == "" && c.Unusable == nil {
		t.Error("nothing about DNS, and no note why")
	}
}

func checkEHLO(t *testing.T, c *Carrier) {
	t.Helper()
	has := func(keywords []string, word string) bool {
		return slices.ContainsFunc(keywords, func(k string) bool { return k == word || strings.HasPrefix(k, word+" ") })
	}
	for _, k := range slices.Concat(c.EHLO.Clear, c.EHLO.TLS) {
		if !regexp.MustCompile(`^[A-Z0-9-]+( [A-Za-z0-9-]+)*$`).MatchString(k) {
			t.Errorf("keyword %q (RFC 5321, section 4.1.1.1)", k)
		}
	}
	if has(c.EHLO.TLS, "STARTTLS") {
		t.Error("STARTTLS under TLS (RFC 3207, section 4.2)")
	}
	for _, p := range c.Ports {
		if p.TLS == wgsmtp.TLSStartTLS && !has(c.EHLO.Clear, "STARTTLS") {
			t.Errorf("port %d: STARTTLS is not announced", p.Port)
		}
		if p.TLS != wgsmtp.TLSNone && c.Auth.Need == AuthRequired && !has(c.EHLO.TLS, "AUTH") {
			t.Errorf("port %d: AUTH is not announced under TLS", p.Port)
		}
	}
	for _, m := range c.Auth.Mechanisms {
		if !slices.ContainsFunc(c.EHLO.TLS, func(k string) bool {
			return strings.HasPrefix(k, "AUTH ") && slices.Contains(strings.Fields(k), string(m))
		}) {
			t.Errorf("mechanism %s is not announced", m)
		}
	}
}

func TestFeatured(t *testing.T) {
	var got []string
	for _, c := range All()[:5] {
		got = append(got, c.ID)
	}
	want := []string{"gmail", "amazon-ses", "mailgun", "postfix", "isp"}
	if !slices.Equal(got, want) {
		t.Errorf("featured %q, want %q", got, want)
	}
	for i, c := range All() {
		if want := (i + 1) * b2i(i < 5); c.Featured != want {
			t.Errorf("%s: featured %d at place %d", c.ID, c.Featured, i+1)
		}
	}
}

// Names that two carriers share on purpose: the first of All gets them.
var sharedHosts = map[string]string{
	"smtp.gmail.com":   "gmail",
	"127.0.0.1":        "postfix",
	"localhost":        "postfix",
	"smtp.titan.email": "bluehost",
}

func TestNobodySharesNames(t *testing.T) {
	aliases, domains, hosts := map[string]string{}, map[string]string{}, map[string]string{}
	claim := func(m map[string]string, name, id string, shared map[string]string) {
		name = strings.ToLower(name)
		owner, taken := m[name]
		if !taken {
			m[name] = id
		}
		if first, ok := shared[name]; taken && owner != id && !ok {
			t.Errorf("%q belongs to %s and %s", name, owner, id)
		} else if ok && m[name] != first {
			t.Errorf("%q belongs to %s first, listed as %s", name, m[name], first)
		}
	}
	for _, e := range Index() {
		claim(aliases, e.Name, e.ID, nil)
		for _, a := range e.Aliases {
			claim(aliases, a, e.ID, nil)
		}
		for _, d := range e.Domains {
			claim(domains, d, e.ID, nil)
		}
		for _, h := range e.Hosts {
			claim(hosts, h, e.ID, sharedHosts)
		}
	}
}

func TestDecodeIsStrict(t *testing.T) {
	for _, bad := range []string{
		`{"id":"x","colour":"red"}`,
		`{"id":"x"} {}`,
		`{"id":1}`,
		`{"hosts":[{"hots":"x"}]}`,
		``,
	} {
		if _, err := decode([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func oneOf[T ~string](t *testing.T, field string, got T, want ...T) {
	t.Helper()
	if !slices.Contains(want, got) {
		t.Errorf("%s: %q is not one of %q", field, got, want)
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

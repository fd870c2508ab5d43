package preview

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

func TestExplain(t *testing.T) {
	s := settings(t, eraBase+`$wgSitename = "Ünïcödé, Wiki"; $wgEnotifWatchlist = true;`)
	for _, name := range []string{"1.18.0", "1.18.1", "1.22", "1.39", "1.46"} {
		r := release(t, name)
		for _, kind := range wgsmtp.MailKinds {
			for _, m := range Build(s, r, kind, Sample(kind), eraVarying).Messages {
				var raw strings.Builder
				for _, l := range Explain(m, r) {
					raw.WriteString(l.Raw + "\r\n")
					if l.Name == "" || !strings.HasSuffix(l.Why, ".") || strings.Count(l.Why, ". ") > 0 {
						t.Errorf("%s %s: %+v", name, kind, l)
					}
					for _, id := range l.Fields {
						if _, ok := wgsmtp.FieldByID(id); !ok {
							t.Errorf("%s: no field %q", l.Name, id)
						}
					}
				}
				if raw.String() != m.RawHeaders {
					t.Errorf("%s %s: read back\n%s\nnot\n%s", name, kind, raw.String(), m.RawHeaders)
				}
			}
		}
	}
	for name, e := range explanations {
		if name != strings.ToLower(name) || e.why == "" {
			t.Errorf("explanation of %q", name)
		}
	}

	m := Build(s, release(t, "1.46"), wgsmtp.MailConfirm, Sample(wgsmtp.MailConfirm), eraVarying).Messages[0]
	lines := Explain(m, release(t, "1.46"))
	if l := lines[0]; l.Name != "From" || l.Decoded != "Ünïcödé, Wiki <wiki@example.org>" || !slices.Contains(l.Fields, "sitename") {
		t.Errorf("%+v", l)
	}
	if l := lines[1]; l.Decoded != "" {
		t.Errorf("nothing is encoded in %+v", l)
	}

	// Folded; and a newline at the end of a subject, which ends the headers.
	s = settings(t, eraBase+"$wgAllowHTMLEmail = true;")
	m = Build(s, release(t, "1.46"), wgsmtp.MailHTML, Sample(wgsmtp.MailHTML), eraVarying).Messages[0]
	var ctype HeaderLine
	for _, l := range Explain(m, release(t, "1.46")) {
		if l.Name == "Content-Type" {
			ctype = l
		}
	}
	if !strings.Contains(ctype.Raw, ";\r\n boundary=") || strings.Contains(ctype.Value, "\n") || ctype.Fields[0] != "allow-html" {
		t.Errorf("%+v", ctype)
	}
	in := Sample(wgsmtp.MailPlain)
	in.Subject = "broken\n"
	m = Build(s, release(t, "1.46"), wgsmtp.MailPlain, in, eraVarying).Messages[0]
	if !strings.HasSuffix(m.RawHeaders, "Subject: broken\r\n") || !strings.HasPrefix(m.Body, "To: \"Alice\" <alice@example.net>\r\n\r\nThis") {
		t.Errorf("%q %q", m.RawHeaders, m.Body)
	}
	var raw []string
	for _, l := range Explain(m, release(t, "1.46")) {
		raw = append(raw, l.Raw)
	}
	if got := strings.Join(raw, "\r\n") + "\r\n"; got != m.RawHeaders {
		t.Errorf("read back %q", got)
	}
}

// What mail() does with odd values: observed with PHP 8.2.
func TestMailFunction(t *testing.T) {
	r := release(t, "1.39")
	for _, c := range []struct {
		name        string
		to, subject string
		headers     Headers
		params      string
		err, raw    string
		args        []string
	}{
		{"controls", "a@b \t\r\n", "s\x01x\r\n y\r\nz\n w\x7f \t", Headers{{Name: "From", Value: "x"}}, ` -f "a"`,
			"", "To: a@b\r\nSubject: s x\r\n y  z  w \r\nFrom: x\r\n", []string{"-t", "-i", "-f", "a"}},
		{"LF", "a@b", "s", Headers{{Name: "From", Value: "x\ny"}}, "", `ValueError: Header "From" contains LF character that is not allowed in the header`, "", nil},
		{"fold with LF", "a@b", "s", Headers{{Name: "From", Value: "x\n y"}}, "", "", "To: a@b\r\nSubject: s\r\nFrom: x\n y\r\n", []string{"-t", "-i"}},
		{"fold", "a@b", "s", Headers{{Name: "From", Value: "x\r\n y"}}, "", "", "To: a@b\r\nSubject: s\r\nFrom: x\r\n y\r\n", []string{"-t", "-i"}},
		{"CR", "a@b", "s", Headers{{Name: "From", Value: "x\r y"}}, "", `ValueError: Header "From" contains CR character that is not allowed in the header`, "", nil},
		{"NUL", "a@b", "s", Headers{{Name: "From", Value: "x\x00y"}}, "", `ValueError: Header "From" contains NULL character that is not allowed in the header`, "", nil},
		{"name", "a@b", "s", Headers{{Name: "X Y", Value: "x"}}, "", `ValueError: Header name "X Y" contains invalid characters`, "", nil},
		{"To", "a@b", "s", Headers{{Name: "tO", Value: "x"}}, "", `ValueError: The additional headers cannot contain the "To" header`, "", nil},
		{"Subject", "a@b", "s", Headers{{Name: "subject", Value: "x"}}, "", `ValueError: The additional headers cannot contain the "Subject" header`, "", nil},
		{"Bcc", "a@b", "s", Headers{{Name: "Bcc", Value: "x"}}, "", "", "To: a@b\r\nSubject: s\r\nBcc: x\r\n", []string{"-t", "-i"}},
		{"NUL in to", "a@b\x00", "s", nil, "", "ValueError: mail(): Argument #1 ($to) must not contain any null bytes", "", nil},
		{"NUL in subject", "a@b", "s\x00", nil, "", "ValueError: mail(): Argument #2 ($subject) must not contain any null bytes", "", nil},
		{"NUL in params", "a@b", "s", nil, "x\x00", "ValueError: mail(): Argument #5 ($additional_params) must not contain any null bytes", "", nil},
		{"quotes", "a@b", "s", Headers{{Name: "A", Value: "v"}}, `-f "a'b'c" -q o'brien don't`, "", "To: a@b\r\nSubject: s\r\nA: v\r\n", []string{"-t", "-i", "-f", `a\'b\'c`, "-q", "obrien dont"}},
	} {
		w := newWiki(nil, r, Host{}, &Inputs{})
		m, err := w.mail(c.to, c.subject, "body", c.headers, c.params)
		if string(err) != c.err || m.RawHeaders != c.raw || !slices.Equal(m.Args, c.args) {
			t.Errorf("%s:\n got %q %q %q\nwant %q %q %q", c.name, err, m.RawHeaders, m.Args, c.err, c.raw, c.args)
		}
	}

	// Before 1.39 headers come as one text.
	w := newWiki(nil, release(t, "1.31"), Host{}, &Inputs{})
	if m, err := w.mail("a@b", "s", "body", Headers{{Name: "A", Value: "b\r\nC: d"}, {Name: "To", Value: "x"}}, ""); err != "" || m.RawHeaders != "To: a@b\nSubject: s\nA: bC: d\nTo: x\n" || m.Body != "body\n" {
		t.Errorf("1.31: %q %q %q", err, m.RawHeaders, m.Body)
	}
	w = newWiki(nil, release(t, "1.23"), Host{}, &Inputs{})
	if _, err := w.mail("a@b", "s", "body", Headers{{Name: "A", Value: "b\n\nC: d"}}, ""); err != "Multiple or malformed newlines found in additional_header" {
		t.Errorf("1.23: %q", err)
	}
}

// The parser puts a site name that looks like a list on a line of its own.
func TestExpandMessage(t *testing.T) {
	for _, c := range []struct{ site, text, one, two, want string }{
		{"Wiki", "{{SITENAME}} page $1 by {{GENDER:$2|a|b|c}} $2", "$2", "{{SITENAME}}", "Wiki page $2 by c {{SITENAME}}"},
		{"#1 Wiki", "On {{SITENAME}}", "", "", "On \n#1 Wiki"},
		{"*", "{{gender:$2|$2}} $ {x} {{GENDER:", "", "*Bob", "\n*Bob $ {x} {{GENDER:"},
		{"{|", "{{SITENAME}}", "", "", "\n{|"},
	} {
		s := settings(t, eraBase)
		s.Set("wgSitename", php.S(c.site))
		w := newWiki(s, release(t, "1.43"), Host{}, &Inputs{})
		if got := w.expandMessage(c.text, c.one, c.two); got != c.want {
			t.Errorf("%s: %q, not %q", c.text, got, c.want)
		}
	}
}

func TestPageTitle(t *testing.T) {
	for in, want := range map[string]string{
		"Sandbox": "Sandbox", "foo_bar": "Foo bar", "  a  b_": "A b", "talk:foo": "Talk:Foo", "user_talk: x": "User talk:X", "Nothing: x": "Nothing: x", "é": "É", "": "",
	} {
		if got, _ := pageTitle(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

// A namespace has another name in another language, which is not held.
func TestNamespaceSample(t *testing.T) {
	for _, c := range []struct {
		language, page string
		sample         bool
	}{{"en", "Talk:X", false}, {"de", "X", false}, {"de", "Talk:X", true}, {"eo", "X", true}} {
		s := settings(t, eraBase+"$wgEnotifWatchlist = true; $wgLanguageCode = '"+c.language+"';")
		in := Sample(wgsmtp.MailWatchlist)
		in.Page = c.page
		if res := Build(s, release(t, "1.43"), wgsmtp.MailWatchlist, in, eraVarying); res.SubjectSample != c.sample {
			t.Errorf("%s %s: %v", c.language, c.page, res.SubjectSample)
		}
	}
}

func TestHeadersJSON(t *testing.T) {
	var in Inputs
	if err := json.Unmarshal([]byte(`{"headers": {"Z": "1", "A": "2", "Z": "3"}}`), &in); err != nil {
		t.Fatal(err)
	}
	want := Headers{{Name: "Z", Value: "3"}, {Name: "A", Value: "2"}}
	if !slices.Equal(in.Headers, want) {
		t.Errorf("%v", in.Headers)
	}
	data, err := json.Marshal(in.Headers)
	if err != nil || string(data) != `{"Z":"3","A":"2"}` {
		t.Errorf("%s %v", data, err)
	}
	for _, bad := range []string{`[]`, `"x"`, `{"A": 1}`, `{"A": `} {
		var h Headers
		if err := h.UnmarshalJSON([]byte(bad)); err == nil {
			t.Errorf("%s is taken for headers", bad)
		}
	}
}

func TestDefaultVarying(t *testing.T) {
	at := time.Date(2026, 11, 2, 3, 4, 5, 678901234, time.FixedZone("", 5*3600+1800))
	v := DefaultVarying(at)
	if v.Date != "Mon, 02 Nov 2026 03:04:05 +0530" || !strings.HasPrefix(v.UniqueID, "6ae66355a5bf5") && len(v.UniqueID) != 23 {
		t.Errorf("%+v", v)
	}
	if len(v.UniqueID) != 13+1+9 || len(v.Boundary) != 34 || len(v.Token) != 32 || len(v.More) == 0 || v.More[0].UniqueID == v.UniqueID {
		t.Errorf("%+v", v)
	}
	if again := DefaultVarying(at); again.UniqueID != v.UniqueID || again.Boundary != v.Boundary {
		t.Error("the same moment gives other parts")
	}
}

// A report is JSON whatever the names hold.
func TestReportBytes(t *testing.T) {
	in := Sample(wgsmtp.MailPlain)
	in.Recipient = Person{Name: "x", Email: "caf\xe9@example.net"}
	in.Text = "bad \xff byte in the text"
	s := settings(t, eraBase)
	rep := Run(s, release(t, "1.39"), wgsmtp.MailPlain, in, eraVarying, RunOptions{})
	data, err := json.Marshal(rep)
	if err != nil || !utf8.Valid(data) || strings.Contains(string(data), `\ufffd`) || !strings.Contains(string(data), `caf\\xE9`) {
		t.Errorf("%s %v", data, err)
	}

	s.Set("wgSMTP", php.A(php.E("host", php.S("smtp.example.org")), php.E("auth", php.B(true)), php.E("username", php.S("u")), php.E("password", php.S("hunter2"))))
	in = Sample(wgsmtp.MailPlain)
	secret := "aHVudGVyMg=="
	plain := Run(s, release(t, "1.43"), wgsmtp.MailPlain, in, eraVarying, RunOptions{})
	if !slices.Contains(plain.ClientLines, secret) || plain.Error != nil {
		t.Errorf("%q", plain.ClientLines)
	}
	masked := Run(s, release(t, "1.43"), wgsmtp.MailPlain, in, eraVarying, RunOptions{Mask: true})
	if slices.Contains(masked.ClientLines, secret) || len(masked.ClientLines) != len(plain.ClientLines) {
		t.Errorf("%q", masked.ClientLines)
	}
}

// Whatever is typed, headers have no line that MediaWiki would not send, and
// nothing panics.
func FuzzBuild(f *testing.F) {
	f.Add("Zoë \"Z\" (admin)", "a@b", "Subject", "body text of ten", "X", "v", byte(3))
	f.Add("a\r\nBcc: x", "a\nb@c", "s\r\n\r\nx", "b", "A\nB", "c\rd", byte(30))
	f.Add("<LF>x", "<CR>y", "0x0A/%0Az", "\n.\n", "Received", " \n x", byte(12))
	f.Add("=?UTF-8?Q?=?=", "'\"\\", "\x00\xff", strings.Repeat("é", 99), "Content-Type", "\"é\"", byte(255))
	minors := []string{"1.18.0", "1.18.1", "1.19", "1.21", "1.23", "1.26", "1.30", "1.31", "1.38", "1.39", "1.43.3", "1.43", "1.45", "1.46", "1.47"}
	var releases []*mediawiki.Release
	for _, name := range minors {
		r, err := mediawiki.Lookup(name)
		if err != nil {
			f.Fatal(err)
		}
		releases = append(releases, r)
	}
	f.Fuzz(func(t *testing.T, name, address, subject, body, field, value string, pick byte) {
		s := settings(t, eraBase+"$wgEnotifUserTalk = $wgEnotifWatchlist = $wgAllowHTMLEmail = true;")
		s.Set("wgSitename", php.S(name))
		s.Set("wgPasswordSender", php.S(address))
		s.Set("wgServer", php.S(value))
		if pick&1 != 0 {
			s.Set("wgSMTP", php.B(false))
			s.Set("wgAdditionalMailParams", php.S(value))
		}
		r := releases[int(pick)%len(releases)]
		kind := wgsmtp.MailKinds[int(pick>>1)%len(wgsmtp.MailKinds)]
		in := Sample(kind)
		in.Recipient.Name, in.Subject, in.Text, in.HTML = name, subject, body, body
		in.Sender = Person{Name: "Bob", Real: name, Email: address}
		in.ReplyTo = &in.Sender
		if field != "" {
			in.Headers = Headers{{Name: field, Value: value}}
		}
		res := Build(s, r, kind, in, eraVarying)
		for _, m := range res.Messages {
			Explain(m, r)
			if m.Transport != wgsmtp.TransportSMTP {
				continue
			}
			if strings.Contains(strings.ReplaceAll(m.RawHeaders, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(m.RawHeaders, "\r\n", ""), "\r") {
				t.Errorf("bare newline in %q", m.RawHeaders)
			}
			// Each line is a field that was asked for, a fold of it, or the empty
			// rest of a value that ends in newlines.
			for i, line := range strings.Split(m.RawHeaders, "\r\n") {
				known := line == "" || line[0] == ' ' || line[0] == '\t' || line[0] == '\v' || line[0] == '\f'
				for _, h := range m.Mail.Headers {
					for _, first := range strings.FieldsFunc(h.Name+": ", func(r rune) bool { return r == '\r' || r == '\n' }) {
						known = known || strings.HasPrefix(line, first)
					}
				}
				if !known {
					t.Errorf("line %d of %q was not asked for", i, m.RawHeaders)
				}
			}
		}
		data, err := json.Marshal(Run(s, r, kind, in, eraVarying, RunOptions{}))
		if err != nil || !utf8.Valid(data) {
			t.Errorf("%v: %q", err, data)
		}
	})
}

func BenchmarkBuild(b *testing.B) {
	s := settings(b, eraBase+`$wgSitename = "Ünïcödé Wiki"; $wgAllowHTMLEmail = true;`)
	for _, kind := range []wgsmtp.MailKind{wgsmtp.MailConfirm, wgsmtp.MailUser, wgsmtp.MailHTML} {
		for _, name := range []string{"1.26", "1.39", "1.46"} {
			r := release(b, name)
			in := Sample(kind)
			b.Run(string(kind)+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					Build(s, r, kind, in, eraVarying)
				}
			})
		}
	}
	r := release(b, "1.43")
	m := Build(s, r, wgsmtp.MailConfirm, Sample(wgsmtp.MailConfirm), eraVarying).Messages[0]
	b.Run("explain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Explain(m, r)
		}
	})
}

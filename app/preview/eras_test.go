package preview

import (
	"fmt"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

func release(t testing.TB, name string) *mediawiki.Release {
	t.Helper()
	r, err := mediawiki.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func settings(t testing.TB, php string) *localsettings.Settings {
	t.Helper()
	f := localsettings.Import([]byte("<?php\n" + php))
	if len(f.Problems) > 0 {
		t.Fatal(f.Problems)
	}
	return f.Settings
}

var eraVarying = Varying{Date: "Mon, 01 Jan 2024 00:00:00 +0000", UniqueID: "659200c0abcde1.23456789", Boundary: "=_0123456789abcdef0123456789abcdef"}

const eraBase = `$wgSitename = "Example Wiki"; $wgServer = "https://wiki.example.org"; $wgScriptPath = "/w"; $wgArticlePath = "/wiki/$1";
$wgDBname = "my-wiki"; $wgDBprefix = "mw_"; $wgPasswordSender = "wiki@example.org";
$wgSMTP = [ 'host' => 'smtp.example.org', 'IDHost' => 'example.org' ];
`

// The order of headers in each era, from the history of UserMailer.
func TestHeaderOrder(t *testing.T) {
	const (
		mime118  = "MIME-Version Content-type Content-transfer-encoding"
		order118 = "From Return-Path To Reply-To Subject Date " + mime118 + " Message-ID X-Mailer"
		order119 = "From Return-Path Reply-To Date " + mime118 + " Message-ID X-Mailer Subject To"
		order121 = "From Return-Path Reply-To Date Message-ID X-Mailer " + mime118 + " Subject To"
		order126 = "From Return-Path Reply-To Date Message-ID X-Mailer List-Unsubscribe " + mime118 + " Subject To"
	)
	for _, c := range []struct{ order, releases string }{
		{order118, "1.18.0 1.18.1 1.18.5"},
		{order119, "1.19.0 1.20.2 1.20"},
		{order121, "1.21.0 1.22 1.23 1.24.1 1.25"},
		{order126, "1.26.0 1.27.1 1.28 1.29 1.30 1.31.0 1.32 1.33 1.34 1.35.0 1.36 1.37 1.38 1.39.0 1.40 1.41 1.42 1.43 1.44 1.45 1.46"},
	} {
		for _, name := range strings.Fields(c.releases) {
			in := Sample(wgsmtp.MailPlain)
			in.ReplyTo = &Person{Name: "Help", Email: "help@example.org"}
			res := Build(settings(t, eraBase), release(t, name), wgsmtp.MailPlain, in, eraVarying)
			if len(res.Messages) != 1 {
				t.Fatalf("%s: %+v", name, res)
			}
			var names []string
			for _, l := range Explain(res.Messages[0], release(t, name)) {
				names = append(names, l.Name)
			}
			if got := strings.Join(names, " "); got != c.order {
				t.Errorf("%s:\n got %s\nwant %s", name, got, c.order)
			}
		}
	}
}

// header finds a field's value.
func header(m Message, name string) string {
	for _, l := range readHeaders(m.RawHeaders) {
		if l.Name == name {
			return l.Value
		}
	}
	return ""
}

// One field of one mail, and what it is from which release on.
func TestEras(t *testing.T) {
	type span struct{ release, want string }
	for _, c := range []struct {
		name, settings string
		kind           wgsmtp.MailKind
		edit           func(*Inputs)
		header         string // or "envelope", "recipients", "error", "args", "count", "body"
		spans          []span
	}{
		{"return path", "", wgsmtp.MailPlain, func(in *Inputs) { in.From = &Person{Name: "Wiki", Email: "w@example.org"} }, "Return-Path", []span{
			{"1.18.0", "Wiki <w@example.org>"}, {"1.18.1", "w@example.org"}, {"1.46", "w@example.org"}}},
		{"to in 1.18", "", wgsmtp.MailPlain, nil, "To", []span{{"1.18.0", "alice@example.net"}, {"1.18.1", "Alice <alice@example.net>"}, {"1.31", `"Alice" <alice@example.net>`}}},
		{"to several", "", wgsmtp.MailPlainMulti, nil, "To", []span{
			{"1.18.0", "alice@example.net, carol@example.net, dave@example.org"}, {"1.18.1", "undisclosed-recipients:;"}, {"1.19.0", ""}, {"1.44", ""}}},
		{"several refused", "", wgsmtp.MailPlainMulti, nil, "error", []span{{"1.44", ""}, {"1.45.0", errOneAtATime}, {"1.46", errOneAtATime}}},
		{"chunks", "$wgEnotifMaxRecips = 2;", wgsmtp.MailPlainMulti, nil, "count", []span{{"1.18.0", "2"}, {"1.19.0", "2"}, {"1.44", "2"}}},
		{"plain name", "", wgsmtp.MailPlain, func(in *Inputs) { in.Recipient.Name = "J. Doe" }, "To", []span{
			{"1.19.0", `"J. Doe" <alice@example.net>`}, {"1.30", `"J. Doe" <alice@example.net>`}, {"1.31.0", `"J. Doe" <alice@example.net>`}}},
		{"quotes in a name", "", wgsmtp.MailPlain, func(in *Inputs) { in.Recipient.Name = `Jo "X" O'Doe` }, "To", []span{
			{"1.19.0", `Jo "X" O'Doe <alice@example.net>`}, {"1.30", `Jo "X" O'Doe <alice@example.net>`}, {"1.31.0", `"Jo \"X\" O\'Doe" <alice@example.net>`}}},
		{"encoded name with stop", "", wgsmtp.MailPlain, func(in *Inputs) { in.Recipient.Name = "Ü, Dr." }, "To", []span{
			{"1.19.0", `"=?UTF-8?Q?=C3=9C,=20Dr.?=" <alice@example.net>`},
			{"1.31.0", `=?UTF-8?Q?=C3=9C,=20Dr.?= <alice@example.net>`},
			{"1.35.13", `=?UTF-8?Q?=C3=9C,=20Dr.?= <alice@example.net>`}, {"1.35.14", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`},
			{"1.39.5", `=?UTF-8?Q?=C3=9C,=20Dr.?= <alice@example.net>`}, {"1.39.6", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`},
			{"1.39.15", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`}, {"1.39.16", `=?UTF-8?Q?=C3=9C=2C=20Dr=2E?= <alice@example.net>`},
			{"1.40.1", `=?UTF-8?Q?=C3=9C,=20Dr.?= <alice@example.net>`}, {"1.40.2", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`},
			{"1.43.5", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`}, {"1.43.6", `=?UTF-8?Q?=C3=9C=2C=20Dr=2E?= <alice@example.net>`},
			{"1.44.2", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`}, {"1.44.3", `=?UTF-8?Q?=C3=9C=2C=20Dr=2E?= <alice@example.net>`},
			{"1.45.0", `=?UTF-8?Q?=C3=9C,=20Dr=2E?= <alice@example.net>`}, {"1.45.1", `=?UTF-8?Q?=C3=9C=2C=20Dr=2E?= <alice@example.net>`},
			{"1.46", `=?UTF-8?Q?=C3=9C=2C=20Dr=2E?= <alice@example.net>`}}},
		{"comma parts recipients", "", wgsmtp.MailPlain, func(in *Inputs) { in.Recipient.Name = "Ü, Dr" }, "recipients", []span{
			{"1.30", "alice@example.net"}, {"1.31.0", "=?UTF-8?Q?=C3=9C@localhost alice@example.net"}, {"1.45.0", "=?UTF-8?Q?=C3=9C@localhost alice@example.net"}, {"1.45.1", "alice@example.net"}}},
		{"wiki's name", "", wgsmtp.MailConfirm, nil, "From", []span{
			{"1.18.1", "MediaWiki Mail <wiki@example.org>"}, {"1.22", "MediaWiki Mail <wiki@example.org>"}, {"1.23", "Example Wiki <wiki@example.org>"}, {"1.31.0", `"Example Wiki" <wiki@example.org>`}}},
		{"sender name setting", "$wgPasswordSenderName = 'Postmaster';", wgsmtp.MailConfirm, nil, "From", []span{
			{"1.22", "Postmaster <wiki@example.org>"}, {"1.23", "Example Wiki <wiki@example.org>"}, {"1.43", `"Example Wiki" <wiki@example.org>`}}},
		{"MediaWiki:Emailsender", "", wgsmtp.MailConfirm, func(in *Inputs) { in.SenderName = "Desk" }, "From", []span{{"1.22", "MediaWiki Mail <wiki@example.org>"}, {"1.43", `"Desk" <wiki@example.org>`}}},
		{"message id", "", wgsmtp.MailPlain, nil, "Message-ID", []span{
			{"1.18.1", "<659200c0abcde1.23456789@example.org>"}, {"1.19.0", "<my-wiki-mw_.659200c0abcde1.23456789@example.org>"},
			{"1.32", "<my-wiki-mw_.659200c0abcde1.23456789@example.org>"}, {"1.33.0", "<my?hwiki-mw_.659200c0abcde1.23456789@example.org>"}}},
		{"message id without IDHost", "$wgSMTP['IDHost'] = '';", wgsmtp.MailPlain, nil, "Message-ID", []span{
			{"1.18.1", "<659200c0abcde1.23456789@>"}, {"1.19.0", "<my-wiki-mw_.659200c0abcde1.23456789@wiki.example.org>"}, {"1.46", "<my?hwiki-mw_.659200c0abcde1.23456789@wiki.example.org>"}}},
		{"user to user", "", wgsmtp.MailUser, nil, "From", []span{
			{"1.27.3", "Bob <bob@example.com>"}, {"1.27.4", "Example Wiki <wiki@example.org>"}, {"1.28", "Bob <bob@example.com>"}, {"1.29.0", "Example Wiki <wiki@example.org>"}}},
		{"notification reply", "$wgEnotifUserTalk = true;", wgsmtp.MailTalk, nil, "Reply-To", []span{
			{"1.18.1", "reply@not.possible"}, {"1.26.0", "reply@not.possible"}, {"1.27.0", "wiki@example.org"}}},
		{"list help", "$wgEnotifWatchlist = true;", wgsmtp.MailWatchlist, nil, "List-Help", []span{
			{"1.25", ""}, {"1.26.0", "https://www.mediawiki.org/wiki/Special:MyLanguage/Help:Watchlist"}}},
		{"empty sender", "$wgPasswordSender = '';", wgsmtp.MailPlain, nil, "envelope", []span{
			{"1.25.2", ""}, {"1.25.3", "apache@wiki.example.org"}, {"1.43", "apache@wiki.example.org"}}},
		{"no sender", "$wgPasswordSender = false;", wgsmtp.MailPlain, nil, "envelope", []span{{"1.18.1", "apache@wiki.example.org"}, {"1.46", "apache@wiki.example.org"}}},
		{"short body", "", wgsmtp.MailPlain, func(in *Inputs) { in.Text = "123456789" }, "error", []span{{"1.20", ""}, {"1.21.0", errNoBody}, {"1.46", errNoBody}}},
		{"no address", "", wgsmtp.MailPlain, func(in *Inputs) { in.Recipient.Email = "" }, "error", []span{{"1.19.0", errNoAddress}, {"1.46", errNoAddress}}},
		{"HTML", "$wgAllowHTMLEmail = true;", wgsmtp.MailHTML, nil, "Content-Type", []span{
			{"1.20", "text/plain; charset=UTF-8"}, {"1.21.0", `multipart/alternative; boundary="=_0123456789abcdef0123456789abcdef"`}, {"1.46", `multipart/alternative; boundary="=_0123456789abcdef0123456789abcdef"`}}},
		{"switched off", "$wgEnableEmail = false; $wgAllowHTMLEmail = true;", wgsmtp.MailHTML, nil, "Content-Type", []span{
			{"1.23", `multipart/alternative; boundary="=_0123456789abcdef0123456789abcdef"`}, {"1.45.0", "text/plain; charset=UTF-8"}}},
		{"mail() arguments", "$wgSMTP = false;", wgsmtp.MailPlain, nil, "args", []span{
			{"1.18.1", "-t -i"}, {"1.23", "-t -i"}, {"1.24.1", "-t -i -f wiki@example.org"}, {"1.46", "-t -i -f wiki@example.org"}}},
		{"mail() sender with blank", "$wgSMTP = false; $wgPasswordSender = 'My Wiki <w@example.org>';", wgsmtp.MailPlain, nil, "args", []span{
			{"1.27.1", "-t -i -f My Wiki <w@example.org>"}, {"1.27.2", `-t -i -f My Wiki \<w@example.org\>`}}},
		{"mail() in 1.18", "$wgSMTP = false;", wgsmtp.MailPlain, nil, "raw", []span{
			{"1.18.1", "To: Alice <alice@example.net>\nSubject: Hello from the wiki\nMIME-Version: 1.0\nContent-type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\nX-Mailer: MediaWiki mailer\nFrom: MediaWiki Mail <wiki@example.org>\n"}}},
		{"mail() to several", "$wgSMTP = false;", wgsmtp.MailPlainMulti, nil, "error", []span{
			{"1.38", ""}, {"1.39.0", `ValueError: The additional headers cannot contain the "To" header`}, {"1.46", `ValueError: The additional headers cannot contain the "To" header`}}},
		{"equals in a name", "", wgsmtp.MailConfirm, func(in *Inputs) { in.Recipient.Name = "A=B" }, "error", []span{
			{"1.39", ""}, {"1.43.0", "RuntimeException: not a valid user name: A=B"}}},
		{"reveal from editor", "$wgEnotifWatchlist = $wgEnotifRevealEditorAddress = $wgEnotifFromEditor = true;", wgsmtp.MailWatchlist, nil, "From", []span{
			{"1.19.0", "Bob <bob@example.com>"}, {"1.39", `"Bob" <bob@example.com>`}}},
		{"impersonal", "$wgEnotifWatchlist = $wgEnotifImpersonal = true;", wgsmtp.MailWatchlist, func(in *Inputs) {
			in.Watchers = []Person{{Name: "Carol", Email: "carol@example.net"}}
		}, "count", []span{{"1.19.0", "1"}, {"1.44", "1"}, {"1.45.0", "2"}}},
		// Without $wgEnableEmail nothing can be sent at all up to 1.44.
		{"switched off altogether", "$wgEnableEmail = false;", wgsmtp.MailPlain, nil, "error", []span{
			{"1.23", ""}, {"1.39", "ValueError: array_chunk(): Argument #2 ($length) must be greater than 0"}, {"1.44", "ValueError: array_chunk(): Argument #2 ($length) must be greater than 0"}, {"1.45.0", ""}}},
		{"switched off altogether", "$wgEnableEmail = false;", wgsmtp.MailPlain, nil, "count", []span{{"1.23", "1"}, {"1.24.1", "0"}, {"1.38", "0"}, {"1.45.0", "1"}}},
		{"switched off, mail()", "$wgEnableEmail = false; $wgSMTP = false;", wgsmtp.MailPlain, nil, "count", []span{{"1.24.1", "1"}, {"1.39", "1"}}},
		{"changed address", "", wgsmtp.MailChanged, nil, "count", []span{{"1.26.0", "1"}, {"1.27.0", "2"}, {"1.46", "2"}}},
		{"list unsubscribe without scheme", "$wgServer = 'wiki.example.org';", wgsmtp.MailPlain, nil, "List-Unsubscribe", []span{
			{"1.25", ""}, {"1.39", "<http:///wiki.example.org/wiki/Special:Preferences>"}, {"1.43.0", "<http://wiki.example.org/wiki/Special:Preferences>"}}},
	} {
		for _, s := range c.spans {
			r := release(t, s.release)
			in := Sample(c.kind)
			if c.edit != nil {
				c.edit(&in)
			}
			res := Build(settings(t, eraBase+c.settings), r, c.kind, in, eraVarying)
			var got string
			switch {
			case c.header == "error":
				got = res.Err
			case c.header == "count":
				got = fmt.Sprint(len(res.Messages))
			case len(res.Messages) == 0:
				got = "no message: " + res.Err
			case c.header == "envelope":
				got = res.Messages[0].MailFrom
			case c.header == "recipients":
				got = strings.Join(res.Messages[0].RcptTo, " ")
			case c.header == "args":
				got = strings.Join(res.Messages[0].Args, " ")
			case c.header == "raw":
				got = res.Messages[0].RawHeaders
			case c.header == "Content-Type":
				got = header(res.Messages[0], "Content-Type") + header(res.Messages[0], "Content-type")
			default:
				got = header(res.Messages[0], c.header)
			}
			if got != s.want {
				t.Errorf("%s, %s:\n got %s\nwant %s", c.name, s.release, got, s.want)
			}
		}
	}
}

func TestEmailsenderPage(t *testing.T) {
	s := settings(t, eraBase)
	s.Set(localsettings.EmailsenderPage, php.S("Help desk"))
	for name, want := range map[string]string{"1.22": "MediaWiki Mail <wiki@example.org>", "1.43": `"Help desk" <wiki@example.org>`} {
		m := Build(s, release(t, name), wgsmtp.MailConfirm, Sample(wgsmtp.MailConfirm), eraVarying).Messages[0]
		if got := header(m, "From"); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// Odd values of $wgServer, as observed in 1.39.17, and in 1.43.3 and 1.45.0.
func TestOddServers(t *testing.T) {
	for _, c := range []struct{ server, id39, list39, id43, list43 string }{
		{"https://wiki.example.org", "wiki.example.org", "https://wiki.example.org", "wiki.example.org", "https://wiki.example.org"},
		{"HTTPS://Wiki.Example.ORG", "Wiki.Example.ORG", "https://Wiki.Example.ORG", "Wiki.Example.ORG", "https://Wiki.Example.ORG"},
		{"//wiki.example.org", "wiki.example.org", "http://wiki.example.org", "wiki.example.org", "http://wiki.example.org"},
		{"http://u:p@[2001:db8::1]:8080", "[2001:db8::1]", "http://u:p@[2001:db8::1]:8080", "[2001:db8::1]", "http://u:p@[2001:db8::1]:8080"},
		{"wiki.example.org", "", "http:///wiki.example.org", "", "http://wiki.example.org"},
		{"wiki.example.org:8080", "", "http:///wiki.example.org:8080", "wiki.example.org", "http://wiki.example.org:8080"},
		{"htps://wiki.example.org", "", "http:///htps://wiki.example.org", "wiki.example.org", "http://htps://wiki.example.org"},
		{"https:wiki.example.org", "", "http:///https:///wiki.example.org", "", "https://wiki.example.org"},
		{"", "", "http://", "", "http://"},
		{" https://wiki.example.org", "", "http:/// https://wiki.example.org", "", "http:// https://wiki.example.org"},
		{"https://", "", "http:///https://", "", "http://https://"},
		{"https:///wiki.example.org", "", "http:///https:///wiki.example.org", "", "http://https:///wiki.example.org"},
	} {
		for name, want := range map[string][2]string{
			"1.39": {c.id39, c.list39}, "1.43.3": {c.id43, c.list43}, "1.45": {c.id43, c.list43},
		} {
			s := settings(t, eraBase+"$wgSMTP = [];\n$wgServer = '"+c.server+"';")
			m := Build(s, release(t, name), wgsmtp.MailPlain, Sample(wgsmtp.MailPlain), eraVarying).Messages[0]
			if got := header(m, "Message-ID"); got != "<my?hwiki-mw_."+eraVarying.UniqueID+"@"+want[0]+">" {
				t.Errorf("%s, %q: %s", name, c.server, got)
			}
			if got := header(m, "List-Unsubscribe"); got != "<"+want[1]+"/wiki/Special:Preferences>" {
				t.Errorf("%s, %q: %s", name, c.server, got)
			}
		}
	}
}

func TestUserNames(t *testing.T) {
	w := newWiki(nil, release(t, "1.39"), Host{}, &Inputs{})
	for _, name := range []string{`Zoë "Z" (admin)`, "J. R. R. Tolkien", "A=B", "100% Alice", "Tom & Jerry", "维基", "Иван", "1.2.3", "A%zz", "It's; fine"} {
		if got, ok := w.canonicalName(name); !ok || got != name {
			t.Errorf("%q: %q %v", name, got, ok)
		}
	}
	for in, want := range map[string]string{"A&amp;B": "A&B", "user:x": "X", "alice": "Alice", " _alice  b_": "Alice b", "élan": "Élan"} {
		if got, ok := w.canonicalName(in); !ok || got != want {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
	for _, name := range []string{
		"", " ", "A@B", "A:B", "A>B", "A/B", "A#B", "A<B", "A[B", "A|B", "A{B", "127.0.0.1", "2001:db8::1", "1.2.3.xxx",
		"A%20B", "A&eacute;B", "A~~~B", "A\nB", "A\x00B", "\xff", "A\u200bB", "A\ue000", strings.Repeat("x", 236), "Maintenance script", "..",
	} {
		if got, ok := w.canonicalName(name); ok {
			t.Errorf("%q is accepted as %q", name, got)
		}
	}
}

// Every occasion has a sample that makes mail, in every release.
func TestSamples(t *testing.T) {
	s := settings(t, eraBase+"$wgEnotifUserTalk = $wgEnotifWatchlist = $wgAllowHTMLEmail = true;")
	for minor := 18; minor <= 47; minor++ {
		r := release(t, fmt.Sprintf("1.%d", minor))
		for _, kind := range wgsmtp.MailKinds {
			res := Build(s, r, kind, Sample(kind), eraVarying)
			if kind == wgsmtp.MailPlainMulti && r.Has(mediawiki.OneRecipient) {
				if res.Err != errOneAtATime {
					t.Errorf("%s %s: %q", r.Version, kind, res.Err)
				}
				continue
			}
			if len(res.Messages) == 0 || res.Err != "" || res.SubjectSample {
				t.Errorf("%s %s: %+v", r.Version, kind, res)
			}
		}
		if res := Build(s, r, "nothing", Inputs{}, Varying{}); res.Err == "" {
			t.Errorf("%s: an unknown kind makes %+v", r.Version, res)
		}
	}
	if len(kinds) != len(wgsmtp.MailKinds) {
		t.Errorf("%d kinds, not %d", len(kinds), len(wgsmtp.MailKinds))
	}
}

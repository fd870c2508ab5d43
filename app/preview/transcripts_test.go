package preview

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// section is one run in testdata/transcripts/mw-*.txt: what a MediaWiki sent
// to a server, or to sendmail, and said.
type section struct {
	release, title, settings, outcome string
	mails                             []transcribed
}

type transcribed struct {
	mailFrom string
	rcptTo   []string
	args     []string
	headers  []string
}

// transcriptBase is the wiki of those runs.
const transcriptBase = `<?php
$wgSitename = "TestWiki"; $wgDBname = "mywiki"; $wgServer = "http://wiki.example.test"; $wgScriptPath = "/w";
$wgPasswordSender = "wiki@example.org";
$wgSMTP = [ 'host' => '127.0.0.1', 'port' => 21500, 'auth' => false, 'IDHost' => 'wiki.example.org', 'localhost' => 'wiki.example.org' ];
`

func readTranscript(t *testing.T, name string) (out []section) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "transcripts", name))
	if err != nil {
		t.Fatal(err)
	}
	inBody := false
	for _, line := range strings.Split(string(data), "\n") {
		if rest, ok := strings.CutPrefix(line, "##### "); ok {
			head, settings, _ := strings.Cut(rest, " | ")
			release, title, _ := strings.Cut(head, " ")
			out = append(out, section{release: release, title: title, settings: settings})
			continue
		}
		if len(out) == 0 {
			continue
		}
		s := &out[len(out)-1]
		last := func() *transcribed { return &s.mails[len(s.mails)-1] }
		line = strings.TrimPrefix(line, "      ")
		switch {
		case strings.HasPrefix(line, "   out: "):
			s.outcome = strings.TrimPrefix(line, "   out: ")
		case strings.HasPrefix(line, "C: MAIL FROM:<"):
			s.mails = append(s.mails, transcribed{mailFrom: strings.TrimSuffix(line[14:], ">")})
			inBody = false
		case strings.HasPrefix(line, "| ARGS: "):
			s.mails = append(s.mails, transcribed{args: strings.Fields(line[8:])})
			inBody = false
		case strings.HasPrefix(line, "C: RCPT TO:<"):
			last().rcptTo = append(last().rcptTo, strings.TrimSuffix(line[12:], ">"))
		case line == "D: " || line == "D:" || line == "| " || line == "|":
			inBody = true
		case !inBody && (strings.HasPrefix(line, "D: ") || strings.HasPrefix(line, "| ")):
			text := line[min(len(line), 2):]
			last().headers = append(last().headers, strings.TrimPrefix(text, " "))
			if strings.HasPrefix(text, "  ") { // a fold
				h := last().headers
				h[len(h)-1] = strings.TrimPrefix(text, " ")
			}
		}
	}
	return out
}

// transcripts are the sections by title: what was asked of MediaWiki.
var transcripts = map[string]struct {
	kind wgsmtp.MailKind
	in   Inputs
}{
	"confirm mail": {wgsmtp.MailConfirm, Inputs{Recipient: Person{Name: "Admin", Email: "admin@example.net"}}},
	"User::sendMail w/ reply": {wgsmtp.MailPlain, Inputs{
		Recipient: Person{Name: "Admin", Email: "admin@example.net"}, ReplyTo: &Person{Name: "Replier", Email: "r@example.net"},
		Subject: "Sübject, with. dots", Text: "Body text long enough\n.dot line",
	}},
	"HTML multipart": {wgsmtp.MailHTML, Inputs{
		From: &Person{Name: `Wiki, Inc. "Q"`, Email: "wiki@example.org"}, Recipient: Person{Name: "You There", Email: "you@example.net"},
		Subject: "Test", Text: "plain text body", HTML: "<p>html body here</p>",
	}},
	"mail() transport":                     {wgsmtp.MailPlain, toYou(`Täst`, "You")},
	"no IDHost + protocol-relative server": {wgsmtp.MailPlain, toYou("Test", "")},
	"wgServer w/o scheme":                  {wgsmtp.MailPlain, toYou("Test", "")},
	"short body":                           {wgsmtp.MailPlain, Inputs{Recipient: Person{Email: "you@example.net"}, Subject: "Test", Text: "short"}},
	"EnableEmail=false but direct send":    {wgsmtp.MailPlain, toYou("Test", "")},
	"empty PasswordSender":                 {wgsmtp.MailPlain, fromSender("Test")},
	"PasswordSender with trailing space":   {wgsmtp.MailPlain, fromSender("Test")},
	"emailuser UseReplyTo=true":            {wgsmtp.MailUser, fromAdmin(true)},
	"emailuser UseReplyTo=false":           {wgsmtp.MailUser, fromAdmin(false)},
	"two recipients":                       {wgsmtp.MailPlainMulti, Inputs{From: &Person{Name: "Wiki", Email: "wiki@example.org"}, Recipients: []Person{{Email: "a@example.net"}, {Email: "b@example.net"}}, Subject: "Test", Text: "plain text body"}},
	"sitename quotes/brackets":             {wgsmtp.MailPlain, Inputs{From: &Person{Name: "A [b] (c) <d>", Email: "wiki@example.org"}, Recipient: Person{Email: "you@example.net"}, Subject: "Test", Text: "plain text body"}},
}

func toYou(subject, name string) Inputs {
	return Inputs{From: &Person{Name: "Wiki", Email: "wiki@example.org"}, Recipient: Person{Name: name, Email: "you@example.net"}, Subject: subject, Text: "plain text body"}
}

// fromSender is from $wgPasswordSender, under the name Wiki.
func fromSender(subject string) Inputs {
	return Inputs{SenderName: "Wiki", Recipient: Person{Email: "you@example.net"}, Subject: subject, Text: "plain text body"}
}

func fromAdmin(copied bool) Inputs {
	return Inputs{
		Recipient: Person{Name: "Bob", Email: "bob@example.net"}, Sender: Person{Name: "Admin", Email: "admin@example.net"},
		Subject: "Hello", Text: "Hello Bob, this is a test", Copy: copied,
	}
}

func TestTranscripts(t *testing.T) {
	replayed := 0
	for _, name := range []string{"mw-1.45.txt", "mw-misc.txt"} {
		for _, s := range readTranscript(t, name) {
			run, ok := transcripts[s.title]
			if !ok {
				// The mail itself is good, and refused later; or sendmail is missing.
				if len(s.mails) > 0 {
					t.Errorf("%s %s: not replayed", s.release, s.title)
				}
				continue
			}
			replayed++
			t.Run(s.release+" "+s.title, func(t *testing.T) {
				r, err := mediawiki.Lookup(s.release)
				if err != nil {
					t.Fatal(err)
				}
				// To PHP's isset() the two are one.
				settings := strings.ReplaceAll(s.settings, `unset($wgSMTP["IDHost"]);`, `$wgSMTP["IDHost"] = null;`)
				f := localsettings.Import([]byte(transcriptBase + settings))
				if len(f.Problems) > 0 {
					t.Fatal(f.Problems)
				}
				in := run.in
				if run.in.From != nil && s.release == "1.39.0" && s.title == "HTML multipart" {
					in.From = &Person{Name: "Wiki", Email: "wiki@example.org"}
				}
				res := Build(f.Settings, r, run.kind, in, s.varying())
				if len(s.mails) == 0 {
					// Validation failed: PEAR's word, not ours.
					if !strings.Contains(s.outcome, "Validation failed") && (res.Err == "" || !strings.Contains(s.outcome, res.Err)) {
						t.Errorf("error %q, not in %q", res.Err, s.outcome)
					}
					return
				}
				if len(res.Messages) != len(s.mails) {
					t.Fatalf("%d messages, not %d: %s", len(res.Messages), len(s.mails), res.Err)
				}
				for i, want := range s.mails {
					got := res.Messages[i]
					lines := strings.Split(strings.TrimSuffix(strings.ReplaceAll(got.RawHeaders, "\r\n", "\n"), "\n"), "\n")
					if !slices.Equal(lines, want.headers) {
						t.Errorf("headers\n%s\nnot\n%s", strings.Join(lines, "\n"), strings.Join(want.headers, "\n"))
					}
					if want.args != nil {
						if !slices.Equal(got.Args, want.args) {
							t.Errorf("arguments %q, not %q", got.Args, want.args)
						}
					} else if got.MailFrom != want.mailFrom || !slices.Equal(got.RcptTo, want.rcptTo) {
						t.Errorf("envelope %q %q, not %q %q", got.MailFrom, got.RcptTo, want.mailFrom, want.rcptTo)
					}
				}
			})
		}
	}
	t.Logf("%d runs replayed", replayed)
	if replayed < 20 {
		t.Error("too few")
	}
}

func (s *section) varying() (v Varying) {
	for i, m := range s.mails {
		var x Varying
		for _, h := range m.headers {
			if d, ok := strings.CutPrefix(h, "Date: "); ok {
				x.Date = d
			}
			if id, ok := strings.CutPrefix(h, "Message-ID: <mywiki."); ok {
				x.UniqueID, _, _ = strings.Cut(id, "@")
			}
			if b, ok := strings.CutPrefix(h, ` boundary="`); ok {
				x.Boundary = strings.TrimSuffix(b, `"`)
			}
		}
		if i == 0 {
			v = x
		} else {
			v.More = append(v.More, x)
		}
	}
	return v
}

// The conversations of the mail stacks of other releases carry a header block
// each: PEAR's part of the writing gives it back.
func TestStackHeaders(t *testing.T) {
	files, _ := filepath.Glob("testdata/transcripts/out-*.txt")
	blocks := 0
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var block []string
		for _, line := range strings.Split(string(data), "\n") {
			text, ok := strings.CutPrefix(line, "         D: ")
			switch {
			case ok && text != "" && block != nil || strings.HasPrefix(text, "From: "):
				block = append(block, text)
			case block != nil:
				raw := strings.Join(block, "\r\n") + "\r\n"
				var m transport.Mail
				sender := ""
				for _, h := range readHeaders(raw) {
					m.Headers = append(m.Headers, transport.Header{Name: h.Name, Value: h.Value})
					if h.Name == "Return-Path" {
						sender = h.Value
					}
				}
				m.Recipients = []string{`"Bob" <bob@example.net>`}
				got := pearMessage(m, false)
				if got.RawHeaders != raw || got.MailFrom != sender || !slices.Equal(got.RcptTo, []string{"bob@example.net"}) {
					t.Errorf("%s:\n%s\nnot\n%s", name, got.RawHeaders, raw)
				}
				blocks, block = blocks+1, nil
			}
		}
	}
	if blocks < 20 {
		t.Errorf("%d blocks", blocks)
	}
}

// testdata/transcripts/sender-names.txt: what PEAR's address parser of each
// release made of the wiki's name in From.
func TestSenderNames(t *testing.T) {
	data, err := os.ReadFile("testdata/transcripts/sender-names.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		i := strings.Index(line, " 1.")
		if i < 0 {
			t.Fatalf("line %q", line)
		}
		name, rest := strings.TrimRight(line[:i], " "), line[i+1:]
		release := map[string]string{"1.31-1.40 rules": "1.40.0", "1.41+": "1.41.0", "1.46+": "1.46"}[strings.TrimRight(rest[:17], " ")]
		want := strings.TrimSpace(rest[17:])
		r, err := mediawiki.Lookup(release)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		w := newWiki(nil, r, Host{}, &Inputs{})
		address := w.format(Person{Name: name, Email: "wiki@example.org"})
		from, _, fail := transport.PrepareHeaders([]transport.Header{{Name: "From", Value: address}})
		got := "ERR " + fail
		if fail == "" {
			parts := envelope([]string{address})
			got = "ok " + string(rune('0'+len(parts))) + " addr first=" + from
			if parts[0] != from {
				t.Errorf("%s %s: envelope %q, PEAR %q", name, release, parts, from)
			}
		}
		if got != want {
			t.Errorf("%s %s: %s, not %s", name, release, got, want)
		}
		n++
	}
	if n != 33 {
		t.Errorf("%d lines", n)
	}
}

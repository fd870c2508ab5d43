//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

// The page prints a block; MediaWiki sends with it, through Postfix, in each
// of the three ways to be encrypted; what arrives has exactly the headers that
// `wgsmtp preview` says.
func TestDelivery(t *testing.T) {
	host, wiki := needMailHost(t), needWiki(t)
	alice := preview.Person{Name: "Alice", Email: "alice@example.net"}
	bob := preview.Person{Name: "Bob O'Hara", Email: "bob@example.com"}

	for _, way := range []struct {
		name, page string
		port, tls  string
		login      bool
		arrives    string // how Postfix says it came (RFC 3848)
	}{
		{"implicit TLS on 465", "own-server", "465", "implicit", true, "ESMTPSA"},
		{"STARTTLS on 587", "isp-submission", "587", "starttls", true, "ESMTPSA"},
		{"plain on 25", "isp", "25", "none", false, "ESMTP"},
	} {
		t.Run(way.name, func(t *testing.T) {
			p := open(t, "/"+way.page+".html", wide)
			p.choose("release", "1.39")
			p.fill("server", "https://wiki.example.org")
			p.fill("sitename", "Zoë's Wiki")
			p.fill("sender", mailUser)
			p.fill("host", "smtp.example.org")
			p.fill("port", way.port)
			p.choose("tls", way.tls)
			if way.login {
				p.fill("user", mailUser)
				p.fill("secret", mailSecret)
			}
			for _, feature := range []string{"enotif-user-talk", "allow-html"} {
				p.show(feature)
				p.click("label[for=" + feature + "]")
			}
			block := p.copied()
			if !strings.Contains(block, "smtp.example.org") {
				t.Fatalf("not the block:\n%s", block)
			}
			settings := wiki.settings(t, block)

			for _, mail := range []struct {
				kind wgsmtp.MailKind
				in   preview.Inputs
			}{
				{wgsmtp.MailPlain, preview.Inputs{Recipient: alice, Subject: "MediaWiki mail test", Text: "This is a test message from MediaWiki."}},
				{wgsmtp.MailPlain, preview.Inputs{Recipient: preview.Person{Name: "Zoë (admin)", Email: "zoe@example.net"}, Subject: "Grüße, \"Zoë\"", Text: ".\n..dots and ünïcode"}},
				{wgsmtp.MailConfirm, preview.Inputs{Recipient: alice}},
				{wgsmtp.MailUser, preview.Inputs{Recipient: alice, Sender: bob, Subject: "Hello from the wiki", Text: "This is a test message."}},
				// A talk page is created once: each way has a reader of its own.
				{wgsmtp.MailTalk, preview.Inputs{Recipient: preview.Person{Name: "Reader " + way.port, Email: "reader@example.net"}, Sender: bob, Summary: "a small change"}},
				{wgsmtp.MailHTML, preview.Inputs{Recipient: alice, Subject: "Überschrift", Text: "This is a test message.", HTML: "<p>This is a <b>test</b> message.</p>"}},
			} {
				if err := wiki.send(t, settings, host.CAFile, mail.kind, mail.in); err != nil {
					t.Errorf("%s: MediaWiki says: %v\n%s", mail.kind, err, host.log())
					continue
				}
				got := host.take(t, 1)[0]
				if !strings.Contains(got.Trace, " with "+way.arrives+" id") {
					t.Errorf("%s: came otherwise than with %s:\n%s", mail.kind, way.arrives, got.Trace)
				}
				want := previewOf(t, settings, wiki.Version, mail.kind, mail.in, got.Headers)
				if got.Headers != want.RawHeaders {
					t.Errorf("%s: delivered\n%s\npreviewed\n%s", mail.kind, got.Headers, want.RawHeaders)
				}
				if !strings.HasPrefix(got.Trace, "Return-Path: <"+want.MailFrom+">") {
					t.Errorf("%s: envelope sender %s, but\n%s", mail.kind, want.MailFrom, got.Trace)
				}
			}

			// A name that PEAR cannot parse: the preview knows MediaWiki's words.
			refused := preview.Inputs{Recipient: preview.Person{Name: `Zoë "Z`, Email: "zoe@example.net"}, Subject: "Hello", Text: "This is a test message."}
			err := wiki.send(t, settings, host.CAFile, wgsmtp.MailPlain, refused)
			want := previewOf(t, settings, wiki.Version, wgsmtp.MailPlain, refused, "")
			if err == nil || want.Error == nil || err.Error() != *want.Error {
				t.Errorf("MediaWiki says %v, the preview %v", err, want.Error)
			}
		})
	}
}

type previewed struct {
	MailFrom   string  `json:"mail_from"`
	RawHeaders string  `json:"raw_headers"`
	Error      *string `json:"error"`
}

var (
	dateField  = regexp.MustCompile(`(?m)^Date: (.*)\r$`)
	uniquePart = regexp.MustCompile(`(?m)^Message-ID: <my_wiki\.([0-9a-f.]+)@`)
	boundary   = regexp.MustCompile(`boundary="([^"]+)"`)
)

// previewOf asks the command for the preview, with the parts that differ from
// mail to mail taken from a delivered header.
func previewOf(t *testing.T, settings, release string, kind wgsmtp.MailKind, in preview.Inputs, delivered string) previewed {
	t.Helper()
	dir := t.TempDir()
	varying := map[string]string{"date": "Sun, 22 Nov 2026 08:34:55 +0000", "message_id_unique": "6b02b75036bc02.82714968", "mime_boundary": "=_0"}
	for name, re := range map[string]*regexp.Regexp{"date": dateField, "message_id_unique": uniquePart, "mime_boundary": boundary} {
		if m := re.FindStringSubmatch(delivered); m != nil {
			varying[name] = m[1]
		}
	}
	for name, v := range map[string]any{"inputs.json": in, "varying.json": varying} {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(program, "preview", "--release", release, "--mail", string(kind),
		"--inputs", filepath.Join(dir, "inputs.json"), "--varying", filepath.Join(dir, "varying.json"), settings)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil && len(out) == 0 {
		t.Fatalf("wgsmtp preview: %v", err)
	}
	var p previewed
	if err := json.Unmarshal(out, &p); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return p
}

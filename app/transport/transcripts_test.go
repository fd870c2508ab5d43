package transport_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/transport"
)

// The mail stacks of six releases under the same settings, as their code ran
// against a test server (testdata/transcripts): outcome, and for some the
// whole conversation.

// stackCase is a row of those files; its name begins the line.
type stackCase struct {
	name     string
	settings string // of $wgSMTP
	server   transport.Server
}

const login = "'auth' => true, 'username' => 'u', 'password' => 'p',"

func caps(c ...string) []string { return c }

var stackCases = []stackCase{
	{"A", `'host' => '127.0.0.1', 'port' => 21001,` + login, transport.Server{}},
	{"B", `'host' => '127.0.0.1', 'port' => 21002,` + login, transport.Server{Port: 21002, TLS: "implicit", GivesUp: true}},
	{"C", `'host' => 'ssl://127.0.0.1', 'port' => 21003,` + login, transport.Server{Port: 21003}},
	{"C2", `'host' => 'tls://localhost', 'port' => 21004,` + login, transport.Server{Port: 21004}},
	{"D", `'host' => 'ssl://localhost', 'port' => 21005,` + login, transport.Server{Port: 21005, TLS: "implicit", Cert: "self-signed"}},
	{"D2", `'host' => 'ssl://localhost', 'port' => 21006, 'socket_options' => [ 'ssl' => [ 'verify_peer' => false, 'verify_peer_name' => false ] ],` + login, transport.Server{Port: 21006, TLS: "implicit", Cert: "self-signed", Caps: caps("AUTH PLAIN LOGIN")}},
	{"D3", `'host' => 'ssl://localhost', 'port' => 21007,` + login, transport.Server{Port: 21007, TLS: "implicit", Caps: caps("AUTH PLAIN LOGIN")}},
	{"D4", `'host' => 'ssl://localhost', 'port' => 21008,` + login, transport.Server{Port: 21008, TLS: "implicit", Cert: "wrong-name"}},
	{"D5", `'host' => 'ssl://localhost', 'port' => 21009, 'socket_options' => [ 'ssl' => [ 'peer_name' => 'mx1.hosting.example.com' ] ],` + login, transport.Server{Port: 21009, TLS: "implicit", Cert: "wrong-name", Caps: caps("AUTH PLAIN")}},
	{"E", `'host' => 'localhost', 'port' => 21010,` + login, transport.Server{Port: 21010, Cert: "self-signed", Caps: caps("STARTTLS", "AUTH PLAIN LOGIN")}},
	{"E2", `'host' => 'localhost', 'port' => 21011,` + login, transport.Server{Port: 21011, Caps: caps("STARTTLS", "AUTH PLAIN LOGIN"), CapsTLS: caps("AUTH PLAIN LOGIN")}},
	{"E3", `'host' => 'localhost', 'port' => 21012,` + login, transport.Server{Port: 21012, Cert: "wrong-name", Caps: caps("STARTTLS", "AUTH PLAIN LOGIN")}},
	{"E4", `'host' => 'localhost', 'port' => 21013, 'starttls' => false,` + login, transport.Server{Port: 21013, Cert: "self-signed", Caps: caps("STARTTLS", "AUTH PLAIN LOGIN")}},
	{"E5", `'host' => 'localhost', 'port' => 21014,` + login, transport.Server{Port: 21014, Caps: caps("STARTTLS"), StartTLSReply: "454 4.7.0 TLS not available due to local problem"}},
	{"F", `'host' => '127.0.0.1', 'port' => 21015,` + login, transport.Server{Port: 21015, Caps: caps("AUTH PLAIN LOGIN"), AuthReject: "535 5.7.8 Error: authentication failed"}},
	{"F2", `'host' => '127.0.0.1', 'port' => 21016, 'auth' => 'PLAIN', 'username' => 'u', 'password' => 'p',`, transport.Server{Port: 21016, Caps: caps("AUTH PLAIN LOGIN"), AuthReject: "535 5.7.8 Error: authentication failed"}},
	{"G", `'host' => '127.0.0.1', 'port' => 21017,` + login, transport.Server{Port: 21017}},
	{"G2", `'host' => '127.0.0.1', 'port' => 21018,` + login, transport.Server{Port: 21018, Caps: caps("AUTH")}},
	{"G3", `'host' => '127.0.0.1', 'port' => 21019,` + login, transport.Server{Port: 21019, Caps: caps("AUTH NTLM GSSAPI")}},
	{"H", `'host' => '127.0.0.1', 'port' => 21020,` + login, transport.Server{Port: 21020, Caps: caps("AUTH PLAIN LOGIN")}},
	{"I", `'host' => '127.0.0.1', 'port' => 21021, 'auth' => false, 'starttls' => true,`, transport.Server{Port: 21021}},
	{"I2", `'host' => '127.0.0.1', 'port' => 21022, 'auth' => false,`, transport.Server{Port: 21022, Caps: caps("STARTTLS")}},
	{"I3", `'host' => '127.0.0.1', 'port' => 21023, 'auth' => false,`, transport.Server{Port: 21023, Caps: caps("STARTTLS"), RequireTLS: true}},
	{"J", `'host' => '127.0.0.1', 'port' => 21024,` + login, transport.Server{Port: 21024, Caps: caps("AUTH PLAIN"), MailReply: "553 5.7.1 <wiki@example.org>: Sender address rejected: not owned by user u"}},
	{"J2", `'host' => '127.0.0.1', 'port' => 21025,` + login, transport.Server{Port: 21025, Caps: caps("AUTH PLAIN")}},
	{"K", `'host' => '127.0.0.1', 'port' => 21026,` + login, transport.Server{Port: 21026, Caps: caps("AUTH PLAIN"), RcptReply: "550 5.7.1 <bob@example.net>: Relay access denied"}},
	{"L", `'host' => '127.0.0.1', 'port' => 21027,` + login, transport.Server{Port: 21027, Caps: caps("AUTH PLAIN"), FinalReply: "554 Message rejected: Email address is not verified."}},
	{"L2", `'host' => '127.0.0.1', 'port' => 21028,` + login, transport.Server{Port: 21028, Caps: caps("AUTH PLAIN"), DataReply: "503 5.5.1 Error: need RCPT"}},
	{"L3", `'host' => '127.0.0.1', 'port' => 21029,` + login, transport.Server{Port: 21029, Caps: caps("SIZE 50", "AUTH PLAIN"), RcptReply: "250 ok", QuitReply: "221 bye"}},
	{"M", `'host' => 'no-such-host.invalid', 'port' => 21030,` + login, transport.Server{}},
	{"M2", `'host' => 'ssl://no-such-host.invalid', 'port' => 21031,` + login, transport.Server{}},
	{"N", `'host' => '127.0.0.1', 'port' => 21032, 'auth' => 'CRAM-MD5', 'username' => 'u', 'password' => 'p',`, transport.Server{Port: 21032, Caps: caps("AUTH CRAM-MD5 PLAIN")}},
	{"N2", `'host' => '127.0.0.1', 'port' => 21033,` + login, transport.Server{Port: 21033, Caps: caps("AUTH CRAM-MD5")}},
	{"N3", `'host' => '127.0.0.1', 'port' => 21034, 'auth' => 'XOAUTH2', 'username' => 'u', 'password' => 'Bearer abc',`, transport.Server{Port: 21034, Caps: caps("AUTH XOAUTH2")}},
	{"N4", `'host' => '127.0.0.1', 'port' => 21035, 'auth' => 'OAUTHBEARER', 'username' => 'u', 'password' => 'Bearer abc',`, transport.Server{Port: 21035, Caps: caps("AUTH OAUTHBEARER")}},
	{"Q", `'host' => '127.0.0.1', 'port' => 21036,` + login, transport.Server{Port: 21036, EHLOReply: "501 5.5.4 Invalid domain name", HELOReply: "501 5.5.4 Invalid domain name"}},
	{"Q2", `'host' => '127.0.0.1', 'port' => 21037,` + login, transport.Server{Port: 21037, Greeting: transport.Greeting{Text: "421 4.7.0 Too many connections"}}},
	{"Q3", `'host' => '127.0.0.1', 'port' => 21038,` + login, transport.Server{Port: 21038, Greeting: transport.Greeting{Text: "554 5.7.1 No SMTP service here"}}},
	{"R", `'host' => '127.0.0.1', 'port' => 21039, 'verp' => true,` + login, transport.Server{Port: 21039, Caps: caps("AUTH PLAIN"), Strict: true}},
	{"S", `'host' => '127.0.0.1', 'port' => 21040, 'localhost' => 'wiki.example.org',` + login, transport.Server{Port: 21040, Caps: caps("AUTH PLAIN")}},
	{"T", `'host' => '127.0.0.1', 'port' => 21041, 'pipelining' => true,` + login, transport.Server{Port: 21041, Caps: caps("PIPELINING", "AUTH PLAIN")}},
	{"U", `'host' => 'tls://localhost', 'port' => 21042,` + login, transport.Server{Port: 21042, TLS: "implicit", Caps: caps("AUTH PLAIN")}},
	{"V", `'host' => '127.0.0.1', 'port' => '21043',` + login, transport.Server{Port: 21043, Caps: caps("AUTH LOGIN PLAIN")}},
	{"W", `'Host' => 'smtp.example.org', 'user' => 'u',`, transport.Server{Port: 25}},
}

func TestStacksOfOtherReleases(t *testing.T) {
	for _, version := range []string{"1.27.1", "1.31.0", "1.39.0", "1.42.0", "1.45.0", "1.46.0"} {
		rows := readRows(t, version)
		for _, c := range stackCases {
			t.Run(version+"/"+c.name, func(t *testing.T) {
				row, ok := rows[c.name]
				if !ok {
					t.Fatal("not in the transcript")
				}
				delete(rows, c.name)
				c.check(t, version, row)
			})
		}
		for name := range rows {
			t.Errorf("%s: %s is in the transcript, but not in the table", version, name)
		}
	}
}

func testMail(returnPath string) transport.Mail {
	return transport.Mail{
		Recipients: []string{`"Bob" <bob@example.net>`},
		Headers: []transport.Header{
			{Name: "From", Value: `"Wiki" <wiki@example.org>`},
			{Name: "Return-Path", Value: returnPath},
			{Name: "Date", Value: "Sun, 22 Nov 2026 08:00:00 +0000"},
			{Name: "Message-ID", Value: "<mywiki.1@wiki.example.org>"},
			{Name: "X-Mailer", Value: "MediaWiki mailer"},
			{Name: "List-Unsubscribe", Value: "<https://wiki.example.org/wiki/Special:Preferences>"},
			{Name: "MIME-Version", Value: "1.0"},
			{Name: "Content-type", Value: "text/plain; charset=UTF-8"},
			{Name: "Content-transfer-encoding", Value: "8bit"},
			{Name: "Subject", Value: "=?UTF-8?Q?Test_=E2=9C=93?="},
			{Name: "To", Value: `"Bob" <bob@example.net>`},
		},
		Body: "Hello world body\n.leading dot",
	}
}

// parse is the value of $wgSMTP, an array with these elements.
func parse(elements string) (php.Value, bool) {
	f := localsettings.Import([]byte("<?php\n$wgSMTP = [ " + elements + " ];\n"))
	v, ok := f.Settings.Get("wgSMTP")
	return v, ok && len(f.Problems) == 0
}

func (c stackCase) options(t *testing.T, version string) transport.Options {
	t.Helper()
	smtp, ok := parse(c.settings)
	if !ok {
		t.Fatalf("not PHP: %s", c.settings)
	}
	release, err := mediawiki.Lookup(version)
	if err != nil {
		t.Fatal(err)
	}
	return transport.Options{SMTP: smtp, Release: release}
}

func (c stackCase) check(t *testing.T, version string, row stackRow) {
	sender := "wiki@example.org"
	if c.name == "J2" {
		sender = "MediaWiki Mail <wiki@example.org>"
	}
	c.server.AnyUser, c.server.Name = true, "mail.test"
	got := transport.Converse(transport.New(c.options(t, version), testMail(sender)), c.server)
	want := row.outcome
	if want == "OK" {
		want = ""
	}
	if text := strings.TrimLeft(got.Err, " "); text != want {
		t.Errorf("error %q, recorded is %q", text, want)
	}
	if len(row.client) == 0 {
		return
	}
	if !slices.Equal(got.ClientLines, row.client) {
		t.Errorf("lines %q, recorded are %q", got.ClientLines, row.client)
	}
	if data := strings.Join(row.data, "\r\n") + "\r\n"; len(row.data) > 0 && got.Data != data {
		t.Errorf("data %q, recorded are %q", got.Data, data)
	}
}

// stackRow is what a file says about a case.
type stackRow struct {
	outcome      string
	client, data []string
}

var duration = regexp.MustCompile(`   \(\d+\.\ds\)$`)

// readRows reads "NAME what it is    OUTCOME   (0.1s)", where the outcome may
// run over several lines, and the conversation below it.
func readRows(t *testing.T, version string) map[string]stackRow {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "transcripts", version+".txt"))
	if err != nil {
		t.Fatal(err)
	}
	const width = 45
	rows := map[string]stackRow{}
	name, open := "", false
	for _, line := range strings.Split(string(data), "\n") {
		row := rows[name]
		switch {
		case strings.HasPrefix(line, "===") || line == "":
			continue
		case open:
			row.outcome += "\n" + line
		case strings.HasPrefix(line, "         C: "):
			row.client = append(row.client, line[12:])
		case strings.HasPrefix(line, "         D: "):
			row.data = append(row.data, line[12:])
		case strings.HasPrefix(line, " "):
			continue // what the server said
		default:
			name, _, _ = strings.Cut(line, " ")
			row = stackRow{outcome: line[width:]}
			open = true
		}
		if open && duration.MatchString(row.outcome) {
			row.outcome = duration.ReplaceAllString(row.outcome, "")
			open = false
		}
		rows[name] = row
	}
	return rows
}

package preview

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// recorded is testdata/vectors/*.json, described in its README.md.
type recorded struct {
	Base    string          `json:"base_settings_php"`
	Version string          `json:"mediawiki_version"`
	Cases   []*recordedCase `json:"cases"`
}

type recordedCase struct {
	ID       string             `json:"id"`
	Settings string             `json:"settings_php"`
	Ini      map[string]string  `json:"php_ini"`
	SASL     bool               `json:"auth_sasl_installed"`
	Kind     wgsmtp.MailKind    `json:"mail_kind"`
	Inputs   Inputs             `json:"inputs"`
	Server   []transport.Server `json:"server"`

	Transport *string `json:"transport"`
	Result    struct {
		OK        bool    `json:"ok"`
		Error     *string `json:"error"`
		Exception string  `json:"exception"`
		Shown     *string `json:"shown"`
		Jobs      []struct {
			Error *string `json:"error"`
		} `json:"jobs"`
	} `json:"result"`
	Dialogue []struct {
		C *string `json:"c"`
	} `json:"dialogue"`
	EHLO *string `json:"ehlo_name"`
	recordedMail
	More         []recordedMail `json:"more_messages"`
	Varying      Varying        `json:"varying"`
	SendmailExit int            `json:"sendmail_exit"`

	version, base string // of the file
}

type recordedMail struct {
	MailFrom   *string  `json:"mail_from"`
	RcptTo     []string `json:"rcpt_to"`
	RawHeaders *string  `json:"raw_headers"`
	Body       *string  `json:"body"`
	Args       []string `json:"argv"`
	Separator  *string  `json:"separator"`
}

var recordedFiles = []string{"vectors/mediawiki-1.39.json", "vectors/mediawiki-1.43.json", "vectors/mediawiki-1.45.json"}

// oddFile holds further cases of 1.39, most of them odd.
const oddFile = "odd-1.39.json"

func readRecorded(t testing.TB, name string) []*recordedCase {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	var f recorded
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	if name != oddFile && len(f.Cases) != 411 || len(f.Cases) == 0 {
		t.Fatalf("%s: %d cases", name, len(f.Cases))
	}
	for _, c := range f.Cases {
		c.version, c.base = f.Version, f.Base
	}
	return f.Cases
}

func (c *recordedCase) settings(t testing.TB) *localsettings.Settings {
	t.Helper()
	// The recording wiki's database has a name that is not among its settings.
	f := localsettings.Import([]byte("<?php\n$wgDBname = 'wikidb';\n" + c.base + c.Settings))
	if len(f.Problems) > 0 {
		t.Errorf("import: %v", f.Problems)
	}
	return f.Settings
}

func (c *recordedCase) host() Host {
	h := Host{SendmailExit: c.SendmailExit}
	for name, value := range c.Ini {
		switch name {
		case "mail.add_x_header":
			h.AddXHeader = value == "1"
		case "mail.mixed_lf_and_crlf":
			h.MixedLF = value == "1"
		case "disable_functions":
			h.MailDisabled = value == "mail"
		case "sendmail_path":
			h.NoSendmail = true // recorded with an empty path, and one that leads nowhere
		}
	}
	return h
}

var (
	recordedDate = regexp.MustCompile(`(?m)^Date: ([^\r\n]*)`)
	recordedID   = regexp.MustCompile(`(?m)^Message-ID: <.*\.([0-9a-f]{13,14}\.[0-9]{8})@`)
)

// varying adds what the further messages of the case had.
func (c *recordedCase) varying() Varying {
	v := c.Varying
	for _, m := range c.More {
		more := Varying{Boundary: v.Boundary, Token: v.Token}
		if x := recordedDate.FindStringSubmatch(*m.RawHeaders); x != nil {
			more.Date = x[1]
		}
		if x := recordedID.FindStringSubmatch(*m.RawHeaders); x != nil {
			more.UniqueID = x[1]
		}
		v.More = append(v.More, more)
	}
	return v
}

// textGiven are the kinds whose body is the inputs', with a footer known to us.
func (c *recordedCase) textGiven() bool {
	if strings.Contains(c.Settings, "$wgLanguageCode") && !strings.Contains(c.Settings, "$wgLanguageCode = 'en'") { // a footer in another language
		return false
	}
	switch c.Kind {
	case wgsmtp.MailPlain, wgsmtp.MailPlainMulti, wgsmtp.MailHTML, wgsmtp.MailUser:
		return true
	}
	return false
}

// leftOut are cases that are not reproduced, with the reason.
var leftOut = map[string]string{
	"texts-01": "the name of a namespace in the wiki's language",
	"texts-15": "the name of a namespace in the wiki's language",
	"texts-29": "the name of a namespace in the wiki's language",
}

func TestRecorded(t *testing.T) {
	for _, file := range append(recordedFiles, oddFile) {
		t.Run(file, func(t *testing.T) {
			cases := readRecorded(t, file)
			messages, refusals, out := 0, 0, 0
			for _, c := range cases {
				r, err := mediawiki.Lookup(c.version)
				if err != nil {
					t.Fatal(err)
				}
				res := BuildOn(c.host(), c.settings(t), r, c.Kind, c.Inputs, c.varying())
				diffs := c.compare(res)
				if reason, ok := leftOut[c.ID]; ok {
					out++
					if len(diffs) == 0 {
						t.Errorf("%s is left out (%s), and is right", c.ID, reason)
					}
					continue
				}
				for _, d := range diffs {
					t.Errorf("%s: %s", c.ID, d)
				}
				if c.RawHeaders != nil {
					messages += 1 + len(c.More)
				} else if c.Result.Error != nil {
					refusals++
				}
			}
			t.Logf("%s: %d cases, %d messages equal in headers, envelope and arguments, %d refusals or failed connections, %d left out", cases[0].version, len(cases), messages, refusals, out)
			if 20*out > len(cases) {
				t.Errorf("%d of %d left out", out, len(cases))
			}
		})
	}
}

func (c *recordedCase) compare(res Result) (diffs []string) {
	differ := func(what string, got, want any) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if string(g) != string(w) {
			diffs = append(diffs, what+"\n got "+string(g)+"\nwant "+string(w))
		}
	}
	var used *string
	if res.Transport != "" {
		s := reportTransport(res.Transport)
		used = &s
	}
	differ("transport", used, c.Transport)

	if c.RawHeaders == nil {
		if c.Transport != nil && *c.Transport == "smtp" {
			// PEAR or the server refused: the conversation's part; or PHP did.
			if res.Err != "" {
				differ("error", res.Err, c.Result.Error)
			} else if len(res.Messages) == 0 {
				diffs = append(diffs, "no message: "+res.Err)
			}
			return diffs
		}
		want := ""
		if c.Result.Error != nil {
			want = *c.Result.Error
		}
		differ("error", res.Err, want)
		differ("messages", len(res.Messages), 0)
		if res.Shown != "" {
			differ("shown", res.Shown, c.Result.Shown)
		}
		return diffs
	}

	mails := append([]recordedMail{c.recordedMail}, c.More...)
	if len(res.Messages) != len(mails) {
		return append(diffs, "messages: "+strconv.Itoa(len(res.Messages))+", not "+strconv.Itoa(len(mails))+"; "+res.Err)
	}
	for i, want := range mails {
		got := res.Messages[i]
		differ("headers", escapeBytes(got.RawHeaders), want.RawHeaders)
		differ("mail_from", escapeBytes(got.MailFrom), want.MailFrom)
		if want.Args != nil {
			differ("argv", got.Args, want.Args)
			differ("separator", got.Separator, want.Separator)
		} else {
			differ("rcpt_to", got.RcptTo, want.RcptTo)
		}
		if c.textGiven() {
			differ("body", escapeBytes(got.Body), want.Body)
		}
		if got.BodySample == c.textGiven() {
			diffs = append(diffs, "body sample: "+strconv.FormatBool(got.BodySample))
		}
	}
	if c.Transport != nil && *c.Transport == "mail()" {
		want := ""
		if c.Result.Error != nil {
			want = *c.Result.Error
		}
		differ("error", res.Err, want)
	}
	return diffs
}

// Current 1.43, 1.45 and 1.46 encode the comma: the three cases in which
// 1.43.3 and 1.45.0 differ from 1.39.17 only for that are those of 1.39.17.
func TestRecordedComma(t *testing.T) {
	ids := []string{"sitename-umlaut-dot-comma", "subject-long-umlaut", "subject-umlaut-emailuser"}
	n := 0
	for _, c := range readRecorded(t, recordedFiles[0]) {
		if !slices.Contains(ids, c.ID) {
			continue
		}
		for _, release := range []string{"1.39", "1.43.6", "1.43", "1.44.3", "1.45.1", "1.45", "1.46"} {
			r, err := mediawiki.Lookup(release)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range c.compare(Build(c.settings(t), r, c.Kind, c.Inputs, c.varying())) {
				t.Errorf("%s, %s: %s", release, c.ID, d)
			}
			n++
		}
		for _, release := range []string{"1.39.15", "1.43.3", "1.45.0"} {
			r, _ := mediawiki.Lookup(release)
			if len(c.compare(Build(c.settings(t), r, c.Kind, c.Inputs, c.varying()))) == 0 {
				t.Errorf("%s, %s: the comma is encoded", release, c.ID)
			}
		}
	}
	if n != 3*7 {
		t.Errorf("%d comparisons", n)
	}
}

// notSimulated are cases in which something decides that neither settings nor
// server show; their conversations are replayed in package transport.
var notSimulated = map[string]string{
	"cert-unknown-ca":          "PHP's own list of authorities was replaced",
	"cert-unknown-ca-ssl":      "PHP's own list of authorities was replaced",
	"cert-cafile-missing":      "a file on the wiki's host is missing",
	"fail-network-unreachable": "the network has no way to the address",
}

// The whole way: settings, mail and conversation with the recorded server, as
// the command reports it.
func TestRecordedReports(t *testing.T) {
	for _, file := range append(recordedFiles, oddFile) {
		equal, out := 0, 0
		for _, c := range readRecorded(t, file) {
			r := release(t, c.version)
			rep := Run(c.settings(t), r, c.Kind, c.Inputs, c.varying(), RunOptions{Host: c.host(), AuthSASL: c.SASL, CNonce: c.cnonce(), IncludePath: recordedIncludePath, Servers: c.Server})
			diffs := c.compareReport(rep)
			if reason := notSimulated[c.ID] + leftOut[c.ID]; reason != "" {
				out++
				if len(diffs) == 0 {
					t.Errorf("%s %s is left out (%s), and is right", c.version, c.ID, reason)
				}
				continue
			}
			if len(diffs) == 0 {
				equal++
			}
			for _, d := range diffs {
				t.Errorf("%s %s: %s", c.version, c.ID, d)
			}
		}
		t.Logf("%s: %d reports equal, %d left out", file, equal, out)
		if out*20 > equal {
			t.Errorf("%s: %d left out", file, out)
		}
	}
}

// recordedIncludePath is what PHP had in the runs of 1.43 and 1.45.
const recordedIncludePath = "MEDIAWIKI/vendor/pear/console_getopt:MEDIAWIKI/vendor/pear/mail:MEDIAWIKI/vendor/pear/mail_mime:" +
	"MEDIAWIKI/vendor/pear/net_smtp:MEDIAWIKI/vendor/pear/net_socket:MEDIAWIKI/vendor/pear/net_url2:" +
	"MEDIAWIKI/vendor/pear/pear-core-minimal/src:MEDIAWIKI/vendor/pear/pear_exception:."

// cnonce finds what PEAR made up in a recorded DIGEST-MD5 response.
func (c *recordedCase) cnonce() string {
	for _, e := range c.Dialogue {
		if e.C == nil {
			continue
		}
		plain, err := base64.StdEncoding.DecodeString(*e.C)
		if _, rest, ok := strings.Cut(string(plain), `cnonce="`); err == nil && ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

func (c *recordedCase) compareReport(rep Report) (diffs []string) {
	differ := func(what string, got, want any) {
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if string(g) != string(w) {
			diffs = append(diffs, what+"\n got "+string(g)+"\nwant "+string(w))
		}
	}
	lines := []string{}
	for _, e := range c.Dialogue {
		if e.C != nil && !strings.HasPrefix(*e.C, "(message data: ") {
			lines = append(lines, *e.C)
		}
	}
	differ("transport", rep.Transport, c.Transport)
	differ("ehlo_name", rep.EHLOName, c.EHLO)
	differ("client_lines", rep.ClientLines, lines)
	differ("mail_from", rep.MailFrom, c.MailFrom)
	differ("rcpt_to", rep.RcptTo, c.RcptTo)
	differ("raw_headers", rep.RawHeaders, c.RawHeaders)
	differ("argv", rep.Args, c.Args)
	differ("more_messages", len(rep.MoreMessages), len(c.More))
	for i := range min(len(rep.MoreMessages), len(c.More)) {
		differ("raw_headers", rep.MoreMessages[i].RawHeaders, c.More[i].RawHeaders)
		differ("rcpt_to", rep.MoreMessages[i].RcptTo, c.More[i].RcptTo)
	}
	differ("error", rep.Error, c.Result.Error)
	if c.textGiven() {
		differ("body", rep.Body, c.Body)
	}
	return diffs
}

// Against the default servers, good cases that need no special server send the
// recorded lines too.
func TestDefaultServers(t *testing.T) {
	for _, file := range recordedFiles {
		good, equal := 0, 0
		var other []string
		for _, c := range readRecorded(t, file) {
			if c.Transport == nil || *c.Transport != "smtp" || !c.Result.OK || len(c.Server) == 0 {
				continue
			}
			good++
			rep := Run(c.settings(t), release(t, c.version), c.Kind, c.Inputs, c.varying(), RunOptions{AuthSASL: c.SASL, CNonce: c.cnonce()})
			if len(c.compareReport(rep)) == 0 {
				equal++
			} else {
				other = append(other, c.ID)
			}
		}
		t.Logf("%s: %d of %d good cases; not %v", file, equal, good, other)
		if equal*100 < good*90 {
			t.Errorf("%s: only %d of %d good cases send the recorded lines to the default servers", file, equal, good)
		}
	}
}

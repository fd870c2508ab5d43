package transport_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
)

// The recorded conversations of MediaWiki 1.39, 1.43 and 1.45: the machine is
// given the recorded replies and must say what MediaWiki said.

type recording struct {
	Base    string    `json:"base_settings_php"`
	Version string    `json:"mediawiki_version"`
	Cases   []recCase `json:"cases"`
}

type recMessage struct {
	RawHeaders string   `json:"raw_headers"`
	Body       string   `json:"body"`
	WireData   string   `json:"wire_data"`
	MailFrom   *string  `json:"mail_from"`
	RcptTo     []string `json:"rcpt_to"`
}

type recPerson struct{ Name, Real, Email string }

type recCase struct {
	recMessage
	ID        string
	Transport string
	AuthSASL  bool   `json:"auth_sasl_installed"`
	Settings  string `json:"settings_php"`
	Kind      string `json:"mail_kind"`
	Inputs    struct {
		Text string
		From *recPerson
	}
	Server   []transport.Server
	Dialogue []recEntry
	EHLO     *string      `json:"ehlo_name"`
	More     []recMessage `json:"more_messages"`
	Result   struct {
		OK        bool
		Error     string
		Exception string
		Hung      bool
		Log       []string `json:"debug_log"`
	}
}

type recEntry struct {
	C, S, Event, TLS, Decoded *string
	Port                      int
}

func readRecording(t testing.TB, release string) recording {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "preview", "testdata", "vectors", "mediawiki-"+release+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Cases) < 400 {
		t.Fatalf("only %d cases", len(r.Cases))
	}
	return r
}

// options are what a case's settings, and what was installed, give the machine.
func (r recording) options(t testing.TB, c *recCase) (transport.Options, *localsettings.Settings) {
	t.Helper()
	f := localsettings.Import([]byte(r.Base + c.Settings))
	if len(f.Problems) > 0 {
		t.Fatalf("settings: %v", f.Problems)
	}
	release, err := mediawiki.Lookup(r.Version)
	if err != nil {
		t.Fatal(err)
	}
	smtp, _ := f.Settings.Get("wgSMTP")
	o := transport.Options{SMTP: smtp, Release: release, AuthSASL: c.AuthSASL}
	for _, e := range c.Dialogue {
		if e.Decoded != nil {
			o.CNonce += between(*e.Decoded, `cnonce="`, `"`)
		}
	}
	o.IncludePath = between(c.Result.Error, "include_path='", "')")
	return o, f.Settings
}

func between(s, before, after string) string {
	_, rest, ok := strings.Cut(s, before)
	if !ok {
		return ""
	}
	mid, _, ok := strings.Cut(rest, after)
	if !ok {
		return ""
	}
	return mid
}

const sendingTo = "UserMailer::send: sending mail to "

// mails is what UserMailer handed to PEAR, one element for each mailer object.
func (c *recCase) mails(s *localsettings.Settings) [][]transport.Mail {
	var logged []string
	for _, line := range c.Result.Log {
		if _, to, ok := strings.Cut(line, sendingTo); ok {
			logged = append(logged, to)
		}
	}
	if c.RawHeaders == "" {
		return [][]transport.Mail{{{
			Recipients: logged[:1],
			Headers: []transport.Header{
				{Name: "From", Value: c.from(s)},
				{Name: "Return-Path", Value: c.sender(s)},
			},
			Body: c.Inputs.Text,
		}}}
	}
	var out [][]transport.Mail
	for i, m := range append([]recMessage{c.recMessage}, c.More...) {
		mail := transport.Mail{Recipients: m.RcptTo, Headers: fields(m.RawHeaders), Body: m.Body}
		if c.Kind != "plain-multi" && i < len(logged) {
			// The real recipients, names and all: the parser has its say.
			mail.Recipients = []string{logged[i]}
		}
		if c.Kind == "plain-multi" && i > 0 {
			out[0] = append(out[0], mail)
		} else {
			out = append(out, []transport.Mail{mail})
		}
	}
	return out
}

// from is the From field where the message itself was not recorded: the
// wiki's name and address, by the rules of MailAddress::toString.
func (c *recCase) from(s *localsettings.Settings) string {
	if strings.HasPrefix(c.Result.Error, "Validation failed for: ") && !strings.Contains(strings.Join(c.Result.Log, "\n"), sendingTo+strings.TrimPrefix(c.Result.Error, "Validation failed for: ")) {
		return strings.TrimPrefix(c.Result.Error, "Validation failed for: ")
	}
	name, _ := s.Get("wgSitename")
	text := name.ToString()
	if strings.ContainsFunc(text, func(r rune) bool { return r > 126 || r == '=' }) {
		var b strings.Builder
		for _, x := range []byte(text) {
			if x > 126 || strings.IndexByte("=.,\t ?_", x) >= 0 {
				fmt.Fprintf(&b, "=%02X", x)
			} else {
				b.WriteByte(x)
			}
		}
		return "=?UTF-8?Q?" + b.String() + "?= <" + c.sender(s) + ">"
	}
	return `"` + strings.NewReplacer(`"`, `\"`, `'`, `\'`, `\`, `\\`).Replace(text) + `" <` + c.sender(s) + ">"
}

func (c *recCase) sender(s *localsettings.Settings) string {
	if c.MailFrom != nil {
		return *c.MailFrom
	}
	v, _ := s.Get("wgPasswordSender")
	return v.ToString()
}

// fields takes a header block apart; folded lines stay folded.
func fields(raw string) []transport.Header {
	var out []transport.Header
	for _, line := range strings.Split(strings.TrimSuffix(raw, "\r\n"), "\r\n") {
		if strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") {
			out[len(out)-1].Value += "\r\n" + line
			continue
		}
		name, value, _ := strings.Cut(line, ": ")
		out = append(out, transport.Header{Name: name, Value: value})
	}
	return out
}

// wire is what was sent after DATA.
func (m recMessage) wire() string {
	if m.WireData != "" {
		return m.WireData
	}
	body := m.Body
	if !strings.HasSuffix(body, "\r\n") {
		body += "\r\n"
	}
	return m.RawHeaders + "\r\n" + body
}

// peer plays the server's part of a dialogue and checks the client's.
type peer struct {
	t       *testing.T
	c       *recCase
	rest    []recEntry
	replies []string // sent, not read yet
	sent    int      // messages
	ehlo    *string
	from    *string
	rcpt    []string
	opened  int
}

func (p *peer) peek() recEntry {
	if len(p.rest) == 0 {
		return recEntry{}
	}
	return p.rest[0]
}

// collect moves the server's lines that stand next to those not read yet.
func (p *peer) collect() {
	for p.peek().S != nil {
		p.replies = append(p.replies, strings.Split(*p.peek().S, "\n")...)
		p.rest = p.rest[1:]
	}
}

func (p *peer) reply() transport.Event {
	p.collect()
	for i, line := range p.replies {
		if transport.EndsReply(line) {
			lines := p.replies[:i+1]
			p.replies = p.replies[i+1:]
			return transport.Event{Kind: transport.EventReply, Lines: lines}
		}
	}
	if p.c.Result.Hung {
		return transport.Event{Kind: transport.EventSilent}
	}
	return transport.Event{Kind: transport.EventClosed}
}

func (p *peer) line(line string) {
	p.t.Helper()
	p.collect()
	if e := p.peek(); e.C == nil {
		p.t.Fatalf("sent %q, recorded is none", line)
	} else if *e.C != line {
		p.t.Fatalf("sent %q, recorded is %q", line, *e.C)
	}
	p.rest = p.rest[1:]
	if name, ok := strings.CutPrefix(line, "EHLO"); ok && p.ehlo == nil {
		name = strings.TrimPrefix(name, " ")
		p.ehlo = &name
	}
	if a := between(line, "MAIL FROM:<", ">"); a != "" && p.from == nil {
		p.from = &a
	}
	if a := between(line, "RCPT TO:<", ">"); a != "" && p.sent == 0 {
		p.rcpt = append(p.rcpt, a)
	}
}

func (p *peer) connect(a transport.Action) transport.Event {
	if e := p.peek(); e.Event != nil && *e.Event == "connect" {
		p.opened++
		if e.Port != a.Port {
			p.t.Errorf("connects to port %d, recorded is %d", a.Port, e.Port)
		}
		p.rest = p.rest[1:]
	}
	if strings.Contains(p.c.Result.Error, "Failed to connect socket: ") {
		cause := between(p.c.Result.Error, "Failed to connect socket: ", " (code: -1, response: )]")
		p.rest = nil
		return transport.Event{Kind: transport.EventConnectFail, Text: cause}
	}
	if p.opened == 0 {
		p.t.Fatalf("connects to %s:%d, recorded is no connection", a.Host, a.Port)
	}
	if e := p.peek(); e.TLS != nil {
		if !a.ImplicitTLS() && !p.c.Result.Hung {
			p.t.Errorf("connects in clear, recorded is TLS")
		}
		p.rest = p.rest[1:]
	}
	return transport.Event{Kind: transport.EventConnected}
}

func (p *peer) startTLS() transport.Event {
	if e := p.peek(); e.TLS != nil && *e.TLS == "established" && !strings.Contains(p.c.Result.Error, "STARTTLS failed") {
		p.rest = p.rest[1:]
		return transport.Event{Kind: transport.EventTLSUp}
	}
	cause := ""
	if _, rest, ok := strings.Cut(p.c.Result.Error, "E_WARNING (2): "); ok {
		cause, _, _ = strings.Cut(rest, "} (code")
		cause = strings.TrimSuffix(cause, "}")
	}
	if strings.HasPrefix(cause, "include_once") {
		cause = "" // PHP had no warning of its own
	}
	p.rest = nil
	return transport.Event{Kind: transport.EventTLSFail, Text: cause}
}

func (p *peer) play(m *transport.Machine) transport.Action {
	ev := transport.Event{Kind: transport.EventStart}
	for range 1000 {
		a := m.Next(ev)
		switch a.Kind {
		case transport.ActionConnect:
			ev = p.connect(a)
		case transport.ActionRead:
			ev = p.reply()
		case transport.ActionStartTLS:
			ev = p.startTLS()
		case transport.ActionSend:
			p.line(a.Line)
			if ev = (transport.Event{Kind: transport.EventSent}); !a.NoReply {
				ev = p.reply()
			}
		case transport.ActionData:
			p.data(a.Data)
			if ev = (transport.Event{Kind: transport.EventSent}); !a.NoReply {
				ev = p.reply()
			}
		case transport.ActionClose:
			if e := p.peek(); e.Event != nil && *e.Event == "close" {
				p.rest = p.rest[1:]
			}
			p.replies = nil
			ev = transport.Event{Kind: transport.EventClosed}
		case transport.ActionDone:
			return a
		default:
			p.t.Fatalf("unknown action %q", a.Kind)
		}
	}
	p.t.Fatal("does not end")
	return transport.Action{}
}

func (p *peer) data(data string) {
	messages := append([]recMessage{p.c.recMessage}, p.c.More...)
	want := messages[p.sent].wire() + ".\r\n"
	if p.c.RawHeaders != "" && data != want {
		p.t.Errorf("data differ:\n got %q\nwant %q", data, want)
	}
	p.sent++
	p.collect()
	if e := p.peek(); e.C == nil || !strings.HasPrefix(*e.C, "(message data: ") {
		p.t.Fatalf("sends a message, recorded is %v", e)
	}
	p.rest = p.rest[1:]
}

func TestRecordedConversations(t *testing.T) {
	for _, release := range []string{"1.39", "1.43", "1.45"} {
		r := readRecording(t, release)
		played := 0
		for i := range r.Cases {
			c := &r.Cases[i]
			if c.Transport != "smtp" || c.refusedBefore() {
				continue
			}
			played++
			t.Run(release+"/"+c.ID, func(t *testing.T) { r.replay(t, c) })
		}
		t.Logf("%s: %d of %d cases are conversations over SMTP, all replayed", release, played, len(r.Cases))
		if played < 330 {
			t.Errorf("%s: only %d cases were replayed", release, played)
		}
	}
}

// refusedBefore tells whether UserMailer gave up before it called PEAR.
func (c *recCase) refusedBefore() bool {
	return !slices.ContainsFunc(c.Result.Log, func(s string) bool { return strings.Contains(s, "Sending mail via PEAR::Mail") })
}

// failure is what the mailer reported: where the visitor was not told, the log
// has it.
func (c *recCase) failure() string {
	if c.Result.Exception != "" {
		return c.Result.Exception
	}
	want := c.Result.Error
	if want == "" {
		for _, line := range c.Result.Log {
			if _, text, ok := strings.Cut(line, "PEAR::Mail failed: "); ok {
				want = text
			}
		}
	}
	return want
}

func (r recording) replay(t *testing.T, c *recCase) {
	o, settings := r.options(t, c)
	p := &peer{t: t, c: c, rest: c.Dialogue}
	var last transport.Action
	for _, mails := range c.mails(settings) {
		last = p.play(transport.New(o, mails[0], mails[1:]...))
		if last.Err != "" || last.Hung {
			break
		}
	}
	got := last.Err
	if last.Exception != "" {
		got = last.Exception + ": " + got
	}
	if want := c.failure(); got != want || last.Hung != c.Result.Hung {
		t.Errorf("error %q (hung %v), recorded is %q (hung %v)", got, last.Hung, want, c.Result.Hung)
	}
	for _, e := range p.rest {
		if e.C != nil {
			t.Fatalf("recorded, but not sent: %q", *e.C)
		}
	}
	if c.EHLO != nil && (p.ehlo == nil || *p.ehlo != *c.EHLO) {
		t.Errorf("EHLO %v, recorded is %q", p.ehlo, *c.EHLO)
	}
	if c.MailFrom != nil && (p.from == nil || *p.from != *c.MailFrom) {
		t.Errorf("MAIL FROM %v, recorded is %q", p.from, *c.MailFrom)
	}
	if c.RawHeaders != "" && !slices.Equal(p.rcpt, c.RcptTo) {
		t.Errorf("RCPT TO %q, recorded is %q", p.rcpt, c.RcptTo)
	}
}

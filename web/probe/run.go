// One test from the settings to the verdict.

package probe

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/preview"
	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// run is a test on its way. One goroutine owns it.
type run struct {
	p      *Prober
	ctx    context.Context
	cancel context.CancelFunc
	req    Request
	limits Limits
	out    func(Step)
	hide   *hider
	begun  time.Time

	cfg      wgsmtp.Config
	carrier  *providers.Carrier
	mailFrom string
	send     bool
	cnonce   string

	talk
	verdict Verdict
}

func newTest(ctx context.Context, p *Prober, req Request, emit func(Step)) *run {
	t := &run{p: p, req: req, limits: p.Limits.orDefault(), out: emit, begun: time.Now()}
	t.ctx, t.cancel = context.WithTimeoutCause(ctx, t.limits.Total, errTotal)
	t.send = req.Send && !p.Public
	var b [16]byte
	rand.Read(b[:])
	t.cnonce = hex.EncodeToString(b[:])
	return t
}

var errTotal = errors.New("the test took too long and was ended")

// end closes what is open.
func (t *run) end() {
	t.hangUp()
	t.cancel()
}

// shown is a text fit to leave.
func (t *run) shown(s string) string { return t.hide.hide(Clean(t.hide.hide(s))) }

// emit tells a step.
func (t *run) emit(s Step) {
	s.each(t.shown)
	if s.Status == Warning {
		t.verdict.Warnings++
	}
	t.out(s)
}

func (t *run) since() Millis { return Millis(time.Since(t.begun)) }

// begin makes a step of now.
func (t *run) begin(id string, mediawiki bool) Step {
	return Step{ID: id, Title: titles[id], MediaWiki: mediawiki, Status: OK, Start: t.since()}
}

// stop ends a step's time.
func (t *run) stop(s *Step) { s.Took = t.since() - s.Start }

// titles of the steps, in their order.
var titles = map[string]string{
	"settings":     "Settings",
	"resolve":      "Name of the server",
	"tcp":          "Connection",
	"tls":          "TLS from the first byte",
	"greeting":     "Greeting",
	"ehlo":         "EHLO",
	"starttls":     "STARTTLS",
	"auth":         "Login",
	"mail":         "Sender",
	"rcpt":         "Recipient",
	"data":         "The mail",
	"quit":         "Goodbye",
	"certificate":  "Certificate",
	"addresses":    "The server's other addresses",
	"alternatives": "What else works",
	"mx":           "Mail to the sender's domain",
	"spf":          "SPF",
	"dmarc":        "DMARC policy",
	"dkim":         "DKIM keys",
	"ptr":          "Names and addresses",
	"delivery":     "What a receiver will think",
}

func (t *run) run() Verdict {
	t.hide = newHider(string(t.req.Password))
	mails, ok := t.settings()
	if !ok {
		return t.finish()
	}
	smtp := t.req.Settings.Effective("wgSMTP", t.req.Release)
	looks, stopLooks := context.WithCancel(t.ctx)
	defer stopLooks()
	facts := t.startFacts(looks)

	t.converse(transport.New(transport.Options{
		SMTP: smtp, Release: t.req.Release, AuthSASL: t.req.AuthSASL, CNonce: t.cnonce, IncludePath: t.p.IncludePath,
	}, mails[0], mails[1:]...))
	t.hangUp()

	if t.ctx.Err() == nil && !t.refused {
		t.look()
		t.tellFacts(facts)
	}
	if err := context.Cause(t.ctx); err != nil && !t.verdict.OK && t.verdict.Text == "" {
		t.stopped(err)
	}
	return t.finish()
}

func (t *run) finish() Verdict {
	v := t.verdict
	v.Took = t.since()
	v.each(t.shown)
	return v
}

// unusable ends a test before it began.
func (t *run) unusable(s Step, text string) ([]transport.Mail, bool) {
	s.Status, s.Text = Failed, text
	t.stop(&s)
	t.emit(s)
	t.verdict = Verdict{Unusable: true, Text: text, Step: s.ID}
	return nil, false
}

// settings understands them and makes the mail.
func (t *run) settings() ([]transport.Mail, bool) {
	s := t.begin("settings", true)
	req := &t.req
	if req.Settings == nil || req.Release == nil {
		return t.unusable(s, "There are no settings to try.")
	}
	smtp := req.Settings.Effective("wgSMTP", req.Release)
	if smtp.Kind == php.Array && req.Password != "" {
		smtp = with(smtp, "password", php.S(string(req.Password)))
		copied := new(localsettings.Settings)
		for _, v := range req.Settings.All() {
			copied.SetPos(v.Name, v.Value, v.Pos)
		}
		copied.Set("wgSMTP", smtp)
		req.Settings = copied
	}
	if v, ok := smtp.Get("password"); ok && v.Kind != php.Symbolic && v.Kind != php.Array {
		user, _ := smtp.Get("username")
		p, u := v.ToString(), user.ToString()
		t.hide = newHider(string(req.Password), p)
		t.hide.add(b64("\x00" + u + "\x00" + p))
		t.hide.add(b64(u + "\x00" + u + "\x00" + p))
	}
	for _, v := range req.Settings.All() {
		localsettings.SecretValues(v.Name, v.Value, func(v php.Value) {
			switch v.Kind {
			case php.Symbolic:
				t.hide.addAll(php.Strings(v.Str)...)
			case php.String, php.Int, php.Float:
				t.hide.addAll(v.ToString())
			}
		})
	}
	if req.Config != nil {
		t.cfg = *req.Config
	} else {
		t.cfg, _ = localsettings.ToConfig(req.Settings, req.Release)
	}
	t.carrier = req.Carrier
	if t.carrier == nil {
		if c, ok := providers.ForHost(t.cfg.Host); ok {
			t.carrier = c
		} else {
			t.carrier = providers.Custom()
		}
	}
	switch {
	case smtp.Kind == php.Symbolic:
		return t.unusable(s, "$wgSMTP is an expression that only PHP can work out.")
	case smtp.Kind != php.Array && len(req.Problems) > 0:
		return t.unusable(s, fmt.Sprintf("No $wgSMTP array was found, and %d places were not understood, the first at %s.", len(req.Problems), req.Problems[0]))
	case smtp.Kind != php.Array:
		return t.unusable(s, "$wgSMTP is not an array, so MediaWiki hands mail to PHP's mail() and makes no connection itself.")
	}
	for _, e := range smtp.Array {
		switch {
		case e.Value.IsConst():
			continue
		case e.Key.Str == "password":
			return t.unusable(s, "The password is read when PHP runs, from the environment or a file: type it here for the test.")
		case e.Value.Kind == php.Array:
			return t.unusable(s, "$wgSMTP['"+php.Comment(e.Key.Str)+"'] holds an expression that only PHP can work out.")
		}
		return t.unusable(s, "$wgSMTP['"+php.Comment(e.Key.Str)+"'] is an expression that only PHP can work out.")
	}

	to := req.To
	in := preview.Inputs{
		Subject: "Test of the mail settings",
		Text:    "This mail was sent to see whether the mail settings of the wiki work.",
	}
	if to == "" {
		in.Recipient.Email = "postmaster@localhost"
		if r := preview.Build(req.Settings, req.Release, wgsmtp.MailPlain, in, preview.Varying{}); len(r.Messages) > 0 {
			to = r.Messages[0].MailFrom
		}
	}
	if text := badRecipient(to); text != "" {
		return t.unusable(s, text)
	}
	in.Recipient.Email = to
	res := preview.Build(req.Settings, req.Release, wgsmtp.MailPlain, in, preview.DefaultVarying(time.Now()))
	s.Facts = t.describe(smtp, to)
	for i, p := range req.Problems {
		if i == 5 {
			s.Facts = append(s.Facts, Fact{"not understood", fmt.Sprintf("and %d places more", len(req.Problems)-i)})
			break
		}
		s.Facts = append(s.Facts, Fact{"not understood", p.String()})
	}
	if len(req.Problems) > 0 {
		s.Status = Warning
		s.Text = "Some of the file was not understood; what was is tried."
	} else {
		s.Text = "The settings are understood."
	}
	if res.Err != "" || len(res.Messages) == 0 {
		s.Status, s.Error = Failed, res.Err
		s.Text = "MediaWiki makes no mail with these settings."
		s.Reasons = reasons(trouble.Diagnose(res.Err, t.context()))
		t.stop(&s)
		t.emit(s)
		t.verdict = Verdict{Text: s.Text, Step: s.ID, Error: res.Err}
		return nil, false
	}
	t.stop(&s)
	t.emit(s)
	t.mailFrom = res.Messages[0].MailFrom
	var mails []transport.Mail
	for _, m := range res.Messages {
		mails = append(mails, m.Mail)
	}
	return mails, true
}

func (t *run) context() trouble.Context {
	return trouble.Context{Config: &t.cfg, Release: t.req.Release, Carrier: t.carrier}
}

// with is an array with one value replaced.
func with(a php.Value, key string, v php.Value) php.Value {
	out := php.A()
	found := false
	for _, e := range a.Array {
		if !e.Key.IsInt && e.Key.Str == key {
			e.Value, found = v, true
		}
		out.Array = append(out.Array, e)
	}
	if !found {
		out.Array = append(out.Array, php.E(key, v))
	}
	return out
}

// badRecipient says what is wrong with an address, "" if it may be tried.
func badRecipient(a string) string {
	at := strings.LastIndexByte(a, '@')
	switch {
	case a == "":
		return "There is no sender in the settings, so say to whom the test is addressed."
	case len(a) > 254:
		return "The recipient's address is longer than addresses can be (254 bytes, RFC 5321)."
	case at < 1 || at == len(a)-1 || strings.ContainsFunc(a, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("<>,;", r) }):
		return "The recipient must be one address, such as name@example.org."
	}
	return ""
}

func (t *run) describe(smtp php.Value, to string) []Fact {
	text := func(key, otherwise string) string {
		v, ok := smtp.Get(key)
		if !ok || v.Kind == php.Null {
			return otherwise
		}
		return v.ToString()
	}
	r := t.req.Release
	login := "none"
	if v, ok := smtp.Get("auth"); ok && v.Truthy() {
		login = "the first mechanism that both sides know"
		if v.Kind == php.String {
			login = v.Str
		}
	}
	facts := []Fact{
		{"release", r.Name()},
		{"host", text("host", "localhost")},
		{"port", text("port", "25")},
		{"login", login},
		{"EHLO name", text("localhost", "localhost")},
		{"recipient", to},
	}
	if t.carrier.ID != "custom" {
		facts = append(facts, Fact{"carrier", t.carrier.Name})
	}
	if r.Unproven {
		facts = append(facts, Fact{"note", "how MediaWiki " + r.Version.Branch() + " uses these settings is not proven yet"})
	}
	return facts
}

// stopped ends a test that gave up itself.
func (t *run) stopped(err error) {
	text := err.Error()
	if errors.Is(err, context.Canceled) {
		text = "the test was ended by the caller"
	}
	t.verdict.Stopped = true
	t.verdict.Text = upperFirst(text) + "."
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// domainOf is the domain of an address, lower case; "" where there is none.
func domainOf(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	d := strings.ToLower(strings.Trim(address[i+1:], " >"))
	if _, err := netip.ParseAddr(strings.Trim(d, "[]")); err == nil {
		return ""
	}
	return d
}

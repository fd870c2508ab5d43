// Report: a preview as data, for `wgsmtp preview`. Its members are those of the
// recorded cases.

package preview

import (
	"strings"
	"unicode/utf8"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// RunOptions are what a preview runs against.
type RunOptions struct {
	Host     Host
	AuthSASL bool   // PEAR Auth_SASL can be loaded
	CNonce   string // of DIGEST-MD5 and SCRAM, which PEAR makes up; "" leaves it empty
	// IncludePath is PHP's include_path, which some texts of a failed STARTTLS
	// show; "" is that of a Debian system.
	IncludePath string
	// Servers listen, each on its port. nil: servers that take whatever they
	// are given (DefaultServers).
	Servers []transport.Server
	// Mask hides passwords in client_lines.
	Mask bool
}

// Report is what MediaWiki would do on one occasion. Members that do not apply
// are null or missing. A byte that is not part of valid UTF-8 is written \xNN.
type Report struct {
	Transport *string `json:"transport"` // "smtp", "mail()"; null where MediaWiki gives up before choosing
	EHLOName  *string `json:"ehlo_name"` // argument of the first EHLO; "" where it has none
	ReportedMail
	// ClientLines are the wiki's command lines in order, of all messages: as
	// sent, passwords in base64 included unless masked. What follows DATA, the
	// mail and its final dot, is not among them.
	ClientLines   []string       `json:"client_lines"`
	MoreMessages  []ReportedMail `json:"more_messages,omitempty"`
	Error         *string        `json:"error,omitempty"` // why it does not go out, in MediaWiki's words
	Hung          bool           `json:"hung,omitempty"`  // MediaWiki waits for a silent server, without end
	Shown         string         `json:"shown,omitempty"` // what the visitor sees in the place of a mail
	SubjectSample bool           `json:"subject_sample,omitempty"`
}

// ReportedMail is one message. It is null throughout where the message was
// refused before it was sent.
type ReportedMail struct {
	MailFrom   *string  `json:"mail_from"`
	RcptTo     []string `json:"rcpt_to"`
	RawHeaders *string  `json:"raw_headers"`
	Body       *string  `json:"body"`
	BodySample bool     `json:"body_sample,omitempty"`
	Args       []string `json:"argv,omitempty"`
	Separator  *string  `json:"separator,omitempty"`
}

// DefaultServers are servers that accept everything: on 465, and on the port of
// a host with ssl:// or tls:// unless that is 25 or 587, TLS from the first
// byte; elsewhere in clear, with STARTTLS but on port 25. All offer AUTH PLAIN
// and LOGIN, on ports with STARTTLS once it is done, and the mechanism that
// 'auth' names.
func DefaultServers(smtp php.Value) []transport.Server {
	ports := []int{25, 465, 587, 2525}
	implicit := 465
	if v, ok := smtp.Get("port"); ok {
		port := int(v.ToInt())
		found := false
		for _, p := range ports {
			found = found || p == port
		}
		if !found && port > 0 && port < 1<<16 {
			ports = append(ports, port)
		}
		if host, ok := smtp.Get("host"); ok && (strings.HasPrefix(host.ToString(), "ssl://") || strings.HasPrefix(host.ToString(), "tls")) && port != 25 && port != 587 {
			implicit = port
		}
	}
	clear := []string{"PIPELINING", "SIZE 35651584", "8BITMIME"}
	mechanisms := "AUTH PLAIN LOGIN"
	if v, ok := smtp.Get("auth"); ok && v.Kind == php.String {
		switch name := strings.ToUpper(v.Str); name {
		case "CRAM-MD5", "DIGEST-MD5", "XOAUTH2", "OAUTHBEARER":
			mechanisms += " " + name
		}
	}
	auth := []string{"PIPELINING", "SIZE 35651584", mechanisms, "8BITMIME"}
	out := make([]transport.Server, len(ports))
	for i, p := range ports {
		s := transport.Server{Port: p, AnyUser: true}
		switch p {
		case 465, implicit:
			s.TLS, s.Caps = "implicit", auth
		case 25:
			s.Caps, s.CapsTLS = auth, auth
		default:
			s.Caps, s.CapsTLS = append(clear[:len(clear):len(clear)], "STARTTLS"), auth
		}
		out[i] = s
	}
	return out
}

// Run builds the mail of one occasion and has it sent to simulated servers.
func Run(s *localsettings.Settings, r *mediawiki.Release, kind wgsmtp.MailKind, in Inputs, v Varying, o RunOptions) Report {
	res := BuildOn(o.Host, s, r, kind, in, v)
	rep := Report{ClientLines: []string{}, Shown: res.Shown, SubjectSample: res.SubjectSample}
	if res.Transport != "" {
		rep.Transport = text(reportTransport(res.Transport))
	}
	if res.Err != "" {
		rep.Error = text(res.Err)
	}
	var sent []ReportedMail
	if res.Transport == wgsmtp.TransportSMTP {
		sent = rep.converse(s, r, kind, res.Messages, o)
	} else {
		for _, m := range res.Messages {
			sent = append(sent, reported(m))
		}
	}
	if len(sent) > 0 {
		rep.ReportedMail, rep.MoreMessages = sent[0], sent[1:]
	}
	return rep
}

// converse sends the messages; those of one call of UserMailer::send() with one
// mailer.
func (rep *Report) converse(s *localsettings.Settings, r *mediawiki.Release, kind wgsmtp.MailKind, messages []Message, o RunOptions) (sent []ReportedMail) {
	smtp := s.Effective("wgSMTP", r)
	servers := o.Servers
	if servers == nil {
		servers = DefaultServers(smtp)
	}
	for len(messages) > 0 {
		n := 1
		for n < len(messages) && messages[n].Chunk > 0 {
			n++
		}
		mails := make([]transport.Mail, n)
		for i := range mails {
			mails[i] = messages[i].Mail
		}
		t := transport.Converse(transport.New(transport.Options{SMTP: smtp, Release: r, AuthSASL: o.AuthSASL, CNonce: o.CNonce, IncludePath: o.IncludePath}, mails[0], mails[1:]...), servers...)

		for _, line := range t.ClientLines {
			if name, ok := strings.CutPrefix(line, "EHLO"); ok && rep.EHLOName == nil {
				rep.EHLOName = text(strings.TrimPrefix(name, " "))
			}
		}
		for _, line := range clientLines(t, o.Mask) {
			rep.ClientLines = append(rep.ClientLines, escapeBytes(line))
		}
		gone := mailsIn(t)
		for _, m := range messages[:min(gone, n)] {
			sent = append(sent, reported(m))
		}
		if gone == 0 && t.MailFrom != "" && rep.MailFrom == nil && len(sent) == 0 {
			rep.MailFrom = text(t.MailFrom)
			rep.RcptTo = []string{}
			for _, a := range t.RcptTo {
				rep.RcptTo = append(rep.RcptTo, escapeBytes(a))
			}
		}
		if !t.OK() {
			rep.Hung = rep.Hung || t.Hung
			if rep.Error == nil && t.Err != "" {
				err := t.Err
				if t.Exception != "" {
					err = t.Exception + ": " + err
				}
				rep.Error = text(err)
			}
			// No copy of what was not sent; an exception and a silent server end all.
			if kind == wgsmtp.MailUser || t.Exception != "" || t.Hung {
				break
			}
		}
		messages = messages[n:]
	}
	return sent
}

// mailsIn counts the mails that were sent after DATA: of the wiki's lines in
// that step, the one that is neither the command nor the dot.
func mailsIn(t transport.Transcript) (n int) {
	for _, l := range t.Lines {
		if l.From == transport.Wiki && l.Step == string(transport.StepData) && l.Text != "DATA" && l.Text != "." {
			n++
		}
	}
	return n
}

// clientLines are the lines of the wiki but for the mail.
func clientLines(t transport.Transcript, mask bool) []string {
	if !mask {
		return t.ClientLines
	}
	var out []string
	for _, l := range t.Lines {
		if l.From == transport.Wiki && (l.Step != string(transport.StepData) || l.Text == "DATA") {
			out = append(out, l.Text)
		}
	}
	return out
}

func reported(m Message) ReportedMail {
	out := ReportedMail{MailFrom: text(m.MailFrom), RawHeaders: text(m.RawHeaders), Body: text(m.Body), BodySample: m.BodySample}
	if m.Transport == wgsmtp.TransportMail {
		out.Separator = text(m.Separator)
		for _, a := range m.Args {
			out.Args = append(out.Args, escapeBytes(a))
		}
		if m.MailFrom == "" {
			out.MailFrom = nil
		}
		return out
	}
	for _, a := range m.RcptTo {
		out.RcptTo = append(out.RcptTo, escapeBytes(a))
	}
	return out
}

func text(s string) *string {
	s = escapeBytes(s)
	return &s
}

// reportTransport is a transport in the words of the recorded cases.
func reportTransport(t wgsmtp.Transport) string {
	if t == wgsmtp.TransportMail {
		return "mail()"
	}
	return string(t)
}

// escapeBytes writes bytes that are not part of valid UTF-8 as \xNN.
func escapeBytes(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b.WriteString(`\x`)
			b.WriteByte(hexDigits[s[i]>>4])
			b.WriteByte(hexDigits[s[i]&15])
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

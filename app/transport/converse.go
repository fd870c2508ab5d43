// The machine against simulated servers, written down.

package transport

import (
	"fmt"
	"strings"
)

// Speaker is who a line of a transcript comes from.
type Speaker string

const (
	Wiki       Speaker = "wiki"
	ServerSide Speaker = "server"
	Event_     Speaker = "event" // connection opened, TLS up, closed
)

// Line is one line of a transcript.
type Line struct {
	From      Speaker
	Text      string // credentials masked
	Encrypted bool
	Step      string // a Step
	Note      string // what it means, one sentence; may be empty
}

// Transcript is a whole conversation.
type Transcript struct {
	Lines     []Line
	Err       string // MediaWiki's error text, "" on success
	Exception string // class, where PHP throws
	Hung      bool   // MediaWiki never comes back by itself

	// ClientLines are the wiki's command lines as sent, passwords included;
	// the mail itself is not among them.
	ClientLines []string
	// Data is what was sent after DATA, of the last mail, final dot included.
	Data string
	// The parts of the first mail's conversation.
	EHLOName string // argument of the first EHLO
	MailFrom string
	RcptTo   []string
}

// OK tells whether MediaWiki takes the mail as sent.
func (t *Transcript) OK() bool { return t.Err == "" && !t.Hung }

// maxActions ends a conversation that would not end by itself; one mail to
// 500 recipients takes about 510.
const maxActions = 20000

// Converse runs the machine against servers that listen on the ports they
// name. It is deterministic, and takes no time.
func Converse(m *Machine, servers ...Server) Transcript {
	c := conversation{servers: servers}
	ev := Event{Kind: EventStart}
	for range maxActions {
		a := m.Next(ev)
		if a.Kind == ActionDone {
			c.Err, c.Exception, c.Hung = a.Err, a.Exception, a.Hung
			if a.Hung {
				c.event(a.Step, "The server stays silent, and MediaWiki waits.", "Once connected, PEAR waits without limit: 'timeout' is for the connection only.")
			}
			return c.Transcript
		}
		ev = c.do(a)
	}
	c.Err = "the conversation does not end"
	return c.Transcript
}

// conversation is a Transcript in the making.
type conversation struct {
	Transcript
	servers []Server
	s       *session
	target  Action // the connection
	unread  []outcome
	mails   int
}

func (c *conversation) add(from Speaker, step Step, text, note string) {
	encrypted := c.s != nil && c.s.secure
	c.Lines = append(c.Lines, Line{From: from, Text: text, Encrypted: encrypted, Step: string(step), Note: note})
}

func (c *conversation) event(step Step, text, note string) { c.add(Event_, step, text, note) }

// do carries an action out.
func (c *conversation) do(a Action) Event {
	switch a.Kind {
	case ActionConnect:
		return c.connect(a)
	case ActionRead:
		return c.read(a.Step)
	case ActionSend:
		c.said(a)
		c.unread = append(c.unread, c.s.answer(a.Line))
	case ActionData:
		c.mails++
		c.Data = a.Data
		c.add(Wiki, a.Step, fmt.Sprintf("(the mail, %d bytes)", len(a.Data)-len(".\r\n")), "The header fields, an empty line, and the text. A dot at the beginning of a line is doubled.")
		c.add(Wiki, a.Step, ".", "A line with one dot ends the mail.")
		c.unread = append(c.unread, c.s.final())
	case ActionStartTLS:
		return c.startTLS(a)
	case ActionClose:
		c.event(a.Step, "Connection closed", "")
		c.s, c.unread = nil, nil
		return Event{Kind: EventClosed}
	}
	if a.NoReply {
		return Event{Kind: EventSent}
	}
	return c.read(a.Step)
}

// said writes down a line of the wiki.
func (c *conversation) said(a Action) {
	c.ClientLines = append(c.ClientLines, a.Line)
	c.add(Wiki, a.Step, a.Shown(), a.Note(c.s.secure))
	if c.mails > 0 {
		return
	}
	if name, ok := strings.CutPrefix(a.Line, "EHLO"); ok && c.EHLOName == "" {
		c.EHLOName = strings.TrimPrefix(name, " ")
	}
	if path, ok := strings.CutPrefix(a.Line, "MAIL FROM:<"); ok && c.MailFrom == "" {
		path, _, _ = strings.Cut(path, "> XVERP")
		c.MailFrom = strings.TrimSuffix(path, ">")
	}
	if path, ok := strings.CutPrefix(a.Line, "RCPT TO:<"); ok {
		c.RcptTo = append(c.RcptTo, strings.TrimSuffix(path, ">"))
	}
}

// read takes the oldest reply that was not read yet.
func (c *conversation) read(step Step) Event {
	var o outcome
	if step == StepGreeting {
		o = c.greeting()
	} else if len(c.unread) > 0 {
		o, c.unread = c.unread[0], c.unread[1:]
	}
	ev := o.event()
	for _, line := range ev.Lines {
		c.add(ServerSide, step, line, ReplyNote(step, line))
	}
	if ev.Kind == EventClosed {
		c.event(step, "The server hangs up", "")
	}
	return ev
}

func (c *conversation) greeting() outcome {
	if c.s.TLS == "implicit" && !c.s.secure {
		const note = "On this port the server waits for TLS to begin, and PEAR waits for a greeting in clear: it needs ssl:// before the host."
		if !c.s.GivesUp {
			return outcome{silent: true}
		}
		c.event(StepGreeting, "Nothing is said, for minutes", note)
		return outcome{close: true}
	}
	return c.s.greet()
}

// connect finds the server and sets TLS up where the scheme asks for it.
func (c *conversation) connect(a Action) Event {
	c.target = a
	where := fmt.Sprintf("Connection to %s, port %d", a.Host, a.Port)
	fail := func(text, note, reason string) Event {
		c.event(StepConnect, text, note)
		return Event{Kind: EventConnectFail, Text: reason}
	}
	if !resolvable(a.Host) {
		return fail(where+" fails", "There is no such name.", "php_network_getaddresses: getaddrinfo for "+a.Host+" failed: Name or service not known")
	}
	var s *Server
	for i := range c.servers {
		if c.servers[i].Port == a.Port {
			s = &c.servers[i]
		}
	}
	switch {
	case s == nil:
		return fail(where+" is refused", "No server listens there.", "Connection refused")
	case s.Mode == "blackhole":
		return fail(where+" is not answered", "Often a firewall on the way: many networks block mail ports.", "Connection timed out")
	}
	c.s = &session{Server: s}
	if !a.ImplicitTLS() {
		c.event(StepConnect, where, "In clear, for now.")
		return Event{Kind: EventConnected}
	}
	cause, ok := "", s.TLS == "implicit" && !s.Greeting.Silent
	note := "The server speaks in clear on this port until it is asked for STARTTLS: ssl:// does not belong before the host here."
	if ok {
		cause, ok = handshake(a.TLS, s)
		note = "PHP does not accept the certificate, and PHP 8 does not pass on why: " + or(lastLine(cause), "PHP finds no name to compare it with") + "."
	}
	if !ok {
		c.s = nil
		return fail(where+": TLS fails", note, "")
	}
	c.s.secure = true
	c.event(StepConnect, where+", TLS from the first byte", "Certificate and name are checked; nothing is ever said in clear.")
	return Event{Kind: EventConnected}
}

func lastLine(s string) string { return s[strings.LastIndexByte(s, '\n')+1:] }

// resolvable tells whether a name could exist: ".invalid" never does
// (RFC 6761), and only letters, digits, hyphens, dots and underscores make one;
// an IPv6 address has two colons or more.
func resolvable(host string) bool {
	if strings.HasSuffix(host, ".invalid") || strings.Count(host, ":") == 1 {
		return false
	}
	return host != "" && !strings.ContainsFunc(host, func(r rune) bool {
		return r < 128 && !isAlnum(byte(r)) && !strings.ContainsRune("-._:", r)
	})
}

// startTLS is the handshake after STARTTLS.
func (c *conversation) startTLS(a Action) Event {
	const call = "stream_socket_enable_crypto(): "
	cause, ok := "", true
	switch {
	case c.s.secure:
		cause, ok = "SSL/TLS already set-up for this stream", false
	case c.s.StartTLSReply == "220-close":
		ok = false
	case c.s.StartTLSReply == "220-garbage":
		cause, ok = opensslError+"error:0A00010B:SSL routines::wrong version number", false
	default:
		cause, ok = handshake(a.TLS, c.s.Server)
	}
	if !ok {
		c.event(StepStartTLS, "TLS fails", "PHP does not go on: "+or(lastLine(cause), "it gives no reason")+". There is no way back to clear text.")
		if cause != "" {
			cause = call + cause
		}
		return Event{Kind: EventTLSFail, Text: cause}
	}
	c.s.secure = true
	c.event(StepStartTLS, "TLS is set up", "Certificate and name are checked; from here on everything is encrypted.")
	return Event{Kind: EventTLSUp}
}

const opensslError = "SSL operation failed with code 1. OpenSSL Error messages:\n"

// wrongName is the name in a certificate that is for another host.
const wrongName = "mx1.hosting.example.com"

// handshake tells whether PHP accepts the server, and the warning if not, in
// the words of PHP 8 with OpenSSL 3.
func handshake(o TLSOptions, s *Server) (cause string, ok bool) {
	if o.MaxVersion != "" && s.TLSMin > o.MaxVersion || s.TLSMax != "" && o.MinVersion > s.TLSMax {
		return opensslError + "error:0A00042E:SSL routines::tlsv1 alert protocol version", false
	}
	if o.VerifyPeer && (s.Cert == "expired" || s.Cert == "self-signed" && !o.AllowSelfSigned) {
		return opensslError + "error:0A000086:SSL routines::certificate verify failed", false
	}
	if o.VerifyPeerName {
		if o.PeerName == "" {
			return "", false
		}
		if s.Cert == "wrong-name" && o.PeerName != wrongName {
			return "Peer certificate subjectAltName did not match expected name `" + o.PeerName + "'", false
		}
	}
	return "", true
}

// Package transport is what MediaWiki says to a mail server: PEAR's Mail_smtp,
// Net_SMTP and Net_Socket (and, for 1.47, symfony/mailer) as a state machine
// without I/O. It takes what the server did and gives what the wiki does next,
// down to the final error in MediaWiki's own words.
//
// One engine, three uses: the preview runs it against a simulated Server, the
// live test over a socket, the tests against recorded conversations.
//
// PHP values are taken as PHP 8 takes them. What only the outside can know (a
// resolver's error, a certificate) comes in with the event, in PHP's words.
package transport

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// Header is one field as handed to PEAR's Mail::send(), in order.
type Header struct{ Name, Value string }

// Mail is one call of Mail::send().
type Mail struct {
	Recipients []string // each as in a To field: `"Alice" <alice@example.net>`
	Headers    []Header
	Body       string // "\n" or "\r\n" line ends, as MediaWiki hands it over
}

// Options are the settings the engine reads, and what it must not make up
// itself.
type Options struct {
	SMTP     php.Value // $wgSMTP; an array
	Release  *mediawiki.Release
	AuthSASL bool // PEAR Auth_SASL can be loaded; MediaWiki does not bundle it
	Kerberos bool // the PHP extension krb5 is loaded
	// CNonce is the client's nonce of DIGEST-MD5 and SCRAM, which PHP draws at
	// random.
	CNonce string
	// IncludePath is PHP's include_path, which some texts of a failed STARTTLS
	// show; "" is that of a Debian system.
	IncludePath string
	// SocketTimeout is PHP's default_socket_timeout in seconds; 0 is 60.
	SocketTimeout int
}

// EventKind is what the outside reports to the machine.
type EventKind string

const (
	EventStart       EventKind = "start"        // first call
	EventConnected   EventKind = "connected"    // TCP (and implicit TLS) is up
	EventConnectFail EventKind = "connect-fail" // Event.Text: PHP's reason, "" where PHP 8 loses it
	EventReply       EventKind = "reply"        // one complete reply, see EndsReply: Event.Lines
	EventSent        EventKind = "sent"         // an Action with NoReply was carried out
	EventTLSUp       EventKind = "tls-up"       // STARTTLS handshake done
	EventTLSFail     EventKind = "tls-fail"     // Event.Text: PHP's warning, "" where it gives none
	EventClosed      EventKind = "closed"       // the server hung up; Event.Lines: what it sent before, if anything
	EventSilent      EventKind = "silent"       // the server neither answers nor hangs up
)

// Event is what happened.
type Event struct {
	Kind  EventKind
	Lines []string // of a reply, without line ends, code included: "250-SIZE 10240000"
	Text  string
}

// ActionKind is what the machine wants done.
type ActionKind string

const (
	ActionConnect  ActionKind = "connect"   // Action.Host, Port, Scheme, TimeoutSeconds, TLS
	ActionSend     ActionKind = "send"      // Action.Line, without its CRLF; then wait for a reply, unless NoReply
	ActionStartTLS ActionKind = "start-tls" // begin the handshake: Action.TLS
	ActionData     ActionKind = "data"      // Action.Data, dot-stuffed, final dot included; then wait for a reply, unless NoReply
	ActionRead     ActionKind = "read"      // wait for a reply (the greeting, or a further one when pipelining)
	ActionClose    ActionKind = "close"     // close the connection; answer with EventClosed
	ActionDone     ActionKind = "done"      // Action.Err: MediaWiki's error text, or "" on success
)

// Action is what to do next.
type Action struct {
	Kind           ActionKind
	Step           Step
	Host           string // name or address to dial
	Port           int
	Scheme         string // "", "ssl", "tls", "tlsv1.2", "tcp": as PHP understands it
	TimeoutSeconds int    // for the connection and an implicit TLS handshake
	TLS            TLSOptions
	Line           string
	Secret         bool // Line holds a credential: mask it wherever it is shown
	NoReply        bool // answer with EventSent, the reply is read later
	Data           string
	Err            string

	// Exception is set with ActionDone where PHP throws instead of returning
	// an error: Err then holds its message.
	Exception string // class: "TypeError", "ValueError"
	// Hung is set with ActionDone where MediaWiki waits for a silent server
	// and does not come back by itself.
	Hung bool

	next func(Event) Action // what the answer goes to
}

// ImplicitTLS tells whether the connection is encrypted from the first byte.
func (a Action) ImplicitTLS() bool { return encrypted(a.Scheme) }

// Shown is the line as it may be shown: of one with a credential only the
// name of the mechanism is left.
func (a Action) Shown() string {
	if !a.Secret {
		return a.Line
	}
	if rest, ok := strings.CutPrefix(a.Line, "AUTH "); ok {
		mechanism, _, _ := strings.Cut(rest, " ")
		return "AUTH " + mechanism + " ***"
	}
	return "***"
}

// Step is the part of a conversation.
type Step string

const (
	StepConnect  Step = "connect"
	StepGreeting Step = "greeting"
	StepEHLO     Step = "ehlo" // HELO too
	StepStartTLS Step = "starttls"
	StepAuth     Step = "auth"
	StepMail     Step = "mail"
	StepRcpt     Step = "rcpt"
	StepData     Step = "data"
	StepQuit     Step = "quit" // RSET too
)

// TLSOptions are the stream context options of the wrapper "ssl" that decide
// whether PHP trusts a server
// (https://www.php.net/manual/en/context.ssl.php).
type TLSOptions struct {
	VerifyPeer      bool
	VerifyPeerName  bool
	AllowSelfSigned bool
	PeerName        string // name that the certificate must hold; "" cannot be satisfied
	CAFile          string
	// MinVersion and MaxVersion are "1.0" to "1.3" where crypto_method limits
	// them; "" does not.
	MinVersion, MaxVersion string
}

// EndsReply tells whether Net_SMTP stops reading after this line (without its
// line end): on the last line of a reply (RFC 5321 section 4.2.1), on an empty
// one, and on anything that does not begin with a number. Whoever reads from
// a socket makes one EventReply of all lines up to there.
func EndsReply(line string) bool {
	if line == "" || line == "0" {
		return true
	}
	if _, ok := replyCode(line); !ok {
		return true
	}
	return len(line) < 4 || line[3] != '-'
}

// Machine is one mail on its way, or several in a row that MediaWiki sends
// with the same mailer object.
type Machine struct {
	next func(Event) Action
}

// New makes the machine that sends m, and then the further mails as long as
// there is no error: what MediaWiki makes of more than $wgEnotifMaxRecips
// recipients.
func New(o Options, m Mail, further ...Mail) *Machine {
	mails := append([]Mail{m}, further...)
	if o.Release.Engine == mediawiki.EngineSymfony {
		return &Machine{next: newSymfony(o, mails).start}
	}
	return &Machine{next: newMailer(o, mails).start}
}

// Next takes what happened (first EventStart) and gives what to do next.
// After ActionDone it keeps giving that.
func (m *Machine) Next(ev Event) Action {
	a := m.next(ev)
	if a.Kind == ActionDone {
		m.next = func(Event) Action { return a }
	} else {
		m.next = a.next
	}
	a.next = nil
	return a
}

// Package transport is what MediaWiki says to a mail server: PEAR's Mail_smtp,
// Net_SMTP and Net_Socket (and, for 1.47, symfony/mailer) as a state machine
// without I/O. It takes what the server did and gives what the wiki does next,
// down to the final error in MediaWiki's own words.
//
// One engine, three uses: the preview runs it against a simulated Server, the
// live test over a socket, the tests against recorded conversations.
package transport

import (
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

// Options are the settings the engine reads.
type Options struct {
	SMTP     php.Value // $wgSMTP; an array
	Release  *mediawiki.Release
	AuthSASL bool // PEAR Auth_SASL can be loaded; MediaWiki does not bundle it
}

// EventKind is what the outside reports to the machine.
type EventKind string

const (
	EventStart       EventKind = "start"        // first call
	EventConnected   EventKind = "connected"    // TCP (and implicit TLS) is up
	EventConnectFail EventKind = "connect-fail" // Event.Text: PHP's reason, "" where PHP 8 loses it
	EventReply       EventKind = "reply"        // one complete reply (RFC 5321 section 4.2): Event.Lines
	EventTLSUp       EventKind = "tls-up"       // STARTTLS handshake done
	EventTLSFail     EventKind = "tls-fail"     // Event.Text: PHP's warning
	EventClosed      EventKind = "closed"       // the server hung up or fell silent
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
	ActionConnect  ActionKind = "connect"   // Action.Host, Port, ImplicitTLS, TimeoutSeconds
	ActionSend     ActionKind = "send"      // Action.Line, without its CRLF; then wait for a reply
	ActionStartTLS ActionKind = "start-tls" // begin the handshake
	ActionData     ActionKind = "data"      // Action.Data, dot-stuffed, final dot included; then wait for a reply
	ActionRead     ActionKind = "read"      // wait for a reply (the greeting)
	ActionDone     ActionKind = "done"      // Action.Err: MediaWiki's error text, or "" on success
)

// Action is what to do next.
type Action struct {
	Kind           ActionKind
	Host           string // name or address to dial
	Port           int
	Scheme         string // "", "ssl", "tls", "tlsv1.2", "tcp": as PHP understands it
	TimeoutSeconds int
	Line           string
	Secret         bool // Line holds a credential: mask it wherever it is shown
	Data           string
	Err            string
}

// Server is a simulated server: what a carrier is known to offer. The fields
// are those of the recorded cases (see testdata/README.md).
type Server struct {
	Port    int      `json:"port"`
	TLS     string   `json:"tls,omitempty"` // "implicit": TLS from the first byte
	Caps    []string `json:"caps,omitempty"`
	CapsTLS []string `json:"caps_tls,omitempty"`
}

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
	Step      string // "connect", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "quit"
	Note      string // what it means, one sentence; may be empty
}

// Transcript is a whole conversation.
type Transcript struct {
	Lines []Line
	Err   string // MediaWiki's error text, "" on success
}

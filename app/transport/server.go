// A simulated mail server: it answers as configured, at once, and knows no
// socket. The fields and the standing replies are those of the server that the
// recorded cases were made with.

package transport

import (
	"encoding/json"
	"slices"
	"strings"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Server is a simulated server: what a carrier is known to offer. The zero
// value refuses nothing and offers nothing.
type Server struct {
	Port    int      `json:"port"`
	Addr    string   `json:"addr,omitempty"` // address it listens on; any
	TLS     string   `json:"tls,omitempty"`  // "implicit": TLS from the first byte
	Caps    []string `json:"caps,omitempty"` // EHLO keywords before TLS
	CapsTLS []string `json:"caps_tls,omitempty"`

	RequireAuth bool              `json:"require_auth,omitempty"`
	RequireTLS  bool              `json:"require_tls,omitempty"`
	Users       map[string]string `json:"users,omitempty"` // accepted names and passwords

	// What is said instead of the usual reply; several lines are separated by
	// "\n". Greeting "close" hangs up, null stays silent; StartTLSReply
	// "220-close" and "220-garbage" agree and then break off.
	Greeting      Greeting          `json:"greeting,omitzero"`
	EHLOReply     string            `json:"ehlo_reply,omitempty"`
	HELOReply     string            `json:"helo_reply,omitempty"`
	StartTLSReply string            `json:"starttls_reply,omitempty"`
	AuthReject    string            `json:"auth_reject,omitempty"`
	MailReply     string            `json:"mail_reply,omitempty"`
	RcptReply     string            `json:"rcpt_reply,omitempty"`
	RcptReplies   map[string]string `json:"rcpt_replies,omitempty"` // by address
	DataReply     string            `json:"data_reply,omitempty"`
	FinalReply    string            `json:"final_reply,omitempty"`
	QuitReply     string            `json:"quit_reply,omitempty"`

	HangAt  string `json:"hang_at,omitempty"`  // step where it falls silent: "ehlo", "mail", "final", ...
	CloseAt string `json:"close_at,omitempty"` // step where it hangs up
	Mode    string `json:"mode,omitempty"`     // "blackhole": no answer to a connection

	Cert   string `json:"cert,omitempty"` // "wrong-name", "self-signed", "expired"; "" is good for whatever name is asked
	TLSMin string `json:"tls_min,omitempty"`
	TLSMax string `json:"tls_max,omitempty"`

	// Not in recordings.
	Name    string `json:"-"` // its own name; "" is mx.example.org
	AnyUser bool   `json:"-"` // accepts every login
	Strict  bool   `json:"-"` // refuses parameters that it did not announce (RFC 5321 section 4.1.1.11)
	// GivesUp makes it hang up on a client that waits for a greeting in clear
	// on a TLS port, as real servers do after some minutes; otherwise both
	// wait for ever.
	GivesUp bool `json:"-"`
}

// Greeting is the first reply.
type Greeting struct {
	Text   string // "" is the usual one
	Silent bool
}

// UnmarshalJSON takes a string, or null for silence.
func (g *Greeting) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		g.Silent = true
		return nil
	}
	return json.Unmarshal(data, &g.Text)
}

// MarshalJSON is the reverse.
func (g Greeting) MarshalJSON() ([]byte, error) {
	if g.Silent {
		return []byte("null"), nil
	}
	return json.Marshal(g.Text)
}

// ServerFor is what the carrier is known to offer on a port. On a port that
// it does not name, mode says how the server is taken to behave. Every login
// is accepted. p may be nil.
func ServerFor(p *providers.Carrier, port int, mode wgsmtp.TLSMode) Server {
	s := Server{Port: port, AnyUser: true, GivesUp: true, Strict: true}
	auth := []string{"PLAIN", "LOGIN"}
	if p != nil {
		for _, q := range p.Ports {
			if q.Port == port {
				mode, s.RequireTLS = q.TLS, q.Required
			}
		}
		s.Name = p.EHLO.Greeting
		if s.Name == "" && len(p.Hosts) > 0 && !strings.Contains(p.Hosts[0].Host, "{") {
			s.Name = p.Hosts[0].Host
		}
		s.Caps, s.CapsTLS = p.EHLO.Clear, p.EHLO.TLS
		s.RequireAuth = p.Auth.Need == providers.AuthRequired
		if len(p.Auth.Mechanisms) > 0 {
			auth = nil
			for _, m := range p.Auth.Mechanisms {
				auth = append(auth, string(m))
			}
		}
		if p.Auth.Need == providers.AuthNever {
			auth = nil
		}
	}
	common := []string{"PIPELINING", "SIZE 10240000", "8BITMIME"}
	offer := common
	if len(auth) > 0 {
		offer = append(slices.Clone(common), "AUTH "+strings.Join(auth, " "))
	}
	if len(s.CapsTLS) == 0 {
		s.CapsTLS = offer
	}
	switch mode {
	case wgsmtp.TLSImplicit:
		s.TLS = "implicit"
		s.Caps = s.CapsTLS
	case wgsmtp.TLSStartTLS:
		if len(s.Caps) == 0 {
			s.Caps = append(slices.Clone(common), "STARTTLS")
		}
		if !slices.Contains(s.Caps, "STARTTLS") {
			s.Caps = append(slices.Clone(s.Caps), "STARTTLS")
		}
	default:
		if len(s.Caps) == 0 {
			s.Caps = offer
		}
	}
	return s
}

// session is one connection to a Server.
type session struct {
	*Server
	secure bool
	logged bool
	// pending takes the next line of a login; nil outside of one.
	pending func(line string) string
}

// outcome is a reply, or what the server did instead.
type outcome struct {
	text          string // lines separated by "\n"
	close, silent bool
}

func (o outcome) event() Event {
	if o.silent {
		return Event{Kind: EventSilent}
	}
	if o.close && o.text == "" {
		return Event{Kind: EventClosed}
	}
	return Event{Kind: EventReply, Lines: strings.Split(o.text, "\n")}
}

func (s *session) name() string {
	if s.Name == "" {
		return "mx.example.org"
	}
	return s.Name
}

// at makes the reply of a step.
func (s *session) at(step, text string) outcome {
	return outcome{text: text, close: s.CloseAt == step, silent: s.HangAt == step}.first()
}

// first drops the text of a reply that never comes.
func (o outcome) first() outcome {
	if o.close || o.silent {
		o.text = ""
	}
	return o
}

func or(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

func (s *session) greet() outcome {
	switch {
	case s.Greeting.Silent:
		return outcome{silent: true}
	case s.Greeting.Text == "close":
		return outcome{close: true}
	}
	return s.at("greeting", or(s.Greeting.Text, "220 "+s.name()+" ESMTP"))
}

// answer is the reply to a command line.
func (s *session) answer(line string) outcome {
	if s.pending != nil {
		next := s.pending
		s.pending = nil
		return s.at("auth", next(line))
	}
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "EHLO":
		return s.at("ehlo", or(s.EHLOReply, s.ehlo()))
	case "HELO":
		return s.at("helo", or(s.HELOReply, "250 "+s.name()))
	case "STARTTLS":
		if text := s.StartTLSReply; text != "" && !strings.HasPrefix(text, "220-") {
			return s.at("starttls", text)
		}
		return s.at("starttls", "220 2.0.0 Ready to start TLS")
	case "AUTH":
		return s.at("auth", s.auth(rest))
	case "MAIL":
		return s.at("mail", or(s.MailReply, s.mail(rest)))
	case "RCPT":
		text := s.RcptReplies[strings.TrimSuffix(strings.TrimPrefix(rest, "TO:<"), ">")]
		return s.at("rcpt", or(text, or(s.RcptReply, "250 2.1.5 Ok")))
	case "DATA":
		return s.at("data", or(s.DataReply, "354 End data with <CR><LF>.<CR><LF>"))
	case "RSET":
		return s.at("rset", "250 2.0.0 Ok")
	case "NOOP":
		return outcome{text: "250 2.0.0 Ok"}
	case "QUIT":
		return s.at("quit", or(s.QuitReply, "221 2.0.0 Bye"))
	default:
		return outcome{text: "502 5.5.2 Error: command not recognized"}
	}
}

func (s *session) final() outcome {
	return s.at("final", or(s.FinalReply, "250 2.0.0 Ok: queued as 4XyZ123abc"))
}

func (s *session) caps() []string {
	if s.secure && len(s.CapsTLS) > 0 {
		return s.CapsTLS
	}
	return s.Caps
}

func (s *session) ehlo() string {
	lines := append([]string{s.name()}, s.caps()...)
	for i := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		lines[i] = "250" + sep + lines[i]
	}
	return strings.Join(lines, "\n")
}

const (
	needTLS  = "530 5.7.0 Must issue a STARTTLS command first"
	needAuth = "530 5.7.0 Authentication required"
)

func (s *session) mail(rest string) string {
	switch {
	case s.RequireTLS && !s.secure:
		return needTLS
	case s.RequireAuth && !s.logged:
		return needAuth
	}
	if _, parameters, ok := strings.Cut(rest, "> "); ok && s.Strict {
		keyword, _, _ := strings.Cut(parameters, "=")
		if !slices.Contains(s.caps(), keyword) {
			return "555 5.5.4 Unsupported option: " + parameters
		}
	}
	return "250 2.1.0 Ok"
}

// auth starts a login (RFC 4954).
func (s *session) auth(rest string) string {
	mechanism, initial, _ := strings.Cut(rest, " ")
	offered := slices.ContainsFunc(s.caps(), func(c string) bool {
		keyword, names, _ := strings.Cut(strings.Replace(c, "AUTH=", "AUTH ", 1), " ")
		return keyword == "AUTH" && slices.Contains(strings.Fields(names), mechanism)
	})
	switch {
	case s.RequireTLS && !s.secure:
		return needTLS
	case strings.HasPrefix(s.AuthReject, "503"), strings.HasPrefix(s.AuthReject, "4"):
		s.logged = s.logged || s.AuthReject[0] == '5' // "already authenticated"
		return s.AuthReject
	case !offered:
		return "504 5.5.4 Unrecognized authentication type"
	}
	switch mechanism {
	case "LOGIN":
		s.pending = func(user string) string {
			s.pending = func(password string) string {
				return s.verdict(func(u, p string) bool { return u == unb64(user) && p == unb64(password) })
			}
			return "334 UGFzc3dvcmQ6"
		}
		return "334 VXNlcm5hbWU6"
	case "PLAIN":
		check := func(response string) string {
			parts := strings.Split(unb64(response), "\x00")
			return s.verdict(func(u, p string) bool { return len(parts) == 3 && parts[1] == u && parts[2] == p })
		}
		if initial != "" {
			return check(initial)
		}
		s.pending = check
		return "334 "
	case "CRAM-MD5":
		challenge := "<1896.697170952@" + s.name() + ">"
		s.pending = func(response string) string {
			return s.verdict(func(u, p string) bool { return unb64(response) == cram(credentials{u, p}, challenge) })
		}
		return "334 " + b64(challenge)
	case "DIGEST-MD5":
		challenge := `realm="` + s.name() + `",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8`
		s.pending = func(response string) string {
			d := directives(unb64(response))
			verdict := s.verdict(func(u, p string) bool {
				want, _ := digest(credentials{u, p}, challenge, d["cnonce"], d["digest-uri"])
				return want == unb64(response)
			})
			if !strings.HasPrefix(verdict, "235") {
				return verdict
			}
			s.logged = false
			s.pending = func(string) string { return s.verdict(func(string, string) bool { return true }) }
			return "334 " + b64("rspauth=ok")
		}
		return "334 " + b64(challenge)
	case "XOAUTH2", "OAUTHBEARER":
		check := func(response string) string {
			verdict := s.verdict(func(u, p string) bool { return unb64(response) == "user="+u+"\x01auth="+p+"\x01\x01" })
			if s.logged {
				return verdict
			}
			s.pending = func(string) string { return verdict }
			return "334 " + b64(`{"status":"400"}`)
		}
		if initial != "" {
			return check(initial)
		}
		s.pending = check
		return "334 "
	default:
		return "504 5.5.4 Unrecognized authentication type"
	}
}

// verdict ends a login.
func (s *session) verdict(good func(user, password string) bool) string {
	ok := s.AnyUser
	for u, p := range s.Users {
		ok = ok || good(u, p)
	}
	if s.AuthReject != "" || !ok {
		return or(s.AuthReject, "535 5.7.8 Error: authentication failed: authentication failure")
	}
	s.logged = true
	return "235 2.7.0 Authentication successful"
}

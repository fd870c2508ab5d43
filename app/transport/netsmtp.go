// Net_SMTP (Net/SMTP.php of PEAR Net_SMTP 1.7.1 to 1.12.2) over Net_Socket.
//
// Written in continuation style: each step ends by saying what is to be done
// and what its answer goes to. k is always the continuation; its err is the
// message of the PEAR_Error that the step returned, "" on success.

package transport

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

const invalidResponse = "Invalid response code received from server"

// netSMTP is a Net_SMTP object.
type netSMTP struct {
	o Options
	p *params

	target target
	opened bool // there is a socket
	dead   bool // the server hung up, or TLS failed: nothing arrives any more
	writes int  // writes to a dead socket so far

	esmtp      map[string]string // keyword to arguments; a second EHLO adds to the first
	pipelining bool
	pipelined  int // replies not read yet

	// code and args are those of the last reply, as error texts show them.
	code int
	args []string
}

type step = func(err string) Action

// ask makes an action whose answer goes to then.
func ask(a Action, then func(Event) Action) Action {
	a.next = then
	return a
}

func (s *netSMTP) response() string { return strings.Join(s.args, "\n") }

// errorText is Mail_smtp::_error().
func (s *netSMTP) errorText(text, err string) string {
	return fmt.Sprintf("%s [SMTP: %s (code: %d, response: %s)]", text, err, s.code, s.response())
}

// command is put() and parseResponse() in one: it sends a line and reads the
// reply, which must have one of the codes. later leaves the reply unread
// (RFC 2920).
func (s *netSMTP) command(a Action, later bool, k step, codes ...int) Action {
	if strings.ContainsAny(a.Line, "\r\n") {
		return k("Commands cannot contain newlines")
	}
	a.Kind = ActionSend
	return s.write(a, later, k, codes...)
}

func (s *netSMTP) write(a Action, later bool, k step, codes ...int) Action {
	switch {
	case !s.opened:
		return k("Failed to write to socket: not connected")
	case s.dead && s.writes > 0:
		return k("Failed to write to socket: unknown error")
	case s.dead:
		// The first write after the end still goes into the void.
		s.writes++
		s.code, s.args = -1, nil
		return k(s.check(codes))
	}
	a.NoReply = later
	return ask(a, func(ev Event) Action {
		s.code, s.args = -1, nil
		if later && ev.Kind == EventSent {
			s.pipelined++
			return k("")
		}
		return s.read(a.Step, ev, k, codes)
	})
}

// read takes the reply, and those that were left unread before it.
func (s *netSMTP) read(at Step, ev Event, k step, codes []int) Action {
	switch ev.Kind {
	case EventReply:
		s.take(ev.Lines)
		if s.pipelined > 0 {
			s.pipelined--
			return ask(Action{Kind: ActionRead, Step: at}, func(ev Event) Action { return s.read(at, ev, k, codes) })
		}
	case EventSilent:
		return Action{Kind: ActionDone, Step: at, Hung: true}
	default:
		s.take(ev.Lines)
		s.dead = true
		s.pipelined = 0
	}
	return k(s.check(codes))
}

// take reads the lines of one reply into code and args.
func (s *netSMTP) take(lines []string) {
	for _, line := range lines {
		if line == "" || line == "0" {
			return
		}
		s.args = append(s.args, trim(from(line, 4)))
		s.code = -1
		if code, ok := replyCode(line); ok {
			s.code = code
		}
		if EndsReply(line) {
			return
		}
	}
}

// replyCode reads the first three bytes as PHP reads a number: "+1 " is one.
func replyCode(line string) (int, bool) {
	v := php.S(line[:min(3, len(line))])
	if !v.IsNumeric() {
		return 0, false
	}
	return int(v.ToInt()), true
}

func (s *netSMTP) check(codes []int) string {
	if slices.Contains(codes, s.code) {
		return ""
	}
	return invalidResponse
}

// connect opens the socket and greets.
func (s *netSMTP) connect(k step) Action {
	timeout := s.o.SocketTimeout
	if timeout <= 0 {
		timeout = 60
	}
	t, seconds, fail, ex := s.p.dial(timeout)
	if ex != nil {
		return Action{Kind: ActionDone, Step: StepConnect, Err: ex.message, Exception: ex.class}
	}
	if fail != "" {
		return k("Failed to connect socket: " + fail)
	}
	s.target = t
	a := Action{
		Kind: ActionConnect, Step: StepConnect, Scheme: t.scheme, Host: t.host, Port: t.port,
		TimeoutSeconds: seconds, TLS: s.p.tls(t),
	}
	return ask(a, func(ev Event) Action {
		switch ev.Kind {
		case EventConnected:
			s.opened = true
			return ask(Action{Kind: ActionRead, Step: StepGreeting}, func(ev Event) Action {
				return s.read(StepGreeting, ev, func(err string) Action {
					if err != "" {
						return k(err)
					}
					return s.negotiate(k)
				}, []int{220})
			})
		case EventSilent:
			return k("Failed to connect socket: Connection timed out")
		default:
			return k("Failed to connect socket: " + ev.Text)
		}
	})
}

// withArgument is a command and its argument, which is left out if empty in
// PHP's sense.
func withArgument(command, argument string) string {
	if argument == "" || argument == "0" {
		return command
	}
	return command + " " + argument
}

// negotiate is EHLO, and HELO where that fails (RFC 5321 section 3.2).
func (s *netSMTP) negotiate(k step) Action {
	name := s.p.localhost.ToString()
	ehlo := Action{Step: StepEHLO, Line: withArgument("EHLO", name)}
	if strings.ContainsAny(name, "\r\n") {
		return k("Commands cannot contain newlines")
	}
	return s.command(ehlo, false, func(err string) Action {
		if strings.HasPrefix(err, "Failed to write") {
			return k(err)
		}
		if err != "" {
			helo := Action{Step: StepEHLO, Line: withArgument("HELO", name)}
			return s.command(helo, false, func(err string) Action {
				if err == invalidResponse {
					err = "HELO was not accepted"
				}
				return k(err)
			}, 250)
		}
		for _, arg := range s.args {
			verb, rest, _ := strings.Cut(arg, " ")
			s.esmtp[verb] = rest
		}
		if _, ok := s.esmtp["PIPELINING"]; !ok {
			s.pipelining = false
		}
		return k("")
	}, 250)
}

// offersTLS tells whether STARTTLS is to be tried: offered, and not inside
// "ssl://". Inside "tls://" it is tried all the same.
func (s *netSMTP) offersTLS() bool {
	_, offered := s.esmtp["STARTTLS"]
	host := s.p.host.ToString()
	return offered && !(len(host) >= 6 && strings.EqualFold(host[:6], "ssl://"))
}

// startTLS is STARTTLS and the EHLO behind it, whose failure PEAR ignores.
func (s *netSMTP) startTLS(k step) Action {
	return s.command(Action{Step: StepStartTLS, Line: "STARTTLS"}, false, func(err string) Action {
		if err != "" {
			return k(err)
		}
		a := Action{Kind: ActionStartTLS, Step: StepStartTLS, TLS: s.p.tls(s.target)}
		if s.dead {
			return k(s.tlsError(""))
		}
		return ask(a, func(ev Event) Action {
			if ev.Kind == EventTLSUp {
				return s.negotiate(func(string) Action { return k("") })
			}
			s.dead = true
			return k(s.tlsError(ev.Text))
		})
	}, 220)
}

// tlsError is the text of a failed handshake. cause is PHP's warning; without
// one, newer releases show whatever warning PHP had last: that Auth_SASL is
// not there.
func (s *netSMTP) tlsError(cause string) string {
	if !s.o.Release.Has(mediawiki.StartTLSDetail) {
		return "STARTTLS failed"
	}
	kind := "E_WARNING (2)"
	if cause == "" {
		if s.o.AuthSASL {
			kind = " ()"
		} else {
			path := s.o.IncludePath
			if path == "" {
				path = ".:/usr/share/php"
			}
			cause = "include_once(): Failed opening 'Auth/SASL.php' for inclusion (include_path='" + path + "')"
		}
	}
	bits := s.p.cryptoMethod()
	return fmt.Sprintf("STARTTLS failed {enableCrypto: false; crypto_method: %s (%d); attempts: 1; %s: %s}", cryptoName(bits), bits, kind, cause)
}

// mailFrom, rcptTo and rset are the commands of those names.
func (s *netSMTP) mailFrom(sender, parameters string, k step) Action {
	line := "MAIL FROM:<" + sender + ">"
	if parameters != "" && parameters != "0" {
		line += " " + parameters
	}
	return s.command(Action{Step: StepMail, Line: line}, s.pipelining, k, 250)
}

func (s *netSMTP) rcptTo(recipient string, k step) Action {
	return s.command(Action{Step: StepRcpt, Line: "RCPT TO:<" + recipient + ">"}, s.pipelining, k, 250, 251)
}

func (s *netSMTP) rset(k step) Action {
	return s.command(Action{Step: StepQuit, Line: "RSET"}, s.pipelining, k, 250)
}

// data is DATA with the message; without headers, the body alone.
func (s *netSMTP) data(headers, body string, k step) Action {
	size := len(body)
	if headers != "" {
		size += len(headers) + len("\r\n\r\n")
	}
	if s.tooBig(size) {
		const tooBig = "Message size exceeds server limit"
		// Up to Net_SMTP 1.8.0 the connection is given up; 1.10.0 keeps it. In
		// which version between that changed is not known: 1.9.0 is a guess.
		if olderThan(s.o.Release.NetSMTP, 1, 9) {
			return s.disconnect(func(string) Action { return k(tooBig) })
		}
		return k(tooBig)
	}
	return s.command(Action{Step: StepData, Line: "DATA"}, false, func(err string) Action {
		if err != "" {
			return k(err)
		}
		a := Action{Kind: ActionData, Step: StepData, Data: data(headers, headers != "", body)}
		return s.write(a, s.pipelining, k, 250)
	}, 354)
}

// tooBig compares with the limit announced (RFC 1870) as PHP 8 compares an
// int with a string.
func (s *netSMTP) tooBig(size int) bool {
	limit, ok := s.esmtp["SIZE"]
	if !ok {
		return false
	}
	if v := php.S(limit); v.IsNumeric() {
		f := v.ToFloat()
		return f > 0 && float64(size) >= f
	}
	return limit > "0" && strconv.Itoa(size) >= limit
}

// olderThan compares a version of PEAR's packages. Where MediaWiki bundles
// none, one of the time is taken to be installed.
func olderThan(version string, major, minor int) bool {
	if version == "" {
		return true
	}
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return true
	}
	a, _ := strconv.Atoi(parts[0])
	b, _ := strconv.Atoi(parts[1])
	return a < major || a == major && b < minor
}

// disconnect is QUIT; the socket is closed only if the server agrees.
func (s *netSMTP) disconnect(k step) Action {
	return s.command(Action{Step: StepQuit, Line: "QUIT"}, false, func(err string) Action {
		if err != "" {
			return k(err)
		}
		return s.close(k)
	}, 221)
}

func (s *netSMTP) close(k step) Action {
	closed := func(Event) Action {
		s.opened = false
		return k("")
	}
	if s.dead {
		return closed(Event{})
	}
	return ask(Action{Kind: ActionClose, Step: StepQuit}, closed)
}

// The engine of MediaWiki 1.47: EsmtpTransport of symfony/mailer 7.4
// (Transport/Smtp/SmtpTransport.php, EsmtpTransport.php and Auth/).
//
// Unproven: how MediaWiki hands $wgSMTP over to it has not been seen. Taken
// here: "ssl://" or "tls://" before the host asks for implicit TLS, 'localhost'
// is the EHLO name, 'username' and 'password' count where 'auth' is true or a
// mechanism, which is then the only one tried.

package transport

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"wgsmtp/app/php"
)

type symfony struct {
	o     Options
	p     params
	mails []Mail

	host     string
	port     int
	implicit bool
	opened   bool
	dead     bool
	caps     map[string]string
	lines    []string // of the last reply
}

func newSymfony(o Options, mails []Mail) *symfony {
	p := newParams(o.SMTP, o.Release)
	y := &symfony{o: o, p: p, mails: mails, host: p.host.ToString(), port: int(p.port.ToInt())}
	for _, scheme := range []string{"ssl://", "tls://"} {
		if rest, ok := strings.CutPrefix(y.host, scheme); ok {
			y.host, y.implicit = rest, true
		}
	}
	if v, ok := o.SMTP.Get("socket_options"); ok && v.Kind == php.Array {
		y.p.socketOptions = v
	}
	if _, ok := o.SMTP.Get("localhost"); !ok {
		y.p.localhost = php.S("[127.0.0.1]")
	}
	// Without a word about TLS, port 465 means implicit TLS.
	y.implicit = y.implicit || y.port == 465
	return y
}

// target is the connection as symfony's texts name it.
func (y *symfony) target() string {
	t := y.host + ":" + strconv.Itoa(y.port)
	if y.implicit {
		t = "ssl://" + t
	}
	return t
}

func (y *symfony) done(err string) Action {
	return Action{Kind: ActionDone, Step: StepQuit, Err: err}
}

func (y *symfony) start(Event) Action {
	scheme := ""
	if y.implicit {
		scheme = "ssl"
	}
	t := target{scheme: scheme, host: y.host, port: y.port, named: true}
	timeout := y.o.SocketTimeout
	if v := y.p.timeout.ToInt(); v > 0 {
		timeout = int(min(v, 1<<20))
	} else if timeout <= 0 {
		timeout = 60
	}
	a := Action{Kind: ActionConnect, Step: StepConnect, Scheme: scheme, Host: t.host, Port: t.port, TimeoutSeconds: timeout, TLS: y.p.tls(t)}
	return ask(a, func(ev Event) Action {
		if ev.Kind != EventConnected {
			text := ev.Text
			if ev.Kind == EventSilent {
				text = "Unable to connect to " + y.target() + " (Connection timed out)"
			}
			return y.done(fmt.Sprintf("Connection could not be established with host %q: stream_socket_client(): %s", y.target(), text))
		}
		y.opened = true
		return ask(Action{Kind: ActionRead, Step: StepGreeting}, func(ev Event) Action {
			return y.read(ev, []int{220}, func(err string) Action {
				if err != "" {
					return y.quit(err)
				}
				return y.hello(func(err string) Action {
					if err != "" {
						return y.quit(err)
					}
					return y.startTLS()
				})
			})
		})
	})
}

// command sends a line and expects one of the codes.
func (y *symfony) command(a Action, codes []int, k step) Action {
	if y.dead {
		return k(fmt.Sprintf("Connection to %q has been closed unexpectedly.", y.shown()))
	}
	// A line end in a command is what symfony itself leaves to its callers; a
	// second command is nothing to show, let alone to send.
	a.Line = strings.NewReplacer("\r", "", "\n", "").Replace(a.Line)
	a.Kind = ActionSend
	return ask(a, func(ev Event) Action { return y.read(ev, codes, k) })
}

// shown is the target in texts about an open connection: without the scheme.
func (y *symfony) shown() string { return y.host + ":" + strconv.Itoa(y.port) }

func (y *symfony) read(ev Event, codes []int, k step) Action {
	switch ev.Kind {
	case EventReply:
	case EventSilent:
		y.dead = true
		return k(fmt.Sprintf("Connection to %q timed out.", y.shown()))
	default:
		y.dead = true
		return k(fmt.Sprintf("Connection to %q has been closed unexpectedly.", y.shown()))
	}
	y.lines = ev.Lines
	response := strings.TrimSpace(strings.Join(ev.Lines, "\r\n"))
	if response == "" {
		return k(fmt.Sprintf("Expected response code %q but got an empty response.", joinCodes(codes)))
	}
	code := int(php.S(response[:min(3, len(response))]).ToInt())
	if slices.Contains(codes, code) {
		return k("")
	}
	got := "empty code"
	if code != 0 {
		got = fmt.Sprintf("code %q", strconv.Itoa(code))
	}
	return k(fmt.Sprintf("Expected response code %q but got %s, with message %s.", joinCodes(codes), got, `"`+response+`"`))
}

func joinCodes(codes []int) string {
	parts := make([]string, len(codes))
	for i, c := range codes {
		parts[i] = strconv.Itoa(c)
	}
	return strings.Join(parts, "/")
}

// hello is EHLO, HELO where that fails.
func (y *symfony) hello(k step) Action {
	name := y.p.localhost.ToString()
	return y.command(Action{Step: StepEHLO, Line: "EHLO " + name}, []int{250}, func(err string) Action {
		if err != "" {
			return y.command(Action{Step: StepEHLO, Line: "HELO " + name}, []int{250}, k)
		}
		y.caps = map[string]string{}
		for _, line := range y.lines[1:] {
			keyword, arguments, _ := strings.Cut(strings.ReplaceAll(from(line, 4), "=", " "), " ")
			y.caps[strings.ToUpper(keyword)] = arguments
		}
		return k("")
	})
}

func (y *symfony) startTLS() Action {
	if _, offered := y.caps["STARTTLS"]; y.implicit || !offered {
		return y.login()
	}
	return y.command(Action{Step: StepStartTLS, Line: "STARTTLS"}, []int{220}, func(err string) Action {
		if err != "" {
			return y.quit(err)
		}
		t := target{host: y.host, port: y.port, named: true}
		return ask(Action{Kind: ActionStartTLS, Step: StepStartTLS, TLS: y.p.tls(t)}, func(ev Event) Action {
			if ev.Kind != EventTLSUp {
				y.dead = true
				return y.done("Unable to connect with STARTTLS: " + ev.Text)
			}
			return y.hello(func(err string) Action {
				if err != "" {
					return y.quit(err)
				}
				return y.login()
			})
		})
	})
}

// symfonyMechanism logs in or returns the error.
type symfonyMechanism struct {
	name string
	run  func(*symfony, credentials, step) Action
}

// symfonyMechanisms in the order in which they are tried.
var symfonyMechanisms = []symfonyMechanism{
	{"CRAM-MD5", (*symfony).cramMD5},
	{"LOGIN", (*symfony).loginMechanism},
	{"PLAIN", (*symfony).plain},
	{"XOAUTH2", (*symfony).xoauth2},
}

func (y *symfony) secret(line string) Action {
	return Action{Step: StepAuth, Line: line, Secret: true}
}

func (y *symfony) cramMD5(c credentials, k step) Action {
	return y.command(Action{Step: StepAuth, Line: "AUTH CRAM-MD5"}, []int{334}, func(err string) Action {
		if err != "" {
			return k(err)
		}
		return y.command(y.secret(b64(cram(c, unb64(from(y.lines[0], 4))))), []int{235}, k)
	})
}

func (y *symfony) loginMechanism(c credentials, k step) Action {
	return y.command(Action{Step: StepAuth, Line: "AUTH LOGIN"}, []int{334}, func(err string) Action {
		if err != "" {
			return k(err)
		}
		return y.command(y.secret(b64(c.user)), []int{334}, func(err string) Action {
			if err != "" {
				return k(err)
			}
			return y.command(y.secret(b64(c.password)), []int{235}, k)
		})
	})
}

func (y *symfony) plain(c credentials, k step) Action {
	return y.command(y.secret("AUTH PLAIN "+b64(c.user+"\x00"+c.user+"\x00"+c.password)), []int{235}, k)
}

func (y *symfony) xoauth2(c credentials, k step) Action {
	return y.command(y.secret("AUTH XOAUTH2 "+b64("user="+c.user+"\x01auth=Bearer "+c.password+"\x01\x01")), []int{235}, k)
}

// login tries every mechanism in turn. Where the server offers none, the mail
// goes on without.
func (y *symfony) login() Action {
	offered, ok := y.caps["AUTH"]
	if !ok || !y.p.auth.Truthy() || y.p.username.ToString() == "" {
		return y.deliver()
	}
	names := strings.Split(strings.ToLower(offered), " ")
	var list []symfonyMechanism
	for _, m := range symfonyMechanisms {
		wanted := y.p.method() == "" || strings.EqualFold(y.p.method(), m.name)
		if wanted && slices.Contains(names, strings.ToLower(m.name)) {
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		return y.quit(fmt.Sprintf("Failed to find an authenticator supported by the SMTP server, which currently supports: \"%s\".", strings.Join(names, `", "`)))
	}
	return y.try(list, nil, nil)
}

func (y *symfony) try(list []symfonyMechanism, tried, errs []string) Action {
	c := credentials{y.p.username.ToString(), y.p.password.ToString()}
	if len(list) == 0 {
		text := fmt.Sprintf("Failed to authenticate on SMTP server with username \"%s\" using the following authenticators: \"%s\".", c.user, strings.Join(tried, `", "`))
		for i, name := range tried {
			text += fmt.Sprintf(" Authenticator \"%s\" returned \"%s\".", name, errs[i])
		}
		return y.quit(text)
	}
	return list[0].run(y, c, func(err string) Action {
		if err == "" {
			return y.deliver()
		}
		return y.command(Action{Step: StepQuit, Line: "RSET"}, []int{250}, func(string) Action {
			return y.try(list[1:], append(tried, list[0].name), append(errs, err))
		})
	})
}

// deliver sends the mails. Envelope and headers are those that PEAR would be
// given: what MediaWiki will make of them with symfony/mime is not known.
func (y *symfony) deliver() Action {
	if len(y.mails) == 0 {
		return y.quit("")
	}
	mail := y.mails[0]
	y.mails = y.mails[1:]
	fail := func(err string) Action {
		return y.command(Action{Step: StepQuit, Line: "RSET"}, []int{250}, func(string) Action { return y.quit(err) })
	}
	sender, headers, err := PrepareHeaders(mail.Headers)
	if err != "" {
		return fail(err)
	}
	for _, h := range mail.Headers {
		if h.Name == "Return-Path" && h.Value != "" {
			sender = sanitise(h.Value)
		}
	}
	recipients, err := parseRecipients(mail.Recipients)
	if err != "" {
		return fail(err)
	}
	return y.command(Action{Step: StepMail, Line: "MAIL FROM:<" + sender + ">"}, []int{250}, func(err string) Action {
		if err != "" {
			return fail(err)
		}
		return y.rcpt(recipients, fail, func() Action {
			return y.command(Action{Step: StepData, Line: "DATA"}, []int{354}, func(err string) Action {
				if err != "" {
					return fail(err)
				}
				a := Action{Kind: ActionData, Step: StepData, Data: data(headers, true, mail.Body)}
				return ask(a, func(ev Event) Action {
					return y.read(ev, []int{250}, func(err string) Action {
						if err != "" {
							return fail(err)
						}
						return y.deliver()
					})
				})
			})
		})
	})
}

func (y *symfony) rcpt(list []string, fail step, k func() Action) Action {
	if len(list) == 0 {
		return k()
	}
	return y.command(Action{Step: StepRcpt, Line: "RCPT TO:<" + list[0] + ">"}, []int{250, 251, 252}, func(err string) Action {
		if err != "" {
			return fail(err)
		}
		return y.rcpt(list[1:], fail, k)
	})
}

// quit ends the conversation with what has come of it.
func (y *symfony) quit(err string) Action {
	if y.dead {
		return y.done(err)
	}
	return y.command(Action{Step: StepQuit, Line: "QUIT"}, []int{221}, func(string) Action {
		return ask(Action{Kind: ActionClose, Step: StepQuit}, func(Event) Action { return y.done(err) })
	})
}

// Mail_smtp (Mail/smtp.php of PEAR Mail 1.3.0 to 2.0.0): the order in which
// things are done, and the words around Net_SMTP's errors.

package transport

// mailer is one Mail_smtp object, as MediaWiki makes one for each call of
// UserMailer::send().
type mailer struct {
	o     Options
	p     params
	mails []Mail
	smtp  *netSMTP // nil: not connected, or disconnected in good order
}

func newMailer(o Options, mails []Mail) *mailer {
	return &mailer{o: o, p: newParams(o.SMTP, o.Release), mails: mails}
}

func (m *mailer) start(Event) Action { return m.send() }

// send is Mail_smtp::send() for the first of the mails. After the last, or an
// error, the object is destroyed, which disconnects once more if the server
// did not agree to QUIT.
func (m *mailer) send() Action {
	mail := m.mails[0]
	m.mails = m.mails[1:]
	return m.deliver(mail, func(err string) Action {
		further := func() Action {
			if err == "" && len(m.mails) > 0 {
				return m.send()
			}
			return m.disconnect(func() Action { return Action{Kind: ActionDone, Step: StepQuit, Err: err} })
		}
		if m.p.persist {
			return further()
		}
		return m.disconnect(further)
	})
}

// disconnect ends the connection, if there is one.
func (m *mailer) disconnect(k func() Action) Action {
	if m.smtp == nil {
		return k()
	}
	return m.smtp.disconnect(func(err string) Action {
		if err == "" {
			m.smtp = nil
		}
		return k()
	})
}

// deliver is send_or_fail().
func (m *mailer) deliver(mail Mail, k step) Action {
	return m.connection(func(err string) Action {
		if err != "" {
			return k(err)
		}
		// fail resets the server, then reports.
		fail := func(err string) Action {
			return m.smtp.rset(func(string) Action { return k(err) })
		}
		from, headers, err := PrepareHeaders(mail.Headers)
		if err != "" {
			return fail(err)
		}
		for _, h := range mail.Headers {
			if h.Name == "Return-Path" {
				if v := sanitise(h.Value); v != "" && v != "0" {
					from = v
				}
			}
		}
		if from == "" {
			return fail("No From: address has been provided")
		}
		return m.smtp.mailFrom(from, m.p.verp, func(err string) Action {
			if err != "" {
				return fail(m.smtp.errorText("Failed to set sender: "+from, err))
			}
			recipients, err := parseRecipients(mail.Recipients)
			if err != "" {
				return fail(err)
			}
			return m.recipients(recipients, fail, func() Action {
				return m.smtp.data(headers, mail.Body, func(err string) Action {
					if err != "" {
						return fail(m.smtp.errorText("Failed to send data", err))
					}
					return k("")
				})
			})
		})
	})
}

func (m *mailer) recipients(list []string, fail step, k func() Action) Action {
	if len(list) == 0 {
		return k()
	}
	return m.smtp.rcptTo(list[0], func(err string) Action {
		if err != "" {
			return fail(m.smtp.errorText("Failed to add recipient: "+list[0], err))
		}
		return m.recipients(list[1:], fail, k)
	})
}

// connection is getSMTPObject(): connect, and log in or start TLS.
func (m *mailer) connection(k step) Action {
	if m.smtp != nil {
		return k("")
	}
	m.smtp = &netSMTP{o: m.o, p: &m.p, pipelining: m.p.pipelining, esmtp: map[string]string{}, code: -1}
	return m.smtp.connect(func(err string) Action {
		switch {
		case err != "":
			return k(m.smtp.errorText("Failed to connect to "+m.p.host.ToString()+":"+m.p.port.ToString(), err))
		case m.p.auth.Truthy():
			return m.smtp.login(func(err string) Action {
				if err == "" {
					return k("")
				}
				text := m.smtp.errorText(m.p.method()+" authentication failure", err)
				return m.smtp.rset(func(string) Action { return k(text) })
			})
		case !m.p.starttls.Truthy():
			return k("")
		case !m.smtp.offersTLS():
			return k("STARTTLS failed")
		default:
			return m.smtp.startTLS(k)
		}
	})
}

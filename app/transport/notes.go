// What the lines of a conversation mean, one sentence each.

package transport

import "strings"

// note is a sentence for the lines that begin with prefix.
type note struct {
	step   Step
	prefix string
	text   string
}

var clientNotes = []note{
	{StepEHLO, "EHLO", "The wiki says its name ('localhost') and asks what the server can do."},
	{StepEHLO, "HELO", "The server did not take EHLO: the older form, which offers neither TLS nor a login."},
	{StepStartTLS, "STARTTLS", "The wiki asks to go on encrypted."},
	{StepAuth, "AUTH LOGIN", "The login begins: the name, then the password, each in base64."},
	{StepAuth, "AUTH PLAIN", "The login begins: name and password together, in base64."},
	{StepAuth, "AUTH CRAM-MD5", "The login begins: the password itself is not sent, a digest made with it is."},
	{StepAuth, "AUTH DIGEST-MD5", "The login begins: the password itself is not sent, a digest made with it is."},
	{StepAuth, "AUTH SCRAM", "The login begins: both sides prove that they know the password, without sending it."},
	{StepAuth, "AUTH XOAUTH2", "The login begins: the token takes the place of a password."},
	{StepAuth, "AUTH OAUTHBEARER", "The login begins: the token takes the place of a password."},
	{StepAuth, "NOOP", "The wiki confirms that the server's proof was right."},
	{StepMail, "MAIL", "The envelope sender, taken from Return-Path: bounces go there, and SPF checks its domain."},
	{StepRcpt, "RCPT", "A recipient, whatever the header fields say."},
	{StepData, "DATA", "The mail itself comes next."},
	{StepQuit, "RSET", "The wiki gives this mail up."},
	{StepQuit, "QUIT", "The wiki says goodbye."},
}

var serverNotes = []note{
	{StepGreeting, "220", "The server is there and greets."},
	{StepGreeting, "421", "The server does not serve this client now."},
	{StepGreeting, "5", "The server does not want this client."},
	{StepEHLO, "250-STARTTLS", "The connection can be encrypted. PEAR uses that if it is to log in."},
	{StepEHLO, "250 STARTTLS", "The connection can be encrypted. PEAR uses that if it is to log in."},
	{StepEHLO, "250-AUTH", "These kinds of login are offered; PEAR takes the first on its own list, in capital letters only."},
	{StepEHLO, "250 AUTH", "These kinds of login are offered; PEAR takes the first on its own list, in capital letters only."},
	{StepEHLO, "250-SIZE", "Mails of this many bytes or more are not even tried."},
	{StepEHLO, "250 SIZE", "Mails of this many bytes or more are not even tried."},
	{StepEHLO, "5", "The server refuses the name."},
	{StepStartTLS, "220", "Agreed: the handshake follows."},
	{StepStartTLS, "4", "The server cannot do it now; the wiki does not go on in clear."},
	{StepAuth, "334", "The server waits for the next part of the login."},
	{StepAuth, "235", "The login is accepted."},
	{StepAuth, "503", "PEAR takes this as a success."},
	{StepAuth, "504", "The server does not know this kind of login."},
	{StepAuth, "53", "The login is refused; PEAR does not try another kind."},
	{StepMail, "250", "The sender is accepted."},
	{StepMail, "530", "The server wants encryption or a login first."},
	{StepMail, "5", "The sender is refused."},
	{StepMail, "4", "The sender is refused for now."},
	{StepRcpt, "25", "The recipient is accepted."},
	{StepRcpt, "5", "The recipient is refused; PEAR then sends the mail to nobody."},
	{StepRcpt, "4", "The recipient is refused for now; PEAR does not try again."},
	{StepData, "354", "The server is ready for the mail."},
	{StepData, "250", "The server has the mail and answers for it from now on."},
	{StepData, "5", "The mail is refused."},
	{StepData, "4", "The mail is refused for now; PEAR does not try again."},
}

func find(notes []note, step Step, line string) string {
	for _, n := range notes {
		if n.step == step && strings.HasPrefix(line, n.prefix) {
			return n.text
		}
	}
	return ""
}

// Note explains the line of an ActionSend in one sentence, "" where there is
// nothing to say. Of a login on an open connection it says that anyone on the
// way can read it.
func (a Action) Note(encrypted bool) string {
	text := find(clientNotes, a.Step, a.Line)
	if text == "" && a.Step == StepAuth && a.Secret {
		text = "Part of the login, in base64, which anyone can decode."
	}
	if a.Step == StepAuth && !encrypted && strings.HasPrefix(a.Line, "AUTH ") {
		text += " The connection is not encrypted: anyone on the way can read it."
	}
	return text
}

// ReplyNote explains a line of a server's reply at a step, "" where there is
// nothing to say.
func ReplyNote(at Step, line string) string { return find(serverNotes, at, line) }

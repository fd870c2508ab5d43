// How a conversation ends: which step failed, what package trouble knows of it,
// and the verdict.

package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
)

// stopEarly ends the conversation in good order after RCPT TO.
func (t *run) stopEarly() {
	warn := false
	for ; t.unread > 0; t.unread-- { // pipelined
		ev, err := t.read(transport.StepRcpt)
		if err != nil {
			t.giveUp(err)
			return
		}
		warn = warn || t.bad
		if ev.Kind != transport.EventReply {
			break
		}
	}
	if warn && t.cur != nil {
		t.cur.Status = Warning
		t.cur.Text = "The server refuses sender or recipient. With 'pipelining' MediaWiki does not look at that, and may report success for a mail that is lost."
	}
	if t.cur != nil {
		t.stop(t.cur)
		t.flush()
	}
	s := t.begin("quit", true)
	t.cur = &s
	for _, line := range []string{"RSET", "QUIT"} {
		t.say(transport.Action{Step: transport.StepQuit, Line: line})
		if ev, err := t.read(transport.StepQuit); err != nil || ev.Kind != transport.EventReply {
			break
		}
	}
	if t.ctx.Err() != nil {
		t.giveUp(context.Cause(t.ctx))
		return
	}
	t.cur.Text = "The test stops here: no mail was sent."
	t.flush()
	t.hangUp()
	t.verdict.OK = !warn
	t.verdict.Text = "MediaWiki's mail would be taken: the server accepts the sender and this recipient. No mail was sent."
	if warn {
		t.verdict.Step = "rcpt"
		t.verdict.Text = "The server refuses sender or recipient, and MediaWiki would not notice."
	}
}

// done is the machine's end.
func (t *run) done(a transport.Action) {
	v := &t.verdict
	if a.Err == "" && !a.Hung {
		v.OK, v.Sent = true, t.final != ""
		v.QueueID = queueID(t.final)
		if t.held != nil && t.held.ID == "data" && v.QueueID != "" {
			t.held.Facts = append(t.held.Facts, Fact{"queue id", v.QueueID})
		}
		v.Text = "The server took the test mail."
		if v.QueueID != "" {
			v.Text = "The server took the test mail as " + v.QueueID + "."
		}
		t.release(OK, "")
		t.flush()
		return
	}
	v.Error, v.Exception, v.Hung = a.Err, a.Exception, a.Hung
	d := t.diagnose(a)
	quit := t.cur
	if quit != nil && quit.ID != "quit" {
		t.held, t.hbad, quit = t.cur, t.bad, nil
		t.stop(t.held)
	}
	if a.Hung && quit != nil {
		t.release(OK, "")
		t.held, t.hbad, quit = quit, true, nil
		t.stop(t.held)
	}
	t.cur = nil
	if !t.hbad && (t.held == nil || t.held.ID != phase(a.Err)) {
		// Refused by the wiki itself, at a step that was never begun.
		t.release(OK, "")
		s := t.begin(phase(a.Err), true)
		if quit != nil {
			s.Start = quit.Start
		}
		t.held = &s
	}
	v.Step = t.held.ID
	t.held.Error = a.Err
	t.held.Reasons = reasons(d)
	text := t.held.Text
	if text == "" {
		text = failure(t.held, a)
	}
	v.Text = text
	t.release(Failed, text)
	t.cur = quit
	t.flush()
}

// diagnose asks package trouble for the reason. What is secret is hidden from
// it, for it may repeat a part of a text.
func (t *run) diagnose(a transport.Action) trouble.Diagnosis {
	lines := slices.Clone(t.lines)
	for i := range lines {
		lines[i].Text, lines[i].Note = t.hide.hide(lines[i].Text), t.hide.hide(lines[i].Note)
	}
	return trouble.FromTranscript(transport.Transcript{Lines: lines, Err: t.hide.hide(a.Err), Exception: a.Exception, Hung: a.Hung}, t.context())
}

// phase is the step that an error belongs to where nothing was said.
func phase(err string) string {
	for _, p := range []struct{ begins, holds, step string }{
		{"", "STARTTLS failed", "starttls"},
		{"", " authentication failure [SMTP: ", "auth"},
		{"Failed to find an authenticator", "", "auth"},
		{"Failed to add recipient", "", "rcpt"},
		{"Failed to send data", "", "data"},
		{"Failed to connect", "", "tcp"},
		{"", "fsockopen()", "tcp"},
		{"", "stream_socket_client()", "tcp"},
		{"", "Unsupported operand types", "tcp"},
		{"Options should have", "", "tcp"},
	} {
		if strings.HasPrefix(err, p.begins) && strings.Contains(err, p.holds) {
			return p.step
		}
	}
	return "mail"
}

// failure is a failed step in a sentence.
func failure(s *Step, a transport.Action) string {
	if a.Hung {
		return "The server stays silent, and MediaWiki would wait for it without end."
	}
	last := ""
	for _, l := range slices.Backward(s.Lines) {
		if l.From == string(transport.ServerSide) {
			last = l.Text
			break
		}
		if l.From == string(transport.Event_) {
			last = "the server hangs up"
			break
		}
	}
	switch {
	case last == "the server hangs up":
		return "The server hangs up instead of answering."
	case last != "":
		return "The server refuses: " + last
	default:
		return "MediaWiki gives up before it says anything here."
	}
}

// account is a step that went well, in a sentence.
func (t *run) account(s *Step) string {
	switch s.ID {
	case "resolve":
		if len(s.Facts) == 1 {
			return "The name leads to one address."
		}
		return fmt.Sprintf("The name leads to %d addresses, tried in this order.", len(s.Facts))
	case "greeting":
		return "The server greets."
	case "ehlo":
		return "The server says what it offers."
	case "auth":
		if t.clear {
			s.Status = Warning
			return "The login is accepted, but the password went over an open line: anyone on the way can read it."
		}
		return "The login is accepted."
	case "mail":
		return "The sender is accepted."
	case "rcpt":
		return "The recipient is accepted."
	case "data":
		return "The mail is taken."
	case "quit":
		return "The connection is ended."
	}
	return "Done."
}

// giveUp ends a conversation by the test's own decision.
func (t *run) giveUp(err error) {
	var refused *RefusedError
	t.refused = errors.As(err, &refused)
	t.release(OK, "")
	text := upperFirst(err.Error()) + "."
	if t.ctx.Err() != nil {
		text = "The test ended here."
	}
	if t.cur != nil {
		t.cur.Status, t.cur.Text = Failed, text
		t.verdict.Step = t.cur.ID
		t.flush()
	}
	t.verdict.Step = cmp.Or(t.verdict.Step, "tcp")
	t.stopped(err)
}

// queueIDs are how servers name a mail that they took: Postfix, Exim,
// Sendmail and OpenSMTPD, Microsoft, Amazon SES, Gmail.
var queueIDs = []*regexp.Regexp{
	regexp.MustCompile(`(?i)queued as ([\w.<>@-]{4,80})`),
	regexp.MustCompile(`(?i)\bid=([\w.<>@-]{4,80})`),
	regexp.MustCompile(`(?i)^\d+ \d\.\d\.\d ([\w.-]{6,80}) Message accepted`),
	regexp.MustCompile(`(?i)(<[\w.@-]{4,200}>) \[InternalId`),
	regexp.MustCompile(`^250 Ok ([0-9a-f-]{20,80})$`),
	regexp.MustCompile(`^250 2\.0\.0 OK +([\w. -]{6,80}) - gsmtp`),
}

// queueID is the server's name for the mail, "" where it tells none.
func queueID(reply string) string {
	for _, re := range queueIDs {
		if m := re.FindStringSubmatch(reply); m != nil {
			return m[1]
		}
	}
	return ""
}

package ui

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
)

// explained is the page for an error with an answer to it.
func explained(t *testing.T, settings, text string) *ErrorPage {
	t.Helper()
	t.Cleanup(func() { desk.settings, desk.release = "", "" })
	p := &ErrorPage{}
	p.prepare()
	p.paste.text, p.text = settings, text
	p.paste.look("")
	p.explain(app.Context{})
	if p.answer == nil {
		t.Fatal("no answer")
	}
	return p
}

const talkSettings = "$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587, 'auth' => true, 'username' => 'wiki@example.org', 'password' => 'correct-horse', 'localhost' => 'wiki.example.org' ];"

// The conversation of the settings at hand is shown up to the step that failed,
// and there stands what the error says.
func TestErrorInTalk(t *testing.T) {
	const connect = "Failed to connect to smtp.example.org:587 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]"
	for _, tc := range []struct {
		settings, text string
		step           trouble.Step
		has            []string // in this order
		not            []string
	}{
		{talkSettings, "authentication failure [SMTP: Invalid response code received from server (code: 535, response: 5.7.8 Error: authentication failed)]", trouble.Auth,
			[]string{"port 587", "EHLO wiki.example.org", "STARTTLS", "AUTH ", "***", "535 5.7.8"}, []string{"235 ", "MAIL FROM", "correct-horse"}},
		{talkSettings, connect, trouble.Connect, []string{"smtp.example.org", "No connection comes about"}, []string{"EHLO"}},
		{talkSettings, "authentication failure [SMTP: STARTTLS failed (code: 220, response: 2.0.0 Ready to start TLS)]", trouble.StartTLS,
			[]string{"EHLO wiki.example.org", "STARTTLS", "220 ", "No encryption comes about"}, []string{"AUTH LOGIN"}},
		{talkSettings, "Failed to send data [SMTP: Invalid response code received from server (code: 550, response: 5.7.1 Message rejected as spam)]", trouble.Data,
			[]string{"MAIL FROM", "RCPT TO", "DATA", "550 5.7.1"}, []string{"QUIT", "queued"}},
		// Without settings: as it goes with the server that the error names.
		{"", connect, trouble.Connect, []string{"smtp.example.org, port 587", "No connection comes about"}, []string{"EHLO"}},
		{"", "535 5.7.8 Username and Password not accepted. For more information, go to https://support.google.com/mail/?p=BadCredentials", trouble.Auth, []string{"AUTH ", "535 5.7.8"}, []string{"235 "}},
	} {
		p := explained(t, tc.settings, tc.text)
		if got := p.answer.Step; got != tc.step {
			t.Errorf("%.60s: the step is %s", tc.text, got)
		}
		text := p.inTalk(tc.step, true)
		at := 0
		for _, want := range tc.has {
			i := strings.Index(text[at:], esc(want))
			if i < 0 {
				t.Errorf("%.60s: %q is not behind the others in\n%s", tc.text, want, text)
				break
			}
			at += i
		}
		for _, word := range tc.not {
			if strings.Contains(text, word) {
				t.Errorf("%.60s: %q is in\n%s", tc.text, word, text)
			}
		}
		if n := strings.Count(text, "talk__line--failed"); n != 1 {
			t.Errorf("%.60s: %d lines are marked", tc.text, n)
		}
	}
	// What fails outside has none.
	p := explained(t, talkSettings, "Unknown error in PHP's mail() function.")
	if text := p.inTalk(p.answer.Step, true); text != "" || p.answer.Step != trouble.Sendmail {
		t.Errorf("step %s: %s", p.answer.Step, text)
	}
}

// Each step can be the one that fails.
func TestTalkUpTo(t *testing.T) {
	o := Compute(filled("gmail"))
	for i := range way {
		at := way[i].step
		n := placeOnWay(at)
		if n < placeOnWay(trouble.Connect) || n > placeOnWay(trouble.Data) {
			continue
		}
		for _, code := range []int{-1, 454} {
			lines := talkUpTo(o.Conversation.Lines, at, &trouble.Parts{Code: code})
			last := lines[len(lines)-1]
			if last.Step != string(at) || (last.From == transport.ServerSide) != (code > 0) {
				t.Errorf("%s, code %d: the last line is %+v", at, code, last)
			}
			for _, l := range lines {
				if placeOnWay(trouble.Step(l.Step)) > n {
					t.Errorf("%s: %+v comes after it", at, l)
				}
			}
		}
	}
}

package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// ConversationPanel shows what the wiki and the server say to each other.
type ConversationPanel struct {
	app.Compo

	Transcript transport.Transcript
	Transport  wgsmtp.Transport // only SMTP has a conversation to show
	Carrier    string           // its name
	Release    *mediawiki.Release
	Kind       wgsmtp.MailKind // decides where an error would be shown
}

// stages are the steps of a conversation as headings.
var stages = map[string]string{
	"connect":  "Connection",
	"greeting": "Greeting",
	"ehlo":     "Introduction",
	"starttls": "Encryption",
	"auth":     "Login",
	"mail":     "Sender",
	"rcpt":     "Recipient",
	"data":     "The mail",
	"quit":     "Goodbye",
}

// Render implements app.Composer.
func (p *ConversationPanel) Render() app.UI {
	why := ""
	switch {
	case p.Transport == wgsmtp.TransportMail:
		why = "With PHP's mail() the wiki speaks to no server: it hands the mail to the program sendmail on its own host, and that program's log says what happens next."
	case p.Transport == wgsmtp.TransportExtension:
		why = "The extension hands the mail to the carrier over HTTPS: there is no SMTP conversation."
	case len(p.Transcript.Lines) == 0 && p.Transcript.OK():
		why = "Nothing is said: MediaWiki refuses the mail before it speaks to a server."
	}
	if why != "" {
		return panel("conversation", app.Raw(boxed(noticeBox, markup(`<p>§</p>`, why))))
	}
	return panel("conversation",
		app.Raw(markup(`<p class="panel__lead">What this release says, word for word, to a server that answers as § is known to. Passwords are masked.</p>`, or(p.Carrier, "the server"))),
		talk(p.Transcript.Lines, "h3"),
		app.Raw(p.outcome()),
	)
}

// talk is the lines in groups, each with its heading of that level, and the notes
// of its lines folded below it.
func talk(lines []transport.Line, heading string) app.UI {
	var out []app.UI
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].Step == lines[from].Step {
			to++
		}
		before := from > 0 && lines[from-1].Encrypted
		out = append(out, app.Raw(stage(lines[from:to], heading, from > 0, before)))
		from = to
	}
	return el("div", "talk").Body(out...)
}

// stage is one group. later and encrypted say how it was before.
func stage(lines []transport.Line, heading string, later, encrypted bool) string {
	items, notes := "", ""
	for i := range lines {
		l := &lines[i]
		if (i > 0 || later) && l.Encrypted != encrypted || i == 0 && !later {
			items += stretch(l.Encrypted)
		}
		encrypted = l.Encrypted
		items += said(l, l.Text, "", "")
		if l.Note != "" {
			notes += markup(`<li><code class="words">§</code><span class="talk__note">§</span></li>`, l.Text, l.Note)
		}
	}
	if notes != "" {
		notes = `<details class="panel-more"><summary>What this means</summary><ul class="talk__notes">` + notes + `</ul></details>`
	}
	return markup(`<div class="talk__group"><¶ class="talk__stage">§</¶><ul class="talk__lines">¶</ul>¶</div>`,
		heading, or(stages[lines[0].Step], "Conversation"), heading, items, notes)
}

// stretch says that from here on everything is, or is not, encrypted.
func stretch(encrypted bool) string {
	if encrypted {
		return `<li class="talk__stretch talk__stretch--encrypted">` + lockShut + `<span>Encrypted from here on</span></li>`
	}
	return `<li class="talk__stretch talk__stretch--clear">` + lockOpen + `<span>In clear: anybody on the way can read this</span></li>`
}

// said is one line, with a class of its own and markup before its text.
func said(l *transport.Line, text, class, before string) string {
	who, side, tag := "", "event", "span"
	switch l.From {
	case transport.Wiki:
		who, side, tag = "Wiki →", "wiki", "code"
	case transport.ServerSide:
		who, side, tag = "Server ←", "server", "code"
	}
	if l.Encrypted {
		class += " talk__line--encrypted"
	}
	return markup(`<li class="talk__line talk__line--¶ ¶"><span class="talk__who">¶</span> ¶<¶ class="talk__text">§</¶></li>`, side, class, who, before, tag, text, tag)
}

func (p *ConversationPanel) outcome() string {
	if p.Transcript.Hung {
		return boxed(errorBox, `<p>MediaWiki waits without end, and with it the page of whoever caused the mail.</p><p class="talk__where">There is no error text: PHP's time limit does not count waiting.</p>`)
	}
	if p.Transcript.Err == "" {
		return boxed(successBox, `<p>The server takes the mail, and MediaWiki reports success. Whether a receiver takes it too is the matter of delivery.</p>`)
	}
	return boxed(errorBox, markup(`<p>MediaWiki gives up with these words:</p><p><code class="words">§</code></p><p class="talk__where">§</p>`,
		p.words(), whereShown(p.Kind, p.Release)))
}

// words are the error as it is shown: of an exception the class too.
func (p *ConversationPanel) words() string {
	if p.Transcript.Exception != "" {
		return p.Transcript.Exception + ": " + p.Transcript.Err
	}
	return p.Transcript.Err
}

// whereShown says where the mailer's words about a mail of that kind appear.
func whereShown(kind wgsmtp.MailKind, r *mediawiki.Release) string {
	has := func(c mediawiki.Change) bool { return r != nil && r.Has(c) }
	const inLog = "only the debug log ($wgDebugLogFile) has them."
	switch kind {
	case wgsmtp.MailConfirm:
		return "Special:ConfirmEmail shows them to the user, after “Mailer returned”."
	case wgsmtp.MailPasswordReset:
		if has(mediawiki.ResetHidesErrors) {
			return "The user is told that the mail was sent: " + inLog
		}
		return "Special:PasswordReset shows them to the user."
	case wgsmtp.MailNewAccount:
		return "The page that made the account shows them."
	case wgsmtp.MailUser:
		return "Special:EmailUser shows them to the user who writes."
	case wgsmtp.MailWatchlist, wgsmtp.MailTalk:
		if has(mediawiki.NotificationQueue) {
			return "Nobody sees them: the job fails or is done, and " + inLog
		}
		return "Nobody sees them: the page is saved, and " + inLog
	case wgsmtp.MailChanged:
		return "Nobody sees them: the address is changed, and " + inLog
	default:
		return "The command prints them after FAILED."
	}
}

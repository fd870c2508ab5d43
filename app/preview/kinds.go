// The occasions on which MediaWiki sends mail: who writes to whom, and which
// settings switch it off.

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

type kind struct {
	accounts bool // recipient (and sender) are users of the wiki
	sender   bool
	build    func(*wiki, Varying) Result
}

var kinds = map[wgsmtp.MailKind]kind{
	wgsmtp.MailConfirm:       {accounts: true, build: (*wiki).confirm},
	wgsmtp.MailPasswordReset: {accounts: true, build: (*wiki).passwordReset},
	wgsmtp.MailNewAccount:    {accounts: true, build: (*wiki).newAccount},
	wgsmtp.MailUser:          {accounts: true, sender: true, build: (*wiki).emailUser},
	wgsmtp.MailWatchlist:     {accounts: true, sender: true, build: (*wiki).watchlist},
	wgsmtp.MailTalk:          {accounts: true, sender: true, build: (*wiki).talk},
	wgsmtp.MailChanged:       {accounts: true, build: (*wiki).emailChanged},
	wgsmtp.MailPlain:         {build: (*wiki).plain},
	wgsmtp.MailPlainMulti:    {build: (*wiki).plainMulti},
	wgsmtp.MailHTML:          {build: (*wiki).html},
}

// exception names an exception of MediaWiki's with its class.
func (w *wiki) exception(class, message string) string {
	if w.r.Has(mediawiki.NamespacedClasses) {
		class = `MediaWiki\Exception\` + class
	}
	return class + ": " + message
}

// Where mail is switched off: MediaWiki's English messages usermaildisabledtext,
// passwordreset-emaildisabled, emaildisabled and nosuchspecialpage.
const (
	msgNoUserMail    = "You cannot send email to other users on this wiki"
	msgNoResetMail   = "Email features have been disabled on this wiki."
	msgNoMail        = "This site cannot send emails."
	msgNoSuchSpecial = "No such special page"
)

// toUser is User::sendMail().
func (w *wiki) toUser(to Person, s subject, text string, v Varying) Result {
	subject, exact := w.subject(s)
	res := w.send(letter{to: []Person{to}, from: w.itself(), subject: subject, text: text, when: v, sample: true})
	res.SubjectSample = !exact
	return res
}

func (w *wiki) confirm(v Varying) Result {
	if !w.on("wgEnableEmail") || !w.on("wgEmailAuthentication") {
		return Result{Shown: msgNoSuchSpecial}
	}
	return w.toUser(w.in.Recipient, subject{key: subjectConfirm}, w.sampleConfirm(w.in.Recipient, v), v)
}

func (w *wiki) passwordReset(v Varying) Result {
	if !w.on("wgEnableEmail") {
		return Result{Err: w.exception("ErrorPageError", msgNoResetMail)}
	}
	return w.toUser(w.in.Recipient, subject{key: subjectReset}, w.sampleReset(w.in.Recipient), v)
}

func (w *wiki) newAccount(v Varying) Result {
	return w.toUser(w.in.Recipient, subject{key: subjectAccount}, w.sampleAccount(w.in.Recipient), v)
}

// emailChanged is User::setEmailWithConfirmation(): word to the old address,
// then a confirmation request to the new one.
func (w *wiki) emailChanged(v Varying) Result {
	switch {
	case !w.on("wgEnableEmail"):
		return Result{Err: msgNoMail}
	case !w.on("wgEmailAuthentication"), w.in.NewEmail == w.in.Recipient.Email:
		return Result{}
	}
	var res Result
	old, now := w.in.Recipient, w.in.Recipient
	now.Email = w.in.NewEmail
	if old.Email != "" && w.r.Version.Minor >= changeNotice {
		res = w.toUser(old, subject{key: subjectChanged}, w.sampleChanged(old, now), v)
	}
	if now.Email != "" {
		next := v.at(len(res.Messages))
		res = res.and(w.toUser(now, subject{key: subjectConfirm}, w.sampleConfirm(now, next), next))
	}
	return res
}

// changeNotice is the branch in which the old address began to be told.
const changeNotice = 27

// and is what follows, after a mail that was sent or failed.
func (res Result) and(next Result) Result {
	next.Messages = append(res.Messages, next.Messages...)
	if res.Transport != "" {
		next.Transport = res.Transport
	}
	if res.Err != "" {
		next.Err = res.Err
	}
	next.SubjectSample = next.SubjectSample || res.SubjectSample
	return next
}

// emailUser is Special:EmailUser.
func (w *wiki) emailUser(v Varying) Result {
	if !w.on("wgEnableEmail") || !w.on("wgEnableUserEmail") {
		return Result{Err: w.exception("ErrorPageError", msgNoUserMail)}
	}
	text, exact := w.userText()
	l := letter{
		to: []Person{w.in.Recipient}, from: w.in.Sender, subject: w.in.Subject,
		text: text, when: v, sample: !exact,
	}
	if w.on("wgUserEmailUseReplyTo") {
		l.from, l.replyTo = w.itself(), &w.in.Sender
	}
	res := w.send(l)
	// Who writes to himself needs no copy.
	if !w.in.Copy || w.in.Sender == w.in.Recipient || res.Err != "" {
		return res
	}
	l.to = []Person{w.in.Sender}
	l.subject, exact = w.subject(subject{key: subjectCopy, one: w.in.Recipient.Name, two: w.in.Subject})
	l.when = v.at(len(res.Messages))
	res = res.and(w.send(l))
	res.SubjectSample = !exact
	return res
}

// phpTrimRight is PHP's rtrim().
func phpTrimRight(s string) string { return strings.TrimRight(s, " \t\n\r\x00\v") }

// pageTitle is a title as readers see it: Title::getPrefixedText(). spaced
// tells that it has one of the namespaces, by its English name.
func pageTitle(s string) (title string, spaced bool) {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '_' || r == ' ' }), " ")
	if space, rest, ok := strings.Cut(s, ":"); ok {
		for _, name := range namespaces {
			if strings.EqualFold(strings.TrimSpace(space), name) {
				return name + ":" + upperFirst(strings.TrimSpace(rest)), true
			}
		}
	}
	return upperFirst(s), false
}

// namespaces that every wiki has, by their English names, which work in any
// language but are shown in the wiki's own.
var namespaces = []string{
	"Talk", "User", "User talk", "File", "File talk", "MediaWiki", "MediaWiki talk",
	"Template", "Template talk", "Help", "Help talk", "Category", "Category talk",
}

func (w *wiki) watchlist(v Varying) Result {
	if !w.on("wgEnotifWatchlist") {
		return Result{}
	}
	watchers := append([]Person{w.in.Recipient}, w.in.Watchers...)
	var headers Headers
	if w.r.Has(mediawiki.ListHelp) {
		headers.set("List-Help", "https://www.mediawiki.org/wiki/Special:MyLanguage/Help:Watchlist")
	}
	page, spaced := pageTitle(w.in.Page)
	res := w.notify(watchers, page, headers, v)
	res.SubjectSample = res.SubjectSample || spaced && w.language() != "en"
	return res
}

func (w *wiki) talk(v Varying) Result {
	switch {
	case w.on("wgEnotifUserTalk"):
		return w.notify([]Person{w.in.Recipient}, w.userTalk()+":"+w.in.Recipient.Name, nil, v)
	case w.on("wgEnotifWatchlist"):
		// The owner of a talk page does not watch it of himself.
		return Result{}
	default:
		return Result{}
	}
}

// notify is EmailNotification, from 1.45 RecentChangeMailComposer.
func (w *wiki) notify(to []Person, page string, headers Headers, v Varying) Result {
	l := letter{from: w.itself(), sample: true}
	reply := Person{Email: w.noReplyAddress()}
	l.replyTo = &reply
	if w.on("wgEnotifRevealEditorAddress") && w.in.Sender.Email != "" {
		if !w.on("wgEnotifFromEditor") {
			l.replyTo = &w.in.Sender
		} else {
			if w.r.Has(mediawiki.RevealFromEditorBug) {
				return Result{Err: w.uninitialised()}
			}
			l.from, l.replyTo = w.in.Sender, nil
		}
	}
	editor := w.in.Sender.Name
	if w.in.Sender.Real != "" && w.on("wgEnotifUseRealName") {
		editor = w.in.Sender.Real
	}
	key := subjectCreated
	if w.in.PageExists {
		key = subjectEdited
	}
	var exact bool
	l.subject, exact = w.subject(subject{key: key, one: page, two: editor})
	if !w.r.Has(mediawiki.NoImpersonal) && w.on("wgEnotifImpersonal") {
		l.to, l.when = to, v
		l.text = w.sampleNotice(page, editor, "")
		res := w.send(l)
		if w.r.Version.Minor == 43 && strings.HasPrefix(res.Err, "ValueError: ") {
			res.Err += " in MEDIAWIKI/includes/mail/UserMailer.php on line 398"
		}
		res.SubjectSample = !exact
		return res
	}
	l.headers = headers
	var res Result
	for i, p := range to {
		l.to, l.when = []Person{p}, v.at(i)
		l.text = w.sampleNotice(page, editor, p.Name)
		res = res.and(w.send(l))
	}
	res.SubjectSample = !exact
	return res
}

// uninitialised is how the job of a notification ends with
// $wgEnotifRevealEditorAddress and $wgEnotifFromEditor. From 1.43 on the error
// of a job ends with file and line (MEDIAWIKI stands for MediaWiki's
// directory), which are known of the recorded 1.43.3 and 1.45.0 only.
func (w *wiki) uninitialised() string {
	const what = "$replyto must not be accessed before initialization"
	switch {
	case w.r.Version.Minor == 43:
		return "Error: Typed property EmailNotification::" + what + " in MEDIAWIKI/includes/mail/EmailNotification.php on line 574"
	case w.r.Version.Minor == 45:
		return `Error: Typed property MediaWiki\RecentChanges\RecentChangeMailComposer::` + what + " in MEDIAWIKI/includes/recentchanges/RecentChangeMailComposer.php on line 276"
	case w.r.Has(mediawiki.NamespacedClasses):
		return `Error: Typed property MediaWiki\RecentChanges\RecentChangeMailComposer::` + what
	default:
		return "Error: Typed property EmailNotification::" + what
	}
}

// direct is UserMailer::send() as a maintenance script or an extension calls it.
func (w *wiki) direct(to []Person, v Varying) letter {
	l := letter{
		to: to, from: w.itself(), replyTo: w.in.ReplyTo, subject: w.in.Subject, text: w.in.Text,
		contentType: w.in.ContentType, headers: w.in.Headers, when: v,
	}
	if w.in.From != nil {
		l.from = *w.in.From
	}
	return l
}

func (w *wiki) plain(v Varying) Result { return w.send(w.direct([]Person{w.in.Recipient}, v)) }

func (w *wiki) plainMulti(v Varying) Result { return w.send(w.direct(w.in.Recipients, v)) }

func (w *wiki) html(v Varying) Result {
	l := w.direct([]Person{w.in.Recipient}, v)
	l.html, l.hasHTML = w.in.HTML, true
	return w.send(l)
}

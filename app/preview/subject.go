// The subjects of MediaWiki's own mail.

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
)

// subjectKey is a column of the table subjects.
type subjectKey int

const (
	subjectConfirm subjectKey = iota
	subjectReset
	subjectAccount
	subjectCreated
	subjectEdited
	subjectChanged
	subjectCopy
	userTalkName
	subjectColumns
)

// english are the columns in English (languages/i18n/en.json).
var english = [subjectColumns]string{
	subjectConfirm: "{{SITENAME}} email address confirmation",
	subjectReset:   "Account details on {{SITENAME}}",
	subjectAccount: "Account creation for {{SITENAME}}",
	subjectCreated: "{{SITENAME}} page $1 has been created by $2",
	subjectEdited:  "{{SITENAME}} page $1 has been changed by $2",
	subjectChanged: "{{SITENAME}} registered email address has been changed",
	subjectCopy:    "Copy of your message to $1: $2",
	userTalkName:   "User talk",
}

// subject is a message with its parameters.
type subject struct {
	key      subjectKey
	one, two string
}

// message is a message's text in the content language. exact is false where
// the language's own is not known, and English stands in.
func (w *wiki) message(key subjectKey) (text string, exact bool) {
	code := w.language()
	if line, ok := lookup(subjects, code); ok {
		return strings.Split(line, "¦")[key], true
	}
	text = english[key]
	if key == subjectConfirm && !w.r.Has(mediawiki.SenderFromMessage) {
		text = "{{SITENAME}} e-mail address confirmation"
	}
	return text, code == "en" || strings.HasPrefix(code, "en-")
}

// subject is the subject in the content language.
func (w *wiki) subject(s subject) (text string, exact bool) {
	text, exact = w.message(s.key)
	return w.expandMessage(text, s.one, s.two), exact
}

// userTalk is the namespace of users' talk pages.
func (w *wiki) userTalk() string {
	name, _ := w.message(userTalkName)
	return name
}

// expandMessage puts the site's name and the parameters into a message.
// {{GENDER:}} takes the form for users who have not said: the third of three,
// else the first.
func (w *wiki) expandMessage(text, one, two string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "{$")
		if i < 0 {
			break
		}
		b.WriteString(text[:i])
		text = text[i:]
		switch rest := text[1:]; {
		case strings.HasPrefix(text, "$1"):
			b.WriteString(one)
			text = rest[1:]
		case strings.HasPrefix(text, "$2"):
			b.WriteString(two)
			text = rest[1:]
		case strings.HasPrefix(text, siteName):
			b.WriteString(inMessage(w.sitename()))
			text = text[len(siteName):]
		case len(text) > 9 && strings.EqualFold(text[:9], "{{GENDER:") && strings.Contains(text, "}}"):
			inner, after, _ := strings.Cut(text[9:], "}}")
			forms := strings.Split(inner, "|")[1:]
			form := ""
			if len(forms) > 2 {
				form = forms[2]
			} else if len(forms) > 0 {
				form = forms[0]
			}
			b.WriteString(inMessage(w.expandMessage(form, one, two)))
			text = after
		default:
			b.WriteByte(text[0])
			text = rest
		}
	}
	return b.String() + text
}

const siteName = "{{SITENAME}}"

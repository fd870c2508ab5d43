// Bodies: the footer of users' mail, which is MediaWiki's, and samples that
// stand where MediaWiki has texts of its own.

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
)

// userText is the text of a user's mail with MediaWiki's footer
// (emailuserfooter; specialmute-email-footer). exact is false where the footer
// of that release or language is not known.
func (w *wiki) userText() (text string, exact bool) {
	from, to := w.in.Sender.Name, w.in.Recipient.Name
	footer := "This email was sent by " + from + " to " + inMessage(to) + ` by the "Email this user" function at ` + inMessage(w.sitename()) + "."
	if w.r.Has(mediawiki.ReplyToDefault) {
		footer += " If you reply to this email, your email will be sent directly to the original sender, revealing your email address to them."
	}
	if w.on("wgEnableSpecialMute") {
		page := w.pageURL("Special:Mute/" + strings.ReplaceAll(from, " ", "_"))
		footer += "\nTo manage email preferences for user \u202a" + from + "\u202c"
		if w.r.Has(mediawiki.MailTexts143) {
			footer += ", please visit the following URL:\n" + page
		} else {
			footer += " please visit <" + page + ">."
		}
	}
	exact = w.language() == "en" && w.r.Version.Minor >= 39
	return phpTrimRight(w.in.Text) + "\n\n-- \n" + footer, exact
}

func (w *wiki) sampleConfirm(to Person, v Varying) string {
	return "(Sample text.)\n\nPlease confirm that the account \"" + to.Name + "\" on " + w.sitename() +
		" belongs to this address:\n\n" + w.pageURL("Special:ConfirmEmail/"+v.Token)
}

func (w *wiki) sampleReset(to Person) string {
	return "(Sample text.)\n\nSomebody asked for a new password on " + w.sitename() + ".\n\nUser name: " + to.Name +
		"\nTemporary password: (made by the wiki)"
}

func (w *wiki) sampleAccount(to Person) string {
	return "(Sample text.)\n\nAn account \"" + to.Name + "\" was made for you on " + w.sitename() +
		".\n\nTemporary password: (made by the wiki)"
}

func (w *wiki) sampleChanged(old, now Person) string {
	return "(Sample text.)\n\nThe address of the account \"" + old.Name + "\" on " + w.sitename() +
		" was changed to " + now.Email + "."
}

// sampleNotice has no name for mail to several.
func (w *wiki) sampleNotice(page, editor, name string) string {
	text := "(Sample text.)\n\n"
	if name != "" {
		text += "Dear " + name + ",\n\n"
	}
	text += "the page " + page + " on " + w.sitename() + " was changed by " + editor + ":\n\n" +
		w.pageURL(strings.ReplaceAll(page, " ", "_"))
	if w.in.Summary != "" {
		text += "\n\nSummary: " + w.in.Summary
	}
	return text
}

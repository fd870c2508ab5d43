// What the chosen MediaWiki release cannot do, or does wrong.

package rules

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

// revealBug: with both settings on, notifications fail in this release.
func revealBug(v *view) bool { return v.has(mediawiki.RevealFromEditorBug) }

// oldPHP: the least version that the release takes is before 5.6.
func oldPHP(version string) bool {
	minor, ok := strings.CutPrefix(version, "5.")
	return ok && minor != "" && minor[0] < '6'
}

func withRecipients(v *view) bool { return v.EnotifUseRealName }

var releaseRules = []Rule{
	{
		ID: "release-1.18.0", Severity: Error, Fields: []string{"release"},
		Title:   "MediaWiki 1.18.0 writes a wrong Return-Path",
		Message: "Mail will fail with \"Failed to set sender\".",
		Why:     "MediaWiki 1.18.0 puts the name beside the address into the envelope sender; 1.18.1 does not.",
		Source:  "r99942; https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP",
		holds:   func(v *view) bool { return smtp(v) && !v.has(mediawiki.ReturnPathAddress) },
	},
	{
		ID: "release-unproven", Severity: Warning, Fields: []string{"release"},
		Title:   "A release whose mail could not be tried",
		Message: "What this page says of MediaWiki {release} is expected, not proven.",
		Why:     "From 1.47 on symfony/mailer takes PEAR's place, and how $wgSMTP is handed to it was not public when this was written.",
		Source:  "T428433; mediawiki-vendor commit ce7dfcc24",
		holds:   func(v *view) bool { return v.release.Unproven },
	},
	{
		ID: "reveal-from-editor", Severity: Error, Fields: []string{"enotif-from-editor", "enotif-reveal-editor"},
		Title:    "$wgEnotifRevealEditorAddress with $wgEnotifFromEditor",
		Message:  "No notification of an edit by somebody who shows their address will go out.",
		Why:      "With both settings on, MediaWiki {release} stops with \"Typed property ...::$replyto must not be accessed before initialization\".",
		FixLabel: "Send notifications from the wiki",
		Source:   "observed with MediaWiki 1.43.3 and 1.45.0",
		holds: func(v *view) bool {
			return v.EnableEmail && v.EnotifRevealEditor && v.EnotifFromEditor && revealBug(v)
		},
		sets: []wgsmtp.Change{{Field: "enotif-from-editor", Value: "false"}},
	},
	{
		ID: "pear-install", Severity: Hint, Fields: []string{"release"},
		Title:   "PEAR is not included",
		Message: "Install PEAR's mail packages on the wiki's host: pear install Mail Net_SMTP.",
		Why:     "MediaWiki {release} brings none; without them it reports \"PEAR mail package is not installed\", and with a Net_SMTP before 1.7.1 STARTTLS may stop at TLS 1.0.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgSMTP; https://pear.php.net/package/Net_SMTP",
		holds:   func(v *view) bool { return smtp(v) && v.pear() && !v.has(mediawiki.BundledPEAR) },
	},
	{
		ID: "php-no-verification", Severity: Hint, Fields: []string{"verify"},
		Title:   "PHP before 5.6 checks no certificate",
		Message: "If the wiki's PHP is older than 5.6, anybody on the way can pretend to be {host}.",
		Why:     "MediaWiki {release} runs on PHP {detail} and later, and PHP checks certificates by default only since 5.6.",
		Source:  "https://www.php.net/manual/en/migration56.openssl.php",
		holds: func(v *view) bool {
			return smtp(v) && v.remote() && v.TLS != wgsmtp.TLSNone && v.Verify == wgsmtp.VerifyFull && oldPHP(v.release.PHP)
		},
		detail: func(v *view) string { return v.release.PHP },
	},
	{
		ID: "sender-name-page", Severity: Hint, Fields: []string{"sender-name"},
		Title:   "The sender's name is a page of the wiki",
		Message: "Write the sender's name on the page MediaWiki:Emailsender of the wiki.",
		Why:     "Since 1.23 no setting in LocalSettings.php has it.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgPasswordSenderName",
		holds: func(v *view) bool {
			return v.SenderName != "" && v.SenderName != v.Sitename && v.has(mediawiki.SenderFromMessage)
		},
	},
	{
		ID: "html-unknown", Severity: Warning, Fields: []string{"allow-html"},
		Title:    "HTML mail before 1.21",
		Message:  "MediaWiki {release} will ignore $wgAllowHTMLEmail.",
		Why:      "HTML mail came with 1.21.",
		FixLabel: "Leave it out",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgAllowHTMLEmail",
		holds:    func(v *view) bool { return v.AllowHTMLEmail && !v.has(mediawiki.HTMLMail) },
		sets:     []wgsmtp.Change{{Field: "allow-html", Value: "false"}},
	},
	{
		ID: "real-names", Severity: Hint, Fields: []string{"enotif-real-name"},
		Title:    "Real names of recipients",
		Message:  "Mail to users whose real name has letters beyond ASCII and one of < > [ ] ; @ or quotes will fail.",
		Why:      "$wgEnotifUseRealName puts the real name beside the address, where anything goes; user names cannot hold < > [ ] and @.",
		FixLabel: "Use user names",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnotifUseRealName; " + srcRFC822,
		holds: func(v *view) bool {
			return smtp(v) && v.pear() && withRecipients(v) && v.has(mediawiki.EncodedComma)
		},
		sets: []wgsmtp.Change{{Field: "enotif-real-name", Value: "false"}},
	},
	{
		ID: "real-names-comma", Severity: Warning, Fields: []string{"enotif-real-name"},
		Title:    "Real names with a comma",
		Message:  "Mail to a user called \"Zoë Smith, PhD\" will go to two recipients or fail with \"Failed to add recipient\".",
		Why:      "$wgEnotifUseRealName puts the real name beside the address, and MediaWiki {release} leaves the comma in it as it is; 1.39.16, 1.43.6, 1.44.3 and 1.45.1 do not.",
		FixLabel: "Use user names",
		Source:   "T385403; CVE-2025-67478",
		holds: func(v *view) bool {
			return smtp(v) && v.pear() && withRecipients(v) && v.has(mediawiki.QuotedNames) && !v.has(mediawiki.EncodedComma)
		},
		sets: []wgsmtp.Change{{Field: "enotif-real-name", Value: "false"}},
	},
	{
		ID: "timeout-page-saves", Severity: Hint, Fields: []string{"timeout"},
		Title:    "Saving a page waits for the mail server",
		Message:  "While the mail server cannot be reached, saving a watched page will take up to a minute.",
		Why:      "Before 1.27 notifications are sent while the page is saved, and PHP waits 60 seconds for a connection.",
		FixLabel: "Wait 10 seconds",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnotifUseJobQ",
		holds: func(v *view) bool {
			return smtp(v) && v.EnableEmail && notifies(v) && !v.has(mediawiki.NotificationQueue) && v.Timeout == 0
		},
		sets: []wgsmtp.Change{{Field: "timeout", Value: "10"}},
	},
}

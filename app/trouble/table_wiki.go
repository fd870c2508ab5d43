// MediaWiki's own refusals: names, addresses, features.

package trouble

import (
	"strings"

	"wgsmtp/app/mediawiki"
)

func mailOff(f *facts) bool { return f.cfg != nil && !f.cfg.EnableEmail }

// senderShown tells whether the name or address that was refused is the
// wiki's own.
func senderShown(f *facts) bool {
	return f.cfg != nil && f.cfg.PasswordSender != "" && strings.Contains(f.text, lower(f.cfg.PasswordSender))
}

// nameInSender: $wgPasswordSender is "Name <address>".
func nameInSender(f *facts) bool {
	if f.cfg != nil && strings.ContainsAny(f.cfg.PasswordSender, "<>") {
		return true
	}
	return holds(f.text, "validation failed for: *<*<*@*>>")
}

func strangeAddress(f *facts) bool {
	_, rest, ok := strings.Cut(f.text, "validation failed for: ")
	if !ok {
		return false
	}
	i := strings.LastIndexByte(rest, '<')
	j := strings.LastIndexByte(rest, '>')
	if i < 0 || j < i {
		return false
	}
	a := rest[i+1 : j]
	local, domain, _ := strings.Cut(a, "@")
	for k := 0; k < len(a); k++ {
		if a[k] >= 0x80 {
			return true
		}
	}
	return strings.Contains(a, "..") || strings.HasSuffix(local, ".") || strings.HasPrefix(local, ".") || strings.HasSuffix(domain, ".") || strings.ContainsAny(a, " ,;")
}

func dotInName(f *facts) bool {
	return f.lacks(mediawiki.EncodedFullStop) && holds(f.text, "=?utf-8?q?*.*?=")
}

var wikiRows = []row{
	{
		id: "name-refused", step: Before, rank: rankText + 5,
		title: "A name or address in the mail is of a form that PEAR refuses; no server was asked.",
		match: []string{"validation failed for:", "invalid address spec", "unmatched quote or bracket", "unclosed bracket or quotes"},
		causes: []cause{
			{
				id: "name-in-address", text: "$wgPasswordSender holds a name beside the address. MediaWiki puts the wiki's name before it, and the two together are no address.",
				fix: "Write the bare address; the name comes from the page MediaWiki:Emailsender.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}}, changes: bareSender,
				only: nameInSender,
			},
			{
				id: "address", text: "The address itself is refused: letters outside ASCII (an international domain), two dots in a row, a dot at the end, or a blank.",
				fix: "Write an international domain in its ASCII form (xn--...). Correct the user's address in the preferences, or $wgPasswordSender.", commands: []Command{{"php", "echo idn_to_ascii( 'exämple.org' );"}},
				only: strangeAddress,
			},
			{
				id: "full-stop", text: "The name has letters outside ASCII and a full stop, which this release leaves unescaped (corrected in 1.35.14, 1.39.6, 1.40.2 and 1.41).",
				fix: "Update MediaWiki, or write the page MediaWiki:Emailsender (or the site name) without the full stop.", commands: []Command{{"php", "$wgSitename = 'Name without a full stop';"}},
				only: dotInName,
			},
			{
				id: "name", text: "The name of the wiki or of the user has letters outside ASCII together with one of [ ] < > ; @ \" or an unbalanced bracket. MediaWiki writes these into the header as they are, and PEAR takes them for part of the address.",
				fix: "If it is the wiki's name, give the page MediaWiki:Emailsender a simple one. If it is a user's, rename the user, or set $wgEnotifUseRealName to false if it is the real name.", commands: []Command{{"php", "$wgEnotifUseRealName = false;"}},
				changes: func(f *facts) []change {
					if senderShown(f) || f.cfg == nil {
						return nil
					}
					return []change{{Field: "enotif-real-name", Value: "false"}}
				},
			},
		},
		verify: "{eval}, then: echo wfMessage( 'emailsender' )->inContentLanguage()->text(), ' ', $wgPasswordSender;",
		source: "pear/Mail, Mail/RFC822.php; T344912; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: sender-with-name, sitename-umlaut-*
	},
	{
		id: "no-address", step: Before, rank: rankWords,
		title: "The recipient has no mail address in the wiki.",
		match: []string{"tried to send email without an email address", "\x02user-mail-no-addy\x02"},
		causes: []cause{
			{id: "empty", text: "The user gave no address, or an extension wrote to nobody.", fix: "Let the user enter and confirm an address in the preferences.", commands: []Command{{"sh", "{resetUserEmail} --no-reset-password 'User name' new@example.net"}}},
		},
		verify: "Special:Preferences of the user shows a confirmed address.",
		source: "MediaWiki UserMailer::send; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: to-empty-address
	},
	{
		id: "short-body", step: Before, rank: rankWords,
		title: "The text of the mail is shorter than ten characters, which MediaWiki refuses.",
		match: []string{"empty or unreasonably short body", "\x02user-mail-no-body\x02"},
		causes: []cause{
			{id: "test", text: "A test with a very short text, an emptied message page in the namespace MediaWiki, or an extension's empty text.", fix: "Use a longer text for the test; if it was no test, look at the message page that makes the mail."},
		},
		verify: "Repeat the test with a sentence as its text.",
		source: "MediaWiki UserMailer::send, from 1.21; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: body-short
	},
	{
		id: "several-recipients", step: Before, rank: rankWords,
		title: "From 1.45 on MediaWiki refuses to send one mail to several recipients over SMTP.",
		match: []string{"called for multiple recipients, no longer supported"},
		causes: []cause{
			{id: "extension", text: "An extension hands several recipients to UserMailer::send(). MediaWiki itself does not.", fix: "Update the extension that the trace names, or let it send a mail to each recipient."},
		},
		verify: "The trace of the error (with $wgShowExceptionDetails = true) names no extension any more.",
		source: "MediaWiki 1.45, includes/mail/UserMailer.php; T387856; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: multi-*
	},
	{
		id: "email-off", step: Before, rank: rankWords,
		title: "Mail is switched off in this wiki.",
		match: []string{"this site cannot send emails", "email features have been disabled on this wiki", "\x02emaildisabled\x02", "\x02passwordreset-emaildisabled\x02"},
		causes: []cause{
			{id: "setting", text: "$wgEnableEmail is false.", fix: "Set it to true. A later line of LocalSettings.php could set it back.", commands: []Command{{"php", "$wgEnableEmail = true;"}}, set: []change{{Field: "enable-email", Value: "true"}}},
		},
		verify: "{eval}, then: var_dump( $wgEnableEmail );",
		source: "MediaWiki, $wgEnableEmail; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: email-disabled-*
	},
	{
		id: "email-off-page", step: Before, rank: rankText,
		title: "The page does not exist, because mail is switched off in this wiki.",
		match: []string{"no such special page", "\x02nosuchspecialpage\x02"},
		when: func(f *facts) int {
			if mailOff(f) || holdsAny(f.text, "confirmemail", "emailuser", "changeemail") {
				return 10
			}
			return never
		},
		causes: []cause{
			{id: "setting", text: "$wgEnableEmail is false; Special:ConfirmEmail and its like are then not there (some need $wgEmailAuthentication or $wgEnableUserEmail too).", fix: "Set it to true.", commands: []Command{{"php", "$wgEnableEmail = true;"}}, set: []change{{Field: "enable-email", Value: "true"}}},
		},
		verify: "{eval}, then: var_dump( $wgEnableEmail, $wgEmailAuthentication );",
		source: "MediaWiki SpecialPageFactory; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: email-disabled-confirm
	},
	{
		id: "user-email-off", step: Before, rank: rankWords,
		title: "Users cannot write to each other in this wiki.",
		match: []string{"you cannot send email to other users on this wiki", "user email disabled", "\x02usermaildisabledtext\x02", "\x02usermaildisabled\x02"},
		causes: []cause{
			{id: "all-off", text: "$wgEnableEmail is false, which switches this off too.", fix: "Set $wgEnableEmail to true.", commands: []Command{{"php", "$wgEnableEmail = true;\n$wgEnableUserEmail = true;"}}, set: []change{{Field: "enable-email", Value: "true"}, {Field: "enable-user-email", Value: "true"}}, only: mailOff},
			{id: "setting", text: "$wgEnableUserEmail is false (or $wgEnableEmail, which switches it off too).", fix: "Set it to true; users need the right \"sendemail\".", commands: []Command{{"php", "$wgEnableUserEmail = true;"}}, set: []change{{Field: "enable-user-email", Value: "true"}}},
		},
		verify: "{eval}, then: var_dump( $wgEnableEmail, $wgEnableUserEmail );",
		source: "MediaWiki SpecialEmailUser; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: useremail-disabled, email-disabled-emailuser
	},
	{
		id: "reveal-from-editor", step: Before, rank: rankWords,
		title: "Notifications fail because of two settings that do not go together in 1.43 to 1.45.",
		match: []string{"emailnotification::$replyto must not be accessed", "recentchangemailcomposer::$replyto must not be accessed", "$replyto must not be accessed before initialization"},
		causes: []cause{
			{id: "both", text: "$wgEnotifRevealEditorAddress and $wgEnotifFromEditor are both true.", fix: "Switch $wgEnotifFromEditor off: replies still reach the editor, and receivers do not take the mail for forged.", commands: []Command{{"php", "$wgEnotifFromEditor = false;"}}, set: []change{{Field: "enotif-from-editor", Value: "false"}}},
		},
		verify: "Edit a page that somebody else watches and run the jobs: {runJobs}.",
		source: "observed with MediaWiki 1.43.3 and 1.45.0", confidence: "high", // vectors: enotif-reveal-from-editor
	},
	{
		id: "user-name", step: Before, rank: rankText,
		title: "The user name is not valid in this release.",
		match: []string{"not a valid user name"},
		causes: []cause{
			{id: "equals", text: "Names with @ : > (and = from 1.43 on) cannot be made any more. This is no fault of the mail settings.", fix: "Choose a name without them; rename old accounts that have them."},
		},
		verify: "The account can be made under another name.",
		source: "$wgInvalidUsernameCharacters; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: username-equals-not-valid-elsewhere
	},
	{
		id: "rate-limit", step: Before, rank: rankText,
		title: "MediaWiki's own limit stopped the mail, not the server.",
		match: []string{"confirmation code has already been emailed", "password reset email has already been sent", "\x02actionthrottledtext\x02", "\x02confirmemail_pending\x02", "you are limited from performing this action too many times"},
		when: func(f *facts) int {
			// The words of the general limit are those of other actions too.
			if f.mail || holds(f.text, "\x02confirmemail_pending\x02") {
				return 1
			}
			return never
		},
		causes: []cause{
			{id: "limit", text: "Each user gets four confirmation mails and one password reset a day, and EmailUser has a limit too.", fix: "Test from the wiki's prompt instead, which has no limit, or raise the limit for the test.", commands: []Command{{"sh", "{eval}"}, {"php", "$wgPasswordReminderResendTime = 0;   // for the test only"}}},
		},
		verify: "A test from the prompt shows the mailer's own words.",
		source: "MediaWiki $wgRateLimits, $wgPasswordReminderResendTime; T226733", confidence: "high",
	},
	{
		id: "no-valid-recipient", step: Before, rank: rankText,
		title: "The user takes no mail: no address, not confirmed, or not wanted.",
		match: []string{"this user has not specified a valid email address", "this user has chosen not to receive email", "\x02noemailtext\x02", "\x02nowikiemailtext\x02", "must be logged in and have a valid email address", "users do not get*mail*address is not confirmed", "no mail*address is not confirmed", "user's email address is not confirmed", "user's e-mail address is not confirmed"},
		causes: []cause{
			{id: "unconfirmed", text: "With $wgEmailAuthentication the address must be confirmed, and the user must allow mail in the preferences.", fix: "Let the user confirm the address, or confirm it for them.", commands: []Command{{"sh", "{resetUserEmail} --no-reset-password 'User name' the@address.example"}}},
		},
		verify: "Special:Preferences of the user shows the address as confirmed.",
		source: "MediaWiki SpecialEmailUser, $wgEmailAuthentication", confidence: "high",
	},
}

// What people write who have no error text: symptoms in plain words. The
// patterns are narrow on purpose.

package trouble

const srcManualMail = "https://www.mediawiki.org/wiki/Manual:Configuration_settings#Email_settings"

var symptomRows = []row{
	{
		id: "symptom-watchlist", step: Before, rank: rankText,
		title: "Notifications about watched pages do not arrive.",
		match: []string{"no watchlist mail", "no watchlist email", "no watchlist notification", "watchlist emails not", "watchlist emails are not", "watchlist notifications are not", "watchlist notifications not", "not receive watchlist", "not receiving watchlist", "enotif*not sent"},
		causes: []cause{
			{id: "jobs", text: "Notifications wait in the job queue, and nobody runs it ($wgJobRunRate = 0 without a cron job).", fix: "Run the queue, and let cron do so from now on.", commands: []Command{{"sh", "{runJobs} --type enotifNotify\n{showJobs} --group"}}},
			{id: "settings", text: "$wgEnotifWatchlist is off, or the user's preference; own edits, minor edits and pages not visited since the last mail give none either.", fix: "Switch it on, and visit the page between two tests.", commands: []Command{{"php", "$wgEnotifWatchlist = true;"}}, set: []change{{Field: "enotif-watchlist", Value: "true"}}, first: func(f *facts) bool { return f.cfg != nil && !f.cfg.EnotifWatchlist }},
		},
		verify: "Edit a page that somebody else watches, run the jobs, and look for UserMailer in the debug log.",
		source: srcManualMail, confidence: "medium",
	},
	{
		id: "symptom-reset-silent", step: Before, rank: rankText,
		title: "The password reset says that a mail was sent, and none arrives.",
		match: []string{"password reset email has been sent*nothing", "password reset*but no email", "password reset*no mail arrives", "password reset*never arrives", "reset password*no email", "password reset*nothing arrives", "password reset*not arriv"},
		causes: []cause{
			{id: "hidden", text: "From 1.35 on the page claims success whatever happened; the error is in the debug log only. Or the address is not confirmed, or a reset was sent in the last 24 hours.", fix: "Send a test from the wiki's prompt, which shows the mailer's words.", commands: []Command{{"sh", "{eval}"}}},
		},
		verify: "$wgDebugLogFile has a line \"PEAR::Mail failed\" with the reason.",
		source: "MediaWiki PasswordReset, SendPasswordResetEmailUpdate; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-refused-reset
	},
	{
		id: "symptom-localhost-links", step: Delivery, rank: rankText,
		title: "Links in the mails lead to localhost or to a wrong address.",
		match: []string{"links in*mail*localhost", "links in*mail*http://127", "mail*link*points to localhost", "mail*links point to localhost"},
		causes: []cause{
			{id: "server", text: "$wgServer (or $wgCanonicalServer) is not the wiki's public address.", fix: "Set it to the address that readers use.", commands: []Command{{"php", "$wgServer = 'https://wiki.example.org';"}}},
		},
		verify: "{eval}, then: echo $wgCanonicalServer;",
		source: "MediaWiki $wgServer", confidence: "high",
	},
	{
		id: "symptom-spam-folder", step: Delivery, rank: rankText,
		title: "The mails arrive in the spam folder.",
		match: []string{"in the spam folder", "in spam folder", "in the junk folder", "goes to spam", "go to spam", "going to spam", "lands in spam", "land in spam", "marked as spam", "into the junk"},
		causes: []cause{
			{id: "not-aligned", text: "SPF and DKIM do not back the sender's domain, the machine has no reverse name, or the mails say localhost or an IP address (Message-ID, links).", fix: "Send through a carrier with SPF and DKIM for the domain of $wgPasswordSender; set 'IDHost', 'localhost' and $wgServer to the wiki's own name.", commands: []Command{{"php", "'IDHost' => '{wiki}',\n'localhost' => '{wiki}',"}}},
		},
		verify: "Authentication-Results in the header of a mail that arrived: spf, dkim and dmarc must pass.",
		source: srcManual, confidence: "medium",
	},
	{
		id: "symptom-no-reply-address", step: Delivery, rank: rankText,
		title: "Notifications name an address for answers that does not exist.",
		match: []string{"reply@not.possible"},
		causes: []cause{
			{id: "default", text: "That is the default of $wgNoReplyAddress up to MediaWiki 1.26, and filters count it against the mail.", fix: "Set it to a real address.", commands: []Command{{"php", "$wgNoReplyAddress = $wgPasswordSender;"}}},
		},
		verify: "{eval}, then: echo $wgNoReplyAddress;",
		source: "MediaWiki DefaultSettings.php of 1.26 and 1.27", confidence: "high",
	},
	{
		id: "symptom-message-id", step: Delivery, rank: rankText,
		title: "Message-ID has no host name or an inner one, which filters dislike.",
		match: []string{"message-id: <*@>", "message-id: <*@localhost>", "message-id: <*@127.0.0.1>"},
		causes: []cause{
			{id: "idhost", text: "'IDHost' is not set (or misspelt: the case of the letters counts), and $wgServer has no scheme or names localhost.", fix: "Set 'IDHost' to the wiki's host name, and $wgServer to its whole address.", commands: []Command{{"php", "$wgSMTP['IDHost'] = '{wiki}';\n$wgServer = 'https://{wiki}';"}}, changes: idHost},
		},
		verify: "Message-ID in the header of the next mail ends in the wiki's host name.",
		source: "MediaWiki UserMailer::makeMsgId; " + srcTalk, confidence: "high",
	},
	{
		id: "extension-mailer", step: Before, rank: rankText,
		title: "An extension sends the mail, so that $wgSMTP is not used.",
		match: []string{"alternateusermailer", "swift_transportexception", "swift_message", "mailgunhooks", "sendgridhooks", "sesmailer", "mailgun*api.mailgun.net*error", "mediawiki\\extension\\mailgun", "mediawiki\\extension\\sendgrid", "swift_smtptransport"},
		causes: []cause{
			{id: "extension", text: "Mailgun, SendGrid, SwiftMailer, SES or EmailNotifications takes the mail over; its own settings count, and $wgSMTP changes nothing.", fix: "Mend the extension's settings (key, domain, region), or remove it to use $wgSMTP."},
		},
		verify: "{eval}, then: print_r( $wgHooks['AlternateUserMailer'] ?? [] ); Special:Version lists the extension.",
		source: "MediaWiki hook AlternateUserMailer", confidence: "medium",
	},
}

// idHost gives the wiki's host name as the right side of Message-ID.
func idHost(f *facts) []change {
	if h := f.serverHost(); h != "" && h != "localhost" {
		return []change{{Field: "id-host", Value: h}}
	}
	return nil
}

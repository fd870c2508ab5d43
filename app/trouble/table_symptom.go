// What people write who have no error text: symptoms in plain words. The
// patterns are narrow on purpose.

package trouble

import "wgsmtp/app/wgsmtp"

const srcManualMail = "https://www.mediawiki.org/wiki/Manual:Configuration_settings#Email_settings"

var symptomRows = []row{
	{
		id: "symptom-watchlist", step: Before, rank: rankText,
		title: "Notifications about watched pages do not arrive.",
		match: []string{"no watchlist mail", "no watchlist email", "no watchlist notification", "watchlist emails not", "watchlist emails are not", "watchlist notifications are not", "watchlist notifications not", "not receive watchlist", "not get watchlist", "no longer get watchlist", "not receiving watchlist", "enotif*not sent"},
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
		id: "symptom-nothing-arrives", step: Delivery, rank: rankText, mail: true,
		title:  "MediaWiki says that a mail was sent, and none arrives.",
		match:  []string{"says*sent*nothing arrives", "says*sent*never arrive", "says*sent*not arrive", "says*sent*nobody gets", "sent but*never arrive", "sent but not received", "sent but nothing arrives", "emails are not arriving", "emails never arrive", "mails never arrive", "mails do not arrive", "mail() returns true", "not delivering any messages"},
		unless: []string{"watchlist", "password reset", "reset password"},
		causes: []cause{
			{id: "queue", text: "With PHP's mail() the wiki only hands the mail to this machine's mail server, which keeps it, or gets it refused: from home lines and clouds most receivers take nothing.", fix: "Look into its queue and log, or let $wgSMTP name the server of a carrier.", commands: []Command{{"sh", "mailq\njournalctl -u postfix -u exim4 --since today"}}, first: func(f *facts) bool { return f.cfg != nil && f.cfg.Transport == wgsmtp.TransportMail }},
			{id: "later", text: "A server took the mail and refused it later, or its receiver put it into the spam folder. The answer went to the sender's mailbox.", fix: "Look into the mailbox of $wgPasswordSender for bounces, into the carrier's log, and into the spam folder; SPF and DKIM of the sender's domain must back the carrier."},
			{id: "jobs", text: "Notifications wait in the job queue until somebody runs it.", fix: "Run the queue, and let cron do so.", commands: []Command{{"sh", "{showJobs} --group\n{runJobs}"}}},
			{id: "extension", text: "An extension takes the mail over from $wgSMTP.", fix: "See whether Special:Version lists one that sends mail.", commands: []Command{{"sh", "{eval}"}}},
		},
		verify: "{eval}, then send one mail with UserMailer::send(): false or an error is the wiki's, true means that the next server has it.",
		source: srcManualMail, confidence: "medium",
	},
	{
		id: "symptom-web-only", step: Connect, rank: rankText, mail: true,
		title: "Sending works from the command line and fails from the web server.",
		match: []string{"works from the command line*web", "works on the command line*web", "works with eval*web", "works in eval*web", "works via cli*web", "works from cli*web", "works in the shell*web", "from the command line works*web", "cli works*web fails"},
		causes: []cause{
			{id: "selinux", text: "SELinux (RHEL, Rocky, Alma, Fedora) lets a shell connect, and not the web server.", fix: "Allow the web server to connect; the second line is for PHP's mail().", commands: []Command{{"sh", "setsebool -P httpd_can_network_connect 1\nsetsebool -P httpd_can_sendmail 1"}}},
			{id: "environment", text: "The password stands in an environment variable that the shell has and PHP-FPM or Apache does not: PHP-FPM clears the environment.", fix: "Hand it to the pool by env[NAME] or to Apache by SetEnv, or read a file.", commands: []Command{{"ini", "env[MEDIAWIKI_SMTP_PASSWORD] = $MEDIAWIKI_SMTP_PASSWORD"}}, first: func(f *facts) bool { return f.cfg != nil && f.cfg.SecretStyle == wgsmtp.SecretEnv }},
			{id: "other-php", text: "The web server's PHP has another php.ini: openssl, openssl.cafile, open_basedir or disable_functions differ.", fix: "Compare phpinfo() in the browser with the shell's.", commands: []Command{{"sh", "php -i | grep -E 'Loaded Configuration|openssl|open_basedir|disable_functions'"}}},
		},
		verify: "ausearch -m avc -ts recent names what SELinux refused.",
		source: "https://www.mediawiki.org/wiki/Manual:$wgSMTP; httpd_selinux(8); PHP-FPM clear_env; " + srcTalk, confidence: "medium",
	},
	{
		id: "symptom-port-25", step: Connect, rank: rankText,
		title: "Port 25 is closed on the way out of this machine.",
		match: []string{"port 25 is blocked", "port 25 blocked", "blocks port 25", "blocking port 25", "block port 25", "block the smtp port", "blocks smtp ports", "smtp ports are blocked", "smtp port is blocked", "outbound port 25", "outgoing port 25"},
		causes: []cause{
			{id: "other-port", text: "Google Cloud always, AWS, Azure, DigitalOcean, Hetzner and most home lines close port 25 until asked or for good; some close 465, too.", fix: "Send through a carrier on 587, 465 or 2525, which take a login and need no port 25.", changes: toRecommended, commands: []Command{{"sh", "nc -vz -w 5 {host} 587\nnc -vz -w 5 {host} 465\nnc -vz -w 5 {host} 2525"}}},
			{id: "https", text: "Where all of them are closed, only mail over HTTPS is left.", fix: "Use an extension that sends through the carrier's own interface, such as Mailgun or SendGrid."},
		},
		verify: "nc says \"succeeded\" or \"open\".",
		source: "https://docs.digitalocean.com/support/why-is-smtp-blocked/; the clouds' own pages", confidence: "high",
	},
	{
		id: "symptom-ignored", step: Before, rank: rankText,
		title: "MediaWiki does not use what $wgSMTP says.",
		match: []string{"wgsmtp is ignored", "ignores $wgsmtp", "ignoring $wgsmtp", "ignores wgsmtp", "wgsmtp has no effect", "wgsmtp is not used", "wgsmtp not working*sendmail", "wgsmtp settings are ignored", "not using $wgsmtp", "does not use $wgsmtp"},
		causes: []cause{
			{id: "extension", text: "An extension takes the mail over (Mailgun, SendGrid, SES, SwiftMailer, EmailNotifications).", fix: "Mend the extension's settings, or remove it."},
			{id: "place", text: "The block stands inside an if, before a line that sets $wgSMTP anew or reads the defaults, or in another LocalSettings.php than the wiki's.", fix: "Put it at the end of LocalSettings.php, outside of any if; \"wgsmtp check LocalSettings.php\" says what it sets in the end.", commands: []Command{{"sh", "wgsmtp check LocalSettings.php"}}},
			{id: "cache", text: "PHP keeps the old file in its cache.", fix: "Reload PHP-FPM or Apache."},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['host'] ?? null ); print_r( $wgHooks['AlternateUserMailer'] ?? [] );",
		source: "MediaWiki UserMailer::send, hook AlternateUserMailer; " + srcManual, confidence: "medium",
	},
	{
		id: "symptom-slow", step: Connect, rank: rankText, mail: true,
		title: "Saving a page waits for the mail server.",
		match: []string{"saving*takes*seconds", "saving*takes*minute", "saving*is slow", "saving*very slow", "saves are slow", "saves are very slow", "page save*slow"},
		causes: []cause{
			{id: "in-the-request", text: "The mail is sent while the page is saved: up to 1.26 always, unless $wgEnotifUseJobQ is set; later where the job queue is run by page views.", fix: "Let cron run the job queue ($wgJobRunRate = 0), and give up sooner.", commands: []Command{{"php", "$wgSMTP['timeout'] = 10;"}}},
			{id: "ipv6", text: "The server's name has an IPv6 address that this machine cannot reach: 60 seconds pass before IPv4 is tried.", fix: "Mend IPv6 on the machine, or bind to IPv4.", commands: []Command{{"php", "$wgSMTP['socket_options']['socket']['bindto'] = '0.0.0.0:0';"}}},
			{id: "silent", text: "The server is not reachable, and PHP waits.", fix: "Try the port from the wiki's machine.", commands: []Command{{"sh", "nc -vz -w 5 {host} {port}"}}},
		},
		verify: "time nc -vz {host} {port}",
		source: "MediaWiki EmailNotification, $wgEnotifUseJobQ of 1.26; PHP default_socket_timeout", confidence: "medium",
	},
	{
		id: "symptom-all-changes", step: Before, rank: rankText,
		title: "Who is in $wgUsersNotifiedOnAllChanges gets no mail.",
		match: []string{"wgusersnotifiedonallchanges"},
		causes: []cause{
			{id: "unconfirmed", text: "From 1.44 on they get mail only once their address is confirmed.", fix: "Let them confirm it, or confirm it for them.", commands: []Command{{"sh", "{resetUserEmail} --no-reset-password 'User name' the@address.example"}}},
		},
		verify: "Special:Preferences of the user shows the address as confirmed.",
		source: "RELEASE-NOTES-1.44", confidence: "high",
	},
	{
		id: "symptom-return-path", step: MailFrom, rank: rankText,
		title: "MediaWiki 1.18.0 writes the sender's name into the envelope, which servers refuse.",
		match: []string{"return-path*1.18.0", "1.18.0*return-path", "return-path*incorrectly populated"},
		causes: []cause{
			{id: "release", text: "That is an error of 1.18.0 alone.", fix: "Update MediaWiki: 1.18.1 has it mended."},
		},
		verify: "Special:Version names the release.",
		source: "RELEASE-NOTES-1.18; " + srcTalk, confidence: "high",
	},
	{
		id: "output-before", step: Before, rank: rankText,
		title: "LocalSettings.php prints something before the page, so that PHP can send no headers.",
		match: []string{"headers already sent*localsettings.php:"},
		causes: []cause{
			{id: "bom", text: "Something stands before <?php: an empty line, or a byte order mark, which an editor wrote and nobody sees.", fix: "Save the file as UTF-8 without BOM, with <?php as its first five characters, and without ?> at its end.", commands: []Command{{"sh", "head -c 5 LocalSettings.php | od -c"}}},
		},
		verify: "od prints < ? p h p and nothing before it; php -l LocalSettings.php finds no error.",
		source: "https://www.php.net/manual/en/function.header.php; https://www.mediawiki.org/wiki/Manual:Common_errors_and_symptoms", confidence: "high",
	},
	{
		id: "symptom-impersonal", step: Before, rank: rankText,
		title: "$wgEnotifImpersonal does nothing any more.",
		match: []string{"wgenotifimpersonal"},
		causes: []cause{
			{id: "removed", text: "MediaWiki 1.45 removed the setting: each user gets a mail of their own.", fix: "Take the line out."},
		},
		verify: "Special:Version names the release.",
		source: "RELEASE-NOTES-1.45", confidence: "high",
	},
	{
		id: "symptom-html", step: Before, rank: rankText,
		title:  "HTML mail arrives as plain text.",
		match:  []string{"html mail*plain text", "html mails*as text", "html email*plain text", "html emails*as text", "html email*as text", "html mail*as text", "wgallowhtmlemail*plain text"},
		unless: []string{"mail_mime package is not installed"},
		causes: []cause{
			{id: "off", text: "$wgAllowHTMLEmail is false by default, and MediaWiki itself writes plain text: HTML comes from extensions.", fix: "Switch it on.", commands: []Command{{"php", "$wgAllowHTMLEmail = true;"}}, set: []change{{Field: "allow-html", Value: "true"}}},
			{id: "mime", text: "Up to MediaWiki 1.26 PEAR's Mail_Mime must be installed, or the mail falls back to text.", fix: "Install it.", commands: []Command{{"sh", "pear install Mail_Mime"}}, first: func(f *facts) bool { return f.rel != nil && !bundled(f) }},
		},
		verify: "Content-Type in the header of the next mail is multipart/alternative.",
		source: "MediaWiki UserMailer::sendInternal, $wgAllowHTMLEmail", confidence: "medium",
	},
	{
		id: "symptom-from-rewritten", step: Delivery, rank: rankText,
		title: "Gmail puts the account's address in the place of the sender's.",
		match: []string{"gmail*rewrites the from", "gmail*replaces the from", "gmail*changes the from", "from*rewritten*gmail", "from*replaced*gmail address", "gmail*overwrites the sender", "gmail*ignores the from"},
		causes: []cause{
			{id: "account", text: "An account may only send as itself and as addresses that it has confirmed.", fix: "Confirm the address under Settings, Accounts, \"Send mail as\", or set $wgPasswordSender to the account's own."},
		},
		verify: "From in the next mail is the address in $wgPasswordSender.",
		source: "https://support.google.com/mail/answer/22370; " + srcTalk, confidence: "high",
	},
	{
		id: "symptom-received", step: Delivery, rank: rankText, mail: true,
		title: "The mails' header shows the address of the wiki's machine.",
		match: []string{"received: from localhost", "exposing the server's ip", "expose the server's ip", "exposes the server's ip", "hide the server's ip", "hide my server's ip", "shows my server's ip"},
		causes: []cause{
			{id: "protocol", text: "Every server writes into Received: who handed the mail over. The name is 'localhost' of $wgSMTP, the address is the connection's, which no setting changes.", fix: "Give a public name. Where the address must not be seen, use an extension that hands the mail over by HTTPS.", commands: []Command{{"php", "$wgSMTP['localhost'] = '{wiki}';"}}},
		},
		verify: "Received: in the header of the next mail.",
		source: "RFC 5321 section 4.4; " + srcTalk, confidence: "high",
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

// DATA, and what receivers say of the mail itself.

package trouble

var dataRows = []row{
	{
		id: "identity-not-verified", step: Data, rank: rankWords + 5,
		title: "The carrier has not confirmed the sender's address or domain.",
		match: []string{"email address is not verified", "address is not verified", "domain is not verified", "sender address not verified", "not a verified sender", "does not match a verified sender identity", "sender not verified", "unverified sender", "sender signature not found", "is not a sender signature", "sender signature not confirmed", "not*validated", "sender address has not been verified", "identities failed the check", "from address * not verified", "sender is not verified", "domain not verified"},
		mail:  true,
		causes: []cause{
			replyToUser,
			{
				id: "unverified", text: "{sender} or its domain must be confirmed with the carrier first, in the region whose server you use. In Amazon's sandbox the recipients must be confirmed as well, and $wgUserEmailUseReplyTo = false would make users' addresses the senders.",
				fix: "Confirm the domain of $wgPasswordSender on the carrier's page, in that region, and ask for production access where there is a sandbox. Or set $wgPasswordSender to an address that is confirmed.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-confirmed-domain.example';\n$wgUserEmailUseReplyTo = true;"}},
			},
		},
		verify: "The carrier's page shows the domain as verified, in the region of 'host'.",
		source: "docs.aws.amazon.com/ses: troubleshoot error messages; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-final-554-not-verified, fail-mail-554-not-verified
	},
	{
		id: "dmarc", step: Delivery, rank: rankWords, reply: true,
		title: "The receiver refuses mail whose From domain is not backed by SPF or DKIM.",
		match: []string{"5.7.26", "dmarc", "unauthenticated email", "spf check failed", "spf fail", "spf validation", "fails spf", "sender policy framework", "5.7.23", "5.7.25", "5.7.27", "5.7.509", "dkim"},
		mail:  true,
		causes: []cause{
			replyToUser,
			{
				id: "not-aligned", text: "The domain of $wgPasswordSender publishes a policy (DMARC), and this server may not send for it: SPF does not name the server and no DKIM signature of that domain is there. A From at gmail.com, yahoo.com and the like works through their own servers only.",
				fix:      "Send from a domain of your own, publish the SPF include and the DKIM keys that the carrier names, and keep $wgUserEmailUseReplyTo on.",
				commands: []Command{{"sh", "dig +short TXT example.org; dig +short TXT _dmarc.example.org"}, {"php", "$wgPasswordSender = 'wiki@your-domain.example';\n$wgUserEmailUseReplyTo = true;"}},
			},
		},
		verify: "Send a mail to a mailbox of yours and read Authentication-Results in its header: dmarc=pass is what is needed.",
		source: "RFC 7489; support.google.com/a/answer/3726730; T66795; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-final-550-dmarc
	},
	{
		id: "spam", step: Data, rank: rankWords - 5, reply: true,
		title:  "A filter takes the mail, or the machine it comes from, for spam.",
		match:  []string{"spam", "message content rejected", "content rejected", "blocked using", "blacklist", "blocklist", "blocked by", "poor reputation", "unsolicited mail", "junk mail", "rejected due to content", "message rejected due to", "policy rejection", "listed at", "dnsbl", "rbl.", "ip you're using to send mail is not authorized"},
		unless: []string{"not the spam", "usage: spam", "spammer? no"},
		mail:   true,
		causes: []cause{
			{
				id: "reputation", text: "The sending machine is on a blocklist or has no reverse name, or the words or links of the mail look like spam (a wiki under an IP address, a plain http link).",
				fix:      "Send through a carrier instead of delivering yourself; publish SPF and DKIM; set $wgServer to the wiki's real https address; look the machine's address up on the list that the words name, and ask for its removal once the reason is gone.",
				commands: []Command{{"php", "$wgServer = 'https://wiki.example.org';"}, {"sh", "dig +short -x YOUR-IP-ADDRESS"}},
			},
		},
		verify: "Send a test to a mailbox of yours elsewhere and read its header lines about spam.",
		source: "RFC 3463, x.7.1; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-final-554-spam
	},
	{
		id: "too-large", step: Data, rank: rankWords,
		title: "The mail is larger than the server takes.",
		match: []string{"message size exceeds", "message too large", "exceeds fixed maximum", "message file too big", "size limit exceeded", "exceeds size limit"},
		mail:  true,
		causes: []cause{
			{
				id: "limit", text: "The server's limit is very low, or the mail is large. MediaWiki compares the mail with the SIZE that the server announces before it sends it.",
				fix: "Raise the limit on the server, or shorten what an extension puts into its mails.", commands: []Command{{"sh", "postconf -e 'message_size_limit = 10240000' && postfix reload"}},
			},
		},
		verify: "A short test mail goes through.",
		source: "RFC 1870; Postfix smtpd.c; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-size-limit, fail-final-552-size
	},
	{
		id: "pipelining-hid-reply", step: MailFrom, rank: rankWords + 5,
		title: "'pipelining' hid the reply that matters: sender or recipients were refused earlier.",
		match: []string{"need mail command", "need rcpt", "bad sequence of commands"}, at: []Step{Data},
		causes: []cause{
			{
				id: "pipelining", text: "With 'pipelining' PEAR sends MAIL, RCPT and DATA at once and does not look at the replies to the first two. The server refused the sender; its words stand before the last line of the response.",
				fix: "Take 'pipelining' out; the next attempt then shows the refusal itself. Most often $wgPasswordSender is not an address that may send here.", commands: []Command{{"php", "unset( $wgSMTP['pipelining'] );"}},
			},
		},
		verify: "The error without 'pipelining' says \"Failed to set sender\" or \"Failed to add recipient\" with a reason.",
		source: "RFC 2920; pear/Net_SMTP; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-pipelining-mail-553
	},
	{
		id: "no-valid-recipients", step: Data, rank: rankWords,
		title: "The server says that there is no valid recipient.",
		match: []string{"no valid recipients", "no recipients have been specified", "no valid recipient"},
		mail:  true,
		causes: []cause{
			{
				id: "refused-before", text: "The server took the recipient and then refused it, or a filter behind it did.",
				fix: "Look into the server's log for the refusal; correct the user's address or the server's rules.", commands: []Command{{"sh", "grep -i reject /var/log/mail.log | tail"}},
			},
		},
		verify: "swaks --server {host} --from SENDER --to THE-RECIPIENT shows the same.",
		source: "Postfix smtpd.c; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-data-554
	},
	{
		id: "data-hung-up", step: Data, rank: rankText,
		title: "The server hung up while it took the mail.",
		match: []string{"failed to send data"}, codes: []int{-1},
		causes: []cause{
			{
				id: "hung-up", text: "The connection broke after the mail was sent: a filter behind the server failed or took too long, or a firewall or the network (MTU) cut it. Whether the mail was delivered is not known.",
				fix: "Look into the server's log. If only longer mails break, look at the MTU of the machine's network.", commands: []Command{{"sh", "grep -iE 'timeout|lost connection' /var/log/mail.log | tail"}},
			},
		},
		verify: "Send a very short and a long test mail.",
		source: srcRFC5321 + " section 4.5.3.2; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-close-at-final
	},
	{
		id: "data-later", step: Data, rank: rankText,
		title: "The server could not take the mail at the moment.",
		match: []string{"failed to send data"}, codes: []int{421, 450, 451, 452, 454},
		causes: []cause{
			{id: "later", text: "A temporary fault or a limit of the server. MediaWiki does not try again by itself.", fix: "Try again later; a relay with a queue (Postfix on the same machine) would do that by itself."},
		},
		verify: "Send one mail some minutes later.",
		source: srcRFC5321 + " section 4.2.1", confidence: "medium",
	},
	{
		id: "data-refused", step: Data, rank: rankText - 5,
		title: "The server refused the mail after it had seen it.",
		match: []string{"failed to send data"},
		causes: []cause{
			{
				id: "words", text: "The server's own words say why: the From address, its domain, or the content.",
				fix: "Make $wgPasswordSender an address that may send through this server, and publish SPF and DKIM for its domain.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}},
			},
		},
		verify: "Send a short mail from the wiki's prompt: {eval}.",
		source: srcRFC5321 + " section 3.3", confidence: "medium",
	},
	{
		id: "socket-broke", rank: rankText + 5, step: Data,
		title: "The connection broke while MediaWiki spoke with the server.",
		match: []string{"failed to write to socket", "failed to read from socket", "[smtp: timed out", "[smtp: not connected", "connection was closed", "not connected", "lost connection", "broken pipe", "connection reset by peer", "unexpected eof", "connection to * has been closed unexpectedly"},
		mail:  true,
		causes: []cause{
			{
				id: "dropped", text: "The server hung up: a limit on mails or connections, a pause that was too long, or TLS that it wants and did not get; or the network broke.",
				fix: "Look into the server's log at that minute. If many mails go out at once, run the jobs in smaller portions.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --maxjobs 20"}},
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: "pear/Net_SMTP and Net_Socket: write errors", confidence: "medium",
	},
}

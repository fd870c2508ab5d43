// RCPT TO: the recipients.

package trouble

var rcptRows = []row{
	{
		id: "relay-denied", step: Rcpt, rank: rankWords,
		title: "The server does not pass mail on for this client.",
		match: []string{"relay access denied", "relaying denied", "relay not permitted", "relaying not allowed", "relay denied", "unable to relay", "not permitted to relay", "we do not relay", "relaying is not allowed", "relaying prohibited", "cannot relay", "authentication is required for relay", "client host rejected: access denied", "allowed rcpthosts"},
		mail:  true,
		causes: []cause{
			{
				id: "no-login", text: "The wiki did not log in, and its address is not one that the server passes mail on for.",
				fix:      "Log in: 'auth' => true with user name and password, on 587 or 465. Or let the server's operator allow the wiki's address (Postfix: mynetworks; Exim: relay_from_hosts; Exchange: a receive connector).",
				commands: []Command{{"php", "'auth' => true,\n'username' => 'wiki@example.org',\n'password' => 'the password',"}, {"sh", "postconf -e 'mynetworks = 127.0.0.0/8 [::1]/128 192.0.2.10/32'   # the wiki's address; on the mail server"}},
				changes:  withLogin, first: (*facts).noAuth,
			},
			{
				id: "wrong-server", text: "It is the wrong server: one that receives mail for its own domains and sends for nobody, or another region of the carrier.",
				fix: "Use the server for outgoing mail (submission, SMTP relay) that the carrier documents.",
			},
		},
		verify: "swaks --server {host} --from SENDER --to YOU, with --auth if a login is meant: it must end with 250.",
		source: "Postfix reject_unauth_destination; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-rcpt-554-relay
	},
	{
		id: "rcpt-unknown", step: Rcpt, rank: rankWords - 5, reply: true,
		title:  "There is no such mailbox at the recipient's mail server.",
		match:  []string{"user unknown", "no such user", "unknown user", "mailbox unavailable", "mailbox not found", "recipient not found", "does not exist", "unknown recipient", "no mailbox here", "recipientnotfound", "invalid recipient", "account is disabled", "unrouteable address"},
		unless: []string{"sender verify failed", "verification failed for", "failed to set sender", "sender domain", "domain of sender", "class"},
		mail:   true,
		causes: []cause{
			{
				id: "address", text: "The user's address in the wiki is misspelt or no longer exists.",
				fix:      "Let the user correct it in the preferences, or set it with the maintenance script.",
				commands: []Command{{"sh", "{resetUserEmail} --no-reset-password 'User name' new@example.net"}},
			},
			{
				id: "server", text: "The mail server believes that the domain is its own and looks for the mailbox here (Postfix: mydestination).",
				fix: "Take the domain out of the server's list of local domains if its mail is kept elsewhere.", commands: []Command{{"sh", "postconf mydestination virtual_mailbox_domains"}},
			},
			{
				id: "no-relay", text: "OpenSMTPD says \"Invalid recipient\" also where the address is right, but it does not pass mail on for a client that did not log in.",
				fix: "Log in: 'auth' => true with user name and password, on 587 or 465; or let smtpd.conf match the wiki's address (match from src ... for any).",
			},
		},
		verify: "Write to the same address from a mail program.",
		source: "RFC 3463, x.1.1; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-rcpt-550
	},
	{
		id: "rcpt-later", step: Rcpt, rank: rankText + 5,
		title: "The server does not take mail for this recipient at the moment.",
		match: []string{"failed to add recipient", "greylist", "try again later", "temporarily deferred"}, codes: []int{450, 451, 452, 421, 454}, at: []Step{Rcpt, ""},
		causes: []cause{
			{
				id: "greylisting", text: "The recipient's server makes unknown senders come again (greylisting), or has a temporary fault. MediaWiki does not come again: the mail is lost.",
				fix: "Do not let MediaWiki deliver to recipients' servers itself: use a relay with a queue (Postfix on the same machine, or a carrier's submission server), which tries again.", commands: []Command{{"php", "$wgSMTP = [ 'host' => 'localhost', 'port' => 25, 'auth' => false ];   // Postfix on this machine"}},
				first: says("greylist", "try again later", "deferred"),
			},
			{
				id: "server", text: "A temporary fault or limit of the server: a lookup, a full disk, too many mails.",
				fix: "Try again later, and look into the server's log if it lasts.",
			},
		},
		verify: "Send one mail ten minutes later.",
		source: "RFC 6647; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-rcpt-450-greylist
	},
	{
		id: "rcpt-name-split", step: Rcpt, rank: rankWords + 5,
		title: "A comma in the recipient's name was taken for the end of an address.",
		match: []string{"failed to add recipient: =?utf-8?q?", "@localhost [smtp*=?utf-8", "recipient: =?"},
		causes: []cause{
			{
				id: "comma", text: "The user or real name has letters outside ASCII and a comma. MediaWiki before 1.39.16, 1.43.6, 1.44.3 and 1.45.1 leaves the comma unescaped, and PEAR splits the name there.",
				fix: "Update MediaWiki to one of these or later. Until then set $wgEnotifUseRealName to false, or take the comma out of the name.", commands: []Command{{"php", "$wgEnotifUseRealName = false;"}}, set: []change{{Field: "enotif-real-name", Value: "false"}},
			},
		},
		verify: "Special:Version shows the release.",
		source: "T385403, CVE-2025-67478; pear/Mail, Mail/RFC822.php", confidence: "high",
	},
	{
		id: "rcpt-full", step: Rcpt, rank: rankWords, reply: true,
		title: "The recipient's mailbox is full.",
		match: []string{"mailbox full", "mailbox is full", "over quota", "quota exceeded for", "exceeded storage", "insufficient system storage", "out of storage"},
		mail:  true,
		causes: []cause{
			{id: "full", text: "The recipient must make room; the wiki is not at fault.", fix: "Tell the user by other means."},
		},
		verify: "Other recipients get their mail.",
		source: "RFC 3463, x.2.2", confidence: "high",
	},
	{
		id: "rcpt-refused", step: Rcpt, rank: rankText - 5,
		title: "The server refuses the recipient.",
		match: []string{"failed to add recipient", `expected response code "250/251/252"`}, codes: []int{252, 500, 501, 503, 521, 530, 541, 550, 551, 552, 553, 554, 556, 571},
		causes: []cause{
			{
				id: "words", text: "The server's own words say why: most often it does not pass mail on without a login, or it does not know the mailbox. One refused recipient stops the whole mail.",
				fix: "If the words are about relaying, log in on the submission port; if about the mailbox, correct the user's address.", commands: []Command{{"php", "'auth' => true,"}},
			},
		},
		verify: "swaks --server {host} --from SENDER --to THE-RECIPIENT shows the same words.",
		source: srcRFC5321 + " section 3.3; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-non-ascii-reply
	},
	{
		id: "rcpt-hung-up", step: Rcpt, rank: rankText,
		title: "The server hung up when the wiki named a recipient.",
		match: []string{"failed to add recipient"}, codes: []int{-1},
		causes: []cause{
			{id: "hung-up", text: "The server ended the connection: a limit, a filter, or a fault.", fix: "Look into the server's log, and try again later."},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: "pear/Net_SMTP", confidence: "medium",
	},
}

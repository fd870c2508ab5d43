// MAIL FROM: the sender.

package trouble

import "wgsmtp/app/wgsmtp"

const srcSender = "MediaWiki takes MAIL FROM from $wgPasswordSender (UserMailer::send)"

// withLogin turns the login on, and with it STARTTLS.
func withLogin(f *facts) []change {
	changes := []change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}}
	if f.cfg.TLS == wgsmtp.TLSNone {
		changes = append(changes, change{Field: "tls", Value: string(wgsmtp.TLSStartTLS)})
	}
	return changes
}

// senderIsLogin makes the login's address the sender, where it is one.
func senderIsLogin(f *facts) []change {
	if !isAddress(f.cfg.User) {
		return nil
	}
	return []change{{Field: "sender", Value: f.cfg.User}}
}

func isAddress(s string) bool {
	at := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '@' && i > 0 && i < len(s)-1 {
			at++
		}
		if s[i] <= ' ' || s[i] == '<' || s[i] == '>' {
			return false
		}
	}
	return at == 1
}

func userMail(f *facts) bool { return f.cfg != nil && !f.cfg.UserEmailUseReplyTo }

// noSender: MediaWiki then invents apache@HOST.
func noSender(f *facts) bool {
	return f.cfg != nil && f.cfg.PasswordSender == "" || holds(f.text, "apache@") || holds(f.text, "www-data@") || holds(f.text, "root@localhost")
}

// replyToUser is the cause of refused mail between users.
var replyToUser = cause{
	id: "user-mail", text: "$wgUserEmailUseReplyTo is false, so mail between users leaves with the user's own address as sender, which is not yours to send from.",
	fix: "Set it to true: the wiki is then the sender, and replies go to the user.", commands: []Command{{"php", "$wgUserEmailUseReplyTo = true;"}},
	set: []change{{Field: "user-email-reply-to", Value: "true"}}, only: userMail,
}

var defaultSender = cause{
	id: "default-sender", text: "$wgPasswordSender is not set, so that MediaWiki invents apache@ and the wiki's host, a mailbox that does not exist.",
	fix: "Set $wgPasswordSender to a real mailbox that may send through this server.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}},
	changes: senderIsLogin, only: noSender,
}

var mailRows = []row{
	{
		id: "mail-needs-tls", step: MailFrom, rank: rankWords + 5,
		title:  "The server wants TLS before it takes mail, and the connection is not encrypted.",
		match:  []string{"must issue a starttls command", "issue a starttls", "starttls is required", "session encryption is required", "encryption required to send", "tls required", "requires tls", "require tls", "must use tls"},
		unless: []string{"tls required but neither"},
		mail:   true,
		causes: []cause{
			{
				id: "no-login", text: "'auth' is false or missing. MediaWiki then neither logs in nor uses STARTTLS, even if a user name and a password are set.",
				fix:      "Set 'auth' to true, with 'username' and 'password'; TLS follows by itself on 587. If this server wants TLS but no login, use 'starttls' => true (MediaWiki 1.39.1 and later).",
				commands: []Command{{"php", "'auth' => true,\n'username' => 'wiki@example.org',\n'password' => 'the password',"}}, changes: withLogin,
				first: (*facts).noAuth,
			},
			{
				id: "no-openssl", text: "'starttls' is false, or PHP has no openssl extension, so that STARTTLS is skipped without a word.",
				fix:      "Take 'starttls' => false out and check that the web server's PHP has openssl; or use port 465 with ssl://, which never goes on in clear.",
				commands: []Command{{"sh", "php -m | grep -i openssl"}, {"php", "'host' => 'ssl://{host}',\n'port' => 465,"}},
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'], extension_loaded( 'openssl' ) );",
		source: "RFC 3207 section 4; pear/Mail; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: auth-false-server-wants, no-auth-key, fail-mail-530-tls
	},
	{
		id: "mail-needs-login", step: MailFrom, rank: rankWords, reply: true,
		title: "The server wants a login before it takes mail.",
		match: []string{"authentication required", "authentication is required", "unauthenticated senders not allowed", "client was not authenticated", "client not authenticated", "please authenticate", "must authenticate", "authenticate first", "auth required", "must issue an auth command", "login first", "auth first", "smtp auth is required", "not logged in", "not authenticated", "requires authentication", "turn on smtp authentication"},
		mail:  true,
		causes: []cause{
			{
				id: "auth-off", text: "'auth' is false or missing; a user name and a password alone do not log in.",
				fix: "Set 'auth' to true, with 'username' and 'password'.", commands: []Command{{"php", "'auth' => true,\n'username' => 'wiki@example.org',\n'password' => 'the password',"}},
				changes: withLogin, first: (*facts).noAuth,
			},
			{
				id: "other-block", text: "The block you look at is not the one in use: a later line or an extension sets $wgSMTP anew.",
				fix: "Print what MediaWiki has, without the password.", commands: []Command{{"php", "print_r( array_diff_key( $wgSMTP, [ 'password' => 1 ] ) );"}},
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'] ); must say bool(true).",
		source: srcRFC4954 + ", 530 5.7.0; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-mail-530-auth
	},
	{
		id: "sender-not-yours", step: MailFrom, rank: rankWords,
		title: "The server does not let this login send from {sender}.",
		match: []string{"not owned by", "does not have permissions to send as", "must equal authorized user", "must be same as authorization user", "same as authorisation user", "sendasdenied", "not allowed to send as", "sender address is not allowed", "sender address rejected: access denied", "envelope from address * not authorized", "relaying disallowed as", "sender not allowed", "sender is not allowed", "sender not authorized", "you are not allowed to send from", "not permitted to send from", "from address is not one of your addresses", "sender mismatch", "sender rejected", "not authorized to send on behalf", "mail from * not allowed", "sender address must match", "from address not verified"},
		mail:  true,
		causes: []cause{
			replyToUser,
			{
				id: "sender", text: "The sender must be the address of the login, or one that the account may use, and $wgPasswordSender is another.",
				fix: "Set $wgPasswordSender (and $wgEmergencyContact) to the login's address, or allow the other address in the account.", commands: []Command{{"php", "$wgPasswordSender = 'the-login@example.org';\n$wgEmergencyContact = $wgPasswordSender;\n$wgUserEmailUseReplyTo = true;"}},
				changes: senderIsLogin,
			},
		},
		verify: "{eval}, then: echo $wgPasswordSender; compare it with 'username'.",
		source: srcSender + "; Postfix reject_sender_login_mismatch; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-mail-553, fail-mail-550-unverified
	},
	{
		id: "sender-domain", step: MailFrom, rank: rankWords,
		title: "The domain of the sender address does not exist in DNS, or has no mail server.",
		match: []string{"sender address rejected: domain not found", "sender domain must exist", "domain of sender address * does not", "sender domain not found", "unresolvable domain", "domain does not exist", "domain of sender address", "sender address rejected: malformed dns", "domain not found", "cannot resolve sender domain", "invalid sender domain"},
		mail:  true,
		causes: []cause{
			defaultSender,
			{
				id: "domain", text: "{sender} has a domain without MX and A record: misspelt, internal, or the machine's own name.",
				fix: "Set $wgPasswordSender to an address in a domain that receives mail.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}, {"sh", "dig +short MX example.org"}},
			},
		},
		verify: "dig +short MX DOMAIN prints a server.",
		source: "Postfix reject_unknown_sender_domain; T23347", confidence: "high",
	},
	{
		id: "sender-verify", step: MailFrom, rank: rankWords, reply: true,
		title: "The server asked the sender's own mail server and was told that there is no such mailbox.",
		match: []string{"sender verify failed", "sender verification failed", "verification failed for", "sender callout", "callback verification", "sender callback"},
		causes: []cause{
			defaultSender,
			{
				id: "no-mailbox", text: "{sender} does not exist as a mailbox, so nobody could be told of a bounce.",
				fix: "Create the mailbox or an alias, or set $wgPasswordSender to one that exists.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}},
			},
		},
		verify: "Send a mail to the sender's address from elsewhere: it must arrive.",
		source: "Exim sender verification; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-rcpt-550-sender-verify
	},
	{
		id: "sender-syntax", step: MailFrom, rank: rankWords - 5,
		title: "The server finds the sender address malformed.",
		match: []string{"failed to set sender: *<*@*> [smtp", "syntax error in parameters", "bad sender address syntax", "malformed address", "sender address syntax", "invalid sender", "invalid address"},
		at:    []Step{MailFrom},
		causes: []cause{
			{
				id: "release-1180", text: "MediaWiki 1.18.0 writes the sender's name into the envelope; 1.18.1 corrected it.",
				fix: "Update MediaWiki.", only: func(f *facts) bool {
					return f.rel != nil && f.rel.Version.Minor == 18 && f.rel.Version.Patch == 0 || f.rel == nil && holds(f.text, "failed to set sender: *<*@*> [smtp")
				},
			},
			{
				id: "name-in-address", text: "$wgPasswordSender holds more than an address: a name, angle brackets, a blank or a second @.",
				fix: "Write the bare address; the name beside it comes from the page MediaWiki:Emailsender.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}},
				changes: bareSender,
			},
		},
		verify: "{eval}, then: var_dump( $wgPasswordSender );",
		source: "MediaWiki r99942 (1.18.1); " + srcRFC5321 + " section 4.1.2", confidence: "high",
	},
	{
		id: "sender-xverp", step: MailFrom, rank: rankWords + 5,
		title: "The server does not know XVERP.",
		match: []string{"xverp"},
		causes: []cause{
			{
				id: "verp", text: "$wgSMTP has the key 'verp'. Whatever its value, even false, it adds XVERP to MAIL FROM, which hardly any server takes.",
				fix: "Take the key out.", commands: []Command{{"php", "unset( $wgSMTP['verp'] );"}},
			},
		},
		verify: "{eval}, then: var_dump( isset( $wgSMTP['verp'] ) ); must say bool(false).",
		source: "pear/Mail, Mail/smtp.php", confidence: "high",
	},
	{
		id: "mail-temporary", step: MailFrom, rank: rankText,
		title: "The server cannot take mail from this sender at the moment.",
		match: []string{"failed to set sender"}, codes: []int{421, 450, 451, 452, 454, 471},
		causes: []cause{
			{
				id: "later", text: "A temporary fault of the server (a lookup, a full disk) or a limit. MediaWiki does not try again by itself.",
				fix: "Try again later, and look into the server's log if it lasts.",
			},
		},
		verify: "Send one mail some minutes later.",
		source: srcRFC5321 + " section 4.2.1; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-mail-451
	},
	{
		id: "mail-hung-up", step: MailFrom, rank: rankText,
		title: "The server hung up when the wiki named the sender.",
		match: []string{"failed to set sender"}, codes: []int{-1},
		causes: []cause{
			{
				id: "hung-up", text: "The server ended the connection: a limit, a filter that dislikes the client, or a fault.",
				fix: "Look into the server's log. If it wants a login or TLS, use the submission port with both.", commands: []Command{{"sh", "grep -i {host} /var/log/mail.log | tail"}},
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: "pear/Net_SMTP; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-close-at-mail
	},
	{
		id: "sender-refused", step: MailFrom, rank: rankText - 5,
		title: "The server refuses mail from {sender}.",
		match: []string{"failed to set sender"}, codes: []int{500, 501, 503, 521, 530, 541, 550, 551, 552, 553, 554, 555, 556, 571, 573},
		causes: []cause{
			defaultSender, replyToUser,
			{
				id: "sender", text: "The address is not one that this account may send from, is not confirmed there, or its domain does not exist. The server's own words say which.",
				fix: "Set $wgPasswordSender to the mailbox you log in with, or confirm the address with the carrier.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}}, changes: senderIsLogin,
			},
		},
		verify: "{eval}, then: echo $wgPasswordSender;",
		source: srcSender, confidence: "medium",
	},
}

// bareSender takes the address out of "Name <address>".
func bareSender(f *facts) []change {
	s := f.cfg.PasswordSender
	for i := 0; i < len(s); i++ {
		if s[i] == '<' {
			for j := i; j < len(s); j++ {
				if s[j] == '>' && isAddress(s[i+1:j]) {
					return []change{{Field: "sender", Value: s[i+1 : j]}}
				}
			}
		}
	}
	return nil
}

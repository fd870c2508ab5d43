// Replies of services that send mail for programs.

package trouble

const srcSES = "docs.aws.amazon.com/ses: SMTP response codes, troubleshoot error messages"

var (
	ses        = []string{"amazon-ses"}
	sendgrid   = []string{"sendgrid"}
	brevo      = []string{"brevo"}
	mailgun    = []string{"mailgun"}
	postmark   = []string{"postmark"}
	mailjet    = []string{"mailjet"}
	mailersend = []string{"mailersend"}
	resend     = []string{"resend"}
)

var serviceRows = []row{
	{
		id: "ses-credentials", step: Auth, rank: rankOwn, carriers: ses, only: true,
		title: "Amazon SES refuses the login.",
		match: []string{"authentication credentials invalid"},
		causes: []cause{
			{id: "iam-keys", text: "The AWS access key itself was used, or SMTP credentials of another region. SES wants SMTP credentials, whose password (44 characters, beginning with B) is computed for one region.", fix: "Make SMTP credentials in the SES console of the region that stands in 'host', and use both parts."},
		},
		verify: tryLogin, source: srcSES, confidence: "medium",
	},
	{
		id: "ses-not-verified", step: Data, rank: rankOwn, carriers: ses,
		title: "Amazon SES has not confirmed one of the addresses in this region.",
		match: []string{"the following identities failed the check in region", "ses*sandbox mode", "ses*'sandbox' mode", "ses sandbox"},
		causes: []cause{
			replyToUser,
			{id: "unverified", text: "The reply names the addresses and the region. SES checks From, Sender and Return-Path; in the sandbox the recipients too.", fix: "Confirm the domain of $wgPasswordSender in that region, use the server of the region where it is confirmed, and ask for production access to leave the sandbox.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-confirmed-domain.example';\n$wgEmergencyContact = $wgPasswordSender;\n$wgUserEmailUseReplyTo = true;"}}},
		},
		verify: "The SES console of that region shows the domain as verified, and no sandbox notice.", source: srcSES + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-final-554-not-verified
	},
	{
		id: "ses-rate", step: Data, rank: rankOwn, reply: true, carriers: ses,
		title: "Mails go to Amazon SES faster than the account may send.",
		match: []string{"maximum sending rate exceeded"},
		causes: []cause{
			{id: "rate", text: "A new account may send one mail a second.", fix: "Run the jobs with a single process and in small portions, or ask for a higher rate.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --procs 1 --maxjobs 20"}}},
		},
		verify: "The SES console shows rate and quota.", source: srcSES, confidence: "medium",
	},
	{
		id: "ses-quota", step: Data, rank: rankOwn, reply: true, carriers: ses,
		title: "The daily quota of the Amazon SES account is used up.",
		match: []string{"daily message quota exceeded"},
		causes: []cause{
			{id: "quota", text: "It is 200 mails in the sandbox.", fix: "Ask for production access or a higher quota; until then wait."},
		},
		verify: "The SES console shows the quota.", source: srcSES, confidence: "medium",
	},
	{
		id: "ses-iam", step: Data, rank: rankOwn, carriers: ses,
		title: "The AWS user behind the SMTP credentials may not send.",
		match: []string{"ses:sendrawemail", "not authorized to perform*ses:send"},
		causes: []cause{
			{id: "policy", text: "Its IAM policy does not allow ses:SendRawEmail.", fix: "Attach a policy that allows it, or make SMTP credentials in the SES console, which brings its own user."},
		},
		verify: "The IAM policy simulator allows ses:SendRawEmail for the user.", source: srcSES, confidence: "low",
	},
	{
		id: "ses-concurrent", step: Greeting, rank: rankOwn, carriers: ses, only: true, // Exim says the same
		title: "Too many connections to Amazon SES at a time.",
		match: []string{"too many concurrent smtp connections"},
		causes: []cause{
			{id: "jobs", text: "MediaWiki opens a connection for each mail, and several job runners do so at once.", fix: "Run one job runner for mail.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --procs 1"}}},
		},
		verify: "The job queue runs through without this error.", source: srcSES, confidence: "high",
	},
	{
		id: "ses-temporary", step: Data, rank: rankOwn, carriers: ses,
		title: "Amazon SES waited in vain for data, or has a temporary fault.",
		match: []string{"timeout waiting for data from client", "temporary service failure"},
		causes: []cause{
			{id: "slow", text: "The network lost the mail on its way (a firewall, the MTU), or the service had a fault.", fix: "Try again; if it stays, look at the MTU and the firewall of the machine."},
		},
		verify: "Send one short mail.", source: srcSES, confidence: "high",
	},
	{
		id: "ses-needs-login", step: MailFrom, rank: rankOwn - 10, carriers: ses, only: true,
		title: "Amazon SES takes mail only after a login.",
		match: []string{"authentication required"},
		causes: []cause{
			{id: "auth-off", text: "'auth' is false or missing.", fix: "Set 'auth' to true with the SMTP credentials.", commands: []Command{{"php", "'auth' => true,"}}, changes: withLogin},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'] );", source: srcSES, confidence: "medium",
	},

	{
		id: "sendgrid-sender", step: Data, rank: rankOwn, carriers: sendgrid,
		title: "SendGrid does not know the From address as one of yours.",
		match: []string{"from address does not match a verified sender identity"},
		causes: []cause{
			replyToUser,
			{id: "identity", text: "{sender} is neither a verified single sender nor in an authenticated domain.", fix: "Authenticate the domain in SendGrid (Settings, Sender Authentication), or set $wgPasswordSender to a verified address.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "The page Sender Authentication shows the domain as verified.", source: "twilio.com/docs/sendgrid: sender identity", confidence: "medium",
	},
	{
		id: "sendgrid-needs-login", step: MailFrom, rank: rankOwn, carriers: sendgrid,
		title: "SendGrid takes mail only after a login.",
		match: []string{"unauthenticated senders not allowed"},
		causes: []cause{
			{id: "auth-off", text: "'auth' is false or missing.", fix: "Set 'auth' to true; the user name is the word apikey, the password the key.", commands: []Command{{"php", "'auth' => true,\n'username' => 'apikey',"}}, changes: func(f *facts) []change {
				return append(withLogin(f), change{Field: "user", Value: "apikey"})
			}},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'] );", source: "sendgrid/docs: SMTP errors", confidence: "high",
	},
	{
		id: "sendgrid-credits", step: Auth, rank: rankOwn, carriers: sendgrid,
		title: "The SendGrid plan is used up, or its trial is over.",
		match: []string{"maximum credits exceeded"},
		causes: []cause{
			{id: "plan", text: "The login itself is right.", fix: "Upgrade the plan, wait for the next period, or use another carrier."},
		},
		verify: "SendGrid's page Usage shows the credits.", source: "sendgrid/docs: SMTP errors", confidence: "high",
	},
	{
		id: "sendgrid-login", step: Auth, rank: rankOwn, carriers: sendgrid,
		title: "SendGrid refuses the login.",
		match: []string{"the provided authorization grant is invalid", "authentication failed: bad username / password"},
		causes: []cause{
			{id: "apikey", text: "The user name is not the word apikey, or the key was withdrawn or lacks the right Mail Send.", fix: "Write the word apikey as 'username', and a key with the right Mail Send as 'password'.", commands: []Command{{"php", "'username' => 'apikey',"}}, set: []change{{Field: "user", Value: "apikey"}}},
		},
		verify: tryLogin, source: "sendgrid/docs: SMTP errors", confidence: "low",
	},

	{
		id: "brevo-ip", step: Auth, rank: rankOwn, carriers: brevo,
		title: "Brevo takes mail only from listed addresses, and the wiki's is not among them.",
		match: []string{"unauthorized ip address"},
		causes: []cause{
			{id: "ip", text: "The list of authorised IPs is active.", fix: "Add the machine's IPv4 and IPv6 address under Security, Authorised IPs, or switch the list off.", commands: []Command{{"sh", "curl -4 -s https://ifconfig.co; curl -6 -s https://ifconfig.co"}}},
		},
		verify: "A test mail some minutes later.", source: "reports of 2025 and 2026", confidence: "high",
	},
	{
		id: "brevo-not-active", step: MailFrom, rank: rankOwn, carriers: brevo,
		title: "The SMTP service of the Brevo account is not activated yet.",
		match: []string{"smtp account is not yet activated"},
		causes: []cause{
			{id: "new", text: "Brevo looks at new accounts before they may send.", fix: "Complete the profile and ask Brevo's support to activate transactional mail."},
		},
		verify: "The page SMTP & API shows the service as active.", source: "reports of 2025 and 2026", confidence: "high",
	},
	{
		id: "brevo-login", step: Auth, rank: rankOwn, carriers: brevo, only: true,
		title: "Brevo refuses the login.",
		match: []string{"5.7.8 authentication failed", "5.7.8 error: authentication failed"},
		causes: []cause{
			{id: "api-key", text: "An API key (xkeysib-) was used instead of an SMTP key (xsmtpsib-), or the user name is not the SMTP login that Brevo shows.", fix: "Take login and SMTP key from the page SMTP & API."},
		},
		verify: tryLogin, source: "help.brevo.com: SMTP relay", confidence: "high",
	},

	{
		id: "mailgun-login", step: Auth, rank: rankOwn, carriers: mailgun, only: true,
		title: "Mailgun refuses the login.",
		match: []string{"authentication failed", "invalid login"},
		causes: []cause{
			{id: "api-key", text: "The API key was used instead of the SMTP password of the domain, or the domain lives in the other region (smtp.mailgun.org for the US, smtp.eu.mailgun.org for the EU).", fix: "Reset the SMTP password of the domain's user, and use the server of its region."},
		},
		verify: tryLogin, source: "documentation.mailgun.com: SMTP", confidence: "high",
	},
	{
		id: "mailgun-domain", step: MailFrom, rank: rankOwn, reply: true, carriers: mailgun,
		title: "Mailgun does not let this domain send.",
		match: []string{"domain * is not allowed to send", "domain is not allowed to send"},
		causes: []cause{
			{id: "domain", text: "Its DNS records are not verified, or the account or domain was disabled.", fix: "Verify the DNS records on Mailgun's page of the domain; if it says disabled, write to the support."},
		},
		verify: "Mailgun's page shows the domain as active.", source: "help.mailgun.com", confidence: "high",
	},
	{
		id: "mailgun-sandbox", step: Rcpt, rank: rankOwn, carriers: mailgun,
		title: "Mailgun's sandbox domain sends to authorised recipients only.",
		match: []string{"sandbox subdomains are for test purposes only", "not an authorized recipient", "not authorized recipient", "free accounts are for test purposes only"},
		causes: []cause{
			{id: "sandbox", text: "Five recipients can be authorised there.", fix: "Add a domain of your own to Mailgun and use its SMTP user; or authorise the recipient for a test."},
		},
		verify: "The user name no longer ends in a sandbox domain.", source: "help.mailgun.com 217531258", confidence: "medium",
	},

	{
		id: "postmark-login", step: Auth, rank: rankOwn, carriers: postmark, only: true,
		title: "Postmark refuses the login.",
		match: []string{"535 5.7.8", "code: 535, response: 5.7.8"},
		causes: []cause{
			{id: "token", text: "Postmark wants the server's API token as user name and as password.", fix: "Copy the Server API token into both, or make an SMTP token."},
		},
		verify: tryLogin, source: "postmarkapp.com support 811", confidence: "medium",
	},
	{
		id: "postmark-sender", step: Data, rank: rankOwn, carriers: postmark,
		title: "Postmark does not know the From address.",
		match: []string{"is not a sender signature", "sender signature not found", "sender signature not confirmed"},
		causes: []cause{
			replyToUser,
			{id: "signature", text: "{sender} has no confirmed sender signature, and its domain is not verified.", fix: "Add the domain or the address under Sender Signatures, or set $wgPasswordSender to one that is there.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "Postmark shows the signature as confirmed.", source: "postmarkapp.com: error codes", confidence: "low",
	},
	{
		id: "postmark-465", step: Connect, rank: rankOwn, carriers: postmark, only: true,
		title: "Postmark has no port 465.",
		match: []string{"port 465", ":465 [smtp", ":465\""},
		causes: []cause{
			{id: "port", text: "It listens on 587, 2525 and 25, with STARTTLS.", fix: "Use 587 without ssl:// before the host.", commands: []Command{{"php", "'host' => 'smtp.postmarkapp.com',\n'port' => 587,"}}, set: []change{{Field: "port", Value: "587"}, {Field: "tls", Value: "starttls"}}},
		},
		verify: "nc -vz smtp.postmarkapp.com 587", source: "postmarkapp.com: sending over SMTP", confidence: "high",
	},

	{
		id: "mailjet-sender", step: Data, rank: rankOwn, carriers: mailjet, only: true,
		title: "Mailjet does not know the From address.",
		match: []string{"sender address not allowed", "sender not allowed", "sender rejected", "sender * not validated", "sender * not been validated"},
		causes: []cause{
			replyToUser,
			{id: "sender", text: "{sender} or its domain is not validated there.", fix: "Validate the domain under Sender domains & addresses, or set $wgPasswordSender to an address that is.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "Mailjet's page shows the domain as active.", source: "dev.mailjet.com: SMTP relay", confidence: "high",
	},
	{
		id: "mailersend-invalid", step: Data, rank: rankOwn, carriers: mailersend,
		title: "MailerSend found something wrong with the mail; its list says what.",
		match: []string{"450 the given data was invalid", "the given data was invalid"}, codes: []int{450, 422, 550},
		causes: []cause{
			{id: "list", text: "Most often the From domain is not verified there.", fix: "Read the list behind the words. Set $wgPasswordSender to an address in a verified domain.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "MailerSend shows the domain as verified.", source: "developers.mailersend.com/smtp-relay", confidence: "high",
	},
	{
		id: "resend-domain", step: Data, rank: rankOwn, carriers: resend, only: true,
		title: "Resend has not verified the sender's domain.",
		match: []string{"domain is not verified", "sender address not verified"},
		causes: []cause{
			replyToUser,
			{id: "domain", text: "{sender} is in a domain that is not verified there.", fix: "Add the domain in Resend and publish the records it names, or set $wgPasswordSender to an address in a verified domain.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "Resend shows the domain as verified.", source: "resend.com/docs: SMTP", confidence: "high",
	},
}

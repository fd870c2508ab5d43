// Replies of mailbox carriers and web hosts.

package trouble

var (
	yandex   = []string{"yandex"}
	mailRu   = []string{"mail-ru"}
	qq       = []string{"qq", "qq-exmail"}
	netease  = []string{"netease-163"}
	zoho     = []string{"zoho-mail", "zeptomail"}
	yahoo    = []string{"yahoo", "aol", "att", "yahoo-jp"}
	unitedIn = []string{"gmx", "web-de", "ionos", "mail-com"}
	dreamHst = []string{"dreamhost"}
)

// senderCause is what nearly all mailbox carriers demand.
var senderCause = cause{
	id: "sender", text: "$wgPasswordSender is not the address that logs in, nor one that belongs to the account.",
	fix: "Set $wgPasswordSender and $wgEmergencyContact to the login's address.", commands: []Command{{"php", "$wgPasswordSender = 'the-login@example.org';\n$wgEmergencyContact = $wgPasswordSender;\n$wgUserEmailUseReplyTo = true;"}},
	changes: senderIsLogin,
}

const senderVerify = "{eval}, then: echo $wgPasswordSender; compare it with 'username'."

var mailboxRows = []row{
	{
		id: "yandex-sender", step: MailFrom, rank: rankOwn, carriers: yandex,
		title: "Yandex lets a login send from its own addresses only.",
		match: []string{"not owned by auth user"}, causes: []cause{replyToUser, senderCause},
		verify: senderVerify, source: "Yandex nwsmtp", confidence: "high",
	},
	{
		id: "yandex-login", step: Auth, rank: rankOwn, carriers: yandex, loose: true,
		title: "Yandex refuses the login.",
		match: []string{"this user does not have access rights to this service", "authentication failed: invalid user or password"},
		causes: []cause{
			{id: "app-password", text: "Mail programs are not allowed in the mailbox's settings, or the app password is missing or not active yet (it takes two to three hours).", fix: "Allow mail programs in the mailbox's settings, make an app password, wait, and use it as 'password'."},
		},
		verify: tryLogin, source: "yandex.com/support: mail clients", confidence: "high",
	},
	{
		id: "mailru-app-password", step: Auth, rank: rankOwn, carriers: mailRu,
		title: "Mail.ru wants a password made for programs.",
		match: []string{"neobhodim parol prilozheniya", "parol prilozheniya"},
		causes: []cause{
			{id: "app-password", text: "The account's own password was used.", fix: "Make a password for an external application in the account's security settings, with the right to send, and use it as 'password'."},
		},
		verify: tryLogin, source: "help.mail.ru", confidence: "high",
	},
	{
		id: "qq-code", step: Auth, rank: rankOwn, carriers: qq,
		title: "QQ Mail wants an authorisation code instead of the password.",
		match: []string{"enter your authorization code to login"},
		causes: []cause{
			{id: "code", text: "The account's password was used, or SMTP is not switched on in the mailbox.", fix: "Switch SMTP on in the mailbox's settings, generate the code of 16 letters, and use it as 'password'."},
		},
		verify: tryLogin, source: "service.mail.qq.com", confidence: "high",
	},
	{
		id: "qq-sender", step: MailFrom, rank: rankOwn, carriers: qq,
		title: "QQ lets a login send from its own address only.",
		match: []string{"mail from address must be same as authorization user", "mail from address must be same as authorisation user"}, causes: []cause{replyToUser, senderCause},
		verify: senderVerify, source: "service.mail.qq.com", confidence: "high",
	},
	{
		id: "netease-sender", step: MailFrom, rank: rankOwn, carriers: netease,
		title: "NetEase (163, 126) lets a login send from its own address only.",
		match: []string{"mail from must equal authorized user"}, causes: []cause{replyToUser, senderCause},
		verify: senderVerify, source: "help.mail.163.com", confidence: "high",
	},
	{
		id: "zoho-sender", step: MailFrom, rank: rankOwn, carriers: zoho,
		title: "Zoho lets a login send from its own addresses only.",
		match: []string{"relaying disallowed as"}, causes: []cause{replyToUser, senderCause},
		verify: senderVerify, source: "zoho.com/mail/help", confidence: "high",
	},
	{
		id: "zoho-blocked", step: MailFrom, rank: rankOwn, reply: true, carriers: zoho,
		title: "Zoho has blocked outgoing mail of this address.",
		match: []string{"sender address blocked", "5.1.8 sender address blocked"},
		causes: []cause{
			{id: "policy", text: "Too many or suspicious mails, or a rule of the organisation.", fix: "Lift the block in Zoho's admin console, after the reason is gone."},
		},
		verify: "The console shows outgoing mail as allowed.", source: "help.zoho.com", confidence: "high",
	},
	{
		id: "yahoo-login", step: Auth, rank: rankOwn, carriers: yahoo,
		title: "Yahoo or AOL refuses the login.",
		match: []string{"#auth00"},
		causes: []cause{
			{id: "app-password", text: "The account's own password was used, or there were too many wrong attempts.", fix: "Make an app password in the account's security settings, use it as 'password', and wait an hour if there were many attempts."},
		},
		verify: tryLogin, source: "help.yahoo.com: app passwords", confidence: "low",
	},
	{
		id: "united-login", step: Auth, rank: rankOwn, carriers: unitedIn, only: true,
		title: "{carrier} refuses the login.",
		match: []string{"authentication credentials invalid"},
		causes: []cause{
			{id: "access-off", text: "The password is wrong, POP3/IMAP access is not switched on in the mailbox (it governs sending too), or the account has two-step login and needs an app password.", fix: "Switch the access on in the mailbox's settings, make an app password if there is a second step, and use the whole address as 'username'."},
		},
		verify: tryLogin, source: "hilfe.gmx.net, hilfe.web.de, ionos.com/help", confidence: "low",
	},
	{
		id: "united-sender", step: MailFrom, rank: rankOwn, carriers: unitedIn, only: true,
		title: "{carrier} lets a login send from its own addresses or domain only.",
		match: []string{"sender address is not allowed"}, causes: []cause{replyToUser, senderCause},
		verify: senderVerify, source: "ionos.com/help, rule of 29 January 2024", confidence: "high",
	},
	{
		id: "ionos-limit", step: Data, rank: rankOwn, reply: true, carriers: unitedIn,
		title: "The hourly limit of the account is reached.",
		match: []string{"mail send limit exceeded"},
		causes: []cause{
			{id: "limit", text: "It depends on the account's age.", fix: "Run the jobs in small portions, or use a service made for programs.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --maxjobs 20"}}},
		},
		verify: "A test mail an hour later.", source: "ionos.com/help: mass mailing limits", confidence: "high",
	},
	{
		id: "dreamhost-quota", step: Data, rank: rankOwn, reply: true, carriers: dreamHst,
		title: "DreamHost's limit of recipients in an hour is reached.",
		match: []string{"policy rejection*quota exceeded"},
		causes: []cause{
			{id: "limit", text: "100 recipients an hour.", fix: "Wait, and run the jobs in small portions.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --maxjobs 20"}}},
		},
		verify: "A test mail an hour later.", source: "help.dreamhost.com", confidence: "high",
	},
}

// Microsoft's replies: Microsoft 365, Exchange and Outlook.com.

package trouble

const srcMicrosoft = "learn.microsoft.com: authenticated client SMTP submission; aka.ms/smtp_auth_disabled"

var microsoft = []string{"microsoft365", "microsoft365-hve", "microsoft365-connector", "outlook-com"}

var microsoftRows = []row{
	{
		id: "ms-smtp-auth-tenant", step: Auth, rank: rankOwn + 5, carriers: microsoft,
		title: "Logging in by SMTP is switched off for the whole Microsoft 365 organisation.",
		match: []string{"smtpclientauthentication is disabled for the tenant"},
		causes: []cause{
			{id: "tenant", text: "That is the default of newer organisations.", fix: "Let the administrator switch it on for the one mailbox that the wiki uses, which goes before the organisation's setting. Basic logins are being retired, so plan for a connector, Azure Communication Services or another carrier.", commands: []Command{{"powershell", "Set-CASMailbox -Identity wiki@example.org -SmtpClientAuthenticationDisabled $false\nGet-TransportConfig | Format-List SmtpClientAuthenticationDisabled"}}},
		},
		verify: "Get-CASMailbox -Identity wiki@example.org | Format-List SmtpClientAuthenticationDisabled says False; it takes up to an hour.", source: srcMicrosoft + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-disabled
	},
	{
		id: "ms-smtp-auth-mailbox", step: Auth, rank: rankOwn + 5, carriers: microsoft,
		title: "Logging in by SMTP is switched off for this mailbox.",
		match: []string{"smtpclientauthentication is disabled for the mailbox"},
		causes: []cause{
			{id: "mailbox", text: "The administrator can switch it on for one mailbox.", fix: "Switch it on for the mailbox that the wiki uses.", commands: []Command{{"powershell", "Set-CASMailbox -Identity wiki@example.org -SmtpClientAuthenticationDisabled $false"}}},
		},
		verify: "Get-CASMailbox -Identity wiki@example.org | Format-List SmtpClientAuthenticationDisabled says False; it takes up to an hour.", source: srcMicrosoft, confidence: "high",
	},
	{
		id: "ms-basic-auth", step: Auth, rank: rankOwn + 5, carriers: microsoft,
		title: "Microsoft takes no passwords for this account any more.",
		match: []string{"basic authentication is disabled", "basic authentication is not supported", "5.7.30"},
		causes: []cause{
			{id: "oauth-only", text: "Outlook.com has wanted OAuth since September 2024, and organisations are following. MediaWiki cannot renew OAuth tokens, so this mailbox cannot be used with $wgSMTP.", fix: "Use another carrier; inside an organisation a connector for the wiki's address, High Volume Email or Azure Communication Services."},
		},
		verify: "None with this account: the refusal is a policy.", source: "techcommunity.microsoft.com ba-p/4114750", confidence: "high",
	},
	{
		id: "ms-conditional-access", step: Auth, rank: rankOwn, carriers: microsoft,
		title:  "A rule of the organisation stopped the login at Microsoft.",
		match:  []string{"5.7.139"},
		unless: []string{"smtpclientauthentication", "basic authentication"},
		causes: []cause{
			{id: "policy", text: "Security defaults, Conditional Access, multi-factor login or a locked account refuse it.", fix: "Let the administrator look into the sign-in log of Entra ID, which names the rule, and make an exception for this mailbox; or use a connector for the wiki's address.", commands: []Command{{"powershell", "Get-CASMailbox -Identity wiki@example.org | Format-List SmtpClientAuthenticationDisabled"}}},
		},
		verify: "The sign-in log shows the next attempt as a success.", source: srcMicrosoft, confidence: "high",
	},
	{
		id: "ms-login", step: Auth, rank: rankOwn, carriers: microsoft,
		title: "Microsoft refuses the login.",
		match: []string{"5.7.3 authentication unsuccessful"},
		causes: []cause{
			{id: "password", text: "The user name is not the full sign-in name, the password is wrong, or SMTP logins are switched off for the mailbox.", fix: "Use the full address as 'username', check the password in a browser, and let the administrator look at the mailbox's SMTP setting.", commands: []Command{{"powershell", "Get-CASMailbox -Identity wiki@example.org | Format-List SmtpClientAuthenticationDisabled"}}},
		},
		verify: tryLogin, source: srcMicrosoft, confidence: "high",
	},
	{
		id: "ms-not-authenticated", step: MailFrom, rank: rankOwn, carriers: microsoft,
		title: "Microsoft takes mail only after a login, and there was none.",
		match: []string{"5.7.57"},
		causes: []cause{
			{id: "auth-off", text: "'auth' is false or missing.", fix: "Set 'auth' to true with user name and password, on port 587 without ssl:// before the host.", commands: []Command{{"php", "'host' => 'smtp.office365.com',\n'port' => 587,\n'auth' => true,"}}, changes: withLogin},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'] );", source: srcMicrosoft, confidence: "high",
	},
	{
		id: "ms-send-as", step: Data, rank: rankOwn, carriers: microsoft,
		title: "Microsoft does not let this mailbox send from {sender}.",
		match: []string{"5.7.60", "5.2.252", "sendasdenied"},
		causes: []cause{
			replyToUser,
			{id: "sender", text: "The From address is not the mailbox that logs in, and it has no right to send as it.", fix: "Set $wgPasswordSender and $wgEmergencyContact to the login's address, or let the administrator give the right \"Send As\".", commands: []Command{{"php", "$wgPasswordSender = 'the-login@example.org';\n$wgEmergencyContact = $wgPasswordSender;\n$wgUserEmailUseReplyTo = true;"}, {"powershell", "Add-RecipientPermission -Identity shared@example.org -Trustee the-login@example.org -AccessRights SendAs"}}, changes: senderIsLogin},
		},
		verify: "{eval}, then: echo $wgPasswordSender; compare it with 'username'.", source: srcMicrosoft + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-mail-550-unverified
	},
	{
		id: "ms-concurrent", step: Data, rank: rankOwn, carriers: microsoft,
		title: "More connections at a time than Microsoft allows a mailbox.",
		match: []string{"concurrent connections limit exceeded", "concurrent server connections limit"},
		causes: []cause{
			{id: "jobs", text: "Three at a time are allowed; several job runners each open their own.", fix: "Run one job runner for mail.", commands: []Command{{"sh", "{runJobs} --type enotifNotify --procs 1"}}},
		},
		verify: "The job queue runs through without this error.", source: srcMicrosoft, confidence: "low",
	},
	{
		id: "ms-blocked-sender", step: Data, rank: rankOwn, carriers: microsoft,
		title: "Microsoft has blocked the mailbox, because it was taken for a source of spam.",
		match: []string{"5.1.8 access denied, bad outbound sender", "bad outbound sender", "5.1.8*bad outbound"},
		causes: []cause{
			{id: "blocked", text: "Too much or strange mail left it, perhaps through a wiki open to spam accounts.", fix: "Find out who sent it (Special:Log, the mailbox's sent mail), then let the administrator lift the block on the page \"Restricted entities\" of Microsoft Defender."},
		},
		verify: "A test mail an hour after the block was lifted.", source: srcMicrosoft, confidence: "low",
	},
}

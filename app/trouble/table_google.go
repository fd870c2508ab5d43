// Google's replies: Gmail, Google Workspace and its relay.

package trouble

const (
	srcGoogle      = "support.google.com/a/answer/3726730"
	srcGoogleRelay = "support.google.com/a/answer/2956491"
)

var google = []string{"gmail", "google-workspace", "google-workspace-relay"}

var appPasswordFix = "Turn on 2-Step Verification in the Google account, make an app password at myaccount.google.com/apppasswords, and use its 16 letters without the blanks as 'password'."

var googleRows = []row{
	{
		id: "gmail-password", step: Auth, rank: rankOwn, carriers: google, loose: true,
		title: "Google refuses the password.",
		match: []string{"username and password not accepted", "badcredentials", "5.7.8 https://support.google.com"},
		causes: []cause{
			{id: "account-password", text: "It is the account's own password, which Google has not taken from programs since May 2022; or the app password is mistyped or was withdrawn when the account's password changed.", fix: appPasswordFix, commands: []Command{{"php", "'username' => 'your.wiki@gmail.com',\n'password' => 'abcdefghijklmnop',"}}},
		},
		verify: tryLogin, source: srcGoogle, confidence: "high",
	},
	{
		id: "gmail-app-password", step: Auth, rank: rankOwn, carriers: google,
		title: "Google wants an app password.",
		match: []string{"5.7.9 application-specific password required", "application-specific password required", "invalidsecondfactor"},
		causes: []cause{
			{id: "two-step", text: "The account has 2-Step Verification, so that its own password does not work for programs.", fix: appPasswordFix, commands: []Command{{"php", "'password' => 'abcdefghijklmnop',"}}},
		},
		verify: tryLogin, source: srcGoogle, confidence: "high",
	},
	{
		id: "gmail-less-secure", step: Auth, rank: rankOwn, carriers: google,
		title: "The switch \"less secure apps\" is gone: Google took it away in May 2022.",
		match: []string{"less secure app", "lesssecureapps", "less secure application"},
		causes: []cause{
			{id: "gone", text: "Advice that names it is out of date.", fix: appPasswordFix, commands: []Command{{"php", "'password' => 'abcdefghijklmnop',"}}},
		},
		verify: tryLogin, source: srcGoogle + "; " + srcTalk, confidence: "high",
	},
	{
		id: "gmail-web-login", step: Auth, rank: rankOwn, carriers: google,
		title: "Google found the login suspicious and stopped it.",
		match: []string{"log in via your web browser", "webloginrequired", "please log in with your web browser"},
		causes: []cause{
			{id: "suspicious", text: "It came from an unusual place, such as a server in another country.", fix: "Sign in once in a browser, confirm the activity that Google asks about, and use an app password."},
		},
		verify: tryLogin, source: srcGoogle, confidence: "low",
	},
	{
		id: "gmail-too-many-logins", step: Auth, rank: rankOwn, reply: true, carriers: google,
		title: "Google stopped the logins for a while, because there were too many.",
		match: []string{"too many login attempts"},
		causes: []cause{
			{id: "loop", text: "MediaWiki logs in anew for each mail, and with a wrong password each notification adds to the count.", fix: "Correct the password first, then wait an hour. For many mails use a relay."},
		},
		verify: "Send one mail an hour later.", source: srcGoogle, confidence: "low",
	},
	{
		id: "gmail-daily-limit", step: Data, rank: rankOwn, carriers: google,
		title: "The account's daily limit at Google is reached.",
		match: []string{"daily user sending limit exceeded", "daily sending quota exceeded", "daily user sending quota exceeded", "daily sending limit exceeded"},
		causes: []cause{
			{id: "limit", text: "500 recipients in 24 hours with Gmail, 2,000 with Workspace.", fix: "Wait up to 24 hours. Send watchlist mail through a service made for programs, or turn it off.", commands: []Command{{"php", "$wgEnotifWatchlist = false;"}}, set: []change{{Field: "enotif-watchlist", Value: "false"}}},
		},
		verify: "Google's limit counts back 24 hours; after that a test mail goes out.", source: srcGoogle, confidence: "high",
	},
	{
		id: "google-relay-limit", step: Data, rank: rankOwn + 5, carriers: google,
		title: "The daily limit of Google's SMTP relay is reached.",
		match: []string{"daily smtp relay limit exceeded", "daily smtp relay sending limit"},
		causes: []cause{
			{id: "limit", text: "The sender (10,000 recipients a day) or the organisation has used its share.", fix: "Wait until the next day, spread the mails, or use a service made for programs."},
		},
		verify: "A test mail on the next day.", source: srcGoogleRelay, confidence: "high",
	},
	{
		id: "google-relay-ehlo", step: EHLO, rank: rankOwn, carriers: google,
		title: "Google's relay closed the connection when the wiki introduced itself.",
		match: []string{"4.7.0 try again later, closing connection"},
		causes: []cause{
			{id: "localhost", text: "MediaWiki calls itself \"localhost\" unless told otherwise, and the relay does not take that; less often too many connections at a time.", fix: "Set the wiki's full host name as 'localhost', and register the machine's address at the relay.", commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName},
		},
		verify: "openssl s_client -starttls smtp -connect smtp-relay.gmail.com:587, then EHLO and the wiki's name: 250.", source: srcGoogle, confidence: "high",
	},
	{
		id: "google-rate", step: Delivery, rank: rankOwn, reply: true,
		title: "Google, as the recipient's server, slows this machine down.",
		match: []string{"unusual rate of unsolicited mail"},
		causes: []cause{
			{id: "reputation", text: "The machine delivers by itself and has a bad or no reputation.", fix: "Send through a carrier, and publish SPF, DKIM and a reverse name for the machine.", commands: []Command{{"sh", "dig +short -x YOUR-IP-ADDRESS"}}},
		},
		verify: "Authentication-Results in a mail to a Gmail box of yours.", source: srcGoogle, confidence: "high",
	},
	{
		id: "google-unauthenticated", step: Delivery, rank: rankOwn,
		title: "Google, as the recipient's server, refuses the mail because neither SPF nor DKIM backs its From domain.",
		match: []string{"5.7.26*unauthenticated", "5.7.26*dmarc", "5.7.26*spf", "5.7.26 *not accepted", "5.7.26*does not have authentication"},
		causes: []cause{
			replyToUser,
			{id: "not-aligned", text: "The domain of $wgPasswordSender does not name this server in SPF and has no DKIM signature; or the From is a gmail.com or yahoo.com address sent through another server.", fix: "Send from a domain of your own and publish the SPF include and DKIM keys that your carrier names.", commands: []Command{{"sh", "dig +short TXT example.org; dig +short TXT _dmarc.example.org"}, {"php", "$wgPasswordSender = 'wiki@your-domain.example';"}}},
		},
		verify: "Send a mail to a Gmail box of yours: \"Show original\" must say SPF or DKIM PASS, and DMARC PASS.", source: srcGoogle + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-final-550-dmarc
	},
	{
		id: "google-bounce-rejected", step: Delivery, rank: rankText,
		title: "Google took the mail from the wiki and then refused to deliver it.",
		match: []string{"delivery to the following recipient failed permanently", "message rejected. see*google.com", "message rejected. see *for more information"},
		causes: []cause{
			{id: "content", text: "Google's filter dislikes the mail: a Message-ID of a strange domain (no IDHost), links to a bare IP address, or many alike mails.", fix: "Set 'IDHost' and 'localhost' to the wiki's own host name and $wgServer to its real address, and send a test again.", commands: []Command{{"php", "'IDHost' => '{wiki}',\n'localhost' => '{wiki}',"}}},
		},
		verify: "Send a test to another Gmail box of yours.", source: srcTalk, confidence: "low",
	},
}

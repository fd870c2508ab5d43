// symfony/mailer, the mail stack of MediaWiki 1.47: what only it says. Its
// texts with a reason of PHP or of the server in them reach the other tables.

package trouble

const srcSymfony = "symfony/mailer 7.4.14, EsmtpTransport and SmtpTransport"

var symfonyRows = []row{
	{
		id: "symfony-scheme", step: Connect, rank: rankWords + 8,
		title: "The mail library of 1.47 adds the scheme itself, and 'host' has one already.",
		match: []string{`host "ssl://ssl://`, `host "ssl://tls://`, "getaddrinfo for ssl failed", "getaddrinfo for tls failed", "getaddrinfo for https failed"},
		causes: []cause{
			{
				id: "prefix", text: "ssl:// before the host is PEAR's way. symfony/mailer takes the bare name, and turns TLS on by itself on port 465.",
				fix: "Write the host without ssl:// and keep port 465. With https:// or smtp:// before it the same helps in every release.", commands: []Command{{"php", "'host' => '{host}',\n'port' => 465,"}},
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcSymfony, confidence: "medium",
	},
	{
		id: "symfony-no-tls", step: StartTLS, rank: rankWords,
		title: "TLS is required by the settings, and the connection has none.",
		match: []string{"tls required but neither tls or starttls are in use"},
		causes: []cause{
			{
				id: "not-offered", text: "The server does not offer STARTTLS on this port.",
				fix: "Use port 465, or 587 of a server that offers STARTTLS. Only on this same machine may the requirement go.", changes: toRecommended,
				commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
			},
		},
		verify: "openssl s_client -starttls smtp must show a certificate.",
		source: srcSymfony, confidence: "high",
	},
	{
		id: "symfony-ehlo", step: EHLO, rank: rankText,
		title: "The server refused the wiki's EHLO or an early command.",
		match: []string{`expected response code "250" but got code`},
		causes: []cause{
			{
				id: "name", text: "Most often the server does not like the name that the wiki gives itself ([127.0.0.1] by default), or it refuses the sender. The quoted reply says which.",
				fix: "Set the wiki's full host name as 'localhost', and $wgPasswordSender to an address that may send.", commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName,
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcSymfony, confidence: "medium",
	},
	{
		id: "symfony-greeting", step: Greeting, rank: rankText,
		title: "The server does not greet this machine as a client.",
		match: []string{`expected response code "220" but got`},
		causes: []cause{
			{
				id: "refused", text: "The quoted reply says why: too many connections, a blocked address, or no mail server on that port.",
				fix: "Use the submission port, 465 or 587, and try again later if the reply begins with 4.", changes: toRecommended,
				commands: []Command{{"php", "'port' => 465,"}},
			},
		},
		verify: "nc to the port shows a line that begins with 220.",
		source: srcSymfony, confidence: "medium",
	},
	{
		id: "symfony-data", step: Data, rank: rankText,
		title: "The server refused the mail itself.",
		match: []string{`expected response code "354" but got`},
		causes: []cause{
			{id: "refused", text: "The quoted reply says why.", fix: "Look at sender, recipient and content in the light of the reply.", commands: []Command{{"php", "$wgPasswordSender = 'wiki@example.org';"}}},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcSymfony, confidence: "medium",
	},
	{
		id: "symfony-connect", step: Connect, rank: rankText,
		title: "No connection to {host} came about.",
		match: []string{"connection could not be established with host"},
		causes: []cause{
			plainOnImplicit,
			{id: "reason", text: "PHP's reason stands at the end of the text.", fix: "Try host and port from the wiki's machine, and the other submission port.", commands: []Command{{"sh", "nc -vz -w 5 {host} {port}"}}},
		},
		verify: "nc -vz -w 5 {host} {port} from the wiki's machine.",
		source: srcSymfony, confidence: "medium",
	},
	{
		id: "symfony-starttls", step: StartTLS, rank: rankText,
		title:  "TLS could not be set up after STARTTLS.",
		match:  []string{"unable to connect with starttls"},
		causes: certCauses,
		verify: certVerify,
		source: srcSymfony, confidence: "medium",
	},
}

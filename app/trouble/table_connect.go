// Reaching the server: names, ports, firewalls; then its greeting and EHLO.

package trouble

import (
	"strconv"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const (
	srcSocket  = "pear/Net_Socket, Net/Socket.php: connect()"
	srcClouds  = "docs.digitalocean.com, cloud.google.com, learn.microsoft.com and docs.hetzner.com on outbound SMTP"
	srcRFC5321 = "RFC 5321"
	srcManual  = "https://www.mediawiki.org/wiki/Manual:$wgSMTP"
	srcTalk    = "https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP"
)

// toRecommended is the mend that uses the carrier's own port; without a carrier
// or where that has no TLS, submission.
func toRecommended(f *facts) []change {
	p := providers.Port{Port: 587, TLS: wgsmtp.TLSStartTLS}
	if f.carrier != nil {
		if r := f.carrier.Recommended(); r.Port != 0 && (r.TLS != wgsmtp.TLSNone || f.loopback()) {
			p = r
		}
	}
	if f.cfg.Auth == wgsmtp.AuthNone && p.TLS == wgsmtp.TLSStartTLS && f.cfg.TLS == wgsmtp.TLSNone {
		return nil // port 25 of a relay without login: its port is its own
	}
	return []change{{Field: "port", Value: strconv.Itoa(p.Port)}, {Field: "tls", Value: string(p.TLS)}}
}

func port25(f *facts) bool     { return f.port() == 25 }
func plainOn465(f *facts) bool { return f.implicitPort() && !f.implicit() }
func loginOn25(f *facts) bool  { return f.port() == 25 && f.auths() }

// plainOnImplicit is the cause of a silent connection to 465.
var plainOnImplicit = cause{
	id: "needs-ssl", text: "Port {port} expects TLS from the first byte, and 'host' has no ssl:// before it: each side waits for the other to begin.",
	fix:     "Write ssl:// before the host, or use port 587 without it.",
	changes: toImplicit, commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => {port},"}},
	only: plainOn465,
}

// hungText is what stands for an error where MediaWiki never comes back.
const hungText = "mediawiki waits for a silent mail server"

var connectRows = []row{
	{
		id: "connect-refused", step: Connect, rank: rankWords,
		title: "{host} refuses connections on port {port}: nothing listens there, or a firewall turns them away.",
		match: []string{"connection refused", "actively refused", "errno 111", "winsock error 10061", "(10061)"},
		mail:  true,
		causes: []cause{
			{
				id: "no-local-server", text: "There is no mail server on the wiki's own machine. In a container, localhost is the container itself, and the usual MediaWiki images have no mail server. An empty $wgSMTP or a misspelt 'host' also leads to localhost, port 25.",
				fix:      "Name the real server in 'host': the other container's name, the machine's address, or your provider's server. If mail should go through this machine, install and start a mail server here.",
				commands: []Command{{"sh", "ss -ltn | grep -E ':(25|465|587) '"}},
				only:     (*facts).loopback,
			},
			{
				id: "not-listening", text: "Nothing listens on port {port} of {host}: host or port is wrong, or the server is down.",
				fix:      "Compare host and port with what the server's operator documents, and try the port from the wiki's machine.",
				commands: []Command{{"sh", "nc -vz {host} {port}\nnc -vz {host} 587\nnc -vz {host} 465"}},
				unless:   (*facts).loopback,
			},
			{
				id: "wrong-port", text: "The port is wrong: without 'port' MediaWiki uses 25, and servers that take a login listen on 587 or 465.",
				fix: "Set the port that the server documents: 465 with ssl:// before the host, or 587 without.", changes: toRecommended,
				commands: []Command{{"php", "'port' => 587,   // or 465, with ssl:// before the host"}},
				first:    func(f *facts) bool { return loginOn25(f) || f.port() > 0 && !f.clearPort() && !f.implicitPort() },
			},
			{
				id: "hoster", text: "A web host can turn mail connections of its customers away and offer its own server only.",
				fix:    "Ask the host which server and port its customers' programs may use; or use an extension that sends over HTTPS.",
				unless: (*facts).loopback,
			},
		},
		verify: "nc -vz {host} {port} from the wiki's machine (inside the container) must say that the port is open.",
		source: srcSocket + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-refused*, broken-missing-port-submission
	},
	{
		id: "connect-timeout", step: Connect, rank: rankWords,
		title:  "{host} does not answer on port {port}.",
		match:  []string{"connection timed out", "operation timed out", "connect timed out", "errno 110", "failed to respond", "winsock error 10060", "(10060)", "timeout on port", "connection attempt failed", "connection timeout"},
		unless: []string{"connection to \"*\" timed out"},
		mail:   true,
		causes: []cause{
			{
				id: "blocked-25", text: "Port 25 is blocked on the way out: home lines and nearly all clouds do that (AWS, Google Cloud, Azure, DigitalOcean, Hetzner, Linode, Oracle).",
				fix: "Use the server's submission port: 465 with ssl://, 587, or 2525 where the carrier has it. Only a mail server that delivers by itself needs 25.", changes: toRecommended,
				commands: []Command{{"sh", "nc -vz -w 5 {host} 587\nnc -vz -w 5 {host} 465\nnc -vz -w 5 {host} 2525"}},
				only:     port25,
			},
			{
				id: "blocked", text: "A firewall swallows the connection: the machine's own, the host's, or the cloud's. Some block 465 and 587 as well (DigitalOcean, Scaleway, Linode, Render's free plan; Hetzner blocks 465).",
				fix:      "Try the other ports from the wiki's machine and use one that opens; ask the hosting company to open the port; or send over HTTPS with an extension.",
				commands: []Command{{"sh", "nc -vz -w 5 {host} 465\nnc -vz -w 5 {host} 587\nnc -vz -w 5 {host} 2525"}},
			},
			{
				id: "no-such-port", text: "{carrier} does not offer port {port}.",
				fix: "Use one of its ports.", changes: toRecommended,
				only: func(f *facts) bool {
					known, _ := f.carrierPort()
					return f.carrier != nil && f.carrier.ID != custom && len(f.carrier.Ports) > 0 && !known && f.port() != 0
				},
			},
			{
				id: "ipv6", text: "The server's name leads to an IPv6 address first, and the machine's IPv6 leads nowhere.",
				fix:      "Compare the two. If only IPv4 answers, mend IPv6, or let PHP use IPv4 for mail (MediaWiki 1.27 and later).",
				commands: []Command{{"sh", "nc -4 -vz -w 5 {host} {port}; nc -6 -vz -w 5 {host} {port}"}, {"php", "$wgSMTP['socket_options'] = [ 'socket' => [ 'bindto' => '0.0.0.0:0' ] ];"}},
				unless:   (*facts).address,
			},
			{
				id: "wrong-host", text: "The name leads to a machine that takes no mail, or the server is down.",
				fix: "Compare 'host' with what the server's operator documents.",
			},
		},
		verify: "nc -vz -w 5 {host} {port} from the wiki's machine: \"open\" or \"succeeded\" is what is needed.",
		source: srcSocket + "; " + srcClouds, confidence: "high",
	},
	{
		id: "connect-silent", step: Greeting, rank: rankWords,
		title: "The connection to {host} stands, but the server says nothing.",
		match: []string{"^connection to \"*\" timed out.", "connection to \"*\" timed out", hungText, "maximum execution time of*net/socket.php", "maximum execution time of*net/smtp.php", "maximum execution time of*smtpstream", "maximum execution time of*abstractstream", "maximum execution time of*mailer", "mediawiki*still waiting"},
		causes: []cause{
			plainOnImplicit,
			{
				id: "silent", text: "The server or a firewall took the connection and keeps silent: it is overloaded, makes unknown clients wait before it greets, or is no mail server. If it is port 465, ssl:// is missing before the host.",
				fix:      "Look at what the port says by hand. Use 587, or 465 with ssl://, instead of an unusual port. 'timeout' does not help: it ends only the connecting, not the waiting.",
				commands: []Command{{"sh", "nc -v -w 20 {host} {port}   # a mail server greets with 220 within seconds"}},
			},
		},
		verify: "nc to the port shows a line that begins with 220 within a few seconds (not on 465, which waits for TLS).",
		source: srcRFC8314 + "; observed with MediaWiki 1.39, 1.43 and 1.45; symfony/mailer", confidence: "high", // vectors: fail-465-without-ssl, fail-greeting-silent
	},
	{
		id: "connect-unreachable", step: Connect, rank: rankWords,
		title: "There is no way from the wiki's machine to {host}.",
		match: []string{"network is unreachable", "no route to host", "host is unreachable", "network unreachable", "host is down", "cannot assign requested address"},
		mail:  true,
		causes: []cause{
			{
				id: "no-route", text: "The machine or container has no network to the outside, the address is wrong or lies in a private network, or a firewall rejects the connection.",
				fix:      "Check the address and the machine's routes; give the container a network with access to the outside.",
				commands: []Command{{"sh", "ip route get $(getent ahosts {host} | awk 'NR==1{print $1}')\nnc -vz -w 5 {host} {port}"}},
			},
			{
				id: "ipv6", text: "The name leads to an IPv6 address and the machine has no working IPv6.",
				fix: "Mend IPv6, or let PHP use IPv4 for mail (MediaWiki 1.27 and later).", commands: []Command{{"php", "$wgSMTP['socket_options'] = [ 'socket' => [ 'bindto' => '0.0.0.0:0' ] ];"}},
				unless: (*facts).address,
			},
		},
		verify: "nc -vz -w 5 {host} {port} from the wiki's machine.",
		source: srcSocket + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-network-unreachable
	},
	{
		id: "connect-permission", step: Connect, rank: rankWords,
		title: "The system forbids the web server to open network connections.",
		match: []string{"failed to connect socket: permission denied", "permission denied (code: -1", "unable to connect to *(permission denied)", "connect socket*permission denied", "forbidden by its access permissions", "httpd_can_network_connect", "avc: denied*name_connect"},
		causes: []cause{
			{
				id: "selinux", text: "SELinux (RHEL, Rocky, Alma, CentOS, Fedora) confines the web server. The same mail works from the command line, because SELinux does not confine that.",
				fix:      "Allow the web server to open connections, and leave SELinux on. For PHP's mail() it is another switch.",
				commands: []Command{{"sh", "setsebool -P httpd_can_network_connect 1\nsetsebool -P httpd_can_sendmail 1   # only where $wgSMTP is false"}},
			},
			{
				id: "firewall", text: "Elsewhere: a local firewall or virus scanner (often on Windows), or a container profile (AppArmor, seccomp) forbids it to this program.",
				fix: "Look for a rule that names the web server's program or user, and allow it the mail server's port.", commands: []Command{{"sh", "iptables -S OUTPUT | grep -i owner"}},
				first: says("forbidden by its access permissions"),
			},
		},
		verify: "ausearch -m avc -ts recent shows the refusal; after the change, send the mail from the wiki's page, not from the command line.",
		source: srcTalk + "; errno 13 of connect(2)", confidence: "high",
	},
	{
		id: "connect-name", step: Connect, rank: rankWords,
		title:  "{host} cannot be found: no address belongs to the name.",
		match:  []string{"php_network_getaddresses", "getaddrinfo for * failed", "getaddrinfo failed", "name or service not known", "temporary failure in name resolution", "nodename nor servname", "no such host is known", "could not resolve host", "name does not resolve"},
		unless: []string{"getaddrinfo for ssl failed", "getaddrinfo for tls failed", "getaddrinfo for https failed"},
		mail:   true,
		causes: []cause{
			{
				id: "not-a-name", text: "'host' holds more than a name: a slash, a blank, https:// or an address with @.",
				fix: "Write only the server's name, with ssl:// before it at most.", commands: []Command{{"php", "'host' => 'ssl://smtp.example.org',"}},
				only: func(f *facts) bool {
					for _, c := range []byte(f.host()) {
						if c == '/' || c == '@' || c == ' ' || c == ',' || c == ';' {
							return true
						}
					}
					return false
				},
			},
			{
				id: "typo", text: "There is no such name: a misspelling, or a name that only another network knows.",
				fix:      "Copy the server's name from its operator's documentation.",
				commands: []Command{{"sh", "getent hosts {host}"}},
			},
			{
				id: "dns", text: "The machine or container cannot ask its name server (\"temporary failure\"): no DNS in the container, an old chroot, or no network.",
				fix:      "Check name resolution as the web server's user, inside the container if there is one.",
				commands: []Command{{"sh", "getent hosts {host}\ncat /etc/resolv.conf"}},
				first:    says("temporary failure in name resolution"),
			},
		},
		verify: "getent hosts NAME on the wiki's machine prints an address.",
		source: srcSocket + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-no-such-host, fail-host-trailing-slash
	},
	{
		id: "connect-empty-host", step: Before, rank: rankWords + 5,
		title: "The name of the mail server is empty.",
		match: []string{"$addr cannot be empty", "addr cannot be empty"},
		causes: []cause{
			{
				id: "empty", text: "'host' is '', often because the environment variable it is read from is not set for the web server (php-fpm clears the environment unless told otherwise).",
				fix:      "Write the name into 'host', or make the variable known to PHP.",
				commands: []Command{{"php", "'host' => 'ssl://smtp.example.org',"}, {"ini", "; php-fpm pool\nenv[MEDIAWIKI_SMTP_HOST] = smtp.example.org"}},
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['host'] );",
		source: srcSocket + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: broken-empty-host
	},
	{
		id: "connect-address", step: Before, rank: rankWords,
		title: "PHP cannot make sense of host and port.",
		match: []string{"failed to parse address", "failed to parse ipv6 address"},
		mail:  true,
		causes: []cause{
			{
				id: "port-zero", text: "The port is 0 or missing behind a colon; 'port' holds something that is no number above 0.",
				fix: "Write the port as a plain number.", commands: []Command{{"php", "'port' => 587,"}}, changes: toRecommended,
			},
			{
				id: "ipv6", text: "An IPv6 address needs brackets.", fix: "Write it as [2001:db8::25].", commands: []Command{{"php", "'host' => '[2001:db8::25]',"}},
				first: says("failed to parse ipv6"),
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP );",
		source: srcSocket + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: broken-port-zero
	},
	{
		id: "connect-scheme", step: Before, rank: rankWords + 5,
		title: "PHP does not know the scheme that stands before the host.",
		match: []string{"unable to find the socket transport"},
		causes: []cause{
			{
				id: "no-openssl", text: "PHP's openssl extension is missing or not loaded for the web server, so that even ssl:// is unknown.",
				fix:      "Install and enable it, then restart the web server or php-fpm.",
				commands: []Command{{"sh", "php -m | grep -i openssl\napt-get install php-common   # RHEL, Fedora: dnf install php-common"}, {"ini", "extension=openssl   ; php.ini on Windows"}},
				only:     says(`socket transport "ssl"`, `socket transport "tls`),
			},
			{
				id: "not-a-scheme", text: "'host' begins with a scheme that PHP has not, such as smtp://, smtps://, starttls:// or SSL:// in capital letters.",
				fix: "Use ssl:// in small letters with port 465, and nothing at all before the host with port 587 or 25.", commands: []Command{{"php", "'host' => 'smtp.example.org',   // 587: STARTTLS by itself\n'port' => 587,"}},
				changes: func(f *facts) []change {
					return []change{{Field: "host", Value: f.host()}}
				},
				unless: says(`socket transport "ssl"`, `socket transport "tls`),
			},
		},
		verify: "php -r 'print_r( stream_get_transports() );' lists what may stand before ://.",
		source: "php-src main/streams/transports.c; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-smtp-scheme, fail-starttls-scheme
	},
}

var greetingRows = []row{
	{
		id: "greeting-none", step: Greeting, rank: rankText,
		title: "The connection to {host} was opened and ended without a greeting.",
		match: []string{"failed to connect to *[smtp: invalid response code received from server (code: -1, response: )"},
		causes: []cause{
			plainOnImplicit,
			{
				id: "hung-up", text: "The server hangs up before it greets: the wiki's address is blocked, too many connections are open, or a proxy in front has no mail server behind it. If the port expects TLS from the first byte, ssl:// is missing before the host.",
				fix:      "Look at what the port says by hand, and into the server's log if it is yours (Fail2ban, blocklists).",
				commands: []Command{{"sh", "nc -v -w 20 {host} {port}"}},
			},
		},
		verify: "nc to the port shows a line that begins with 220.",
		source: "pear/Net_SMTP; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-greeting-close, fail-465-without-ssl
	},
	{
		id: "greeting-not-smtp", step: Greeting, rank: rankText + 5,
		title:  "What answers on port {port} of {host} is no mail server for sending.",
		match:  []string{"failed to connect to *[smtp: invalid response code received from server (code: -1, response: "},
		unless: []string{"(code: -1, response: )"},
		causes: []cause{
			{
				id: "wrong-port", text: "The port belongs to another service: 110 and 995 are POP3, 143 and 993 IMAP (for reading mail), 80 and 443 a web server. Its answer stands behind \"response\".",
				fix: "Use the port for sending: 465 with ssl://, or 587.", changes: toRecommended,
				commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => 465,"}},
			},
		},
		verify: "nc to the port shows a line that begins with 220.",
		source: "pear/Net_SMTP; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-not-smtp-http, fail-not-smtp-pop3
	},
	{
		id: "greeting-busy", step: Greeting, rank: rankText + 5,
		title: "The server does not serve this machine at the moment.",
		codes: []int{421}, at: []Step{Greeting, EHLO, Connect},
		causes: []cause{
			{
				id: "too-many", text: "Too many connections from this address at a time, or too many in a short while.",
				fix:      "Try again later. If it happens with watchlist mail, run fewer job runners at a time: MediaWiki opens a connection for each mail.",
				commands: []Command{{"sh", "{runJobs} --type enotifNotify --maxjobs 20"}},
			},
			{
				id: "ehlo-name", text: "The server dislikes that the wiki calls itself \"localhost\".",
				fix: "Set the wiki's full host name as 'localhost'.", commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName,
				first: func(f *facts) bool { return f.isCarrier("google-workspace-relay") },
			},
		},
		verify: "nc to the port some minutes later shows 220.",
		source: "RFC 5321 section 3.8; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: fail-greeting-421
	},
	{
		id: "greeting-too-many", step: Greeting, rank: rankWords,
		title: "The server has too many connections open, and takes no more at the moment.",
		match: []string{"too many concurrent smtp connections", "421*too many connections from"},
		reply: true,
		causes: []cause{
			{
				id: "from-here", text: "They come from this machine: MediaWiki opens a connection for each mail, and several job runners do so at once.",
				fix:      "Run one job runner for mail. On a server of your own the limit for each client is smtp_accept_max_per_host (Exim) or smtpd_client_connection_count_limit (Postfix).",
				commands: []Command{{"sh", "{runJobs} --type enotifNotify --procs 1"}},
				first:    says("from this ip address", "too many connections from"),
			},
			{
				id: "in-all", text: "The server has as many clients as it takes in all: Exim's smtp_accept_max, which is 20 unless it is set. Whoever else sends mail, or attacks it, takes the places.",
				fix:      "Try again later. On a server of your own look who is connected, and raise the limit.",
				commands: []Command{{"sh", "exim -bP smtp_accept_max smtp_accept_max_per_host   # exim4 on Debian\nss -tn state established '( sport = :25 or sport = :465 or sport = :587 )'"}},
			},
		},
		verify: "nc to the port some minutes later shows 220.",
		source: "Exim specification: smtp_accept_max, smtp_accept_max_per_host; Postfix smtpd_client_connection_count_limit", confidence: "high",
	},
	{
		id: "greeting-refused", step: Greeting, rank: rankText + 5,
		title: "The server takes no mail from this machine on port {port}.",
		codes: []int{554, 550, 521, 520, 530, 571}, at: []Step{Greeting},
		causes: []cause{
			{
				id: "not-for-you", text: "Port 25 of many servers is for other mail servers only, and this one refuses the wiki's address (a blocklist, a dynamic address) or takes no mail at all. The server's own words say which.",
				fix: "Log in on the submission port, 465 with ssl:// or 587; and look the machine's address up on the blocklist that the words name.", changes: toRecommended,
				commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => 465,"}},
			},
		},
		verify: "nc to the submission port shows 220.",
		source: "RFC 5321 section 3.1; RFC 7504; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-greeting-554
	},
	{
		id: "helo-refused", step: EHLO, rank: rankWords - 5,
		title: "The server does not accept the name with which the wiki introduces itself.",
		match: []string{
			"helo was not accepted", "helo command rejected", "helo rejected", "ehlo rejected", "invalid helo", "invalid ehlo", "bad helo", "helo name", "invalid domain name",
			"ehlo requires domain", "helo requires domain", "helo argument", "syntactically invalid helo", "need fully-qualified hostname", "helo/ehlo",
		},
		mail: true,
		causes: []cause{
			{
				id: "hung-up", text: "The server hung up when the wiki introduced itself: it refuses this client, or its connection broke.",
				fix:      "Look into the server's log. Set the wiki's full host name as 'localhost', which servers with strict rules want.",
				commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName,
				only: func(f *facts) bool { return f.parts.Code == -1 },
			},
			{
				id: "denied", text: "The words speak of the client, not of its name: the server refuses this machine (\"access denied\", a blocklist).",
				fix:      "Ask the server's operator to let the machine in, or log in on the submission port. A name of its own under 'localhost' is worth a try.",
				commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName,
				only: says("access denied", "blocked using", "blacklist", "blocklist", "spamhaus", "client host rejected"),
			},
			{
				id: "localhost", text: "MediaWiki says \"EHLO localhost\" unless told otherwise, and this server wants a full host name that exists in DNS.",
				fix:      "Set the wiki's own full host name as 'localhost'; it should have an A record.",
				commands: []Command{{"php", "'localhost' => '{wiki}',"}}, changes: ehloName,
			},
		},
		verify: "Say it by hand: openssl s_client -connect HOST:465 (or nc HOST 25), then \"EHLO wiki.example.org\". 250 is what is needed.",
		source: "Postfix reject_unknown_helo_hostname and reject_non_fqdn_helo_hostname; " + srcTalk + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-helo-localhost-rejected
	},
}

// ehloName gives the wiki's host name as the EHLO name.
func ehloName(f *facts) []change {
	if h := f.serverHost(); h != "" && h != "localhost" {
		return []change{{Field: "ehlo-name", Value: h}}
	}
	return nil
}

// Logging in, in the words of PEAR and of servers that many carriers run.

package trouble

import "wgsmtp/app/wgsmtp"

const (
	srcNetSMTPAuth = "pear/Net_SMTP, Net/SMTP.php: auth()"
	srcRFC4954     = "RFC 4954 section 6"
)

// swaks is how a login is tried without MediaWiki.
const tryLogin = "Try the same name and password with a mail program, or: swaks --server {host}:587 --tls --auth LOGIN --auth-user NAME --from SENDER --to YOU (it asks for the password)."

var authAuto = []change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}}

// The causes of a refused login.
var credentialCauses = []cause{
	{
		id: "no-user", text: "No user name is sent: 'username' is empty or written under another key ('user', 'login'), which MediaWiki ignores.",
		fix: "Set 'username'; with most carriers it is the whole address.", commands: []Command{{"php", "'username' => 'wiki@example.org',"}},
		only: (*facts).noUser,
	},
	{
		id: "no-password", text: "No password is sent: 'password' is empty, false, or written under another key ('pass'), or the variable it is read from is not set.",
		fix:      "Set 'password'. If it comes from the environment, make the variable known to the web server's PHP, not only to your shell.",
		commands: []Command{{"php", "'password' => 'the password',"}, {"ini", "; php-fpm pool\nenv[MEDIAWIKI_SMTP_PASSWORD] = ..."}},
		only:     (*facts).noSecret,
	},
	{
		id: "bearer", text: "With XOAUTH2 or OAUTHBEARER the password must be the word Bearer, a blank and the token; the word is missing, or the token has expired.",
		fix:      "Write 'Bearer ' before the token. A token lasts about an hour and MediaWiki cannot renew it, so a password made for programs or a relay is the lasting way.",
		commands: []Command{{"php", "'password' => 'Bearer ' . $token,"}},
		only: func(f *facts) bool {
			return f.cfg != nil && (f.cfg.Auth == wgsmtp.AuthXOAUTH2 || f.cfg.Auth == wgsmtp.AuthOAuthBearer) || holdsAny(f.text, "xoauth2 authentication failure", "oauthbearer authentication failure")
		},
	},
	{
		id: "password-file", text: "The password is read from a file or the environment, and a line end or blank came with it, or the web server reads another value than you do.",
		fix: "Read it with trim(), and check the value as the web server's user.", commands: []Command{{"php", "'password' => trim( file_get_contents( '/etc/mediawiki/smtp-password' ) ),"}},
		only: func(f *facts) bool { return f.auths() && f.cfg.SecretStyle != wgsmtp.SecretInline },
	},
	{
		id: "wrong-password", text: "User name or password is wrong. Often the carrier wants a password made for programs (app password, SMTP key) or the whole address as the name; or PHP changed the password: in double quotes \"$\" begins a variable and \"\\\" an escape.",
		fix:      "Copy both anew from the carrier's page for SMTP, write the password in single quotes (with \\' and \\\\ for ' and \\), and make an app password if the account has two-step login.",
		commands: []Command{{"php", "'username' => 'wiki@example.org',\n'password' => 'in single quotes',"}},
	},
	{
		id: "smtp-off", text: "The account may not send by SMTP: the carrier has it switched off for the account, or has locked it after many attempts.",
		fix: "Look into the account's security or SMTP settings.",
	},
}

// notMethods are values of 'auth' that people mean as a switch.
var notMethods = []string{
	"true is not a supported authentication method", "false is not a supported authentication method", " 1 is not a supported authentication method", "yes is not a supported authentication method",
	"no is not a supported authentication method", "on is not a supported authentication method", "off is not a supported authentication method", " 0 is not a supported authentication method",
	"ssl is not a supported authentication method", "tls is not a supported authentication method", "starttls is not a supported authentication method",
}

var authRows = []row{
	{
		id: "auth-not-a-method", step: Before, rank: rankWords + 8,
		title: "'auth' is the text \"true\", \"false\" or \"1\", which MediaWiki takes for the name of a login method.",
		match: notMethods,
		causes: []cause{
			{
				id: "should-be-off", text: "The quotes make \"false\" a word, and any word means: log in with the method of that name. Environment variables are always words.",
				fix: "Write false without quotes, or compare the variable.", commands: []Command{{"php", "'auth' => false,\n'auth' => getenv( 'SMTP_AUTH' ) === 'true',"}}, set: []change{{Field: "auth", Value: "none"}},
				only: says("false is not", "no is not", "off is not", " 0 is not"),
			},
			{
				id: "quoted", text: "The quotes make it a word, and any word means: log in with the method of that name. Environment variables are always words.",
				fix: "Write true without quotes, or compare the variable. TLS is not chosen here but by ssl:// before the host, or by STARTTLS on 587.", commands: []Command{{"php", "'auth' => true,\n'auth' => getenv( 'SMTP_AUTH' ) === 'true',"}}, set: authAuto,
				unless: says("false is not", "no is not", "off is not", " 0 is not"),
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['auth'] ); must say bool(true) or bool(false).",
		source: srcNetSMTPAuth + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-string-true, -false
	},
	{
		id: "auth-method", step: Auth, rank: rankWords,
		title:  "The login method named in 'auth' is not one that this MediaWiki can do.",
		match:  []string{"is not a supported authentication method", "nor xoauth2 is a supported authentication method"},
		unless: notMethods,
		causes: []cause{
			{
				id: "needs-sasl", text: "CRAM-MD5, DIGEST-MD5 and SCRAM need the PEAR package Auth_SASL, which MediaWiki does not bring.",
				fix:      "Let MediaWiki choose: true takes LOGIN or PLAIN, which are safe under TLS. Or install Auth_SASL.",
				commands: []Command{{"php", "'auth' => true,"}, {"sh", "composer require --no-update pear/auth_sasl && composer update --no-dev   # only to keep the method"}},
				set:      authAuto, only: says("md5 is not", "scram"),
			},
			{
				id: "release", text: "This release's mail library does not know the method: XOAUTH2 came with MediaWiki 1.35, OAUTHBEARER with 1.43.",
				fix: "Use a password made for programs with 'auth' => true; a token expires after an hour and MediaWiki cannot renew it.", commands: []Command{{"php", "'auth' => true,"}}, set: authAuto,
				only: says("xoauth2 is not", "oauthbearer is not", "oauth is not", "neither oauthbearer"),
			},
			{
				id: "unknown", text: "MediaWiki does not know the method (NTLM, for instance), whatever the server offers.",
				fix: "Let MediaWiki choose with true, or name LOGIN or PLAIN if the server offers them. If it offers none of them, put a relay such as Postfix or msmtp between.", commands: []Command{{"php", "'auth' => true,"}}, set: authAuto,
			},
		},
		verify: "The words behind \"response\" are the server's EHLO answer; its AUTH line lists what it offers.",
		source: srcNetSMTPAuth + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: auth-cram-nosasl, fail-auth-unknown-method
	},
	{
		id: "auth-not-offered", step: Auth, rank: rankWords,
		title: "The wiki wants to log in, and the server offers no login here.",
		match: []string{"does not support authentication", "does no support authentication", "smtp auth extension not supported"},
		causes: []cause{
			{
				id: "tls-first", text: "The server offers logins only once TLS is on, and TLS was not turned on: 'starttls' is false, or PHP has no openssl extension.",
				fix:      "Take 'starttls' => false out and check that PHP of the web server has openssl. Or use port 465 with ssl://.",
				commands: []Command{{"php", "unset( $wgSMTP['starttls'] );"}, {"sh", "php -m | grep -i openssl"}},
				set:      []change{{Field: "tls", Value: string(wgsmtp.TLSStartTLS)}},
				only:     func(f *facts) bool { return holds(f.words, "starttls") },
			},
			{
				id: "old-style", text: "The server writes AUTH= instead of AUTH, as very old servers do; PEAR does not read that form.",
				fix:  "Let the server's operator correct the EHLO answer, or put a relay such as Postfix or msmtp between.",
				only: func(f *facts) bool { return holds(f.words, "auth=") },
			},
			{
				id: "relay-without-login", text: "The server takes mail from this machine without a login, as relays inside a network do, mostly on port 25.",
				fix: "Set 'auth' to false if the operator allows the wiki's address; otherwise use the submission port, 587 or 465. Bitnami's image logs in unless MEDIAWIKI_ENABLE_SMTP_AUTH is no.", commands: []Command{{"php", "'auth' => false,"}},
				changes: func(f *facts) []change {
					if f.port() == 25 || f.loopback() {
						return []change{{Field: "auth", Value: string(wgsmtp.AuthNone)}}
					}
					return nil
				},
				first: func(f *facts) bool { return f.port() == 25 || f.loopback() },
			},
			{
				id: "wrong-port", text: "Logins are offered on another port: 587 with STARTTLS, or 465 with ssl://.",
				fix: "Use that port.", commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => 465,"}}, changes: toRecommended,
				weigh: func(f *facts) int {
					switch {
					case f.port() == 587 || f.implicit():
						return never
					case f.port() == 25 && f.carrier != nil && f.carrier.Auth.Need == "required":
						return 15
					}
					return 0
				},
			},
		},
		verify: "openssl s_client -starttls smtp -connect HOST:587, then EHLO test: look for a line with AUTH.",
		source: srcNetSMTPAuth + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-not-offered*, auth-old-style-equals
	},
	{
		id: "auth-no-common-method", step: Auth, rank: rankWords,
		title: "None of the login methods that the server offers is one that this MediaWiki can do.",
		match: []string{"no supported authentication methods", "failed to find an authenticator supported by the smtp server"},
		causes: []cause{
			{
				id: "needs-sasl", text: "The server offers only CRAM-MD5, DIGEST-MD5 or SCRAM, and these need the PEAR package Auth_SASL, which MediaWiki does not bring.",
				fix:      "Let the server offer PLAIN or LOGIN under TLS (Dovecot: auth_mechanisms = plain login), or install Auth_SASL.",
				commands: []Command{{"sh", "composer require --no-update pear/auth_sasl && composer update --no-dev"}},
				only:     func(f *facts) bool { return holdsAny(f.words, "md5", "scram") },
			},
			{
				id: "windows-login", text: "The server offers only NTLM or GSSAPI, the logins of Windows networks, or tokens.",
				fix: "Let Exchange offer a basic login on its receive connector, or let it relay for the wiki's address without a login; or put a relay such as Postfix between.",
			},
		},
		verify: "The AUTH line of the server's EHLO answer (behind \"response\") lists what it offers; one of LOGIN and PLAIN must be among them.",
		source: srcNetSMTPAuth + ": getBestAuthMethod(); symfony/mailer EsmtpTransport; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: auth-cram-only-nosasl, fail-auth-none-supported
	},
	{
		id: "auth-kerberos", step: Auth, rank: rankWords,
		title: "MediaWiki tried Kerberos, because PHP has the krb5 extension and the server offers GSSAPI.",
		match: []string{"no kerberos service principal", "kerberos service principal set"},
		causes: []cause{
			{
				id: "gssapi", text: "Net_SMTP of MediaWiki 1.33 to 1.42 prefers GSSAPI, and $wgSMTP cannot name the principal it needs.",
				fix: "Name the method, so that it is not chosen.", commands: []Command{{"php", "'auth' => 'LOGIN',"}}, set: []change{{Field: "auth", Value: string(wgsmtp.AuthLogin)}},
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: "pear/Net_SMTP 1.8.1 to 1.12.0, #81", confidence: "high",
	},
	{
		id: "auth-refused", step: Auth, rank: rankText,
		title:  "The server refuses user name or password.",
		match:  []string{"authentication failure [smtp: invalid response code", "authentication failed", "authentication credentials invalid", "invalid login", "failed to authenticate on smtp server", "bad username or password", "incorrect authentication data", "login denied", "authentication unsuccessful", "username and password not accepted"},
		codes:  []int{535, 525, 536, 334, 501, 550, 526},
		unless: []string{"unauthorized ip", "authentication not enabled"},
		causes: credentialCauses,
		verify: tryLogin,
		source: srcRFC4954 + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-535*, password-*
	},
	{
		id: "auth-refused-535", step: Auth, rank: rankCode,
		title: "The server refuses the login.", codes: []int{535, 536}, mail: true,
		causes: credentialCauses,
		verify: tryLogin,
		source: srcRFC4954, confidence: "medium",
	},
	{
		id: "auth-app-password", step: Auth, rank: rankText + 8,
		title: "The account wants a password made for programs instead of its own.",
		match: []string{"application-specific password", "app password", "application password", "app-specific password"},
		mail:  true,
		causes: []cause{
			{
				id: "app-password", text: "The account has two-step login, or the carrier takes app passwords only.",
				fix: "Make an app password in the account's security settings and use it as 'password', without blanks.", commands: []Command{{"php", "'password' => 'the app password',"}},
			},
		},
		verify: tryLogin,
		source: "RFC 4954; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-534
	},
	{
		id: "auth-mechanism-refused", step: Auth, rank: rankText + 5,
		title: "The server does not do the login method that 'auth' names.",
		match: []string{"authentication failure", "unrecognized authentication type", "unsupported authentication", "authentication mechanism", "auth mechanism"},
		codes: []int{504, 502, 500},
		causes: []cause{
			{
				id: "forced", text: "A method named in 'auth' is tried even if the server does not offer it.",
				fix: "Let MediaWiki choose among those that the server offers.", commands: []Command{{"php", "'auth' => true,"}}, set: authAuto,
			},
		},
		verify: "openssl s_client -starttls smtp -connect HOST:587, then EHLO test: the AUTH line lists the methods.",
		source: srcRFC4954 + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: auth-unadvertised-login
	},
	{
		id: "auth-too-weak", step: Auth, rank: rankWords,
		title: "The server finds this login method too weak.",
		match: []string{"authentication mechanism is too weak", "mechanism too weak"},
		causes: []cause{
			{
				id: "policy", text: "Its rules do not allow PLAIN and LOGIN, or not without TLS.",
				fix: "Use TLS (465 with ssl://, or 587). If that is on already, only another method or another carrier helps; CRAM-MD5 and SCRAM need Auth_SASL.", changes: toRecommended,
				commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => 465,"}},
			},
		},
		verify: tryLogin,
		source: srcRFC4954 + ", 534 5.7.9", confidence: "high",
	},
	{
		id: "auth-needs-tls", step: Auth, rank: rankWords,
		title: "The server takes a login only under TLS.",
		match: []string{"encryption required for requested authentication", "encryption required", "authentication not enabled", "tls required for authentication", "plaintext authentication disallowed", "cleartext authentication disabled"},
		mail:  true,
		causes: []cause{
			{
				id: "no-tls", text: "The connection was not encrypted: 'starttls' is false, PHP has no openssl extension, or the server does not offer STARTTLS on this port. Or logins are switched off on port 25.",
				fix: "Use port 465 with ssl://, or 587 without 'starttls' => false, and check that PHP has openssl.", changes: toRecommended,
				commands: []Command{{"php", "'host' => 'ssl://{host}',\n'port' => 465,"}, {"sh", "php -m | grep -i openssl"}},
			},
		},
		verify: "openssl s_client -starttls smtp -connect HOST:587, then EHLO test: AUTH must be listed.",
		source: srcRFC4954 + ", 538 5.7.11; Postfix smtpd_sasl_proto.c", confidence: "high",
	},
	{
		id: "auth-temporary", step: Auth, rank: rankText + 5,
		title:  "The server cannot check logins at the moment.",
		match:  []string{"authentication failure [smtp: invalid response code", "temporary authentication failure", "authentication server"},
		codes:  []int{454, 451, 421, 432},
		unless: []string{"tls not available", "too many login"},
		causes: []cause{
			{
				id: "backend", text: "Its password server is not reachable, or there were too many attempts.",
				fix: "Wait and try again. On a server of your own check Dovecot or saslauthd.", commands: []Command{{"sh", "systemctl status dovecot saslauthd\ngrep -iE 'sasl|auth' /var/log/mail.log | tail"}},
			},
		},
		verify: tryLogin,
		source: srcRFC4954 + ", 454 4.7.0; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-auth-454
	},
	{
		id: "auth-starttls-refused", step: StartTLS, rank: rankWords + 5,
		title:  "The server answered STARTTLS with an error; this is no login error, although the text says so.",
		match:  []string{"authentication failure [smtp: invalid response code*code: 454*tls", "authentication failure [smtp: invalid response code*code: 4*tls not available", "authentication failure [smtp: invalid response code*starttls"},
		unless: []string{"must issue a starttls"},
		causes: []cause{
			{
				id: "server", text: "It offers STARTTLS but its certificate or key cannot be read, or its TLS library is broken.",
				fix:      "On your own server look into its mail log and check the certificate. Otherwise tell the operator; port 465 with ssl:// may work meanwhile.",
				commands: []Command{{"sh", "grep -i tls /var/log/mail.log | tail\nopenssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
			},
		},
		verify: "openssl s_client -starttls smtp must show a certificate.",
		source: "RFC 3207 section 4; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: starttls-454
	},
}

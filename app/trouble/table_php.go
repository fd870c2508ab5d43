// PHP and PEAR: missing packages, mixed versions, and warnings.

package trouble

func bundled(f *facts) bool { return f.rel != nil && f.rel.Bundled() }

var phpRows = []row{
	{
		id: "pear-missing", step: Before, rank: rankWords,
		title: "MediaWiki cannot find PEAR Mail, which it needs for $wgSMTP.",
		match: []string{"pear mail package is not installed", `class "mail" not found`, "class 'mail' not found", `class "net_smtp" not found`, "class 'net_smtp' not found", `class "mail_smtp" not found`, "class 'mail_smtp' not found", `class "net_socket" not found`, "class 'net_socket' not found", "failed opening 'net/smtp.php'", "failed opening 'mail.php'", "failed opening required 'mail.php'", "failed opening 'net/socket.php'", "failed opening required 'net/smtp.php'", "mail/mail.php): failed to open stream", "mail.php): failed to open stream", "mail.php) is not within the allowed path"},
		causes: []cause{
			{
				id: "install", text: "MediaWiki up to 1.26 brings no PEAR; it must be installed on the machine and lie on PHP's include_path (and within open_basedir).",
				fix: "Install the packages, and make sure that the web server's PHP finds them.", commands: []Command{{"sh", "pear install Mail Net_SMTP\nphp -r 'echo get_include_path();'"}},
				weigh: func(f *facts) int {
					switch {
					case bundled(f):
						return never
					case f.rel != nil:
						return 10
					case holdsAny(f.text, "net_smtp", "class"):
						return -5
					}
					return 0
				},
			},
			{
				id: "vendor", text: "From 1.27 on PEAR lies in MediaWiki's directory vendor/, which is missing or incomplete: a copy from Git without it, an upgrade over the old files, or Composer that did not finish.",
				fix:      "Take vendor/ from the release archive of the very same version, or let Composer fetch it. MediaWiki 1.31.0 and 1.31.1 lack Net_SMTP when installed by Composer.",
				commands: []Command{{"sh", "composer update --no-dev\ncomposer require --no-update pear/net_smtp:1.7.3   # 1.31.0 and 1.31.1 only"}},
				unless:   func(f *facts) bool { return f.rel != nil && !f.rel.Bundled() },
			},
		},
		verify: "ls vendor/pear in MediaWiki's directory shows mail, net_smtp and net_socket (up to 1.26: php -r 'require \"Mail.php\";' says nothing).",
		source: "MediaWiki UserMailer::sendInternal; T200254; " + srcManual, confidence: "high",
	},
	{
		id: "pear-mixed", step: Before, rank: rankWords,
		title: "Two versions of PEAR are mixed up.",
		match: []string{"cannot declare class mail", "cannot declare class net_s", "cannot declare class pear", "cannot redeclare class pear", "cannot redeclare class mail", "cannot redeclare class net_", "call to undefined method mail::", "call to undefined method pear::", "call to undefined method net_smtp::", "call to undefined method net_socket::", "call to undefined method auth_sasl", "call to undefined method pear_error::", "incompatible*auth_sasl", "cannot declare class auth_sasl"},
		causes: []cause{
			{
				id: "system-pear", text: "PEAR packages of the system lie on the include_path beside those that MediaWiki brings (1.27 and later), or the system's packages are of different ages after an upgrade of PHP.",
				fix:      "Remove the system's packages if MediaWiki brings its own; otherwise reinstall all of them together.",
				commands: []Command{{"sh", "pear list\npear channel-update pear.php.net && pear uninstall Mail Net_SMTP Net_Socket Auth_SASL   # 1.27 and later\npear install Mail Net_SMTP Auth_SASL   # up to 1.26: afterwards again"}},
			},
		},
		verify: "php -r 'echo get_include_path();' and pear list: each package only once.",
		source: srcTalk + "; " + srcManual, confidence: "medium",
	},
	{
		id: "pear-deprecated", step: Before, rank: rankHint,
		title: "PHP complains about old PEAR code; mail is not stopped by that.",
		match: []string{"creation of dynamic property pear_error", "creation of dynamic property mail", "creation of dynamic property net_s", "assigning the return value of new by reference is deprecated", "only variables should be assigned by reference", "non-static method pear::", "non-static method mail::", "declaration of mail_", "declaration of net_smtp"},
		causes: []cause{
			{
				id: "old", text: "The PEAR packages are older than the PHP that runs them.",
				fix: "Update MediaWiki (1.39.5, 1.40 or later brings packages that fit PHP 8.2), or the system's PEAR up to 1.26. Do not show warnings to visitors.", commands: []Command{{"ini", "; php.ini\ndisplay_errors = Off"}},
			},
		},
		verify: "The same mail leaves no such line after the update.",
		source: "pear/Mail 1.5.1 and Net_SMTP 1.10.1 changelogs", confidence: "high",
	},
	{
		id: "sasl-harmless", step: Before, rank: rankHint,
		title: "The line about Auth/SASL.php is harmless: the package is optional.",
		match: []string{"auth/sasl.php"},
		causes: []cause{
			{
				id: "optional", text: "Net_SMTP asks for Auth_SASL before each mail and goes on without it. LOGIN and PLAIN need no such package.",
				fix: "Nothing is to be done. Look for the error after this line.",
			},
		},
		verify: "Mails that arrive leave the same line.",
		source: "pear/Net_SMTP, Net/SMTP.php: constructor; observed on 1.43 and 1.45", confidence: "high",
	},
	{
		id: "date-timezone", step: Before, rank: rankWords,
		title:  "PHP has no time zone set and says so; the mail server has nothing to do with it.",
		match:  []string{"not safe to rely on the system's timezone settings", "date.timezone", "invalid timezone id", "timezone id '"},
		unless: []string{"failed to set sender"},
		causes: []cause{
			{
				id: "not-set", text: "PHP 5.3 to 5.6 warn when date.timezone is not set, and MediaWiki shows the warning as the answer of the mailer. A wrongly spelt name does the same.",
				fix: "Set it in php.ini, restart the web server, and set $wgLocaltimezone.", commands: []Command{{"ini", "date.timezone = UTC"}, {"php", "$wgLocaltimezone = 'UTC';"}},
			},
		},
		verify: "php -i | grep date.timezone, with the web server's PHP.",
		source: "https://www.php.net/manual/en/datetime.configuration.php; " + srcTalk, confidence: "high",
	},
	{
		id: "port-not-a-number", step: Before, rank: rankWords,
		title: "'port' is not a number.",
		match: []string{"unsupported operand types: string % int", "a non-numeric value encountered in*net/socket.php", "a non-numeric value encountered in*socket.php"},
		causes: []cause{
			{
				id: "word", text: "'port' is empty or a word such as 'smtp', often from an environment variable that is not set. PHP 8 stops there. (A value such as '587/tls' still works, with a warning.)",
				fix: "Write the port as a number.", commands: []Command{{"php", "'port' => 587,\n'port' => (int)( getenv( 'SMTP_PORT' ) ?: 587 ),"}}, changes: toRecommended,
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['port'] );",
		source: "pear/Net_Socket, Net/Socket.php; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: broken-empty-port, broken-word-port
	},
	{
		id: "socket-options-form", step: Before, rank: rankWords,
		title: "'socket_options' has the wrong form.",
		match: []string{`options should have the form ["wrappername"]["optionname"]`},
		causes: []cause{
			{
				id: "not-nested", text: "Options about TLS must stand one level deeper, under 'ssl'.",
				fix: "Write them inside 'ssl'.", commands: []Command{{"php", "'socket_options' => [ 'ssl' => [ 'peer_name' => 'mail.example.org' ] ],"}},
			},
		},
		verify: "{eval}, then: var_dump( $wgSMTP['socket_options'] );",
		source: srcPHPContext + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: cert-options-not-in-ssl
	},
	{
		id: "debug-left-on", step: Before, rank: rankHint,
		title: "'debug' is on and prints the whole conversation, the password included.",
		match: []string{"debug: send:", "debug: recv:", "debug*smtp exchange"},
		causes: []cause{
			{
				id: "debug", text: "Whoever can see the page can read the login, which is only encoded, not encrypted. The output also breaks pages (\"headers already sent\").",
				fix: "Take 'debug' out again, and change the password if visitors could see the output.", commands: []Command{{"php", "unset( $wgSMTP['debug'] );"}}, set: []change{{Field: "debug", Value: "false"}},
			},
		},
		verify: "{eval}, then: var_dump( isset( $wgSMTP['debug'] ) ); must say bool(false).",
		source: "pear/Net_SMTP, Net/SMTP.php: debug(); " + srcTalk, confidence: "high",
	},
	{
		id: "output-while-sending", step: Before, rank: rankText,
		title: "Something was printed while the mail was sent, which breaks the page.",
		match: []string{"headers already sent*net/smtp.php", "headers already sent*net/socket.php", "headers already sent*mail/smtp.php"},
		causes: []cause{
			{
				id: "debug", text: "'debug' => true prints the conversation, the password included.",
				fix: "Take 'debug' out, and change the password if visitors could see the output.", commands: []Command{{"php", "unset( $wgSMTP['debug'] );"}}, set: []change{{Field: "debug", Value: "false"}},
			},
			{
				id: "warnings", text: "PHP shows its warnings on the page, and old PEAR code gives some.",
				fix: "Do not show warnings to visitors, and update MediaWiki.", commands: []Command{{"ini", "display_errors = Off"}},
			},
		},
		verify: "{eval}, then: var_dump( isset( $wgSMTP['debug'] ), ini_get( 'display_errors' ) );",
		source: "pear/Net_SMTP, Net/SMTP.php: debug(); " + srcTalk, confidence: "high",
	},
	{
		id: "old-pear", step: Before, rank: rankText,
		title: "The PEAR packages are so old (2005) that they do not say why the mail failed.",
		match: []string{"unable to connect to smtp server", "unable to authenticate to smtp server", "unable to set sender to [", "unable to add recipient [", "unable to set sender to \"", "unable to add recipient \""},
		causes: []cause{
			{
				id: "update", text: "From PEAR Mail 1.1.8 on the texts begin with \"Failed to\" and hold the server's reply.",
				fix: "Update the packages, or MediaWiki, and read the error again.", commands: []Command{{"sh", "pear upgrade Mail Net_SMTP Net_Socket"}},
			},
		},
		verify: "pear list shows Mail 1.1.8 or later; the new error holds \"[SMTP:\".",
		source: "pear/Mail, changelog of 1.1.8", confidence: "medium",
	},
	{
		id: "html-mail-fallback", step: Before, rank: rankWords,
		title: "HTML mail is sent as plain text, because PEAR Mail_Mime is missing.",
		match: []string{"mail_mime package is not installed"},
		causes: []cause{
			{
				id: "mime", text: "MediaWiki up to 1.26 does not bring the package.",
				fix: "Install it, or leave HTML mail off.", commands: []Command{{"sh", "pear install Mail_Mime"}}, set: []change{{Field: "allow-html", Value: "false"}},
			},
		},
		verify: "The line is gone from the debug log.",
		source: "MediaWiki UserMailer of 1.21 to 1.26", confidence: "high",
	},
}

// PHP's mail() and the local sendmail: $wgSMTP is false.

package trouble

import "wgsmtp/app/wgsmtp"

const srcMailFunction = "https://www.php.net/manual/en/function.mail.php"

// The mend that most cases here share. The server is the person's to name.
var (
	smtpBlock = []Command{{"php", "$wgSMTP = [\n\t'host' => 'ssl://smtp.example.org',\n\t'port' => 465,\n\t'auth' => true,\n\t'username' => 'wiki@example.org',\n\t'password' => 'the password',\n];"}}
	toSMTP    = []change{{Field: "transport", Value: string(wgsmtp.TransportSMTP)}}
)

var sendmailRows = []row{
	{
		id: "mail-function", step: Sendmail, rank: rankText,
		title:  "PHP's mail() could not hand the mail to the local mail program, and does not say why.",
		match:  []string{"unknown error in php's mail()", "unknown error sending mail", "\x02php-mail-error-unknown\x02", "php*mail() funct"},
		unless: []string{"sendmail() funct"},
		causes: []cause{
			{
				id: "no-sendmail", text: "There is no sendmail program: containers (the usual MediaWiki images among them) and minimal systems have none. Or sendmail_path in php.ini names another program.",
				fix: "Set $wgSMTP, so that MediaWiki speaks to a mail server itself. Or install a program that passes mail on, such as msmtp-mta or Postfix.", set: toSMTP,
				commands: []Command{smtpBlock[0], {"sh", "php -i | grep sendmail_path; ls -l /usr/sbin/sendmail\napt-get install msmtp-mta"}},
			},
			{
				id: "refused", text: "The program is there and refused the mail: on shared hosts because $wgPasswordSender is not a mailbox of that account; on RHEL and Fedora because SELinux forbids it to the web server.",
				fix:      "Set $wgPasswordSender to a mailbox that exists on the host. With SELinux allow it, and leave SELinux on. Look into the mail log for the reason.",
				commands: []Command{{"php", "$wgPasswordSender = 'wiki@your-account.example';"}, {"sh", "setsebool -P httpd_can_sendmail 1   # RHEL, Fedora\ntail /var/log/mail.log"}},
			},
		},
		verify: "As the web server's user: echo test | /usr/sbin/sendmail -v you@example.net; it must end without an error.",
		source: "MediaWiki UserMailer::sendInternal; " + srcTalk + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: mail-exit-1, mail-no-sendmail
	},
	{
		id: "sendmail-missing", step: Sendmail, rank: rankWords,
		title: "There is no sendmail program on the wiki's machine.",
		match: []string{"sendmail: not found", "sendmail: no such file or directory", "sendmail: command not found", "sendmail: inaccessible or not found", "could not execute mail delivery program", "canasta requires $wgsmtp"},
		causes: []cause{
			{
				id: "no-sendmail", text: "Containers and minimal systems have none, and $wgSMTP is false, or sendmail_path names a program that does not exist.",
				fix: "Set $wgSMTP, so that MediaWiki speaks to a mail server itself; or install a program that passes mail on.", set: toSMTP,
				commands: []Command{smtpBlock[0], {"sh", "apt-get install msmtp-mta"}},
			},
		},
		verify: "ls -l /usr/sbin/sendmail, inside the container.",
		source: "sendmail_path, https://www.php.net/manual/en/mail.configuration.php; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: mail-no-sendmail
	},
	{
		id: "sendmail-relay", step: Sendmail, rank: rankText,
		title: "The small mail program behind PHP's mail() (msmtp, sSMTP) could not hand the mail to its server.",
		match: []string{"msmtp: authentication failed", "msmtp: cannot connect", "msmtp: cannot locate host", "msmtp: account default not found", "msmtp: no configuration file", "msmtp: tls", "msmtp: the server", "msmtp: envelope from", "msmtp: recipient address", "ssmtp: cannot open", "ssmtp: authorization failed", "ssmtp: 5", "ssmtp: rcpt to"},
		causes: []cause{
			{id: "its-settings", text: "It has settings of its own (/etc/msmtprc, /etc/ssmtp/ssmtp.conf): server, port, TLS, login and sender stand there, and must be readable for the web server's user.", fix: "Try it by hand as that user, and mend its file. Or leave it out: $wgSMTP does the same without it.", commands: []Command{{"sh", "sudo -u www-data msmtp --serverinfo\necho test | sudo -u www-data msmtp -v you@example.org"}}},
		},
		verify: "The program's log (logfile in msmtprc, or syslog) has a line with exitcode=EX_OK.",
		source: "msmtp(1); ssmtp(8)", confidence: "medium",
	},
	{
		id: "mail-windows", step: Sendmail, rank: rankWords,
		title: "PHP on Windows found no mail server for mail().",
		match: []string{"failed to connect to mailserver at"},
		causes: []cause{
			{
				id: "no-relay", text: "On Windows mail() speaks to the server in php.ini, without login and without TLS; XAMPP and IIS bring none.",
				fix: "Set $wgSMTP in LocalSettings.php; the settings SMTP and smtp_port of php.ini are then not used.", commands: smtpBlock, set: toSMTP,
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcMailFunction, confidence: "high",
	},
	{
		id: "mail-windows-from", step: Sendmail, rank: rankWords,
		title: "PHP on Windows has no sender for mail().",
		match: []string{`"sendmail_from" not set in php.ini`, "sendmail_from not set"},
		causes: []cause{
			{id: "no-from", text: "mail() on Windows wants sendmail_from.", fix: "Set $wgSMTP in LocalSettings.php instead.", commands: smtpBlock, set: toSMTP},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcMailFunction, confidence: "high",
	},
	{
		id: "mail-windows-reply", step: Sendmail, rank: rankText,
		title: "The mail server in php.ini refused what PHP's mail() sent it.",
		match: []string{"smtp server response: 5", "smtp server response: 4"},
		causes: []cause{
			{id: "no-login", text: "On Windows mail() cannot log in, and servers on the internet want a login.", fix: "Set $wgSMTP in LocalSettings.php, with user name and password.", commands: smtpBlock, set: toSMTP},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcMailFunction, confidence: "high",
	},
	{
		id: "mail-disabled", step: Before, rank: rankWords,
		title: "This host's PHP does not let programs send mail or open connections.",
		match: []string{
			"mail() has been disabled for security reasons", "call to undefined function mail()", `call to undefined function mediawiki\mail\mail()`,
			"fsockopen() has been disabled", "stream_socket_client() has been disabled", "call to undefined function fsockopen()", "call to undefined function stream_socket_client()",
		},
		causes: []cause{
			{
				id: "mail-off", text: "disable_functions in php.ini holds mail, and $wgSMTP is false.",
				fix: "Set $wgSMTP: MediaWiki then needs no mail(). If the host forbids connections too, use an extension that sends over HTTPS, or ask the host.", commands: smtpBlock, set: toSMTP,
				unless: says("fsockopen", "stream_socket"),
			},
			{
				id: "sockets-off", text: "disable_functions in php.ini holds the function with which PHP opens connections, so that SMTP is not possible either.",
				fix:  "Ask the host to allow it, use an extension that sends over HTTPS (Mailgun, SendGrid), or move the wiki.",
				only: says("fsockopen", "stream_socket"),
			},
		},
		verify: "php -r 'echo ini_get( \"disable_functions\" );', with the web server's PHP.",
		source: "https://www.php.net/manual/en/ini.core.php, disable_functions; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: mail-function-disabled
	},
	{
		id: "mail-to-header", step: Before, rank: rankWords,
		title: "PHP 8's mail() refuses a mail to several recipients.",
		match: []string{`the additional headers cannot contain the "to" header`},
		causes: []cause{
			{
				id: "several", text: "MediaWiki writes To into the headers for a mail to several recipients at once, and PHP 8 does not allow that. It happens with $wgEnotifImpersonal, or with an extension that writes to several people.",
				fix: "Set $wgEnotifImpersonal to false, or use $wgSMTP, which does not go through mail().", commands: []Command{{"php", "$wgEnotifImpersonal = false;"}}, set: toSMTP,
			},
		},
		verify: "Edit a page that several others watch, run the jobs, and look at the log: {runJobs}.",
		source: "observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: multi-mail, enotif-impersonal-three-mail
	},
}

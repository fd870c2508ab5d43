// The steps in the wiki: the block, the test, and where errors show.

package steps

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

func paste(f facts) (Step, bool) {
	return Step{
		ID:    "paste",
		Title: "Paste the block at the end of LocalSettings.php",
		Text:  "Run the commands in the wiki's directory. Keep a copy of the file elsewhere, since a copy beside it might be served to visitors as text. Older lines that set the same variables go; what comes last counts.",
		Commands: []string{
			"sudo cp -p LocalSettings.php ~/LocalSettings.php.before",
			"sudo nano LocalSettings.php",
			`grep -nF '$wgSMTP' LocalSettings.php`,
		},
		Verify: verifyPaste(f),
	}, true
}

func verifyPaste(f facts) string {
	switch f.Transport {
	case wgsmtp.TransportSMTP:
		return "The last command shows the lines of the block and no others."
	default:
		return "The last command shows no array: the wiki is not to use SMTP."
	}
}

func lint(f facts) (Step, bool) {
	return Step{
		ID:       "lint",
		Title:    "Have PHP check the file",
		Text:     "A mistake in LocalSettings.php takes the whole wiki down, so look before anybody else does.",
		Commands: []string{"php -l LocalSettings.php"},
		Verify:   "It prints: No syntax errors detected in LocalSettings.php",
	}, true
}

func secretInline(f facts) (Step, bool) {
	if !f.hasSecret() || f.SecretStyle != wgsmtp.SecretInline {
		return Step{}, false
	}
	return Step{
		ID:    "secret-inline",
		Title: "Keep LocalSettings.php to yourself",
		Text:  "The file holds the secret now: the web server must be able to read it, nobody else. " + groupNote,
		Commands: []string{
			"sudo chown root:" + webUser + " LocalSettings.php",
			"sudo chmod 0640 LocalSettings.php",
		},
		Verify: "ls -l shows -rw-r----- root " + webUser + ", and the wiki still opens.",
	}, true
}

// emailSender sets the name beside the address. Up to 1.22 a variable held it,
// which the block prints.
func emailSender(f facts) (Step, bool) {
	if f.SenderName == "" || !f.release.Has(mediawiki.SenderFromMessage) {
		return Step{}, false
	}
	return Step{
		ID:       "emailsender",
		Title:    "Set the sender's name",
		Text:     "The name beside the wiki's address is the page MediaWiki:Emailsender. Edit it in the wiki as an administrator, or with this command.",
		Commands: []string{"printf %s " + shellQuote(f.SenderName) + " | " + f.maintenance("edit") + " --summary 'Name of the mail sender' MediaWiki:Emailsender"},
		Verify:   "The page MediaWiki:Emailsender shows the name, and the test mail comes from it.",
		Link:     "https://www.mediawiki.org/wiki/Manual:$wgPasswordSender",
	}, true
}

// TestLine is one line of PHP for eval that sends a mail to the address to, as
// the wiki itself sends it, and prints SENT or the mailer's own words. It
// needs a release that has the message cache, which all covered ones have.
func TestLine(r *mediawiki.Release, to string) string {
	mailer, address := "UserMailer", "MailAddress"
	if r.Has(mediawiki.NamespacedClasses) {
		mailer, address = `MediaWiki\Mail\UserMailer`, `MediaWiki\Mail\MailAddress`
	}
	name := "$wgPasswordSenderName"
	if r.Has(mediawiki.SenderFromMessage) {
		name = "wfMessage( 'emailsender' )->inContentLanguage()->text()"
	}
	// The text is longer than the ten bytes that UserMailer wants.
	return "$st = " + mailer + "::send( new " + address + "( " + php.Quote(to) + " ), " +
		"new " + address + "( $wgPasswordSender, " + name + " ), " +
		"'Test mail', 'A test mail from the wiki, sent by hand.' ); " +
		`echo $st->isOK() ? "SENT\n" : 'FAILED: ' . $st->getWikiText() . "\n";`
}

func test(f facts) (Step, bool) {
	to := "you@example.org"
	text := "Write your own address in the place of you@example.org."
	// A line break would end the line that eval reads.
	if a := f.EmergencyContact; strings.Contains(a, "@") && !strings.ContainsFunc(a, isControl) {
		to = a
		text = "It goes to " + a + "; another address will do."
	}
	if f.release.Unproven {
		text += " MediaWiki " + f.release.Version.Branch() + " has a new mail stack that could not be tried yet, so look closely at what this says."
	}
	return Step{
		ID:    "test",
		Title: "Send a test mail",
		Text:  sentences("Run as the web server's user, in the wiki's directory, this sends one mail just as the wiki does.", text),
		Commands: []string{
			f.maintenance("eval") + " <<'PHP'\n" + TestLine(f.release, to) + "\nPHP",
		},
		Verify: "It prints SENT, and the mail arrives with the headers shown here. FAILED is followed by the mailer's own words.",
		Link:   "https://www.mediawiki.org/wiki/Manual:Eval.php",
	}, true
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0x2028 || r == 0x2029 || 0x80 <= r && r < 0xa0
}

// localQueue is for a mail server on this host: it takes mail at once and
// delivers later, so success in the wiki says little.
func localQueue(f facts) (Step, bool) {
	if !f.local() || f.carrier.Kind == "test" {
		return Step{}, false
	}
	return Step{
		ID:    "local-queue",
		Title: "Follow the mail through the local server",
		Text:  "The mail server on this host takes the mail first and delivers it afterwards: what goes wrong then is in its queue and its log, not in MediaWiki.",
		Commands: []string{
			"mailq",
			"sudo journalctl -u 'postfix*' --since '1 hour ago' --no-pager",
		},
		Verify: "The queue is empty, and the log has a line with status=sent. Without systemd the log is /var/log/mail.log or /var/log/maillog.",
	}, true
}

func confirm(f facts) (Step, bool) {
	if !f.EnableEmail {
		return Step{}, false
	}
	text := "Log in, set your own address in the preferences, and open Special:ConfirmEmail: it sends a code through the web server and shows the mailer's words if that fails."
	if f.release.Has(mediawiki.ConfirmLimit) {
		text += " It does so four times a day."
	}
	if f.release.Has(mediawiki.ResetHidesErrors) {
		text += " A password reset is no test: it claims success whatever happened."
	}
	return Step{
		ID:     "confirm",
		Title:  "Confirm your own address in the wiki",
		Text:   text,
		Verify: "The mail arrives, and its link leads to your wiki. If the command line could send and this cannot, look at SELinux, the environment and file rights.",
		Link:   "https://www.mediawiki.org/wiki/Help:Email_confirmation",
	}, true
}

func jobs(f facts) (Step, bool) {
	if !f.EnableEmail || !f.EnotifWatchlist && !f.EnotifUserTalk {
		return Step{}, false
	}
	text := "Notifications wait in the job queue and leave when somebody visits the wiki. Where $wgJobRunRate is 0, a timer has to run this command."
	if !f.release.Has(mediawiki.NotificationQueue) {
		text = "Notifications leave while the page is being saved, unless $wgEnotifUseJobQ is set: then they wait for this command."
	}
	return Step{
		ID:       "jobs",
		Title:    "Try a notification",
		Text:     "Let a second user change a page that you watch; your own changes never notify you. " + text,
		Commands: []string{f.maintenance("runJobs") + " --type enotifNotify"},
		Verify:   "The command names an enotifNotify job without an error, and the mail arrives. Only the first change since your last visit is notified.",
		Link:     "https://www.mediawiki.org/wiki/Manual:Job_queue",
	}, true
}

func errorLog(f facts) (Step, bool) {
	s := Step{
		ID:       "error-log",
		Title:    "If it fails: have it logged",
		Text:     "For as long as you search, these lines at the end of LocalSettings.php write what MediaWiki does into a file. The directory must be outside the web's reach and writable by the web server; take the lines out afterwards, for the log holds what visitors do.",
		Commands: []string{"$wgDebugLogFile = '" + debugLog + "';"},
		Language: PHP,
		Verify:   "The file grows when a page of the wiki is opened.",
		Link:     "https://www.mediawiki.org/wiki/Manual:How_to_debug",
	}
	if f.release.Has(mediawiki.SilencedErrorLog) {
		s.Commands = append(s.Commands, "$wgDebugLogGroups['silenced-error'] = '"+silencedLog+"';")
		s.Text += " The second file gets PHP's silenced warnings: there stands why a TLS connection failed when the error itself gives no reason."
	}
	return s, true
}

const (
	debugLog    = "/var/log/mediawiki/debug.log"
	silencedLog = "/var/log/mediawiki/silenced-error.log"
)

func readLog(f facts) (Step, bool) {
	s := Step{
		ID:    "read-log",
		Title: "If it fails: read the log",
		Text:  "Make the directory, send the test mail again, and look for the mailer's lines.",
		Commands: []string{
			"sudo install -d -m 0750 -o " + webUser + " -g adm /var/log/mediawiki",
			"sudo grep -e UserMailer -e PEAR::Mail " + debugLog + " | tail -n 20",
		},
		Verify: "A failed mail has a line with the error.",
	}
	if f.release.Engine == mediawiki.EngineSymfony {
		s.Commands[1] = "sudo grep -i -e mailer " + debugLog + " | tail -n 20"
	}
	if f.release.Has(mediawiki.SilencedErrorLog) && f.Transport == wgsmtp.TransportSMTP && f.TLS != wgsmtp.TLSNone {
		s.Commands = append(s.Commands, "sudo grep -i -e ssl -e peer "+silencedLog+" | tail -n 20")
		s.Verify += " Lines about Auth/SASL.php in the second file are harmless."
	}
	return s, true
}

func debugOff(f facts) (Step, bool) {
	if !f.Debug || f.Transport != wgsmtp.TransportSMTP {
		return Step{}, false
	}
	return Step{
		ID:       "debug-off",
		Title:    "Take debug out again",
		Text:     "While 'debug' is set, the conversation is printed into the pages that visitors get, the encoded password included.",
		Commands: []string{`grep -n "'debug'" LocalSettings.php`},
		Verify:   "The command shows nothing.",
	}, true
}

// The steps that prepare the wiki's host: software, reachability, secrets.

package steps

import (
	"fmt"
	"net/netip"
	"path"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

// pear is for releases that bring no mail stack.
func pear(f facts) (Step, bool) {
	if f.Transport != wgsmtp.TransportSMTP || f.release.Engine != mediawiki.EnginePEAR || f.release.Has(mediawiki.BundledPEAR) {
		return Step{}, false
	}
	packages := "Mail Net_SMTP Net_Socket"
	if f.needsSASL() {
		packages += " Auth_SASL"
	}
	if f.AllowHTMLEmail && f.release.Has(mediawiki.HTMLMail) {
		packages += " Mail_Mime"
	}
	return Step{
		ID:    "pear",
		Title: "Install the PEAR packages",
		Text:  "MediaWiki " + f.release.Version.Branch() + " does not bring the code that speaks SMTP: it takes it from PEAR, through PHP's include_path. Where open_basedir is set, PEAR's directory must be allowed in it.",
		Commands: []string{
			"sudo pear install --alldeps " + packages,
			`php -r 'require "Mail.php"; require "Net/SMTP.php"; echo "found\n";'`,
		},
		Verify: "The second command prints found, without a warning.",
		Link:   "https://www.mediawiki.org/wiki/Manual:$wgSMTP",
	}, true
}

// needsSASL tells whether the mechanism that was asked for by name is one that
// PEAR has in a package of its own.
func (f facts) needsSASL() bool {
	switch f.Auth {
	case wgsmtp.AuthCRAMMD5, wgsmtp.AuthDigestMD5, wgsmtp.AuthSCRAMSHA1, wgsmtp.AuthSCRAMSHA256:
		return f.Transport == wgsmtp.TransportSMTP && f.release.Engine == mediawiki.EnginePEAR
	}
	return false
}

// sasl is for the mechanisms that no release can do by what it brings.
func sasl(f facts) (Step, bool) {
	if !f.needsSASL() || !f.release.Has(mediawiki.BundledPEAR) {
		return Step{}, false
	}
	return Step{
		ID:    "sasl",
		Title: "Install PEAR Auth_SASL",
		Text:  string(f.Auth) + " needs the PEAR package Auth_SASL, which no release of MediaWiki brings. Composer adds it to MediaWiki's own libraries; it has to be done again after an upgrade.",
		Commands: []string{
			"COMPOSER=composer.local.json composer require --no-update pear/auth_sasl",
			"composer update --no-dev",
		},
		Verify: "The directory vendor/pear/auth_sasl is there, and the test mail below is not refused with \"not a supported authentication method\".",
		Link:   "https://www.mediawiki.org/wiki/Composer",
	}, true
}

func openssl(f facts) (Step, bool) {
	if f.Transport != wgsmtp.TransportSMTP || f.TLS == wgsmtp.TLSNone {
		return Step{}, false
	}
	text := "TLS needs PHP's openssl extension. The web server and the command line can have different ones; Special:Version and phpinfo() show the web server's."
	if f.TLS == wgsmtp.TLSStartTLS && f.release.Engine == mediawiki.EnginePEAR {
		text = "STARTTLS needs PHP's openssl extension: without it PEAR says nothing and sends the password in clear. The web server and the command line can have different ones; phpinfo() shows the web server's."
	}
	return Step{
		ID:       "openssl",
		Title:    "See that PHP can do TLS",
		Text:     text,
		Commands: []string{`php -r 'echo extension_loaded("openssl") ? OPENSSL_VERSION_TEXT : "missing", "\n";'`},
		Verify:   "The command prints a version of OpenSSL.",
	}, true
}

func extension(f facts) (Step, bool) {
	e := f.carrier.Extension
	if f.Transport != wgsmtp.TransportExtension || e == nil {
		return Step{}, false
	}
	s := Step{
		ID:     "extension",
		Title:  "Install the extension " + e.Name,
		Text:   sentences(e.About, "Run the commands in the wiki's directory. The block loads the extension with wfLoadExtension; $wgSMTP is not used any more while it is active."),
		Verify: "Once the block is in place, Special:Version lists " + e.Name + ".",
		Link:   e.Page,
	}
	// Extensions at Wikimedia have a branch for each release. The lines are one
	// command, in a shell of its own that comes back to the wiki's directory.
	const clone = "git clone "
	var lines []string
	for _, line := range strings.Split(e.Install, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(line, clone+"https://gerrit.wikimedia.org/"); ok && !f.release.Unproven {
			line = fmt.Sprintf("%s--branch REL1_%d https://gerrit.wikimedia.org/%s", clone, f.release.Version.Minor, rest)
		}
		lines = append(lines, line)
	}
	if len(lines) > 0 {
		s.Commands = []string{"(" + strings.Join(lines, " &&\n") + ")"}
	}
	return s, true
}

// sendmail is for PHP's mail(): the program it runs must be there.
func sendmail(f facts) (Step, bool) {
	if f.Transport != wgsmtp.TransportMail {
		return Step{}, false
	}
	return Step{
		ID:    "sendmail",
		Title: "See that there is a sendmail",
		Text:  "PHP's mail() runs the program that sendmail_path names. A container usually has none: use SMTP there.",
		Commands: []string{
			`php -r 'echo ini_get("sendmail_path"), "\n";'`,
			"ls -l /usr/sbin/sendmail",
			"systemctl is-active postfix",
		},
		Verify: "The program exists, and the mail server behind it answers active. With another one than Postfix, ask for its name.",
	}, true
}

// reach looks whether the server can be reached, and its certificate is good,
// without MediaWiki in between.
func reach(f facts) (Step, bool) {
	if f.Transport != wgsmtp.TransportSMTP || f.Port < 1 || f.Port > 65535 || !isHost(f.Host) {
		return Step{}, false
	}
	port := strconv.Itoa(f.Port)
	bare := strings.Trim(f.Host, "[]")
	addr, err := netip.ParseAddr(bare)
	isIP := err == nil
	target := bare
	if isIP && addr.Is6() {
		target = "[" + bare + "]"
	}
	s := Step{
		ID:       "reach",
		Title:    "See that the server can be reached",
		Text:     "Run this on the wiki's host, and inside the container if the wiki is in one. A firewall or the cloud may block the port; port 25 is blocked at most of them.",
		Commands: []string{"nc -vz -w 10 " + shellQuote(bare) + " " + port},
		Verify:   "nc reports that the connection succeeded or is open, within ten seconds.",
	}
	if f.TLS != wgsmtp.TLSImplicit && f.TLS != wgsmtp.TLSStartTLS {
		return s, true
	}
	cmd := "openssl s_client -brief"
	if f.TLS == wgsmtp.TLSStartTLS {
		cmd += " -starttls smtp"
	}
	cmd += " -connect " + shellQuote(target+":"+port)
	if !isIP && bare != "localhost" {
		cmd += " -servername " + shellQuote(bare)
	}
	switch expected := firstOf(f.PeerName, bare); {
	case f.Verify != wgsmtp.VerifyFull || !isHost(expected):
	case isIP && f.PeerName == "":
		cmd += " -verify_ip " + shellQuote(bare)
	default:
		cmd += " -verify_hostname " + shellQuote(expected)
	}
	if f.CAFile != "" {
		cmd += " -CAfile " + shellPath(f.CAFile)
	}
	s.Commands = append(s.Commands, cmd+" </dev/null")
	s.Verify += " openssl prints Verification: OK."
	if f.Verify == wgsmtp.VerifyOff {
		s.Verify = "nc reports that the connection succeeded or is open. openssl shows the certificate; that it may complain about it is why checking is switched off."
	}
	return s, true
}

func selinux(f facts) (Step, bool) {
	b, what := "httpd_can_network_connect", "connect to other ports"
	if f.Transport == wgsmtp.TransportMail {
		b, what = "httpd_can_sendmail", "run sendmail"
	}
	return Step{
		ID:    "selinux",
		Title: "Allow it in SELinux",
		Text:  "Only where SELinux is in force, as on Fedora, RHEL, AlmaLinux and Rocky Linux: the web server may not " + what + " until this is set. It holds back the web server alone, so a test on the command line works either way.",
		Commands: []string{
			"getenforce",
			"sudo setsebool -P " + b + " 1",
		},
		Verify: "If getenforce says Enforcing: getsebool " + b + " answers on.",
	}, true
}

// secretFile makes the file first with its mode and then fills it, so that the
// secret is never readable by others, on a command line or in a history.
func secretFile(f facts) (Step, bool) {
	if !f.hasSecret() || f.SecretStyle != wgsmtp.SecretFile || f.SecretFile == "" {
		return Step{}, false
	}
	s := Step{
		ID:     "secret-file",
		Title:  "Put the secret into its file",
		Text:   "The file is made empty with its mode, then filled with what you type: root owns it, the web server may read it, nobody else. Keep it outside the directories that the web server serves. " + groupNote,
		Verify: "The last command prints readable.",
	}
	if strings.ContainsAny(f.SecretFile, `\`) || len(f.SecretFile) > 1 && f.SecretFile[1] == ':' {
		s.Text = "Make the file " + f.SecretFile + " with the secret as its only line. Give the account of the web server the right to read it, and take that right from everybody else but administrators."
		s.Verify = "The test mail below is not refused for a wrong password."
		return s, true
	}
	file := shellPath(f.SecretFile)
	if dir := path.Dir(f.SecretFile); dir != "." && dir != "/" {
		s.Commands = append(s.Commands, "sudo mkdir -p "+shellPath(dir))
	}
	s.Commands = append(s.Commands,
		"sudo install -m 0640 -o root -g "+webUser+" /dev/null "+file,
		`IFS= read -rsp 'Secret: ' s && printf %s "$s" | sudo tee `+file+" >/dev/null; unset s",
		"sudo -u "+webUser+" test -r "+file+" && echo readable",
	)
	return s, true
}

// secretEnv is where the web server's PHP takes the variable from.
func secretEnv(f facts) (Step, bool) {
	if !f.hasSecret() || f.SecretStyle != wgsmtp.SecretEnv || !isShellName(f.SecretEnv) {
		return Step{}, false
	}
	return Step{
		ID:    "secret-env",
		Title: "Give the web server the variable",
		Text:  "With PHP-FPM the first line goes into the pool, for instance www.conf; with PHP as a module of Apache the second goes into the virtual host. Write the secret in the place of the words, give the file mode 0640, and restart the service: a reload does not always read it.",
		Commands: []string{
			"env[" + f.SecretEnv + "] = 'the secret'",
			"SetEnv " + f.SecretEnv + " \"the secret\"",
		},
		Language: Config,
		Verify:   "A mail that the web server sends, as in the step about confirming an address, is not refused for a missing password.",
		Link:     "https://www.php.net/manual/en/install.fpm.configuration.php",
	}, true
}

// secretEnvShell is the same for maintenance scripts, cron and the job runner,
// which do not get the web server's environment.
func secretEnvShell(f facts) (Step, bool) {
	if !f.hasSecret() || f.SecretStyle != wgsmtp.SecretEnv || !isShellName(f.SecretEnv) {
		return Step{}, false
	}
	return Step{
		ID:       "secret-env-shell",
		Title:    "Give it to the command line too",
		Text:     "Maintenance scripts do not get the web server's environment. This sets the variable for the shell you are in (bash); whatever runs the job queue, cron or a systemd unit, needs it of its own.",
		Commands: []string{"IFS= read -rsp 'Secret: ' " + f.SecretEnv + " && export " + f.SecretEnv},
		Verify:   "The test mail below is not refused for a missing password.",
	}, true
}

// Package steps is what to do on the wiki's host once the block is there: for
// this release, carrier and configuration, in order, each with its commands
// and how to see that it worked.
//
// Rules of the commands: they are to be run in the wiki's directory; a value
// that somebody typed is quoted for the shell or for PHP; a secret is never in
// one, it is asked for while the command runs.
package steps

import (
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Languages of commands.
const (
	Shell  = "shell"  // POSIX shell, bash where the step says so
	PHP    = "php"    // lines of LocalSettings.php, without <?php
	Config = "config" // lines of a configuration file that the text names
)

// Step is one thing to do.
type Step struct {
	ID       string   // stable: "paste", "secret-file", "pear", "carrier-account", "dns", "test", ...
	Title    string   // "Send a test mail"
	Text     string   // one to three sentences
	Commands []string // ready to copy; may be empty. A shell command can have several lines
	Language string   // Shell, PHP or Config; Shell where there are no commands
	Verify   string   // how to see that it worked
	Link     string   // documentation; may be empty
}

// facts are what a step is made from.
type facts struct {
	*wgsmtp.Config
	release *mediawiki.Release
	carrier *providers.Carrier
}

// list is every step in the order in which they are to be done. Each makes
// itself from the facts, or nothing where it does not apply.
var list = []func(facts) (Step, bool){
	instead,
	carrierAccount,
	carrierAllow,
	carrierSender,
	carrierSandbox,
	dns,
	pear,
	sasl,
	openssl,
	extension,
	sendmail,
	reach,
	selinux,
	secretFile,
	secretEnv,
	secretEnvShell,
	paste,
	lint,
	secretInline,
	emailSender,
	test,
	localQueue,
	confirm,
	jobs,
	errorLog,
	readLog,
	debugOff,
}

// For lists the steps in the order in which they are to be done. p may be nil.
func For(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier) []Step {
	if p == nil {
		p = &providers.Carrier{ID: "custom", Kind: providers.KindOwn}
	}
	f := facts{c, r, p}
	var out []Step
	for _, step := range list {
		s, ok := step(f)
		if !ok {
			continue
		}
		if s.Language == "" {
			s.Language = Shell
		}
		out = append(out, s)
	}
	return out
}

// named tells whether the carrier is one of those we know, not a stand-in for
// "some other".
func (f facts) named() bool { return f.carrier.ID != "" && f.carrier.ID != "custom" }

// name is the carrier in a sentence.
func (f facts) name() string {
	if f.named() && f.carrier.Name != "" {
		return f.carrier.Name
	}
	return "your mail server"
}

// own tells whether the person runs the server.
func (f facts) own() bool { return f.carrier.Kind == providers.KindOwn }

// local tells whether mail is handed to this host.
func (f facts) local() bool {
	if f.Transport == wgsmtp.TransportMail {
		return true
	}
	if f.Transport != wgsmtp.TransportSMTP {
		return false
	}
	switch f.Host {
	case "localhost", "127.0.0.1", "[::1]", "::1":
		return true
	}
	return false
}

// logsIn tells whether SMTP is used with a user name and a secret.
func (f facts) logsIn() bool {
	return f.Transport == wgsmtp.TransportSMTP && f.Auth != wgsmtp.AuthNone
}

// hasSecret tells whether the block needs a secret at all.
func (f facts) hasSecret() bool {
	return f.logsIn() || f.Transport == wgsmtp.TransportExtension
}

// webUser is who PHP runs as on Debian and Ubuntu. Elsewhere it has another
// name, which groupNote says once.
const webUser = "www-data"

const groupNote = "The web server's user and group are www-data on Debian and Ubuntu, apache on Fedora and RHEL, http on Arch."

// php is the start of a command that runs PHP as the web server does, so that
// file rights and environment are the same.
func (f facts) php() string {
	sudo := "sudo -u " + webUser + " "
	if f.hasSecret() && f.SecretStyle == wgsmtp.SecretEnv && isShellName(f.SecretEnv) {
		sudo = "sudo --preserve-env=" + f.SecretEnv + " -u " + webUser + " "
	}
	return sudo + "php "
}

// maintenance is the command of a maintenance script: by itself up to 1.39,
// through run.php from 1.40.
func (f facts) maintenance(script string) string {
	if f.release.Has(mediawiki.RunScript) {
		return f.php() + "maintenance/run.php " + script
	}
	return f.php() + "maintenance/" + script + ".php"
}

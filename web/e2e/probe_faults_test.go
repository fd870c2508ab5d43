//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/web/probe"
)

// trial is settings, and what comes of them.
type trial struct {
	name  string
	smtp  string // what stands in $wgSMTP = [ ... ]
	more  string // further settings
	to    string // "" is alice@example.net
	step  string // that fails; "" where the mail is taken
	entry string // first of package trouble's; two words are those of the two releases
	// hangs: MediaWiki would wait without end.
	hangs  bool
	noSASL bool // Auth_SASL is not there
}

// login is right for all three hosts.
var login = "'auth' => true, 'username' => '" + mailUser + "', 'password' => " + php.Quote(peerSecret)

const (
	noLogin  = "'auth' => false"
	stranger = "bob@elsewhere.example.com"
)

// fault is one thing that is wrong, at a port of each host that has it.
type fault struct {
	name   string
	scheme string // before the host
	port   int
	rest   string // of $wgSMTP
	to     string
	step   string
	entry  string
	hangs  bool
	at     map[string]fault // what is otherwise at one host: step and entry
}

var faults = []fault{
	{name: "right: submission with STARTTLS", port: portSubmission, rest: login},
	{name: "right: TLS from the first byte", scheme: "ssl://", port: portSubmissions, rest: login},
	{name: "right: relay without login", port: portRelay, rest: noLogin},
	{name: "right: EHLO name of its own", port: portEHLO, rest: noLogin + ", 'localhost' => 'wiki.example.org'"},

	{name: "refused", port: 26, rest: noLogin, step: "tcp", entry: "connect-refused"},
	{name: "wrong TLS mode: ssl:// on 587", scheme: "ssl://", port: portSubmission, rest: login, step: "tls", entry: "tls-wrong-version"},
	{name: "wrong TLS mode: none on 465", port: portSubmissions, rest: login, step: "greeting", entry: "connect-silent", hangs: true},
	{name: "self-signed, TLS from the first byte", scheme: "ssl://", port: selfSigned + 465, rest: login, step: "tls", entry: "tls-certificate"},
	{name: "self-signed, STARTTLS", port: selfSigned + 587, rest: login, step: "starttls", entry: "tls-certificate"},
	{name: "wrong name, TLS from the first byte", scheme: "ssl://", port: wrongName + 465, rest: login, step: "tls", entry: "tls-name"},
	{name: "wrong name, STARTTLS", port: wrongName + 587, rest: login, step: "starttls", entry: "tls-name"},
	{name: "expired, TLS from the first byte", scheme: "ssl://", port: expired + 465, rest: login, step: "tls", entry: "tls-certificate"},
	{name: "expired, STARTTLS", port: expired + 587, rest: login, step: "starttls", entry: "tls-certificate"},
	{name: "wrong password", port: portSubmission, rest: strings.Replace(login, "'password' => '", "'password' => 'not ", 1), step: "auth", entry: "auth-refused"},
	{name: "login not offered", port: portNoLogin, rest: login, step: "auth", entry: "auth-not-offered"},
	{name: "login before TLS on the relay port", port: portRelay, rest: login, step: "auth", entry: "auth-not-offered"},
	{name: "only CRAM-MD5 offered", port: portCRAM, rest: login, step: "auth", entry: "auth-no-common-method"},
	{name: "no login where one is needed", port: portMustLogin, rest: noLogin, step: "mail", entry: "mail-needs-login",
		at: map[string]fault{"postfix": {step: "rcpt", entry: "relay-denied"}}}, // "Client host rejected: Access denied"
	{name: "no TLS where it is needed", port: portMustEncrypt, rest: noLogin, step: "mail", entry: "mail-needs-tls"},
	{name: "sender refused", port: portSender, rest: login, step: "mail", entry: "sender-refused",
		at: map[string]fault{"postfix": {step: "mail", entry: "sender-not-yours"}, "opensmtpd": {step: "mail", entry: "sender-not-yours"}}},
	{name: "sender of somebody else", port: portOwner, rest: login, step: "rcpt", entry: "sender-not-yours"},
	{name: "relay denied", port: portRelay, rest: noLogin, to: stranger, step: "rcpt", entry: "relay-denied",
		at: map[string]fault{"opensmtpd": {step: "rcpt", entry: "rcpt-unknown"}}}, // its words for both are the same
	{name: "EHLO name refused", port: portEHLO, rest: noLogin, step: "ehlo", entry: "helo-refused"},
	{name: "greylisting", port: portGreylist, rest: login, step: "rcpt", entry: "rcpt-later"},
	{name: "message too large", port: portSmall, rest: login, step: "data", entry: "too-large"},
}

// trials are the faults at each host, and what has no host.
func trials() []trial {
	var out []trial
	for _, p := range peers {
		has := map[int]bool{26: true}
		for _, port := range p.ports {
			has[port] = true
		}
		add := func(f fault) {
			t := trial{
				name: p.name + ", " + f.name, to: f.to, step: f.step, entry: f.entry, hangs: f.hangs,
				smtp:   fmt.Sprintf("'host' => '%s%s', 'port' => %d, %s", f.scheme, p.host(), f.port, f.rest),
				noSASL: f.port == portCRAM,
			}
			out = append(out, t)
		}
		for _, f := range faults {
			if o, ok := f.at[p.name]; ok {
				f.step, f.entry = o.step, o.entry
			}
			if has[f.port] && !p.noTLS {
				add(f)
			}
		}
		if p.noTLS {
			add(fault{name: "broken TLS, from the first byte", scheme: "ssl://", port: portSubmissions, rest: login, step: "tls", entry: "tls-blank"})
			add(fault{name: "broken TLS, STARTTLS", port: portSubmission, rest: login, step: "starttls", entry: "starttls-failed starttls-detail"})
		}
	}
	stray := func(name, host string, port int, step, entry string, hangs bool) {
		out = append(out, trial{name: name, smtp: fmt.Sprintf("'host' => '%s', 'port' => %d, 'timeout' => 2, %s", host, port, noLogin), step: step, entry: entry, hangs: hangs})
	}
	stray("filtered", "filtered.example.org", 25, "tcp", "connect-timeout", false)
	stray("wrong port: a web server", "web.example.org", 80, "greeting", "connect-silent", true)
	stray("wrong port: an IMAP server", "imap.example.org", 143, "greeting", "greeting-not-smtp", false)
	stray("no such name", "no-such-host.invalid", 25, "resolve", "connect-name", false)
	return out
}

// wikiValues are what LocalSettings.php says besides $wgSMTP.
const wikiValues = "$wgPasswordSender = '" + mailUser + "';\n$wgEmergencyContact = '" + mailUser + "';\n"

func (tr *trial) block() string {
	return wikiValues + tr.more + "$wgSMTP = [ " + tr.smtp + " ];\n"
}

func (tr *trial) recipient() string {
	if tr.to != "" {
		return tr.to
	}
	return "alice@example.net"
}

// probed tries the block of a trial as `wgsmtp probe --send` does.
func (tr *trial) probed(t *testing.T, p *probe.Prober, release string, sasl bool) ([]probe.Step, probe.Verdict) {
	t.Helper()
	r, err := mediawiki.Lookup(release)
	if err != nil {
		t.Fatal(err)
	}
	f := localsettings.Import([]byte(fmt.Sprintf(wikiSettings, "/srv/wiki", 0) + tr.block()))
	var list []probe.Step
	v := p.Run(t.Context(), probe.Request{Settings: f.Settings, Release: r, To: tr.recipient(), Send: true, AuthSASL: sasl},
		func(s probe.Step) { list = append(list, s) })
	if v.Unusable {
		t.Fatalf("%s: %v", v.Text, f.Problems)
	}
	return list, v
}

// newProber trusts what PHP trusts in these tests. Names are the system's.
func newProber() *probe.Prober {
	return &probe.Prober{Roots: peerPool, Limits: probe.Limits{Reply: 6 * time.Second, TLS: 6 * time.Second, Look: 2 * time.Second}}
}

// What each fault of a real server is told as, for the PEAR of 1.39 and of
// 1.43: the step, MediaWiki's error, and what package trouble says first.
func TestProbeFaults(t *testing.T) {
	needPeers(t)
	if err := strays(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	count := map[string]int{}
	t.Run("all", func(t *testing.T) {
		// They wait more than they work: more at once than there are processors.
		room := make(chan bool, 24)
		var running sync.WaitGroup
		for i, release := range []string{"1.39.17", "1.43"} {
			for _, tr := range trials() {
				if both := strings.Fields(tr.entry); len(both) == 2 {
					tr.entry = both[i]
				}
				room <- true
				running.Go(func() {
					defer func() { <-room }()
					t.Run(release+" "+tr.name, func(t *testing.T) {
						list, v := tr.probed(t, newProber(), release, !tr.noSASL)
						failed := map[string]int{}
						entry := ""
						for _, s := range list {
							if s.MediaWiki && s.Status == probe.Failed {
								failed[s.ID]++
								if len(s.Reasons) > 0 {
									entry = s.Reasons[0].ID
								}
							}
						}
						good := tr.step == ""
						if v.OK != good || v.Sent != good || v.Step != tr.step || entry != tr.entry || v.Hung != tr.hangs || v.Stopped ||
							good && len(failed) > 0 || !good && (len(failed) != 1 || failed[tr.step] != 1) {
							t.Errorf("step %q, entry %q, want %q, %q (hangs: %v)\n%s\n%s", v.Step, entry, tr.step, tr.entry, tr.hangs, told(list), fmt.Sprintf("%+v", v))
						}
						if good && v.QueueID == "" {
							t.Errorf("no queue id in %s", told(list))
						}
						mu.Lock()
						defer mu.Unlock()
						if good {
							count["right"]++
						} else {
							count["faults"]++
						}
					})
				})
			}
		}
		running.Wait()
	})
	if t.Failed() {
		for _, p := range peers {
			t.Logf("%s:\n%s", p.name, p.logged())
		}
	}
	t.Logf("%d right and %d faulty settings against Postfix, Exim and OpenSMTPD", count["right"], count["faults"])
}

// told is a run in lines.
func told(list []probe.Step) string {
	var b strings.Builder
	for _, s := range list {
		if !s.MediaWiki {
			continue
		}
		fmt.Fprintf(&b, "  %s %s: %s\n", s.ID, s.Status, s.Text)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "      %-6s %s\n", l.From, l.Text)
		}
		if s.Error != "" {
			fmt.Fprintf(&b, "      error %s\n", s.Error)
		}
		for _, r := range s.Reasons {
			fmt.Fprintf(&b, "      reason %s\n", r.ID)
		}
	}
	return b.String()
}

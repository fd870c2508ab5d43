// What a branch of releases brought, against the one before it, and what goes
// wrong in it: read out of the tables of changes and settings.

package mediawiki

import (
	"cmp"
	"reflect"
	"slices"
)

// Branch is the part of a release that the tables say something about: all
// patch releases of 1.Minor together.
type Branch struct {
	Release *Release // the newest known
	Before  *Release // the newest known of the branch before; nil for the oldest
	After   *Release // that of the one after; nil for the newest
}

// Branches are all branches, newest first.
func Branches() []Branch {
	all := All()
	out := make([]Branch, len(all))
	for i, r := range all {
		out[i].Release = r
		if i > 0 {
			out[i].After = all[i-1]
		}
		if i+1 < len(all) {
			out[i].Before = all[i+1]
		}
	}
	return out
}

// Arrival is a behaviour and the release that brought it.
type Arrival struct {
	Change Change
	In     Version
}

// Arrivals are the behaviours that came within the branch, in the order of its
// patch releases. What the newest release of the branch before had already, by
// a later patch release of its own, is none. The oldest branch has those of its
// patch releases only: against what its first one would be compared is not known.
func (b Branch) Arrivals() []Arrival {
	var out []Arrival
	minor := b.Release.Version.Minor
	for c, row := range changes {
		for _, in := range row.since {
			if in.Minor == minor && (in.Patch > 0 || b.Before != nil && !b.Before.Has(c)) {
				out = append(out, Arrival{c, in})
			}
		}
	}
	slices.SortFunc(out, func(a, b Arrival) int {
		return cmp.Or(cmp.Compare(a.In.Patch, b.In.Patch), cmp.Compare(a.Change, b.Change))
	})
	return out
}

// SettingChange is a setting, name without "$", whose default is another than
// in the branch before. Where it was not there, or is no more, Had or Has is
// false.
type SettingChange struct {
	Name     string
	Was, Is  any
	Had, Has bool
}

// Settings are the changed defaults, between the newest releases of the branch
// and of that before it, in alphabetical order.
func (b Branch) Settings() []SettingChange {
	if b.Before == nil {
		return nil
	}
	var out []SettingChange
	for _, name := range SettingNames() {
		s := SettingChange{Name: name}
		s.Was, s.Had = b.Before.Default(name)
		s.Is, s.Has = b.Release.Default(name)
		if s.Had != s.Has || !reflect.DeepEqual(s.Was, s.Is) {
			out = append(out, s)
		}
	}
	return out
}

// Fault is something that goes wrong, or that misleads, in some releases.
type Fault struct {
	Text   string // what happens, and what to do about it
	Source string
	from   Change // the releases that have this; "" all
	until  Change // and not this; "" none
}

func (f *Fault) in(r *Release) bool {
	return (f.from == "" || r.Has(f.from)) && (f.until == "" || !r.Has(f.until))
}

// faults, in the order in which they bear on whether mail leaves at all.
var faults = []Fault{
	{from: SymfonyMailer, Source: "T428433; mediawiki-vendor ce7dfcc24",
		Text: "How $wgSMTP is handed to symfony/mailer was not public when this was written: what stands here is expected, not proven. Send a test mail before you rely on it."},
	{until: ReturnPathAddress, Source: "r99942",
		Text: "MediaWiki writes the sender's name into MAIL FROM, and servers refuse it: \"Failed to set sender\"."},
	{until: BundledPEAR, Source: "Manual:$wgSMTP; pear.php.net/package/Net_SMTP",
		Text: "Without PEAR's packages on the host it says \"PEAR mail package is not installed\". With a Net_SMTP before 1.7.1, STARTTLS may stop at TLS 1.0, which servers no longer take."},
	{until: NotificationQueue, Source: "Manual:$wgEnotifUseJobQ",
		Text: "Notifications are sent while the page is saved: if the mail server cannot be reached, saving takes up to a minute. 'timeout' => 10 in $wgSMTP makes it shorter."},
	{from: GSSAPI, until: GSSAPIPrincipal, Source: "github.com/pear/Net_SMTP/issues/81",
		Text: "If PHP has the krb5 extension and the server offers GSSAPI, as Exchange does, mail fails with \"No Kerberos service principal set\". 'auth' => 'LOGIN' avoids it."},
	{from: RevealFromEditorBug, Source: "observed with 1.43.3 and 1.45.0",
		Text: "With $wgEnotifFromEditor and $wgEnotifRevealEditorAddress both true, no notification goes out of an edit by somebody who shows their address."},
	{from: QuotedNames, until: EncodedFullStop, Source: "T344912",
		Text: "Mail to a user whose name has a full stop and letters beyond ASCII fails: PEAR refuses such a name."},
	{from: QuotedNames, until: EncodedComma, Source: "T385403; CVE-2025-67478",
		Text: "With $wgEnotifUseRealName, mail to a user whose real name has a comma and letters beyond ASCII goes to two recipients or fails with \"Failed to add recipient\"."},
	{from: OneRecipient, Source: "includes/mail/UserMailer.php of 1.45",
		Text: "Over SMTP, UserMailer::send() throws on several recipients: extensions that hand it several must be updated."},
	{from: MailEnvelope, until: MailEnvelopeQuoted, Source: "T152717",
		Text: "Without $wgSMTP, mail() puts $wgPasswordSender on sendmail's command line unquoted: set only addresses that you trust there."},
	{from: ResetHidesErrors, Source: "includes/user/PasswordReset.php",
		Text: "Special:PasswordReset says success whether the mail went or not: it is no test of your settings."},
	{from: BundledPEAR, until: StartTLSDetail, Source: "vendor/pear/net_smtp/Net/SMTP.php of 1.42",
		Text: "A failed STARTTLS is reported without its cause; the web server's error log may have it."},
	{from: BundledPEAR, until: StartTLSKey, Source: "vendor/pear/mail/Mail/smtp.php of 1.39.0 and 1.39.1",
		Text: "'starttls' in $wgSMTP is ignored: the connection is encrypted whenever the server offers it, and goes on in clear where it does not."},
}

// Known is a fault within a branch.
type Known struct {
	*Fault
	Until Version // the release of the branch that mends it; zero where none does
}

// Faults are those of the branch: of its newest release first of all, and with
// Until those that its first one had.
func (b Branch) Faults() []Known {
	var now, once []Known
	first, _ := lookup(Version{Minor: b.Release.Version.Minor}, true)
	for i := range faults {
		f := &faults[i]
		switch {
		case f.in(b.Release):
			now = append(now, Known{Fault: f})
		case f.in(first):
			for _, in := range f.until.Since() {
				if in.Minor == first.Version.Minor {
					once = append(once, Known{f, in})
				}
			}
		}
	}
	return append(now, once...)
}

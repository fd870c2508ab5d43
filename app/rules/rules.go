// Package rules is what can be wrong with a configuration: one table of rules,
// each with the condition under which it holds, what to say, and how to mend.
//
// The table is in table_*.go, one file per subject; adding a rule is one row
// there and its two cases in rules_test.go. Texts hold placeholders such as
// {host}, which view.go knows; so the documentation pages print the same
// sentences that the findings say.
package rules

import (
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Severity of a finding.
type Severity string

const (
	Error   Severity = "error"   // mail will not work, or is open to attack for certain
	Warning Severity = "warning" // a risk, and which
	Hint    Severity = "hint"    // good to know
)

// Facts are what rules look at. Carrier is never nil: providers.Custom stands
// for none.
type Facts struct {
	Config  *wgsmtp.Config
	Release *mediawiki.Release
	Carrier *providers.Carrier
}

// Finding is a rule that fired.
type Finding struct {
	Rule     string
	Severity Severity
	Fields   []string // field ids, the first is where it stands in the form
	Message  string   // one sentence: what will happen
	Why      string   // one sentence: why
	Fix      *Fix     // nil where only the person can know
	Source   string
}

// Fix is a mend that one click applies. A change of the field "secret" holds a
// secret: it belongs into the Config and nowhere else.
type Fix struct {
	Label   string
	Changes []wgsmtp.Change
}

// Rule is one row of the table. Message, Why and FixLabel hold placeholders
// in braces.
type Rule struct {
	ID       string // stable: links and tests name it
	Severity Severity
	Fields   []string
	Title    string // the situation in a few words
	Message  string
	Why      string
	FixLabel string // "" where only the person can know
	Source   string

	holds func(*view) bool
	// The mend: the same for all, or made for the case, where nil is none.
	// The same for all is data, so that the program starts without making it.
	sets   []wgsmtp.Change
	fix    func(*view) []wgsmtp.Change
	detail func(*view) string // what {detail} stands for
}

// group is rules that are looked at in the same situation.
type group struct {
	in    func(*view) bool
	rules []Rule
}

var groups = []group{
	{smtp, requiredRules},
	{smtp, syntaxRules},
	{smtp, connectionRules},
	{smtp, authRules},
	{smtp, certificateRules},
	{smtp, credentialRules},
	{always, secretRules},
	{always, carrierRules},
	{always, senderRules},
	{always, nameRules},
	{always, wikiRules},
	{always, releaseRules},
	{otherTransport, transportRules},
}

func always(*view) bool           { return true }
func smtp(v *view) bool           { return v.Transport == wgsmtp.TransportSMTP }
func otherTransport(v *view) bool { return v.Transport != wgsmtp.TransportSMTP }

// Check is every finding, errors first, then warnings, then hints, and within
// them in the order of the table.
func Check(f Facts) []Finding {
	v := newView(f)
	var fired [3][]*Rule
	n := 0
	for i := range groups {
		g := &groups[i]
		if !g.in(v) {
			continue
		}
		for j := range g.rules {
			r := &g.rules[j]
			if r.holds(v) {
				k := rank(r.Severity)
				fired[k] = append(fired[k], r)
				n++
			}
		}
	}
	if n == 0 {
		return nil
	}
	out := make([]Finding, 0, n)
	for _, rules := range fired {
		for _, r := range rules {
			out = append(out, r.finding(v))
		}
	}
	return out
}

func rank(s Severity) int {
	switch s {
	case Error:
		return 0
	case Warning:
		return 1
	}
	return 2
}

func (r *Rule) finding(v *view) Finding {
	v.detail = ""
	if r.detail != nil {
		v.detail = r.detail(v)
	}
	if v.changes = r.sets; r.fix != nil {
		v.changes = r.fix(v)
	}
	f := Finding{
		Rule:     r.ID,
		Severity: r.Severity,
		Fields:   r.Fields,
		Message:  v.expand(r.Message),
		Why:      v.expand(r.Why),
		Source:   r.Source,
	}
	if len(v.changes) > 0 {
		f.Fix = &Fix{Label: v.expand(r.FixLabel), Changes: v.changes}
	}
	return f
}

// All are all rules in the order of the table, for the documentation.
func All() []Rule {
	var out []Rule
	for _, g := range groups {
		out = append(out, g.rules...)
	}
	return out
}

// Verdict is the answer to a combination of port, TLS mode and
// authentication.
type Verdict string

const (
	Right Verdict = "right"
	Risky Verdict = "risky"
	Wrong Verdict = "wrong"
)

// Connection judges port, TLS mode and authentication alone, with the reason
// in one sentence.
func Connection(f Facts) (Verdict, string) {
	v := newView(f)
	if !smtp(v) {
		return Right, "MediaWiki does not open a connection itself."
	}
	var worst *Rule
	for _, rules := range [...][]Rule{connectionRules, authRules} {
		for i := range rules {
			r := &rules[i]
			if r.Severity != Hint && r.holds(v) && (worst == nil || rank(r.Severity) < rank(worst.Severity)) {
				worst = r
			}
		}
	}
	if worst != nil {
		verdict := Risky
		if worst.Severity == Error {
			verdict = Wrong
		}
		return verdict, worst.finding(v).Message
	}
	switch {
	case v.TLS == wgsmtp.TLSImplicit:
		return Right, v.expand("Port {port} is encrypted from the first byte, and MediaWiki sends nothing before that.")
	case v.TLS == wgsmtp.TLSStartTLS:
		return Right, v.expand("Port {port} starts in clear and MediaWiki turns TLS on with STARTTLS.")
	case v.loopback:
		return Right, v.expand("The connection to {host} does not leave this machine, so it needs no TLS.")
	}
	return Right, v.expand("{carrier} takes mail on port {port} without TLS, and no password is sent.")
}

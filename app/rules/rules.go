// Package rules is what can be wrong with a configuration: one table of rules,
// each with the condition under which it holds, what to say, and how to mend.
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

// Fix is a mend that one click applies.
type Fix struct {
	Label   string
	Changes []wgsmtp.Change
}

// Check is every finding, errors first, in a stable order.
func Check(f Facts) []Finding { panic("later") }

// The table of what only the text shows. A row is a rule with the places where
// it holds; adding one is a row in table_*.go and its two cases in
// rules_test.go.

package check

import (
	"slices"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
)

// Rule is one row. In its texts {detail} is what a case puts there.
type Rule struct {
	ID       string
	Severity rules.Severity
	Message  string // what MediaWiki will do, in one sentence
	Why      string
	Fix      string // what to do; "" where a case says it, or only the person can know
	Source   string

	instead []string // rules of app/rules that say less about the same
	find    func(*facts, func(hit))
	// mend makes the settings right; nil where only the person can.
	mend func(*facts, *localsettings.Settings)
	// printed tells that the block as it is printed is the mend, lines that the
	// lines it found are taken out. Both go with mend, or by themselves.
	printed, lines bool
	// asked tells that the mend is one of several things that can be meant: it
	// is made only where somebody asks for it.
	asked bool
}

// mends tells that there is a mend.
func (r *Rule) mends() bool { return r.mend != nil || r.printed || r.lines }

// hit is a place where a rule holds.
type hit struct {
	pos         php.Pos
	detail, fix string
	instead     []string // as that of the rule, for this place
	person      bool     // only the person can mend this place
}

var table = slices.Concat(valueRules, keyRules, orderRules, secretRules, textRules)

// All are the rules, for the documentation.
func All() []Rule { return table }

const (
	srcManual  = "https://www.mediawiki.org/wiki/Manual:$wgSMTP"
	srcBoolean = "https://www.php.net/manual/en/language.types.boolean.php"
	srcGetenv  = "https://www.php.net/manual/en/function.getenv.php"
	srcHook    = "https://www.mediawiki.org/wiki/Manual:Hooks/AlternateUserMailer"
	srcRead    = "observed with MediaWiki 1.39, 1.43 and 1.45"
)

// set changes an element of $wgSMTP, or adds it.
func set(s *localsettings.Settings, key string, v php.Value) {
	edit(s, func(a []php.Entry) []php.Entry {
		for i := range a {
			if a[i].Key == php.StringKey(key) {
				a[i].Value = v
				return a
			}
		}
		return append(a, php.E(key, v))
	})
}

// edit changes the elements of $wgSMTP, in a copy.
func edit(s *localsettings.Settings, f func([]php.Entry) []php.Entry) {
	v, _ := s.Get("wgSMTP")
	if v.Kind != php.Array {
		return
	}
	v.Array = f(slices.Clone(v.Array))
	s.SetPos("wgSMTP", v, s.Pos("wgSMTP"))
}

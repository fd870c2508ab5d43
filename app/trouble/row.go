// The shape of the knowledge: rows, and how they are chosen.

package trouble

import (
	"cmp"
	"slices"
	"strings"

	"wgsmtp/app/wgsmtp"
)

// row is one thing that can have happened. Texts hold the placeholders of
// facts.go.
type row struct {
	id    string
	step  Step
	title string

	// A text reaches the row if it has one of match and none of unless (see
	// match.go), and the reply's code, enhanced code and step are among those
	// given. What is not given is not asked.
	match    []string
	unless   []string
	codes    []int
	enhanced []string
	at       []Step
	// mail: the words are those of other services too; the text must be about
	// mail.
	mail bool
	// reply: so common are the words that they must come from a server: with a
	// reply code or an enhanced one.
	reply bool
	// carriers whose words these are. only: others say the same, so the
	// carrier must be known from elsewhere.
	carriers []string
	only     bool
	// loose: others say the same at times, so a server that is known to be
	// another's counts against it.
	loose bool

	rank int // one of the rank constants
	when func(*facts) int

	causes     []cause
	verify     string
	source     string
	confidence string
}

// Ranks: the more telling a match, the higher. A row below rankText is left
// out as soon as there is one above.
const (
	rankHint  = 10 // something beside the error
	rankCode  = 20 // the reply code alone
	rankText  = 40 // the mailer's or PHP's text
	rankWords = 60 // the server's own words, or PHP's reason
	rankOwn   = 80 // words that one carrier alone says
	never     = -1000
)

// cause is one reason. weigh lifts it by what is known; never leaves it out.
// Causes of the same weight keep their order.
type cause struct {
	id, text, fix string
	commands      []Command
	changes       func(*facts) []wgsmtp.Change
	weigh         func(*facts) int
}

// tables hold all rows.
var tables = [...][]row{
	tlsRows, connectRows, greetingRows, authRows, mailRows, rcptRows, dataRows,
	googleRows, microsoftRows, serviceRows, mailboxRows,
	sendmailRows, phpRows, wikiRows, symfonyRows, symptomRows,
}

// fits tells whether the text reaches the row, and how telling that is.
func (r *row) fits(f *facts) (rank int, ok bool) {
	if r.mail && !f.mail && f.parts.Code == 0 {
		return 0, false
	}
	if r.reply && f.parts.Code < 400 && f.parts.Enhanced == "" {
		return 0, false
	}
	if r.codes != nil && !slices.Contains(r.codes, f.parts.Code) {
		return 0, false
	}
	if r.enhanced != nil && !slices.Contains(r.enhanced, f.parts.Enhanced) {
		return 0, false
	}
	if r.at != nil && !slices.Contains(r.at, f.step) {
		return 0, false
	}
	own := r.carriers != nil && f.isCarrier(r.carriers...)
	if r.only && !own {
		return 0, false
	}
	if r.match != nil && !holdsAny(f.text, r.match...) || holdsAny(f.text, r.unless...) {
		return 0, false
	}
	rank = r.rank
	switch {
	case own:
		rank += 15
	case r.loose && f.host() != "":
		rank -= 45
	}
	if r.when != nil {
		rank += r.when(f)
	}
	return rank, rank > 0
}

// entry is the row in the light of the facts.
func (r *row) entry(f *facts) Entry {
	e := Entry{
		ID: r.id, Step: r.step, Title: f.fill(r.title, false), Verify: f.fill(r.verify, true),
		Source: r.source, Confidence: r.confidence,
	}
	if e.Step == "" {
		e.Step = f.step
	}
	type weighed struct {
		c *cause
		w int
	}
	var list []weighed
	for i := range r.causes {
		c := &r.causes[i]
		w := 0
		if c.weigh != nil {
			w = c.weigh(f)
		}
		if w > never {
			list = append(list, weighed{c, w})
		}
	}
	slices.SortStableFunc(list, func(a, b weighed) int { return cmp.Compare(b.w, a.w) })
	for _, l := range list {
		c := Cause{ID: l.c.id, Text: f.fill(l.c.text, false), Fix: f.fill(l.c.fix, false)}
		for _, cmd := range l.c.commands {
			cmd.Text = f.fill(cmd.Text, true)
			c.Commands = append(c.Commands, cmd)
		}
		if l.c.changes != nil && f.cfg != nil {
			c.Changes = worthwhile(f.cfg, l.c.changes(f))
		}
		e.Causes = append(e.Causes, c)
	}
	return e
}

// worthwhile leaves out changes that change nothing.
func worthwhile(cfg *wgsmtp.Config, changes []wgsmtp.Change) []wgsmtp.Change {
	var out []wgsmtp.Change
	for _, ch := range changes {
		if f, ok := wgsmtp.FieldByID(ch.Field); ok && f.Get(cfg) != ch.Value {
			out = append(out, ch)
		}
	}
	return out
}

// first lifts a cause to the top where ok holds.
func first(ok func(*facts) bool) func(*facts) int {
	return func(f *facts) int {
		if ok(f) {
			return 10
		}
		return 0
	}
}

// onlyIf lifts a cause where ok holds, and leaves it out elsewhere.
func onlyIf(ok func(*facts) bool) func(*facts) int {
	return func(f *facts) int {
		if ok(f) {
			return 10
		}
		return never
	}
}

// unlessIt leaves a cause out where the opposite is known.
func unlessIt(ok func(*facts) bool) func(*facts) int {
	return func(f *facts) int {
		if ok(f) {
			return never
		}
		return 0
	}
}

func not(ok func(*facts) bool) func(*facts) bool { return func(f *facts) bool { return !ok(f) } }

func and(a, b func(*facts) bool) func(*facts) bool {
	return func(f *facts) bool { return a(f) && b(f) }
}

// says tells whether the text has a pattern.
func says(patterns ...string) func(*facts) bool {
	return func(f *facts) bool { return holdsAny(f.text, patterns...) }
}

func sh(lines ...string) []Command   { return []Command{{"sh", strings.Join(lines, "\n")}} }
func phpc(lines ...string) []Command { return []Command{{"php", strings.Join(lines, "\n")}} }
func ini(lines ...string) []Command  { return []Command{{"ini", strings.Join(lines, "\n")}} }

// set is a mend that gives fields fixed values: field, value, field, value.
func set(pairs ...string) func(*facts) []wgsmtp.Change {
	var changes []wgsmtp.Change
	for i := 0; i+1 < len(pairs); i += 2 {
		changes = append(changes, wgsmtp.Change{Field: pairs[i], Value: pairs[i+1]})
	}
	return func(*facts) []wgsmtp.Change { return changes }
}

// The shape of the knowledge: rows, and how they are chosen.

package trouble

import (
	"slices"

	"wgsmtp/app/wgsmtp"
)

// row is one thing that can have happened. Texts hold the placeholders of
// facts.go.
type row struct {
	id    string
	step  Step // "" where the text decides between Connect and StartTLS
	title string

	// A text reaches the row if it has one of match and none of unless (see
	// match.go), and the reply's code and the step are among those given. What
	// is not given is not asked.
	match  []string
	unless []string
	codes  []int
	at     []Step
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

// cause is one reason. What is known of the wiki moves it: first lifts it to
// the top, only does and leaves it out elsewhere, unless leaves it out; weigh is
// for the rest. Causes of the same weight keep their order. (Plain functions and
// literals on purpose: the tables are then data, not code that runs at start.)
type cause struct {
	id, text, fix       string
	commands            []Command
	set                 []change // a mend that is always the same
	changes             func(*facts) []change
	first, only, unless func(*facts) bool
	weigh               func(*facts) int
}

type change = wgsmtp.Change

// weight is the cause's in the light of the facts; never leaves it out.
func (c *cause) weight(f *facts) int {
	switch {
	case c.unless != nil && c.unless(f), c.only != nil && !c.only(f):
		return never
	case c.only != nil, c.first != nil && c.first(f):
		return 10
	case c.weigh != nil:
		return c.weigh(f)
	}
	return 0
}

// mend is the changes that the cause asks for.
func (c *cause) mend(f *facts) []change {
	if c.changes != nil {
		return c.changes(f)
	}
	return c.set
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
	if e.Step == "" {
		e.Step = Connect // rows without a step are about TLS
	}
	type weighed struct {
		c *cause
		w int
	}
	var list []weighed
	for i := range r.causes {
		c := &r.causes[i]
		w := c.weight(f)
		if w <= never {
			continue
		}
		at := len(list)
		for at > 0 && list[at-1].w < w {
			at--
		}
		list = slices.Insert(list, at, weighed{c, w})
	}
	for _, l := range list {
		c := Cause{ID: l.c.id, Text: f.fill(l.c.text, false), Fix: f.fill(l.c.fix, false)}
		for _, cmd := range l.c.commands {
			cmd.Text = f.fill(cmd.Text, true)
			c.Commands = append(c.Commands, cmd)
		}
		if f.cfg != nil {
			c.Changes = worthwhile(f.cfg, l.c.mend(f))
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

func not(ok func(*facts) bool) func(*facts) bool { return func(f *facts) bool { return !ok(f) } }

func and(a, b func(*facts) bool) func(*facts) bool {
	return func(f *facts) bool { return a(f) && b(f) }
}

// says tells whether the text has a pattern.
func says(patterns ...string) func(*facts) bool {
	return func(f *facts) bool { return holdsAny(f.text, patterns...) }
}

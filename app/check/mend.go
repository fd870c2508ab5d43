package check

import (
	"slices"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// chosen tells which mends are made.
type chosen func(rule string, asked bool) bool

// mendAll makes those that leave nothing to choose.
func mendAll(_ string, asked bool) bool { return !asked }

// With is the report with the mends of some findings in the place of all: their
// Marks, or rules, of which all findings are mended.
func (r *Report) With(marks ...string) Report {
	return r.with(func(rule string, _ bool) bool {
		return slices.ContainsFunc(marks, func(m string) bool { name, _, _ := strings.Cut(m, " "); return name == rule })
	}, marks...)
}

// Mark names the finding among those of its report, for With.
func (f *Finding) Mark() string {
	return f.Rule + " " + php.Pos{Line: f.Line, Col: f.Column}.String()
}

// with makes mends: those of the text first, then those of app/rules until none
// is left. One that would undo another is left out.
func (r Report) with(make chosen, marks ...string) Report {
	f := r.facts
	s := f.Settings.Clone()
	r.drop = nil
	var lines []string // of the text, where they are asked for
	long := f.long() > maxElements
	for i := range table {
		x := &table[i]
		if !x.mends() || !make(x.ID, x.asked) {
			continue
		}
		now := *f
		now.Settings = s
		var hits []php.Pos
		all := len(marks) == 0 || slices.Contains(marks, x.ID)
		x.find(&now, func(h hit) {
			if !all && !slices.Contains(marks, x.ID+" "+h.pos.String()) {
				return
			}
			hits = append(hits, h.pos)
			if !x.lines {
				return
			}
			if lines == nil {
				lines = strings.Split(f.file.Source, "\n")
			}
			if h.pos.Line <= len(lines) && isWholeLine(lines[h.pos.Line-1], h.pos.Col) {
				r.drop = append(r.drop, h.pos.Line)
			}
		})
		switch {
		case x.mend == nil || len(hits) == 0 || long:
		case all:
			x.mend(&now, s)
		default:
			for i := range hits {
				now.one = &hits[i]
				x.mend(&now, s)
			}
		}
	}
	now := *f
	now.Settings = s
	c, kept, carrier := configOf(s, f.release)
	applied := map[string]bool{}
	for range maxMends {
		again := false
		for _, x := range rules.Check(rules.Facts{Config: &c, Release: f.release, Carrier: carrier}) {
			if x.Fix == nil || applied[x.Rule] || !make(x.Rule, x.Severity == rules.Hint) || !now.applies(x, &c) {
				continue
			}
			applied[x.Rule] = true
			next, err := wgsmtp.Apply(c, x.Fix.Changes)
			if err != nil {
				continue
			}
			c, again = next, true
			for _, ch := range x.Fix.Changes {
				kept.Drop(ch.Field)
			}
			break // what follows is judged anew
		}
		if !again {
			break
		}
	}
	r.Mended, r.MendedKept, r.MendedCarrier = c, kept, carrier
	return r
}

// isWholeLine tells that nothing but a comment or one statement, which begins
// at col, stands in a line.
func isWholeLine(line string, col int) bool {
	t := strings.TrimSpace(line)
	before := utf8.RuneCountInString(line) - utf8.RuneCountInString(strings.TrimLeft(line, " \t"))
	return col == before+1 && (strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || strings.HasSuffix(t, ";") && strings.Count(t, ";") == 1)
}

const maxMends = 40

// Block is the mended block, as localsettings.Emit prints it. It holds the
// password.
func (r *Report) Block(o localsettings.Options) string {
	o.Kept = r.MendedKept
	p := r.MendedCarrier
	if p.ID == providers.Custom().ID {
		p = nil // no name for the head
	}
	return localsettings.Emit(&r.Mended, r.facts.release, p, o).String()
}

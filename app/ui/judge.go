// When a finding is shown. The rules judge every state; a person is not judged
// while typing. A finding of the field that is being typed in waits until the
// field is left or the typing pauses, and a field that nobody has been to yet
// is not wrong but still to be filled in.

package ui

import (
	"fmt"
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

type judgement struct {
	typing     string          // the field that is being typed in, "" for none
	visited    map[string]bool // fields that were left at least once
	judged     []rules.Finding // what is shown
	judgements int             // counts the changes of judged
	missing    []string        // fields still to be filled in

	unfolded map[string]bool // rules that have opened their section
	troubled bool            // there was an error when that was last looked at
}

// asked are the fields that only the person can fill in.
var asked = []string{"server", "sitename", "sender", "host", "api-domain", "user", "secret", "secret-env", "secret-file"}

func firstField(f *rules.Finding) string {
	if len(f.Fields) == 0 {
		return ""
	}
	return f.Fields[0]
}

// judge chooses the findings to show and puts them at their fields.
func (p *Page) judge(typing string) {
	p.typing = typing
	p.out.viewFindings()
	before := p.judged
	p.judged, p.missing = nil, nil
	for i := range p.out.Findings {
		f := &p.out.Findings[i]
		id := firstField(f)
		if f.Rule == "carrier-note" {
			continue // the notes stand with the carrier already
		}
		if p.unvisited(id) {
			if !slices.Contains(p.missing, id) {
				p.missing = append(p.missing, id)
			}
			continue
		}
		if len(p.visited) == 0 && f.Severity != rules.Error {
			continue // nobody has done anything yet
		}
		waits := typing != "" && id == typing && !slices.ContainsFunc(before, func(g rules.Finding) bool { return g.Rule == f.Rule })
		if !waits {
			p.judged = append(p.judged, *f)
		}
	}
	if sameFindings(before, p.judged) {
		p.judged = before
	} else {
		p.judgements++
	}
	p.messages = make(map[string][]message)
	for i := range p.judged {
		f := &p.judged[i]
		m := message{Severity: f.Severity, Text: f.Message, Why: f.Why}
		if f.Fix != nil {
			m.Fix, m.Do, m.Arg = f.Fix.Label, "fix", f.Rule
		}
		id := firstField(f)
		p.messages[id] = append(p.messages[id], m)
	}
	for id, text := range p.bad {
		p.messages[id] = append(p.messages[id], message{Severity: rules.Error, Text: fmt.Sprintf("%q is not a whole number.", text), Why: "The last number stays in force."})
	}
}

// unvisited tells whether a field is one to fill in that is empty and was
// never left.
func (p *Page) unvisited(id string) bool {
	if p.visited[id] || !slices.Contains(asked, id) {
		return false
	}
	f, ok := wgsmtp.FieldByID(id)
	return ok && strings.TrimSpace(f.Get(&p.state.Config)) == ""
}

func (p *Page) visit(id string) {
	if p.visited == nil {
		p.visited = make(map[string]bool)
	}
	p.visited[id] = true
}

// visitAll judges everything: somebody takes the block away.
func (p *Page) visitAll() {
	for _, id := range asked {
		p.visit(id)
	}
	p.judge("")
}

func (p *Page) count(s rules.Severity) int {
	n := 0
	for i := range p.judged {
		if p.judged[i].Severity == s {
			n++
		}
	}
	return n
}

// summary says how things stand in a few words.
func (p *Page) summary() string {
	if p.out.Carrier.Unusable != nil {
		return p.out.Carrier.Name + " cannot carry a wiki's mail"
	}
	var parts []string
	add := func(n int, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", n, many))
		}
	}
	add(p.count(rules.Error), "thing to mend", "things to mend")
	add(p.count(rules.Warning), "risk", "risks")
	add(len(p.missing), "thing to fill in", "things to fill in")
	if len(parts) == 0 {
		return "Ready to copy"
	}
	return strings.Join(parts, ", ")
}

// mood is the summary's colour.
func (p *Page) mood() string {
	switch {
	case p.out.Carrier.Unusable != nil || p.count(rules.Error) > 0:
		return "error"
	case p.count(rules.Warning) > 0:
		return "warning"
	case len(p.missing) > 0:
		return "notice"
	}
	return "success"
}

// changedLines are the indexes of lines in now that before does not have. The
// link back, which changes each time, does not count.
func changedLines(before, now localsettings.Block) []int {
	if len(before.Lines) == 0 {
		return nil
	}
	had := make(map[string]int, len(before.Lines))
	for i := range before.Lines {
		had[lineText(&before.Lines[i])]++
	}
	var out []int
	for i := range now.Lines {
		text := lineText(&now.Lines[i])
		if had[text] > 0 {
			had[text]--
			continue
		}
		if !slices.Contains(now.Lines[i].Fields, "link-back") {
			out = append(out, i)
		}
	}
	return out
}

func lineText(l *localsettings.Line) string {
	var b strings.Builder
	for i := range l.Tokens {
		b.WriteString(l.Tokens[i].Text)
	}
	return b.String()
}

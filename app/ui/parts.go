package ui

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
)

// part is a piece of the page that is rendered again only when Rev differs.
//
// go-app renders a component again whenever its parent is, unless its props are
// equal to the last ones. The page is rendered at each key, and most of it stays
// as it is: so each piece has a number that counts its changes, told by what it
// is made of (Page.rev), and no prop is a function, which is never equal.
type part struct {
	app.Compo

	Page *Page
	ID   partID
	Rev  int
}

// partID names a piece of the page.
type partID uint8

// The pieces. From partSections on it is a section of the form each.
const (
	partHeader partID = iota
	partIntro
	partSearch
	partFindings
	partTabs
	partSharing
	partSections
)

// Render implements app.Composer.
func (q *part) Render() app.UI {
	p := q.Page
	switch q.ID {
	case partHeader:
		return p.header()
	case partIntro:
		return p.intro()
	case partSearch:
		return p.searchBox()
	case partFindings:
		return p.findings()
	case partTabs:
		return p.tabHeader()
	case partSharing:
		return p.sharingPanel()
	}
	return p.section(&sections[q.ID-partSections])
}

// revisions are what the pieces were last made of, and how often that changed.
type revisions struct {
	of    map[partID]any
	count map[partID]int
	rows  []field // what the fields were last made of, in the order of specs
	heads [numSections]sectionHead
}

// part is the piece, which is made of what: a comparable value.
func (p *Page) part(id partID, what any) *part {
	r := &p.revisions
	if r.of == nil {
		r.of, r.count = make(map[partID]any), make(map[partID]int)
	}
	if r.of[id] != what {
		r.of[id] = what
		r.count[id]++
	}
	return &part{Page: p, ID: id, Rev: r.count[id]}
}

// sectionHead is what a section is made of beside its fields.
type sectionHead struct {
	summary string
	hidden  bool
	changes int // how often its fields changed
}

// compareRows looks which fields changed since the last rendering.
func (p *Page) compareRows() {
	r := &p.revisions
	if r.rows == nil {
		r.rows = make([]field, len(specs))
	}
	var shown [numSections]bool
	ask := asksHost(p.out.Carrier)
	for i := range specs {
		f := p.field(&specs[i])
		if specs[i].id == "sender" {
			f.Messages = append(p.suggestion(), f.Messages...)
		}
		at := sectionIndex(placeOf(&specs[i], ask))
		shown[at] = shown[at] || !f.Hidden
		if !f.looksLike(&r.rows[i]) {
			r.heads[at].changes++
		}
		r.rows[i] = f
	}
	for at := range sections {
		h := &r.heads[at]
		h.hidden = !shown[at] || p.out.Carrier.Unusable != nil
		if sections[at].summary != nil {
			h.summary = sections[at].summary(&p.out)
		}
	}
}

// looksLike tells whether a rendering of f would be one of g. The value of a
// control that is shown does not count: it is never written while one types.
func (f *field) looksLike(g *field) bool {
	return f.ID == g.ID && f.Label == g.Label && f.Desc == g.Desc && f.Link == g.Link && f.LinkText == g.LinkText &&
		f.Optional == g.Optional && f.Hidden == g.Hidden && f.Example == g.Example && f.Mode == g.Mode &&
		f.Lit == g.Lit && f.Reveal == g.Reveal && (!f.Hidden || f.Value == g.Value) &&
		slices.Equal(f.Options, g.Options) && slices.Equal(f.Ports, g.Ports) && slices.Equal(f.Messages, g.Messages)
}

// sameFindings tells whether a list of findings would look the same.
func sameFindings(a, b []rules.Finding) bool {
	return slices.EqualFunc(a, b, func(f, g rules.Finding) bool {
		return f.Rule == g.Rule && f.Severity == g.Severity && f.Message == g.Message && f.Why == g.Why &&
			f.Source == g.Source && slices.Equal(f.Fields, g.Fields) &&
			(f.Fix == nil) == (g.Fix == nil) && (f.Fix == nil || f.Fix.Label == g.Fix.Label)
	})
}

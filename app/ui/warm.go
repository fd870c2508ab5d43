package ui

import (
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
)

// A browser compiles a function of the program in a hurry at first, and well when
// it has been called some hundred times. So that nobody's first keys are answered
// by the former, the page answers keys that nobody typed while it rests, in slices
// that a key hardly waits for: it computes the block for one release after another,
// and renders what is there already, which changes nothing.
const (
	warmAfter  = 50 * time.Millisecond // from when the page is shown
	warmPause  = 10 * time.Millisecond // from slice to slice
	warmSlices = 40
)

// warm answers a key that nobody typed, and goes on until somebody types.
func (p *Page) warm(ctx app.Context, left int) {
	if left == 0 || p.typing != "" {
		ctx.PreventUpdate()
		return
	}
	s := p.state
	releases := mediawiki.All()
	s.Config.Release = releases[left%len(releases)].Version.String()
	o := compute(s)
	if left%3 == 0 {
		o.viewFindings()
		(&FindingsPanel{Findings: o.Findings, To: p}).Render() // and the page as it is
	} else {
		p.showBlock(ctx)
	}
	ctx.After(warmPause, func(ctx app.Context) { p.warm(ctx, left-1) })
}

package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/steps"
)

// StepsPanel lists what to do on the wiki's host, in order.
type StepsPanel struct {
	app.Compo

	Steps []steps.Step
}

// Render implements app.Composer.
func (p *StepsPanel) Render() app.UI { return app.Div() }

package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
)

// FindingsPanel is the summary of what is wrong, risky, or good to know.
type FindingsPanel struct {
	app.Compo

	Findings []rules.Finding

	OnFix func(rule string)  // apply the mend of this rule
	OnGo  func(field string) // go to this field
}

// Render implements app.Composer.
func (p *FindingsPanel) Render() app.UI { return app.Div() }

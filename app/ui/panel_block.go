package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
)

// BlockPanel shows the block for LocalSettings.php. Every line that has fields
// lights them while it is pointed at or focused, and is lit by them.
type BlockPanel struct {
	app.Compo

	Block  localsettings.Block
	Secret bool   // the block holds a secret that somebody typed: hidden on screen until asked for
	Marks  []int  // indexes of the lines that the last change touched
	Lit    string // id of the field that is lit; "" for none

	Comments bool // state of "explain the lines"
	LinkBack bool // state of "link back"

	OnLight    func(field string) // "" when nothing is pointed at any more
	OnGo       func(field string) // Enter or click on a line: go to the field
	OnComments func(on bool)
	OnLinkBack func(on bool)
}

// Render implements app.Composer.
func (p *BlockPanel) Render() app.UI { return app.Div() }

package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

// HeadersPanel shows the mail of one occasion: envelope and headers, raw and
// explained line by line, with sample people that can be changed.
type HeadersPanel struct {
	app.Compo

	Preview preview.Result
	Release *mediawiki.Release
	Kind    wgsmtp.MailKind
	Inputs  preview.Inputs

	OnKind   func(wgsmtp.MailKind)
	OnInputs func(preview.Inputs)
}

// Render implements app.Composer.
func (p *HeadersPanel) Render() app.UI { return app.Div() }

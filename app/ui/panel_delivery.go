package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/alignment"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

// DeliveryPanel shows what a receiver makes of the mail: a picture of wiki,
// carrier and receiver, the same in words, and the DNS records to publish.
type DeliveryPanel struct {
	app.Compo

	Report  alignment.Report
	Preview preview.Result // its first message gives From and the envelope
	Config  wgsmtp.Config  // as shown: with the carrier's examples
	Carrier string         // its name
}

// Render implements app.Composer.
func (p *DeliveryPanel) Render() app.UI { return app.Div() }

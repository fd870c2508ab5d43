package ui

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// ConversationPanel shows what the wiki and the server say to each other.
type ConversationPanel struct {
	app.Compo

	Transcript transport.Transcript
	Transport  wgsmtp.Transport // only SMTP has a conversation to show
	Carrier    string           // its name
	Release    *mediawiki.Release
	Kind       wgsmtp.MailKind // decides where an error would be shown
}

// Render implements app.Composer.
func (p *ConversationPanel) Render() app.UI { return app.Div() }

// This file is the model behind the page: its state, what is computed from it,
// and how it becomes a link and back. It is pure: nothing of go-app, no clock,
// no browser. Components render Outputs and report changes; they decide
// nothing themselves.

package ui

import (
	"wgsmtp/app/alignment"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/rules"
	"wgsmtp/app/steps"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// State is everything the person chose or typed.
type State struct {
	Config wgsmtp.Config
	Mail   wgsmtp.MailKind // which mail the previews show
	Inputs preview.Inputs  // sample people and words of the previews
}

// Outputs are all that follows from a State. They are computed once per change.
type Outputs struct {
	State        State
	Shown        wgsmtp.Config // State.Config with the carrier's examples where nothing was typed yet
	Placeholders []string      // field ids that Shown fills with examples
	Release      *mediawiki.Release
	Carrier      *providers.Carrier
	Findings     []rules.Finding
	Block        localsettings.Block
	Preview      preview.Result
	Conversation transport.Transcript
	Delivery     alignment.Report
	Steps        []steps.Step
}

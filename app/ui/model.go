// This file is the model behind the page: its state and what is computed from
// it. It is pure: nothing of go-app, no clock, no browser. Components render
// Outputs and report changes; they decide nothing themselves. How a State
// becomes a link and back is in share.go.

package ui

import (
	"slices"

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

// Tool is the name and version in the first line of a block. The build sets
// the version.
var Tool = "wgsmtp"

// State is everything the person chose or typed.
type State struct {
	Config wgsmtp.Config
	Mail   wgsmtp.MailKind // which mail the previews show
	Inputs preview.Inputs  // sample people and words of the previews

	// Kept is what was imported and no field has; nil where nothing was imported.
	// It may hold secrets, and is not part of the link.
	Kept *localsettings.Kept

	// Base is the address of the page itself, up to the fragment: what a link
	// back begins with. "" prints no link. It is not part of the link.
	Base string
}

// Outputs are all that follows from a State. They are computed once per change:
// the block by compute, the findings when they are judged, and the views of the
// mail when they are shown.
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

	viewed struct{ findings, preview, conversation, delivery, steps bool }
}

// NewState is the start page's: no carrier chosen, nothing typed.
func NewState() State { return StateFor(customID) }

// StateFor is a carrier page's: its preset, nothing typed. An unknown id gives
// the start page's.
func StateFor(carrierID string) State {
	s := State{Config: wgsmtp.Default(), Mail: wgsmtp.MailConfirm, Inputs: sampleInputs()}
	if c, ok := providers.ByID(carrierID); ok {
		s.Config = preset(s.Config, c, "")
	}
	return s
}

// sampleInputs are the people and words that the previews start with. The
// editor's name holds what mail headers find hard.
func sampleInputs() preview.Inputs {
	return preview.Inputs{
		Recipient: preview.Person{Name: "Alice", Email: "alice@example.net"},
		Sender:    preview.Person{Name: `Zoë "Z" (admin)`, Email: "zoe@example.com"},
		Subject:   "Question about the main page",
		Text:      "Hello, could you have a look at the main page?",
		Page:      "Main Page",
		Summary:   "typo",
		NewEmail:  "alice@example.org",
	}
}

// sampleVarying stands for what differs from mail to mail, so that two
// previews of one state are equal.
var sampleVarying = preview.Varying{
	Date:     "Thu, 01 Jan 2026 12:00:00 +0000",
	UniqueID: "6956628000a1b2.01234567",
	Boundary: "=_0123456789abcdef0123456789abcdef",
	Token:    "0123456789abcdef0123456789abcdef",
}

// WithCarrier is s after another carrier, or another region of the same one,
// was chosen: its preset. A secret belongs to the carrier it was typed for and
// is dropped when that changes. What describes the wiki stays.
func (s State) WithCarrier(c *providers.Carrier, region string) State {
	s.Config = preset(s.Config, c, region)
	return s
}

func preset(c wgsmtp.Config, p *providers.Carrier, region string) wgsmtp.Config {
	moved := c.Carrier != p.ID
	c, _ = wgsmtp.Apply(c, p.Preset(&c, region)) // a preset holds what Set takes
	if moved {
		c.Secret, c.Debug, c.MailParams = "", false, ""
	}
	return c
}

// customID is the carrier that stands for every server not in the list.
const customID = "custom"

// Compute derives everything from a State.
func Compute(s State) Outputs {
	o := compute(s)
	o.viewFindings()
	o.viewConversation()
	o.viewDelivery()
	o.viewSteps()
	return o
}

// compute derives what the answer to a key needs: the block.
func compute(s State) Outputs {
	o := Outputs{State: s}
	o.Carrier = carrierOf(&s.Config)
	o.Release = releaseOf(&s.Config)
	o.Shown, o.Placeholders = o.Carrier.Examples(s.Config)
	o.withoutExample()
	o.Block = localsettings.Emit(&o.Shown, o.Release, o.Carrier, localsettings.Options{Tool: Tool, Link: s.link(), Kept: s.Kept})
	if s.Kept != nil {
		o.Placeholders = slices.DeleteFunc(o.Placeholders, s.Kept.Decides)
	}
	return o
}

// viewFindings fills in Findings, unless they are there. What is said of fields
// whose place something kept has is left out.
func (o *Outputs) viewFindings() {
	if o.viewed.findings {
		return
	}
	o.viewed.findings = true
	o.Findings = rules.Check(rules.Facts{Config: &o.State.Config, Release: o.Release, Carrier: o.Carrier})
	if k := o.State.Kept; k != nil {
		o.Findings = slices.DeleteFunc(o.Findings, func(f rules.Finding) bool { return slices.ContainsFunc(f.Fields, k.Decides) })
	}
}

// viewPreview fills in Preview, unless it is there.
func (o *Outputs) viewPreview() {
	if o.viewed.preview {
		return
	}
	o.viewed.preview = true
	in := o.State.Inputs
	in.SenderName = or(in.SenderName, o.Shown.SenderName)
	o.Preview = preview.Build(o.settings(), o.Release, o.State.Mail, in, sampleVarying)
}

// viewConversation fills in Conversation and Preview, unless they are there.
func (o *Outputs) viewConversation() {
	o.viewPreview()
	if o.viewed.conversation {
		return
	}
	o.viewed.conversation = true
	if len(o.Preview.Messages) == 0 || o.Shown.Transport != wgsmtp.TransportSMTP {
		return
	}
	smtp, _ := o.settings().Get("wgSMTP")
	// The further messages say the same to other people.
	machine := transport.New(transport.Options{SMTP: smtp, Release: o.Release}, o.Preview.Messages[0].Mail)
	o.Conversation = transport.Converse(machine, transport.ServerFor(o.Carrier, o.Shown.Port, o.Shown.TLS))
}

// viewDelivery fills in Delivery and Preview, unless they are there.
func (o *Outputs) viewDelivery() {
	o.viewPreview()
	if o.viewed.delivery {
		return
	}
	o.viewed.delivery = true
	mailFrom := ""
	if len(o.Preview.Messages) > 0 {
		mailFrom = o.Preview.Messages[0].MailFrom
	}
	o.Delivery = alignment.Assess(&o.Shown, o.Carrier, o.Shown.PasswordSender, mailFrom)
}

// viewSteps fills in Steps, unless they are there.
func (o *Outputs) viewSteps() {
	if !o.viewed.steps {
		o.viewed.steps = true
		o.Steps = steps.For(&o.Shown, o.Release, o.Carrier)
	}
}

// carrierOf is never nil: a Config whose carrier is not known has none.
func carrierOf(c *wgsmtp.Config) *providers.Carrier {
	if p, ok := providers.ByID(c.Carrier); ok {
		return p
	}
	return providers.Custom()
}

// releaseOf is never nil: a release that is not known reads as the default's.
func releaseOf(c *wgsmtp.Config) *mediawiki.Release {
	r, err := mediawiki.Lookup(c.Release)
	if err != nil {
		d := wgsmtp.Default()
		r, _ = mediawiki.Lookup(d.Release)
	}
	return r
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

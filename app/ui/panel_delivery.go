package ui

import (
	"strings"

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
	Config  wgsmtp.Config  // as shown: gives the sender where there is no message
	Carrier string         // its name
}

// Render implements app.Composer.
func (p *DeliveryPanel) Render() app.UI {
	from, mailFrom := p.addresses()
	return panel("delivery",
		app.Raw(markup(`<dl class="pairs"><dt>From, which readers see</dt><dd><code class="words">§</code></dd><dt>MAIL FROM, for bounces</dt><dd><code class="words">§</code></dd></dl>`, from, mailFrom)),
		// Two drawings of the same: style shows the one that fits.
		app.Raw(`<div class="routes">`+drawRoute(&p.Report, wideRoute)+drawRoute(&p.Report, tallRoute)+`</div>`),
		app.Raw(`<ul class="verdicts" aria-label="What a receiver checks">`+p.verdicts()+`</ul>`),
		app.Raw(`<h3>In words</h3>`),
		app.Raw(`<ul class="delivery__sentences">`+each(p.Report.Sentences, func(_ int, s *string) string { return markup(`<li>§</li>`, *s) })+`</ul>`),
		app.Raw(`<div class="records"><h3 id="records-title">DNS records to publish</h3>`+p.records()+`</div>`),
	)
}

// addresses are From and the envelope sender of the mail that is shown.
func (p *DeliveryPanel) addresses() (from, mailFrom string) {
	if len(p.Preview.Messages) == 0 {
		return p.Config.PasswordSender, p.Config.PasswordSender
	}
	m := &p.Preview.Messages[0]
	for _, line := range strings.Split(m.RawHeaders, "\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "From") {
			from = strings.TrimSpace(value)
			break
		}
	}
	return from, m.MailFrom
}

// verdictWords are a verdict as the kind of a message, a mark and a word.
var verdictWords = map[alignment.Verdict]struct{ box, mark, word string }{
	alignment.Pass:    {successBox, "✓", "passes"},
	alignment.Depends: {warningBox, "?", "depends on your DNS"},
	alignment.Fail:    {errorBox, "✗", "fails"},
}

func (p *DeliveryPanel) verdicts() string {
	r := &p.Report
	item := func(box, text string) string { return `<li>` + chip(box, text) + `</li>` }
	encrypted := map[alignment.Verdict]string{
		alignment.Pass:    "nobody on the way can read it",
		alignment.Depends: "encrypted under a condition",
		alignment.Fail:    "in clear",
	}[r.Encrypted]
	out := item(verdictWords[r.Encrypted].box, "To the carrier: "+encrypted)
	if !r.Delivered {
		return out + item("", "Delivered to nobody")
	}
	check := func(name string, v alignment.Verdict, aligned bool) string {
		w := verdictWords[v]
		switch {
		case aligned:
			return item(w.box, name+": "+w.word+", aligned with From")
		case v == alignment.Fail:
			return item("", name+": "+w.word) // the other one may pass still
		}
		return item("", name+": "+w.word+", but is not aligned with From")
	}
	out += check("SPF", r.SPF, r.SPFAligned)
	if r.SigningDomain == "" && r.DKIM == alignment.Fail {
		out += item("", "DKIM: nobody signs")
	} else {
		out += check("DKIM", r.DKIM, r.DKIMAligned)
	}
	d := verdictWords[r.DMARC]
	return out + item(d.box, "DMARC: "+d.word)
}

// records are a table that becomes a list of cards where it is narrow. The
// roles are written out because that change of style would take them away.
func (p *DeliveryPanel) records() string {
	if len(p.Report.Records) == 0 {
		text := "None: there is nothing to publish for this mail."
		if p.Report.DMARC == alignment.Pass {
			text = "None: what receivers look up is published by " + firstText(p.Carrier, "the carrier") + "."
		}
		return markup(`<p>§</p>`, text)
	}
	return markup(`<div class="cdx-table"><table class="cdx-table__table cdx-table__table--layout-fixed records__table" role="table" aria-labelledby="records-title"><thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th><th scope="col" role="columnheader">Type</th><th scope="col" role="columnheader">Value</th></tr></thead><tbody role="rowgroup">¶</tbody></table></div>`,
		each(p.Report.Records, func(_ int, r *alignment.Record) string {
			example := ""
			if r.Example {
				example = `<span class="records__example">An example: put the real one in its place.</span>`
			}
			return markup(`<tr role="row"><td role="cell">¶</td><td role="cell" class="records__type">§</td><td role="cell">¶<span class="records__why">§</span>¶</td></tr>`,
				recordPart(r.Name, "the name "+r.Name), r.Type, recordPart(r.Value, "the value of "+r.Name), r.Why, example)
		}))
}

// recordPart is a text with its button to copy.
func recordPart(text, what string) string {
	asleep := ""
	if app.IsServer {
		asleep = ` disabled`
	}
	return markup(`<div class="records__part"><code class="words">§</code><span class="copy"><button type="button" class="cdx-button cdx-button--weight-quiet copy__button" data-do="copy-record" aria-label="Copy §"¶>Copy</button><span class="copy__said" role="status"></span></span></div>`,
		text, what, asleep)
}

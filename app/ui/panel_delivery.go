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
	sentences := make([]app.UI, len(p.Report.Sentences))
	for i, s := range p.Report.Sentences {
		sentences[i] = el("li").Text(s)
	}
	from, mailFrom := p.addresses()
	return panel("delivery",
		el("dl", "pairs").Body(
			el("dt").Text("From, which readers see"), el("dd").Body(el("code", "words").Text(from)),
			el("dt").Text("MAIL FROM, for bounces"), el("dd").Body(el("code", "words").Text(mailFrom)),
		),
		// Two drawings of the same: style shows the one that fits.
		el("div", "routes").Body(
			app.Raw(drawRoute(&p.Report, wideRoute)),
			app.Raw(drawRoute(&p.Report, tallRoute)),
		),
		el("ul", "verdicts").Aria("label", "What a receiver checks").Body(p.verdicts()...),
		el("h3").Text("In words"),
		el("ul", "delivery__sentences").Body(sentences...),
		p.records(),
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

func (p *DeliveryPanel) verdicts() []app.UI {
	r := &p.Report
	item := func(box, text string) app.UI { return el("li").Body(chip(box, text)) }
	encrypted := map[alignment.Verdict]string{
		alignment.Pass:    "nobody on the way can read it",
		alignment.Depends: "encrypted under a condition",
		alignment.Fail:    "in clear",
	}[r.Encrypted]
	out := []app.UI{item(verdictWords[r.Encrypted].box, "To the carrier: "+encrypted)}
	if !r.Delivered {
		return append(out, item("", "Delivered to nobody"))
	}
	check := func(name string, v alignment.Verdict, aligned bool) app.UI {
		w := verdictWords[v]
		switch {
		case aligned:
			return item(w.box, name+": "+w.word+", aligned with From")
		case v == alignment.Fail:
			return item("", name+": "+w.word) // the other one may pass still
		}
		return item("", name+": "+w.word+", but is not aligned with From")
	}
	out = append(out, check("SPF", r.SPF, r.SPFAligned))
	if r.SigningDomain == "" && r.DKIM == alignment.Fail {
		out = append(out, item("", "DKIM: nobody signs"))
	} else {
		out = append(out, check("DKIM", r.DKIM, r.DKIMAligned))
	}
	d := verdictWords[r.DMARC]
	return append(out, item(d.box, "DMARC: "+d.word))
}

// records are a table that becomes a list of cards where it is narrow. The
// roles are written out because that change of style would take them away.
func (p *DeliveryPanel) records() app.UI {
	title := el("h3").ID("records-title").Text("DNS records to publish")
	if len(p.Report.Records) == 0 {
		text := "None: there is nothing to publish for this mail."
		if p.Report.DMARC == alignment.Pass {
			text = "None: what receivers look up is published by " + firstText(p.Carrier, "the carrier") + "."
		}
		return el("div", "records").Body(title, el("p").Text(text))
	}
	head := make([]app.UI, 0, 3)
	for _, s := range []string{"Name", "Type", "Value"} {
		head = append(head, el("th").Attr("scope", "col").Role("columnheader").Text(s))
	}
	rows := make([]app.UI, len(p.Report.Records))
	for i := range p.Report.Records {
		r := &p.Report.Records[i]
		value := []app.UI{
			recordPart(r.Value, "the value of "+r.Name),
			el("span", "records__why").Text(r.Why),
		}
		if r.Example {
			value = append(value, el("span", "records__example").Text(
				"An example: put the real one in its place."))
		}
		rows[i] = el("tr").Role("row").Body(
			el("td").Role("cell").Body(recordPart(r.Name, "the name "+r.Name)),
			el("td").Role("cell").Class("records__type").Text(r.Type),
			el("td").Role("cell").Body(value...),
		)
	}
	return el("div", "records").Body(
		title,
		el("div", "cdx-table").Body(
			el("table", "cdx-table__table", "cdx-table__table--layout-fixed", "records__table").
				Role("table").Aria("labelledby", "records-title").Body(
				el("thead").Role("rowgroup").Body(el("tr").Role("row").Body(head...)),
				el("tbody").Role("rowgroup").Body(rows...),
			),
		),
	)
}

func recordPart(text, what string) app.UI {
	return el("div", "records__part").Body(
		el("code", "words").Text(text),
		&copyButton{Text: text, What: what},
	)
}

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
	Config  wgsmtp.Config  // as shown: with the carrier's examples
	Carrier string         // its name
}

// Render implements app.Composer.
func (p *DeliveryPanel) Render() app.UI {
	sentences := make([]app.UI, len(p.Report.Sentences))
	for i, s := range p.Report.Sentences {
		sentences[i] = app.Li().Text(s)
	}
	return panelSection("delivery", "Delivery",
		// Two drawings of the same: style shows the one that fits.
		app.Raw(drawRoute(p.route(), wideRoute)),
		app.Raw(drawRoute(p.route(), tallRoute)),
		app.Ul().Class("verdicts").Aria("label", "What a receiver checks").Body(p.verdicts()...),
		app.H3().Class("panel__subtitle").Text("In words"),
		app.Ul().Class("delivery__sentences").Body(sentences...),
		p.records(),
	)
}

// verdictWords are a verdict as a chip: its kind, and the word after the
// subject.
var verdictWords = map[alignment.Verdict]struct{ kind, mark, word string }{
	alignment.Pass:    {successBox, "✓", "pass"},
	alignment.Depends: {warningBox, "?", "depends on your DNS"},
	alignment.Fail:    {errorBox, "✗", "fail"},
}

func aligned(ok bool) alignment.Verdict {
	if ok {
		return alignment.Pass
	}
	return alignment.Fail
}

func (p *DeliveryPanel) verdicts() []app.UI {
	r := &p.Report
	item := func(kind, text string) app.UI { return app.Li().Body(chip(kind, text)) }
	how := map[bool]struct{ kind, word string }{
		true:  {successBox, "aligned with From"},
		false: {"", "not aligned with From"}, // one of the two is enough
	}
	encrypted := map[alignment.Verdict]string{
		alignment.Pass:    "encrypted",
		alignment.Depends: "encrypted if the server offers it",
		alignment.Fail:    "in clear",
	}[r.Encrypted]
	out := []app.UI{
		item(verdictWords[r.Encrypted].kind, "Way to the carrier: "+encrypted),
		item(how[r.SPFAligned].kind, "SPF: "+how[r.SPFAligned].word),
	}
	if r.SigningDomain == "" {
		out = append(out, item("", "DKIM: nobody signs"))
	} else {
		out = append(out, item(how[r.DKIMAligned].kind, "DKIM: "+how[r.DKIMAligned].word))
	}
	d := verdictWords[r.DMARC]
	return append(out, item(d.kind, "DMARC: "+d.word))
}

// records are a table that becomes a list of cards where it is narrow. The
// roles are written out because that change of style would take them away.
func (p *DeliveryPanel) records() app.UI {
	title := app.H3().ID("records-title").Class("panel__subtitle").Text("DNS records to publish")
	if len(p.Report.Records) == 0 {
		return app.Div().Class("records").Body(title,
			app.P().Text("None: what receivers look up belongs to the carrier."))
	}
	head := make([]app.UI, 0, 3)
	for _, s := range []string{"Name", "Type", "Value"} {
		head = append(head, app.Th().Scope("col").Role("columnheader").Text(s))
	}
	rows := make([]app.UI, len(p.Report.Records))
	for i := range p.Report.Records {
		r := &p.Report.Records[i]
		why := r.Why
		value := []app.UI{
			app.Div().Class("records__value").Body(
				app.Code().Class("words").Text(r.Value),
				&copyButton{Text: r.Value, What: "the value of " + r.Name},
			),
			app.Span().Class("records__why").Text(why),
		}
		if r.Example {
			value = append(value, app.Span().Class("records__example").Text(
				"An example: the carrier's console shows the real value."))
		}
		rows[i] = app.Tr().Role("row").Body(
			app.Td().Role("cell").Body(
				app.Div().Class("records__value").Body(
					app.Code().Class("words").Text(r.Name),
					&copyButton{Text: r.Name, What: "the name " + r.Name},
				),
			),
			app.Td().Role("cell").Class("records__type").Text(r.Type),
			app.Td().Role("cell").Body(value...),
		)
	}
	return app.Div().Class("records").Body(
		title,
		app.Div().Class("cdx-table").Body(
			app.Div().Class("cdx-table__table-wrapper").Body(
				app.Table().Class("cdx-table__table", "records__table").Role("table").Aria("labelledby", "records-title").Body(
					app.THead().Role("rowgroup").Body(app.Tr().Role("row").Body(head...)),
					app.TBody().Role("rowgroup").Body(rows...),
				),
			),
		),
	)
}

// route is what the picture shows.
func (p *DeliveryPanel) route() route {
	r := route{
		Wiki:      hostOf(p.Config.Server, "the wiki"),
		Carrier:   p.Carrier,
		Receiver:  "the receiver",
		Envelope:  p.Report.EnvelopeDomain,
		From:      p.Report.FromDomain,
		Signature: p.Report.SigningDomain,
		Encrypted: p.Report.Encrypted,
		SPF:       aligned(p.Report.SPFAligned),
		DKIM:      aligned(p.Report.DKIMAligned),
		DMARC:     p.Report.DMARC,
		How:       connection(&p.Config),
	}
	if r.Carrier == "" {
		r.Carrier = "the mail server"
	}
	if p.Config.Transport == wgsmtp.TransportSMTP && p.Config.Host != "" {
		r.CarrierHost = p.Config.Host
	}
	if len(p.Preview.Messages) > 0 {
		m := &p.Preview.Messages[0]
		r.MailFrom = m.MailFrom
		for _, h := range m.Mail.Headers {
			if strings.EqualFold(h.Name, "From") {
				r.From = address(h.Value)
			}
		}
		if len(m.RcptTo) > 0 {
			r.Receiver = m.RcptTo[0][strings.LastIndexByte(m.RcptTo[0], '@')+1:]
		}
	}
	return r
}

// address is what stands in the last angle brackets, or the whole.
func address(s string) string {
	from := strings.LastIndexByte(s, '<')
	if to := strings.LastIndexByte(s, '>'); from >= 0 && to > from {
		return s[from+1 : to]
	}
	return s
}

// hostOf is the host of an address of a wiki.
func hostOf(server, or string) string {
	s := server
	if i := strings.Index(s, "//"); i >= 0 {
		s = s[i+2:]
	}
	if i := strings.IndexAny(s, "/:"); i > 0 {
		s = s[:i]
	}
	if s == "" {
		return or
	}
	return s
}

// connection is how the wiki hands the mail over, in a few words.
func connection(c *wgsmtp.Config) string {
	switch c.Transport {
	case wgsmtp.TransportMail:
		return "sendmail"
	case wgsmtp.TransportExtension:
		return "HTTPS"
	}
	switch c.TLS {
	case wgsmtp.TLSImplicit:
		return "TLS"
	case wgsmtp.TLSStartTLS:
		return "STARTTLS"
	default:
		return "in clear"
	}
}

package ui

import (
	"fmt"
	"slices"
	"strings"

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

	terse bool // without the explanations
}

// occasions are the kinds of mail as the page calls them, in the order of
// wgsmtp.MailKinds.
var occasions = []struct {
	kind  wgsmtp.MailKind
	label string
	parts []string // ids of the samples that the mail is made of
}{
	{wgsmtp.MailConfirm, "Confirmation of an address", []string{"recipient-name", "recipient-email"}},
	{wgsmtp.MailPasswordReset, "Password reset", []string{"recipient-name", "recipient-email"}},
	{wgsmtp.MailNewAccount, "Account made by somebody else", []string{"recipient-name", "recipient-email"}},
	{wgsmtp.MailUser, "Mail from user to user", []string{"sender-name", "sender-email", "recipient-name", "recipient-email", "subject"}},
	{wgsmtp.MailWatchlist, "A watched page changed", []string{"sender-name", "sender-email", "recipient-name", "recipient-email", "page"}},
	{wgsmtp.MailTalk, "The user's talk page changed", []string{"sender-name", "sender-email", "recipient-name", "recipient-email"}},
	{wgsmtp.MailChanged, "The address was changed", []string{"recipient-name", "recipient-email", "new-email"}},
	{wgsmtp.MailPlain, "Test mail of the next steps", []string{"recipient-name", "recipient-email", "subject"}},
	{wgsmtp.MailPlainMulti, "One mail to several people", []string{"subject"}},
	{wgsmtp.MailHTML, "HTML mail of an extension", []string{"recipient-name", "recipient-email", "subject"}},
}

// sample is a part of the inputs that can be edited.
type sample struct {
	id, label string
	of        func(*preview.Inputs) *string
}

var samples = []sample{
	{"sender-name", "Name of the sending user", func(in *preview.Inputs) *string { return &in.Sender.Name }},
	{"sender-email", "Address of the sending user", func(in *preview.Inputs) *string { return &in.Sender.Email }},
	{"recipient-name", "Name of the recipient", func(in *preview.Inputs) *string { return &in.Recipient.Name }},
	{"recipient-email", "Address of the recipient", func(in *preview.Inputs) *string { return &in.Recipient.Email }},
	{"subject", "Subject", func(in *preview.Inputs) *string { return &in.Subject }},
	{"page", "Page", func(in *preview.Inputs) *string { return &in.Page }},
	{"new-email", "New address", func(in *preview.Inputs) *string { return &in.NewEmail }},
}

// Render implements app.Composer.
func (p *HeadersPanel) Render() app.UI {
	body := []app.UI{
		p.kinds(),
		p.samples(),
		el("div", "panel__switch").Body(
			toggle("headers-explain", "Explain the lines", !p.terse, p.onExplain),
		),
	}
	var mails []app.UI
	if p.Preview.Err != "" {
		mails = append(mails, app.Raw(boxed(errorBox, markup(`<p>MediaWiki refuses to send this mail:</p><p><code class="words">§</code></p>`, p.Preview.Err))))
	}
	for i := range p.Preview.Messages {
		mails = append(mails, p.mail(i))
	}
	if len(mails) == 0 {
		shown := ""
		if p.Preview.Shown != "" {
			shown = markup(`<p>The visitor sees:</p><p><code class="words">§</code></p>`, p.Preview.Shown)
		}
		mails = append(mails, app.Raw(boxed(noticeBox, `<p>With these settings MediaWiki sends no such mail.</p>`+shown)))
	}
	if p.Preview.SubjectSample && len(p.Preview.Messages) > 0 {
		mails = append(mails, app.Raw(boxed(noticeBox, `<p>The subject is MediaWiki's English one; the wiki writes it in its own language.</p>`)))
	}
	return panel("headers", append(body, el("div", "mails").Body(mails...))...)
}

func (p *HeadersPanel) kinds() app.UI {
	options := make([]app.UI, len(occasions))
	for i, o := range occasions {
		e := el("option").Attr("value", string(o.kind)).Text(o.label)
		if o.kind == p.Kind {
			e = e.Attr("selected", true)
		} else if app.IsClient {
			e = e.Attr("selected", false)
		}
		options[i] = e
	}
	s := el("select").ID("mail-kind").Class("cdx-select").On("change", p.onKind).Body(options...)
	if app.IsServer {
		s = s.Attr("disabled", true)
	}
	return el("div", "cdx-field", "mail-kind").Body(
		el("div", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", "mail-kind").Body(
				el("span", "cdx-label__label__text").Text("Occasion"),
			),
		),
		el("div", "cdx-field__control").Body(s),
	)
}

// samples are always the same elements, those that play no part hidden: so no
// field takes the place of another while somebody types.
func (p *HeadersPanel) samples() app.UI {
	var parts []string
	for _, o := range occasions {
		if o.kind == p.Kind {
			parts = o.parts
		}
	}
	fields := make([]app.UI, len(samples))
	for i, s := range samples {
		in := p.Inputs
		fields[i] = &sampleField{
			ID: s.id, Label: s.label, Value: *s.of(&in),
			Hidden: !slices.Contains(parts, s.id), OnType: p.onSample,
		}
	}
	return el("details", "panel-more", "samples").Body(
		el("summary").Text("Sample people and words"),
		el("div", "samples__fields").Body(fields...),
	)
}

func (p *HeadersPanel) mail(i int) app.UI {
	m := &p.Preview.Messages[i]
	title := "The mail"
	if n := len(p.Preview.Messages); n > 1 {
		title = fmt.Sprintf("Mail %d of %d", i+1, n)
	}
	lines := preview.Explain(*m, p.Release)
	items := make([]app.UI, len(lines))
	for k := range lines {
		items[k] = headerLine(&lines[k], !p.terse)
	}
	summary := "Text of the mail"
	if m.BodySample {
		summary = "Text of the mail (a sample: MediaWiki's own differs by language and release)"
	}
	return el("div", "mail").Body(
		el("h3", "mail__title").Text(title),
		envelope(m),
		el("div", "mail__bar").Body(
			el("h4", "mail__subtitle").Text("Headers"),
			&copyButton{Text: m.RawHeaders, What: "the headers"},
		),
		el("ul", "header-lines").Body(items...),
		el("details", "panel-more").Body(
			el("summary").Text(summary),
			el("code", "mail__body").Text(m.Body),
		),
	)
}

// envelope is what the mail is carried by: not in the mail, and not what the
// recipient sees.
func envelope(m *preview.Message) app.UI {
	var rows []app.UI
	row := func(name, value string) {
		rows = append(rows, el("dt").Text(name), el("dd").Body(el("code", "words").Text(value)))
	}
	switch m.Transport {
	case wgsmtp.TransportMail:
		row("sendmail", strings.Join(m.Args, " "))
	default:
		row("MAIL FROM", "<"+m.MailFrom+">")
		for _, to := range m.RcptTo {
			row("RCPT TO", "<"+to+">")
		}
	}
	return el("div", "mail__envelope").Body(
		el("h4", "mail__subtitle").Text("Envelope"),
		el("dl", "pairs").Body(rows...),
	)
}

func headerLine(l *preview.HeaderLine, explain bool) app.UI {
	name, value, ok := strings.Cut(l.Raw, ":")
	markup := esc(l.Raw)
	if ok {
		markup = `<span class="tok-variable">` + esc(name) + `:</span>` + esc(value)
	}
	reads, why := "", ""
	if explain {
		why = l.Why
		if l.Decoded != "" {
			reads = "Reads: " + l.Decoded
		}
	}
	return el("li", "header-line").Body(
		app.Raw(`<code class="header-line__text">`+markup+`</code>`),
		el("span", "header-line__reads").Text(reads),
		el("span", "header-line__note").Text(why),
	)
}

func (p *HeadersPanel) onExplain(ctx app.Context, _ app.Event) { p.terse = !checked(ctx) }

func (p *HeadersPanel) onKind(ctx app.Context, _ app.Event) {
	if p.OnKind != nil {
		p.OnKind(wgsmtp.MailKind(ctx.JSSrc().Get("value").String()))
	}
}

func (p *HeadersPanel) onSample(id, value string) {
	if p.OnInputs == nil {
		return
	}
	in := p.Inputs
	for _, s := range samples {
		if s.id == id {
			*s.of(&in) = value
		}
	}
	p.OnInputs(in)
}

// sampleField is a text input whose value can also be changed from outside.
// go-app compares with its last rendering and not with the page, and takes an
// empty value for none: so after each rendering the element is brought in line,
// unless somebody is typing in it.
type sampleField struct {
	app.Compo

	ID, Label, Value string
	Hidden           bool
	OnType           func(id, value string)
}

// OnUpdate implements app.Updater.
func (f *sampleField) OnUpdate(ctx app.Context) {
	ctx.Defer(func(app.Context) {
		e := app.Window().GetElementByID("sample-" + f.ID)
		if !e.Truthy() || e.Get("value").String() == f.Value {
			return
		}
		if active := app.Window().Get("document").Get("activeElement"); active.Truthy() && active.Equal(e) {
			return
		}
		e.Set("value", f.Value)
	})
}

// Render implements app.Composer.
func (f *sampleField) Render() app.UI {
	id := "sample-" + f.ID
	input := app.ElemSelfClosing("input").ID(id).Attr("type", "text").Class("cdx-text-input__input").
		Attr("autocomplete", "off").Attr("spellcheck", "false").On("input", f.onInput)
	if f.Value != "" {
		input = input.Attr("value", f.Value)
	}
	if app.IsServer {
		input = input.Attr("disabled", true)
	}
	root := el("div", "cdx-field", "sample")
	if f.Hidden || app.IsClient {
		root = root.Hidden(f.Hidden)
	}
	return root.Body(
		el("div", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", id).Body(
				el("span", "cdx-label__label__text").Text(f.Label),
			),
		),
		el("div", "cdx-field__control").Body(
			el("div", "cdx-text-input").Body(input),
		),
	)
}

func (f *sampleField) onInput(ctx app.Context, _ app.Event) {
	if f.OnType != nil {
		f.OnType(f.ID, ctx.JSSrc().Get("value").String())
	}
}

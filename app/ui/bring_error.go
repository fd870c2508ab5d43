package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// ErrorPage takes an error and says what happened, at which step, why in order
// of likelihood, and what to do.
type ErrorPage struct {
	app.Compo

	Root string // relative address of the start page; "" is "./"

	frame
	ready   bool
	text    string // the error
	paste   pasted // settings that go with it
	release string
	carrier string
	answer  *trouble.Diagnosis // nil where nothing is pasted
	said    string
	mended  *mended
	cause   string // whose mend it is: "entry/cause"
	pause   *time.Timer
}

const (
	errorTextID    = "error-text"
	settingsTextID = "settings-text"
)

func (p *ErrorPage) prepare() {
	if p.ready {
		return
	}
	p.ready = true
	p.frame.prepare(p.Root, "I have an error: MediaWiki mail errors explained")
	p.paste.id = settingsTextID
	if app.IsClient {
		p.paste.text, p.release = desk.settings, desk.release
		if p.paste.text != "" {
			p.paste.look(p.release)
		}
	}
}

// OnInit implements app.Initializer.
func (p *ErrorPage) OnInit() { p.prepare() }

// OnMount implements app.Mounter.
func (p *ErrorPage) OnMount(ctx app.Context) {
	p.enter()
	setArea(ctx, settingsTextID, p.paste.display())
}

// OnDismount implements app.Dismounter.
func (p *ErrorPage) OnDismount() { p.leave() }

// Render implements app.Composer.
func (p *ErrorPage) Render() app.UI {
	p.prepare()
	return p.around(p.said, p.onClick,
		el("div", "page__intro").Body(
			el("h1").Text("I have an error"),
			el("p", "page__lead").Text("Paste what the wiki, a log, PHP or the mail server said, with whatever stands around it. The answer says what happened, at which step, why, and what to do about it."),
		),
		p.form(),
		p.results(),
		&knowledge{Root: p.root()},
	)
}

func (p *ErrorPage) form() app.UI {
	form := el("form").ID("bring").Class("bring__form").Aria("label", "Your error").Attr("autocomplete", "off")
	if app.IsClient {
		form = form.On("input", p.onInput).On("change", p.onChange).On("submit", p.onSubmit)
	}
	more := el("details", "cdx-accordion", "bring__more")
	if p.paste.text != "" {
		more = more.Attr("open", true)
	}
	return sleeping(form,
		area(errorTextID, "The error", "Such as: Failed to connect to localhost:25 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]", "5"),
		el("div", "bring__row", "bring__row--end").Body(
			doButton("explain", "", "Explain", "cdx-button--action-progressive", "cdx-button--weight-primary"),
		),
		more.Body(
			el("summary").Body(
				el("h2", "cdx-accordion__header").Body(
					el("span", "cdx-accordion__header__title").Text("Your wiki"),
					el("span", "cdx-accordion__header__description").Text("With it, the likeliest cause comes first, and the block can be mended"),
				),
			),
			el("div", "cdx-accordion__content").Body(
				el("div", "bring__row").Body(
					selection("release", "MediaWiki release", "Special:Version names it.", p.release, releasesBehind("Not known")),
					selection("carrier", "Carrier", "Who takes the mail from the wiki.", p.carrier, carriersBehind("Told from the settings, or none")),
				),
				area(settingsTextID, "Your settings", "The $wgSMTP block, or all of LocalSettings.php. It stays in this page; passwords are shown as dots.", "6"),
				p.paste.showSwitch(),
			),
		),
	)
}

func (p *ErrorPage) onSubmit(_ app.Context, e app.Event) { e.PreventDefault() }

func (p *ErrorPage) onInput(ctx app.Context, e app.Event) {
	value := e.Get("target").Get("value")
	switch targetID(e) {
	case errorTextID:
		p.text = value.String()
	case settingsTextID:
		p.paste.typed(value.String())
	default:
		return
	}
	if strings.HasPrefix(wayIn(e), "insertFrom") {
		p.explain(ctx)
		setArea(ctx, settingsTextID, p.paste.display())
		return
	}
	if p.pause != nil {
		p.pause.Stop()
	}
	p.pause = time.AfterFunc(typingPause, func() { ctx.Dispatch(p.explain) })
	ctx.PreventUpdate()
}

func (p *ErrorPage) onChange(ctx app.Context, e app.Event) {
	target := e.Get("target")
	switch targetID(e) {
	case errorTextID:
		p.text = target.Get("value").String()
	case settingsTextID:
		p.paste.typed(target.Get("value").String())
	case settingsTextID + "-show":
		p.paste.shown = target.Get("checked").Bool()
	case "release":
		p.release = target.Get("value").String()
	case "carrier":
		p.carrier = target.Get("value").String()
	default:
		return
	}
	p.explain(ctx)
	setArea(ctx, settingsTextID, p.paste.display())
}

// explain answers what stands in the text areas.
func (p *ErrorPage) explain(app.Context) {
	if p.pause != nil {
		p.pause.Stop()
	}
	if p.paste.text != desk.settings || p.release != desk.release || p.paste.report == nil {
		p.paste.look(p.release)
		desk.settings, desk.release = p.paste.text, p.release
	}
	p.mended, p.cause = nil, ""
	if strings.TrimSpace(p.text) == "" {
		p.answer, p.said = nil, ""
		return
	}
	d := trouble.Diagnose(p.text, p.context())
	p.answer = &d
	p.said = "This error is not known here. What to collect next is below."
	if d.Known {
		p.said = d.Entries[0].Title
	}
}

// context is what is known of the wiki.
func (p *ErrorPage) context() trouble.Context {
	var known trouble.Context
	if r, err := mediawiki.Lookup(p.release); err == nil {
		known.Release = r
	}
	if r := p.paste.report; r != nil && r.Usable {
		c := r.Config
		known.Config = &c
		if r.Carrier.ID != customID {
			known.Carrier = r.Carrier
		}
	}
	if c, ok := providers.ByID(p.carrier); ok {
		known.Carrier = c
	}
	return known
}

func (p *ErrorPage) onClick(ctx app.Context, e app.Event) {
	what, arg := askedFor(e)
	switch {
	case what == "skip":
		focus(ctx, "main")
	case what == "explain":
		p.explain(ctx)
		if p.answer == nil {
			p.said = "There is no error to explain yet."
		}
		focus(ctx, "found")
	case what == "mend":
		if c := p.causeOf(arg); c != nil && p.paste.report != nil {
			p.cause = arg
			p.mended = mendWith(p.paste.report, c.Changes)
			p.said = "Mended. The block and the changes are below."
			focus(ctx, "mended")
		}
	case p.mended != nil && what != "":
		p.mended.do(what, p.root())
	default:
		ctx.PreventUpdate()
	}
}

func (p *ErrorPage) causeOf(name string) *trouble.Cause {
	if p.answer == nil {
		return nil
	}
	for i := range p.answer.Entries {
		e := &p.answer.Entries[i]
		for j := range e.Causes {
			if e.ID+"/"+e.Causes[j].ID == name {
				return &e.Causes[j]
			}
		}
	}
	return nil
}

func (p *ErrorPage) hidden() masks {
	if p.paste.shown {
		return nil
	}
	return p.paste.masks
}

func (p *ErrorPage) results() app.UI {
	box := el("section").ID("found").Class("bring__found").TabIndex(-1).Aria("label", "The answer")
	d := p.answer
	if d == nil {
		return box
	}
	var body []app.UI
	if !d.Known {
		body = append(body, el("h2").Text("This error is not known here"),
			message{Severity: rules.Warning, Text: "No guess is better than a wrong one.", Why: "The list below says what to look up next: one of these places has the mailer's own words."}.render())
		if d.Text != "" {
			body = append(body, el("p").Text("What was read as the error:"), el("pre", "bring__code").TabIndex(0).Aria("label", "What was read as the error").
				Body(app.Raw("<code>"+esc(cut(p.hidden().hide(d.Text), 2000))+"</code>")))
		}
		if d.Step != "" {
			body = append(body, stepStrip(d.Step))
		}
	}
	for i := range d.Entries {
		body = append(body, p.entry(&d.Entries[i], i))
	}
	return box.Body(append(body, p.collect(), p.mendedSection())...)
}

func (p *ErrorPage) entry(e *trouble.Entry, i int) app.UI {
	label := "What happened"
	if i > 0 {
		label = "It can also be"
	}
	causes := make([]app.UI, 0, len(e.Causes))
	for j := range e.Causes {
		causes = append(causes, p.causeItem(e, &e.Causes[j]))
	}
	title := "Why, the likeliest first"
	if len(e.Causes) == 1 {
		title = "Why"
	}
	return el("article", "answer").Aria("labelledby", "answer-"+e.ID).DataSet("entry", e.ID).Body(
		el("p", "answer__label").Text(label),
		el("h2").ID("answer-"+e.ID).Text(e.Title),
		stepStrip(e.Step),
		el("h3").Text(title),
		el("ol", "answer__causes").Body(causes...),
		el("h3").Text("How to make sure"),
		el("p").Text(e.Verify),
		el("p", "panel__note").Body(
			app.Text("Confidence: "+e.Confidence+". Source: "), source(e.Source),
		),
	)
}

func (p *ErrorPage) causeItem(e *trouble.Entry, c *trouble.Cause) app.UI {
	body := []app.UI{el("p", "answer__cause").Text(c.Text), el("p").Text(c.Fix)}
	for i, cmd := range c.Commands {
		body = append(body, commandBox(cmd, "command "+strconv.Itoa(i+1)+" of this cause"))
	}
	name := e.ID + "/" + c.ID
	if len(c.Changes) > 0 && p.paste.report != nil && p.paste.report.Usable {
		button := doButton("mend", name, "Mend the block: "+changeWords(c.Changes), "cdx-button--action-progressive")
		if p.cause == name {
			button = button.Aria("pressed", true)
		}
		body = append(body, el("div", "buttons").Body(button))
	}
	return el("li").DataSet("cause", c.ID).Body(body...)
}

// changeWords are changes as the form names them.
func changeWords(changes []wgsmtp.Change) string {
	var out []string
	for _, ch := range changes {
		value := ch.Value
		f, ok := wgsmtp.FieldByID(ch.Field)
		switch {
		case ok && f.Kind == wgsmtp.KindSecret:
			value = "another"
		case ch.Field == "tls":
			value = or(tlsShort[wgsmtp.TLSMode(value)], value)
		case value == "true":
			value = "on"
		case value == "false":
			value = "off"
		case value == "":
			value = "none"
		}
		out = append(out, fieldTitle(ch.Field)+" "+value)
	}
	return strings.Join(out, ", ")
}

// commandLangs say where a command goes.
var commandLangs = map[string]string{
	"sh": "In a shell on the wiki's host", "php": "In LocalSettings.php", "ini": "In the configuration file", "powershell": "In PowerShell",
}

func commandBox(c trouble.Command, what string) app.UI {
	return el("div", "answer__command").Body(
		el("p", "step__language").Text(or(commandLangs[c.Lang], c.Lang)),
		codeBox(c.Text, what),
	)
}

// way is the whole way of a mail, with the names of the conversation's panel.
var way = []struct {
	step trouble.Step
	name string
}{
	{trouble.Before, "In the wiki"},
	{trouble.Sendmail, "Sendmail"},
	{trouble.Connect, stages["connect"]},
	{trouble.Greeting, stages["greeting"]},
	{trouble.EHLO, stages["ehlo"]},
	{trouble.StartTLS, stages["starttls"]},
	{trouble.Auth, stages["auth"]},
	{trouble.MailFrom, stages["mail"]},
	{trouble.Rcpt, stages["rcpt"]},
	{trouble.Data, stages["data"]},
	{trouble.Delivery, "Delivery"},
}

// stepStrip shows at which step of the conversation it failed. Mail through
// sendmail has no conversation.
func stepStrip(at trouble.Step) app.UI {
	index := slices.IndexFunc(way, func(w struct {
		step trouble.Step
		name string
	}) bool {
		return w.step == at
	})
	if index < 0 {
		return el("div")
	}
	var items []app.UI
	for i, w := range way {
		if at == trouble.Sendmail {
			if w.step != trouble.Before && w.step != trouble.Sendmail && w.step != trouble.Delivery {
				continue
			}
		} else if w.step == trouble.Sendmail {
			continue
		}
		li := el("li", "way__step")
		switch {
		case i == index:
			li = li.Class("way__step--here").Aria("current", "step").Body(app.Text(w.name), el("span", "visually-hidden").Text(": it failed here"))
		case i < index:
			li = li.Class("way__step--done").Text(w.name)
		default:
			li = li.Text(w.name)
		}
		items = append(items, li)
	}
	return el("ol", "way").Aria("label", "The step at which it failed").Body(items...)
}

func (p *ErrorPage) collect() app.UI {
	if len(p.answer.Collect) == 0 {
		return el("div")
	}
	title := "If that was not it, collect next"
	if !p.answer.Known {
		title = "Collect next"
	}
	items := make([]app.UI, 0, len(p.answer.Collect))
	for _, text := range p.answer.Collect {
		items = append(items, el("li").Text(text))
	}
	return el("div", "answer__collect").Body(el("h2").Text(title), el("ul", "bring__list").Body(items...))
}

func (p *ErrorPage) mendedSection() app.UI {
	box := el("section").ID("mended").Class("bring__mended").TabIndex(-1).Aria("label", "The mended block")
	if p.mended == nil {
		return box
	}
	return box.Body(el("h2").Text("The mended block"), p.mended.render(p.root(), p.hidden()))
}

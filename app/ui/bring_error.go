package ui

import (
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
	first   string // the release that the form was made with
	opened  bool   // the form was made with the part about the wiki open
	carrier string
	carried string // the carrier that the form was made with
	taken   *printedBring
	answer  *trouble.Diagnosis // nil where nothing is pasted
	talk    errorTalk          // in which it happened
	said    string
	mended  *mended
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
		p.opened = p.paste.text != ""
		if p.taken = takePrinted(settingsTextID+"-show", errorTextID, settingsTextID, "release", "carrier"); p.taken != nil {
			v := p.taken.values
			p.text, p.paste.text, p.release, p.carrier = v[errorTextID], v[settingsTextID], v["release"], v["carrier"]
			p.paste.shown, p.paste.first = p.taken.checked, p.taken.checked
			p.opened = p.taken.open
			desk.settings, desk.release = p.paste.text, p.release
		}
		p.first, p.carried = p.release, p.carrier
		if p.paste.text != "" {
			p.paste.look(p.release)
		}
		if p.taken != nil {
			p.explain(app.Context{})
		}
	}
}

// OnInit implements app.Initializer.
func (p *ErrorPage) OnInit() { p.prepare() }

// OnMount implements app.Mounter.
func (p *ErrorPage) OnMount(ctx app.Context) {
	p.enter()
	setArea(ctx, errorTextID, p.text)
	setArea(ctx, settingsTextID, p.paste.display())
	p.taken.handOver(ctx)
	p.taken = nil
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
	open := ""
	if p.opened {
		open = " open"
	}
	return form.Body(finished(
		area(errorTextID, "The error", "Such as: Failed to connect to localhost:25 [SMTP: Failed to connect socket: Connection refused (code: -1, response: )]", "5") +
			markup(`<div class="bring__row bring__row--end">¶</div><details class="cdx-accordion bring__more"¶><summary><h2 class="cdx-accordion__header"><span class="cdx-accordion__header__title">Your wiki</span><span class="cdx-accordion__header__description">With it, the likeliest cause comes first, and the block can be mended</span></h2></summary><div class="cdx-accordion__content"><div class="bring__row">¶¶</div>¶¶</div></details>`,
				doButton("explain", "", "Explain", primaryButton), open,
				selection("release", "MediaWiki release", "Special:Version names it.", p.first, releasesBehind("Not known")),
				selection("carrier", "Carrier", "Who takes the mail from the wiki.", p.carried, carriersBehind("Told from the settings, or none")),
				area(settingsTextID, "Your settings", "The $wgSMTP block, or all of LocalSettings.php. It stays in this page; passwords are shown as dots.", "6"),
				p.paste.showSwitch())))
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
	p.mended = nil
	if strings.TrimSpace(p.text) == "" {
		p.answer, p.said = nil, ""
		return
	}
	d := trouble.Diagnose(p.text, p.context())
	p.answer = &d
	p.talk = p.talkOf()
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
			p.mended = mendWith(p.paste.report, c.Changes)
			p.said = "Mended. The block and the changes are below."
			focus(ctx, "mended")
		}
	case what == "copy":
		copyNear(ctx, e, "", &p.said)
	case p.mended != nil && what != "":
		p.mended.do(ctx, e, what, p.root(), &p.said)
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
	if p.answer == nil {
		return box
	}
	return box.Body(app.Raw(p.answered()), mendedSection(p.mended, "The mended block", p.hidden()))
}

func (p *ErrorPage) answered() string {
	d := p.answer
	unknown, title := "", "If that was not it, collect next"
	if !d.Known {
		title = "Collect next"
		unknown = `<h2>This error is not known here</h2>` +
			alert(rules.Warning, "It is not guessed at.", "The list below says what to look up next: one of these places has the mailer's own words.") +
			markup(`<p>What was read as the error:</p><pre class="bring__code" tabindex="0" role="region" aria-label="What was read as the error"><code>§</code></pre>`, cut(p.hidden().hide(d.Text), 2000)) +
			stepStrip(d.Step) + p.inTalk(d.Step, true)
	}
	collect := ""
	if len(d.Collect) > 0 {
		collect = markup(`<div class="answer__collect"><h2>§</h2><ul class="bring__list">¶</ul></div>`, title,
			each(d.Collect, func(_ int, text *string) string { return markup(`<li>§</li>`, *text) }))
	}
	return markup(`<div class="bring__part">¶¶¶</div>`, unknown, each(d.Entries, p.entry), collect)
}

func (p *ErrorPage) entry(i int, e *trouble.Entry) string {
	label, title := "What happened", "Why, the likeliest first"
	if i > 0 {
		label = "It can also be"
	}
	if len(e.Causes) == 1 {
		title = "Why"
	}
	return markup(`<article class="answer" aria-labelledby="answer-§" data-entry="§"><p class="answer__label">§</p><h2 id="answer-§">§</h2>¶<h3>§</h3><ol class="answer__causes">¶</ol><h3>How to make sure</h3><p>§</p><div class="panel__note">Confidence: §. Source: ¶</div></article>`,
		e.ID, e.ID, label, e.ID, e.Title, stepStrip(e.Step)+p.inTalk(e.Step, i == 0), title,
		each(e.Causes, func(_ int, c *trouble.Cause) string { return p.causeItem(e, c) }),
		e.Verify, e.Confidence, sources(e.Source))
}

func (p *ErrorPage) causeItem(e *trouble.Entry, c *trouble.Cause) string {
	mend := ""
	if len(c.Changes) > 0 && p.paste.report != nil && p.paste.report.Usable {
		mend = `<div class="buttons">` + doButton("mend", e.ID+"/"+c.ID, "Mend the block: "+changeWords(c.Changes), progressiveButton) + `</div>`
	}
	return markup(`<li data-cause="§"><p class="answer__cause">§</p><p>§</p>¶¶</li>`, c.ID, c.Text, c.Fix,
		each(c.Commands, func(i int, cmd *trouble.Command) string {
			return markup(`<div class="answer__command"><p class="step__language">§</p>¶</div>`,
				or(commandLangs[cmd.Lang], cmd.Lang), copyBox(cmd.Text, "command "+strconv.Itoa(i+1)+" of this cause"))
		}), mend)
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
func stepStrip(at trouble.Step) string {
	index := placeOnWay(at)
	if index < 0 {
		return ""
	}
	items := ""
	for i := range way {
		w := &way[i]
		talk := w.step != trouble.Before && w.step != trouble.Sendmail && w.step != trouble.Delivery
		switch {
		case at == trouble.Sendmail && talk, at != trouble.Sendmail && w.step == trouble.Sendmail:
		case i == index:
			items += markup(`<li class="way__step way__step--here" aria-current="step">§<span class="visually-hidden">: it failed here</span></li>`, w.name)
		case i < index:
			items += markup(`<li class="way__step way__step--done">§</li>`, w.name)
		default:
			items += markup(`<li class="way__step">§</li>`, w.name)
		}
	}
	return `<ol class="way" aria-label="The step at which it failed">` + items + `</ol>`
}

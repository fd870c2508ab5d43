package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Page is the whole page: the start page, or a carrier's own.
//
// It owns the state. Events of the form and clicks on anything with a data-do
// attribute are caught here (events.go); a change goes through Page.set, or while
// somebody types through Page.answer, which computes the outputs once; the result
// panels get them as values.
type Page struct {
	app.Compo

	Carrier string // id of the carrier whose page it is; "" for the start page
	Root    string // relative address of the start page; "" is "./"

	state State
	out   Outputs
	ready bool
	revisions

	judgement
	messages map[string][]message // of the judged findings, by field
	marks    []int                // lines of the block that the last change touched
	lit      string               // field that is lit in form and block
	turn     turn                 // what is still to be shown, once hands rest
	undo     []undoStep
	tab      tabID
	reveal   bool
	bad      map[string]string // what was typed into a number and is none
	linkNote string            // what a link held that was not understood
	notice   string            // for the live region: the outcome of a button
	theme    string
	chooser  chooser
	offered  offers // the choices of the carrier at hand
	sharing  sharing
	block    *BlockPanel // as it is on the page; nil where another tab is shown
	ctx      app.Context // of the mounted page, for the panels' callbacks
	onPop    app.Func    // listens for back and forward
	pause    *time.Timer // runs from the last key on
	taken    *takeover   // from the printed page, until the page is mounted
}

// home is the page's state without a fragment.
func (p *Page) home() State {
	if p.Carrier == "" {
		return NewState()
	}
	return StateFor(p.Carrier)
}

// prepare fills the page before its first rendering.
func (p *Page) prepare() {
	if p.ready {
		return
	}
	p.ready = true
	p.tab = tabBlock
	p.theme = themeAuto
	p.state = p.home()
	if app.IsClient {
		p.prepareInBrowser()
	}
	p.out = compute(p.state)
	if p.taken != nil {
		p.lit, p.turn.focus = p.taken.typing, p.taken.typing
		p.judge(p.taken.typing)
		return
	}
	p.judge("")
}

// OnInit implements app.Initializer.
func (p *Page) OnInit() { p.prepare() }

// set makes s the state and everything follow.
func (p *Page) set(s State) {
	p.answer(s)
	p.judge("")
}

// answer makes s the state and the block follow; it is not judged.
func (p *Page) answer(s State) {
	before := p.out.Block
	if was := &p.out.State; s.Kept == was.Kept {
		s.Kept = forget(s.Kept, was.Config, s.Config)
	}
	p.state = s
	p.out = compute(s)
	p.marks = changedLines(before, p.out.Block)
}

// Render implements app.Composer.
func (p *Page) Render() app.UI {
	p.prepare()
	p.compareRows()
	return el("div", "page").On("click", p.onClick).Body(
		p.skipLink(),
		p.part(partHeader, p.theme),
		el("main").ID("main").Class("page__main").Body(
			p.part(partIntro, p.linkNote+strings.Join(keptNames(p.state.Kept), "\x00")),
			el("div", "page__columns").Body(
				p.form(),
				p.results(),
			),
			&about{ID: p.out.Carrier.ID},
		),
		&foot{Root: p.root()},
		p.bar(),
		el("div").ID("status").Class("visually-hidden").Role("status").Aria("live", "polite").Text(p.spoken()),
	)
}

// printedSelector finds the form as it was printed. Its controls sleep until
// the loader wakes them: without a script they would do nothing.
const printedSelector = "[data-printed=form]"

func (p *Page) skipLink() app.UI {
	if app.IsServer {
		return el("a", "skip-link").Attr("href", "#results").Text("Skip to the block")
	}
	// Not a link: its fragment would replace the state in the address.
	return el("button").Attr("type", "button").Class("skip-link").DataSet("do", "skip").Text("Skip to the block")
}

func (p *Page) root() string { return or(p.Root, "./") }

func (p *Page) header() app.UI {
	themes := []option{{themeAuto, "Automatic"}, {themeLight, "Light"}, {themeDark, "Dark"}}
	options := make([]app.UI, 0, len(themes))
	for _, t := range themes {
		o := el("option").Attr("value", t.Value).Text(t.Label)
		if t.Value == p.theme {
			o = o.Attr("selected", true)
		}
		options = append(options, o)
	}
	choose := el("select").ID("theme").Class("cdx-select", "theme__select").Body(options...)
	if app.IsServer {
		choose = choose.Attr("disabled", true)
	} else {
		choose = choose.On("change", p.onTheme)
	}
	return el("header", "page__header").Body(
		el("a", "brand").Attr("href", p.root()).Body(
			el("span", "brand__mark"),
			el("span", "brand__name").Text("wgSMTP"),
		),
		el("div", "theme").Body(
			el("label", "theme__label").Attr("for", "theme").Text("Colours"),
			choose,
		),
	)
}

func (p *Page) intro() app.UI {
	title, lead := "Mail for your MediaWiki", "Pick who carries your wiki's mail, fill in what only you know, and take away a $wgSMTP block for LocalSettings.php. Beside it: the headers and the conversation that your MediaWiki release will produce."
	if c := p.pageCarrier(); c != nil {
		title = c.Name + " for your MediaWiki"
		lead = c.Summary
	}
	return el("div", "page__intro").Body(
		el("h1").Text(title),
		el("p", "page__lead").Text(lead),
		p.linkMessage(),
		p.keptNote(),
	)
}

// pageCarrier is the carrier whose page this is, nil on the start page.
func (p *Page) pageCarrier() *providers.Carrier {
	if c, ok := providers.ByID(p.Carrier); ok && p.Carrier != customID {
		return c
	}
	return nil
}

func (p *Page) linkMessage() app.UI {
	if p.linkNote == "" {
		return el("div")
	}
	return el("div").Body(message{
		Severity: rules.Warning,
		Text:     "Not everything in this link was understood.",
		Why:      p.linkNote + ".",
	}.render())
}

func (p *Page) form() app.UI {
	parts := []app.UI{p.carrierSection()}
	for i := range sections {
		parts = append(parts, p.part(partSections+partID(i), p.heads[i]))
	}
	parts = append(parts, el("div", "form__end").Body(
		el("button").Attr("type", "button").Class("cdx-button", "cdx-button--weight-quiet").DataSet("do", "reset").Text("Start over"),
	))
	set := el("fieldset", "form__all").Body(parts...)
	form := el("form").ID("form").Class("page__form").Aria("label", "What only you know").Attr("autocomplete", "off")
	if app.IsServer {
		return form.Body(set.Attr("disabled", true).DataSet("printed", "form"))
	}
	return form.
		On("input", p.onInput).
		On("change", p.onChange).
		On("focusin", p.onFocusIn).
		On("focusout", p.onFocusOut).
		On("submit", p.onSubmit).
		Body(set)
}

// section is a part of the form. Its fields are always there, hidden where
// they do not apply, so that none is made anew while somebody types.
func (p *Page) section(s *section) app.UI {
	ask := asksHost(p.out.Carrier)
	fields := make([]app.UI, 0, 16)
	for i := range specs {
		if placeOf(&specs[i], ask) == s.id {
			f := p.rows[i]
			fields = append(fields, &f)
		}
	}
	head := &p.heads[sectionIndex(s.id)]
	hidden := head.hidden
	body := el("div", "section__fields").Body(fields...)
	if s.summary == nil {
		out := el("section").ID("section-"+string(s.id)).Class("section").Aria("labelledby", "heading-"+string(s.id)).Body(
			el("h2").ID("heading-"+string(s.id)).Class("section__heading").Text(s.title), body)
		return hideSection(out, hidden)
	}
	out := el("details").ID("section-"+string(s.id)).Class("cdx-accordion", "cdx-accordion--separation-divider", "section", "section--folded").Body(
		el("summary").Body(
			el("h2", "cdx-accordion__header").Body(
				el("span", "cdx-accordion__header__title").Text(s.title),
				el("span", "cdx-accordion__header__description").Text(head.summary),
			),
		),
		el("div", "cdx-accordion__content").Body(body),
	)
	if hidden || app.IsClient {
		return out.Hidden(hidden)
	}
	return out
}

func hideSection(s app.HTMLElem, hidden bool) app.UI {
	if hidden || app.IsClient {
		return s.Hidden(hidden)
	}
	return s
}

// suggestion is a word at the sender's address: it belongs to a carrier that
// was not chosen.
func (p *Page) suggestion() []message {
	if p.typing == "sender" {
		return nil
	}
	c, ok := providers.ForAddress(p.state.Config.PasswordSender)
	if !ok || c.ID == p.state.Config.Carrier {
		return nil
	}
	return []message{{
		Severity: rules.Hint,
		Text:     fmt.Sprintf("This address belongs to %s.", c.Name),
		Fix:      "Use " + c.Name,
		Do:       "carrier",
		Arg:      c.ID,
	}}
}

// spoken is what the live region says: the outcome of the last button, then
// how things stand.
func (p *Page) spoken() string {
	return strings.TrimSpace(p.notice + " " + p.summary())
}

// change is one field set to a text: for buttons and panels.
func (p *Page) change(ctx app.Context, id, value string) {
	c, err := wgsmtp.Apply(p.state.Config, []wgsmtp.Change{{Field: id, Value: value}})
	if err != nil {
		app.Log(err)
		return
	}
	s := p.state
	s.Config = c
	p.set(s)
	p.settle(ctx)
	p.sync(ctx)
}

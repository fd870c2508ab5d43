// The two pages for those who come with something that does not work: their
// settings (bring_settings.go) or an error (bring_error.go). This file is what
// they share: the frame, what lies between them, and the way to the form.
//
// Rules: what is pasted stays in memory. It is in no address, no storage and no
// request; on the way to the form the address has what a share link has, and
// the password goes beside it in the variable desk.

package ui

import (
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Names of the two pages, as in their addresses.
const (
	settingsName = "settings"
	errorName    = "error"
)

// desk is what lies between the pages of one program. It is only touched by
// the program's own goroutine for the page.
var desk struct {
	settings string // as they were pasted
	release  string // chosen for them; "" is told from the text
	handed   *State // for the form that is opened next
}

// registerBrought tells go-app the two pages.
func registerBrought() {
	app.RouteWithRegexp(`(^|/)`+settingsName+`(\.html)?$`, func() app.Composer { return new(SettingsPage) })
	app.RouteWithRegexp(`(^|/)`+errorName+`(\.html)?$`, func() app.Composer { return new(ErrorPage) })
}

// waysIn are the links from the start page to the two pages.
func (p *Page) waysIn() app.UI {
	if p.Carrier != "" {
		return el("div")
	}
	link := func(name, text string) app.UI {
		return el("a", "cdx-button", "cdx-button--fake-button", "cdx-button--fake-button--enabled").
			Attr("href", p.root()+name+".html").Text(text)
	}
	return el("nav", "ways-in").Aria("label", "For those whose mail does not work yet").Body(
		el("span", "ways-in__text").Text("Already tried?"),
		link(settingsName, "I have settings"),
		link(errorName, "I have an error"),
	)
}

// takeHanded makes the state that another page handed over the page's own.
func (p *Page) takeHanded() {
	s := desk.handed
	desk.handed = nil
	if s == nil || s.Config.Carrier != p.state.Config.Carrier {
		return
	}
	s.Base = p.state.Base
	p.state = *s
	p.linkNote = ""
	for _, f := range wgsmtp.Fields() {
		if f.Get(&s.Config) != "" {
			p.visit(f.ID)
		}
	}
}

// continueInForm opens the form with a state: that of its carrier where it has
// one, the start page otherwise.
func continueInForm(root string, s State) {
	address, title := root, ""
	if c, ok := providers.ByID(s.Config.Carrier); ok && c.ID != customID {
		address += c.ID + ".html"
		title = c.Name + " for MediaWiki: the $wgSMTP block"
	}
	desk.handed = &s
	if f := s.Fragment(); f != "" && len(f) <= maxLink {
		address += "#" + f
	}
	// As if somebody had gone there with Back: go-app then makes the page when
	// the address is there, as the page wants it.
	app.Window().Get("history").Call("pushState", nil, "", address)
	if title != "" {
		app.Window().Get("document").Set("title", title)
	}
	app.Window().Call("dispatchEvent", app.Window().Get("PopStateEvent").New("popstate"))
	app.Window().Call("scrollTo", 0, 0)
}

// frame is what stands around both pages. The header with its switch of
// colours is that of Page.
type frame struct {
	page   Page
	title  string
	before string // the title of the document that the program came from
}

func (f *frame) prepare(root, title string) {
	f.page.Root, f.page.theme, f.title = root, themeAuto, title
	if app.IsServer {
		return
	}
	if t := app.Window().Get("localStorage").Call("getItem", "theme"); t.Truthy() {
		f.page.applyTheme(t.String())
	}
}

// enter names the document after the page.
func (f *frame) enter() {
	document := app.Window().Get("document")
	f.before = document.Get("title").String()
	document.Set("title", f.title)
}

// leave gives the document its name back, unless somebody has named it since.
func (f *frame) leave() {
	document := app.Window().Get("document")
	if document.Get("title").String() == f.title && f.before != f.title {
		document.Set("title", f.before)
	}
}

func (f *frame) root() string { return f.page.root() }

// around is the whole of a page: click catches what a button does.
func (f *frame) around(said string, click app.EventHandler, main ...app.UI) app.UI {
	skip := app.UI(el("a", "skip-link").Attr("href", "#main").Text("Skip to the content"))
	if app.IsClient {
		skip = el("button").Attr("type", "button").Class("skip-link").DataSet("do", "skip").Text("Skip to the content")
	}
	return el("div", "page", "bring").On("click", click).Body(
		skip,
		f.page.header(),
		el("main").ID("main").Class("page__main").TabIndex(-1).Body(main...),
		&foot{Root: f.root()},
		el("div").ID("status").Class("visually-hidden").Role("status").Aria("live", "polite").Text(said),
	)
}

// askedFor is the button that was clicked and its argument.
func askedFor(e app.Event) (what, arg string) {
	target := e.Get("target")
	if !target.Get("closest").Truthy() {
		return "", ""
	}
	button := target.Call("closest", "[data-do]")
	if !button.Truthy() {
		return "", ""
	}
	if a := button.Call("getAttribute", "data-arg"); a.Truthy() {
		arg = a.String()
	}
	return button.Call("getAttribute", "data-do").String(), arg
}

// markup fills a template of ours: each § is the next argument, escaped, each ¶
// the next one as it is, for markup. Most of these pages is markup and not
// elements of go-app's: nothing in them is typed into while it changes, events
// are caught at the root, and the calls that make elements are a tenth of the
// browser program.
func markup(template string, args ...string) string {
	var b strings.Builder
	for _, arg := range args {
		i := strings.IndexAny(template, "§¶")
		b.WriteString(template[:i])
		if raw := strings.HasPrefix(template[i:], "¶"); raw {
			b.WriteString(arg)
		} else {
			b.WriteString(esc(arg))
		}
		template = template[i+len("§"):]
	}
	b.WriteString(template)
	return b.String()
}

// each is the markup of every item.
func each[T any](items []T, f func(i int, item *T) string) string {
	var b strings.Builder
	for i := range items {
		b.WriteString(f(i, &items[i]))
	}
	return b.String()
}

// doButton is a button that askedFor knows. One that is pressed before the
// program runs is pressed again by the loader.
func doButton(what, arg, text, class string) string {
	return markup(`<button type="button" class="cdx-button ¶" data-do="§" data-arg="§">§</button>`, class, what, arg, text)
}

// Classes of buttons.
const (
	primaryButton     = "cdx-button--action-progressive cdx-button--weight-primary"
	progressiveButton = "cdx-button--action-progressive"
	smallButton       = "cdx-button--action-progressive cdx-button--size-small"
	quietButton       = "cdx-button--weight-quiet"
)

// finished is the field set of a form. As it is printed it is asleep until the
// loader wakes it; the program takes over what was pasted before it ran.
func finished(fields string) app.UI {
	asleep := ""
	if app.IsServer {
		asleep = ` data-printed="form" disabled`
	}
	return app.Raw(markup(`<fieldset class="form__all"¶>¶</fieldset>`, asleep, fields))
}

// waiting is shown to those who paste before the program runs.
const waiting = `<p class="bring__wait">The answer comes as soon as the program of this page has loaded; until then passwords can be read here.</p>`

// releasesBehind are all releases behind a first choice.
func releasesBehind(first string) []option {
	out := []option{{"", first}}
	for _, r := range mediawiki.All() {
		out = append(out, option{r.Name(), r.Label()})
	}
	return out
}

// carriersBehind are all carriers behind a first choice.
func carriersBehind(first string) []option {
	out := []option{{"", first}}
	for _, c := range providers.Index() {
		if c.ID != customID {
			out = append(out, option{c.ID, c.Name})
		}
	}
	return out
}

const fieldMarkup = `<div class="cdx-field bring__field"><div class="cdx-label"><label class="cdx-label__label" for="§"><span class="cdx-label__label__text">§</span></label><span id="§-desc" class="cdx-label__description">§</span></div>¶</div>`

// selection is a labelled select. Its value is written when it is made; what is
// chosen is read from its events.
func selection(id, label, help, value string, options []option) string {
	items := each(options, func(_ int, o *option) string {
		selected := ""
		if o.Value == value {
			selected = " selected"
		}
		return markup(`<option value="§"¶>§</option>`, o.Value, selected, o.Label)
	})
	return markup(fieldMarkup, id, label, id, help,
		markup(`<div class="cdx-field__control"><select id="§" class="cdx-select" aria-describedby="§-desc">¶</select></div>`, id, id, items))
}

// area is a labelled text area. What is typed is read from its events; what the
// program puts into it goes through setArea.
func area(id, label, help, rows string) string {
	empty, wait := "", ""
	if app.IsServer {
		empty, wait = ` placeholder=" "`, waiting // the style sheet tells by it whether there is text
	}
	return markup(fieldMarkup, id, label, id, help,
		markup(`<div class="cdx-field__control cdx-text-area"><textarea id="§" class="cdx-text-area__textarea bring__area" rows="§" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="§-desc"¶></textarea></div>¶`, id, rows, id, empty, wait))
}

// setArea writes into a text area, once it is there.
func setArea(ctx app.Context, id, text string) {
	ctx.Defer(func(app.Context) {
		if e := app.Window().GetElementByID(id); e.Truthy() && e.Get("value").String() != text {
			e.Set("value", text)
		}
	})
}

// refocus puts the focus on an element that is made anew under its id.
func refocus(ctx app.Context, e app.Value) {
	if !e.Truthy() {
		return
	}
	id := e.Get("id").String()
	ctx.Defer(func(app.Context) {
		if e := app.Window().GetElementByID(id); e.Truthy() {
			e.Call("focus", map[string]any{"preventScroll": true})
		}
	})
}

// alert is a message in a line of its own.
func alert(s rules.Severity, text, why string) string {
	return markup(`<div class="cdx-message cdx-message--inline ¶"><span class="cdx-message__icon"></span><div class="cdx-message__content"><span class="visually-hidden">§</span><span class="message__text">§</span><span class="message__why"> §</span></div></div>`,
		severityClass[s], severityWord[s], text, why)
}

// sources are where a claim comes from: links where there are some.
func sources(s string) string {
	parts := strings.Split(s, ", ")
	for _, part := range parts {
		if !isLink(part) {
			return markup(`<span>§</span>`, s)
		}
	}
	return markup(`<ul>¶</ul>`, each(parts, func(_ int, part *string) string {
		return markup(`<li><a class="cdx-link is-external" href="§" target="_blank" rel="noopener noreferrer">§</a></li>`, *part, *part)
	}))
}

// copyBox is something to copy, with its button; what names it.
func copyBox(text, what string) string {
	asleep := ""
	if app.IsServer {
		asleep = ` disabled`
	}
	return markup(`<div class="code-box"><code class="code-box__text">§</code><span class="copy"><button type="button" class="cdx-button cdx-button--weight-quiet copy__button" data-do="copy" aria-label="Copy §"¶>Copy</button><span class="copy__said" role="status"></span></span></div>`,
		text, what, asleep)
}

// copyNear copies text, or where it is "" what stands in the box of the button
// that was clicked, and says so beside the button.
func copyNear(ctx app.Context, e app.Event, text string, said *string) {
	button := e.Get("target").Call("closest", "[data-do]")
	if text == "" {
		text = button.Call("closest", ".code-box").Call("querySelector", "code").Get("textContent").String()
	}
	copyText(text, func(ok bool) {
		ctx.Dispatch(func(ctx app.Context) {
			*said = "Copied"
			if !ok {
				*said = "Not copied: select it and use the keyboard"
			}
			note := button.Get("nextElementSibling")
			note.Set("textContent", *said)
			ctx.After(4*time.Second, func(app.Context) { note.Set("textContent", "") })
		})
	})
}

// splitLines splits a text without an empty last line.
func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

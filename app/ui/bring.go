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

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/mediawiki"
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

// doButton is a button that askedFor knows. Before the program runs it is
// asleep.
func doButton(what, arg, text string, class ...string) app.HTMLElem {
	b := el("button", append([]string{"cdx-button"}, class...)...).Attr("type", "button").DataSet("do", what).Text(text)
	if arg != "" {
		b = b.DataSet("arg", arg)
	}
	if app.IsServer {
		b = b.Attr("disabled", true)
	}
	return b
}

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

// selection is a labelled select. Its value is written when it is made; what is
// chosen is read from its events.
func selection(id, label, help, value string, options []option) app.UI {
	items := make([]app.UI, 0, len(options))
	for _, o := range options {
		e := el("option").Attr("value", o.Value).Text(o.Label)
		if o.Value == value {
			e = e.Attr("selected", true)
		}
		items = append(items, e)
	}
	return el("div", "cdx-field", "bring__field").Body(
		el("div", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", id).Body(el("span", "cdx-label__label__text").Text(label)),
			el("span").ID(id+"-desc").Class("cdx-label__description").Text(help),
		),
		el("div", "cdx-field__control").Body(
			el("select").ID(id).Class("cdx-select").Aria("describedby", id+"-desc").Body(items...),
		),
	)
}

// area is a labelled text area. What is typed is read from its events; what the
// program puts into it goes through setArea.
func area(id, label, help string, rows string) app.UI {
	return el("div", "cdx-field", "bring__field").Body(
		el("div", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", id).Body(el("span", "cdx-label__label__text").Text(label)),
			el("span").ID(id+"-desc").Class("cdx-label__description").Text(help),
		),
		el("div", "cdx-field__control", "cdx-text-area").Body(
			el("textarea").ID(id).Class("cdx-text-area__textarea", "bring__area").Attr("rows", rows).
				Attr("autocomplete", "off").Attr("autocapitalize", "none").Attr("spellcheck", "false").
				Attr("wrap", "soft").Aria("describedby", id+"-desc"),
		),
	)
}

// setArea writes into a text area, once it is there.
func setArea(ctx app.Context, id, text string) {
	ctx.Defer(func(app.Context) {
		if e := app.Window().GetElementByID(id); e.Truthy() && e.Get("value").String() != text {
			e.Set("value", text)
		}
	})
}

// sleeping is a form that works once the program runs.
func sleeping(form app.HTMLElem, body ...app.UI) app.UI {
	set := el("fieldset", "form__all").Body(body...)
	if app.IsServer {
		set = set.Attr("disabled", true)
	}
	return form.Body(set)
}

// lines splits a text without an empty last line.
func splitLines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

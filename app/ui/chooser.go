// Choosing the carrier: five cards, then a search over all.
//
// The search is a combobox after the WAI-ARIA practices: the focus stays in
// the text box, arrow keys move through the list, Enter takes, Escape closes.

package ui

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const (
	searchID = "carrier-search"
	listID   = "carrier-list"
	maxShown = 60 // more would not be read
)

type chooser struct {
	query string
	open  bool
	at    int // index of the marked carrier, -1 for none
}

func (p *Page) search(query string) {
	p.chooser = chooser{query: query, open: true, at: -1}
	if strings.TrimSpace(query) != "" {
		p.chooser.at = 0
	}
}

func (p *Page) openSearch() {
	p.chooser.open = true
	p.chooser.at = -1
}

func (p *Page) closeSearch() { p.chooser.open = false }

func (p *Page) searchKey(ctx app.Context, e app.Event) {
	found := providers.SearchIndex(p.chooser.query)
	last := len(found) - 1
	switch e.Get("key").String() {
	case "ArrowDown":
		p.chooser.open = true
		p.chooser.at = min(p.chooser.at+1, last)
	case "ArrowUp":
		p.chooser.open = true
		p.chooser.at = max(p.chooser.at-1, 0)
	case "Enter":
		if p.chooser.open && p.chooser.at >= 0 && p.chooser.at <= last {
			p.choose(ctx, found[p.chooser.at].ID)
		}
	case "Escape":
		if !p.chooser.open {
			p.chooser.query = ""
			p.sync(ctx)
		}
		p.closeSearch()
	default:
		return
	}
	e.PreventDefault()
	if p.chooser.open && p.chooser.at >= 0 {
		id := optionID(p.chooser.at)
		ctx.Defer(func(app.Context) {
			if o := app.Window().GetElementByID(id); o.Truthy() {
				o.Call("scrollIntoView", map[string]any{"block": "nearest"})
			}
		})
	}
}

func optionID(i int) string { return fmt.Sprintf("%s-%d", listID, i) }

func (p *Page) carrierSection() app.UI {
	c := p.out.Carrier
	return el("section").ID("section-carrier").Class("section").Aria("labelledby", "heading-carrier").Body(
		el("h2").ID("heading-carrier").Class("section__heading").Text("Who carries the mail"),
		&carrierCards{Chosen: c.ID, Root: p.root()},
		p.part(partSearch, p.chooser),
		p.waysIn(),
		&carrierNotes{ID: c.ID, Transport: p.state.Config.Transport, Own: p.pageCarrier() == c},
	)
}

// carrierCards are the carriers that most people use. Like the other parts of
// the page that seldom change it is a component with values only, which is not
// rendered again while somebody types.
type carrierCards struct {
	app.Compo

	Chosen string // id
	Root   string // relative address of the start page
}

// Render implements app.Composer.
func (p *carrierCards) Render() app.UI {
	cards := make([]app.UI, 0, 5)
	index := providers.Index()
	for i := range index {
		c := &index[i]
		if c.Featured == 0 {
			break // those with a card come first
		}
		// A link to the carrier's page, until the program can choose in place.
		card := el("a", "card").Attr("href", p.Root+c.ID+".html")
		if app.IsClient {
			card = el("button", "card").Attr("type", "button").DataSet("do", "carrier").DataSet("arg", c.ID)
		}
		if c.ID == p.Chosen {
			card = card.Class("card--chosen")
		}
		if app.IsClient {
			card = card.Aria("pressed", c.ID == p.Chosen)
		}
		cards = append(cards, card.Body(
			mark(c.Initials),
			el("span", "card__name").Text(c.Name),
		))
	}
	return el("div", "cards").Role("group").Aria("labelledby", "heading-carrier").Body(cards...)
}

// mark is a carrier's initials, drawn by us: no logos.
func mark(initials string) app.UI {
	return el("span", "mark").Aria("hidden", "true").Text(initials)
}

func (p *Page) searchBox() app.UI {
	in := app.ElemSelfClosing("input").ID(searchID).Attr("type", "text").Class("cdx-text-input__input").
		Attr("autocomplete", "off").Attr("spellcheck", "false").
		Role("combobox").Aria("autocomplete", "list").Aria("controls", listID).
		Attr("placeholder", "Fastmail, Brevo, my web host")
	if app.IsClient {
		in = in.On("keydown", p.searchKey).Aria("expanded", p.chooser.open)
		active := ""
		if p.chooser.open && p.chooser.at >= 0 {
			active = optionID(p.chooser.at)
		}
		in = in.Aria("activedescendant", active)
	} else {
		in = in.Aria("expanded", "false")
	}
	return el("div", "cdx-field", "field", "search").Body(
		el("div", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", searchID).Body(
				el("span", "cdx-label__label__text").Text(fmt.Sprintf("Or search all %d", len(providers.Index()))),
			),
		),
		el("div", "cdx-field__control", "search__control").Body(
			el("div", "cdx-text-input").Body(in),
			p.list(),
		),
	)
}

func (p *Page) list() app.UI {
	list := el("ul").ID(listID).Class("cdx-menu", "search__list").Role("listbox").Aria("label", "Carriers")
	if !p.chooser.open {
		return list.Hidden(true)
	}
	found := providers.SearchIndex(p.chooser.query)
	items := make([]app.UI, 0, len(found)+1)
	for i := range min(len(found), maxShown) {
		c := &found[i]
		item := el("li").ID(optionID(i)).Role("option").Class("cdx-menu-item", "search__option").
			DataSet("do", "carrier").DataSet("arg", c.ID).Aria("selected", i == p.chooser.at).
			On("mousedown", keepFocus)
		if i == p.chooser.at {
			item = item.Class("search__option--marked")
		}
		items = append(items, item.Body(
			mark(c.Initials),
			el("span", "search__text").Body(
				el("span", "search__name").Text(c.Name),
				el("span", "search__about").Text(c.Summary),
			),
		))
	}
	if len(found) == 0 {
		items = append(items, el("li").Role("option").Class("cdx-menu-item", "search__option").
			DataSet("do", "carrier").DataSet("arg", customID).Aria("selected", false).On("mousedown", keepFocus).Body(
			mark("?"),
			el("span", "search__text").Body(
				el("span", "search__name").Text("None of this name"),
				el("span", "search__about").Text("Choose any other mail server and fill in what its operator tells you."),
			),
		))
	}
	return list.Hidden(false).Body(items...)
}

// keepFocus lets a click into the list reach it: the box would lose the focus
// first and close the list.
func keepFocus(_ app.Context, e app.Event) { e.PreventDefault() }

// carrierNotes says what to know about the carrier before filling in.
type carrierNotes struct {
	app.Compo

	ID        string
	Transport wgsmtp.Transport
	Own       bool // the page is the carrier's own, and begins with its summary
}

// Render implements app.Composer.
func (p *carrierNotes) Render() app.UI {
	c, ok := providers.ByID(p.ID)
	if !ok {
		c = providers.Custom()
	}
	items := make([]app.UI, 0, 8)
	if c.ID == customID {
		return el("div", "chosen").Body(el("p", "chosen__none").Text(
			"None of these is chosen: give the mail server under Account, as its operator tells you."))
	}
	if !p.Own {
		items = append(items, el("p", "chosen__line").Body(
			mark(c.Initials),
			el("span").Body(
				el("strong").Text(c.Name),
				app.Text(". "+c.Summary),
			),
		))
	}
	if u := c.Unusable; u != nil {
		items = append(items, app.Raw(unusable(u)))
		return el("div", "chosen").Body(items...)
	}
	if c.Extension != nil && (c.Transport == wgsmtp.TransportSMTP || c.Transport == wgsmtp.TransportExtension) {
		items = append(items, p.ways(c.Extension))
	}
	hints := ""
	for _, n := range c.Notes {
		if n.Severity == "warning" {
			items = append(items, message{Severity: rules.Warning, Text: n.Text}.render())
		} else {
			hints += markup(`<li>§</li>`, n.Text)
		}
	}
	if hints != "" {
		items = append(items, app.Raw(`<details class="panel-more"><summary>Good to know</summary><ul class="chosen__hints">`+hints+`</ul></details>`))
	}
	if c.Docs != "" {
		items = append(items, el("p", "chosen__docs").Body(
			externalLink(c.Docs, "Documentation of "+c.Name),
			el("span", "chosen__checked").Text(" checked "+c.Checked),
		))
	}
	return el("div", "chosen").Body(items...)
}

// unusable says why a carrier cannot work, and offers those that can.
func unusable(u *providers.Unusable) string {
	return markup(`<div class="cdx-message cdx-message--block cdx-message--error"><span class="cdx-message__icon"></span><div class="cdx-message__content"><p>§</p><p>§</p><div class="buttons">¶</div></div></div>`, u.Why, u.Instead, each(u.Try, func(_ int, id *string) string {
		c, ok := providers.ByID(*id)
		if !ok {
			return ""
		}
		return markup(`<button type="button" class="cdx-button" data-do="carrier" data-arg="§">§</button>`, c.ID, "Use "+c.Name)
	}))
}

// ways are the two ways to a carrier that also has an extension.
func (p *carrierNotes) ways(x *providers.Extension) app.UI {
	way := func(t wgsmtp.Transport, text string) app.UI {
		b := el("button").Attr("type", "button").Class("cdx-button", "way").DataSet("do", "transport").DataSet("arg", string(t)).Text(text)
		on := p.Transport == t
		if on {
			b = b.Class("way--on")
		}
		if app.IsClient {
			b = b.Aria("pressed", on)
		}
		return b
	}
	return el("div", "ways").Role("group").Aria("label", "Way to the carrier").Body(
		way(wgsmtp.TransportSMTP, "By SMTP"),
		way(wgsmtp.TransportExtension, "By its extension "+x.Name),
		el("p", "ways__about").Text(x.About),
	)
}

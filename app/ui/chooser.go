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
	return app.Section().ID("section-carrier").Class("section").Aria("labelledby", "heading-carrier").Body(
		app.H2().ID("heading-carrier").Class("section__heading").Text("Who carries the mail"),
		p.cards(),
		p.searchBox(),
		p.chosen(c),
	)
}

func (p *Page) cards() app.UI {
	cards := make([]app.UI, 0, 5)
	index := providers.Index()
	for i := range index {
		c := &index[i]
		if c.Featured == 0 {
			break // those with a card come first
		}
		card := app.Button().Type("button").Class("card").DataSet("do", "carrier").DataSet("arg", c.ID)
		if c.ID == p.state.Config.Carrier {
			card = card.Class("card--chosen")
		}
		if app.IsClient {
			card = card.Aria("pressed", c.ID == p.state.Config.Carrier)
		}
		cards = append(cards, card.Body(
			mark(c.Initials),
			app.Span().Class("card__name").Text(c.Name),
		))
	}
	return app.Div().Class("cards").Role("group").Aria("labelledby", "heading-carrier").Body(cards...)
}

// mark is a carrier's initials, drawn by us: no logos.
func mark(initials string) app.UI {
	return app.Span().Class("mark").Aria("hidden", "true").Text(initials)
}

func (p *Page) searchBox() app.UI {
	in := app.Input().ID(searchID).Type("text").Class("cdx-text-input__input").
		AutoComplete(false).Attr("spellcheck", "false").
		Role("combobox").Aria("autocomplete", "list").Aria("controls", listID).
		Placeholder("Fastmail, Brevo, my web host")
	if app.IsClient {
		in = in.Aria("expanded", p.chooser.open)
		active := ""
		if p.chooser.open && p.chooser.at >= 0 {
			active = optionID(p.chooser.at)
		}
		in = in.Aria("activedescendant", active)
	} else {
		in = in.Aria("expanded", "false")
	}
	return app.Div().Class("cdx-field", "field", "search").Body(
		app.Div().Class("cdx-label").Body(
			app.Label().Class("cdx-label__label").For(searchID).Body(
				app.Span().Class("cdx-label__label__text").Text(fmt.Sprintf("Or search all %d", len(providers.Index()))),
			),
		),
		app.Div().Class("cdx-field__control", "search__control").Body(
			app.Div().Class("cdx-text-input").Body(in),
			p.list(),
		),
	)
}

func (p *Page) list() app.UI {
	list := app.Ul().ID(listID).Class("cdx-menu", "search__list").Role("listbox").Aria("label", "Carriers")
	if !p.chooser.open {
		return list.Hidden(true)
	}
	found := providers.SearchIndex(p.chooser.query)
	items := make([]app.UI, 0, len(found)+1)
	for i := range min(len(found), maxShown) {
		c := &found[i]
		item := app.Li().ID(optionID(i)).Role("option").Class("cdx-menu-item", "search__option").
			DataSet("do", "carrier").DataSet("arg", c.ID).Aria("selected", i == p.chooser.at).
			On("mousedown", keepFocus)
		if i == p.chooser.at {
			item = item.Class("search__option--marked")
		}
		items = append(items, item.Body(
			mark(c.Initials),
			app.Span().Class("search__text").Body(
				app.Span().Class("search__name").Text(c.Name),
				app.Span().Class("search__about").Text(c.Summary),
			),
		))
	}
	if len(found) == 0 {
		items = append(items, app.Li().Role("option").Class("cdx-menu-item", "search__option").
			DataSet("do", "carrier").DataSet("arg", customID).Aria("selected", false).On("mousedown", keepFocus).Body(
			mark("?"),
			app.Span().Class("search__text").Body(
				app.Span().Class("search__name").Text("None of this name"),
				app.Span().Class("search__about").Text("Choose any other mail server and fill in what its operator tells you."),
			),
		))
	}
	return list.Hidden(false).Body(items...)
}

// keepFocus lets a click into the list reach it: the box would lose the focus
// first and close the list.
func keepFocus(_ app.Context, e app.Event) { e.PreventDefault() }

// chosen says what to know about the carrier before filling in.
func (p *Page) chosen(c *providers.Carrier) app.UI {
	items := make([]app.UI, 0, 8)
	if c.ID == customID {
		return app.Div().Class("chosen").Body(app.P().Class("chosen__none").Text(
			"None of these is chosen: give the mail server under Account, as its operator tells you."))
	}
	if p.pageCarrier() != c { // its own page begins with this
		items = append(items, app.P().Class("chosen__line").Body(
			mark(c.Initials),
			app.Span().Body(
				app.Strong().Text(c.Name),
				app.Text(". "+c.Summary),
			),
		))
	}
	if u := c.Unusable; u != nil {
		items = append(items, p.unusable(u))
		return app.Div().Class("chosen").Body(items...)
	}
	if c.Extension != nil && (c.Transport == wgsmtp.TransportSMTP || c.Transport == wgsmtp.TransportExtension) {
		items = append(items, p.ways(c.Extension))
	}
	var hints []app.UI
	for _, n := range c.Notes {
		if n.Severity == "warning" {
			items = append(items, message{Severity: rules.Warning, Text: n.Text}.render())
		} else {
			hints = append(hints, app.Li().Text(n.Text))
		}
	}
	if len(hints) > 0 {
		items = append(items, app.Details().Class("panel-more").Body(
			app.Summary().Text("Good to know"),
			app.Ul().Class("chosen__hints").Body(hints...),
		))
	}
	if c.Docs != "" {
		items = append(items, app.P().Class("chosen__docs").Body(
			externalLink(c.Docs, "Documentation of "+c.Name),
			app.Span().Class("chosen__checked").Text(" checked "+c.Checked),
		))
	}
	return app.Div().Class("chosen").Body(items...)
}

// unusable says why a carrier cannot work, and offers those that can.
func (p *Page) unusable(u *providers.Unusable) app.UI {
	buttons := make([]app.UI, 0, len(u.Try))
	for _, id := range u.Try {
		if c, ok := providers.ByID(id); ok {
			buttons = append(buttons, app.Button().Type("button").Class("cdx-button").
				DataSet("do", "carrier").DataSet("arg", c.ID).Text("Use "+c.Name))
		}
	}
	return app.Div().Class("cdx-message", "cdx-message--block", "cdx-message--error").Body(
		app.Span().Class("cdx-message__icon"),
		app.Div().Class("cdx-message__content").Body(
			app.P().Text(u.Why),
			app.P().Text(u.Instead),
			app.Div().Class("buttons").Body(buttons...),
		),
	)
}

// ways are the two ways to a carrier that also has an extension.
func (p *Page) ways(x *providers.Extension) app.UI {
	way := func(t wgsmtp.Transport, text string) app.UI {
		b := app.Button().Type("button").Class("cdx-button", "way").DataSet("do", "transport").DataSet("arg", string(t)).Text(text)
		on := p.state.Config.Transport == t
		if on {
			b = b.Class("way--on")
		}
		if app.IsClient {
			b = b.Aria("pressed", on)
		}
		return b
	}
	return app.Div().Class("ways").Role("group").Aria("label", "Way to the carrier").Body(
		way(wgsmtp.TransportSMTP, "By SMTP"),
		way(wgsmtp.TransportExtension, "By its extension "+x.Name),
		app.P().Class("ways__about").Text(x.About),
	)
}

// about is what a carrier needs, in words: for readers, and for those whose
// browser runs no program.
func (p *Page) about() app.UI {
	c := p.out.Carrier
	rows := make([]app.UI, 0, 20)
	row := func(term string, text ...string) {
		body := make([]app.UI, 0, len(text))
		for _, t := range text {
			if t != "" {
				body = append(body, app.P().Text(t))
			}
		}
		if len(body) > 0 {
			rows = append(rows, app.Dt().Text(term), app.Dd().Body(body...))
		}
	}
	if u := c.Unusable; u != nil {
		row("Why not", u.Why)
		row("Instead", u.Instead)
	} else {
		row("Servers", hostWords(c)...)
		row("Ports", portWords(c)...)
		row(or(c.User.Label, "User name"), c.User.Hint)
		row(or(c.Secret.Label, "Password"), c.Secret.Hint, sentence(c.Secret.Shape))
		row("Sender", c.Sender.Text)
		row("Limits", c.Limits)
		row("New accounts", c.Sandbox)
		row("DNS", dnsWords(c)...)
	}
	return app.Section().ID("about").Class("about").Aria("labelledby", "heading-about").Body(
		app.H2().ID("heading-about").Text("What "+c.Name+" needs"),
		app.Dl().Class("about__facts").Body(rows...),
		app.P().Class("about__source").Text("Facts checked "+c.Checked+"."),
	)
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

func hostWords(c *providers.Carrier) []string {
	if len(c.Hosts) > 4 {
		return []string{fmt.Sprintf("One for each of %d regions, such as %s (%s).", len(c.Hosts), c.Hosts[0].Host, or(c.Hosts[0].Label, c.Hosts[0].Region))}
	}
	var out []string
	for _, h := range c.Hosts {
		text := or(h.Host, h.Ask)
		if h.Label != "" {
			text += ": " + h.Label
		}
		out = append(out, text)
	}
	return out
}

func portWords(c *providers.Carrier) []string {
	var out []string
	for _, q := range c.Ports {
		text := fmt.Sprintf("%d, %s", q.Port, tlsShort[q.TLS])
		if q.Recommended {
			text += ", recommended"
		}
		if q.Note != "" {
			text += ". " + q.Note
		}
		out = append(out, text)
	}
	return append(out, c.Why)
}

func dnsWords(c *providers.Carrier) []string {
	var out []string
	if c.DNS.SPF != "" {
		out = append(out, "SPF: "+c.DNS.SPF)
	}
	return append(out, c.DNS.Note)
}

// allCarriers are links to every carrier's page, for those whose browser runs
// no program; the search does the same for the others.
func (p *Page) allCarriers() app.UI {
	if app.IsClient {
		return app.Nav().Hidden(true)
	}
	items := make([]app.UI, 0, 128)
	for _, c := range providers.Index() {
		if c.ID != customID {
			items = append(items, app.Li().Body(app.A().Href(p.root()+c.ID+".html").Text(c.Name)))
		}
	}
	return app.Nav().Class("all").Aria("labelledby", "heading-all").Body(
		app.H2().ID("heading-all").Text("All carriers"),
		app.Ul().Class("all__list").Body(items...),
	)
}

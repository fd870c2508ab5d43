// The results: how things stand, the findings, and a tab for each view.

package ui

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/wgsmtp"
)

type tabID string

const (
	tabBlock        tabID = "block"
	tabHeaders      tabID = "headers"
	tabConversation tabID = "conversation"
	tabDelivery     tabID = "delivery"
	tabSteps        tabID = "steps"
	tabLive         tabID = "live"
)

var tabs = []struct {
	id    tabID
	title string
}{
	{tabBlock, "LocalSettings.php"},
	{tabHeaders, "Headers"},
	{tabConversation, "Conversation"},
	{tabDelivery, "Delivery"},
	{tabSteps, "Next steps"},
	{tabLive, "Live test"},
}

func (p *Page) results() app.UI {
	if p.out.Carrier.Unusable != nil {
		return el("section").ID("results").Class("page__results").TabIndex(-1).Aria("label", "Results").Body(
			el("div", "state__row"),
			el("div", "results__none").Body(
				el("h2").Text("No block for "+p.out.Carrier.Name),
				el("p").Text(p.out.Carrier.Unusable.Why),
				el("p").Text(p.out.Carrier.Unusable.Instead),
			),
		)
	}
	return el("section").ID("results").Class("page__results").TabIndex(-1).Aria("label", "Results").Body(
		el("div", "state__row").Body(
			p.part(partFindings, [2]any{p.judgements, p.summary()}),
			p.undoButton(),
		),
		el("div", "cdx-tabs", "results__tabs").Body(
			p.part(partTabs, p.tab),
			el("div", "cdx-tabs__content").Body(p.panels()...),
		),
	)
}

// findings is one line on how things stand, and folded in it the findings: the
// block is what one sees first. An error unfolds them when it appears.
func (p *Page) findings() app.UI {
	mark := el("span", "state__mark")
	text := el("span", "state__text").Text(p.summary())
	if app.IsServer {
		text = el("span", "state__text", "state__text--waiting").Text(
			"Complete but for the examples. The form is checked when the program has loaded.")
	}
	if len(p.judged) == 0 {
		return el("div").Class("results__findings", "state", "state--"+p.mood()).Body(mark, text)
	}
	return el("details").ID(findingsID).Class("results__findings").Body(
		el("summary").Class("state", "state--"+p.mood()).Body(mark, text),
		el("div", "results__list").Body(
			&FindingsPanel{Findings: p.judged, To: p},
		),
	)
}

const findingsID = "findings"

func (p *Page) undoButton() app.UI {
	undo := el("button").Attr("type", "button").Class("cdx-button", "cdx-button--weight-quiet", "state__undo").DataSet("do", "undo")
	if len(p.undo) == 0 {
		return undo.Hidden(true).Text("Undo")
	}
	if app.IsClient {
		undo = undo.Hidden(false)
	}
	return undo.Text("Undo: " + cut(p.undo[len(p.undo)-1].label, 40))
}

func (p *Page) tabHeader() app.UI {
	items := make([]app.UI, 0, len(tabs))
	for _, t := range tabs {
		if app.IsServer {
			// Every panel is there without a program; these lead to them.
			items = append(items, el("a", "cdx-tabs__list__item").Attr("href", "#tabpanel-"+string(t.id)).Text(t.title))
			continue
		}
		on := t.id == p.tab
		index := -1
		if on {
			index = 0
		}
		items = append(items, el("button").Attr("type", "button").ID("tab-"+string(t.id)).Class("cdx-tabs__list__item").
			Role("tab").Aria("selected", on).Aria("controls", "tabpanel-"+string(t.id)).Attr("tabindex", strconv.Itoa(index)).
			DataSet("do", "tab").DataSet("arg", string(t.id)).Text(t.title))
	}
	list := el("div", "cdx-tabs__list")
	if app.IsClient {
		list = list.Role("tablist").Aria("label", "Results").On("keydown", p.onTabKey)
	}
	return el("div", "cdx-tabs__header").Body(list.Body(items...))
}

// onTabKey moves between the tabs as the WAI-ARIA practices have it.
func (p *Page) onTabKey(ctx app.Context, e app.Event) {
	at := 0
	for i := range tabs {
		if tabs[i].id == p.tab {
			at = i
		}
	}
	switch e.Get("key").String() {
	case "ArrowRight":
		at = (at + 1) % len(tabs)
	case "ArrowLeft":
		at = (at + len(tabs) - 1) % len(tabs)
	case "Home":
		at = 0
	case "End":
		at = len(tabs) - 1
	default:
		return
	}
	e.PreventDefault()
	p.tab = tabs[at].id
	ctx.Defer(func(app.Context) {
		if t := app.Window().GetElementByID("tab-" + string(p.tab)); t.Truthy() {
			t.Call("focus")
		}
	})
}

// panels has a place for every tab. In the browser only the chosen one is
// filled; without a program all are, one below the other.
func (p *Page) panels() []app.UI {
	out := make([]app.UI, 0, len(tabs))
	for _, t := range tabs {
		id := "tabpanel-" + string(t.id)
		if app.IsServer {
			heading := el("h2", "results__heading")
			if t.id == tabBlock {
				heading = el("h2", "visually-hidden") // as high as it will be
			}
			out = append(out, el("section", "cdx-tab", "results__panel").ID(id).Body(append([]app.UI{heading.Text(t.title)}, p.inTab(t.id)...)...))
			continue
		}
		s := el("section").ID(id).Class("cdx-tab", "results__panel").Role("tabpanel").
			Aria("labelledby", "tab-"+string(t.id)).TabIndex(0).Hidden(t.id != p.tab)
		if t.id == p.tab {
			s = s.Body(p.inTab(t.id)...)
		}
		out = append(out, s)
	}
	return out
}

// inTab is a tab's panel, and what stands below it.
func (p *Page) inTab(id tabID) []app.UI {
	if id == tabBlock {
		return []app.UI{p.panel(id), p.part(partSharing, p.sharingKey())}
	}
	return []app.UI{p.panel(id)}
}

func (p *Page) panel(id tabID) app.UI {
	o := &p.out
	switch id {
	case tabHeaders:
		o.viewPreview()
		return &HeadersPanel{
			Preview: o.Preview, Release: o.Release, Kind: o.State.Mail, Inputs: o.State.Inputs,
			OnKind: p.onKind, OnInputs: p.onInputs,
		}
	case tabConversation:
		o.viewConversation()
		return &ConversationPanel{
			Transcript: o.Conversation, Transport: o.Shown.Transport, Carrier: o.Carrier.Name,
			Release: o.Release, Kind: o.State.Mail,
		}
	case tabDelivery:
		o.viewDelivery()
		return &DeliveryPanel{Report: o.Delivery, Preview: o.Preview, Config: withoutSecret(o.Shown), Carrier: o.Carrier.Name}
	case tabSteps:
		o.viewSteps()
		return &StepsPanel{Steps: o.Steps}
	case tabLive:
		return p.livePanel()
	}
	b := &BlockPanel{To: p}
	p.fill(b)
	return b
}

// fill gives the panel the block at hand.
func (p *Page) fill(b *BlockPanel) {
	o := &p.out
	c := &o.State.Config
	b.Block, b.Marks, b.Lit = o.Block, p.marks, p.lit
	b.Placeholders, b.Slots = o.Placeholders, printedSlots(&o.Shown)
	b.Secret = c.Secret != "" && c.SecretStyle == wgsmtp.SecretInline && needsSecret(c, o) || keptSecret(o.State.Kept)
	b.Comments, b.LinkBack = c.Comments, c.LinkBack
}

func withoutSecret(c wgsmtp.Config) wgsmtp.Config {
	c.Secret = ""
	return c
}

// bar stands at the bottom of a narrow page.
func (p *Page) bar() app.UI {
	return el("aside", "bar", "state--"+p.mood()).Aria("label", "How things stand").Body(
		el("span", "state__mark"),
		el("span", "state__text").Text(or(p.notice, p.summary())),
		el("button", "cdx-button", "cdx-button--action-progressive", "cdx-button--weight-primary").
			Attr("type", "button").DataSet("do", "copy").Text("Copy"),
	)
}

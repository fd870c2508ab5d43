package ui

import (
	"slices"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/wgsmtp"
)

// takeover is what somebody did in the printed page before the program ran.
// go-app puts its own elements in the place of the printed ones: what was
// typed or chosen goes into the state, and focus, caret and opened folds go to
// the elements that take their place.
type takeover struct {
	focus      string // id of the element with the focus, "" for none
	text       string // what stands in it, where it is a text box
	start, end int    // the selection in it, -1 where there is none
	open       []string
	typing     string // the field in focus, if it was typed in
}

// takeOver reads the printed page. It must run before the first rendering, and
// in the same turn of the browser, so that no key falls between the two.
func (p *Page) takeOver() {
	document := app.Window().Get("document")
	if !document.Truthy() || !document.Call("querySelector", printedSelector).Truthy() {
		return
	}
	t := &takeover{start: -1, end: -1}
	p.taken = t
	if active := document.Get("activeElement"); active.Truthy() && active.Get("id").Truthy() {
		t.focus = active.Get("id").String()
		if active.Get("tagName").String() == "INPUT" {
			t.text = active.Get("value").String()
			// Where the type has no selection this is null.
			if s := active.Get("selectionStart"); s.Type() == app.TypeNumber {
				t.start, t.end = s.Int(), active.Get("selectionEnd").Int()
			}
		}
	}
	details := document.Call("querySelectorAll", "details[open][id]")
	for i := range details.Length() {
		t.open = append(t.open, details.Index(i).Get("id").String())
	}

	// Another region brings a preset, over which goes what was typed.
	ids := make([]string, 0, len(specs))
	for i := range specs {
		ids = append(ids, specs[i].id)
	}
	slices.SortStableFunc(ids, func(a, b string) int { return rank(a == "region") - rank(b == "region") })
	for _, id := range ids {
		p.takeField(t, id)
	}
	if e := app.Window().GetElementByID(searchID); e.Truthy() && e.Get("value").String() != "" {
		p.search(e.Get("value").String())
		p.chooser.open = t.focus == searchID
	}
	// Otherwise the page would follow its address, which knows nothing of it.
	if address := p.address(); location().Get("href").String() != address {
		app.Window().Get("history").Call("replaceState", nil, "", address)
	}
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// takeField takes a field whose control is not as it was printed.
func (p *Page) takeField(t *takeover, id string) {
	f, ok := wgsmtp.FieldByID(id)
	e := app.Window().GetElementByID(id)
	if !ok || !e.Truthy() {
		return
	}
	value, printed := "", ""
	switch {
	case f.Kind == wgsmtp.KindSwitch:
		value, printed = boolText(e.Get("checked").Bool()), boolText(e.Get("defaultChecked").Bool())
	case e.Get("tagName").String() == "SELECT":
		value = e.Get("value").String()
		if o := e.Call("querySelector", "option[selected]"); o.Truthy() {
			printed = o.Get("value").String()
		} else if o := e.Call("querySelector", "option"); o.Truthy() {
			printed = o.Get("value").String()
		}
	default:
		value, printed = e.Get("value").String(), e.Get("defaultValue").String()
	}
	if value == printed {
		return
	}
	if id == t.focus {
		t.typing = id
	} else {
		p.visit(id)
		value = carrierOf(&p.state.Config).Normalise(id, value)
	}
	if id == "region" {
		p.state = p.state.WithCarrier(carrierOf(&p.state.Config), value)
		return
	}
	p.enter(f, value)
}

func boolText(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

// handOver puts focus, caret and folds as they were.
func (p *Page) handOver(ctx app.Context) {
	t := p.taken
	p.taken = nil
	if t == nil {
		return
	}
	for _, id := range t.open {
		if e := app.Window().GetElementByID(id); e.Truthy() {
			e.Set("open", true)
		}
	}
	e := app.Window().GetElementByID(t.focus)
	if t.focus == "" || !e.Truthy() {
		return
	}
	if e.Get("tagName").String() == "INPUT" && e.Get("type").String() != "checkbox" && e.Get("value").String() != t.text {
		e.Set("value", t.text)
	}
	e.Call("focus", map[string]any{"preventScroll": true})
	if t.start >= 0 {
		e.Call("setSelectionRange", t.start, t.end)
	}
	if t.typing != "" {
		p.judgeAfterPause(ctx)
	}
}

package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// printedBring is what somebody did in the printed form of one of the two pages
// before the program ran: as takeover is for the form of a carrier.
type printedBring struct {
	values     map[string]string // of the controls, by id
	checked    bool              // passwords are to be shown
	open       bool              // the part about the wiki is
	file       app.Value         // that was chosen or dropped; nil for none
	focus      string
	start, end int // the selection
}

// takePrinted reads the printed form; nil where there is none. It must run
// before the first rendering, in the same turn of the browser.
func takePrinted(show string, ids ...string) *printedBring {
	document := app.Window().Get("document")
	if !document.Truthy() || !document.Call("querySelector", printedSelector).Truthy() {
		return nil
	}
	t := &printedBring{values: map[string]string{}}
	for _, id := range ids {
		if e := app.Window().GetElementByID(id); e.Truthy() {
			t.values[id] = e.Get("value").String()
		}
	}
	if e := app.Window().GetElementByID(show); e.Truthy() {
		t.checked = e.Get("checked").Bool()
	}
	t.open = document.Call("querySelector", "#bring details[open]").Truthy()
	if e := app.Window().GetElementByID("file"); e.Truthy() && e.Get("files").Get("length").Int() > 0 {
		t.file = e.Get("files").Index(0)
	}
	if e := document.Get("activeElement"); e.Truthy() && e.Get("id").Truthy() {
		t.focus = e.Get("id").String()
		if e.Get("tagName").String() == "TEXTAREA" {
			t.start, t.end = e.Get("selectionStart").Int(), e.Get("selectionEnd").Int()
		}
	}
	return t
}

// handOver puts the focus where it was, once the text areas are filled.
func (t *printedBring) handOver(ctx app.Context) {
	if t == nil || t.focus == "" {
		return
	}
	ctx.Defer(func(app.Context) {
		e := app.Window().GetElementByID(t.focus)
		if !e.Truthy() {
			return
		}
		e.Call("focus", map[string]any{"preventScroll": true})
		if e.Get("tagName").String() == "TEXTAREA" {
			e.Call("setSelectionRange", t.start, t.end)
		}
	})
}

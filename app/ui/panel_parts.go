// Small pieces that the result panels share.
//
// Rules: whatever somebody typed reaches the page as text, or through esc in
// markup of ours. No element takes its style from an attribute. A button that
// only the program can serve is disabled until it runs.

package ui

import (
	"html"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// esc makes text safe in markup, in content and in quoted attributes.
func esc(s string) string { return html.EscapeString(strings.ToValidUTF8(s, "\uFFFD")) }

// Kinds of Codex messages.
const (
	noticeBox  = "notice"
	warningBox = "warning"
	errorBox   = "error"
	successBox = "success"
)

// box is a Codex message in a block of its own.
func box(kind string, body ...app.UI) app.HTMLElem {
	return el("div", "cdx-message", "cdx-message--block", "cdx-message--"+kind).Body(
		el("span", "cdx-message__icon"),
		el("div", "cdx-message__content").Body(body...),
	)
}

// boxed is a Codex message around markup of ours.
func boxed(kind, inner string) string {
	return markup(`<div class="cdx-message cdx-message--block cdx-message--¶"><span class="cdx-message__icon"></span><div class="cdx-message__content">¶</div></div>`, kind, inner)
}

// chip is a Codex info chip: kind is one of the message kinds, or "" for none.
func chip(kind, text string) string {
	if kind == "" {
		return markup(`<span class="cdx-info-chip"><span class="cdx-info-chip__text">§</span></span>`, text)
	}
	return markup(`<span class="cdx-info-chip cdx-info-chip--¶"><span class="cdx-info-chip__icon"></span><span class="cdx-info-chip__text">§</span></span>`, kind, text)
}

// panel is the frame of a panel. Its title is the tab's, so headings in it are
// of the third level.
func panel(id string, body ...app.UI) app.UI {
	return el("div", "panel", "panel--"+id).Body(body...)
}

// toggle is a Codex toggle switch.
func toggle(id, label string, on bool, h app.EventHandler) app.UI {
	input := app.ElemSelfClosing("input").ID(id).Attr("type", "checkbox").Class("cdx-toggle-switch__input").Role("switch").On("change", h)
	if on || app.IsClient {
		input = input.Attr("checked", on)
	}
	if app.IsServer {
		input = input.Attr("disabled", true)
	}
	return el("span", "cdx-toggle-switch").Body(
		input,
		el("span", "cdx-toggle-switch__switch").Body(
			el("span", "cdx-toggle-switch__switch__grip"),
		),
		el("div", "cdx-toggle-switch__label", "cdx-label").Body(
			el("label", "cdx-label__label").Attr("for", id).Body(
				el("span", "cdx-label__label__text").Text(label),
			),
		),
	)
}

// checked is the state of the checkbox that an event comes from.
func checked(ctx app.Context) bool { return ctx.JSSrc().Get("checked").Bool() }

// copyButton copies Text and says that it did.
type copyButton struct {
	app.Compo

	Text    string
	What    string // what is copied, for those who do not see where the button stands: "the block"
	Primary bool

	said string
}

// OnUpdate forgets what was said of another text. It runs when a prop changed.
func (b *copyButton) OnUpdate(app.Context) { b.said = "" }

// Render implements app.Composer.
func (b *copyButton) Render() app.UI {
	button := el("button").Attr("type", "button").Class("cdx-button", "copy__button").
		Aria("label", "Copy "+b.What).On("click", b.onClick).Text("Copy")
	if b.Primary {
		button = button.Class("cdx-button--action-progressive", "cdx-button--weight-primary")
	} else {
		button = button.Class("cdx-button--weight-quiet")
	}
	if app.IsServer {
		button = button.Attr("disabled", true)
	}
	return el("span", "copy").Body(
		button,
		el("span", "copy__said").Role("status").Text(b.said),
	)
}

func (b *copyButton) onClick(ctx app.Context, _ app.Event) {
	copyText(b.Text, func(ok bool) {
		ctx.Dispatch(func(ctx app.Context) {
			b.said = "Copied"
			if !ok {
				b.said = "Not copied: select it and use the keyboard"
			}
			ctx.After(4*time.Second, func(app.Context) { b.said = "" })
		})
	})
}

// copyText puts text on the clipboard and reports whether that worked. Where
// the page may not use the clipboard (not over HTTPS, or refused) a selected
// text area does it the old way.
func copyText(text string, done func(ok bool)) {
	clipboard := app.Window().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		done(copySelected(text))
		return
	}
	var yes, no app.Func
	release := func() { yes.Release(); no.Release() }
	yes = app.FuncOf(func(app.Value, []app.Value) any { release(); done(true); return nil })
	no = app.FuncOf(func(app.Value, []app.Value) any { release(); done(copySelected(text)); return nil })
	clipboard.Call("writeText", text).Call("then", yes, no)
}

func copySelected(text string) bool {
	document := app.Window().Get("document")
	if !document.Truthy() {
		return false
	}
	back := document.Get("activeElement")
	area := document.Call("createElement", "textarea")
	area.Set("value", text)
	area.Set("className", "visually-hidden")
	document.Get("body").Call("appendChild", area)
	area.Call("select")
	ok := document.Call("execCommand", "copy").Bool()
	area.Call("remove")
	if back.Truthy() {
		back.Call("focus")
	}
	return ok
}

// saveText offers text as a file.
func saveText(name, text string) {
	array := app.Window().Get("Array").New()
	array.Call("push", text)
	options := app.Window().Get("Object").New()
	options.Set("type", "text/plain;charset=utf-8")
	url := app.Window().Get("URL").Call("createObjectURL", app.Window().Get("Blob").New(array, options))
	link := app.Window().Get("document").Call("createElement", "a")
	link.Set("href", url)
	link.Set("download", name)
	link.Call("click")
	app.Window().Get("URL").Call("revokeObjectURL", url)
}

// closed padlock and open one, drawn by us. They stand beside words that say
// the same.
const (
	lockShut = `<svg class="lock" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M4 7V5a4 4 0 0 1 8 0v2h1v8H3V7zm2 0h4V5a2 2 0 0 0-4 0z"/></svg>`
	lockOpen = `<svg class="lock lock--open" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="M4 7V4a3.5 3.5 0 0 1 7-.7l-1.9.5A1.5 1.5 0 0 0 6 4v3h7v8H3V7z"/></svg>`
)

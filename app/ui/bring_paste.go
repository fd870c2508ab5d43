package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
)

// pasted is settings in a text area. The text area has dots where passwords
// are, unless they are to be shown; text has them in full.
type pasted struct {
	id     string
	text   string
	masks  masks
	shown  bool
	first  bool          // shown when the form was made
	report *check.Report // nil where there is no text
}

// mostPasted bounds what is read, in bytes.
const mostPasted = 5 << 20

// typed takes what stands in the text area.
func (b *pasted) typed(value string) {
	if b.shown {
		b.text = value
		return
	}
	b.text = b.masks.show(value)
}

// display is what the text area is to have.
func (b *pasted) display() string {
	if b.shown {
		return b.text
	}
	return b.masks.hide(b.text)
}

// look checks the text. What is said of it is returned.
func (b *pasted) look(release string) string {
	if strings.TrimSpace(b.text) == "" {
		b.report, b.masks = nil, nil
		return "Nothing is pasted."
	}
	if len(b.text) > mostPasted {
		b.report = nil
		return fmt.Sprintf("This text has %d MB, and no LocalSettings.php has more than 5.", len(b.text)>>20)
	}
	return b.hold(check.Check([]byte(b.text), release))
}

// take reads a file's bytes as the text.
func (b *pasted) take(src []byte, release string) string {
	r := check.Check(src, release)
	b.text = r.Text
	return b.hold(r)
}

func (b *pasted) hold(r check.Report) string {
	b.report = &r
	b.masks = masksOf(b.text, &r)
	return found(&r)
}

// found is what a report comes to in a few words.
func found(r *check.Report) string {
	if !r.Usable {
		return "No setting of MediaWiki was found in this text."
	}
	var parts []string
	for _, s := range severities {
		n := 0
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Severity == s.severity && !slices.Contains(general, f.Rule) {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, count(n, s.one, s.many))
		}
	}
	if n := len(r.NotUnderstood); n > 0 {
		parts = append(parts, count(n, "place", "places")+" not understood")
	}
	if len(parts) == 0 {
		return "Nothing is wrong in these lines."
	}
	return strings.Join(parts, ", ") + "."
}

// wayIn is how an input event came to be: typing waits for a pause, pasting
// does not.
func wayIn(e app.Event) string {
	if t := e.Get("inputType"); t.Truthy() {
		return t.String()
	}
	return ""
}

// readFile reads a File of the browser, and tells done what is in it. It never
// leaves the page.
func readFile(ctx app.Context, file app.Value, done func(ctx app.Context, src []byte, problem string)) {
	if size := file.Get("size").Float(); size > mostPasted {
		done(ctx, nil, fmt.Sprintf("This file has %.0f MB, and no LocalSettings.php has more than 5.", size/(1<<20)))
		return
	}
	reader := app.Window().Get("FileReader").New()
	var loaded, failed app.Func
	release := func() { loaded.Release(); failed.Release() }
	loaded = app.FuncOf(func(app.Value, []app.Value) any {
		bytes := app.Window().Get("Uint8Array").New(reader.Get("result"))
		src := make([]byte, bytes.Get("length").Int())
		app.CopyBytesToGo(src, bytes)
		release()
		ctx.Dispatch(func(ctx app.Context) { done(ctx, src, "") })
		return nil
	})
	failed = app.FuncOf(func(app.Value, []app.Value) any {
		release()
		ctx.Dispatch(func(ctx app.Context) { done(ctx, nil, "The browser could not read this file.") })
		return nil
	})
	reader.Set("onload", loaded)
	reader.Set("onerror", failed)
	reader.Call("readAsArrayBuffer", file)
}

// dropped is the file that was dropped, if it was one.
func dropped(e app.Event) (app.Value, bool) {
	files := e.Get("dataTransfer").Get("files")
	if !files.Truthy() || files.Get("length").Int() == 0 {
		return nil, false
	}
	return files.Index(0), true
}

// showSwitch shows the passwords and hides them.
func (b *pasted) showSwitch() string {
	id, checked := b.id+"-show", ""
	if b.first {
		checked = " checked"
	}
	return markup(`<div class="cdx-checkbox cdx-checkbox--inline bring__show"><div class="cdx-checkbox__wrapper"><input id="§" type="checkbox" class="cdx-checkbox__input"¶><span class="cdx-checkbox__icon"></span><div class="cdx-checkbox__label cdx-label"><label class="cdx-label__label" for="§"><span class="cdx-label__label__text">Show passwords</span></label></div></div></div>`, id, checked, id)
}

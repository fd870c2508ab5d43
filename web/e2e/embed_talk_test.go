//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// frameElement is an expression for the frame in an embed, or of that id.
func frameElement(id string) string {
	return `(e => e.shadowRoot ? e.shadowRoot.querySelector("iframe") : e)(document.getElementById(` + js(id) + `))`
}

// frameOf is the page within an embed, which runs in a process of its own, as
// another site's does. It is for looking and speaking in; what a person does
// goes through the page around it (see press and write).
func (p *tab) frameOf(id string) *tab {
	p.t.Helper()
	src := eval[string](p, frameElement(id)+`.src`)
	src, _, _ = strings.Cut(src, "#")
	var found target.ID
	for range 600 {
		infos, err := chromedp.Targets(p.ctx)
		if err != nil {
			p.t.Fatal(err)
		}
		own := chromedp.FromContext(p.ctx).BrowserContextID
		for _, info := range infos {
			if info.Type == "iframe" && (own == "" || info.BrowserContextID == own) && strings.HasPrefix(info.URL, src) {
				found = info.TargetID
			}
		}
		if found != "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if found == "" {
		p.t.Fatalf("no frame is at %s", src)
	}
	ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(found))
	p.t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		p.t.Fatal(err)
	}
	f := &tab{t: p.t, ctx: ctx, origin: p.others[0]}
	f.await("the program in "+id, running)
	return f
}

// press clicks what a selector finds in a frame with the mouse: the browser
// finds out by itself whose the place is.
func (p *tab) press(id string, f *tab, selector string) {
	p.t.Helper()
	// Into view first, from the outside: only the page around it scrolls.
	const middle = `(s => { const e = document.querySelector(s); if (!e) return null; const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2] })`
	at := eval[[]float64](f, middle+`(`+js(selector)+`)`)
	if len(at) != 2 {
		p.t.Fatalf("%s has no %s", id, selector)
	}
	corner := eval[[]float64](p, `(f => { const top = f.getBoundingClientRect().top + scrollY; scrollTo(0, top + `+js(at[1])+` - innerHeight / 2); const r = f.getBoundingClientRect(); return [r.left, r.top] })(`+frameElement(id)+`)`)
	p.settle()
	p.do(chromedp.MouseClickXY(corner[0]+at[0], corner[1]+at[1]))
	f.settle()
}

// write fills a field in a frame, as a person does.
func (p *tab) write(id string, f *tab, field, text string) {
	p.t.Helper()
	f.show(field)
	f.settle()
	p.press(id, f, "#"+field)
	eval[bool](f, `document.activeElement.select() === undefined`)
	if got := eval[string](f, `document.activeElement.id`); got != field {
		p.t.Fatalf("%s: a click on #%s put the focus on %q", id, field, got)
	}
	p.do(call(input.InsertText, input.InsertTextParams{Text: text}))
	f.await(field+" to be filled", `document.getElementById(`+js(field)+`).value === `+js(text))
	f.settle()
}

// copies presses Copy in a frame, and gives what the reader then has.
func (p *tab) copies(id string, f *tab) string {
	p.t.Helper()
	n := eval[int](p, `events.filter(e => e.type === "copied" && e.id === `+js(id)+`).length`)
	// Findings come a moment after the last key, and may move the button.
	f.await("the button at rest", `new Promise(r => { const at = () => document.querySelector(".panel--block .copy__button").getBoundingClientRect().top + " " + document.documentElement.scrollHeight, before = at(); setTimeout(() => r(before === at()), 1200) })`)
	p.press(id, f, ".panel--block .copy__button")
	p.await(id+" to say that it copied", `events.filter(e => e.type === "copied" && e.id === `+js(id)+`).length > `+js(n))
	return p.pasted()
}

// pasted is what lies in the clipboard, which is pasted into a field of the
// page around.
func (p *tab) pasted() string {
	p.t.Helper()
	eval[bool](p, `(() => { const a = document.createElement("textarea"); a.id = "paste"; a.setAttribute("aria-label", "x"); document.body.prepend(a); a.focus(); return true })()`)
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, input.DispatchKeyEventParams{
				Type: kind, Modifiers: 2, Key: "v", Code: "KeyV", WindowsVirtualKeyCode: 'V', Commands: []string{"paste"},
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	p.await("something pasted", `document.getElementById("paste").value !== ""`)
	return eval[string](p, `(a => { const v = a.value; a.remove(); return v })(document.getElementById("paste"))`)
}

// What the page around an embed hears while somebody works in it: that it runs,
// how high it is, that something was copied; the block only where it asked, and
// a password never, whether it asked or not.
func TestEmbedTellsItsPage(t *testing.T) {
	const marker = "Marker-pa55word!"
	p := openHost(t)
	p.do(call(target.ActivateTarget, target.ActivateTargetParams{TargetID: chromedp.FromContext(p.ctx).Target.TargetID}))
	for _, id := range []string{"first", "second", "fourth"} {
		p.scrolled(id)
		f := p.frameOf(id)
		p.write(id, f, "user", "somebody@example.org")
		p.write(id, f, "secret", marker)
		f.await("the password in the block, as dots", `[...document.querySelectorAll("[data-line]")].some(e => e.textContent.includes("•"))`)
		p.screenshot("embed-typed-" + id)

		// Copying works, and hands the reader the whole block.
		if got := p.copies(id, f); !strings.Contains(got, "=> '"+marker+"'") || !strings.Contains(got, "somebody@example.org") {
			t.Errorf("%s: what was copied is\n%s", id, got)
		}
		p.await(id+"'s height", `(e => e.shadowRoot.querySelector("iframe").offsetHeight === events.filter(x => x.type === "resize" && x.id === e.id).pop().height)(document.getElementById(`+js(id)+`))`)
		if !eval[bool](p, `["ready", "resize", "copied"].every(type => events.some(e => e.type === type && e.id === `+js(id)+`))`) {
			t.Errorf("%s: heard %s", id, eval[string](p, `events.filter(e => e.id === `+js(id)+`).map(e => e.type).join(" ")`))
		}
	}

	p.await("the block with what was typed", `events.some(e => e.type === "change" && e.id === "first" && e.block.includes("somebody@example.org") && e.block.includes("•"))`)
	if got := eval[string](p, `[...new Set(events.filter(e => e.type === "change").map(e => e.id))].sort().join(" ")`); got != "first second" {
		t.Errorf("the block was told of %q, want the two that have the attribute", got)
	}
	if eval[int](p, `messages.length`) < 9 {
		t.Fatal("the messages were not heard")
	}
	everything := eval[string](p, `JSON.stringify(events) + JSON.stringify(messages)`)
	if strings.Contains(everything, marker) || strings.Contains(everything, "pa55word") {
		t.Error("the password is in a message")
	}
	// Laid open on the screen it is still nobody else's.
	f := p.frameOf("first")
	before := eval[int](p, `events.filter(e => e.type === "change").length`)
	eval[bool](f, `document.getElementById("block-secret").click() === undefined`)
	f.await("the password to be readable", `document.querySelector("#results").textContent.includes(`+js(marker)+`)`)
	p.write("first", f, "user", "another@example.org")
	time.Sleep(time.Second)
	if eval[bool](p, `JSON.stringify(events).includes("pa55word") || JSON.stringify(messages).includes("pa55word")`) {
		t.Errorf("a password that is laid open is told (%d events before)", before)
	}
}

// Where the page around is not over HTTPS there is no clipboard API, and
// copying works all the same.
func TestEmbedCopiesWithoutHTTPS(t *testing.T) {
	p := openHostAt(t, "wiki.example.org")
	p.do(call(target.ActivateTarget, target.ActivateTargetParams{TargetID: chromedp.FromContext(p.ctx).Target.TargetID}))
	p.scrolled("first")
	f := p.frameOf("first")
	if eval[bool](f, `"clipboard" in navigator`) {
		t.Fatal("there is a clipboard: this shows nothing")
	}
	if got := p.copies("first", f); !strings.Contains(got, "smtp.gmail.com") {
		t.Errorf("copied %q", got)
	}
}

// The frame looks as its page does, and changes with it.
func TestEmbedFollowsTheme(t *testing.T) {
	p := openHost(t)
	const theme = `document.documentElement.dataset.theme`
	frames := map[string]*tab{}
	for _, id := range []string{"first", "second", "third"} {
		p.scrolled(id)
		frames[id] = p.frameOf(id)
	}
	look := func(when, first, second string) {
		t.Helper()
		for id, want := range map[string]string{"first": first, "second": second, "third": "dark"} {
			frames[id].await(fmt.Sprintf("%s to be %s %s", id, want, when), theme+` === `+js(want))
		}
	}
	look("at first", "light", "light")
	light := eval[string](frames["first"], `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color`)

	eval[bool](p, `document.documentElement.className = "night"; true`)
	look("in the night", "dark", "dark")
	if got := eval[string](frames["first"], `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.body).color`); got == light {
		t.Errorf("it says dark and has the colours of light: %s", got)
	}
	eval[bool](p, `document.getElementById("first").scrollIntoView() === undefined`)
	frames["first"].settle()
	p.settle()
	p.screenshot("embed-night")

	eval[bool](p, `document.documentElement.className = ""; true`)
	look("by day", "light", "light")
	eval[bool](p, `document.getElementById("second").setAttribute("theme", "dark") === undefined`)
	look("by its attribute", "light", "dark")
}

// Nothing in a frame changes by a message that is not its page's, or not in
// the protocol's words; and its page hears nothing of it.
func TestEmbedRefusesForeignMessages(t *testing.T) {
	p := openHost(t)
	// Without the element, as the description allows: only so can a stranger
	// get at the frame at all. The element's is in a shadow tree.
	eval[bool](p, `(f => { f.id = f.name = "plain"; f.title = "Mail settings"; f.src = `+js(p.others[0])+` + "/embed/postmark.html?theme=light"; document.body.append(f); f.scrollIntoView(); return true })(document.createElement("iframe"))`)
	f := p.frameOf("plain")
	eval[bool](f, `window.heard = []; window.addEventListener("message", e => heard.push(e.data)); true`)
	const state = `document.documentElement.outerHTML + location.href`
	// It may be out of view, where nothing is painted: so it is waited for by time.
	f.await("the page at rest", `new Promise(r => { const before = `+state+`; setTimeout(() => r(before === `+state+`), 1500) })`)
	before := eval[string](f, state)

	// From a third site's frame beside it, and from the frame itself, in the
	// right words; and from its page in wrong ones.
	p.await("the stranger", `stranger.dataset.loaded === "yes"`)
	eval[bool](p, `stranger.contentWindow.postMessage("attack", "*") === undefined`)
	eval[bool](f, `window.postMessage({wgsmtp: 1, type: "theme", theme: "dark"}, "*") === undefined`)
	wrong := eval[int](p, `(wrong => { wrong.forEach(m => document.getElementById("plain").contentWindow.postMessage(m, "*")); return wrong.length })([
		null, 1, "theme", [], {}, {type: "theme", theme: "dark"}, {wgsmtp: 2, type: "theme", theme: "dark"}, {wgsmtp: "1", type: "theme", theme: "dark"},
		{wgsmtp: 1}, {wgsmtp: 1, type: "set", carrier: "mailgun"}, {wgsmtp: 1, type: ["theme"], theme: "dark"}, {wgsmtp: 1, type: "theme", theme: "<b>"},
		{wgsmtp: 1, type: "theme"}, {wgsmtp: 1, type: "theme", theme: {dark: 1}}, {wgsmtp: 1, type: "hello", events: "change"}, {wgsmtp: 1, type: "hello", events: {includes: 1}},
	])`)
	f.await("all messages", `heard.length === `+js(wrong+3))
	time.Sleep(300 * time.Millisecond)
	if got := eval[string](f, state); got != before {
		t.Errorf("a message changed the page:\n%s\nbefore:\n%s", got, before)
	}
	if eval[bool](p, `messages.some(m => m.type === "change" && m.block.includes("postmarkapp"))`) {
		t.Error("the block was told to a page that asked wrongly")
	}

	// What the stranger says to the page in a frame's name is not believed.
	p.scrolled("first")
	eval[bool](p, `stranger.contentWindow.postMessage("pretend", "*") === undefined`)
	p.await("the stranger's words", `messages.some(m => m.height === 6666)`)
	if eval[bool](p, `events.some(e => e.height === 6666 || e.block === "x") || [...document.querySelectorAll("wgsmtp-configurator")].some(e => e.offsetHeight === 6666)`) {
		t.Error("the element believed a stranger")
	}

	// The page's own words, being right, do change it: the frame was listening.
	eval[bool](p, `(w => { w.postMessage({wgsmtp: 1, type: "theme", theme: "dark"}, "*"); w.postMessage({wgsmtp: 1, type: "hello", events: ["change"]}, "*"); return true })(document.getElementById("plain").contentWindow)`)
	f.await("dark", `document.documentElement.dataset.theme === "dark"`)
	p.await("the block", `messages.some(m => m.type === "change" && m.block.includes("postmarkapp"))`)
}

// strangerPage lies in a third site's frame, and tries both sides.
const strangerPage = `<!doctype html><title>stranger</title><script>
addEventListener("message", (e) => {
	if (e.data === "attack") {
		for (const m of [{wgsmtp: 1, type: "theme", theme: "dark"}, {wgsmtp: 1, type: "hello", events: ["change"]}]) parent.frames.plain.postMessage(m, "*");
	} else if (e.data === "pretend") {
		for (const m of [{wgsmtp: 1, type: "resize", height: 6666}, {wgsmtp: 1, type: "ready"}, {wgsmtp: 1, type: "change", block: "x"}]) parent.postMessage(m, "*");
	}
});
</script>`

// noStorage is true in a page that was refused storage, and has been given what
// storage.js puts in its place.
const noStorage = `"value" in (Object.getOwnPropertyDescriptor(window, "localStorage") || {})`

// Where the browser gives a frame of another site no storage, or none to
// anybody, embeds work as ever.
func TestEmbedWithoutStorage(t *testing.T) {
	for name, tt := range map[string]struct {
		profile map[string]any
		shut    string // true in a frame whose storage is shut
	}{
		// As the setting "Block third-party cookies" does it.
		"third-party": {map[string]any{"cookie_controls_mode": 1, "block_third_party_cookies": true},
			`(() => { document.cookie = "a=1; SameSite=None; Secure"; return document.cookie === "" })()`},
		// "Don't allow sites to save data on your device".
		"all": {map[string]any{"default_content_setting_values": map[string]any{"cookies": 2}},
			noStorage},
	} {
		t.Run(name, func(t *testing.T) {
			parent := chromiumWith(t, tt.profile)
			p := openHostIn(t, parent, "localhost")
			for _, id := range []string{"first", "second", "third"} {
				p.scrolled(id)
				f := p.frameOf(id)
				if id != "second" && !eval[bool](f, tt.shut) {
					t.Fatalf("%s has storage: this shows nothing", id)
				}
				if id == "second" && !eval[bool](f, noStorage) {
					t.Error("the sandboxed frame has storage")
				}
				if id == "third" {
					if !eval[bool](f, `document.querySelector("#results").textContent.includes("eu-west-1")`) {
						t.Errorf("the block is\n%s", f.block())
					}
					continue
				}
				p.write(id, f, "user", "somebody@example.org")
				f.await("the block to follow", `[...document.querySelectorAll("[data-line]")].some(e => e.textContent.includes("somebody@example.org"))`)
			}
			p.await("the first to tell its block", `events.some(e => e.type === "change" && e.id === "first" && e.block.includes("somebody@example.org"))`)
		})
	}
}

// chromiumWith starts a browser of its own with settings in its profile.
func chromiumWith(t *testing.T, profile map[string]any) context.Context {
	t.Helper()
	need(t, "chromium", "chromium")
	dir, err := os.MkdirTemp(scratch, "profile-")
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(map[string]any{"profile": profile})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "Default"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Default", "Preferences"), b, 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := startChromium(dir)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = chromedp.Cancel(ctx) })
	return ctx
}

// strangerSite is a third site.
func strangerSite(t *testing.T) string {
	t.Helper()
	origin, _ := startGo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, strangerPage)
	}))
	return strings.Replace(origin, "127.0.0.1", "mail.example.org", 1)
}

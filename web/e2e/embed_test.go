//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hostPage is somebody else's page with four embeds: one that tells of its
// block, one in a sandbox, one that only shows a block, one that tells nothing;
// and with a frame of a third site. %[1]s is where wgsmtp lies, %[2]s the third.
const hostPage = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>How our wiki sends mail</title><link rel="stylesheet" href="style.css"></head>
<body>
<h1>How our wiki sends mail</h1>
<wgsmtp-configurator id="first" carrier="gmail" release="1.43" server="https://wiki.example.org" theme="auto" compact events="change">
<a href="%[1]sgmail.html">Mail settings for Gmail</a>
</wgsmtp-configurator>
<wgsmtp-configurator id="second" carrier="fastmail" sandbox events="change"><a href="%[1]sfastmail.html">Mail settings for Fastmail</a></wgsmtp-configurator>
<wgsmtp-configurator id="third" view="block" theme="dark" carrier="amazon-ses" state="1;carrier=amazon-ses&amp;region=eu-west-1&amp;sender=wiki%%40example.org"><a href="%[1]samazon-ses.html">Mail settings for Amazon SES</a></wgsmtp-configurator>
<wgsmtp-configurator id="fourth" carrier="mailgun" theme="light"><a href="%[1]smailgun.html">Mail settings for Mailgun</a></wgsmtp-configurator>
<iframe id="stranger" title="Somebody else" src="%[2]s"></iframe>
<script src="%[1]sembed.js"></script>
<script src="listen.js"></script>
</body></html>
`

// listenScript keeps every event, and all that comes by postMessage.
const listenScript = `
window.events = [];
window.messages = [];
const stranger = document.getElementById("stranger");
stranger.addEventListener("load", () => stranger.dataset.loaded = "yes");
for (const type of ["ready", "resize", "copied", "change"]) {
	document.addEventListener("wgsmtp-" + type, (e) => events.push({type, id: e.target.id, ...e.detail}));
}
window.addEventListener("message", (e) => messages.push({origin: e.origin, ...e.data}));
`

// hostSite serves the host page with a strict policy of its own, which lets
// wgsmtp's script and frames in, and nothing inline.
func hostSite(t *testing.T, wgsmtp, name string) (host, stranger string) {
	t.Helper()
	stranger = strangerSite(t)
	mux := http.NewServeMux()
	serve := func(path, mediaType, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'self' "+wgsmtp+"; frame-src "+wgsmtp+" "+stranger+"; style-src 'self'")
			fmt.Fprint(w, body)
		})
	}
	serve("/page.html", "text/html", fmt.Sprintf(hostPage, wgsmtp, stranger))
	serve("/style.css", "text/css", "#fourth { margin-top: 3000px } body { background: #fff; color: #202122; font-family: sans-serif } .night body { background: #101418; color: #eaecf0 }")
	serve("/empty.html", "text/html", "<!doctype html><title>empty</title>")
	serve("/listen.js", "text/javascript", listenScript)
	origin, _ := startGo(t, mux)
	// Another name for the same machine: another site, not only another origin.
	return strings.Replace(origin, "127.0.0.1", name, 1), stranger
}

func openHost(t *testing.T) *tab { return openHostAt(t, "localhost") }

// openHostAt opens the host page under a name of this machine.
func openHostAt(t *testing.T, name string) *tab {
	t.Helper()
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	return openHostIn(t, parent, name, chromedp.WithNewBrowserContext())
}

func openHostIn(t *testing.T, parent context.Context, name string, opts ...chromedp.ContextOption) *tab {
	t.Helper()
	wgsmtp, err := served()
	if err != nil {
		t.Fatal(err)
	}
	host, stranger := hostSite(t, wgsmtp+"/", name)
	p := openIn(t, parent, host, "/empty.html", view{1000, 1200, false}, opts...)
	p.others = []string{wgsmtp, stranger}
	p.navigate("/page.html")
	return p
}

// scrolled brings an embed near, and waits until its program runs.
func (p *tab) scrolled(id string) {
	p.t.Helper()
	eval[bool](p, `document.getElementById(`+js(id)+`).scrollIntoView() === undefined`)
	p.await(id+" to be ready", `events.some(e => e.type === "ready" && e.id === `+js(id)+`)`)
	p.settle()
}

func TestEmbed(t *testing.T) {
	p := openHost(t)

	if eval[int](p, `document.querySelectorAll("wgsmtp-configurator").length`) != 4 {
		t.Fatal("not four embeds")
	}
	p.scrolled("first")
	if eval[bool](p, `document.getElementById("fourth").shadowRoot !== null`) {
		t.Error("a frame is loaded that is far from the view")
	}
	p.screenshot("embed-first")
	p.scrolled("second")
	p.screenshot("embed-second")
	p.scrolled("third")
	p.screenshot("embed-third")
	p.scrolled("fourth")

	// As high as what is in it; the inner link gives way.
	for _, id := range []string{"first", "second", "third"} {
		p.await(id+"'s height", `(e => { const r = events.filter(x => x.type === "resize" && x.id === `+js(id)+`).pop(); const f = e.shadowRoot.querySelector("iframe"); return r && r.height > 100 && f.offsetHeight === r.height })(document.getElementById(`+js(id)+`))`)
		if !eval[bool](p, `document.querySelector("#`+id+` a").offsetHeight === 0`) {
			t.Errorf("%s: the inner link is still there", id)
		}
	}
	if eval[bool](p, `(h => h("third") >= h("first"))(id => document.getElementById(id).offsetHeight)`) {
		t.Error("the block alone is as high as the form")
	}

	// The one that asked is told its block, with the values it was given.
	p.await("the block", `events.some(e => e.type === "change" && e.id === "first" && e.block.includes("smtp.gmail.com"))`)
	if eval[bool](p, `events.some(e => e.type === "change" && e.id !== "first" && e.id !== "second")`) {
		t.Error("an embed that was not asked tells its block")
	}

	p.await("the address of the wiki in its state", `events.some(e => e.type === "change" && e.id === "first" && e.block.includes("https://wiki.example.org"))`)
	// The sandboxed one has no origin, and runs all the same.
	if !eval[bool](p, `messages.some(m => m.origin === "null" && m.type === "ready")`) {
		t.Error("no word from a frame without an origin")
	}

	// And the element listens to its own frame alone.
	n := eval[int](p, `events.length`)
	eval[bool](p, `window.postMessage({wgsmtp: 1, type: "resize", height: 7777}, "*") === undefined`)
	p.settle()
	if got := eval[int](p, `[...document.querySelectorAll("wgsmtp-configurator")].filter(e => e.offsetHeight === 7777).length`); got != 0 {
		t.Errorf("a foreign message changed a height (%d events, then %d)", n, eval[int](p, `events.length`))
	}
}

// A page that wgsmtp did not make for frames is not shown in one.
func TestFramesAreRefused(t *testing.T) {
	wgsmtp, err := served()
	if err != nil {
		t.Fatal(err)
	}
	for path, allowed := range map[string]bool{"/": false, "/gmail.html": false, "/404.html": false, "/embed/gmail.html": true, "/embed/": true} {
		resp, _ := get(t, wgsmtp+path)
		if got := !strings.Contains(resp.Header.Get("Content-Security-Policy"), "frame-ancestors"); got != allowed {
			t.Errorf("%s may be framed: %v, want %v", path, got, allowed)
		}
	}
}

// Where the script is blocked the inner link stands there.
func TestEmbedBlocked(t *testing.T) {
	wgsmtp, err := served()
	if err != nil {
		t.Fatal(err)
	}
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	page := fmt.Sprintf(hostPage, wgsmtp+"/", "about:blank")
	origin, _ := startGo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, strings.ReplaceAll(page, "<script", "<!-- <script"))
	}))
	p := openIn(t, parent, origin, "/", wide, chromedp.WithNewBrowserContext())
	if !eval[bool](p, `[...document.querySelectorAll("wgsmtp-configurator a")].every(a => a.offsetHeight > 0)`) {
		t.Error("the inner links are not to be seen")
	}
}

// axe-core finds nothing in a page for frames.
func TestEmbedAccessibility(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	for name, v := range map[string]view{"light": wide, "narrow-dark": {320, 700, true}} {
		for _, query := range []string{"", "?compact", "?view=block"} {
			t.Run(name+query, func(t *testing.T) {
				p := open(t, "/embed/gmail.html"+query, v)
				p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
				if found := eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 150)).join(" ")))`); len(found) > 0 {
					t.Errorf("%s", strings.Join(found, "\n"))
				}
				if w := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
					t.Errorf("%d px too wide", w)
				}
				p.screenshot("embed-page" + strings.NewReplacer("?", "-", "=", "-").Replace(query) + "-" + name)
			})
		}
	}
}

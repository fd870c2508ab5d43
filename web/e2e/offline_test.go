//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// installed waits until the build at a folder can do without the network.
func (p *tab) installed() {
	p.t.Helper()
	p.await("the service worker", `navigator.serviceWorker.getRegistration().then(r => r && r.scope === new URL(".", location.href).href && r.active && r.active.state === "activated")`)
}

// cached are the names of all caches of the origin.
func (p *tab) cached() []string {
	p.t.Helper()
	return eval[[]string](p, `caches.keys()`)
}

// go to an address, or "" for the same one, as the page itself would: chromedp's
// own way takes it for a failure when the network does not answer, although the
// service worker does.
func (p *tab) moveTo(address string) {
	p.t.Helper()
	do := `location.reload()`
	if address != "" {
		do = `location.assign(` + js(address) + `)`
	}
	eval[bool](p, `(window.before = true, setTimeout(() => { `+do+` }, 0), true)`)
	next := chromedp.Evaluate[bool](`!window.before && document.readyState === "complete"`)
	for range 600 {
		// An error here is the page going away under the question.
		if there, err := chromedp.Run(p.ctx, next); err == nil && there {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("waited in vain for %s", address)
}

func (p *tab) pageVersion() string {
	p.t.Helper()
	return versionOf(eval[string](p, `fetch(location.pathname).then(r => r.text())`))
}

// After one visit, with the server gone: reload, other pages, a new tab.
func TestOffline(t *testing.T) {
	for _, server := range webServers {
		for _, base := range []string{"/", "/tools/smtp/"} {
			t.Run(server.name+base, func(t *testing.T) {
				origin, stop := server.start(t, www(t))
				p := visit(t, origin, base)
				p.installed()
				stop()
				p.do(call(network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: true, DownloadThroughput: -1, UploadThroughput: -1}))
				p.moveTo("")
				p.awaitProgram()
				p.moveTo(base + "postfix.html")
				p.awaitProgram()
				if !strings.Contains(p.block(), "127.0.0.1") {
					t.Errorf("postfix.html without a network: %q", p.block())
				}
				if server.name == "without-html" {
					p.moveTo(base + "gmail")
					p.awaitProgram()
				}
				q := p.another(base + "amazon-ses.html?from=somewhere#1;carrier=amazon-ses&region=eu-west-1")
				q.awaitProgram()
				if !strings.Contains(q.block(), "eu-west-1") {
					t.Errorf("a link without a network: %q", q.block())
				}
				if got := q.Problems(); len(got) > 0 {
					t.Errorf("without a network: %q", got)
				}
			})
		}
	}
}

// The next build comes while a form is filled: it is offered, not taken, and
// what was typed stays. Nothing of the version beside it, or of anybody else, is
// touched; and an update that is broken changes nothing.
func TestUpdate(t *testing.T) {
	dir := t.TempDir()
	smtp := filepath.Join(dir, "tools", "smtp")
	put(t, siteOf(t, firstVersion), dir)
	put(t, siteOf(t, firstVersion), smtp)
	origin, _ := startBare(t, dir)

	beside := visit(t, origin, "/")
	beside.installed()
	p := beside.another("/tools/smtp/gmail.html")
	p.awaitProgram()
	eval[bool](p, `caches.open("somebody else's").then(c => c.put("/x", new Response("kept"))).then(() => true)`)
	p.installed()
	before := p.cached()
	if len(before) != 3 {
		t.Fatalf("caches: %q, want one of each folder and somebody else's", before)
	}
	p.moveTo("") // now under the worker
	p.awaitProgram()
	p.fill("server", "https://wiki.example.org")
	p.fill("sender", "our.wiki@gmail.com")
	p.fill("secret", "abcdefghijklmnop")

	// A page of the next version that is not whole.
	put(t, siteOf(t, secondVersion), smtp)
	page := filepath.Join(smtp, "zoho-mail.html")
	whole, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, whole[:len(whole)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	const update = `navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => true, () => true)`
	eval[bool](p, `navigator.serviceWorker.getRegistration().then(r => new Promise(done => { r.addEventListener("updatefound", () => { const w = r.installing; w.addEventListener("statechange", () => w.state === "redundant" && done(true)) }); r.update() }))`)
	if eval[bool](p, `!document.getElementById("offline-bar").hidden`) {
		t.Error("a broken version is offered")
	}
	if got := p.pageVersion(); got != firstVersion {
		t.Errorf("after a broken update the page is of version %q", got)
	}

	// Whole again.
	if err := os.WriteFile(page, whole, 0o644); err != nil {
		t.Fatal(err)
	}
	eval[bool](p, update)
	p.await("the offer", `!document.getElementById("offline-bar").hidden`)
	if words := eval[string](p, `document.querySelector("#offline-bar p").textContent`); !strings.Contains(words, "password") {
		t.Errorf("a password was typed, and the offer says %q", words)
	}
	p.screenshot("update-offer")
	if got := eval[string](p, `document.getElementById("server").value + document.getElementById("secret").value`); got != "https://wiki.example.orgabcdefghijklmnop" {
		t.Errorf("the form was touched: %q", got)
	}
	if got := p.pageVersion(); got != firstVersion {
		t.Errorf("before anybody asked for it the page is of version %q", got)
	}
	after := "\n" + strings.Join(p.cached(), "\n") + "\n"
	for _, name := range before {
		if !strings.Contains(after, "\n"+name+"\n") {
			t.Errorf("the cache %q is gone", name)
		}
	}
	if got := beside.pageVersion(); got != firstVersion {
		t.Errorf("the version at the root is now %q", got)
	}
}

//go:build e2e

package e2e

import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
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
	p.awaitAnew(address, `!window.before && document.readyState === "complete"`)
}

// awaitAnew waits for something to be true in the page that comes in the place
// of this one.
func (p *tab) awaitAnew(what, expression string) {
	p.t.Helper()
	there := chromedp.Evaluate[bool](expression)
	for range 600 {
		// An error here is the page going away under the question.
		if yes, err := chromedp.Run(p.ctx, there); err == nil && yes {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("waited in vain for %s", what)
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
				if base == "/" { // where the first version is
					p.moveTo("/release-1.39.html")
					p.await("a release's page", `document.querySelector("h1").textContent.includes("1.39") && getComputedStyle(document.querySelector(".page__header")).display === "flex"`)
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

// halve leaves half of a file, as a copy that is still going on, and gives how
// to make it whole.
func halve(t *testing.T, file string) (whole func()) {
	t.Helper()
	kept := map[string][]byte{}
	write := func(name string, b []byte) {
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{file, file + ".gz", file + ".br"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		kept[name] = b
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	write(file, kept[file][:len(kept[file])/2])
	return func() {
		for name, b := range kept {
			write(name, b)
		}
	}
}

// The next build comes while a form is filled: it is offered, not taken; it is
// taken when asked for, and nothing that was typed is lost. Nothing of the
// version beside it, or of anybody else, is touched; and an update that is
// broken changes nothing.
func TestUpdate(t *testing.T) {
	for _, server := range webServers {
		if server.name == "nginx" || server.name == "bare" {
			t.Run(server.name, func(t *testing.T) { testUpdate(t, server) })
		}
	}
}

func testUpdate(t *testing.T, server webServer) {
	const secret = "qwzkvyxmtrplshgd"
	dir := t.TempDir()
	// nginx drops to a user who must get in.
	for d := dir; d != filepath.Dir(os.TempDir()) && d != "/"; d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil {
			t.Fatal(err)
		}
		if d == os.TempDir() {
			break
		}
	}
	smtp := filepath.Join(dir, "tools", "smtp")
	put(t, siteOf(t, firstVersion), dir)
	put(t, siteOf(t, firstVersion), smtp)
	origin, _ := server.start(t, dir)

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
	p.fill("secret", secret)

	// Half of the pages of the next version are there.
	put(t, siteOf(t, secondVersion), smtp)
	mend := halve(t, filepath.Join(smtp, "pages.json"))
	const update = `navigator.serviceWorker.getRegistration().then(r => r.update()).then(() => true, () => true)`
	eval[bool](p, `navigator.serviceWorker.getRegistration().then(r => new Promise(done => { r.addEventListener("updatefound", () => { const w = r.installing; w.addEventListener("statechange", () => w.state === "redundant" && done(true)) }); r.update() }))`)
	if eval[bool](p, `!document.getElementById("offline-bar").hidden`) {
		t.Error("a broken version is offered")
	}
	if got := p.pageVersion(); got != firstVersion {
		t.Errorf("after a broken update the page is of version %q", got)
	}

	mend()
	eval[bool](p, update)
	p.await("the offer", `!document.getElementById("offline-bar").hidden`)
	p.screenshot("update-offer")
	if got := eval[string](p, `document.getElementById("server").value + document.getElementById("secret").value`); got != "https://wiki.example.org"+secret {
		t.Errorf("the form was touched: %q", got)
	}
	if got := p.pageVersion(); got != firstVersion {
		t.Errorf("before anybody asked for it the page is of version %q", got)
	}
	// Typed right before, and the field not left.
	p.fill("sitename", "Example Wiki")
	eval[bool](p, `(addEventListener("pagehide", () => localStorage.setItem("seen", JSON.stringify(sessionStorage))), true)`)
	p.do(chromedp.Click(chromedp.CSS("#offline-reload")))
	p.awaitAnew("the new version", `document.querySelector("meta[name=description]").content === `+js(secondWords))
	p.awaitProgram()
	p.await("the password", `document.getElementById("secret").value !== ""`)
	p.settle()
	if got := eval[string](p, `["server", "sender", "sitename", "secret"].map(id => document.getElementById(id).value).join("|")`); got != "https://wiki.example.org|our.wiki@gmail.com|Example Wiki|"+secret {
		t.Errorf("after the reload the form has %q", got)
	}
	if !eval[bool](p, `document.getElementById("offline-bar").hidden`) {
		t.Error("the new version is offered again")
	}
	// The program has it, too, and not only the field.
	p.await("the password in the block to be copied", `document.querySelector("#results").textContent.includes("••")`)
	if got := p.copied(); !strings.Contains(got, secret) || !strings.Contains(got, "our.wiki@gmail.com") {
		t.Errorf("copied after the reload: %q", got)
	}
	// And nothing that lasts has.
	stored := eval[string](p, `(async () => {
		const databases = await indexedDB.databases();
		let all = JSON.stringify([location.href, history.state, localStorage, sessionStorage, window.name, document.cookie, databases]);
		for (const name of await caches.keys()) {
			const cache = await caches.open(name);
			for (const request of await cache.keys()) {
				all += request.url + await (await cache.match(request)).text();
			}
		}
		return all.includes(`+js(secret)+`) ? "found: " + all.slice(0, 500) : localStorage.getItem("seen") + Object.keys(sessionStorage).length;
	})()`)
	if !strings.Contains(stored, "wgsmtp handed over") || !strings.HasSuffix(stored, "0") || strings.HasPrefix(stored, "found") {
		t.Errorf("what is stored of the password: %.600s", stored)
	}

	after := p.cached()
	gone := 0
	for _, name := range before {
		if !slices.Contains(after, name) {
			gone++
			if !strings.HasPrefix(name, "wgsmtp /tools/smtp/ ") {
				t.Errorf("the cache %q is gone", name)
			}
		}
	}
	if len(after) != 3 || gone != 1 {
		t.Errorf("caches before %q, after %q", before, after)
	}
	if got := beside.pageVersion(); got != firstVersion {
		t.Errorf("the version at the root is now %q", got)
	}
}

// counted puts a proxy before a server, which keeps what is asked for.
func counted(t *testing.T, server string) (origin string, asked func() []string) {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(u)
	var mu sync.Mutex
	var paths []string
	origin, _ = startGo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		paths = append(paths, r.URL.Path)
		mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	return origin, func() []string {
		mu.Lock()
		defer mu.Unlock()
		out := paths
		paths = nil
		return out
	}
}

// The first visit asks for each file that the page names, once, for the service
// worker and for the pages; the second for the worker alone, by which the browser sees
// whether there is a new version.
func TestRequests(t *testing.T) {
	fingerprint := regexp.MustCompile(`\.[0-9a-f]{12}\.`)
	for _, server := range webServers[:3] {
		for _, base := range []string{"/", "/tools/smtp/"} {
			t.Run(server.name+base, func(t *testing.T) {
				behind, _ := server.start(t, www(t))
				origin, asked := counted(t, behind)
				// Not in a private window: those keep no file as large as the program.
				parent, err := chromium()
				if err != nil {
					t.Fatal(err)
				}
				p := openIn(t, parent, origin, base, wide)
				p.awaitProgram()
				p.installed()
				var first []string
				for _, path := range asked() {
					// Asked for by the browser itself, which sees whether it can install the site.
					if path == base+"manifest.webmanifest" || strings.HasSuffix(path, ".svg") {
						continue
					}
					first = append(first, fingerprint.ReplaceAllString(strings.TrimPrefix(path, base), "."))
				}
				slices.Sort(first)
				// The loader's file is a worker's as well, which may come before it is put away.
				if i := slices.Index(first, "loader.js"); i >= 0 && i+1 < len(first) && first[i+1] == "loader.js" {
					first = slices.Delete(first, i, i+1)
				}
				if want := []string{"", "app.wasm", "early.js", "loader.js", "offline.js", "pages.json", "site.css", "sw.js"}; !slices.Equal(first, want) {
					t.Errorf("the first visit asks for %q, want %q", first, want)
				}

				q := p.another(base + "gmail.html")
				q.awaitProgram()
				// The page's own worker is asked for when nobody has typed for some seconds.
				q.await("the check for a new version", `performance.now() > 8000`)
				q.moveTo(base + "postfix.html")
				q.awaitProgram()
				for _, path := range asked() {
					if path != base+"sw.js" {
						t.Errorf("the second visit asks for %q", path)
					}
				}
			})
		}
	}
}

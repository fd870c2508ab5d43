//go:build e2e

package e2e

import (
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// saying is what a program says, while it says it.
type saying struct {
	mu sync.Mutex
	b  strings.Builder
}

func (s *saying) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *saying) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// serveLive is a `wgsmtp serve` of its own that trusts the mail host's
// authority, as PHP is told to. It gives its origin and its log.
func serveLive(t *testing.T, caFile string, args ...string) (origin string, log *saying) {
	t.Helper()
	addr := freeAddr(t)
	log = new(saying)
	cmd := exec.Command(program, append([]string{"serve", "--addr", addr}, args...)...)
	cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+caFile)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	awaitPort(t, addr)
	return "http://" + addr, log
}

// openLive opens a page of an origin, and waits until the program runs.
func openLive(t *testing.T, origin, path string, v view) *tab {
	t.Helper()
	need(t, "chromium", "chromium")
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	p := openIn(t, parent, origin, path, v, chromedp.WithNewBrowserContext())
	p.await("the program to run", `!document.querySelector("[data-printed]") && !!document.querySelector("#form #server")`)
	return p
}

// liveSteps are the steps that are shown: "tcp ok".
func (p *tab) liveSteps() []string {
	p.t.Helper()
	return eval[[]string](p, `[...document.querySelectorAll(".live-step")].map(e => e.dataset.step + " " + e.className.match(/live-step--(\w+)/)[1])`)
}

// runLive starts a test and gives its verdict.
func (p *tab) runLive() string {
	p.t.Helper()
	runs := eval[string](p, `(document.querySelector(".live__run h3") || {}).textContent || ""`)
	p.click("#live-start")
	p.await("the verdict", `document.querySelector(".live__run h3").textContent !== `+js(runs)+` && !!document.querySelector(".live__verdict")`)
	return eval[string](p, `document.querySelector(".live__verdict").textContent`)
}

// axeFinds are the violations that axe-core sees in the page.
func (p *tab) axeFinds() []string {
	p.t.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		p.t.Fatalf("axe-core is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
	return eval[[]string](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.help + " " + v.nodes.map(n => n.html.slice(0, 200)).join(" | ")))`)
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for range 200 {
		if so() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("waited in vain for %s", what)
}

func fillOwnServer(p *tab, port, tls, secret string) {
	p.t.Helper()
	p.fill("server", "https://wiki.example.org")
	p.fill("sitename", "Example Wiki")
	p.fill("sender", mailUser)
	p.fill("host", "smtp.example.org")
	p.fill("port", port)
	p.choose("tls", tls)
	p.fill("user", mailUser)
	p.fill("secret", secret)
}

// The live test in the page, against the real mail host: settings that work,
// what fails with its mend, and a test that is cancelled. The password is seen
// nowhere.
func TestLive(t *testing.T) {
	host := needMailHost(t)
	origin, log := serveLive(t, host.CAFile)
	for _, v := range []struct {
		name string
		view view
	}{{"wide", wide}, {"narrow", narrow}, {"dark", dark}} {
		t.Run(v.name, func(t *testing.T) { testLive(t, origin, log, v.name, v.view) })
	}
}

func testLive(t *testing.T, origin string, log *saying, name string, v view) {
	const wrong = "wrong-9Xq2LmT4"
	p := openLive(t, origin, "/own-server.html", v)
	p.click("#tab-live")
	p.click("#live-start")
	if eval[string](p, `document.activeElement.id`) != "host" {
		t.Error("a test without a host leads to no field to fill in")
	}
	axe := func(when string) {
		t.Helper()
		for _, f := range p.axeFinds() {
			t.Errorf("axe, %s: %s", when, f)
		}
		p.screenshot("live-" + name + "-" + strings.ReplaceAll(when, " ", "-"))
		for _, secret := range []string{mailSecret, wrong} {
			for where, text := range map[string]string{
				"page":    eval[string](p, `document.documentElement.textContent + document.querySelector("#results").outerHTML`),
				"storage": eval[string](p, `JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie])`),
				"log":     log.String(),
			} {
				if strings.Contains(text, secret) {
					t.Errorf("%s: a password is in the %s", when, where)
				}
			}
		}
	}
	axe("before")
	fillOwnServer(p, "465", "implicit", mailSecret)

	// All is well.
	if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") {
		t.Fatalf("verdict: %s\n%q\n%s", got, p.liveSteps(), log)
	}
	steps := p.liveSteps()
	// The certificate is for a day only.
	for _, want := range []string{"settings ok", "resolve ok", "tcp ok", "tls ok", "greeting ok", "ehlo ok", "auth ok", "mail ok", "rcpt ok", "quit ok", "certificate warning"} {
		if !slices.Contains(steps, want) {
			t.Errorf("the right settings: %q, missing %q", steps, want)
		}
	}
	if text := eval[string](p, `document.querySelector(".live__talk").innerText`); !strings.Contains(text, "EHLO") || !strings.Contains(text, "RCPT TO:<"+mailUser+">") {
		t.Errorf("the conversation: %s", text)
	}
	if text := eval[string](p, `document.querySelector("[data-step=certificate]").innerText`); !strings.Contains(text, "not MediaWiki’s") {
		t.Errorf("a look is not marked: %s", text)
	}
	axe("well")

	// A wrong password: the step, MediaWiki's words, and why.
	p.fill("secret", wrong)
	if got := p.runLive(); !strings.Contains(got, "535") {
		t.Errorf("a wrong password: %s", got)
	}
	if steps := p.liveSteps(); !slices.Contains(steps, "auth failed") || slices.Contains(steps, "mail ok") {
		t.Errorf("a wrong password: %q", steps)
	}
	if text := eval[string](p, `(document.querySelector("[data-step=auth] [data-entry]") || {}).innerText || ""`); !strings.Contains(text, "password") {
		t.Errorf("a wrong password: why: %q", text)
	}
	p.click("[data-do=go][data-arg=live-why]")
	if got := eval[string](p, `document.activeElement.id`); got != "live-why" {
		t.Errorf("the way to the reason leads to %q", got)
	}
	axe("wrong password")
	p.fill("secret", mailSecret)

	// A wrong way to encrypt: what works is offered, and can be undone.
	p.fill("port", "587")
	if !eval[bool](p, `document.querySelector(".live__run").innerText.includes("The form has changed since")`) {
		t.Error("the run does not say that the form has changed")
	}
	p.runLive()
	if steps := p.liveSteps(); !slices.Contains(steps, "tls failed") {
		t.Errorf("TLS where STARTTLS is: %q", steps)
	}
	for _, button := range []string{"live-offer", "live-mend"} {
		if !eval[bool](p, `!!document.querySelector("[data-do=`+button+`]")`) {
			t.Errorf("TLS where STARTTLS is: no button %s in %s", button, eval[string](p, `document.querySelector(".live__run").innerText`))
		}
	}
	p.click("[data-do=live-offer]")
	now := `document.getElementById("port").value + " " + document.getElementById("tls").value`
	if got := eval[string](p, now); got != "465 implicit" && got != "587 starttls" {
		t.Errorf("the offer makes %s", got)
	}
	if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") {
		t.Errorf("with what was offered: %s", got)
	}
	p.click(".state__undo")
	if got := eval[string](p, now); got != "587 implicit" {
		t.Errorf("undone it is %s", got)
	}
	p.click(".live__run ~ section summary")
	if n := eval[int](p, `document.querySelectorAll(".live__compare thead th").length`); n != 4 {
		t.Errorf("%d runs to compare, want 4", n)
	}
	axe("compared")
	if eval[bool](p, `document.documentElement.scrollWidth > document.documentElement.clientWidth`) {
		t.Error("the page scrolls sideways")
	}

	// Cancelled by the button, while the server is silent.
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	_, port, _ := net.SplitHostPort(silent.Addr().String())
	p.fill("port", port)
	p.choose("tls", "none")
	stopped := strings.Count(log.String(), "result=stopped")
	p.click("#live-start")
	p.await("the connection", `!!document.querySelector("[data-step=resolve]")`)
	axe("running")
	p.click("[data-do=live-cancel]")
	if got := eval[string](p, `document.querySelector(".live__verdict").textContent`); got != "The test was cancelled." {
		t.Errorf("cancelled: %s", got)
	}
	if got := eval[string](p, `document.activeElement.id`); got != "live-start" {
		t.Errorf("the focus is on %q", got)
	}
	eventually(t, "the cancelled test to end", func() bool { return strings.Count(log.String(), "result=stopped") > stopped })
	// And by leaving for another page of the program, with the run kept.
	p.click("#live-start")
	p.await("the connection", `document.querySelectorAll("[data-step=resolve]").length === 1 && !document.querySelector(".live__verdict")`)
	p.do(chromedp.Navigate(origin + "/gmail.html"))
	eventually(t, "the test that was left to end", func() bool { return strings.Count(log.String(), "result=stopped") > stopped+1 })
}

// A static site asks nobody by itself. It says how to run the test on the
// wiki's host; with the address of one that allows this site, it is used.
func TestLiveFromStaticSite(t *testing.T) {
	host := needMailHost(t)
	static, stop := startBare(t, siteOf(t, firstVersion))
	defer stop()
	backend, log := serveLive(t, host.CAFile, "--allow-origin", static)
	p := openLive(t, static, "/own-server.html", wide)
	p.others = []string{backend}
	fillOwnServer(p, "465", "implicit", mailSecret)
	p.click("#tab-live")
	text := eval[string](p, `document.querySelector("#tabpanel-live").innerText`)
	for _, want := range []string{"wgsmtp serve --allow-origin " + static, "ssh -N -L 8080:127.0.0.1:8080 wiki.example.org"} {
		// A site on loopback is allowed anyway.
		if strings.HasPrefix(static, "http://127.0.0.1") {
			want = strings.TrimSuffix(want, " --allow-origin "+static)
		}
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
	if eval[bool](p, `document.querySelector("#live-start").offsetParent !== null`) {
		t.Error("a test can be started, and there is nobody to answer it")
	}
	for _, f := range p.axeFinds() {
		t.Errorf("axe: %s", f)
	}
	p.screenshot("live-static")

	p.fill("live-address", "https://evil.example")
	p.click(".live__address button")
	if got := eval[string](p, `document.querySelector(".live__problem").textContent`); !strings.Contains(got, "your own machine only") {
		t.Errorf("a foreign address: %q", got)
	}
	p.fill("live-address", strings.TrimPrefix(backend, "http://"))
	p.click(".live__address button")
	p.await("the button", `document.querySelector("#live-start").offsetParent !== null`)
	if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") {
		t.Errorf("verdict: %s\n%s", got, log)
	}
	for _, asked := range p.requests {
		if strings.HasPrefix(asked, backend) && asked != backend+"/api/probe" {
			t.Errorf("asked for %s", asked)
		}
	}
	if strings.Contains(log.String(), mailSecret) {
		t.Error("the password is in the log")
	}
}

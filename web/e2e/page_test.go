//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// evaluated is what PHP makes of a block: each variable by name.
func evaluated(t *testing.T, block string) map[string]any {
	t.Helper()
	need(t, "php", "php-cli")
	cmd := exec.Command("php", "-d", "display_errors=stderr", "-r",
		`(static function () { function wfLoadExtension( $x ) {} eval( stream_get_contents( STDIN ) ); echo json_encode( array_filter( get_defined_vars(), static fn ( $k ) => str_starts_with( $k, 'wg' ), ARRAY_FILTER_USE_KEY ) ); })();`)
	cmd.Stdin = strings.NewReader(block)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("php: %v %s\n%s", err, stderr.String(), block)
	}
	var vars map[string]any
	if err := json.Unmarshal(out, &vars); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return vars
}

// expect compares the evaluated block with values by path: "wgSMTP.host".
func expect(t *testing.T, vars map[string]any, want map[string]any) {
	t.Helper()
	for path, v := range want {
		var got any = vars
		for part := range strings.SplitSeq(path, ".") {
			m, _ := got.(map[string]any)
			got = m[part]
		}
		if fmt.Sprint(got) != fmt.Sprint(v) {
			t.Errorf("%s is %q, want %q", path, got, v)
		}
	}
}

// errors are the findings that keep mail from working.
func (p *tab) errors() []string {
	var out []string
	for _, f := range p.findings() {
		if strings.HasPrefix(f, "Error") {
			out = append(out, f)
		}
	}
	return out
}

// The five carriers on the cards, from the start page to the block in the
// clipboard, filled in as their users would.
func TestCarriers(t *testing.T) {
	for _, tc := range []struct {
		carrier string
		fill    func(p *tab)
		want    map[string]any
	}{
		{"gmail", func(p *tab) {
			p.fill("sender", "our.wiki@gmail.com")
			p.fill("user", "our.wiki@gmail.com")
			p.fill("secret", "abcd efgh ijkl mnop")
		}, map[string]any{
			"wgSMTP.host": "ssl://smtp.gmail.com", "wgSMTP.port": 465, "wgSMTP.auth": true,
			"wgSMTP.username": "our.wiki@gmail.com", "wgSMTP.password": "abcdefghijklmnop", "wgPasswordSender": "our.wiki@gmail.com",
		}},
		{"amazon-ses", func(p *tab) {
			p.choose("region", "eu-central-1")
			p.fill("sender", "wiki@example.org")
			p.fill("user", "AKIAIOSFODNN7EXAMPLE")
			p.fill("secret", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY") // the example of AWS's own documentation
			p.click(`[data-rule="ses-iam-secret"]`)
		}, map[string]any{
			"wgSMTP.host": "ssl://email-smtp.eu-central-1.amazonaws.com", "wgSMTP.port": 465, "wgSMTP.auth": true,
			"wgSMTP.username": "AKIAIOSFODNN7EXAMPLE",
			// by hand, HMAC-SHA256 over the date 11111111, the region, ses, aws4_request and SendRawEmail
			"wgSMTP.password": "BF0/eIJm0ruTHsSjOkRuOGzGF+zeSyE3aiRzrzUQ8LwG",
		}},
		{"mailgun", func(p *tab) {
			p.choose("region", "eu")
			p.fill("sender", "wiki@mg.example.org")
			p.fill("user", "wiki@mg.example.org")
			p.fill("secret", `it's a "$secret"`)
		}, map[string]any{
			"wgSMTP.host": "ssl://smtp.eu.mailgun.org", "wgSMTP.port": 465, "wgSMTP.auth": true,
			"wgSMTP.username": "wiki@mg.example.org", "wgSMTP.password": `it's a "$secret"`,
		}},
		{"postfix", func(p *tab) {
			p.fill("sender", "wiki@example.org")
		}, map[string]any{
			"wgSMTP.host": "127.0.0.1", "wgSMTP.port": 25, "wgSMTP.auth": false, "wgPasswordSender": "wiki@example.org",
		}},
		{"isp", func(p *tab) {
			p.fill("sender", "wiki@example.org")
			p.fill("host", "relay.example.net")
		}, map[string]any{
			"wgSMTP.host": "relay.example.net", "wgSMTP.port": 25, "wgSMTP.auth": false,
		}},
	} {
		t.Run(tc.carrier, func(t *testing.T) {
			p := open(t, "/", wide)
			p.click(`.card[data-arg="` + tc.carrier + `"]`)
			p.fill("server", "https://wiki.example.org")
			p.fill("sitename", "Example Wiki")
			tc.fill(p)
			block := p.copied()
			expect(t, evaluated(t, block), tc.want)
			if e := p.errors(); len(e) > 0 {
				t.Errorf("complete, and yet: %q", e)
			}
			p.screenshot("carrier-" + tc.carrier)
			for _, panel := range []string{"headers", "conversation", "delivery", "steps"} {
				p.click("#tab-" + panel)
				if text := eval[string](p, `document.getElementById("tabpanel-`+panel+`").innerText`); len(text) < 200 {
					t.Errorf("%s says little: %q", panel, text)
				}
				p.screenshot("carrier-" + tc.carrier + "-" + panel)
			}
		})
	}
}

// Wrong turns, and the way back from each.
func TestWrongTurns(t *testing.T) {
	p := open(t, "/own-server.html", wide)
	p.fill("server", "https://wiki.example.org")
	p.fill("sitename", "Example Wiki")
	p.fill("sender", "wiki@example.org")
	p.fill("user", "wiki@example.org")
	p.fill("secret", "for this test only")
	p.fill("host", "mail.example.org")
	if e := p.errors(); len(e) > 0 {
		t.Fatalf("complete, and yet: %q", e)
	}

	// 465 with STARTTLS hangs: said, mended with one click, the mend undone.
	p.choose("tls", "starttls")
	p.await("an error", `[...document.querySelectorAll(".finding__message")].some(e => e.textContent.startsWith("Error"))`)
	wrong := evaluated(t, p.copied())
	expect(t, wrong, map[string]any{"wgSMTP.host": "mail.example.org", "wgSMTP.port": 465})
	p.click(`.finding [data-rule]`)
	if e := p.errors(); len(e) > 0 {
		t.Errorf("mended, and yet: %q", e)
	}
	mended := p.copied()
	p.click(`[data-do="undo"]`)
	expect(t, evaluated(t, p.copied()), map[string]any{"wgSMTP.host": "mail.example.org", "wgSMTP.port": 465})
	p.choose("tls", "implicit")
	p.await("no error any more", `![...document.querySelectorAll(".finding__message")].some(e => e.textContent.startsWith("Error"))`)
	if p.copied() != mended {
		t.Errorf("465 with implicit TLS by hand is not what the mend gave:\n%s", mended)
	}

	// An empty host is asked for; nothing else is lost.
	p.fill("host", "")
	p.await("the question for the host", `/fill in|missing|mail server/i.test(document.querySelector("#results").textContent)`)
	p.fill("host", "mail.example.org")
	expect(t, evaluated(t, p.copied()), map[string]any{"wgSMTP.host": "ssl://mail.example.org", "wgSMTP.password": "for this test only"})

	// A port that is none says so beside the field.
	p.fill("port", "587/tls")
	p.do(chromedp.KeyEvent(kb.Tab))
	p.await("a word at the port", `document.getElementById("port-messages").textContent.includes("587/tls")`)
	p.fill("port", "465")

	// Whatever is typed is quoted so that PHP reads exactly it.
	nasty := `'"\ $x {$y} ?> <?php // # */ %s 😀 é`
	long := strings.Repeat("0123456789", 1000)
	p.fill("user", nasty)
	p.fill("secret", nasty+`\`)
	p.fill("sender", `o'brien+"x"@example.org`)
	p.fill("sitename", `</script><img src=x onerror=alert(1)> "`+nasty)
	p.fill("ehlo-name", long)
	expect(t, evaluated(t, p.copied()), map[string]any{
		"wgSMTP.username": nasty, "wgSMTP.password": nasty + `\`, "wgSMTP.localhost": long, "wgPasswordSender": `o'brien+"x"@example.org`,
	})
	if n := eval[int](p, `document.querySelectorAll("#results img, #results script").length`); n != 0 {
		t.Errorf("%d elements came out of what was typed", n)
	}
	for _, panel := range []string{"headers", "conversation", "delivery", "steps", "block"} {
		p.click("#tab-" + panel)
		if w := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
			t.Errorf("%s is %d px too wide with long values", panel, w)
		}
	}
}

// The address follows what is chosen, without the secret, and opens to the
// same state; Back and Forward work.
func TestLink(t *testing.T) {
	p := open(t, "/", wide)
	p.click(`.card[data-arg="gmail"]`)
	p.fill("server", "https://wiki.example.org")
	p.fill("sitename", "Zoë's Wiki")
	p.fill("sender", "our.wiki@gmail.com")
	p.fill("user", "our.wiki@gmail.com")
	p.fill("secret", "abcdefghijklmnop")
	p.choose("release", "1.35")
	p.await("the address to follow", `location.hash.includes("1.35")`)
	url := eval[string](p, `location.href`)
	kept := eval[string](p, `location.href + JSON.stringify(Object.entries(localStorage)) + JSON.stringify(Object.entries(sessionStorage)) + document.cookie + JSON.stringify(history.state)`)
	if strings.Contains(kept, "abcdefghijklmnop") {
		t.Errorf("the secret is kept: %s", kept)
	}
	want := strings.ReplaceAll(p.copied(), "abcdefghijklmnop", "your-app-password")

	again := open(t, strings.TrimPrefix(url, p.origin), wide)
	if got := again.copied(); got != want {
		t.Errorf("the link opens to\n%s\nwant\n%s", got, want)
	}

	p.click(`.card[data-arg="postfix"]`)
	p.await("Postfix's block", `document.querySelector("#results").textContent.includes("127.0.0.1")`)
	p.do(chromedp.NavigateBack())
	p.await("Gmail's block again", `document.querySelector("#results").textContent.includes("smtp.gmail.com")`)
	p.do(chromedp.NavigateForward())
	p.await("Postfix's block again", `document.querySelector("#results").textContent.includes("127.0.0.1")`)
}

// With the keyboard alone, from the top of the page to the block in the
// clipboard; focus is always to be seen.
func TestKeyboard(t *testing.T) {
	p := open(t, "/", wide)
	reach := func(what, isThere string) {
		t.Helper()
		for range 150 {
			p.do(chromedp.KeyEvent(kb.Tab))
			if !eval[bool](p, `(e => e === document.body || (() => { const s = getComputedStyle(e), r = e.getBoundingClientRect(); const o = e.matches(".cdx-checkbox__input, .cdx-toggle-switch__input") ? getComputedStyle(e.nextElementSibling) : s; return r.width >= 1 && (o.outlineStyle !== "none" || o.boxShadow !== "none" || o.borderColor !== "") })())(document.activeElement)`) {
				t.Errorf("focus is not to be seen on %s", eval[string](p, `document.activeElement.outerHTML.slice(0, 200)`))
			}
			if eval[bool](p, `(e => `+isThere+`)(document.activeElement)`) {
				return
			}
		}
		t.Fatalf("Tab does not reach %s", what)
	}
	typed := func(id, text string) {
		t.Helper()
		reach(id, `e.id === "`+id+`"`)
		p.do(chromedp.KeyEvent(text))
		p.settle()
	}
	reach("the card of Gmail", `e.dataset.arg === "gmail"`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.settle()
	typed("server", "https://wiki.example.org")
	typed("sitename", "Example Wiki")
	typed("sender", "our.wiki@gmail.com")
	typed("user", "our.wiki@gmail.com")
	typed("secret", "abcdefghijklmnop")
	reach("Connection", `e.matches("#section-connection summary")`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.settle()
	typed("port", "") // in the section that Enter opened
	reach("the tabs", `e.getAttribute("role") === "tab"`)
	p.do(chromedp.KeyEvent(kb.ArrowRight))
	p.settle()
	if !eval[bool](p, `document.activeElement.id === "tab-headers" && document.activeElement.getAttribute("aria-selected") === "true"`) {
		t.Error("the right arrow does not lead to the next tab")
	}
	p.do(chromedp.KeyEvent(kb.ArrowLeft))
	p.settle()
	reach("Copy", `e.matches(".copy__button")`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.await("the word that it is copied", `/copied/i.test(document.querySelector(".copy__said").textContent)`)
	expect(t, evaluated(t, p.copied()), map[string]any{"wgSMTP.host": "ssl://smtp.gmail.com", "wgSMTP.username": "our.wiki@gmail.com"})
}

// The search finds a carrier that is not on a card.
func TestSearch(t *testing.T) {
	p := open(t, "/", wide)
	p.fill("carrier-search", "brevo")
	p.await("a hit", `document.querySelectorAll("#carrier-list [role=option]").length > 0`)
	p.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.await("Brevo's block", `document.querySelector("#results").textContent.includes("brevo.com")`)
	// One that cannot work says so, and what to take instead.
	p = open(t, "/outlook-com.html", wide)
	if text := eval[string](p, `document.querySelector("#section-carrier").innerText`); !strings.Contains(text, "Outlook.com") || eval[int](p, `document.querySelectorAll(".chosen button[data-do=carrier]").length`) == 0 {
		t.Errorf("no way out of Outlook.com: %s", text)
	}
}

// axe-core finds nothing, in light, dark and narrow, and nothing is wider than
// a small telephone.
func TestAccessibility(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	type violation struct {
		ID, Help string
		Nodes    []struct{ HTML string }
	}
	for name, v := range map[string]view{"light": wide, "dark": dark, "narrow": narrow, "narrow-dark": {320, 700, true}} {
		for _, path := range []string{"/", "/gmail.html", "/amazon-ses.html", "/outlook-com.html", "/php-mail.html", "/404.html", "/releases.html", "/release-1.43.html", "/release-1.18.html", "/live-test.html"} {
			t.Run(name+path, func(t *testing.T) {
				var p *tab
				if path == "/404.html" || strings.HasPrefix(path, "/release") || path == "/live-test.html" {
					p = openStill(t, path, v)
				} else {
					p = open(t, path, v)
				}
				p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
				check := func(what string) {
					t.Helper()
					for _, f := range eval[[]violation](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v => ({ID: v.id, Help: v.help, Nodes: v.nodes.map(n => ({HTML: n.html}))})))`) {
						t.Errorf("%s: %s: %s", what, f.ID, f.Help)
						for _, n := range f.Nodes[:min(3, len(f.Nodes))] {
							t.Logf("    %.300s", n.HTML)
						}
					}
					if w := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
						t.Errorf("%s is %d px too wide", what, w)
					}
					p.screenshot(strings.ReplaceAll(name+path, "/", "-") + "-" + what)
				}
				check("as it opens")
				if path != "/gmail.html" {
					return
				}
				for _, panel := range []string{"headers", "conversation", "delivery", "steps"} {
					p.click("#tab-" + panel)
					check(panel)
				}
				eval[bool](p, `document.querySelectorAll("details").forEach(d => d.open = true) === undefined`)
				p.settle()
				check("unfolded")
			})
		}
	}
}

// Without JavaScript every carrier's page has its block, and says how to use it.
func TestWithoutJavaScript(t *testing.T) {
	for _, path := range []string{"/", "/gmail.html", "/postfix.html", "/mailgun.html"} {
		p := openStill(t, path, wide)
		p.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(p.origin+path))
		time.Sleep(200 * time.Millisecond)
		if block := p.block(); !strings.Contains(block, "$wgSMTP") {
			t.Errorf("%s has no block: %q", path, block)
		} else {
			evaluated(t, block)
		}
		p.screenshot("nojs" + strings.ReplaceAll(path, "/", "-"))
	}
}

// Typing an address names its carrier, and one click chooses it.
func TestSuggestion(t *testing.T) {
	p := open(t, "/", wide)
	p.fill("sender", "our.wiki@gmail.com")
	p.do(chromedp.KeyEvent(kb.Tab))
	p.await("the suggestion", `/Gmail/.test(document.getElementById("sender-messages").textContent)`)
	p.click(`#sender-messages button[data-do="carrier"]`)
	p.await("Gmail's server in the block", `document.getElementById("results").textContent.includes("ssl://smtp.gmail.com")`)
}

// The switch of colours overrides the system, and is remembered; nothing else is.
func TestTheme(t *testing.T) {
	p := open(t, "/gmail.html", wide)
	background := func() string { return eval[string](p, `getComputedStyle(document.body).backgroundColor`) }
	light := background()
	p.choose("theme", "dark")
	if background() == light {
		t.Error("dark looks like light")
	}
	if kept := eval[string](p, `JSON.stringify(Object.entries(localStorage))`); kept != `[["theme","dark"]]` {
		t.Errorf("kept: %s", kept)
	}
	chosen := background()
	p.do(chromedp.Reload())
	p.await("the page again", `!document.querySelector("[data-printed]") && !!document.querySelector("#form #server")`)
	if background() != chosen {
		t.Error("the choice is forgotten")
	}
	p.choose("theme", "light")
	if background() != light {
		t.Error("light again looks different")
	}
}

// Nothing jumps: neither when the program takes the page over, nor while one
// types, folds and looks at the panels.
func TestLayoutShift(t *testing.T) {
	for _, v := range []view{wide, {390, 844, false}} {
		p := openStill(t, "/gmail.html", v)
		eval[bool](p, `(() => { window.shifts = []; new PerformanceObserver(l => l.getEntries().forEach(e => { if (!e.hadRecentInput) shifts.push(e.value) })).observe({type: "layout-shift", buffered: true}); return true })()`)
		p.await("the program to run", `!document.querySelector("[data-printed]") && !!document.querySelector("#form #server")`)
		p.fill("server", "https://wiki.example.org")
		p.fill("sitename", "Example Wiki")
		p.settle()
		if sum := eval[float64](p, `shifts.reduce((a, b) => a + b, 0)`); sum > 0.01 {
			t.Errorf("%d px wide: the layout shifts by %.3f", v.Width, sum)
		}
	}
}

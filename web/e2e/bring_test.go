//go:build e2e

package e2e

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// mounted is true once the program has put its page in the place of the
// prerendered one.
const mounted = `!!document.querySelector("button.skip-link")`

// bring opens one of the pages for what people bring, and waits until its form
// works.
func bring(t *testing.T, path string, v view) *tab {
	t.Helper()
	p := openStill(t, path, v)
	p.await("the program to run", `!!document.querySelector("#bring fieldset:not([disabled])") && `+mounted)
	return p
}

// paste puts text into a text area as Ctrl+V does, line breaks included.
func (p *tab) paste(id, text string) {
	p.t.Helper()
	p.show(id)
	p.do(chromedp.Focus(chromedp.CSS("#" + id)))
	eval[bool](p, `document.activeElement.select() === undefined`)
	p.do(call(input.InsertText, input.InsertTextParams{Text: text}))
	eval[bool](p, `document.activeElement.blur() === undefined`)
	p.settle()
}

// copyFrom presses a button that copies and gives what lies in the clipboard.
func (p *tab) copyFrom(selector string) string {
	p.t.Helper()
	p.allowClipboard()
	eval[bool](p, `navigator.clipboard.writeText("nothing").then(() => true)`)
	p.click(selector)
	p.await("something in the clipboard", `navigator.clipboard.readText().then(t => t !== "nothing")`)
	return eval[string](p, `navigator.clipboard.readText()`)
}

// asked is how many requests the page has made.
func (p *tab) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.requests)
}

// quietSince fails for requests since then, but for the site's own files, which
// the browser fetches when it likes: those that are there, without a query.
func (p *tab) quietSince(n int) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, r := range p.requests[n:] {
		if ext := path.Ext(r); strings.Contains(r, "?") || !slices.Contains([]string{".svg", ".png", ".js", ".css", ".wasm", ".webmanifest"}, ext) {
			p.t.Errorf("pasting made a request: %s", r)
		}
	}
}

const bringSecret = "correct-horse-battery"

// broken is a block as people have it: a key that does not exist, port and
// encryption that do not go together, a boolean that is a text.
const broken = `$wgPasswordSender = 'our.wiki@gmail.com';
$wgSMTP = array(
	'host' => 'ssl://smtp.gmail.com',
	'IDHost' => 'wiki.example.org',
	'port' => 587,
	'user' => 'our.wiki@gmail.com',
	'auth' => 'true',
	'password' => '` + bringSecret + `'
);
`

// kept is everything that a page could keep or show.
const kept = `location.href + JSON.stringify(Object.entries(localStorage)) + JSON.stringify(Object.entries(sessionStorage)) + document.cookie + JSON.stringify(history.state)`

// foundLines are the numbers of the lines that have findings of a severity.
func (p *tab) foundLines(severity string) []string {
	p.t.Helper()
	return eval[[]string](p, `[...document.querySelectorAll(".source__item")].filter(e => [...e.querySelectorAll(".finding__severity")].some(s => s.textContent.startsWith("`+severity+`"))).map(e => e.querySelector(".source__number").textContent)`)
}

// A broken block is pasted, the findings stand at its lines, one click mends
// all, and the copied block is what PHP makes right settings of. Nothing of it
// leaves the page.
func TestBringSettings(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	requests := p.asked()
	p.paste("pasted", broken)
	p.await("findings", `document.querySelectorAll(".source .finding").length > 0`)
	lines := p.foundLines("Error")
	for _, line := range []string{"3", "6"} { // ssl:// with 587; user
		if !slices.Contains(append(lines, p.foundLines("Warning")...), line) && !(line == "3" && slices.Contains(lines, "5")) {
			t.Errorf("nothing is said of line %s: %q\n%s", line, lines, eval[string](p, `document.querySelector("#found").innerText`))
		}
	}
	if shown := eval[string](p, `document.body.innerText + document.getElementById("pasted").value`); strings.Contains(shown, bringSecret) {
		t.Error("the password is on the screen")
	}
	p.screenshot("bring-settings")

	p.click(`[data-do="mend-all"]`)
	p.await("the mended block", `!!document.querySelector("#mended pre")`)
	if focus := eval[string](p, `document.activeElement.id`); focus != "mended" {
		t.Errorf("the focus is on %q, not on the mended block", focus)
	}
	if shown := eval[string](p, `document.body.innerText`); strings.Contains(shown, bringSecret) {
		t.Error("the password is on the screen with the mended block")
	}
	block := p.copyFrom(".panel--mended .copy__button")
	vars := evaluated(t, block)
	expect(t, vars, map[string]any{
		"wgSMTP.username": "our.wiki@gmail.com", "wgSMTP.password": bringSecret, "wgSMTP.auth": true, "wgPasswordSender": "our.wiki@gmail.com",
	})
	smtp, _ := vars["wgSMTP"].(map[string]any)
	if host, port := smtp["host"], smtp["port"]; !(host == "ssl://smtp.gmail.com" && port == 465.0) && !(host == "smtp.gmail.com" && port == 587.0) {
		t.Errorf("host and port do not go together: %v %v", host, port)
	}
	if _, ok := smtp["user"]; ok {
		t.Error("the key that does not exist is there still")
	}
	if diff := eval[string](p, `[...document.querySelectorAll(".diff__line--removed")].map(e => e.innerText).join("\n")`); !strings.Contains(diff, "'user'") || !strings.Contains(diff, "−") {
		t.Errorf("the diff does not show what went: %q", diff)
	}
	if left := p.foundLines("Error"); len(left) > 0 && slices.ContainsFunc(
		eval[[]string](p, `[...document.querySelectorAll(".finding__severity")].map(e => e.textContent)`), func(s string) bool { return s == "Error:" }) {
		t.Errorf("all is mended, and yet errors in %q", left)
	}
	p.screenshot("bring-mended")

	if got := eval[string](p, kept); strings.Contains(got, bringSecret) || strings.Contains(got, "our.wiki") {
		t.Errorf("kept: %s", got)
	}
	p.quietSince(requests)

	// On to the form: the settings come along, the password in memory only.
	p.click(`[data-do="continue"]`)
	p.await("the form", `!!document.querySelector("#server") && location.pathname.endsWith("/gmail.html")`)
	if got := eval[string](p, kept); strings.Contains(got, bringSecret) {
		t.Errorf("kept on the way to the form: %s", got)
	}
	expect(t, evaluated(t, p.copied()), map[string]any{
		"wgSMTP.username": "our.wiki@gmail.com", "wgSMTP.password": bringSecret, "wgPasswordSender": "our.wiki@gmail.com",
	})
	// And back: what was pasted is there still.
	p.do(chromedp.NavigateBack())
	p.await("the page with the settings", `!!document.getElementById("pasted") && document.getElementById("pasted").value.includes("smtp.gmail.com")`)
	if shown := eval[string](p, `document.getElementById("pasted").value`); strings.Contains(shown, bringSecret) {
		t.Error("the password is on the screen after coming back")
	}
}

// One finding is mended by itself, and taken back.
func TestBringMendOne(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	p.paste("pasted", "$wgSMTP = [\n\t'host' => 'ssl://smtp.gmail.com',\n\t'port' => 587,\n\t'auth' => true,\n\t'username' => 'our.wiki@gmail.com',\n\t'password' => 'abcdefghijklmnop',\n];\n")
	p.await("a mend", `!!document.querySelector(".source [data-do=mend]")`)
	rule := eval[string](p, `document.querySelector(".source [data-do=mend]").dataset.arg`)
	p.click(`.source [data-do="mend"]`)
	p.await("the block", `!!document.querySelector("#mended pre")`)
	if !eval[bool](p, `document.activeElement.matches(".source__item")`) {
		t.Errorf("the focus got lost: %s", eval[string](p, `document.activeElement.outerHTML.slice(0, 100)`))
	}
	if text := eval[string](p, `[...document.querySelectorAll("[data-rule]")].find(e => e.dataset.rule === `+js(strings.Fields(rule)[0])+`).querySelector(".finding__severity").textContent`); !strings.Contains(text, "mended") {
		t.Errorf("%s does not say that it is mended: %s", rule, text)
	}
	evaluated(t, p.copyFrom(".panel--mended .copy__button"))
	p.click(`[data-do="unmend"]`)
	p.await("no block", `!document.querySelector("#mended pre")`)
}

// Settings come as a file, too: by the button, and dropped on the text. UTF-16
// and a byte order mark are read, what is no settings is told, and nothing of
// it leaves the page.
func TestBringFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "LocalSettings.php")
	write := func(src []byte) {
		t.Helper()
		if err := os.WriteFile(file, src, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := bring(t, "/settings.html", wide)
	requests := p.asked()
	write([]byte("<?php\n" + broken))
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	p.await("findings", `document.querySelectorAll(".source .finding").length > 0`)
	p.settle()
	text := eval[string](p, `document.getElementById("pasted").value`)
	if !strings.Contains(text, "smtp.gmail.com") || strings.Contains(text, bringSecret) {
		t.Errorf("the text is %q", text)
	}
	if lines := append(p.foundLines("Error"), p.foundLines("Warning")...); !slices.Contains(lines, "7") { // 'user'
		t.Errorf("nothing is said of line 7: %q", lines)
	}
	// The same one, once it is changed: choosing it again begins with a click.
	write([]byte("<?php\n" + strings.Replace(broken, "'user'", "'login'", 1)))
	eval[bool](p, `(() => { const e = document.getElementById("file"); e.addEventListener("click", e => e.preventDefault(), { once: true }); e.click(); return true })()`)
	if left := eval[string](p, `document.getElementById("file").value`); left != "" {
		t.Errorf("the field for files holds %q, so that the browser would not tell of the same file", left)
	}
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	p.await("the file as it is now", `document.getElementById("pasted").value.includes("'login'") && document.getElementById("found").textContent.includes("'login'")`)
	// Another one, in the encoding that Notepad calls Unicode.
	wide16 := []byte{0xFF, 0xFE}
	for _, u := range utf16.Encode([]rune("<?php\r\n$wgSMTP = [\r\n\t'host' => 'mail.example.org',\r\n\t'port' => '587/tls',\r\n];\r\n")) {
		wide16 = append(wide16, byte(u), byte(u>>8))
	}
	file = filepath.Join(filepath.Dir(file), "utf16.php")
	write(wide16)
	p.do(chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
	p.await("the other file", `document.getElementById("pasted").value.includes("mail.example.org")`)
	p.await("its findings", `!!document.querySelector('[data-rule="port-suffix"]')`)
	if eval[bool](p, `document.getElementById("found").textContent.includes("gmail")`) {
		t.Error("findings of the first file are left")
	}

	// Dropped on the text. The browser must not open the file instead.
	drop := func(what string) (prevented bool) {
		t.Helper()
		return eval[bool](p, `(() => {
			const data = new DataTransfer()
			`+what+`
			const send = type => document.getElementById("pasted").dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}))
			return !send("dragover") && !send("drop")
		})()`)
	}
	if !drop(`data.items.add(new File(["\uFEFF<?php\n", ` + js(broken) + `], "LocalSettings.php", {type: "text/x-php"}))`) {
		t.Error("the browser would open the file")
	}
	p.await("the dropped file", `document.getElementById("pasted").value.includes("smtp.gmail.com") && !!document.querySelector('[data-rule="key-misspelt"]')`)
	if shown := eval[string](p, `document.body.innerText + document.getElementById("pasted").value`); strings.Contains(shown, bringSecret) {
		t.Error("the password of the dropped file is on the screen")
	}
	// Too large: it is said, and not read.
	drop(`data.items.add(new File([new Uint8Array(6 << 20)], "dump.sql"))`)
	p.await("the word that it is too large", `document.getElementById("found").textContent.includes("MB")`)
	// Text that is dropped is the browser's own business.
	if drop(`data.setData("text/plain", "$wgSMTP")`) {
		t.Error("dropped text is caught")
	}
	if got := eval[string](p, kept); strings.Contains(got, bringSecret) || strings.Contains(got, "gmail") {
		t.Errorf("kept: %s", got)
	}
	p.quietSince(requests)
}

// holdProgram lets the program of pages wait until letGo is called.
const holdProgram = `{
	const held = new Promise(r => { window.letGo = () => r() || true })
	for (const f of ["compile", "compileStreaming"]) {
		const real = WebAssembly[f]
		WebAssembly[f] = async (...a) => { await held; return real.apply(WebAssembly, a) }
	}
}`

// held opens a page whose program does not run yet.
func held(t *testing.T, path string, v view) *tab {
	t.Helper()
	p := openStill(t, path, v)
	p.do(call(page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: holdProgram}), chromedp.Navigate(p.origin+path))
	p.await("the printed form", `!!document.querySelector("[data-printed=form]:not([disabled])")`)
	return p
}

// What is pasted at once, before the program runs, is not lost, and is answered
// when it does.
func TestBringAtOnce(t *testing.T) {
	for _, v := range []view{wide, narrow} {
		p := held(t, "/settings.html", v)
		if eval[bool](p, `!!document.querySelector(".bring__wait").offsetParent`) {
			t.Error("a page without text says that it is waiting")
		}
		p.do(chromedp.Focus(chromedp.CSS("#pasted")), call(input.InsertText, input.InsertTextParams{Text: broken}))
		eval[bool](p, `(() => { document.getElementById("release").value = "1.39"; document.getElementById("pasted").setSelectionRange(3, 7); return true })()`)
		if !eval[bool](p, `!!document.querySelector(".bring__wait").offsetParent && !document.documentElement.hasAttribute("data-runs")`) {
			t.Error("nothing says that the answer is to come")
		}
		p.screenshot("bring-at-once")
		eval[bool](p, `window.letGo()`)
		p.await("findings", mounted+` && document.querySelectorAll(".source .finding").length > 0`)
		p.settle()
		if got := eval[string](p, `document.activeElement.id + document.getElementById("release").value + document.getElementById("pasted").selectionStart`); got != "pasted1.393" {
			t.Errorf("focus, release and caret are %q", got)
		}
		text := eval[string](p, `document.getElementById("pasted").value`)
		if !strings.Contains(text, "our.wiki@gmail.com") || strings.Contains(text+eval[string](p, `document.body.innerText`), bringSecret) {
			t.Errorf("the text is %q", text)
		}
		if got := eval[string](p, `document.getElementById("found").innerText`); !strings.Contains(got, "Checked as MediaWiki 1.39") {
			t.Errorf("the release is lost: %q", got)
		}
		if got := eval[string](p, kept); strings.Contains(got, bringSecret) || strings.Contains(got, "our.wiki") {
			t.Errorf("kept: %s", got)
		}
	}

	// A file, by drop and by the field, and a button pressed.
	p := held(t, "/settings.html", wide)
	if !eval[bool](p, `(() => {
		const data = new DataTransfer()
		data.items.add(new File(["<?php\n", `+js(broken)+`], "LocalSettings.php", {type: "text/x-php"}))
		const send = type => document.getElementById("pasted").dispatchEvent(new DragEvent(type, {dataTransfer: data, bubbles: true, cancelable: true}))
		return !send("dragover") && !send("drop")
	})()`) {
		t.Error("the browser would open the file")
	}
	eval[bool](p, `window.letGo()`)
	p.await("findings of the file", `document.getElementById("pasted").value.includes("smtp.gmail.com") && document.querySelectorAll(".source .finding").length > 0`)

	p = held(t, "/error.html", wide)
	p.do(chromedp.Focus(chromedp.CSS("#error-text")), call(input.InsertText, input.InsertTextParams{Text: "Failed to connect to ssl://smtp.gmail.com:587 [SMTP: Failed to connect socket:  (code: -1, response: )]"}))
	eval[bool](p, `document.querySelector("[data-do=explain]").click() === undefined`)
	eval[bool](p, `window.letGo()`)
	p.await("the answer", mounted+` && !!document.querySelector("[data-entry]")`)
	p.await("the focus on it, as after the button", `document.activeElement.id === "found"`)
	if text := eval[string](p, `document.getElementById("error-text").value`); !strings.HasPrefix(text, "Failed to connect") {
		t.Errorf("the error is %q", text)
	}
}

// Keys that people write in the place of MediaWiki's are named with the one
// that is meant, each with a mend and what it changes.
func TestBringLikelyKeys(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	p.paste("pasted", "$wgSMTP = [\n\t'Host' => 'mail.example.org',\n\t'IDhost' => 'wiki.example.org',\n\t'user' => 'wiki@example.org',\n\t'smtpsecure' => 'tls',\n\t'port' => 587,\n];\n")
	p.await("findings", `document.querySelectorAll(".source .finding").length > 3`)
	for line, want := range map[string]string{"2": "'host'", "3": "'IDHost'", "4": "'username'", "5": "ssl://"} {
		finding := eval[string](p, `(e => e ? e.textContent : "")(document.querySelector("#line-`+line+` .finding"))`)
		button := eval[string](p, `(e => e ? e.textContent : "")(document.querySelector("#line-`+line+` [data-do=mend]"))`)
		if !strings.Contains(finding, want) || !strings.Contains(button, want) {
			t.Errorf("line %s: %q, the button %q, not %s", line, finding, button, want)
		}
	}
	p.click(`#line-4 [data-do="mend"]`)
	p.await("the block", `!!document.querySelector("#mended pre")`)
	added := eval[string](p, `[...document.querySelectorAll(".diff__line--added")].map(e => e.innerText).join("\n")`)
	if !strings.Contains(added, "'username'") || strings.Contains(added, "'host'") || strings.Contains(added, "'IDHost'") {
		t.Errorf("the diff adds %q", added)
	}
}

// What the form has no field for goes along: the block has it, a note names it
// and drops it, and no address has it.
func TestBringKept(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	p.paste("pasted", "$wgPasswordSender = 'wiki@example.org';\n$wgSMTP = [\n\t'host' => 'mail.example.org',\n\t'port' => 587,\n\t'auth' => true,\n\t'username' => 'wiki@example.org',\n\t'password' => getenv( 'MAIL' ) ?: '"+bringSecret+"',\n\t'persist' => true,\n];\n")
	p.await("findings", `!!document.querySelector("[data-do=mend-all]")`)
	p.click(`[data-do="mend-all"]`)
	p.await("the block", `!!document.querySelector("#mended pre")`)
	p.click(`[data-do="continue"]`)
	p.await("the form with its note", `!!document.querySelector("#server") && !!document.querySelector("#kept")`)
	if got := eval[string](p, kept); strings.Contains(got, bringSecret) || strings.Contains(got, "persist") {
		t.Errorf("kept on the way to the form: %s", got)
	}
	if text := eval[string](p, `document.getElementById("kept").innerText`); !strings.Contains(text, "persist") || !strings.Contains(text, "password") {
		t.Errorf("the note says %q", text)
	}
	if shown := eval[string](p, `document.body.innerText`); strings.Contains(shown, bringSecret) {
		t.Error("the password is on the screen")
	}
	p.screenshot("bring-kept")
	block := p.copied()
	if !strings.Contains(block, "getenv( 'MAIL' ) ?: '"+bringSecret+"'") {
		t.Errorf("the block is\n%s", block)
	}
	expect(t, evaluated(t, block), map[string]any{"wgSMTP.persist": true, "wgSMTP.host": "mail.example.org", "wgSMTP.password": bringSecret})
	// A field takes the place of what is kept of it, a button drops the rest.
	p.fill("port", "465")
	if !strings.Contains(p.block(), "persist") {
		t.Error("changing the port drops what is kept")
	}
	p.click(`[data-do="drop-kept"][data-arg="$wgSMTP['persist']"]`)
	p.await("the note without it", `!document.getElementById("kept").innerText.includes("persist")`)
	if strings.Contains(p.block(), "persist") {
		t.Error("what was dropped is in the block")
	}
	if !strings.Contains(p.block(), "getenv") {
		t.Error("the other thing went as well")
	}
}

// Whatever is pasted is text, never markup.
func TestBringNasty(t *testing.T) {
	for _, path := range []string{"/settings.html", "/error.html"} {
		p := bring(t, path, wide)
		id := "pasted"
		if path == "/error.html" {
			id = "error-text"
		}
		p.paste(id, "$wgSMTP = [ 'host' => '</code><img src=x onerror=alert(1)>', 'evil<b>' => \"\\\"><script>alert(2)</script>\" ];\nclass <i>X</i> {}\n")
		p.click(`[data-do="check"], [data-do="explain"]`)
		p.await("an answer", `document.getElementById("found").innerText.length > 20`)
		if n := eval[int](p, `document.querySelectorAll("#main img, #main script, #found b, #found i").length`); n != 0 {
			t.Errorf("%s: %d elements came out of what was pasted", path, n)
		}
		if w := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
			t.Errorf("%s is %d px too wide", path, w)
		}
	}
}

// An error is pasted, with settings that come from the other page; the first
// cause is the true one, and its mend gives a block that works.
func TestBringError(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	p.paste("pasted", "$wgSMTP = [\n\t'host' => 'ssl://smtp.gmail.com',\n\t'port' => 587,\n\t'auth' => true,\n\t'username' => 'our.wiki@gmail.com',\n\t'password' => '"+bringSecret+"',\n];\n")
	p.await("findings", `document.querySelectorAll(".source .finding").length > 0`)
	p.click(`#about a[href$="error.html"]`)
	p.await("the page for errors", `!!document.getElementById("error-text") && document.getElementById("settings-text").value.includes("smtp.gmail.com")`)
	if shown := eval[string](p, `document.getElementById("settings-text").value`); strings.Contains(shown, bringSecret) {
		t.Error("the password is on the screen")
	}
	requests := p.asked()
	p.paste("error-text", "Mailer returned: Failed to connect to ssl://smtp.gmail.com:587 [SMTP: Failed to connect socket:  (code: -1, response: )]")
	p.await("the answer", `!!document.querySelector("[data-entry]")`)
	if step := eval[string](p, `document.querySelector("[aria-current=step]").textContent`); !strings.HasPrefix(step, "Connection") {
		t.Errorf("the step is %q", step)
	}
	first := eval[string](p, `document.querySelector("[data-cause]").innerText`)
	if !strings.Contains(first, "ssl://") || !strings.Contains(first, "587") {
		t.Errorf("the first cause is %q", first)
	}
	if got := p.copyFrom("[data-cause] .copy__button"); !strings.Contains(got, "'port'") {
		t.Errorf("the command is %q", got)
	}
	// In the conversation that these settings make, which ends there.
	if talk := eval[string](p, `document.querySelector("[data-entry] .talk").innerText`); !strings.Contains(talk, "smtp.gmail.com, port 587") || strings.Contains(talk, "EHLO") {
		t.Errorf("the conversation is %q", talk)
	}
	if n := eval[int](p, `document.querySelectorAll("[data-entry]:first-of-type .talk__line--failed").length`); n != 1 {
		t.Errorf("%d lines are marked", n)
	}
	p.screenshot("bring-error")
	p.click(`[data-cause] [data-do="mend"]`)
	p.await("the mended block", `!!document.querySelector("#mended pre")`)
	vars := evaluated(t, p.copyFrom(".panel--mended .copy__button"))
	smtp, _ := vars["wgSMTP"].(map[string]any)
	if host, port := smtp["host"], smtp["port"]; !(host == "ssl://smtp.gmail.com" && port == 465.0) && !(host == "smtp.gmail.com" && port == 587.0) {
		t.Errorf("host and port do not go together: %v %v", host, port)
	}
	expect(t, vars, map[string]any{"wgSMTP.password": bringSecret})
	if got := eval[string](p, kept); strings.Contains(got, bringSecret) || strings.Contains(got, "Failed") {
		t.Errorf("kept: %s", got)
	}
	p.quietSince(requests)

	// What is not known is said to be not known.
	p.paste("error-text", "The page has been moved.")
	p.await("the word that it is not known", `document.getElementById("found").innerText.includes("not known") && document.querySelectorAll(".answer__collect li").length > 2`)
	if n := eval[int](p, `document.querySelectorAll("[data-entry]").length`); n != 0 {
		t.Errorf("%d guesses", n)
	}
}

// Both pages are reached from the start page, and the start page from them,
// with its own address.
func TestBringWays(t *testing.T) {
	p := open(t, "/", wide)
	p.await("the program to run", mounted)
	p.click(`.ways-in a[href$="settings.html"]`)
	p.await("the page for settings", `!!document.getElementById("pasted") && location.pathname === "/settings.html"`)
	if title := eval[string](p, `document.title`); !strings.Contains(title, "settings") {
		t.Errorf("its title is %q", title)
	}
	p.click(".brand")
	p.await("the start page", `!!document.getElementById("server") && location.pathname === "/"`)
	p.fill("sitename", "Example Wiki")
	if path := eval[string](p, `location.pathname`); path != "/" {
		t.Errorf("typing leads to %s", path)
	}
	p.click(`.ways-in a[href$="error.html"]`)
	p.await("the page for errors", `!!document.getElementById("error-text")`)
	p.do(chromedp.NavigateBack())
	p.await("the start page again", `!!document.getElementById("server")`)
}

// With the keyboard alone.
func TestBringKeyboard(t *testing.T) {
	p := bring(t, "/settings.html", wide)
	reach := func(what, isThere string) {
		t.Helper()
		for range 60 {
			p.do(chromedp.KeyEvent("\t"))
			if eval[bool](p, `(e => `+isThere+`)(document.activeElement)`) {
				return
			}
		}
		t.Fatalf("Tab does not reach %s", what)
	}
	reach("the text", `e.id === "pasted"`)
	p.do(call(input.InsertText, input.InsertTextParams{Text: broken}))
	reach("Check", `e.dataset.do === "check"`)
	p.do(chromedp.KeyEvent("\r"))
	p.await("the findings in focus", `document.activeElement.id === "found"`)
	if said := eval[string](p, `document.getElementById("status").textContent`); !strings.Contains(said, "error") {
		t.Errorf("the live region says %q", said)
	}
	reach("Mend all", `e.dataset.do === "mend-all"`)
	p.do(chromedp.KeyEvent("\r"))
	p.await("the mended block in focus", `document.activeElement.id === "mended" && !!document.querySelector("#mended pre")`)
	reach("Copy", `e.matches(".panel--mended .copy__button")`)
}

// axe-core finds nothing on either page, empty and full, in light, dark and
// narrow.
func TestBringAccessibility(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	type violation struct {
		ID, Help string
		Nodes    []struct{ HTML string }
	}
	for name, v := range map[string]view{"light": wide, "dark": dark, "narrow": narrow, "narrow-dark": {320, 700, true}} {
		t.Run(name, func(t *testing.T) {
			check := func(p *tab, what string) {
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
				p.screenshot("bring-" + name + "-" + what)
			}
			p := bring(t, "/settings.html", v)
			p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
			check(p, "settings")
			p.paste("pasted", broken+"class X {}\n")
			p.await("findings", `document.querySelectorAll(".source .finding").length > 0`)
			p.click(`[data-do="mend-all"]`)
			p.await("the block", `!!document.querySelector("#mended pre")`)
			check(p, "settings-mended")

			p = bring(t, "/error.html", v)
			p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
			check(p, "error")
			p.paste("error-text", "Failed to connect to ssl://smtp.gmail.com:587 [SMTP: Failed to connect socket:  (code: -1, response: )]")
			p.await("the answer", `!!document.querySelector("[data-entry]")`)
			check(p, "error-answered")
			p.paste("error-text", "The page has been moved.")
			p.await("no entry", `!document.querySelector("[data-entry]")`)
			check(p, "error-unknown")
		})
	}
}

// Without JavaScript both say what they do, and the errors are there to read.
func TestBringWithoutJavaScript(t *testing.T) {
	for path, words := range map[string][]string{
		"/settings.html": {"$wgSMTP", "wgsmtp check"},
		"/error.html":    {"Reaching the server", "Nothing listens", "certificate"},
	} {
		p := openStill(t, path, wide)
		p.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}), chromedp.Navigate(p.origin+path))
		time.Sleep(200 * time.Millisecond)
		text := eval[string](p, `document.getElementById("main").textContent`)
		for _, w := range words {
			if !strings.Contains(strings.ToLower(text), strings.ToLower(w)) {
				t.Errorf("%s does not say %q", path, w)
			}
		}
		if n := eval[int](p, `document.querySelectorAll("#bring :is(button, input, select, textarea):enabled").length`); n != 0 {
			t.Errorf("%s: %d controls can be used without the program", path, n)
		}
	}
}

//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// program is the built host program, which `./build.sh build` leaves there.
const program = "../../dist/wgsmtp"

// served starts `wgsmtp serve` once and gives its address, "http://127.0.0.1:PORT".
var served = sync.OnceValues(func() (string, error) {
	if _, err := os.Stat(program); err != nil {
		return "", fmt.Errorf("%s is missing: run ./build.sh build first", program)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.Command(program, "serve", "--addr", addr)
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		return "", err
	}
	for range 200 {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			return "http://" + addr, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return "", fmt.Errorf("%s serve does not listen on %s", program, addr)
})

// act is a step in the browser.
type act = chromedp.Action[chromedp.Void]

// call is a command of the DevTools protocol whose answer does not matter.
func call[P, R any](command cdp.Command[P, R], params P) act {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, command, params)
		return err
	})
}

// chromium starts the browser once; each page is a tab of its own in a
// context of its own, so that no test sees another's storage.
var chromium = sync.OnceValues(func() (context.Context, error) {
	ctx := startChromium(filepath.Join(scratch, "chromium"))
	return ctx, chromedp.Do(ctx)
})

// startChromium is a browser with a profile, which starts with its first use.
func startChromium(profile string) context.Context {
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // the tests run as root
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("lang", "en-GB"),
		chromedp.UserDataDir(profile),
	)
	alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, _ := chromedp.NewContext(alloc)
	return ctx
}

// view is how the page is looked at.
type view struct {
	Width, Height int64
	Dark          bool
}

var (
	wide   = view{1400, 1000, false}
	narrow = view{320, 700, false}
	dark   = view{1400, 1000, true}
)

// tab is an open page. What goes wrong in it behind the scenes (a console
// error, an exception, a request to another origin, a violation of the
// Content-Security-Policy) fails the test when it ends.
type tab struct {
	t      *testing.T
	ctx    context.Context
	origin string
	others []string // further origins that the page may ask

	mu       sync.Mutex
	problems []string
	requests []string
}

// open loads a page of the served site and waits until the program runs.
func open(t *testing.T, path string, v view) *tab {
	t.Helper()
	p := openStill(t, path, v)
	p.await("the program to run", `!document.querySelector("[data-printed]") && !!document.querySelector("#form #server")`)
	return p
}

// openStill loads a page that need not have the program.
func openStill(t *testing.T, path string, v view) *tab {
	t.Helper()
	need(t, "chromium", "chromium")
	origin, err := served()
	if err != nil {
		t.Fatal(err)
	}
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	return openIn(t, parent, origin, path, v, chromedp.WithNewBrowserContext())
}

// openIn opens a tab at an origin: in a context of its own with
// WithNewBrowserContext, and otherwise in that of the tab whose context parent
// is.
func openIn(t *testing.T, parent context.Context, origin, path string, v view, opts ...chromedp.ContextOption) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, opts...)
	p := &tab{t: t, ctx: ctx, origin: origin}
	t.Cleanup(func() {
		for _, s := range p.Problems() {
			t.Errorf("behind the page: %s", s)
		}
		cancel()
	})
	if err := chromedp.Listen(ctx, p.listen); err != nil {
		t.Fatal(err)
	}
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	p.do(
		call(network.Enable, network.EnableParams{}),
		call(log.Enable, cdp.Empty{}),
		call(runtime.Enable, cdp.Empty{}),
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: v.Width, Height: v.Height, DeviceScaleFactor: 1, Mobile: v.Width < 500}),
		call(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}),
		chromedp.Navigate(origin+path),
	)
	return p
}

func (p *tab) listen(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	note := func(format string, args ...any) { p.problems = append(p.problems, fmt.Sprintf(format, args...)) }
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		note("exception: %s", ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, a := range ev.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			note("console: %s", strings.Join(words, " "))
		}
	case *log.EventEntryAdded: // violations of the Content-Security-Policy are told here
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			note("log: %s %s", ev.Entry.Text, ev.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(ev.Request.URL)
		if err != nil || u.Scheme == "data" || u.Scheme == "blob" {
			return
		}
		p.requests = append(p.requests, ev.Request.URL)
		if asked := u.Scheme + "://" + u.Host; asked != p.origin && !slices.Contains(p.others, asked) {
			note("request to another origin: %s", ev.Request.URL)
		}
	}
}

// Problems are what went wrong so far.
func (p *tab) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.problems
}

// patience is how long one step may take: long, since machines are noisy.
const patience = time.Minute

func (p *tab) do(actions ...act) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatalf("%v\n%s", err, strings.Join(p.Problems(), "\n"))
	}
}

// eval runs a JavaScript expression in the page.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, awaitPromise))
	if err != nil {
		p.t.Fatalf("%s: %v\n%s", expression, err, strings.Join(p.Problems(), "\n"))
	}
	return out
}

func awaitPromise(e *runtime.EvaluateParams) {
	yes := true
	e.AwaitPromise = &yes
}

// await waits until an expression is true, or the promise that it gives is of
// something true.
func (p *tab) await(what, expression string) {
	p.t.Helper()
	for range 600 {
		if eval[bool](p, "Promise.resolve("+expression+").then(Boolean)") {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("waited in vain for %s\n%s", what, strings.Join(p.Problems(), "\n"))
}

func js(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// fill replaces what is in a field, as a person does: focus, select all, type.
func (p *tab) fill(id, text string) {
	p.t.Helper()
	p.show(id)
	p.do(chromedp.Focus(chromedp.CSS("#" + id)))
	eval[bool](p, `document.activeElement.select() === undefined`)
	if text == "" {
		p.do(chromedp.KeyEvent(kb.Delete))
	} else {
		p.do(call(input.InsertText, input.InsertTextParams{Text: text}))
	}
	p.settle()
}

// choose picks an option of a select.
func (p *tab) choose(id, value string) {
	p.t.Helper()
	p.show(id)
	if !eval[bool](p, `(s => { s.focus(); s.value = `+js(value)+`; s.dispatchEvent(new Event("input", {bubbles: true})); s.dispatchEvent(new Event("change", {bubbles: true})); return s.value === `+js(value)+` })(document.getElementById(`+js(id)+`))`) {
		p.t.Fatalf("%s has no option %q", id, value)
	}
	p.settle()
}

// click clicks what a selector finds, with the mouse.
func (p *tab) click(selector string) {
	p.t.Helper()
	p.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
	p.settle()
}

// show opens the folded section that a field is in.
func (p *tab) show(id string) {
	p.t.Helper()
	if !eval[bool](p, `(e => { if (!e) return false; for (let d = e.closest("details"); d; d = d.parentElement.closest("details")) if (!d.open) d.querySelector("summary").click(); return true })(document.getElementById(`+js(id)+`))`) {
		p.t.Fatalf("the page has no field %s", id)
	}
}

// settle lets the program answer and the page paint.
func (p *tab) settle() {
	p.t.Helper()
	eval[bool](p, `new Promise(r => requestAnimationFrame(() => setTimeout(() => requestAnimationFrame(() => r(true)), 30)))`)
}

// block is the text of the block as it stands on the page.
func (p *tab) block() string {
	p.t.Helper()
	return eval[string](p, `[...document.querySelectorAll("[data-line] .code-line__text")].map(e => e.textContent).join("\n") + "\n"`)
}

// copied presses Copy and gives what lies in the clipboard.
func (p *tab) copied() string {
	p.t.Helper()
	p.allowClipboard()
	eval[bool](p, `navigator.clipboard.writeText("nothing").then(() => true)`)
	p.click(".panel--block .copy__button")
	p.await("the block in the clipboard", `navigator.clipboard.readText().then(t => t !== "nothing")`)
	return eval[string](p, `navigator.clipboard.readText()`)
}

// allowClipboard lets the page use the clipboard without asking.
func (p *tab) allowClipboard() {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		c := chromedp.FromContext(ctx)
		for _, name := range []string{"clipboard-read", "clipboard-write"} {
			if _, err := cdp.Call(ctx, c.Browser, browser.SetPermission, browser.SetPermissionParams{
				Permission: &browser.PermissionDescriptor{Name: name, AllowWithoutSanitization: true},
				Setting:    browser.PermissionSettingGranted, Origin: p.origin, BrowserContextID: c.BrowserContextID,
			}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// findings are the summary's findings: "Warning: what will happen".
func (p *tab) findings() []string {
	p.t.Helper()
	return eval[[]string](p, `[...document.querySelectorAll(".finding__message")].map(e => e.textContent.replace(/\s+/g, " ").trim())`)
}

// screenshot leaves a picture where WGSMTP_E2E_PICTURES says, for a person to look at.
func (p *tab) screenshot(name string) {
	dir := os.Getenv("WGSMTP_E2E_PICTURES")
	if dir == "" {
		return
	}
	p.t.Helper()
	png, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

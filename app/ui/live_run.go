package ui

import (
	"strconv"
	"strings"
	"sync"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
)

// lab is what the live tests of one program leave: it lasts until the page
// closes, and is nowhere else. It is only touched by the program's own
// goroutine for the page.
var lab struct {
	entered string     // address of a backend that somebody typed, "" for none
	runs    []*liveRun // the last ones, the newest at the end
	shown   *liveRun   // nil before the first
	call    *liveCall  // that is going on, nil for none
	count   int
	rev     int // counts the changes of all this
}

// mostRuns are kept to compare.
const mostRuns = 4

// livePlace is who answers a live test.
type livePlace struct {
	Address string // "" for nobody
	Own     bool   // the server of this very page
	Shared  bool   // for many: sends no mail
	Framed  bool   // the page is in a frame of another site, where nothing is tested
}

// bakedBackend is what web/site wrote into the page: "self", "shared", an
// address, or "".
func bakedBackend() string {
	if e := app.Window().Get("document").Call("querySelector", "meta[name=wgsmtp-backend]"); e.Truthy() {
		return e.Get("content").String()
	}
	return ""
}

func (p *Page) livePlace() livePlace {
	root := app.Window().Get("document").Get("documentElement")
	if root.Call("hasAttribute", "data-frame").Bool() {
		return livePlace{Framed: true}
	}
	baked := bakedBackend()
	switch {
	case lab.entered != "":
		return livePlace{Address: lab.entered, Shared: !isLoopback(lab.entered)}
	case baked == "self", baked == "shared":
		// Below the site's root, wherever that lies.
		at := app.Window().Get("URL").New(p.root(), location().Get("href")).Get("href").String()
		return livePlace{Address: at, Own: true, Shared: baked == "shared"}
	}
	return livePlace{Address: baked, Shared: !isLoopback(baked)}
}

// Ids of the panel's controls.
const (
	liveToID      = "live-to"
	liveSendID    = "live-send"
	liveSecretID  = "live-secret"
	liveAddressID = "live-address"
	liveStartID   = "live-start"
	liveWhyID     = "live-why" // the likeliest reason of a failure
)

func controlValue(id string) string {
	if e := app.Window().GetElementByID(id); e.Truthy() {
		return e.Get("value").String()
	}
	return ""
}

// liveSecretAsked tells whether the test needs a password that is not in the
// form: the wiki reads it from elsewhere, or none was typed.
func (p *Page) liveSecretAsked() bool {
	c := &p.state.Config
	kept, there := keptPassword(p.state.Kept)
	return c.Auth != wgsmtp.AuthNone && !there && (kept || c.Secret == "" || c.SecretStyle != wgsmtp.SecretInline)
}

// liveRequest is what is asked of a backend: the form's settings, without what
// was typed into the panel. Where something is kept that no field has, the
// block goes along, which has it.
func (p *Page) liveRequest(typed string) (body map[string]any, c wgsmtp.Config) {
	c = p.state.Config
	secret := string(c.Secret)
	_, there := keptPassword(p.state.Kept)
	switch {
	case p.liveSecretAsked():
		secret = typed
	case there:
		secret = "" // the block has one that is not the form's
	}
	c.Secret = ""
	config := map[string]any{}
	for _, ch := range wgsmtp.Diff(wgsmtp.Default(), c) {
		config[ch.Field] = ch.Value
	}
	body = map[string]any{"config": config, "release": c.Release}
	if len(p.state.Kept.Items()) > 0 {
		body["settings"] = localsettings.Emit(&c, p.out.Release, p.out.Carrier, localsettings.Options{Kept: p.state.Kept}).String()
	}
	if secret != "" {
		body["secret"] = secret
	}
	return body, c
}

// startLive starts a test and ends the one that is going on.
func (p *Page) startLive(ctx app.Context) {
	for _, id := range []string{"host", "sender", "user"} {
		for _, missing := range p.out.Placeholders {
			if missing == id {
				p.visitAll()
				p.notice = "First fill in: " + fieldTitle(id) + "."
				p.goTo(ctx, id)
				return
			}
		}
	}
	place := p.livePlace()
	if place.Address == "" {
		return
	}
	p.cancelLive()

	body, c := p.liveRequest(controlValue(liveSecretID))
	if to := strings.TrimSpace(controlValue(liveToID)); to != "" {
		body["to"] = to
	}
	if e := app.Window().GetElementByID(liveSendID); !place.Shared && e.Truthy() && e.Get("checked").Bool() {
		body["send"] = true
	}

	lab.count++
	run := &liveRun{number: lab.count, config: c, kept: keptText(p.state.Kept), where: place.Address,
		at: app.Window().Get("Date").New().Call("toLocaleTimeString").String()}
	if len(lab.runs) == mostRuns {
		lab.runs = append(lab.runs[:0], lab.runs[1:]...)
	}
	lab.runs = append(lab.runs, run)
	lab.shown = run
	lab.rev++
	call := &liveCall{run: run, ctx: p.ctx, abort: app.Window().Get("AbortController").New(),
		decoder: app.Window().Get("TextDecoder").New()}
	lab.call = call
	call.start(place.Address+"api/probe", app.Window().Get("JSON").Call("stringify", body))
}

// cancelLive ends the test that is going on, if there is one.
func (p *Page) cancelLive() {
	if call := lab.call; call != nil {
		call.run.fail = "The test was cancelled."
		call.end()
	}
}

// liveCall is a request that is going on. The browser calls it back at any
// time; what came is handed over to the page's goroutine in one piece, however
// much it is: its queue is short.
type liveCall struct {
	run     *liveRun
	ctx     app.Context
	abort   app.Value
	decoder app.Value
	reader  app.Value
	funcs   []app.Func
	next    app.Func // what each piece of the stream goes to

	mu     sync.Mutex
	came   string
	failed string // "" while it goes well
	done   bool   // nothing more comes
	queued bool   // the page's goroutine will look
}

func (c *liveCall) callback(f func(app.Value)) app.Func {
	fn := app.FuncOf(func(_ app.Value, args []app.Value) any {
		if len(args) > 0 {
			f(args[0])
		}
		return nil
	})
	c.funcs = append(c.funcs, fn)
	return fn
}

// start sends the request. Nothing of it goes anywhere else: no cookies, no
// referrer, no cache, no redirection.
func (c *liveCall) start(address string, body app.Value) {
	broke := c.callback(c.broke)
	refused := c.callback(func(text app.Value) {
		piece := text.String()
		if !strings.HasSuffix(piece, "\n") {
			piece += "\n"
		}
		c.tell(piece, "", true)
	})
	c.next = c.callback(func(r app.Value) {
		if r.Get("done").Bool() {
			c.tell("", "", true)
			return
		}
		c.tell(c.decoder.Call("decode", r.Get("value"), map[string]any{"stream": true}).String(), "", false)
		c.reader.Call("read").Call("then", c.next, broke)
	})
	answered := c.callback(func(r app.Value) {
		switch kind := r.Get("headers").Call("get", "Content-Type"); {
		case r.Get("status").Int() == 429: // of the backend, or of a proxy before it
			c.tell("", busy(r.Get("headers").Call("get", "Retry-After")), true)
		case r.Get("ok").Bool() && kind.Truthy() && strings.HasPrefix(kind.String(), "application/x-ndjson"):
			c.reader = r.Get("body").Call("getReader")
			c.reader.Call("read").Call("then", c.next, broke)
		case kind.Truthy() && strings.HasPrefix(kind.String(), "application/json"):
			r.Call("text").Call("then", refused, broke)
		default:
			c.tell("", "What answers there is no backend of the live test: status "+strconv.Itoa(r.Get("status").Int())+".", true)
		}
	})
	// A page that is kept for Back would keep the request too.
	app.Window().Call("addEventListener", "pagehide", c.callback(func(app.Value) { c.abort.Call("abort") }),
		map[string]any{"signal": c.abort.Get("signal")})
	app.Window().Call("fetch", address, map[string]any{
		"method": "POST", "headers": map[string]any{"Content-Type": "application/json"}, "body": body,
		"signal": c.abort.Get("signal"), "credentials": "omit", "referrerPolicy": "no-referrer", "cache": "no-store", "redirect": "error",
	}).Call("then", answered, broke)
}

// busy says when to come back, by the header of RFC 9110 section 10.2.3.
func busy(after app.Value) string {
	when := "in a minute"
	if after.Truthy() {
		if n, err := strconv.Atoi(after.String()); err == nil && n > 0 {
			when = "in " + count(n, "second", "seconds")
		}
	}
	return "Too many tests are asked for at the moment, by you or by others: try again " + when + "."
}

// broke is a request that failed, or was ended.
func (c *liveCall) broke(app.Value) {
	c.tell("", "No answer, or the connection broke off: is wgsmtp serve running there, with --allow-origin for this page, and is the tunnel up? The browser tells no more.", true)
}

// tell hands something over.
func (c *liveCall) tell(piece, failed string, done bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.came += piece
	c.failed = or(c.failed, failed)
	c.done = c.done || done
	if !c.queued {
		c.queued = true
		c.ctx.Dispatch(c.look)
	}
}

// look takes what came into the run, on the page's goroutine.
func (c *liveCall) look(app.Context) {
	c.mu.Lock()
	piece, failed, done := c.came, c.failed, c.done
	c.came, c.queued = "", false
	c.mu.Unlock()
	if done {
		defer c.release()
	}
	if lab.call != c {
		return // cancelled
	}
	lab.rev++
	if err := c.run.take(piece); err != nil {
		failed, done = "What answers there is no backend of the live test: "+err.Error()+".", true
	}
	if !done && !c.run.over() {
		return
	}
	if !c.run.over() {
		c.run.fail = or(failed, "The answer ended before the test did.")
	}
	c.end()
}

// end lets go of the request, which ends the test where it still runs. The
// browser may call back once more.
func (c *liveCall) end() {
	c.abort.Call("abort")
	lab.call = nil
	lab.rev++
}

// release frees the callbacks, once none is to come.
func (c *liveCall) release() {
	for _, f := range c.funcs {
		f.Release()
	}
	c.funcs = nil
}

// Undo, the address of the page, and the colours.

package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

// undoStep takes back one button. It holds the changes, not the state: what
// was typed elsewhere in the meantime stays.
type undoStep struct {
	label   string
	changes []wgsmtp.Change
	mail    wgsmtp.MailKind
	inputs  preview.Inputs
	before  wgsmtp.Config // with it goes kept
	kept    *localsettings.Kept
}

// undoDepth bounds how many steps are kept.
const undoDepth = 50

// remember makes going to s something that undo can take back.
func (p *Page) remember(label string, s State) {
	p.undo = append(p.undo, undoStep{
		label:   label,
		changes: wgsmtp.Diff(s.Config, p.state.Config),
		mail:    p.state.Mail,
		inputs:  p.state.Inputs,
		before:  p.state.Config,
		kept:    p.state.Kept,
	})
	if len(p.undo) > undoDepth {
		p.undo = p.undo[1:]
	}
}

// takenBack is s before the step, with what was done elsewhere since.
func (u *undoStep) takenBack(s State) State {
	s.Config, _ = wgsmtp.Apply(s.Config, u.changes)
	s.Mail, s.Inputs = u.mail, u.inputs
	s.Kept = forget(u.kept, u.before, s.Config)
	return s
}

func (p *Page) undoLast(ctx app.Context) {
	if len(p.undo) == 0 {
		return
	}
	step := p.undo[len(p.undo)-1]
	p.undo = p.undo[:len(p.undo)-1]
	p.set(step.takenBack(p.state))
	p.notice = "Taken back: " + step.label + "."
	p.settle(ctx)
	p.sync(ctx)
}

// prepareInBrowser reads the address and the stored colours before the first
// rendering.
func (p *Page) prepareInBrowser() {
	u := app.Window().URL()
	if p.Carrier == "" {
		p.Carrier = carrierInPath(u.Path)
		p.state = p.home()
	}
	if looksLikeState(u.Fragment) {
		p.open(rawFragment())
	}
	p.state.Base = linkAddress()
	p.takeHanded()
	p.takeOver()
	if t := app.Window().Get("localStorage").Call("getItem", "theme"); t.Truthy() {
		p.applyTheme(t.String())
	}
}

// looksLikeState tells a share link's fragment from a place on the page.
func looksLikeState(fragment string) bool {
	version, _, ok := strings.Cut(fragment, ";")
	return ok && version != "" && strings.Trim(version, "0123456789") == ""
}

// open reads a fragment into the state.
func (p *Page) open(fragment string) {
	s, err := ParseFragment(fragment)
	p.linkNote = ""
	if err != nil {
		p.linkNote = strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	if s.Config.Carrier == p.state.Config.Carrier {
		s.Config.Secret, s.Kept = p.state.Config.Secret, p.state.Kept
	}
	s.Base = p.state.Base
	p.state = s
	// What a link leaves empty is still to be filled in; what it holds was
	// somebody's doing and is judged.
	for _, f := range wgsmtp.Fields() {
		if f.Get(&s.Config) != "" {
			p.visit(f.ID)
		}
	}
}

func location() app.Value { return app.Window().Get("location") }

// rawFragment is the fragment as it stands in the address; net/url's would be
// unescaped once already.
func rawFragment() string { return strings.TrimPrefix(location().Get("hash").String(), "#") }

func pageAddress() string {
	address, _, _ := strings.Cut(location().Get("href").String(), "#")
	return address
}

// linkAddress is what links name: in a frame of another site not the page at
// hand, which is less than the whole.
func linkAddress() string {
	if app.Window().Get("document").Get("documentElement").Call("hasAttribute", "data-frame").Bool() {
		return fullAddress(pageAddress())
	}
	return pageAddress()
}

// fullAddress is the address of the page that a page for frames stands for: not
// in the folder of those, and without what a query says of the frame.
func fullAddress(address string) string {
	address, _, _ = strings.Cut(address, "?")
	if i := strings.LastIndex(address, "/embed/"); i >= 0 {
		return address[:i+1] + address[i+len("/embed/"):]
	}
	return address
}

// OnMount implements app.Mounter.
func (p *Page) OnMount(ctx app.Context) {
	p.ctx = ctx
	p.unfold(ctx)
	p.handOver(ctx)
	ctx.After(warmAfter, func(ctx app.Context) { p.warm(ctx, warmSlices) })
	// go-app listens too, but takes an address that it has not set itself for
	// one that it is already at.
	p.onPop = app.FuncOf(func(app.Value, []app.Value) any {
		ctx.Dispatch(p.follow)
		return nil
	})
	app.Window().Call("addEventListener", "popstate", p.onPop)
}

// OnDismount implements app.Dismounter.
func (p *Page) OnDismount() {
	p.cancelLive()
	app.Window().Call("removeEventListener", "popstate", p.onPop)
	p.onPop.Release()
}

// OnNav implements app.Navigator: a link led to this very page.
func (p *Page) OnNav(ctx app.Context) {
	if app.IsClient {
		p.state.Base = linkAddress() // go-app makes a page before the address is there
		p.follow(ctx)
	}
}

// follow brings the state in line with the address.
func (p *Page) follow(ctx app.Context) {
	fragment := rawFragment()
	if !p.Mounted() || fragment == p.state.fragmentFrom(p.home()) {
		return
	}
	switch {
	case looksLikeState(fragment):
		p.open(fragment)
	case fragment == "":
		s := p.home()
		s.Base = p.state.Base
		p.state, p.linkNote = s, ""
	default:
		return
	}
	p.undo = nil
	p.set(p.state)
	p.sync(ctx)
}

// settle writes the state into the address in place.
func (p *Page) settle(ctx app.Context) { p.writeAddress(ctx, "replaceState") }

// push makes the state a new entry of the history.
func (p *Page) push(ctx app.Context) { p.writeAddress(ctx, "pushState") }

// address is that of the page with the state in it.
func (p *Page) address() string {
	if fragment := p.state.fragmentFrom(p.home()); fragment != "" {
		return pageAddress() + "#" + fragment
	}
	return pageAddress()
}

func (p *Page) writeAddress(ctx app.Context, how string) {
	address := p.address()
	ctx.Defer(func(app.Context) {
		if location().Get("href").String() != address {
			app.Window().Get("history").Call(how, nil, "", address)
		}
	})
	p.unfold(ctx)
}

const (
	themeAuto  = "auto"
	themeLight = "light"
	themeDark  = "dark"
)

// onTheme switches the colours and stores the choice: the one thing that this
// page stores.
func (p *Page) onTheme(ctx app.Context, _ app.Event) {
	p.applyTheme(ctx.JSSrc().Get("value").String())
	storage := app.Window().Get("localStorage")
	if p.theme == themeAuto {
		storage.Call("removeItem", "theme")
		return
	}
	storage.Call("setItem", "theme", p.theme)
}

func (p *Page) applyTheme(theme string) {
	root := app.Window().Get("document").Get("documentElement")
	switch theme {
	case themeLight, themeDark:
		p.theme = theme
		root.Call("setAttribute", "data-theme", theme)
	default:
		p.theme = themeAuto
		root.Call("removeAttribute", "data-theme")
	}
}

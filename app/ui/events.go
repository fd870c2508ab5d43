// What happens on the page. The form's events are caught at the form and told
// apart by the target's id, clicks at the page by data-do: a handler that
// reads its target cannot hold on to the values of an earlier rendering, and
// some hundred browser callbacks are three.

package ui

import (
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/preview"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// typingPause is how long nobody types before a field is judged.
const typingPause = 800 * time.Millisecond

func targetID(e app.Event) string { return e.Get("target").Get("id").String() }

func (p *Page) onSubmit(_ app.Context, e app.Event) { e.PreventDefault() }

func (p *Page) onInput(ctx app.Context, e app.Event) {
	id := targetID(e)
	if id == searchID {
		p.search(e.Get("target").Get("value").String())
		return
	}
	f, ok := wgsmtp.FieldByID(id)
	if !ok || f.Kind == wgsmtp.KindSwitch || f.Kind == wgsmtp.KindChoice || e.Get("target").Get("tagName").String() == "SELECT" {
		ctx.PreventUpdate() // the change event brings it
		return
	}
	p.notice = ""
	p.typing = id
	p.later(ctx)
	if p.enter(f, e.Get("target").Get("value").String()) {
		p.answer(p.state)
		p.showBlock(ctx)
	}
}

// showBlock renders the block alone, where it is shown: the rest of the page
// follows with the turn.
func (p *Page) showBlock(ctx app.Context) {
	if p.block == nil {
		return
	}
	p.fill(p.block)
	ctx.PreventUpdate()
	p.block.ctx.Dispatch(func(app.Context) { ctx.PreventUpdate() })
}

// judgeAfterPause judges the field that is being typed in when nobody has
// typed for a while.
func (p *Page) judgeAfterPause(ctx app.Context) {
	p.rest(ctx, typingPause, func(ctx app.Context) {
		p.judge("")
		p.settle(ctx)
	})
}

// rest does something when nobody has typed or left a field for so long.
func (p *Page) rest(ctx app.Context, d time.Duration, do func(app.Context)) {
	if p.pause != nil {
		p.pause.Stop()
	}
	p.pause = time.AfterFunc(d, func() { ctx.Dispatch(do) })
}

// enter writes what was typed into the state. It is false where the text is
// not a value of the field.
func (p *Page) enter(f wgsmtp.Field, text string) bool {
	delete(p.bad, f.ID)
	if f.Kind == wgsmtp.KindNumber && strings.TrimSpace(text) == "" {
		text = "0"
	}
	before := p.state.Config
	if err := f.Set(&p.state.Config, text); err != nil {
		if p.bad == nil {
			p.bad = make(map[string]string)
		}
		p.bad[f.ID] = text
		return false
	}
	p.out.Carrier.Follow(before, &p.state.Config)
	return true
}

func (p *Page) onChange(ctx app.Context, e app.Event) {
	id := targetID(e)
	f, ok := wgsmtp.FieldByID(id)
	if !ok {
		return
	}
	target := e.Get("target")
	before := p.state.Config
	p.notice = ""
	switch {
	case f.Kind == wgsmtp.KindSwitch:
		p.enter(f, strconv.FormatBool(target.Get("checked").Bool()))
	case id == "region":
		p.state = p.state.WithCarrier(p.out.Carrier, target.Get("value").String())
	default:
		p.enter(f, p.out.Carrier.Normalise(id, target.Get("value").String()))
	}
	p.leave(ctx, id, true)
	switch id {
	case "region", "user", "secret", "server": // others follow, or it was normalised
		p.turn.synced = true
	}
	if p.state.Config == before && len(p.bad) == 0 {
		ctx.PreventUpdate() // it was typed, and has been answered
		return
	}
	p.answer(p.state)
	p.showBlock(ctx)
}

// turn is what follows from a key or a change of focus beside the block, and is
// shown when hands rest for a moment: somebody who goes on typing gets the answer
// to each key first, and a click hits what it was aimed at, because what leaving a
// field unfolds moves what lies below.
type turn struct {
	left   []string // fields that were left
	typed  bool     // something was typed into one of them
	synced bool     // the controls may show other values than the state
	focus  string   // the field that has the focus
}

// turnPause is how long hands rest before a turn is shown.
const turnPause = 100 * time.Millisecond

// later shows the turn when hands rest.
func (p *Page) later(ctx app.Context) { p.rest(ctx, turnPause, p.showTurn) }

// showTurn judges the state and the fields that were left, settles what was
// typed, and lights the field in focus. It waits until no button of the mouse is
// down.
func (p *Page) showTurn(ctx app.Context) {
	if app.Window().Get("document").Call("querySelector", ":active").Truthy() {
		ctx.PreventUpdate()
		p.rest(ctx, releasePause, p.showTurn)
		return
	}
	t := p.turn
	p.turn = turn{focus: t.focus}
	p.lit = t.focus
	typing := p.typing
	for _, id := range t.left {
		p.visit(id)
		if id == typing {
			typing = ""
		}
	}
	p.judge(typing)
	if t.typed {
		p.settle(ctx)
	}
	if t.synced {
		p.sync(ctx)
	}
	if typing != "" {
		p.judgeAfterPause(ctx)
	}
}

// releasePause is how soon showTurn looks again.
const releasePause = 30 * time.Millisecond

func (p *Page) onFocusIn(ctx app.Context, e app.Event) {
	id := targetID(e)
	if id == searchID {
		p.openSearch()
		return
	}
	ctx.PreventUpdate()
	if _, ok := wgsmtp.FieldByID(id); ok {
		p.turn.focus = id
		p.later(ctx)
	}
}

func (p *Page) onFocusOut(ctx app.Context, e app.Event) {
	id := targetID(e)
	if id == searchID {
		p.closeSearch()
		return
	}
	ctx.PreventUpdate()
	if _, ok := wgsmtp.FieldByID(id); !ok {
		return
	}
	if p.turn.focus == id {
		p.turn.focus = ""
	}
	p.leave(ctx, id, p.typing == id)
}

// leave is told of a field that the person is through with.
func (p *Page) leave(ctx app.Context, id string, typed bool) {
	p.turn.left = append(p.turn.left, id)
	p.turn.typed = p.turn.typed || typed
	p.later(ctx)
}

// onClick acts on the nearest element that says what it does.
func (p *Page) onClick(ctx app.Context, e app.Event) {
	target := e.Get("target")
	if !target.Get("closest").Truthy() {
		return
	}
	button := target.Call("closest", "[data-do]")
	if !button.Truthy() {
		return
	}
	if box := button.Call("closest", ".code-box, .records__part"); box.Truthy() {
		if text := box.Call("querySelector", "code").Get("textContent").String(); text != "" {
			copyNear(ctx, e, text, new(string))
		}
		return
	}
	arg := button.Call("getAttribute", "data-arg")
	text := ""
	if arg.Truthy() {
		text = arg.String()
	}
	p.do(ctx, button.Call("getAttribute", "data-do").String(), text)
}

// do is the table of buttons.
func (p *Page) do(ctx app.Context, what, arg string) {
	p.notice = ""
	switch what {
	case "carrier":
		p.choose(ctx, arg)
	case "transport":
		p.change(ctx, "transport", arg)
	case "port":
		port, mode, _ := strings.Cut(arg, " ")
		p.mend(ctx, "port "+port, []wgsmtp.Change{{Field: "port", Value: port}, {Field: "tls", Value: mode}})
	case "fix":
		p.fix(ctx, arg)
	case "undo":
		p.undoLast(ctx)
	case "drop-kept":
		p.dropKept(ctx, arg)
	case "reset":
		p.reset(ctx)
	case "reveal":
		p.reveal = !p.reveal
	case "tab":
		p.tab = tabID(arg)
	case "go":
		p.goTo(ctx, arg)
	case "copy":
		p.copyBlock(ctx)
	case "skip":
		focus(ctx, "results")
	default:
		p.live(ctx, what, arg)
	}
}

// fix applies the mend of a rule.
func (p *Page) fix(ctx app.Context, rule string) {
	p.out.viewFindings()
	for i := range p.out.Findings {
		if f := &p.out.Findings[i]; f.Rule == rule && f.Fix != nil {
			p.mend(ctx, f.Fix.Label, f.Fix.Changes)
			return
		}
	}
}

// mend makes changes that can be undone together.
func (p *Page) mend(ctx app.Context, label string, changes []wgsmtp.Change) {
	c, err := wgsmtp.Apply(p.state.Config, changes)
	if err != nil {
		app.Log(err)
	}
	s := p.state
	s.Config = c
	p.replace(ctx, label, s)
}

// replace makes s the state in a way that can be undone.
func (p *Page) replace(ctx app.Context, label string, s State) {
	p.remember(label, s)
	for _, ch := range wgsmtp.Diff(p.state.Config, s.Config) {
		delete(p.bad, ch.Field)
	}
	p.set(s)
	p.notice = "Done: " + label + "."
	p.settle(ctx)
	p.sync(ctx)
}

// choose takes another carrier.
func (p *Page) choose(ctx app.Context, id string) {
	c, ok := providers.ByID(id)
	if !ok || c.ID == p.state.Config.Carrier {
		p.closeSearch()
		return
	}
	s := p.state.WithCarrier(c, "")
	p.chooser = chooser{}
	for _, f := range []string{"user", "secret", "host", "api-domain"} {
		delete(p.visited, f)
	}
	p.remember(c.Name, s)
	// Undo brings the login of the former carrier back, not one typed since.
	step := &p.undo[len(p.undo)-1]
	step.changes = append(step.changes,
		wgsmtp.Change{Field: "user", Value: p.state.Config.User},
		wgsmtp.Change{Field: "secret", Value: string(p.state.Config.Secret)})
	p.set(s)
	p.notice = c.Name + " is chosen."
	p.push(ctx)
	p.sync(ctx)
}

func (p *Page) reset(ctx app.Context) {
	s := p.home()
	s.Base = p.state.Base
	p.visited, p.bad = nil, nil
	p.chooser = chooser{}
	p.linkNote = ""
	p.replace(ctx, "start over", s)
}

// goTo opens what a field is folded in and puts the focus on it.
func (p *Page) goTo(ctx app.Context, id string) {
	if id == "carrier" {
		id = searchID
	}
	ctx.Defer(func(app.Context) {
		e := app.Window().GetElementByID(id)
		if !e.Truthy() {
			return
		}
		openAround(e)
		e.Call("focus")
		e.Call("scrollIntoView", map[string]any{"block": "center"})
	})
}

func focus(ctx app.Context, id string) {
	ctx.Defer(func(app.Context) {
		if e := app.Window().GetElementByID(id); e.Truthy() {
			e.Call("focus")
			e.Call("scrollIntoView")
		}
	})
}

// unfold opens the folded sections that hold an error or a risk, once, when it
// first appears: whoever folds them again is left alone. The list of findings
// opens with the first error and folds when the last one is mended.
func (p *Page) unfold(ctx app.Context) {
	seen := make(map[string]bool, len(p.judged))
	var ids []string
	errors, mended := false, p.troubled && p.count(rules.Error) == 0
	p.troubled = p.count(rules.Error) > 0
	for i := range p.judged {
		f := &p.judged[i]
		if f.Severity == rules.Hint {
			continue
		}
		seen[f.Rule] = true
		if !p.unfolded[f.Rule] {
			ids = append(ids, firstField(f))
			errors = errors || f.Severity == rules.Error
		}
	}
	p.unfolded = seen
	if len(ids) == 0 && !mended {
		return
	}
	ctx.Defer(func(app.Context) {
		for _, id := range ids {
			if e := app.Window().GetElementByID("field-" + id); e.Truthy() {
				openAround(e)
			}
		}
		if e := app.Window().GetElementByID(findingsID); (errors || mended) && e.Truthy() {
			e.Set("open", errors)
		}
	})
}

func openAround(e app.Value) {
	if d := e.Call("closest", "details"); d.Truthy() {
		d.Set("open", true)
	}
}

// sync writes the state into the controls, after a change that was not made
// by typing in them.
func (p *Page) sync(ctx app.Context) {
	ctx.Defer(func(app.Context) {
		for i := range specs {
			f, ok := wgsmtp.FieldByID(specs[i].id)
			if !ok {
				continue
			}
			e := app.Window().GetElementByID(f.ID)
			if !e.Truthy() {
				continue
			}
			want := shownValue(f, &p.state.Config)
			switch {
			case f.Kind == wgsmtp.KindSwitch:
				if on := want == "true"; e.Get("checked").Bool() != on {
					e.Set("checked", on)
				}
			case p.bad[f.ID] != "":
			case e.Get("value").String() != want:
				e.Set("value", want)
			}
		}
		if e := app.Window().GetElementByID(searchID); e.Truthy() && e.Get("value").String() != p.chooser.query {
			e.Set("value", p.chooser.query)
		}
	})
}

func (p *Page) setInputs(ctx app.Context, in preview.Inputs) {
	s := p.state
	s.Inputs = in
	p.set(s)
	p.settle(ctx)
}

func (p *Page) setMail(ctx app.Context, kind wgsmtp.MailKind) {
	s := p.state
	s.Mail = kind
	p.set(s)
	p.settle(ctx)
}

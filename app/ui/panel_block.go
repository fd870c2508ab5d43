package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
)

// BlockPanel shows the block for LocalSettings.php. Every line that has fields
// lights them while it is pointed at or focused, and is lit by them.
//
// The lines are one stop for the Tab key; arrow keys move between those that
// have fields, Enter goes to the field. Pointer and focus are caught by the
// element around the lines, so that a line is nothing but its markup and is
// only made anew when its text changes.
type BlockPanel struct {
	app.Compo

	Block  localsettings.Block
	Secret bool   // the block holds a secret that somebody typed: hidden on screen until asked for
	Marks  []int  // indexes of the lines that the last change touched
	Lit    string // id of the field that is lit; "" for none
	// Placeholders are ids of fields that hold an example still: their lines
	// say so.
	Placeholders []string

	Comments bool // state of "explain the lines"
	LinkBack bool // state of "link back"

	// Slots is what a printed block shows: its strings are marked with the
	// fields that they come from. nil marks none.
	Slots *wgsmtp.Config

	To blockUser

	ctx    app.Context // of the mounted panel
	shown  bool        // the secret is readable
	cursor int         // index of the line that the Tab key stops at
	rows   []row       // where the lines stand
	lit    string      // what To was told last to light
}

// blockUser is told what somebody does with the block.
type blockUser interface {
	onBlock(*BlockPanel)    // it is on the page; nil when it is not any more
	onLight(field string)   // "" when nothing is pointed at any more
	onPanelGo(field string) // Enter or click on a line: go to the field
	onComments(on bool)
	onLinkBack(on bool)
}

// blockFile is the name of the downloaded file: what it is for, and none that
// would take the place of the real one.
const blockFile = "LocalSettings-mail.php"

// OnMount implements app.Mounter.
func (p *BlockPanel) OnMount(ctx app.Context) {
	p.ctx = ctx
	if p.To != nil {
		p.To.onBlock(p)
	}
}

// OnDismount implements app.Dismounter.
func (p *BlockPanel) OnDismount() {
	if p.To != nil {
		p.To.onBlock(nil)
	}
}

// Render implements app.Composer.
func (p *BlockPanel) Render() app.UI {
	download := el("button", "cdx-button").Attr("type", "button").On("click", p.onDownload).Text("Download")
	if app.IsServer {
		download = download.Attr("disabled", true)
	}
	bar := []app.UI{
		&copyButton{Text: p.Block.String(), What: "the block", Primary: true},
		download,
		&blockSwitches{Of: p, Comments: p.Comments, LinkBack: p.LinkBack, Secret: p.Secret, Shown: p.shown},
	}
	return panel("block", el("div", "block__bar").Body(bar...),
		p.lines(),
		el("p").ID("block-help").Class("panel__note").Text(
			"Paste it at the end of LocalSettings.php. A line and the field that decides it light each other up; Enter or a click on the line goes to the field."),
	)
}

// blockSwitches are the switches of the block. They seldom change.
type blockSwitches struct {
	app.Compo

	Of                                *BlockPanel
	Comments, LinkBack, Secret, Shown bool
}

// Render implements app.Composer.
func (s *blockSwitches) Render() app.UI {
	return el("div", "block__switches").Body(
		toggle("block-comments", "Explain the lines", s.Comments, s.Of.onComments),
		toggle("block-link", "Link back", s.LinkBack, s.Of.onLinkBack),
		app.If(s.Secret, func() app.UI {
			return toggle("block-secret", "Show the secret", s.Shown, s.Of.onShow)
		}),
	)
}

func (p *BlockPanel) lines() app.UI {
	p.rows = placeLines(p.rows, p.Block.Lines)
	lines := make([]app.UI, len(p.rows))
	stop := p.stop()
	for i, r := range p.rows {
		lines[i] = p.line(i, r.line, r.line == stop)
	}
	return el("div", "code-lines").Role("list").Aria("label", "The block, line by line").Aria("describedby", "block-help").
		On("mouseover", p.onPoint).On("mouseleave", p.onLeave).
		On("focusin", p.onPoint).On("focusout", p.onLeave).
		OnKeyDown(p.onKey).On("click", p.onClick).
		Body(lines...)
}

// line is what stands in a row: the line of this index, or none.
func (p *BlockPanel) line(row, i int, stop bool) app.UI {
	if i < 0 {
		return &codeLine{Row: row, Hidden: true}
	}
	l := &p.Block.Lines[i]
	return &codeLine{
		Row:     row,
		Text:    piecesOf(l, p.Secret && !p.shown, p.Slots),
		Field:   len(l.Fields) > 0,
		Stop:    stop,
		Lit:     p.Lit != "" && slices.Contains(l.Fields, p.Lit),
		Changed: slices.Contains(p.Marks, i),
		Example: p.example(l),
	}
}

// example tells whether the line holds an example's value. A comment about it
// does not.
func (p *BlockPanel) example(l *localsettings.Line) bool {
	code := func(t localsettings.Token) bool {
		return t.Class != localsettings.ClassComment && strings.TrimSpace(t.Text) != ""
	}
	if !slices.ContainsFunc(l.Tokens, code) {
		return false
	}
	for _, f := range l.Fields {
		if slices.Contains(p.Placeholders, f) {
			return true
		}
	}
	return false
}

// stop is the line that the Tab key stops at: the cursor, or the next one that
// has fields.
func (p *BlockPanel) stop() int {
	if i := p.next(p.cursor, 0); i >= 0 {
		return i
	}
	return p.next(0, 0)
}

// next is the index of the first line with fields from i on, going by step
// beyond it; step 0 takes i itself too and goes up. -1 if there is none.
func (p *BlockPanel) next(i, step int) int {
	if step == 0 {
		step = 1
	} else {
		i += step
	}
	for ; i >= 0 && i < len(p.Block.Lines); i += step {
		if len(p.Block.Lines[i].Fields) > 0 {
			return i
		}
	}
	return -1
}

// lineOf is the index of the line that an event happened in, -1 outside.
func (p *BlockPanel) lineOf(e app.Event) int {
	at := e.Get("target").Call("closest", "[data-line]")
	if !at.Truthy() {
		return -1
	}
	i, err := strconv.Atoi(at.Get("dataset").Get("line").String())
	if err != nil || i >= len(p.rows) {
		return -1
	}
	return p.rows[i].line
}

func (p *BlockPanel) fieldOf(e app.Event) string {
	if i := p.lineOf(e); i >= 0 && len(p.Block.Lines[i].Fields) > 0 {
		return p.Block.Lines[i].Fields[0]
	}
	return ""
}

// light tells the page, unless it knows: the pointer passes many tokens.
func (p *BlockPanel) light(ctx app.Context, field string) {
	if field == p.lit || p.To == nil {
		ctx.PreventUpdate()
		return
	}
	p.lit = field
	p.To.onLight(field)
}

func (p *BlockPanel) onPoint(ctx app.Context, e app.Event) { p.light(ctx, p.fieldOf(e)) }
func (p *BlockPanel) onLeave(ctx app.Context, e app.Event) { p.light(ctx, "") }

func (p *BlockPanel) onClick(ctx app.Context, e app.Event) {
	i := p.lineOf(e)
	// A click at the end of a selection wants the text, not the field.
	selection := app.Window().Call("getSelection")
	if i < 0 || selection.Truthy() && !selection.Get("isCollapsed").Bool() {
		ctx.PreventUpdate()
		return
	}
	p.cursor = i
	p.goTo(i)
}

func (p *BlockPanel) goTo(i int) {
	if f := p.Block.Lines[i].Fields; len(f) > 0 && p.To != nil {
		p.To.onPanelGo(f[0])
	}
}

func (p *BlockPanel) onKey(ctx app.Context, e app.Event) {
	i := p.lineOf(e)
	if i < 0 {
		return
	}
	to := -1
	switch e.Get("key").String() {
	case "ArrowDown":
		to = p.next(i, 1)
	case "ArrowUp":
		to = p.next(i, -1)
	case "Home":
		to = p.next(0, 0)
	case "End":
		to = p.next(len(p.Block.Lines), -1)
	case "Enter":
		e.PreventDefault()
		p.goTo(i)
		return
	default:
		ctx.PreventUpdate()
		return
	}
	e.PreventDefault()
	if to < 0 {
		return
	}
	p.cursor = to
	app.Window().GetElementByID("block-line-" + strconv.Itoa(p.rowOf(to))).Call("focus")
}

func (p *BlockPanel) onDownload(app.Context, app.Event) {
	saveText(blockFile, "<?php\n"+p.Block.String())
}

func (p *BlockPanel) onComments(ctx app.Context, _ app.Event) {
	if p.To != nil {
		p.To.onComments(checked(ctx))
	}
}

func (p *BlockPanel) onLinkBack(ctx app.Context, _ app.Event) {
	if p.To != nil {
		p.To.onLinkBack(checked(ctx))
	}
}

func (p *BlockPanel) onShow(ctx app.Context, _ app.Event) { p.shown = checked(ctx) }

package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

// SettingsPage takes settings as somebody has them, says what is wrong with
// them in their own lines, and gives the mended block.
type SettingsPage struct {
	app.Compo

	Root string // relative address of the start page; "" is "./"

	frame
	ready   bool
	paste   pasted
	release string // chosen; "" is told from the text
	said    string // what was found, for the live region
	problem string // why nothing was read
	applied []string
	all     bool // all mends are made
	mended  *mended
	pause   *time.Timer
}

const pastedID = "pasted"

func (p *SettingsPage) prepare() {
	if p.ready {
		return
	}
	p.ready = true
	p.frame.prepare(p.Root, "I have settings: check a LocalSettings.php for mail")
	p.paste.id = pastedID
	if app.IsClient {
		p.paste.text, p.release = desk.settings, desk.release
		if p.paste.text != "" {
			p.said = p.paste.look(p.release)
		}
	}
}

// OnInit implements app.Initializer.
func (p *SettingsPage) OnInit() { p.prepare() }

// OnMount implements app.Mounter.
func (p *SettingsPage) OnMount(ctx app.Context) {
	p.enter()
	setArea(ctx, pastedID, p.paste.display())
}

// OnDismount implements app.Dismounter.
func (p *SettingsPage) OnDismount() { p.leave() }

// Render implements app.Composer.
func (p *SettingsPage) Render() app.UI {
	p.prepare()
	return p.around(p.said, p.onClick,
		el("div", "page__intro").Body(
			el("h1").Text("I have settings"),
			el("p", "page__lead").Text("Paste a LocalSettings.php, or any piece of one, from a file, a wiki page, a mail or a forum. You are told in your own lines what your MediaWiki will do with them, and get the mended block."),
		),
		p.form(),
		p.results(),
		settingsAbout(p.root()),
	)
}

func (p *SettingsPage) form() app.UI {
	form := el("form").ID("bring").Class("bring__form").Aria("label", "Your settings").Attr("autocomplete", "off")
	if app.IsClient {
		form = form.On("input", p.onInput).On("change", p.onChange).On("submit", p.onSubmit).
			On("dragover", p.onDrag).On("drop", p.onDrop)
	}
	file := app.ElemSelfClosing("input").ID("file").Attr("type", "file").Class("bring__file").
		Attr("accept", ".php,.txt,.inc,.conf,.yml,.yaml,.nix,text/*").Aria("describedby", "file-desc")
	return sleeping(form,
		area(pastedID, "Your settings", "They stay in this page: nothing pasted is sent or stored. Passwords are shown as dots.", "12"),
		el("div", "bring__row").Body(
			el("div", "cdx-field", "bring__field").Body(
				el("div", "cdx-label").Body(
					el("label", "cdx-label__label").Attr("for", "file").Body(el("span", "cdx-label__label__text").Text("Or a file")),
					el("span").ID("file-desc").Class("cdx-label__description").Text("It is read here, or drop it on the text."),
				),
				file,
			),
			selection("release", "MediaWiki release", "Special:Version of your wiki names it.", p.release, releasesBehind("Tell it from the text")),
		),
		el("div", "bring__row", "bring__row--end").Body(
			doButton("check", "", "Check", "cdx-button--action-progressive", "cdx-button--weight-primary"),
			p.paste.showSwitch(),
		),
	)
}

func (p *SettingsPage) onSubmit(_ app.Context, e app.Event) { e.PreventDefault() }

func (p *SettingsPage) onInput(ctx app.Context, e app.Event) {
	if targetID(e) != pastedID {
		return
	}
	p.paste.typed(e.Get("target").Get("value").String())
	if strings.HasPrefix(wayIn(e), "insertFrom") {
		p.look(ctx)
		setArea(ctx, pastedID, p.paste.display())
		return
	}
	// Judged after a pause; the text area is left alone while somebody types.
	if p.pause != nil {
		p.pause.Stop()
	}
	p.pause = time.AfterFunc(typingPause, func() { ctx.Dispatch(p.look) })
	ctx.PreventUpdate()
}

func (p *SettingsPage) onChange(ctx app.Context, e app.Event) {
	target := e.Get("target")
	switch targetID(e) {
	case pastedID:
		p.paste.typed(target.Get("value").String())
		p.look(ctx)
		setArea(ctx, pastedID, p.paste.display())
	case pastedID + "-show":
		p.paste.shown = target.Get("checked").Bool()
		setArea(ctx, pastedID, p.paste.display())
	case "release":
		p.release = target.Get("value").String()
		p.look(ctx)
	case "file":
		if files := target.Get("files"); files.Get("length").Int() > 0 {
			readFile(ctx, files.Index(0), p.take)
		}
	}
}

func (p *SettingsPage) onDrag(ctx app.Context, e app.Event) {
	e.PreventDefault() // the browser would open the file
	ctx.PreventUpdate()
}

func (p *SettingsPage) onDrop(ctx app.Context, e app.Event) {
	if file, ok := dropped(e); ok {
		e.PreventDefault()
		readFile(ctx, file, p.take)
	}
}

// take is given a file's bytes.
func (p *SettingsPage) take(ctx app.Context, src []byte, problem string) {
	p.applied, p.all, p.mended, p.problem = nil, false, nil, problem
	if problem != "" {
		p.said = problem
		return
	}
	p.said = p.paste.take(src, p.release)
	p.keep()
	setArea(ctx, pastedID, p.paste.display())
}

// look checks what stands in the text area.
func (p *SettingsPage) look(app.Context) {
	if p.pause != nil {
		p.pause.Stop()
	}
	if p.paste.report != nil && p.paste.text == desk.settings && p.release == desk.release {
		return // nothing new
	}
	p.applied, p.all, p.mended, p.problem = nil, false, nil, ""
	p.said = p.paste.look(p.release)
	if p.paste.report == nil && strings.TrimSpace(p.paste.text) != "" {
		p.problem = p.said
	}
	p.keep()
}

func (p *SettingsPage) keep() { desk.settings, desk.release = p.paste.text, p.release }

func (p *SettingsPage) onClick(ctx app.Context, e app.Event) {
	what, arg := askedFor(e)
	r := p.paste.report
	switch {
	case what == "skip":
		focus(ctx, "main")
	case what == "check":
		p.look(ctx)
		setArea(ctx, pastedID, p.paste.display())
		focus(ctx, "found")
	case r == nil || what == "":
		ctx.PreventUpdate()
	case what == "mend-all":
		p.all, p.applied = true, nil
		p.mended = mendAll(r)
		p.said = "All that can be mended is mended. The block and the changes are below."
		focus(ctx, "mended")
	case what == "mend":
		if !slices.Contains(p.applied, arg) {
			p.applied = append(p.applied, arg)
		}
		p.all = false
		p.mended = mendWith(r, p.changes())
		p.said = "Mended. The block and the changes are below."
	case what == "unmend":
		p.applied, p.all, p.mended = nil, false, nil
		p.said = "The mends are taken back."
		focus(ctx, "found")
	case p.mended != nil:
		p.mended.do(what, p.root())
	}
}

// changes are those of the mends made one by one.
func (p *SettingsPage) changes() []wgsmtp.Change {
	var out []wgsmtp.Change
	for _, rule := range p.applied {
		out = append(out, p.paste.fixes[rule]...)
	}
	return out
}

// results have a place from the beginning, so that nothing is made anew in the
// form when they come.
func (p *SettingsPage) results() app.UI {
	box := el("section").ID("found").Class("bring__found").TabIndex(-1).Aria("label", "What was found")
	r := p.paste.report
	switch {
	case p.problem != "":
		return box.Body(message{Severity: rules.Error, Text: p.problem}.render())
	case r == nil:
		return box
	case !r.Usable && len(r.NotUnderstood) == 0:
		return box.Body(message{
			Severity: rules.Warning, Text: "No setting of MediaWiki was found in this text.",
			Why: "Settings look like $wgSMTP = [ ... ]; or $wgPasswordSender = '...';. If it is an error message, the page for errors explains it.",
		}.render())
	}
	return box.Body(
		el("div", "bring__head").Body(
			el("h2").Text("In your lines"),
			el("p", "bring__sum").Text(found(r)),
		),
		el("p", "panel__note").Text(p.takenFor()),
		p.mendBar(),
		p.lines(),
		p.notUnderstood(),
		p.mendedSection(),
	)
}

// takenFor says what release and carrier the text was taken to be for.
func (p *SettingsPage) takenFor() string {
	r := p.paste.report
	text := "Checked as MediaWiki " + r.Release
	if p.release == "" {
		text += ", which was told from the text or, where it does not say, is the newest; choose another above"
	}
	if r.Carrier.ID != customID {
		text += ". The server is " + r.Carrier.Name + "'s"
	}
	return text + "."
}

func (p *SettingsPage) mendBar() app.UI {
	r := p.paste.report
	mendable := slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return f.Fix != "" && f.Severity != rules.Hint })
	undo := doButton("unmend", "", "Take the mends back", "cdx-button--weight-quiet")
	if app.IsClient {
		undo = undo.Hidden(p.mended == nil)
	}
	label := "Mend all"
	if !mendable {
		label = "Print the block"
	}
	return el("div", "buttons").Body(
		doButton("mend-all", "", label, "cdx-button--action-progressive", "cdx-button--weight-primary"),
		undo,
	)
}

func (p *SettingsPage) mendedSection() app.UI {
	box := el("section").ID("mended").Class("bring__mended").TabIndex(-1).Aria("label", "The mended block")
	if p.mended == nil {
		return box
	}
	title := "The mended block"
	if !p.all {
		title = "The block with " + count(len(p.applied), "mend", "mends")
	}
	hidden := p.hidden()
	return box.Body(el("h2").Text(title), p.mended.render(p.root(), hidden))
}

// hidden are the secrets to hide now.
func (p *SettingsPage) hidden() masks {
	if p.paste.shown {
		return nil
	}
	return p.paste.masks
}

func (p *SettingsPage) notUnderstood() app.UI {
	r := p.paste.report
	if len(r.NotUnderstood) == 0 {
		return el("div")
	}
	hidden := p.hidden()
	items := make([]app.UI, 0, len(r.NotUnderstood))
	for _, at := range r.NotUnderstood[:min(len(r.NotUnderstood), mostShown)] {
		items = append(items, el("li").Body(
			el("strong").Text(fmt.Sprintf("Line %d, column %d: ", at.Line, at.Column)),
			el("code").Text(hidden.hide(at.Text)),
			app.Text(" "+at.Reason+"."),
		))
	}
	if more := len(r.NotUnderstood) - mostShown; more > 0 {
		items = append(items, el("li").Text(fmt.Sprintf("And %d more.", more)))
	}
	return el("div", "bring__unread").Body(
		el("h2").Text("Not understood"),
		el("p", "panel__note").Text("What these places set is not checked, and is not in the mended block."),
		el("ul", "bring__list").Body(items...),
	)
}

// mostShown bounds how many places of a kind a page lists.
const mostShown = 100

// settingsAbout is what the page does, in words: for readers, and for those
// whose browser runs no program.
func settingsAbout(root string) app.UI {
	item := func(text string) app.UI { return el("li").Text(text) }
	return el("section").ID("about").Class("about").Aria("labelledby", "heading-about").Body(
		el("h2").ID("heading-about").Text("What is checked"),
		el("ul", "bring__list").Body(
			item("Keys of $wgSMTP that MediaWiki does not know, such as user, Host, smtpsecure or IDhost, with the key that was meant."),
			item("Port, encryption and login that do not go together: ssl:// with port 587, 465 without ssl://, a login without TLS."),
			item("Values of the wrong type: 'auth' => 'false' is true for PHP, and getenv( 'X' ) ?? 587 never falls back."),
			item("Text that copying broke: typographic quotation marks, non-breaking spaces, missing commas and brackets."),
			item("Settings that the release does not know or has removed, and lines that a later line overrides."),
			item("Passwords where they leak: in $wgPasswordSender, in 'debug' output, as the name of an environment variable."),
			item("What the carrier asks for: app passwords, senders that must belong to the login, regions."),
		),
		el("p").Body(
			app.Text("On a server, the command "),
			el("code").Text("wgsmtp check LocalSettings.php"),
			app.Text(" does the same. "),
			el("a").Attr("href", root+errorName+".html").Text("I have an error message instead"),
			app.Text("."),
		),
	)
}

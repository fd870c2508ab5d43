package ui

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/rules"
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
	first   string // the release that the form was made with
	said    string // what was found, for the live region
	problem string // why nothing was read
	applied []string
	all     bool // all mends are made
	mended  *mended
	pause   *time.Timer
	taken   *printedBring // what was done before the program ran
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
		if p.taken = takePrinted(pastedID+"-show", pastedID, "release"); p.taken != nil {
			p.paste.text, p.release = p.taken.values[pastedID], p.taken.values["release"]
			p.paste.shown, p.paste.first = p.taken.checked, p.taken.checked
			p.keep()
		}
		p.first = p.release
		if p.paste.text != "" {
			p.said = p.paste.look(p.release)
			if p.paste.report == nil && strings.TrimSpace(p.paste.text) != "" {
				p.problem = p.said
			}
		}
	}
}

// OnInit implements app.Initializer.
func (p *SettingsPage) OnInit() { p.prepare() }

// OnMount implements app.Mounter.
func (p *SettingsPage) OnMount(ctx app.Context) {
	p.enter()
	setArea(ctx, pastedID, p.paste.display())
	p.taken.handOver(ctx)
	if p.taken != nil && p.taken.file != nil {
		readFile(ctx, p.taken.file, p.take)
	}
	p.taken = nil
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
		app.Raw(markup(settingsAbout, p.root())),
	)
}

func (p *SettingsPage) form() app.UI {
	form := el("form").ID("bring").Class("bring__form").Aria("label", "Your settings").Attr("autocomplete", "off")
	if app.IsClient {
		form = form.On("input", p.onInput).On("change", p.onChange).On("submit", p.onSubmit).
			On("dragover", p.onDrag).On("drop", p.onDrop)
	}
	return form.Body(finished(
		area(pastedID, "Your settings", "They stay in this page: nothing pasted is sent or stored. Passwords are shown as dots.", "12") +
			markup(`<div class="bring__row">¶¶</div><div class="bring__row bring__row--end">¶¶</div>`,
				markup(fieldMarkup, "file", "Or a file", "file", "It is read here, or drop it on the text.",
					`<input id="file" type="file" class="bring__file" accept=".php,.txt,.inc,.conf,.yml,.yaml,.nix,text/*" aria-describedby="file-desc">`),
				selection("release", "MediaWiki release", "Special:Version of your wiki names it.", p.first, releasesBehind("Tell it from the text")),
				doButton("check", "", "Check", primaryButton), p.paste.showSwitch())))
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
	if targetID(e) == "file" {
		e.Get("target").Set("value", "") // the same file may be chosen again, changed
	}
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
		p.mended = mendMarked(r, p.applied)
		p.said = "Mended. The block and the changes are below."
		// The line is made anew, and the button with it.
		refocus(ctx, e.Get("target").Call("closest", "li"))
	case what == "unmend":
		p.applied, p.all, p.mended = nil, false, nil
		p.said = "The mends are taken back."
		focus(ctx, "found")
	case p.mended != nil:
		p.mended.do(ctx, e, what, p.root(), &p.said)
	}
}

// results have a place from the beginning, so that nothing is made anew in the
// form when they come.
func (p *SettingsPage) results() app.UI {
	box := el("section").ID("found").Class("bring__found").TabIndex(-1).Aria("label", "What was found")
	r := p.paste.report
	switch {
	case p.problem != "":
		return box.Body(app.Raw(alert(rules.Error, p.problem, "")))
	case r == nil:
		return box
	case !r.Usable && len(r.NotUnderstood) == 0:
		return box.Body(app.Raw(alert(rules.Warning, "No setting of MediaWiki was found in this text.",
			"Settings look like $wgSMTP = [ ... ]; or $wgPasswordSender = '...';. If it is an error message, the page for errors explains it.")))
	}
	return box.Body(
		app.Raw(markup(`<div class="bring__part"><div class="bring__head"><h2>In your lines</h2><p class="bring__sum">§</p></div><p class="panel__note">§</p>¶</div>`,
			found(r), p.takenFor(), p.mendBar())),
		p.lines(),
		app.Raw(p.notUnderstood()),
		p.mendedSection(),
	)
}

// general are the findings about the text as a whole: they stand above the
// lines.
var general = []string{"release-taken", "carrier-taken", "piece-only"}

// takenFor says what the text was taken to be.
func (p *SettingsPage) takenFor() string {
	r := p.paste.report
	var parts []string
	if p.release != "" {
		parts = append(parts, "Checked as MediaWiki "+r.Release+".")
	}
	for _, rule := range general {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Rule == rule {
				parts = append(parts, f.Message)
				break
			}
		}
	}
	return strings.Join(parts, " ")
}

func (p *SettingsPage) mendBar() string {
	label, undo := "Print the block", ""
	for i := range p.paste.report.Findings {
		if f := &p.paste.report.Findings[i]; f.Fix != "" && f.Severity != rules.Hint {
			label = "Mend all"
		}
	}
	if p.mended != nil {
		undo = doButton("unmend", "", "Take the mends back", quietButton)
	}
	return markup(`<div class="buttons">¶¶</div>`, doButton("mend-all", "", label, primaryButton), undo)
}

func (p *SettingsPage) mendedSection() app.UI {
	title := "The mended block"
	if !p.all {
		title = "The block with " + count(len(p.applied), "mend", "mends")
	}
	return mendedSection(p.mended, title, p.hidden())
}

// hidden are the secrets to hide now.
func (p *SettingsPage) hidden() masks {
	if p.paste.shown {
		return nil
	}
	return p.paste.masks
}

func (p *SettingsPage) notUnderstood() string {
	places, more := p.paste.report.NotUnderstood, ""
	if len(places) == 0 {
		return `<div></div>`
	}
	if n := len(places) - mostShown; n > 0 {
		places, more = places[:mostShown], markup(`<li>And § more.</li>`, strconv.Itoa(n))
	}
	hidden := p.hidden()
	return markup(`<div class="bring__unread"><h2>Not understood</h2><p class="panel__note">What these places set is not checked, and is not in the mended block.</p><ul class="bring__list">¶¶</ul></div>`,
		each(places, func(_ int, at *check.Place) string {
			return markup(`<li><strong>Line §, column §:</strong> <code>§</code> §.</li>`,
				strconv.Itoa(at.Line), strconv.Itoa(at.Column), hidden.hide(at.Text), at.Reason)
		}), more)
}

// mostShown bounds how many places of a kind a page lists.
const mostShown = 100

// settingsAbout is what the page does, in words: for readers, and for those
// whose browser runs no program.
const settingsAbout = `<section id="about" class="about" aria-labelledby="heading-about"><h2 id="heading-about">What is checked</h2><ul class="bring__list">` +
	`<li>Keys of $wgSMTP that MediaWiki does not know, such as user, Host, smtpsecure or IDhost, with the key that was meant.</li>` +
	`<li>Port, encryption and login that do not go together: ssl:// with port 587, 465 without ssl://, a login without TLS.</li>` +
	`<li>Values of the wrong type: 'auth' =&gt; 'false' is true for PHP, and getenv( 'X' ) ?? 587 never falls back.</li>` +
	`<li>Text that copying broke: typographic quotation marks, non-breaking spaces, missing commas and brackets.</li>` +
	`<li>Settings that the release does not know or has removed, and lines that a later line overrides.</li>` +
	`<li>Passwords where they leak: in $wgPasswordSender, in the output of 'debug', as the name of an environment variable.</li>` +
	`<li>What the carrier asks for: app passwords, senders that must belong to the login, regions.</li>` +
	`</ul><p>On a server, the command <code>wgsmtp check LocalSettings.php</code> does the same. <a href="§error.html">I have an error message instead</a>.</p></section>`

package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
)

// LivePanel starts live tests and shows how they go. It is made anew when a
// prop changes: Rev counts what happens in lab.
type LivePanel struct {
	app.Compo

	To      *Page
	Rev     int
	Target  string // the server and port that would be tried; "" without SMTP
	Release string
	Secret  bool // a password is asked for
	Login   bool
	Stale   bool   // the form is not that of the run shown any more
	Server  string // the wiki's address

	problem string // with the address that was typed
}

func (p *Page) livePanel() app.UI {
	c := &p.state.Config
	l := &LivePanel{To: p, Release: p.out.Release.Name(), Secret: p.liveSecretAsked(), Login: c.Auth != wgsmtp.AuthNone, Server: c.Server, Rev: lab.rev}
	if c.Transport == wgsmtp.TransportSMTP {
		l.Target = or(c.Host, "the mail server") + ", port " + strconv.Itoa(c.Port)
		if k := p.state.Kept; k.Decides("host") || k.Decides("port") {
			l.Target = "the server that your settings name"
		}
	}
	if r := lab.shown; r != nil {
		// As far as it is sent.
		l.Stale = withoutSecret(*c) != r.config || keptText(p.state.Kept) != r.kept
	}
	return l
}

// Render implements app.Composer. What changes by itself is a piece by itself, so
// that nothing that was typed, unfolded or has the focus is made anew.
func (p *LivePanel) Render() app.UI {
	root := el("div", "panel", "panel--live")
	if p.Target == "" {
		return root.Body(app.Raw(liveNote("Without SMTP the wiki connects to no mail server, so there is no connection to try.")))
	}
	what := "Tries these settings on the real server, step by step, saying what MediaWiki " + p.Release + " says. It ends when the recipient is accepted: no mail is sent"
	about := what + " unless you ask for one."
	var place livePlace
	if app.IsClient {
		place = p.To.livePlace()
	}
	if place.Shared && place.Address != "" {
		about = what + ". This test is shared by many, so it reaches servers on the internet only; one in your own network is tested from the wiki's host."
	}
	lead := app.Raw(markup(`<p class="panel__lead">§</p>`, about))
	switch {
	case app.IsServer:
		return root.Body(lead, app.Raw(`<p class="panel__note">The program of this page runs it; on the wiki's host, the command <code>wgsmtp probe LocalSettings.php</code> does the same.</p>`))
	case place.Framed:
		return root.Body(app.Raw(liveNote("In a frame of another site nothing is tested, since a password would pass through it: open the page on its own.")))
	}
	var steps []app.UI
	outcome, said := `<div></div>`, app.UI(app.Raw(`<div></div>`))
	if r := lab.shown; r != nil {
		outcome = p.outcome(r)
		total := r.total()
		for i := range r.steps {
			steps = append(steps, p.step(r, i, total))
		}
		said = talk(r.lines(), "h4")
	}
	news := ""
	if lab.shown != nil {
		news = lab.shown.news
	}
	return root.On("submit", p.onSubmit).Body(
		lead,
		p.start(place),
		app.Raw(p.elsewhere(place)),
		el("p", "live__problem").Role("alert").Text(p.problem),
		app.Raw(`<div class="live__progress"`+hiddenUnless(lab.call != nil)+`><div class="cdx-progress-bar cdx-progress-bar--inline" role="progressbar" aria-label="The test is running"><div class="cdx-progress-bar__bar"></div></div>`+doButton("live-cancel", "", "Cancel", "")+`</div>`),
		el("div", "visually-hidden").Role("status").Aria("live", "polite").Text(news),
		el("section", "live__run").Aria("label", "The test").Body(
			app.Raw(outcome),
			app.Raw(`<p class="panel__note"`+hiddenUnless(p.Stale)+`>The form has changed since: start the test again to see what that does.</p>`),
			el("div", "live__columns").Body(
				el("ol", "live__steps").Aria("label", "Steps").Body(steps...),
				el("section", "live__talk").Aria("label", "The conversation").Body(said),
			),
		),
		app.Raw(compareLive(lab.runs)),
	)
}

func hiddenUnless(shown bool) string {
	if shown {
		return ""
	}
	return " hidden"
}

func liveNote(text string) string { return boxed(noticeBox, markup(`<p>§</p>`, text)) }

// control is a labelled text box. What is typed stays in it until it is used.
func control(id, label, help, kind, example string) string {
	return markup(fieldMarkup, id, label, id, help, markup(`<div class="cdx-field__control"><div class="cdx-text-input"><input id="§" class="cdx-text-input__input" type="¶" placeholder="§" autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="§-desc"></div></div>`, id, kind, example, id))
}

// start is what a test needs beside the form, and its button.
func (p *LivePanel) start(place livePlace) app.UI {
	secret, send, what := `<div hidden></div>`, `<div hidden></div>`, "these settings"
	if p.Secret {
		secret = control(liveSecretID, "Password for the test", "The form holds none. This one is used for the test and kept nowhere.", "password", "")
	}
	if p.Login {
		what = "these settings and the password"
	}
	if !place.Shared {
		send = `<div class="cdx-checkbox"><div class="cdx-checkbox__wrapper"><input id="` + liveSendID + `" class="cdx-checkbox__input" type="checkbox"><span class="cdx-checkbox__icon"></span><div class="cdx-checkbox__label cdx-label"><label class="cdx-label__label" for="` + liveSendID + `"><span class="cdx-label__label__text">Send one test message</span></label></div></div></div>`
	}
	who := place.Address
	switch {
	case place.Own:
		who += ", where this page comes from"
	case !isLoopback(place.Address):
		who += ", which is not your machine"
	}
	return el("form", "live__start").Aria("label", "Live test").Hidden(place.Address == "").Body(
		app.Raw(control(liveToID, "Recipient", "Empty: the wiki's own sender.", "email", "you@example.net")),
		app.Raw(secret),
		app.Raw(send),
		app.Raw(markup(`<p class="panel__note">When you press the button, § go to §, and it connects to §. Nothing is sent before that, and it keeps nothing. The answer that counts is the one from the wiki's own host.</p>`, what, who, p.Target)),
		app.Raw(`<button id="`+liveStartID+`" type="submit" class="cdx-button `+primaryButton+`">Start the test</button>`),
	)
}

// elsewhere is how to have the test run on the wiki's host.
func (p *LivePanel) elsewhere(place livePlace) string {
	there, here := tunnel(location().Get("origin").String(), p.Server)
	open, title := "", "Run it on the wiki's host"
	if place.Address == "" {
		open, title = " open", "Nothing answers the test here yet: run it on the wiki's host"
	}
	return markup(`<details id="live-elsewhere" class="panel-more live__where"¶><summary>¶</summary><p>1. On the wiki's host, where wgsmtp is one file to copy:</p>¶<p>2. On your own machine, a tunnel to it:</p>¶<p>Then open <code>http://127.0.0.1:8080/</code>, which is this page with the test in it, or enter that address here. Safari only allows the first.</p><form class="live__address" aria-label="Address of the test">¶<button type="submit" class="cdx-button">Use this address</button></form></details>`,
		open, title, copyBox(there, "the command for the wiki's host"), copyBox(here, "the command for the tunnel"),
		control(liveAddressID, "Address", "Of your own machine only. It is forgotten when the page closes.", "text", "http://127.0.0.1:8080"))
}

// onSubmit is told of both forms.
func (p *LivePanel) onSubmit(ctx app.Context, e app.Event) {
	e.PreventDefault()
	p.To.notice = ""
	if !e.Get("target").Call("matches", ".live__address").Bool() {
		p.To.startLive(ctx)
		return
	}
	baked := bakedBackend()
	if !strings.Contains(baked, "://") {
		baked = ""
	}
	address, problem := liveAddress(controlValue(liveAddressID), location().Get("origin").String(), baked)
	if p.problem = problem; problem != "" {
		return
	}
	lab.entered = address
	lab.rev++
	p.To.notice = "The test will run at " + address + "."
	focus(ctx, liveStartID)
}

func liveBox(kind, text, more string) string {
	return boxed(kind, markup(`<p class="live__verdict">§</p>`, text)+more)
}

// outcome is what came of a run, with what else works.
func (p *LivePanel) outcome(r *liveRun) string {
	head := markup(`<h3>Run §, §</h3>`, strconv.Itoa(r.number), r.at)
	more := ""
	v := r.verdict
	switch {
	case r.fail != "":
		return `<div>` + head + liveBox(warningBox, sentence(r.fail), "") + `</div>`
	case v == nil:
		return `<div>` + head + `</div>`
	}
	kind := errorBox
	switch {
	case v.Unusable, v.Stopped:
		kind = warningBox
	case v.OK && v.Warnings == 0:
		kind = successBox
	case v.OK:
		kind = warningBox
		more += `<p>Look at the steps that are marked.</p>`
	}
	if v.Error != "" {
		words := v.Error
		if v.Exception != "" {
			words = v.Exception + ": " + words
		}
		more += markup(`<p>MediaWiki gives up with these words:</p><p><code class="words">§</code></p>`, words)
	}
	for i := range r.steps {
		if len(r.steps[i].Reasons) > 0 {
			more += `<div class="buttons">` + doButton("go", liveWhyID, "Why, and what to do", "") + `</div>`
			break
		}
	}
	for i, o := range r.offers() {
		if changes := harmless(o.Changes); len(changes) > 0 {
			more += markup(`<div class="live__offer"><p>§</p>¶</div>`, o.Text,
				doButton("live-offer", strconv.Itoa(i), "Use it: "+changeWords(changes), progressiveButton))
		}
	}
	return `<div>` + head + liveBox(kind, v.Text, more+markup(`<p class="panel__note">§ in all, by §</p>`, millis(v.Took), r.where)) + `</div>`
}

// step is one part of the run: when it was and how long it took as a bar and in
// words, and what was seen.
func (p *LivePanel) step(r *liveRun, i int, total float64) app.UI {
	s := &r.steps[i]
	// A bar of a thousand units, wide enough to be seen.
	x, width := int(s.Start/total*1000), max(4, int(s.Took/total*1000))
	foreign, more := "", ""
	if !s.MediaWiki {
		foreign = chip("", "not MediaWiki’s")
	}
	if s.Error != "" {
		more = markup(`<p><code class="words">§</code></p>`, s.Error)
	}
	if len(s.Facts) > 0 {
		more += markup(`<details class="panel-more"><summary>What was seen</summary><dl class="pairs">¶</dl></details>`,
			each(s.Facts, func(_ int, f *liveFact) string { return markup(`<dt>§</dt><dd>§</dd>`, f.Name, f.Value) }))
	}
	more += each(s.Reasons, func(j int, e *trouble.Entry) string { return liveReason(i, j, e) })
	if s.Status == liveFailed && !mendable(s) {
		more += `<div class="buttons">` + each(concerned(s.ID), func(_ int, id *string) string {
			at, label := *id, p.To.labelOf(*id)
			switch {
			case at == "secret" && p.Secret:
				at, label = liveSecretID, "Password for the test"
			case label == "":
				return ""
			}
			return doButton("go", at, "Go to “"+label+"”", "")
		}) + `</div>`
	}
	status := s.Status
	if liveWords[status] == "" {
		status = liveInfo
	}
	return el("li", "live-step", "live-step--"+status).DataSet("step", s.ID).Body(
		app.Raw(markup(`<div class="live-step__head"><span class="live-step__mark" aria-hidden="true"></span><h4>§</h4><span class="live-step__status">§</span>¶<span class="live-step__time">§</span></div>`,
			s.Title, liveWord(s.Status), foreign, millis(s.Took))),
		app.Raw(markup(`<svg class="live-step__bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect x="¶" width="¶" height="6"/></svg>`,
			strconv.Itoa(min(x, 1000-width)), strconv.Itoa(width))),
		app.Raw(markup(`<div class="live-step__text"><p>§</p>¶</div>`, s.Text, more)),
	)
}

// labelOf is what the form calls a field, "" where it is not shown.
func (p *Page) labelOf(id string) string {
	for i := range specs {
		if f := p.field(&specs[i]); f.ID == id && !f.Hidden {
			return f.Label
		}
	}
	return ""
}

// mendable tells whether a step's reasons have a button that mends the form.
func mendable(s *liveStep) bool {
	for i := range s.Reasons {
		for j := range s.Reasons[i].Causes {
			if len(harmless(s.Reasons[i].Causes[j].Changes)) > 0 {
				return true
			}
		}
	}
	return false
}

// liveReason is why a step failed: an entry of package trouble, with a button
// for each mend that the form can make.
func liveReason(step, reason int, e *trouble.Entry) string {
	verify, place := "", ""
	if e.Verify != "" {
		verify = markup(`<p>To make sure: §</p>`, e.Verify)
	}
	if reason == 0 {
		place = ` id="` + liveWhyID + `" tabindex="-1"`
	}
	return markup(`<article class="answer"¶ data-entry="§"><h5>§</h5><ol class="answer__causes">¶</ol>¶<div class="panel__note">Confidence: §. Source: ¶</div></article>`,
		place, e.ID, e.Title, each(e.Causes, func(k int, c *trouble.Cause) string {
			at := strconv.Itoa(step) + " " + strconv.Itoa(reason) + " " + strconv.Itoa(k)
			mend := ""
			if changes := harmless(c.Changes); len(changes) > 0 {
				mend = `<div class="buttons">` + doButton("live-mend", at, "Mend the form: "+changeWords(changes), progressiveButton) + `</div>`
			}
			return markup(`<li><p class="answer__cause">§</p><p>§</p>¶¶</li>`, c.Text, c.Fix, each(c.Commands, func(_ int, cmd *trouble.Command) string {
				return markup(`<p class="step__language">§</p><pre class="known__command"><code>§</code></pre>`, or(commandLangs[cmd.Lang], cmd.Lang), cmd.Text)
			}), mend)
		}), verify, e.Confidence, sources(e.Source))
}

// compareLive has the last runs side by side, a row for each step.
func compareLive(runs []*liveRun) string {
	if len(runs) < 2 {
		return `<section hidden></section>`
	}
	row := func(title string, cell func(r *liveRun) string) string {
		out := markup(`<tr><th scope="row">§</th>`, title)
		for _, r := range runs {
			out += markup(`<td>§</td>`, cell(r))
		}
		return out + `</tr>`
	}
	head := ""
	rows := row("Tried", func(r *liveRun) string {
		return r.config.Host + separator + connectionSummary(&Outputs{State: State{Config: r.config}})
	}) + row("Outcome", (*liveRun).outcome)
	told := map[string]bool{}
	for i, run := range runs {
		head += markup(`<th scope="col">Run §<br>§<br>¶</th>`, strconv.Itoa(run.number), run.at, doButton("live-show", strconv.Itoa(i), "Show", "cdx-button--size-small"))
		for j := range run.steps {
			id := run.steps[j].ID
			if told[id] {
				continue
			}
			told[id] = true
			rows += row(run.steps[j].Title, func(r *liveRun) string {
				for k := len(r.steps) - 1; k >= 0; k-- {
					if s := &r.steps[k]; s.ID == id {
						if s.Status == liveOK || s.Status == liveInfo {
							return millis(s.Took)
						}
						return liveWord(s.Status) + ", " + millis(s.Took)
					}
				}
				return "–"
			})
		}
	}
	return `<section><details class="panel-more"><summary>Compare the last runs</summary><div class="live__compare" tabindex="0" role="region" aria-label="The last runs"><table class="cdx-table__table"><thead><tr><td></td>` + head + `</tr></thead><tbody>` + rows + `</tbody></table></div></details></section>`
}

// live does what a button of the panel says.
func (p *Page) live(ctx app.Context, what, arg string) {
	n := [3]int{}
	for i, text := range strings.SplitN(arg, " ", len(n)) {
		n[i], _ = strconv.Atoi(text) // ours
	}
	r := lab.shown
	switch {
	case what == "live-cancel":
		p.cancelLive()
		p.notice = "The test was cancelled."
		focus(ctx, liveStartID)
	case what == "live-show" && n[0] < len(lab.runs):
		lab.shown = lab.runs[n[0]]
		lab.rev++
	case r == nil:
	case what == "live-offer" && n[0] < len(r.offers()):
		p.mendLive(ctx, r.offers()[n[0]].Changes)
	case what == "live-mend" && n[0] < len(r.steps) && n[1] < len(r.steps[n[0]].Reasons) && n[2] < len(r.steps[n[0]].Reasons[n[1]].Causes):
		p.mendLive(ctx, r.steps[n[0]].Reasons[n[1]].Causes[n[2]].Changes)
	}
}

func (p *Page) mendLive(ctx app.Context, changes []wgsmtp.Change) {
	changes = harmless(changes)
	p.mend(ctx, changeWords(changes), changes)
}

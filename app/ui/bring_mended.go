package ui

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

// mended is a block with mends, and what they change in what was pasted.
type mended struct {
	State State // for the form
	Block string
	// Whole is the whole text with the block in it; "" where that cannot be
	// done without touching other lines.
	Whole string
	Diff  []diffLine
	Left  map[string]bool // rules that still find something
	Kept  []string        // settings that the form has no field for
}

// diffLine is a line of a diff: ' ', '-', '+', or '@' for lines left out.
type diffLine struct {
	Op   byte
	Text string
}

// mendAll is the block after all mends.
func mendAll(r *check.Report) *mended { return newMended(*r) }

// mendWith is the block after some changes alone.
func mendWith(r *check.Report, changes []wgsmtp.Change) *mended {
	c := *r
	c.Mended, _ = wgsmtp.Apply(r.Config, changes)
	c.MendedKept = copyKept(r.Kept)
	for _, ch := range changes {
		c.MendedKept.Drop(ch.Field)
	}
	return newMended(c)
}

func copyKept(k *localsettings.Kept) *localsettings.Kept {
	if k == nil {
		return &localsettings.Kept{}
	}
	return &localsettings.Kept{SMTP: slices.Clone(k.SMTP), Without: slices.Clone(k.Without), Vars: slices.Clone(k.Vars)}
}

func newMended(r check.Report) *mended {
	o := localsettings.Options{Tool: Tool}
	m := &mended{Block: r.Block(o), State: NewState(), Left: map[string]bool{}}
	m.State.Config = r.Mended
	m.State.Config.Release = r.Release
	whole, ok := r.Whole(o)
	if ok && !onlyBlock(whole, m.Block) {
		m.Whole = whole
	}
	m.Diff = diffOf(r.Diff("LocalSettings.php", o))
	after := check.Check([]byte(whole), r.Release)
	for i := range after.Findings {
		m.Left[after.Findings[i].Rule] = true
	}
	if k := r.MendedKept; k != nil {
		for _, e := range k.SMTP {
			m.Kept = append(m.Kept, "$wgSMTP['"+e.Key.Value().ToString()+"']")
		}
		for _, v := range k.Vars {
			m.Kept = append(m.Kept, "$"+v.Name)
		}
	}
	return m
}

// onlyBlock tells that a text has nothing besides the block.
func onlyBlock(whole, block string) bool {
	rest := strings.TrimSpace(strings.Replace(whole, block, "", 1))
	return rest == "" || rest == "<?php"
}

// diffOf reads a unified diff.
func diffOf(unified string) []diffLine {
	var out []diffLine
	for i, l := range splitLines(unified) {
		switch {
		case l == "" || i < 2 || l[0] == '\\':
		case l[0] == '@':
			if len(out) > 0 {
				out = append(out, diffLine{Op: '@'})
			}
		default:
			out = append(out, diffLine{l[0], strings.TrimSuffix(l[1:], "\r")})
		}
	}
	return out
}

// fixesOf are the mends of the form's rules, by rule: those that can be made
// one by one.
func fixesOf(r *check.Report) map[string][]wgsmtp.Change {
	release, err := mediawiki.Lookup(r.Release)
	if err != nil {
		return nil
	}
	out := map[string][]wgsmtp.Change{}
	c := r.Config
	for _, f := range rules.Check(rules.Facts{Config: &c, Release: release, Carrier: r.Carrier}) {
		if f.Fix != nil {
			out[f.Rule] = f.Fix.Changes
		}
	}
	return out
}

// render is the block to take away, and the diff.
func (m *mended) render(root string, hidden masks) app.UI {
	buttons := []app.UI{
		&copyButton{Text: m.Block, What: "the mended block", Primary: true},
		doButton("download", "", "Download"),
	}
	if m.Whole != "" {
		buttons = append(buttons, doButton("download-whole", "", "Download the whole file"))
	}
	buttons = append(buttons, doButton("continue", "", "Continue in the form", "cdx-button--action-progressive"))
	return el("div", "panel", "panel--mended").Body(
		el("div", "block__bar").Body(buttons...),
		el("p", "panel__note").Text("It takes the place of the lines that set mail so far. Continue in the form to see the mail and the conversation that it makes; the password goes along in memory only."),
		m.keptNote(),
		el("pre", "bring__code").TabIndex(0).Aria("label", "The mended block").Body(app.Raw("<code>"+esc(hidden.hide(m.Block))+"</code>")),
		el("h3").Text("What changes"),
		m.diff(hidden),
	)
}

func (m *mended) keptNote() app.UI {
	if len(m.Kept) == 0 {
		return el("div")
	}
	return el("p", "panel__note").Text("The form has no field for " + strings.Join(m.Kept, ", ") + ": the block above has it as it was, a block from the form will not.")
}

// diff shows added and removed lines by a sign, a word for those who do not
// see it, and a colour.
func (m *mended) diff(hidden masks) app.UI {
	if len(m.Diff) == 0 {
		return el("p").Text("Nothing: these lines are right as they are.")
	}
	var b strings.Builder
	b.WriteString(`<ul class="diff" aria-label="Removed and added lines">`)
	for _, l := range m.Diff {
		text := `<code class="diff__text">` + esc(hidden.hide(l.Text)) + `</code></li>`
		switch l.Op {
		case '-':
			b.WriteString(`<li class="diff__line diff__line--removed"><span class="diff__sign" aria-hidden="true">−</span><span class="visually-hidden">removed: </span>` + text)
		case '+':
			b.WriteString(`<li class="diff__line diff__line--added"><span class="diff__sign" aria-hidden="true">+</span><span class="visually-hidden">added: </span>` + text)
		case '@':
			b.WriteString(`<li class="diff__gap">unchanged lines left out</li>`)
		default:
			b.WriteString(`<li class="diff__line"><span class="diff__sign" aria-hidden="true"> </span>` + text)
		}
	}
	b.WriteString(`</ul>`)
	return app.Raw(b.String())
}

// do serves the buttons of render; handled is false for any other.
func (m *mended) do(what, root string) (handled bool) {
	switch what {
	case "download":
		saveText(blockFile, "<?php\n"+m.Block)
	case "download-whole":
		saveText("LocalSettings.php", m.Whole)
	case "continue":
		continueInForm(root, m.State)
	default:
		return false
	}
	return true
}

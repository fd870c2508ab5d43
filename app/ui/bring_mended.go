package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
)

// mended is a block with mends, and what they change in what was pasted.
type mended struct {
	State State // for the form
	Block string
	// Whole is the whole text with the block in it; "" where that cannot be
	// done without touching other lines.
	Whole string
	Why   string // why there is no Whole
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

// mendMarked is the block after the mends of some findings alone.
func mendMarked(r *check.Report, marks []string) *mended { return newMended(r.With(marks...)) }

// mendWith is the block after some changes alone.
func mendWith(r *check.Report, changes []wgsmtp.Change) *mended {
	c := r.With()
	c.Mended, _ = wgsmtp.Apply(r.Config, changes)
	c.MendedKept = r.Kept.Clone()
	for _, ch := range changes {
		c.MendedKept.Drop(ch.Field)
	}
	return newMended(c)
}

func newMended(r check.Report) *mended {
	o := localsettings.Options{Tool: Tool}
	m := &mended{Block: r.Block(o), State: NewState(), Left: map[string]bool{}}
	m.State.Config = r.Mended
	m.State.Config.Release = r.Release
	whole, why := r.Whole(o)
	m.Why = why
	if why == "" && !onlyBlock(whole, m.Block) {
		m.Whole = whole
	}
	m.Diff = diffOf(r.Diff("LocalSettings.php", o))
	after := check.Check([]byte(whole), r.Release)
	for i := range after.Findings {
		m.Left[after.Findings[i].Rule] = true
	}
	m.State.Kept, m.Kept = r.MendedKept.Clone(), keptNames(r.MendedKept)
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

// render is the block to take away, and the diff.
func (m *mended) render(hidden masks) string {
	whole := ""
	if m.Whole != "" {
		whole = doButton("download-whole", "", "Download the whole file", "")
	}
	why := ""
	if m.Why != "" {
		why = markup(`<p class="panel__note">Only the block can be given, and not your text with the block in it: §.</p>`, m.Why)
	}
	kept := ""
	if len(m.Kept) > 0 {
		kept = markup(`<p class="panel__note">The form has no field for §: the blocks here and from the form have it as it was.</p>`, strings.Join(m.Kept, ", "))
	}
	return markup(`<div class="panel panel--mended"><div class="block__bar"><span class="copy">¶<span class="copy__said"></span></span>¶¶¶</div><p class="panel__note">It takes the place of the lines that set mail so far. Continue in the form to see the mail and the conversation that it makes; the password goes along in memory only.</p>¶¶<pre class="bring__code" tabindex="0" role="region" aria-label="The mended block itself"><code>§</code></pre><h3>What changes</h3>¶</div>`,
		doButton("copy-block", "", "Copy", "copy__button "+primaryButton), doButton("download", "", "Download", ""), whole,
		doButton("continue", "", "Continue in the form", progressiveButton), why, kept, hidden.hide(m.Block), m.diff(hidden))
}

// mendedSection is where the block comes; m may be nil.
func mendedSection(m *mended, title string, hidden masks) app.UI {
	box := el("section").ID("mended").Class("bring__mended").TabIndex(-1).Aria("label", "The mended block")
	if m == nil {
		return box
	}
	return box.Body(app.Raw(markup(`<div class="bring__part"><h2>§</h2>¶</div>`, title, m.render(hidden))))
}

// diff shows added and removed lines by a sign, a word for those who do not
// see it, and a colour.
func (m *mended) diff(hidden masks) string {
	if len(m.Diff) == 0 {
		return `<p>Nothing: these lines are right as they are.</p>`
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
	return b.String()
}

// do serves the buttons of render.
func (m *mended) do(ctx app.Context, e app.Event, what, root string, said *string) {
	switch what {
	case "copy-block":
		copyNear(ctx, e, m.Block, said)
	case "download":
		saveText(blockFile, "<?php\n"+m.Block)
	case "download-whole":
		saveText("LocalSettings.php", m.Whole)
	case "continue":
		continueInForm(root, m.State)
	}
}

package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/rules"
)

const (
	// wholeText is how many lines are shown as a whole; of longer texts those
	// around findings are.
	wholeText = 80
	around    = 3
	mostLines = 2000 // shown of any text
)

// lines are the pasted lines with their findings between them.
func (p *SettingsPage) lines() app.UI {
	r := p.paste.report
	hidden := p.hidden()
	text := strings.Split(strings.TrimSuffix(strings.ReplaceAll(r.Text, "\r\n", "\n"), "\n"), "\n")
	at := map[int][]*check.Finding{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if slices.Contains(general, f.Rule) {
			continue
		}
		line := min(max(f.Line, 1), len(text))
		at[line] = append(at[line], f)
	}
	show := func(int) bool { return true }
	if len(text) > wholeText {
		show = func(n int) bool {
			for d := -around; d <= around; d++ {
				if len(at[n+d]) > 0 {
					return true
				}
			}
			return false
		}
	}
	var items []app.UI
	left := 0
	gap := func() {
		if left > 0 {
			items = append(items, app.Raw(markup(`<li class="source__gap">§ without findings</li>`, count(left, "line", "lines"))))
			left = 0
		}
	}
	for i, line := range text {
		if !show(i+1) || len(items) > mostLines {
			left++
			continue
		}
		gap()
		items = append(items, p.line(i+1, line, at[i+1], hidden))
	}
	gap()
	return el("ol", "source").Aria("label", "Your lines with what was found in them").Body(items...)
}

// line is one line: its number, its text with the place marked, and its
// findings.
func (p *SettingsPage) line(n int, text string, findings []*check.Finding, hidden masks) app.UI {
	var b strings.Builder
	b.WriteString(`<div class="source__line"><span class="source__number">` + strconv.Itoa(n) + `</span><code class="source__text">`)
	shown := hidden.hide(text)
	from, to := -1, -1
	if len(findings) > 0 {
		from, to = markOf(text, shown, findings[0].Column, hidden)
	}
	if from < 0 {
		b.WriteString(esc(shown))
	} else {
		b.WriteString(esc(shown[:from]) + `<mark class="source__mark">` + esc(shown[from:to]) + `</mark>` + esc(shown[to:]))
	}
	b.WriteString(`</code></div>`)
	class, below := "", ""
	if len(findings) > 0 {
		class = "source__item--found source__item--" + string(findings[0].Severity)
		below = markup(`<div class="source__findings">¶</div>`, each(findings, func(_ int, f **check.Finding) string { return p.finding(*f) }))
	}
	return app.Raw(markup(`<li class="source__item §" id="line-§" tabindex="-1">¶¶</li>`, class, strconv.Itoa(n), b.String(), below))
}

// markOf is the piece of the shown line that begins at a column of the line
// itself; -1 where the column is within a password.
func markOf(text, shown string, column int, hidden masks) (from, to int) {
	runes := []rune(text)
	if column < 1 || column > len(runes) {
		return -1, -1
	}
	before := hidden.hide(string(runes[:column-1]))
	if !strings.HasPrefix(shown, before) || len(before) >= len(shown) {
		return -1, -1
	}
	from = len(before)
	to = from + strings.IndexAny(shown[from+1:]+" ", " \t,;)]") + 1
	return from, min(to, len(shown))
}

// finding is one finding with its mend.
func (p *SettingsPage) finding(f *check.Finding) string {
	kind, word := noticeBox, "Hint"
	for _, s := range severities {
		if s.severity == f.Severity {
			kind, word = s.box, strings.ToUpper(s.one[:1])+s.one[1:]
		}
	}
	done := p.mended != nil && (!p.mended.Left[f.Rule] || slices.Contains(p.applied, f.Mark()))
	if done && f.Severity != rules.Hint {
		kind, word = successBox, word+", mended"
	}
	fix, todo, from := "", "", ""
	switch {
	case f.Fix == "" || done:
	case f.Mends:
		fix = doButton("mend", f.Mark(), f.Fix, smallButton)
	default:
		todo = markup(`<p class="finding__fix">What to do: §.</p>`, strings.TrimSuffix(f.Fix, "."))
	}
	if f.Source != "" {
		from = markup(`<details class="panel-more finding__source"><summary>Source</summary>¶</details>`, sources(f.Source))
	}
	return markup(`<div class="cdx-message cdx-message--block cdx-message--§ finding" data-rule="§"><span class="cdx-message__icon"></span><div class="cdx-message__content"><p class="finding__message"><strong class="finding__severity">§:</strong> <span>§</span></p><p class="finding__why">§</p>¶<div class="finding__do">¶¶</div></div></div>`,
		kind, f.Rule, word, f.Message, f.Why, todo, fix, from)
}

package ui

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
)

// FindingsPanel is the summary of what is wrong, risky, or good to know.
type FindingsPanel struct {
	app.Compo

	Findings []rules.Finding
	To       findingsUser
}

// findingsUser is told what somebody wants to do about a finding.
type findingsUser interface {
	onPanelFix(rule string) // apply the mend of this rule
	onPanelGo(field string) // go to this field
}

// Render implements app.Composer.
func (p *FindingsPanel) Render() app.UI {
	if len(p.Findings) == 0 {
		return panel("findings", app.Raw(boxed(successBox, `<p>Nothing is missing and nothing is wrong: the block is complete. The next steps say how to try it.</p>`)))
	}
	// Hints are quiet: they stand folded below what matters more.
	var items, hints []app.UI
	for i := range p.Findings {
		if p.Findings[i].Severity == rules.Hint {
			hints = append(hints, p.item(&p.Findings[i]))
		} else {
			items = append(items, p.item(&p.Findings[i]))
		}
	}
	title := "To look at: "
	if len(items) == 0 {
		title = "Good to know: "
	}
	more, summary := el("details", "panel-more", "findings__hints"), ""
	if len(hints) == 0 {
		more = more.Hidden(true)
	} else {
		summary = count(len(hints), "hint", "hints")
		if app.IsClient {
			more = more.Hidden(false)
		}
	}
	return panel("findings",
		el("h2", "findings__title").Text(title+countFindings(p.Findings)),
		el("ul", "findings").Body(items...),
		more.Body(
			el("summary").Text(summary),
			el("ul", "findings").Body(hints...),
		),
	)
}

// severities in the order of the summary: how one and how several are called,
// and the Codex message that shows it.
var severities = []struct {
	severity       rules.Severity
	one, many, box string
}{
	{rules.Error, "error", "errors", errorBox},
	{rules.Warning, "warning", "warnings", warningBox},
	{rules.Hint, "hint", "hints", noticeBox},
}

// countFindings is "2 errors, 1 warning".
func countFindings(findings []rules.Finding) string {
	var out []string
	for _, s := range severities {
		n := 0
		for i := range findings {
			if findings[i].Severity == s.severity {
				n++
			}
		}
		if n > 0 {
			out = append(out, count(n, s.one, s.many))
		}
	}
	return strings.Join(out, ", ")
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (p *FindingsPanel) item(f *rules.Finding) app.UI {
	kind, word := noticeBox, "Hint"
	for _, s := range severities {
		if s.severity == f.Severity {
			kind, word = s.box, strings.ToUpper(s.one[:1])+s.one[1:]
		}
	}
	body := []app.UI{
		el("p", "finding__message").Body(
			el("strong", "finding__severity").Text(word+": "),
			el("span").Text(f.Message),
		),
		el("p", "finding__why").Text(f.Why),
	}
	var buttons []app.UI
	if f.Fix != nil {
		b := el("button").Attr("type", "button").Class("cdx-button", "cdx-button--size-small", "cdx-button--action-progressive").
			DataSet("rule", f.Rule).On("click", p.onFix).Text(f.Fix.Label)
		if app.IsServer {
			b = b.Attr("disabled", true)
		}
		buttons = append(buttons, b)
	}
	if len(f.Fields) > 0 {
		b := el("button").Attr("type", "button").Class("cdx-button", "cdx-button--size-small", "cdx-button--weight-quiet").
			DataSet("field", f.Fields[0]).On("click", p.onGo).Text("Go to: " + fieldTitle(f.Fields[0]))
		if app.IsServer {
			b = b.Attr("disabled", true)
		}
		buttons = append(buttons, b)
	}
	if f.Source != "" {
		buttons = append(buttons, el("details", "panel-more", "finding__source").Body(
			el("summary").Text("Source"),
			source(f.Source),
		))
	}
	if len(buttons) > 0 {
		body = append(body, el("div", "finding__do").Body(buttons...))
	}
	return el("li").Body(box(kind, body...).Class("finding"))
}

// source is where a claim comes from: links where there are some.
func source(s string) app.UI {
	parts := strings.Split(s, ", ")
	for i, part := range parts {
		if !isLink(part) {
			return el("span").Text(s)
		}
		parts[i] = strings.TrimSpace(part)
	}
	links := make([]app.UI, len(parts))
	for i, part := range parts {
		links[i] = el("li").Body(externalLink(part, part))
	}
	return el("ul").Body(links...)
}

// isLink tells whether s can stand in href as it is.
func isLink(s string) bool {
	return strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " \"'\\<>`") && !strings.ContainsFunc(s, isInvisible)
}

func isInvisible(r rune) bool { return !unicode.IsGraphic(r) || r == unicode.ReplacementChar }

// fieldTitle is what the form calls a field.
func fieldTitle(id string) string {
	for i := range specs {
		if specs[i].id == id {
			return specs[i].label
		}
	}
	if id == "carrier" {
		return "Carrier" // chosen by cards, which are not in the table
	}
	return id
}

func (p *FindingsPanel) onFix(ctx app.Context, _ app.Event) {
	if p.To != nil {
		p.To.onPanelFix(ctx.JSSrc().Get("dataset").Get("rule").String())
	}
}

func (p *FindingsPanel) onGo(ctx app.Context, _ app.Event) {
	if p.To != nil {
		p.To.onPanelGo(ctx.JSSrc().Get("dataset").Get("field").String())
	}
}

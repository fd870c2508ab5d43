package ui

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
)

// FindingsPanel is the summary of what is wrong, risky, or good to know.
type FindingsPanel struct {
	app.Compo

	Findings []rules.Finding

	OnFix func(rule string)  // apply the mend of this rule
	OnGo  func(field string) // go to this field
}

// Render implements app.Composer.
func (p *FindingsPanel) Render() app.UI {
	if len(p.Findings) == 0 {
		return panel("findings", box(successBox, app.P().Text(
			"Nothing is missing and nothing is wrong: the block is complete. The next steps say how to try it.")))
	}
	items := make([]app.UI, len(p.Findings))
	for i := range p.Findings {
		items[i] = p.item(&p.Findings[i])
	}
	return panel("findings",
		app.H2().Class("findings__title").Text("To look at: "+countFindings(p.Findings)),
		app.Ul().Class("findings").Body(items...),
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
		switch {
		case n == 1:
			out = append(out, "1 "+s.one)
		case n > 1:
			out = append(out, fmt.Sprintf("%d %s", n, s.many))
		}
	}
	return strings.Join(out, ", ")
}

func (p *FindingsPanel) item(f *rules.Finding) app.UI {
	kind, word := noticeBox, "Hint"
	for _, s := range severities {
		if s.severity == f.Severity {
			kind, word = s.box, strings.ToUpper(s.one[:1])+s.one[1:]
		}
	}
	body := []app.UI{
		app.P().Class("finding__message").Body(
			app.Strong().Class("finding__severity").Text(word+": "),
			app.Span().Text(f.Message),
		),
		app.P().Class("finding__why").Text(f.Why),
	}
	var buttons []app.UI
	if f.Fix != nil {
		b := app.Button().Type("button").Class("cdx-button", "cdx-button--action-progressive").
			DataSet("rule", f.Rule).OnClick(p.onFix).Text(f.Fix.Label)
		if app.IsServer {
			b = b.Disabled(true)
		}
		buttons = append(buttons, b)
	}
	if len(f.Fields) > 0 {
		b := app.Button().Type("button").Class("cdx-button", "cdx-button--weight-quiet").
			DataSet("field", f.Fields[0]).OnClick(p.onGo).Text("Go to: " + fieldTitle(f.Fields[0]))
		if app.IsServer {
			b = b.Disabled(true)
		}
		buttons = append(buttons, b)
	}
	if len(buttons) > 0 {
		body = append(body, app.Div().Class("finding__do").Body(buttons...))
	}
	if f.Source != "" {
		body = append(body, app.Details().Class("panel-more").Body(
			app.Summary().Text("Source"),
			source(f.Source),
		))
	}
	return app.Li().Body(box(kind, body...).Class("finding"))
}

// source is where a claim comes from: a link where it is one.
func source(s string) app.UI {
	if strings.HasPrefix(s, "https://") && !strings.ContainsAny(s, " \"\\<>") {
		return externalLink(s, s)
	}
	return app.Span().Text(s)
}

// fieldTitle is what the form calls a field.
func fieldTitle(id string) string {
	for i := range specs {
		if specs[i].id == id {
			return specs[i].label
		}
	}
	return id
}

func (p *FindingsPanel) onFix(ctx app.Context, _ app.Event) {
	if p.OnFix != nil {
		p.OnFix(ctx.JSSrc().Get("dataset").Get("rule").String())
	}
}

func (p *FindingsPanel) onGo(ctx app.Context, _ app.Event) {
	if p.OnGo != nil {
		p.OnGo(ctx.JSSrc().Get("dataset").Get("field").String())
	}
}

package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/steps"
)

// StepsPanel lists what to do on the wiki's host, in order.
type StepsPanel struct {
	app.Compo

	Steps []steps.Step
}

// Render implements app.Composer.
func (p *StepsPanel) Render() app.UI {
	items := make([]app.UI, len(p.Steps))
	for i := range p.Steps {
		items[i] = step(&p.Steps[i])
	}
	return panel("steps", el("p", "panel__lead").Text("In this order, on the wiki's host and in the wiki's directory: the one that holds LocalSettings.php."),
		el("ol", "steps").Body(items...),
	)
}

// languages of commands, as they are named above them.
var languages = map[string]string{
	steps.Shell:  "Shell",
	steps.PHP:    "LocalSettings.php",
	steps.Config: "Configuration",
}

func step(s *steps.Step) app.UI {
	body := []app.UI{
		el("h3", "step__title").Text(s.Title),
		el("p", "step__text").Text(s.Text),
	}
	if len(s.Commands) > 0 {
		boxes := ""
		for i, cmd := range s.Commands {
			what := s.Title
			if len(s.Commands) > 1 {
				what += ", " + strconv.Itoa(i+1)
			}
			boxes += copyBox(cmd, "the command of: "+what)
		}
		body = append(body,
			el("p", "step__language").Text(languages[s.Language]),
			app.Raw(`<div class="step__commands">`+boxes+`</div>`),
		)
	}
	if s.Verify != "" {
		body = append(body, el("p", "step__verify").Body(
			el("strong", "step__verify-label").Text("It worked if: "),
			el("span").Text(s.Verify),
		))
	}
	if s.Link != "" {
		body = append(body, el("p", "step__link").Body(externalLink(s.Link, "More at "+linkHost(s.Link))))
	}
	return el("li", "step").ID("step-" + s.ID).Body(body...)
}

// linkHost is the host of a link of ours, to tell where it leads.
func linkHost(link string) string {
	_, s, _ := strings.Cut(link, "//")
	host, _, _ := strings.Cut(s, "/")
	return strings.TrimPrefix(host, "www.")
}

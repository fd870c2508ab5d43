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
		items[i] = app.Raw(step(&p.Steps[i]))
	}
	return panel("steps",
		app.Raw(`<p class="panel__lead">In this order, on the wiki's host and in the wiki's directory: the one that holds LocalSettings.php.</p>`),
		el("ol", "steps").Body(items...),
	)
}

// languages of commands, as they are named above them.
var languages = map[string]string{
	steps.Shell:  "Shell",
	steps.PHP:    "LocalSettings.php",
	steps.Config: "Configuration",
}

func step(s *steps.Step) string {
	more := ""
	if len(s.Commands) > 0 {
		more = markup(`<p class="step__language">§</p><div class="step__commands">¶</div>`, languages[s.Language], each(s.Commands, func(i int, cmd *string) string {
			what := s.Title
			if len(s.Commands) > 1 {
				what += ", " + strconv.Itoa(i+1)
			}
			return copyBox(*cmd, "the command of: "+what)
		}))
	}
	if s.Verify != "" {
		more += markup(`<p class="step__verify"><strong class="step__verify-label">It worked if: </strong><span>§</span></p>`, s.Verify)
	}
	if s.Link != "" {
		more += markup(`<p class="step__link"><a class="cdx-link is-external" href="§" target="_blank" rel="noopener noreferrer">§</a></p>`, s.Link, "More at "+linkHost(s.Link))
	}
	return markup(`<li id="§" class="step"><h3 class="step__title">§</h3><p class="step__text">§</p>¶</li>`, "step-"+s.ID, s.Title, s.Text, more)
}

// linkHost is the host of a link of ours, to tell where it leads.
func linkHost(link string) string {
	_, s, _ := strings.Cut(link, "//")
	host, _, _ := strings.Cut(s, "/")
	return strings.TrimPrefix(host, "www.")
}

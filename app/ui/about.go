// The foot of the page: the facts about the carrier in words, and the links.

package ui

import (
	"fmt"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/providers"
)

// about is what a carrier needs, in words: for readers, and for those whose
// browser runs no program.
type about struct {
	app.Compo

	ID string // of the carrier
}

// Render implements app.Composer.
func (p *about) Render() app.UI {
	c, ok := providers.ByID(p.ID)
	if !ok {
		c = providers.Custom()
	}
	rows := make([]app.UI, 0, 20)
	row := func(term string, text ...string) {
		body := make([]app.UI, 0, len(text))
		for _, t := range text {
			if t != "" {
				body = append(body, el("p").Text(t))
			}
		}
		if len(body) > 0 {
			rows = append(rows, el("dt").Text(term), el("dd").Body(body...))
		}
	}
	if u := c.Unusable; u != nil {
		row("Why not", u.Why)
		row("Instead", u.Instead)
	} else {
		row("Servers", hostWords(c)...)
		row("Ports", portWords(c)...)
		row(or(c.User.Label, "User name"), c.User.Hint)
		row(or(c.Secret.Label, "Password"), c.Secret.Hint, sentence(c.Secret.Shape))
		row("Sender", c.Sender.Text)
		row("Limits", c.Limits)
		row("New accounts", c.Sandbox)
		row("DNS", dnsWords(c)...)
	}
	return el("section").ID("about").Class("about").Aria("labelledby", "heading-about").Body(
		el("h2").ID("heading-about").Text("What "+c.Name+" needs"),
		el("dl", "about__facts").Body(rows...),
		el("p", "about__source").Text("Facts checked "+c.Checked+"."),
	)
}

func sentence(s string) string {
	if s == "" {
		return ""
	}
	return strings.ToUpper(s[:1]) + strings.TrimSuffix(s[1:], ".") + "."
}

func hostWords(c *providers.Carrier) []string {
	if len(c.Hosts) > 4 {
		return []string{fmt.Sprintf("One for each of %d regions, such as %s (%s).", len(c.Hosts), c.Hosts[0].Host, or(c.Hosts[0].Label, c.Hosts[0].Region))}
	}
	var out []string
	for _, h := range c.Hosts {
		text := or(h.Host, h.Ask)
		if h.Label != "" {
			text += ": " + h.Label
		}
		out = append(out, text)
	}
	return out
}

func portWords(c *providers.Carrier) []string {
	var out []string
	for _, q := range c.Ports {
		text := fmt.Sprintf("%d, %s", q.Port, tlsShort[q.TLS])
		if q.Recommended {
			text += ", recommended"
		}
		if q.Note != "" {
			text += ". " + q.Note
		}
		out = append(out, text)
	}
	return append(out, c.Why)
}

func dnsWords(c *providers.Carrier) []string {
	var out []string
	if c.DNS.SPF != "" {
		out = append(out, "SPF: "+c.DNS.SPF)
	}
	return append(out, c.DNS.Note)
}

// allCarriers are links to every carrier's page, for those whose browser runs
// no program; the search does the same for the others.
func (p *foot) allCarriers() app.UI {
	if app.IsClient {
		return el("nav").Hidden(true)
	}
	items := make([]app.UI, 0, 128)
	for _, c := range providers.Index() {
		if c.ID != customID {
			items = append(items, el("li").Body(el("a").Attr("href", p.Root+c.ID+".html").Text(c.Name)))
		}
	}
	return el("nav", "all").Aria("labelledby", "heading-all").Body(
		el("h2").ID("heading-all").Text("All carriers"),
		el("ul", "all__list").Body(items...),
	)
}

// foot ends the page.
type foot struct {
	app.Compo

	Root string // relative address of the start page
}

// Render implements app.Composer.
func (p *foot) Render() app.UI {
	return el("footer", "page__footer").Body(
		p.allCarriers(),
		el("p").Text("Nothing you type leaves this page, unless you start the live test. Passwords are kept in memory only, never in the address or in storage."),
		el("p").Body(
			el("a").Attr("href", p.Root+"releases.html").Text("Mail in every MediaWiki release"),
			app.Text(" · "),
			el("a").Attr("href", p.Root+"live-test.html").Text("About the live test"),
		),
		el("p").Body(
			app.Text("More about the settings: "),
			externalLink("https://www.mediawiki.org/wiki/Manual:$wgSMTP", "Manual:$wgSMTP on mediawiki.org"),
		),
	)
}

// "Share or embed": the link to what is filled in, and the texts that other
// sites paste. What the texts are is in app/snippets; this chooses the values.
// A secret is in none of them, because none is in a link.

package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/snippets"
)

// sharing is the state of the panel.
type sharing struct {
	open bool
	host int // index of the chosen one in snippets.Hosts
}

// sharingKey is what the panel is made of: nothing while it is folded, so that
// nothing is written at each key.
func (p *Page) sharingKey() any {
	if !p.sharing.open {
		return false
	}
	return p.shareValues()
}

// shareValues are the values of the snippets for the state at hand.
func (p *Page) shareValues() snippets.Values {
	s := p.state
	c := p.out.Carrier
	v := snippets.Values{Site: s.Base[:strings.LastIndexByte(upTo(s.Base, "?"), '/')+1]}
	opens := NewState()
	if c.ID != customID {
		v.Carrier, v.Name = c.ID, c.Name
		opens = StateFor(c.ID)
	}
	if v.State = s.fragmentFrom(opens); v.State == "" {
		return v
	}
	// Where only these two differ, the snippet names them.
	only := s
	only.Config.Release, only.Config.Server = opens.Config.Release, opens.Config.Server
	if only.sameLink(opens) {
		if s.Config.Release != opens.Config.Release {
			v.Release = s.Config.Release
		}
		if s.Config.Server != opens.Config.Server {
			v.Server = s.Config.Server
		}
	}
	return v
}

func upTo(s, end string) string {
	s, _, _ = strings.Cut(s, end)
	return s
}

func (p *Page) sharingPanel() app.UI {
	panel := el("details").ID("share").Class("share", "panel-more")
	summary := el("summary").Text("Share or embed")
	switch {
	case app.IsServer:
		return panel.Body(summary, el("p", "panel__note").Text("The link and the texts are written by the program, which does not run yet."))
	case !p.sharing.open:
		return panel.On("toggle", p.onShare).Body(summary)
	}
	v := p.shareValues()
	host := &snippets.Hosts[p.sharing.host]
	options := make([]app.UI, len(snippets.Hosts))
	for i := range snippets.Hosts {
		options[i] = el("option").Attr("value", snippets.Hosts[i].ID).Attr("selected", i == p.sharing.host).Text(snippets.Hosts[i].Name)
	}
	texts := make([]app.UI, 0, 4)
	if host.Note != "" {
		texts = append(texts, el("p", "panel__note").Text(host.Note))
	}
	for i := range host.Pieces {
		texts = append(texts, shareText(host.Pieces[i].Where, "the text: "+host.Pieces[i].Where, host.Pieces[i].Text(v)))
	}
	note := "Whoever opens it finds the form filled in as it is now."
	if p.state.Config.Secret != "" {
		note += " The password is not in it."
	}
	return panel.On("toggle", p.onShare).Body(summary,
		el("div", "share__body").Body(
			shareText("Link", "the link", snippets.Link(v)),
			el("p", "panel__note").Text(note),
			el("div", "share__host").Body(
				el("label", "cdx-label__label__text").Attr("for", "share-host").Text("Embed in"),
				el("select").ID("share-host").Class("cdx-select").On("change", p.onShareHost).Body(options...),
			),
			el("div", "share__texts").Body(texts...),
		))
}

// shareText is a text to copy, under the place that it is for; what is its name
// for the button.
func shareText(where, what, text string) app.UI {
	return el("figure", "share__text").Body(
		el("figcaption").Text(where),
		codeBox(text, what),
	)
}

func (p *Page) onShare(ctx app.Context, _ app.Event) {
	p.sharing.open = ctx.JSSrc().Get("open").Bool()
}

func (p *Page) onShareHost(ctx app.Context, _ app.Event) {
	id := ctx.JSSrc().Get("value").String()
	for i := range snippets.Hosts {
		if snippets.Hosts[i].ID == id {
			p.sharing.host = i
		}
	}
}

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
		return ""
	}
	return snippets.Link(p.shareValues())
}

// shareValues are the values of the snippets for the state at hand.
func (p *Page) shareValues() snippets.Values {
	folder, _, _ := strings.Cut(p.state.Base, "?")
	v := snippets.Values{Site: folder[:strings.LastIndexByte(folder, '/')+1]}
	if c := p.out.Carrier; c.ID != customID {
		v.Carrier, v.Name = c.ID, c.Name
	}
	v.State = p.state.fragmentFrom(StateFor(v.Carrier))
	return v
}

func (p *Page) sharingPanel() app.UI {
	panel := el("details", "share", "panel-more").ID("share")
	body := []app.UI{app.Raw("<summary>Share or embed</summary>")}
	switch {
	case app.IsServer:
		return panel.Body(body[0], app.Raw(`<p class="panel__note">The link and the texts are written by the program, which does not run yet.</p>`))
	case p.sharing.open:
		v := p.shareValues()
		host := &snippets.Hosts[p.sharing.host]
		body = append(body, shareText("Link", snippets.Link(v)), app.Raw(shareChoice()))
		if host.Note != "" {
			body = append(body, app.Raw(`<p class="panel__note">`+host.Note+"</p>"))
		}
		for i := range host.Pieces {
			body = append(body, shareText(host.Pieces[i].Where, host.Pieces[i].Text(v)))
		}
	}
	return panel.On("toggle", p.onShare).On("change", p.onShareHost).Body(body...)
}

// shareChoice is the choice of what to embed in. It is the same markup whatever
// is chosen, so that it is never made anew.
func shareChoice() string {
	out := `<div><p class="panel__note">Whoever opens it finds the form filled in as it is now. A password is never in it.</p>` +
		`<p class="share__host"><label class="cdx-label__label__text" for="share-host">Embed in</label> <select id="share-host" class="cdx-select">`
	for i := range snippets.Hosts {
		out += `<option value="` + snippets.Hosts[i].ID + `">` + snippets.Hosts[i].Name + `</option>`
	}
	return out + `</select></p></div>`
}

// shareText is a text to copy, under the place that it is for.
func shareText(where, text string) app.UI {
	return app.Raw(markup(`<figure class="share__text"><figcaption>¶</figcaption>¶</figure>`, where, copyBox(text, "the text: "+where)))
}

// onShare makes the choice anew, which then shows its first.
func (p *Page) onShare(ctx app.Context, _ app.Event) {
	p.sharing = sharing{open: ctx.JSSrc().Get("open").Bool()}
}

func (p *Page) onShareHost(_ app.Context, e app.Event) {
	p.sharing.host = max(0, e.Get("target").Get("selectedIndex").Int())
}

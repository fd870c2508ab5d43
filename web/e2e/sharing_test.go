//go:build e2e

package e2e

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"wgsmtp/app/snippets"
	"wgsmtp/app/ui"
	"wgsmtp/app/wgsmtp"
)

// shareTexts are the texts in the panel, by the place that each is for.
func (p *tab) shareTexts() map[string]string {
	p.t.Helper()
	return eval[map[string]string](p, `Object.fromEntries([...document.querySelectorAll(".share__text")].map(e => [e.querySelector("figcaption").textContent, e.querySelector(".code-box__text").textContent]))`)
}

// openShare unfolds the panel by the keyboard.
func (p *tab) openShare() {
	p.t.Helper()
	p.do(chromedp.Focus(chromedp.CSS("#share > summary")), chromedp.KeyEvent(kb.Enter))
	p.await("the link", `!!document.querySelector(".share__text")`)
	p.settle()
}

// The panel writes the link and every host's texts for what is filled in,
// follows it, and tells nobody a password.
func TestShare(t *testing.T) {
	p := open(t, "/gmail.html", wide)
	p.allowClipboard()
	p.openShare()
	if got := p.shareTexts()["Link"]; got != p.origin+"/gmail.html" {
		t.Errorf("the link to a page as it opens: %s", got)
	}
	p.fill("server", "https://wiki.example.org")
	p.fill("sender", `it's "a"|{b}@example.org`)
	p.fill("user", "our.wiki@gmail.com")
	p.fill("secret", "never-in-a-link")
	p.await("the panel to follow", `document.querySelector(".share__text .code-box__text").textContent.includes("our.wiki")`)

	link := p.shareTexts()["Link"]
	address, fragment, _ := strings.Cut(link, "#")
	state, err := ui.ParseFragment(fragment)
	if err != nil {
		t.Fatal(err)
	}
	if c := state.Config; address != p.origin+"/gmail.html" || c.PasswordSender != `it's "a"|{b}@example.org` || c.User != "our.wiki@gmail.com" || c.Secret != "" {
		t.Errorf("the link %s opens to %+v", link, c)
	}
	v := snippets.Values{Site: p.origin + "/", Carrier: "gmail", Name: "Gmail", State: fragment}
	for i := range snippets.Hosts {
		h := &snippets.Hosts[i]
		p.choose("share-host", h.ID)
		texts := p.shareTexts()
		if len(texts) != len(h.Pieces)+1 {
			t.Errorf("%s: %d texts", h.Name, len(texts))
		}
		for j := range h.Pieces {
			if got, want := texts[h.Pieces[j].Where], h.Pieces[j].Text(v); got != want {
				t.Errorf("%s, %s\n got %s\nwant %s", h.Name, h.Pieces[j].Where, got, want)
			}
		}
		p.screenshot("share-" + h.ID)
	}
	if eval[bool](p, `document.getElementById("share").textContent.includes("never-in-a-link")`) {
		t.Error("the password is in the panel")
	}

	// Copy takes the text as it is.
	p.choose("share-host", "html")
	eval[bool](p, `navigator.clipboard.writeText("nothing").then(() => true)`)
	p.click(".share__text:last-of-type .copy__button")
	p.await("the text in the clipboard", `navigator.clipboard.readText().then(t => t !== "nothing")`)
	if got, want := eval[string](p, `navigator.clipboard.readText()`), snippets.Hosts[0].Pieces[0].Text(v); got != want {
		t.Errorf("copied\n%s\nwant\n%s", got, want)
	}

	// And the link leads there.
	q := p.another(strings.TrimPrefix(link, p.origin))
	q.awaitProgram()
	if got := eval[string](q, `document.getElementById("sender").value + " " + document.getElementById("user").value + " " + document.getElementById("secret").value`); got != state.Config.PasswordSender+" our.wiki@gmail.com " {
		t.Errorf("the link filled in %q", got)
	}
}

// Where the release is all that was chosen, the text names it.
func TestShareNamesWhatReadsBetter(t *testing.T) {
	p := open(t, "/", wide)
	p.choose("release", "1.39")
	p.openShare()
	piece := &snippets.Hosts[0].Pieces[0]
	v := snippets.Values{Site: p.origin + "/", State: "1;carrier=custom&release=1.39"}
	if got := p.shareTexts()[piece.Where]; got != piece.Text(v) || strings.Contains(got, "state=") {
		t.Errorf("got\n%s\nwant\n%s", got, piece.Text(v))
	}
	// The name in EHLO follows the address: there is more to say than by name.
	p.fill("server", "https://wiki.example.org")
	p.await("the panel to follow", `document.querySelector("#share").textContent.includes("wiki.example.org")`)
	if got := p.shareTexts()[piece.Where]; !strings.Contains(got, ` state="1;carrier=custom&amp;release=1.39&amp;`) {
		t.Errorf("got\n%s", got)
	}
}

// No secret comes into a snippet, in whatever field it might hide.
func TestShareNeverHasTheSecret(t *testing.T) {
	s := ui.StateFor("gmail")
	s.Config.Secret = wgsmtp.Secret("never-in-a-link")
	if strings.Contains(s.Fragment(), "never-in-a-link") {
		t.Error(s.Fragment())
	}
}

func TestShareAccessibility(t *testing.T) {
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	for name, v := range map[string]view{"light": wide, "narrow": narrow, "dark": dark} {
		t.Run(name, func(t *testing.T) {
			p := open(t, "/amazon-ses.html#1;carrier=amazon-ses&region=eu-west-1&server=https://wiki.example.org&sender=wiki%40example.org", v)
			p.openShare()
			p.choose("share-host", "mediawiki")
			p.do(chromedp.Evaluate[chromedp.Void](string(axe)))
			if found := eval[[]string](p, `axe.run("#share", {resultTypes: ["violations"]}).then(r => r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 150)).join(" ")))`); len(found) > 0 {
				t.Errorf("%s", strings.Join(found, "\n"))
			}
			if w := eval[int](p, `document.documentElement.scrollWidth - innerWidth`); w > 0 {
				t.Errorf("%d px too wide", w)
			}
			eval[bool](p, `document.getElementById("share").scrollIntoView() === undefined`)
			p.settle()
			p.screenshot("share-panel-" + name)
		})
	}
}

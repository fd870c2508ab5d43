//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// Every text with a button to copy is copied as it stands, and it is said so
// beside the button: DNS records, the commands of the next steps, those of the
// live test.
func TestCopyButtons(t *testing.T) {
	p := open(t, "/own-server.html", wide)
	p.fill("server", "https://wiki.example.org")
	p.fill("sender", "wiki@example.org")
	for _, v := range []struct{ tab, box string }{
		{"delivery", ".records__part"}, {"steps", ".step .code-box"}, {"live", ".live__where .code-box"},
	} {
		p.click("#tab-" + v.tab)
		if v.tab == "live" { // folded where somebody answers
			eval[bool](p, `!!(document.querySelector(".live__where").open = true)`)
		}
		p.await(v.tab, `!!document.querySelector(`+js(v.box)+`)`)
		want := eval[string](p, `document.querySelector(`+js(v.box+" code")+`).textContent`)
		if got := p.copyFrom(v.box + " .copy__button"); got != want || want == "" {
			t.Errorf("%s: copied %q, want %q", v.tab, got, want)
		}
		p.await("the word that it is copied", `document.querySelector(`+js(v.box+" .copy__said")+`).textContent === "Copied"`)
		if name := eval[string](p, `document.querySelector(`+js(v.box+" .copy__button")+`).getAttribute("aria-label")`); !strings.HasPrefix(name, "Copy the ") {
			t.Errorf("%s: the button is called %q", v.tab, name)
		}
		p.screenshot("copy-" + v.tab)
	}
}

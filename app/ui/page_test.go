package ui

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// prerendered is a page as the host prints it.
func prerendered(carrier string) string { return app.HTMLString(&Page{Carrier: carrier}) }

func pages() []string {
	out := []string{""}
	for _, e := range providers.Index() {
		out = append(out, e.ID)
	}
	return out
}

func walk(n *html.Node, f func(*html.Node)) {
	f(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, f)
	}
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func textOf(n *html.Node) string {
	var b strings.Builder
	walk(n, func(c *html.Node) {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// What go-app prints for a false boolean attribute, browsers read as true.
var falseBoolean = regexp.MustCompile(`\s(disabled|checked|hidden|open|selected|required|readonly|multiple|autofocus)="false"`)

// Each page is whole without a program: one h1, labelled controls, unique ids,
// references that lead somewhere, a block, and a form that is asleep.
func TestPrerender(t *testing.T) {
	for _, id := range pages() {
		t.Run(or(id, "start"), func(t *testing.T) {
			text := prerendered(id)
			if m := falseBoolean.FindString(text); m != "" {
				t.Errorf("browsers take%s for true", m)
			}
			if strings.Contains(text, ` style="`) {
				t.Error("a style attribute: the content security policy forbids it")
			}
			doc, err := html.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			ids := make(map[string]int)
			labels := make(map[string]bool)
			var refs, controls []string
			h1 := 0
			asleep := true
			walk(doc, func(n *html.Node) {
				if n.Type != html.ElementNode {
					return
				}
				if v, ok := attr(n, "id"); ok {
					ids[v]++
				}
				for _, name := range []string{"aria-labelledby", "aria-describedby"} {
					if v, ok := attr(n, name); ok {
						refs = append(refs, strings.Fields(v)...)
					}
				}
				switch n.DataAtom {
				case atom.H1:
					h1++
				case atom.Label:
					v, _ := attr(n, "for")
					labels[v] = true
					if textOf(n) == "" {
						t.Errorf("the label of %s is empty", v)
					}
				case atom.Input, atom.Select, atom.Textarea:
					v, _ := attr(n, "id")
					controls = append(controls, v)
					if !disabled(n) {
						asleep = false
						t.Errorf("%s can be used before the program runs", v)
					}
				case atom.A:
					href, _ := attr(n, "href")
					if strings.HasPrefix(href, "https://") {
						if target, _ := attr(n, "target"); target != "_blank" {
							t.Errorf("the link to %s has no target", href)
						}
					}
				}
			})
			for v, n := range ids {
				if n > 1 {
					t.Errorf("%d elements have the id %q", n, v)
				}
			}
			for _, v := range refs {
				if ids[v] == 0 {
					t.Errorf("nothing has the id %q that is referred to", v)
				}
			}
			for _, v := range controls {
				if !labels[v] {
					t.Errorf("the control %q has no label", v)
				}
			}
			if h1 != 1 {
				t.Errorf("%d h1", h1)
			}
			if !asleep {
				return
			}
			c, ok := providers.ByID(id)
			if !ok {
				c = providers.Custom()
			}
			if c.Unusable == nil && c.Transport == wgsmtp.TransportSMTP && !strings.Contains(textOf(doc), "$wgSMTP") {
				t.Error("no block")
			}
			if c.Unusable != nil && !strings.Contains(textOf(doc), strings.Join(strings.Fields(c.Unusable.Why), " ")) {
				t.Error("it is not said why this carrier cannot work")
			}
		})
	}
}

func disabled(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if _, ok := attr(n, "disabled"); ok {
			return true
		}
	}
	return false
}

// Every field of the table can be reached: in the form, or in the panel that
// holds the block.
func TestEveryFieldHasAPlace(t *testing.T) {
	elsewhere := []string{
		"carrier", "transport", // the cards, the search and their buttons
		"comments", "link-back", // switches at the block
	}
	for _, f := range wgsmtp.Fields() {
		n := 0
		for i := range specs {
			if specs[i].id == f.ID {
				n++
			}
		}
		if want := !slices.Contains(elsewhere, f.ID); want != (n == 1) {
			t.Errorf("%s stands %d times in the form", f.ID, n)
		}
	}
	for i := range specs {
		s := &specs[i]
		f, ok := wgsmtp.FieldByID(s.id)
		switch {
		case !ok:
			t.Errorf("%s in the form is not a field", s.id)
		case s.label == "":
			t.Errorf("%s has no label", s.id)
		case f.Kind == wgsmtp.KindChoice:
			for _, c := range f.Choices {
				if !slices.ContainsFunc(s.options, func(o option) bool { return o.Value == c }) {
					t.Errorf("%s cannot be set to %s", s.id, c)
				}
			}
		}
	}
}

// What belongs to another way of sending is not asked for.
func TestOnlyWhatApplies(t *testing.T) {
	hidden := func(s State) []string {
		p := &Page{ready: true, state: s, out: Compute(s)}
		var out []string
		for i := range specs {
			if p.field(&specs[i]).Hidden {
				out = append(out, specs[i].id)
			}
		}
		return out
	}
	smtp := StateFor("gmail")
	mail := smtp
	mail.Config.Transport = wgsmtp.TransportMail
	extension := StateFor("mailgun")
	extension.Config.Transport = wgsmtp.TransportExtension
	noAuth := smtp
	noAuth.Config.Auth = wgsmtp.AuthNone
	for _, c := range []struct {
		name         string
		state        State
		gone, stayed []string
	}{
		{"smtp", smtp, []string{"mail-params", "api-domain", "region"}, []string{"host", "port", "tls", "auth", "user", "secret", "ehlo-name"}},
		{"mail()", mail, []string{"host", "port", "tls", "auth", "user", "secret", "secret-style", "ehlo-name", "debug"}, []string{"mail-params", "sender", "enable-email"}},
		{"extension", extension, []string{"host", "port", "tls", "auth", "user", "ehlo-name"}, []string{"api-domain", "secret", "region"}},
		{"no login", noAuth, []string{"user", "secret", "secret-style"}, []string{"host", "auth"}},
	} {
		got := hidden(c.state)
		for _, id := range c.gone {
			if !slices.Contains(got, id) {
				t.Errorf("%s: %s is asked for", c.name, id)
			}
		}
		for _, id := range c.stayed {
			if slices.Contains(got, id) {
				t.Errorf("%s: %s is not asked for", c.name, id)
			}
		}
	}
}

// The prerendered page is the same each time, whatever was rendered before.
func TestPrerenderHoldsNothingTyped(t *testing.T) {
	p := &Page{Carrier: "gmail"}
	p.prepare()
	p.set(filled("gmail"))
	if text := prerendered("gmail"); strings.Contains(text, "Garden Club") {
		t.Error("something typed reached a prerendered page")
	}
}

func TestRoutes(t *testing.T) {
	for path, want := range map[string]string{
		"/":                    "",
		"/index.html":          "",
		"/gmail":               "gmail",
		"/gmail.html":          "gmail",
		"/tools/wgsmtp/":       "",
		"/wgsmtp/mailgun.html": "mailgun",
		"/no-such.html":        "",
	} {
		if got := carrierInPath(path); got != want {
			t.Errorf("carrierInPath(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestSearchBoxListsWhatFits(t *testing.T) {
	p := &Page{}
	p.prepare()
	p.search("fastm")
	text := app.HTMLString(p.list())
	if !strings.Contains(text, "Fastmail") || bytes.Contains([]byte(text), []byte("Mailgun")) {
		t.Errorf("the list for fastm is %s", text)
	}
	p.search("qqqq")
	if text := app.HTMLString(p.list()); !strings.Contains(text, customID) {
		t.Error("a search without a result offers nothing")
	}
}

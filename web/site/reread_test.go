package site

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	nethtml "golang.org/x/net/html"
)

// inner is a component, for its place in the tree.
type inner struct {
	app.Compo
	body []app.UI
}

func (c *inner) Render() app.UI { return app.Pre().Body(app.Code().Body(c.body...)) }

func TestReread(t *testing.T) {
	tests := []struct {
		name string
		ui   func() app.UI
		want string
	}{
		{"text", func() app.UI { return app.P().Text("a < b & c") }, `<p>a &lt; b &amp; c</p>`},
		{"attributes sorted", func() app.UI { return app.A().Title("t").Href("gmail.html").ID("x").Class("c") },
			`<a class="c" href="gmail.html" id="x" title="t"></a>`},
		{"quotes", func() app.UI { return app.P().Title(`say "hi" \d+`) }, `<p title="say &#34;hi&#34; \d+"></p>`},
		{"control characters", func() app.UI { return app.P().Title("a\u00a0b\u2028\nc") }, "<p title=\"a\u00a0b\u2028\nc\"></p>"},
		{"ampersand", func() app.UI { return app.P().Title("a&amp;b") }, `<p title="a&amp;amp;b"></p>`},
		{"breakout", func() app.UI { return app.P().Title(`"><script>x</script>`) },
			`<p title="&#34;&gt;&lt;script&gt;x&lt;/script&gt;"></p>`},
		{"false booleans", func() app.UI { return app.Input().Disabled(false).Checked(false).ReadOnly(false) }, `<input/>`},
		{"true booleans", func() app.UI { return app.Input().Disabled(true).Required(true) }, `<input disabled="" required=""/>`},
		{"aria true and false", func() app.UI { return app.Div().Aria("hidden", true).Aria("expanded", false) },
			`<div aria-expanded="false" aria-hidden="true"></div>`},
		{"value true", func() app.UI { return app.Input().Value("true") }, `<input value="true"/>`},
		{"spellcheck false", func() app.UI { return app.Input().Spellcheck(false) }, `<input spellcheck="false"/>`},
		{"textarea", func() app.UI { return app.Textarea().Text("a\n<b>") }, "<textarea>a\n&lt;b&gt;</textarea>"},
		{"select", func() app.UI {
			return app.Select().Attr("value", "b").Body(app.Option().Value("a").Text("A"), app.Option().Value("b").Text("B"))
		}, `<select><option value="a">A</option><option selected="" value="b">B</option></select>`},
		{"no white space added", func() app.UI {
			return app.Div().Body(app.Span().Text("a"), app.Text(" b "), app.Text("c"), app.Span().Body(app.B().Text("d")), app.If(false, func() app.UI { return app.Br() }))
		}, `<div><span>a</span> b c<span><b>d</b></span></div>`},
		{"code keeps its own", func() app.UI {
			return app.Div().Body(app.H1().Text("x"), &inner{body: []app.UI{
				app.Span().Text("$a"), app.Text(" = [\n"), app.Text("\t'b'\n"), app.Span().Text("];"), app.Text("\n"),
			}})
		}, "<div><h1>x</h1><pre><code><span>$a</span> = [\n\t&#39;b&#39;\n<span>];</span>\n</code></pre></div>"},
		{"raw", func() app.UI {
			return app.Div().Body(app.Raw("<svg viewBox=\"0 0 1 1\" role='img'>\n <path d=\"M0 0\"/>\n <text>a &amp; b</text>\n</svg>"), app.Br())
		}, "<div><svg role=\"img\" viewBox=\"0 0 1 1\">\n <path d=\"M0 0\"></path>\n <text>a &amp; b</text>\n</svg><br/></div>"},
		{"empty children", func() app.UI { return app.Div().Body(app.Text(""), app.Br(), app.Text("")) }, `<div><br/></div>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			// Map order shows itself only in many tries.
			for range 20 {
				got, err := reread(app.HTMLString(tt.ui()))
				if err != nil {
					t.Fatal(err)
				}
				if got != tt.want {
					t.Fatalf("got  %s\nwant %s", got, tt.want)
				}
			}
			parsed, err := nethtml.Parse(strings.NewReader(tt.want))
			if err != nil {
				t.Fatal(err)
			}
			for n := range parsed.Descendants() {
				if n.Data == "script" {
					t.Error("a value became an element")
				}
			}
		})
	}
}

func TestRereadRefuses(t *testing.T) {
	for _, in := range []string{"", "text", "<p>", "<p", "<p></b>", "<p></p><p></p>", "<!-- x -->", `<p a="b></p>`} {
		if got, err := reread(in); err == nil {
			t.Errorf("%q: got %q, want an error", in, got)
		}
	}
}

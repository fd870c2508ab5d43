package site

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

//go:embed page.html
var pageHTML string

//go:embed loader.js
var loaderJS []byte

//go:embed rehearsal.js
var rehearsalJS []byte

//go:embed early.js
var earlyJS []byte

//go:embed loader.css
var loaderCSS []byte

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// Page is one page of the browser program, as it stands before the program
// runs; or one that is only there to be read.
type Page struct {
	Path        string // "gmail.html"; below EmbedFolder for a page within a frame
	Title       string
	Description string // one or two sentences, for those who search
	Root        func() app.UI
	// Text makes a page to read, in the place of Root: one element, which a
	// template has made. The program is not loaded.
	Text func() (template.HTML, error)
}

// embedded tells whether the page is one for frames.
func (p Page) embedded() bool { return strings.HasPrefix(p.Path, EmbedFolder) }

// full is the path of the page that a framed one stands for, or its own.
func (p Page) full() string { return strings.TrimPrefix(p.Path, EmbedFolder) }

// links are the addresses of the assets, as a page names them.
type links struct {
	Style, TouchIcon, Card, Loader, Program, Offline, Frame, Manifest, Early string

	// Icon is a data address. Chromium fetches the icon again whenever the
	// address changes, as it does while somebody types; and such a request
	// starts a service worker again that is just giving way to the next.
	Icon template.URL

	icons []icon
}

// under puts a base before the addresses: the site's path, for a page that is
// shown at any, or "../" for one in a folder. The program's is relative to its
// loader anyway, and the card's to the origin.
func (l links) under(base string) links {
	for _, p := range []*string{&l.Style, &l.TouchIcon, &l.Loader, &l.Offline, &l.Frame, &l.Manifest, &l.Early} {
		if *p != "" {
			*p = base + *p
		}
	}
	return l
}

type pageData struct {
	links
	Lang, Policy, Title, Description string
	Backend                          string // see Options.Backend
	// Canonical and CardAddress are absolute, and empty where the origin is not known.
	Canonical, CardAddress string
	Structured             template.HTML // a JSON text that may stand in a script element
	Full                   string        // in a page for frames: the address of the page itself
	Root                   template.HTML
}

func (p Page) render(l links, o Options) ([]byte, error) {
	root, err := p.root()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	d := pageData{links: l, Lang: "en", Policy: o.policyFor(p.embedded()), Title: p.Title, Description: p.Description, Root: root}
	if o.Origin != "" {
		d.Canonical = o.address(p.full())
		if l.Card != "" {
			d.CardAddress = o.address(l.Card)
		}
	}
	if p.embedded() {
		d.links = l.under("../")
		d.Offline, d.Manifest = "", ""
		d.Full = "../" + strings.TrimSuffix(p.full(), "index.html")
	} else {
		d.Frame, d.Backend = "", o.Backend
		if d.Structured, err = p.structured(o); err != nil {
			return nil, err
		}
	}
	if p.Text != nil {
		d.Loader, d.Program = "", ""
	}
	return execute(d)
}

// root is the first element of the body.
func (p Page) root() (template.HTML, error) {
	if p.Text != nil {
		return p.Text()
	}
	root, err := reread(app.HTMLString(p.Root()))
	return template.HTML(root), err
}

// renderNotFound is a page without the program: there is nothing to fill in.
func renderNotFound(l links, base string) ([]byte, error) {
	l.Loader, l.Program, l.Offline, l.Frame, l.Early = "", "", "", "", ""
	return execute(pageData{
		links: l, Lang: "en", Policy: Policy, Title: "Not found – wgsmtp",
		Description: "There is no page at this address.",
		Root: template.HTML(`<main class="not-found"><h1>There is no page at this address</h1><p><a href="` +
			template.HTMLEscapeString(base) + `">To the start page</a></p></main>`),
	})
}

func execute(d pageData) ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, d)
	return bytes.Clone(b.Bytes()), err // which is kept, without the room to grow
}

package site

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

//go:embed page.html
var pageHTML string

//go:embed loader.js
var loaderJS []byte

//go:embed loader.css
var loaderCSS []byte

var pageTemplate = template.Must(template.New("page").Parse(pageHTML))

// Page is one page of the browser program, as it stands before the program
// runs.
type Page struct {
	Path        string // "gmail.html"
	Title       string
	Description string // one or two sentences, for those who search
	Root        func() app.UI
}

// links are the addresses of the assets, as a page names them.
type links struct {
	Style, Icon, Loader, Program string
}

// under makes the addresses absolute, for a page that is shown at any path.
// The program's is relative to its loader anyway.
func (l links) under(base string) links {
	for _, p := range []*string{&l.Style, &l.Icon, &l.Loader} {
		if *p != "" {
			*p = base + *p
		}
	}
	return l
}

type pageData struct {
	links
	Lang, Policy, Title, Description, Canonical string
	Root                                        template.HTML
}

func (p Page) render(l links, canonical string) ([]byte, error) {
	root, err := reread(app.HTMLString(p.Root()))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	return execute(pageData{
		links: l, Lang: "en", Policy: Policy, Title: p.Title, Description: p.Description,
		Canonical: canonical, Root: template.HTML(root),
	})
}

// renderNotFound is a page without the program: there is nothing to fill in.
func renderNotFound(l links, base string) ([]byte, error) {
	l.Loader, l.Program = "", ""
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
	return b.Bytes(), err
}

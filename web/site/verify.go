package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"strings"

	nethtml "golang.org/x/net/html"
)

// Verify renders every page and checks what a browser would only stumble over
// later: that every link, asset and reference within the site leads somewhere,
// that nothing is loaded from elsewhere or forbidden by the policy, and that
// each page has a language, a title, a description and one first heading.
func (s *Site) Verify() error {
	docs := map[string]*document{}
	var pages []*File
	for _, f := range s.files {
		if path.Ext(f.Path) == ".html" {
			pages = append(pages, f)
			docs[f.Path] = &document{}
		}
	}
	// Each page is parsed into its own document; the map itself is only read.
	if err := each(pages, func(f *File) error { return docs[f.Path].parse(f) }); err != nil {
		return err
	}
	var errs []error
	for _, f := range pages {
		for _, problem := range docs[f.Path].problems(s, f, docs) {
			errs = append(errs, fmt.Errorf("%s: %s", f.Path, problem))
		}
	}
	return errors.Join(errs...)
}

// document is a parsed page with the ids in it.
type document struct {
	root *nethtml.Node
	ids  map[string]int
}

func (d *document) parse(f *File) error {
	body, err := f.Body()
	if err != nil {
		return err
	}
	d.root, err = nethtml.Parse(bytes.NewReader(body))
	if err != nil {
		return err
	}
	d.ids = map[string]int{}
	for n := range d.root.Descendants() {
		if id := attribute(n, "id"); id != "" {
			d.ids[id]++
		}
	}
	return nil
}

func (d *document) problems(s *Site, f *File, docs map[string]*document) (out []string) {
	complain := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	for id, n := range d.ids {
		if n > 1 {
			complain("id %q is there %d times", id, n)
		}
	}
	var title, description, policy string
	headings := 0
	for n := range d.root.Descendants() {
		if n.Type != nethtml.ElementNode {
			continue
		}
		switch n.Data {
		case "html":
			if attribute(n, "lang") == "" {
				complain("no language")
			}
		case "title":
			if n.Parent.Data == "head" {
				title = text(n)
			}
		case "meta":
			switch {
			case attribute(n, "name") == "description":
				description = attribute(n, "content")
			case attribute(n, "http-equiv") == "Content-Security-Policy":
				policy = attribute(n, "content")
			}
		case "h1":
			headings++
		case "style":
			complain("a style element: the policy forbids it")
		case "script":
			switch {
			case attribute(n, "type") == "application/ld+json":
				if !json.Valid([]byte(text(n))) {
					complain("structured data that is no JSON")
				}
			case attribute(n, "src") == "":
				complain("a script within the page: the policy forbids it")
			}
		case "img":
			if !has(n, "alt") {
				complain("an image without alt")
			}
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				complain("<%s %s>: the policy forbids it", n.Data, a.Key)
			case a.Key == "for" || a.Key == "aria-labelledby" || a.Key == "aria-describedby":
				for id := range strings.FieldsSeq(a.Val) {
					if d.ids[id] == 0 {
						complain("<%s %s=%q> names an id that is not there", n.Data, a.Key, id)
					}
				}
			case a.Key == "href" || a.Key == "src":
				if why := d.address(s, f, docs, n, a.Val); why != "" {
					complain("<%s %s=%q>: %s", n.Data, a.Key, a.Val, why)
				}
			}
		}
	}
	switch {
	case title == "":
		complain("no title")
	case description == "":
		complain("no description")
	case policy != s.Policy(f.Path):
		complain("another policy than the site's: %q", policy)
	case headings != 1:
		complain("%d first headings, want 1", headings)
	}
	return out
}

// address says what is wrong with an address in a page, "" if nothing.
func (d *document) address(s *Site, f *File, docs map[string]*document, n *nethtml.Node, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return err.Error()
	}
	if u.Scheme != "" || u.Host != "" {
		switch {
		case n.Data == "link" && attribute(n, "rel") == "canonical":
		case u.Scheme == "data" && (n.Data == "img" || attribute(n, "rel") == "icon"):
		case n.Data != "a":
			return "loaded from elsewhere"
		case u.Scheme == "mailto":
		case u.Scheme != "https" && u.Scheme != "http":
			return "a scheme that is not expected"
		case attribute(n, "target") != "_blank":
			return "a link to elsewhere without target=_blank would be opened by the program"
		}
		return ""
	}
	if f.Path == NotFound {
		return "" // absolute, under a base that only the host knows
	}
	if strings.HasPrefix(u.Path, "/") {
		return "absolute: it would not work under another path"
	}
	target := path.Join(path.Dir(f.Path), u.Path)
	switch {
	case u.Path == "":
		target = f.Path
	case target == "." || strings.HasSuffix(u.Path, "/"):
		target = path.Join(target, "index.html")
	}
	if s.File(target) == nil {
		return "there is no such file"
	}
	// A fragment with "=" in it is a configuration and no place.
	if doc := docs[target]; doc != nil && u.Fragment != "" && !strings.Contains(u.Fragment, "=") && doc.ids[u.Fragment] == 0 {
		return "there is no such place in that page"
	}
	return ""
}

func has(n *nethtml.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

// text is all text below a node.
func text(n *nethtml.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == nethtml.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

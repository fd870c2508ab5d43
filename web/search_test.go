package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"path"
	"strings"
	"testing"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"

	"wgsmtp/static"
	"wgsmtp/web/site"
)

// head is what a page tells those who search.
type head struct {
	lang, title, description, canonical string
	properties                          map[string]string // og:url and so on
	robots                              string
	structured                          []string
}

func headOf(t *testing.T, f *site.File) head {
	t.Helper()
	body, err := f.Body()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := nethtml.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	h := head{properties: map[string]string{}}
	for n := range doc.Descendants() {
		get := func(key string) string {
			for _, a := range n.Attr {
				if a.Key == key {
					return a.Val
				}
			}
			return ""
		}
		first := func() string {
			if n.FirstChild == nil {
				return ""
			}
			return n.FirstChild.Data
		}
		switch {
		case n.Type != nethtml.ElementNode:
		case n.Data == "html":
			h.lang = get("lang")
		case n.Data == "title" && n.Parent.Data == "head":
			h.title = first()
		case n.Data == "link" && get("rel") == "canonical":
			h.canonical += get("href")
		case n.Data == "meta" && get("name") == "description":
			h.description += get("content")
		case n.Data == "meta" && get("name") == "robots":
			h.robots = get("content")
		case n.Data == "meta" && get("property") != "":
			h.properties[get("property")] = get("content")
		case n.Data == "script" && get("type") == "application/ld+json":
			h.structured = append(h.structured, first())
		}
	}
	return h
}

// Every page of the site is one that can be found: it names itself, or the page
// that it stands for, by the address that the sitemap has; no two have the same
// title or description; and what is said to machines agrees with what is said to
// people.
func TestSearch(t *testing.T) {
	const origin, base = "https://www.example.org", "/tools/smtp/"
	s, err := site.New(site.Options{Pages: sitePages(), Assets: static.FS, Origin: origin, Base: base})
	if err != nil {
		t.Fatal(err)
	}
	body, err := s.File(site.SitemapFile).Body()
	if err != nil {
		t.Fatal(err)
	}
	var sitemap struct {
		URLs []struct {
			Loc string `xml:"loc"`
		} `xml:"url"`
	}
	if err := xml.Unmarshal(body, &sitemap); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, u := range sitemap.URLs {
		listed[u.Loc] = true
	}
	titles, descriptions, pages := map[string]string{}, map[string]string{}, 0
	for _, f := range s.Files() {
		if path.Ext(f.Path) != ".html" {
			continue
		}
		h := headOf(t, f)
		if f.Path == site.NotFound {
			if h.canonical != "" || len(h.structured) > 0 {
				t.Errorf("%s is described to search engines", f.Path)
			}
			continue
		}
		full, embedded := strings.CutPrefix(f.Path, site.EmbedFolder)
		address := origin + base + strings.TrimSuffix(full, "index.html")
		if h.canonical != address || h.properties["og:url"] != address {
			t.Errorf("%s: canonical %q, og:url %q, want %s", f.Path, h.canonical, h.properties["og:url"], address)
		}
		if !listed[address] {
			t.Errorf("%s: the sitemap does not have %s", f.Path, address)
		}
		if h.lang != "en" || h.robots != "" {
			t.Errorf("%s: language %q, robots %q", f.Path, h.lang, h.robots)
		}
		if h.properties["og:title"] != h.title || h.properties["og:description"] != h.description {
			t.Errorf("%s: a social network would show another title or description", f.Path)
		}
		if n := utf8.RuneCountInString(h.title); n < 15 || n > 80 {
			t.Errorf("%s: a title of %d characters: %s", f.Path, n, h.title)
		}
		if n := utf8.RuneCountInString(h.description); n < 50 || n > 300 {
			t.Errorf("%s: a description of %d characters: %s", f.Path, n, h.description)
		}
		if embedded {
			if len(h.structured) > 0 {
				t.Errorf("%s describes itself; the page that it stands for does", f.Path)
			}
			continue
		}
		pages++
		if other := titles[h.title]; other != "" {
			t.Errorf("%s and %s have the title %q", f.Path, other, h.title)
		}
		if other := descriptions[h.description]; other != "" {
			t.Errorf("%s and %s have the description %q", f.Path, other, h.description)
		}
		titles[h.title], descriptions[h.description] = f.Path, f.Path
		checkStructured(t, f.Path, address, origin+base, h)
	}
	if pages != len(listed) || pages < 100 {
		t.Errorf("%d pages, %d in the sitemap", pages, len(listed))
	}
}

// checkStructured compares a page's structured data with the page: what
// schema.org's type must have to be shown.
func checkStructured(t *testing.T, name, address, start string, h head) {
	t.Helper()
	if len(h.structured) != 1 {
		t.Errorf("%s: %d blocks of structured data", name, len(h.structured))
		return
	}
	type application struct {
		Type     string `json:"@type"`
		Name     string
		URL      string
		Category string `json:"applicationCategory"`
		Offers   struct{ Price, PriceCurrency string }
	}
	var data struct {
		application
		Context     string `json:"@context"`
		Headline    string
		Description string
		InLanguage  string
		IsPartOf    application
		Breadcrumb  struct {
			Items []struct {
				Position   int
				Name, Item string
			} `json:"itemListElement"`
		}
	}
	if err := json.Unmarshal([]byte(h.structured[0]), &data); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	app := data.application
	if name != "index.html" {
		app = data.IsPartOf
		if data.Type != "TechArticle" || data.Headline != h.title || data.Description != h.description || data.InLanguage != h.lang {
			t.Errorf("%s: %+v", name, data)
		}
		if b := data.Breadcrumb.Items; len(b) != 2 || b[0].Position != 1 || b[0].Item != start || b[1].Position != 2 || b[1].Name != h.title {
			t.Errorf("%s: breadcrumb %+v", name, b)
		}
	}
	if data.Context != "https://schema.org" || data.URL != address {
		t.Errorf("%s: context %q, url %q", name, data.Context, data.URL)
	}
	if app.Type != "WebApplication" || app.Name == "" || app.URL != start || app.Category == "" || app.Offers.Price != "0" || app.Offers.PriceCurrency == "" {
		t.Errorf("%s: application %+v", name, app)
	}
}

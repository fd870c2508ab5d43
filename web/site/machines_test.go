package site

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
)

func body(t *testing.T, s *Site, name string) []byte {
	t.Helper()
	f := s.File(name)
	if f == nil {
		t.Fatalf("the site has no %s", name)
	}
	b, err := f.Body()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestManifest(t *testing.T) {
	s := testSite(t, Options{Pages: []Page{page("index.html")}})
	var m struct {
		Name, Scope string
		StartURL    string `json:"start_url"`
		Icons       []icon
	}
	if err := json.Unmarshal(body(t, s, ManifestFile), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name == "" || m.Scope != "./" || m.StartURL != "./" {
		t.Errorf("got %+v", m)
	}
	if len(m.Icons) != 1 || s.File(m.Icons[0].Src) == nil {
		t.Errorf("icons: got %+v, want the one asset", m.Icons)
	}
	if got := s.File(ManifestFile).Type; got != "application/manifest+json" {
		t.Errorf("type: got %q", got)
	}
}

func TestSitemap(t *testing.T) {
	pages := []Page{page("index.html"), page("gmail.html"), page("embed/gmail.html")}
	tests := []struct {
		name         string
		o            Options
		want         []string // nil: no sitemap
		robots       bool
		withoutFiles []string
	}{
		{"no origin", Options{}, nil, false, []string{SitemapFile, RobotsFile}},
		{"at the root", Options{Origin: "https://x.example"}, []string{"https://x.example/", "https://x.example/gmail.html"}, true, nil},
		{"below", Options{Origin: "https://x.example", Base: "/a/"}, []string{"https://x.example/a/", "https://x.example/a/gmail.html"}, false, []string{RobotsFile}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.o.Pages = pages
			s := testSite(t, tt.o)
			for _, name := range tt.withoutFiles {
				if s.File(name) != nil {
					t.Errorf("there is a %s", name)
				}
			}
			if tt.robots && !strings.Contains(string(body(t, s, RobotsFile)), "Sitemap: "+tt.want[0]+SitemapFile+"\n") {
				t.Errorf("robots.txt: %s", body(t, s, RobotsFile))
			}
			if tt.want == nil {
				return
			}
			var set struct {
				URLs []struct {
					Loc string `xml:"loc"`
				} `xml:"url"`
			}
			if err := xml.Unmarshal(body(t, s, SitemapFile), &set); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, u := range set.URLs {
				got = append(got, u.Loc)
			}
			if strings.Join(got, " ") != strings.Join(tt.want, " ") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A page may be framed only where it is made for it, and no rule of the header
// file fits a file for which it is wrong.
func TestHeaders(t *testing.T) {
	s := testSite(t, Options{Base: "/a/", Pages: []Page{page("index.html"), page("gmail.html"), page("embed/gmail.html")}})
	rules := map[string]string{}
	pattern := ""
	for line := range strings.Lines(string(body(t, s, HeadersFile))) {
		if line, ok := strings.CutPrefix(line, "  "); ok {
			rules[pattern] += line
			continue
		}
		pattern = strings.TrimSpace(line)
	}
	fits := func(pattern, path string) bool {
		if before, ok := strings.CutSuffix(pattern, "*"); ok {
			return strings.HasPrefix(path, before)
		}
		if before, ok := strings.CutSuffix(pattern, ":page"); ok {
			rest, ok := strings.CutPrefix(path, before)
			return ok && rest != "" && !strings.Contains(rest, "/")
		}
		return pattern == path
	}
	for _, f := range s.Files() {
		sent := ""
		for p, lines := range rules {
			if fits(p, "/a/"+f.Path) {
				sent += lines
			}
		}
		if got := strings.Contains(sent, "frame-ancestors"); got != !strings.HasPrefix(f.Path, EmbedFolder) {
			t.Errorf("%s: framing forbidden: %v", f.Path, got)
		}
		if got := strings.Contains(sent, "immutable"); got != f.Fingerprinted {
			t.Errorf("%s: kept for ever: %v", f.Path, got)
		}
		if strings.Count(sent, "Cache-Control") > 1 || strings.Count(sent, "Content-Security-Policy") > 1 {
			t.Errorf("%s: a header comes twice:\n%s", f.Path, sent)
		}
	}
}

// What search engines and networks are told is there, whole, and only where the
// origin is known absolute.
func TestStructured(t *testing.T) {
	for _, origin := range []string{"", "https://x.example"} {
		s := testSite(t, Options{Origin: origin, Pages: []Page{page("index.html"), page("gmail.html"), page("embed/gmail.html")}})
		for name, kind := range map[string]string{"index.html": "WebApplication", "gmail.html": "TechArticle", "embed/gmail.html": ""} {
			doc, err := nethtml.Parse(bytes.NewReader(body(t, s, name)))
			if err != nil {
				t.Fatal(err)
			}
			found := ""
			for n := range doc.Descendants() {
				if attribute(n, "type") == "application/ld+json" {
					found = text(n)
				}
			}
			if kind == "" {
				if found != "" {
					t.Errorf("%s: %s", name, found)
				}
				continue
			}
			var data map[string]any
			if err := json.Unmarshal([]byte(found), &data); err != nil {
				t.Fatalf("%s: %v in %s", name, err, found)
			}
			if data["@type"] != kind || data["@context"] != "https://schema.org" || data["description"] == "" {
				t.Errorf("%s: got %v", name, data)
			}
			if url, _ := data["url"].(string); (origin == "") != (url == "") || !strings.HasPrefix(url, origin) {
				t.Errorf("%s: url %q, origin %q", name, url, origin)
			}
		}
	}
}

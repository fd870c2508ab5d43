//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"wgsmtp/app/snippets"
	"wgsmtp/app/ui"
)

// What somebody pastes into their site, through the real thing: the pages that
// MediaWiki, MkDocs, MDX and Hugo make of it, in the browser.

// sites make a site with a host's pieces in it, and give the folder to serve
// and the page in it.
var sites = map[string]func(t *testing.T, pieces []string) (dir, page string){
	"html": func(t *testing.T, pieces []string) (string, string) {
		return oneFile(t, "<!doctype html>\n<html lang=en><title>Mail</title>\n<p>Before\n"+pieces[0]+"\n<p>After\n")
	},
	"mediawiki": func(t *testing.T, pieces []string) (string, string) {
		return oneFile(t, wikiPage(t, "Widget:WgSMTP", pieces[0], pieces[1]))
	},
	"mediawiki-link": func(t *testing.T, pieces []string) (string, string) {
		return oneFile(t, wikiPage(t, "Template:WgSMTP", pieces[0], pieces[1]))
	},
	"mkdocs": func(t *testing.T, pieces []string) (string, string) {
		dir := t.TempDir()
		write(t, dir, map[string]string{
			"mkdocs.yml":    "site_name: Mail\ntheme:\n  name: mkdocs\n  highlightjs: false\nuse_directory_urls: false\n" + pieces[0] + "\n",
			"docs/index.md": "# Mail\n\nBefore\n\n" + pieces[1] + "\n\nAfter\n",
		})
		cmd := exec.Command(need(t, "/usr/bin/mkdocs", "mkdocs"), "build", "--quiet", "--strict", "--site-dir", filepath.Join(dir, "public"))
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("mkdocs: %v\n%s", err, out)
		}
		return filepath.Join(dir, "public"), "/"
	},
	"docusaurus": func(t *testing.T, pieces []string) (string, string) {
		cmd := exec.Command(need(t, "node", "nodejs"), "testdata/mdx.mjs", pieces[0])
		cmd.Stdin = strings.NewReader("# Mail\n\nBefore\n\n" + pieces[1] + "\n\nAfter\n")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("MDX (npm ci --prefix web/e2e): %v", err)
		}
		return oneFile(t, "<!doctype html>"+string(out))
	},
	"hugo": func(t *testing.T, pieces []string) (string, string) {
		dir := t.TempDir()
		write(t, dir, map[string]string{
			"config.toml":                    "baseURL = '/'\ntitle = 'Mail'\ndisableKinds = ['taxonomy', 'term', 'RSS', 'sitemap', 'home', 'section']\n",
			"layouts/_default/single.html":   "<!doctype html>\n<html lang=en><title>{{ .Title }}</title>\n{{ .Content }}\n",
			"layouts/shortcodes/wgsmtp.html": pieces[0] + "\n",
			"content/mail.md":                "---\ntitle: Mail\n---\n\nBefore\n\n" + pieces[1] + "\n\nAfter\n",
		})
		run(t, need(t, "hugo", "hugo"), "--source", dir, "--quiet")
		return filepath.Join(dir, "public"), "/mail/"
	},
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func oneFile(t *testing.T, page string) (dir, path string) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, map[string]string{"page.html": page})
	return dir, "/page.html"
}

// wikiPage is what MediaWiki makes of a page, with another one to help.
func wikiPage(t *testing.T, helper, helperText, text string) string {
	t.Helper()
	w := needWiki(t)
	in, err := json.Marshal(map[string]any{
		"pages": map[string]string{helper: helperText, "Mail": "Before\n\n" + text + "\n\nAfter\n"},
		"show":  "Mail",
	})
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/page.php")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SMARTY_COMPILED", t.TempDir())
	write(t, w.dir, map[string]string{"widget.i18n.magic.php": "<?php\n$magicWords = [ 'en' => [ 'widget' => [ 0, 'widget' ] ] ];\n", "cache-widgets/.keep": ""})
	settings := w.settings(t, fmt.Sprintf(`$wgExtraNamespaces += [ 274 => 'Widget', 275 => 'Widget_talk' ];
$wgExtensionMessagesFiles['Widget'] = '%[1]s/widget.i18n.magic.php';
$wgCacheDirectory = '%[1]s/cache-widgets';
`, w.dir))
	return "<!doctype html>\n<html lang=en><title>Mail</title>\n" + w.php(t, settings, "", string(in), script)
}

// difficult is a configuration whose texts mean something in every language.
func difficult() ui.State {
	s := ui.StateFor("gmail")
	s.Config.Release = "1.43"
	s.Config.Server = "https://wiki.example.org"
	s.Config.Sitename = `"Q" & <b>{A}</b> 'n' [[x]] {{y|z}} ~~~~ __NOTOC__ \ ` + "`c` *d* --> }} ]] %22 &quot; Zoë"
	s.Config.User = "our_wiki__x@gmail.com"
	s.Config.Secret = "never-in-a-link"
	return s
}

func TestSnippets(t *testing.T) {
	wgsmtp, err := served()
	if err != nil {
		t.Fatal(err)
	}
	plain := snippets.Values{Site: wgsmtp + "/", Carrier: "gmail", Name: "Gmail", State: "1;carrier=gmail&release=1.39&port=587&tls=starttls"}
	named := snippets.Values{Site: wgsmtp + "/", Carrier: "gmail", Name: "Gmail", State: "1;carrier=gmail&release=1.39&server=https://wiki.example.org"}
	hard := snippets.Values{Site: wgsmtp + "/", Carrier: "gmail", Name: `Mr. "Q" & <b>{A}</b> 'n' [[x]] {{y|z}} ~~~~ __NOTOC__ *d* ` + "`c` --> }}", State: difficult().Fragment()}
	bare := snippets.Values{Site: wgsmtp + "/"}
	for i := range snippets.Hosts {
		h := &snippets.Hosts[i]
		cases := map[string]snippets.Values{"plain": plain, "hard": hard}
		switch h.ID {
		case "html":
			cases["named"] = named // the same element in the others
		case "mediawiki", "mediawiki-link", "hugo":
			cases["bare"] = bare // what a widget, a template and a shortcode do without arguments
		}
		for name, v := range cases {
			t.Run(h.ID+"/"+name, func(t *testing.T) {
				make := sites[h.ID]
				if make == nil {
					t.Fatal("there is no such site to try the texts in")
				}
				pieces := []string{}
				for j := range h.Pieces {
					text := h.Pieces[j].Text(v)
					if strings.Contains(text, "never-in-a-link") {
						t.Errorf("the password is in\n%s", text)
					}
					pieces = append(pieces, text)
				}
				dir, page := make(t, pieces)
				if h.ID == "mediawiki-link" {
					checkLink(t, dir, page, v)
				} else {
					checkEmbed(t, h.ID, wgsmtp, dir, page, v)
				}
			})
		}
	}
}

// hostTab opens a page of somebody else's site.
func hostTab(t *testing.T, wgsmtp, dir, page string) *tab {
	t.Helper()
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(dir)))
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/empty", func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "text/html") })
	origin, _ := startGo(t, mux)
	p := openIn(t, parent, strings.Replace(origin, "127.0.0.1", "localhost", 1), "/empty", wide, chromedp.WithNewBrowserContext())
	p.others = []string{wgsmtp}
	p.navigate(page)
	return p
}

// checkEmbed looks at the page in the browser: the element has the values, its
// frame opens with them, and the link within would lead to them.
func checkEmbed(t *testing.T, host, wgsmtp, dir, page string, v snippets.Values) {
	t.Helper()
	p := hostTab(t, wgsmtp, dir, page)
	const element = `document.querySelector("wgsmtp-configurator")`
	if n := eval[int](p, `document.querySelectorAll("wgsmtp-configurator").length * 100 + document.querySelectorAll("wgsmtp-configurator > a").length`); n != 101 {
		t.Fatalf("%d elements and links, want 101:\n%s", n, eval[string](p, `document.documentElement.outerHTML`))
	}
	if !eval[bool](p, element+`.hasAttribute("compact")`) {
		t.Error("it is not compact")
	}
	want, err := ui.ParseFragment(v.State)
	if err != nil {
		t.Fatal(err)
	}
	link := eval[string](p, element+`.querySelector("a").getAttribute("href")`)
	checkAddress(t, link, snippets.Link(v), want)
	words := "Mail settings for MediaWiki"
	if v.Name != "" && (host == "html" || host == "mkdocs" || host == "docusaurus") {
		words = "Mail settings for " + v.Name
	}
	if got := eval[string](p, element+`.querySelector("a").textContent`); got != words {
		t.Errorf("the link says %q, want %q", got, words)
	}

	p.await("the frame to speak", `(e => e.shadowRoot && e.shadowRoot.querySelector("slot").hidden)(`+element+`)`)
	frame := eval[string](p, element+`.shadowRoot.querySelector("iframe").src`)
	folder := wgsmtp + "/embed/index.html"
	if v.Carrier != "" {
		folder = wgsmtp + "/embed/" + v.Carrier + ".html"
	}
	address, fragment, _ := strings.Cut(frame, "#")
	if before, _, _ := strings.Cut(address, "?"); before != folder {
		t.Errorf("the frame is %s, want %s", before, folder)
	}
	if got, err := ui.ParseFragment(fragment); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the frame opens with %s: %v\n got %+v\nwant %+v", fragment, err, got.Config, want.Config)
	}
	// The host made a paragraph of each side, and nothing else of the values.
	if text := eval[string](p, `document.body.innerText`); host != "html" && (!strings.Contains(text, "Before") || !strings.Contains(text, "After") || strings.Contains(text, "{{")) {
		t.Errorf("the page reads\n%s", text)
	}
}

func checkLink(t *testing.T, dir, page string, v snippets.Values) {
	t.Helper()
	p := hostTab(t, "", dir, page)
	links := eval[[]string](p, `[...document.querySelectorAll("a")].flatMap(a => [a.getAttribute("href"), a.textContent])`)
	if len(links) != 2 {
		t.Fatalf("links and their texts: %q", links)
	}
	want, err := ui.ParseFragment(v.State)
	if err != nil {
		t.Fatal(err)
	}
	link := snippets.Link(v)
	if v.Carrier == "" { // wikitext cannot leave the name out
		link = strings.Replace(link, v.Site, v.Site+"index.html", 1)
	}
	checkAddress(t, links[0], link, want)
	if words := "Mail settings for " + v.Name; v.Name != "" && links[1] != words {
		t.Errorf("the link says %q, want %q", links[1], words)
	}
}

// checkAddress compares a link by where it leads: hosts may escape more or
// fewer characters in it.
func checkAddress(t *testing.T, got, want string, state ui.State) {
	t.Helper()
	page, fragment, _ := strings.Cut(got, "#")
	wantPage, _, _ := strings.Cut(want, "#")
	if page != wantPage && page != strings.TrimSuffix(wantPage, "/")+"/index.html" {
		t.Errorf("the link leads to %s, want %s", page, wantPage)
	}
	if s, err := ui.ParseFragment(fragment); err != nil || !reflect.DeepEqual(s, state) {
		t.Errorf("the link opens with %s: %v\n got %+v\nwant %+v", fragment, err, s.Config, state.Config)
	}
}

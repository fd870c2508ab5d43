// This file makes what machines read: icons and the manifest for those who
// install the page, structured data, sitemap and robots.txt for search engines,
// and the header file of hosts that have one.

package site

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"path"
	"strings"
)

// Names that are fixed, because others look for them.
const (
	ManifestFile = "manifest.webmanifest"
	SitemapFile  = "sitemap.xml"
	RobotsFile   = "robots.txt"
	HeadersFile  = "_headers"
	noJekyllFile = ".nojekyll"
)

const (
	siteName  = "wgSMTP"
	siteTitle = "wgSMTP: mail for your MediaWiki"
	siteAbout = "Makes a $wgSMTP block for a MediaWiki's LocalSettings.php, checks it, and shows the mail that the wiki will send."
)

// icon is an entry of the manifest (Web Application Manifest, section 1.6).
type icon struct {
	Src     string `json:"src"`
	Sizes   string `json:"sizes"`
	Type    string `json:"type"`
	Purpose string `json:"purpose,omitempty"`
}

var iconAssets = []icon{
	{AssetIcon, "any", "image/svg+xml", ""},
	{"icons/icon-192.png", "192x192", "image/png", ""},
	{"icons/icon-512.png", "512x512", "image/png", ""},
	{"icons/maskable-512.png", "512x512", "image/png", "maskable"},
}

const assetCard = "icons/card.png"

// addIcons adds those icons that are there, and the card that social networks
// show with a link.
func (o *Options) addIcons(add adder, l *links) error {
	var body []byte
	asset := func(name string) (string, error) {
		var err error
		body, err = o.read(name)
		if body == nil || err != nil {
			return "", err
		}
		return add(fingerprinted(bytesFile(path.Base(name), body)))
	}
	for _, i := range iconAssets {
		name, err := asset(i.Src)
		if err != nil {
			return err
		}
		if name == "" {
			continue
		}
		switch {
		case i.Src == AssetIcon:
			l.Icon = dataAddress(body)
		case i.Purpose == "maskable": // has no transparent corners, as Apple's icons
			l.TouchIcon = name
		}
		i.Src = name
		l.icons = append(l.icons, i)
	}
	var err error
	l.Card, err = asset(assetCard)
	return err
}

// dataAddress is an SVG image as an address (RFC 2397). What is left as it is
// compresses well.
func dataAddress(svg []byte) template.URL {
	return template.URL("data:image/svg+xml," + strings.NewReplacer("\n", "", "  ", "", "\"", "'", "%", "%25", "#", "%23", "<", "%3C", ">", "%3E").Replace(string(svg)))
}

// address is a file's absolute address. An index.html goes by its folder.
func (o Options) address(file string) string {
	return o.Origin + o.Base + strings.TrimSuffix(file, "index.html")
}

func (o *Options) addForMachines(add adder, l links) error {
	var files []*File
	manifest, err := manifest(l)
	if err != nil {
		return err
	}
	files = append(files, bytesFile(ManifestFile, manifest), bytesFile(HeadersFile, o.headers(l)), bytesFile(noJekyllFile, nil))
	if o.Origin != "" {
		sitemap, err := o.sitemap()
		if err != nil {
			return err
		}
		files = append(files, bytesFile(SitemapFile, sitemap))
		// Elsewhere than at the root nobody looks for it (RFC 9309, section 2.3).
		if o.Base == "/" {
			robots := "User-agent: *\nAllow: /\n\nSitemap: " + o.address(SitemapFile) + "\n"
			files = append(files, bytesFile(RobotsFile, []byte(robots)))
		}
	}
	for _, f := range files {
		if _, err := add(f, nil); err != nil {
			return err
		}
	}
	return nil
}

// manifest has relative addresses only, which are relative to its own.
func manifest(l links) ([]byte, error) {
	icons := l.icons
	if icons == nil {
		icons = []icon{}
	}
	return json.MarshalIndent(map[string]any{
		"name": siteTitle, "short_name": siteName, "description": siteAbout,
		"lang": "en", "dir": "ltr", "categories": []string{"utilities", "developer"},
		"start_url": "./", "scope": "./", "display": "standalone",
		"theme_color": "#3366cc", "background_color": "#ffffff",
		"icons": icons,
	}, "", "\t")
}

func (o *Options) sitemap() ([]byte, error) {
	type entry struct {
		Loc string `xml:"loc"`
	}
	set := struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []entry  `xml:"url"`
	}{}
	for _, p := range o.Pages {
		if !p.embedded() {
			set.URLs = append(set.URLs, entry{o.address(p.Path)})
		}
	}
	b, err := xml.MarshalIndent(set, "", "\t")
	return append([]byte(xml.Header), append(b, '\n')...), err
}

// headers is the file that Netlify, Cloudflare Pages and others read at the
// root of a host. Where several rules fit, the values of one header are joined,
// and of several policies all hold: so the one against framing is for the files
// of the main folder alone, and the caching for those that have a fingerprint.
// The rest of the policy is in the pages.
func (o *Options) headers(l links) []byte {
	var b strings.Builder
	rule := func(pattern string, lines ...string) {
		fmt.Fprintf(&b, "%s%s\n", o.Base, pattern)
		for _, line := range lines {
			fmt.Fprintf(&b, "  %s\n", line)
		}
	}
	rule("*", "X-Content-Type-Options: nosniff", "Referrer-Policy: no-referrer")
	rule("", "Content-Security-Policy: "+FrameAncestors)
	rule(":page", "Content-Security-Policy: "+FrameAncestors)
	names := []string{l.Style, l.Loader, l.Program, l.Offline, l.Frame, l.Early, l.Card}
	for _, i := range l.icons {
		names = append(names, i.Src)
	}
	for _, name := range names {
		if name != "" {
			// A sandboxed frame has no origin, so that even its own files are another's.
			rule(name, "Cache-Control: "+CacheForEver, "Access-Control-Allow-Origin: *")
		}
	}
	return []byte(b.String())
}

// structured describes a page to search engines in the words of schema.org, as
// a data block: a script element that is not run, and that a policy for scripts
// says nothing about (HTML, section 4.12.1.1).
func (p Page) structured(o Options) (template.HTML, error) {
	app := map[string]any{
		"@type": "WebApplication", "name": siteName, "description": siteAbout,
		"applicationCategory": "DeveloperApplication", "operatingSystem": "Any",
		"browserRequirements": "WebAssembly", "isAccessibleForFree": true,
		"license": "https://www.gnu.org/licenses/old-licenses/gpl-2.0.html",
		"offers":  map[string]any{"@type": "Offer", "price": "0", "priceCurrency": "USD"},
	}
	if o.Origin != "" {
		app["url"] = o.address("")
	}
	data := app
	if p.Path != "index.html" {
		data = map[string]any{
			"@type": "TechArticle", "headline": p.Title, "description": p.Description, "inLanguage": "en",
			"about": map[string]any{"@type": "SoftwareApplication", "name": "MediaWiki", "url": "https://www.mediawiki.org/"}, "isPartOf": app,
		}
		if o.Origin != "" {
			data["url"] = o.address(p.Path)
			data["breadcrumb"] = map[string]any{"@type": "BreadcrumbList", "itemListElement": []any{
				map[string]any{"@type": "ListItem", "position": 1, "name": siteName, "item": o.address("")},
				map[string]any{"@type": "ListItem", "position": 2, "name": p.Title},
			}}
		}
	}
	data["@context"] = "https://schema.org"
	b, err := json.Marshal(data) // has no "<", which could end the element
	return template.HTML(`<script type="application/ld+json">` + string(b) + "</script>\n"), err
}

// Package snippets holds what other sites paste to show a configuration or to
// link to it: one table of hosts, from plain HTML to Hugo. The page writes the
// snippets with a person's values; static/embed.md and README.md show them
// with an example's, and a test holds them to this table.
//
// Rules: a snippet may be pasted as it is, whatever the values are. An address
// is reduced to characters that mean nothing in any of these languages (address
// in escape.go), and a text to letters and character references, which HTML,
// Markdown, MDX and wikitext all read the same (text).
package snippets

import "strings"

// Values are what a snippet is made of.
type Values struct {
	Site    string // address of the folder that the site lies in: "https://mail.example.org/smtp/"
	Carrier string // id of the carrier: "gmail"; "" for the start page
	Name    string // the carrier in words: "Gmail"; "" for the start page
	// State is the configuration, as it stands after "#" in the address of the
	// page; "" for what the carrier's page opens with. It has no secret.
	State string
}

// Host is something that pages are written in.
type Host struct {
	ID     string // "mkdocs"
	Name   string // "MkDocs"
	Note   string // what must be there first; "" for nothing
	Pieces []Piece
}

// Piece is a text and the place for it.
type Piece struct {
	Where    string // "mkdocs.yml"
	Language string // of the text, as fenced code blocks name it
	text     string // with marks in it, such as @site@, that Text knows
}

// Hosts are all hosts, the plainest first.
var Hosts = [...]Host{
	{ID: "html", Name: "Plain HTML", Pieces: []Piece{
		{"In the page, where it is to stand", "html", `<script src="@site@embed.js" async></script>
` + element},
	}},
	{ID: "mediawiki", Name: "MediaWiki page", Note: "Needs Extension:Widgets.", Pieces: []Piece{
		{"Widget:WgSMTP", "html", `<noinclude>Mail settings for a wiki: {{#widget:WgSMTP|carrier=gmail}}</noinclude><includeonly><script src="@site@embed.js" async></script>
<wgsmtp-configurator carrier="<!--{$carrier|default:''|escape:'html'}-->" state="<!--{$state|default:''|escape:'html'}-->" compact>
<a href="@site@<!--{$carrier|default:'index'|escape:'url'}-->.html#<!--{$state|default:''|escape:'html'}-->">Mail settings for MediaWiki</a>
</wgsmtp-configurator></includeonly>`},
		{"In a page", "wikitext", `{{#widget:WgSMTP@wikiparams@}}`},
	}},
	{ID: "mediawiki-link", Name: "MediaWiki page, as a link", Note: "For wikis that allow no frames.", Pieces: []Piece{
		{"Template:WgSMTP", "wikitext", `<noinclude>A link to mail settings for a wiki: <nowiki>{{WgSMTP|carrier=gmail}}</nowiki></noinclude><includeonly>[@site@{{{carrier|index}}}.html#{{{state|1;carrier={{{carrier|custom}}}}}} {{{text|Mail settings for MediaWiki}}}]</includeonly>`},
		{"In a page", "wikitext", `{{WgSMTP@wikiparams@|text=@words@}}`},
	}},
	{ID: "mkdocs", Name: "MkDocs", Pieces: []Piece{
		{"mkdocs.yml", "yaml", `extra_javascript:
  - @site@embed.js`},
		// Within a div, Markdown leaves all of it alone.
		{"In a page", "html", `<div>
` + element + `
</div>`},
	}},
	{ID: "docusaurus", Name: "Docusaurus", Pieces: []Piece{
		{"docusaurus.config.js, within the configuration", "js", `scripts: [ { src: '@site@embed.js', async: true } ],`},
		{"In an .mdx page", "jsx", `<wgsmtp-configurator@attributes@ compact="">
  <a href="@page@">@words@</a>
</wgsmtp-configurator>`},
	}},
	{ID: "hugo", Name: "Hugo", Pieces: []Piece{
		{"layouts/shortcodes/wgsmtp.html", "go-html-template", `<script src="@site@embed.js" async></script>
<wgsmtp-configurator carrier="{{ .Get "carrier" }}" state="{{ .Get "state" }}" compact>
<a href="@site@{{ with .Get "carrier" }}{{ . }}{{ else }}index{{ end }}.html{{ with .Get "state" }}#{{ . | safeURL }}{{ end }}">Mail settings for MediaWiki</a>
</wgsmtp-configurator>`},
		{"In a page", "text", `{{< wgsmtp@hugoparams@ >}}`},
	}},
}

const element = `<wgsmtp-configurator@attributes@ compact>
<a href="@page@">@words@</a>
</wgsmtp-configurator>`

// Link is the address of the page itself with the configuration in it.
func Link(v Values) string {
	page := site(v)
	if v.Carrier != "" {
		page += address(v.Carrier) + ".html"
	}
	if v.State != "" {
		page += "#" + address(v.State)
	}
	return page
}

// site is an address without ampersands: not every language reads "&amp;".
func site(v Values) string { return strings.ReplaceAll(address(v.Site), "&", "%26") }

// Text is the piece with the values in it, ready to paste.
func (p *Piece) Text(v Values) string {
	carrier, state := address(v.Carrier), address(v.State)
	attributes, named := byName(state)
	if !named {
		attributes = value(" state", inAttribute(state), `"`)
	}
	quoted := value(" carrier", carrier, `"`)
	values := [...]string{
		"@site@", site(v),
		"@page@", inAttribute(Link(v)),
		"@words@", "Mail settings for " + text(or(v.Name, "MediaWiki")),
		"@attributes@", quoted + attributes,
		"@wikiparams@", value("|carrier", carrier, "") + value("|state", state, ""),
		"@hugoparams@", quoted + value(" state", state, `"`),
	}
	return strings.NewReplacer(values[:]...).Replace(p.text)
}

// value is an assignment of something escaped, or nothing where it is empty.
func value(name, escaped, quote string) string {
	if escaped == "" {
		return ""
	}
	return name + "=" + quote + escaped + quote
}

// byName is a state as the attributes "release" and "server", which read
// better, where it holds nothing else and no escapes.
func byName(state string) (attributes string, ok bool) {
	_, rest, _ := strings.Cut(state, ";")
	for rest != "" {
		var one string
		one, rest, _ = strings.Cut(rest, "&")
		name, v, _ := strings.Cut(one, "=")
		switch name {
		case "carrier":
		case "release", "server":
			attributes += value(" "+name, v, `"`)
		default:
			return "", false
		}
	}
	return attributes, strings.IndexByte(state, '%') < 0
}

func or(s, otherwise string) string {
	if s != "" {
		return s
	}
	return otherwise
}

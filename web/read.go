package main

import (
	"bytes"
	_ "embed"
	"html/template"

	"wgsmtp/web/site"
)

// Pages to read, without the browser program. It knows by the beginning of
// their names that they are not its own: a new one is named in web/site/loader.js.

//go:embed read.html
var readHTML string

var readTemplate = template.Must(template.New("").Parse(readHTML))

// readText makes a page's text by a template.
func readText(name string, data any) func() (template.HTML, error) {
	return func() (template.HTML, error) {
		var b bytes.Buffer
		err := readTemplate.ExecuteTemplate(&b, name, data)
		return template.HTML(b.String()), err
	}
}

// liveTestPage says what the live test does and how to have it.
func liveTestPage() site.Page {
	return site.Page{
		Path: "live-test.html", Title: "Live test: does this MediaWiki's mail get through?",
		Description: "Try a MediaWiki's $wgSMTP on the real mail server, in MediaWiki's own conversation: on the wiki's host with one command, or in the page through a tunnel.",
		Text:        readText("live", liveTestCommands),
	}
}

// liveTestCommands are lines to copy, by the name of what they do.
var liveTestCommands = map[string]string{
	"probe":  "wgsmtp probe LocalSettings.php",
	"send":   "wgsmtp probe --to you@example.net --send LocalSettings.php",
	"serve":  "wgsmtp serve",
	"tunnel": "ssh -N -L 8080:127.0.0.1:8080 you@wiki.example.org",
}

package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
	"wgsmtp/providers"
	"wgsmtp/web/site"
)

// sitePages are the pages of the site: index.html, and gmail.html and so on for
// each carrier. All lie in one folder, so that a link between them is a file
// name; ui.Register knows the same names.
func sitePages() []site.Page {
	pages := []site.Page{{
		Path:        "index.html",
		Title:       "wgSMTP: mail for your MediaWiki",
		Description: "Make a $wgSMTP block for LocalSettings.php that works the first time, and see the mail that your MediaWiki will send.",
		Root:        func() app.UI { return new(ui.Page) },
	}}
	for _, c := range providers.Index() {
		pages = append(pages, site.Page{
			Path:        c.ID + ".html",
			Title:       c.Name + " for MediaWiki: the $wgSMTP block",
			Description: "Send your MediaWiki's mail through " + c.Name + ": " + c.Summary,
			Root:        func() app.UI { return &ui.Page{Carrier: c.ID} },
		})
	}
	return pages
}

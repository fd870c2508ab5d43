package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
	"wgsmtp/providers"
	"wgsmtp/web/site"
)

// sitePages are the pages of the site: the start page, and one for each carrier.
func sitePages() []site.Page {
	pages := []site.Page{{
		Path:        "index.html",
		Title:       "$wgSMTP: mail settings for MediaWiki",
		Description: "Pick who carries your wiki's mail and get a $wgSMTP block for LocalSettings.php that works: checked, with the headers and the conversation that MediaWiki will produce.",
		Root:        func() app.UI { return &ui.Page{} },
	}}
	for _, c := range providers.All() {
		pages = append(pages, site.Page{
			Path:        c.ID + ".html",
			Title:       c.Name + ": $wgSMTP settings for MediaWiki",
			Description: c.Name + " for the mail of a MediaWiki: host, port, encryption and log-in as a $wgSMTP block for LocalSettings.php, checked for each MediaWiki release.",
			Root:        func() app.UI { return &ui.Page{Carrier: c.ID} },
		})
	}
	return pages
}

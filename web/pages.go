package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
	"wgsmtp/providers"
	"wgsmtp/web/site"
)

// sitePages are the pages of the site: index.html, and gmail.html and so on for
// each carrier. All lie in one folder, so that a link between them is a file
// name. Each is there a second time for frames of other sites, in a folder of
// its own; the browser program goes by the last part of the address in both.
// The pages about the live test and about releases are to read only.
func sitePages() []site.Page {
	var pages []site.Page
	add := func(name, title, description, carrier string) {
		pages = append(pages, site.Page{Path: name, Title: title, Description: description,
			Root: func() app.UI { return &ui.Page{Carrier: carrier} }})
		pages = append(pages, site.Page{Path: site.EmbedFolder + name, Title: title, Description: description,
			Root: func() app.UI { return &ui.Page{Carrier: carrier, Root: "../"} }})
	}
	add("index.html", "wgSMTP: mail for your MediaWiki",
		"Make a $wgSMTP block for LocalSettings.php that works the first time, and see the mail that your MediaWiki will send.", "")
	bring := func(name, title, description string, root func(string) app.UI) {
		pages = append(pages,
			site.Page{Path: name, Title: title, Description: description, Root: func() app.UI { return root("") }},
			site.Page{Path: site.EmbedFolder + name, Title: title, Description: description, Root: func() app.UI { return root("../") }})
	}
	bring("settings.html", "I have settings: check a LocalSettings.php for mail",
		"Paste the $wgSMTP lines you have, and see in your own lines what your MediaWiki will do with them and how to mend them.",
		func(root string) app.UI { return &ui.SettingsPage{Root: root} })
	bring("error.html", "I have an error: MediaWiki mail errors explained",
		"Paste the error that your MediaWiki, its log or the mail server gave: what happened, why, and what to do about it.",
		func(root string) app.UI { return &ui.ErrorPage{Root: root} })
	for _, c := range providers.Index() {
		add(c.ID+".html", c.Name+" for MediaWiki: the $wgSMTP block",
			"Send your MediaWiki's mail through "+c.Name+": "+c.Summary, c.ID)
	}
	return append(append(pages, liveTestPage()), releasePages()...)
}

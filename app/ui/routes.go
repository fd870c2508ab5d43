package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/providers"
)

// Register tells go-app the pages: the two for what people bring, the start
// page, and one for each carrier, named by its id with or without ".html",
// under any folder. Which carrier an address names the Page itself finds out: a
// pattern of all names would only cost time at the start, for the host answers
// no other address.
func Register() {
	registerBrought()
	app.RouteWithRegexp("^/", func() app.Composer { return new(Page) })
}

// carrierInPath is the carrier whose page an address names, "" for none.
func carrierInPath(path string) string {
	id := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".html")
	if _, ok := providers.ByID(id); ok {
		return id
	}
	return ""
}

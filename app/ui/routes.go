package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/providers"
)

// Register tells go-app the pages: the start page, and one for each carrier,
// named by its id with or without ".html". The path is matched at its end, so
// that the site may live under any folder.
func Register() {
	index := providers.Index()
	ids := make([]string, 0, len(index)+1)
	ids = append(ids, "index")
	for i := range index {
		ids = append(ids, index[i].ID)
	}
	app.RouteWithRegexp(`/((`+strings.Join(ids, "|")+`)(\.html)?)?$`, func() app.Composer { return new(Page) })
}

// carrierInPath is the carrier whose page an address names, "" for none.
func carrierInPath(path string) string {
	id := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".html")
	if _, ok := providers.ByID(id); ok {
		return id
	}
	return ""
}

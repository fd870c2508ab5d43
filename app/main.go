// The browser program: the page, run by go-app.
package main

import (
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
)

func main() {
	ui.Register()
	app.RunWhenOnBrowser()
}

// The browser program: the page, run by go-app.
package main

import (
	"runtime/debug"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
)

// Collecting garbage stops the page, and there is one thread only: it is done
// a quarter as often as usual, as long as that stays small for a browser.
const (
	collectAt   = 400      // percent of what is in use
	memoryLimit = 96 << 20 // bytes
)

func main() {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryLimit)
	ui.Register()
	app.RunWhenOnBrowser()
}

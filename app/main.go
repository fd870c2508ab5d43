// The browser program: the page, run by go-app.
package main

import (
	"runtime/debug"
	"time"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
)

// Collecting garbage stops the page, and there is one thread only: it is done
// a quarter as often as usual, as long as that stays small for a browser.
const (
	collectAt   = 400      // percent of what is in use
	memoryLimit = 96 << 20 // bytes
)

// What packages set up at the start has kept the page busy: let it draw, and
// look at what somebody did, before it is taken over.
const breath = time.Millisecond

func main() {
	debug.SetGCPercent(collectAt)
	debug.SetMemoryLimit(memoryLimit)
	time.Sleep(breath)
	ui.Register()
	app.RunWhenOnBrowser()
}

// Command empty is the page that ours are compared with: go-app as it comes,
// with three lines in it. Built for the browser it is that page's program; run
// here it writes the page's site into a folder:
//
//	go run ./web/bench/empty DIR
package main

import (
	"log"
	"os"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

type hello struct {
	app.Compo
	name string
}

func (h *hello) Render() app.UI {
	return app.Div().Body(
		app.Input().ID("in").Value(h.name).OnInput(h.ValueTo(&h.name)),
		app.Pre().ID("out").Text("Hello "+h.name),
	)
}

// OnMount tells that the program runs.
func (h *hello) OnMount(app.Context) {
	app.Window().Get("document").Get("documentElement").Call("setAttribute", "data-runs", "")
}

func main() {
	app.Route("/", func() app.Composer { return &hello{} })
	app.RunWhenOnBrowser()
	if len(os.Args) != 2 {
		log.Fatal("usage: empty DIR")
	}
	// A picture that is not there is not fetched from another host.
	icon := app.Icon{Default: "/icon.png", Large: "/icon.png", SVG: "/icon.svg", Maskable: "/icon.png"}
	if err := app.GenerateStaticWebsite(os.Args[1], &app.Handler{Name: "Empty", Version: "1", Icon: icon}); err != nil {
		log.Fatal(err)
	}
}

package main

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// goApp without its server half: 1.5 MB of the program, 0.35 MB compressed,
// most of it types of net/http and crypto/tls and their start-up work.
var goApp = library{
	module:  "github.com/maxence-charriere/go-app/v10",
	version: "v10.1.11",
	sum:     "h1:4JUSlVQ8zVIeL3acFJEpuerP6FLoEQWg6CUTtHcz7Ro=",
	copy:    copyGoApp,
}

// serverHalf are the files of pkg/app that the browser program does without.
var serverHalf = []string{
	"http.go",     // Handler: pages, manifest and resources over HTTP
	"resource.go", // where Handler finds resources
	"wasm.go",     // stands for static.go in the browser, and names Handler
}

// replaced are the files of pkg/app that standIns replaces: what they do by
// package regexp and by encryption takes 0.08 MB compressed, and we do neither.
var replaced = []string{
	"route.go",  // routes by name and by expression
	"crypto.go", // encrypts what Context.Encrypt is given
}

const uuidImport = "\t\"github.com/google/uuid\"\n"

// standIns is what the rest of the package takes from those files, and from
// package uuid.
//
//go:embed standins/standins.go
var standIns string

// go-app's loop collects changes and shows them at the next tick of a clock, by
// its own setting 120 times a second. Where the browser paints before that tick,
// the answer to a key comes a frame late. So what an event changed is shown when
// its handler is through and no other waits, before the browser gets to paint.
const (
	showsLater = `			dispatch()

		case <-frames.C:`
	showsNow = `			dispatch()
			if len(e.dispatches) == 0 {
				e.processFrame()
				frames.Reset(iddleFrameDuration)
				currentFrameDuration = iddleFrameDuration
			}

		case <-frames.C:`
)

func copyGoApp(from, to string) error {
	app := filepath.Join(from, "pkg", "app")
	out := slices.Concat(serverHalf, replaced)
	for _, name := range out {
		if _, err := os.Stat(filepath.Join(app, name)); err != nil {
			return fmt.Errorf("a file to leave out: %w", err)
		}
	}
	target := filepath.Join(to, "pkg", "app")
	if err := copyPackage(app, target, func(name string) bool { return !slices.Contains(out, name) }); err != nil {
		return err
	}
	if err := writeAs(filepath.Join(target, "standins.go"), "app", standIns); err != nil {
		return err
	}
	if err := replaceIn(filepath.Join(target, "engine.go"), showsLater, showsNow); err != nil {
		return err
	}
	for _, name := range []string{"context.go", "state.go"} {
		if err := replaceIn(filepath.Join(target, name), uuidImport, ""); err != nil {
			return err
		}
	}
	return copyPackage(filepath.Join(from, "pkg", "errors"), filepath.Join(to, "pkg", "errors"), func(string) bool { return true })
}

// replaceIn replaces a text that must stand in the file once.
func replaceIn(name, old, new string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if n := strings.Count(string(b), old); n != 1 {
		return fmt.Errorf("%s has %q %d times, not once", filepath.Base(name), old, n)
	}
	return os.WriteFile(name, []byte(strings.Replace(string(b), old, new, 1)), 0o644)
}

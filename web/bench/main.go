// Command bench measures the built site as its visitors meet it, beside an
// empty page of go-app, in Chromium:
//
//	go run ./web/bench [-runs 3] [-samples 20] [-only PAGES] [-lighthouse CLI] PROGRAM
//
// PROGRAM is the built wgsmtp. Times depend on the machine and on what else it
// does: compare the columns of one run, and no figure with another machine's.
//
// Slow means a processor slowed four times, and 1.6 Mbit/s with 150 ms.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	runs := flag.Int("runs", 3, "slow visits of each page")
	samples := flag.Int("samples", 20, "keys typed into each page")
	lighthouse := flag.String("lighthouse", "web/e2e/node_modules/lighthouse/cli/index.js", "Lighthouse's command")
	only := flag.String("only", "start,carrier,import,empty go-app", "the pages to measure; the last one is compared with")
	flag.Parse()
	if flag.NArg() != 1 {
		log.Fatal("usage: bench [flags] PROGRAM")
	}
	if err := run(flag.Arg(0), *runs, *samples, *only, *lighthouse); err != nil {
		log.Fatal(err)
	}
}

func run(program string, runs, samples int, only, lighthouse string) error {
	dir, err := os.MkdirTemp("", "wgsmtp-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours, empty := filepath.Join(dir, "ours"), filepath.Join(dir, "empty")
	if err := command(nil, program, "site", ours); err != nil {
		return err
	}
	if strings.Contains(only, "empty") {
		if err := buildEmpty(empty); err != nil {
			return err
		}
	}
	subjects, closeAll, err := subjects(ours, empty)
	if err != nil {
		return err
	}
	defer closeAll()
	subjects = slices.DeleteFunc(subjects, func(s subject) bool { return !slices.Contains(strings.Split(only, ","), s.name) })
	if len(subjects) == 0 {
		return fmt.Errorf("no such page: %s", only)
	}
	var all []*figures
	for _, s := range subjects {
		progress("measuring: " + s.name)
		f, err := measure(s, runs, samples)
		if err != nil {
			return err
		}
		switch score, err := lighthouseOf(lighthouse, s.front.origin+s.path); {
		case err == nil:
			f.lighthouse = score
		case !errors.Is(err, os.ErrNotExist):
			fmt.Fprintf(os.Stderr, "%s: %v\n", s.name, err)
		}
		all = append(all, f)
	}
	return table(os.Stdout, subjects, all)
}

// buildEmpty builds the empty page and its program, as go-app says.
func buildEmpty(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "web"), 0o755); err != nil {
		return err
	}
	if err := command(nil, "go", "run", "./web/bench/empty", dir); err != nil {
		return err
	}
	return command([]string{"GOOS=js", "GOARCH=wasm"}, "go", "build", "-trimpath", "-ldflags=-s -w",
		"-o", filepath.Join(dir, "web", "app.wasm"), "./web/bench/empty")
}

// subjects are the pages to measure: three of ours, and the empty one last.
func subjects(ours, empty string) (out []subject, closeAll func(), err error) {
	site, err := newFront(ours)
	if err != nil {
		return nil, nil, err
	}
	plain, err := newFront(empty)
	if err != nil {
		site.Close()
		return nil, nil, err
	}
	plain.file("/web/app.wasm") // compressed now, and not while somebody waits
	const running = `!document.querySelector("[data-printed]")`
	form := subject{front: site, output: "#results", ready: "wgSMTP", field: "#server", keys: typeAndTakeBack, running: running + ` && document.querySelector("#form #server")`}
	form.pause = 30 * time.Millisecond
	start, carrier := form, form
	start.name, start.path = "start", "/"
	carrier.name, carrier.path = "carrier", "/gmail.html"
	return []subject{
		start, carrier,
		{name: "import", front: site, path: "/settings.html", output: "#main", ready: `\S`, field: "#pasted", keys: []string{"$", "x"},
			pause:   time.Second, // a text is looked at once its typing pauses
			running: running + ` && document.querySelector("#pasted")`},
		{name: "empty go-app", front: plain, path: "/", output: "#out", ready: "Hello", field: "#in", keys: typeAndTakeBack, pause: 30 * time.Millisecond, running: `document.querySelector("[data-runs] #in")`},
	}, func() { site.Close(); plain.Close() }, nil
}

func progress(what string) { fmt.Fprintln(os.Stderr, what) }

func command(env []string, name string, args ...string) error {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

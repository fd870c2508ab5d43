package serve

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/web/site"
)

// The loader in a real browser: a program that runs, one that panics, and the
// ways in which it may not come at all.
func TestLoader(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("needs chromium")
	}
	tests := []struct {
		name, program string
		serve         func(http.Handler) http.Handler
		want          string
		failed        bool
	}{
		{"runs", "runs", through, "<h1>running under </h1>", false},
		{"runs under a path", "runs", under("/tools/smtp"), "<h1>running under /tools/smtp</h1>", false},
		{"runs with a wrong media type", "runs", typed("application/octet-stream"), "<h1>running under </h1>", false},
		{"panics", "panics", through, "The program stopped. Reload the page to go on.</p><details><summary>Details</summary><pre>panic: a mistake", true},
		{"is missing", "runs", missing, "The program could not be loaded.", true},
		{"is no program", "", through, "The program could not be loaded.", true},
	}
	allocator, closeBrowser := chromedp.NewExecAllocator(t.Context(),
		append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox)...)
	defer closeBrowser()
	browser, closeTab := chromedp.NewContext(allocator)
	defer closeTab()
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(tt.serve(Handler(siteWith(t, tt.program))))
			defer server.Close()
			prefix := ""
			if tt.name == "runs under a path" {
				prefix = "/tools/smtp"
			}
			tab, closeTab := chromedp.NewContext(browser)
			defer closeTab()
			tab, cancel := context.WithTimeout(tab, time.Minute)
			defer cancel()
			// The program says what it does in the heading; a failure shows its box.
			settled := `document.querySelector( "h1" )?.textContent.startsWith( "running" ) && document.documentElement.hasAttribute( "data-runs" )`
			if tt.failed {
				settled = `!document.getElementById( "loader-failure" ).hidden`
			}
			if err := chromedp.Do(tab, chromedp.Navigate(server.URL+prefix+"/")); err != nil {
				t.Fatal(err)
			}
			for {
				done, err := chromedp.Run(tab, chromedp.Evaluate[bool](settled))
				if err != nil {
					t.Fatal(err) // after a minute at the latest
				}
				if done {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			dom, err := chromedp.Run(tab, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(dom, tt.want) {
				t.Errorf("want %q in\n%s", tt.want, dom)
			}
			if failed := !strings.Contains(dom, `role="alert" hidden=""`); failed != tt.failed {
				t.Errorf("failure shown: %v, want %v", failed, tt.failed)
			}
			if !strings.Contains(dom, `id="loader-bar" class="loader-bar" hidden=""`) {
				t.Error("the bar is still there")
			}
		})
	}
}

func siteWith(t *testing.T, program string) *site.Site {
	t.Helper()
	body := []byte("this is no program")
	if program != "" {
		out := filepath.Join(t.TempDir(), "app.wasm")
		cmd := exec.Command("go", "build", "-o", out, "./testdata/"+program)
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		if msg, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, msg)
		}
		var err error
		if body, err = os.ReadFile(out); err != nil {
			t.Fatal(err)
		}
	}
	compressed, err := site.BrotliQuick(body)
	if err != nil {
		t.Fatal(err)
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	wasmExec, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := site.New(site.Options{
		Pages: []site.Page{{Path: "index.html", Title: "t", Description: "d", Root: func() app.UI { return app.H1().Text("read") }}},
		Assets: fstest.MapFS{site.AssetStyle: {Data: []byte("h1{}")}, site.AssetProgram: {Data: compressed},
			site.AssetWasmExec: {Data: wasmExec}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func through(h http.Handler) http.Handler { return h }

func under(prefix string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler { return http.StripPrefix(prefix, h) }
}

// typed is a server that does not know the program's media type.
func typed(mediaType string) func(http.Handler) http.Handler {
	return func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.HasSuffix(r.URL.Path, ".wasm") {
				h.ServeHTTP(w, r)
				return
			}
			got := httptest.NewRecorder()
			h.ServeHTTP(got, r)
			for name, values := range got.Header() {
				w.Header()[name] = values
			}
			w.Header().Set("Content-Type", mediaType)
			w.Write(got.Body.Bytes())
		})
	}
}

func missing(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, ".wasm") {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

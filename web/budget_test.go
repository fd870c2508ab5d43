package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"wgsmtp/static"
	"wgsmtp/web/site"
)

// Budgets, in bytes. The browser program is most of what a visitor fetches.
const (
	maxProgram       = 9_500_000
	maxProgramBrotli = 1_650_000
	maxHost          = 25_000_000
)

func newSite(tb testing.TB) *site.Site {
	tb.Helper()
	s, err := site.New(site.Options{Pages: sitePages(), Assets: static.FS})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func TestProgramBudget(t *testing.T) {
	compressed, err := fs.ReadFile(static.FS, site.AssetProgram)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the browser program is not built: ./build.sh build")
	}
	if n := len(compressed); n > maxProgramBrotli {
		t.Errorf("browser program: %d bytes compressed, at most %d", n, maxProgramBrotli)
	}
	n, err := io.Copy(io.Discard, brotli.NewReader(bytes.NewReader(compressed)))
	if err != nil {
		t.Fatal(err)
	}
	if n > maxProgram {
		t.Errorf("browser program: %d bytes, at most %d", n, maxProgram)
	}
	t.Logf("browser program: %d bytes, brotli %d", n, len(compressed))
}

func TestHostBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a binary")
	}
	out := filepath.Join(t.TempDir(), "wgsmtp")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, ".")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	info, err := os.Stat(out)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > maxHost {
		t.Errorf("wgsmtp: %d bytes, at most %d", info.Size(), maxHost)
	}
	t.Logf("wgsmtp: %d bytes", info.Size())
}

// unwanted are packages that must not get into the browser program, each with
// the reason. Adding a dependency that pulls one of them in needs a better
// reason.
var unwanted = map[string]string{
	"text/template":                          "calls methods by name, so that the linker keeps every method of every type: 3.3 MB",
	"html/template":                          "the same, and the page needs none",
	"net/http":                               "1.5 MB unused, 5 MB used; the browser has fetch",
	"crypto/tls":                             "part of net/http",
	"testing":                                "registers flags and brings the test runner",
	"github.com/emersion/go-message/charset": "all encodings of x/text, 0.95 MB; we write UTF-8 only",
	"golang.org/x/text/encoding/japanese":    "tables of an encoding that we do not write",
	"golang.org/x/text/encoding/simplifiedchinese":           "tables of an encoding that we do not write",
	"golang.org/x/net/html":                                  "the browser has a parser",
	"golang.org/x/net/publicsuffix":                          "a table of 100 KB that goes out of date",
	"github.com/andybalholm/brotli":                          "compressing is the host's work",
	"github.com/go-playground/validator/v10/translations/en": "0.39 MB; the findings are our own sentences",
	"regexp":            "0.07 MB compressed, with the tables of Unicode; the few patterns there are are matched by hand",
	"crypto/rand":       "brings ciphers; what go-app and go-message want it for is left out by web/slim",
	"math/big":          "part of crypto/rand",
	"mime/multipart":    "reads and writes what we do not; app/preview writes it as PEAR does",
	"os/exec":           "there is nothing to execute",
	"net/http/httputil": "server code",
	"net/http/pprof":    "server code",
	"go/parser":         "the PHP reader is our own",
	"wgsmtp/static":     "the files beside the program, the program itself among them",
	"wgsmtp/web":        "host code",
	"wgsmtp/web/site":   "host code",
	"wgsmtp/web/serve":  "host code",
}

func TestProgramDependencies(t *testing.T) {
	slim, err := filepath.Abs(filepath.Join(t.TempDir(), "slim"))
	if err != nil {
		t.Fatal(err)
	}
	prepare := exec.Command("go", "run", "./web/slim", slim)
	prepare.Dir = ".."
	if msg, err := prepare.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	cmd := exec.Command("go", "list", "-modfile="+filepath.Join(slim, "go.mod"), "-deps", "-tags=validator_novalidatefn", "./app")
	cmd.Dir = ".."
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	deps := strings.Fields(string(out))
	if len(deps) < 50 {
		t.Fatalf("only %d packages listed", len(deps))
	}
	for _, dep := range deps {
		if why, bad := unwanted[dep]; bad {
			t.Errorf("the browser program imports %s: %s", dep, why)
		}
	}
}

// Rendering every page of the site once.
func BenchmarkPrerender(b *testing.B) {
	pages := 0
	for b.Loop() {
		s := newSite(b)
		pages = 0
		for _, f := range s.Files() {
			if strings.HasSuffix(f.Path, ".html") {
				pages++
				if _, err := f.Body(); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.ReportMetric(float64(pages), "pages")
}

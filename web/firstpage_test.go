package main

import (
	"bytes"
	"os"
	"regexp"
	"testing"

	"github.com/andybalholm/brotli"
)

// maxFirstPage bounds what is fetched before a page can be read and answers to
// what is typed, compressed: the page, its style sheet and the script before
// them. The program comes later.
const maxFirstPage = 30_000

var (
	firstScript = regexp.MustCompile(`<script src="([^"]+)"></script>`)
	firstStyle  = regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)">`)
)

func TestFirstPageBudget(t *testing.T) {
	s := newSite(t)
	if !s.HasProgram {
		if os.Getenv("CI") == "true" {
			t.Fatal("the browser program is not built")
		}
		t.Skip("the browser program is not built: ./build.sh build")
	}
	size := func(path string) (body []byte, compressed int) {
		t.Helper()
		f := s.File(path)
		if f == nil {
			t.Fatalf("there is no %s", path)
		}
		body, err := f.Body()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		w := brotli.NewWriterLevel(&b, brotli.BestCompression)
		if _, err := w.Write(body); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return body, b.Len()
	}
	for _, name := range []string{"index.html", "gmail.html", "amazon-ses.html", "settings.html"} {
		page, total := size(name)
		scripts, styles := firstScript.FindAllSubmatch(page, -1), firstStyle.FindAllSubmatch(page, -1)
		if len(scripts) != 1 || len(styles) != 1 {
			t.Errorf("%s waits for %d scripts and %d style sheets, want one of each", name, len(scripts), len(styles))
			continue
		}
		for _, m := range append(scripts, styles...) {
			_, n := size(string(m[1]))
			total += n
		}
		if total > maxFirstPage {
			t.Errorf("%s: %d bytes before it can be read, at most %d", name, total, maxFirstPage)
		}
		t.Logf("%s: %d bytes before it can be read", name, total)
	}
}

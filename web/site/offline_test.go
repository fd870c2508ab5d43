package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// parts takes a worker apart: the name of the build and its files.
func parts(t *testing.T, s *Site) (build string, files map[string]string) {
	t.Helper()
	text := string(body(t, s, WorkerFile))
	first, rest, ok := strings.Cut(text, "\nconst FILES = ")
	list, _, ok2 := strings.Cut(rest, ";\n")
	if !ok || !ok2 {
		t.Fatalf("unexpected worker:\n%.300s", text)
	}
	if err := json.Unmarshal([]byte(list), &files); err != nil {
		t.Fatal(err)
	}
	return first, files
}

func TestWorker(t *testing.T) {
	pages := func(word string) []Page {
		return []Page{page("index.html"), page("gmail.html", app.P().Text(word)), page("embed/gmail.html")}
	}
	s := testSite(t, Options{Pages: pages("one")})
	build, files := parts(t, s)
	for _, f := range s.Files() {
		sum, listed := files[f.Path]
		want := strings.HasSuffix(f.Path, ".html") && !strings.HasPrefix(f.Path, EmbedFolder) && f.Path != NotFound ||
			f.Fingerprinted && !strings.HasPrefix(f.Path, "frame.") || f.Path == ManifestFile
		if listed != want {
			t.Errorf("%s: listed %v, want %v", f.Path, listed, want)
		}
		if got := sha256.Sum256(body(t, s, f.Path)); listed && hex.EncodeToString(got[:]) != sum {
			t.Errorf("%s: another sum", f.Path)
		}
	}
	if again, _ := parts(t, testSite(t, Options{Pages: pages("one")})); again != build {
		t.Error("the same site has another build name")
	}
	if other, _ := parts(t, testSite(t, Options{Pages: pages("two")})); other == build {
		t.Error("one word changed, and the build has the same name")
	}
	// The browser compares bytes: it must see what has changed.
	if s.File(WorkerFile).Fingerprinted {
		t.Error("the worker's name changes with its contents")
	}
}

// A page for frames speaks to the page around it and is no application of its own.
func TestEmbedded(t *testing.T) {
	s := testSite(t, Options{Origin: "https://x.example", Pages: []Page{page("index.html"), page("gmail.html"), page("embed/gmail.html"), page("embed/index.html")}})
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	framed, plain := body(t, s, "embed/gmail.html"), body(t, s, "gmail.html")
	for text, where := range map[string][2]bool{
		`src="../frame.`:                      {true, false},
		`src="../loader.`:                     {true, false},
		`href="../gmail.html"`:                {true, false},
		`src="offline.`:                       {false, true},
		`offline.`:                            {false, true},
		`rel="manifest"`:                      {false, true},
		`href="https://x.example/gmail.html"`: {true, true},
	} {
		if got := [2]bool{bytes.Contains(framed, []byte(text)), bytes.Contains(plain, []byte(text))}; got != where {
			t.Errorf("%s: framed and plain page have it: %v, want %v", text, got, where)
		}
	}
	if !bytes.Contains(body(t, s, "embed/index.html"), []byte(`id="frame-full" href="../"`)) {
		t.Error("the start page in a frame does not lead to the start page")
	}
}

package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// parts takes a worker apart: the name of the build, the pack, and what pages
// load.
func parts(t *testing.T, s *Site) (build string, pack summed, loaded []summed) {
	t.Helper()
	lines := strings.SplitN(string(body(t, s, WorkerFile)), "\n", 4)
	value := func(line, name string, into any) {
		text, ok := strings.CutPrefix(strings.TrimSuffix(line, ";"), "const "+name+" = ")
		if !ok {
			t.Fatalf("%s does not stand in %q", name, line)
		}
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatal(err)
		}
	}
	value(lines[0], "BUILD", &build)
	value(lines[1], "PACK", &pack)
	value(lines[2], "LOADED", &loaded)
	return build, pack, loaded
}

func TestWorker(t *testing.T) {
	pages := func(word string) []Page {
		return []Page{page("index.html"), page("gmail.html", app.P().Text(word)), page("embed/gmail.html")}
	}
	s := testSite(t, Options{Pages: pages("one")})
	build, pack, loaded := parts(t, s)
	listed := map[string]bool{}
	for _, f := range append(loaded, pack) {
		listed[f.File] = true
		if got := sha256.Sum256(body(t, s, f.File)); hex.EncodeToString(got[:]) != f.Sum {
			t.Errorf("%s: another sum", f.File)
		}
	}
	for _, name := range pack.Pages {
		listed[name] = true
	}
	// What a page loads is there without a network, whatever that is.
	for _, p := range []string{"index.html", "gmail.html"} {
		html := string(body(t, s, p))
		for _, f := range s.Files() {
			if f.Fingerprinted && strings.Contains(html, f.Path) && !strings.HasSuffix(f.Path, ".png") && !listed[f.Path] {
				t.Errorf("%s loads %s, which the worker does not keep", p, f.Path)
			}
		}
	}
	packed := strings.Join(pack.Pages, " ")
	if !strings.HasPrefix(packed, "icon.") || !strings.HasSuffix(packed, ".svg index.html gmail.html "+ManifestFile) {
		t.Errorf("packed are %q, want the icon, two pages and the manifest", pack.Pages)
	}
	if again, _, _ := parts(t, testSite(t, Options{Pages: pages("one")})); again != build {
		t.Error("the same site has another build name")
	}
	if other, _, _ := parts(t, testSite(t, Options{Pages: pages("two")})); other == build {
		t.Error("one word changed, and the build has the same name")
	}
	// The browser compares bytes: it must see what has changed.
	if s.File(WorkerFile).Fingerprinted {
		t.Error("the worker's name changes with its contents")
	}
}

// What comes out of the pack, by the worker's rule, is what went in.
func TestPack(t *testing.T) {
	s := testSite(t, Options{Pages: []Page{page("index.html", app.P().Text("\u2028 </ <b> \x7f")), page("gmail.html"), page("embed/gmail.html")}})
	packed := body(t, s, PackFile)
	var p struct {
		Pieces []string
		Files  []packedFile
	}
	if err := json.Unmarshal(packed, &p); err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Files {
		var out strings.Builder
		for i := 0; i < len(f.Runs); i += 2 {
			for _, piece := range p.Pieces[f.Runs[i] : f.Runs[i]+f.Runs[i+1]] {
				out.WriteString(piece)
			}
		}
		if out.String() != string(body(t, s, f.Path)) {
			t.Errorf("%s came out as\n%s", f.Path, out.String())
		}
		if got, want := f.Headers["Content-Type"], s.File(f.Path).Type; got != want {
			t.Errorf("%s is of the type %q, want %q", f.Path, got, want)
		}
		if f.Headers["Content-Security-Policy"] != FrameAncestors {
			t.Errorf("%s may be framed", f.Path)
		}
	}
	if len(p.Files) != 4 {
		t.Errorf("%d files, want 4", len(p.Files))
	}
	seen := map[string]bool{}
	for _, piece := range p.Pieces {
		if seen[piece] {
			t.Errorf("twice: %q", piece)
		}
		seen[piece] = true
	}
}

// What other people's pages load from us is small.
func TestEmbedScriptIsSmall(t *testing.T) {
	script, err := os.ReadFile("../../static/embed.js")
	if err != nil {
		t.Fatal(err)
	}
	s := testSite(t, Options{Assets: fstest.MapFS{AssetEmbed: {Data: script}}, Pages: []Page{page("index.html")}})
	f := s.File(EmbedFile)
	for name, make := range map[string]func() ([]byte, error){"brotli": f.Brotli, "gzip": f.Gzip} {
		b, err := make()
		if err != nil {
			t.Fatal(err)
		}
		if len(b) >= 3*1024 || len(b) == 0 {
			t.Errorf("%s: %d bytes, want less than 3 KB", name, len(b))
		}
	}
}

// The storage that is put in the place of a missing one is there before the
// program can start, and so in the file that starts it.
func TestStorageComesBeforeTheProgram(t *testing.T) {
	s := testSite(t, Options{Pages: []Page{page("index.html"), page("embed/index.html")}})
	for _, f := range s.Files() {
		if strings.HasPrefix(f.Path, "loader.") {
			text := string(body(t, s, f.Path))
			storage, start := strings.Index(text, "defineProperty( window, name"), strings.Index(text, "WebAssembly.instantiate( program")
			if storage < 0 || start < storage {
				t.Errorf("storage at %d, the start at %d", storage, start)
			}
			return
		}
	}
	t.Error("no loader")
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

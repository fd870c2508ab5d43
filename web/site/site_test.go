package site

import (
	"bytes"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/maxence-charriere/go-app/v10/pkg/app"
	nethtml "golang.org/x/net/html"
)

var program = bytes.Repeat([]byte("\x00asm program "), 1000)

func testAssets(t *testing.T) fstest.MapFS {
	t.Helper()
	compressed, err := Brotli(program)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{
		AssetStyle:    {Data: []byte("body{color:#202122}")},
		AssetProgram:  {Data: compressed},
		AssetWasmExec: {Data: []byte("// wasm_exec")},
		AssetIcon:     {Data: []byte("<svg/>")},
	}
}

func page(name string, body ...app.UI) Page {
	return Page{Path: name, Title: "Title of " + name, Description: `With "quotes" & <marks>`,
		Root: func() app.UI { return app.Main().Body(append([]app.UI{app.H1().Text(name)}, body...)...) }}
}

func testSite(t *testing.T, o Options) *Site {
	t.Helper()
	if o.Assets == nil {
		o.Assets = testAssets(t)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestPage(t *testing.T) {
	s := testSite(t, Options{Origin: "https://www.example.org", Base: "/tools/smtp/",
		Pages: []Page{page("index.html", app.A().Href("gmail.html#top")), page("gmail.html", app.A().ID("top").Href("./"))}})
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	body, err := s.File("gmail.html").Body()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := nethtml.Parse(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for n := range doc.Descendants() {
		switch {
		case n.Data == "script" && attribute(n, "data-program") != "":
			found["loader"], found["program"] = attribute(n, "src"), attribute(n, "data-program")
		case n.Data == "script" && attribute(n, "src") != "":
			found["offline"] = attribute(n, "src")
		case n.Data == "link":
			found[attribute(n, "rel")] = attribute(n, "href")
		case n.Data == "meta":
			found[attribute(n, "name")+attribute(n, "http-equiv")] = attribute(n, "content")
		case n.Data == "title":
			found["title"] = text(n)
		}
	}
	for name, want := range map[string]string{
		"canonical":               "https://www.example.org/tools/smtp/gmail.html",
		"description":             `With "quotes" & <marks>`,
		"title":                   "Title of gmail.html",
		"Content-Security-Policy": s.Policy("gmail.html"),
	} {
		if found[name] != want {
			t.Errorf("%s: got %q, want %q", name, found[name], want)
		}
	}
	for name, want := range map[string]string{"loader": "loader.js", "program": "app.wasm", "stylesheet": "site.css", "offline": "offline.js"} {
		f := s.File(found[name])
		if f == nil || !f.Fingerprinted {
			t.Errorf("%s: %q is not a fingerprinted file of the site", name, found[name])
			continue
		}
		ext := filepath.Ext(want)
		if !strings.HasPrefix(f.Path, strings.TrimSuffix(want, ext)+".") || !strings.HasSuffix(f.Path, ext) {
			t.Errorf("%s: got %q", name, f.Path)
		}
	}
	if !strings.HasPrefix(found["icon"], "data:image/svg+xml,%3Csvg") {
		t.Errorf("icon: got %q, want the image itself", found["icon"])
	}
	// The engine replaces the first element of the body.
	for n := range doc.Descendants() {
		if n.Data == "body" {
			first := n.FirstChild
			for first.Type != nethtml.ElementNode {
				first = first.NextSibling
			}
			if first.Data != "main" {
				t.Errorf("first element of the body: got %s, want the page's root", first.Data)
			}
		}
	}
	if got := text404(t, s); !strings.Contains(got, `href="/tools/smtp/site.`) || !strings.Contains(got, `<a href="/tools/smtp/">`) {
		t.Errorf("404 page: addresses are not under the base:\n%s", got)
	}
}

func text404(t *testing.T, s *Site) string {
	t.Helper()
	b, err := s.File(NotFound).Body()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWithoutProgram(t *testing.T) {
	assets := testAssets(t)
	delete(assets, AssetProgram)
	s := testSite(t, Options{Assets: assets, Pages: []Page{page("index.html")}})
	body, err := s.File("index.html").Body()
	if err != nil || s.HasProgram || bytes.Contains(body, []byte("<script src")) {
		t.Errorf("a page without a program names a script: %v\n%s", err, body)
	}
}

func TestOptions(t *testing.T) {
	for _, o := range []Options{
		{Base: "tools/"}, {Base: "/tools"}, {Base: "//"}, {Base: "/a/../b/"},
		{Origin: "www.example.org"}, {Origin: "https://www.example.org/"}, {Origin: "ftp://x"}, {Origin: "https://user@x"},
		{Pages: []Page{page("index.html"), page("index.html")}},
		{Pages: []Page{page(NotFound)}},
	} {
		o.Assets = fstest.MapFS{}
		if _, err := New(o); err == nil {
			t.Errorf("%q %q %d pages: no error", o.Base, o.Origin, len(o.Pages))
		}
	}
}

func TestVerify(t *testing.T) {
	tests := []struct {
		name string
		bad  app.UI
		want string
	}{
		{"dead link", app.A().Href("nowhere.html"), "no such file"},
		{"dead place", app.A().Href("#nowhere"), "no such place"},
		{"configuration is no place", app.A().Href("#v=1"), ""},
		{"absolute link", app.A().Href("/gmail.html"), "another path"},
		{"foreign image", app.Img().Src("https://example.org/x.png").Attr("alt", "x"), "loaded from elsewhere"},
		{"foreign link", app.A().Href("https://example.org/"), "_blank"},
		{"foreign link in a new tab", app.A().Href("https://example.org/").Target("_blank"), ""},
		{"script address", app.A().Href("javascript:x"), "scheme"},
		{"inline style", app.P().Style("color", "red"), "policy forbids"},
		{"handler attribute", app.P().Attr("onclick", "x"), "policy forbids"},
		{"two ids", app.P().Body(app.B().ID("a"), app.B().ID("a")), "2 times"},
		{"label for nothing", app.Label().For("none"), "not there"},
		{"image without alt", app.Img().Src("data:image/png;base64,AA=="), "without alt"},
		{"second heading", app.H1().Text("x"), "2 first headings"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := testSite(t, Options{Assets: fstest.MapFS{}, Pages: []Page{page("index.html", tt.bad)}}).Verify()
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

// What stands around the body is checked as well.
func TestVerifyHead(t *testing.T) {
	for _, tt := range []struct{ name, old, new, want string }{
		{"language", `<html lang="en"`, `<html`, "no language"},
		{"title", "<title>Title of index.html</title>", "", "no title"},
		{"description", `<meta name="description"`, `<meta name="x"`, "no description"},
		{"policy", "default-src &#39;none&#39;", "default-src *", "another policy"},
		{"no policy", `http-equiv="Content-Security-Policy"`, `name="y"`, "another policy"},
		{"style", `<link rel="stylesheet" href="site.`, `<link rel="stylesheet" href="side.`, "no such file"},
		{"loader", `<script src="loader.`, `<script src="https://example.org/loader.`, "loaded from elsewhere"},
		{"script", "</head>", "<script>x()</script></head>", "a script within the page"},
		{"structured data", `<script type="application/ld+json">{`, `<script type="application/ld+json">`, "no JSON"},
	} {
		s := testSite(t, Options{Pages: []Page{page("index.html")}})
		body, err := s.File("index.html").Body()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(body, []byte(tt.old)) {
			t.Fatalf("%s: the page has no %q:\n%s", tt.name, tt.old, body)
		}
		broken := bytesFile("index.html", bytes.Replace(body, []byte(tt.old), []byte(tt.new), 1))
		for i, f := range s.files {
			if f.Path == broken.Path {
				s.files[i], s.byPath[f.Path] = broken, broken
			}
		}
		if err := s.Verify(); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want an error with %q", tt.name, err, tt.want)
		}
	}
}

// read gives all files of a folder.
func read(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = b
	}
	return out
}

func TestWrite(t *testing.T) {
	var long []app.UI
	for range 100 {
		long = append(long, app.P().Class("c").ID("").Title("x").Text("The same words again and again."))
	}
	o := Options{Pages: []Page{page("index.html", long...), page("gmail.html")}}
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second, second} { // the last one finds its own work
		if err := testSite(t, o).Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	a, b := read(t, first), read(t, second)
	if len(a) != len(b) {
		t.Errorf("%d files, then %d", len(a), len(b))
	}
	for name := range a {
		if !bytes.Equal(a[name], b[name]) {
			t.Errorf("%s: two builds differ", name)
		}
		if body, ok := a[strings.TrimSuffix(name, ".br")]; ok && strings.HasSuffix(name, ".br") {
			got, err := io.ReadAll(brotli.NewReader(bytes.NewReader(a[name])))
			if err != nil || !bytes.Equal(got, body) {
				t.Errorf("%s does not hold the file beside it: %v", name, err)
			}
		}
	}
	for name, body := range a {
		if strings.HasPrefix(name, "app.") && strings.HasSuffix(name, ".wasm") && !bytes.Equal(body, program) {
			t.Errorf("%s is not the program", name)
		}
	}
	for _, want := range []string{"index.html", "index.html.br", "index.html.gz", "404.html"} {
		if a[want] == nil {
			t.Errorf("%s is missing", want)
		}
	}

	// A compressed form of other contents is replaced.
	stale := filepath.Join(second, "index.html.br")
	if err := os.WriteFile(stale, a["gmail.html.br"], 0o644); err != nil {
		t.Fatal(err)
	}
	if err := testSite(t, o).Write(second); err != nil {
		t.Fatal(err)
	}
	if got, _ := os.ReadFile(stale); !bytes.Equal(got, a["index.html.br"]) {
		t.Error("a stale compressed file was kept")
	}
}

// The loader stands behind Go's wasm_exec.js and feeds go-app's client, which
// is made for the copy that go-app brings along. They must be the same.
func TestWasmExec(t *testing.T) {
	out := httptest.NewRecorder()
	(&app.Handler{Version: "test"}).ServeHTTP(out, httptest.NewRequest("GET", "/wasm_exec.js", nil))
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(out.Body.String()); got != strings.TrimSpace(string(want)) {
		t.Errorf("go-app's wasm_exec.js (%d bytes) is not that of %s (%d bytes)", len(got), runtime.Version(), len(want))
	}
}

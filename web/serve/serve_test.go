package serve

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/web/site"
)

var program = bytes.Repeat([]byte("\x00asm program "), 1000)

func testHandler(t *testing.T) (http.Handler, *site.Site) {
	t.Helper()
	compressed, err := site.Brotli(program)
	if err != nil {
		t.Fatal(err)
	}
	page := func(name string) site.Page {
		return site.Page{Path: name + ".html", Title: name, Description: name, Root: func() app.UI {
			return app.H1().Text(name + strings.Repeat(" the same again", 50))
		}}
	}
	s, err := site.New(site.Options{Pages: []site.Page{page("index"), page("gmail"), page("release-1.43")}, Assets: fstest.MapFS{
		site.AssetStyle: {Data: []byte("body{}")}, site.AssetProgram: {Data: compressed}, site.AssetWasmExec: {Data: []byte("//")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return Handler(s), s
}

func ask(h http.Handler, method, target string, header ...string) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func decode(t *testing.T, resp *http.Response) string {
	t.Helper()
	var r io.Reader = resp.Body
	var err error
	switch resp.Header.Get("Content-Encoding") {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		if r, err = gzip.NewReader(r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPaths(t *testing.T) {
	h, s := testHandler(t)
	tests := []struct {
		path   string
		status int
		holds  string
	}{
		{"/", 200, "<h1>index"},
		{"/index.html", 200, "<h1>index"},
		{"/gmail.html", 200, "<h1>gmail"},
		{"/gmail", 200, "<h1>gmail"},
		{"/release-1.43", 200, "<h1>release-1.43"},
		{"/gmail.css", 404, "no page at this address"},
		{"/gmail/", 404, "no page at this address"},
		{"/nowhere", 404, "no page at this address"},
		{"/a/b/c.html", 404, "no page at this address"},
		{"//gmail", 404, "no page at this address"},
		{"/../web/main.go", 404, "no page at this address"},
		{"/build/site.css", 404, "no page at this address"},
	}
	for _, tt := range tests {
		resp := ask(h, "GET", tt.path)
		if body := decode(t, resp); resp.StatusCode != tt.status || !strings.Contains(body, tt.holds) {
			t.Errorf("%s: got %d %.300s, want %d and %q", tt.path, resp.StatusCode, body, tt.status, tt.holds)
		}
		for name, value := range headers {
			if got := resp.Header.Get(name); got != value {
				t.Errorf("%s: %s: %q, want %q", tt.path, name, got, value)
			}
		}
		want := s.Policy("gmail.html") // of any page
		if tt.status == 404 {
			want = site.Policy
		}
		if got := resp.Header.Get("Content-Security-Policy"); got != want+"; "+site.FrameAncestors {
			t.Errorf("%s: Content-Security-Policy: %q, want %q", tt.path, got, want)
		}
	}
}

func TestCodings(t *testing.T) {
	h, s := testHandler(t)
	wasm := ""
	for _, f := range s.Files() {
		if strings.HasSuffix(f.Path, ".wasm") {
			wasm = "/" + f.Path
		}
	}
	plain := decode(t, ask(h, "GET", "/gmail"))
	tests := []struct{ accept, coding string }{
		{"", ""},
		{"identity", ""},
		{"gzip", "gzip"},
		{"gzip, deflate, br, zstd", "br"},
		{"br;q=0, gzip;q=0.5", "gzip"},
		{"br;q=0, *;q=0.1", "gzip"},
		{"*", "br"},
		{"*;q=0", ""},
		{"BR", "br"},
		{"brotli, xgzip", ""},
	}
	for _, tt := range tests {
		for target, want := range map[string]string{"/gmail": plain, wasm: string(program)} {
			resp := ask(h, "GET", target, "Accept-Encoding", tt.accept)
			if got := resp.Header.Get("Content-Encoding"); got != tt.coding {
				t.Errorf("%s for %q: got %q, want %q", target, tt.accept, got, tt.coding)
			}
			if got := decode(t, resp); got != want {
				t.Errorf("%s for %q: other contents", target, tt.accept)
			}
			if resp.Header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: no Vary", target)
			}
		}
	}
	resp := ask(h, "GET", wasm)
	if got := resp.Header.Get("Content-Type"); got != "application/wasm" {
		t.Errorf("program: %q", got)
	}
	if got := resp.Header.Get("Cache-Control"); got != cacheForEver {
		t.Errorf("program: %q", got)
	}
	if got := ask(h, "GET", "/gmail").Header.Get("Cache-Control"); got != cacheAsk {
		t.Errorf("page: %q", got)
	}
}

func TestConditional(t *testing.T) {
	h, _ := testHandler(t)
	plain := ask(h, "GET", "/gmail").Header.Get("ETag")
	packed := ask(h, "GET", "/gmail", "Accept-Encoding", "br").Header.Get("ETag")
	if plain == "" || plain == packed {
		t.Errorf("tags %q and %q: want two", plain, packed)
	}
	for _, tt := range []struct {
		list   string
		status int
	}{
		{plain, 304}, {"W/" + plain, 304}, {`"x", ` + plain, 304}, {"*", 304}, {packed, 200}, {`"x"`, 200},
	} {
		resp := ask(h, "GET", "/gmail", "If-None-Match", tt.list)
		if body := decode(t, resp); resp.StatusCode != tt.status || (body == "") != (tt.status == 304) {
			t.Errorf("%s: got %d with %d bytes", tt.list, resp.StatusCode, len(body))
		}
	}
	if resp := ask(h, "GET", "/nowhere", "If-None-Match", "*"); resp.StatusCode != 404 {
		t.Errorf("unknown address: got %d", resp.StatusCode)
	}
}

func TestMethods(t *testing.T) {
	h, _ := testHandler(t)
	get, head := ask(h, "GET", "/gmail"), ask(h, "HEAD", "/gmail")
	if body := decode(t, head); body != "" || head.Header.Get("Content-Length") != get.Header.Get("Content-Length") {
		t.Errorf("HEAD: %d bytes, length %s", len(body), head.Header.Get("Content-Length"))
	}
	if resp := ask(h, "POST", "/gmail"); resp.StatusCode != 405 || resp.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d, Allow %q", resp.StatusCode, resp.Header.Get("Allow"))
	}
}

// A request that is under way when the server is told to stop is answered.
func TestRunStopsGracefully(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	arrived, goOn := make(chan bool), make(chan bool)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- true
		<-goOn
		io.WriteString(w, "answered")
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- Run(ctx, l, h) }()
	answered := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String())
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answered <- string(b)
	}()
	<-arrived
	stop()
	select {
	case err := <-done:
		t.Fatalf("stopped while a request was under way: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	goOn <- true
	if got := <-answered; got != "answered" {
		t.Errorf("got %q", got)
	}
	if err := <-done; err != nil {
		t.Errorf("stop: %v", err)
	}
}

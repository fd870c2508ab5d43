package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFront(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte(strings.Repeat("text ", 500)), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := newFront(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	get := func(path, etag string) *http.Response {
		r, err := http.NewRequest(http.MethodGet, f.origin+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("If-None-Match", etag)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	first := get("/", "")
	if first.StatusCode != 200 || first.Header.Get("Content-Encoding") != "br" || first.ContentLength > 100 {
		t.Errorf("the page: %d, %v, %d bytes", first.StatusCode, first.Header, first.ContentLength)
	}
	if again := get("/", first.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("the same page: %d", again.StatusCode)
	}
	if none := get("/none.js", ""); none.StatusCode != http.StatusNotFound {
		t.Errorf("no page: %d", none.StatusCode)
	}
	if n, bytes := f.count(); n != 3 || bytes != int(first.ContentLength)+len("not found\n") {
		t.Errorf("%d requests and %d bytes are counted", n, bytes)
	}
	f.isAway(true)
	if resp, err := http.Get(f.origin); err == nil {
		t.Errorf("a server that is away answers: %d", resp.StatusCode)
	}
}

func TestQuantile(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		q      float64
		want   float64
	}{{nil, 0.5, 0}, {[]float64{3}, 0.95, 3}, {[]float64{4, 2}, 0.5, 3}, {[]float64{5, 1, 3}, 0.5, 3}, {[]float64{0, 10, 20}, 0.75, 15}} {
		if got := quantile(tt.values, tt.q); got != tt.want {
			t.Errorf("quantile %v of %v is %v", tt.q, tt.values, got)
		}
	}
}

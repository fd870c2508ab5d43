package main

import (
	"crypto/sha256"
	"encoding/hex"
	"mime"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"wgsmtp/web/site"
)

// front serves a folder as a common host of static files does: compressed by
// brotli, with an ETag and ten minutes in the browser's cache. It counts what
// it is asked for, by whomever, and can be out of reach.
type front struct {
	origin string
	dir    string
	server *http.Server

	mu       sync.Mutex
	files    map[string]*served
	requests int
	bytes    int
	last     time.Time
	away     bool
}

type served struct {
	body     []byte
	encoding string
	etag     string
	kind     string
}

func newFront(dir string) (*front, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &front{origin: "http://" + l.Addr().String(), dir: dir, files: map[string]*served{}}
	f.server = &http.Server{Handler: f}
	go f.server.Serve(l)
	return f, nil
}

func (f *front) Close() error { return f.server.Close() }

// isAway makes the server drop every connection, or come back.
func (f *front) isAway(away bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = away
}

// reset begins to count anew.
func (f *front) reset() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.requests, f.bytes, f.last = 0, 0, time.Now()
}

func (f *front) count() (requests, bytes int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.requests, f.bytes
}

// quiet waits until nothing was asked for a while.
func (f *front) quiet() {
	for range 300 {
		f.mu.Lock()
		since := time.Since(f.last)
		f.mu.Unlock()
		if since > 1500*time.Millisecond {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	away := f.away
	f.mu.Unlock()
	if away {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			conn.Close()
		}
		return
	}
	s, status := f.file(r.URL.Path), http.StatusOK
	switch {
	case s == nil:
		s, status = &served{body: []byte("not found\n"), kind: "text/plain"}, http.StatusNotFound
	case r.Header.Get("If-None-Match") == s.etag:
		s, status = &served{etag: s.etag, kind: s.kind}, http.StatusNotModified
	}
	f.mu.Lock()
	f.requests++
	f.bytes += len(s.body)
	f.last = time.Now()
	f.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", s.kind)
	h.Set("Cache-Control", "public, max-age=600")
	if s.etag != "" {
		h.Set("ETag", s.etag)
	}
	if s.encoding != "" {
		h.Set("Content-Encoding", s.encoding)
	}
	if status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(s.body)))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(s.body)
	}
}

// file is a file as it is sent, or nil.
func (f *front) file(path string) *served {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s, ok := f.files[path]; ok {
		return s
	}
	name := filepath.Join(f.dir, filepath.FromSlash(filepath.Clean("/"+path)))
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		name = filepath.Join(name, "index.html")
	}
	body, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(body)
	s := &served{body: body, etag: `"` + hex.EncodeToString(sum[:8]) + `"`, kind: mime.TypeByExtension(filepath.Ext(name))}
	if strings.HasSuffix(name, ".webmanifest") {
		s.kind = "application/manifest+json"
	}
	if s.kind != "" && !strings.HasPrefix(s.kind, "image/png") {
		if small, err := f.compressed(name, body); err == nil && len(small) < len(body) {
			s.body, s.encoding = small, "br"
		}
	}
	f.files[path] = s
	return s
}

// compressed is a body by brotli. Where the build left one beside the file,
// that is it: compressing the program takes most of a minute.
func (f *front) compressed(name string, body []byte) ([]byte, error) {
	if b, err := os.ReadFile(name + ".br"); err == nil {
		return b, nil
	}
	return site.Brotli(body)
}

package site

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"math/bits"
	"mime"
	"path"
	"strings"
	"sync"
	"weak"

	"github.com/andybalholm/brotli"
)

// File is one file of the site. Its contents and their encodings are made when
// they are first asked for, and the encodings kept; its methods may be called
// concurrently.
type File struct {
	Path string // below the site's root, with slashes: "gmail.html"
	Type string // media type, with the character set where it is text
	// Fingerprinted tells that the name changes whenever the contents do, so
	// that it may be cached for ever.
	Fingerprinted bool

	body   func() ([]byte, error)
	brotli func() ([]byte, error)
	gzip   func() ([]byte, error)
	tag    func() (string, error)
}

// Body is the file as it is.
func (f *File) Body() ([]byte, error) { return f.body() }

// Brotli is the body compressed (RFC 7932), or nil where that does not make
// it smaller.
func (f *File) Brotli() ([]byte, error) { return f.brotli() }

// Gzip is the body compressed (RFC 1952), or nil where that does not make it
// smaller.
func (f *File) Gzip() ([]byte, error) { return f.gzip() }

// Tag names the contents: the first half of their SHA-256 in hexadecimal.
func (f *File) Tag() (string, error) { return f.tag() }

// newFile is a file whose body is made when needed.
func newFile(name string, make func() ([]byte, error)) *File {
	f := &File{Path: name, Type: mediaType(name), body: forgetful(make)}
	f.brotli = f.compressed(func(b []byte) ([]byte, error) {
		if f.Fingerprinted {
			return Brotli(b)
		}
		return brotlied(b, pageQuality)
	})
	f.gzip = f.compressed(gzipped)
	f.tag = sync.OnceValues(func() (string, error) {
		b, err := f.body()
		if err != nil {
			return "", err
		}
		return fingerprint(b), nil
	})
	return f
}

// forgetful makes a body anew once the garbage collector has taken the last
// one. Nearly all clients take a compressed form, which is kept: the bodies of
// all pages and of the program are ten times as much.
func forgetful(make func() ([]byte, error)) func() ([]byte, error) {
	var mu sync.Mutex
	var last weak.Pointer[[]byte]
	return func() ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		if b := last.Value(); b != nil {
			return *b, nil
		}
		b, err := make()
		if err == nil {
			last = weak.Make(&b)
		}
		return b, err
	}
}

func bytesFile(name string, body []byte) *File {
	return newFile(name, func() ([]byte, error) { return body, nil })
}

// brotliFile is a file that is at hand in its compressed form only.
func brotliFile(name string, compressed []byte) *File {
	f := newFile(name, func() ([]byte, error) {
		// With room for all of it: growing into it would take three times as much.
		out := bytes.NewBuffer(make([]byte, 0, 7*len(compressed)))
		_, err := out.ReadFrom(brotli.NewReader(bytes.NewReader(compressed)))
		return out.Bytes(), err
	})
	f.brotli = func() ([]byte, error) { return compressed, nil }
	tag := fingerprint(compressed)
	f.tag = func() (string, error) { return tag, nil }
	return f
}

func (f *File) compressed(compress func([]byte) ([]byte, error)) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		b, err := f.body()
		if err != nil || !compressible(f.Type) {
			return nil, err
		}
		out, err := compress(b)
		if err != nil || len(out) >= len(b) {
			return nil, err
		}
		return out, nil
	})
}

// pageQuality is for pages, of which there are a hundred, made while somebody
// waits: a tenth of the time of the best and a quarter of the memory, for an
// eighth more bytes. From 7 on the encoder's tables double with every step.
const pageQuality = 6

// Brotli compresses as far as the format goes, which takes about four seconds
// for a megabyte.
func Brotli(b []byte) ([]byte, error) { return brotlied(b, brotli.BestCompression) }

// BrotliQuick is for development: a fifth more bytes in a twentieth of the time.
func BrotliQuick(b []byte) ([]byte, error) { return brotlied(b, 5) }

func brotlied(b []byte, quality int) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: window(len(b))})
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return bytes.Clone(out.Bytes()), err // which is kept, without the room to grow
}

// window is the binary logarithm of the window that n bytes fill (RFC 7932,
// section 9.1). The encoder's tables are twelve times as large as the window,
// whatever is in it.
func window(n int) int { return min(max(bits.Len(uint(n+16)), 16), 24) }

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err = w.Close()
	return bytes.Clone(out.Bytes()), err
}

// fingerprint has 128 bits, in hexadecimal.
func fingerprint(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// fingerprinted puts a short fingerprint into a file's name.
func fingerprinted(f *File) (*File, error) {
	tag, err := f.Tag()
	if err != nil {
		return nil, err
	}
	ext := path.Ext(f.Path)
	f.Path = strings.TrimSuffix(f.Path, ext) + "." + tag[:12] + ext
	f.Fingerprinted = true
	return f, nil
}

// mediaTypes are fixed here, because those of the mime package depend on the
// machine.
var mediaTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".json": "application/json",
	".svg":  "image/svg+xml",
	".png":  "image/png",
	".txt":  "text/plain; charset=utf-8",
	".wasm": "application/wasm",
	".xml":  "application/xml",

	".webmanifest": "application/manifest+json",
}

func mediaType(name string) string {
	if t, ok := mediaTypes[path.Ext(name)]; ok {
		return t
	}
	if path.Base(name) == HeadersFile {
		return "text/plain; charset=utf-8"
	}
	return "application/octet-stream"
}

func compressible(mediaType string) bool {
	t, _, err := mime.ParseMediaType(mediaType)
	return err == nil && (strings.HasPrefix(t, "text/") || strings.HasSuffix(t, "json") || t == "application/xml" || t == "application/wasm" || t == "image/svg+xml")
}

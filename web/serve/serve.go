// Package serve answers HTTP requests from a site: the compressed form that the
// client takes, caching by contents, and the security headers.
package serve

import (
	"net/http"
	"strconv"
	"strings"

	"wgsmtp/web/site"
)

// How long a client may keep what it got, without asking again: what has a
// fingerprint in its name for ever, the rest not at all.
const (
	cacheForEver = site.CacheForEver
	cacheAsk     = "no-cache"
)

// headers are sent with every answer, and beside them the policy of its file.
var headers = map[string]string{
	"X-Content-Type-Options":       "nosniff",
	"Referrer-Policy":              "no-referrer",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}

// shared are sent instead with what other sites' pages load: the script for
// embedding, and the pages for frames. The assets belong to it, since a
// sandboxed frame has no origin, not even that of its own files.
var shared = map[string]string{
	"Cross-Origin-Resource-Policy": "cross-origin",
	"Access-Control-Allow-Origin":  "*",
}

// Handler answers GET and HEAD from a site. A page is found with and without
// its .html; what is not there gets the site's page for that, with status 404.
func Handler(s *site.Site) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		w.Header().Set("Content-Security-Policy", site.Policy+"; "+site.FrameAncestors)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "this address takes GET and HEAD only", http.StatusMethodNotAllowed)
			return
		}
		if f := find(s, r.URL.Path); f != nil {
			answer(w, r, f, s.Policy(f.Path), http.StatusOK)
			return
		}
		answer(w, r, s.File(site.NotFound), s.Policy(site.NotFound), http.StatusNotFound)
	})
}

// find is the file for a path, nil where there is none.
func find(s *site.Site, urlPath string) *site.File {
	name := strings.TrimPrefix(urlPath, "/")
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	if f := s.File(name); f != nil {
		return f
	}
	return s.File(name + ".html") // also of a name with a full stop in it, as release-1.43
}

func answer(w http.ResponseWriter, r *http.Request, f *site.File, policy string, status int) {
	body, coding, err := represent(f, r.Header.Get("Accept-Encoding"))
	if err != nil {
		http.Error(w, "the page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	tag, err := f.Tag()
	if err != nil {
		http.Error(w, "the page could not be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	inFrame := strings.HasPrefix(f.Path, site.EmbedFolder)
	h.Set("Content-Security-Policy", policy)
	if !inFrame {
		h.Set("Content-Security-Policy", policy+"; "+site.FrameAncestors)
	}
	if inFrame || f.Fingerprinted || f.Path == site.EmbedFile {
		for name, value := range shared {
			h.Set(name, value)
		}
	}
	h.Set("Vary", "Accept-Encoding")
	h.Set("Cache-Control", cacheAsk)
	if f.Fingerprinted {
		h.Set("Cache-Control", cacheForEver)
	}
	if status == http.StatusOK {
		// Each coding is a representation of its own (RFC 9110, section 8.8.3.3).
		etag := `"` + tag
		if coding != "" {
			etag += "-" + coding
		}
		etag += `"`
		h.Set("ETag", etag)
		if matches(r.Header.Get("If-None-Match"), etag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	h.Set("Content-Type", f.Type)
	if coding != "" {
		h.Set("Content-Encoding", coding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(body) // an error here is a client that went away
	}
}

// represent picks the smallest form that the client accepts.
func represent(f *site.File, accept string) (body []byte, coding string, err error) {
	for _, c := range []struct {
		coding string
		form   func() ([]byte, error)
	}{{"br", f.Brotli}, {"gzip", f.Gzip}} {
		if !accepts(accept, c.coding) {
			continue
		}
		if body, err = c.form(); err != nil || body != nil {
			return body, c.coding, err
		}
	}
	body, err = f.Body()
	return body, "", err
}

// accepts reads Accept-Encoding (RFC 9110, section 12.5.3): a coding is
// accepted if it, or else "*", is listed with a weight above 0.
func accepts(accept, coding string) bool {
	any := false
	for item := range strings.SplitSeq(accept, ",") {
		name, params, _ := strings.Cut(item, ";")
		name = strings.ToLower(strings.TrimSpace(name))
		if name != coding && name != "*" {
			continue
		}
		weight := 1.0
		if key, q, ok := strings.Cut(strings.TrimSpace(params), "="); ok && strings.EqualFold(key, "q") {
			if parsed, err := strconv.ParseFloat(q, 64); err == nil {
				weight = parsed
			}
		}
		if name == coding {
			return weight > 0
		}
		any = weight > 0
	}
	return any
}

// matches compares as If-None-Match asks for (RFC 9110, section 13.1.2).
func matches(list, etag string) bool {
	for item := range strings.SplitSeq(list, ",") {
		item = strings.TrimPrefix(strings.TrimSpace(item), "W/")
		if item == etag || item == "*" {
			return true
		}
	}
	return false
}

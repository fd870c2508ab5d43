package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A shared instance shows its counters to its own machine and network, and to
// nobody who comes through the proxy.
func TestMetricsAreNear(t *testing.T) {
	h, err := New(Options{Public: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		remote, header, value string
		want                  int
	}{
		{"127.0.0.1:1", "", "", http.StatusOK},
		{"[::1]:1", "", "", http.StatusOK},
		{"[::ffff:127.0.0.1]:1", "", "", http.StatusOK},
		{"10.1.2.3:1", "", "", http.StatusOK},
		{"192.168.1.2:1", "", "", http.StatusOK},
		{"[fd00::2]:1", "", "", http.StatusOK},
		{"203.0.113.9:1", "", "", http.StatusForbidden},
		{"[2001:db8::9]:1", "", "", http.StatusForbidden},
		{"100.64.0.1:1", "", "", http.StatusForbidden},
		{"169.254.169.254:1", "", "", http.StatusForbidden},
		{"not an address", "", "", http.StatusForbidden},
		{"127.0.0.1:1", "X-Forwarded-For", "203.0.113.9", http.StatusForbidden},
		{"127.0.0.1:1", "X-Forwarded-For", "127.0.0.1", http.StatusForbidden},
		{"10.1.2.3:1", "Forwarded", "for=203.0.113.9", http.StatusForbidden},
		{"127.0.0.1:1", "X-Real-IP", "203.0.113.9", http.StatusForbidden},
		{"127.0.0.1:1", "Via", "1.1 proxy", http.StatusForbidden},
	} {
		r := httptest.NewRequest("GET", "http://probe.example.org/metrics", nil)
		r.RemoteAddr = tt.remote
		if tt.header != "" {
			r.Header.Set(tt.header, tt.value)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != tt.want {
			t.Errorf("from %s with %s %s: status %d, want %d", tt.remote, tt.header, tt.value, w.Code, tt.want)
		}
		if shown := strings.Contains(w.Body.String(), "wgsmtp_probes_total"); shown != (tt.want == http.StatusOK) {
			t.Errorf("from %s with %s %s: counters shown: %v", tt.remote, tt.header, tt.value, shown)
		}
	}
	// How it is may be asked from everywhere: it says nothing.
	r := httptest.NewRequest("GET", "http://probe.example.org/healthz", nil)
	r.RemoteAddr = "203.0.113.9:1"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK || w.Body.String() != "ok\n" {
		t.Errorf("healthz: %d %q", w.Code, w.Body)
	}
}

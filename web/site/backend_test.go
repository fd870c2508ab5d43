package site

import (
	"bytes"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
)

func TestBackend(t *testing.T) {
	for _, tt := range []struct{ address, want, wrong string }{
		{"", "", ""},
		{BackendSelf, BackendSelf, ""},
		{BackendShared, BackendShared, ""},
		{"https://probe.example.org", "https://probe.example.org/", ""},
		{"https://Probe.Example.org:8443/", "https://probe.example.org:8443/", ""},
		{"https://www.example.org/tools/smtp", "https://www.example.org/tools/smtp/", ""},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/", ""},
		{"http://localhost:8080/", "http://localhost:8080/", ""},
		{"http://probe.example.org", "", "would send passwords in clear"},
		{"http://127.0.0.1.example.org", "", "would send passwords in clear"},
		{"http://10.0.0.1", "", "would send passwords in clear"},
		{"http://[::1]:8080", "", "would send passwords in clear"},
		{"ftp://example.org", "", "is neither https nor http"},
		{"javascript:alert(1)", "", "has no host"},
		{"probe.example.org", "", "has no host"},
		{"//probe.example.org", "", "is neither https nor http"},
		{"https://", "", "has no host"},
		{"https://user:word@probe.example.org", "", "has a user name"},
		{"https://probe.example.org/?a=b", "", "has more than a host and a path"},
		{"https://probe.example.org/?", "", "has more than a host and a path"},
		{"https://probe.example.org/#", "", "has more than a host and a path"},
		{"https://*.example.org", "", "has a host that a policy cannot name"},
		{"https://bücher.example", "", "has a host that a policy cannot name"},
		{"https://[2001:db8::1]/", "", "has a host that a policy cannot name"},
		{"https://example.org;script-src", "", "has a host that a policy cannot name"},
		{"https://example.org 'unsafe-inline'", "", "cannot be read"},
		{"https://example.org:*", "", "cannot be read"},
		{"https://example.org:99999", "", "has no port that exists"},
		{"https://example.org:", "", "has no port that exists"},
		{"https://example.org/a;script-src", "", "has a path that a policy cannot name"},
		{"https://example.org/a,b", "", "has a path that a policy cannot name"},
		{"https://example.org/a%20b", "", "has a path that a policy cannot name"},
		{"https://example.org/../a", "", "has a path that a policy cannot name"},
		{"https://example.org//a", "", "has a path that a policy cannot name"},
		{"https://example.org\n", "", "cannot be read"},
	} {
		got, err := backend(tt.address)
		if got != tt.want || (err != nil) != (tt.wrong != "") || err != nil && !strings.Contains(err.Error(), tt.wrong) {
			t.Errorf("%q: got %q, %v; want %q, %q", tt.address, got, err, tt.want, tt.wrong)
		}
	}
}

// Where a page may connect to is its own origin, the backend and loopback: no
// more, whatever the backend, and in a frame its own origin alone.
func TestBackendPolicy(t *testing.T) {
	const nearby = "'self' http://127.0.0.1:* http://localhost:*"
	for _, tt := range []struct{ backend, baked, connect string }{
		{"", "", nearby},
		{BackendSelf, "self", nearby},
		{BackendShared, "shared", nearby},
		{"https://probe.example.org", "https://probe.example.org/", "'self' https://probe.example.org http://127.0.0.1:* http://localhost:*"},
		{"https://www.example.org/tools/smtp/", "https://www.example.org/tools/smtp/", "'self' https://www.example.org/tools/smtp/ http://127.0.0.1:* http://localhost:*"},
		{"http://127.0.0.1:8080", "http://127.0.0.1:8080/", "'self' http://127.0.0.1:8080 http://127.0.0.1:* http://localhost:*"},
	} {
		o := Options{Backend: tt.backend, Pages: []Page{page("index.html"), page("gmail.html"), page("embed/gmail.html")}}
		s, again := testSite(t, o), testSite(t, o)
		if err := s.Verify(); err != nil {
			t.Error(err)
		}
		for _, name := range []string{"index.html", "gmail.html", "embed/gmail.html", NotFound} {
			b := body(t, s, name)
			if !bytes.Equal(b, body(t, again, name)) {
				t.Errorf("%q: %s differs from one making to the next", tt.backend, name)
			}
			doc, err := nethtml.Parse(bytes.NewReader(b))
			if err != nil {
				t.Fatal(err)
			}
			policy, baked := "", ""
			for n := range doc.Descendants() {
				if attribute(n, "http-equiv") == "Content-Security-Policy" {
					policy = attribute(n, "content")
				}
				if attribute(n, "name") == BackendName {
					baked = attribute(n, "content")
				}
			}
			connect, wantBaked := tt.connect, tt.baked
			if name == NotFound || strings.HasPrefix(name, EmbedFolder) {
				connect, wantBaked = "'self'", ""
			}
			if policy != s.Policy(name) {
				t.Errorf("%q: %s: the page says %q, the site %q", tt.backend, name, policy, s.Policy(name))
			}
			var directives []string
			for d := range strings.SplitSeq(policy, "; ") {
				if rest, ok := strings.CutPrefix(d, "connect-src "); ok {
					if rest != connect {
						t.Errorf("%q: %s: may connect to %q, want %q", tt.backend, name, rest, connect)
					}
					d = "connect-src 'self'"
				}
				directives = append(directives, d)
			}
			if got := strings.Join(directives, "; "); got != Policy {
				t.Errorf("%q: %s: another directive differs: %q", tt.backend, name, got)
			}
			if baked != wantBaked {
				t.Errorf("%q: %s: baked %q, want %q", tt.backend, name, baked, wantBaked)
			}
		}
	}
}

package site

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// Backends that a site names without an address. A page says where its live
// test is answered in a meta element called BackendName; without one there is
// no answer, and none is looked for: a host that has only files is never asked.
const (
	BackendName   = "wgsmtp-backend"
	BackendSelf   = "self"   // `wgsmtp serve`: below the site's own root, for this machine
	BackendShared = "shared" // `wgsmtp serve --public`: the same, sending no mail
)

// loopback are the sources that a person may enter a backend of: what runs on
// their own machine, or at the end of a tunnel there. A policy has no way to
// write [::1].
const loopback = "http://127.0.0.1:* http://localhost:*"

// policyFor is Policy with the backend, and loopback, as places to connect to.
// A page in a frame of another site tests nothing, so it has none of it.
func (o *Options) policyFor(framed bool) string {
	if framed {
		return Policy
	}
	sources := loopback
	if o.Backend != "" && o.Backend != BackendSelf && o.Backend != BackendShared {
		source := o.Backend
		if strings.Count(source, "/") == 3 { // the path is "/": all of the host
			source = strings.TrimSuffix(source, "/")
		}
		sources = source + " " + loopback
	}
	return strings.Replace(Policy, "connect-src 'self'", "connect-src 'self' "+sources, 1)
}

// Policy is the Content-Security-Policy of a file: the one that its page
// carries, which a header must not narrow.
func (s *Site) Policy(path string) string {
	if strings.HasPrefix(path, EmbedFolder) || path == NotFound {
		return Policy
	}
	return s.policy
}

// backend checks and normalises an address: https, or http for loopback, with
// a path that ends in a slash, and nothing that means something in a policy.
func backend(address string) (string, error) {
	wrong := func(why string) (string, error) {
		return "", fmt.Errorf("backend %q %s: it is an address such as https://probe.example.org or http://127.0.0.1:8080", address, why)
	}
	if address == "" || address == BackendSelf || address == BackendShared {
		return address, nil
	}
	u, err := url.Parse(address)
	var parse *url.Error
	switch {
	case errors.As(err, &parse):
		return wrong("cannot be read")
	case err != nil:
		return wrong(err.Error())
	case u.User != nil:
		return wrong("has a user name")
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.HasSuffix(address, "#"):
		return wrong("has more than a host and a path")
	case u.Opaque != "" || u.Hostname() == "":
		return wrong("has no host")
	}
	host := strings.ToLower(u.Hostname())
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong("is neither https nor http")
	case u.Scheme == "http" && host != "127.0.0.1" && host != "localhost":
		return wrong("would send passwords in clear")
	case strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "":
		return wrong("has a host that a policy cannot name")
	}
	if _, err := netip.ParseAddrPort("127.0.0.1:" + u.Port()); u.Port() != "" && err != nil || strings.HasSuffix(u.Host, ":") {
		return wrong("has no port that exists")
	}
	path := strings.TrimSuffix(u.EscapedPath(), "/") + "/"
	if strings.Trim(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~-/") != "" || strings.Contains(path, "//") || strings.Contains(path, "/.") {
		return wrong("has a path that a policy cannot name")
	}
	out := u.Scheme + "://" + host
	if u.Port() != "" {
		out += ":" + u.Port()
	}
	return out + path, nil
}

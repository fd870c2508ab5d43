package rules

import (
	"fmt"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// The matrix: what RFC 8314, RFC 6409 and PEAR's behaviour say about every
// combination of port, TLS mode, authentication, place of the server and
// release, for a server that no carrier documents. Written down apart from
// the rules, so that neither can err alone.

var matrixPorts = []int{25, 465, 587, 2465, 2525, 2587, 80, 443, 588, 8025, 8465, 1025, 0, 70000, 12345}

// worse is the graver of the verdicts.
func worse(vs ...Verdict) Verdict {
	order := map[Verdict]int{Right: 0, Risky: 1, Wrong: 2}
	w := Right
	for _, v := range vs {
		if order[v] > order[w] {
			w = v
		}
	}
	return w
}

func expected(port int, tls wgsmtp.TLSMode, auth wgsmtp.AuthMethod, loopback, key bool, minor int) Verdict {
	w := Right
	mind := func(when bool, v Verdict) {
		if when {
			w = worse(w, v)
		}
	}
	login := auth != wgsmtp.AuthNone
	if port < 1 || port > 65535 {
		return Wrong
	}
	wrapped := port == 465 || port == 2465 || port == 443 || port == 8465
	unknown := port == 12345
	mind(wrapped && tls != wgsmtp.TLSImplicit, Wrong)              // hangs: both sides wait
	mind(!wrapped && !unknown && tls == wgsmtp.TLSImplicit, Wrong) // handshake meets a greeting
	if !wrapped || unknown {
		mind(login && tls == wgsmtp.TLSNone && !loopback, Wrong)        // password in clear
		mind(!login && tls == wgsmtp.TLSStartTLS && !key, Wrong)        // PEAR never does that
		mind(!login && tls == wgsmtp.TLSNone && !loopback, Risky)       // mail in clear
		mind(login && tls == wgsmtp.TLSNone && loopback && !key, Risky) // PEAR upgrades all the same
	}
	tlsHappens := tls == wgsmtp.TLSImplicit || tls == wgsmtp.TLSStartTLS && (login || key)
	mind(loopback && tlsHappens, Risky) // the certificate's name
	mind(port == 25 && !loopback, Risky)
	mind(port == 25 && loopback && login, Risky)
	mind((port == 80 || port == 443), Risky)
	mind(port == 1025 && !loopback, Risky)
	mind(!login && !loopback && (port == 465 || port == 587), Risky)
	switch auth {
	case wgsmtp.AuthCRAMMD5, wgsmtp.AuthDigestMD5:
		mind(true, Wrong) // no Auth_SASL in any release that brings PEAR
	case wgsmtp.AuthSCRAMSHA1, wgsmtp.AuthSCRAMSHA256, wgsmtp.AuthGSSAPI:
		mind(true, Wrong)
	case wgsmtp.AuthXOAUTH2:
		mind(minor < 35, Wrong)
		mind(true, Risky)
	case wgsmtp.AuthOAuthBearer:
		mind(minor < 43, Wrong)
		mind(true, Risky)
	}
	return w
}

func TestMatrix(t *testing.T) {
	methods, _ := wgsmtp.FieldByID("auth")
	modes, _ := wgsmtp.FieldByID("tls")
	n := 0
	for _, rel := range []string{"1.31.0", "1.39.0", "1.39.1", "1.43", "1.46"} {
		r := release(t, rel)
		key := !(rel == "1.31.0" || rel == "1.39.0")
		for _, port := range matrixPorts {
			for _, tls := range modes.Choices {
				for _, auth := range methods.Choices {
					for _, loopback := range []bool{false, true} {
						c := wgsmtp.Default()
						c.Release = rel
						c.Host = "mail.example.org"
						if loopback {
							c.Host = "127.0.0.1"
						}
						c.Port, c.TLS, c.Auth = port, wgsmtp.TLSMode(tls), wgsmtp.AuthMethod(auth)
						got, why := Connection(Facts{&c, r, providers.Custom()})
						want := expected(port, c.TLS, c.Auth, loopback, key, r.Version.Minor)
						name := fmt.Sprintf("%s port %d %s %s loopback=%v", rel, port, tls, auth, loopback)
						if got != want {
							t.Errorf("%s: got %s (%s), want %s", name, got, why, want)
						}
						if why == "" {
							t.Errorf("%s: no reason", name)
						}
						n++
					}
				}
			}
		}
	}
	if want := 5 * 15 * 3 * 11 * 2; n != want {
		t.Errorf("%d combinations, want %d", n, want)
	}
}

// The short form of the matrix, for the usual case: a login at a server
// elsewhere, and no login at one's own machine.
func TestMatrixInShort(t *testing.T) {
	for _, tc := range []struct {
		port    int
		tls     wgsmtp.TLSMode
		auth    wgsmtp.AuthMethod
		host    string
		carrier string
		want    Verdict
		why     string
	}{
		{25, wgsmtp.TLSNone, wgsmtp.AuthNone, "127.0.0.1", "custom", Right, "RFC 6409 4.3: the machine itself is known"},
		{25, wgsmtp.TLSNone, wgsmtp.AuthNone, "mail.example.org", "custom", Risky, "trusted networks only"},
		{25, wgsmtp.TLSNone, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 4954 4"},
		{25, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "mail.example.org", "custom", Risky, "clouds block it"},
		{25, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 3207 4"},
		{465, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mail.example.org", "custom", Right, "RFC 8314 3.3"},
		{465, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 8314 3.3"},
		{465, wgsmtp.TLSNone, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 8314 3.3"},
		{587, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "mail.example.org", "custom", Right, "RFC 6409 3.1"},
		{587, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 6409 3.1"},
		{587, wgsmtp.TLSNone, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "RFC 4954 4"},
		{587, wgsmtp.TLSNone, wgsmtp.AuthNone, "mail.example.org", "custom", Risky, "in clear"},
		{2525, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "mail.example.org", "custom", Right, "as 587"},
		{2525, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mail.example.org", "custom", Wrong, "as 587"},
		{2465, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "email-smtp.eu-central-1.amazonaws.com", "amazon-ses", Right, "as 465"},
		{2465, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "email-smtp.eu-central-1.amazonaws.com", "amazon-ses", Wrong, "as 465"},
		{2587, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "email-smtp.eu-central-1.amazonaws.com", "amazon-ses", Wrong, "as 587"},
		{2587, wgsmtp.TLSStartTLS, wgsmtp.AuthAuto, "email-smtp.eu-central-1.amazonaws.com", "amazon-ses", Risky, "implicit TLS is offered"},
		{587, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mobile.charter.net", "spectrum", Right, "documented so by the carrier"},
		{1025, wgsmtp.TLSNone, wgsmtp.AuthNone, "127.0.0.1", "mailpit", Right, "a catcher"},
		{8465, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "mail.smtp2go.com", "smtp2go", Right, "documented so by the carrier"},
		{12345, wgsmtp.TLSImplicit, wgsmtp.AuthAuto, "smtp.gmail.com", "gmail", Risky, "not documented"},
		{465, wgsmtp.TLSImplicit, wgsmtp.AuthNone, "smtp.gmail.com", "gmail", Wrong, "RFC 6409 4.3"},
	} {
		c := wgsmtp.Default()
		c.Host, c.Port, c.TLS, c.Auth, c.Carrier = tc.host, tc.port, tc.tls, tc.auth, tc.carrier
		got, why := Connection(Facts{&c, release(t, "1.43"), carrier(t, tc.carrier)})
		if got != tc.want {
			t.Errorf("%s %d %s %s: got %s (%s), want %s: %s", tc.carrier, tc.port, tc.tls, tc.auth, got, why, tc.want, tc.why)
		}
	}
}

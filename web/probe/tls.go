// TLS as PHP 8 with OpenSSL 3 does it (ext/openssl/xp_ssl.c): which servers it
// accepts, and its words for those that it does not.

package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"
	"time"

	"wgsmtp/app/transport"
)

// handshake is what came of one.
type handshake struct {
	conn  *tls.Conn
	state tls.ConnectionState // as far as it got
	seen  bool                // there is a state
	ok    bool
	// cause is PHP's warning about a failure, "" where it gives none.
	cause string
	// text says the same for people.
	text string
}

const opensslError = "SSL operation failed with code 1. OpenSSL Error messages:\n"

const (
	verifyFailed = opensslError + "error:0A000086:SSL routines::certificate verify failed"
	wrongVersion = opensslError + "error:0A00010B:SSL routines::wrong version number"

	legacySignature = opensslError + "error:0A00014D:SSL routines::legacy sigalg disallowed or unsupported"
)

// suites are what OpenSSL offers beyond Go's list: old, but PHP takes them.
var suites = func() []uint16 {
	var out []uint16
	for _, s := range tls.CipherSuites() {
		out = append(out, s.ID)
	}
	return append(out,
		tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_256_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA256)
}()

var versionOf = map[string]uint16{"1.0": tls.VersionTLS10, "1.1": tls.VersionTLS11, "1.2": tls.VersionTLS12, "1.3": tls.VersionTLS13}

// shake makes TLS of a connection. PHP offers 1.0 and 1.1 too, and OpenSSL 3
// then refuses their signatures, at the level of security that distributions
// set.
func (p *Prober) shake(ctx context.Context, conn net.Conn, o transport.TLSOptions, limit time.Duration) handshake {
	config := &tls.Config{
		// PHP's own rules are applied below: they are not Go's.
		InsecureSkipVerify: true,
		ServerName:         serverName(o.PeerName),
		MinVersion:         tls.VersionTLS10,
		CipherSuites:       suites,
	}
	if v, ok := versionOf[o.MinVersion]; ok {
		config.MinVersion = v
	}
	if v, ok := versionOf[o.MaxVersion]; ok {
		config.MaxVersion = v
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	h := handshake{conn: tls.Client(conn, config)}
	if err := h.conn.HandshakeContext(ctx); err != nil {
		h.cause, h.text = handshakeError(err)
		return h
	}
	h.state, h.seen = h.conn.ConnectionState(), true
	if h.state.Version < tls.VersionTLS12 {
		h.cause = legacySignature
		h.text = "the server has " + tls.VersionName(h.state.Version) + " at most, which OpenSSL refuses by its signatures"
		return h
	}
	h.cause, h.text, h.ok = p.trust(h.state.PeerCertificates, o, time.Now())
	return h
}

// serverName is what goes into SNI: names only (RFC 6066 section 3).
func serverName(name string) string {
	if _, err := netip.ParseAddr(name); err == nil || !askable(name) {
		return ""
	}
	return strings.TrimSuffix(name, ".")
}

// alerts are OpenSSL's words for the alerts of RFC 8446 section 6, by Go's.
var alerts = map[string]string{
	"protocol version not supported": "error:0A00042E:SSL routines::tlsv1 alert protocol version",
	"handshake failure":              "error:0A000410:SSL routines::sslv3 alert handshake failure",
	"internal error":                 "error:0A000438:SSL routines::tlsv1 alert internal error",
	"unrecognized name":              "error:0A000458:SSL routines::tlsv1 unrecognized name",
	"unexpected message":             "error:0A0003F2:SSL routines::sslv3 alert unexpected message",
	"insufficient security level":    "error:0A00042F:SSL routines::tlsv1 alert insufficient security",
	"access denied":                  "error:0A000419:SSL routines::tlsv1 alert access denied",
	"certificate required":           "error:0A00045C:SSL routines::tlsv13 alert certificate required",
}

func handshakeError(err error) (cause, text string) {
	var header tls.RecordHeaderError
	var remote *net.OpError
	switch {
	case errors.As(err, &header):
		return wrongVersion, "the server does not speak TLS here: it answered with something else"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "SSL: Handshake timed out", "the server did not finish the handshake in time"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "SSL: Connection reset by peer", "the server broke the connection off"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "", "the server hung up"
	case errors.As(err, &remote) && remote.Op == "remote error":
		words := strings.TrimPrefix(remote.Err.Error(), "tls: ")
		if known, ok := alerts[words]; ok {
			return opensslError + known, "the server refuses: " + words
		}
		return opensslError + "error:0A000438:SSL routines::tlsv1 alert", "the server refuses: " + words
	case strings.Contains(err.Error(), "unsupported protocol version"):
		return opensslError + "error:0A000102:SSL routines::unsupported protocol", "the server has only versions of TLS that PHP does not take"
	default:
		return opensslError + "error:0A000126:SSL routines::unexpected eof while reading", "the handshake fails: " + strings.TrimPrefix(err.Error(), "tls: ")
	}
}

// trust tells whether PHP accepts a server's certificates, in PHP's order:
// chain, then name. It checks the chain as of now.
func (p *Prober) trust(chain []*x509.Certificate, o transport.TLSOptions, now time.Time) (cause, text string, ok bool) {
	if len(chain) == 0 {
		return "Could not get peer certificate", "the server showed no certificate", false
	}
	leaf := chain[0]
	if o.VerifyPeer {
		roots, cause, text := p.roots(o.CAFile)
		if cause != "" {
			return cause, text, false
		}
		if err := verify(chain, roots, now); err != nil {
			own := selfSigned(leaf) && len(chain) == 1 && now.Before(leaf.NotAfter) && now.After(leaf.NotBefore)
			if !own || !o.AllowSelfSigned {
				return verifyFailed, "PHP does not trust the certificate: " + why(leaf, err, now), false
			}
		}
	}
	if o.VerifyPeerName {
		if o.PeerName == "" {
			return "", "PHP has no name to compare the certificate with: a port in 'host' does that", false
		}
		if !matches(leaf, o.PeerName) {
			text = fmt.Sprintf("the certificate is for %s, not for %s", list(names(leaf), 8), o.PeerName)
			if hasSAN(leaf) {
				return "Peer certificate subjectAltName did not match expected name `" + o.PeerName + "'", text, false
			}
			if leaf.Subject.CommonName == "" {
				return "Unable to locate peer certificate CN", "the certificate holds no name", false
			}
			return "Peer certificate CN=`" + leaf.Subject.CommonName + "' did not match expected CN=`" + o.PeerName + "'", text, false
		}
	}
	return "", "", true
}

// maxCAFile bounds a file of authorities; the system's has about 250 KB.
const maxCAFile = 4 << 20

// roots are the authorities: PHP asks only those of a file where one is set.
// A shared test reads none.
func (p *Prober) roots(file string) (pool *x509.CertPool, cause, text string) {
	if file == "" || p.Public {
		return p.Roots, "", ""
	}
	data, err := p.readFile(file)
	if err != nil || len(data) > maxCAFile {
		return nil, "failed loading cafile stream: `" + file + "'", "the file of 'cafile' cannot be read on this machine"
	}
	pool = x509.NewCertPool()
	if !pool.AppendCertsFromPEM(data) {
		return nil, "no valid certs found cafile stream: `" + file + "'", "the file of 'cafile' holds no certificate"
	}
	return pool, "", ""
}

// maxChain is OpenSSL's usual depth and the leaf; longer chains are not even
// looked at.
const maxChain = 11

func verify(chain []*x509.Certificate, roots *x509.CertPool, now time.Time) error {
	if len(chain) > maxChain {
		return fmt.Errorf("the chain has %d certificates", len(chain))
	}
	o := x509.VerifyOptions{Roots: roots, CurrentTime: now, Intermediates: x509.NewCertPool()}
	for _, c := range chain[1:] {
		o.Intermediates.AddCert(c)
	}
	_, err := chain[0].Verify(o)
	return err
}

func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawIssuer, c.RawSubject) && c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// why says what is wrong with a chain.
func why(leaf *x509.Certificate, err error, now time.Time) string {
	var unknown x509.UnknownAuthorityError
	switch {
	case now.After(leaf.NotAfter):
		return "it expired on " + leaf.NotAfter.UTC().Format(time.DateOnly)
	case now.Before(leaf.NotBefore):
		return "it is valid only from " + leaf.NotBefore.UTC().Format(time.DateOnly) + " on; is the clock of this machine right?"
	case errors.As(err, &unknown) && selfSigned(leaf):
		return "it is signed by itself only"
	case errors.As(err, &unknown):
		return "no authority that is trusted here signed it; often the server does not send the certificates in between"
	default:
		return strings.TrimPrefix(err.Error(), "x509: ")
	}
}

var oidSAN = asn1.ObjectIdentifier{2, 5, 29, 17}

func hasSAN(c *x509.Certificate) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(oidSAN) {
			return true
		}
	}
	return false
}

// names are those that a certificate is for.
func names(c *x509.Certificate) []string {
	out := append([]string(nil), c.DNSNames...)
	for _, ip := range c.IPAddresses {
		out = append(out, ip.String())
	}
	if len(out) == 0 && c.Subject.CommonName != "" {
		out = append(out, c.Subject.CommonName)
	}
	return out
}

func list(words []string, most int) string {
	if len(words) == 0 {
		return "no name"
	}
	if len(words) > most {
		return strings.Join(words[:most], ", ") + fmt.Sprintf(" and %d more", len(words)-most)
	}
	return strings.Join(words, ", ")
}

// matches compares a name with a certificate: its alternative names, or where
// it has none its common name.
func matches(c *x509.Certificate, name string) bool {
	if ip, err := netip.ParseAddr(name); err == nil {
		for _, have := range c.IPAddresses {
			if a, ok := netip.AddrFromSlice(have); ok && a.Unmap() == ip.Unmap() {
				return true
			}
		}
	}
	for _, have := range c.DNSNames {
		if wildcard(have, name) {
			return true
		}
	}
	return !hasSAN(c) && wildcard(c.Subject.CommonName, name)
}

// wildcard matches as PHP does: a star in the first label stands for a part
// of one label.
func wildcard(pattern, name string) bool {
	if strings.EqualFold(pattern, name) && pattern != "" {
		return true
	}
	before, after, ok := strings.Cut(pattern, "*")
	if !ok || strings.Contains(before, ".") || strings.Contains(after, "*") || strings.Count(after, ".") < 2 {
		return false
	}
	if len(name) < len(before)+len(after) || !strings.EqualFold(name[:len(before)], before) || !strings.EqualFold(name[len(name)-len(after):], after) {
		return false
	}
	return !strings.Contains(name[len(before):len(name)-len(after)], ".")
}

package probe

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"
)

// authority signs the certificates of the tests' servers.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pool *x509.CertPool
	pem  []byte
}

type certificateSpec struct {
	names   []string
	ips     []net.IP
	expired bool
	common  string // with no alternative names at all
	self    bool
}

var testCA = sync.OnceValue(func() *authority {
	a := &authority{key: newKey()}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test authority"},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		panic(err)
	}
	a.cert, _ = x509.ParseCertificate(der)
	a.pool = x509.NewCertPool()
	a.pool.AddCert(a.cert)
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return a
})

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

func issue(spec certificateSpec) tls.Certificate {
	ca := testCA()
	key := newKey()
	common := spec.common
	if common == "" && len(spec.names) > 0 {
		common = spec.names[0]
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: common},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		DNSNames: spec.names, IPAddresses: spec.ips,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	if spec.expired {
		template.NotAfter = time.Now().Add(-24 * time.Hour)
	}
	parent, signer := ca.cert, ca.key
	if spec.self {
		parent, signer = template, key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// testCerts are those that the recorded servers have, by their name there.
var testCerts = sync.OnceValue(func() map[string]tls.Certificate {
	loop := []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	good := []string{"smtp.example.org", "mail.example.org", "*.example.net", "localhost"}
	return map[string]tls.Certificate{
		"":            issue(certificateSpec{names: good, ips: loop}),
		"wrong-name":  issue(certificateSpec{names: []string{"mx1.hosting.example.com"}}),
		"expired":     issue(certificateSpec{names: good, ips: loop, expired: true}),
		"self-signed": issue(certificateSpec{names: good, ips: loop, self: true}),
		"common-name": issue(certificateSpec{common: "smtp.example.org"}),
	}
})

func certPEM(name string) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: testCerts()[name].Certificate[0]})
}

func testTLS(t testing.TB, cert, lowest, highest string) *tls.Config {
	t.Helper()
	c, ok := testCerts()[cert]
	if !ok {
		t.Fatalf("no certificate %q", cert)
	}
	return &tls.Config{Certificates: []tls.Certificate{c}, MinVersion: versionOf[lowest], MaxVersion: versionOf[highest]}
}

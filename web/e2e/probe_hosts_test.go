//go:build e2e

package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Three real mail servers, each on an address and under a name of its own, and
// one of them once more with a fault,
// with the same ports: what is right at one port is wrong in one thing at
// another.
//
// A port that ends in 465 takes TLS from the first byte, one that ends in 587
// STARTTLS; what is added to it is the flaw of its certificate.
const (
	portRelay       = 25   // no TLS, no login: takes mail for example.net alone
	portSubmissions = 465  // TLS from the first byte, login
	portSubmission  = 587  // STARTTLS, login
	portNoLogin     = 1001 // as 587, but offers no login
	portCRAM        = 1002 // as 587, but offers CRAM-MD5 alone
	portSender      = 1003 // as 587, but refuses the sender at MAIL FROM
	portOwner       = 1004 // as 587, but the sender is somebody else's: found out at RCPT TO
	portEHLO        = 1005 // as 25, but refuses an EHLO of localhost
	portGreylist    = 1006 // as 587, but asks to come back later
	portSmall       = 1007 // as 587, but takes a few hundred bytes at most
	portMustLogin   = 1008 // as 587, but takes nothing without a login
	portMustEncrypt = 1009 // takes nothing but EHLO and STARTTLS before TLS
)

const (
	selfSigned = 1000 // added to 465 or 587
	wrongName  = 2000
	expired    = 3000
)

// peer is one of the three.
type peer struct {
	name    string // also its host's, below example.org
	address string
	ports   []int
	start   func(*peer) error
	noTLS   bool   // a handshake fails by the host's own fault
	root    string // of its files; the root of its file system where it is unpacked
	log     string // file
}

func (p *peer) host() string { return p.name + ".example.org" }

var everyPort = []int{
	portRelay, portSubmissions, portSubmission, portNoLogin, portCRAM, portSender, portOwner, portEHLO, portGreylist, portSmall, portMustLogin, portMustEncrypt,
	selfSigned + 465, selfSigned + 587, wrongName + 465, wrongName + 587, expired + 465, expired + 587,
}

var peers = []*peer{
	{name: "postfix", address: "127.0.0.21", ports: everyPort, start: startPostfix},
	{name: "exim", address: "127.0.0.22", ports: everyPort, start: startExim},
	// It knows neither CRAM-MD5 nor a limit for one port.
	{name: "opensmtpd", address: "127.0.0.23", ports: without(everyPort, portCRAM, portSmall), start: startOpenSMTPD},
	{name: "broken-tls", address: "127.0.0.25", ports: []int{portSubmissions, portSubmission}, start: startBrokenTLS, noTLS: true},
}

func without(ports []int, some ...int) []int {
	var out []int
next:
	for _, p := range ports {
		for _, s := range some {
			if p == s {
				continue next
			}
		}
		out = append(out, p)
	}
	return out
}

// peerSecret is the password of mailUser; markerUser has one that is looked for
// wherever it must not be (see TestMarkerIsNowhere).
const (
	peerSecret   = mailSecret
	markerUser   = "marked@example.org"
	markerSecret = "Mk7/Tq2+Zr9 xY&4=vB"
)

var thePeers = sync.OnceValue(func() error {
	if err := peerCertificates(); err != nil {
		return err
	}
	known := hosts
	for _, p := range peers {
		known += p.address + " " + p.host() + "\n"
	}
	known += strayAddress + " filtered.example.org web.example.org imap.example.org\n"
	// In place: the file is mounted over /etc/hosts.
	if err := os.WriteFile(filepath.Join(scratch, "hosts"), []byte(known), 0o644); err != nil {
		return err
	}
	for _, p := range peers {
		p.root = filepath.Join(scratch, p.name)
		if err := os.MkdirAll(p.root, 0o755); err != nil {
			return err
		}
		if err := p.start(p); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
})

func needPeers(t *testing.T) {
	t.Helper()
	need(t, "postfix", "postfix")
	need(t, "dovecot", "dovecot-core")
	if err := thePeers(); err != nil {
		t.Fatal(err)
	}
	for _, p := range peers {
		for _, port := range p.ports {
			if !p.listens(port) {
				t.Fatalf("%s does not listen on port %d\n%s", p.name, port, p.logged())
			}
		}
		conn, err := tls.Dial("tcp", net.JoinHostPort(p.address, "465"), &tls.Config{RootCAs: peerPool, ServerName: p.host()})
		if err == nil {
			conn.Close()
		}
		if (err == nil) == p.noTLS {
			t.Fatalf("%s: %v\n%s", p.name, err, p.logged())
		}
	}
}

// listens waits until it does.
func (p *peer) listens(port int) bool {
	for range 100 {
		if c, err := net.DialTimeout("tcp", net.JoinHostPort(p.address, fmt.Sprint(port)), time.Second); err == nil {
			c.Close()
			return true
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

func (p *peer) logged() string {
	b, _ := os.ReadFile(p.log)
	return string(b[max(0, len(b)-4000):])
}

// write makes a file below the root.
func (p *peer) write(name, text string, mode os.FileMode) error {
	path := filepath.Join(p.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), mode)
}

// unpacked makes the root a file system for a server of which Debian lets
// nobody install two: build.sh unpacks it into dist/servers. It sees the
// system's /usr for the libraries, itself in /opt, and users of its own.
func (p *peer) unpacked(program string, users ...string) (command func(args ...string) *exec.Cmd, err error) {
	tree, err := filepath.Abs(filepath.Join("../../dist/servers", filepath.Dir(program)))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(tree, "usr/sbin", filepath.Base(program))
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%w: `./build.sh servers` unpacks it", err)
	}
	for _, dir := range []string{"usr", "opt", "dev", "proc", "etc", "tmp", "var/run"} {
		if err := os.MkdirAll(filepath.Join(p.root, dir), 0o755); err != nil {
			return nil, err
		}
	}
	for _, link := range []string{"bin", "sbin", "lib", "lib64"} {
		if err := os.Symlink("usr/"+link, filepath.Join(p.root, link)); err != nil {
			return nil, err
		}
	}
	if err := os.Symlink("var/run", filepath.Join(p.root, "run")); err != nil {
		return nil, err
	}
	for from, to := range map[string]string{"/usr": "usr", tree: "opt", "/dev": "dev", "/proc": "proc"} {
		if err := syscall.Mount(from, filepath.Join(p.root, to), "", syscall.MS_BIND|syscall.MS_REC, ""); err != nil {
			return nil, fmt.Errorf("mounting %s: %w", from, err)
		}
	}
	passwd, group := "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n", "root:x:0:\nnogroup:x:65534:\n"
	for i, user := range users {
		id := 64000 + i
		passwd += fmt.Sprintf("%s:x:%d:%d::/:/bin/false\n", user, id, id)
		group += fmt.Sprintf("%s:x:%d:\n", user, id)
	}
	known, err := os.ReadFile("/etc/hosts")
	if err != nil {
		return nil, err
	}
	libraries, err := os.ReadFile("/etc/ld.so.cache")
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"passwd": passwd, "group": group, "hosts": string(known), "ld.so.cache": string(libraries), "resolv.conf": ""} {
		if err := p.write("etc/"+name, text, 0o644); err != nil {
			return nil, err
		}
	}
	p.log = filepath.Join(p.root, "out.log")
	return func(args ...string) *exec.Cmd {
		cmd := exec.Command("/opt/usr/sbin/"+filepath.Base(program), args...)
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: p.root}
		return cmd
	}, nil
}

// background starts a server that stays in the foreground; it ends with the
// namespace.
func (p *peer) background(cmd *exec.Cmd) error {
	f, err := os.Create(p.log)
	if err != nil {
		return err
	}
	defer f.Close()
	cmd.Stdout, cmd.Stderr = f, f
	return cmd.Start()
}

// certificates are those of each host, by what is added to the port: PEM of
// the certificate, and one key for all.
var certificates = map[string]map[int]string{}

var (
	peerKey  string // PEM
	peerCA   string // PEM of the authority that the right ones are from
	peerPool = x509.NewCertPool()
)

func peerCAFile() string { return filepath.Join(scratch, "peers-ca.pem") }

// peerCertificates makes an authority and what it signed. Every
// server takes keys of this kind.
func peerCertificates() error {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "wgsmtp test authority"},
		NotBefore: now.Add(-100 * time.Hour), NotAfter: now.Add(1000 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return err
	}
	pemOf := func(kind string, der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
	}
	peerCA = pemOf("CERTIFICATE", der)
	peerPool.AppendCertsFromPEM([]byte(peerCA))
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	peerKey = pemOf("PRIVATE KEY", pkcs8)
	serial := int64(1)
	for _, p := range peers {
		certificates[p.name] = map[int]string{}
		for _, flaw := range []int{0, selfSigned, wrongName, expired} {
			serial++
			leaf := &x509.Certificate{
				SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: p.host()}, DNSNames: []string{p.host()},
				NotBefore: now.Add(-50 * time.Hour), NotAfter: now.Add(900 * time.Hour),
				KeyUsage:    x509.KeyUsageDigitalSignature,
				ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
			}
			parent, signer := ca, caKey
			switch flaw {
			case selfSigned:
				parent, signer = leaf, key
			case wrongName:
				leaf.Subject.CommonName, leaf.DNSNames = "mx1.hosting.example.com", []string{"mx1.hosting.example.com"}
			case expired:
				leaf.NotAfter = now.Add(-25 * time.Hour)
			}
			der, err := x509.CreateCertificate(rand.Reader, leaf, parent, &key.PublicKey, signer)
			if err != nil {
				return err
			}
			certificates[p.name][flaw] = pemOf("CERTIFICATE", der)
		}
	}
	return os.WriteFile(peerCAFile(), []byte(peerCA), 0o644)
}

// tlsFiles writes the host's certificates as dir/FLAW.pem, and the key.
func (p *peer) tlsFiles(dir string) error {
	for flaw, text := range certificates[p.name] {
		if err := p.write(fmt.Sprintf("%s/%d.pem", dir, flaw), text, 0o644); err != nil {
			return err
		}
	}
	return p.write(dir+"/key.pem", peerKey, 0o600)
}

// The address of what is no mail server.
const strayAddress = "127.0.0.24"

// strays are what else a wrong host or port can lead to: a port that a
// firewall drops, one of a web server, one of an IMAP server.
var strays = sync.OnceValue(func() error {
	// A full queue of connections is to a client what a dropping firewall is:
	// its SYNs are not answered (tcp(7), tcp_abort_on_overflow).
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Port: 25, Addr: [4]byte(net.ParseIP(strayAddress).To4())}); err != nil {
		return err
	}
	if err := syscall.Listen(fd, 0); err != nil {
		return err
	}
	full := false
	for range 20 {
		if _, err := net.DialTimeout("tcp", strayAddress+":25", 200*time.Millisecond); err != nil {
			full = true
			break
		}
	}
	if !full {
		return fmt.Errorf("the queue of %s:25 does not fill", strayAddress)
	}
	talk := func(port int, greeting string) error {
		l, err := net.Listen("tcp", fmt.Sprintf("%s:%d", strayAddress, port))
		if err != nil {
			return err
		}
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer conn.Close()
					fmt.Fprint(conn, greeting)
					var b [512]byte
					for {
						n, err := conn.Read(b[:])
						if err != nil {
							return
						}
						if strings.Contains(string(b[:n]), "\n") && greeting != "" {
							fmt.Fprint(conn, "* BAD Error in IMAP command received by server.\r\n")
						}
					}
				}()
			}
		}()
		return nil
	}
	if err := talk(80, ""); err != nil { // a web server waits for a request
		return err
	}
	return talk(143, "* OK [CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN] Dovecot ready.\r\n")
})

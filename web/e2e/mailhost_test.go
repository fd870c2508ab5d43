//go:build e2e

package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The account that the mail host knows.
const (
	mailUser   = "wiki@example.org"
	mailSecret = `p'ä$$w"ö\rd ;#<>&` // everything that quoting could get wrong
)

// mailHost is a Postfix with Dovecot's SASL: relay on 25 without TLS,
// submission on 587 with STARTTLS, submissions on 465. All mail it accepts
// ends in one maildir.
type mailHost struct {
	dir    string
	CAFile string // PEM; PHP is told to trust it as it trusts the system's
}

var theMailHost = sync.OnceValues(startMailHost)

func needMailHost(t *testing.T) *mailHost {
	t.Helper()
	need(t, "postfix", "postfix")
	need(t, "dovecot", "dovecot-core")
	h, err := theMailHost()
	if err != nil {
		t.Fatal(err)
	}
	for _, port := range []string{"25", "465", "587"} {
		awaitPort(t, "127.0.0.1:"+port)
	}
	return h
}

func startMailHost() (*mailHost, error) {
	h := &mailHost{dir: filepath.Join(scratch, "mailhost")}
	for _, d := range []string{"conf", "spool", "data", "mail", "dovecot", "tls"} {
		if err := os.MkdirAll(filepath.Join(h.dir, d), 0o755); err != nil {
			return nil, err
		}
	}
	if err := h.certificates(); err != nil {
		return nil, err
	}
	postfix, err := user.Lookup("postfix")
	if err != nil {
		return nil, err
	}
	uid, _ := strconv.Atoi(postfix.Uid)
	gid, _ := strconv.Atoi(postfix.Gid)
	for _, d := range []string{"data", "mail"} {
		if err := os.Chown(filepath.Join(h.dir, d), uid, gid); err != nil {
			return nil, err
		}
	}
	files := map[string]string{
		"conf/main.cf": fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/data
maillog_file = %[1]s/mail.log
maillog_file_prefixes = %[1]s
myhostname = smtp.example.org
mydestination =
inet_interfaces = loopback-only
mynetworks = 127.0.0.0/8 [::1]/128
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.org, example.net, example.com
virtual_mailbox_base = %[1]s/mail
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:%[2]d
virtual_gid_maps = static:%[3]d
virtual_minimum_uid = 1
# what MediaWiki wrote is what is to be seen
message_drop_headers =
local_header_rewrite_clients =
smtpd_tls_cert_file = %[1]s/tls/server.pem
smtpd_tls_key_file = %[1]s/tls/server.key
smtpd_tls_security_level = none
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
`, h.dir, uid, gid),
		"conf/master.cf": `postlog   unix-dgram n  -  n  -  1 postlogd
smtp      inet  n  -  n  -  - smtpd
submission inet n  -  n  -  - smtpd
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_tls_auth_only=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
submissions inet n  -  n  -  - smtpd
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
pickup    unix  n  -  n  60 1 pickup
cleanup   unix  n  -  n  -  0 cleanup
qmgr      unix  n  -  n  300 1 qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -  - trivial-rewrite
bounce    unix  -  -  n  -  0 bounce
defer     unix  -  -  n  -  0 bounce
verify    unix  -  -  n  -  1 verify
showq     unix  n  -  n  -  - showq
error     unix  -  -  n  -  - error
virtual   unix  -  n  n  -  - virtual
anvil     unix  -  -  n  -  1 anvil
scache    unix  -  -  n  -  1 scache
`,
		"dovecot/users": mailUser + ":{PLAIN}" + mailSecret + "::::::\n",
		"dovecot/dovecot.conf": fmt.Sprintf(`base_dir = %[1]s/dovecot/run
log_path = %[1]s/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%%u %[1]s/dovecot/users
}
userdb {
  driver = static
  args = uid=%[2]d gid=%[3]d home=/nonexistent
}
service auth {
  unix_listener %[1]s/spool/private/auth {
    mode = 0666
  }
}
service stats {
  chroot =
}
`, h.dir, uid, gid),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	if err := daemon(filepath.Join(h.dir, "postfix.out"), "postfix", "-c", filepath.Join(h.dir, "conf"), "start"); err != nil {
		return nil, fmt.Errorf("%v\n%s", err, h.log())
	}
	if err := daemon(filepath.Join(h.dir, "dovecot.out"), "dovecot", "-c", filepath.Join(h.dir, "dovecot/dovecot.conf")); err != nil {
		return nil, fmt.Errorf("%v\n%s", err, h.log())
	}
	return h, nil
}

func (h *mailHost) log() string {
	postfix, _ := os.ReadFile(filepath.Join(h.dir, "mail.log"))
	dovecot, _ := os.ReadFile(filepath.Join(h.dir, "dovecot.log"))
	return string(postfix) + string(dovecot)
}

// certificates makes an authority and a certificate for smtp.example.org.
func (h *mailHost) certificates() error {
	h.CAFile = filepath.Join(h.dir, "tls", "ca.pem")
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "wgsmtp test authority"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "smtp.example.org"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		DNSNames: []string{"smtp.example.org", "mail.example.org"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{
		"ca.pem":     {Type: "CERTIFICATE", Bytes: caDER},
		"server.pem": {Type: "CERTIFICATE", Bytes: leafDER},
		"server.key": {Type: "PRIVATE KEY", Bytes: keyDER},
	} {
		if err := os.WriteFile(filepath.Join(h.dir, "tls", name), pem.EncodeToMemory(block), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// delivered is a mail as it lies in the maildir.
type delivered struct {
	Trace   string // the fields that Postfix put on top
	Headers string // the rest of the header, as MediaWiki sent it, CRLF
	Body    string
}

// take waits for n mails, gives them in the order of their delivery, and empties the maildir.
func (h *mailHost) take(t *testing.T, n int) []delivered {
	t.Helper()
	dir := filepath.Join(h.dir, "mail", "all", "new")
	var names []os.DirEntry
	for range 200 {
		if names, _ = os.ReadDir(dir); len(names) >= n {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if len(names) != n {
		t.Fatalf("%d mails delivered, want %d\n%s", len(names), n, h.log())
	}
	var out []delivered
	for _, name := range names {
		file := filepath.Join(dir, name.Name())
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(file)
		out = append(out, splitDelivered(data))
	}
	return out
}

// splitDelivered takes Postfix's own fields off: Return-Path (RFC 5321 section
// 4.4), X-Original-To, Delivered-To and Received, in this order.
func splitDelivered(data []byte) delivered {
	head, body, _ := bytes.Cut(data, []byte("\n\n"))
	lines := strings.SplitAfter(string(head)+"\n", "\n")
	i := 0
	for _, name := range []string{"Return-Path: <", "X-Original-To: ", "Delivered-To: ", "Received: "} {
		if i < len(lines) && strings.HasPrefix(lines[i], name) {
			i++
			for i < len(lines) && (strings.HasPrefix(lines[i], "\t") || strings.HasPrefix(lines[i], " ")) {
				i++
			}
		}
	}
	return delivered{
		Trace:   strings.Join(lines[:i], ""),
		Headers: strings.ReplaceAll(strings.Join(lines[i:], ""), "\n", "\r\n"),
		Body:    string(body),
	}
}

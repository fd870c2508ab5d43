//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// startOpenSMTPD starts an OpenSMTPD. What each port does is in its listener
// and that one's filters.
func startOpenSMTPD(p *peer) error { return openSMTPD(p, true) }

// startBrokenTLS starts one whose every handshake fails by its own fault, as that
// of Debian 12 does (OpenSMTPD issue 1171). Its certificates' keys are in a
// process of their own, and the one that speaks SMTP has public keys that hold a
// number for them. OpenSSL 3 hands a copy without that number to the method that
// would ask the other process (rsae_priv_enc, ecdsae_do_sign), which then signs by
// itself and fails: "missing private key".
func startBrokenTLS(p *peer) error { return openSMTPD(p, false) }

// keepKeys makes OpenSSL keep such a key as it is: it does so as soon as any
// engine has methods for keys of its kind. No key is in this one.
const keepKeys = `openssl_conf = main
[main]
engines = engines
[engines]
pkcs11 = pkcs11
[pkcs11]
dynamic_path = /etc/ssl/pkcs11.so
init = 0
default_algorithms = PKEY
`

func openSMTPD(p *peer, works bool) error {
	command, err := p.unpacked("opensmtpd/smtpd", "opensmtpd", "opensmtpq")
	if err != nil {
		return err
	}
	if err := p.tlsFiles("etc/tls"); err != nil {
		return err
	}
	if works {
		found, _ := filepath.Glob("../../dist/servers/libengine-pkcs11-openssl/usr/lib/*/engines-3/pkcs11.so")
		if len(found) != 1 {
			return fmt.Errorf("OpenSSL's engine pkcs11 is missing: `./build.sh servers` unpacks it")
		}
		engine, err := os.ReadFile(found[0])
		if err != nil {
			return err
		}
		if err := errors.Join(p.write("etc/ssl/pkcs11.so", string(engine), 0o644), p.write("etc/ssl/openssl.cnf", keepKeys, 0o644)); err != nil {
			return err
		}
	}
	for _, dir := range []string{"var/lib/opensmtpd/empty", "var/spool/smtpd"} {
		if err := os.MkdirAll(filepath.Join(p.root, dir), 0o711); err != nil {
			return err
		}
	}
	if err := os.Chmod(filepath.Join(p.root, "var/spool/smtpd"), 0o711); err != nil {
		return err
	}
	cmd := exec.Command("openssl", "passwd", "-6", "-stdin")
	cmd.Stdin = strings.NewReader(peerSecret + "\n")
	hash, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("openssl passwd: %w", err)
	}
	if err := p.write("etc/users", mailUser+" "+string(hash), 0o644); err != nil {
		return err
	}
	const login = " auth-optional <users>"
	options := map[int]string{
		portRelay:       "",
		portNoLogin:     " tls pki p0",
		portSender:      " tls pki p0" + login + " filter f_sender",
		portOwner:       " tls pki p0" + login + " filter f_owner",
		portEHLO:        " filter f_name",
		portGreylist:    " tls pki p0" + login + " filter f_greylist",
		portMustLogin:   " tls pki p0 auth <users>",
		portMustEncrypt: " tls-require pki p0" + login,
	}
	var text strings.Builder
	fmt.Fprintf(&text, "table users file:/etc/users\n")
	for flaw := range certificates[p.name] {
		fmt.Fprintf(&text, "pki p%[1]d cert \"/etc/tls/%[1]d.pem\"\npki p%[1]d key \"/etc/tls/key.pem\"\n", flaw)
		options[flaw+465] = fmt.Sprintf(" smtps pki p%d", flaw) + login
		options[flaw+587] = fmt.Sprintf(" tls pki p%d", flaw) + login
	}
	text.WriteString(`filter f_ehlo phase ehlo match helo regex { "^localhost$" } reject "550 5.7.1 Invalid HELO name"
filter f_helo phase helo match helo regex { "^localhost$" } reject "550 5.7.1 Invalid HELO name"
filter f_name chain { f_ehlo, f_helo }
filter f_sender phase mail-from match mail-from regex { "." } reject "550 5.7.1 Sender not allowed"
filter f_owner phase rcpt-to match rcpt-to regex { "." } reject "553 5.7.1 Sender address rejected: not owned by user"
filter f_greylist phase rcpt-to match rcpt-to regex { "." } reject "450 4.7.1 Greylisting in effect, please come back later"
`)
	for _, port := range p.ports {
		o := options[port]
		fmt.Fprintf(&text, "listen on %s port %d%s hostname %s\n", p.address, port, o, p.host())
	}
	// Nothing can be sent on: there is no way out of the namespace.
	text.WriteString("action out relay\nmatch from any auth for any action out\nmatch from any for domain example.net action out\n")
	if err := p.write("etc/smtpd.conf", text.String(), 0o644); err != nil {
		return err
	}
	return p.background(command("-d", "-f", "/etc/smtpd.conf"))
}

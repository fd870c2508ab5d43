//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// startExim starts an Exim. What each port does is decided by $received_port.
func startExim(p *peer) error {
	command, err := p.unpacked("exim4-daemon-light/exim4", "Debian-exim")
	if err != nil {
		return err
	}
	if err := p.tlsFiles("etc/tls"); err != nil {
		return err
	}
	for _, dir := range []string{"var/spool/exim4", "var/log/exim4", "var/run/exim4"} {
		if err := os.MkdirAll(filepath.Join(p.root, dir), 0o755); err != nil {
			return err
		}
		if err := os.Chown(filepath.Join(p.root, dir), 64000, 64000); err != nil {
			return err
		}
	}
	if err := os.Chown(filepath.Join(p.root, "etc/tls/key.pem"), 64000, 64000); err != nil {
		return err
	}
	if err := p.write("etc/users", mailUser+": "+peerSecret+"\n"+markerUser+": "+markerSecret+"\n", 0o644); err != nil {
		return err
	}
	var ports []string
	for _, port := range p.ports {
		ports = append(ports, fmt.Sprint(port))
	}
	at := func(ports ...int) string { // a condition
		var out []string
		for _, port := range ports {
			out = append(out, fmt.Sprintf("{={$received_port}{%d}}", port))
		}
		return "or{" + strings.Join(out, "") + "}"
	}
	text := fmt.Sprintf(`primary_hostname = %[1]s
local_interfaces = %[2]s
daemon_smtp_ports = %[3]s
tls_on_connect_ports = 465 : 1465 : 2465 : 3465
tls_advertise_hosts = ${if %[4]s{}{*}}
tls_certificate = /etc/tls/${if match{$received_port}{\N^([123])(465|587)$\N}{${1}000}{0}}.pem
tls_privatekey = /etc/tls/key.pem
auth_advertise_hosts = ${if %[5]s{}{*}}
message_size_limit = ${if %[6]s{300}{50M}}
keep_environment =
smtp_accept_max = 500
queue_only
log_file_path = /var/log/exim4/%%slog
host_lookup =
rfc1413_query_timeout = 0s
acl_smtp_helo = acl_helo
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt

begin acl

acl_helo:
  deny condition = ${if %[7]s}
       condition = ${if !match{$sender_helo_name}{\N\.\N}}
       message = Access denied - Invalid HELO name (See RFC2821 4.1.3)
  accept

acl_mail:
  deny condition = ${if %[8]s}
       message = 550 5.7.1 Sender $sender_address not allowed
  deny condition = ${if %[9]s}
       condition = ${if !def:tls_in_cipher}
       message = 530 5.7.0 Must issue a STARTTLS command first
  deny condition = ${if %[10]s}
       !authenticated = *
       message = 530 5.7.0 Authentication required
  accept

acl_rcpt:
  deny condition = ${if %[11]s}
       message = 553 5.7.1 $sender_address: Sender address rejected: not owned by user $authenticated_id
  defer condition = ${if %[12]s}
       message = 450 4.7.1 Greylisting in effect, please come back later
  accept authenticated = *
  accept domains = example.net
  deny message = relay not permitted

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_advertise_condition = ${if and{{def:tls_in_cipher}{!%[13]s}}}
  server_condition = ${if eq{$auth3}{${lookup{$auth2}lsearch{/etc/users}{$value}fail}}}
  server_set_id = $auth2

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = <| Username: | Password:
  server_advertise_condition = ${if and{{def:tls_in_cipher}{!%[13]s}}}
  server_condition = ${if eq{$auth2}{${lookup{$auth1}lsearch{/etc/users}{$value}fail}}}
  server_set_id = $auth1

cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_advertise_condition = ${if and{{def:tls_in_cipher}{%[13]s}}}
  server_secret = ${lookup{$auth1}lsearch{/etc/users}{$value}fail}
  server_set_id = $auth1
`, p.host(), p.address, strings.Join(ports, " : "), at(portRelay, portEHLO), at(portRelay, portNoLogin, portEHLO), at(portSmall),
		at(portEHLO), at(portSender), at(portMustEncrypt), at(portMustLogin), at(portOwner), at(portGreylist), at(portCRAM))
	if err := p.write("etc/exim.conf", text, 0o644); err != nil {
		return err
	}
	return p.background(command("-C", "/etc/exim.conf", "-bdf"))
}

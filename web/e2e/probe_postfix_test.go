//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// startPostfix starts a Postfix with Dovecot's SASL. What each port does is in
// master.cf.
func startPostfix(p *peer) error {
	p.log = filepath.Join(p.root, "mail.log")
	for _, d := range []string{"conf", "spool", "data", "mail", "dovecot"} {
		if err := os.MkdirAll(filepath.Join(p.root, d), 0o755); err != nil {
			return err
		}
	}
	if err := p.tlsFiles("tls"); err != nil {
		return err
	}
	account, err := user.Lookup("postfix")
	if err != nil {
		return err
	}
	uid, _ := strconv.Atoi(account.Uid)
	gid, _ := strconv.Atoi(account.Gid)
	if err := os.Chown(filepath.Join(p.root, "data"), uid, gid); err != nil {
		return err
	}

	const (
		login     = " -o smtpd_sasl_auth_enable=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,reject_unauth_destination"
		starttls  = " -o smtpd_tls_security_level=may -o smtpd_tls_auth_only=yes"
		immediate = " -o smtpd_delay_reject=no"
	)
	options := map[int]string{
		portRelay:       "",
		portNoLogin:     starttls,
		portCRAM:        starttls + login + " -o smtpd_sasl_mechanism_filter=cram-md5",
		portSender:      starttls + login + immediate + " -o smtpd_sender_restrictions=reject",
		portOwner:       starttls + login + " -o smtpd_sender_login_maps=static:other@example.org -o smtpd_sender_restrictions=reject_sender_login_mismatch",
		portEHLO:        immediate + " -o smtpd_helo_restrictions=reject_non_fqdn_helo_hostname",
		portGreylist:    starttls + login + " -o { smtpd_recipient_restrictions = check_recipient_access static:{450 4.2.0 Greylisted, please try again in 300 seconds} }",
		portSmall:       starttls + login + " -o message_size_limit=300",
		portMustLogin:   starttls + login + " -o smtpd_client_restrictions=permit_sasl_authenticated,reject",
		portMustEncrypt: login + " -o smtpd_tls_security_level=encrypt",
	}
	for flaw := range certificates[p.name] {
		own := fmt.Sprintf(" -o smtpd_tls_cert_file=%s/tls/%d.pem", p.root, flaw)
		options[flaw+465] = login + own + " -o smtpd_tls_wrappermode=yes"
		options[flaw+587] = login + own + starttls
	}
	var services strings.Builder
	for port, o := range options {
		fmt.Fprintf(&services, "%s:%d inet n - n - - smtpd%s\n", p.address, port, o)
	}
	for name, text := range map[string]string{
		"conf/main.cf": fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/spool
data_directory = %[1]s/data
maillog_file = %[1]s/mail.log
maillog_file_prefixes = %[1]s
myhostname = %[2]s
mydestination =
# its own address is that of each service in master.cf
inet_interfaces = loopback-only
inet_protocols = ipv4
mynetworks =
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
alias_maps =
local_recipient_maps =
relay_domains = example.net
# nothing is ever sent on
default_transport = discard
relay_transport = discard
smtpd_relay_restrictions = reject_unauth_destination
smtpd_tls_cert_file = %[1]s/tls/0.pem
smtpd_tls_key_file = %[1]s/tls/key.pem
smtpd_tls_security_level = none
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_sasl_mechanism_filter = plain, login
`, p.root, p.host()),
		"conf/master.cf": "postlog unix-dgram n - n - 1 postlogd\n" + services.String() + `pickup    unix  n  -  n  60 1 pickup
cleanup   unix  n  -  n  -  0 cleanup
qmgr      unix  n  -  n  300 1 qmgr
tlsmgr    unix  -  -  n  1000? 1 tlsmgr
rewrite   unix  -  -  n  -  - trivial-rewrite
bounce    unix  -  -  n  -  0 bounce
defer     unix  -  -  n  -  0 bounce
trace     unix  -  -  n  -  0 bounce
verify    unix  -  -  n  -  1 verify
proxymap  unix  -  -  n  -  - proxymap
showq     unix  n  -  n  -  - showq
error     unix  -  -  n  -  - error
retry     unix  -  -  n  -  - error
discard   unix  -  -  n  -  - discard
anvil     unix  -  -  n  -  1 anvil
scache    unix  -  -  n  -  1 scache
`,
		"dovecot/users": mailUser + ":{PLAIN}" + peerSecret + "::::::\n" + markerUser + ":{PLAIN}" + markerSecret + "::::::\n",
		"dovecot/dovecot.conf": fmt.Sprintf(`base_dir = %[1]s/dovecot/run
log_path = %[1]s/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login cram-md5
# a wrong password is answered at once
auth_failure_delay = 0
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
`, p.root, uid, gid),
	} {
		if err := p.write(name, text, 0o644); err != nil {
			return err
		}
	}
	if err := daemon(filepath.Join(p.root, "postfix.out"), "postfix", "-c", filepath.Join(p.root, "conf"), "start"); err != nil {
		return fmt.Errorf("%v\n%s", err, p.logged())
	}
	return daemon(filepath.Join(p.root, "dovecot.out"), "dovecot", "-c", filepath.Join(p.root, "dovecot/dovecot.conf"))
}

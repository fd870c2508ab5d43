// TLS: certificates, STARTTLS, and the empty reason of PHP 8.

package trouble

import (
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

const (
	srcPHPContext  = "https://www.php.net/manual/en/context.ssl.php"
	srcNetSMTPTLS  = "pear/Net_SMTP, Net/SMTP.php: starttls()"
	srcRFC8314     = "RFC 8314 section 3"
	srcRecordedTLS = "observed with MediaWiki 1.39, 1.43 and 1.45" // vectors: cert-* and starttls-*
)

// certVerify is how a doubt about a certificate is settled.
const certVerify = "Run on the wiki's machine: {openssl}. It must end with \"Verify return code: 0 (ok)\" and show a certificate for the very name in 'host'."

// toClearPort and toImplicit are mends that keep port or mode.
func toStartTLS(f *facts) []change {
	changes := []change{{Field: "tls", Value: string(wgsmtp.TLSStartTLS)}}
	if f.cfg.Auth == wgsmtp.AuthNone && f.cfg.User != "" {
		changes = append(changes, change{Field: "auth", Value: string(wgsmtp.AuthAuto)})
	}
	return changes
}

func toImplicit(f *facts) []change {
	return []change{{Field: "tls", Value: string(wgsmtp.TLSImplicit)}}
}

// portOutOfHost takes the port that is written into the host.
func portOutOfHost(f *facts) []change {
	i := strings.LastIndexByte(f.cfg.Host, ':')
	if i < 0 {
		return nil
	}
	n, err := strconv.Atoi(f.cfg.Host[i+1:])
	if err != nil || n < 1 || n > 65535 {
		return nil
	}
	changes := []change{{Field: "host", Value: f.cfg.Host[:i]}, {Field: "port", Value: strconv.Itoa(n)}}
	if n == 465 {
		changes = append(changes, change{Field: "tls", Value: string(wgsmtp.TLSImplicit)})
	}
	return changes
}

func tlsOnClearPort(f *facts) bool { return f.implicit() && f.clearPort() }

// tlsSchemeInside: tls:// is TLS from the first byte too, but Net_SMTP knows
// only ssl:// for it and asks for STARTTLS again where the server offers it.
func tlsSchemeInside(f *facts) bool { return f.implicit() && f.auths() }

func verifyOff(f *facts) bool { return f.cfg != nil && f.cfg.Verify == wgsmtp.VerifyOff }

func strangeName(f *facts) bool { return f.loopback() || f.address() }

// The causes of a refused certificate, where PHP does not say which.
var certCauses = []cause{
	{
		id: "certificate", text: "PHP does not accept the certificate of {host}: it is made out for another name, has expired, is self-signed, or comes from an authority that this machine does not know (a missing or old CA bundle, or a virus scanner that opens TLS).",
		fix: "Look at the certificate first. Write the very name it holds into 'host', or name it as 'peer_name'; renew an expired one on the server; for an authority of your own give its file as 'cafile'; bring the system's CA bundle up to date.",
		commands: []Command{
			{"sh", "{openssl} </dev/null"},
			{"sh", "apt-get install --reinstall ca-certificates   # Debian, Ubuntu; RHEL and Fedora: update-ca-trust"},
			{"php", "$wgSMTP['socket_options'] = [ 'ssl' => [\n\t'peer_name' => 'the.name.in.the.certificate',\n\t'cafile' => '/etc/ssl/certs/your-ca.pem',  // only for an authority of your own\n] ];"},
		},
	},
	{
		id: "verify-peer-alone", text: "'verify_peer' => false switches off one check only: the name in the certificate is still compared, and does not fit {host}.",
		fix:  "Switch the check on again, and name the certificate's own name as 'peer_name', or write it into 'host'.",
		set:  []change{{Field: "verify", Value: "full"}},
		only: verifyOff,
	},
	{
		id: "cafile", text: "The file named as 'cafile' does not exist, cannot be read by the web server, or does not hold the authority that signed this server's certificate. While it is named, PHP trusts no other.",
		fix:      "Correct the path and the rights; or leave 'cafile' out if the certificate comes from a public authority.",
		commands: []Command{{"sh", "sudo -u www-data openssl verify -CAfile /etc/ssl/certs/your-ca.pem server.pem"}},
		only:     func(f *facts) bool { return f.cfg != nil && f.cfg.CAFile != "" },
	},
	{
		id: "strange-name", text: "The server is addressed as {host}, and hardly any certificate is made out for an IP address or for localhost.",
		fix:      "Write the name that stands in the certificate into 'host', or keep the host and name that name as 'peer_name'. A server on this very machine can also be used in clear on port 25, without a login.",
		commands: []Command{{"php", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'peer_name' => 'mail.example.org' ] ];"}},
		only:     strangeName,
	},
}

var portInHost = cause{
	id: "port-in-host", text: "The port is written into 'host'. PHP then uses that port, or both, and compares the certificate with a name that has a colon in it, which can never fit.",
	fix: "Leave only the name in 'host' and write the number as 'port'.", changes: portOutOfHost,
	commands: []Command{{"php", "'host' => 'ssl://smtp.example.org',\n'port' => 465,"}},
	only:     (*facts).hostHasPort,
}

var tlsRows = []row{
	{
		id: "tls-blank", step: Connect, rank: rankText,
		title: "TLS could not be set up with {host}, and PHP does not say why.",
		match: []string{"failed to connect socket: (code: -1", "failed to connect socket: [", "failed to connect socket:$", "unable to connect to ssl://*(unknown error)", "unable to connect to tls://*(unknown error)", "failed to enable crypto"},
		causes: append([]cause{
			{
				id: "starttls-port", text: "ssl:// (or tls://) before the host means TLS from the first byte, but port {port} begins in clear and turns TLS on with STARTTLS.",
				fix:     "Either take ssl:// away and keep the port: MediaWiki then uses STARTTLS by itself when it logs in. Or keep ssl:// and use port 465 if the server has it.",
				changes: toStartTLS, commands: []Command{{"php", "'host' => '{host}',   // without ssl://\n'port' => 587,"}},
				only: and(tlsOnClearPort, not((*facts).hostHasPort)),
			},
			portInHost,
		}, append(certCauses, cause{
			id: "silent", text: "Something answers on that port but does not speak TLS there, or a firewall swallows the handshake.",
			fix:      "Check that {host} offers TLS on this port at all; otherwise use the port it documents.",
			commands: []Command{{"sh", "{openssl} </dev/null"}},
		}, cause{
			id: "old-tls", text: "Server and PHP have no TLS version in common, because one of the two is very old.",
			fix: "Update the older side; TLS 1.2 is the least that today's servers take.",
		})...),
		verify: "With MediaWiki 1.42 or newer, $wgDebugLogGroups['silenced-error'] writes the true reason into a file. With any release run this on the wiki's machine: {openssl}.",
		source: "pear/Net_Socket 1.2.2 on PHP 8; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: fail-587-with-ssl, cert-*-ssl, fail-ssl-silent
	},
	{
		id: "tls-name", step: "", rank: rankWords + 8,
		title: "The certificate of {host} is made out for another name.",
		match: []string{"did not match expected name", "did not match expected cn", "peer certificate cn=", "certificate subject name * does not match", "hostname mismatch", "altnames don't match", "unable to locate peer certificate cn"},
		causes: []cause{
			{
				id: "name", text: "'host' is not a name that the certificate holds: an alias, an IP address, localhost, or the wiki's own domain on a shared host whose certificate names the hosting company.",
				fix:      "Write the name that stands in the certificate into 'host'. If the server must be reached under another name, keep 'host' and give the certificate's name as 'peer_name'.",
				commands: []Command{{"sh", "{openssl} </dev/null | openssl x509 -noout -ext subjectAltName"}, {"php", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'peer_name' => 'the.name.in.the.certificate' ] ];"}},
			},
			portInHost,
			{
				id: "verify-peer-alone", text: "'verify_peer' => false does not help here: the name is compared all the same.",
				fix: "Switch it on again and mend the name.", set: []change{{Field: "verify", Value: "full"}}, only: verifyOff,
			},
			{
				id: "options-misplaced", text: "Options such as 'peer_name' work only inside 'socket_options' => [ 'ssl' => [ ... ] ]; elsewhere they are ignored.",
				fix:      "Put them there.",
				commands: []Command{{"php", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'peer_name' => 'mail.example.org' ] ];"}},
			},
		},
		verify: certVerify,
		source: srcPHPContext + ", peer_name; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: cert-wrong-name-starttls
	},
	{
		id: "tls-certificate", step: "", rank: rankWords,
		title: "PHP does not trust the server's certificate.",
		match: []string{"certificate verify failed", "self signed certificate", "self-signed certificate", "certificate has expired", "unable to get local issuer certificate", "certificate_verify_failed", "unable to verify the first certificate"},
		mail:  true,
		causes: []cause{
			{
				id: "untrusted", text: "The certificate is self-signed, has expired, or comes from an authority that this machine does not know; or its chain is incomplete; or the CA bundle of this PHP is missing or old (often on Windows), or a virus scanner opens TLS.",
				fix: "Renew an expired certificate on the server and let it send its whole chain. For an authority of your own, or a server of your own with a self-signed certificate, give the file as 'cafile'. Otherwise bring the CA bundle up to date. Leave the check itself on.",
				commands: []Command{
					{"sh", "{openssl} </dev/null"},
					{"sh", "apt-get install --reinstall ca-certificates   # Debian, Ubuntu; RHEL and Fedora: update-ca-trust"},
					{"php", "$wgSMTP['socket_options'] = [ 'ssl' => [ 'cafile' => '/etc/ssl/certs/your-ca.pem' ] ];"},
					{"ini", "; php.ini, where PHP finds no bundle (Windows)\nopenssl.cafile = \"C:\\php\\cacert.pem\""},
				},
			},
			{
				id: "strange-name", text: "The server is addressed as {host}: a certificate for localhost is almost always self-signed.",
				fix:  "Give the server's own certificate as 'cafile' and its name as 'peer_name'; or use the server on this machine in clear on port 25, without a login.",
				only: strangeName,
			},
		},
		verify: certVerify,
		source: srcPHPContext + ", verify_peer and cafile; " + srcRecordedTLS, confidence: "high",
	},
	{
		id: "tls-cafile", step: "", rank: rankWords + 5,
		title: "PHP cannot read the file of trusted certificates.",
		match: []string{"failed loading cafile", "failed to load cafile", "cafile stream", "unable to set verify locations", "error setting certificate verify locations", "unable to set local cert chain"},
		causes: []cause{
			{
				id: "path", text: "The file named as 'cafile', or as openssl.cafile in php.ini, does not exist, or the web server may not read it (rights, open_basedir, SELinux).",
				fix:      "Correct the path and let the web server's user read the file. If the server's certificate comes from a public authority, leave 'cafile' out: PHP then uses the system's bundle.",
				commands: []Command{{"sh", "sudo -u www-data head -1 /etc/ssl/certs/ca-certificates.crt\nphp -r 'print_r( openssl_get_cert_locations() );'"}},
				set:      []change{{Field: "ca-file", Value: ""}},
			},
		},
		verify: "php -r 'print_r( openssl_get_cert_locations() );' names the files that PHP looks for; they must exist.",
		source: srcPHPContext + ", cafile; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: cert-cafile-missing
	},
	{
		id: "tls-wrong-version", step: "", rank: rankWords,
		title: "One side spoke TLS and the other answered in clear.",
		match: []string{"wrong version number", "unknown protocol:s23", "ssl routines*unknown protocol", "ssl23_get_server_hello", "packet length too long", "record layer failure"},
		causes: []cause{
			{
				id: "starttls-port", text: "TLS from the first byte (ssl:// or tls:// before the host) is used on a port that begins in clear.",
				fix:     "Take ssl:// away for ports 587, 25 and 2525, or use port 465 with it.",
				changes: toStartTLS, commands: []Command{{"php", "'host' => '{host}',   // without ssl://\n'port' => 587,"}},
				weigh: func(f *facts) int {
					if f.step == StartTLS {
						return -5
					}
					return 5
				},
			},
			{
				id: "server-in-clear", text: "The server agreed to STARTTLS and then went on in clear: it is broken, or a firewall or virus scanner on the way rewrites the conversation.",
				fix:      "Repeat it with openssl from the wiki's machine and from another network. If only the wiki's network shows it, let the device there leave SMTP alone (Cisco \"fixup smtp\", a virus scanner's mail shield); otherwise tell the server's operator. Port 465 with ssl:// is often left alone by such devices.",
				commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
				first:    func(f *facts) bool { return f.step == StartTLS },
			},
		},
		verify: "openssl s_client to the same host and port, with and without -starttls smtp: one of the two must show a certificate.",
		source: "OpenSSL error 0A00010B; observed with MediaWiki 1.39, 1.43 and 1.45; symfony/mailer", confidence: "high", // vectors: starttls-garbage
	},
	{
		id: "tls-version", step: "", rank: rankWords,
		title: "PHP and the server have no TLS version or cipher in common.",
		match: []string{"alert protocol version", "unsupported protocol", "no protocols available", "ssl routines*handshake failure", "no shared cipher", "dh key too small", "ee key too small", "legacy sigalg disallowed", "unsafe legacy renegotiation", "no suitable signature algorithm", "version too low", "tls 1.0 and 1.1 are not supported"},
		causes: []cause{
			{
				id: "old-server", text: "The server knows only old versions or keys that today's OpenSSL refuses, or the wiki's PHP or Net_SMTP is so old that it knows no TLS 1.2.",
				fix:      "Update the older side. MediaWiki up to 1.26 with Net_SMTP before 1.7.1 cannot do TLS 1.2 after STARTTLS on old PHP: update PEAR, or use ssl:// on port 465. Lowering the machine's security level would weaken all its connections.",
				commands: []Command{{"sh", "{openssl} -tls1_2 </dev/null"}},
			},
		},
		verify: "openssl s_client -tls1_2 and -tls1_3 to the server: at least one must succeed.",
		source: "OpenSSL; pear/Net_SMTP 1.7.1 changelog", confidence: "medium",
	},
	{
		id: "starttls-twice", step: StartTLS, rank: rankWords + 5,
		title: "STARTTLS was asked for on a connection that is encrypted already.",
		match: []string{"ssl/tls already set-up"},
		causes: []cause{
			{
				id: "tls-scheme", text: "'host' begins with tls://. PEAR recognises only ssl:// as encrypted, and this server offers STARTTLS even then.",
				fix: "Write ssl:// instead of tls://; everything else stays.", commands: []Command{{"php", "'host' => 'ssl://{host}',"}}, changes: toImplicit,
			},
		},
		verify: "Send one mail from the wiki's prompt: {eval}.",
		source: srcNetSMTPTLS + "; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: starttls-offered-inside-tls-scheme
	},
	{
		id: "starttls-broken-off", step: StartTLS, rank: rankWords,
		title: "The TLS handshake after STARTTLS failed without a reason; the words about Auth/SASL.php have nothing to do with it.",
		match: []string{"starttls failed {*auth/sasl.php", "starttls failed {*attempts: 1; (): }", "starttls failed {*connection reset", "starttls failed {*broken pipe", "enablecrypto: false*auth/sasl.php"},
		causes: []cause{
			portInHost,
			{
				id: "hung-up", text: "The server hung up during the handshake: it is overloaded or broken, or a firewall ends encrypted connections. PHP had no warning of its own and repeats the last one, which is harmless.",
				fix:      "Try the same from the wiki's machine with openssl. If the server hangs up there too, tell its operator or use port 465 with ssl://. Installing Auth_SASL would change nothing.",
				commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
			},
		},
		verify: "openssl s_client -starttls smtp must reach \"Verify return code: 0 (ok)\".",
		source: srcNetSMTPTLS + " of 1.11 and later; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: starttls-close, fail-host-with-port
	},
	{
		id: "starttls-failed", step: StartTLS, rank: rankText + 5,
		title: "TLS could not be set up after STARTTLS; this is no login error, although the text says \"authentication failure\".",
		match: []string{"authentication failure [smtp: starttls failed (code: 220", "[smtp: starttls failed (", "starttls failed (code: 220"},
		causes: append([]cause{
			portInHost,
			{
				id: "tls-scheme", text: "'host' begins with tls://, which PEAR does not recognise as encrypted: it asks for STARTTLS a second time.",
				fix: "Write ssl:// instead of tls://.", commands: []Command{{"php", "'host' => 'ssl://{host}',"}}, changes: toImplicit,
				only: tlsSchemeInside,
			},
		}, append(certCauses, cause{
			id: "hung-up", text: "The server answered something else than TLS or hung up, or it knows only TLS versions that PHP does not.",
			fix:      "Repeat the handshake with openssl; if it fails there too, the server or a device on the way is at fault.",
			commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
		})...),
		verify: certVerify + " MediaWiki 1.42 and later name the reason in the error itself.",
		source: srcNetSMTPTLS + " up to 1.10; observed with MediaWiki 1.39", confidence: "medium", // vectors: cert-*-starttls
	},
	{
		id: "starttls-detail", step: StartTLS, rank: rankText - 10,
		title: "TLS could not be set up after STARTTLS; the reason stands in the braces.",
		match: []string{"starttls failed {"},
		causes: append(append([]cause{portInHost}, certCauses...), cause{
			id: "other", text: "The words behind E_WARNING are PHP's reason.",
			fix: "Repeat the handshake with openssl from the wiki's machine.", commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
		}),
		verify: certVerify,
		source: srcNetSMTPTLS + " of 1.11 and later", confidence: "medium",
	},
	{
		id: "starttls-required", step: StartTLS, rank: rankText,
		title:  "'starttls' => true asks for encryption, and it did not come about.",
		match:  []string{"starttls failed"},
		unless: []string{"starttls failed {", "starttls failed (", "authentication failure", "got code"},
		causes: append([]cause{
			{
				id: "already-tls", text: "The connection is encrypted from the first byte (ssl://), where no server offers STARTTLS any more.",
				fix: "Take 'starttls' out; with ssl:// nothing is ever sent in clear.", commands: []Command{{"php", "unset( $wgSMTP['starttls'] );"}},
				changes: func(f *facts) []change { return nil },
				only:    (*facts).implicit,
			},
			{
				id: "not-offered", text: "{host} does not offer STARTTLS on port {port}, or PHP has no openssl extension.",
				fix:      "Use a port on which the server offers TLS (587, or 465 with ssl://). On a server of your own set up its certificate; only where the server is on this same machine may 'starttls' go. Check that PHP has openssl.",
				commands: []Command{{"sh", "php -m | grep -i openssl\nopenssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
				weigh: func(f *facts) int {
					switch {
					case f.implicit():
						return -5
					case f.has(mediawiki.StartTLSDetail):
						return 8 // a refused certificate would be named
					}
					return 0
				},
			},
		}, certCausesAfter...),
		verify: "telnet to the port and say EHLO test: the answer must list STARTTLS.",
		source: "pear/Mail 1.5, Mail/smtp.php; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "medium", // vectors: starttls-true-*, cert-*-noauth
	},
	{
		id: "starttls-unavailable", step: StartTLS, rank: rankWords,
		title: "The server offers STARTTLS but cannot do it at the moment.",
		match: []string{"tls not available", "454 tls currently unavailable", "tls currently unavailable", "no tls support", "tls temporarily unavailable", "starttls is required*not available"},
		mail:  true,
		causes: []cause{
			{
				id: "server", text: "Its certificate or key cannot be read, or its TLS library is broken: a fault of the server's set-up.",
				fix:      "On your own server look into its mail log and check certificate, key and their rights. Otherwise tell the operator, or use port 465 with ssl:// meanwhile.",
				commands: []Command{{"sh", "postconf smtpd_tls_cert_file smtpd_tls_key_file   # Postfix\ngrep -i tls /var/log/mail.log | tail"}},
			},
		},
		verify: "openssl s_client -starttls smtp to the server must show a certificate.",
		source: "RFC 3207 section 4; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: starttls-454
	},
	{
		id: "starttls-refused", step: StartTLS, rank: rankText,
		title: "The server refused STARTTLS.",
		match: []string{"^invalid response code received from server$", "mailer returned: invalid response code received from server$", "failed: invalid response code received from server$"},
		causes: []cause{
			{
				id: "server", text: "With 'starttls' => true and no login PEAR drops the server's words. The server offers STARTTLS but answered it with an error, most often because its certificate is not set up.",
				fix:      "Look into the server's log, or ask it by hand. On another server use port 465 with ssl:// if it has that.",
				commands: []Command{{"sh", "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"}},
			},
		},
		verify: "openssl s_client shows the server's own words.",
		source: "pear/Mail 1.5, Mail/smtp.php; observed with MediaWiki 1.39, 1.43 and 1.45", confidence: "high", // vectors: starttls-no-auth-454
	},
}

// certCausesAfter are certCauses in the place of a second guess: first where
// the release could not have named them.
var certCausesAfter = func() []cause {
	out := append([]cause{}, certCauses...)
	out[0].weigh = func(f *facts) int {
		if f.lacks(mediawiki.StartTLSDetail) && !f.implicit() {
			return 5
		}
		return 0
	}
	return out
}()

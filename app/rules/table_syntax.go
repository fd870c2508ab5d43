// Values that cannot be what they are meant to be.

package rules

import (
	"strconv"
	"strings"

	"wgsmtp/app/wgsmtp"
)

// schemes that people put before the host. PEAR itself knows ssl://, tls://
// and tcp://; in a Config the TLS mode says it.
var schemes = []struct {
	prefix string
	tls    wgsmtp.TLSMode // "" leaves it
}{
	{"ssl://", wgsmtp.TLSImplicit}, {"tls://", wgsmtp.TLSImplicit}, {"smtps://", wgsmtp.TLSImplicit},
	{"starttls://", wgsmtp.TLSStartTLS}, {"tcp://", ""}, {"smtp://", ""}, {"http://", ""}, {"https://", ""},
}

func schemeOf(host string) (rest string, tls wgsmtp.TLSMode, ok bool) {
	host = strings.TrimSpace(host)
	for _, s := range schemes {
		if len(host) >= len(s.prefix) && strings.EqualFold(host[:len(s.prefix)], s.prefix) {
			return strings.TrimRight(host[len(s.prefix):], "/"), s.tls, true
		}
	}
	if i := strings.Index(host, "://"); i >= 0 {
		return strings.TrimRight(host[i+3:], "/"), "", true
	}
	return "", "", false
}

// hostPort splits "h:587"; not an IPv6 address.
func hostPort(host string) (h, port string, ok bool) {
	h, port, ok = strings.Cut(strings.TrimSpace(host), ":")
	if !ok || h == "" || strings.ContainsAny(port, ":/") || strings.HasPrefix(h, "[") {
		return "", "", false
	}
	return h, port, true
}

func bareIPv6(v *view) bool {
	return strings.Count(v.Host, ":") > 1 && !strings.HasPrefix(strings.TrimSpace(v.Host), "[") && fits(strings.TrimSpace(v.Host), "max=45,ipv6")
}

func badHost(s string) bool { return s != "" && !isHost(s) }

var syntaxRules = []Rule{
	{
		ID: "host-scheme", Severity: Error, Fields: []string{"host", "tls"},
		Title:    "A scheme before the host",
		Message:  "MediaWiki will not find the server, for {host} is more than a host name.",
		Why:      "Only ssl://, tls:// and tcp:// mean something to PHP here, and the field for encryption writes them.",
		FixLabel: "Use {new}",
		Source:   "https://www.php.net/manual/en/transports.inet.php; " + srcManual,
		holds:    func(v *view) bool { _, _, ok := schemeOf(v.Host); return ok },
		fix: func(v *view) []wgsmtp.Change {
			rest, tls, _ := schemeOf(v.Host)
			if _, _, again := schemeOf(rest); again || rest == "" {
				return nil
			}
			c := one("host", rest)
			if tls != "" && v.modes.has(tls) {
				c = append(c, wgsmtp.Change{Field: "tls", Value: string(tls)})
			}
			return c
		},
	},
	{
		ID: "host-port", Severity: Error, Fields: []string{"host", "port"},
		Title:    "A port in the host",
		Message:  "The certificate of {host} will not match, for the port is taken for part of the name.",
		Why:      "PHP connects to the port in the host and compares the certificate with the whole text.",
		FixLabel: "Use {new} and the port by itself",
		Source:   "observed with MediaWiki 1.39, 1.43 and 1.45; https://www.php.net/manual/en/function.fsockopen.php",
		holds:    func(v *view) bool { _, _, ok := hostPort(v.Host); return ok },
		fix: func(v *view) []wgsmtp.Change {
			h, p, _ := hostPort(v.Host)
			n, err := strconv.Atoi(strings.TrimSpace(p))
			if err != nil || n < 1 || n > 65535 {
				return one("host", h)
			}
			m := portModes(v.carrier, n)
			c := append(one("host", h), wgsmtp.Change{Field: "port", Value: strconv.Itoa(n)})
			switch {
			case m == implicit:
				c = append(c, wgsmtp.Change{Field: "tls", Value: string(wgsmtp.TLSImplicit)})
			case m != 0 && v.TLS == wgsmtp.TLSImplicit:
				c = append(c, wgsmtp.Change{Field: "tls", Value: string(wgsmtp.TLSStartTLS)})
			}
			return c
		},
	},
	{
		ID: "host-ipv6-bare", Severity: Error, Fields: []string{"host"},
		Title:    "An IPv6 address without brackets",
		Message:  "MediaWiki will not reach {host}, for an IPv6 address must stand in brackets.",
		Why:      "PHP cannot tell the address from the port otherwise.",
		FixLabel: "Use {new}",
		Source:   "https://www.php.net/manual/en/function.fsockopen.php; pear/Net_Socket connect()",
		holds:    bareIPv6,
		fix:      func(v *view) []wgsmtp.Change { return one("host", "["+strings.TrimSpace(v.Host)+"]") },
	},
	{
		ID: "host-space", Severity: Error, Fields: []string{"host"},
		Title:    "White space around the host",
		Message:  "MediaWiki will not find the server, for the host begins or ends with white space.",
		Why:      "PHP looks the name up as it is written.",
		FixLabel: "Use {new}",
		Source:   "RFC 1123 section 2.1",
		holds: func(v *view) bool {
			return v.host != "" && strings.TrimSpace(v.Host) != v.Host
		},
		fix: func(v *view) []wgsmtp.Change { return one("host", strings.TrimSpace(v.Host)) },
	},
	{
		ID: "host-syntax", Severity: Error, Fields: []string{"host"},
		Title:   "Not a host name",
		Message: "MediaWiki will not find the server, for {host} is neither a host name nor an address.",
		Why:     "Names have letters, digits and hyphens in parts of up to 63 characters; write other letters as xn--.",
		Source:  "RFC 1123 section 2.1; RFC 5890",
		holds: func(v *view) bool {
			h := strings.TrimSpace(v.Host)
			if h == "" || !badHost(h) || bareIPv6(v) {
				return false
			}
			_, _, scheme := schemeOf(h)
			_, _, port := hostPort(h)
			return !scheme && !port
		},
	},
	{
		ID: "host-is-ip", Severity: Warning, Fields: []string{"host", "peer-name"},
		Title:   "An address in place of a name, with TLS",
		Message: "The TLS connection to {host} will fail, unless the certificate names that address.",
		Why:     "PHP compares the certificate with the host; give the server's name, or say which name to expect.",
		Source:  "RFC 8314 section 5.3; RFC 9525 section 6; https://www.php.net/manual/en/context.ssl.php",
		holds: func(v *view) bool {
			return v.remote() && v.TLS != wgsmtp.TLSNone && v.Verify == wgsmtp.VerifyFull && v.PeerName == "" && fits(v.host, "max=45,ip")
		},
	},
	{
		ID: "ehlo-syntax", Severity: Error, Fields: []string{"ehlo-name"},
		Title:    "Not a name for EHLO",
		Message:  "Servers may refuse the conversation with 501, for {ehlo} is not a host name.",
		Why:      "EHLO takes a full host name or an address literal in brackets.",
		FixLabel: "Use {new}",
		Source:   "RFC 5321 sections 2.3.5 and 4.1.1.1",
		holds: func(v *view) bool {
			return v.EHLOName != "" && badHost(v.EHLOName) && !ehloLiteral(v.EHLOName)
		},
		fix: ehloFromServer,
	},
	{
		ID: "id-host-scheme", Severity: Warning, Fields: []string{"id-host"},
		Title:    "An address in place of a host name in IDHost",
		Message:  "Message-ID will end with @{id.host}>, which no mail program takes for a Message-ID.",
		Why:      "MediaWiki writes IDHost as it is, and a host name belongs there, without https:// and path.",
		FixLabel: "Use {new}",
		Source:   "RFC 5322 section 3.6.4; " + srcManual,
		holds: func(v *view) bool {
			return strings.Contains(v.IDHost, "/")
		},
		fix: func(v *view) []wgsmtp.Change {
			h := v.IDHost
			if i := strings.Index(h, "//"); i >= 0 {
				h = h[i+2:]
			}
			h, _, _ = strings.Cut(h, "/")
			if h == "" || badHost(h) {
				return idFromServer(v)
			}
			return one("id-host", h)
		},
	},
	{
		ID: "id-host-syntax", Severity: Warning, Fields: []string{"id-host"},
		Title:    "Not a host name in IDHost",
		Message:  "Message-ID will end with @{id.host}>, and filters distrust a right side that is not a host name.",
		Why:      "MediaWiki writes IDHost as it is, without a check.",
		FixLabel: "Use {new}",
		Source:   "RFC 5322 section 3.6.4",
		holds: func(v *view) bool {
			return v.IDHost != "" && !strings.Contains(v.IDHost, "/") && badHost(v.IDHost)
		},
		fix: idFromServer,
	},
	{
		ID: "peer-name-syntax", Severity: Error, Fields: []string{"peer-name"},
		Title:    "Not a name that a certificate can hold",
		Message:  "The TLS connection will fail, for no certificate holds the name that is expected.",
		Why:      "A certificate names hosts; an address, a scheme or a port never matches.",
		FixLabel: "Expect the name of the host",
		Source:   "RFC 9525 section 6; https://www.php.net/manual/en/context.ssl.php, peer_name",
		holds: func(v *view) bool {
			return v.PeerName != "" && v.TLS != wgsmtp.TLSNone && badHost(v.PeerName)
		},
		fix: func(v *view) []wgsmtp.Change {
			if v.loopback {
				return nil
			}
			return []wgsmtp.Change{{Field: "peer-name", Value: ""}}
		},
	},
	{
		ID: "secret-env-syntax", Severity: Error, Fields: []string{"secret-env"},
		Title:    "Not a name for an environment variable",
		Message:  "MediaWiki will log in with no password, for no environment variable can have that name.",
		Why:      "Names have letters, digits and underscores, and do not begin with a digit.",
		FixLabel: "Use {new}",
		Source:   "POSIX.1-2017, Base Definitions, section 8.1",
		holds: func(v *view) bool {
			return v.auths() && v.SecretStyle == wgsmtp.SecretEnv && !fits(v.SecretEnv, tagEnv)
		},
		sets: []wgsmtp.Change{{Field: "secret-env", Value: "MEDIAWIKI_SMTP_PASSWORD"}},
	},
	{
		ID: "secret-file-syntax", Severity: Error, Fields: []string{"secret-file"},
		Title:    "Not a full path of the password's file",
		Message:  "MediaWiki will not find the password, for the path does not begin at the root.",
		Why:      "PHP looks for relative paths in the directory of whichever script runs.",
		FixLabel: "Use {new}",
		Source:   "https://www.php.net/manual/en/function.file-get-contents.php",
		holds: func(v *view) bool {
			return v.auths() && v.SecretStyle == wgsmtp.SecretFile && !fits(v.SecretFile, tagPath)
		},
		sets: []wgsmtp.Change{{Field: "secret-file", Value: "/etc/mediawiki/smtp-password"}},
	},
	{
		ID: "ca-file-syntax", Severity: Error, Fields: []string{"ca-file"},
		Title:    "Not a full path of the certificate file",
		Message:  "The TLS connection will fail with \"failed loading cafile stream\".",
		Why:      "The path does not begin at the root, and PHP looks for relative paths in the directory of whichever script runs.",
		FixLabel: "Use the authorities that PHP knows",
		Source:   "https://www.php.net/manual/en/context.ssl.php, cafile",
		holds: func(v *view) bool {
			return v.CAFile != "" && v.TLS != wgsmtp.TLSNone && !fits(v.CAFile, tagPEM)
		},
		sets: []wgsmtp.Change{{Field: "ca-file", Value: ""}},
	},
	{
		ID: "timeout-long", Severity: Warning, Fields: []string{"timeout"},
		Title:    "A long timeout",
		Message:  "When the server cannot be reached, people will wait {timeout} seconds for a page that sends mail.",
		Why:      "MediaWiki sends most mail while the page is made, and waits that long for the connection.",
		FixLabel: "Wait 10 seconds",
		Source:   "pear/Mail Mail_smtp, option timeout",
		holds:    func(v *view) bool { return v.Timeout > 60 },
		sets:     []wgsmtp.Change{{Field: "timeout", Value: "10"}},
	},
	{
		ID: "timeout-short", Severity: Hint, Fields: []string{"timeout"},
		Title:    "A short timeout",
		Message:  "A server that takes longer than {timeout} s to answer will count as not reachable.",
		Why:      "Name lookup, connection and TLS handshake must all fit into that time.",
		FixLabel: "Wait 10 seconds",
		Source:   "pear/Mail Mail_smtp, option timeout; RFC 5321 section 4.5.3.2",
		holds:    func(v *view) bool { return v.Timeout > 0 && v.Timeout < 3 },
		sets:     []wgsmtp.Change{{Field: "timeout", Value: "10"}},
	},
}

// ehloLiteral: an address literal, RFC 5321 section 4.1.3, or the bare IPv6
// address that some relays take as well.
func ehloLiteral(s string) bool {
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = strings.TrimPrefix(s[1:len(s)-1], "IPv6:")
	}
	return fits(s, "max=45,ip")
}

// fromServer is a mend that takes the wiki's own host name; none where that
// is not known or is only known on this machine.
func fromServer(v *view, field string) []wgsmtp.Change {
	if v.serverHost == "" || isLoopback(v.serverHost) || badHost(v.serverHost) || strings.Contains(v.serverHost, ":") {
		return nil
	}
	return one(field, v.serverHost)
}

func ehloFromServer(v *view) []wgsmtp.Change { return fromServer(v, "ehlo-name") }
func idFromServer(v *view) []wgsmtp.Change   { return fromServer(v, "id-host") }

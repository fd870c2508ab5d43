// Port and TLS mode. With authentication (table_auth.go) they answer every
// combination of the three.

package rules

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const (
	srcNetSMTP = "PEAR Net_SMTP auth() and starttls(), Mail_smtp::getSMTPObject(): https://github.com/pear/Net_SMTP/blob/master/Net/SMTP.php"
	srcClouds  = "https://repost.aws/knowledge-center/ec2-port-25-throttle, https://cloud.google.com/compute/docs/tutorials/sending-mail, https://docs.digitalocean.com/support/why-is-smtp-blocked/, https://docs.hetzner.com/cloud/servers/faq/"
)

func validPort(v *view) bool { return v.Port >= 1 && v.Port <= 65535 }

// willBeClear: the configuration asks for STARTTLS without authentication of
// a release that never does so.
func willBeClear(v *view) bool {
	return v.TLS == wgsmtp.TLSStartTLS && !v.auths() && v.pear() && !v.has(mediawiki.StartTLSKey)
}

// encrypt is the best mend of a connection in clear: the carrier's implicit
// TLS port, else STARTTLS where this port and release have it.
func encrypt(v *view) []wgsmtp.Change {
	if v.modes.has(wgsmtp.TLSImplicit) {
		return one("tls", string(wgsmtp.TLSImplicit))
	}
	if p := v.implicitPort(); p != 0 && v.carrier.ID != custom {
		return toPort(p, wgsmtp.TLSImplicit)
	}
	if v.auths() || !v.pear() || v.has(mediawiki.StartTLSKey) {
		return one("tls", string(wgsmtp.TLSStartTLS))
	}
	return nil
}

// clearInFact: no TLS will be used, whatever the configuration says.
func clearInFact(v *view) bool { return v.TLS == wgsmtp.TLSNone || willBeClear(v) }

var connectionRules = []Rule{
	{
		ID: "port-range", Severity: Error, Fields: []string{"port"},
		Title:    "The port is not a TCP port",
		Message:  "Port {port} does not exist, so MediaWiki cannot connect to it, or connects to another one.",
		Why:      "TCP ports go from 1 to 65535, and PHP takes larger numbers modulo 65536.",
		FixLabel: "Use port {new}",
		Source:   "RFC 9293 section 3.1; php.net fsockopen",
		holds:    func(v *view) bool { return checkPort(v.Port) != "" },
		fix: func(v *view) []wgsmtp.Change {
			if p := v.recommended(); p != nil {
				return toPort(p.Port, p.TLS)
			}
			return toPort(465, wgsmtp.TLSImplicit)
		},
	},
	{
		ID: "implicit-port-in-clear", Severity: Error, Fields: []string{"tls", "port"},
		Title:    "A port for implicit TLS is spoken to in clear (465 without ssl://)",
		Message:  "MediaWiki will hang on port {port} until a timeout, then report \"Invalid response code received from server (code: -1, response: )\".",
		Why:      "On port {port} TLS starts with the first byte: the server waits for the handshake while MediaWiki waits for a greeting.",
		FixLabel: "Use implicit TLS (ssl://)",
		Source:   "RFC 8314 sections 3.3 and 7.3",
		holds: func(v *view) bool {
			return validPort(v) && v.modes == implicit && v.TLS != wgsmtp.TLSImplicit
		},
		sets: []wgsmtp.Change{{Field: "tls", Value: string(wgsmtp.TLSImplicit)}},
	},
	{
		ID: "clear-port-implicit", Severity: Error, Fields: []string{"tls", "port"},
		Title:    "A port that starts in clear is spoken to with TLS (ssl:// on 587)",
		Message:  "The connection to ssl://{host}:{port} will fail at once with \"Failed to connect socket:\" and no reason.",
		Why:      "On port {port} the server greets in clear and waits for STARTTLS, which PHP takes for a broken TLS handshake.",
		FixLabel: "{detail}",
		Source:   "RFC 6409 section 3.1; RFC 3207 section 4",
		holds: func(v *view) bool {
			return validPort(v) && v.modes != 0 && !v.modes.has(wgsmtp.TLSImplicit) && v.TLS == wgsmtp.TLSImplicit
		},
		detail: func(v *view) string {
			switch c := fixClearPort(v); {
			case len(c) == 2:
				return "Use port " + c[0].Value + ", which has implicit TLS"
			case c[0].Value == string(wgsmtp.TLSNone):
				return "Connect without TLS"
			}
			return "Use STARTTLS"
		},
		fix: fixClearPort,
	},
	{
		ID: "tls-required", Severity: Error, Fields: []string{"tls"},
		Title:    "The carrier refuses mail without TLS",
		Message:  "{carrier} will refuse the mail with \"530 Must issue a STARTTLS command first\" or a like reply.",
		Why:      "On port {port} it takes neither a login nor mail before STARTTLS.",
		FixLabel: "Encrypt the connection",
		Source:   "RFC 3207 section 4; the carrier's documentation",
		holds: func(v *view) bool {
			return v.port != nil && v.port.Required && v.port.TLS == wgsmtp.TLSStartTLS &&
				!v.auths() && clearInFact(v) && !v.modes.has(wgsmtp.TLSImplicit)
		},
		fix: encrypt,
	},
	{
		ID: "starttls-without-auth", Severity: Error, Fields: []string{"tls", "auth"},
		Title:    "STARTTLS without authentication before 1.39.1",
		Message:  "MediaWiki {release} will not encrypt this connection, although STARTTLS is chosen.",
		Why:      "Its mail stack uses STARTTLS only together with authentication; the option 'starttls' came with 1.39.1 and 1.40.",
		FixLabel: "{detail}",
		Source:   "pear/Mail 1.5.0 (commit 66ac6d1), bundled since MediaWiki 1.39.1, T326454",
		holds: func(v *view) bool {
			return willBeClear(v) && validPort(v) && v.modes != implicit && (v.port == nil || !v.port.Required)
		},
		detail: func(v *view) string {
			if len(fixNoStartTLS(v)) == 2 {
				return "Use port " + fixNoStartTLS(v)[0].Value + ", which has implicit TLS"
			}
			return "Say that the connection stays in clear"
		},
		fix: fixNoStartTLS,
	},
	{
		ID: "mail-in-clear", Severity: Warning, Fields: []string{"tls"},
		Title:    "Mail to another machine without TLS",
		Message:  "Mail will travel to {host} readable for everybody on the way, links for new passwords included.",
		Why:      "The connection leaves this machine and is not encrypted.",
		FixLabel: "Encrypt the connection",
		Source:   "RFC 8314 section 3",
		holds: func(v *view) bool {
			return v.remote() && !v.nearby && !v.auths() && v.TLS == wgsmtp.TLSNone && validPort(v) && v.modes != implicit &&
				!v.documented() && !(v.port != nil && v.port.Required)
		},
		fix: encrypt,
	},
	{
		ID: "mail-in-clear-nearby", Severity: Hint, Fields: []string{"tls"},
		Title:   "Mail within one's own network without TLS",
		Message: "Mail will travel to {host} without encryption.",
		Why:     "That is acceptable between containers of one machine, and elsewhere as far as everybody in the network is trusted.",
		Source:  "RFC 6409 section 4.3; RFC 8314 section 3",
		holds: func(v *view) bool {
			return v.nearby && !v.auths() && v.TLS == wgsmtp.TLSNone && validPort(v) && v.modes != implicit &&
				!v.documented() && !(v.port != nil && v.port.Required)
		},
	},
	{
		ID: "mail-in-clear-documented", Severity: Hint, Fields: []string{"tls"},
		Title:   "The carrier's relay takes mail without TLS",
		Message: "Mail will travel to {host} without encryption, as {carrier} documents it for port {port}.",
		Why:     "That is acceptable inside one provider's network and nowhere else.",
		Source:  "RFC 6409 section 4.3; RFC 8314 section 3",
		holds: func(v *view) bool {
			return v.remote() && !v.auths() && v.TLS == wgsmtp.TLSNone && v.documented()
		},
	},
	{
		ID: "starttls-optional", Severity: Warning, Fields: []string{"tls", "port"},
		Title:    "STARTTLS although the carrier offers implicit TLS",
		Message:  "If somebody on the way hides the server's offer of STARTTLS, MediaWiki will send the password in clear without saying so.",
		Why:      "Its mail stack encrypts on port {port} only if the server offers it, even with 'starttls' => true; port {new}, which the carrier offers too, has TLS from the first byte.",
		FixLabel: "Use port {new} with implicit TLS",
		Source:   "RFC 3207 section 6; RFC 8314 section 3.3; " + srcNetSMTP,
		holds: func(v *view) bool {
			return opportunistic(v) && v.carrier.Kind != providers.KindTest && v.implicitPort() != 0 && v.carrier.ID != custom && !(v.documented() && v.port.Recommended)
		},
		fix: func(v *view) []wgsmtp.Change { return toPort(v.implicitPort(), wgsmtp.TLSImplicit) },
	},
	{
		ID: "starttls-only", Severity: Hint, Fields: []string{"tls"},
		Title:   "STARTTLS is not enforced",
		Message: "MediaWiki encrypts on port {port} only if the server offers STARTTLS; without the offer the password goes in clear.",
		Why:     "With this mail stack only implicit TLS cannot fall back, {detail}.",
		Source:  "RFC 3207 section 6; RFC 8314 section 3.3; " + srcNetSMTP,
		holds: func(v *view) bool {
			return opportunistic(v) && v.carrier.Kind != providers.KindTest && (v.implicitPort() == 0 || v.carrier.ID == custom || v.documented() && v.port.Recommended)
		},
		detail: func(v *view) string {
			switch {
			case v.own():
				return "so use that if the server has a port for it, usually 465"
			case v.implicitPort() == 0:
				return "and " + carrierName(v.carrier) + " documents no port for that"
			}
			return "and " + carrierName(v.carrier) + " has port " + itoa(v.implicitPort()) + " for that, but recommends this one"
		},
	},
	{
		ID: "port-25-remote", Severity: Warning, Fields: []string{"port"},
		Title:    "Port 25 to another machine",
		Message:  "Connections to port 25 often time out: AWS, Google Cloud, Azure, DigitalOcean and Hetzner Cloud block it, and so do most home connections.",
		Why:      "Port 25 is for mail between servers; clients use 465 or 587, or 2525 where those are blocked too, as at DigitalOcean.",
		FixLabel: "Use port {new}",
		Source:   "RFC 6409 section 3.1; RFC 5068; " + srcClouds,
		holds: func(v *view) bool {
			return v.Port == 25 && v.remote() && !v.nearby && !(v.documented() && v.port.Recommended)
		},
		fix: func(v *view) []wgsmtp.Change {
			if p := v.recommended(); p != nil && p.Port != 25 && v.carrier.ID != custom {
				return toPort(p.Port, p.TLS)
			}
			if v.TLS == wgsmtp.TLSStartTLS && v.auths() && v.carrier.ID == custom {
				return one("port", "587")
			}
			return nil
		},
	},
	{
		ID: "port-25-documented", Severity: Hint, Fields: []string{"port"},
		Title:   "The carrier takes mail on port 25",
		Message: "{carrier} wants port 25, which AWS, Google Cloud, Azure, DigitalOcean and Hetzner Cloud block for machines they host.",
		Why:     "Where the connection times out, that block is the usual reason.",
		Source:  "RFC 6409 section 3.1; " + srcClouds,
		holds: func(v *view) bool {
			return v.Port == 25 && v.remote() && v.documented() && v.port.Recommended
		},
	},
	{
		ID: "port-undocumented", Severity: Warning, Fields: []string{"port"},
		Title:    "The carrier does not document the port",
		Message:  "{carrier} does not document port {port}, so the connection may be refused or time out.",
		Why:      "Its documentation names {detail}.",
		FixLabel: "Use port {new}",
		Source:   "the carrier's documentation",
		holds: func(v *view) bool {
			return validPort(v) && !v.own() && len(v.carrier.Ports) > 0 && v.port == nil
		},
		detail: func(v *view) string { return documentedPorts(v.carrier) },
		fix: func(v *view) []wgsmtp.Change {
			if p := v.recommended(); p != nil {
				return toPort(p.Port, p.TLS)
			}
			return nil
		},
	},
	{
		ID: "port-web", Severity: Warning, Fields: []string{"port"},
		Title:   "A web server's port",
		Message: "Port {port} is a web server's port; MediaWiki gets no SMTP greeting there, unless the server is set up for mail on it.",
		Why:     "Some mail services listen on 80 or 443 for networks that block the mail ports, others do not.",
		Source:  "https://support.smtp2go.com/hc/en-gb/articles/223087627-SMTP2GO-ports; https://documentation.mailjet.com/hc/en-us/articles/360043229473",
		holds: func(v *view) bool {
			return (v.Port == 80 || v.Port == 443) && v.own() && v.port == nil
		},
	},
	{
		ID: "port-unusual", Severity: Hint, Fields: []string{"port", "tls"},
		Title:   "A port without a custom",
		Message: "Whether port {port} wants implicit TLS or STARTTLS cannot be told from its number.",
		Why:     "It is neither registered nor customary for mail, so only the server's own documentation knows.",
		Source:  "IANA Service Name and Transport Protocol Port Number Registry",
		holds: func(v *view) bool {
			return validPort(v) && v.modes == 0 && v.own()
		},
	},
	{
		ID: "port-catcher-remote", Severity: Warning, Fields: []string{"port"},
		Title:   "Port 1025 on another machine",
		Message: "Port 1025 is where mail catchers for tests listen, and what they take is delivered to nobody.",
		Why:     "No mail service offers it to other machines.",
		Source:  "https://mailpit.axllent.org/docs/install/; https://proton.me/support/smtp-submission",
		holds: func(v *view) bool {
			return v.Port == 1025 && v.remote() && !v.nearby && v.port == nil
		},
	},
	{
		ID: "loopback-tls", Severity: Warning, Fields: []string{"peer-name", "host", "tls"},
		Title:    "TLS to the loopback address",
		Message:  "The TLS connection to {host} will fail, unless the server's certificate names {host}.",
		Why:      "PHP compares the certificate with the host, and certificates name the public host; nobody can step in between on the same machine.",
		FixLabel: "{detail}",
		Source:   "RFC 8314 section 5.3; https://www.php.net/manual/en/context.ssl.php, peer_name; https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP",
		holds: func(v *view) bool {
			return v.loopback && encryptedOrTries(v) && v.Verify == wgsmtp.VerifyFull && v.PeerName == "" && !v.AllowSelfSigned
		},
		detail: func(v *view) string {
			if v.plainLoopback() {
				return "Connect without TLS"
			}
			return "Do not check the name on this connection"
		},
		fix: func(v *view) []wgsmtp.Change {
			switch {
			case v.plainLoopback():
				return one("tls", string(wgsmtp.TLSNone))
			case v.has(mediawiki.SocketOptions):
				return one("verify", string(wgsmtp.VerifyNoName))
			}
			return nil
		},
	},
	{
		ID: "loopback-container", Severity: Hint, Fields: []string{"host"},
		Title:   "localhost inside a container",
		Message: "If the wiki runs in a container, {host} is the container itself, where no mail server listens.",
		Why:     "The images of MediaWiki bring none; use the name of the mail server's container or the host's address there.",
		Source:  "https://hub.docker.com/_/mediawiki (no mail server in the image)",
		holds:   func(v *view) bool { return v.loopback },
	},
	{
		ID: "cloud-blocks-submission", Severity: Hint, Fields: []string{"port"},
		Title:    "Clouds that block the submission ports",
		Message:  "On DigitalOcean port {port} is blocked; port {new} of {carrier} is not.",
		Why:      "Some clouds block 25, 465 and 587 for new accounts, and leave the carriers' alternative ports open.",
		FixLabel: "Use port {new}",
		Source:   srcClouds,
		holds: func(v *view) bool {
			// With STARTTLS there is a weightier hint already, and the
			// carrier's port has a note of its own.
			return v.Port == 465 && v.TLS == wgsmtp.TLSImplicit && v.remote() && v.carrier.Kind == providers.KindTransactional && len(alternative(v)) > 0
		},
		fix: alternative,
	},
}

// opportunistic: the password's safety rests on the server's offer of
// STARTTLS.
func opportunistic(v *view) bool {
	return v.TLS == wgsmtp.TLSStartTLS && v.auths() && v.remote() && validPort(v) && v.modes != implicit
}

// encryptedOrTries: TLS will be used, or tried if the server offers it.
func encryptedOrTries(v *view) bool {
	switch v.TLS {
	case wgsmtp.TLSImplicit:
		return true
	case wgsmtp.TLSStartTLS:
		return !willBeClear(v)
	}
	// Before the option 'starttls' came, nothing could stop PEAR from using
	// STARTTLS with authentication.
	return v.auths() && v.pear() && !v.has(mediawiki.StartTLSKey)
}

// plainLoopback: without TLS this connection works and is safe.
func (v *view) plainLoopback() bool {
	return v.TLS == wgsmtp.TLSStartTLS && !v.auths() && !(v.port != nil && v.port.Required)
}

func fixClearPort(v *view) []wgsmtp.Change {
	if v.loopback && !v.auths() && !(v.port != nil && v.port.Required) {
		return one("tls", string(wgsmtp.TLSNone))
	}
	if p := v.implicitPort(); p != 0 && v.carrier.ID != custom {
		return toPort(p, wgsmtp.TLSImplicit)
	}
	if !v.auths() && v.pear() && !v.has(mediawiki.StartTLSKey) {
		return toPort(465, wgsmtp.TLSImplicit)
	}
	return one("tls", string(wgsmtp.TLSStartTLS))
}

func fixNoStartTLS(v *view) []wgsmtp.Change {
	if p := v.implicitPort(); p != 0 && v.carrier.ID != custom {
		return toPort(p, wgsmtp.TLSImplicit)
	}
	return one("tls", string(wgsmtp.TLSNone))
}

// alternative is the carrier's port that stands in for 465 or 587, with the
// same TLS mode.
func alternative(v *view) []wgsmtp.Change {
	for i := range v.carrier.Ports {
		p := &v.carrier.Ports[i]
		if p.TLS == v.TLS && (p.Port == 2465 || p.Port == 2525 || p.Port == 2587) {
			return toPort(p.Port, p.TLS)
		}
	}
	return nil
}

func documentedPorts(c *providers.Carrier) string {
	var b strings.Builder
	for i := range c.Ports {
		switch {
		case i > 0 && i == len(c.Ports)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(itoa(c.Ports[i].Port))
	}
	return b.String()
}

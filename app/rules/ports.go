// Which TLS mode a port is for. A carrier's own documentation comes first;
// then what RFC 8314, RFC 6409 and RFC 3207 and the carriers' habits say.

package rules

import (
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// modes is a set of TLS modes; 0 is not known.
type modes uint8

const (
	implicit modes = 1 << iota
	starttls
	clear
)

func (m modes) has(t wgsmtp.TLSMode) bool { return m&modeOf(t) != 0 }

func modeOf(t wgsmtp.TLSMode) modes {
	switch t {
	case wgsmtp.TLSImplicit:
		return implicit
	case wgsmtp.TLSStartTLS:
		return starttls
	}
	return clear
}

// wellKnown are the ports that somebody uses for mail. A port that starts in
// clear may offer STARTTLS, so both modes belong to it.
var wellKnown = []struct {
	port  int
	modes modes
}{
	{25, starttls | clear},   // smtp, RFC 5321 and RFC 3207
	{26, starttls | clear},   // web hosts' second port 25
	{80, starttls | clear},   // SMTP2GO, Mailjet
	{443, implicit},          // SMTP2GO
	{465, implicit},          // submissions, RFC 8314 section 3.3
	{587, starttls | clear},  // submission, RFC 6409 section 3.1
	{588, starttls | clear},  // Mailjet
	{1025, starttls | clear}, // mail catchers, Proton Mail Bridge
	{2465, implicit},         // 465 again: SES, Resend, Scaleway, Forward Email
	{2525, starttls | clear}, // 587 again: most mail services
	{2587, starttls | clear}, // 587 again: SES, Resend, Scaleway, Forward Email
	{8025, starttls | clear}, // SMTP2GO
	{8465, implicit},         // SMTP2GO
}

func portModes(c *providers.Carrier, port int) modes {
	var m modes
	for i := range c.Ports {
		if c.Ports[i].Port != port {
			continue
		}
		m |= modeOf(c.Ports[i].TLS)
		if c.Ports[i].TLS == wgsmtp.TLSStartTLS {
			m |= clear // until STARTTLS; whether one may stay there is another rule
		}
	}
	if m != 0 {
		return m
	}
	for _, k := range wellKnown {
		if k.port == port {
			return k.modes
		}
	}
	return 0
}

// What choosing a carrier does to a Config, and how the Config is shown while
// its fields are still empty.

package providers

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"wgsmtp/app/wgsmtp"
)

// Recommended is the port to use unless there is a reason; the zero Port where
// the carrier is not reached by SMTP.
func (p *Carrier) Recommended() Port {
	for _, port := range p.Ports {
		if port.Recommended {
			return port
		}
	}
	return Port{}
}

// HostFor is the host of a region. A region that the carrier does not have,
// "" included, gives its first host; a carrier without hosts the zero Host.
func (p *Carrier) HostFor(region string) Host {
	for _, h := range p.Hosts {
		if h.Region == region {
			return h
		}
	}
	if len(p.Hosts) > 0 {
		return p.Hosts[0]
	}
	return Host{}
}

// RegionFor is the region that an address or a server name belongs to, "" if
// that cannot be told.
func (p *Carrier) RegionFor(addressOrHost string) string {
	domain, host := domainOf(addressOrHost), bareHost(addressOrHost)
	for _, h := range p.Hosts {
		if domain != "" && slices.Contains(h.Domains, domain) || h.Host != "" && h.Host == host {
			return h.Region
		}
	}
	return ""
}

// For is the host name for a sender of that domain: Host with its "{domain}"
// filled in. It is "" where only the person knows the name, or where the
// domain is needed and empty.
func (h Host) For(domain string) string {
	if domain == "" && strings.Contains(h.Host, "{domain}") {
		return ""
	}
	return strings.ReplaceAll(h.Host, "{domain}", domain)
}

// Preset is what choosing the carrier assigns to c, as the changes that lead
// from c to it: carrier, region, transport, host, port, TLS mode,
// authentication, a user name that is the same for everybody, the EHLO name
// where $wgServer tells it. What belonged to
// the former carrier (its host, its fixed user name, names in certificates) is
// reset. The secret and what the person typed about the wiki stay untouched.
//
// An empty or unknown region is told from the addresses in c where possible,
// otherwise the carrier's first.
func (p *Carrier) Preset(c *wgsmtp.Config, region string) []wgsmtp.Change {
	former, ok := ByID(c.Carrier)
	if !ok {
		former = Custom()
	}
	moved := former.ID != p.ID

	n := *c
	n.Carrier = p.ID
	if !slices.ContainsFunc(p.Hosts, func(h Host) bool { return h.Region == region }) {
		region = ""
	}
	if region == "" {
		region = cmpOr(p.RegionFor(c.User), p.RegionFor(c.PasswordSender))
	}
	h := p.HostFor(region)
	n.Region = h.Region

	// Whoever chose the extension of this very carrier keeps it.
	if n.Transport = p.Transport; !moved && p.Extension != nil && c.Transport == wgsmtp.TransportExtension {
		n.Transport = c.Transport
	}
	if p.Transport == wgsmtp.TransportSMTP {
		port := p.Recommended()
		if port.Port != 0 {
			n.Port, n.TLS = port.Port, port.TLS
		}
		if host := h.For(domainOf(c.PasswordSender)); host != "" {
			n.Host = host
		} else if former.owns(c.Host) || len(p.Hosts) == 0 {
			n.Host = "" // the former carrier's; one that was typed by hand stays
		}
		n.Auth = p.Auth.Recommended
	} else {
		n.Host, n.Auth = "", wgsmtp.AuthNone
	}

	switch {
	case p.User.Fixed != "":
		n.User = p.User.Fixed
	case moved && (c.User == former.User.Fixed || !p.mayKnow(c.User)):
		n.User = ""
	}
	if n.EHLOName == "" || p.EHLO.NeedsName && n.EHLOName == "localhost" {
		n.EHLOName = p.ehloName(n)
	}
	switch {
	case p.Verify != "":
		n.Verify = p.Verify
	case moved && former.Verify != "":
		n.Verify = wgsmtp.VerifyFull
	}
	if moved {
		n.PeerName, n.CAFile, n.AllowSelfSigned, n.APIDomain = "", "", false, ""
	}
	return wgsmtp.Diff(*c, n)
}

// Follow changes in c what follows from the change that led from before to c,
// unless the person decided it: the EHLO name is that of $wgServer until it is
// typed.
func (p *Carrier) Follow(before wgsmtp.Config, c *wgsmtp.Config) {
	if c.Server != before.Server && c.EHLOName == before.EHLOName &&
		(c.EHLOName == "" || c.EHLOName == p.ehloName(before)) {
		c.EHLOName = p.ehloName(*c)
	}
}

// ehloName is the name that the wiki's host should introduce itself with, as
// far as $wgServer tells it; "" where none is needed or none is known. A mail
// server on the same host takes PEAR's "localhost".
func (p *Carrier) ehloName(c wgsmtp.Config) string {
	host := hostOf(c.Server)
	labels := strings.Split(host, ".")
	// An empty label: the name is not typed to its end.
	if _, err := netip.ParseAddr(host); err == nil || len(labels) == 1 || slices.Contains(labels, "") {
		return ""
	}
	relay, err := netip.ParseAddr(strings.Trim(c.Host, "[]"))
	if c.Transport != wgsmtp.TransportSMTP || c.Host == "localhost" || err == nil && relay.IsLoopback() {
		return ""
	}
	return host
}

// owns tells whether a server is one of the carrier's.
func (p *Carrier) owns(host string) bool {
	host = bareHost(host)
	if slices.Contains(p.OtherHosts, host) {
		return true
	}
	return slices.ContainsFunc(p.Hosts, func(h Host) bool {
		if prefix, ok := strings.CutSuffix(h.Host, "{domain}"); ok {
			return strings.HasPrefix(host, prefix)
		}
		return h.Host != "" && h.Host == host
	})
}

// mayKnow tells whether a user name that was typed for another carrier can be
// one of this carrier's.
func (p *Carrier) mayKnow(user string) bool {
	if owner, ok := ForAddress(user); ok && owner.ID != p.ID {
		return false
	}
	if p.User.Pattern != "" {
		return Matches(p.User.Pattern, user)
	}
	switch p.User.Kind {
	case "address":
		return strings.Contains(user, "@")
	case "api-key", "fixed":
		return false
	default:
		return true
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// hostOf is the host name of $wgServer, which may lack its scheme
// ("//wiki.example.org"); "" where there is none.
func hostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Examples fills the empty fields of c with clear examples, so that the block
// and the previews are complete from the start, and returns the ids of the
// fields it filled, in the order of wgsmtp.Fields. What was typed is never
// touched. A secret is only filled where it stands in the block itself.
func (p *Carrier) Examples(c wgsmtp.Config) (shown wgsmtp.Config, placeholders []string) {
	n := c
	fill := func(field *string, example string) {
		if *field == "" {
			*field = example
		}
	}
	auth := c.Transport == wgsmtp.TransportSMTP && c.Auth != wgsmtp.AuthNone

	fill(&n.Server, "https://wiki.example.org")
	fill(&n.Sitename, "My Wiki")
	user := cmpOr(p.User.Fixed, cmpOr(p.User.Example, "wiki@example.org"))
	if p.Sender.Rule == SenderLogin && p.User.Kind == "address" {
		// The login is the sender: one of the two tells the other.
		user = cmpOr(c.PasswordSender, user)
		if auth && strings.Contains(c.User, "@") {
			fill(&n.PasswordSender, c.User)
		}
		fill(&n.PasswordSender, user)
	}
	fill(&n.PasswordSender, "wiki@example.org")
	if auth {
		fill(&n.User, user)
		if c.SecretStyle == wgsmtp.SecretInline && c.Secret == "" {
			n.Secret = wgsmtp.Secret(cmpOr(p.Secret.Example, "your-password"))
		}
	}
	switch c.Transport {
	case wgsmtp.TransportSMTP:
		h := p.HostFor(c.Region)
		fill(&n.Host, cmpOr(h.For(domainOf(c.PasswordSender)), cmpOr(h.Example, "mail.example.org")))
	case wgsmtp.TransportExtension:
		fill(&n.APIDomain, "mg.example.org")
		if c.SecretStyle == wgsmtp.SecretInline && c.Secret == "" {
			n.Secret = "your-api-key"
		}
	}
	if c.Server == "" {
		fill(&n.EHLOName, p.ehloName(n))
	}
	for _, ch := range wgsmtp.Diff(c, n) {
		placeholders = append(placeholders, ch.Field)
	}
	return n, placeholders
}

// Normalise is what a pasted user name or secret was meant to be: without line
// ends and other characters that cannot be seen, and without those that the
// carrier shows for reading only (the spaces in Google's app passwords). Of a
// password that a person made up, blanks at its ends are kept. Text of other
// fields is returned as it is.
func (p *Carrier) Normalise(field, text string) string {
	var cred Credential
	switch field {
	case "user":
		cred = p.User
	case "secret":
		cred = p.Secret
	default:
		return text
	}
	text = strings.Map(func(r rune) rune {
		// Cf holds zero-width and direction marks, the soft hyphen and the
		// byte order mark.
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		if strings.ContainsRune(cred.Strip, r) {
			return -1
		}
		// Web pages separate groups by a no-break space where they mean " ".
		if r != ' ' && unicode.IsSpace(r) && strings.ContainsRune(cred.Strip, ' ') {
			return -1
		}
		return r
	}, text)
	if field == "secret" && cred.Kind == "account-password" {
		return text
	}
	return strings.TrimSpace(text)
}

// What the rules look at: the Config with what follows from it, computed once
// for each Check, and the placeholders of their texts.

package rules

import (
	"net/netip"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

type view struct {
	*wgsmtp.Config
	release *mediawiki.Release
	carrier *providers.Carrier

	host         string // Host without white space around it, brackets and case
	loopback     bool   // the connection stays on this machine
	nearby       bool   // another machine or container of the same network
	senderLocal  string // of PasswordSender, "" where it has no single @
	senderDomain string // lower case
	serverHost   string // of Server, without port and brackets; "" where there is none
	name         string // the sender's display name as the release takes it
	port         *providers.Port
	modes        modes // TLS modes that the port is for

	secret *string // the secret without what the carrier strips, once strip has made it

	detail  string          // for {detail}
	changes []wgsmtp.Change // for {new}: the value of the first change
}

func newView(f Facts) *view {
	v := &view{Config: f.Config, release: f.Release, carrier: f.Carrier}
	v.host = strings.ToLower(strings.Trim(strings.TrimSpace(f.Config.Host), "[]"))
	v.loopback = isLoopback(v.host)
	v.nearby = !v.loopback && isNearby(v.host)
	if i := strings.LastIndexByte(f.Config.PasswordSender, '@'); i >= 0 {
		v.senderLocal = f.Config.PasswordSender[:i]
		v.senderDomain = strings.ToLower(f.Config.PasswordSender[i+1:])
	}
	v.serverHost = hostOf(f.Config.Server)
	v.name = senderName(f.Config, f.Release)
	for i := range f.Carrier.Ports {
		p := &f.Carrier.Ports[i]
		if p.Port == f.Config.Port && (v.port == nil || p.TLS == f.Config.TLS) {
			v.port = p
		}
	}
	v.modes = portModes(f.Carrier, f.Config.Port)
	return v
}

func (v *view) has(c mediawiki.Change) bool { return v.release.Has(c) }
func (v *view) pear() bool                  { return v.release.Engine == mediawiki.EnginePEAR }
func (v *view) auths() bool                 { return v.Auth != wgsmtp.AuthNone }
func (v *view) remote() bool                { return v.host != "" && !v.loopback }
func (v *view) documented() bool {
	return v.carrier.ID != custom && v.port != nil && v.port.TLS == v.TLS
}
func (v *view) own() bool {
	return v.carrier.Kind == providers.KindOwn || v.carrier.ID == custom
}

// custom is the carrier that stands for none.
const custom = "custom"

// implicitPort is the port on which the carrier documents implicit TLS, the
// recommended one first; 0 where it documents none.
func (v *view) implicitPort() int { return carrierPort(v.carrier, wgsmtp.TLSImplicit) }

func carrierPort(c *providers.Carrier, tls wgsmtp.TLSMode) int {
	port := 0
	for i := range c.Ports {
		if p := &c.Ports[i]; p.TLS == tls && (port == 0 || p.Recommended) {
			port = p.Port
		}
	}
	return port
}

// recommended is the carrier's recommended port; nil where it names none.
func (v *view) recommended() *providers.Port {
	for i := range v.carrier.Ports {
		if v.carrier.Ports[i].Recommended {
			return &v.carrier.Ports[i]
		}
	}
	if len(v.carrier.Ports) > 0 {
		return &v.carrier.Ports[0]
	}
	return nil
}

// carrierHost is the host of the chosen region, else the first one; "" where
// only the person knows it.
func (v *view) carrierHost() string {
	h := v.carrier.HostFor(v.Region).For(v.senderDomain)
	if badHost(h) {
		return ""
	}
	return h
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") || strings.HasPrefix(host, "localhost.localdomain") {
		return true
	}
	if host == "" || host[0] != ':' && (host[0] < '0' || host[0] > '9') {
		return false // spares ParseAddr's error
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// isNearby: a name without a dot, as containers and machines of a local
// network have, or an address of a private network (RFC 1918, RFC 4193).
func isNearby(host string) bool {
	if host == "" {
		return false
	}
	if !strings.ContainsAny(host, ".:") {
		return true
	}
	if host[0] != 'f' && (host[0] < '0' || host[0] > '9') {
		return false
	}
	a, err := netip.ParseAddr(host)
	return err == nil && (a.Unmap().IsPrivate() || a.Unmap().IsLinkLocalUnicast())
}

// hostOf is the host of a $wgServer value that has a scheme or is
// protocol-relative, as MediaWiki finds it for Message-ID; "" otherwise.
func hostOf(server string) string {
	i := strings.Index(server, "//")
	if i < 0 || i > 0 && !strings.EqualFold(server[:i], "https:") && !strings.EqualFold(server[:i], "http:") {
		return ""
	}
	h := server[i+2:]
	if j := strings.IndexAny(h, "/?#"); j >= 0 {
		h = h[:j]
	}
	h = h[strings.LastIndexByte(h, '@')+1:]
	if strings.HasPrefix(h, "[") {
		if j := strings.IndexByte(h, ']'); j > 0 {
			return strings.ToLower(h[1:j])
		}
		return ""
	}
	if j := strings.LastIndexByte(h, ':'); j >= 0 {
		h = h[:j]
	}
	return strings.ToLower(h)
}

// senderName is the name beside $wgPasswordSender: MediaWiki:Emailsender,
// which is the site's name, and up to 1.22 $wgPasswordSenderName.
func senderName(c *wgsmtp.Config, r *mediawiki.Release) string {
	switch {
	case c.SenderName != "":
		return c.SenderName
	case r.Has(mediawiki.SenderFromMessage):
		return c.Sitename
	}
	return "MediaWiki Mail"
}

// value is what stands for a placeholder, a word in braces; false where there
// is no such placeholder.
func (v *view) value(key string) (string, bool) {
	switch key {
	case "host":
		return orDash(strings.TrimSpace(v.Host)), true
	case "port":
		return strconv.Itoa(v.Port), true
	case "user":
		return v.User, true
	case "auth":
		return string(v.Auth), true
	case "carrier":
		return carrierName(v.carrier), true
	case "region":
		return v.Region, true
	case "release":
		return v.release.Version.String(), true
	case "user.label":
		return label(v.carrier.User.Label, "user name"), true
	case "secret.label":
		return label(v.carrier.Secret.Label, "password"), true
	case "user.shape":
		return label(v.carrier.User.Shape, "of another form"), true
	case "secret.shape":
		return label(v.carrier.Secret.Shape, "of another form"), true
	case "sender":
		return v.PasswordSender, true
	case "sender.domain":
		return v.senderDomain, true
	case "sender.text":
		return v.carrier.Sender.Text, true
	case "name":
		return v.name, true
	case "server":
		return v.Server, true
	case "server.host":
		return label(v.serverHost, "wiki.example.org"), true
	case "ehlo":
		return label(v.EHLOName, "localhost"), true
	case "id.host":
		return v.IDHost, true
	case "timeout":
		return strconv.Itoa(v.Timeout), true
	case "limits":
		return v.carrier.Limits, true
	case "detail":
		return v.detail, true
	case "new":
		if len(v.changes) == 0 {
			return "", true
		}
		return v.changes[0].Value, true
	}
	return "", false
}

// shown bounds what of a typed value a sentence repeats, in bytes.
const shown = 80

// expand fills the placeholders. Values are cut to a length that a sentence
// can bear; line breaks become spaces.
func (v *view) expand(text string) string {
	if strings.IndexByte(text, '{') < 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text) + 64)
	for {
		i := strings.IndexByte(text, '{')
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		j := strings.IndexByte(text[i:], '}')
		if j < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:i])
		key := text[i+1 : i+j]
		if s, ok := v.value(key); ok {
			if b.Len() == 0 && key == "carrier" { // "the mail server" begins a sentence
				s = strings.ToUpper(s[:1]) + s[1:]
			}
			switch key {
			case "sender.text", "limits", "detail", "user.shape", "secret.shape": // sentences of ours
			default:
				s = cut(s)
			}
			b.WriteString(s)
		}
		text = text[i+j+1:]
	}
}

func cut(s string) string {
	more := len(s) > shown
	if more {
		s = strings.ToValidUTF8(s[:shown], "")
	}
	if strings.ContainsAny(s, "\r\n\x00") {
		s = strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, s)
	}
	if more {
		s += "…"
	}
	return s
}

func label(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func orDash(s string) string { return label(s, "the server") }

func carrierName(c *providers.Carrier) string {
	if c.ID == custom {
		return "the mail server"
	}
	name, _, _ := strings.Cut(c.Name, ", ") // "Your ISP, with a password"
	if rest, ok := strings.CutPrefix(name, "Your "); ok {
		return "your " + rest
	}
	return name
}

// toPort is a mend that goes to a port and its mode.
func toPort(port int, tls wgsmtp.TLSMode) []wgsmtp.Change {
	if port == 0 {
		return nil
	}
	return []wgsmtp.Change{{Field: "port", Value: strconv.Itoa(port)}, {Field: "tls", Value: string(tls)}}
}

// one is a mend of one field.
func one(field, value string) []wgsmtp.Change {
	return []wgsmtp.Change{{Field: field, Value: value}}
}

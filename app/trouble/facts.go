// What the rows look at: the text, what it tells, and the wiki's settings.

package trouble

import (
	"net/netip"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

type facts struct {
	text  string // one line, lower case, single blanks: what patterns are matched with
	words string // the server's words, lower case
	told
	cfg     *wgsmtp.Config // nil where not known
	rel     *mediawiki.Release
	carrier *providers.Carrier
}

func newFacts(clean string, ctx Context) *facts {
	f := &facts{cfg: ctx.Config, rel: ctx.Release, carrier: ctx.Carrier}
	flat := strings.Join(strings.Fields(clean), " ")
	f.text = lower(flat)
	f.told = read(clean, flat, f.text)
	f.text += markFixed(clean)
	f.words = lower(f.parts.Words)
	if f.rel == nil && f.cfg != nil && f.cfg.Release != "" {
		f.rel, _ = mediawiki.Lookup(f.cfg.Release)
	}
	if f.carrier == nil && f.cfg != nil && f.cfg.Carrier != custom {
		f.carrier, _ = providers.ByID(f.cfg.Carrier)
	}
	if f.carrier == nil || f.carrier.ID == custom {
		if c, ok := providers.ForHost(f.host()); ok {
			f.carrier = c
		}
	}
	return f
}

// custom is the carrier that stands for none.
const custom = "custom"

// has tells whether the release is known to have a behaviour, lacks whether it
// is known not to.
func (f *facts) has(c mediawiki.Change) bool   { return f.rel != nil && f.rel.Has(c) }
func (f *facts) lacks(c mediawiki.Change) bool { return f.rel != nil && !f.rel.Has(c) }

// host is the server without a scheme: as the text names it, else as set.
func (f *facts) host() string {
	h := f.parts.Host
	if h == "" && f.cfg != nil {
		h = f.cfg.Host
	}
	if _, rest, ok := strings.Cut(h, "://"); ok {
		h = rest
	}
	return h
}

func (f *facts) port() int {
	if f.parts.Port != 0 || f.parts.Host != "" || f.cfg == nil {
		return f.parts.Port
	}
	return f.cfg.Port
}

// scheme is "ssl", "tls" and the like, as the text or the settings have it.
func (f *facts) scheme() string {
	if s, _, ok := strings.Cut(f.parts.Host, "://"); ok {
		return lower(s)
	}
	if f.cfg != nil && f.cfg.TLS == wgsmtp.TLSImplicit {
		return "ssl"
	}
	return ""
}

func (f *facts) implicit() bool {
	s := f.scheme()
	return s == "ssl" || strings.HasPrefix(s, "tls")
}

// implicitPort tells whether a port is for TLS from the first byte, clearPort
// whether one begins in clear, as far as the carrier or custom says.
func (f *facts) implicitPort() bool {
	if known, tls := f.carrierPort(); known {
		return tls == wgsmtp.TLSImplicit
	}
	switch f.port() {
	case 465, 2465, 8465, 994:
		return true
	}
	return false
}

func (f *facts) clearPort() bool {
	if known, tls := f.carrierPort(); known {
		return tls != wgsmtp.TLSImplicit
	}
	switch f.port() {
	case 25, 26, 587, 588, 1025, 2525, 2587, 8025:
		return true
	}
	return false
}

func (f *facts) carrierPort() (known bool, tls wgsmtp.TLSMode) {
	if f.carrier == nil {
		return false, ""
	}
	for _, p := range f.carrier.Ports {
		if p.Port == f.port() {
			return true, p.TLS
		}
	}
	return false, ""
}

// loopback tells whether the server is this machine.
func (f *facts) loopback() bool {
	h := lower(strings.Trim(f.host(), "[]"))
	if h == "localhost" || strings.HasSuffix(h, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(h)
	return err == nil && a.Unmap().IsLoopback()
}

// address tells whether the server is given as an address.
func (f *facts) address() bool {
	_, err := netip.ParseAddr(strings.Trim(f.host(), "[]"))
	return err == nil
}

// bareHost is host and port as they are meant: a port that is written into the
// host is the port.
func (f *facts) bareHost() (host string, port int) {
	host, port = f.host(), f.port()
	if f.hostHasPort() {
		if h, p := hostPort(host); p != 0 {
			host, port = h, p
		}
	}
	return strings.Trim(host, "[]"), port
}

// script is the command that runs a maintenance script.
func (f *facts) script(name string) string {
	if f.rel == nil {
		return "php maintenance/run.php " + name
	}
	return f.rel.Script(name)
}

// hostHasPort tells whether a port is written into the host.
func (f *facts) hostHasPort() bool {
	name := func(h string) bool {
		if _, rest, ok := strings.Cut(h, "://"); ok {
			h = rest
		}
		i := strings.LastIndexByte(h, ':')
		return i > 0 && i+1 < len(h) && strings.Count(h, ":") == 1 && strings.Trim(h[i+1:], "0123456789") == ""
	}
	return name(f.parts.Host) || f.cfg != nil && name(f.cfg.Host)
}

// auths tells whether the settings log in; noAuth whether they are known not to.
func (f *facts) auths() bool  { return f.cfg != nil && f.cfg.Auth != wgsmtp.AuthNone }
func (f *facts) noAuth() bool { return f.cfg != nil && f.cfg.Auth == wgsmtp.AuthNone }

// noUser and noSecret tell that nothing can be sent as the one or the other.
func (f *facts) noUser() bool { return f.auths() && f.cfg.User == "" }
func (f *facts) noSecret() bool {
	return f.auths() && f.cfg.SecretStyle == wgsmtp.SecretInline && f.cfg.Secret == ""
}

func (f *facts) sender() string {
	if f.cfg == nil {
		return ""
	}
	return f.cfg.PasswordSender
}

// isCarrier tells whether the carrier is one of those; "" is none.
func (f *facts) isCarrier(ids ...string) bool {
	if f.carrier == nil {
		return false
	}
	for _, id := range ids {
		if id == f.carrier.ID {
			return true
		}
	}
	return false
}

// serverHost is the host of $wgServer, "" if not known.
func (f *facts) serverHost() string {
	if f.cfg == nil {
		return ""
	}
	_, h, ok := strings.Cut(f.cfg.Server, "//")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(h, ":/?#"); i >= 0 {
		h = h[:i]
	}
	return lower(h)
}

// fill puts values into the braces of a text. Values come from pasted texts
// and settings: safe keeps out of commands what a shell or PHP would take for
// more than a word.
func (f *facts) fill(s string, command bool) string {
	if strings.IndexByte(s, '{') < 0 {
		return s
	}
	if _, port := f.bareHost(); port == 0 && !command {
		s = strings.NewReplacer("port {port}", "this port", "Port {port}", "This port").Replace(s)
	}
	for _, p := range placeholders {
		if !strings.Contains(s, p.name) {
			continue
		}
		v := p.value(f)
		if p.text == "" { // words of ours
			s = strings.ReplaceAll(s, p.name, v)
			continue
		}
		if v == "" || command && !plainWord(v) {
			v = p.text
			if command {
				v = p.example
			} else if strings.HasPrefix(s, p.name) {
				s = "T" + v[1:] + s[len(p.name):] // all of them begin with "the"
			}
		}
		s = strings.ReplaceAll(s, p.name, cut(oneLine(v), 80))
	}
	return s
}

func plainWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) && !letter(s[i]) && strings.IndexByte(".-_:@+", s[i]) < 0 {
			return false
		}
	}
	return s[0] != '-'
}

// placeholders: text is what a sentence says where the value is not known,
// example what a command then holds. Those without text are commands, or parts
// of them, that the facts decide.
var placeholders = []struct {
	name, text, example string
	value               func(*facts) string
}{
	// First, because it holds others.
	{"{openssl}", "", "", func(f *facts) string {
		if f.clearPort() || f.step == StartTLS {
			return "openssl s_client -starttls smtp -connect {host}:{port} -servername {host}"
		}
		return "openssl s_client -connect {host}:{port} -servername {host}"
	}},
	{"{host}", "the mail server", "smtp.example.org", func(f *facts) string {
		h, _ := f.bareHost()
		return h
	}},
	{"{port}", "the port", "587", func(f *facts) string {
		if _, p := f.bareHost(); p != 0 {
			return strconv.Itoa(p)
		}
		return ""
	}},
	{"{sender}", "the address in $wgPasswordSender", "wiki@example.org", func(f *facts) string {
		if v, ok := find(f.text, "failed to set sender: * [smtp"); ok && isAddress(v) {
			return v // which need not be the wiki's own
		}
		return f.sender()
	}},
	{"{user}", "the user name", "wiki@example.org", func(f *facts) string {
		if f.cfg == nil {
			return ""
		}
		return f.cfg.User
	}},
	{"{wiki}", "the wiki's host name", "wiki.example.org", func(f *facts) string {
		if h := f.serverHost(); h != "localhost" {
			return h
		}
		return ""
	}},
	{"{carrier}", "the carrier", "", func(f *facts) string {
		if f.carrier == nil || f.carrier.ID == custom {
			return ""
		}
		return f.carrier.Name
	}},
	{"{eval}", "", "", func(f *facts) string {
		if f.rel == nil {
			return "php maintenance/run.php eval"
		}
		return f.rel.Eval()
	}},
	{"{runJobs}", "", "", func(f *facts) string { return f.script("runJobs") }},
	{"{showJobs}", "", "", func(f *facts) string { return f.script("showJobs") }},
	{"{resetUserEmail}", "", "", func(f *facts) string { return f.script("resetUserEmail") }},
}

// collect is what helps next.
func (f *facts) collect() []string {
	out := []string{
		f.fill("Open the wiki's prompt with \"{eval}\" and send one mail with UserMailer::send(): it prints the mailer's own words.", false),
		"Set $wgDebugLogFile for a moment and look for lines with PEAR::Mail or UserMailer.",
	}
	if f.rel == nil || f.rel.Has(mediawiki.SilencedErrorLog) {
		out = append(out, "From 1.42 on, $wgDebugLogGroups['silenced-error'] shows the PHP warnings that were hidden.")
	}
	return append(out,
		"Look into PHP's error log and the web server's at the same minute.",
		"Note the MediaWiki release, the PHP version, and the $wgSMTP block without its password.",
		"With a mail server of your own, take the lines of its log for that minute.")
}

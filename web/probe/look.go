// Looks that MediaWiki does not take: the certificate's details, the server's
// other addresses, and what would work where the settings do not. No
// credential is ever sent here.

package probe

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"crypto/tls"

	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// look takes those that are of use after this conversation.
func (t *run) look() {
	ctx, cancel := context.WithTimeout(t.ctx, t.limits.Look)
	defer cancel()
	if t.shaken != nil && t.shaken.seen {
		t.certificate()
	}
	if len(t.addrs) > 1 {
		t.addresses(ctx)
	}
	if !t.verdict.OK || t.clear && !t.addr.IsLoopback() {
		t.alternatives(ctx)
	}
}

func tlsFacts(h *handshake) []Fact {
	return []Fact{
		{"version", tls.VersionName(h.state.Version)},
		{"cipher", tls.CipherSuiteName(h.state.CipherSuite)},
	}
}

// certificate says what the server showed, and who would trust it.
func (t *run) certificate() {
	s := t.begin("certificate", false)
	chain := t.shaken.state.PeerCertificates
	leaf := chain[0]
	now := time.Now()
	trusted := verify(chain, t.p.Roots, now)
	host := t.target.Host
	defaults := trusted == nil && matches(leaf, host)
	days := int(leaf.NotAfter.Sub(now).Hours() / 24)
	word := func(ok bool) string {
		if ok {
			return "yes"
		}
		return "no"
	}
	s.Facts = []Fact{
		{"names", list(names(leaf), 20)},
		{"issuer", leaf.Issuer.String()},
		{"valid", leaf.NotBefore.UTC().Format(time.DateOnly) + " to " + leaf.NotAfter.UTC().Format(time.DateOnly)},
		{"certificates sent", fmt.Sprint(len(chain))},
		{"trusted on this machine", word(trusted == nil)},
		{"for " + host, word(matches(leaf, host))},
		{"accepted with PHP's defaults", word(defaults)},
		{"accepted with these settings", word(t.shaken.ok)},
	}
	for i, c := range chain[1:min(len(chain), maxChain)] {
		s.Facts = append(s.Facts, Fact{fmt.Sprintf("certificate %d", i+2), c.Subject.String()})
	}
	switch {
	case !t.shaken.ok:
		s.Status = Failed
		s.Text = upperFirst(t.shaken.text) + "."
	case !defaults:
		s.Status = Warning
		s.Text = "PHP accepts the certificate only because the settings lower or change its checks."
		if trusted != nil {
			s.Text += " On this machine " + why(leaf, trusted, now) + "."
		}
	case days < 1:
		s.Status, s.Text = Warning, "The certificate is good, but expires within a day."
	case days < 14:
		s.Status = Warning
		s.Text = fmt.Sprintf("The certificate is good, but expires in %d days.", days)
	default:
		s.Text = fmt.Sprintf("The certificate is good for %d days more.", days)
	}
	t.stop(&s)
	t.emit(s)
}

// addresses tries those that the conversation did not come to.
func (t *run) addresses(ctx context.Context) {
	s := t.begin("addresses", false)
	var rest []netip.Addr
	for _, a := range t.addrs {
		if a != t.addr {
			rest = append(rest, a)
		}
	}
	tried := make([]attempt, len(rest))
	each(len(rest), func(i int) {
		conn, try, err := t.p.connect(ctx, rest[i], t.target.Port, t.limits.Look)
		if err != nil {
			try.fail = "not tried to the end"
		}
		if conn != nil {
			conn.Close()
		}
		tried[i] = try
	})
	down := 0
	for _, try := range tried {
		if try.fail != "" {
			down++
		}
	}
	s.Facts = []Fact{{"tried", describe(tried, t.target.Port)}}
	s.Text = "All of them answer."
	if down > 0 {
		s.Status = Warning
		s.Text = fmt.Sprintf("%d of %d do not answer: when one of them comes first, mail is late or fails.", down, len(rest))
		if down == len(rest) {
			s.Text = "None of them answers."
		}
	}
	t.stop(&s)
	t.emit(s)
}

// each runs f for 0 to n-1 at once and waits. n is small wherever it is used.
// A look that fails in a way nobody thought of is missing, and ends nothing
// else.
func each(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() { recover() }()
			f(i)
		})
	}
	wg.Wait()
}

// variant is another way to the server.
type variant struct {
	host string
	port int
	mode wgsmtp.TLSMode
	ehlo string
}

// sight is what was seen on it.
type sight struct {
	ok   bool
	text string
	auth []string // mechanisms offered
}

const maxVariants = 6

// alternatives looks for what would work.
func (t *run) alternatives(ctx context.Context) {
	s := t.begin("alternatives", false)
	var offers []Offer
	switch t.verdict.Step {
	case "": // it works, with the password in clear
		offers = t.otherPorts(ctx, &s)
	case "resolve":
		offers = t.otherRegions(ctx, &s)
	case "tcp", "tls", "greeting", "starttls":
		if strings.Contains(t.cause, "did not match expected") {
			offers = t.otherNames(ctx, &s)
			break
		}
		if len(t.addrs) > 0 {
			offers = t.otherPorts(ctx, &s)
		}
		if len(offers) == 0 {
			offers = t.otherRegions(ctx, &s)
		}
	case "ehlo":
		offers = append(t.otherEHLO(ctx, &s), t.otherPorts(ctx, &s)...)
	case "auth":
		offers = t.otherLogins()
		switch {
		case len(mechanisms(t.offered)) == 0:
			offers = append(offers, t.otherPorts(ctx, &s)...)
		case len(offers) == 0:
			offers = t.otherRegions(ctx, &s) // where the account may be
		}
	}
	if len(offers) == 0 && len(s.Facts) == 0 {
		return // nothing to tell
	}
	s.Status, s.Text, s.Offers = Info, "Nothing else that was tried works from this machine.", offers
	if len(offers) > 0 {
		s.Text = offers[0].Text
	}
	if t.verdict.OK && len(offers) > 0 {
		s.Text += " It would keep the password from being read on the way."
	}
	t.verdict.Offers = offers
	t.stop(&s)
	t.emit(s)
}

// sight looks at one variant: connection, TLS, greeting and EHLO.
func (t *run) see(ctx context.Context, v variant) sight {
	if err := t.p.checkPort(v.port); err != nil {
		return sight{text: err.Error()}
	}
	addrs := t.addrs
	if v.host != t.target.Host {
		var fail string
		if addrs, fail = t.p.resolve(ctx, v.host, t.limits.Resolve); fail != "" {
			return sight{text: "there is no such name"}
		}
	}
	out := sight{text: "no answer"}
	for _, a := range addrs[:min(len(addrs), 2)] {
		conn, try, err := t.p.connect(ctx, a, v.port, t.limits.Look/2)
		if err != nil {
			return sight{text: err.Error()}
		}
		if conn == nil {
			out.text = strings.ToLower(try.fail[:1]) + try.fail[1:]
			continue
		}
		limits := t.limits
		limits.Reply = min(limits.Reply, limits.Look/2)
		w := newWire(conn, &limits)
		unhook := context.AfterFunc(ctx, func() { conn.Close() })
		out = t.greet(ctx, w, v)
		unhook()
		conn.Close()
		return out
	}
	return out
}

// greet is the rest of see on an open connection.
func (t *run) greet(ctx context.Context, w *wire, v variant) sight {
	o := t.target.TLS
	if !t.overridden() {
		o.PeerName = v.host
	}
	encrypt := func() string {
		if w.r.Buffered() > 0 {
			return "it goes on in clear after STARTTLS"
		}
		h := t.p.shake(ctx, w.conn, o, t.limits.Look/2)
		if !h.ok {
			return h.text
		}
		w.upgrade(h.conn)
		return ""
	}
	say := func(line, code string) ([]string, bool) {
		if line != "" && w.write(line+"\r\n") != nil {
			return nil, false
		}
		ev, _, err := w.reply()
		if err != nil || ev.Kind != transport.EventReply {
			return nil, false
		}
		return ev.Lines, strings.HasPrefix(ev.Lines[len(ev.Lines)-1], code)
	}
	if v.mode == wgsmtp.TLSImplicit {
		if fail := encrypt(); fail != "" {
			return sight{text: fail}
		}
	}
	if _, ok := say("", "220"); !ok {
		return sight{text: "no greeting"}
	}
	lines, ok := say("EHLO "+v.ehlo, "250")
	if !ok {
		return sight{text: "EHLO is refused"}
	}
	if v.mode == wgsmtp.TLSStartTLS {
		if !offers(lines, "STARTTLS") {
			return sight{text: "STARTTLS is not offered"}
		}
		if _, ok := say("STARTTLS", "220"); !ok {
			return sight{text: "STARTTLS is refused"}
		}
		if fail := encrypt(); fail != "" {
			return sight{text: fail}
		}
		if lines, ok = say("EHLO "+v.ehlo, "250"); !ok {
			return sight{text: "EHLO is refused"}
		}
	}
	out := sight{ok: true, text: "works"}
	for _, l := range lines {
		out.auth = append(out.auth, mechanisms([]string{strings.TrimSpace(l[min(4, len(l)):])})...)
	}
	say("QUIT", "221")
	if t.wantsLogin() && len(out.auth) == 0 {
		return sight{text: "no login is offered"}
	}
	return out
}

func offers(lines []string, keyword string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return len(l) > 4 && strings.EqualFold(strings.TrimSpace(l[4:]), keyword) })
}

// mechanisms are those of the keyword AUTH.
func mechanisms(keywords []string) []string {
	for _, k := range keywords {
		if rest, ok := strings.CutPrefix(k, "AUTH "); ok {
			return strings.Fields(rest)
		}
	}
	return nil
}

func (t *run) wantsLogin() bool {
	smtp := t.req.Settings.Effective("wgSMTP", t.req.Release)
	v, ok := smtp.Get("auth")
	return ok && v.Truthy()
}

// overridden tells whether the settings name the peer themselves.
func (t *run) overridden() bool { return t.cfg.PeerName != "" }

// ehloName is what the settings say in EHLO, in a form that is safe to send.
func (t *run) ehloName() string {
	if t.cfg.EHLOName != "" && askable(t.cfg.EHLOName) {
		return t.cfg.EHLOName
	}
	return "localhost"
}

// modeTried is how the settings encrypt.
func (t *run) modeTried() wgsmtp.TLSMode {
	if t.target.ImplicitTLS() {
		return wgsmtp.TLSImplicit
	}
	return wgsmtp.TLSStartTLS
}

// ports are the ways worth a look, the best first.
func (t *run) ports() []variant {
	var out []variant
	add := func(port int, mode wgsmtp.TLSMode) {
		v := variant{t.target.Host, port, mode, t.ehloName()}
		if (port != t.target.Port || mode != t.modeTried()) && mode != wgsmtp.TLSNone && !slices.Contains(out, v) && len(out) < maxVariants {
			out = append(out, v)
		}
	}
	for _, best := range []bool{true, false} {
		for _, p := range t.carrier.Ports {
			if p.Recommended == best && t.carrier.ID != "custom" && t.carrier.Kind != providers.KindOwn {
				add(p.Port, p.TLS)
			}
		}
	}
	add(465, wgsmtp.TLSImplicit)
	add(587, wgsmtp.TLSStartTLS)
	if t.modeTried() == wgsmtp.TLSImplicit {
		// Where a certificate was shown, each side would wait for the other.
		if t.shaken == nil || !t.shaken.seen {
			add(t.target.Port, wgsmtp.TLSStartTLS)
		}
	} else {
		add(t.target.Port, wgsmtp.TLSImplicit)
	}
	add(2525, wgsmtp.TLSStartTLS)
	add(25, wgsmtp.TLSStartTLS)
	return out
}

var modeWords = map[wgsmtp.TLSMode]string{wgsmtp.TLSImplicit: "TLS from the first byte (ssl://)", wgsmtp.TLSStartTLS: "STARTTLS"}

func (t *run) otherPorts(ctx context.Context, s *Step) []Offer {
	list := t.ports()
	seen := make([]sight, len(list))
	each(len(list), func(i int) { seen[i] = t.see(ctx, list[i]) })
	var out []Offer
	for i, v := range list {
		s.Facts = append(s.Facts, Fact{fmt.Sprintf("port %d, %s", v.port, modeWords[v.mode]), seen[i].text})
		if !seen[i].ok {
			continue
		}
		mend := []wgsmtp.Change{{Field: "port", Value: fmt.Sprint(v.port)}, {Field: "tls", Value: string(v.mode)}}
		out = append(out, Offer{fmt.Sprintf("Port %d with %s works from this machine.", v.port, modeWords[v.mode]), changes(mend)})
	}
	return out
}

// otherEHLO tries the wiki's own name where the server refused the one said.
func (t *run) otherEHLO(ctx context.Context, s *Step) []Offer {
	_, rest, _ := strings.Cut(t.cfg.Server, "//")
	name, _, _ := strings.Cut(rest, "/")
	name, _, _ = strings.Cut(name, ":")
	if !askable(name) || !strings.Contains(name, ".") || name == t.cfg.EHLOName {
		return nil
	}
	mode := wgsmtp.TLSNone
	if t.target.ImplicitTLS() {
		mode = wgsmtp.TLSImplicit
	}
	seen := t.see(ctx, variant{t.target.Host, t.target.Port, mode, name})
	s.Facts = append(s.Facts, Fact{"EHLO " + name, seen.text})
	if !seen.ok {
		return nil
	}
	return []Offer{{"The server accepts the name " + name + " in EHLO.", changes([]wgsmtp.Change{{Field: "ehlo-name", Value: name}})}}
}

// otherLogins offers a mechanism that the server has and MediaWiki knows.
func (t *run) otherLogins() []Offer {
	have := mechanisms(t.offered)
	if t.cfg.Auth == wgsmtp.AuthAuto || !slices.Contains(have, "LOGIN") && !slices.Contains(have, "PLAIN") {
		return nil
	}
	// A mechanism that the server has fails by itself where MediaWiki lacks it.
	if slices.Contains(have, string(t.cfg.Auth)) && !strings.Contains(t.verdict.Error, "is not a supported authentication method") {
		return nil
	}
	return []Offer{{
		"The server offers " + list(have, 10) + ": let MediaWiki choose, which every release can.",
		changes([]wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}}),
	}}
}

// maxRegions is how many other regions are offered: who has more of them has
// them in the form to choose from.
const maxRegions = 3

// otherRegions are the carrier's servers for accounts elsewhere. Whether the
// account is there only a login would tell, and none is tried: the person knows.
func (t *run) otherRegions(ctx context.Context, s *Step) []Offer {
	var list []providers.Host
	ours := false
	for _, h := range t.carrier.Hosts {
		switch {
		case h.Host == t.target.Host:
			ours = true
		case h.Region != "" && askable(h.Host):
			list = append(list, h)
		}
	}
	if !ours || len(list) == 0 {
		return nil
	}
	if len(list) > maxRegions {
		s.Facts = append(s.Facts, Fact{"regions", fmt.Sprintf("%s has %d; an account is good for its own: choose that one", t.carrier.Name, len(list)+1)})
		return nil
	}
	seen := make([]sight, len(list))
	each(len(list), func(i int) {
		seen[i] = t.see(ctx, variant{list[i].Host, t.target.Port, t.modeTried(), t.ehloName()})
	})
	var out []Offer
	for i, h := range list {
		s.Facts = append(s.Facts, Fact{h.Host, seen[i].text})
		if seen[i].ok {
			out = append(out, Offer{
				fmt.Sprintf("%s works from this machine: it is the server for accounts of %s, if yours is one.", h.Host, cmp.Or(h.Label, h.Region)),
				changes([]wgsmtp.Change{{Field: "region", Value: h.Region}, {Field: "host", Value: h.Host}}),
			})
		}
	}
	return out
}

// otherNames are those in the certificate that lead to the same server.
func (t *run) otherNames(ctx context.Context, s *Step) []Offer {
	if t.shaken == nil || !t.shaken.seen || verify(t.shaken.state.PeerCertificates, t.p.Roots, time.Now()) != nil {
		return nil
	}
	var out []Offer
	tried := 0
	for _, name := range t.shaken.state.PeerCertificates[0].DNSNames {
		if !askable(name) || tried == 4 {
			continue
		}
		tried++
		addrs, fail := t.p.resolve(ctx, name, t.limits.Look/2)
		same := fail == "" && slices.Contains(addrs, t.addr)
		text := "leads elsewhere"
		switch {
		case same:
			text = "leads to the same address"
			out = append(out, Offer{"The certificate is for " + name + ", which is the same server: use that name.", changes([]wgsmtp.Change{{Field: "host", Value: name}})})
		case fail != "":
			text = "does not exist"
		}
		s.Facts = append(s.Facts, Fact{name, text})
	}
	if len(out) == 0 && (t.addr.IsLoopback() || t.addr.IsPrivate()) && tried > 0 {
		for _, name := range t.shaken.state.PeerCertificates[0].DNSNames {
			if askable(name) {
				return []Offer{{"The certificate is for " + name + ": name it as the one to expect, since the server is in your own network.", changes([]wgsmtp.Change{{Field: "peer-name", Value: name}})}}
			}
		}
	}
	return out
}

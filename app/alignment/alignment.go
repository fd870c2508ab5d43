// Package alignment is what a receiver makes of the wiki's mail: which domain
// SPF checks (RFC 7208), who signs (DKIM, RFC 6376), whether DMARC aligns
// (RFC 7489), and what DNS to publish. It looks nothing up: what a domain's
// owner has published already it cannot know, and says Depends.
package alignment

import (
	"net/netip"
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Report is the receiver's view of one message.
type Report struct {
	FromDomain     string // domain of the From header: what DMARC protects
	EnvelopeDomain string // domain of the envelope sender that arrives: what SPF checks
	SigningDomain  string // d= of the carrier's DKIM signature; "" where nobody signs
	SPFAligned     bool
	DKIMAligned    bool
	SPF            Verdict // of SPF itself, aligned or not
	DKIM           Verdict // of the signature itself; Fail where there is none
	DMARC          Verdict
	Encrypted      Verdict  // wiki to carrier
	Delivered      bool     // false: the carrier keeps the mail (a catcher)
	Sentences      []string // the same in words, in reading order
	Records        []Record

	// The picture: the way of the mail, from left to right.
	Nodes []Node
	Edges []Edge
}

// Verdict of a check.
type Verdict string

const (
	Pass    Verdict = "pass"
	Depends Verdict = "depends" // on DNS that the person must publish (Report.Records), or for Encrypted on what the server offers
	Fail    Verdict = "fail"
)

// Record is a DNS record to publish.
type Record struct {
	Name, Type, Value string
	Why               string
	Example           bool // the value holds a part only the carrier's console knows
}

// Node is a place on the way of the mail.
type Node struct {
	ID     string // "wiki", "carrier", "receiver"
	Label  string
	Detail string // one line under the label; may be empty
}

// Edge is a line of the picture, from one node to the next.
type Edge struct {
	From, To   string // ids of nodes
	Envelope   string // domain of the envelope sender on this line
	Header     string // domain of the From header on this line
	Encryption string // in words: "TLS from the first byte"
	Encrypted  Verdict
}

// Assess judges mail from fromAddress with the envelope sender mailFrom. They
// are the wiki's, or with $wgUserEmailUseReplyTo = false a user's.
func Assess(c *wgsmtp.Config, p *providers.Carrier, fromAddress, mailFrom string) Report {
	a := assessment{c: c, p: p}
	a.FromDomain = domainOf(fromAddress)
	a.EnvelopeDomain = domainOf(mailFrom)
	if a.EnvelopeDomain == "" {
		a.EnvelopeDomain = a.FromDomain
	}
	a.Delivered = p.Kind != providers.KindTest
	a.local = c.Transport == wgsmtp.TransportMail || c.Transport == wgsmtp.TransportSMTP && loopback(c.Host)
	a.owner = a.ownerOf(fromAddress)

	a.encryption()
	onward := a.EnvelopeDomain
	switch {
	case !a.Delivered:
		a.SPF, a.DKIM, a.DMARC = Depends, Depends, Depends
		a.say("%s keeps the mail and delivers it to nobody, so no receiver checks anything.", a.name())
	case p.Unusable != nil:
		a.SPF, a.DKIM, a.DMARC = Fail, Fail, Fail
		a.say("%s cannot carry the wiki's mail, so none arrives.", a.name())
	case a.FromDomain == "":
		a.SPF, a.DKIM, a.DMARC = Fail, Fail, Fail
		a.say("Without a sender's address there is no domain that a receiver could check.")
	case !strings.Contains(a.FromDomain, "."):
		a.SPF, a.DKIM, a.DMARC = Fail, Fail, Fail
		a.say("%s is no domain on the internet: receivers refuse mail from it, for they could not answer.", a.FromDomain)
	default:
		a.say("Readers see mail from %s, and DMARC protects that name: a receiver asks whether SPF or DKIM vouches for it.", a.FromDomain)
		a.spf()
		a.dkim()
		a.dmarc()
		a.records()
		onward = a.EnvelopeDomain
	}
	a.picture(domainOf(mailFrom), onward)
	return a.Report
}

type assessment struct {
	Report
	c *wgsmtp.Config
	p *providers.Carrier

	local bool   // this machine delivers the mail, or hands it to its own mail server
	owner whose  // of the From domain
	guess bool   // an alignment rests on the rule of thumb
	tls   string // encryption of the first line, in words
}

// whose domain the From domain is.
type whose int

const (
	theirs  whose = iota // the wiki's owner's, who publishes its records
	carrier              // the carrier's own, which publishes them
	foreign              // somebody else's, who authorises nobody here
)

func (a *assessment) ownerOf(address string) whose {
	d := a.FromDomain
	if slices.Contains(a.p.Domains, d) {
		return carrier
	}
	if o, ok := providers.ForAddress(address); ok && slices.Contains(o.Domains, d) {
		host := strings.ToLower(strings.TrimSpace(a.c.Host))
		if o.ID == a.p.ID || !a.local && slices.ContainsFunc(o.Hosts, func(h providers.Host) bool { return h.Host != "" && h.Host == host }) {
			return carrier
		}
		return foreign
	}
	if s := domainOf(a.c.PasswordSender); s != "" {
		if ok, _ := aligned(d, s); !ok {
			return foreign
		}
	}
	return theirs
}

func (a *assessment) name() string {
	switch {
	case a.c.Transport == wgsmtp.TransportMail || a.local && a.p.ID == "custom":
		return "the mail server of this machine"
	case a.p.ID == "custom":
		return "the mail server"
	}
	name, _, _ := strings.Cut(a.p.Name, ", ") // "Your ISP, with a password"
	if rest, ok := strings.CutPrefix(name, "Your "); ok {
		return "your " + rest
	}
	return name
}

func (a *assessment) spfTerms() string {
	if a.local && a.p.DNS.SPF == "" {
		return "a"
	}
	return a.p.DNS.SPF
}

func (a *assessment) align(domain string) bool {
	ok, certain := aligned(domain, a.FromDomain)
	if ok && !certain {
		a.guess = true
	}
	return ok
}

// ownDomainsOnly: a mailbox service that has addresses of its own and no
// records for those of others.
func (a *assessment) ownDomainsOnly() bool {
	d := &a.p.DNS
	return a.p.Kind == providers.KindMailbox && len(a.p.Domains) > 0 && d.DKIM == "sender" && d.SPF == "" && d.Record == "" && a.owner == theirs
}

func (a *assessment) spf() {
	own := a.p.DNS.Envelope
	if d := a.p.DNS.DKIM; own == "" && d != "" && d != "sender" && a.owner != carrier {
		own = d // a service that signs for its own domain alone puts that into the envelope too
	}
	if own != "" && !a.local {
		a.EnvelopeDomain = own
	}
	a.SPFAligned = a.align(a.EnvelopeDomain)
	switch {
	case own != "" && !a.local:
		a.SPF = Pass
		if a.SPFAligned {
			a.say("SPF: %s puts %s into the envelope, which passes and matches.", a.name(), own)
			return
		}
		a.say("SPF: %s replaces the envelope sender by one of %s; SPF passes for that domain, which is not %s, so it does not count for DMARC.", a.name(), own, a.FromDomain)
	case a.ownDomainsOnly():
		a.SPF = Fail
		a.say("SPF: %s sends for its own domains only, and %s is not one of them.", a.name(), a.EnvelopeDomain)
	case a.owner == foreign:
		a.SPF = Fail
		a.say("SPF: the receiver asks %s which servers may send for it, and %s is not among them.", a.EnvelopeDomain, a.name())
	case a.owner == carrier && a.SPFAligned:
		a.SPF = Pass
		a.say("SPF: the envelope sender is of %s too, which publishes the servers of %s itself.", a.EnvelopeDomain, a.name())
	case a.local:
		a.SPF = Depends
		a.say("SPF: the receiver asks %s whether the address of this machine may send for it; that depends on its SPF record.", a.EnvelopeDomain)
	case a.spfTerms() != "":
		a.SPF = Depends
		a.say("SPF: the receiver asks %s which servers may send for it; that depends on an SPF record with %s.", a.EnvelopeDomain, a.spfTerms())
	case a.p.Kind == providers.KindISP || a.p.Kind == providers.KindHosting || a.p.Kind == providers.KindMailbox || a.p.Kind == providers.KindOwn:
		a.SPF = Depends
		a.say("SPF: the receiver asks %s which servers may send for it; what to publish there for %s, its operator says.", a.EnvelopeDomain, a.name())
	default:
		a.SPF = Depends
		a.say("SPF: which envelope sender arrives depends on how the domain is set up at %s; DMARC should rest on DKIM.", a.name())
	}
	if !a.SPFAligned {
		a.say("The envelope's %s and %s in From belong to different owners, so SPF does not count for DMARC.", a.EnvelopeDomain, a.FromDomain)
	}
}

func (a *assessment) dkim() {
	switch d := a.p.DNS.DKIM; {
	case d == "" && a.local:
		a.DKIM = Fail
		a.say("DKIM: nobody signs, unless the mail server of this machine does so by OpenDKIM or Rspamd.")
		return
	case a.ownDomainsOnly():
		a.DKIM = Fail
		a.say("DKIM: %s signs for its own domains only.", a.name())
		return
	case d == "":
		a.DKIM = Depends
		a.say("DKIM: whether %s signs is not documented, so do not count on it.", a.name())
		return
	case d != "sender":
		a.SigningDomain, a.DKIM = d, Pass
		if a.DKIMAligned = a.align(d); a.DKIMAligned {
			a.say("DKIM: %s signs for %s, which matches.", a.name(), d)
			return
		}
		a.say("DKIM: %s signs for %s, which is not %s, so the signature does not count for DMARC.", a.name(), d, a.FromDomain)
		return
	}
	switch a.owner {
	case carrier:
		a.SigningDomain, a.DKIM, a.DKIMAligned = a.FromDomain, Pass, true
		a.say("DKIM: %s signs for its own %s.", a.name(), a.FromDomain)
	case foreign:
		a.DKIM = Fail
		if s := domainOf(a.c.PasswordSender); s != "" && s != a.FromDomain {
			a.say("DKIM: only the owner of %s can let %s sign for it; a signature for %s does not count.", a.FromDomain, a.name(), s)
		} else {
			a.say("DKIM: only the owner of %s can let %s sign for it.", a.FromDomain, a.name())
		}
	default:
		a.SigningDomain, a.DKIM, a.DKIMAligned = a.FromDomain, Depends, true
		if a.local {
			a.say("DKIM: nobody signs until OpenDKIM, Rspamd or the mail server itself is set up to sign for %s.", a.FromDomain)
		} else {
			a.say("DKIM: %s signs for %s once its DKIM records are published.", a.name(), a.FromDomain)
		}
	}
}

// dmarc passes if SPF or DKIM passes and aligns, RFC 7489 section 4.2.
func (a *assessment) dmarc() {
	can := func(v Verdict, aligned bool) Verdict {
		if !aligned {
			return Fail
		}
		return v
	}
	spf, dkim := can(a.SPF, a.SPFAligned), can(a.DKIM, a.DKIMAligned)
	switch {
	case spf == Pass || dkim == Pass:
		a.DMARC = Pass
		a.say("DMARC passes.")
	case spf == Depends && dkim == Depends:
		a.DMARC = Depends
		a.say("DMARC passes once one of the two does; publish both, for SPF does not survive forwarding.")
	case dkim == Depends:
		a.DMARC = Depends
		a.say("DMARC passes once the DKIM records are published.")
	case spf == Depends:
		a.DMARC = Depends
		a.say("DMARC passes once the SPF record is right, but not for mail that somebody forwards.")
	default:
		a.DMARC = Fail
		if a.owner == foreign {
			a.say("DMARC fails. The owner of %s decides what receivers do with such mail: refuse it, file it as spam, or take it with suspicion.", a.FromDomain)
		} else {
			a.say("DMARC fails: neither SPF nor DKIM vouches for %s.", a.FromDomain)
		}
		if a.p.Sender.Rewrites {
			a.say("Unless it is an alias of the login, %s replaces the sender by the login's own address; then it passes.", a.name())
		}
	}
	if a.guess {
		if a.DMARC == Pass {
			a.DMARC = Depends
		}
		a.say("Whether the two domains count as one owner's is decided by the public suffix list, which is not looked up here.")
	}
}

func loopback(host string) bool {
	host = strings.ToLower(strings.Trim(strings.TrimSpace(host), "[]"))
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// encryption of the way from the wiki to the carrier.
func (a *assessment) encryption() {
	c := a.c
	key := true // the release knows 'starttls'
	pear := true
	if r, err := mediawiki.Lookup(c.Release); err == nil {
		key, pear = r.Has(mediawiki.StartTLSKey), r.Engine == mediawiki.EnginePEAR
	}
	auth := c.Auth != wgsmtp.AuthNone
	switch {
	case c.Transport == wgsmtp.TransportExtension:
		a.Encrypted, a.tls = Pass, "HTTPS"
	case c.Transport == wgsmtp.TransportMail:
		a.Encrypted, a.tls = Pass, "on the same machine"
	case c.TLS == wgsmtp.TLSImplicit:
		a.Encrypted, a.tls = Pass, "TLS from the first byte"
	case loopback(c.Host) && c.TLS == wgsmtp.TLSNone:
		a.Encrypted, a.tls = Pass, "on the same machine, without TLS"
	case c.TLS == wgsmtp.TLSStartTLS && !auth && pear && !key:
		a.Encrypted, a.tls = Fail, "not encrypted: this release uses STARTTLS only with a login"
	case c.TLS == wgsmtp.TLSStartTLS && !auth && pear:
		a.Encrypted, a.tls = Pass, "STARTTLS, or no mail"
	case c.TLS == wgsmtp.TLSStartTLS:
		a.Encrypted, a.tls = Depends, "STARTTLS, if the server offers it"
	case auth && pear && !key:
		a.Encrypted, a.tls = Depends, "STARTTLS, if the server offers it"
	default:
		a.Encrypted, a.tls = Fail, "not encrypted"
	}
	if a.Encrypted == Pass && c.Transport == wgsmtp.TransportSMTP && c.TLS != wgsmtp.TLSNone && c.Verify != wgsmtp.VerifyFull && !loopback(c.Host) {
		a.Encrypted = Depends
		a.tls += ", certificate not fully checked"
	}
}

func (a *assessment) picture(sent, onward string) {
	c := a.c
	wiki := Node{ID: "wiki", Label: label(c.Sitename, "Your wiki"), Detail: hostOf(c.Server)}
	mid := Node{ID: "carrier", Label: upper(a.name())}
	switch c.Transport {
	case wgsmtp.TransportSMTP:
		mid.Detail = strings.TrimSpace(c.Host)
	case wgsmtp.TransportMail:
		mid.Detail = "sendmail"
	case wgsmtp.TransportExtension:
		mid.Detail = "HTTP API"
	}
	a.Nodes = []Node{wiki, mid}
	a.Edges = []Edge{{From: "wiki", To: "carrier", Envelope: sent, Header: a.FromDomain, Encryption: a.tls, Encrypted: a.Encrypted}}
	switch a.Encrypted {
	case Pass:
		a.say("From the wiki to %s the mail is safe: %s.", a.name(), a.tls)
	case Depends:
		a.say("From the wiki to %s the mail is encrypted only under a condition: %s.", a.name(), a.tls)
	default:
		a.say("From the wiki to %s the mail is readable on the way: %s.", a.name(), a.tls)
	}
	if !a.Delivered || a.p.Unusable != nil {
		return
	}
	a.Nodes = append(a.Nodes, Node{ID: "receiver", Label: "The receiver's mail server", Detail: "SPF, DKIM, DMARC"})
	a.Edges = append(a.Edges, Edge{
		From: "carrier", To: "receiver", Envelope: onward, Header: a.FromDomain,
		Encryption: "STARTTLS, if both servers have it", Encrypted: Depends,
	})
	a.say("From there to the receiver servers encrypt where both can (STARTTLS); the wiki has no say in it.")
}

// say appends a sentence. Its only verb is %s.
func (a *assessment) say(format string, args ...string) {
	var b strings.Builder
	for _, arg := range args {
		before, after, _ := strings.Cut(format, "%s")
		b.WriteString(before)
		b.WriteString(arg)
		format = after
	}
	b.WriteString(format)
	a.Sentences = append(a.Sentences, upper(b.String()))
}

// upper begins "the mail server" and "your ISP" with a capital; domains stay as they are.
func upper(s string) string {
	if strings.HasPrefix(s, "the ") || strings.HasPrefix(s, "your ") {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}

func label(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// hostOf is the host of $wgServer; "" where it has no // before it.
func hostOf(server string) string {
	_, h, ok := strings.Cut(server, "//")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(h, "/?#"); i >= 0 {
		h = h[:i]
	}
	h = h[strings.LastIndexByte(h, '@')+1:]
	if i := strings.LastIndexByte(h, ':'); i >= 0 && !strings.HasSuffix(h, "]") {
		h = h[:i]
	}
	return strings.ToLower(strings.Trim(h, "[]"))
}

// What DNS says about the sender: the part of "will it be delivered" that can
// be known without delivering.

package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/dmarc"
	"golang.org/x/net/publicsuffix"

	"wgsmtp/app/alignment"
	"wgsmtp/providers"
)

// facts are looked up while the conversation goes on.
type facts struct {
	done  chan struct{}
	steps []Step
	spf   alignment.Verdict // of the record, as far as it can be seen from here
	dkim  alignment.Verdict
	terms string // the carrier's SPF terms
}

// startFacts begins to look up, in a goroutine that ends with ctx.
func (t *run) startFacts(ctx context.Context) *facts {
	f := &facts{done: make(chan struct{})}
	domain := domainOf(t.mailFrom)
	if domain == "" || !askable(domain) || !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".localhost") {
		close(f.done)
		return f
	}
	ctx, cancel := context.WithTimeout(ctx, t.limits.Look)
	go func() {
		defer close(f.done)
		defer cancel()
		steps := make([]Step, 4)
		each(len(steps), func(i int) {
			s := &steps[i]
			switch i {
			case 0:
				*s = t.begin("mx", false)
				t.mx(ctx, s, domain)
			case 1:
				*s = t.begin("spf", false)
				t.spf(ctx, s, domain, f)
			case 2:
				*s = t.begin("dmarc", false)
				t.dmarc(ctx, s, domain)
			case 3:
				*s = t.begin("dkim", false)
				t.dkim(ctx, s, domain, f)
			}
			t.stop(s)
		})
		f.steps = steps
	}()
	return f
}

// tellFacts waits for them, and adds what needs the conversation.
func (t *run) tellFacts(f *facts) {
	select {
	case <-f.done:
	case <-t.ctx.Done():
		return
	}
	for _, s := range f.steps {
		if s.Text != "" {
			t.emit(s)
		}
	}
	ctx, cancel := context.WithTimeout(t.ctx, t.limits.Look)
	defer cancel()
	t.ptr(ctx)
	if len(f.steps) > 0 {
		t.delivery(ctx, f)
	}
}

func notFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

func (t *run) mx(ctx context.Context, s *Step, domain string) {
	s.Status = Info
	list, err := t.p.resolver().LookupMX(ctx, domain)
	switch {
	case err != nil && !notFound(err):
		s.Text = "The mail servers of " + domain + " could not be looked up."
	case len(list) == 1 && (list[0].Host == "." || list[0].Host == ""):
		s.Status = Warning
		s.Text = domain + " says that it takes no mail (RFC 7505): replies and bounces are lost, and many receivers refuse such a sender."
	case len(list) == 0:
		if addrs, fail := t.p.resolve(ctx, domain, t.limits.Resolve); fail == "" && len(addrs) > 0 {
			s.Text = domain + " has no MX record; mail to it goes to its own address."
			return
		}
		s.Status = Warning
		s.Text = domain + " has neither MX nor address: nobody can answer, and many receivers refuse such a sender."
	default:
		s.Text = domain + " takes mail."
		for _, mx := range list[:min(len(list), 8)] {
			s.Facts = append(s.Facts, Fact{fmt.Sprintf("MX %d", mx.Pref), strings.TrimSuffix(mx.Host, ".")})
		}
	}
}

// record finds the one that begins with a tag among the TXT records of a name.
func (t *run) record(ctx context.Context, name, tag string) (found []string, err error) {
	all, err := t.p.resolver().LookupTXT(ctx, name)
	if err != nil && !notFound(err) {
		return nil, err
	}
	for _, txt := range all {
		if rest, ok := cutPrefixFold(txt, tag); ok && (rest == "" || strings.ContainsAny(rest[:1], " ;")) {
			found = append(found, txt)
		}
	}
	return found, nil
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

func (t *run) spf(ctx context.Context, s *Step, domain string, f *facts) {
	s.Status, f.spf = Info, alignment.Depends
	records, err := t.record(ctx, domain, "v=spf1")
	terms := t.carrier.DNS.SPF
	f.terms = terms
	switch {
	case err != nil:
		s.Text = "The SPF record of " + domain + " could not be looked up."
		return
	case len(records) == 0:
		s.Status, f.spf = Warning, alignment.Fail
		s.Text = domain + " has no SPF record."
		if terms != "" {
			s.Text += " " + t.carrier.Name + " wants " + terms + " in it."
		}
		return
	case len(records) > 1:
		s.Status, f.spf = Warning, alignment.Fail
		s.Text = domain + " has more than one SPF record, which counts as an error (RFC 7208 section 4.5): join them."
		for _, r := range records[:min(len(records), 4)] {
			s.Facts = append(s.Facts, Fact{"record", r})
		}
		return
	}
	s.Facts = append(s.Facts, Fact{"record", records[0]})
	switch {
	case terms == "":
		s.Text = domain + " has an SPF record."
	case containsTerms(records[0], terms):
		f.spf = alignment.Pass
		s.Text = "The record names " + t.carrier.Name + " (" + terms + ")."
	default:
		s.Status, f.spf = Warning, alignment.Fail
		s.Text = "The record does not name " + t.carrier.Name + " directly: " + terms + " is missing, unless another term includes it."
	}
}

func containsTerms(record, terms string) bool {
	have := strings.Fields(strings.ToLower(record))
	for _, want := range strings.Fields(strings.ToLower(terms)) {
		if !slices.ContainsFunc(have, func(h string) bool { return strings.TrimLeft(h, "+") == want }) {
			return false
		}
	}
	return true
}

func (t *run) dmarc(ctx context.Context, s *Step, domain string) {
	s.Status = Info
	lookup := &dmarc.LookupOptions{LookupTXT: func(name string) ([]string, error) { return t.p.resolver().LookupTXT(ctx, name) }}
	record, err := dmarc.LookupWithOptions(domain, lookup)
	at := domain
	if errors.Is(err, dmarc.ErrNoPolicy) {
		if org, orgErr := publicsuffix.EffectiveTLDPlusOne(domain); orgErr == nil && org != domain {
			at = org
			record, err = dmarc.LookupWithOptions(org, lookup)
		}
	}
	switch {
	case errors.Is(err, dmarc.ErrNoPolicy):
		s.Status = Warning
		s.Text = "There is no DMARC record for " + domain + ". Gmail and Yahoo ask for one."
	case err != nil && dmarc.IsTempFail(err):
		s.Text = "The DMARC record of " + domain + " could not be looked up."
	case err != nil:
		s.Status = Warning
		s.Text = "The DMARC record of " + at + " is faulty: " + strings.TrimPrefix(err.Error(), "dmarc: ") + "."
	default:
		policy := record.Policy
		if at != domain && record.SubdomainPolicy != "" {
			policy = record.SubdomainPolicy
		}
		s.Facts = []Fact{{"at", "_dmarc." + at}, {"policy", string(policy)}}
		s.Text = map[dmarc.Policy]string{
			dmarc.PolicyNone:       "The policy only watches: mail that fails is treated as without DMARC.",
			dmarc.PolicyQuarantine: "Mail that fails goes to spam.",
			dmarc.PolicyReject:     "Mail that fails is refused.",
		}[policy]
	}
}

func (t *run) dkim(ctx context.Context, s *Step, domain string, f *facts) {
	s.Status, f.dkim = Info, alignment.Depends
	d := t.carrier.DNS
	switch {
	case d.DKIM == "":
		s.Text = "Nothing is documented about signatures of this server: send a mail to yourself and look for DKIM-Signature in its headers."
		return
	case d.DKIM != "sender":
		s.Text = t.carrier.Name + " signs for " + d.DKIM + ", with keys of its own."
		return
	case d.Selector == "":
		s.Text = t.carrier.Name + " signs for " + domain + " with a selector that only its console shows, so its key cannot be looked up here."
		return
	}
	found := 0
	for _, selector := range strings.Split(d.Selector, ", ") {
		name := selector + "._domainkey." + domain
		if !askable(name) {
			continue
		}
		records, err := t.p.resolver().LookupTXT(ctx, name)
		value := "not there"
		switch {
		case err != nil && !notFound(err):
			value = "could not be looked up"
		case slices.ContainsFunc(records, func(r string) bool { return strings.Contains(r, "p=") && !emptyKey(r) }):
			value = "there"
			found++
		case len(records) > 0:
			value = "there, but without a key"
		}
		s.Facts = append(s.Facts, Fact{name, value})
	}
	if found > 0 {
		f.dkim = alignment.Pass
		s.Text = "A key for signatures of " + t.carrier.Name + " is published."
		return
	}
	s.Status, f.dkim = Warning, alignment.Fail
	s.Text = "No key for signatures of " + t.carrier.Name + " is published for " + domain + "."
}

// emptyKey is a key that was withdrawn (RFC 6376 section 3.6.1).
func emptyKey(record string) bool {
	for tag := range strings.SplitSeq(record, ";") {
		if name, value, ok := strings.Cut(tag, "="); ok && strings.TrimSpace(name) == "p" {
			return strings.TrimSpace(value) == ""
		}
	}
	return true
}

// own tells whether mail leaves from the server that was dialled: one of the
// wiki's owner, not a carrier's.
func (t *run) own() bool {
	return t.carrier.ID == "custom" || t.carrier.Kind == providers.KindOwn
}

// ptr compares names and addresses: of the server if it is one's own, and of
// the name said in EHLO.
func (t *run) ptr(ctx context.Context) {
	s := t.begin("ptr", false)
	s.Status = Info
	var said []string
	if name := t.ehloName(); strings.Contains(name, ".") {
		addrs, fail := t.p.resolve(ctx, name, t.limits.Look)
		value := "does not exist"
		if fail == "" {
			value = joinAddrs(addrs)
		} else {
			s.Status = Warning
			said = append(said, "The name said in EHLO does not exist, which some servers refuse.")
		}
		s.Facts = append(s.Facts, Fact{"EHLO name " + name, value})
	}
	if t.own() && t.addr.IsValid() && notPublic(t.addr) == "" {
		names, _ := t.p.resolver().LookupAddr(ctx, t.addr.String())
		if len(names) == 0 {
			s.Status = Warning
			said = append(said, "The server's address has no name (PTR): many receivers refuse its mail.")
			s.Facts = append(s.Facts, Fact{t.addr.String(), "no name"})
		}
		for _, name := range names[:min(len(names), 4)] {
			name = strings.TrimSuffix(name, ".")
			addrs, fail := t.p.resolve(ctx, name, t.limits.Look)
			value := name + ", which does not lead back"
			if fail == "" && slices.Contains(addrs, t.addr) {
				value = name + ", which leads back"
			} else {
				s.Status = Warning
				said = append(said, "The name of the server's address does not lead back to it (RFC 1912 section 2.1).")
			}
			s.Facts = append(s.Facts, Fact{t.addr.String(), value})
		}
	}
	if len(s.Facts) == 0 {
		return
	}
	s.Text = "They fit together."
	if len(said) > 0 {
		s.Text = strings.Join(said, " ")
	}
	t.stop(&s)
	t.emit(s)
}

func joinAddrs(addrs []netip.Addr) string {
	var out []string
	for _, a := range addrs {
		out = append(out, a.String())
	}
	return list(out, 8)
}

// delivery compares what DNS says with what the preview expects of the
// settings alone.
func (t *run) delivery(ctx context.Context, f *facts) {
	s := t.begin("delivery", false)
	s.Status = Info
	expected := alignment.Assess(&t.cfg, t.carrier, t.mailFrom, t.mailFrom)
	if t.own() && t.addr.IsValid() && notPublic(t.addr) == "" {
		result, _ := spf.CheckHostWithSender(net.IP(t.addr.AsSlice()), t.ehloName(), t.mailFrom, spf.WithContext(ctx), spf.WithResolver(t.p.resolver()))
		s.Facts = append(s.Facts, Fact{"SPF, if mail leaves from " + t.addr.String(), string(result)})
		switch result {
		case spf.Pass:
			f.spf = alignment.Pass
		case spf.Fail, spf.SoftFail, spf.None, spf.PermError:
			f.spf = alignment.Fail
		}
	}
	decide := func(expected, found alignment.Verdict, aligned bool) alignment.Verdict {
		switch {
		case !aligned:
			return alignment.Fail
		case expected == alignment.Depends:
			return found
		}
		return expected
	}
	spfVerdict := decide(expected.SPF, f.spf, expected.SPFAligned)
	// Who signs may not be known; then neither is whether it aligns.
	unknown := expected.SigningDomain == "" && expected.DKIM == alignment.Depends
	dkimVerdict := decide(expected.DKIM, f.dkim, expected.DKIMAligned || unknown)
	found := alignment.Depends
	switch {
	case expected.DMARC == alignment.Fail || spfVerdict == alignment.Fail && dkimVerdict == alignment.Fail:
		found = alignment.Fail
	case spfVerdict == alignment.Pass || dkimVerdict == alignment.Pass:
		found = alignment.Pass
	}
	s.Facts = append(s.Facts,
		Fact{"expected of the settings", "SPF " + string(expected.SPF) + ", DKIM " + string(expected.DKIM) + ", DMARC " + string(expected.DMARC)},
		Fact{"found in DNS", "SPF " + string(spfVerdict) + ", DKIM " + string(dkimVerdict) + ", DMARC " + string(found)},
	)
	switch found {
	case alignment.Pass:
		s.Status, s.Text = OK, "DMARC passes: SPF or DKIM vouches for the sender's domain."
	case alignment.Fail:
		s.Status, s.Text = Warning, "DMARC fails as things are: neither SPF nor DKIM vouches for the sender's domain."
	default:
		s.Text = "Whether DMARC passes depends on what cannot be seen in DNS."
	}
	t.stop(&s)
	t.emit(s)
}

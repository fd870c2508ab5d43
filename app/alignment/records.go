// The DNS records to publish, for a domain that is the person's own.

package alignment

import (
	"strings"

	"wgsmtp/providers"
)

func (a *assessment) records() {
	if a.owner != theirs || a.ownDomainsOnly() {
		return
	}
	if a.p.DNS.Envelope == "" || a.local {
		a.spfRecord()
	}
	if a.p.DNS.DKIM == "sender" {
		a.dkimRecords()
	}
	a.Records = append(a.Records, Record{
		Name:  "_dmarc." + orgDomain(a.FromDomain),
		Type:  "TXT",
		Value: "v=DMARC1; p=none; rua=mailto:postmaster@" + orgDomain(a.FromDomain),
		Why: "Says that you care and where reports go; p=none changes nothing yet. Gmail and Yahoo ask for a DMARC record; " +
			"leave an existing one as it is (RFC 7489 section 6.3).",
	})
	if a.local || a.p.Kind == providers.KindOwn && a.p.ID != "custom" {
		a.ptrRecord()
	}
}

func (a *assessment) spfRecord() {
	terms := a.spfTerms()
	if terms == "" {
		return
	}
	why := "Lets " + a.name() + " send for the domain. A domain may have one SPF record only: where there is one, add " + terms + " to it (RFC 7208 section 4.5)."
	if terms == "a" {
		if h := hostOf(a.c.Server); h != "" && h != a.EnvelopeDomain && strings.Contains(h, ".") {
			terms = "a:" + h
		}
		why = "Lets the machine with that name send for the domain; where mail leaves from another address, name that by ip4: or ip6:. " +
			"A domain may have one SPF record only: where there is one, add to it (RFC 7208 section 4.5)."
	}
	a.Records = append(a.Records, Record{
		Name: a.EnvelopeDomain, Type: "TXT", Value: "v=spf1 " + terms + " ~all", Why: why,
	})
}

// dkimRecords are one for each selector. Their values hold a key or a token
// that only the signer knows.
func (a *assessment) dkimRecords() {
	selectors := strings.Split(a.p.DNS.Selector, ", ")
	if a.p.DNS.Selector == "" {
		selectors = []string{"SELECTOR"}
	}
	kind := a.p.DNS.Record
	if kind == "" {
		kind = "TXT"
	}
	value := "v=DKIM1; k=rsa; p=PUBLIC-KEY"
	if kind == "CNAME" {
		value = "the name that " + a.name() + " shows"
	}
	why := "Lets receivers check the signature of " + a.name() + "; its console shows name and value (RFC 6376 section 3.6)."
	if a.local || a.p.Kind == providers.KindOwn {
		why = "Holds the public key of your signer; opendkim-genkey and Rspamd print the record (RFC 6376 section 3.6)."
	}
	for _, s := range selectors {
		a.Records = append(a.Records, Record{Name: s + "._domainkey." + a.FromDomain, Type: kind, Value: value, Why: why, Example: true})
	}
}

func (a *assessment) ptrRecord() {
	name := hostOf(a.c.Server)
	if !a.local && !loopback(a.c.Host) && a.c.Host != "" {
		name = strings.ToLower(a.c.Host)
	}
	if name == "" || loopback(name) || !strings.Contains(name, ".") {
		name = "mail." + orgDomain(a.FromDomain)
	}
	a.Records = append(a.Records, Record{
		Name: "the address of the mail server", Type: "PTR", Value: name, Example: true,
		Why: "Many receivers refuse mail from an address without a reverse name; whoever rents out the address sets it. " +
			"The name must lead back to the address, and be the one the mail server says in EHLO (RFC 1912 section 2.1).",
	})
}

// Package alignment is what a receiver makes of the wiki's mail: which domain
// SPF checks (RFC 7208), who signs (DKIM, RFC 6376), whether DMARC aligns
// (RFC 7489), and what DNS to publish. It looks nothing up.
package alignment

import (
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
	DMARC          Verdict
	Encrypted      Verdict  // wiki to carrier
	Sentences      []string // the same in words, in reading order
	Records        []Record
}

// Verdict of a check.
type Verdict string

const (
	Pass    Verdict = "pass"
	Depends Verdict = "depends" // on DNS that the person must publish: Report.Records
	Fail    Verdict = "fail"
)

// Record is a DNS record to publish.
type Record struct {
	Name, Type, Value string
	Why               string
	Example           bool // the value holds a part only the carrier's console knows
}

// Assess judges mail from fromAddress with the envelope sender mailFrom.
func Assess(c *wgsmtp.Config, p *providers.Carrier, fromAddress, mailFrom string) Report {
	panic("later")
}

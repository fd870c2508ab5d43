// Package providers holds facts about mail carriers: one JSON file each, named
// by its id. The files are decoded strictly; a fact without a source or a date
// does not pass the tests.
//
// To add a carrier, copy the file of a similar one to <id>.json and change it;
// run go generate ./providers, which brings index.go up to date;
// run go test ./providers, which says what is missing or does not fit.
package providers

import "wgsmtp/app/wgsmtp"

//go:generate go test -run ^TestIndexIsCurrent$ -update

// Kind of carrier.
type Kind string

const (
	KindMailbox       Kind = "mailbox"       // a person's or organisation's mailbox
	KindTransactional Kind = "transactional" // made for mail by programs
	KindHosting       Kind = "hosting"       // mail that comes with web space or a domain
	KindISP           Kind = "isp"           // internet access provider
	KindOwn           Kind = "own"           // a server that the wiki's owner runs
	KindTest          Kind = "test"          // catches mail, delivers nothing
)

// Carrier is one carrier.
type Carrier struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Aliases  []string `json:"aliases,omitempty"` // other names people search for
	Kind     Kind     `json:"kind"`
	Featured int      `json:"featured,omitempty"` // 1 to 5: place among the cards; 0: found by search
	Initials string   `json:"initials"`           // one to three letters for its mark
	Summary  string   `json:"summary"`            // one sentence: what it is, for whom

	Transport  wgsmtp.Transport `json:"transport"`        // what choosing it selects
	Verify     wgsmtp.Verify    `json:"verify,omitempty"` // of the certificate, where less than "full" is right
	Hosts      []Host           `json:"hosts,omitempty"`
	OtherHosts []string         `json:"otherHosts,omitempty"` // older or special names: recognised, not offered
	Ports      []Port           `json:"ports,omitempty"`
	Why        string           `json:"why,omitempty"` // why the recommended port and mode

	Auth     Auth       `json:"auth"`
	User     Credential `json:"user"`
	Secret   Credential `json:"secret"`
	Sender   Sender     `json:"sender"`
	Limits   string     `json:"limits,omitempty"`
	Sandbox  string     `json:"sandbox,omitempty"` // what a new account cannot do yet
	DNS      DNS        `json:"dns"`
	Domains  []string   `json:"domains,omitempty"` // of addresses that belong to it: gmail.com
	EHLO     EHLO       `json:"ehlo"`
	Notes    []Note     `json:"notes,omitempty"`
	Unusable *Unusable  `json:"unusable,omitempty"` // set: cannot work with a password

	Extension *Extension `json:"extension,omitempty"` // the way without SMTP, where there is one

	Docs       string     `json:"docs"` // documentation link
	Sources    []string   `json:"sources"`
	Checked    string     `json:"checked"` // ISO date
	Confidence Confidence `json:"confidence"`
}

// Confidence in the facts.
type Confidence string

const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low" // shown as hints only
)

// Host is a server name. Host may hold "{domain}" for the sender's domain, or
// be empty where only the person knows it; Ask then says what to ask for.
type Host struct {
	Region  string   `json:"region,omitempty"` // "eu-central-1"; unique within the carrier
	Label   string   `json:"label,omitempty"`  // "Europe (Frankfurt)"
	Host    string   `json:"host,omitempty"`
	Domains []string `json:"domains,omitempty"` // those of the carrier's e-mail domains that this host serves
	Ask     string   `json:"ask,omitempty"`
	Example string   `json:"example,omitempty"` // a name to show where only the person knows it
}

// Port is a port with its TLS mode.
type Port struct {
	Port        int            `json:"port"`
	TLS         wgsmtp.TLSMode `json:"tls"`
	Required    bool           `json:"required,omitempty"` // the server refuses to go on in clear
	Recommended bool           `json:"recommended,omitempty"`
	Note        string         `json:"note,omitempty"`
}

// AuthNeed is whether one must log in.
type AuthNeed string

const (
	AuthRequired AuthNeed = "required"
	AuthOptional AuthNeed = "optional" // for instance instead of an allowed address
	AuthNever    AuthNeed = "never"
)

// Auth is how one logs in.
type Auth struct {
	Need        AuthNeed            `json:"need"`
	Mechanisms  []wgsmtp.AuthMethod `json:"mechanisms,omitempty"`
	Recommended wgsmtp.AuthMethod   `json:"recommended"` // none, auto, or one that must be forced
	Note        string              `json:"note,omitempty"`
}

// Credential is a user name or a secret as this carrier calls it.
type Credential struct {
	Kind    string `json:"kind"`              // "address", "name", "fixed", "app-password" (any that is made for programs), "api-key", "account-password", "none"
	Label   string `json:"label,omitempty"`   // "App password"
	Hint    string `json:"hint,omitempty"`    // one sentence
	Where   string `json:"where,omitempty"`   // link to the place where one gets it
	Example string `json:"example,omitempty"` // never a real one
	Fixed   string `json:"fixed,omitempty"`   // the same for everybody: SendGrid's "apikey"
	Pattern string `json:"pattern,omitempty"` // regular expression, see Matches; a mismatch only ever warns
	Strip   string `json:"strip,omitempty"`   // characters to drop from what is pasted: " "
	Shape   string `json:"shape,omitempty"`   // the pattern in words: "16 letters"
}

// SenderRule is which sender addresses it takes.
type SenderRule string

const (
	SenderAny      SenderRule = "any"
	SenderLogin    SenderRule = "login"    // the login's own address or an alias of it
	SenderDomain   SenderRule = "domain"   // any address of a domain verified there
	SenderIdentity SenderRule = "identity" // a verified address or domain
)

// Sender is what happens to sender addresses.
type Sender struct {
	Rule     SenderRule `json:"rule"`
	Rewrites bool       `json:"rewrites,omitempty"` // From is replaced instead of refused
	Text     string     `json:"text"`
}

// DNS is what receivers look up.
type DNS struct {
	SPF string `json:"spf,omitempty"` // "include:amazonses.com"
	// Envelope is the domain of the envelope sender as it arrives: "" keeps
	// the wiki's, otherwise the carrier's own ("amazonses.com").
	Envelope string `json:"envelope,omitempty"`
	// DKIM is the signing domain: "" nobody signs, "sender" the sender's
	// domain once its records are published, otherwise the carrier's own.
	DKIM     string `json:"dkim,omitempty"`
	Selector string `json:"selector,omitempty"` // "google", "s1, s2"; where documented and the same for everybody
	Record   string `json:"record,omitempty"`   // "TXT" or "CNAME"
	Note     string `json:"note,omitempty"`
}

// EHLO is what the server announces, for the simulated conversation. Where no
// list is published it is the least that the documented ports and mechanisms
// imply.
type EHLO struct {
	Greeting  string   `json:"greeting,omitempty"`  // name in the 220 line; default the host
	NeedsName bool     `json:"needsName,omitempty"` // it refuses clients that call themselves localhost
	Clear     []string `json:"clear,omitempty"`     // keywords before TLS
	TLS       []string `json:"tls,omitempty"`       // keywords under TLS
}

// Note is something to know before choosing or while filling in.
type Note struct {
	Severity string `json:"severity"` // "warning" or "hint"
	Text     string `json:"text"`
}

// Unusable says why it cannot work, and what to do instead.
type Unusable struct {
	Why     string   `json:"why"`
	Instead string   `json:"instead"`
	Try     []string `json:"try,omitempty"` // ids of carriers
}

// Extension is a MediaWiki extension that hands mail to the carrier's API.
type Extension struct {
	Name     string            `json:"name"`  // as wfLoadExtension takes it
	Since    string            `json:"since"` // least MediaWiki release, "1.41"
	Page     string            `json:"page"`
	Install  string            `json:"install"` // commands, one per line
	Secret   string            `json:"secret"`  // setting that takes the key: "wgMailgunAPIKey"
	Domain   string            `json:"domain,omitempty"`
	Endpoint string            `json:"endpoint,omitempty"` // setting that takes the endpoint
	Regions  map[string]string `json:"regions,omitempty"`  // region to endpoint
	About    string            `json:"about"`
}

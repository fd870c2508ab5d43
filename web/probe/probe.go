// Package probe tries a wiki's mail settings on a real server. The
// conversation is package transport's: what it says, in which order, and the
// error it ends with are MediaWiki's; this package carries the lines to a
// socket and tells what PHP would make of what happens there.
//
// What MediaWiki does not do itself (the certificate's details, other ports,
// DNS) are steps of their own, marked as such (Step.MediaWiki false).
//
// The other side is not trusted: every wait, line, reply and conversation is
// bounded (Limits), and nothing of what a server says leaves without its
// control characters escaped. Nothing that was sent as a credential, and not
// the password in any encoding, leaves at all.
package probe

import (
	"context"
	"crypto/x509"
	"net"
	"net/netip"
	"os"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Request is what to try.
type Request struct {
	Settings *localsettings.Settings
	Release  *mediawiki.Release
	// Config is what the settings came from, or say; mends are made for it. nil
	// is worked out of the settings.
	Config  *wgsmtp.Config
	Carrier *providers.Carrier // nil is found by the host

	// Password takes the place of $wgSMTP['password'] where it is not empty:
	// for settings that read it from elsewhere.
	Password wgsmtp.Secret
	To       string // recipient; "" is the wiki's own sender
	// Send lets one test mail go out; otherwise it ends after RCPT TO.
	Send bool

	AuthSASL bool // PEAR's Auth_SASL is installed on the wiki's host
	// Problems are places of the settings that were not understood.
	Problems []localsettings.Problem
}

// Prober tries settings. The zero value serves this machine alone, with the
// system's resolver and certificates. It may be used by many at once.
type Prober struct {
	// Public allows public addresses and mail ports only, reads no file and
	// sends no mail.
	Public bool

	Limits   Limits   // zero fields are DefaultLimits'
	Resolver Resolver // nil is the system's
	// Dial opens a connection to an address, never a name; nil is that of the
	// dialer, whose Control holds the policy.
	Dial func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error)
	// Roots are the authorities that PHP trusts; nil is the system's.
	Roots *x509.CertPool
	// ReadFile reads the file of the setting 'cafile'; nil is os.ReadFile.
	ReadFile func(name string) ([]byte, error)
	// IncludePath is PHP's include_path, see transport.Options.
	IncludePath string
}

// Limits bound a test. Times are for one step each, but for Total.
type Limits struct {
	Resolve time.Duration
	Connect time.Duration // at most; the setting 'timeout' may ask for less
	TLS     time.Duration // of a handshake after STARTTLS
	Reply   time.Duration // of one whole reply
	Look    time.Duration // of all looks that are not MediaWiki's, together
	Total   time.Duration

	Line  int // bytes of a line
	Lines int // lines of a reply
	Bytes int // of everything that the server says in one conversation
}

// DefaultLimits are those of a Prober that sets none. A reply may take a
// minute: servers that make unknown clients wait take up to half of that.
// MediaWiki itself waits for ever.
var DefaultLimits = Limits{
	Resolve: 10 * time.Second,
	Connect: 60 * time.Second,
	TLS:     30 * time.Second,
	Reply:   60 * time.Second,
	Look:    15 * time.Second,
	Total:   4 * time.Minute,
	Line:    8 << 10,
	Lines:   500,
	Bytes:   256 << 10,
}

func (l Limits) orDefault() Limits {
	d := &DefaultLimits
	for _, p := range []struct{ v, d *time.Duration }{
		{&l.Resolve, &d.Resolve}, {&l.Connect, &d.Connect}, {&l.TLS, &d.TLS}, {&l.Reply, &d.Reply}, {&l.Look, &d.Look}, {&l.Total, &d.Total},
	} {
		if *p.v <= 0 {
			*p.v = *p.d
		}
	}
	for _, p := range []struct{ v, d *int }{{&l.Line, &d.Line}, {&l.Lines, &d.Lines}, {&l.Bytes, &d.Bytes}} {
		if *p.v <= 0 {
			*p.v = *p.d
		}
	}
	return l
}

// Resolver is what is asked of DNS; *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
	LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error)
	LookupTXT(ctx context.Context, name string) ([]string, error)
	LookupMX(ctx context.Context, name string) ([]*net.MX, error)
	LookupAddr(ctx context.Context, addr string) ([]string, error)
}

func (p *Prober) resolver() Resolver {
	if p.Resolver != nil {
		return p.Resolver
	}
	return net.DefaultResolver
}

func (p *Prober) readFile(name string) ([]byte, error) {
	if p.ReadFile != nil {
		return p.ReadFile(name)
	}
	return os.ReadFile(name)
}

// Run tries the request with a Prober that serves this machine alone.
func Run(ctx context.Context, req Request, emit func(Step)) Verdict {
	return new(Prober).Run(ctx, req, emit)
}

// Run tries the request. Each step is handed to emit as it ends, from one
// goroutine at a time and before Run returns. When ctx ends, so does the test,
// at once.
func (p *Prober) Run(ctx context.Context, req Request, emit func(Step)) Verdict {
	t := newTest(ctx, p, req, emit)
	defer t.end()
	return t.run()
}

// Where a test may connect to.

package probe

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"syscall"

	"wgsmtp/providers"
)

// RefusedError is an address or port that a shared test does not connect to.
type RefusedError struct{ What, Why string }

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s is refused: %s; this is a shared test, run wgsmtp on the wiki's own host to test it", e.What, e.Why)
}

type network struct {
	prefix netip.Prefix
	why    string
}

func nets(why string, prefixes ...string) []network {
	out := make([]network, len(prefixes))
	for i, p := range prefixes {
		out[i] = network{netip.MustParsePrefix(p), why}
	}
	return out
}

// forbidden4 and forbidden6 are what is not public unicast, by the registries
// of special addresses (RFC 6890 and IANA's lists of it), and the addresses
// at which clouds give out credentials.
var forbidden4 = slices.Concat(
	nets("it means this machine", "0.0.0.0/8"),
	nets("it is a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
	nets("it is an address inside of a provider's network", "100.64.0.0/10"),
	nets("it is a loopback address", "127.0.0.0/8"),
	nets("it is a cloud's metadata service", "169.254.169.254/32", "168.63.129.16/32"),
	nets("it is a link-local address", "169.254.0.0/16"),
	nets("it is set aside for protocols", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24"),
	nets("it is for documentation only", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "233.252.0.0/24"),
	nets("it is for measurements only", "198.18.0.0/15"),
	nets("it is a multicast address", "224.0.0.0/4"),
	nets("it is a reserved address", "240.0.0.0/4"),
)

var forbidden6 = slices.Concat(
	nets("it is set aside for protocols, such as Teredo", "2001::/23"),
	nets("it is for documentation only", "2001:db8::/32", "3fff::/20"),
	nets("it holds an IPv4 address (6to4)", "2002::/16"),
	nets("it is set aside for protocols", "2620:4f:8000::/48"),
)

// public6 is all that is given out as public unicast (RFC 4291 section 2.4,
// IANA). What holds an IPv4 address in other ways (::ffff:0:0/96, ::/96,
// 64:ff9b::/96) is outside of it.
var public6 = netip.MustParsePrefix("2000::/3")

// notPublic tells why an address is no public unicast address; "" if it is one.
// An IPv4 address in IPv6 form is refused as such: nobody needs it.
func notPublic(a netip.Addr) string {
	switch {
	case !a.IsValid():
		return "it is no address"
	case a.Zone() != "":
		return "it names an interface of this machine"
	case a.Is4In6():
		return "it is an IPv4 address written as IPv6"
	case a.Is4():
		return within(forbidden4, a)
	case !public6.Contains(a):
		return "it is not a public address"
	}
	return within(forbidden6, a)
}

func within(list []network, a netip.Addr) string {
	for _, n := range list {
		if n.prefix.Contains(a) {
			return n.why
		}
	}
	return ""
}

// mailPorts are those of relay and submission (RFC 5321, 6409, 8314) and their
// usual stand-ins, and those that carriers document.
var mailPorts = sync.OnceValue(func() map[int]bool {
	ports := map[int]bool{25: true, 465: true, 587: true, 2465: true, 2525: true, 2587: true}
	for _, c := range providers.All() {
		if c.Kind == providers.KindOwn || c.Kind == providers.KindTest || local(c) {
			continue // servers on the wiki's own host
		}
		for _, p := range c.Ports {
			ports[p.Port] = true
		}
	}
	return ports
})

// local tells whether a carrier is a program on one's own machine.
func local(c *providers.Carrier) bool {
	return len(c.Hosts) > 0 && !slices.ContainsFunc(c.Hosts, func(h providers.Host) bool {
		a, err := netip.ParseAddr(h.Host)
		return h.Host != "localhost" && (err != nil || !a.IsLoopback())
	})
}

// checkAddr and checkPort are the policy.
func (p *Prober) checkAddr(a netip.Addr) error {
	if !p.Public {
		return nil
	}
	if why := notPublic(a); why != "" {
		return &RefusedError{a.String(), why}
	}
	return nil
}

func (p *Prober) checkPort(port int) error {
	if !p.Public || mailPorts()[port] {
		return nil
	}
	return &RefusedError{"port " + strconv.Itoa(port), "it is not a port of mail"}
}

// control is the last check, of the address that the kernel is given.
func (p *Prober) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return &RefusedError{address, "it is no address"}
	}
	if err := p.checkAddr(ap.Addr()); err != nil {
		return err
	}
	return p.checkPort(int(ap.Port()))
}

// Names, addresses and connections, with PHP's words for what goes wrong
// (main/network.c of PHP 8).

package probe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxAddresses bounds how many addresses of a name are tried.
const maxAddresses = 16

// resolve is getaddrinfo(): addresses in the order in which they are tried, or
// PHP's error text.
func (p *Prober) resolve(ctx context.Context, host string, limit time.Duration) (addrs []netip.Addr, fail string) {
	if a, ok := literal(host); ok {
		return []netip.Addr{a}, ""
	}
	const prefix = "php_network_getaddresses: getaddrinfo for "
	reason := func(why string) string { return prefix + host + " failed: " + why }
	if !askable(host) {
		return nil, reason("Name or service not known")
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found, err := p.resolver().LookupNetIP(ctx, "ip", host)
	var dns *net.DNSError
	switch {
	case len(found) > 0 && err == nil:
		for _, a := range found[:min(len(found), maxAddresses)] {
			addrs = append(addrs, a.Unmap())
		}
		return addrs, ""
	case err == nil, errors.As(err, &dns) && dns.IsNotFound:
		return nil, reason("Name or service not known")
	default:
		return nil, reason("Temporary failure in name resolution")
	}
}

// askable tells whether a name can be asked for at all (RFC 1035 section
// 2.3.4). Everything else is answered here, so that no odd bytes reach a
// resolver.
func askable(host string) bool {
	host = strings.TrimSuffix(host, ".")
	if host == "" || len(host) > 253 {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			c := label[i]
			if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

// literal reads an address as getaddrinfo() does, which also takes the forms
// of inet_aton(): 2130706433, 0x7f.1, 0177.0.0.1.
func literal(host string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(host); err == nil {
		return a, true
	}
	parts := strings.Split(host, ".")
	if host == "" || len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		if part == "" || strings.ContainsAny(part, "+-_") {
			return netip.Addr{}, false
		}
		n, err := strconv.ParseUint(part, 0, 32)
		if c := strings.ToLower(part); err != nil || strings.HasPrefix(c, "0b") || strings.HasPrefix(c, "0o") {
			return netip.Addr{}, false
		}
		if i == len(parts)-1 {
			if rest := 4 - i; rest < 4 && n >= 1<<(8*rest) {
				return netip.Addr{}, false
			}
			value |= n
		} else {
			if n > 255 {
				return netip.Addr{}, false
			}
			value |= n << (24 - 8*i)
		}
	}
	return netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)}), true
}

// attempt is one connection that was tried.
type attempt struct {
	addr netip.Addr
	took time.Duration
	fail string // PHP's words; "" when it is open
}

// connect opens a connection to one address. The error is only ever one of the
// policy or of ctx; what the network says is in the attempt.
func (p *Prober) connect(ctx context.Context, a netip.Addr, port int, limit time.Duration) (net.Conn, attempt, error) {
	try := attempt{addr: a}
	if err := p.checkAddr(a); err != nil {
		return nil, try, err
	}
	if err := p.checkPort(port); err != nil {
		return nil, try, err
	}
	d := &net.Dialer{Timeout: limit, Control: p.control}
	dial := p.Dial
	if dial == nil {
		dial = func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
			return d.DialContext(ctx, network, address)
		}
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	begin := time.Now()
	conn, err := dial(limited, d, "tcp", netip.AddrPortFrom(a, uint16(port)).String())
	try.took = time.Since(begin)
	var refused *RefusedError
	switch {
	case err == nil:
		return conn, try, nil
	case errors.As(err, &refused):
		return nil, try, refused
	case ctx.Err() != nil:
		return nil, try, context.Cause(ctx)
	}
	try.fail = networkError(err)
	return nil, try, nil
}

// networkError is a failed connection in the words of C's strerror().
func networkError(err error) string {
	var errno syscall.Errno
	var net net.Error
	switch {
	case errors.As(err, &errno):
		text := errno.Error()
		return strings.ToUpper(text[:1]) + text[1:]
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &net) && net.Timeout():
		return "Connection timed out"
	default:
		return "Connection refused"
	}
}

func describe(list []attempt, port int) string {
	var parts []string
	for _, t := range list {
		where := netip.AddrPortFrom(t.addr, uint16(port)).String()
		if t.fail == "" {
			parts = append(parts, fmt.Sprintf("%s answers after %s", where, short(t.took)))
		} else {
			parts = append(parts, fmt.Sprintf("%s: %s after %s", where, strings.ToLower(t.fail[:1])+t.fail[1:], short(t.took)))
		}
	}
	return strings.Join(parts, "; ")
}

// short is a duration as people read it.
func short(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "less than a millisecond"
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	default:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
}

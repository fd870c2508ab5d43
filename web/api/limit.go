// Limits per caller and for all.

package api

import (
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
)

// limiter counts tests. Of callers it keeps an address for some minutes, in
// memory only.
type limiter struct {
	limits Limits
	each   bool // callers are told apart
	now    func() time.Time

	mu      sync.Mutex
	all     int
	callers map[netip.Prefix]*caller
}

type caller struct {
	running int
	tokens  float64 // tests that may begin now
	at      time.Time
}

// maxCallers bounds the memory; beyond it, those that are at rest are
// forgotten, and if there are none, new ones must wait.
const maxCallers = 10_000

func newLimiter(l Limits, public bool) *limiter {
	return &limiter{limits: l, each: public, now: time.Now, callers: map[netip.Prefix]*caller{}}
}

func (l *limiter) running() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all
}

// enter lets a test begin; done must be called at its end. Without done, wait
// says when to try again.
func (l *limiter) enter(who netip.Prefix) (done func(), wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= l.limits.All {
		return nil, 10 * time.Second
	}
	var c *caller
	if l.each {
		if c, wait = l.caller(who); wait > 0 {
			return nil, wait
		}
		c.tokens--
		c.running++
	}
	l.all++
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.all--
		if c != nil {
			c.running--
		}
	}), 0
}

func (l *limiter) caller(who netip.Prefix) (c *caller, wait time.Duration) {
	now := l.now()
	most := float64(l.limits.PerMinute)
	c = l.callers[who]
	if c == nil {
		if len(l.callers) >= maxCallers {
			l.forget(now)
		}
		if len(l.callers) >= maxCallers {
			return nil, time.Minute
		}
		c = &caller{tokens: most, at: now}
		l.callers[who] = c
	}
	c.tokens = min(most, c.tokens+now.Sub(c.at).Minutes()*most)
	c.at = now
	switch {
	case c.running >= l.limits.Each:
		return nil, 10 * time.Second
	case c.tokens < 1:
		return nil, time.Duration((1 - c.tokens) / most * float64(time.Minute))
	}
	return c, 0
}

// forget drops those whose tokens are full again.
func (l *limiter) forget(now time.Time) {
	for who, c := range l.callers {
		if c.running == 0 && now.Sub(c.at) > time.Minute {
			delete(l.callers, who)
		}
	}
}

// client is whom a request counts for. Behind a reverse proxy on this machine
// or in its network that is the last address of X-Forwarded-For, which the
// proxy itself wrote; whatever stands before it anybody can write. IPv6
// callers have a network of /64 each.
func client(r *http.Request) netip.Prefix {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Prefix{}
	}
	addr := remote.Addr().Unmap()
	if addr.IsLoopback() || addr.IsPrivate() {
		values := r.Header.Values("X-Forwarded-For")
		if len(values) > 0 {
			list := strings.Split(values[len(values)-1], ",")
			if a, err := netip.ParseAddr(strings.TrimSpace(list[len(list)-1])); err == nil {
				addr = a.Unmap().WithZone("")
			}
		}
	}
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	p, _ := addr.Prefix(bits)
	return p
}

package api

import (
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(1e9, 0)
	l := newLimiter(Limits{All: 3, Each: 2, PerMinute: 4}, true)
	l.now = func() time.Time { return now }
	a, b, c := netip.MustParsePrefix("192.0.2.1/32"), netip.MustParsePrefix("192.0.2.2/32"), netip.MustParsePrefix("192.0.2.3/32")
	enter := func(p netip.Prefix, ok bool) func() {
		t.Helper()
		done, wait := l.enter(p)
		if (done != nil) != ok || ok == (wait > 0) {
			t.Errorf("%v: got in %v, wait %v", p, done != nil, wait)
		}
		return done
	}
	a1, a2 := enter(a, true), enter(a, true)
	enter(a, false) // two at once
	b1 := enter(b, true)
	enter(c, false) // three in all
	a1()
	a1() // counts once
	a2()
	a3 := enter(a, true)
	a3()
	a4 := enter(a, true)
	a4()
	enter(a, false) // four in a minute
	now = now.Add(15 * time.Second)
	enter(a, true)()
	enter(a, false)
	b1()
	if l.running() != 0 {
		t.Errorf("%d running", l.running())
	}
	for i := range maxCallers + 10 {
		l.callers[netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 32)] = &caller{at: now}
	}
	if _, wait := l.enter(c); wait == 0 {
		t.Error("the table of callers grows without end")
	}
	now = now.Add(2 * time.Minute)
	if done, _ := l.enter(c); done == nil || len(l.callers) > 10 {
		t.Errorf("callers at rest are not forgotten: %d", len(l.callers))
	}
}

func TestClient(t *testing.T) {
	for _, tt := range []struct{ remote, forwarded, want string }{
		{"8.8.8.8:1", "", "8.8.8.8/32"},
		{"8.8.8.8:1", "1.2.3.4", "8.8.8.8/32"}, // not a proxy of ours
		{"127.0.0.1:1", "1.2.3.4", "1.2.3.4/32"},
		{"10.0.0.2:1", "6.6.6.6, 1.2.3.4", "1.2.3.4/32"},
		{"127.0.0.1:1", "nonsense", "127.0.0.1/32"},
		{"[2a00:1:2:3:4:5:6:7]:1", "", "2a00:1:2:3::/64"},
		{"[::ffff:8.8.8.8]:1", "", "8.8.8.8/32"},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr = tt.remote
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := client(r).String(); got != tt.want {
			t.Errorf("%+v: got %s", tt, got)
		}
	}
}

func TestStranger(t *testing.T) {
	for _, tt := range []struct {
		remote, host string
		ok           bool
	}{
		{"127.0.0.1:5", "localhost:8080", true}, {"127.0.0.1:5", "127.0.0.1", true}, {"[::1]:5", "[::1]:8080", true}, {"127.0.0.1:5", "wiki.localhost", true}, {"127.0.0.1:5", "LOCALHOST.", true}, {"127.0.0.1:5", "127.9.9.9:1", true},
		{"192.168.0.9:5", "localhost", false}, {"8.8.8.8:5", "127.0.0.1", false}, {"@", "localhost", false},
		{"127.0.0.1:5", "", false}, {"127.0.0.1:5", "localhost.evil.example", false}, {"127.0.0.1:5", "evillocalhost", false}, {"127.0.0.1:5", "0.0.0.0", false}, {"127.0.0.1:5", "[::]:80", false}, {"127.0.0.1:5", "2130706433", false},
	} {
		r := httptest.NewRequest("POST", "/", nil)
		r.RemoteAddr, r.Host = tt.remote, tt.host
		if why := stranger(r); (why == "") != tt.ok {
			t.Errorf("%+v: %q", tt, why)
		}
	}
}

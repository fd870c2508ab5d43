package probe

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// addressCases are what a shared test may and may not connect to.
var addressCases = []struct {
	addr   string
	public bool
}{
	{"8.8.8.8", true}, {"1.1.1.1", true}, {"142.250.27.108", true}, {"54.240.11.1", true}, {"9.9.9.9", true},
	{"172.15.255.255", true}, {"172.32.0.1", true}, {"192.167.255.255", true}, {"192.169.0.1", true}, {"100.63.255.255", true}, {"100.128.0.1", true},
	{"126.255.255.255", true}, {"128.0.0.1", true}, {"169.253.255.255", true}, {"169.255.0.1", true}, {"198.17.255.255", true}, {"198.20.0.1", true},
	{"223.255.255.255", true}, {"11.0.0.1", true}, {"168.63.129.15", true},
	{"2a00:1450:400c:c00::6c", true}, {"2606:4700:4700::1111", true}, {"2001:4860:4860::8888", true}, {"2003::1", true}, {"2620:4f:8001::1", true}, {"2001:200::1", true},

	{"0.0.0.0", false}, {"0.1.2.3", false},
	{"10.0.0.1", false}, {"10.255.255.255", false}, {"172.16.0.1", false}, {"172.31.255.255", false}, {"192.168.0.1", false}, {"192.168.255.255", false},
	{"100.64.0.1", false}, {"100.127.255.255", false}, {"100.100.100.200", false},
	{"127.0.0.1", false}, {"127.1.2.3", false}, {"127.255.255.255", false},
	{"169.254.169.254", false}, {"169.254.0.1", false}, {"169.254.170.2", false}, {"168.63.129.16", false},
	{"192.0.0.1", false}, {"192.0.0.192", false}, {"192.0.2.1", false}, {"198.51.100.7", false}, {"203.0.113.255", false}, {"192.88.99.1", false},
	{"198.18.0.1", false}, {"198.19.255.255", false}, {"233.252.0.1", false},
	{"224.0.0.1", false}, {"239.255.255.255", false}, {"240.0.0.1", false}, {"255.255.255.255", false},
	{"::", false}, {"::1", false}, {"::7f00:1", false}, {"::8.8.8.8", false},
	{"::ffff:127.0.0.1", false}, {"::ffff:10.0.0.1", false}, {"::ffff:169.254.169.254", false}, {"::ffff:8.8.8.8", false},
	{"64:ff9b::7f00:1", false}, {"64:ff9b::a00:1", false}, {"64:ff9b::808:808", false}, {"64:ff9b:1::1", false},
	{"100::1", false}, {"2001::1", false}, {"2001:0:4136:e378:8000:63bf:3fff:fdd2", false}, {"2001:2::1", false}, {"2001:10::1", false}, {"2001:20::1", false},
	{"2001:db8::1", false}, {"3fff::1", false}, {"2002:7f00:1::", false}, {"2002:808:808::1", false}, {"5f00::1", false},
	{"fc00::1", false}, {"fd00:ec2::254", false}, {"fd12:3456::1", false}, {"fe80::1", false}, {"fe80::1%eth0", false}, {"2606:4700::1%eth0", false}, {"fec0::1", false},
	{"ff02::1", false}, {"ff0e::1", false}, {"4000::1", false}, {"e000::1", false},
}

func TestPolicyAddresses(t *testing.T) {
	public, private := &Prober{Public: true}, &Prober{}
	refused := 0
	for _, c := range addressCases {
		a := netip.MustParseAddr(c.addr)
		err := public.checkAddr(a)
		if (err == nil) != c.public {
			t.Errorf("%s: got %v, public is %v", c.addr, err, c.public)
		}
		if err != nil {
			refused++
			var r *RefusedError
			if !errors.As(err, &r) || r.Why == "" {
				t.Errorf("%s: %v gives no reason", c.addr, err)
			}
		}
		// The last check is given what the kernel is given.
		if err := public.control("tcp", netip.AddrPortFrom(a, 587).String(), nil); (err == nil) != c.public {
			t.Errorf("%s: the dialer says %v", c.addr, err)
		}
		if err := private.checkAddr(a); err != nil {
			t.Errorf("%s: refused in private: %v", c.addr, err)
		}
	}
	t.Logf("%d addresses, %d refused", len(addressCases), refused)
	if len(addressCases) < 60 {
		t.Error("fewer than 60 addresses")
	}
	if public.checkAddr(netip.Addr{}) == nil || public.control("tcp", "localhost:587", nil) == nil {
		t.Error("what is no address is let through")
	}
}

func TestPolicyPorts(t *testing.T) {
	public, private := &Prober{Public: true}, &Prober{}
	for _, port := range []int{25, 465, 587, 2465, 2525, 2587} {
		if err := public.checkPort(port); err != nil {
			t.Error(err)
		}
	}
	for _, port := range []int{0, 1, 21, 22, 23, 53, 110, 143, 389, 445, 993, 995, 1025, 1433, 2375, 3306, 3389, 5432, 6379, 8080, 9200, 11211, 27017, 65535} {
		if public.checkPort(port) == nil {
			t.Errorf("port %d is let through", port)
		}
		if err := private.checkPort(port); err != nil {
			t.Error(err)
		}
	}
}

// However an address is written, and whatever a name leads to, a shared test
// opens no connection to it.
func TestPolicyRuns(t *testing.T) {
	hosts := []string{
		"127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.1", "0.0.0.0", "00", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:ffff:7f00:1]",
		"10.0.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[fe80::1%eth0]", "[64:ff9b::7f00:1]", "[fd00:ec2::254]",
		"private.example", "mapped.example", "mixed.example", "metadata.example",
	}
	dns := fakeDNS{addrs: map[string][]string{
		"localhost": {"127.0.0.1", "::1"}, "private.example": {"192.168.1.1"}, "mapped.example": {"::ffff:10.0.0.1"},
		"mixed.example": {"8.8.8.8", "10.0.0.1"}, "metadata.example": {"169.254.169.254"},
	}}
	for _, host := range hosts {
		for _, scheme := range []string{"", "ssl://"} {
			p := &Prober{Public: true, Resolver: dns, Limits: Limits{Look: 200 * time.Millisecond}, Dial: func(_ context.Context, _ *net.Dialer, _, address string) (net.Conn, error) {
				t.Errorf("%s: a connection to %s is opened", host, address)
				return nil, context.Canceled
			}}
			list, v := steps(t, p, newRequest(t, smtpSettings(scheme+host, 587, login)))
			if v.OK || !v.Stopped || !strings.Contains(v.Text, "is refused") {
				t.Errorf("%s%s: %+v %s", scheme, host, v, ids(list))
			}
		}
	}
	p := &Prober{Public: true, Resolver: fakeDNS{addrs: map[string][]string{"smtp.example.org": {"8.8.8.8"}}}, Dial: func(_ context.Context, _ *net.Dialer, _, address string) (net.Conn, error) {
		t.Errorf("a connection to %s is opened", address)
		return nil, context.Canceled
	}}
	for _, port := range []int{22, 6379, 65536 + 22, 0} {
		if _, v := steps(t, p, newRequest(t, smtpSettings("smtp.example.org", port, login))); v.OK {
			t.Errorf("port %d: %+v", port, v)
		}
	}
}

// rebinding is a name that leads to a public address first and to loopback
// from then on.
type rebinding struct {
	fakeDNS
	asked atomic.Int32 // for the server
}

func (r *rebinding) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if host == "smtp.example.org" && r.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func TestPolicyRebinding(t *testing.T) {
	dns := &rebinding{}
	var mu sync.Mutex
	var dialled []string
	p := &Prober{Public: true, Resolver: dns, Limits: Limits{Connect: time.Second, Look: time.Second}, Dial: func(_ context.Context, d *net.Dialer, _, address string) (net.Conn, error) {
		mu.Lock()
		dialled = append(dialled, address)
		mu.Unlock()
		// The kernel would be given this address: the last check sees it.
		if err := d.Control("tcp", "127.0.0.1:587", nil); err == nil {
			t.Error("the dialer's own check lets loopback through")
		}
		return nil, context.DeadlineExceeded
	}}
	p.Limits.Look = 100 * time.Millisecond
	_, v := steps(t, p, newRequest(t, smtpSettings("smtp.example.org", 587, login)))
	if v.OK || len(dialled) == 0 {
		t.Errorf("%+v, dialled %v", v, dialled)
	}
	for _, a := range dialled {
		if !strings.HasPrefix(a, "8.8.8.8:") {
			t.Errorf("dialled %s", a)
		}
	}
}

// A shared test reads no file and sends no mail, whatever is asked.
func TestPublicReadsNothing(t *testing.T) {
	p := &Prober{Public: true, ReadFile: func(name string) ([]byte, error) {
		t.Errorf("%s is read", name)
		return nil, nil
	}}
	p.roots("/etc/passwd")
	x := newTest(t.Context(), p, Request{Send: true}, func(Step) {})
	defer x.end()
	if x.send {
		t.Error("a shared test would send")
	}
}

func TestLiteral(t *testing.T) {
	for host, want := range map[string]string{
		"127.0.0.1": "127.0.0.1", "2130706433": "127.0.0.1", "0x7f.1": "127.0.0.1", "0177.1": "127.0.0.1", "1.2.3": "1.2.0.3", "1.65535": "1.0.255.255", "::1": "::1", "0": "0.0.0.0",
		"256.1.1.1": "", "1.2.3.4.5": "", "1.2.3.256": "", "4294967296": "", "1.16777216": "", "": "", ".": "", "1.": "", "smtp.example.org": "", "0b1": "", "0o17": "", "1_0": "", "+1": "", "-1": "", "08.1": "",
	} {
		a, ok := literal(host)
		if got := map[bool]string{true: a.String()}[ok]; got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}

package api

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"wgsmtp/web/probe"
)

// Bodies that are too large, too slow, or not what their head says. Each is
// refused with words, within the time that a body may take, and before a
// connection to anywhere is opened.
func TestHostileBodies(t *testing.T) {
	chunk := func(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }
	const known, chunked = "Content-Length: %d\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n"
	large := strings.Repeat("x", 8<<10)
	tests := []struct {
		name  string
		head  string
		body  []string // written one after another, the last again and again
		every time.Duration
		code  int
		text  string
	}{
		{"drop by drop", fmt.Sprintf(known, 1000), []string{"{", " "}, 20 * time.Millisecond, 408, "took too long"},
		{"drop by drop, in chunks", chunked, []string{chunk("{"), chunk(" ")}, 20 * time.Millisecond, 408, "took too long"},
		{"never", fmt.Sprintf(known, 1000), nil, 0, 408, "took too long"},
		{"large, as it says", fmt.Sprintf(known, 1<<30), []string{large}, 0, 413, "larger than"},
		{"large, in chunks without an end", chunked, []string{chunk(large)}, 0, 413, "larger than"},
		{"no chunks where chunks are told", chunked, []string{"{}\r\n"}, 20 * time.Millisecond, 400, "broke off"},
		{"longer than could be", "Content-Length: 99999999999999999999\r\n\r\n", nil, 0, 400, ""},
		{"two lengths", "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", []string{"{}   "}, 20 * time.Millisecond, 400, ""},
		{"a length that is none", "Content-Length: -1\r\n\r\n", nil, 0, 400, ""},
		{"compressed", "Content-Encoding: gzip\r\n" + fmt.Sprintf(known, 4), []string{"\x1f\x8b\x08\x00"}, 20 * time.Millisecond, 400, "not UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address := start(t, Options{Limits: Limits{BodyTime: 300 * time.Millisecond}, Prober: &probe.Prober{
				Dial: func(_ context.Context, _ *net.Dialer, _, address string) (net.Conn, error) {
					t.Errorf("a connection to %s", address)
					return nil, net.ErrClosed
				}}})
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := net.Dial("tcp", u.Host)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "POST /api/probe HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%s", u.Host, tt.head)
			var wg sync.WaitGroup
			defer wg.Wait()
			answered := make(chan bool)
			defer close(answered)
			wg.Go(func() {
				for i := 0; len(tt.body) > 0; i++ {
					if _, err := io.WriteString(conn, tt.body[min(i, len(tt.body)-1)]); err != nil {
						return
					}
					select {
					case <-answered:
						return
					case <-time.After(tt.every):
					}
				}
			})
			conn.SetReadDeadline(time.Now().Add(20 * time.Second))
			resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.code || !strings.Contains(string(b), tt.text) {
				t.Errorf("%d %s, want %d %q", resp.StatusCode, b, tt.code, tt.text)
			}
		})
	}
}

// turning is a name that leads to a public address when it is looked up first,
// and to this machine ever after.
type turning struct {
	names
	asked *atomic.Int32
}

func (d turning) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	if d.asked.Add(1) == 1 {
		return []netip.Addr{netip.MustParseAddr("8.8.8.8")}, nil
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

// A public instance connects to nothing that is not public, however a caller
// writes it and whatever a name turns into.
func TestPublicConnectsToPublic(t *testing.T) {
	var reached atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			reached.Add(1)
			conn.Close()
		}
	}()
	for _, tt := range []struct{ host, leads, want string }{
		{"127.0.0.1", "", "loopback"}, {"2130706433", "", "loopback"}, {"0x7f.1", "", "loopback"}, {"0177.0.0.1", "", "loopback"},
		{"::1", "", "not a public"}, {"::ffff:127.0.0.1", "", "written as IPv6"}, {"64:ff9b::7f00:1", "", "not a public"}, {"fe80::1", "", "not a public"},
		{"0.0.0.0", "", "this machine"}, {"10.1.2.3", "", "private"}, {"100.64.0.1", "", "provider's network"}, {"169.254.169.254", "", "metadata"}, {"224.0.0.1", "", "multicast"},
		{"smtp.example.org", "127.0.0.1", "loopback"}, {"smtp.example.org", "192.168.0.1", "private"}, {"smtp.example.org", "fd00::1", "not a public"},
		{"smtp.example.org", "turns", ""},
	} {
		var dialled sync.Map
		p := &probe.Prober{
			Resolver: names{tt.leads},
			Limits:   probe.Limits{Connect: time.Second, Look: 300 * time.Millisecond},
			Dial: func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
				dialled.Store(address, true)
				// The policy's last word, on the address that the kernel is given.
				return d.DialContext(ctx, network, l.Addr().String())
			},
		}
		if tt.leads == "turns" {
			p.Resolver = turning{asked: new(atomic.Int32)}
		}
		address := start(t, Options{Public: true, Prober: p})
		c := goodConfig()
		c["host"] = tt.host
		resp := send(t, "POST", address+"/api/probe", bodyOf(c, nil))
		_, verdict, all := read(t, resp)
		text, _ := verdict["text"].(string)
		if verdict["ok"] != false || verdict["stopped"] != true || !strings.Contains(text, "is refused") || !strings.Contains(text, tt.want) {
			t.Errorf("%s, leads to %q: %v\n%s", tt.host, tt.leads, verdict, all)
		}
		dialled.Range(func(a, _ any) bool {
			if !strings.HasPrefix(a.(string), "8.8.8.8:") {
				t.Errorf("%s, leads to %q: dialled %s", tt.host, tt.leads, a)
			}
			return true
		})
	}
	if n := reached.Load(); n > 0 {
		t.Errorf("%d connections reached this machine", n)
	}
}

package probe

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"crypto/x509"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// The recorded failures of MediaWiki 1.39, 1.43 and 1.45: a server on loopback
// plays the recorded server's part over real TCP and TLS, and the probe must
// report MediaWiki's error, word for word.

type recording struct {
	Base    string      `json:"base_settings_php"`
	Version string      `json:"mediawiki_version"`
	Cases   []*recorded `json:"cases"`
}

type recorded struct {
	ID        string
	Transport *string
	Settings  string            `json:"settings_php"`
	Ini       map[string]string `json:"php_ini"`
	SASL      bool              `json:"auth_sasl_installed"`
	Kind      wgsmtp.MailKind   `json:"mail_kind"`
	Inputs    preview.Inputs
	Server    []transport.Server
	Varying   preview.Varying
	Dialogue  []recordedLine
	Result    struct {
		OK        bool
		Error     string
		Exception string
		Hung      bool
		Log       []string `json:"debug_log"`
	}
}

type recordedLine struct {
	C, S, Event, TLS, Decoded *string
	Port                      int
}

func readRecording(t testing.TB, release string) recording {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "app", "preview", "testdata", "vectors", "mediawiki-"+release+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Cases) != 411 {
		t.Fatalf("%d cases", len(r.Cases))
	}
	return r
}

// failure is what the mailer reported: where the visitor was not told, the log
// has it.
func (c *recorded) failure() string {
	switch {
	case c.Result.Exception != "":
		return c.Result.Exception
	case c.Result.Error != "":
		return c.Result.Error
	}
	for _, line := range c.Result.Log {
		if _, text, ok := strings.Cut(line, "PEAR::Mail failed: "); ok {
			return text
		}
	}
	return ""
}

func (c *recorded) cnonce() string {
	for _, e := range c.Dialogue {
		if e.Decoded == nil {
			continue
		}
		if _, rest, ok := strings.Cut(*e.Decoded, `cnonce="`); ok {
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
	}
	return ""
}

// stage plays the recorded servers of a case.
type stage struct {
	t     *testing.T
	c     *recorded
	ports map[int]net.Listener

	mu     sync.Mutex
	groups [][]recordedLine // a connection each
	wg     sync.WaitGroup
	said   []string // what does not fit the recording
}

func newStage(t *testing.T, c *recorded) *stage {
	s := &stage{t: t, c: c, ports: map[int]net.Listener{}}
	for _, e := range c.Dialogue {
		if e.Event != nil && *e.Event == "connect" {
			s.groups = append(s.groups, nil)
		}
		if n := len(s.groups); n > 0 {
			s.groups[n-1] = append(s.groups[n-1], e)
		}
	}
	for _, server := range c.Server {
		if server.Mode == "blackhole" {
			s.ports[server.Port] = nil
			continue
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		s.ports[server.Port] = l
		s.wg.Go(func() { s.accept(l, &server) })
	}
	return s
}

func (s *stage) close() {
	for _, l := range s.ports {
		if l != nil {
			l.Close()
		}
	}
	s.wg.Wait()
}

func (s *stage) accept(l net.Listener, server *transport.Server) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		var lines []recordedLine
		for i, g := range s.groups {
			if g[0].Port == server.Port {
				lines = g[1:]
				s.groups = slices.Delete(slices.Clone(s.groups), i, i+1)
				break
			}
		}
		s.mu.Unlock()
		s.wg.Go(func() { s.play(conn, server, lines) })
	}
}

func (s *stage) odd(format string, args ...any) {
	s.mu.Lock()
	s.said = append(s.said, fmt.Sprintf(format, args...))
	s.mu.Unlock()
}

// play is one connection. It ends by waiting for the client to go, so that
// nothing is reset.
func (s *stage) play(conn net.Conn, server *transport.Server, lines []recordedLine) {
	raw := conn
	defer raw.Close()
	raw.SetDeadline(time.Now().Add(20 * time.Second))
	r := bufio.NewReader(conn)
	config := testTLS(s.t, server.Cert, server.TLSMin, server.TLSMax)
	secure := func() bool {
		c := tls.Server(conn, config)
		if c.Handshake() != nil {
			return false
		}
		conn, r = c, bufio.NewReader(c)
		return true
	}
	for _, e := range lines {
		switch {
		case e.TLS != nil:
			if !secure() {
				io.Copy(io.Discard, raw)
				return
			}
		case e.S != nil:
			if _, err := io.WriteString(conn, *e.S+"\r\n"); err != nil {
				return
			}
		case e.C != nil:
			if strings.HasPrefix(*e.C, "(message data: ") {
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == ".\r\n" {
						break
					}
				}
				continue
			}
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if got := strings.TrimRight(line, "\r\n"); got != *e.C {
				s.odd("sent %q, recorded is %q", got, *e.C)
			}
		case e.Event != nil && *e.Event == "close":
			if s.c.Result.Hung {
				io.Copy(io.Discard, conn)
				return
			}
			if tcp, ok := raw.(*net.TCPConn); ok && conn == raw {
				tcp.CloseWrite()
			} else {
				conn.Close()
			}
			io.Copy(io.Discard, raw)
			return
		case e.Event != nil && strings.Contains(*e.Event, "silent"):
			io.Copy(io.Discard, conn)
			return
		}
	}
	io.Copy(io.Discard, raw)
}

// dial leads every address to the stage, by the port alone.
func (s *stage) dial(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	n, _ := strconv.Atoi(port)
	l, ok := s.ports[n]
	switch {
	case strings.HasPrefix(address, "203.0.113."):
		return nil, &net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.ENETUNREACH)}
	case !ok:
		return d.DialContext(ctx, network, closedPort())
	case l == nil:
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return d.DialContext(ctx, network, l.Addr().String())
}

// closedPort is an address at which nobody listens.
var closedPort = sync.OnceValue(func() string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().String()
})

// fakeDNS knows that everything is on loopback, but for ".invalid".
type fakeDNS struct {
	addrs map[string][]string
	txt   map[string][]string
	mx    map[string][]*net.MX
	ptr   map[string][]string
}

func (f fakeDNS) none(name string) error {
	return &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

func (f fakeDNS) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	host = strings.TrimSuffix(host, ".")
	if list, ok := f.addrs[host]; ok {
		var out []netip.Addr
		for _, a := range list {
			out = append(out, netip.MustParseAddr(a))
		}
		return out, nil
	}
	if strings.HasSuffix(host, ".invalid") || f.addrs != nil {
		return nil, f.none(host)
	}
	return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
}

func (f fakeDNS) LookupIPAddr(ctx context.Context, host string) ([]net.IPAddr, error) {
	list, err := f.LookupNetIP(ctx, "ip", host)
	var out []net.IPAddr
	for _, a := range list {
		out = append(out, net.IPAddr{IP: net.IP(a.AsSlice())})
	}
	return out, err
}

func (f fakeDNS) LookupTXT(_ context.Context, name string) ([]string, error) {
	if list, ok := f.txt[strings.TrimSuffix(name, ".")]; ok {
		return list, nil
	}
	return nil, f.none(name)
}

func (f fakeDNS) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if list, ok := f.mx[strings.TrimSuffix(name, ".")]; ok {
		return list, nil
	}
	return nil, f.none(name)
}

func (f fakeDNS) LookupAddr(_ context.Context, addr string) ([]string, error) {
	if list, ok := f.ptr[addr]; ok {
		return list, nil
	}
	return nil, f.none(addr)
}

// notPlayed are failing cases whose server cannot be played here.
var notPlayed = map[string]string{}

const recordedIncludePath = "MEDIAWIKI/vendor/pear/console_getopt:MEDIAWIKI/vendor/pear/mail:MEDIAWIKI/vendor/pear/mail_mime:" +
	"MEDIAWIKI/vendor/pear/net_smtp:MEDIAWIKI/vendor/pear/net_socket:MEDIAWIKI/vendor/pear/net_url2:" +
	"MEDIAWIKI/vendor/pear/pear-core-minimal/src:MEDIAWIKI/vendor/pear/pear_exception:."

func TestRecordedFailures(t *testing.T) {
	for _, name := range []string{"1.39", "1.43", "1.45"} {
		r := readRecording(t, name)
		release, err := mediawiki.Lookup(r.Version)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			equal, out := 0, 0
			var cases []*recorded
			for _, c := range r.Cases {
				if c.Transport != nil && *c.Transport == "smtp" && (!c.Result.OK || c.failure() != "" || c.Result.Hung) {
					cases = append(cases, c)
				}
			}
			t.Run("cases", func(t *testing.T) {
				for _, c := range cases {
					if notPlayed[c.ID] != "" {
						out++
						continue
					}
					t.Run(c.ID, func(t *testing.T) {
						t.Parallel()
						if replay(t, c, r.Base, release) {
							mu.Lock()
							equal++
							mu.Unlock()
						}
					})
				}
			})
			t.Logf("MediaWiki %s: %d failing SMTP cases, %d errors equal word for word, %d not played", r.Version, len(cases), equal, out)
			if len(cases) < 120 || equal*100 < len(cases)*95 {
				t.Errorf("%d of %d are equal, at least 95%% must be", equal, len(cases))
			}
		})
	}
}

// The recorded mails that went out: over a real socket the same lines are
// said, and the verdict is the same.
func TestRecordedSuccesses(t *testing.T) {
	for _, name := range []string{"1.39", "1.43", "1.45"} {
		r := readRecording(t, name)
		release, err := mediawiki.Lookup(r.Version)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			n := 0
			t.Run("cases", func(t *testing.T) {
				for _, c := range r.Cases {
					if c.Transport == nil || *c.Transport != "smtp" || !c.Result.OK || c.failure() != "" || c.Result.Hung || len(c.Dialogue) == 0 {
						continue
					}
					n++
					t.Run(c.ID, func(t *testing.T) {
						t.Parallel()
						replay(t, c, r.Base, release)
					})
				}
			})
			t.Logf("MediaWiki %s: %d mails over a real socket", r.Version, n)
			if n < 180 {
				t.Errorf("only %d", n)
			}
		})
	}
}

func replay(t *testing.T, c *recorded, base string, release *mediawiki.Release) bool {
	f := localsettings.Import([]byte("<?php\n$wgDBname = 'wikidb';\n" + base + c.Settings))
	if len(f.Problems) > 0 {
		t.Fatal(f.Problems)
	}
	s := newStage(t, c)
	defer s.close()
	p := &Prober{
		Limits:      Limits{Connect: 800 * time.Millisecond, TLS: 2 * time.Second, Reply: time.Second, Look: 300 * time.Millisecond, Total: 20 * time.Second},
		Dial:        s.dial,
		Resolver:    fakeDNS{},
		Roots:       testCA().pool,
		IncludePath: recordedIncludePath,
		ReadFile: func(name string) ([]byte, error) {
			switch name {
			case "/srv/certs/ca.pem":
				return testCA().pem, nil
			case "/srv/certs/self-signed.pem":
				return certPEM("self-signed"), nil
			}
			return nil, os.ErrNotExist
		},
	}
	if c.Ini["openssl.cafile"] != "" {
		p.Roots = x509.NewCertPool()
		p.Roots.AppendCertsFromPEM(certPEM("self-signed"))
	}
	res := preview.Build(f.Settings, release, c.Kind, c.Inputs, c.Varying)
	got, hung := res.Err, false
	for messages := res.Messages; len(messages) > 0 && got == "" && !hung; {
		n := 1
		for n < len(messages) && messages[n].Chunk > 0 {
			n++
		}
		mails := make([]transport.Mail, n)
		for i := range mails {
			mails[i] = messages[i].Mail
		}
		messages = messages[n:]

		var steps []Step
		x := newTest(t.Context(), p, Request{Settings: f.Settings, Release: release, Send: true}, func(s Step) { steps = append(steps, s) })
		x.hide = newHider()
		o := transport.Options{SMTP: f.Settings.Effective("wgSMTP", release), Release: release, AuthSASL: c.SASL, CNonce: c.cnonce(), IncludePath: recordedIncludePath}
		if v, err := strconv.Atoi(c.Ini["default_socket_timeout"]); err == nil {
			o.SocketTimeout = v
		}
		x.converse(transport.New(o, mails[0], mails[1:]...))
		x.end()
		v := x.finish()
		if v.Stopped {
			t.Errorf("the test stopped: %s", v.Text)
		}
		got, hung = v.Error, v.Hung
		if v.Exception != "" {
			got = v.Exception + ": " + got
		}
		if got != "" || hung {
			checkFailure(t, steps, v)
		}
	}
	for _, text := range s.said {
		t.Error(text)
	}
	if want := c.failure(); got != want || hung != c.Result.Hung {
		t.Errorf("error\n got %q (hung %v)\nwant %q (hung %v)", got, hung, want, c.Result.Hung)
		return false
	}
	return true
}

// checkFailure holds that exactly one step failed, that it is the verdict's
// and carries the error, and that package trouble knows it.
func checkFailure(t *testing.T, steps []Step, v Verdict) {
	t.Helper()
	failed := 0
	for _, s := range steps {
		if s.Text == "" || s.Title == "" {
			t.Errorf("step %s has no words: %+v", s.ID, s)
		}
		if s.Status != Failed {
			continue
		}
		failed++
		if s.ID != v.Step || s.Error != v.Error {
			t.Errorf("step %s failed with %q, the verdict says %s, %q", s.ID, s.Error, v.Step, v.Error)
		}
		if len(s.Reasons) == 0 {
			t.Errorf("nothing is known about %q at %s", v.Error, s.ID)
		}
	}
	if failed != 1 {
		var ids []string
		for _, s := range steps {
			ids = append(ids, s.ID+" "+string(s.Status))
		}
		t.Errorf("%d steps failed: %q", failed, ids)
	}
}

package probe

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
)

// fakeServer is a mail server for tests: it answers as said and does anything
// else that a function on the connection does.
type fakeServer struct {
	implicit bool
	cert     string
	// say is the reply to a line ("" is the usual one); "(greeting)", "(tls)",
	// "(data)" are asked too. The text is sent as it is, line ends included.
	say func(line string, w net.Conn) string
	// starttls and auth are offered.
	starttls, auth string
}

// listen starts a server on loopback and gives its address.
func listen(t testing.TB, handle func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	conns := map[net.Conn]bool{}
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			conns[conn] = true
			mu.Unlock()
			wg.Go(func() {
				defer func() {
					conn.Close()
					mu.Lock()
					delete(conns, conn)
					mu.Unlock()
				}()
				handle(conn)
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		mu.Lock()
		for c := range conns {
			c.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	return l.Addr().String()
}

func (f fakeServer) start(t testing.TB) string {
	config := testTLS(t, f.cert, "", "")
	return listen(t, func(conn net.Conn) { f.serve(conn, config) })
}

// reset ends a connection with RST.
func reset(conn net.Conn) {
	if c, ok := conn.(*tls.Conn); ok {
		conn = c.NetConn()
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

func (f fakeServer) serve(conn net.Conn, config *tls.Config) {
	ask := func(line string) string {
		if f.say == nil {
			return ""
		}
		return f.say(line, conn)
	}
	secure := false
	upgrade := func() bool {
		if text := ask("(tls)"); text != "" {
			io.WriteString(conn, text)
		}
		c := tls.Server(conn, config)
		if c.Handshake() != nil {
			return false
		}
		conn, secure = c, true
		return true
	}
	if f.implicit && !upgrade() {
		return
	}
	answer := func(line, usual string) bool {
		text := ask(line)
		if text == "" {
			text = usual
		}
		_, err := io.WriteString(conn, text)
		return err == nil
	}
	if !answer("(greeting)", "220 mx.example.org ESMTP\r\n") {
		return
	}
	r := bufio.NewReader(conn)
	pending := 0 // lines of a login
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(line, " ")
		usual := "250 2.0.0 Ok\r\n"
		switch {
		case pending > 0:
			pending--
			if usual = "334 UGFzc3dvcmQ6\r\n"; pending == 0 {
				usual = "235 2.7.0 Authentication successful\r\n"
			}
		case verb == "EHLO":
			usual = "250-mx.example.org\r\n"
			if !secure && f.starttls != "" {
				usual += "250-STARTTLS\r\n"
			}
			if f.auth != "" && (secure || f.starttls == "") {
				usual += "250-AUTH " + f.auth + "\r\n"
			}
			usual += "250 SIZE 1000000\r\n"
		case verb == "STARTTLS":
			if !answer(line, "220 Ready\r\n") || !upgrade() {
				return
			}
			r = bufio.NewReader(conn)
			continue
		case line == "AUTH LOGIN":
			usual, pending = "334 VXNlcm5hbWU6\r\n", 2
		case line == "AUTH PLAIN":
			usual, pending = "334 \r\n", 1
		case line == "AUTH CRAM-MD5":
			usual, pending = "334 "+b64("<1@mx.example.org>")+"\r\n", 1
		case line == "AUTH DIGEST-MD5":
			usual, pending = "334 "+b64(`realm="mx",nonce="n",qop="auth",algorithm=md5-sess`)+"\r\n", 2
		case verb == "AUTH" && strings.Count(line, " ") == 1:
			usual, pending = "334 \r\n", 1
		case verb == "AUTH":
			usual = "235 2.7.0 Authentication successful\r\n"
		case verb == "DATA":
			if !answer(line, "354 Go on\r\n") {
				return
			}
			for {
				text, err := r.ReadString('\n')
				if err != nil {
					return
				}
				if text == ".\r\n" {
					break
				}
			}
			line, usual = "(data)", "250 2.0.0 Ok: queued as 4XyZ123abc\r\n"
		case verb == "QUIT":
			answer(line, "221 Bye\r\n")
			return
		}
		if !answer(line, usual) {
			return
		}
	}
}

// testProber leads every name to the address, whatever the port.
func testProber(address string) *Prober {
	return &Prober{
		Limits: Limits{
			Resolve: time.Second, Connect: time.Second, TLS: time.Second, Reply: 400 * time.Millisecond, Look: 500 * time.Millisecond, Total: 5 * time.Second,
			Line: 2 << 10, Lines: 100, Bytes: 16 << 10,
		},
		Resolver: fakeDNS{},
		Roots:    testCA().pool,
		Dial: func(ctx context.Context, d *net.Dialer, network, _ string) (net.Conn, error) {
			return d.DialContext(ctx, network, address)
		},
	}
}

func newRequest(t testing.TB, php string) Request {
	t.Helper()
	f := localsettings.Import([]byte("<?php\n$wgPasswordSender = 'wiki@example.org';\n$wgSitename = 'Wiki';\n$wgServer = 'https://wiki.example.org';\n" + php))
	if len(f.Problems) > 0 {
		t.Fatal(f.Problems)
	}
	r, err := mediawiki.Lookup("1.43")
	if err != nil {
		t.Fatal(err)
	}
	return Request{Settings: f.Settings, Release: r, To: "alice@example.net"}
}

func smtpSettings(host string, port int, more string) string {
	return fmt.Sprintf("$wgSMTP = [ 'host' => '%s', 'port' => %d, %s ];\n", host, port, more)
}

const login = "'auth' => true, 'username' => 'wiki@example.org', 'password' => 's3cret-marker'"

// steps runs a test and gives its steps and verdict.
func steps(t testing.TB, p *Prober, req Request) ([]Step, Verdict) {
	t.Helper()
	var out []Step
	v := p.Run(t.Context(), req, func(s Step) { out = append(out, s) })
	return out, v
}

func step(list []Step, id string) *Step {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

func ids(list []Step) string {
	var out []string
	for _, s := range list {
		out = append(out, s.ID)
	}
	return strings.Join(out, " ")
}

package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/web/probe"
)

const marker = "marker-Tq7Zr2xY"

// mailServer is on loopback and takes every login; slow is how long it waits
// before it greets. It says back what it was told.
func mailServer(t testing.TB, slow time.Duration) string {
	return mailServerWaiting(t, func() { time.Sleep(slow) })
}

// mailServerAfter greets nobody before a channel is closed.
func mailServerAfter(t testing.TB, closed <-chan bool) string {
	return mailServerWaiting(t, func() { <-closed })
}

func mailServerWaiting(t testing.TB, wait func()) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer conn.Close()
				wait()
				fmt.Fprint(conn, "220 mx.example.org\r\n")
				pending, heard, data := 0, "", false
				lines := bufio.NewScanner(conn)
				for lines.Scan() {
					line := lines.Text()
					heard += " " + line
					switch {
					case data && line != ".":
					case data:
						data = false
						fmt.Fprint(conn, "250 ok: queued as ABC123\r\n")
					case pending > 0:
						if pending--; pending > 0 {
							fmt.Fprint(conn, "334 UGFzc3dvcmQ6\r\n")
						} else {
							fmt.Fprint(conn, "235 ok"+heard+"\r\n")
						}
					case strings.HasPrefix(line, "EHLO"):
						fmt.Fprint(conn, "250-mx.example.org\r\n250 AUTH LOGIN PLAIN\r\n")
					case line == "AUTH LOGIN":
						pending = 2
						fmt.Fprint(conn, "334 VXNlcm5hbWU6\r\n")
					case line == "AUTH PLAIN":
						pending = 1
						fmt.Fprint(conn, "334 \r\n")
					case line == "DATA":
						data = true
						fmt.Fprint(conn, "354 go\r\n")
					case line == "QUIT":
						fmt.Fprint(conn, "221 bye\r\n")
						return
					case strings.HasPrefix(line, "RCPT TO:<nobody"):
						fmt.Fprint(conn, "550 no such user"+heard+"\r\n")
					default:
						fmt.Fprint(conn, "250 ok\r\n")
					}
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

// names leads every name to one address.
type names struct{ addr string }

func (n names) LookupNetIP(context.Context, string, string) ([]netip.Addr, error) {
	return []netip.Addr{netip.MustParseAddr(n.addr)}, nil
}

func (names) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) {
	return nil, &net.DNSError{IsNotFound: true}
}

func (names) LookupTXT(context.Context, string) ([]string, error) {
	return nil, &net.DNSError{IsNotFound: true}
}

func (names) LookupMX(context.Context, string) ([]*net.MX, error) {
	return nil, &net.DNSError{IsNotFound: true}
}

func (names) LookupAddr(context.Context, string) ([]string, error) {
	return nil, &net.DNSError{IsNotFound: true}
}

func prober(address string, seen string) *probe.Prober {
	return &probe.Prober{
		Resolver: names{seen},
		Limits:   probe.Limits{Connect: 5 * time.Second, Reply: 5 * time.Second, Look: 300 * time.Millisecond, Total: 20 * time.Second},
		Dial: func(ctx context.Context, d *net.Dialer, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address) // a stand-in for the address that the policy saw
		},
	}
}

// start serves a handler and gives its address.
func start(t testing.TB, o Options) string {
	t.Helper()
	h, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func bodyOf(config map[string]string, more map[string]any) string {
	m := map[string]any{"config": config}
	for k, v := range more {
		m[k] = v
	}
	b, _ := json.Marshal(m)
	return string(b)
}

func goodConfig() map[string]string {
	return map[string]string{
		"host": "smtp.example.org", "port": "587", "tls": "starttls", "auth": "auto", "user": "wiki@example.org", "secret": marker,
		"sender": "wiki@example.org", "sitename": "W", "server": "https://wiki.example.org",
	}
}

func send(t testing.TB, method, address, body string, header ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		} else {
			r.Header.Set(header[i], header[i+1])
		}
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

// read takes the lines of an answer apart.
func read(t testing.TB, resp *http.Response) (steps []string, verdict map[string]any, all string) {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		var a struct {
			Step    *struct{ ID, Title, Status, Text string }
			Verdict map[string]any
			Error   string
		}
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if verdict != nil {
			t.Errorf("a line behind the verdict: %s", line)
		}
		switch {
		case a.Step != nil:
			steps = append(steps, a.Step.ID)
		case a.Verdict != nil:
			verdict = a.Verdict
		}
	}
	return steps, verdict, string(b)
}

func TestProbe(t *testing.T) {
	address := start(t, Options{Prober: prober(mailServer(t, 0), "127.0.0.1")})
	php := "<?php\n$wgPasswordSender='wiki@example.org';\n$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587, 'auth' => true, 'username' => 'u', 'password' => getenv('P') ];"
	pasted, _ := json.Marshal(map[string]any{"settings": php, "release": "1.39.17", "secret": marker, "to": "a@example.net"})
	unusable, _ := json.Marshal(map[string]any{"settings": php, "to": "a@example.net"})
	env := goodConfig()
	env["secret-style"] = "env"
	tests := []struct {
		name, body string
		ok         bool
		want       string // a key of the verdict
		steps      string
	}{
		{"config", bodyOf(goodConfig(), nil), true, "ok", "settings resolve tcp greeting ehlo auth mail rcpt quit mx"},
		{"config, secret from elsewhere", bodyOf(env, map[string]any{"secret": marker}), true, "ok", "settings resolve tcp greeting ehlo auth mail rcpt quit"},
		{"send", bodyOf(goodConfig(), map[string]any{"send": true, "to": "a@example.net"}), true, "sent", "settings resolve tcp greeting ehlo auth mail rcpt data quit"},
		{"refused", bodyOf(goodConfig(), map[string]any{"to": "nobody@example.net"}), false, "error", "settings resolve tcp greeting ehlo auth mail rcpt quit"},
		{"pasted", string(pasted), true, "ok", "settings resolve tcp greeting ehlo auth mail rcpt quit"},
		{"pasted without the password", string(unusable), false, "unusable", "settings"},
	}
	for _, tt := range tests {
		resp := send(t, "POST", address+"/api/probe", tt.body)
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/x-ndjson; charset=utf-8" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", tt.name, resp.StatusCode, resp.Header)
		}
		steps, verdict, all := read(t, resp)
		if verdict == nil || verdict["ok"] != tt.ok || verdict[tt.want] == nil || !strings.HasPrefix(strings.Join(steps, " "), tt.steps) {
			t.Errorf("%s: %v\n%v", tt.name, steps, verdict)
		}
		if strings.Contains(all, marker) {
			t.Errorf("%s: the secret is in the answer", tt.name)
		}
	}
}

// Each step comes as it ends, not with the last: the server greets when the first
// is there.
func TestStreams(t *testing.T) {
	greet := make(chan bool)
	address := start(t, Options{Prober: prober(mailServerAfter(t, greet), "127.0.0.1")})
	resp := send(t, "POST", address+"/api/probe", bodyOf(goodConfig(), nil))
	lines := bufio.NewReader(resp.Body)
	line, err := lines.ReadString('\n')
	close(greet)
	if err != nil || !strings.Contains(line, `"settings"`) {
		t.Fatalf("%q, %v", line, err)
	}
	if rest, err := io.ReadAll(lines); err != nil || !strings.Contains(string(rest), `"ok":true`) {
		t.Errorf("%s, %v", rest, err)
	}
}

// A caller who goes away ends the test, however long the server is silent.
func TestCallerGoes(t *testing.T) {
	greet := make(chan bool)
	defer close(greet)
	p := prober(mailServerAfter(t, greet), "127.0.0.1")
	p.Limits.Reply, p.Limits.Total = time.Hour, time.Hour
	h, err := New(Options{Prober: p})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan bool)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r)
		close(ended)
	}))
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, _ := http.NewRequestWithContext(ctx, "POST", s.URL+"/api/probe", strings.NewReader(bodyOf(goodConfig(), nil)))
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); err != nil {
		t.Fatalf("%q, %v", line, err)
	}
	cancel()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("it goes on")
	}
}

// Callers that mean harm, or are mistaken. None gets to a connection.
func TestHostileCallers(t *testing.T) {
	refuseDial := func(t *testing.T) *probe.Prober {
		return &probe.Prober{Resolver: names{"127.0.0.1"}, Limits: probe.Limits{Look: time.Millisecond}, Dial: func(_ context.Context, _ *net.Dialer, _, address string) (net.Conn, error) {
			t.Errorf("a connection to %s", address)
			return nil, errors.New("no")
		}}
	}
	good := bodyOf(goodConfig(), nil)
	with := func(field, value string) string {
		c := goodConfig()
		c[field] = value
		return bodyOf(c, nil)
	}
	tests := []struct {
		name, method, path, body string
		header                   []string
		public                   bool
		status                   int
		text                     string
	}{
		{"GET", "GET", "/api/probe", "", nil, false, 405, "POST only"},
		{"PUT", "PUT", "/api/probe", good, nil, false, 405, "POST only"},
		{"elsewhere", "POST", "/api/other", good, nil, false, 404, "only /api/probe"},
		{"text/plain, as a form could send it", "POST", "/api/probe", good, []string{"Content-Type", "text/plain"}, false, 415, "application/json"},
		{"a form", "POST", "/api/probe", "host=x", []string{"Content-Type", "application/x-www-form-urlencoded"}, false, 415, "application/json"},
		{"foreign origin", "POST", "/api/probe", good, []string{"Origin", "https://evil.example"}, false, 403, "--allow-origin"},
		{"foreign origin, by Sec-Fetch-Site", "POST", "/api/probe", good, []string{"Sec-Fetch-Site", "cross-site"}, false, 403, "--allow-origin"},
		{"same site is not same origin", "POST", "/api/probe", good, []string{"Sec-Fetch-Site", "same-site"}, false, 403, "--allow-origin"},
		{"null origin", "POST", "/api/probe", good, []string{"Origin", "null"}, false, 403, "--allow-origin"},
		{"foreign origin, public", "POST", "/api/probe", good, []string{"Origin", "https://evil.example"}, true, 403, "--allow-origin"},
		{"foreign preflight", "OPTIONS", "/api/probe", "", []string{"Origin", "https://evil.example", "Access-Control-Request-Method", "POST"}, false, 405, "POST only"},
		{"foreign Host", "POST", "/api/probe", good, []string{"Host", "evil.example"}, false, 403, "localhost"},
		{"foreign Host with a port", "POST", "/api/probe", good, []string{"Host", "rebind.evil.example:8080"}, false, 403, "localhost"},
		{"Host that begins like one", "POST", "/api/probe", good, []string{"Host", "127.0.0.1.evil.example"}, false, 403, "localhost"},
		{"Host of another machine", "POST", "/api/probe", good, []string{"Host", "192.168.0.5:8080"}, false, 403, "localhost"},
		{"foreign Host for metrics", "GET", "/metrics", "", []string{"Host", "evil.example"}, false, 403, "localhost"},
		{"through a proxy", "POST", "/api/probe", good, []string{"X-Forwarded-For", "8.8.8.8"}, false, 403, "--public"},
		{"no body", "POST", "/api/probe", "", nil, false, 400, "not JSON"},
		{"not JSON", "POST", "/api/probe", "{", nil, false, 400, "not JSON"},
		{"array", "POST", "/api/probe", "[]", nil, false, 400, "not a JSON object"},
		{"two values", "POST", "/api/probe", good + good, nil, false, 400, "behind the request"},
		{"unknown name", "POST", "/api/probe", `{"config":{},"command":"x"}`, nil, false, 400, "a name that is not known"},
		{"neither", "POST", "/api/probe", `{}`, nil, false, 400, `or \"settings\"`},
		{"both, the configuration bad", "POST", "/api/probe", `{"config":{"port":"` + marker + `"},"settings":"<?php"}`, nil, false, 400, `port\" does not take`},
		{"number for text", "POST", "/api/probe", `{"config":{"port":587}}`, nil, false, 400, "is not a string"},
		{"secret of another kind", "POST", "/api/probe", `{"config":{},"secret":["` + marker + `"]}`, nil, false, 400, "is not a string"},
		{"not UTF-8", "POST", "/api/probe", "{\"config\":{\"host\":\"\xff\"}}", nil, false, 400, "UTF-8"},
		{"unknown field", "POST", "/api/probe", with("hostt", "x"), nil, false, 400, "field that is not known"},
		{"bad value", "POST", "/api/probe", with("port", marker), nil, false, 400, `port\" does not take`},
		{"bad choice", "POST", "/api/probe", with("tls", marker), nil, false, 400, `tls\" does not take`},
		{"unknown release", "POST", "/api/probe", with("release", "2.0"), nil, false, 400, "is not known"},
		{"too large", "POST", "/api/probe", `{"settings":"` + strings.Repeat("x", 70<<10) + `"}`, nil, false, 413, "larger than 65536"},
		{"deep", "POST", "/api/probe", strings.Repeat(`{"config":`, 6000), nil, false, 400, "JSON"},
		{"send in public", "POST", "/api/probe", bodyOf(goodConfig(), map[string]any{"send": true}), nil, true, 403, "sends no mail"},
		{"recipient with a line end", "POST", "/api/probe", bodyOf(goodConfig(), map[string]any{"to": "a@b.example\r\nDATA"}), nil, false, 200, "must be one address"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			address := start(t, Options{Public: tt.public, Prober: refuseDial(t)})
			resp := send(t, tt.method, address+tt.path, tt.body, tt.header...)
			b, _ := io.ReadAll(resp.Body)
			if resp.StatusCode != tt.status || !strings.Contains(string(b), tt.text) {
				t.Errorf("got %d %s, want %d %q", resp.StatusCode, b, tt.status, tt.text)
			}
			if strings.Contains(string(b), marker) {
				t.Errorf("the secret is in the answer: %s", b)
			}
			if resp.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("a foreign origin may read the answer")
			}
		})
	}
}

// A line end in any field gets no second command to the server, and no header.
func TestLineEndsInFields(t *testing.T) {
	for _, f := range wgsmtp.Fields() {
		if f.Kind != wgsmtp.KindText && f.Kind != wgsmtp.KindSecret {
			continue
		}
		for _, inject := range []string{"\r\nRCPT TO:<evil@evil.example>\r\n", "\nDATA\nX-Evil: 1", "\rQUIT"} {
			var mu sync.Mutex
			var heard []string
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				for {
					conn, err := l.Accept()
					if err != nil {
						return
					}
					wg.Go(func() {
						defer conn.Close()
						fmt.Fprint(conn, "220 mx\r\n")
						lines := bufio.NewScanner(conn)
						data := false
						for lines.Scan() {
							mu.Lock()
							heard = append(heard, lines.Text())
							mu.Unlock()
							switch {
							case lines.Text() == "DATA":
								data = true
								fmt.Fprint(conn, "354 go\r\n")
							case data && lines.Text() != ".":
							case lines.Text() == "QUIT":
								fmt.Fprint(conn, "221 bye\r\n")
							default:
								data = false
								fmt.Fprint(conn, "250-mx\r\n250 AUTH LOGIN\r\n")
							}
						}
					})
				}
			})
			c := goodConfig()
			c["auth"] = "none"
			c[f.ID] = strings.TrimSpace(c[f.ID]) + inject
			p := prober(l.Addr().String(), "127.0.0.1")
			address := start(t, Options{Prober: p})
			resp := send(t, "POST", address+"/api/probe", bodyOf(c, map[string]any{"send": true, "to": "a@example.net"}))
			io.Copy(io.Discard, resp.Body)
			l.Close()
			wg.Wait()
			rcpt, header := 0, false
			for _, line := range heard {
				if strings.Contains(line, "evil@evil.example") && strings.HasPrefix(line, "RCPT") {
					t.Errorf("%s, %q: the server was told %q", f.ID, inject, line)
				}
				header = header || strings.HasPrefix(line, "X-Evil")
				if line == "DATA" {
					rcpt++
				}
			}
			if header || rcpt > 1 {
				t.Errorf("%s, %q: %q", f.ID, inject, heard)
			}
		}
	}
}

// A page at an allowed origin may call, and read the answer.
func TestAllowedOrigin(t *testing.T) {
	address := start(t, Options{AllowOrigins: []string{"https://page.example"}, Prober: prober(mailServer(t, 0), "127.0.0.1")})
	resp := send(t, "OPTIONS", address+"/api/probe", "", "Origin", "https://page.example", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type", "Access-Control-Request-Private-Network", "true")
	h := resp.Header
	if resp.StatusCode != 204 || h.Get("Access-Control-Allow-Origin") != "https://page.example" || h.Get("Access-Control-Allow-Methods") != "POST" ||
		h.Get("Access-Control-Allow-Headers") != "Content-Type" || h.Get("Access-Control-Allow-Private-Network") != "true" || h.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("preflight: %d %v", resp.StatusCode, h)
	}
	resp = send(t, "POST", address+"/api/probe", bodyOf(goodConfig(), nil), "Origin", "https://page.example", "Sec-Fetch-Site", "cross-site")
	if resp.StatusCode != 200 || resp.Header.Get("Access-Control-Allow-Origin") != "https://page.example" || resp.Header.Get("Vary") != "Origin" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	for _, bad := range []string{"*", "example.org", "https://example.org/path", "https://", "ftp://example.org", "https://u@example.org", "https://example.org?x", ""} {
		if _, err := New(Options{AllowOrigins: []string{bad}}); err == nil {
			t.Errorf("%q is taken for an origin", bad)
		}
	}
	for _, origin := range []string{"https://page.example.evil.example", "http://page.example", "https://page.example:8443"} {
		if resp := send(t, "POST", address+"/api/probe", "{}", "Origin", origin); resp.StatusCode != 403 {
			t.Errorf("%s: %d", origin, resp.StatusCode)
		}
	}
}

// A body that comes drop by drop is given up, and so is one that breaks off.
func TestSlowBody(t *testing.T) {
	address := start(t, Options{Limits: Limits{BodyTime: 300 * time.Millisecond}})
	u, _ := url.Parse(address)
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/probe HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", u.Host)
	go func() {
		for range 50 {
			time.Sleep(50 * time.Millisecond)
			if _, err := conn.Write([]byte(" ")); err != nil {
				return
			}
		}
	}()
	begin := time.Now()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if took := time.Since(begin); resp.StatusCode != 408 || took > 2*time.Second {
		t.Errorf("%d after %v", resp.StatusCode, took)
	}
}

// 200 requests at once from one caller of a public instance: some run, the
// rest is told when to come back.
func TestManyCallers(t *testing.T) {
	address := start(t, Options{Public: true, Prober: prober(mailServer(t, 300*time.Millisecond), "8.8.8.8")})
	before := runtime.NumGoroutine()
	codes := map[int]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			resp := send(t, "POST", address+"/api/probe", bodyOf(goodConfig(), nil), "X-Forwarded-For", "1.2.3.4, 203.0.113.9")
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			mu.Lock()
			defer mu.Unlock()
			codes[resp.StatusCode]++
			if resp.StatusCode == 429 && resp.Header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
		})
	}
	wg.Wait()
	t.Logf("200 at once: %v", codes)
	if codes[200] < 1 || codes[200] > 6 || codes[200]+codes[429] != 200 {
		t.Errorf("%v", codes)
	}
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before+3 && time.Now().Before(deadline); {
		time.Sleep(20 * time.Millisecond)
	}
	if left := runtime.NumGoroutine() - before; left > 3 {
		t.Errorf("%d goroutines are left", left)
	}
}

// With a marker for a password, through every ending of a test, the marker is
// in no answer, log or metric, in no encoding.
func TestNoSecretAnywhere(t *testing.T) {
	var log bytes.Buffer
	var all strings.Builder
	address := start(t, Options{Prober: prober(mailServer(t, 0), "127.0.0.1"), Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	post := func(body string, header ...string) {
		resp := send(t, "POST", address+"/api/probe", body, header...)
		b, _ := io.ReadAll(resp.Body)
		all.Write(b)
		fmt.Fprint(&all, resp.Header)
	}
	for _, auth := range []string{"auto", "LOGIN", "PLAIN", "CRAM-MD5", "XOAUTH2", "none"} {
		for _, to := range []string{"a@example.net", "nobody@example.net", "bad"} {
			c := goodConfig()
			c["auth"] = auth
			post(bodyOf(c, map[string]any{"to": to}))
		}
	}
	for _, f := range wgsmtp.Fields() { // the password in a field where it does not belong is not repeated by an error
		if f.Kind == wgsmtp.KindNumber || f.Kind == wgsmtp.KindChoice || f.Kind == wgsmtp.KindSwitch {
			c := goodConfig()
			c[f.ID] = marker
			post(bodyOf(c, nil))
		}
	}
	post(`{"config":{},"` + marker + `":1}`)
	post(`{"settings":"<?php $wgSMTP = [ 'host' => 'h', 'password' => \"` + marker + ` ];"}`)
	post(`{"settings":"<?php $x = foo('` + marker + `'); $wgSMTP = bar('` + marker + `');"}`)
	post(bodyOf(goodConfig(), nil), "Origin", "https://evil.example")
	for _, path := range []string{"/metrics", "/healthz"} {
		resp := send(t, "GET", address+path, "")
		b, _ := io.ReadAll(resp.Body)
		all.Write(b)
		if resp.StatusCode != 200 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
	if !strings.Contains(log.String(), "result=ok") || !strings.Contains(all.String(), "wgsmtp_probes_total") || !strings.Contains(all.String(), "***") {
		t.Errorf("the test tested nothing: log %s", log.String())
	}
	raw := []byte(marker)
	for name, form := range map[string]string{
		"raw": marker, "base64": base64.StdEncoding.EncodeToString(raw), "base64url": base64.RawURLEncoding.EncodeToString(raw), "hex": hex.EncodeToString(raw), "HEX": strings.ToUpper(hex.EncodeToString(raw)),
		"url": url.QueryEscape(marker), "plain": base64.StdEncoding.EncodeToString([]byte("\x00wiki@example.org\x00" + marker)),
		"xoauth2": base64.StdEncoding.EncodeToString([]byte("user=wiki@example.org\x01auth=" + marker + "\x01\x01")),
		"at 1":    base64.StdEncoding.EncodeToString([]byte("x" + marker + "yy"))[4:20], "at 2": base64.StdEncoding.EncodeToString([]byte("xx" + marker + "yy"))[4:20],
	} {
		if strings.Contains(all.String(), form) {
			i := strings.Index(all.String(), form)
			t.Errorf("%s: in an answer: %s", name, all.String()[max(0, i-200):i+len(form)])
		}
		if strings.Contains(log.String(), form) {
			t.Errorf("%s: in the log", name)
		}
	}
	for _, personal := range []string{"example.org", "example.net", "127.0.0.1", "@"} {
		resp := send(t, "GET", address+"/metrics", "")
		b, _ := io.ReadAll(resp.Body)
		if strings.Contains(string(b), personal) || strings.Contains(log.String(), personal) {
			t.Errorf("%s is in the metrics or the log", personal)
		}
	}
}

func TestSober(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(Sober(slog.NewJSONHandler(&out, nil)))
	log.Info("probe", "result", "ok", "ms", 12, "good", true)
	want := out.String()
	if !strings.Contains(want, `"result":"ok","ms":12,"good":true`) {
		t.Errorf("got %s", want)
	}
	out.Reset()
	log = log.With("password", marker).WithGroup(marker + " group")
	log.Info("the password is "+marker, "result", "Marker "+marker, "step", marker, "secret", wgsmtp.Secret(marker), "err", errors.New(marker), marker, 1,
		slog.Group("g", "x", marker), "any", struct{ P string }{marker}, "bytes", []byte(marker), "password", marker)
	if strings.Contains(out.String(), marker) || strings.Contains(out.String(), base64.StdEncoding.EncodeToString([]byte(marker))) {
		t.Errorf("the secret is in the log: %s", out.String())
	}
}

package probe

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"
)

// nasty is text that a terminal or a page must not get as it is.
const nasty = "\x1b[31m\x1b]0;title\x07\x00\x08\x7f\u009b <script>alert(1)</script> \u202etxt\u2066 \xff\xfe \r"

// Servers that mean harm. Each must end in bounded time and memory, with words
// that a person understands, and leave nothing in the stream that a terminal
// or a page would obey.
func TestHostileServers(t *testing.T) {
	forever := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			for {
				if _, err := io.WriteString(c, text); err != nil {
					return
				}
			}
		}
	}
	slowly := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			for i := 0; ; i++ {
				if _, err := c.Write([]byte{text[i%len(text)]}); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}
	}
	at := func(where string, do func(net.Conn) string) func(net.Conn) {
		config := testTLS(t, "", "", "")
		return func(c net.Conn) {
			fakeServer{starttls: "yes", auth: "PLAIN LOGIN", say: func(line string, w net.Conn) string {
				if line == where || strings.HasPrefix(line, where+" ") || where == "" && line[0] != '(' {
					return do(w)
				}
				return ""
			}}.serve(c, config)
		}
	}
	text := func(s string) func(net.Conn) string { return func(net.Conn) string { return s } }
	rst := func(c net.Conn) string { reset(c); return "" }
	mute := func(net.Conn) string { time.Sleep(1200 * time.Millisecond); return "" }

	const (
		clear    = "smtp.example.org"
		implicit = "ssl://smtp.example.org"
	)
	tests := []struct {
		name, host string
		serve      func(net.Conn)
		step, text string // of the verdict
	}{
		{"endless banner", clear, forever("220-welcome\r\n"), "greeting", "lines and no end"},
		{"endless banner of long lines", clear, forever("220-" + strings.Repeat("x", 1000) + "\r\n"), "greeting", "more than"},
		{"line without end", clear, forever(strings.Repeat("220 x", 100)), "greeting", "without a line end"},
		{"only line ends", clear, forever("\r\n"), "greeting", ""},
		{"NUL without end", clear, forever("\x00"), "greeting", "without a line end"},
		{"a byte now and then", clear, slowly("220-x\r\n"), "greeting", "wait"},
		{"a byte now and then under TLS", implicit, slowly("\x16\x03\x03\x40\x00"), "tls", "in time"},
		{"4xx to everything", clear, at("", text("421 4.3.2 try later\r\n")), "ehlo", "421"},
		{"4xx to the greeting", clear, at("(greeting)", text("421 4.3.2 try later\r\n")), "greeting", "421"},
		{"334 for ever", clear, at("AUTH", text("334 \r\n334 \r\n334 \r\n334 \r\n334 \r\n")), "auth", ""},
		{"giant EHLO", clear, at("EHLO", text(strings.Repeat("250-KEYWORD\r\n", 100000)+"250 END\r\n")), "ehlo", "more than"},
		{"wide EHLO", clear, at("EHLO", text("250-mx\r\n250 "+strings.Repeat("A", 1<<20)+"\r\n")), "ehlo", "without a line end"},
		{"control characters", clear, at("(greeting)", text("554 "+nasty+"\r\n")), "greeting", `\x1b[31m`},
		{"control characters in EHLO", clear, at("EHLO", text("250-"+nasty+"\r\n250 "+nasty+"\r\n")), "auth", ""},
		{"control characters at the recipient", clear, at("RCPT", text("550 "+nasty+"\r\n")), "rcpt", `\x1b[31m`},
		{"NUL", clear, at("MAIL", text("550\x00 5.1.1\x00no\r\n")), "mail", `\x00`},
		{"no code", clear, at("MAIL", text("what?\r\n")), "mail", "what?"},
		{"empty replies", clear, at("MAIL", text("\r\n\r\n\r\n")), "mail", ""},
		{"HTTP", clear, at("(greeting)", text("HTTP/1.1 400 Bad Request\r\n\r\n")), "greeting", "HTTP"},
		{"TLS junk", implicit, forever("\x16\x03\x01\xff\xff\x02\x00\xff\xff" + nasty), "tls", "TLS"},
		{"TLS alert", implicit, func(c net.Conn) { io.WriteString(c, "\x15\x03\x03\x00\x02\x02\x28"); io.Copy(io.Discard, c) }, "tls", "handshake failure"},
		{"plain text for TLS", implicit, at("(greeting)", text("220 "+nasty+"\r\n")), "tls", "something else"},
		{"junk after STARTTLS", clear, at("(tls)", text(strings.Repeat("junk", 1000))), "starttls", ""},
		{"more after STARTTLS in the same breath", clear, at("STARTTLS", text("220 go\r\n250 injected\r\n")), "starttls", ""},
		{"chain of 100", implicit, serveChain(t, 100), "tls", "100 certificates"},
		{"chain of 2000", implicit, serveChain(t, 2000), "tls", ""},

		{"reset at connect", clear, reset, "tcp greeting", ""},
		{"reset at TLS", implicit, reset, "tcp tls", ""},
		{"reset at the greeting", clear, at("(greeting)", rst), "tcp greeting", ""},
		{"reset at EHLO", clear, at("EHLO", rst), "ehlo", "hangs up"},
		{"reset at STARTTLS", clear, at("STARTTLS", rst), "starttls", ""},
		{"reset at the handshake", clear, at("(tls)", rst), "starttls", ""},
		{"reset at AUTH", clear, at("AUTH", rst), "auth", "hangs up"},
		{"reset at MAIL", clear, at("MAIL", rst), "mail", "hangs up"},
		{"reset at RCPT", clear, at("RCPT", rst), "rcpt", "hangs up"},
		{"reset at DATA", clear, at("DATA", rst), "data", "hangs up"},
		{"reset at the mail", clear, at("(data)", rst), "data", "hangs up"},
		{"silent at EHLO", clear, at("EHLO", mute), "ehlo", "without end"},
		{"silent at STARTTLS", clear, at("STARTTLS", mute), "starttls", "without end"},
		{"silent at the handshake", clear, at("(tls)", mute), "starttls", "in time"},
		{"silent at AUTH", clear, at("AUTH", mute), "auth", "without end"},
		{"silent at MAIL", clear, at("MAIL", mute), "mail", "without end"},
		{"silent at RCPT", clear, at("RCPT", mute), "rcpt", "without end"},
		{"silent at the mail", clear, at("(data)", mute), "data", "without end"},
		{"silent at QUIT", clear, at("QUIT", mute), "quit", "without end"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := testProber(listen(t, tt.serve))
			req := newRequest(t, smtpSettings(tt.host, 587, login))
			req.Send = true
			begin := time.Now()
			list, v := steps(t, p, req)
			if took := time.Since(begin); took > 5*time.Second {
				t.Errorf("took %v", took)
			}
			if v.OK || v.Text == "" || !slices.Contains(strings.Fields(tt.step), v.Step) || !strings.Contains(v.Text, tt.text) {
				t.Errorf("verdict %+v, want step %s, %q", v, tt.step, tt.text)
			}
			checkClean(t, list, v)
		})
	}
}

// checkClean holds what leaves to be free of what a terminal or a page would
// obey, and small.
func checkClean(t *testing.T, list []Step, v Verdict) {
	t.Helper()
	all := fmt.Sprintf("%+v %+v", list, v)
	for _, r := range all {
		if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf) || r == unicode.ReplacementChar) {
			t.Errorf("there is %U in what is told", r)
			break
		}
	}
	out, err := json.Marshal(list)
	if err != nil || strings.Contains(string(out), "<script") {
		t.Errorf("as JSON: %v, or there is a tag", err)
	}
	if len(out) > 200<<10 {
		t.Errorf("the stream has %d bytes", len(out))
	}
}

// serveChain shows a chain of n certificates.
func serveChain(t *testing.T, n int) func(net.Conn) {
	cert := testCerts()[""]
	for len(cert.Certificate) < n {
		cert.Certificate = append(cert.Certificate, testCA().cert.Raw)
	}
	config := &tls.Config{Certificates: []tls.Certificate{cert}}
	return func(c net.Conn) {
		fakeServer{implicit: true}.serve(c, config)
	}
}

// What was said by the server stays within bounds while it is read, too.
func TestMemoryBound(t *testing.T) {
	line := []byte("220-" + strings.Repeat("x", 500) + "\r\n")
	address := listen(t, func(c net.Conn) {
		for {
			if _, err := c.Write(line); err != nil {
				return
			}
		}
	})
	p := testProber(address)
	p.Limits.Line, p.Limits.Lines, p.Limits.Bytes = DefaultLimits.Line, DefaultLimits.Lines, DefaultLimits.Bytes
	p.Limits.Reply = DefaultLimits.Reply // a busy machine is no silent server
	p.Limits.Look = 50 * time.Millisecond
	req := newRequest(t, smtpSettings("smtp.example.org", 587, login))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	const n = 20
	for range n {
		if _, v := steps(t, p, req); v.OK || !v.Stopped {
			t.Fatalf("%+v", v)
		}
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / n
	t.Logf("%d KB allocated for each test against an endless server, the server's side included", each>>10)
	if each > 4<<20 {
		t.Errorf("%d bytes", each)
	}
}

// 500 tests at once against a server that is slow to answer: memory stays
// bounded, and nothing is left.
func TestManyAtOnce(t *testing.T) {
	server := fakeServer{starttls: "yes", auth: "PLAIN LOGIN", say: func(line string, _ net.Conn) string {
		if line == "(greeting)" {
			time.Sleep(500 * time.Millisecond)
		}
		return ""
	}}
	p := testProber(server.start(t))
	p.Limits = Limits{Resolve: 20 * time.Second, Connect: 20 * time.Second, TLS: 20 * time.Second, Reply: 20 * time.Second, Look: 20 * time.Second, Total: 40 * time.Second}
	req := newRequest(t, smtpSettings("smtp.example.org", 587, login))
	steps(t, p, req) // what is made once is made
	runtime.GC()
	before := runtime.NumGoroutine()
	const n = 500
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := 0
	stop := make(chan bool)
	var most uint64
	go func() {
		var m runtime.MemStats
		for {
			select {
			case <-stop:
				return
			case <-time.After(50 * time.Millisecond):
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapInuse+m.StackInuse)
			}
		}
	}()
	begin := time.Now()
	for range n {
		wg.Go(func() {
			v := p.Run(t.Context(), req, func(Step) {})
			mu.Lock()
			defer mu.Unlock()
			if v.OK {
				good++
			} else if good%100 == 0 {
				t.Logf("%+v", v)
			}
		})
	}
	wg.Wait()
	took := time.Since(begin)
	stop <- true
	if good != n {
		t.Errorf("%d of %d went well", good, n)
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before+2 && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	left := runtime.NumGoroutine() - before
	t.Logf("%d tests at once in %v, at most %d MB in use with the servers' side, %d goroutines more than before", n, took.Round(time.Millisecond), most>>20, left)
	if left > 2 {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines are left:\n%s", left, buf[:runtime.Stack(buf, true)])
	}
	if most > 200<<20 {
		t.Errorf("%d MB in use", most>>20)
	}
}

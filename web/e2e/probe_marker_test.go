//go:build e2e

package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"wgsmtp/app/php"
)

// markerForms are the ways in which the marker could show: as it is, in the
// encodings of the conversation and of what carries it, and as a stack trace
// prints the words of memory.
func markerForms() map[string]string {
	b64 := base64.StdEncoding.EncodeToString
	raw := []byte(markerSecret)
	out := map[string]string{
		"raw": markerSecret, "half": markerSecret[:8], "quoted": strings.Trim(fmt.Sprintf("%q", markerSecret), `"`), "HTML": html.EscapeString(markerSecret),
		"query": url.QueryEscape(markerSecret), "path": url.PathEscape(markerSecret),
		"hex": hex.EncodeToString(raw[:8]), "HEX": strings.ToUpper(hex.EncodeToString(raw[:8])), "bytes": strings.Trim(fmt.Sprint(raw[:8]), "[]"),
		"base64": b64(raw), "base64url": base64.RawURLEncoding.EncodeToString(raw),
		"PLAIN":        b64([]byte("\x00" + markerUser + "\x00" + markerSecret)),
		"PLAIN as the": b64([]byte(markerUser + "\x00" + markerUser + "\x00" + markerSecret)),
		// A digest differs from time to time; the name before it does not.
		"CRAM-MD5": b64([]byte(markerUser + " "))[:(len(markerUser)+1)/3*4],
		"word":     fmt.Sprintf("%x", binary.LittleEndian.Uint64(raw)), "word, big-endian": fmt.Sprintf("%x", binary.BigEndian.Uint64(raw)),
	}
	for offset := range 3 { // within any other text
		text := b64([]byte(strings.Repeat("x", offset) + markerSecret + "yyy"))
		out[fmt.Sprintf("base64 at %d", offset)] = text[4 : 4+len(markerSecret)/3*4-4]
	}
	return out
}

// mustNotShow looks for the marker in what was said somewhere.
func mustNotShow(t *testing.T, where, text string) {
	t.Helper()
	for name, form := range markerForms() {
		if i := strings.Index(text, form); i >= 0 {
			t.Errorf("%s: the password shows as %s: ...%s...", where, name, text[max(0, i-120):min(len(text), i+len(form)+40)])
		}
	}
}

// The password is nowhere but in the conversation: every right and wrong run
// over HTTP and as a command, then a look into the streams, the answers, the
// log, the metrics, standard error, and what is left of a crash in the middle.
func TestMarkerIsNowhere(t *testing.T) {
	needPeers(t)
	if err := strays(); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSL_CERT_FILE", peerCAFile())
	t.Setenv("MARKER_SECRET", markerSecret)
	secretFile := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secretFile, []byte(markerSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	marked := func(text, password string) string {
		text = strings.ReplaceAll(text, "'username' => '"+mailUser+"'", "'username' => '"+markerUser+"'")
		text = strings.ReplaceAll(text, php.Quote(peerSecret), password)
		return strings.ReplaceAll(text, "'password' => 'not ", "'password' => "+strings.TrimSuffix(php.Quote(markerSecret), "'")+" not ")
	}
	var list []trial
	for _, tr := range append(trials(), variations()...) {
		if !tr.hangs && strings.Contains(tr.smtp, "'password'") {
			list = append(list, tr)
		}
	}

	cmd, address, messages := startProgram(t)
	post := func(body any) (int, string) {
		data, err := json.Marshal(body)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		resp, err := http.Post(address+"/api/probe", "application/json", bytes.NewReader(data))
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, fmt.Sprint(resp.Header) + string(b)
	}

	var mu sync.Mutex
	runs, apart, good, hidden := 0, 0, 0, 0
	note := func(where, text string) {
		mustNotShow(t, where, text)
		mu.Lock()
		defer mu.Unlock()
		runs++
		if strings.Contains(text, `{"verdict":{"ok":true`) || strings.Contains(text, "Good after") {
			good++
		}
		if strings.Contains(text, "***") {
			hidden++
		}
	}
	room := make(chan bool, 12)
	var running sync.WaitGroup
	each := func(f func()) {
		room <- true
		running.Go(func() { defer func() { <-room }(); f() })
	}
	for i, tr := range list {
		inline := wikiValues + "$wgSMTP = [ " + marked(tr.smtp, php.Quote(markerSecret)) + " ];\n"
		env := wikiValues + "$wgSMTP = [ " + marked(tr.smtp, "getenv( 'MARKER_SECRET' )") + " ];\n"
		each(func() {
			_, text := post(map[string]any{"settings": "<?php\n" + inline, "release": "1.39.17", "to": tr.recipient(), "send": true, "auth_sasl": i%2 == 0})
			note("HTTP, "+tr.name, text)
		})
		if i%4 == 0 {
			apart++
			each(func() {
				_, text := post(map[string]any{"settings": "<?php\n" + env, "secret": markerSecret, "to": tr.recipient()})
				note("HTTP, secret apart, "+tr.name, text)
			})
		}
		each(func() {
			args, settings := []string{"--verbose", "--send"}, inline
			switch i % 4 {
			case 1:
				args, settings = []string{"--json", "--password-env", "MARKER_SECRET"}, env
			case 2:
				args, settings = []string{"--verbose", "--password-file", secretFile}, env
			case 3:
				args, settings = []string{"--json", "--resolve", "--auth-sasl"}, env
			}
			c := exec.Command(program, append(append([]string{"probe", "--to", tr.recipient()}, args...), "-")...)
			c.Stdin = strings.NewReader("<?php\n" + settings)
			out, _ := c.CombinedOutput()
			note(fmt.Sprintf("wgsmtp probe %q, %s", args, tr.name), string(out))
		})
	}
	running.Wait()
	// Requests that are refused repeat nothing either.
	for name, body := range map[string]any{
		"the secret for a port": map[string]any{"config": map[string]string{"port": markerSecret}}, "for a field's name": map[string]any{"config": map[string]string{markerSecret: "x"}},
		"for a member": map[string]any{markerSecret: 1}, "for a release": map[string]any{"settings": "<?php", "release": markerSecret},
		"not PHP": map[string]any{"settings": "<?php $wgSMTP = [ 'password' => '" + markerSecret}, "a recipient": map[string]any{"settings": "<?php\n" + wikiValues, "to": markerSecret},
	} {
		_, text := post(body)
		mustNotShow(t, name, text)
	}
	if runs != 2*len(list)+apart || good < 20 || hidden < runs/3 {
		t.Errorf("%d runs, %d of them good, in %d something was masked", runs, good, hidden)
	}
	resp, err := http.Get(address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	metrics, _ := io.ReadAll(resp.Body)
	resp.Body.Close()
	mustNotShow(t, "metrics", string(metrics))
	if !strings.Contains(string(metrics), `wgsmtp_probes_total{result="ok"}`) {
		t.Errorf("the metrics know of nothing:\n%s", metrics)
	}

	// A crash while a password is in use: the server holds its tongue.
	silent := "<?php\n" + wikiValues + "$wgSMTP = [ 'host' => 'web.example.org', 'port' => 80, " + marked(login, php.Quote(markerSecret)) + " ];\n"
	begun := make(chan bool)
	go func() {
		data, _ := json.Marshal(map[string]any{"settings": silent})
		resp, err := http.Post(address+"/api/probe", "application/json", bytes.NewReader(data))
		if err == nil {
			close(begun)
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
	}()
	<-begun
	crash(t, cmd)
	said, err := os.ReadFile(messages)
	if err != nil {
		t.Fatal(err)
	}
	mustNotShow(t, "log and crash of serve", string(said))
	if !strings.Contains(string(said), "SIGQUIT") || !strings.Contains(string(said), "web/probe.(*run)") || !strings.Contains(string(said), "result=ok") {
		t.Errorf("there is no log with a crash in the middle of a test:\n%.3000s", said)
	}

	c := exec.Command(program, "probe", "-")
	c.Stdin = strings.NewReader(silent)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	for range 100 { // until it talks to the server
		if b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/net/tcp", c.Process.Pid)); strings.Contains(string(b), "1800007F:0050 01") {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	crash(t, c)
	mustNotShow(t, "crash of probe", out.String())
	if !strings.Contains(out.String(), "SIGQUIT") || !strings.Contains(out.String(), "web/probe.(*run)") {
		t.Errorf("no crash in the middle of a test:\n%.3000s", out.String())
	}
	t.Logf("%d runs, %d of them good, with two crashes: the password in none of %d forms", runs, good, len(markerForms()))
}

// crash makes a program tell where all its goroutines are, and end.
func crash(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	time.Sleep(300 * time.Millisecond)
	if err := cmd.Process.Signal(syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
}

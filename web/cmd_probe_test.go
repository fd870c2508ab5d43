package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const probeMarker = "marker-Tq7Zr2xY"

// loopbackServer takes every login with the marker for a password, and every
// recipient but nobody.
func loopbackServer(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				fmt.Fprint(conn, "220 mx.example.org\r\n")
				lines := bufio.NewScanner(conn)
				login, data := 0, false
				for lines.Scan() {
					line := lines.Text()
					switch {
					case data && line != ".":
					case data:
						data = false
						fmt.Fprint(conn, "250 2.0.0 Ok: queued as 4XyZ123abc\r\n")
					case login == 2:
						login--
						fmt.Fprint(conn, "334 UGFzc3dvcmQ6\r\n")
					case login == 1:
						login--
						if line == "bWFya2VyLVRxN1pyMnhZ" {
							fmt.Fprint(conn, "235 ok\r\n")
						} else {
							fmt.Fprintf(conn, "535 5.7.8 no \x1b[31m %s\r\n", line)
						}
					case strings.HasPrefix(line, "EHLO"):
						fmt.Fprint(conn, "250-mx.example.org\r\n250 AUTH LOGIN\r\n")
					case line == "AUTH LOGIN":
						login = 2
						fmt.Fprint(conn, "334 VXNlcm5hbWU6\r\n")
					case line == "DATA":
						data = true
						fmt.Fprint(conn, "354 go\r\n")
					case line == "QUIT":
						fmt.Fprint(conn, "221 bye\r\n")
						return
					case strings.HasPrefix(line, "RCPT TO:<nobody"):
						fmt.Fprint(conn, "550 no such user\r\n")
					default:
						fmt.Fprint(conn, "250 ok\r\n")
					}
				}
			}()
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}

func TestProbeCommand(t *testing.T) {
	port := loopbackServer(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	secret := write("secret", probeMarker+"\n")
	wrong := write("wrong", "another-"+probeMarker)
	settings := func(password string) string {
		return fmt.Sprintf("<?php\n$wgPasswordSender = 'wiki@localhost';\n$wgSMTP = [ 'host' => '127.0.0.1', 'port' => %d, 'auth' => true, 'username' => 'wiki', 'password' => %s ];\n", port, password)
	}
	inline := write("inline.php", settings("'"+probeMarker+"'"))
	env := write("env.php", settings("getenv( 'WGSMTP_TEST_SECRET' )"))
	file := write("file.php", settings("trim( file_get_contents( '"+secret+"' ) )"))
	only := write("only.php", settings("some_function()"))
	t.Setenv("WGSMTP_TEST_SECRET", probeMarker)

	tests := []struct {
		args string
		code int
		out  string // in the output, or what is said
	}{
		{inline, exitOK, "No mail was sent."},
		{"--send --to a@localhost.example " + inline, exitOK, "took the test mail as 4XyZ123abc"},
		{"--release 1.39.17 " + inline, exitOK, "Good after"},
		{"--to nobody@localhost.example " + inline, exitFindings, "MediaWiki says: Failed to add recipient: nobody@localhost.example"},
		{"--verbose " + inline, exitOK, "> AUTH LOGIN"},
		{"--resolve " + env, exitOK, "Good after"},
		{"--resolve " + file, exitOK, "Good after"},
		{"--password-env WGSMTP_TEST_SECRET " + only, exitOK, "Good after"},
		{"--password-file " + secret + " " + only, exitOK, "Good after"},
		{"--password-file " + wrong + " " + only, exitFindings, `535 5.7.8 no \x1b[31m ***`},
		{"--json " + inline, exitOK, `{"verdict":{"ok":true`},
		{"--json --to nobody@localhost.example " + inline, exitFindings, `"error":"Failed to add recipient`},

		{"", exitUsage, "probe takes one file"},
		{filepath.Join(dir, "none.php"), exitUsage, "no such file"},
		{"--release 2.0 " + inline, exitUsage, "is not known"},
		{"--to nonsense " + inline, exitUsage, "must be one address"},
		{"--resolve " + only, exitUsage, "only PHP can work out"},
		{"--password-env WGSMTP_TEST_NOT_SET " + env, exitUsage, "is not set"},
		{"--password-file " + secret + " --resolve " + env, exitUsage, "more than one place"},
		{"--password-file " + filepath.Join(dir, "none") + " " + env, exitUsage, "no such file"},
		{write("mail.php", "<?php $wgSMTP = false;"), exitUsage, "PHP's mail()"},
		{write("empty.php", ""), exitUsage, "PHP's mail()"},
	}
	for _, tt := range tests {
		var out, said strings.Builder
		code := run(t.Context(), &console{strings.NewReader(""), &out, &said}, append([]string{"probe"}, strings.Fields(tt.args)...))
		all := out.String() + said.String()
		if code != tt.code || !strings.Contains(all, tt.out) {
			t.Errorf("%s: code %d, want %d with %q in\n%s", tt.args, code, tt.code, tt.out, all)
		}
		if strings.Contains(all, probeMarker) || strings.Contains(all, "bWFya2VyLVRxN1pyMnhZ") || strings.ContainsAny(all, "\x1b\x00\r") {
			t.Errorf("%s: the password or a control character is printed:\n%q", tt.args, all)
		}
		if strings.HasPrefix(tt.args, "--json") {
			for line := range strings.Lines(out.String()) {
				if !json.Valid([]byte(line)) {
					t.Errorf("%s: %q is not JSON", tt.args, line)
				}
			}
		}
	}
}

// From standard input, and a file that is too large.
func TestProbeInput(t *testing.T) {
	port := loopbackServer(t)
	src := fmt.Sprintf("<?php\n$wgPasswordSender = 'wiki@localhost';\n$wgSMTP = [ 'host' => '127.0.0.1', 'port' => %d, 'auth' => false ];\n", port)
	var out, said strings.Builder
	if code := run(t.Context(), &console{strings.NewReader(src), &out, &said}, []string{"probe", "-"}); code != exitOK {
		t.Errorf("code %d: %s%s", code, out.String(), said.String())
	}
	big := strings.NewReader(strings.Repeat("x", maxSettings+1))
	if code := run(t.Context(), &console{big, &out, &said}, []string{"probe", "-"}); code != exitUsage || !strings.Contains(said.String(), "larger than") {
		t.Errorf("code %d: %s", code, said.String())
	}
}

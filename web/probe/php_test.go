package probe

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wgsmtp/app/transport"
)

// phpHandshake asks a server for TLS as Net_Socket does, and prints the last
// warning.
const phpHandshake = `
[, $port, $options, $scheme] = $argv;
$last = '';
set_error_handler( static function ( $n, $text ) use ( &$last ) { $last = $text; return true; } );
$context = stream_context_create( [ 'ssl' => json_decode( $options, true ) ] );
ini_set( 'default_socket_timeout', '2' );
$s = stream_socket_client( "tcp://localhost:$port", $code, $text, 2, STREAM_CLIENT_CONNECT, $context );
$last = '';
$ok = stream_socket_enable_crypto( $s, true, STREAM_CRYPTO_METHOD_TLS_CLIENT );
echo json_encode( [ 'ok' => $ok === true, 'cause' => $last ] );
`

// What we say of a handshake is what the real PHP says, in its words.
func TestHandshakeAsPHP(t *testing.T) {
	php, err := exec.LookPath("php")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ca := file("ca.pem", testCA().pem)
	self := file("self.pem", certPEM("self-signed"))
	empty := file("empty.pem", []byte("nothing"))
	server := func(c *tls.Config) func(net.Conn) {
		return func(conn net.Conn) {
			s := tls.Server(conn, c)
			s.Handshake()
			io.Copy(io.Discard, s)
		}
	}
	good := func(cert string) func(net.Conn) { return server(testTLS(t, cert, "", "")) }
	plain := func(text string) func(net.Conn) {
		return func(conn net.Conn) {
			bufio.NewReader(conn).Peek(5) // the client's first record
			io.WriteString(conn, text)
			io.Copy(io.Discard, conn)
		}
	}
	// hello reads the client's first record to its end and hangs up.
	hello := func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if head, err := r.Peek(5); err == nil {
			io.CopyN(io.Discard, r, 5+int64(head[3])<<8+int64(head[4]))
		}
	}
	alert := func(n byte) func(net.Conn) { return plain("\x15\x03\x03\x00\x02\x02" + string([]byte{n})) }
	old := testTLS(t, "", "", "1.1")
	old.MinVersion = tls.VersionTLS10

	tests := []struct {
		name    string
		serve   func(net.Conn)
		options map[string]any
		o       transport.TLSOptions
	}{
		{"good", good(""), map[string]any{"peer_name": "smtp.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"good, other case", good(""), map[string]any{"peer_name": "SMTP.Example.ORG", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "SMTP.Example.ORG", CAFile: ca}},
		{"wildcard", good(""), map[string]any{"peer_name": "a.example.net", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "a.example.net", CAFile: ca}},
		{"wildcard, two labels", good(""), map[string]any{"peer_name": "a.b.example.net", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "a.b.example.net", CAFile: ca}},
		{"wildcard, no label", good(""), map[string]any{"peer_name": "example.net", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "example.net", CAFile: ca}},
		{"address", good(""), map[string]any{"peer_name": "127.0.0.1", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "127.0.0.1", CAFile: ca}},
		{"other address", good(""), map[string]any{"peer_name": "127.0.0.2", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "127.0.0.2", CAFile: ca}},
		{"wrong name", good("wrong-name"), map[string]any{"peer_name": "smtp.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"wrong name, not checked", good("wrong-name"), map[string]any{"verify_peer_name": false, "cafile": ca}, transport.TLSOptions{VerifyPeer: true, CAFile: ca}},
		{"common name only", good("common-name"), map[string]any{"peer_name": "smtp.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"wrong common name", good("common-name"), map[string]any{"peer_name": "mail.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "mail.example.org", CAFile: ca}},
		{"unknown authority", good(""), map[string]any{"peer_name": "smtp.example.org"}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org"}},
		{"unknown authority, not checked", good(""), map[string]any{"peer_name": "smtp.example.org", "verify_peer": false}, transport.TLSOptions{VerifyPeerName: true, PeerName: "smtp.example.org"}},
		{"self-signed", good("self-signed"), map[string]any{"peer_name": "smtp.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"self-signed, allowed", good("self-signed"), map[string]any{"peer_name": "smtp.example.org", "cafile": ca, "allow_self_signed": true}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, AllowSelfSigned: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"self-signed, allowed, other name", good("self-signed"), map[string]any{"peer_name": "x.example.org", "cafile": ca, "allow_self_signed": true}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, AllowSelfSigned: true, PeerName: "x.example.org", CAFile: ca}},
		{"self-signed, trusted", good("self-signed"), map[string]any{"peer_name": "smtp.example.org", "cafile": self}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: self}},
		{"unknown authority, self-signed allowed", good(""), map[string]any{"peer_name": "smtp.example.org", "allow_self_signed": true}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, AllowSelfSigned: true, PeerName: "smtp.example.org"}},
		{"expired", good("expired"), map[string]any{"peer_name": "smtp.example.org", "cafile": ca}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: ca}},
		{"no such cafile", good(""), map[string]any{"peer_name": "smtp.example.org", "cafile": "/nowhere/ca.pem"}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: "/nowhere/ca.pem"}},
		{"empty cafile", good(""), map[string]any{"peer_name": "smtp.example.org", "cafile": empty}, transport.TLSOptions{VerifyPeer: true, VerifyPeerName: true, PeerName: "smtp.example.org", CAFile: empty}},
		{"plain text", plain("220 mx.example.org ESMTP\r\n"), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"hangs up", hello, map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"silent", func(c net.Conn) { io.Copy(io.Discard, c) }, map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"old versions only", server(old), map[string]any{"verify_peer": false, "verify_peer_name": false}, transport.TLSOptions{}},
		{"alert: handshake failure", alert(40), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: protocol version", alert(70), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: insufficient security", alert(71), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: internal error", alert(80), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: unrecognised name", alert(112), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: unexpected message", alert(10), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
		{"alert: access denied", alert(49), map[string]any{"verify_peer": false}, transport.TLSOptions{}},
	}
	script := file("handshake.php", []byte("<?php"+phpHandshake))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, port, _ := net.SplitHostPort(listen(t, tt.serve))
			options, _ := json.Marshal(tt.options)
			out, err := exec.Command(php, script, port, string(options), "").CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			var want struct {
				OK    bool
				Cause string
			}
			if err := json.Unmarshal(out, &want); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			conn, err := net.Dial("tcp", "127.0.0.1:"+port)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			p := &Prober{}
			h := p.shake(t.Context(), conn, tt.o, 2*time.Second)
			cause := h.cause
			if cause != "" && !strings.Contains(cause, "cafile stream: ") {
				cause = "stream_socket_enable_crypto(): " + cause
			}
			// PHP without the mend of GHSA-xr7j-rvgx-xq5p looks at the common
			// name even where there are other names, and says so.
			if older, ok := strings.CutPrefix(want.Cause, "stream_socket_enable_crypto(): Peer certificate CN=`"); ok && strings.HasSuffix(older, "' did not match expected CN=`"+tt.o.PeerName+"'") {
				cause = strings.Replace(cause, "subjectAltName did not match expected name `"+tt.o.PeerName+"'", "CN=`"+older, 1)
			}
			if h.ok != want.OK || !h.ok && cause != want.Cause {
				t.Errorf("got %v %q\nPHP %v %q", h.ok, cause, want.OK, want.Cause)
			}
			if !h.ok && h.text == "" {
				t.Error("no words for it")
			}
		})
	}
}

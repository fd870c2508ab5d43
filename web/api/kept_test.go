package api

import (
	"encoding/json"
	"strings"
	"testing"
)

// What a form has no field for goes over its configuration: the keys of the
// block that it prints are tried, and a secret among them is not told.
func TestKeptIsTried(t *testing.T) {
	address := start(t, Options{Prober: prober(mailServer(t, 0), "127.0.0.1")})
	block := func(keys string) string {
		return "$wgPasswordSender = 'wiki@example.org';\n$wgSMTP = [ 'host' => 'smtp.example.org', 'port' => 587, 'auth' => true, 'username' => 'wiki@example.org', " + keys + " ];\n"
	}
	for _, tt := range []struct {
		name, settings, secret string
		ok                     bool
		has                    string
	}{
		{"a name in EHLO", block("'password' => '" + marker + "', 'localhost' => 'kept.example.org'"), "", true, "EHLO kept.example.org"},
		{"another mechanism", block("'password' => '" + marker + "', 'auth' => 'PLAIN'"), "", true, "AUTH PLAIN"},
		{"a password that is a number", block("'password' => 47114711"), "", true, "235 ok"},
		{"a password from elsewhere", block("'password' => getenv( 'X' )"), marker, true, "235 ok"},
		{"the same without one", block("'password' => getenv( 'X' )"), "", false, "type it here"},
		{"a secret by its name", block("'password' => 'x', 'access_token' => '" + marker + "', 'localhost' => '" + marker + ".example.org'"), "", true, "EHLO ***.example.org"},
		{"one inside", block("'password' => 'x', 'socket_options' => [ 'ssl' => [ 'passphrase' => '" + marker + "' ] ], 'localhost' => '" + marker + ".example.org'"), "", true, "EHLO ***.example.org"},
		{"one in an expression inside", block("'password' => 'x', 'socket_options' => [ 'ssl' => [ 'passphrase' => getenv( 'X' ) ?: '" + marker + "' ] ]"), "", false, "$wgSMTP['socket_options'] holds an expression"},
		{"a port that only PHP knows", block("'password' => 'x', 'port' => $wgPort"), "", false, "$wgSMTP['port'] is an expression"},
		{"no settings of SMTP", "$wgSMTP = $wgMail;", "", false, "$wgSMTP is an expression"},
	} {
		config := goodConfig()
		delete(config, "secret")
		body, _ := json.Marshal(map[string]any{"config": config, "settings": tt.settings, "secret": tt.secret})
		resp := send(t, "POST", address+"/api/probe", string(body))
		steps, verdict, all := read(t, resp)
		if verdict == nil || verdict["ok"] != tt.ok || !strings.Contains(all, tt.has) {
			t.Errorf("%s: %v, %v, %q is missing\n%s", tt.name, steps, verdict, tt.has, all)
		}
		for _, secret := range []string{marker, "47114711"} {
			if strings.Contains(all, secret) {
				t.Errorf("%s: %s is in the answer", tt.name, secret)
			}
		}
	}
}

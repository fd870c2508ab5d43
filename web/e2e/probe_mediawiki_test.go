//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// variations are right and wrong settings of other kinds than the faults of a
// server: what each key of $wgSMTP can be, in the wiki's hands.
func variations() []trial {
	at := func(host string, port int, rest string) string {
		return fmt.Sprintf("'host' => '%s', 'port' => %d, %s", host, port, rest)
	}
	user := "'username' => '" + mailUser + "', 'password' => 'wrong'"
	var out []trial
	add := func(name, smtp string) { out = append(out, trial{name: name, smtp: smtp}) }
	for _, mechanism := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "plain", "NTLM", "XOAUTH2"} {
		add("auth "+mechanism, at("postfix.example.org", portSubmission, replaced(login, "'auth' => true", "'auth' => '"+mechanism+"'")))
	}
	add("CRAM-MD5 with Auth_SASL", at("postfix.example.org", portCRAM, login))
	add("CRAM-MD5 with Auth_SASL, Exim", at("exim.example.org", portCRAM, login))
	add("CRAM-MD5, wrong password", at("exim.example.org", portCRAM, "'auth' => true, "+user))
	add("PLAIN, wrong password", at("exim.example.org", portSubmission, "'auth' => 'PLAIN', "+user))
	add("no user name", at("exim.example.org", portSubmission, "'auth' => true, 'password' => 'x'"))
	add("no password", at("exim.example.org", portSubmission, "'auth' => true, 'username' => 'x'"))
	add("auth missing", at("exim.example.org", portMustLogin, "'username' => 'x'"))
	add("auth is 1", at("exim.example.org", portSubmission, replaced(login, "'auth' => true", "'auth' => 1")))
	add("auth is a word", at("exim.example.org", portSubmission, replaced(login, "'auth' => true", "'auth' => 'true'")))
	add("port as text", replaced(at("exim.example.org", portSubmission, login), "587", "'587'"))
	add("port as a word", replaced(at("exim.example.org", portSubmission, login), "587", "'submission'"))
	add("port 0", at("exim.example.org", 0, noLogin))
	add("port too large", at("exim.example.org", 99999, noLogin))
	add("no port", "'host' => 'exim.example.org', "+noLogin)
	add("no host", "'port' => 26, "+noLogin)
	add("empty host", at("", 26, noLogin))
	add("host with a port", "'host' => 'exim.example.org:587', "+noLogin)
	add("tls:// on 465", at("tls://exim.example.org", portSubmissions, login))
	add("tlsv1.2://", at("tlsv1.2://exim.example.org", portSubmissions, login))
	add("tcp://", at("tcp://exim.example.org", portSubmission, login))
	add("smtp://", at("smtp://exim.example.org", portSubmission, login))
	add("SSL:// in capitals", at("SSL://exim.example.org", portSubmissions, login))
	add("address for a name, TLS", at("ssl://127.0.0.22", portSubmissions, login))
	add("address for a name, STARTTLS", at("127.0.0.22", portSubmission, login))
	add("address for a name, relay", at("127.0.0.22", portRelay, noLogin))
	add("odd address", at("2130706454", portRelay, noLogin)) // 127.0.0.22
	add("unused address", at("127.0.0.99", portRelay, noLogin))
	for _, option := range []struct{ name, php string }{
		{"verify_peer off", "'verify_peer' => false"},
		{"verify_peer_name off", "'verify_peer_name' => false"},
		{"both off", "'verify_peer' => false, 'verify_peer_name' => false"},
		{"self-signed allowed", "'allow_self_signed' => true"},
		{"peer_name", "'peer_name' => 'mx1.hosting.example.com'"},
		{"no such cafile", "'cafile' => '/nowhere/ca.pem'"},
		{"cafile", "'cafile' => '" + peerCAFile() + "'"},
	} {
		options := login + ", 'socket_options' => [ 'ssl' => [ " + option.php + " ] ]"
		add(option.name+", self-signed", at("exim.example.org", selfSigned+587, options))
		add(option.name+", wrong name", at("ssl://postfix.example.org", wrongName+465, options))
		add(option.name+", expired", at("exim.example.org", expired+587, options))
	}
	add("EHLO name refused, HELO too", at("opensmtpd.example.org", portEHLO, noLogin+", 'localhost' => 'localhost'"))
	add("EHLO name with a space", at("postfix.example.org", portRelay, noLogin+", 'localhost' => 'my wiki'"))
	add("IDHost", at("postfix.example.org", portRelay, noLogin+", 'IDHost' => 'wiki.example.org'"))
	add("persist", at("postfix.example.org", portSubmission, login+", 'persist' => true"))
	add("pipelining", at("postfix.example.org", portRelay, noLogin+", 'pipelining' => true"))
	add("verp, which is no key", at("postfix.example.org", portRelay, noLogin+", 'verp' => true"))
	add("timeout as text", at("postfix.example.org", portRelay, noLogin+", 'timeout' => '5'"))

	more := func(name, smtp, more, to string) {
		out = append(out, trial{name: name, smtp: smtp, more: more, to: to})
	}
	relay := at("postfix.example.org", portRelay, noLogin)
	more("another sender", relay, "$wgPasswordSender = 'no-such-person@example.org';\n", "")
	more("VERP", relay, "$wgUserEmailUseReplyTo = true;\n", "")
	more("HTML allowed", relay, "$wgAllowHTMLEmail = true;\n", "")
	more("subdomain refused", at("exim.example.org", portRelay, noLogin), "", "bob@sub.example.net")
	more("local part of 70 bytes", relay, "", "a123456789b123456789c123456789d123456789e123456789f123456789g123456789@example.net")
	more("plus in the address", relay, "", "alice+wiki@example.net")
	return out
}

// replaced is a text with one piece changed, which must be there.
func replaced(text, old, new string) string {
	out := strings.Replace(text, old, new, 1)
	if out == text {
		panic(old + " is not in " + text)
	}
	return out
}

// The same block through MediaWiki, as Debian has it, and through the probe:
// sent or not, and the same error, word for word.
func TestProbeSaysWhatMediaWikiSays(t *testing.T) {
	needPeers(t)
	if err := strays(); err != nil {
		t.Fatal(err)
	}
	w := needWiki(t)
	if _, err := os.Stat("/usr/share/php/Auth/SASL.php"); err != nil {
		t.Fatal("Auth_SASL is missing: install the package php-auth-sasl")
	}
	bare := withoutSASL(t)
	var list []trial
	for _, tr := range append(trials(), variations()...) {
		if tr.hangs {
			continue // MediaWiki would not come back
		}
		if tr.noSASL {
			tr.more += "set_include_path( str_replace( '/usr/share/php', '" + bare + "', get_include_path() ) );\n"
		}
		list = append(list, tr)
	}
	said := w.sendAll(t, list)
	var mu sync.Mutex
	equal, sent := 0, 0
	t.Run("all", func(t *testing.T) {
		room := make(chan bool, 16)
		var running sync.WaitGroup
		for i, tr := range list {
			room <- true
			running.Go(func() {
				defer func() { <-room }()
				t.Run(tr.name, func(t *testing.T) {
					steps, v := tr.probed(t, newProber(), w.Version, !tr.noSASL)
					got := v.Error
					if v.Exception != "" {
						got = v.Exception + ": " + got
					}
					if v.OK != v.Sent || v.OK != (got == "") || v.Stopped || v.Hung {
						t.Errorf("%+v\n%s", v, told(steps))
					}
					mu.Lock()
					defer mu.Unlock()
					if said[i].OK {
						sent++
					}
					if said[i].OK == v.Sent && said[i].Error == got {
						equal++
						return
					}
					t.Errorf("\nMediaWiki %q\nthe probe %q\n%s\n%s", said[i].Error, got, tr.smtp, told(steps))
				})
			})
		}
		running.Wait()
	})
	t.Logf("MediaWiki %s and the probe say the same of %d of %d configurations; %d of them send", w.Version, equal, len(list), sent)
	if len(list) < 50 {
		t.Errorf("only %d configurations", len(list))
	}
}

type mailed struct {
	OK    bool
	Error string
}

// sendAll makes the wiki send a mail with the block of each trial.
func (w *wiki) sendAll(t *testing.T, list []trial) []mailed {
	t.Helper()
	var in []map[string]string
	for _, tr := range list {
		in = append(in, map[string]string{"block": tr.block(), "to": tr.recipient()})
	}
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/mails.php")
	if err != nil {
		t.Fatal(err)
	}
	out := w.php(t, w.settings(t, ""), peerCAFile(), string(data), script, t.TempDir())
	var result []mailed
	if err := json.Unmarshal([]byte(out), &result); err != nil || len(result) != len(list) {
		t.Fatalf("%d answers, %v\n%s", len(result), err, out)
	}
	return result
}

// withoutSASL is a folder of all PHP libraries but Auth_SASL.
func withoutSASL(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	names, err := os.ReadDir("/usr/share/php")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if n.Name() != "Auth" {
			if err := os.Symlink("/usr/share/php/"+n.Name(), filepath.Join(dir, n.Name())); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

//go:build e2e

package e2e

import (
	"context"
	"io"
	"net"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// What was pasted and has no field is tried with the rest: the server sees the
// block that the form prints.
func TestLiveKept(t *testing.T) {
	host := needMailHost(t)
	origin, log := serveLive(t, host.CAFile)
	const passphrase = "kept-7Vq3ZmW1"
	p := openIn(t, mustChromium(t), origin, "/settings.html", wide, chromedp.WithNewBrowserContext())
	p.await("the program to run", `!!document.querySelector("#bring fieldset:not([disabled])") && `+mounted)
	p.paste("pasted", "$wgPasswordSender = '"+mailUser+"';\n$wgSMTP = [\n\t'host' => 'ssl://mail.example.org',\n\t'port' => 465,\n\t'auth' => true,\n\t'username' => '"+mailUser+"',\n\t'password' => getenv( 'MAIL' ),\n\t'pipelining' => true,\n\t'socket_options' => [ 'ssl' => [ 'peer_name' => 'smtp.example.org', 'ciphers' => 'DEFAULT', 'passphrase' => '"+passphrase+"' ] ],\n];\n")
	p.await("findings", `!!document.querySelector("[data-do=continue], [data-do=mend-all]")`)
	if eval[bool](p, `!document.querySelector("[data-do=continue]")`) {
		p.click(`[data-do="mend-all"]`)
		p.await("the way on", `!!document.querySelector("[data-do=continue]")`)
	}
	p.click(`[data-do="continue"]`)
	p.await("the form with its note", `!!document.querySelector("#server") && !!document.querySelector("#kept")`)
	block := p.block()
	if !strings.Contains(block, "pipelining") || !strings.Contains(block, "ciphers") {
		t.Fatalf("the block is\n%s", block)
	}
	p.click("#tab-live")
	// The password comes from elsewhere, so it is asked for.
	p.fill("live-secret", mailSecret)
	if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") {
		t.Fatalf("verdict: %s\n%q\n%s", got, p.liveSteps(), log)
	}
	// With pipelining sender and recipient go out in one piece; and without the
	// name to expect, the certificate would not be accepted.
	talk := eval[[]string](p, `[...document.querySelectorAll(".live__talk .talk__line")].map(e => e.innerText.replace(/\s+/g, " "))`)
	mail := slices.IndexFunc(talk, func(l string) bool { return strings.Contains(l, "MAIL FROM") })
	if mail < 0 || mail+1 >= len(talk) || !strings.Contains(talk[mail+1], "RCPT TO") {
		t.Errorf("without pipelining: %q", talk)
	}
	for where, text := range map[string]string{
		"panel":   eval[string](p, `document.querySelector("#tabpanel-live").outerHTML`),
		"storage": eval[string](p, `JSON.stringify([{...localStorage}, {...sessionStorage}, location.href, document.cookie])`),
		"log":     log.String(),
	} {
		for _, secret := range []string{passphrase, mailSecret} {
			if strings.Contains(text, secret) {
				t.Errorf("a secret is in the %s", where)
			}
		}
	}
	// Dropped, it is not tried any more, and the run says that it is older.
	p.click(`[data-do="drop-kept"][data-arg="$wgSMTP['pipelining']"]`)
	p.await("the word that the form has changed", `document.querySelector(".live__run").innerText.includes("The form has changed since")`)
	p.runLive()
	talk = eval[[]string](p, `[...document.querySelectorAll(".live__talk .talk__line")].map(e => e.innerText.replace(/\s+/g, " "))`)
	mail = slices.IndexFunc(talk, func(l string) bool { return strings.Contains(l, "MAIL FROM") })
	if mail < 0 || mail+1 >= len(talk) || strings.Contains(talk[mail+1], "RCPT TO") {
		t.Errorf("with pipelining still: %q", talk)
	}
}

// publicAddress is one that a shared test may dial; here it leads to this
// machine.
const publicAddress = "11.22.33.44"

// publicServer leads the mail ports of publicAddress to the mail host.
func publicServer(t *testing.T) {
	t.Helper()
	run(t, "ip", "addr", "add", publicAddress+"/32", "dev", "lo")
	t.Cleanup(func() { exec.Command("ip", "addr", "del", publicAddress+"/32", "dev", "lo").Run() })
	for _, port := range []string{"465", "587"} {
		l, err := net.Listen("tcp", publicAddress+":"+port)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer c.Close()
					s, err := net.Dial("tcp", "127.0.0.1:"+port)
					if err != nil {
						return
					}
					defer s.Close()
					go func() { io.Copy(s, c); s.(*net.TCPConn).CloseWrite() }()
					io.Copy(c, s)
				}()
			}
		}()
	}
}

// What a person sees of a shared test: it ends at the recipient and says that
// nothing can be sent, refuses what is not on the internet in plain words, and
// says when to come back.
func TestLivePublic(t *testing.T) {
	host := needMailHost(t)
	publicServer(t)
	origin, log := serveLive(t, host.CAFile, "--public")
	for _, v := range []struct {
		name string
		view view
	}{{"wide", wide}, {"narrow", narrow}} {
		t.Run(v.name, func(t *testing.T) {
			p := openLive(t, origin, "/own-server.html", v.view)
			// Each of the two is a caller of its own.
			p.forwarded(map[string]string{"wide": "198.51.100.7", "narrow": "198.51.100.8"}[v.name])
			fillOwnServer(p, "465", "implicit", mailSecret)
			p.fill("host", publicAddress)
			p.fill("peer-name", "smtp.example.org")
			p.click("#tab-live")
			if eval[bool](p, `!!document.getElementById("live-send")`) {
				t.Error("sending is offered")
			}
			if text := eval[string](p, `document.querySelector(".panel--live .panel__lead").innerText`); !strings.Contains(text, "no mail is sent.") || !strings.Contains(text, "shared by many") || strings.Contains(text, "unless you ask") {
				t.Errorf("it says %q", text)
			}
			p.screenshot("live-public-" + v.name + "-before")
			if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") || !strings.Contains(got, "No mail was sent") {
				t.Fatalf("verdict: %s\n%q\n%s", got, p.liveSteps(), log)
			}
			if steps := p.liveSteps(); !slices.Contains(steps, "rcpt ok") || slices.ContainsFunc(steps, func(s string) bool { return strings.HasPrefix(s, "data ") }) {
				t.Errorf("steps: %q", steps)
			}
			p.screenshot("live-public-" + v.name + "-well")

			// An address of this machine, by its name, and a port that is not one of mail.
			p.fill("host", "smtp.example.org")
			got := p.runLive()
			for _, want := range []string{"127.0.0.1 is refused", "run wgsmtp on the wiki's own host"} {
				if !strings.Contains(got, want) {
					t.Errorf("loopback: %q does not say %q", got, want)
				}
			}
			for _, f := range p.axeFinds() {
				t.Errorf("axe: %s", f)
			}
			p.screenshot("live-public-" + v.name + "-refused")
			p.fill("host", publicAddress)
			p.fill("port", "8080")
			if got := p.runLive(); !strings.Contains(got, "port 8080 is refused") && !strings.Contains(got, "Port 8080 is refused") {
				t.Errorf("a port of no mail: %q", got)
			}

			// Six tests a minute are let through.
			for range 8 {
				got = p.runLive()
				if strings.Contains(got, "try again") {
					break
				}
			}
			if !regexp.MustCompile(`^Too many tests .*: try again in \d+ seconds?\.$`).MatchString(got) {
				t.Errorf("too many tests: %q", got)
			}
			if eval[bool](p, `document.getElementById("live-start").disabled || !document.querySelector(".live__progress").hidden`) {
				t.Error("after it, no test can be started")
			}
			p.screenshot("live-public-" + v.name + "-busy")
			p.expected("429")
			if strings.Contains(log.String(), mailSecret) {
				t.Error("the password is in the log")
			}
		})
	}
}

// formSays is what fields of the form hold.
func (p *tab) formSays(ids ...string) string {
	p.t.Helper()
	var out []string
	for _, id := range ids {
		out = append(out, eval[string](p, `document.getElementById(`+js(id)+`).value`))
	}
	return strings.Join(out, " ")
}

// What fails at a real server is told with its entry and its mend, and every
// button does what it says.
func TestLiveMends(t *testing.T) {
	host := needMailHost(t)
	origin, log := serveLive(t, host.CAFile)
	p := openLive(t, origin, "/own-server.html", wide)
	fillOwnServer(p, "587", "starttls", "wrong-9Xq2LmT4")
	p.click("#tab-live")
	entry := func(step string) (id, text string) {
		t.Helper()
		at := `document.querySelector("[data-step=` + step + `] [data-entry]")`
		if !eval[bool](p, `!!`+at) {
			t.Fatalf("%s: no entry in %q\n%s", step, p.liveSteps(), log)
		}
		return eval[string](p, at+`.dataset.entry`), eval[string](p, at+`.innerText`)
	}
	well := func(when string) {
		t.Helper()
		if got := p.runLive(); !strings.Contains(got, "MediaWiki's mail would be taken") {
			t.Fatalf("%s: %s\n%q\n%s", when, got, p.liveSteps(), log)
		}
	}

	// A wrong password: nobody but the person can mend it, and the buttons lead
	// to where it is typed.
	if got := p.runLive(); !strings.Contains(got, "535") {
		t.Fatalf("a wrong password: %s", got)
	}
	id, text := entry("auth")
	if id != "auth-refused" || !strings.Contains(text, "User name or password is wrong") || !strings.Contains(text, "Copy both anew") {
		t.Errorf("a wrong password: %s: %s", id, text)
	}
	if eval[bool](p, `!!document.querySelector("[data-do=live-mend], [data-do=live-offer]")`) {
		t.Error("a wrong password: a mend is offered")
	}
	p.screenshot("live-mends-password")
	for _, field := range []string{"user", "secret"} {
		p.click(`[data-step=auth] [data-do=go][data-arg=` + field + `]`)
		p.await("the focus on "+field, `document.activeElement.id === `+js(field))
	}
	p.fill("secret", mailSecret)
	well("the right password")

	// The wrong way to encrypt: the mend of the entry, which is the same as the
	// offer that was seen to work.
	p.choose("tls", "implicit")
	p.runLive()
	if id, text = entry("tls"); id != "tls-wrong-version" || !strings.Contains(text, "ssl://") {
		t.Errorf("ssl:// on 587: %s: %s", id, text)
	}
	label := eval[string](p, `document.querySelector("[data-step=tls] [data-do=live-mend]").innerText`)
	p.screenshot("live-mends-tls")
	p.click("[data-step=tls] [data-do=live-mend]")
	// What the button says is what the form then has.
	now := p.formSays("port", "tls")
	if want := map[string]string{"587 starttls": "STARTTLS", "465 implicit": "465"}[now]; want == "" || !strings.Contains(label, want) {
		t.Errorf("the button %q makes %s", label, now)
	}
	well("the mend of a wrong TLS mode")

	// A port that nobody listens on.
	p.choose("tls", "starttls")
	p.fill("port", "2525")
	p.runLive()
	if id, text = entry("tcp"); id != "connect-refused" {
		t.Errorf("a closed port: %s: %s", id, text)
	}
	offers := eval[[]string](p, `[...document.querySelectorAll("[data-do=live-offer]")].map(e => e.innerText)`)
	if len(offers) < 2 || !strings.Contains(offers[0], "465") || !strings.Contains(offers[1], "587") {
		t.Fatalf("offers: %q", offers)
	}
	p.click(`[data-do=live-offer][data-arg="1"]`)
	if now = p.formSays("port", "tls"); now != "587 starttls" {
		t.Errorf("the second offer, %q, makes %s", offers[1], now)
	}
	well("the offer for a closed port")

	// A mechanism that the server does not have, and one that MediaWiki lacks
	// without Auth_SASL: the offer lets MediaWiki choose.
	for _, mechanism := range []string{"CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2"} {
		p.choose("auth", mechanism)
		p.runLive()
		entry("auth")
		offer := eval[string](p, `(document.querySelector("[data-do=live-offer]") || {}).innerText || ""`)
		if offer == "" {
			t.Fatalf("%s: no offer in %s", mechanism, eval[string](p, `document.querySelector(".live__run").innerText`))
		}
		p.click("[data-do=live-offer]")
		if now = p.formSays("auth"); now != "auto" {
			t.Errorf("%s: the offer %q makes %q", mechanism, offer, now)
		}
		well("the offer for " + mechanism)
	}
}

// forwarded makes the page's requests look as if a reverse proxy passed them on
// for a client.
func (p *tab) forwarded(client string) {
	p.t.Helper()
	p.do(call(network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"X-Forwarded-For": client}}))
}

// expected forgets what the browser logs of an answer that the test provoked,
// and fails if it did not.
func (p *tab) expected(words string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.problems)
	p.problems = slices.DeleteFunc(p.problems, func(s string) bool { return strings.Contains(s, words) })
	if len(p.problems) == n {
		p.t.Errorf("the browser logs nothing of %s", words)
	}
}

func mustChromium(t *testing.T) context.Context {
	t.Helper()
	need(t, "chromium", "chromium")
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	return parent
}

package probe

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"wgsmtp/app/php"
)

// forms are the ways in which a marker could show.
func forms(user, secret string) map[string]string {
	out := map[string]string{
		"raw": secret, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "quoted": strings.Trim(fmt.Sprintf("%q", secret), `"`),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "base64url": base64.URLEncoding.EncodeToString([]byte(secret)),
		"PLAIN":   b64("\x00" + user + "\x00" + secret),
		"PLAIN2":  b64(user + "\x00" + user + "\x00" + secret),
		"XOAUTH2": b64("user=" + user + "\x01auth=" + secret + "\x01\x01"),
		"BEARER":  b64("n,a=" + user + "\x01auth=" + secret + "\x01\x01"),
	}
	// base64 of the secret within any other text.
	for i := range 3 {
		inner := b64(strings.Repeat("x", i) + secret + "yyy")
		out[fmt.Sprintf("base64 at %d", i)] = inner[4:min(len(inner)-4, 4+(len(secret)-3)/3*4)]
	}
	return out
}

// A server that sends back whatever it got, in every encoding it can think of,
// does not get the password into what is told.
func TestSecretsStayIn(t *testing.T) {
	for _, secret := range []string{"marker-Tq7Zr2", `mark"er'\ <&>%+ü-Tq7`, "Bearer marker-Tq7Zr2aa", strings.Repeat("longmarker", 60)} {
		for _, mechanism := range []string{"LOGIN", "PLAIN", "XOAUTH2", "OAUTHBEARER", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-256"} {
			for _, at := range []string{"auth", "mail", "greeting"} {
				user := "wiki@example.org"
				var echo strings.Builder
				for name, f := range forms(user, secret) {
					if strings.HasPrefix(name, "base64 at") {
						f = b64(strings.Repeat("x", len(name)%3) + secret + "yyy")
					}
					if !strings.ContainsAny(f, "\r\n") {
						echo.WriteString(" " + f)
					}
				}
				var mu sync.Mutex // the looks come on connections of their own
				heard := ""
				server := fakeServer{implicit: true, auth: mechanism, say: func(line string, _ net.Conn) string {
					mu.Lock()
					defer mu.Unlock()
					heard += " " + line
					switch {
					case at == "greeting" && line == "(greeting)":
						return "554 no" + echo.String() + "\r\n"
					case at == "auth" && !strings.HasPrefix(line, "(") && !strings.HasPrefix(line, "EHLO") && (!strings.HasPrefix(line, "AUTH") || strings.Count(line, " ") > 1):
						return "535 no" + heard + echo.String() + "\r\n"
					case strings.HasPrefix(line, "MAIL"):
						return "550 no" + heard + echo.String() + "\r\n"
					}
					return ""
				}}
				p := testProber(server.start(t))
				p.Limits.Line, p.Limits.Bytes, p.Limits.Look = 64<<10, 256<<10, 50*time.Millisecond
				req := newRequest(t, smtpSettings("ssl://smtp.example.org", 465, "'auth' => '"+mechanism+"', 'username' => '"+user+"', 'password' => "+php.Quote(secret)))
				req.AuthSASL = true
				list, v := steps(t, p, req)
				if v.OK {
					t.Errorf("%s %s: it went well", mechanism, at)
				}
				told, err := json.Marshal(struct {
					S []Step
					V Verdict
				}{list, v})
				if err != nil {
					t.Fatal(err)
				}
				plain := fmt.Sprintf("%+v %+v", list, v)
				for name, f := range forms(user, secret) {
					for _, where := range []string{string(told), plain} {
						if strings.Contains(where, f) {
							i := strings.Index(where, f)
							t.Fatalf("%s, at %s: the secret shows as %s: ...%s...", mechanism, at, name, where[max(0, i-60):min(len(where), i+len(f)+20)])
						}
					}
				}
				if v.Step != at && mechanism != "SCRAM-SHA-256" { // whose proof the server does not have
					t.Errorf("%s: failed at %s, not %s", mechanism, v.Step, at)
				}
				if v.Step == at && !strings.Contains(string(told), "***") {
					t.Errorf("%s, at %s: nothing was masked: %.600s", mechanism, at, told)
				}
			}
		}
	}
}

func TestHider(t *testing.T) {
	h := newHider("marker-Tq7Zr2")
	if got := h.hide("the word marker is fine, marker-Tq7Zr2 is not"); got != "the word marker is fine, *** is not" {
		t.Error(got)
	}
	for i := range 10 {
		text := b64(strings.Repeat("a", i) + "marker-Tq7Zr2" + "zz")
		if got := h.hide(text); !strings.Contains(got, "***") {
			t.Errorf("base64 at %d: %s", i, got)
		}
	}
	// A short secret is in too many words to be looked for.
	if got := newHider("a").hide("a banana"); got != "a banana" {
		t.Error(got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                "plain",
		"Ümläute, 日本":          "Ümläute, 日本",
		"two\nlines":           "two\nlines",
		"a\x1b[31mb":           `a\x1b[31mb`,
		"a\x00b\rc\td":         `a\x00b\x0dc\x09d`,
		"\x7f\u0085":           `\x7f\u0085`,
		"\xff\xc3":             `\xff\xc3`,
		"a\u202eb\u2066\ufeff": `a\u202eb\u2066\ufeff`,
		"\u2028":               `\u2028`,
		"\ufffd":               `\ufffd`,
	} {
		if got := Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	if got := Clean(strings.Repeat("x", 10000)); len(got) > maxShown+40 || !strings.HasSuffix(got, "(5904 bytes more)") {
		t.Errorf("%d bytes, %q", len(got), got[maxShown:])
	}
}

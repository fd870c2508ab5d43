// Authentication as Net_SMTP does it (RFC 4954), with the mechanisms of
// Auth_SASL 1.1 where that is installed.

package transport

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// mechanism is one way to log in.
type mechanism struct {
	name string
	has  func(*Options) bool // whether this release, with what is installed, has it
	run  func(*netSMTP, credentials, step) Action
}

type credentials struct{ user, password string }

func bundled(*Options) bool { return true }

func with(c mediawiki.Change) func(*Options) bool {
	return func(o *Options) bool { return o.Release.Has(c) }
}

func sasl(o *Options) bool { return o.AuthSASL }

func scramToo(o *Options) bool { return o.AuthSASL && o.Release.Has(mediawiki.SCRAM) }

func kerberos(o *Options) bool {
	return o.Kerberos && o.Release.Has(mediawiki.GSSAPI) && !o.Release.Has(mediawiki.GSSAPIPrincipal)
}

// mechanisms in the order in which Net_SMTP prefers them; the server's order
// does not count.
var mechanisms = []mechanism{
	{"SCRAM-SHA-512", scramToo, scram("SCRAM-SHA-512", sha512.New)},
	{"SCRAM-SHA-384", scramToo, scram("SCRAM-SHA-384", sha512.New384)},
	{"SCRAM-SHA-256", scramToo, scram("SCRAM-SHA-256", sha256.New)},
	{"SCRAM-SHA-224", scramToo, scram("SCRAM-SHA-224", sha256.New224)},
	{"SCRAM-SHA-1", scramToo, scram("SCRAM-SHA-1", sha1.New)},
	{"DIGEST-MD5", sasl, (*netSMTP).digestMD5},
	{"CRAM-MD5", sasl, (*netSMTP).cramMD5},
	{"GSSAPI", kerberos, (*netSMTP).gssapi},
	{"LOGIN", bundled, (*netSMTP).loginMechanism},
	{"PLAIN", bundled, (*netSMTP).plain},
	{"XOAUTH2", with(mediawiki.XOAUTH2), (*netSMTP).xoauth2},
	{"OAUTHBEARER", with(mediawiki.OAuthBearer), (*netSMTP).oauthBearer},
}

func (s *netSMTP) find(name string) (mechanism, bool) {
	i := slices.IndexFunc(mechanisms, func(m mechanism) bool { return m.name == name && m.has(&s.o) })
	if i < 0 {
		return mechanism{}, false
	}
	return mechanisms[i], true
}

// login is Net_SMTP::auth(): STARTTLS wherever it is offered, then the
// mechanism. That TLS is not offered is no error: the password goes in clear.
func (s *netSMTP) login(k step) Action {
	no := s.p.starttls
	if s.offersTLS() && (no.Kind != php.Bool || no.Bool) {
		return s.startTLS(func(err string) Action {
			if err != "" {
				return k(err)
			}
			return s.authenticate(k)
		})
	}
	return s.authenticate(k)
}

func (s *netSMTP) authenticate(k step) Action {
	offered := s.esmtp["AUTH"]
	if offered == "" || offered == "0" {
		return k("SMTP server does not support authentication")
	}
	names := strings.Split(offered, " ")
	offers := func(m mechanism) bool { return slices.Contains(names, m.name) && m.has(&s.o) }
	var chosen mechanism
	method := s.p.method()
	switch {
	case method == "":
		i := slices.IndexFunc(mechanisms, offers)
		if i < 0 {
			return k("No supported authentication methods")
		}
		chosen = mechanisms[i]
	case method == "OAUTH" && s.o.Release.Has(mediawiki.OAuthBearer):
		i := slices.IndexFunc([]string{"OAUTHBEARER", "XOAUTH2"}, func(n string) bool { return slices.Contains(names, n) })
		if i < 0 {
			return k("neither OAUTHBEARER nor XOAUTH2 is a supported authentication method")
		}
		chosen, _ = s.find([]string{"OAUTHBEARER", "XOAUTH2"}[i])
	default:
		method = upper(method)
		var ok bool
		if chosen, ok = s.find(method); !ok {
			return k(method + " is not a supported authentication method")
		}
	}
	return chosen.run(s, credentials{s.p.username.ToString(), s.p.password.ToString()}, k)
}

// upper is PHP 8's strtoupper(): ASCII only.
func upper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// unb64 is base64_decode(), which skips what is not base64.
func unb64(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '/' {
			return r
		}
		return -1
	}, s)
	if len(s)%4 == 1 {
		s = s[:len(s)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}

// begin sends AUTH with the mechanism's name and waits for 334. A server that
// says one is logged in already (503) is believed: done then ends the login.
func (s *netSMTP) begin(name string, done step, k func(challenge string) Action) Action {
	return s.command(Action{Step: StepAuth, Line: "AUTH " + name}, false, func(err string) Action {
		switch {
		case err == invalidResponse && s.code == 503:
			return done("")
		case err != "":
			return done(err)
		default:
			return k(unb64(s.args[0]))
		}
	}, 334)
}

// answer sends one line of the exchange, base64-encoded.
func (s *netSMTP) answer(text string, k step, codes ...int) Action {
	return s.command(Action{Step: StepAuth, Line: b64(text), Secret: text != ""}, false, k, codes...)
}

// loginMechanism is the one that cannot take an array for a name or password:
// the others join strings, which makes "Array" of it.
func (s *netSMTP) loginMechanism(c credentials, k step) Action {
	refuses := func(v php.Value) (Action, bool) {
		_, ex := asString(v, "base64_encode", "#1 ($string)")
		if ex == nil {
			return Action{}, false
		}
		return Action{Kind: ActionDone, Step: StepAuth, Err: ex.message, Exception: ex.class}, true
	}
	return s.begin("LOGIN", k, func(string) Action {
		if a, no := refuses(s.p.username); no {
			return a
		}
		return s.answer(c.user, func(err string) Action {
			if err != "" {
				return k(err)
			}
			if a, no := refuses(s.p.password); no {
				return a
			}
			return s.answer(c.password, k, 235)
		}, 334)
	})
}

// plain waits for the server's 334 before it sends the response (RFC 4616).
func (s *netSMTP) plain(c credentials, k step) Action {
	return s.begin("PLAIN", k, func(string) Action {
		return s.answer("\x00"+c.user+"\x00"+c.password, k, 235)
	})
}

// cramMD5 is RFC 2195.
func (s *netSMTP) cramMD5(c credentials, k step) Action {
	return s.begin("CRAM-MD5", k, func(challenge string) Action {
		return s.answer(cram(c, challenge), k, 235)
	})
}

func cram(c credentials, challenge string) string {
	mac := hmac.New(md5.New, []byte(c.password))
	mac.Write([]byte(challenge))
	return c.user + " " + hex.EncodeToString(mac.Sum(nil))
}

// gssapi gets no further than the name of the service, which Mail_smtp has no
// setting for.
func (s *netSMTP) gssapi(_ credentials, k step) Action {
	return s.begin("GSSAPI", k, func(string) Action { return k("No Kerberos service principal set") })
}

// digestMD5 is RFC 2831. The host in its URI is the setting with its "ssl://".
func (s *netSMTP) digestMD5(c credentials, k step) Action {
	return s.begin("DIGEST-MD5", k, func(challenge string) Action {
		text, ok := digest(c, challenge, s.o.CNonce, "smtp/"+s.p.host.ToString())
		if !ok {
			return Action{
				Kind: ActionDone, Step: StepAuth, Exception: "TypeError",
				Err: "base64_encode(): Argument #1 ($string) must be of type string, PEAR_Error given",
			}
		}
		return s.answer(text, func(err string) Action {
			if err != "" {
				return k(err)
			}
			return s.answer("", k, 235)
		}, 334)
	})
}

// digest makes the response of RFC 2831 section 2.1.2; false without a nonce
// or algorithm in the challenge.
func digest(c credentials, challenge, cnonce, uri string) (string, bool) {
	d := directives(challenge)
	if d["nonce"] == "" || d["algorithm"] == "" {
		return "", false
	}
	if d["maxbuf"] == "" {
		d["maxbuf"] = "65536"
	}
	hash := func(s string) []byte { h := md5.Sum([]byte(s)); return h[:] }
	hexed := func(s string) string { return hex.EncodeToString(hash(s)) }
	a1 := string(hash(c.user+":"+d["realm"]+":"+c.password)) + ":" + d["nonce"] + ":" + cnonce
	response := hexed(hexed(a1) + ":" + d["nonce"] + ":00000001:" + cnonce + ":auth:" + hexed("AUTHENTICATE:"+uri))
	realm := ""
	if d["realm"] != "" {
		realm = `,realm="` + d["realm"] + `"`
	}
	maxbuf, _ := strconv.Atoi(d["maxbuf"])
	return fmt.Sprintf(`username="%s"%s,nonce="%s",cnonce="%s",nc=00000001,qop=auth,digest-uri="%s",response=%s,maxbuf=%d`,
		c.user, realm, d["nonce"], cnonce, uri, response, maxbuf), true
}

// directives splits `name=value,name="value"`. Where a name comes twice,
// nothing is left, unless it may.
func directives(s string) map[string]string {
	out := map[string]string{}
	for {
		n := 0
		for n < len(s) && (s[n] == '-' || isAlnum(s[n]) && (s[n] < '0' || s[n] > '9')) {
			n++
		}
		if n == 0 || n >= len(s) || s[n] != '=' {
			return out
		}
		name, rest := s[:n], s[n+1:]
		end := strings.IndexByte(rest, ',')
		if end < 0 {
			end = len(rest)
		}
		if strings.HasPrefix(rest, `"`) {
			for q := 2; q < len(rest); q++ {
				if rest[q] == '"' && rest[q-1] != '\\' {
					end = q + 1
					break
				} else if rest[q] == '"' {
					break
				}
			}
		}
		if end == 0 {
			return out
		}
		value := rest[:end]
		if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
			value = value[1 : len(value)-1]
		}
		switch {
		case name == "opaque" || name == "domain":
		case out[name] != "" && name != "realm" && name != "auth-param":
			return map[string]string{}
		case out[name] == "":
			out[name] = value
		}
		s = from(rest, end+1)
	}
}

// scram is RFC 5802, as far as PEAR goes along: it wants the server's proof in
// a 334 of its own and confirms it with NOOP.
func scram(name string, newHash func() hash.Hash) func(*netSMTP, credentials, step) Action {
	return func(s *netSMTP, c credentials, k step) Action {
		return s.begin(name, k, func(string) Action {
			bare := "n=" + strings.NewReplacer("=", "=3D", ",", "=2C").Replace(c.user) + ",r=" + s.o.CNonce
			return s.answer("n,,"+bare, func(err string) Action {
				if err != "" {
					return k(err)
				}
				final, proof := scramFinal(newHash, c.password, bare, unb64(s.args[0]), s.o.CNonce)
				return s.answer(final, func(err string) Action {
					if err != "" {
						return k(err)
					}
					if proof == "" || unb64(s.args[0]) != "v="+proof {
						return k("SCRAM Server verification on step 3 not successful")
					}
					return s.command(Action{Step: StepAuth, Line: "NOOP"}, false, k, 235)
				}, 334)
			}, 334)
		})
	}
}

// maxIterations bounds the work that a server can ask for.
const maxIterations = 1_000_000

// scramFinal is the client's last message, and the proof that the server then
// owes; both "" where the server's message is not what it should be.
func scramFinal(newHash func() hash.Hash, password, bare, first, cnonce string) (final, proof string) {
	var nonce, salt string
	iterations := 0
	for _, field := range strings.Split(first, ",") {
		if v, ok := strings.CutPrefix(field, "r="); ok {
			nonce = v
		} else if v, ok := strings.CutPrefix(field, "s="); ok {
			salt = unb64(v)
		} else if v, ok := strings.CutPrefix(field, "i="); ok {
			iterations, _ = strconv.Atoi(v)
		}
	}
	if !strings.HasPrefix(nonce, cnonce) || salt == "" || iterations < 1 || iterations > maxIterations {
		return "", ""
	}
	mac := func(key []byte, text string) []byte {
		h := hmac.New(newHash, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	// Hi() of RFC 5802 section 2.2: PBKDF2 with one block.
	block := mac([]byte(password), salt+"\x00\x00\x00\x01")
	salted := slices.Clone(block)
	for range iterations - 1 {
		block = mac([]byte(password), string(block))
		for i := range salted {
			salted[i] ^= block[i]
		}
	}
	final = "c=biws,r=" + nonce
	message := bare + "," + first + "," + final
	clientKey := mac(salted, "Client Key")
	h := newHash()
	h.Write(clientKey)
	signature := mac(h.Sum(nil), message)
	for i := range signature {
		signature[i] ^= clientKey[i]
	}
	return final + ",p=" + base64.StdEncoding.EncodeToString(signature),
		base64.StdEncoding.EncodeToString(mac(mac(salted, "Server Key"), message))
}

func (s *netSMTP) xoauth2(c credentials, k step) Action {
	return s.token("XOAUTH2", "user="+c.user+"\x01auth="+c.password+"\x01\x01", k)
}

// oauthBearer is RFC 7628, without a comma that it wants up to 1.45.
func (s *netSMTP) oauthBearer(c credentials, k step) Action {
	comma := ""
	if s.o.Release.Has(mediawiki.OAuthBearerComma) {
		comma = ","
	}
	return s.token("OAUTHBEARER", "n,a="+c.user+comma+"\x01auth="+c.password+"\x01\x01", k)
}

// token sends a bearer token with AUTH, or after the server's 334 where newer
// releases find the line too long. A 334 in answer to it is the server's
// reason; an empty line then asks for the final reply.
func (s *netSMTP) token(name, text string, k step) Action {
	response := b64(text)
	last := func(err string) Action {
		if err == "" && s.code == 334 {
			return s.answer("", k, 235)
		}
		return k(err)
	}
	if s.o.Release.Has(mediawiki.LongInitialSplit) && len(response) > 504-len(name) {
		return s.command(Action{Step: StepAuth, Line: "AUTH " + name}, false, func(err string) Action {
			if err != "" {
				return k(err)
			}
			return s.command(Action{Step: StepAuth, Line: response, Secret: true}, false, last, 235, 334)
		}, 334)
	}
	return s.command(Action{Step: StepAuth, Line: "AUTH " + name + " " + response, Secret: true}, false, last, 235, 334)
}

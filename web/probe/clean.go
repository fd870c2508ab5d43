// Text from outside, made fit to be shown.

package probe

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxShown is how much of one text is shown, in bytes.
const maxShown = 4 << 10

// Clean escapes what could do something in a terminal or a page: control
// characters but the line end, characters that turn the direction of text, and
// bytes that are no UTF-8, all as \xNN or \uNNNN. Long texts are cut.
func Clean(s string) string {
	if len(s) > maxShown {
		s = s[:maxShown] + fmt.Sprintf(" ... (%d bytes more)", len(s)-maxShown)
	}
	if !strings.ContainsFunc(s, unfit) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1, r < 0x20 && r != '\n', r == 0x7f:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unfit(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

// unfit also names the replacement character: it may stand for a bad byte.
func unfit(r rune) bool {
	return r < 0x20 && r != '\n' || r == 0x7f || r == utf8.RuneError || unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp) && r != '\n'
}

// cleanLine is Clean for what must stay one line.
func cleanLine(s string) string { return strings.ReplaceAll(Clean(s), "\n", `\x0a`) }

func appendMillis(dst []byte, d time.Duration) []byte {
	return strconv.AppendFloat(dst, float64(d.Microseconds())/1000, 'f', -1, 64)
}

// hider replaces secrets in texts by ***, in every form in which a server can
// send them back.
type hider struct{ needles []string }

// least is how long a piece must be to be looked for: shorter ones are in many
// innocent words.
const least = 4

func newHider(secrets ...string) *hider {
	h := &hider{}
	h.addAll(secrets...)
	return h
}

// addAll adds secrets in all their forms.
func (h *hider) addAll(secrets ...string) {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		h.add(s)
		h.add(hex.EncodeToString([]byte(s)))
		h.add(strings.ToUpper(hex.EncodeToString([]byte(s))))
		h.add(url.QueryEscape(s))
		h.add(url.PathEscape(s))
		h.add(percent(s))
		h.add(Clean(s))
		h.add(cleanLine(s))
		q := strconv.Quote(s)
		h.add(q[1 : len(q)-1])
		for _, escapeHTML := range []bool{true, false} {
			var j bytes.Buffer
			e := json.NewEncoder(&j)
			e.SetEscapeHTML(escapeHTML)
			if e.Encode(s) == nil {
				h.add(strings.Trim(j.String(), "\"\n"))
			}
		}
		h.add(strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`, "\x00", `\0`).Replace(s))
		h.add(base64.StdEncoding.EncodeToString([]byte(s)))
		h.add(base64.URLEncoding.EncodeToString([]byte(s)))
		// Inside of a longer text base64 has three forms, by where the secret
		// begins; the characters at the ends belong to the neighbours too.
		for offset := range 3 {
			padded := strings.Repeat("\x00", offset) + s
			skip := []int{0, 2, 3}[offset]
			whole := len(padded) / 3 * 4
			if rest := len(padded) % 3; rest > 0 {
				whole += rest // characters that are the secret's alone
			}
			for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
				if text := e.EncodeToString([]byte(padded)); whole-skip >= 6 {
					h.add(text[skip:whole])
				}
			}
		}
	}
}

// percent encodes every byte.
func percent(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02X", s[i])
	}
	return b.String()
}

// add makes one more text a secret.
func (h *hider) add(needle string) {
	if len(needle) < least || slices.Contains(h.needles, needle) {
		return
	}
	i, _ := slices.BinarySearchFunc(h.needles, needle, func(a, b string) int { return len(b) - len(a) })
	h.needles = slices.Insert(h.needles, i, needle) // the longest first
}

// hide replaces what is secret.
func (h *hider) hide(s string) string {
	if s == "" {
		return s
	}
	for _, n := range h.needles {
		if strings.Contains(s, n) {
			s = strings.ReplaceAll(s, n, "***")
		}
	}
	return s
}

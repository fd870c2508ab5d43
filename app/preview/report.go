// Report: a preview as data, for `wgsmtp preview`.

package preview

import (
	"strings"
	"unicode/utf8"

	"wgsmtp/app/wgsmtp"
)

// reportTransport is a transport in the words of the recorded cases.
func reportTransport(t wgsmtp.Transport) string {
	if t == wgsmtp.TransportMail {
		return "mail()"
	}
	return string(t)
}

// escapeBytes writes bytes that are not part of valid UTF-8 as \xNN.
func escapeBytes(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 {
			b.WriteString(`\x`)
			b.WriteByte(hex[s[i]>>4])
			b.WriteByte(hex[s[i]&15])
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

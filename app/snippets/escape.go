package snippets

import (
	"strconv"
	"strings"
)

const hexDigits = "0123456789ABCDEF"

// address is an address, or the part of one, with all but the characters that
// mean nothing but themselves in HTML, YAML, JavaScript, MDX, wikitext and a
// shortcode's string escaped as %XX (RFC 3986, section 2.1). Of what wikitext
// reads in runs, "__" and "~~", no run is left. An ampersand stays: it means
// something in HTML alone (inAttribute). A host in brackets keeps them.
func address(s string) string {
	var b strings.Builder
	host := false // within the brackets
	for i := range len(s) {
		c := s[i]
		run := (c == '_' || c == '~') && i+1 < len(s) && s[i+1] == c
		open := c == '[' && strings.HasSuffix(s[:i], "://")
		if isPlain(c) || strings.IndexByte("-._~/:@%;=&", c) >= 0 && !run || open || host && c == ']' {
			host = open || host && c != ']'
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func isPlain(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// inAttribute is an address for an attribute in HTML or MDX.
func inAttribute(address string) string { return strings.ReplaceAll(address, "&", "&amp;") }

// text is text for HTML, MDX and wikitext, in content and in attributes: what
// could be markup is a character reference, and a line break a space.
func text(s string) string {
	var b strings.Builder
	for _, r := range s {
		name := ""
		switch {
		case r < ' ' || r == 0x7f:
			r = ' '
		case r == '&':
			name = "amp"
		case r == '<':
			name = "lt"
		case r == '>':
			name = "gt"
		case r == '"':
			name = "quot"
		case r < 0x80 && !isPlain(byte(r)) && strings.IndexByte(" -.,:/()", byte(r)) < 0:
			name = "#" + strconv.Itoa(int(r))
		}
		if name == "" {
			b.WriteRune(r)
			continue
		}
		b.WriteString("&" + name + ";")
	}
	return b.String()
}

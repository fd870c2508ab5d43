// HTML mail: what PEAR Mail_mime makes of a text, an HTML body and the headers
// (Mail/mime.php, Mail/mimePart.php; 1.10.0 to 1.10.12 agree in what MediaWiki
// uses). MediaWiki gives it line ends and the charset of the bodies, not that
// of the headers: non-ASCII headers, which it does not expect, are taken for
// ISO-8859-1.

package preview

import (
	"strings"

	"wgsmtp/app/transport"
)

const (
	mimeEOL  = "\n" // PHP_EOL; Net_SMTP makes it CRLF
	mimeFold = mimeEOL + " "
)

// mimeHeaders is Mail_mime::headers().
func mimeHeaders(extra Headers, boundary string) Headers {
	h := Headers{{Name: "MIME-Version", Value: "1.0"}}
	for _, e := range extra {
		h.set(e.Name, e.Value)
	}
	out := h[:0]
	for _, e := range h {
		switch e.Name {
		case "Content-Type", "Content-Transfer-Encoding", "Content-Disposition":
		default:
			out = append(out, e)
		}
	}
	out = append(out, transport.Header{Name: "Content-Type", Value: "multipart/alternative;" + mimeFold + `boundary="` + boundary + `"`})
	for i := range out {
		out[i].Value = mimeHeader(out[i].Name, out[i].Value)
	}
	return out
}

// mimeBody is Mail_mime::get() of a text and an HTML body.
func mimeBody(text, html, boundary string) string {
	var b strings.Builder
	b.Grow(len(text) + len(html) + 512)
	for _, part := range [...]struct{ kind, body string }{{"plain", text}, {"html", html}} {
		b.WriteString("--" + boundary + mimeEOL +
			"Content-Transfer-Encoding: quoted-printable" + mimeEOL +
			"Content-Type: text/" + part.kind + "; charset=UTF-8" + mimeEOL + mimeEOL)
		writeQuotedPrintable(&b, part.body)
		b.WriteString(mimeEOL)
	}
	b.WriteString("--" + boundary + "--" + mimeEOL)
	return b.String()
}

// writeQuotedPrintable is Mail_mimePart::quotedPrintableEncode() with lines of
// 76: RFC 2045 section 6.7, and a full stop at the beginning of a line, or where
// a soft break would put it there, encoded too.
func writeQuotedPrintable(b *strings.Builder, text string) {
	const width = 76
	for n := 0; ; n++ {
		line, rest, more := strings.Cut(text, "\n")
		if more {
			line = strings.TrimSuffix(line, "\r")
		}
		if n > 0 {
			b.WriteString(mimeEOL)
		}
		length := 0
		for i := 0; i < len(line); i++ {
			c, last := line[i], i == len(line)-1
			encode := c == ' ' && last ||
				c != '\t' && (c < ' ' || c > '~' || c == '=') || c == '\t' && last ||
				c == '.' && (length == 0 || length+2 > width && !last)
			size := 1
			if encode {
				size = 3
			}
			if length+size >= width && !(length+size == width && last) {
				b.WriteString("=" + mimeEOL)
				length = 0
			}
			if encode {
				b.WriteByte('=')
				b.WriteByte(hexDigits[c>>4])
				b.WriteByte(hexDigits[c&15])
			} else {
				b.WriteByte(c)
			}
			length += size
		}
		if !more {
			return
		}
		text = rest
	}
}

// Headers that Mail_mimePart::encodeHeader() takes apart into addresses, and
// those it takes apart at spaces.
var (
	addressHeaders = map[string]bool{
		"from": true, "to": true, "cc": true, "bcc": true, "sender": true, "reply-to": true,
		"resent-from": true, "resent-to": true, "resent-cc": true, "resent-bcc": true,
		"resent-sender": true, "resent-reply-to": true, "mail-reply-to": true,
		"mail-followup-to": true, "return-receipt-to": true, "disposition-notification-to": true,
	}
	idHeaders = map[string]bool{
		"references": true, "in-reply-to": true, "message-id": true, "resent-message-id": true,
	}
)

// mimeHeader is Mail_mimePart::encodeHeader(): it folds long values and encodes
// non-ASCII ones.
func mimeHeader(name, value string) string {
	name = strings.ToLower(name)
	switch {
	case addressHeaders[name]:
		return mimeStructured(name, value, ",")
	case idHeaders[name]:
		return mimeStructured(name, value, " ")
	default:
		return mimeUnstructured(name, value)
	}
}

func mimeStructured(name, value, separator string) string {
	value, parts := "", splitQuoted(latin1ToUTF8(value), separator)
	for _, part := range parts {
		part = trimPHP(refold(part))
		if falsy(part) {
			continue
		}
		switch {
		case value == "":
			value = name + ": "
		case separator == ",":
			value += ", "
		default:
			value += " "
		}
		if isMIMEAddress(part) {
			value += part // converted above and not back: non-ASCII comes out twice encoded
		} else if m := lastMIMEAddress(part); m != "" {
			word := trimPHP(strings.ReplaceAll(part, m, ""))
			if !falsy(word) {
				word = mimePhrase(word, value)
			}
			value += word + " " + m
		} else {
			value += utf8ToLatin1(part)
		}
		value = wordwrap(value, 76, mimeFold, false)
	}
	return cutName(value, name, " ")
}

// mimePhrase is a name beside an address.
func mimePhrase(word, before string) string {
	quoted := word[0] == '"' && word[len(word)-1] == '"'
	switch {
	case needsMIME(word):
		if quoted && len(word) > 1 {
			word = unquote(word)
		}
		column := len(before)
		if i := strings.LastIndex(before, mimeEOL); i >= 0 {
			column -= i
		}
		return mimeWord(utf8ToLatin1(word), column)
	case !quoted && strings.ContainsAny(word, `()<>\.[]@,;:"`):
		return `"` + slashQuotes.Replace(word) + `"`
	default:
		return word
	}
}

var slashQuotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func mimeUnstructured(name, value string) string {
	switch {
	case needsMIME(value):
		if len(value) > 1 && value[0] == '"' && value[len(value)-1] == '"' {
			value = utf8ToLatin1(unquote(latin1ToUTF8(value)))
		}
		return mimeWord(value, len(name)+2)
	case len(name)+2+len(value) > 78:
		value = refold(value)
		value = cutName(wordwrap(name+": "+value, 78, mimeFold, false), name, "")
		return wordwrap(value, 998, mimeFold, true)
	default:
		return value
	}
}

// cutName takes "name:" from the beginning, with the white space behind it:
// folds and one space for after " ", any for "".
func cutName(value, name, after string) string {
	rest, ok := strings.CutPrefix(value, name+":")
	if !ok {
		return value
	}
	if after == "" {
		return strings.TrimLeft(rest, " \t\n\v\f\r")
	}
	return strings.TrimPrefix(strings.TrimLeft(rest, mimeEOL), after)
}

// unquote makes an atom of a quoted string.
func unquote(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s[1 : len(s)-1])
}

// needsMIME finds anything that is neither white space nor printable ASCII.
func needsMIME(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < ' ' || c > '~') && (c < '\t' || c > '\r') {
			return true
		}
	}
	return false
}

// mimeWord is Mail_mimePart::encodeHeaderValue() of ISO-8859-1 text: encoded
// words of at most 75 characters, column counting for the first.
func mimeWord(s string, column int) string {
	const prefix, suffix = "=?ISO-8859-1?Q?", "?="
	const longest = 75 - len(prefix) - len(suffix)
	var b strings.Builder
	b.WriteString(prefix)
	for i := 0; i < len(s); i++ {
		c := s[i]
		size := 1
		special := c >= 0x22 && c <= 0x29 || c == ',' || c == '.' || c >= 0x3a && c <= 0x40 ||
			c >= 0x5b && c <= 0x60 || c >= 0x7b && c <= 0x7e || c >= 0x80
		if special {
			size = 3
		}
		if column+size > longest {
			if i > 0 && s[:i] != "0" {
				b.WriteString(suffix + mimeFold + prefix)
			}
			column = 0
		}
		switch {
		case c == ' ':
			b.WriteByte('_')
		case c == '\n': // the mark that the lines are joined by
			b.WriteString(suffix + mimeFold + prefix)
		case special:
			b.WriteByte('=')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		default:
			b.WriteByte(c)
		}
		column += size
	}
	b.WriteString(suffix)
	return b.String()
}

// splitQuoted is Mail_mimePart::explodeQuotedString(): at tabs and separators
// outside quoted strings.
func splitQuoted(s, separator string) []string {
	var out []string
	start := 0
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted := quotedString(s[i:])
			if quoted == "" {
				return append(out, s[start:])
			}
			i += len(quoted) - 1
		case s[i] == '\t' || s[i] == separator[0]:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func trimPHP(s string) string { return strings.Trim(s, " \t\n\r\x00\v") }

// latin1ToUTF8 and utf8ToLatin1 are mb_convert_encoding().
func latin1ToUTF8(s string) string {
	if !needsLatin1(s) {
		return s
	}
	r := make([]rune, len(s))
	for i := 0; i < len(s); i++ {
		r[i] = rune(s[i])
	}
	return string(r)
}

func utf8ToLatin1(s string) string {
	if !needsLatin1(s) {
		return s
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			r = '?'
		}
		b = append(b, byte(r))
	}
	return string(b)
}

func needsLatin1(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return true
		}
	}
	return false
}

// wordwrap is PHP's wordwrap() with a break of more than one byte
// (ext/standard/string.c).
func wordwrap(text string, width int, brk string, cut bool) string {
	if len(text) <= width && !strings.Contains(text, brk) {
		return text
	}
	var b strings.Builder
	start, space := 0, 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == brk[0] && i+len(brk) < len(text) && strings.HasPrefix(text[i:], brk):
			b.WriteString(text[start : i+len(brk)])
			i += len(brk) - 1
			start, space = i+1, i+1
		case text[i] == ' ':
			if i-start >= width {
				b.WriteString(text[start:i] + brk)
				start = i + 1
			}
			space = i
		case i-start >= width && cut && start >= space:
			b.WriteString(text[start:i] + brk)
			start, space = i, i
		case i-start >= width && start < space:
			b.WriteString(text[start:space] + brk)
			space++
			start = space
		}
	}
	b.WriteString(text[start:])
	return b.String()
}

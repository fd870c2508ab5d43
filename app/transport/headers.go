// Headers and body as PEAR Mail and Net_SMTP put them on the wire
// (Mail.php: _sanitizeHeaders, prepareHeaders, parseRecipients; Net/SMTP.php:
// quotedata, data).

package transport

import "strings"

// PrepareHeaders is what Mail_smtp makes of the headers: text is the block
// that is sent, CRLF between the fields and none at the end; from is the
// address in From. err is PEAR's error text, "" on success. Where the address
// in From has a blank in it, PEAR sends no headers at all and text is "".
func PrepareHeaders(h []Header) (from, text, err string) {
	var received, lines []string
	for _, f := range h {
		value := sanitise(f.Value)
		line := f.Name + ": " + value
		switch {
		case strings.EqualFold(f.Name, "From"):
			addresses, err := parseAddressList(value)
			if err != "" {
				return "", "", err
			}
			if len(addresses) > 0 {
				from = addresses[0].String()
			}
			if strings.Contains(from, " ") {
				return "", "", ""
			}
			lines = append(lines, line)
		case strings.EqualFold(f.Name, "Received"):
			// To the top, each before those that came earlier.
			received = append([]string{line}, received...)
		default:
			lines = append(lines, line)
		}
	}
	return from, strings.Join(append(received, lines...), "\r\n"), ""
}

// sanitise cuts what would begin a new header: a line end, written as such or
// spelt out, that is followed by something else than a blank, together with
// the rest of its line.
func sanitise(s string) string {
	if !strings.ContainsAny(s, "\r\n<0") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		n := breakAt(s[i:])
		if n == 0 || i+n >= len(s) || isSpace(s[i+n]) {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := strings.IndexByte(s[i+n:], '\n')
		if end < 0 {
			break
		}
		i += n + end
	}
	return b.String()
}

// breakAt is the length of the line end at the beginning of s, 0 for none.
func breakAt(s string) int {
	if s[0] == '\n' || s[0] == '\r' {
		return 1
	}
	for _, spelt := range []string{"<CR>", "<LF>", "0x0A/%0A", "0x0D/%0D"} {
		if len(s) >= len(spelt) && strings.EqualFold(s[:len(spelt)], spelt) {
			return len(spelt)
		}
	}
	return 0
}

func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// parseRecipients is what goes into RCPT: all recipients are joined by commas
// and parsed as one list, whatever their names hold.
func parseRecipients(recipients []string) (addresses []string, err string) {
	list, err := parseAddressList(strings.Join(recipients, ", "))
	for _, a := range list {
		addresses = append(addresses, a.String())
	}
	return addresses, err
}

// quote doubles the dots at the beginning of lines (RFC 5321 section 4.5.2)
// and makes all line ends CRLF. A line is what follows a "\n" for the first
// and any line end for the second: a dot behind a lone "\r" stays single.
func quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '.' && (i == 0 || s[i-1] == '\n') {
			b.WriteByte('.')
		}
		switch {
		case c == '\n':
			b.WriteString("\r\n")
		case c == '\r':
			b.WriteString("\r\n")
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// chunk is how much of a body Net_SMTP quotes at a time, in bytes.
const chunk = 512000

// data is the whole of what follows DATA, final dot included. Without headers
// (see PrepareHeaders) the body alone is sent. A body beyond chunk is quoted
// in pieces, and a dot that begins a piece is doubled as if it began a line.
func data(headers string, hasHeaders bool, body string) string {
	var b strings.Builder
	b.Grow(len(headers) + len(body) + 128)
	if hasHeaders {
		b.WriteString(quote(headers))
		b.WriteString("\r\n\r\n")
	}
	last := ""
	for len(body) > 0 {
		end := min(chunk, len(body))
		for end < len(body) && body[end] == '\n' {
			end++
		}
		last = quote(body[:end])
		b.WriteString(last)
		body = body[end:]
	}
	if !strings.HasSuffix(last, "\r\n") {
		b.WriteString("\r\n")
	}
	b.WriteString(".\r\n")
	return b.String()
}

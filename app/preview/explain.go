// Explain: the header block line by line, in plain words.

package preview

import (
	"bufio"
	"mime"
	"strings"

	"github.com/emersion/go-message/textproto"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

// HeaderLine is one header field with what it means.
type HeaderLine struct {
	Raw     string   // as sent, folds included, without the last line end
	Name    string   // "Message-ID"
	Value   string   // unfolded
	Decoded string   // Value with its encoded words read (RFC 2047); "" where it has none
	Why     string   // one sentence: what it is and where it comes from
	Fields  []string // ids of wgsmtp.Fields that decide it, the first foremost
}

// explanation is a row of the table: why a header is there.
type explanation struct {
	why    string
	fields []string
}

// explanations by lower-case header name. Of a header that has another
// explanation in some mail, see explain.
var explanations = map[string]explanation{
	"from":                      {"Who the mail says it comes from: the wiki's sender address, with the name of the wiki.", []string{"sender", "sender-name", "sitename"}},
	"return-path":               {"Where undeliverable mail goes back to; MediaWiki also gives this address to the server as envelope sender.", []string{"sender"}},
	"reply-to":                  {"Where an answer goes.", []string{"no-reply", "user-email-reply-to", "enotif-reveal-editor"}},
	"date":                      {"When the wiki made the mail, in the wiki's time zone.", nil},
	"message-id":                {"The mail's own name: the wiki's database, a unique number, and behind the @ the IDHost setting or else the host of the wiki's address.", []string{"id-host", "server", "db-name", "db-prefix"}},
	"x-mailer":                  {"MediaWiki names itself; it always does.", nil},
	"list-unsubscribe":          {"Lets mail programs offer to unsubscribe: the page where users change what they are sent.", []string{"server", "article-path", "script-path", "language"}},
	"list-help":                 {"Where a reader finds help about the watchlist; MediaWiki adds it to watchlist mail.", nil},
	"mime-version":              {"The mail follows MIME, version 1.0.", nil},
	"content-type":              {"What the body is: text in the character set UTF-8.", nil},
	"content-transfer-encoding": {"The body is sent as it is, with all 8 bits of each byte.", nil},
	"subject":                   {"The subject.", []string{"sitename", "language"}},
	"to":                        {"Who the mail is for.", []string{"enotif-real-name"}},
	"x-php-originating-script":  {"PHP names the file that called mail(), because mail.add_x_header is on in php.ini.", nil},
}

// Explain reads the headers of a message back, in order. With mail(), To and
// Subject come first: PHP writes them.
func Explain(m Message, r *mediawiki.Release) []HeaderLine {
	lines := readHeaders(m.RawHeaders)
	for i := range lines {
		l := &lines[i]
		l.Decoded = decodeWords(l.Value)
		explain(l, m, r)
	}
	return lines
}

// explain fills in Why and Fields.
func explain(l *HeaderLine, m Message, r *mediawiki.Release) {
	e, ok := explanations[strings.ToLower(l.Name)]
	if !ok {
		l.Why = "A header that was given to this mail beside MediaWiki's own."
		return
	}
	l.Why, l.Fields = e.why, e.fields
	switch strings.ToLower(l.Name) {
	case "return-path":
		switch {
		case !r.Has(mediawiki.ReturnPathAddress):
			l.Why = "Where undeliverable mail goes back to; 1.18.0 writes the name into it, and servers refuse that as envelope sender."
		case m.Transport == wgsmtp.TransportMail:
			l.Why = "Where undeliverable mail goes back to; sendmail gets the same address as envelope sender with -f."
			l.Fields = []string{"sender", "mail-params"}
		}
	case "message-id":
		switch {
		case strings.HasSuffix(l.Value, "@>"):
			l.Why = "The mail's own name has nothing behind the @, because the wiki's address names no host: set IDHost, or give $wgServer its scheme."
		case m.Transport == wgsmtp.TransportMail:
			l.Why = "The mail's own name: the wiki's database, a unique number, and behind the @ the host of the wiki's address."
			l.Fields = []string{"server", "db-name", "db-prefix"}
		}
	case "content-type":
		if strings.HasPrefix(l.Value, "multipart/") {
			l.Why = "The mail has two bodies, plain text and HTML, parted by the boundary; the reader's program shows one."
			l.Fields = []string{"allow-html"}
		}
	case "from":
		if !r.Has(mediawiki.SenderFromMessage) {
			l.Why = "Who the mail says it comes from: $wgPasswordSender, with the name of $wgPasswordSenderName."
		}
	case "to":
		if strings.HasPrefix(l.Value, "undisclosed-recipients") {
			l.Why = "The mail goes to several people and does not show who they are."
		}
	case "date":
		if !r.Has(mediawiki.DateLocalTimezone) {
			l.Why = "When the wiki made the mail, in PHP's time zone."
		}
	}
}

// readHeaders parts a header block into fields. Blocks that are no valid header
// (a newline in a subject can make them so) are parted at their lines.
func readHeaders(raw string) []HeaderLine {
	var out []HeaderLine
	block := strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
	h, err := textproto.ReadHeader(bufio.NewReader(strings.NewReader(block + "\r\n")))
	if err == nil {
		fields := h.Fields()
		n := 0
		for fields.Next() {
			line, err := fields.Raw()
			if err != nil {
				line = []byte(fields.Key() + ": " + fields.Value())
			}
			name, _, _ := strings.Cut(string(line), ":")
			out = append(out, HeaderLine{Raw: strings.TrimSuffix(string(line), "\r\n"), Name: name, Value: fields.Value()})
			n += len(line)
		}
		if n == len(block) {
			return out
		}
	}
	out = nil
	for _, line := range strings.Split(strings.TrimSuffix(block, "\r\n"), "\r\n") {
		if len(out) > 0 && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")) {
			last := &out[len(out)-1]
			last.Raw += "\r\n" + line
			last.Value += " " + strings.TrimLeft(line, " \t")
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			name, value = "", line
		}
		out = append(out, HeaderLine{Raw: line, Name: name, Value: strings.TrimSpace(value)})
	}
	return out
}

// decodeWords reads encoded words; "" if there are none or they are broken.
func decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return ""
	}
	// MediaWiki's words may hold characters that the decoder would not expect,
	// but no blanks and no question marks, so it finds their ends.
	d, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil || d == s {
		return ""
	}
	return d
}

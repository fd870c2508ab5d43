// Seeing through the dress of an error text: markup, prefixes of logs, quoting
// and MediaWiki's wrapping.

package trouble

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// enough is how many bytes of a text are looked at. From a longer one the
	// last lines that could be about mail are taken.
	enough = 64 << 10
	// longest is the longest line that is looked at as a whole.
	longest = 4 << 10
)

// Clean is the error itself: entities, tags, wiki markup, quoting and the
// prefixes of logs are taken off, line breaks closed up, and what MediaWiki
// wraps around the mailer's words, in whatever language, is cut away.
func Clean(text string) string { return core(normalise(text)) }

// normalise takes off what is around the lines, and keeps the lines.
func normalise(text string) string {
	text = excerpt(text)
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = plain.Replace(text)
	for range 3 { // texts copied from a page's source are escaped more than once
		next := entities(tags(text))
		if next == text {
			break
		}
		text = plain.Replace(next)
	}
	lines := strings.Split(text, "\n")
	out := lines[:0]
	for _, l := range lines {
		if l = line(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// plain writes what copying through pages and mail programs changes as it was.
var plain = strings.NewReplacer(
	"\r\n", "\n", "\r", "\n", "\t", " ", "\x00", "", "=\n", "",
	"\u00A0", " ", "\u202F", " ", "\u2007", " ", "\u3000", " ", "\u2028", "\n", "\u2029", "\n",
	"\u200B", "", "\u200E", "", "\u200F", "", "\uFEFF", "", "\u00AD", "",
	"\u2018", "'", "\u2019", "'", "\u201C", `"`, "\u201D", `"`, "\u201E", `"`,
	"\uFF1A", ": ", "\\n", "\n",
)

// excerpt bounds a text: of a long one the last lines that hold a word about
// mail, each cut to a bounded length.
func excerpt(text string) string {
	if len(text) <= enough {
		return text
	}
	var kept []string
	size := 0
	for end := len(text); end > 0 && size < enough; {
		start := max(0, end-longest)
		start += strings.LastIndexByte(text[start:end], '\n') + 1
		if l := text[start:end]; holdsAnchor(l) {
			kept = append(kept, l)
			size += len(l) + 1
		}
		if end = start; end > 0 && text[end-1] == '\n' {
			end--
		}
	}
	for i, j := 0, len(kept)-1; i < j; i, j = i+1, j-1 {
		kept[i], kept[j] = kept[j], kept[i]
	}
	text = strings.Join(kept, "\n")
	return text[max(0, len(text)-enough):]
}

// anchors are words of which a line about mail has one, in a spelling that
// survives entities.
var anchors = [...]string{"smtp", "mail", "starttls", "ssl", "auth", "relay", "recipient", "sender", "socket", "5.7.", "timezone"}

func holdsAnchor(l string) bool {
	const shortest = len("ssl")
	if len(l) < shortest {
		return false
	}
	l = strings.ToLower(l)
	for _, a := range anchors {
		if strings.Contains(l, a) {
			return true
		}
	}
	return false
}

// entity names that MediaWiki, PHP and browsers write around error texts.
var entityNames = map[string]string{
	"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'", "nbsp": " ", "lsquo": "'", "rsquo": "'",
	"ldquo": `"`, "rdquo": `"`, "lsqb": "[", "rsqb": "]", "colon": ":", "lbrack": "[", "rbrack": "]",
}

// entities decodes HTML's character references once.
func entities(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), 12)], ';')
		text, ok := "", false
		if end > 1 {
			text, ok = reference(s[1:end])
		}
		if ok {
			b.WriteString(text)
			s = s[end+1:]
		} else {
			b.WriteByte('&')
			s = s[1:]
		}
		if i = strings.IndexByte(s, '&'); i < 0 {
			b.WriteString(s)
			return b.String()
		}
	}
}

func reference(name string) (string, bool) {
	num, ok := strings.CutPrefix(name, "#")
	if !ok {
		text, ok := entityNames[name]
		return text, ok
	}
	base := 10
	if num != "" && num[0]|0x20 == 'x' {
		num, base = num[1:], 16
	}
	n, err := strconv.ParseUint(num, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	return string(rune(n)), true
}

// elements are the tags that are taken off; an address in angle brackets is
// none. Those marked true end a line.
var elements = map[string]bool{
	"p": true, "br": true, "div": true, "pre": true, "li": true, "ul": true, "ol": true, "dl": true, "dd": true, "dt": true,
	"table": true, "tr": true, "td": true, "th": true, "tbody": true, "blockquote": true, "hr": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "html": true, "body": true, "head": true, "title": true, "form": true, "section": true,
	"span": false, "code": false, "tt": false, "b": false, "i": false, "u": false, "em": false, "strong": false,
	"small": false, "big": false, "font": false, "a": false, "kbd": false, "samp": false, "var": false, "nowiki": false,
	"bdi": false, "sub": false, "sup": false, "source": false, "syntaxhighlight": false, "label": false, "input": false,
}

// tags takes HTML tags off.
func tags(s string) string {
	i := strings.IndexByte(s, '<')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		b.WriteString(s[:i])
		s = s[i:]
		if n, breaks, ok := tag(s); ok {
			if breaks {
				b.WriteByte('\n')
			}
			s = s[n:]
		} else {
			b.WriteByte('<')
			s = s[1:]
		}
		if i = strings.IndexByte(s, '<'); i < 0 {
			b.WriteString(s)
			return b.String()
		}
	}
}

// tag measures the tag at the beginning of s.
func tag(s string) (n int, breaks, ok bool) {
	const most = 2000
	name := strings.TrimPrefix(s[1:], "/")
	n = 0
	for n < len(name) && (letter(name[n]) || digit(name[n])) && n < 20 {
		n++
	}
	breaks, ok = elements[strings.ToLower(name[:n])]
	if !ok || n == len(name) || name[n] != '>' && name[n] != ' ' && name[n] != '/' && name[n] != '\n' {
		return 0, false, false
	}
	end := strings.IndexByte(s[:min(len(s), most)], '>')
	if end < 0 {
		return 0, false, false
	}
	return end + 1, breaks, true
}

// line takes quoting, wiki markup and a log's prefix off one line, and makes
// runs of blanks one.
func line(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "'''", "")
	s = strings.ReplaceAll(s, "''", "")
	for { // each round takes one prefix off, and looks no further than that
		next := prefix(s)
		if len(next) == len(s) {
			return strings.TrimSpace(s)
		}
		s = strings.TrimLeft(next, " ")
	}
}

// leads are words that logs and PHP put before a text.
var leads = []string{
	"PHP message: ", "PHP Warning: ", "PHP Deprecated: ", "PHP Notice: ", "PHP Fatal error: ", "PHP Strict Standards: ",
	"FastCGI sent in stderr: ", "Recv: ", "S: ", "<- ", "<< ", "<~ ", "remote: ",
}

// prefix takes one thing off the beginning of a line, if there is one.
func prefix(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '>', '|', '*', '#', ';':
		return s[1:]
	case ':':
		if len(s) > 1 && (s[1] == ' ' || s[1] == ':') {
			return s[1:]
		}
	case '=':
		if t := strings.Trim(s, "="); len(t) < len(s)-3 && strings.HasPrefix(s, "==") {
			return strings.TrimSpace(t)
		}
	case '[':
		// [22-Nov-2026 10:00:00 UTC], [php:error], [pid 12], [error]: but not [SMTP: ...].
		if end := strings.IndexByte(s[:min(len(s), 60)], ']'); end > 0 && end+1 < len(s) && !strings.HasPrefix(s, "[SMTP") && !strings.HasPrefix(s, "[[") {
			return s[end+1:]
		}
	case '"':
		if strings.HasPrefix(s, `" while reading`) {
			return ""
		}
	}
	for _, l := range leads {
		if strings.HasPrefix(s, l) {
			return s[len(l):]
		}
	}
	const longestWord = 40 // of those below
	end := strings.IndexByte(s[:min(len(s), longestWord)], ' ')
	if end < 0 {
		return s
	}
	word, rest := s[:end], s[end+1:]
	w := strings.TrimRight(word, ":,")
	switch {
	case isDate(w), isTime(w):
		return rest
	case isMonth(w):
		// Nov 22 10:00:00 host postfix/smtp[12]: text
		day, after, _ := strings.Cut(rest, " ")
		clock, after, _ := strings.Cut(after, " ")
		if len(day) <= 2 && isTime(clock) {
			if i := strings.Index(after[:min(len(after), 120)], "]: "); i > 0 {
				return after[i+3:]
			}
			return after
		}
	}
	return s
}

// isDate tells whether w is 2026-11-22, 2026/11/22, 22-Nov-2026 or one of them
// with a time behind it.
func isDate(w string) bool {
	if len(w) < 10 {
		return false
	}
	sep := w[4]
	if (sep == '-' || sep == '/') && w[7] == sep && digit(w[0]) && digit(w[3]) && digit(w[5]) && digit(w[8]) {
		return true
	}
	return len(w) == 11 && w[2] == '-' && w[6] == '-' && isMonth(w[3:6])
}

// isTime tells whether w begins as 10:00:00 does.
func isTime(w string) bool {
	return len(w) >= 8 && digit(w[0]) && digit(w[1]) && w[2] == ':' && digit(w[3]) && w[5] == ':' && digit(w[6])
}

func isMonth(w string) bool {
	return len(w) == 3 && strings.Contains("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", w)
}

// beginnings are how the mailers' own texts begin, in lower case. Behind one of
// them the words are the same in every language of the wiki.
var beginnings = []string{
	"failed to connect to ", "authentication failure [smtp", "failed to set sender", "failed to add recipient",
	"failed to send data", "starttls failed", "validation failed for", "invalid address spec", "failed to connect socket",
	"pear mail package is not installed", "connection could not be established", "unable to connect with starttls",
	"failed to authenticate on smtp", "failed to find an authenticator", "expected response code", "tls required but",
	"unknown error in php's mail()", "tried to send email with", "invalid response code received from server",
	"failed to write to socket", "helo was not accepted",
}

// longestCore bounds what is shown of an error.
const longestCore = 600

// core cuts the error out of normalised text.
func core(clean string) string {
	low := lower(clean)
	at := -1
	for _, b := range beginnings {
		if i := strings.Index(low, b); i >= 0 && (at < 0 || i < at) {
			at = i
		}
	}
	if at < 0 {
		return cut(oneLine(clean), longestCore)
	}
	// The method that 'auth' names stands before "authentication failure".
	if strings.HasPrefix(low[at:], "authentication failure") {
		before := strings.TrimRight(clean[:at], " ")
		word := before[strings.LastIndexAny(before, " \n:")+1:]
		if len(word) > 0 && len(word) <= 20 && len(before) < at && !strings.HasSuffix(before, ":") && !strings.ContainsFunc(word, func(r rune) bool { return r > '~' }) {
			at -= len(word) + len(clean[:at]) - len(before)
		}
	}
	text := clean[at:]
	if i := strings.Index(text, "[SMTP:"); i >= 0 && i < 300 {
		if end := strings.Index(text[i:], ")]"); end >= 0 {
			return cut(oneLine(text[:i+end+2]), longestCore)
		}
		return cut(oneLine(text), longestCore)
	}
	if i := strings.IndexByte(text, '\n'); i >= 0 && !strings.HasSuffix(text[:i], "OpenSSL Error messages:") {
		text = text[:i]
	}
	return cut(oneLine(text), longestCore)
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// lower is s with the letters A to Z in lower case: as long as s.
func lower(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}

// What a text itself tells: host, port, reply code, the server's words, and
// the step.

package trouble

import (
	"strconv"
	"strings"
)

// told is what the text tells, and whether it is about mail at all.
type told struct {
	parts Parts
	step  Step
	mail  bool // it has a word of mail in it, and none of another service
}

// read takes the parts out of a text. It comes as lines, for replies that stand
// at the beginning of one, and flat, for texts that were broken anywhere.
func read(lines, flat, flatLow string) told {
	t := told{mail: aboutMail(flatLow)}
	t.parts.Host, t.parts.Port = server(flat, flatLow)
	if !t.framed(flat, flatLow) {
		t.bare(lines, lower(lines))
	}
	t.step = stepOf(flatLow, t.parts)
	return t
}

// aboutMail tells whether a text without a mailer's own words is about mail.
func aboutMail(low string) bool {
	for _, w := range [...]string{"sqlstate", "mysql", "mariadb", "postgres", "redis", "memcach", "elasticsearch", "opensearch", "ldap", "curl error"} {
		if strings.Contains(low, w) {
			return false
		}
	}
	for _, w := range [...]string{"smtp", "mail", "starttls", "pear", "rcpt", "ehlo", "helo", "add recipient", "recipient address", "net_socket", "net/socket", "connect socket", "write to socket", "stream_socket_", "fsockopen", "established with host", ":25 ", ":465", ":587", ":2525", "port 25", "port 465", "port 587"} {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

// server finds the server that a text names.
func server(text, low string) (host string, port int) {
	for _, lead := range [...]struct{ before, after string }{
		{"failed to connect to ", " [smtp"},
		{"connection could not be established with host \"", "\""},
		{"connection to \"", "\""},
		{"unable to connect to ", " ("},
		{"getaddrinfo for ", " failed"},
	} {
		i := strings.Index(low, lead.before)
		if i < 0 {
			continue
		}
		i += len(lead.before)
		n := strings.Index(low[i:min(len(low), i+300)], lead.after)
		if n < 0 {
			continue
		}
		return hostPort(text[i : i+n])
	}
	return "", 0
}

// hostPort splits at the last colon that has a number behind it.
func hostPort(s string) (host string, port int) {
	s = strings.Trim(s, `" `)
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 0 || n > 65535 || strings.Count(s, ":") > 3 && !strings.Contains(s, "]:") && !strings.Contains(s, "://") {
		return s, 0
	}
	return s[:i], n
}

// framed finds the server's reply in what PEAR or symfony/mailer write around
// it.
func (t *told) framed(text, low string) bool {
	p := &t.parts
	// PEAR: (code: 535, response: 5.7.8 ...)]
	if i := strings.Index(low, "(code: "); i >= 0 {
		rest := text[i+len("(code: "):]
		number, rest, ok := strings.Cut(rest, ",")
		n, err := strconv.Atoi(strings.TrimSpace(number))
		if ok && err == nil && n >= -1 && n < 1000 {
			p.Code = n
			if _, words, ok := strings.Cut(rest, "response:"); ok {
				if end := strings.Index(words, ")]"); end >= 0 {
					words = words[:end]
				}
				p.words(words)
			}
			return true
		}
	}
	// symfony/mailer: but got code "535", with message "535 5.7.8 ..."
	if i := strings.Index(low, `but got code "`); i >= 0 {
		rest := text[i+len(`but got code "`):]
		if n, ok := code(rest); ok {
			p.Code = n
			if _, words, ok := strings.Cut(rest, `with message "`); ok {
				if end := strings.LastIndex(words, `".`); end >= 0 {
					words = words[:end]
				}
				if end := strings.Index(words, `".". `); end >= 0 {
					words = words[:end]
				}
				p.words(strings.TrimLeft(words[min(3, len(words)):], "- "))
			}
			return true
		}
	}
	return false
}

// bare finds a reply as it stands, or in a bounce or a mail server's log.
func (t *told) bare(text, low string) {
	p := &t.parts
	for at := 0; at+3 <= len(text); at++ {
		c := text[at]
		if c != '4' && c != '5' || at > 0 && !strings.ContainsRune(" \"'(:>;\n", rune(text[at-1])) {
			continue
		}
		n, ok := code(text[at:])
		if !ok || at+4 > len(text) || text[at+3] != ' ' && text[at+3] != '-' && text[at+3] != '#' {
			continue
		}
		rest := text[at+4:]
		enh, is := enhancedCode(rest)
		if !is && text[at+3] == '#' {
			continue
		}
		if is && enh[0] == c || !is && leadIn(low[:at]) && t.mailReply(low[at:]) {
			p.Code = n
			p.words(rest)
			return
		}
	}
	for _, lead := range [...]string{"dsn=", "status: ", "enhanced status code "} {
		if i := strings.Index(low, lead); i >= 0 {
			if e, ok := enhancedCode(low[i+len(lead):]); ok && e[0] != '2' {
				p.Enhanced = e
				return
			}
		}
	}
}

// leadIn tells whether a bare reply code may stand behind this.
func leadIn(before string) bool {
	if before == "" || strings.HasSuffix(before, "\n") {
		return true
	}
	for _, l := range [...]string{"said: ", "smtp; ", "recv: ", "response: ", "reply: ", "error: ", "code ", "returned: ", "server: ", "smtp error ", "rejected: ", "refused: "} {
		if strings.HasSuffix(before, l) {
			return true
		}
	}
	return false
}

// mailReply tells a mail server's reply without an enhanced code from a web
// server's or anything else that begins with a number.
func (t *told) mailReply(low string) bool {
	words := low[:min(len(low), 300)]
	for _, w := range [...]string{"internal server error", "bad gateway", "service unavailable", "gateway time", "not found", "http"} {
		if strings.HasPrefix(words[3:], " "+w) {
			return false
		}
	}
	return t.mail || holdsAny(words, "authenticat", "login", "sender", "address", "relay", "domain", "message", "throttling", "policy", "quota", "access denied", "spam", "tls", "verif", "rcpthosts")
}

func (p *Parts) words(s string) {
	s = strings.TrimSpace(s)
	if e, ok := enhancedCode(s); ok {
		p.Enhanced = e
		s = s[len(e):]
	}
	p.Words = cut(strings.TrimSpace(oneLine(s)), longestCore)
}

// stepOf is the step that the text's own frame names.
func stepOf(low string, p Parts) Step {
	for _, s := range stepWords {
		if strings.Contains(low, s.words) {
			return s.step
		}
	}
	if strings.Contains(low, "failed to connect to ") && strings.Contains(low, "[smtp:") {
		return Greeting
	}
	switch p.Code {
	case 535, 534, 538:
		return Auth
	}
	return ""
}

// The more telling come first.
var stepWords = []struct {
	words string
	step  Step
}{
	{"starttls failed", StartTLS},
	{"unable to connect with starttls", StartTLS},
	{"failed to connect socket", Connect},
	{"connection could not be established", Connect},
	{"helo was not accepted", EHLO},
	{"in reply to helo", EHLO},
	{"in reply to ehlo", EHLO},
	{"authentication failure [smtp", Auth},
	{"failed to authenticate on smtp", Auth},
	{"failed to find an authenticator", Auth},
	{"failed to set sender", MailFrom},
	{"in reply to mail from", MailFrom},
	{"failed to add recipient", Rcpt},
	{`expected response code "250/251/252"`, Rcpt},
	{"in reply to rcpt to", Rcpt},
	{"failed to send data", Data},
	{`expected response code "354"`, Data},
	{"in reply to end of data", Data},
	{`expected response code "220"`, Greeting},
	{"php's mail() function", Sendmail},
	{"stream_socket_enable_crypto", StartTLS},
	{"stream_socket_client", Connect},
	{"fsockopen", Connect},
}

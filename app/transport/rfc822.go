// The address parser of PEAR Mail (Mail/RFC822.php), as far as Mail_smtp uses
// it: no nesting of groups, atoms validated, default domain "localhost". It is
// not what RFC 5322 says; it is what decides whether a wiki's mail goes out.
// Errors are its own words.

package transport

import "strings"

// address is one mailbox found.
type address struct{ mailbox, host string }

func (a address) String() string { return a.mailbox + "@" + a.host }

// parser holds what PEAR keeps between its steps: an error once set stays, and
// the number of parts that the last split took is read by the caller.
type parser struct {
	err      string
	index    int
	failures int // splits that found no end
}

// maxFailures bounds the work on text that is beyond hope: PEAR would go on
// and only perhaps name another error.
const maxFailures = 64

// parseAddressList is Mail_RFC822::parseAddressList(). err is "" on success.
func parseAddressList(list string) (addresses []address, err string) {
	var p parser
	type entry struct {
		text  string
		group bool
	}
	var entries []entry
	list = unfold(list)
	for {
		group := p.isGroup(list)
		if p.err != "" {
			return nil, p.err
		}
		char := ","
		if group {
			char = ";"
		}
		first, ok := p.cut(list, char)
		if group {
			if !strings.Contains(first, ":") {
				p.err = "Invalid address: " + first
				return nil, p.err
			}
			if s, ok := p.cut(first, ":"); !ok || s == "" || s == "0" {
				return nil, p.reason()
			}
		}
		entries = append(entries, entry{trim(first), group})
		if !ok {
			first = ""
		}
		list = trim(from(list, len(first)+1))
		if group && strings.HasPrefix(list, ",") {
			list = trim(list[1:])
		}
		// PHP's while ends on "0" as it does on "".
		if list == "" || list == "0" {
			break
		}
	}
	if p.err != "" {
		return nil, p.err
	}
	for _, e := range entries {
		found, ok := p.validate(e.text, e.group)
		if !ok || p.err != "" {
			return nil, p.err
		}
		addresses = append(addresses, found...)
	}
	return addresses, ""
}

// unfold joins folded lines (RFC 5322 section 2.2.3) and makes line ends CRLF.
func unfold(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\n", "\r\n")
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "\r\n")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		if rest := strings.TrimLeft(after, "\t "); len(rest) < len(after) {
			b.WriteByte(' ')
			after = rest
		} else {
			b.WriteString("\r\n")
		}
		s = after
	}
}

// noReason stands for the empty text of an error for which PEAR gives no
// reason: a group without a name, ":a;".
const noReason = "(no reason given)"

func (p *parser) reason() string {
	if p.err == "" {
		return noReason
	}
	return p.err
}

func (p *parser) isGroup(list string) bool {
	first, ok := p.cut(list, ",")
	if !ok || !strings.Contains(first, ":") {
		return false
	}
	name, ok := p.cut(first, ":")
	return !ok || name != first
}

// split joins parts again until no quote or bracket is left open: the first
// element of a list whose separator may also stand inside quotes. ok is false
// where one stays open to the end.
func (p *parser) split(parts []string, char string) (first string, ok bool) {
	var s scanner
	for i, part := range parts {
		if i > 0 {
			s.feed(char)
		}
		s.feed(part)
		if !p.open(&s) {
			p.index = i
			return join(parts[:i+1], char), true
		}
	}
	return p.unclosed()
}

func (p *parser) unclosed() (string, bool) {
	p.err = "Invalid address spec. Unclosed bracket or quotes"
	p.failures++
	return "", false
}

// cut is split for a text that is not taken apart yet: it reads no further
// than it must. char is one byte.
func (p *parser) cut(text, char string) (first string, ok bool) {
	var s scanner
	for i, start := 0, 0; ; i++ {
		end := strings.IndexByte(text[start:], char[0])
		if end < 0 {
			end = len(text)
		} else {
			end += start
		}
		s.feed(text[start:end])
		if !p.open(&s) {
			p.index = i
			return text[:end], true
		}
		if end == len(text) {
			return p.unclosed()
		}
		s.feed(char)
		start = end + 1
	}
}

func join(parts []string, char string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts, char)
}

const bracketChars = "<>[]()"

// scanner counts quotes and brackets over a string that grows. PEAR counts
// them anew each time and over each beginning of the string: a bracket does
// not count where the text before it ends inside quotes or in a backslash, and
// one of each kind is taken off where the whole text does.
type scanner struct {
	slashes int
	quoted  bool
	last    byte
	count   [len(bracketChars)]int
}

func (s *scanner) feed(text string) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if b := strings.IndexByte(bracketChars, c); b >= 0 && !s.hidden() {
			s.count[b]++
		}
		switch c {
		case '\\':
			s.slashes++
		case '"':
			if s.slashes%2 == 0 {
				s.quoted = !s.quoted
			}
			s.slashes = 0
		default:
			s.slashes = 0
		}
		s.last = c
	}
}

func (s *scanner) hidden() bool { return s.quoted || s.last == '\\' }

// open tells whether a quote or bracket is open, or a backslash has nothing
// to escape. More closing than opening brackets are an error that stays.
func (p *parser) open(s *scanner) bool {
	if s.quoted {
		return true
	}
	off := 0
	if s.hidden() {
		off = 1
	}
	for b := 0; b < len(bracketChars); b += 2 {
		start, end := s.count[b]-off, s.count[b+1]-off
		if start < end {
			p.err = "Invalid address spec. Unmatched quote or bracket (" + bracketChars[b:b+2] + ")"
		} else if start > end {
			return true
		}
	}
	return s.last == '\\'
}

// validate checks one element of the list: a mailbox, or a group of them.
func (p *parser) validate(text string, group bool) ([]address, bool) {
	mailboxes := []string{text}
	if group {
		name, _ := p.cut(text, ":")
		if !p.phrase(name) {
			p.err = "Group name did not validate."
			return nil, false
		}
		mailboxes = nil
		for text = strings.TrimLeft(from(text, len(name)+1), phpBlanks); text != "" && p.failures < maxFailures; {
			first, _ := p.cut(text, ",")
			mailboxes = append(mailboxes, first)
			text = trim(from(text, len(first)+1))
		}
	}
	out := make([]address, 0, len(mailboxes))
	for _, m := range mailboxes {
		a, ok := p.mailbox(&m)
		if !ok {
			if p.err == "" {
				p.err = "Validation failed for: " + m
			}
			return nil, false
		}
		out = append(out, a)
	}
	return out, true
}

// phrase checks words, quoted or not, separated by blanks.
func (p *parser) phrase(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' })
	var words []string
	for len(parts) > 0 && p.failures < maxFailures {
		word, _ := p.split(parts, " ")
		words = append(words, word)
		parts = parts[min(p.index+1, len(parts)):]
	}
	for _, w := range words {
		if strings.HasPrefix(w, `"`) {
			if !quotedString(w) {
				return false
			}
		} else if !atom(w) {
			return false
		}
	}
	return true
}

// atom checks a word without quotes: not empty, ASCII, none of the specials.
// The backslash is missing among them, as it is in PEAR.
func atom(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7F || strings.IndexByte(`[]()<>@,;:".`, s[i]) >= 0 {
			return false
		}
	}
	return s != ""
}

// quotedString checks a word in quotes: inside, quotes and backslashes only
// behind a backslash.
func quotedString(s string) bool {
	if len(s) < 2 {
		return true
	}
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s) && s[i+1] != '\n':
			i++
		case s[i] == '\\' || s[i] == '"' || s[i] == '\r':
			return false
		}
	}
	return true
}

// mailbox checks `name <address>`, `address` or `<address>`, with comments in
// brackets. text is left without its comments, as the error shows it.
func (p *parser) mailbox(text *string) (address, bool) {
	m := *text
	var comments []string
	for rest := m; trim(rest) != "" && p.failures < maxFailures; {
		before, ok := p.cut(rest, "(")
		if ok && before == rest {
			break
		}
		comment := rest
		if before != "" {
			comment = strings.ReplaceAll(rest, before, "")
		}
		comment, _ = p.cut(from(comment, 1), ")")
		comments = append(comments, comment)
		rest = from(rest, max(0, strings.Index(rest, "("+comment))+len(comment)+2)
	}
	for _, c := range comments {
		m = strings.ReplaceAll(m, "("+c+")", "")
	}
	m = trim(m)
	*text = m
	if strings.HasSuffix(m, ">") && !strings.HasPrefix(m, "<") {
		name, _ := p.cut(m, "<")
		route := ""
		if len(name)+1 < len(m) {
			route = trim(m[len(name)+1 : len(m)-1])
		}
		if !p.phrase(trim(name)) {
			return address{}, false
		}
		return p.routeAddr(route)
	}
	if strings.HasPrefix(m, "<") && strings.HasSuffix(m, ">") && len(m) > 1 {
		m = m[1 : len(m)-1]
	}
	return p.addrSpec(m)
}

// routeAddr checks an address that may have an obsolete route before it:
// "@a,@b:c@d" (RFC 822 section 6.1).
func (p *parser) routeAddr(s string) (address, bool) {
	if !strings.Contains(s, ":") {
		return p.addrSpec(s)
	}
	route, _ := p.cut(s, ":")
	if route == s {
		return p.addrSpec(s)
	}
	for _, domain := range strings.Split(trim(route), ",") {
		if !p.domain(strings.ReplaceAll(trim(domain), "@", "")) {
			return address{}, false
		}
	}
	return p.addrSpec(from(s, len(route)+1))
}

// addrSpec checks "local@domain"; without "@" the domain is localhost.
func (p *parser) addrSpec(s string) (address, bool) {
	s = trim(s)
	a := address{s, "localhost"}
	if strings.Contains(s, "@") {
		local, _ := p.cut(s, "@")
		a = address{local, from(s, len(local)+1)}
	}
	return a, p.localPart(a.mailbox) && p.domain(a.host)
}

func (p *parser) localPart(s string) bool {
	for _, word := range p.words(s) {
		if word == "" || strings.Index(word, " ") > 0 && word[0] != '"' {
			return false
		}
		if !p.phrase(trim(word)) {
			return false
		}
	}
	return true
}

func (p *parser) domain(s string) bool {
	for _, sub := range p.words(s) {
		sub = trim(sub)
		if len(sub) >= 2 && sub[0] == '[' && sub[len(sub)-1] == ']' {
			if !literal(sub[1 : len(sub)-1]) {
				return false
			}
		} else if !atom(sub) {
			return false
		}
	}
	return true
}

// literal checks the inside of a domain in square brackets.
func literal(s string) bool {
	for i := 1; i < len(s); i++ {
		if strings.IndexByte("][\r\\", s[i]) >= 0 && s[i-1] != '\n' {
			return false
		}
	}
	return true
}

// words splits at full stops that are not quoted.
func (p *parser) words(s string) []string {
	var out []string
	for parts := strings.Split(s, "."); len(parts) > 0 && p.failures < maxFailures; {
		word, _ := p.split(parts, ".")
		out = append(out, word)
		parts = parts[min(p.index+1, len(parts)):]
	}
	return out
}

// phpBlanks are what PHP's trim() takes off.
const phpBlanks = " \t\n\r\x00\x0b"

func trim(s string) string { return strings.Trim(s, phpBlanks) }

// from is PHP's substr( $s, $n ).
func from(s string, n int) string {
	if n >= len(s) {
		return ""
	}
	return s[n:]
}

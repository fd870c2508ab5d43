// PHP's mail() on Unix (ext/standard/mail.c): what sendmail gets as arguments
// and on standard input. Checked against PHP 8.2.

package preview

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
)

// Host is the machine that the wiki runs on, as far as mail() depends on it.
// The zero value is a good one: PHP as the release is normally run with, and a
// sendmail that takes the mail.
type Host struct {
	AddXHeader   bool // mail.add_x_header
	ScriptOwner  int  // numeric id of the owner of MediaWiki's files, for that header
	MixedLF      bool // mail.mixed_lf_and_crlf (PHP 8.2.4): LF where PHP itself ends a line
	PHP7         bool // PHP before 8.0, which ends lines with LF; implied up to MediaWiki 1.38
	MailDisabled bool // disable_functions has mail
	NoSendmail   bool // sendmail_path is empty or leads nowhere
	SendmailExit int  // exit status of sendmail
}

// php7 tells that PHP is older than 8.0.
func (w *wiki) php7() bool { return w.host.PHP7 || w.r.Version.Less(mediawiki.Version{Minor: 39}) }

// lf tells that mail() ends the lines that it writes itself with LF.
func (w *wiki) lf() bool { return w.php7() || w.host.MixedLF }

// Behaviour that belongs into the table of package mediawiki.
var (
	// mailHeadersArray is when mail() began to get an array of headers
	// (T320864): until then they are joined by LF, and newlines in them removed.
	mailHeadersArray = mediawiki.Version{Minor: 39}
	// mailHeaderNewlines is when newlines in headers for mail() began to be removed.
	mailHeaderNewlines = mediawiki.Version{Minor: 25}
)

// cleanField is what mail() does to recipient and subject: no space at the end,
// and no control characters but in a fold (CRLF and a space or tab).
func cleanField(s string) string {
	b := []byte(strings.TrimRight(s, " \t\n\v\f\r"))
	at := func(i int) byte {
		if i < len(b) {
			return b[i]
		}
		return 0
	}
	for i := 0; i < len(b); i++ {
		if b[i] >= 0x20 && b[i] != 0x7f {
			continue
		}
		if b[i] == '\r' && at(i+1) == '\n' && (at(i+2) == ' ' || at(i+2) == '\t') {
			for i += 2; at(i+1) == ' ' || at(i+1) == '\t'; i++ {
			}
			continue
		}
		b[i] = ' '
	}
	return string(b)
}

// checkHeader is php_mail_build_headers_elem(): the words of the ValueError for
// a header that mail() refuses.
func checkHeader(h transport.Header) string {
	for i := 0; i < len(h.Name); i++ {
		if c := h.Name[i]; c < 33 || c > 126 || c == ':' {
			return `Header name "` + h.Name + `" contains invalid characters`
		}
	}
	v, bad := h.Value, ""
	wsp := func(i int) bool { return i < len(v) && (v[i] == ' ' || v[i] == '\t') }
	for i := 0; i < len(v) && bad == ""; i++ {
		switch v[i] {
		case '\r':
			if i+1 < len(v) && v[i+1] == '\n' && wsp(i+2) {
				i += 2
			} else {
				bad = "CR"
			}
		case '\n':
			if wsp(i + 1) {
				i++
			} else {
				bad = "LF"
			}
		case 0:
			bad = "NULL"
		}
	}
	if bad != "" {
		return `Header "` + h.Name + `" contains ` + bad + ` character that is not allowed in the header`
	}
	return ""
}

// onlyOnce are headers that mail() takes no other way than as its arguments.
func onlyOnce(name string) bool {
	return strings.EqualFold(name, "To") || strings.EqualFold(name, "Subject")
}

// escapeShellCommand is escapeshellcmd() in a UTF-8 locale, which MediaWiki
// sets: quotes are left alone in pairs, invalid bytes vanish.
func escapeShellCommand(s string) string {
	var b strings.Builder
	pair := -1 // where the open quote ends
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				b.WriteString(s[i : i+n])
			}
			i += n
			continue
		}
		switch {
		case c == '"' || c == '\'':
			switch {
			case pair == i:
				pair = -1
			case pair < 0:
				if j := strings.IndexByte(s[i+1:], c); j >= 0 {
					pair = i + 1 + j
				} else {
					b.WriteByte('\\')
				}
			default:
				b.WriteByte('\\')
			}
		case strings.IndexByte("#&;`|*?~<>^()[]{}$\\\n", c) >= 0:
			b.WriteByte('\\')
		}
		b.WriteByte(c)
		i++
	}
	return b.String()
}

// shellWords splits a command line that escapeShellCommand made as sh does
// (POSIX, Shell Command Language, section 2.2): nothing in it expands.
func shellWords(s string) []string {
	var words []string
	var word []byte
	open := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; c {
		case ' ', '\t', '\n':
			if open {
				words, word, open = append(words, string(word)), nil, false
			}
		case '\\':
			if i++; i < len(s) && s[i] != '\n' {
				word, open = append(word, s[i]), true
			}
		case '\'':
			open = true
			for i++; i < len(s) && s[i] != '\''; i++ {
				word = append(word, s[i])
			}
		case '"':
			open = true
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' && i+1 < len(s) && strings.IndexByte("$`\"\\\n", s[i+1]) >= 0 {
					if i++; s[i] == '\n' {
						continue
					}
				}
				word = append(word, s[i])
			}
		default:
			word, open = append(word, c), true
		}
	}
	if open {
		words = append(words, string(word))
	}
	return words
}

// phpError is an exception or an error text of mail().
type phpError string

// mail is one call of mail(): to sendmail -t -i, the defaults of sendmail_path.
// headers is the fourth argument.
func (w *wiki) mail(to, subject, body string, headers []transport.Header, params string) (Message, phpError) {
	if w.host.MailDisabled {
		name := "mail"
		if w.r.Has(mediawiki.NamespacedClasses) {
			name = `MediaWiki\Mail\mail`
		}
		return Message{}, phpError("Error: Call to undefined function " + name + "()")
	}
	for i, arg := range [...]struct{ name, value string }{{"$to", to}, {"$subject", subject}, {"$message", ""}, {"", ""}, {"$additional_params", params}} {
		if strings.IndexByte(arg.value, 0) >= 0 {
			return Message{}, phpError("ValueError: mail(): Argument #" + strconv.Itoa(i+1) + " (" + arg.name + ") must not contain any null bytes")
		}
	}

	asArray := !w.r.Version.Less(mailHeadersArray)
	join := "\r\n"
	if asArray {
		for _, h := range headers {
			if onlyOnce(h.Name) {
				name := "To"
				if strings.EqualFold(h.Name, "Subject") {
					name = "Subject"
				}
				return Message{}, phpError(`ValueError: The additional headers cannot contain the "` + name + `" header`)
			}
		}
		for _, h := range headers {
			if bad := checkHeader(h); bad != "" {
				return Message{}, phpError("ValueError: " + bad)
			}
		}
	} else {
		join = "\n"
	}
	lines := make([]string, len(headers))
	for i, h := range headers {
		if !asArray && !w.r.Version.Less(mailHeaderNewlines) {
			h.Value = strings.NewReplacer("\r", "", "\n", "").Replace(h.Value)
		}
		lines[i] = h.Name + ": " + h.Value
	}
	text := strings.Join(lines, join)
	if !asArray {
		text = strings.TrimRight(text, " \t\n\r\x00\v")
		if strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") || strings.HasPrefix(text, "\n") {
			return Message{}, "Multiple or malformed newlines found in additional_header"
		}
	}
	if w.host.NoSendmail {
		return Message{}, mailUnknown
	}

	end := "\r\n"
	if w.lf() {
		end = "\n"
	}
	raw := "To: " + cleanField(to) + end + "Subject: " + cleanField(subject) + end
	if w.host.AddXHeader {
		raw += "X-PHP-Originating-Script: " + strconv.Itoa(w.host.ScriptOwner) + ":UserMailer.php" + end
	}
	m := Message{
		Transport:  "mail",
		RawHeaders: raw + text + end,
		Separator:  end + end,
		Body:       body + end,
		Args:       append([]string{"-t", "-i"}, shellWords(escapeShellCommand(params))...),
	}
	for i, a := range m.Args {
		if a == "-f" && i+1 < len(m.Args) {
			m.MailFrom = m.Args[i+1]
			break
		}
	}
	if w.host.SendmailExit != 0 {
		return m, mailUnknown
	}
	return m, ""
}

// mailUnknown is what MediaWiki says when mail() only returned false.
const mailUnknown = "Unknown error in PHP's mail() function."

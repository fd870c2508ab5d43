// Names and addresses as MediaWiki writes them into headers: MailAddress and
// the encoded words of UserMailer::quotedPrintable(). They follow RFC 5322 and
// RFC 2047 only roughly, and that is what is reproduced.

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
)

const hexDigits = "0123456789ABCDEF"

// needsEncoding tells that a byte makes MediaWiki encode the whole string. Tab,
// LF and CR are not among them.
func needsEncoding(b byte) bool {
	switch {
	case b == '\t' || b == '\n' || b == '\r':
		return false
	default:
		return b < 0x20 || b >= 0x7f || b == '='
	}
}

// encodeWord is UserMailer::quotedPrintable(): the string unchanged if it has
// no byte that needs encoding, else one encoded word of any length
// (includes/mail/UserMailer.php; RFC 2047 section 2 would allow 75
// characters). Full stop and comma are encoded from the releases on that
// mediawiki.EncodedFullStop and mediawiki.EncodedComma name.
func encodeWord(s string, r *mediawiki.Release) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if needsEncoding(s[i]) {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	stop, comma := r.Has(mediawiki.EncodedFullStop), r.Has(mediawiki.EncodedComma)
	var b strings.Builder
	b.Grow(3*len(s) + 12)
	b.WriteString("=?UTF-8?Q?")
	for i := 0; i < len(s); i++ {
		c := s[i]
		if needsEncoding(c) || c == '\t' || c == ' ' || c == '?' || c == '_' || stop && c == '.' || comma && c == ',' {
			b.WriteByte('=')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	b.WriteString("?=")
	return b.String()
}

// addSlashes is PHP's addslashes().
func addSlashes(s string) string {
	if !strings.ContainsAny(s, "'\"\\\x00") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\'', '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(s[i])
		case 0:
			b.WriteString(`\0`)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// falsy is PHP's !$string.
func falsy(s string) bool { return s == "" || s == "0" }

// format is MailAddress::toString(): the value of From, Reply-To and To.
func (w *wiki) format(p Person) string {
	if falsy(p.Email) && w.r.Has(mediawiki.HeaderOrder119) {
		return ""
	}
	if p.Name == "" {
		return p.Email
	}
	name := p.Name
	if p.Real != "" && w.val("wgEnotifUseRealName").Truthy() && (w.r.Has(mediawiki.QuotedNames) || !falsy(p.Real)) {
		name = p.Real
	}
	quoted := encodeWord(name, w.r)
	if w.r.Has(mediawiki.QuotedNames) {
		// An encoded word in quotes would be shown raw (T191931).
		if quoted == name {
			quoted = `"` + addSlashes(quoted) + `"`
		}
	} else if strings.ContainsAny(quoted, ".,") {
		quoted = `"` + quoted + `"`
	}
	return quoted + " <" + p.Email + ">"
}

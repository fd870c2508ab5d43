// Quoting: any bytes as a PHP literal, text as a comment, and back.

package php

import (
	"strings"
	"unicode/utf8"
)

// Quote is a literal that every PHP from 5.2 to 8.4 evaluates to exactly the
// bytes of s. It is single-quoted, with each \ and ' escaped. Where s holds
// what copying through a browser, a clipboard or an editor could change or
// hide (control characters, line ends, invalid UTF-8, direction marks, a byte
// order mark, a no-break space) it is double-quoted with those bytes as \xNN;
// \u{...} is not used, because PHP 5 does not know it.
func Quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	if !fragile(s) {
		b.WriteByte('\'')
		for i := 0; i < len(s); i++ {
			if s[i] == '\'' || s[i] == '\\' {
				b.WriteByte('\\')
			}
			b.WriteByte(s[i])
		}
		b.WriteByte('\'')
		return b.String()
	}
	b.WriteByte('"')
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"', r == '\\', r == '$':
			b.WriteByte('\\')
			b.WriteByte(s[i])
		case fragileRune(r, n):
			const hex = "0123456789ABCDEF"
			for _, c := range []byte(s[i : i+n]) {
				b.WriteString(`\x`)
				b.WriteByte(hex[c>>4])
				b.WriteByte(hex[c&15])
			}
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	b.WriteByte('"')
	return b.String()
}

func fragile(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if fragileRune(r, n) {
			return true
		}
		i += n
	}
	return false
}

// fragileRune tells whether a character may not survive copying, or cannot be
// seen. The joiners U+200C and U+200D may stay: emoji and several scripts are
// written with them.
func fragileRune(r rune, n int) bool {
	switch {
	case r < 0x20, r == 0x7F, r == utf8.RuneError && n == 1:
		return true
	case r < 0x80:
		return false
	case r <= 0xA0, r == 0xAD, r == 0x061C, r == 0x180E:
		return true
	case r < 0x2000:
		return false
	case r == 0x200B, r == 0x200E, r == 0x200F:
		return true
	case r >= 0x2028 && r <= 0x202F, r >= 0x2060 && r <= 0x206F:
		return true
	case r == 0xFEFF, r >= 0xFFF9 && r <= 0xFFFB, r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE:
		return true
	}
	return false
}

// Comment makes text safe behind // or #: one line that does not end PHP.
// ?> (and %>, with PHP 5's asp_tags) would do so even in a comment.
func Comment(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteRune(utf8.RuneError)
		case fragileRune(r, n):
			b.WriteByte(' ')
		default:
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	out := strings.ReplaceAll(b.String(), "?>", "? >")
	return strings.ReplaceAll(out, "%>", "% >")
}

// unquoteSingle is the value of the inside of a single-quoted string.
func unquoteSingle(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '\'') {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// escape reads the escape sequence at the start of s, which begins with a
// backslash, and appends what it stands for. n is its length; problem is not
// empty where PHP would refuse it. quote is 0 in a heredoc.
func escape(b *strings.Builder, s string, quote byte) (n int, problem string) {
	if len(s) < 2 {
		b.WriteByte('\\')
		return 1, ""
	}
	switch c := s[1]; {
	case c == 'n':
		b.WriteByte('\n')
	case c == 't':
		b.WriteByte('\t')
	case c == 'r':
		b.WriteByte('\r')
	case c == 'v':
		b.WriteByte('\v')
	case c == 'e':
		b.WriteByte(0x1B)
	case c == 'f':
		b.WriteByte('\f')
	case c == '\\', c == '$', c == '"' && quote == '"':
		b.WriteByte(c)
	case c >= '0' && c <= '7':
		v, i := 0, 1
		for ; i < len(s) && i < 4 && s[i] >= '0' && s[i] <= '7'; i++ {
			v = v*8 + int(s[i]-'0')
		}
		b.WriteByte(byte(v))
		return i, ""
	case (c == 'x' || c == 'X') && len(s) > 2 && isHex(s[2]):
		v, i := 0, 2
		for ; i < len(s) && i < 4 && isHex(s[i]); i++ {
			v = v*16 + hexDigit(s[i])
		}
		b.WriteByte(byte(v))
		return i, ""
	case c == 'u' && len(s) > 2 && s[2] == '{':
		v, i := 0, 3
		for ; i < len(s) && isHex(s[i]) && v <= 0x10FFFF; i++ {
			v = v*16 + hexDigit(s[i])
		}
		if i == 3 || i >= len(s) || s[i] != '}' || v > 0x10FFFF {
			return 0, `\u{ } needs a code point in hexadecimal`
		}
		writeCodePoint(b, v)
		return i + 1, ""
	default:
		b.WriteByte('\\')
		return 1, ""
	}
	return 2, ""
}

// writeCodePoint encodes surrogates, too, as PHP does.
func writeCodePoint(b *strings.Builder, v int) {
	if v >= 0xD800 && v <= 0xDFFF {
		b.Write([]byte{0xE0 | byte(v>>12), 0x80 | byte(v>>6)&0x3F, 0x80 | byte(v)&0x3F})
		return
	}
	b.WriteRune(rune(v))
}

func hexDigit(c byte) int {
	switch {
	case c >= 'a':
		return int(c-'a') + 10
	case c >= 'A':
		return int(c-'A') + 10
	}
	return int(c - '0')
}

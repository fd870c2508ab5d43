// What copying does to characters: encodings, typographic quotes, spaces that
// are none to PHP.

package localsettings

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode makes UTF-8 of UTF-16. Anything else is left as it is: PHP takes
// bytes.
func decode(src []byte) (text string, note string) {
	if len(src) < 2 {
		return string(src), ""
	}
	big := false
	switch {
	case src[0] == 0xFF && src[1] == 0xFE:
		src = src[2:]
	case src[0] == 0xFE && src[1] == 0xFF:
		src, big = src[2:], true
	default:
		var zero [2]int
		head := src[:min(len(src), 256)&^1]
		for i, c := range head {
			if c == 0 {
				zero[i&1]++
			}
		}
		switch half := len(head) / 2; {
		case zero[1]*10 >= half*8 && zero[0] == 0:
		case zero[0]*10 >= half*8 && zero[1] == 0:
			big = true
		default:
			return string(src), ""
		}
	}
	units := make([]uint16, len(src)/2)
	for i := range units {
		a, b := uint16(src[2*i]), uint16(src[2*i+1])
		if big {
			a, b = b, a
		}
		units[i] = a | b<<8
	}
	return string(utf16.Decode(units)), "the text was UTF-16, which PHP cannot read: save it as UTF-8 without a byte order mark"
}

// odd are characters that are no PHP outside strings and comments, and what
// was meant. "" is nothing.
var odd = map[rune]string{
	'“': `"`, '”': `"`, '„': `"`, '‟': `"`, '«': `"`, '»': `"`, '″': `"`, '＂': `"`,
	'‘': "'", '’': "'", '‚': "'", '‛': "'", '′': "'", '´': "'", '＇': "'",
	'\u00A0': " ", '\u2002': " ", '\u2003': " ", '\u2007': " ", '\u2009': " ", '\u202F': " ", '\u3000': " ", '\u2028': "\n", '\u2029': "\n",
	'\u200B': "", '\u200C': "", '\u200D': "", '\u200E': "", '\u200F': "", '\u2060': "", '\uFEFF': "", '\u00AD': "",
	'⇒': "=>", '→': "=>", '＝': "=", '；': ";", '，': ",", '（': "(", '）': ")", '＄': "$", '：': ":",
	'\x00': "",
}

// odd1252 is the same for bytes that are no UTF-8: Windows-1252 has them.
var odd1252 = map[byte]string{0x91: "'", 0x92: "'", 0x93: `"`, 0x94: `"`, 0x84: `"`, 0x82: "'", 0xA0: " ", 0xAD: ""}

// oddAt is what the odd character at the start of s stands for; n is its
// length, 0 if it is not odd.
func oddAt(s string) (ins string, n int) {
	if s[0] < utf8.RuneSelf && s[0] != 0 {
		return "", 0
	}
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		if ins, ok := odd1252[s[0]]; ok {
			return ins, 1
		}
		return "", 0
	}
	if ins, ok := odd[r]; ok {
		return ins, n
	}
	return "", 0
}

// straighten gives the edits that make odd characters right outside strings
// and comments, and typographic quotes that delimit strings. mixed also ends
// a string that began with a straight quote at a typographic one.
func straighten(s string, mixed bool) []edit {
	var out []edit
	i := 0
	if strings.HasPrefix(s, "\uFEFF") {
		i = len("\uFEFF") // the parser passes over it
	}
	for i < len(s) {
		c := s[i]
		switch {
		case c == '\'' || c == '"':
			i = stringEnd(s, i, mixed, &out)
		case strings.HasPrefix(s[i:], "/*"):
			end := strings.Index(s[i:], "*/")
			if end < 0 {
				return out
			}
			i += end + 2
		case c == '#', strings.HasPrefix(s[i:], "//"):
			if end := strings.IndexAny(s[i:], "\r\n"); end >= 0 {
				i += end
			} else {
				i = len(s)
			}
		default:
			ins, n := oddAt(s[i:])
			if n == 0 {
				i++
				continue
			}
			out = append(out, edit{i, n, ins})
			i += n
			if ins == "'" || ins == `"` {
				i = curlyEnd(s, i, ins, &out)
			}
		}
	}
	return out
}

// stringEnd is behind the string that begins at i with a straight quote.
func stringEnd(s string, i int, mixed bool, out *[]edit) int {
	quote := s[i]
	for j := i + 1; j < len(s); j++ {
		switch {
		case s[j] == '\\':
			j++
		case s[j] == quote:
			return j + 1
		case mixed && (s[j] >= utf8.RuneSelf):
			if ins, n := oddAt(s[j:]); n > 0 && ins == string(quote) && endsString(s[j+n:]) {
				*out = append(*out, edit{j, n, ins})
				return j + n
			}
		case mixed && s[j] == '\n':
			return j // a quote is missing: not the business of this
		}
	}
	return len(s)
}

// endsString tells that what follows could follow a string.
func endsString(s string) bool {
	s = strings.TrimLeft(s, " \t\u00A0")
	return s == "" || strings.IndexByte(",;)].=\r\n:", s[0]) >= 0
}

// curlyEnd goes on behind a typographic opening quote: to its closing one in
// the same line, typographic or straight. Quotes of the new kind within are
// escaped, so that the value is what was between.
func curlyEnd(s string, i int, quote string, out *[]edit) int {
	const longest = 4096
	before := len(*out)
	for j := i; j < min(len(s), i+longest) && s[j] != '\n'; {
		switch {
		case s[j] == quote[0]:
			if endsString(s[j+1:]) {
				return j + 1
			}
			*out = append(*out, edit{j, 0, `\`})
			j++
		case s[j] == '\\':
			j += 2
		default:
			ins, n := oddAt(s[j:])
			if n > 0 && ins == quote && endsString(s[j+n:]) {
				*out = append(*out, edit{j, n, ins})
				return j + n
			}
			j += max(n, 1)
		}
	}
	*out = (*out)[:before]
	return i
}

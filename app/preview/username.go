// User names that MediaWiki lets nobody register: UserNameUtils::getCanonical()
// with RIGOR_CREATABLE and, as far as user names go, MediaWikiTitleCodec. A
// mail can only go to or come from an account.

package preview

import (
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Not in page titles, hence not in user names. Colon and "@" are refused by
// $wgInvalidUsernameCharacters.
const illegalInTitles = "#<>[]|{}\x7f"

// reservedNames are those of $wgReservedUsernames that are names.
var reservedNames = []string{
	"MediaWiki default", "Conversion script", "Maintenance script",
	"Template namespace initialisation script", "ScriptImporter", "Delete page script",
	"Move page script", "Command line script", "Unknown user",
	// English texts of messages that are reserved too.
	"Redirect fixer", "System messenger", "Proxy blocker", "DNSBL", "MediaWiki spam cleanup", "MediaWiki automatic change",
}

// canonicalName is the name of the account that a new user of this name gets,
// and false where MediaWiki refuses it.
func (w *wiki) canonicalName(name string) (string, bool) {
	name = upperFirst(name)
	if strings.Contains(name, "&") {
		name = entities.Replace(name)
	}
	if len(name) >= 5 && strings.EqualFold(name[:5], "User:") {
		name = name[5:]
	}
	if !utf8.ValidString(name) || strings.ContainsAny(name, illegalInTitles) {
		return "", false
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case r == '_' || r == ' ' || r == 0xa0 || r == 0x1680 || r == 0x180e ||
			r >= 0x2000 && r <= 0x200a || r == 0x2028 || r == 0x2029 || r == 0x202f || r == 0x205f || r == 0x3000:
			return ' '
		case r == 0x200e || r == 0x200f || r >= 0x202a && r <= 0x202e:
			return -1 // marks of direction
		default:
			return r
		}
	}, name)
	for strings.Contains(name, "  ") {
		name = strings.ReplaceAll(name, "  ", " ")
	}
	name = upperFirst(strings.Trim(name, " "))
	switch {
	case name == "" || len(name) > 235,
		strings.ContainsRune(name, '/'),
		strings.ContainsRune(name, utf8.RuneError),
		strings.Contains(name, "~~~"),
		name == "." || name == "..",
		hasEscape(name),
		strings.ContainsFunc(name, unprintable),
		isAddress(name),
		slices.Contains(reservedNames, name):
		return "", false
	}
	invalid := w.val("wgInvalidUsernameCharacters").ToString()
	if invalid == "" {
		invalid = "@:"
	}
	return name, !strings.ContainsAny(name, invalid)
}

// entities are the character references that titles are likely to hold;
// MediaWiki reads all of HTML's. Others are refused (hasEscape).
var entities = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&nbsp;", "\u00a0")

// upperPairs are letters whose capital is two (Unicode SpecialCasing).
var upperPairs = map[rune]string{
	'ß': "SS", 'ŉ': "ʼN", 'ǰ': "J\u030c", 'ﬀ': "FF", 'ﬁ': "FI", 'ﬂ': "FL", 'ﬃ': "FFI", 'ﬄ': "FFL", 'ﬅ': "ST", 'ﬆ': "ST",
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || r == utf8.RuneError {
		return s
	}
	if two, ok := upperPairs[r]; ok {
		return two + s[n:]
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func unprintable(r rune) bool {
	return r < 0x20 || r >= 0x7f && r <= 0x9f || r >= 0x200b && r <= 0x200f || r >= 0xe000 && r <= 0xf8ff
}

// hasEscape finds %20 and &amp;, which would make a second name for a page.
func hasEscape(s string) bool {
	isHex := func(b byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", b) >= 0 }
	isWord := func(b byte) bool {
		return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
	}
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '%':
			if i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
				return true
			}
		case '&':
			j := i + 1
			for j < len(s) && isWord(s[j]) {
				j++
			}
			if j > i+1 && j < len(s) && s[j] == ';' {
				return true
			}
		}
	}
	return false
}

// isAddress finds names that look like the address of somebody not logged in;
// so does 1.2.3.xxx, which old versions wrote for hidden ones.
func isAddress(s string) bool {
	if parts := strings.Split(s, "."); len(parts) == 4 {
		for i, p := range parts {
			if i == 3 && p == "xxx" {
				return true
			}
			if len(p) < 1 || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
				return false
			}
		}
		return true
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6() && a.Zone() == ""
}

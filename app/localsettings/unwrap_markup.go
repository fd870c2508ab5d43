// Markup around settings: of HTML, wikis and forums, and code in a sentence.

package localsettings

import "strings"

// tagless is a line without the markup before it.
func tagless(t string) string {
	for {
		n := tagEnd(t)
		if n == 0 {
			return t
		}
		t = strings.TrimLeft(t[n:], " \t\u00A0")
	}
}

// tags of HTML, wikis and forums that stand around code.
var tagNames = []string{"syntaxhighlight", "source", "pre", "code", "nowiki", "p", "br", "div", "span", "tt", "blockquote", "poem", "li", "ul", "td", "tr", "table", "b", "i", "strong", "em", "a", "font", "body", "html"}

// tagEnd is the length of the tag at the start of s, 0 if there is none.
func tagEnd(s string) int {
	if len(s) < 3 || s[0] != '<' && s[0] != '[' {
		return 0
	}
	closer := byte('>')
	if s[0] == '[' {
		closer = ']'
	}
	t := strings.TrimPrefix(s[1:], "/")
	n := 0
	for n < len(t) && (t[n] >= 'a' && t[n] <= 'z' || t[n] >= 'A' && t[n] <= 'Z') {
		n++
	}
	name := strings.ToLower(t[:n])
	if s[0] == '[' {
		if name != "code" && name != "php" && name != "quote" {
			return 0
		}
	} else {
		known := false
		for _, tag := range tagNames {
			known = known || tag == name
		}
		if !known {
			return 0
		}
	}
	const longest = 500
	end := strings.IndexByte(s[:min(len(s), longest)], closer)
	if end < 0 || n < len(t) && strings.IndexByte(" />]=", t[n]) < 0 {
		return 0
	}
	return end + 1
}

var entities = []struct{ from, to string }{
	{"&gt;", ">"}, {"&lt;", "<"}, {"&quot;", `"`}, {"&#39;", "'"}, {"&#039;", "'"}, {"&apos;", "'"}, {"&#36;", "$"}, {"&nbsp;", " "}, {"&#160;", " "}, {"&amp;", "&"}, {"&#91;", "["}, {"&#93;", "]"},
}

// signature is where the signature of a talk page begins in a line of code; 0
// where there is none.
func signature(line string) int {
	for _, mark := range []string{"--[[User", "-- [[User", "—[[User", "— [[User", "--~~~~", "-- ~~~~"} {
		if i := strings.Index(line, mark); i > 0 {
			return i
		}
	}
	return 0
}

// quoted takes the code out of a sentence: <code>$wgSMTP = false;</code>, or the
// same between backticks. It tells whether there was some.
func (u *unwrapper) quoted(from, to int) bool {
	found := false
	rest := from
	for i := from; i < to; {
		open, end := 0, ""
		switch {
		case strings.HasPrefix(u.s[i:to], "<code>"):
			open, end = len("<code>"), "</code>"
		case u.s[i] == '`':
			open, end = 1, "`"
		default:
			i++
			continue
		}
		i += open
		n := strings.Index(u.s[i:to], end)
		if n < 0 {
			break
		}
		code := strings.TrimSpace(u.s[i : i+n])
		if strings.HasPrefix(code, "$wg") && strings.Contains(code, "=") {
			found = true
			u.say(i, "code in a sentence was taken out of it")
			u.drop(rest, i)
			u.inline(i, i+n)
			rest = i + n
			if !strings.HasSuffix(code, ";") {
				u.edits = append(u.edits, edit{rest, 0, ";"})
			}
		}
		i += n + len(end)
	}
	if found {
		u.drop(rest, to)
	}
	return found
}

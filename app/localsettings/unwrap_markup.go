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

// What Mail_mimePart::encodeHeader() finds by regular expressions, found by
// hand: package regexp and its tables are half a megabyte of the browser
// program. The tests hold this to the expressions, as written here.

package preview

import "strings"

// mimeSpace is what \s stands for in PCRE: with the vertical tab, unlike Go's.
const mimeSpace = " \t\n\v\f\r"

// refold replaces the folds of a header, \r?\n\s*, by Mail_mimePart's.
func refold(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			break
		}
		b.WriteString(strings.TrimSuffix(s[:i], "\r"))
		b.WriteString(mimeFold)
		s = strings.TrimLeft(s[i+1:], mimeSpace)
	}
	b.WriteString(s)
	return b.String()
}

// isMIMEAddress is ^<A>$ or ^A$, where A is ([^\s<]+|("[^\r\n"]+"))@[^\s"]+.
func isMIMEAddress(s string) bool {
	if len(s) > 1 && s[0] == '<' && s[len(s)-1] == '>' && beginsMIMEAddress(s[1:len(s)-1]) == 0 {
		return true
	}
	return beginsMIMEAddress(s) == 0
}

// lastMIMEAddress is what <*A>*$ finds first, or "".
func lastMIMEAddress(s string) string {
	at := beginsMIMEAddress(s)
	if at < 0 {
		return ""
	}
	for at > 0 && s[at-1] == '<' {
		at--
	}
	return s[at:]
}

// beginsMIMEAddress is the first place from which on s is A up to its end, or
// -1. A "<" or ">" at the end belongs to what stands behind the "@".
func beginsMIMEAddress(s string) int {
	// Behind the "@" there is no white space and no quotation mark up to the end.
	domain := strings.LastIndexAny(s, mimeSpace+`"`) + 1
	for at := domain; at < len(s)-1; at++ {
		if s[at] != '@' {
			continue
		}
		begin := strings.LastIndexAny(s[:at], mimeSpace+"<") + 1
		if at > 2 && s[at-1] == '"' {
			if open := strings.LastIndexAny(s[:at-1], "\r\n\""); open >= 0 && s[open] == '"' && open < at-2 {
				begin = min(begin, open)
			}
		}
		if begin < at {
			return begin
		}
	}
	return -1
}

// quotedString is what "(?:[^"\\]|\\[^\n])*" finds first, or "".
func quotedString(s string) string {
	for from := strings.IndexByte(s, '"'); from >= 0; {
		for i := from + 1; i < len(s) && (s[i] != '\\' || i+1 < len(s) && s[i+1] != '\n'); i++ {
			if s[i] == '"' {
				return s[from : i+1]
			}
			if s[i] == '\\' {
				i++
			}
		}
		next := strings.IndexByte(s[from+1:], '"')
		if next < 0 {
			break
		}
		from += next + 1
	}
	return ""
}

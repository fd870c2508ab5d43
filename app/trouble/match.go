// The matcher of the tables: lower-case pieces of text in order, with gaps.

package trouble

import "strings"

const (
	// gap bounds in bytes what a "*" stands for. A reply of several lines fits.
	gap = 500
	// tries bounds how often a pattern begins anew at a later place.
	tries = 50
)

// holds tells whether text has the pattern: its pieces in order, a "*" between
// them standing for up to gap bytes. Both are lower case. A "^" at the
// beginning of the pattern ties it to the beginning of the text, a "$" at the
// end to its end.
func holds(text, pattern string) bool {
	_, ok := find(text, pattern)
	return ok
}

// find is holds, and gives what stands in the place of the first "*".
func find(text, pattern string) (first string, ok bool) {
	anchored := strings.HasPrefix(pattern, "^")
	pattern = strings.TrimPrefix(pattern, "^")
	pattern, toEnd := strings.CutSuffix(pattern, "$")
	head, rest, gaps := strings.Cut(pattern, "*")
	for at, n := 0, 0; n < tries; n++ {
		i := strings.Index(text[at:], head)
		if i < 0 || anchored && at+i > 0 {
			return "", false
		}
		at += i
		after := text[at+len(head):]
		if !gaps {
			if !toEnd || after == "" {
				return "", true
			}
		} else if n, ok := tail(after, rest, toEnd); ok {
			return after[:n], true
		}
		at++
	}
	return "", false
}

// tail matches the pieces behind the first gap, and gives that gap's length.
func tail(text, pattern string, toEnd bool) (first int, ok bool) {
	first = -1
	for {
		piece, rest, more := strings.Cut(pattern, "*")
		within := text[:min(len(text), gap+len(piece))]
		i := strings.Index(within, piece)
		if !more && toEnd {
			if !strings.HasSuffix(text, piece) || len(text)-len(piece) > gap {
				return 0, false
			}
			i = len(text) - len(piece)
		}
		if i < 0 {
			return 0, false
		}
		if first < 0 {
			first = i
		}
		if !more {
			return first, true
		}
		text, pattern = text[i+len(piece):], rest
	}
}

// holdsAny tells whether text has one of the patterns.
func holdsAny(text string, patterns ...string) bool {
	for _, p := range patterns {
		if holds(text, p) {
			return true
		}
	}
	return false
}

// code reads a number of three digits at the beginning of s that stands alone.
func code(s string) (int, bool) {
	if len(s) < 3 || !digit(s[0]) || !digit(s[1]) || !digit(s[2]) || len(s) > 3 && (digit(s[3]) || letter(s[3])) {
		return 0, false
	}
	return int(s[0]-'0')*100 + int(s[1]-'0')*10 + int(s[2]-'0'), true
}

// enhancedCode reads "5.7.8" at the beginning of s (RFC 3463 section 2).
func enhancedCode(s string) (string, bool) {
	if len(s) < 5 || s[0] < '2' || s[0] > '5' || s[1] != '.' {
		return "", false
	}
	i := 2
	for part := 0; part < 2; part++ {
		from := i
		for i < len(s) && digit(s[i]) && i-from < 3 {
			i++
		}
		if i == from {
			return "", false
		}
		if part == 0 {
			if i == len(s) || s[i] != '.' {
				return "", false
			}
			i++
		}
	}
	if i < len(s) && (digit(s[i]) || letter(s[i]) || s[i] == '.' && i+1 < len(s) && digit(s[i+1])) {
		return "", false
	}
	return s[:i], true
}

func digit(b byte) bool  { return '0' <= b && b <= '9' }
func letter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

package providers

import "strings"

// Matches tells whether a text has the pattern of a Credential. It is a regular
// expression, and this reads as much of the syntax as the facts use, in a
// fraction of what package regexp weighs in the browser: literals, ".", classes
// with ranges and \s, groups with alternatives, "?", "*", "+", "{n}" and
// "{n,}", "^" at the beginning and "$" at the end. The tests hold every pattern
// to package regexp.
func Matches(pattern, s string) bool {
	return match(strings.TrimPrefix(pattern, "^"), s, func(string) bool { return true })
}

// match tells whether s begins with what pattern says, and then accepts the
// rest. It goes back where that fails: the patterns have no repetition of
// repetitions, which would make that slow.
func match(pattern, s string, then func(rest string) bool) bool {
	if pattern == "" {
		return then(s)
	}
	if pattern == "$" {
		return s == "" && then(s)
	}
	piece := pieceOf(pattern)
	least, most, quantifier := repetition(pattern[len(piece):], len(s))
	after := pattern[len(piece)+quantifier:]
	if piece[0] == '(' {
		if most > 0 {
			for alternative := range strings.SplitSeq(piece[1:len(piece)-1], "|") {
				if match(alternative, s, func(rest string) bool { return match(after, rest, then) }) {
					return true
				}
			}
		}
		return least == 0 && match(after, s, then)
	}
	n := 0
	for n < most && n < len(s) && isOf(piece, s[n]) {
		n++
	}
	for ; n >= least; n-- {
		if match(after, s[n:], then) {
			return true
		}
	}
	return false
}

// pieceOf is the first thing that can be repeated: a character, a class or a
// group. Groups are not nested.
func pieceOf(pattern string) string {
	switch pattern[0] {
	case '(':
		return pattern[:strings.IndexByte(pattern, ')')+1]
	case '[':
		return pattern[:strings.IndexByte(pattern, ']')+1]
	case '\\':
		return pattern[:2]
	}
	return pattern[:1]
}

// repetition reads a quantifier, if there is one, and how long it is.
func repetition(s string, unlimited int) (least, most, size int) {
	if s == "" {
		return 1, 1, 0
	}
	switch s[0] {
	case '?':
		return 0, 1, 1
	case '*':
		return 0, unlimited, 1
	case '+':
		return 1, unlimited, 1
	case '{':
		for size = 1; s[size] >= '0' && s[size] <= '9'; size++ {
			least = 10*least + int(s[size]-'0')
		}
		if s[size] == ',' {
			return least, unlimited, size + 2
		}
		return least, least, size + 1
	}
	return 1, 1, 0
}

// isOf tells whether a character, or a byte of one beyond ASCII, is the piece.
func isOf(piece string, c byte) bool {
	switch {
	case piece == ".":
		return c != '\n'
	case piece[0] == '\\':
		return c == piece[1]
	case piece[0] != '[':
		return c == piece[0]
	}
	class, not := strings.CutPrefix(piece[1:len(piece)-1], "^")
	for i := 0; i < len(class); i++ {
		switch {
		case class[i] == '\\' && class[i+1] == 's':
			if c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r' {
				return !not
			}
			i++
		case i+2 < len(class) && class[i+1] == '-':
			if class[i] <= c && c <= class[i+2] {
				return !not
			}
			i += 2
		case class[i] == c:
			return !not
		}
	}
	return not
}

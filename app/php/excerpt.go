package php

import (
	"strings"
	"unicode/utf8"
)

// Excerpt is how source begins, for a message: its first line, at most so
// many runes, and no value, for that may be secret. It ends before the first
// string that is no key, number, or word that is no keyword and no call: with
// a quote missing, those may be pieces of a password.
func Excerpt(src string, most int) string {
	l := lexer{src: src, pos: Pos{1, 1}}
	end := len(src)
	before, t := token{}, l.next()
	for t.kind != tEOF && t.pos.Line == 1 && t.off <= utf8.UTFMax*most {
		next := l.next()
		if mayBeValue(before, t, next) {
			end = t.off
			break
		}
		before, t = t, next
	}
	cut := end < len(src)
	src = src[:end]
	if i := strings.IndexAny(src, "\r\n"); i >= 0 {
		src, cut = src[:i], false
	}
	n := 0
	for i := range src {
		if n++; n > most {
			src, cut = src[:i], true
			break
		}
	}
	if cut {
		src += "..."
	}
	return src
}

// mayBeValue judges a token by its neighbours.
func mayBeValue(before, t, next token) bool {
	switch t.kind {
	case tBad, tInt, tFloat:
		return true
	case tSingle, tDouble, tHeredoc:
		key := next.is("=>") || before.is("[") && next.is("]")
		return !key
	case tName:
		word := strings.ToLower(t.text)
		return statements[word] == "" && !keywords[word] && !next.is("(")
	}
	return false
}

// keywords that begin or join expressions.
var keywords = map[string]bool{
	"if": true, "array": true, "new": true, "as": true, "and": true, "or": true, "xor": true, "instanceof": true,
	"require": true, "require_once": true, "include": true, "include_once": true, "exit": true, "die": true,
	"true": true, "false": true, "null": true,
}

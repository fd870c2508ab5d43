package php

import "strings"

// Strings are the values of the strings in source, as far as they are known:
// those without variables, and the pieces between variables of the others.
func Strings(src string) []string {
	var out []string
	l := lexer{src: src, pos: Pos{1, 1}}
	for {
		t := l.next()
		switch t.kind {
		case tEOF:
			return out
		case tBad:
			out = append(out, strings.Trim(t.text, `'"`))
		case tSingle, tDouble, tHeredoc:
			x, err := ParseExpr(t.text)
			switch x := x.(type) {
			case *Literal:
				out = append(out, x.Value.Str)
			case *Concat:
				for _, p := range x.Parts {
					if l, ok := p.(*Literal); ok {
						out = append(out, l.Value.Str)
					}
				}
			}
			if err != nil {
				out = append(out, strings.Trim(t.text, `'"`))
			}
		}
	}
}

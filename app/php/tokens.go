package php

type tokenKind uint8

const (
	tEOF tokenKind = iota
	tVariable
	tName // identifier, keyword, namespaced name
	tInt
	tFloat
	tSingle  // '...'
	tDouble  // "..."
	tHeredoc // <<<X and <<<'X'
	tCast    // (int)
	tPunct   // operators and brackets
	tEnd     // ?> and the text after it; ends a statement as ; does
	tBad     // what PHP has no token for, or a string that never ends
)

// token is one token; text is its source.
type token struct {
	kind tokenKind
	text string
	pos  Pos
	off  int // of text in the source
	// bad says what is wrong with a tBad; open that the source ends inside it.
	bad  string
	open bool
}

func (t token) is(text string) bool { return t.kind == tPunct && t.text == text }

// puncts are the operators of more than one byte, longest first.
var puncts = [...]string{
	"===", "!==", "<=>", "**=", "...", "<<=", ">>=", "??=", "?->",
	"=>", "==", "!=", "<>", "<=", ">=", "&&", "||", "??", "+=", "-=", "*=", "/=",
	".=", "%=", "&=", "|=", "^=", "++", "--", "->", "::", "<<", ">>", "**", "#[",
}

// casts are the types of a cast, by what is written in its parentheses.
var casts = map[string]Kind{
	"int": Int, "integer": Int, "bool": Bool, "boolean": Bool, "float": Float, "double": Float,
	"string": String, "binary": String, "array": Array,
}

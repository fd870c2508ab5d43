package php

// Pos is a place in a source: line and column from 1, column in runes. The
// zero Pos is no place.
type Pos struct{ Line, Col int }

// Advance is the position of the end of src, where p is that of its byte from.
func (p Pos) Advance(src string, from int) Pos {
	return p.after(src[from:], from > 0 && src[from-1] == '\r')
}

package ui

import (
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
)

// row is a place on the page for a line of the block.
//
// go-app compares children by their position: a line that appears among the
// others would have all that follow it made anew. So a line keeps its row, and a
// row whose line is gone stays, empty and hidden, for when it comes back.
type row struct {
	key  string // tells which line it is for, whatever its value
	line int    // index of the line in the block; -1 for none
}

// rowKey is what a line keeps while values change: the fields that decide it,
// or else its text.
func rowKey(l *localsettings.Line) string {
	if len(l.Fields) > 0 {
		return strings.Join(l.Fields, " ")
	}
	return l.String()
}

// spareRows is how many more rows than twice its lines a block may have.
const spareRows = 8

// placeLines gives each line a row: the next one of its key, where there is one,
// else one that is put in. The lines stand in their order whatever rows had.
func placeLines(rows []row, lines []localsettings.Line) []row {
	out := make([]row, 0, len(rows)+2)
	at := 0
	for i := range lines {
		key := rowKey(&lines[i])
		found := slices.IndexFunc(rows[at:], func(r row) bool { return r.key == key })
		for range found {
			out = append(out, row{rows[at].key, -1})
			at++
		}
		if found >= 0 {
			at++
		}
		out = append(out, row{key, i})
	}
	for ; at < len(rows); at++ {
		out = append(out, row{rows[at].key, -1})
	}
	if len(out) > 2*len(lines)+spareRows {
		out = slices.DeleteFunc(out, func(r row) bool { return r.line < 0 })
	}
	return out
}

// rowOf is the row that a line stands in.
func (p *BlockPanel) rowOf(line int) int {
	return slices.IndexFunc(p.rows, func(r row) bool { return r.line == line })
}

package ui

import (
	"slices"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/providers"
)

func blockLines(texts ...string) []localsettings.Line {
	out := make([]localsettings.Line, len(texts))
	for i, t := range texts {
		out[i].Tokens = []localsettings.Token{{Text: t}}
	}
	return out
}

func TestRowsStayWhenALineComesAndGoes(t *testing.T) {
	short, long := blockLines("a", "b", "d", ""), blockLines("a", "b", "c", "d", "")
	rows := placeLines(placeLines(nil, short), long)
	for _, step := range [][]localsettings.Line{short, long, short} {
		before := rows
		rows = placeLines(rows, step)
		for i := range rows {
			if rows[i].key != before[i].key {
				t.Fatalf("row %d was for %q and is for %q", i, before[i].key, rows[i].key)
			}
		}
	}
	if got, want := rows, []row{{key: "a"}, {key: "b", line: 1}, {key: "c", line: -1}, {key: "d", line: 2}, {line: 3}}; !slices.Equal(got, want) {
		t.Errorf("rows are %v, want %v", got, want)
	}
}

// Whatever stood there before, the page shows every line, once and in order,
// and the rows do not pile up.
func TestRowsShowEveryLineInOrder(t *testing.T) {
	var rows []row
	for _, s := range everyBlock() {
		rows = placeLines(rows, s)
		want := 0
		for _, r := range rows {
			if r.line < 0 {
				continue
			}
			if r.line != want || r.key != rowKey(&s[want]) {
				t.Fatalf("line %d stands where line %d belongs", r.line, want)
			}
			want++
		}
		if want != len(s) || len(rows) > 2*len(s)+spareRows {
			t.Fatalf("%d rows show %d of %d lines", len(rows), want, len(s))
		}
	}
}

// everyBlock is the block of each carrier, alone and filled in.
func everyBlock() [][]localsettings.Line {
	var out [][]localsettings.Line
	for _, id := range providers.Index() {
		out = append(out, Compute(StateFor(id.ID)).Block.Lines, Compute(filled(id.ID)).Block.Lines)
	}
	return out
}

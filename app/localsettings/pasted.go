// A pasted text on its way to being PHP. Every change of it is an edit; the
// edits of a stage together make the next text, and positions in the last
// text are led back through all stages to what was pasted.

package localsettings

import (
	"slices"
	"sort"
	"strings"

	"wgsmtp/app/php"
)

// edit replaces del bytes at off by ins.
type edit struct {
	off, del int
	ins      string
}

// stage is how one text came from the one before.
type stage struct {
	edits []edit
	at    []int // where each edit's ins begins in the new text
}

// pasted is a text with its past.
type pasted struct {
	src    string // as it was pasted
	now    string
	stages []stage
	before *places // of src; made when first asked for
	after  *places // of now
}

// with is the text after edits, which must be in order and not overlap.
func (t *pasted) with(edits []edit) *pasted {
	if len(edits) == 0 {
		return t
	}
	var b strings.Builder
	b.Grow(len(t.now) + len(edits))
	s := stage{edits: edits, at: make([]int, len(edits))}
	at := 0
	for i, e := range edits {
		b.WriteString(t.now[at:e.off])
		s.at[i] = b.Len()
		b.WriteString(e.ins)
		at = e.off + e.del
	}
	b.WriteString(t.now[at:])
	return &pasted{src: t.src, now: b.String(), stages: append(slices.Clip(t.stages), s), before: t.before}
}

// origin is where the byte at off was pasted. What was put in was pasted
// where it is put.
func (t *pasted) origin(off int) int {
	for _, s := range slices.Backward(t.stages) {
		i := sort.SearchInts(s.at, off+1) - 1
		if i < 0 {
			continue
		}
		e := s.edits[i]
		if off < s.at[i]+len(e.ins) {
			off = e.off + min(off-s.at[i], e.del)
		} else {
			off = e.off + e.del + off - s.at[i] - len(e.ins)
		}
	}
	return off
}

// pos is a position of the text as it is now, in the text as it was pasted.
func (t *pasted) pos(p php.Pos) php.Pos {
	if len(t.stages) == 0 || p == (php.Pos{}) {
		return p
	}
	if t.after == nil {
		t.after = placesOf(t.now)
	}
	return t.at(t.after.offset(p))
}

// at is the position, in what was pasted, of an offset of the text now.
func (t *pasted) at(off int) php.Pos {
	if t.before == nil {
		t.before = placesOf(t.src)
	}
	return t.before.pos(t.origin(off))
}

// places finds positions of a text, which it has marked every few bytes.
type places struct {
	src   string
	marks []mark
}

type mark struct {
	off int
	pos php.Pos
}

const markEvery = 256

func placesOf(src string) *places {
	p := &places{src: src, marks: make([]mark, 0, len(src)/markEvery+1)}
	at := mark{0, php.Pos{Line: 1, Col: 1}}
	if strings.HasPrefix(src, "\uFEFF") {
		at.off = 3 // no column of its own
	}
	for {
		p.marks = append(p.marks, at)
		to := at.off + markEvery
		if to >= len(src) {
			return p
		}
		for to < len(src) && src[to]&0xC0 == 0x80 {
			to++
		}
		at = mark{to, at.pos.Advance(src[:to], at.off)}
	}
}

func (p *places) pos(off int) php.Pos {
	off = min(off, len(p.src))
	i := max(0, sort.Search(len(p.marks), func(i int) bool { return p.marks[i].off > off })-1)
	if off < p.marks[i].off {
		return p.marks[i].pos
	}
	return p.marks[i].pos.Advance(p.src[:off], p.marks[i].off)
}

func (p *places) offset(pos php.Pos) int {
	less := func(a, b php.Pos) bool { return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col }
	i := max(0, sort.Search(len(p.marks), func(i int) bool { return less(pos, p.marks[i].pos) })-1)
	off, at := p.marks[i].off, p.marks[i].pos
	for off < len(p.src) && less(at, pos) {
		n := off + 1
		for n < len(p.src) && p.src[n]&0xC0 == 0x80 {
			n++
		}
		at = at.Advance(p.src[:n], off)
		off = n
	}
	return off
}

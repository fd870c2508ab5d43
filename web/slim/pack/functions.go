package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// The tables by which Go's runtime knows functions (runtime.pcHeader and what
// follows it, made by cmd/link/internal/ld/pcln.go):
//
//	header        magic, and where the rest is
//	funcnametab   names
//	cutab         files of each compilation unit, offsets into filetab
//	filetab       names of files
//	pctab         how a value changes with the program counter, many such tables
//	functab       for each function where it starts and where its record is;
//	              after them the records (runtime._func)
const (
	headerSize = 72
	magicSize  = 8 // with two zeroes, and the sizes of an instruction and a pointer

	functabRow  = 8
	recordAlign = 8 // from functab on

	// The words of a record. After them come its tables in pctab, npcdata of
	// them, and as many words of function data as the last byte says.
	wordEntry     = 0
	wordPCSP      = 4
	wordPCFile    = 5
	wordPCLine    = 6
	wordNPCData   = 7
	wordCUOffset  = 8
	wordStartLine = 9
	words         = 11
	nfuncdataAt   = 43 // byte of a record
)

// From internal/abi.Go120PCLnTabMagic on; WebAssembly's instructions have size 1.
var pclntabMagic = []byte{0xf1, 0xff, 0xff, 0xff, 0, 0, 1, 8}

// functions are the tables of an image. All offsets are into the image.
type functions struct {
	image                                []byte
	cutab, filetab, pctab, functab, from int   // from: the first record
	records                              []int // where each is
	to                                   int   // the end of the last
}

var le = binary.LittleEndian

// findFunctions reads the tables. An error says in what they are unlike those
// that are known here.
func findFunctions(b []byte) (*functions, error) {
	for from := 0; ; from++ {
		n := bytes.Index(b[from:], pclntabMagic)
		if n < 0 {
			return nil, errors.New("no table of functions")
		}
		from += n
		// The name table begins right after the header.
		if from+headerSize <= len(b) && le.Uint64(b[from+32:]) == headerSize {
			return readFunctions(b, from)
		}
	}
}

func readFunctions(b []byte, header int) (*functions, error) {
	f := &functions{image: b}
	count := le.Uint64(b[header+magicSize:])
	last := header + headerSize
	for i, at := range []*int{&f.cutab, &f.filetab, &f.pctab, &f.functab} {
		offset := le.Uint64(b[header+40+8*i:])
		*at = header + int(offset)
		if offset > uint64(len(b)) || *at < last || *at > len(b) {
			return nil, errors.New("tables of functions in another order")
		}
		last = *at
	}
	f.from = f.functab + int(count)*functabRow + 4 // the end of the last function
	if count == 0 || count > uint64(len(b)) || f.from > len(b) {
		return nil, fmt.Errorf("%d functions", count)
	}
	f.to = f.from
	for i := range int(count) {
		row := b[f.functab+i*functabRow:]
		at := f.functab + int(le.Uint32(row[4:]))
		if at != f.functab+(f.to-f.functab+recordAlign-1)&^(recordAlign-1) || at+4*words > len(b) {
			return nil, fmt.Errorf("the record of function %d is not after the one before it", i)
		}
		if le.Uint32(row) != le.Uint32(b[at:]) {
			return nil, fmt.Errorf("function %d begins at two places", i)
		}
		f.records = append(f.records, at)
		f.to = at + 4*f.length(at)
		if f.word(at, wordNPCData) > mostPCData || f.to > len(b) {
			return nil, fmt.Errorf("the record of function %d is too long", i)
		}
	}
	return f, nil
}

// mostPCData is more tables than the record of any function names
// (internal/abi.PCDATA_ArgLiveIndex is the last of four).
const mostPCData = 8

// length is that of a record, in words.
func (f *functions) length(record int) int {
	return words + int(f.word(record, wordNPCData)) + int(f.image[record+nfuncdataAt])
}

func (f *functions) word(record, i int) uint32 { return le.Uint32(f.image[record+4*i:]) }

func (f *functions) set(record, i int, v uint32) { le.PutUint32(f.image[record+4*i:], v) }

// pcTables are the words of a record that say where one of its tables in pctab
// is, without those of files and lines. 0 is for none.
func (f *functions) pcTables(record int) []int {
	tables := []int{wordPCSP}
	for k := range int(f.word(record, wordNPCData)) {
		tables = append(tables, words+k)
	}
	return tables
}

// dropPositions takes out the tables that say which line of which file a
// program counter belongs to, and moves the others together. Only a panic's
// trace shows lines; it goes on to show the names of the functions.
func (f *functions) dropPositions() error {
	old := f.image[f.pctab:f.functab]
	kept := []byte{0} // offset 0 is for none
	moved := map[uint32]uint32{0: 0}
	for _, r := range f.records {
		for _, i := range f.pcTables(r) {
			from := f.word(r, i)
			if _, ok := moved[from]; ok {
				continue
			}
			n, err := pcTableSize(old, from)
			if err != nil {
				return err
			}
			moved[from] = uint32(len(kept))
			kept = append(kept, old[from:int(from)+n]...)
		}
	}
	// Nothing was changed so far, so that an error leaves all as it was.
	for _, r := range f.records {
		for _, i := range f.pcTables(r) {
			f.set(r, i, moved[f.word(r, i)])
		}
		for _, i := range []int{wordPCFile, wordPCLine, wordCUOffset, wordStartLine} {
			f.set(r, i, 0)
		}
	}
	clear(old[copy(old, kept):])
	clear(f.image[f.cutab:f.pctab])
	return nil
}

// pcTableSize is how long the table at an offset is: pairs of numbers, how much
// the value and then the program counter change, up to a value that does not.
// The first pair may have 0 (runtime.step).
func pcTableSize(pctab []byte, from uint32) (int, error) {
	if int(from) >= len(pctab) {
		return 0, fmt.Errorf("a table at %d of %d", from, len(pctab))
	}
	r := &reader{b: pctab[from:]}
	for first := true; ; first = false {
		if value := r.uint(); value == 0 && !first || r.err != nil {
			break
		}
		r.uint()
	}
	if r.err != nil {
		return 0, fmt.Errorf("the table at %d: %w", from, r.err)
	}
	return len(pctab) - int(from) - len(r.b), nil
}

package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
)

// gap is from how many zeroes on a new piece of data begins. Measured on the
// whole program, in bytes as it is and compressed: 8 gives 9 452 000 and
// 1 770 000, 16 gives 9 480 000 and 1 746 000, 64 gives 9 550 000 and 1 734 000.
const gap = 64

// The table of Go's runtime (findfunctab, internal/abi.FindFuncBucket): a row
// is the number of a function and sixteen offsets, which are zero where a row
// is no longer than a function. A function has 64 K program counters
// (cmd/internal/obj/wasm), a row is for 4 K of them (abi.FuncTabBucketSize).
const (
	rowSize        = 4 + 16
	rowsPerNumber  = 16
	rowsPerBits    = 4    // rowsPerNumber is 1<<rowsPerBits
	fewestNumbers  = 1000 // with fewer functions there is nothing to gain
	fewestRows     = fewestNumbers * rowsPerNumber
	mostPiecesOnce = 100_000 // of data; a browser may refuse a module with more
)

// image is what the data section writes into memory, from an address on.
type image struct {
	from  int
	bytes []byte
}

// packed says what pack did.
type packed struct {
	rows      int   // of the table that a loop writes
	functions int   // whose positions were dropped, and whose records a loop writes
	unknown   error // why that could not be done
}

// pack writes the data section anew.
func (m *module) pack() (p packed, err error) {
	s := m.section(sectionData)
	if s == nil {
		return p, errors.New("no data")
	}
	if m.section(sectionStart) != nil {
		return p, errors.New("there is a start function already")
	}
	img, err := readData(s.body)
	if err != nil {
		return p, err
	}
	memory, err := m.memory()
	if err != nil {
		return p, err
	}
	var start code
	if at, rows := findTable(img.bytes); rows > 0 {
		clear(img.bytes[at : at+rows*rowSize])
		start.tableLoop(img.from+at, rows)
		p.rows = rows
	}
	if f, err := findFunctions(img.bytes); err != nil {
		p.unknown = err
	} else if err := f.dropPositions(); err != nil {
		p.unknown = err
	} else if err := img.packRecords(f, memory, &start); err != nil {
		p.unknown = err
	} else {
		p.functions = len(f.records)
	}
	if s.body, err = img.data(); err != nil || len(start.body) == 0 {
		return p, err
	}
	return p, m.start(start.bytes())
}

// packRecords takes the records of functions out of the image and puts their
// columns behind it, where the memory is free and still zero.
func (img *image) packRecords(f *functions, memory int, start *code) error {
	at := (img.from + len(img.bytes) + 7) &^ 7
	columns := f.columns(at)
	if at+len(columns) > memory {
		return fmt.Errorf("no room for %d bytes at %d", len(columns), at)
	}
	clear(img.bytes[f.functab : f.functab+functabRow*len(f.records)])
	clear(img.bytes[f.from:f.to])
	start.recordLoop(img.from+f.functab, img.from+f.from, img.from+f.to, at, len(columns))
	img.bytes = append(img.bytes, make([]byte, at-img.from-len(img.bytes))...)
	img.bytes = append(img.bytes, columns...)
	return nil
}

func readData(body []byte) (image, error) {
	type piece struct {
		at    int64
		bytes []byte
	}
	r := &reader{b: body}
	n := r.uint()
	var pieces []piece
	var from, to int64
	for i := uint32(0); i < n && r.err == nil; i++ {
		// Memory 0, at the address that is a constant.
		if mode, op := r.byte(), r.byte(); mode != 0 || op != 0x41 {
			return image{}, fmt.Errorf("data of another kind: %d, %#x", mode, op)
		}
		p := piece{at: r.int()}
		if end := r.byte(); end != 0x0b && r.err == nil {
			return image{}, errors.New("an address that is not a constant")
		}
		p.bytes = r.take(r.uint())
		if p.at < 0 {
			return image{}, fmt.Errorf("data at %d", p.at)
		}
		if i == 0 || p.at < from {
			from = p.at
		}
		to = max(to, p.at+int64(len(p.bytes)))
		pieces = append(pieces, p)
	}
	if r.err != nil {
		return image{}, r.err
	}
	if to-from > 1<<28 {
		return image{}, fmt.Errorf("data over %d bytes of memory", to-from)
	}
	img := image{from: int(from), bytes: make([]byte, to-from)}
	for _, p := range pieces {
		copy(img.bytes[p.at-from:], p.bytes)
	}
	return img, nil
}

// data is the image as the body of a data section.
func (img image) data() ([]byte, error) {
	var pieces []byte
	count := 0
	zeroes := make([]byte, gap)
	for at := 0; at < len(img.bytes); {
		if img.bytes[at] == 0 {
			at++
			continue
		}
		end := len(img.bytes)
		if n := bytes.Index(img.bytes[at:], zeroes); n >= 0 {
			end = at + n
		}
		piece := bytes.TrimRight(img.bytes[at:end], "\x00")
		pieces = append(pieces, 0, 0x41)
		pieces = appendInt(pieces, int64(img.from+at))
		pieces = append(pieces, 0x0b)
		pieces = binary.AppendUvarint(pieces, uint64(len(piece)))
		pieces = append(pieces, piece...)
		count++
		at = end
	}
	if count > mostPiecesOnce {
		return nil, fmt.Errorf("%d pieces of data", count)
	}
	return append(binary.AppendUvarint(nil, uint64(count)), pieces...), nil
}

// findTable looks for the table: from where, and how many rows. It need not be
// the table: whatever has these bytes is written by the loop as well.
func findTable(b []byte) (at, rows int) {
	// From the second number on, the first row that is not all zeroes.
	var probe []byte
	for row := range 2 * rowsPerNumber {
		probe = append(probe, tableRow(rowsPerNumber+row)...)
	}
	for from := rowsPerNumber * rowSize; from < len(b); {
		n := bytes.Index(b[from:], probe)
		if n < 0 {
			break
		}
		first := from + n - rowsPerNumber*rowSize
		rows := 0
		for end := first + rowSize; end <= len(b) && bytes.Equal(b[end-rowSize:end], tableRow(rows)); end += rowSize {
			rows++
		}
		if rows >= fewestRows {
			return first, rows
		}
		from += n + 1
	}
	return 0, 0
}

func tableRow(row int) []byte {
	var r [rowSize]byte
	binary.LittleEndian.PutUint32(r[:], uint32(row>>rowsPerBits))
	return r[:]
}

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
	from  int64
	bytes []byte
}

// pack writes the data section anew, and says how many rows of the table a
// loop writes instead.
func (m *module) pack() (rows int, err error) {
	s := m.section(sectionData)
	if s == nil {
		return 0, errors.New("no data")
	}
	if m.section(sectionStart) != nil {
		return 0, errors.New("there is a start function already")
	}
	img, err := readData(s.body)
	if err != nil {
		return 0, err
	}
	at, rows := findTable(img.bytes)
	if rows > 0 {
		clear(img.bytes[at : at+rows*rowSize])
	}
	if s.body, err = img.data(); err != nil {
		return 0, err
	}
	if rows == 0 {
		return 0, nil
	}
	return rows, m.start(tableLoop(img.from+int64(at), int64(rows)))
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
	img := image{from: from, bytes: make([]byte, to-from)}
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
		pieces = appendInt(pieces, img.from+int64(at))
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

// tableLoop is a function body that writes the table:
//
//	for at, row := start, 0; ; at, row = at+rowSize, row+1 {
//		memory[at] = row >> rowsPerBits
//		if row+1 >= rows { break }
//	}
func tableLoop(start, rows int64) []byte {
	const (
		at, row = 0, 1 // locals

		i32  = 0x7f
		none = 0x40

		loop     = 0x03
		end      = 0x0b
		brIf     = 0x0d
		localGet = 0x20
		localSet = 0x21
		localTee = 0x22
		store    = 0x36
		constant = 0x41
		ltU      = 0x49
		add      = 0x6a
		shrU     = 0x76
	)
	code := []byte{1, 2, i32} // one kind of locals: two of i32, zero at first
	code = append(code, constant)
	code = appendInt(code, start)
	code = append(code, localSet, at, loop, none,
		localGet, at,
		localGet, row, constant, rowsPerBits, shrU,
		store, 0, 0,
		localGet, at, constant, rowSize, add, localSet, at,
		localGet, row, constant, 1, add, localTee, row,
		constant)
	code = appendInt(code, rows)
	return append(code, ltU, brIf, 0, end, end)
}

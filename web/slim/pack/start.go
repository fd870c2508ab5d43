package main

import "encoding/binary"

// code is the body of a function that takes and returns nothing and has locals
// of type i32, all of them zero at first (WebAssembly core specification,
// binary format, instructions).
type code struct {
	locals byte
	body   []byte
}

const (
	opLoop     = 0x03
	opIf       = 0x04
	opEnd      = 0x0b
	opBrIf     = 0x0d
	opLocalGet = 0x20
	opLocalSet = 0x21
	opLocalTee = 0x22
	opLoad     = 0x28
	opLoad8    = 0x2d
	opStore    = 0x36
	opConst    = 0x41
	opEq       = 0x46
	opNe       = 0x47
	opLtU      = 0x49
	opAdd      = 0x6a
	opSub      = 0x6b
	opAnd      = 0x71
	opOr       = 0x72
	opXor      = 0x73
	opShl      = 0x74
	opShrU     = 0x76

	typeI32   = 0x7f
	typeEmpty = 0x40
)

var opFill = []byte{0xfc, 0x0b, 0} // memory 0

// local is a new local variable.
func (c *code) local() byte {
	c.locals++
	return c.locals - 1
}

// do appends instructions and their operands.
func (c *code) do(b ...byte) *code {
	c.body = append(c.body, b...)
	return c
}

// constant appends a number.
func (c *code) constant(v int) *code {
	c.body = appendInt(append(c.body, opConst), int64(v))
	return c
}

func (c *code) bytes() []byte {
	out := []byte{1, c.locals, typeI32}
	if c.locals == 0 {
		out = []byte{0}
	}
	return append(append(out, c.body...), opEnd)
}

// tableLoop writes the table of findTable:
//
//	for at, row := start, 0; ; at, row = at+rowSize, row+1 {
//		memory[at] = row >> rowsPerBits
//		if row+1 >= rows { break }
//	}
func (c *code) tableLoop(start, rows int) {
	at, row := c.local(), c.local()
	c.constant(start).do(opLocalSet, at, opLoop, typeEmpty,
		opLocalGet, at,
		opLocalGet, row).constant(rowsPerBits).do(opShrU,
		opStore, 0, 0,
		opLocalGet, at).constant(rowSize).do(opAdd, opLocalSet, at,
		opLocalGet, row).constant(1).do(opAdd, opLocalTee, row).constant(rows).do(opLtU,
		opBrIf, 0, opEnd)
}

// recordLoop writes functab and the records after it from columns:
//
//	row, at := functab, from
//	for {
//		at = functab + (at-functab+7)&-8
//		record, slot := at, columns
//		for {
//			next, value, shift := memory[slot], 0, 0
//			for {
//				b := memory8[next]
//				value |= b & 0x7f << shift
//				shift, next = shift+7, next+1
//				if b & 0x80 == 0 { break }
//			}
//			memory[slot] = next
//			memory[slot+4] += value>>1 ^ -(value&1)
//			memory[at] = memory[slot+4]
//			at, slot = at+4, slot+8
//			if slot == columns + 8*(words + npcdata of record) { slot = columns + 8*columnFuncdata }
//			if slot == columns + 8*(columnFuncdata + nfuncdata of record) { break }
//		}
//		memory[row], memory[row+4] = memory[record], record - functab
//		row = row+functabRow
//		if at == to { break }
//	}
//	clear(memory[columns:columns+size])
func (c *code) recordLoop(functab, from, to, columns, size int) {
	row, at, record, slot := c.local(), c.local(), c.local(), c.local()
	next, value, shift, b := c.local(), c.local(), c.local(), c.local()

	c.constant(functab).do(opLocalSet, row)
	c.constant(from).do(opLocalSet, at)
	c.do(opLoop, typeEmpty)
	c.do(opLocalGet, at).constant(recordAlign-1-functab).do(opAdd).constant(-recordAlign).do(opAnd).
		constant(functab).do(opAdd, opLocalTee, at, opLocalSet, record)
	c.constant(columns).do(opLocalSet, slot)

	c.do(opLoop, typeEmpty)
	c.do(opLocalGet, slot, opLoad, 0, 0, opLocalSet, next)
	c.constant(0).do(opLocalSet, value)
	c.constant(0).do(opLocalSet, shift)

	c.do(opLoop, typeEmpty)
	c.do(opLocalGet, value, opLocalGet, next, opLoad8, 0, 0, opLocalTee, b).constant(0x7f).do(opAnd,
		opLocalGet, shift, opShl, opOr, opLocalSet, value)
	c.do(opLocalGet, shift).constant(7).do(opAdd, opLocalSet, shift)
	c.do(opLocalGet, next).constant(1).do(opAdd, opLocalSet, next)
	c.do(opLocalGet, b).constant(0x80).do(opAnd, opBrIf, 0, opEnd)

	c.do(opLocalGet, slot, opLocalGet, next, opStore, 0, 0)
	c.do(opLocalGet, slot, opLocalGet, slot, opLoad, 0, 4,
		opLocalGet, value).constant(1).do(opShrU).constant(0).do(opLocalGet, value).constant(1).do(opAnd, opSub, opXor,
		opAdd, opLocalTee, value, opStore, 0, 4)
	c.do(opLocalGet, at, opLocalGet, value, opStore, 0, 0)
	c.do(opLocalGet, at).constant(4).do(opAdd, opLocalSet, at)
	c.do(opLocalGet, slot).constant(8).do(opAdd, opLocalTee, slot)
	c.constant(columns+8*words).do(opLocalGet, record, opLoad, 0, 4*wordNPCData).constant(3).do(opShl, opAdd, opEq,
		opIf, typeEmpty).constant(columns+8*columnFuncdata).do(opLocalSet, slot, opEnd)
	c.do(opLocalGet, slot).constant(columns+8*columnFuncdata).do(opLocalGet, record, opLoad8, 0, nfuncdataAt).constant(3).do(opShl, opAdd,
		opNe, opBrIf, 0, opEnd)

	c.do(opLocalGet, row, opLocalGet, record, opLoad, 0, 0, opStore, 0, 0)
	c.do(opLocalGet, row, opLocalGet, record).constant(functab).do(opSub, opStore, 0, 4)
	c.do(opLocalGet, row).constant(functabRow).do(opAdd, opLocalSet, row)
	c.do(opLocalGet, at).constant(to).do(opNe, opBrIf, 0, opEnd)

	c.constant(columns).constant(0).constant(size).do(opFill...)
}

// A column is one word of all records: as many bits as it takes for the
// difference to the record before, the sign in the lowest (as in protocol
// buffers). Words that few records have, have columns of their own.
const (
	columnPCData   = words
	columnFuncdata = columnPCData + mostPCData
)

// column says where the i-th word of a record belongs.
func (f *functions) column(record, i int) int {
	if n := words + int(f.word(record, wordNPCData)); i >= n {
		return columnFuncdata + i - n
	}
	return i
}

// columns are the records turned around, ready to be read at an address: for
// each column where it is and the number before its first, which is 0; then the
// columns themselves.
func (f *functions) columns(address int) []byte {
	var columns [][]byte
	var last []uint32
	for _, r := range f.records {
		for w := range f.length(r) {
			k := f.column(r, w)
			for len(columns) <= k {
				columns, last = append(columns, nil), append(last, 0)
			}
			v := f.word(r, w)
			d := v - last[k]
			columns[k] = binary.AppendUvarint(columns[k], uint64(d<<1^uint32(int32(d)>>31)))
			last[k] = v
		}
	}
	address += 8 * len(columns)
	var head, out []byte
	for _, c := range columns {
		head = le.AppendUint32(head, uint32(address+len(out)))
		head = le.AppendUint32(head, 0)
		out = append(out, c...)
	}
	return append(head, out...)
}

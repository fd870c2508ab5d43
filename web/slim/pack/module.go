package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

// The sections of a WebAssembly module that are read or written here, by
// number (WebAssembly core specification, binary format, modules).
const (
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionMemory   = 5
	sectionExport   = 7
	sectionStart    = 8
	sectionCode     = 10
	sectionData     = 11
)

var magic = []byte("\x00asm\x01\x00\x00\x00")

// module is a WebAssembly module as a list of sections.
type module struct{ sections []section }

type section struct {
	id   byte
	body []byte
}

func parse(b []byte) (*module, error) {
	if !bytes.HasPrefix(b, magic) {
		return nil, errors.New("not a WebAssembly module of version 1")
	}
	r := &reader{b: b[len(magic):]}
	m := &module{}
	for len(r.b) > 0 && r.err == nil {
		id := r.byte()
		m.sections = append(m.sections, section{id, r.take(r.uint())})
	}
	return m, r.err
}

func (m *module) bytes() []byte {
	out := slices.Clone(magic)
	for _, s := range m.sections {
		out = append(out, s.id)
		out = binary.AppendUvarint(out, uint64(len(s.body)))
		out = append(out, s.body...)
	}
	return out
}

// section is the one section with a number, or nil.
func (m *module) section(id byte) *section {
	for i := range m.sections {
		if m.sections[i].id == id {
			return &m.sections[i]
		}
	}
	return nil
}

// appendTo appends an entry to a section that is a counted list, and says
// which one it is.
func (m *module) appendTo(id byte, entry []byte) (index uint32, err error) {
	s := m.section(id)
	if s == nil {
		return 0, fmt.Errorf("no section %d", id)
	}
	r := &reader{b: s.body}
	index = r.uint()
	body := binary.AppendUvarint(nil, uint64(index)+1)
	body = append(body, r.b...)
	s.body = append(body, entry...)
	return index, r.err
}

// start makes the module call a function, of which this is the code, once the
// data is in memory and before anything else runs.
func (m *module) start(code []byte) error {
	if m.section(sectionStart) != nil {
		return errors.New("there is a start function already")
	}
	imported, err := m.importedFunctions()
	if err != nil {
		return err
	}
	signature, err := m.appendTo(sectionType, []byte{0x60, 0, 0}) // takes nothing, returns nothing
	if err != nil {
		return err
	}
	function, err := m.appendTo(sectionFunction, binary.AppendUvarint(nil, uint64(signature)))
	if err != nil {
		return err
	}
	if _, err := m.appendTo(sectionCode, append(binary.AppendUvarint(nil, uint64(len(code))), code...)); err != nil {
		return err
	}
	at := slices.IndexFunc(m.sections, func(s section) bool { return s.id > sectionStart })
	m.sections = slices.Insert(m.sections, at, section{
		id:   sectionStart,
		body: binary.AppendUvarint(nil, uint64(imported)+uint64(function)),
	})
	return nil
}

// memory is the size of the memory at first, in bytes.
func (m *module) memory() (int, error) {
	s := m.section(sectionMemory)
	if s == nil {
		return 0, errors.New("no memory")
	}
	r := &reader{b: s.body}
	r.uint() // how many; one
	r.byte() // whether there is a limit
	return int(r.uint()) << 16, r.err
}

// importedFunctions is how many functions come before the module's own.
func (m *module) importedFunctions() (uint32, error) {
	s := m.section(sectionImport)
	if s == nil {
		return 0, nil
	}
	r := &reader{b: s.body}
	n := r.uint()
	for range n {
		r.take(r.uint()) // module
		r.take(r.uint()) // name
		if kind := r.byte(); kind != 0 {
			return 0, fmt.Errorf("an import that is no function: kind %d", kind)
		}
		r.uint() // type
	}
	return n, r.err
}

// reader reads the numbers of the binary format. After a failure it reads
// zeroes, and err says what is wrong.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = err
	}
	r.b = nil
}

var errShort = errors.New("the module ends too early")

func (r *reader) byte() byte {
	if len(r.b) == 0 {
		r.fail(errShort)
		return 0
	}
	c := r.b[0]
	r.b = r.b[1:]
	return c
}

func (r *reader) take(n uint32) []byte {
	if uint64(n) > uint64(len(r.b)) {
		r.fail(errShort)
		return nil
	}
	out := r.b[:n:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) uint() uint32 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > 1<<32-1 {
		r.fail(errors.New("not a number of 32 bits"))
		return 0
	}
	r.b = r.b[n:]
	return uint32(v)
}

// int reads a signed number. Unlike encoding/binary's, the sign is not the
// lowest bit: the number is in two's complement, and its top bit goes on.
func (r *reader) int() (v int64) {
	for shift := 0; shift < 35; shift += 7 {
		c := r.byte()
		v |= int64(c&0x7f) << shift
		if c&0x80 == 0 {
			if c&0x40 != 0 {
				v |= -1 << (shift + 7)
			}
			return v
		}
	}
	r.fail(errors.New("not a number of 32 bits"))
	return 0
}

func appendInt(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}

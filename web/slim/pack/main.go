// Command pack rewrites the data of a linked browser program so that it takes
// fewer bytes, and changes nothing else:
//
//	go run ./web/slim/pack IN OUT
//
// Go's linker leaves out zeroes from eight on, as one piece of data each, and
// stops at 100000 pieces. Most of them come from one table of Go's runtime, by
// which a function is found for a program counter: in WebAssembly it is no more
// than a number that counts up every sixteenth row, 2.3 MB of it in memory. Pack
// puts a loop in its place that writes the same bytes before the program
// starts, and keeps together what is only a few zeroes apart: the numbers that
// say where each piece goes compress badly. That is 1.4 MB of the program, and
// 0.1 MB of what goes over the line.
//
// What the memory holds when the program starts is the same byte for byte: the
// table is recognised by its contents, and the tests compare memories.
package main

import (
	"fmt"
	"log"
	"os"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("pack: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: pack IN OUT")
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(in, out string) error {
	b, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	m, err := parse(b)
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	rows, err := m.pack()
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	packed := m.bytes()
	fmt.Printf("%s: %d bytes, was %d; %d rows are written by a loop\n", out, len(packed), len(b), rows)
	return os.WriteFile(out, packed, 0o644)
}

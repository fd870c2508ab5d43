// Command pack rewrites the data of a linked browser program so that it takes
// fewer bytes, and changes nothing that the program does:
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
// The runtime's tables of functions are turned around, so that like numbers come
// after each other, as differences; a second loop turns them back. And what says
// for a program counter which line of which file it belongs to is left out: a
// panic's trace names functions, not lines (run the linked program for those).
// That is 0.7 MB, and 0.18 MB over the line.
//
// What the memory holds when the program starts is otherwise the same byte for
// byte: both tables are recognised by their contents, are left as they are where
// they are not as expected, and the tests compare memories.
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
	p, err := m.pack()
	if err != nil {
		return fmt.Errorf("%s: %w", in, err)
	}
	if p.unknown != nil {
		log.Printf("%s keeps its tables of functions: %v", out, p.unknown)
	}
	short := m.bytes()
	fmt.Printf("%s: %d bytes, was %d; loops write %d rows and %d records\n", out, len(short), len(b), p.rows, p.functions)
	return os.WriteFile(out, short, 0o644)
}

package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// piece is where the test puts some bytes.
type piece struct {
	at    int64
	bytes []byte
}

// testModule has a memory of 128 pages, exported, and the pieces as its data.
// It has an import and a function of its own, so that numbers of functions
// matter.
func testModule(pieces ...piece) []byte {
	data := binary.AppendUvarint(nil, uint64(len(pieces)))
	for _, p := range pieces {
		data = append(data, 0, 0x41)
		data = appendInt(data, p.at)
		data = append(data, 0x0b)
		data = binary.AppendUvarint(data, uint64(len(p.bytes)))
		data = append(data, p.bytes...)
	}
	m := &module{sections: []section{
		{0, []byte("\x04note")},
		{sectionType, []byte{1, 0x60, 0, 1, 0x7f}},          // () -> i32
		{sectionImport, []byte{1, 1, 'a', 1, 'b', 0, 0}},    // a.b, of type 0
		{sectionFunction, []byte{1, 0}},                     // one, of type 0
		{5, []byte{1, 0, 0x80, 1}},                          // a memory of 128 pages
		{sectionExport, []byte{1, 3, 'm', 'e', 'm', 2, 0}},  // that memory
		{sectionCode, []byte{1, 5, 0, 0x41, 7, 0x0f, 0x0b}}, // return 7
		{sectionData, data},
	}}
	return m.bytes()
}

func table(rows int) []byte {
	var b []byte
	for row := range rows {
		b = append(b, tableRow(row)...)
	}
	return b
}

func TestTheMemoryIsTheSame(t *testing.T) {
	text := []byte("text before and after")
	tests := []struct {
		name   string
		pieces []piece
		rows   int
	}{
		{"nothing", nil, 0},
		{"no table", []piece{{70000, text}, {80000, text}}, 0},
		{"a table", []piece{{1 << 16, text}, {70000, table(20000)}, {600000, text}}, 20000},
		{"a row that belongs to no whole number", []piece{{70000, table(20005)}}, 20005},
		{"with text right before and after", []piece{
			{70000 - int64(len(text)), text}, {70000, table(17000)}, {70000 + 17000*rowSize, text},
		}, 17000},
		{"too short", []piece{{70000, table(fewestRows - 1)}}, 0},
		{"a short one, then a long one", []piece{{70000, table(100)}, {90000, []byte{1}}, {100001, table(18000)}}, 18000},
		{"in many pieces, later ones over earlier ones", []piece{
			{70000, bytes.Repeat([]byte{9}, 500)}, {70000, table(9000)}, {70000 + 9000*rowSize, table(18000)[9000*rowSize:]},
		}, 18000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := testModule(tt.pieces...)
			m, err := parse(before)
			if err != nil {
				t.Fatal(err)
			}
			rows, err := m.pack()
			if err != nil {
				t.Fatal(err)
			}
			if rows != tt.rows {
				t.Errorf("%d rows are written by a loop, not %d", rows, tt.rows)
			}
			sameMemory(t, before, m.bytes())
		})
	}
}

// A program of Go's, packed, starts with the same memory and does what it did,
// a panic's trace included, which takes the table that a loop wrote.
func TestAProgramOfGo(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(`package main

import (
	"fmt"
	"runtime/debug"
	"strings"
)

func deep(n int) string {
	if n == 0 {
		return string(debug.Stack())
	}
	return deep(n - 1)
}

func main() {
	fmt.Println(strings.Count(deep(30), "main.deep("))
	defer func() { fmt.Println(recover()) }()
	var m map[string]int
	m["x"] = 1
}
`), 0o644); err != nil {
		t.Fatal(err)
	}
	linked, packed := filepath.Join(dir, "linked.wasm"), filepath.Join(dir, "packed.wasm")
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", linked, source)
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if msg, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, msg)
	}
	if err := run(linked, packed); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(linked)
	if err != nil {
		t.Fatal(err)
	}
	after, err := os.ReadFile(packed)
	if err != nil {
		t.Fatal(err)
	}
	if saved := len(before) - len(after); saved < len(before)/20 {
		t.Errorf("%d bytes of %d are saved: Go's linker writes another table now", saved, len(before))
	}
	sameMemory(t, before, after)

	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec_node.js")
	out, err := exec.Command("node", script, packed).CombinedOutput()
	if want := "31\nassignment to entry in nil map\n"; err != nil || string(out) != want {
		t.Errorf("it prints %q (%v), not %q", out, err, want)
	}
}

// sameMemory starts two modules in Node and compares all of their memories.
func sameMemory(t *testing.T, before, after []byte) {
	t.Helper()
	if _, err := exec.LookPath("node"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no node to run WebAssembly with")
	}
	dir := t.TempDir()
	args := []string{"-e", `
		const memory = ( name ) => {
			const module = new WebAssembly.Module( require( 'fs' ).readFileSync( name ) ), imports = {};
			for ( const i of WebAssembly.Module.imports( module ) ) {
				( imports[ i.module ] ??= {} )[ i.name ] = () => 0;
			}
			const { exports } = new WebAssembly.Instance( module, imports );
			return Buffer.from( Object.values( exports ).find( ( e ) => e instanceof WebAssembly.Memory ).buffer );
		};
		const [ a, b ] = process.argv.slice( 1 ).map( memory );
		console.log( a.length, a.equals( b ), b.length );`}
	for name, b := range map[string][]byte{"before.wasm": before, "after.wasm": after} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args = append(args, filepath.Join(dir, "before.wasm"), filepath.Join(dir, "after.wasm"))
	out, err := exec.Command("node", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), " true ") {
		t.Errorf("the memories differ: %s", out)
	}
}

func TestWhatIsNotOursIsRefused(t *testing.T) {
	good := testModule(piece{70000, table(20000)})
	started, err := parse(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := started.start([]byte{0, 0x0b}); err != nil {
		t.Fatal(err)
	}
	tests := map[string][]byte{
		"empty":                       nil,
		"not WebAssembly":             []byte("<!doctype html>"),
		"cut short":                   good[:len(good)-1],
		"no data":                     good[:bytes.Index(good, []byte("\x41\xf0\xa2\x04"))-8],
		"a start function of its own": started.bytes(),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			m, err := parse(b)
			if err == nil {
				_, err = m.pack()
			}
			if err == nil {
				t.Error("it is packed")
			}
		})
	}
}

func TestNumbers(t *testing.T) {
	for _, v := range []int64{0, 1, 63, 64, 127, 128, -1, -64, -65, 8191, 8192, 70000, 1<<31 - 1, -1 << 31} {
		r := &reader{b: appendInt(nil, v)}
		if got := r.int(); got != v || r.err != nil || len(r.b) != 0 {
			t.Errorf("%d is read as %d, %v, with %d bytes left", v, got, r.err, len(r.b))
		}
	}
}

package main

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

// pclntab are tables of some functions with records of all shapes, whose
// numbers are random.
func pclntab(functions int, seed uint64) []byte {
	r := rand.New(rand.NewPCG(seed, 0))
	pctab := []byte{0}
	newTable := func() uint32 {
		at := uint32(len(pctab))
		if r.IntN(3) == 0 {
			pctab = append(pctab, 0, 7) // at first, and there only, the value may stay
		}
		for range 1 + r.IntN(5) {
			pctab = binary.AppendUvarint(pctab, 1+r.Uint64N(1000))
			pctab = binary.AppendUvarint(pctab, r.Uint64N(1<<20))
		}
		pctab = append(pctab, 0)
		return at
	}
	oneOf := func() uint32 {
		if r.IntN(3) == 0 {
			return 0
		}
		return newTable()
	}
	var records []byte
	var starts []uint32
	for i := range functions {
		npcdata, nfuncdata := uint32(r.IntN(mostPCData+1)), uint32(r.IntN(9))
		for (functions*functabRow+4+len(records))%recordAlign != 0 {
			records = append(records, 0)
		}
		starts = append(starts, uint32(len(records)))
		for w := range words {
			v := r.Uint32()
			switch w {
			case wordEntry:
				v = uint32(i) << 16
			case wordPCSP, wordPCFile, wordPCLine:
				v = oneOf()
			case wordNPCData:
				v = npcdata
			case words - 1:
				v = v&0xffffff | nfuncdata<<24
			}
			records = le.AppendUint32(records, v)
		}
		for range npcdata {
			records = le.AppendUint32(records, oneOf())
		}
		for range nfuncdata {
			records = le.AppendUint32(records, r.Uint32()|uint32(r.IntN(2))*^uint32(0))
		}
	}
	var functab []byte
	for i, at := range starts {
		functab = le.AppendUint32(functab, uint32(i)<<16)
		functab = le.AppendUint32(functab, uint32(functions*functabRow+4)+at)
	}
	functab = le.AppendUint32(functab, uint32(functions)<<16)

	names, cutab, filetab := []byte("main.main\x00main.other\x00"), make([]byte, 32), []byte("\x00main.go\x00")
	out := bytes.Clone(pclntabMagic)
	out = le.AppendUint64(out, uint64(functions))
	out = le.AppendUint64(out, 1)
	out = le.AppendUint64(out, 0)
	at := uint64(headerSize)
	for _, part := range [][]byte{names, cutab, filetab, pctab, nil} {
		out = le.AppendUint64(out, at)
		at += uint64(len(part))
	}
	return slices.Concat(out, names, cutab, filetab, pctab, functab, records)
}

// withoutPositions is a module as it is but for the positions in its tables of
// functions, where it has such tables.
func withoutPositions(t *testing.T, b []byte) []byte {
	t.Helper()
	m, err := parse(b)
	if err != nil {
		t.Fatal(err)
	}
	s := m.section(sectionData)
	img, err := readData(s.body)
	if err != nil {
		t.Fatal(err)
	}
	f, err := findFunctions(img.bytes)
	if err != nil {
		return b
	}
	if err := f.dropPositions(); err != nil {
		t.Fatal(err)
	}
	if s.body, err = img.data(); err != nil {
		t.Fatal(err)
	}
	return m.bytes()
}

// Without positions, each function has the tables that it had, word for word.
func TestPositionsAreDropped(t *testing.T) {
	before := pclntab(500, 5)
	after := bytes.Clone(before)
	f, err := findFunctions(before)
	if err != nil {
		t.Fatal(err)
	}
	g, err := findFunctions(after)
	if err != nil {
		t.Fatal(err)
	}
	if err := g.dropPositions(); err != nil {
		t.Fatal(err)
	}
	pcTable := func(f *functions, at uint32) []byte {
		if at == 0 {
			return nil
		}
		pctab := f.image[f.pctab:f.functab]
		n, err := pcTableSize(pctab, at)
		if err != nil {
			t.Fatal(err)
		}
		return pctab[at : int(at)+n]
	}
	for _, r := range f.records {
		for w := range words + int(f.word(r, wordNPCData)) + int(before[r+nfuncdataAt]) {
			was, is := f.word(r, w), g.word(r, w)
			switch {
			case slices.Contains(f.pcTables(r), w):
				if !bytes.Equal(pcTable(f, was), pcTable(g, is)) {
					t.Errorf("word %d: the table at %d is another at %d", w, was, is)
				}
			case w == wordPCFile || w == wordPCLine || w == wordCUOffset || w == wordStartLine:
				if is != 0 {
					t.Errorf("word %d is left: %d", w, is)
				}
			case was != is:
				t.Errorf("word %d was %d, is %d", w, was, is)
			}
		}
	}
	if bytes.Contains(after, []byte("main.go")) || !bytes.Contains(after, []byte("main.main")) {
		t.Error("names of files are left, or names of functions are not")
	}
}

// Tables that are not as expected stay as they are.
func TestOtherTablesOfFunctionsStay(t *testing.T) {
	tests := map[string]func(b []byte){
		"another magic":             func(b []byte) { b[0]-- },
		"no functions":              func(b []byte) { clear(b[8:16]) },
		"too many functions":        func(b []byte) { b[15] = 1 },
		"tables in another order":   func(b []byte) { le.PutUint64(b[40:], le.Uint64(b[48:])+1) },
		"a table outside":           func(b []byte) { le.PutUint64(b[64:], 1<<40) },
		"records apart":             func(b []byte) { b[le.Uint64(b[64:])+4]++ },
		"a function at two places":  func(b []byte) { b[le.Uint64(b[64:])]++ },
		"a table of values outside": func(b []byte) { f, _ := findFunctions(b); f.set(f.records[3], wordPCSP, 1<<20) },
		"an endless table":          func(b []byte) { f, _ := findFunctions(b); clear8(b[f.pctab:f.functab]) },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			b := pclntab(20, 6)
			spoil(b)
			before := bytes.Clone(b)
			f, err := findFunctions(b)
			if err == nil {
				err = f.dropPositions()
			}
			if err == nil || !bytes.Equal(b, before) {
				t.Errorf("it is changed: %v", err)
			}
		})
	}
}

// clear8 makes all of b one number that does not end.
func clear8(b []byte) {
	for i := range b {
		b[i] = 0x81
	}
}

func TestTheMemoryIsTheSame(t *testing.T) {
	text := []byte("text before and after")
	tests := []struct {
		name      string
		pieces    []piece
		rows      int
		functions int
	}{
		{"nothing", nil, 0, 0},
		{"no table", []piece{{70000, text}, {80000, text}}, 0, 0},
		{"a table", []piece{{1 << 16, text}, {70000, table(20000)}, {600000, text}}, 20000, 0},
		{"a row that belongs to no whole number", []piece{{70000, table(20005)}}, 20005, 0},
		{"with text right before and after", []piece{
			{70000 - int64(len(text)), text}, {70000, table(17000)}, {70000 + 17000*rowSize, text},
		}, 17000, 0},
		{"too short", []piece{{70000, table(fewestRows - 1)}}, 0, 0},
		{"a short one, then a long one", []piece{{70000, table(100)}, {90000, []byte{1}}, {100001, table(18000)}}, 18000, 0},
		{"in many pieces, later ones over earlier ones", []piece{
			{70000, bytes.Repeat([]byte{9}, 500)}, {70000, table(9000)}, {70000 + 9000*rowSize, table(18000)[9000*rowSize:]},
		}, 18000, 0},
		{"functions", []piece{{70000, text}, {80000, pclntab(300, 1)}, {200001, text}}, 0, 300},
		{"one function", []piece{{80000, pclntab(1, 2)}}, 0, 1},
		{"functions and a table", []piece{{70000, pclntab(2000, 3)}, {1 << 20, table(20000)}}, 20000, 2000},
		{"up to where the memory ends", []piece{{128<<16 - 8, text[:8]}, {70000, pclntab(500, 4)}}, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := testModule(tt.pieces...)
			m, err := parse(before)
			if err != nil {
				t.Fatal(err)
			}
			p, err := m.pack()
			if err != nil {
				t.Fatal(err)
			}
			if p.rows != tt.rows || p.functions != tt.functions || (p.unknown == nil) != (tt.functions > 0) {
				t.Errorf("loops write %+v", p)
			}
			sameMemory(t, withoutPositions(t, before), m.bytes())
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
	if saved := len(before) - len(after); saved < len(before)/10 {
		t.Errorf("%d bytes of %d are saved: Go's linker writes another table now", saved, len(before))
	}
	sameMemory(t, withoutPositions(t, before), after)

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

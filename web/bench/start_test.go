//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"testing"
)

// mostOfEmpty is how many times as long as the empty page's longest task, while
// the program starts, ours may be. Measured on a quiet machine: 0.5 to 1.6 with
// the rehearsal in a worker, 2.2 to 2.9 without; the rest is for busy ones.
const mostOfEmpty = 3

// What a first and a second visit cost, in figures that do not depend on the
// machine, and the longest task of the start beside that of an empty page.
func TestVisits(t *testing.T) {
	const program = "../../dist/wgsmtp"
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("%v: run ./build.sh build", err)
	}
	dir := t.TempDir()
	ours, empty := filepath.Join(dir, "ours"), filepath.Join(dir, "empty")
	if err := command(nil, program, "site", ours); err != nil {
		t.Fatal(err)
	}
	t.Chdir("../..") // where buildEmpty's paths begin
	if err := buildEmpty(empty); err != nil {
		t.Fatal(err)
	}
	subjects, closeAll, err := subjects(ours, empty)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll()
	all := make([]figures, len(subjects))
	// In turns, so that what else the machine does falls on all of them.
	for range 3 {
		for i, s := range subjects {
			if err := all[i].slow(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	beside := quantile(all[len(all)-1].longest, 0.5)
	for i, s := range subjects[:len(subjects)-1] {
		f := &all[i]
		if err := f.eager(s); err != nil {
			t.Fatal(err)
		}
		if err := f.transfer(s); err != nil {
			t.Fatal(err)
		}
		ratio := quantile(f.longest, 0.5) / beside
		t.Logf("%s: longest tasks %.0f ms, beside %.0f; %d bytes before the first useful page, %d in all; reaction %.0f ms, again %.0f",
			s.name, f.longest, all[len(all)-1].longest, f.before, f.bytes, f.reaction[0], f.reactionAgain[0])
		if ratio > mostOfEmpty {
			t.Errorf("%s: the longest task of the start is %.2f times the empty page's", s.name, ratio)
		}
		if f.shift != 0 {
			t.Errorf("%s: layout shift %.4f", s.name, f.shift)
		}
		if f.before > 30_000 {
			t.Errorf("%s: %d bytes before the first useful page", s.name, f.before)
		}
		if f.bytes > 1_700_000 {
			t.Errorf("%s: %d bytes in all", s.name, f.bytes)
		}
		if f.again != 0 {
			t.Errorf("%s: a second visit makes %d requests", s.name, f.again)
		}
		if !f.offline {
			t.Errorf("%s: it does not come without its server", s.name)
		}
	}
}

package check

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestUnified(t *testing.T) {
	got := Unified("a", "b", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n10\n11\n12\nend")
	want := "--- a\n+++ b\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n@@ -10,3 +10,4 @@\n 10\n 11\n 12\n+end\n\\ No newline at end of file\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Unified("a", "b", "x", "x"); got != "" {
		t.Errorf("the same differs:\n%s", got)
	}
}

// patch makes the new text of the old one and the diff.
func TestPatch(t *testing.T) {
	tool, err := exec.LookPath("patch")
	if err != nil {
		t.Fatal("patch is missing: install the package patch")
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range rnd.IntN(30) {
			b.WriteString([]string{"a", "b", "c", "d", "", "e"}[rnd.IntN(6)] + "\n")
		}
		return b.String()
	}
	for range 100 {
		a, b := text(), text()
		d := Unified("a", "b", a, b)
		if d == "" {
			continue
		}
		file := filepath.Join(t.TempDir(), "a")
		if err := os.WriteFile(file, []byte(a), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(tool, "-s", "--no-backup-if-mismatch", file)
		cmd.Stdin = strings.NewReader(d)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v %s\n%s", err, out, d)
		}
		got, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			got = nil // patch removes an empty file
		}
		if string(got) != b {
			t.Fatalf("%q to %q by\n%s\ngave %q", a, b, d, got)
		}
	}
}

package providers

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite index.go from the JSON files")

// TestIndexIsCurrent keeps index.go, which the browser searches, equal to what
// the files say.
func TestIndexIsCurrent(t *testing.T) {
	want := indexSource(t)
	if *update {
		if err := os.WriteFile("index.go", want, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile("index.go")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("index.go does not say what the JSON files say; run go generate ./providers")
	}
}

func indexSource(t *testing.T) []byte {
	carriers := carriersFromFiles(t)
	slices.SortFunc(carriers, func(a, b *Carrier) int {
		place := func(c *Carrier) int {
			if c.Featured == 0 {
				return 1000
			}
			return c.Featured
		}
		return cmp.Or(
			cmp.Compare(place(a), place(b)),
			cmp.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)),
			cmp.Compare(a.ID, b.ID),
		)
	})
	var b bytes.Buffer
	b.WriteString("// Code generated from the JSON files by go generate; DO NOT EDIT.\n\npackage providers\n\n")
	b.WriteString("// index is in the order of All.\nvar index = []Entry{\n")
	for _, c := range carriers {
		var hosts []string
		for _, h := range c.Hosts {
			if h.Host != "" && !strings.Contains(h.Host, "{") {
				hosts = append(hosts, strings.ToLower(h.Host))
			}
		}
		hosts = append(hosts, c.OtherHosts...)
		fmt.Fprintf(&b, "{\nID: %q,\nName: %q,\nKind: %q,\nInitials: %q,\nSummary: %q,\n", c.ID, c.Name, c.Kind, c.Initials, c.Summary)
		if c.Featured > 0 {
			fmt.Fprintf(&b, "Featured: %d,\n", c.Featured)
		}
		if c.Unusable != nil {
			b.WriteString("Unusable: true,\n")
		}
		for _, l := range []struct {
			name string
			list []string
		}{{"Aliases", c.Aliases}, {"Domains", c.Domains}, {"Hosts", hosts}} {
			if len(l.list) > 0 {
				fmt.Fprintf(&b, "%s: %#v,\n", l.name, l.list)
			}
		}
		b.WriteString("},\n")
	}
	b.WriteString("}\n")
	src, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return src
}

// carriersFromFiles decodes the files of the directory, not those embedded in
// the test, so that -update sees a file that was just added.
func carriersFromFiles(t *testing.T) []*Carrier {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var out []*Carrier
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".json")
		if !ok {
			continue
		}
		data, err := os.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		c, err := decode(data)
		if err != nil {
			t.Errorf("%s: %v", e.Name(), err)
			continue
		}
		if c.ID != name {
			t.Errorf("%s: the id is %q", e.Name(), c.ID)
		}
		out = append(out, c)
	}
	if t.Failed() {
		t.FailNow()
	}
	return out
}

package trouble

import (
	"os"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

// The texts of the catalogue lead to what they are.
func TestCatalogue(t *testing.T) {
	data, err := os.ReadFile("testdata/catalogue.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range strings.Split(string(data), "\n") {
		if l == "" || l[0] == '#' {
			continue
		}
		head, text, ok := strings.Cut(l, " => ")
		if !ok {
			t.Fatalf("%q", l)
		}
		n++
		want, known, _ := strings.Cut(head, " [")
		var ctx Context
		for _, w := range strings.Fields(strings.TrimSuffix(known, "]")) {
			field, value, _ := strings.Cut(w, "=")
			if field == "release" {
				if ctx.Release, err = mediawiki.Lookup(value); err != nil {
					t.Fatal(err)
				}
				continue
			}
			c := wgsmtp.Default()
			if ctx.Config != nil {
				c = *ctx.Config
			}
			if c, err = wgsmtp.Apply(c, []wgsmtp.Change{{Field: field, Value: value}}); err != nil {
				t.Fatal(err)
			}
			if ctx.Config == nil {
				c.User, c.Secret = "wiki@example.org", "x"
			}
			ctx.Config = &c
		}
		d := Diagnose(unescape(t, text), ctx)
		got, _, _ := strings.Cut(flat(d), " ")
		if !strings.Contains(want, "/") {
			got, _, _ = strings.Cut(got, "/")
		}
		if got != want {
			t.Errorf("%.100q: %s, want %s", text, flat(d), want)
		}
	}
	if n < 70 {
		t.Errorf("only %d texts", n)
	}
}

// A source is something that a reader can look up: the names of our own
// recordings are not.
func TestSourcesAreReadable(t *testing.T) {
	for _, e := range All() {
		for _, word := range []string{"vector", "recorded", "transcript", "fail-", "cert-", "starttls-", "broken-", "*"} {
			if strings.Contains(e.Source, word) {
				t.Errorf("%s: %q has %q", e.ID, e.Source, word)
			}
		}
	}
}

package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A token is used directly, or by the value of one that is.
func TestReach(t *testing.T) {
	tokens := declarations(":root {\n  --a: var( --b );\n  --b: #fff;\n  --c: #000; /* not used */\n}")
	got := slices.Sorted(maps.Keys(reach("p{color:var(--a,#123)}", tokens)))
	if want := []string{"--a", "--b"}; !slices.Equal(got, want) {
		t.Errorf("reach: %v, want %v", got, want)
	}
	if got, want := block(tokens, map[string]bool{"--b": true}), "--b:#fff;"; got != want {
		t.Errorf("block: %q, want %q", got, want)
	}
}

// A misspelt token is an error; a property of the sheet's own is not.
func TestKnown(t *testing.T) {
	tokens := declarations(":root {\n  --color-base: #202122;\n}")
	if err := known(".a {\n\t--gap: 1px;\n\tcolor: var(--color-base);\n\tmargin: var(--gap);\n}", tokens); err != nil {
		t.Errorf("known: %v", err)
	}
	err := known(".a { color: var(--colour-base) }", tokens)
	if err == nil || !strings.Contains(err.Error(), "--colour-base") {
		t.Errorf("known reports %v", err)
	}
}

func TestMinifyReportsMistakes(t *testing.T) {
	got, err := minify(".a {\n\tcolor: #ffffff;\n}\n")
	if want := ".a{color:#fff}\n"; err != nil || string(got) != want {
		t.Errorf("minify: %q, %v; want %q", got, err, want)
	}
	if _, err := minify(".a { color: red"); err == nil {
		t.Error("a rule without its end passes")
	}
}

package preview

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"wgsmtp/app/php"
)

// What MediaWiki 1.39.17 itself answered (testdata/mediawiki.json).
func TestAsMediaWiki(t *testing.T) {
	data, err := os.ReadFile("testdata/mediawiki.json")
	if err != nil {
		t.Fatal(err)
	}
	var f struct {
		Subjects map[string][]string
		Titles   map[string]string
		Names    [][]b64
	}
	if err := json.Unmarshal(data, &f); err != nil {
		t.Fatal(err)
	}
	r := release(t, "1.39.17")

	for code, want := range f.Subjects {
		s := settings(t, eraBase)
		s.Set("wgLanguageCode", php.S(code))
		w := newWiki(s, r, Host{}, &Inputs{})
		if len(want) != int(subjectColumns) {
			t.Fatalf("%s: %q", code, want)
		}
		for key, text := range want {
			got, exact := w.subject(subject{key: subjectKey(key), one: "Sandbox", two: "Bob"})
			if got != text || !exact {
				t.Errorf("%s, %d: %q, not %q", code, key, got, text)
			}
		}
	}
	if got := strings.Count(subjects, "\n") - 1; len(f.Subjects) != got+1 {
		t.Errorf("%d languages in the table, %d asked", got, len(f.Subjects))
	}

	for code, want := range f.Titles {
		if code == "bh" || code == "egl" { // old codes: bho, eml
			continue
		}
		if got := urlEncode(preferencesTitle(code)); got != want {
			t.Errorf("%s: %s, not %s", code, got, want)
		}
	}

	w := newWiki(nil, r, Host{}, &Inputs{})
	for _, n := range f.Names {
		got, ok := w.canonicalName(string(n[0]))
		switch {
		case ok != (len(n) == 2):
			t.Errorf("%q: taken is %v", n[0], ok)
		case ok && got != string(n[1]):
			t.Errorf("%q: %q, not %q", n[0], got, n[1])
		}
	}
	t.Logf("%d languages, %d titles, %d names", len(f.Subjects), len(f.Titles), len(f.Names))
}

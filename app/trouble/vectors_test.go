package trouble

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
)

// recorded is a case of the recorded vectors, as far as it is looked at here.
type recorded struct {
	ID       string `json:"id"`
	About    string `json:"about"`
	Settings string `json:"settings_php"`
	Result   struct {
		OK        bool            `json:"ok"`
		Hung      bool            `json:"hung"`
		Note      string          `json:"note"`
		Error     string          `json:"error"`
		Shown     string          `json:"shown"`
		Exception json.RawMessage `json:"exception"`
		Log       []string        `json:"debug_log"`
	} `json:"result"`
}

// releases of the vectors and what they are called.
var vectorReleases = map[string]string{"1.39": "1.39.17", "1.43": "1.43.3", "1.45": "1.45.0"}

// failing are the failing cases of a release, with the settings that come
// before those of every case.
func failing(t testing.TB, release string) []recorded {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "preview", "testdata", "vectors", "mediawiki-"+release+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Base  string     `json:"base_settings_php"`
		Cases []recorded `json:"cases"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	var out []recorded
	for _, c := range file.Cases {
		if !c.Result.OK {
			c.Settings = "<?php\n" + file.Base + c.Settings
			out = append(out, c)
		}
	}
	return out
}

// context is what `wgsmtp explain --settings FILE --release R` would know.
func (c *recorded) context(t testing.TB, release string) Context {
	t.Helper()
	r, err := mediawiki.Lookup(release)
	if err != nil {
		t.Fatal(err)
	}
	cfg, _ := localsettings.ToConfig(localsettings.Import([]byte(c.Settings)).Settings, r)
	return Context{Config: &cfg, Release: r}
}

// text is the error that the administrator has.
func (c *recorded) text() string {
	switch {
	case c.Result.Error != "":
		return c.Result.Error
	case c.Result.Hung:
		return c.Result.Note
	}
	return c.Result.Shown
}

func TestExplore(t *testing.T) {
	for _, rel := range []string{"1.39", "1.43", "1.45"} {
		for _, c := range failing(t, rel) {
			d := Diagnose(c.text(), c.context(t, vectorReleases[rel]))
			got := "-"
			if d.Known {
				got = d.Entries[0].ID + "/" + d.Entries[0].Causes[0].ID
				for _, e := range d.Entries[1:] {
					got += " , " + e.ID
				}
			}
			fmt.Printf("%s %-45s %s\n", rel, c.ID, got)
		}
	}
}

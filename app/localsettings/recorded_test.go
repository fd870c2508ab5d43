package localsettings

import (
	"encoding/json"
	"os"
	"testing"
)

// recorded are the settings that MediaWiki was really run with.
type recorded struct {
	Base  string `json:"base_settings_php"`
	Cases []struct {
		ID       string `json:"id"`
		Settings string `json:"settings_php"`
	} `json:"cases"`
}

func readRecorded(t testing.TB) recorded {
	t.Helper()
	data, err := os.ReadFile("testdata/recorded-settings.json")
	must(t, err)
	var r recorded
	must(t, json.Unmarshal(data, &r))
	if len(r.Cases) < 200 {
		t.Fatalf("only %d recorded settings", len(r.Cases))
	}
	return r
}

// Every recorded text imports without a problem, and to what PHP itself sets.
func TestImportRecorded(t *testing.T) {
	r := readRecorded(t)
	var blocks []string
	for _, c := range r.Cases {
		blocks = append(blocks, r.Base+c.Settings)
	}
	for i, o := range evaluate(t, blocks) {
		t.Run(r.Cases[i].ID, func(t *testing.T) {
			if o.Error != "" {
				t.Fatalf("php: %s", o.Error)
			}
			f := Import([]byte(blocks[i]))
			for _, p := range f.Problems {
				t.Errorf("problem %s", p)
			}
			if d := differ(f.Settings, o.settings(t)); d != "" {
				t.Error(d)
			}
		})
	}
}

package trouble

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
)

// recorded is a case of the recorded vectors, as far as it is looked at here.
type recorded struct {
	ID       string `json:"id"`
	Settings string `json:"settings_php"`
	Result   struct {
		OK    bool     `json:"ok"`
		Hung  bool     `json:"hung"`
		Error string   `json:"error"`
		Shown string   `json:"shown"`
		Log   []string `json:"debug_log"`
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

// diagnose explains what the administrator has: the mailer's error, or the page
// where there is none. Where MediaWiki never came back there is only the
// conversation: a server that was reached and did not greet.
func (c *recorded) diagnose(t testing.TB, release string) Diagnosis {
	t.Helper()
	switch ctx := c.context(t, release); {
	case c.Result.Hung:
		silent := transport.Line{From: transport.Event_, Step: string(transport.StepGreeting)}
		return FromTranscript(transport.Transcript{Hung: true, Lines: []transport.Line{silent}}, ctx)
	case c.Result.Error != "":
		return Diagnose(c.Result.Error, ctx)
	default:
		return Diagnose(c.Result.Shown, ctx)
	}
}

// judgement is testdata/judgement.txt: patterns of case names, in order, with
// entry/cause.
func judgement(t testing.TB) (patterns [][2]string) {
	t.Helper()
	data, err := os.ReadFile("testdata/judgement.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(string(data), "\n") {
		if words := strings.Fields(l); len(words) == 2 && words[0] != "#" {
			patterns = append(patterns, [2]string{words[0], words[1]})
		}
	}
	return patterns
}

// judged is what is really wrong in a case.
func judged(patterns [][2]string, release, id string) string {
	for _, general := range [...]bool{false, true} {
		for _, p := range patterns {
			name := p[0]
			if !general {
				var ok bool
				if name, ok = strings.CutPrefix(name, release+":"); !ok {
					continue
				}
			}
			if ok, _ := path.Match(name, id); ok {
				return p[1]
			}
		}
	}
	return ""
}

// Given the error and the settings, what is named first is what is really
// wrong, in at least 95 of 100 failing cases of each release.
func TestTrueCauseFirst(t *testing.T) {
	patterns := judgement(t)
	used := map[string]bool{}
	for _, release := range []string{"1.39", "1.43", "1.45"} {
		cases := failing(t, release)
		right := 0
		for i := range cases {
			c := &cases[i]
			want := judged(patterns, release, c.ID)
			if want == "" {
				t.Errorf("%s %s: not judged", release, c.ID)
				continue
			}
			used[want] = true
			d := c.diagnose(t, vectorReleases[release])
			got := "nothing"
			if d.Known {
				got = d.Entries[0].ID + "/" + d.Entries[0].Causes[0].ID
			}
			if got == want {
				right++
			} else {
				t.Logf("%s %s: %s is named before %s", release, c.ID, got, want)
				if !strings.Contains(flat(d), want) {
					t.Errorf("%s %s: the true cause %s is not among %s", release, c.ID, want, flat(d))
				}
			}
		}
		t.Logf("%s: the true cause is named first in %d of %d failing cases, %.1f %%", release, right, len(cases), 100*float64(right)/float64(len(cases)))
		if right*100 < 95*len(cases) {
			t.Errorf("%s: fewer than 95 of 100", release)
		}
	}
	for _, p := range patterns {
		if !used[p[1]] {
			t.Errorf("judgement.txt: no case has %v", p)
		}
	}
}

// flat lists all causes of a diagnosis.
func flat(d Diagnosis) string {
	var out []string
	for _, e := range d.Entries {
		for _, c := range e.Causes {
			out = append(out, e.ID+"/"+c.ID)
		}
	}
	return strings.Join(out, " ")
}

// What the page shows and the debug log has leads to the same as the mailer's
// own words.
func TestShownAndLogged(t *testing.T) {
	for _, release := range []string{"1.39", "1.43", "1.45"} {
		cases := failing(t, release)
		n := 0
		for i := range cases {
			c := &cases[i]
			if c.Result.Error == "" {
				continue
			}
			ctx := c.context(t, vectorReleases[release])
			want := flat(Diagnose(c.Result.Error, ctx))
			texts := map[string]string{}
			if strings.Contains(c.Result.Shown, "Mailer returned: ") {
				texts["page"] = c.Result.Shown
			}
			for _, l := range c.Result.Log {
				if strings.HasPrefix(l, "PEAR::Mail failed: ") {
					texts["log"] = "2026-11-22 08:34:55 host wikidb: " + l
				}
			}
			for where, text := range texts {
				n++
				if got := flat(Diagnose(text, ctx)); got != want {
					t.Errorf("%s %s, %s: %s, want %s", release, c.ID, where, got, want)
				}
			}
		}
		if n < 100 {
			t.Errorf("%s: only %d texts", release, n)
		}
	}
}

package mediawiki

import (
	"slices"
	"strings"
	"testing"
)

func branchOf(t *testing.T, name string) Branch {
	t.Helper()
	for _, b := range Branches() {
		if b.Release.Version.Branch() == name {
			return b
		}
	}
	t.Fatalf("no branch %s", name)
	return Branch{}
}

// Going through all branches meets every change, each where the table has it.
func TestArrivals(t *testing.T) {
	met := map[Change]bool{}
	for _, b := range Branches() {
		for _, a := range b.Arrivals() {
			met[a.Change] = true
			r, err := Lookup(a.In.String())
			if err != nil || !r.Has(a.Change) {
				t.Errorf("%s came in %s, which does not have it: %v", a.Change, a.In, err)
			}
			if a.In.Patch > 0 {
				if r, _ := lookup(Version{a.In.Minor, a.In.Patch - 1}, true); r.Has(a.Change) {
					t.Errorf("%s came in %s, and %s has it", a.Change, a.In, r.Version)
				}
			} else if b.Before.Has(a.Change) {
				t.Errorf("%s came in %s, and %s has it", a.Change, a.In, b.Before.Version)
			}
		}
	}
	for c := range changes {
		if !met[c] {
			t.Errorf("%s came with no branch", c)
		}
	}

	// What was brought back to 1.45.1 is not new in 1.46.0.
	has := func(name string, c Change) bool {
		return slices.ContainsFunc(branchOf(t, name).Arrivals(), func(a Arrival) bool { return a.Change == c })
	}
	for name, want := range map[string]bool{"1.39": true, "1.43": true, "1.45": true, "1.46": false, "1.42": false} {
		if got := has(name, EncodedComma); got != want {
			t.Errorf("%s brought %s: %v, want %v", name, EncodedComma, got, want)
		}
	}
}

func TestBranchSettings(t *testing.T) {
	find := func(name, setting string) (SettingChange, bool) {
		for _, s := range branchOf(t, name).Settings() {
			if s.Name == setting {
				return s, true
			}
		}
		return SettingChange{}, false
	}
	for _, tt := range []struct {
		branch, setting string
		want            SettingChange
	}{
		{"1.27", "wgNoReplyAddress", SettingChange{"wgNoReplyAddress", "reply@not.possible", false, true, true}},
		{"1.34", "wgEnableSpecialMute", SettingChange{"wgEnableSpecialMute", nil, false, false, true}},
		{"1.45", "wgEnotifImpersonal", SettingChange{"wgEnotifImpersonal", false, nil, true, false}},
	} {
		if got, ok := find(tt.branch, tt.setting); !ok || got != tt.want {
			t.Errorf("%s, $%s: got %+v, want %+v", tt.branch, tt.setting, got, tt.want)
		}
	}
	if s, ok := find("1.44", "wgSMTP"); ok {
		t.Errorf("1.44 changes nothing of $wgSMTP: %+v", s)
	}
	if got := branchOf(t, "1.18").Settings(); got != nil {
		t.Errorf("1.18 is the oldest: %+v", got)
	}
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		branch, text string
		there        bool
		until        string
	}{
		{"1.18", "MAIL FROM", true, "1.18.1"},
		{"1.19", "MAIL FROM", false, ""},
		{"1.26", "PEAR mail package", true, ""},
		{"1.27", "PEAR mail package", false, ""},
		{"1.42", "Kerberos", true, ""},
		{"1.43", "Kerberos", false, ""},
		{"1.43", "a real name has a comma", false, ""},
		{"1.43", "real name has a comma", true, "1.43.6"},
		{"1.42", "real name has a comma", true, ""},
		{"1.46", "real name has a comma", false, ""},
		{"1.39", "'starttls' in $wgSMTP is ignored", true, "1.39.1"},
		{"1.47", "symfony/mailer", true, ""},
	} {
		var found *Known
		for _, k := range branchOf(t, tt.branch).Faults() {
			if strings.Contains(k.Text, tt.text) {
				found = &k
			}
		}
		if (found != nil) != tt.there {
			t.Errorf("%s, %q: there %v, want %v", tt.branch, tt.text, found != nil, tt.there)
			continue
		}
		if found != nil && tt.until != "" && found.Until.String() != tt.until || found != nil && tt.until == "" && found.Until != (Version{}) {
			t.Errorf("%s, %q: until %s, want %q", tt.branch, tt.text, found.Until, tt.until)
		}
	}
	for _, f := range faults {
		if f.Source == "" || !strings.HasSuffix(f.Text, ".") {
			t.Errorf("%q: source %q", f.Text, f.Source)
		}
		n := 0
		for _, b := range Branches() {
			for _, k := range b.Faults() {
				if k.Text == f.Text {
					n++
				}
			}
		}
		if n == 0 || n == len(branches) {
			t.Errorf("%q is in %d branches", f.Text, n)
		}
	}
}

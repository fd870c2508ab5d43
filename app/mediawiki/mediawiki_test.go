package mediawiki

import (
	"slices"
	"strings"
	"testing"
)

func TestBranchesAreComplete(t *testing.T) {
	if got, want := len(branches), newest-oldest+1; got != want {
		t.Fatalf("%d rows for %d branches", got, want)
	}
	for i, b := range branches {
		if b.minor != oldest+i {
			t.Errorf("row %d is 1.%d, want 1.%d", i, b.minor, oldest+i)
		}
		if b.source == "" || b.php == "" || b.engine == "" {
			t.Errorf("1.%d: a row needs source, PHP and engine: %+v", b.minor, b)
		}
		last := -1
		for _, s := range b.stacks {
			if s.patch <= last || last < 0 && s.patch != 0 {
				t.Errorf("1.%d: stacks do not ascend from patch 0", b.minor)
			}
			last = s.patch
			if s.patch > b.newest {
				t.Errorf("1.%d: stack of patch %d, newest known is %d", b.minor, s.patch, b.newest)
			}
			pear := s.mail != "" && s.netSMTP != "" && s.netSocket != "" && s.mailMIME != ""
			if pear != (b.engine == EnginePEAR) || (s.symfonyMailer != "") != (b.engine == EngineSymfony) {
				t.Errorf("1.%d: stack %+v does not fit engine %s", b.minor, s, b.engine)
			}
		}
		if (len(b.stacks) > 0) != (b.minor >= 27) {
			t.Errorf("1.%d: bundled stacks begin with 1.27", b.minor)
		}
	}
}

func TestLookup(t *testing.T) {
	tests := []struct {
		name, version, label string
		newest               bool
		mail, netSMTP        string
	}{
		{"1.43", "1.43.6", "1.43 (LTS)", true, "2.0.0", "1.12.1"},
		{" 1.43 ", "1.43.6", "1.43 (LTS)", true, "2.0.0", "1.12.1"},
		{"1.43.3", "1.43.3", "1.43.3", false, "2.0.0", "1.12.1"},
		{"1.43.99", "1.43.99", "1.43.99", false, "2.0.0", "1.12.1"},
		{"1.39", "1.39.17", "1.39 (LTS)", true, "1.5.1", "1.10.0"},
		{"1.39.0", "1.39.0", "1.39.0", false, "1.4.1", "1.10.0"},
		{"1.39.4", "1.39.4", "1.39.4", false, "1.5.0", "1.10.0"},
		{"1.39.5", "1.39.5", "1.39.5", false, "1.5.1", "1.10.0"},
		{"1.40.0", "1.40.0", "1.40.0", false, "1.5.0", "1.10.1"},
		{"1.18", "1.18.6", "1.18", true, "", ""},
		{"1.47", "1.47.0", "1.47 (unproven)", true, "", ""},
	}
	for _, tt := range tests {
		r, err := Lookup(tt.name)
		if err != nil {
			t.Errorf("Lookup(%q): %v", tt.name, err)
			continue
		}
		if r.Version.String() != tt.version || r.Label() != tt.label || r.Newest != tt.newest || r.Mail != tt.mail || r.NetSMTP != tt.netSMTP {
			t.Errorf("Lookup(%q) = %+v, label %q", tt.name, *r, r.Label())
		}
		again, err := Lookup(r.Name())
		if err != nil || again.Version != r.Version {
			t.Errorf("Lookup(%q) does not lead back to %s: %v", r.Name(), r.Version, err)
		}
	}
}

func TestLookupRefuses(t *testing.T) {
	for _, name := range []string{"", "1", "1.", "1.17", "1.48", "2.43", "1.43.3.1", "1.43.x", "1.43.-1", "1.+43x", "latest", "1.43.3-wmf.1"} {
		if r, err := Lookup(name); err == nil {
			t.Errorf("Lookup(%q) = %s, want an error", name, r.Version)
		} else if !strings.Contains(err.Error(), "1.18 to 1.47") {
			t.Errorf("Lookup(%q): %v: does not say what is known", name, err)
		}
	}
}

func TestNewestKnownHasNewestBehaviour(t *testing.T) {
	for _, r := range All() {
		later := &Release{Version: Version{r.Version.Minor, 999}}
		for c := range changes {
			if r.Has(c) != later.Has(c) {
				t.Errorf("%s does not have %q, which a later patch release has", r.Label(), c)
			}
		}
	}
}

func TestAll(t *testing.T) {
	all := All()
	if all[0].Version.Branch() != "1.47" || all[len(all)-1].Version.Branch() != "1.18" {
		t.Errorf("All() goes from %s to %s", all[0].Version, all[len(all)-1].Version)
	}
	var lts []string
	for _, r := range all {
		if !r.Newest || r.Source == "" {
			t.Errorf("%s: newest %v, source %q", r.Version, r.Newest, r.Source)
		}
		if r.LTS && !r.Unproven {
			lts = append(lts, r.Name())
		}
	}
	if got := strings.Join(lts, " "); got != "1.43 1.39 1.35 1.31 1.27 1.23 1.19" {
		t.Errorf("LTS releases: %s", got)
	}
	if Newest().Name() != "1.46" {
		t.Errorf("Newest() = %s", Newest().Name())
	}
}

func TestChangesHaveSources(t *testing.T) {
	for c, ch := range changes {
		if ch.about == "" || ch.source == "" || len(ch.since) == 0 {
			t.Errorf("%s: needs since, about and source", c)
		}
		for i, v := range ch.since {
			if v.Minor < oldest || v.Minor > newest || i > 0 && ch.since[i-1].Minor >= v.Minor {
				t.Errorf("%s: since %v is not ascending within the releases covered", c, ch.since)
			}
		}
		if strings.HasSuffix(ch.about, ".") {
			t.Errorf("%s: about ends with a full stop", c)
		}
	}
}

func TestHas(t *testing.T) {
	tests := []struct {
		change      Change
		have, lacks string // releases, blank separated
	}{
		{EncodedComma, "1.39.16 1.39 1.43.6 1.43 1.44.3 1.45.1 1.45 1.46.0 1.47", "1.18 1.38 1.39.15 1.40 1.42 1.43.5 1.44.2 1.45.0"},
		{EncodedFullStop, "1.35.14 1.39.6 1.40.2 1.41.0 1.45.0", "1.34 1.35.13 1.36 1.38 1.39.5 1.40.1"},
		{QuotedNames, "1.31.0 1.46", "1.30"},
		{StartTLSKey, "1.39.1 1.40.0 1.46", "1.39.0 1.38"},
		{ReplyToDefault, "1.27.4 1.29.0 1.30", "1.27.3 1.28"},
		{MailEnvelopeQuoted, "1.27.2 1.28.1 1.29.0", "1.27.1 1.28.0 1.26"},
		{EmptySenderDefault, "1.25.3 1.26.0 1.39", "1.25.2 1.24"},
		{ReturnPathAddress, "1.18.1 1.19.0", "1.18.0"},
		{OneRecipient, "1.45.0 1.46", "1.44"},
		{Change("nonsense"), "", "1.18 1.47"},
	}
	for _, tt := range tests {
		for want, list := range map[bool]string{true: tt.have, false: tt.lacks} {
			for _, name := range strings.Fields(list) {
				r, err := Lookup(name)
				if err != nil {
					t.Fatal(err)
				}
				if r.Has(tt.change) != want {
					t.Errorf("%s has %s: %v, want %v", name, tt.change, !want, want)
				}
			}
		}
	}
}

func TestSettings(t *testing.T) {
	if !slices.IsSorted(SettingNames()) {
		t.Error("settings are not in order: Default would miss some")
	}
	for _, s := range settings {
		if s.source == "" || len(s.spans) == 0 {
			t.Errorf("%s: needs a source and a default", s.name)
		}
		for _, sp := range s.spans {
			switch sp.value.(type) {
			case nil, bool, int, string, []string, absent:
			default:
				t.Errorf("%s: %T is not a type that Default promises", s.name, sp.value)
			}
		}
	}
	tests := []struct {
		release, name string
		value         any
		known         bool
	}{
		{"1.43", "wgSMTP", false, true},
		{"1.43", "wgUserEmailUseReplyTo", true, true},
		{"1.27.3", "wgUserEmailUseReplyTo", false, true},
		{"1.27.4", "wgUserEmailUseReplyTo", true, true},
		{"1.28", "wgUserEmailUseReplyTo", false, true},
		{"1.26", "wgNoReplyAddress", "reply@not.possible", true},
		{"1.27", "wgNoReplyAddress", false, true},
		{"1.20", "wgAllowHTMLEmail", nil, false},
		{"1.21", "wgAllowHTMLEmail", false, true},
		{"1.44", "wgEnotifMaxRecips", 500, true},
		{"1.45", "wgEnotifMaxRecips", nil, false},
		{"1.31", "wgPasswordSenderName", "MediaWiki Mail", true},
		{"1.32", "wgPasswordSenderName", nil, false},
		{"1.39", "wgAdditionalMailParams", nil, true},
		{"1.39", "wgNoSuchThing", nil, false},
		{"1.39", "SMTP", nil, false},
	}
	for _, tt := range tests {
		r, err := Lookup(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		if v, known := r.Default(tt.name); v != tt.value || known != tt.known {
			t.Errorf("%s: $%s = %v, %v; want %v, %v", tt.release, tt.name, v, known, tt.value, tt.known)
		}
	}
}

func TestSMTPKeys(t *testing.T) {
	for _, k := range smtpKeys {
		if k.source == "" {
			t.Errorf("%s: no source", k.name)
		}
		if _, ok := changes[k.with]; k.with != "" && !ok {
			t.Errorf("%s: comes with %q, which the table of changes does not have", k.name, k.with)
		}
	}
	for name, want := range map[string]string{
		"1.26":   "",
		"1.27":   "socket_options",
		"1.39.0": "socket_options",
		"1.39.1": "socket_options starttls",
		"1.42":   "socket_options starttls debug_handler",
	} {
		r, _ := Lookup(name)
		if got := strings.Join(r.SMTPKeys()[12:], " "); got != want {
			t.Errorf("%s: keys beyond the old ones: %q, want %q", name, got, want)
		}
	}
}

func TestHowItRuns(t *testing.T) {
	for name, want := range map[string][4]string{
		"1.18": {"pear install Mail Net_SMTP", "php maintenance/eval.php", "php maintenance/runJobs.php", "array( )"},
		"1.26": {"pear install Mail Net_SMTP Mail_Mime", "php maintenance/eval.php", "php maintenance/runJobs.php", "array( )"},
		"1.27": {"", "php maintenance/eval.php", "php maintenance/runJobs.php", "[ ]"},
		"1.39": {"", "php maintenance/eval.php", "php maintenance/runJobs.php", "[ ]"},
		"1.40": {"", "php maintenance/run.php eval", "php maintenance/run.php runJobs", "[ ]"},
	} {
		r, _ := Lookup(name)
		arrays := "array( )"
		if r.ShortArrays() {
			arrays = "[ ]"
		}
		if got := [4]string{r.Install(), r.Eval(), r.Script("runJobs"), arrays}; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

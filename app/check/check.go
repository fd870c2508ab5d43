// Package check says what is wrong with settings that somebody has: it reads a
// LocalSettings.php, or any piece of one, as it was pasted, and points at the
// lines. Three things come together here: what was noted while reading
// (app/localsettings), what is wrong with the configuration (app/rules), and
// what only the text shows: misspelt keys, values of the wrong type, order,
// passwords in the wrong place. The last are one table, in table_*.go.
//
// No message holds a password: see secrets.go.
package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Report is the answer. As JSON it holds no secret.
type Report struct {
	Release       string         `json:"release"`  // "1.43"
	Settings      map[string]any `json:"settings"` // by name; what only PHP knows is a Symbolic
	Findings      []Finding      `json:"findings"` // errors first, then warnings, then hints
	NotUnderstood []Place        `json:"not_understood"`

	// Usable tells that the text sets anything of MediaWiki's.
	Usable bool `json:"-"`
	// Config, Kept and Carrier are what the text says: with them, Emit prints
	// settings that evaluate to the same. Config holds the password.
	Config  wgsmtp.Config       `json:"-"`
	Kept    *localsettings.Kept `json:"-"`
	Carrier *providers.Carrier  `json:"-"` // never nil: providers.Custom stands for none
	// Mended, MendedKept and MendedCarrier are the same after all mends.
	Mended        wgsmtp.Config       `json:"-"`
	MendedKept    *localsettings.Kept `json:"-"`
	MendedCarrier *providers.Carrier  `json:"-"`
	// Text is the text that was read, as UTF-8: lines and columns are its.
	Text string `json:"-"`

	facts *facts
	drop  []int // lines that the mends take out
}

// Finding is something to say about a place.
type Finding struct {
	Rule     string         `json:"rule"`
	Severity rules.Severity `json:"severity"`
	Line     int            `json:"line"`   // from 1
	Column   int            `json:"column"` // from 1, in characters
	Message  string         `json:"message"`
	Fix      string         `json:"fix"` // what to do; "" where only the person can know

	Why    string `json:"-"`
	Source string `json:"-"`
	// Mends tells that Report.With makes it right.
	Mends bool `json:"-"`
}

// Place is a piece of the text that was not understood.
type Place struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Text   string `json:"text"` // how it begins; no value is in it
	Reason string `json:"reason"`
}

// Symbolic is a value that only PHP knows, as its source.
type Symbolic struct {
	Symbolic string `json:"symbolic"`
}

// Check reads a text. release is one that mediawiki.Lookup takes; "" leaves it
// to be told from the text, which is then said in a finding. An unknown
// release counts as none, and is said, too.
func Check(src []byte, release string) Report {
	file := localsettings.Import(src)
	rel, from := releaseOf(&file, release)
	f := &facts{file: &file, Settings: file.Settings, place: file.Place, writes: file.Writes, notes: file.Notes, release: rel, from: from, whole: isWhole(file.Settings)}
	r := Report{Release: rel.Name(), Text: file.Source, facts: f}
	r.Usable = usable(&file)
	r.Config, r.Kept, r.Carrier = configOf(file.Settings, rel)
	r.Mended, r.MendedKept, r.MendedCarrier = r.Config, r.Kept, r.Carrier

	secrets := secretsOf(file.Settings)
	for _, o := range file.Others {
		secrets = append(secrets, secretsOf(o.Settings)...)
	}
	hide := redactor(secrets)

	var found []Finding
	if r.Usable {
		found = f.findings()
		for i := range file.Others {
			o := &file.Others[i]
			g := &facts{file: &file, Settings: o.Settings, place: o.Place, writes: o.Writes, notes: o.Notes, release: rel, from: from, whole: f.whole}
			for _, x := range g.findings() {
				if !slices.ContainsFunc(found, func(y Finding) bool { return x.Rule == y.Rule && x.Line == y.Line && x.Column == y.Column }) {
					x.Mends = false // they are made the way that is taken
					x.Message = fmt.Sprintf("Where the if in line %d goes the other way: %s", o.Pos.Line, lower(x.Message))
					found = append(found, x)
				}
			}
		}
		r = r.with(mendAll)
	}
	r.Findings = make([]Finding, 0, len(found))
	for _, x := range found {
		x.Message, x.Fix, x.Why = hide.Replace(x.Message), hide.Replace(x.Fix), hide.Replace(x.Why)
		r.Findings = append(r.Findings, x)
	}
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(rank(a.Severity)-rank(b.Severity), a.Line-b.Line, a.Column-b.Column)
	})
	r.NotUnderstood = make([]Place, 0, len(file.Problems))
	for _, p := range file.Problems {
		r.NotUnderstood = append(r.NotUnderstood, Place{p.Pos.Line, p.Pos.Col, hide.Replace(p.Text), hide.Replace(p.Reason)})
	}
	r.Settings = shown(file.Settings, hide)
	return r
}

// Errors counts the findings of severity error.
func (r *Report) Errors() int {
	n := 0
	for _, f := range r.Findings {
		if f.Severity == rules.Error {
			n++
		}
	}
	return n
}

func rank(s rules.Severity) int {
	return slices.Index([]rules.Severity{rules.Error, rules.Warning, rules.Hint}, s)
}

func lower(s string) string {
	if len(s) < 2 || s[0] < 'A' || s[0] > 'Z' || s[1] < 'a' || s[1] > 'z' || strings.HasPrefix(s, "Media") {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// usable tells that a text says anything about MediaWiki.
func usable(f *localsettings.File) bool {
	for _, v := range f.Settings.All() {
		if strings.HasPrefix(v.Name, "wg") || v.Name == localsettings.Extensions {
			return true
		}
	}
	return slices.ContainsFunc(f.Others, func(o localsettings.Other) bool { return len(o.Writes) > 0 }) ||
		slices.ContainsFunc(f.Notes, func(p localsettings.Problem) bool { return p.Kind == localsettings.KindCompare })
}

// isWhole tells a LocalSettings.php from a piece of one: what is not in a
// piece may be elsewhere.
func isWhole(s *localsettings.Settings) bool {
	for _, name := range []string{"wgServer", "wgDBname", "wgDBserver"} {
		if _, ok := s.Get(name); ok {
			return true
		}
	}
	return false
}

// configOf is what settings ask for, with the carrier that the host tells.
func configOf(s *localsettings.Settings, r *mediawiki.Release) (wgsmtp.Config, *localsettings.Kept, *providers.Carrier) {
	c, _ := localsettings.ToConfig(s, r)
	carrier := providers.Custom()
	if p := byExtension(s); p != nil {
		c.Transport = wgsmtp.TransportExtension
		carrier = p
		extensionConfig(&c, s, p)
	} else if c.Transport == wgsmtp.TransportSMTP && c.Host != "" {
		if p, ok := providers.ForHost(c.Host); ok {
			carrier = p
			c.Region = p.RegionFor(c.Host)
		}
	}
	c.Carrier = carrier.ID
	return c, localsettings.Keep(s, &c, r, carrier), carrier
}

// byExtension is the carrier whose extension is loaded.
func byExtension(s *localsettings.Settings) *providers.Carrier {
	loaded, _ := s.Get(localsettings.Extensions)
	for _, e := range loaded.Array {
		for _, p := range providers.All() {
			if p.Extension != nil && p.Extension.Name == e.Value.Str {
				return p
			}
		}
	}
	return nil
}

// extensionConfig reads the settings of a carrier's extension.
func extensionConfig(c *wgsmtp.Config, s *localsettings.Settings, p *providers.Carrier) {
	get := func(name string) php.Value {
		v, _ := s.Get(strings.TrimPrefix(name, "$"))
		return v
	}
	if v := get(p.Extension.Secret); v.Kind == php.String {
		c.SecretStyle, c.Secret = wgsmtp.SecretInline, wgsmtp.Secret(v.Str)
	} else if v.Kind == php.Symbolic {
		c.SecretStyle = wgsmtp.SecretEnv
		if name, ok := environmentOf(v.Str); ok {
			c.SecretEnv = name
		}
	}
	if v := get(p.Extension.Domain); v.Kind == php.String {
		c.APIDomain = v.Str
	}
	if v := get(p.Extension.Endpoint); v.Kind == php.String {
		for region, endpoint := range p.Extension.Regions {
			if endpoint == v.Str {
				c.Region = region
			}
		}
	}
}

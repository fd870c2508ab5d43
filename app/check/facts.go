package check

import (
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

// facts are what rules look at: one way through the text.
type facts struct {
	*localsettings.Settings
	file    *localsettings.File
	place   func(path ...string) (localsettings.Place, bool)
	writes  []localsettings.Write
	notes   []localsettings.Problem
	release *mediawiki.Release
	from    origin
	whole   bool
	one     *php.Pos // where it is set, only what stands there is looked at
}

// smtp is $wgSMTP; ok tells that it is an array. Of one that is too long it is
// the beginning.
func (f *facts) smtp() (v php.Value, ok bool) {
	v, _ = f.Get("wgSMTP")
	return short(v), v.Kind == php.Array
}

// maxElements is how many elements of an array are looked at: nobody writes
// so many, and a mend copies them all.
const maxElements = 500

func short(v php.Value) php.Value {
	v.Array = v.Array[:min(len(v.Array), maxElements)]
	return v
}

// long is the most elements that $wgSMTP, or an array in it, has.
func (f *facts) long() int {
	v, _ := f.Get("wgSMTP")
	most := len(v.Array)
	for _, e := range short(v).Array {
		most = max(most, len(e.Value.Array))
		for _, e := range short(e.Value).Array {
			most = max(most, len(e.Value.Array))
		}
	}
	return most
}

// at is where a value stands, or what it is a part of; 1:1 where it is not in
// the text.
func (f *facts) at(path ...string) php.Pos {
	for n := len(path); n > 0; n-- {
		if p, ok := f.place(path[:n]...); ok {
			return p.Pos
		}
	}
	if p := f.Pos(path[0]); p.Line > 0 {
		return p
	}
	if p := f.Pos("wgSMTP"); p.Line > 0 {
		return p
	}
	if len(f.writes) > 0 {
		return f.writes[0].Pos
	}
	return php.Pos{Line: 1, Col: 1}
}

// looks tells that a value is to be looked at.
func (f *facts) looks(path ...string) bool { return f.one == nil || f.at(path...) == *f.one }

// pathOf is the setting that a field decides, as at takes it.
func (f *facts) pathOf(field string, c *wgsmtp.Config) []string {
	options := func(key string) []string { return []string{"wgSMTP", "socket_options", "ssl", key} }
	switch field {
	case "tls":
		if _, ok := f.place("wgSMTP", "starttls"); ok && c.TLS != wgsmtp.TLSImplicit {
			return []string{"wgSMTP", "starttls"}
		}
		return []string{"wgSMTP", "host"}
	case "verify":
		if _, ok := f.place(options("verify_peer")...); ok {
			return options("verify_peer")
		}
		return options("verify_peer_name")
	case "peer-name":
		return options("peer_name")
	case "ca-file":
		return options("cafile")
	case "allow-self-signed":
		return options("allow_self_signed")
	case "sender-name":
		if f.Pos("wgPasswordSenderName").Line > 0 {
			return []string{"wgPasswordSenderName"}
		}
		return []string{"wgSitename"}
	}
	d, _ := wgsmtp.FieldByID(field)
	if key, ok := strings.CutPrefix(d.Setting, "$wgSMTP['"); ok {
		return []string{"wgSMTP", strings.TrimSuffix(key, "']")}
	}
	if name, ok := strings.CutPrefix(d.Setting, "$"); ok {
		return []string{name}
	}
	return []string{"wgSMTP"}
}

// known tells that the Config has a field from the text: not from what only
// PHP knows, and, in a piece of a file, not from what may stand elsewhere.
func (f *facts) known(field string, c *wgsmtp.Config) bool {
	smtp, set := f.Get("wgSMTP")
	onlyPHP := func(key string) bool {
		v, ok := smtp.Get(key)
		return smtp.Kind == php.Symbolic || ok && v.Kind == php.Symbolic
	}
	switch field {
	case "transport":
		return (set || f.whole) && smtp.Kind != php.Symbolic
	case "tls":
		return (set || f.whole) && !onlyPHP("host") && !onlyPHP("starttls") && (!onlyPHP("auth") || c.TLS == wgsmtp.TLSImplicit)
	case "secret-style", "secret-env", "secret-file":
		return set
	case "secret":
		return set && (c.SecretStyle != wgsmtp.SecretInline || !onlyPHP("password"))
	case "carrier", "region":
		return !onlyPHP("host")
	case "release":
		return true
	}
	d, _ := wgsmtp.FieldByID(field)
	if key, ok := strings.CutPrefix(d.Setting, "$wgSMTP['"); ok {
		return (set || f.whole) && !onlyPHP(strings.TrimSuffix(key, "']"))
	}
	name, ok := strings.CutPrefix(d.Setting, "$")
	if !ok {
		return true
	}
	v, set := f.Get(name)
	if v.Kind == php.Symbolic {
		return false
	}
	return set || f.whole
}

// maxFindings is more than anybody reads.
const maxFindings = 500

// findings are all of this way through the text.
func (f *facts) findings() []Finding {
	var out []Finding
	add := func(x Finding) {
		if len(out) < maxFindings && !slices.ContainsFunc(out, func(y Finding) bool { return x.Rule == y.Rule && x.Line == y.Line && x.Column == y.Column }) {
			out = append(out, x)
		}
	}
	said := map[string]bool{} // rules whose place the import has better words for
	for i := range table {
		r := &table[i]
		r.find(f, func(h hit) {
			for _, id := range slices.Concat(r.instead, h.instead) {
				said[id] = true
			}
			add(Finding{
				Rule: r.ID, Severity: r.Severity, Line: h.pos.Line, Column: h.pos.Col,
				Message: fill(r.Message, h.detail), Why: fill(r.Why, h.detail), Fix: fill(cmpOr(h.fix, r.Fix), h.detail), Source: r.Source,
				Mends: r.mends() && !h.person && cmpOr(h.fix, r.Fix) != "",
			})
		})
	}
	c, _, carrier := configOf(f.Settings, f.release)
	for _, x := range rules.Check(rules.Facts{Config: &c, Release: f.release, Carrier: carrier}) {
		if said[x.Rule] || x.Rule == aboutPreview || !f.applies(x, &c) {
			continue
		}
		at := f.at(f.pathOf(x.Fields[0], &c)...)
		fix := ""
		if x.Fix != nil {
			fix = x.Fix.Label
		}
		add(Finding{Rule: x.Rule, Severity: x.Severity, Line: at.Line, Column: at.Col, Message: x.Message, Why: x.Why, Fix: fix, Source: x.Source, Mends: x.Fix != nil})
	}
	return out
}

// aboutPreview is a rule on what the page shows, and not on the settings.
const aboutPreview = "name-missing"

// applies tells that a finding rests on what the text says.
func (f *facts) applies(x rules.Finding, c *wgsmtp.Config) bool {
	if !f.known(x.Fields[0], c) {
		return false
	}
	others := x.Fields[1:]
	if strings.HasPrefix(x.Rule, "host-") {
		others = nil // they look at the host alone
	}
	for _, field := range others {
		d, _ := wgsmtp.FieldByID(field)
		if strings.HasPrefix(d.Setting, "$wgSMTP") && !f.known(field, c) {
			return false
		}
	}
	if !f.known("transport", c) {
		return !strings.HasPrefix(x.Rule, "transport-") && !strings.HasPrefix(x.Rule, "extension-")
	}
	return true
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// fill puts the detail of a case into a sentence.
func fill(text, detail string) string { return strings.ReplaceAll(text, "{detail}", detail) }

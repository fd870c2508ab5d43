package localsettings

import (
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Kept is what settings say and a Config cannot: keys of $wgSMTP that it has
// no field for, values that only PHP can work out, and values of an odd type.
// With it, a block evaluates to what was imported. The zero value keeps
// nothing.
type Kept struct {
	// SMTP are elements of $wgSMTP as they stand: in the place of the Config's
	// own, or besides them.
	SMTP []php.Entry
	// Without are elements that the Config would print and the settings lack.
	Without []php.Key
	// Options are elements of $wgSMTP['socket_options'] that go beside those of
	// the Config: what is left of them once a field for the others is changed.
	Options []php.Entry
	// Vars are other variables as they stand.
	Vars []Setting
}

// Clone is a copy that can be changed by itself; of nil it is one that keeps
// nothing.
func (k *Kept) Clone() *Kept {
	if k == nil {
		return &Kept{}
	}
	return &Kept{slices.Clone(k.SMTP), slices.Clone(k.Without), slices.Clone(k.Options), slices.Clone(k.Vars)}
}

// KeptItem is one thing that is kept.
type KeptItem struct {
	Name string // "$wgSMTP['persist']"
	Out  bool   // it is kept out: the Config would print it
}

const keptOptions = "socket_options"

func keyName(k php.Key) string { return "$wgSMTP[" + php.Printer{}.Source(k.Value()) + "]" }

// Items are what is kept, in the order of the block. k may be nil.
func (k *Kept) Items() []KeptItem {
	if k == nil {
		return nil
	}
	var out []KeptItem
	for _, e := range k.SMTP {
		out = append(out, KeptItem{keyName(e.Key), false})
	}
	if len(k.Options) > 0 {
		out = append(out, KeptItem{keyName(php.StringKey(keptOptions)), false})
	}
	for _, w := range k.Without {
		out = append(out, KeptItem{keyName(w), true})
	}
	for _, v := range k.Vars {
		out = append(out, KeptItem{"$" + v.Name, false})
	}
	return out
}

// DropItem forgets the item of that name.
func (k *Kept) DropItem(name string) {
	named := func(e php.Entry) bool { return keyName(e.Key) == name }
	k.SMTP = slices.DeleteFunc(k.SMTP, named)
	k.Without = slices.DeleteFunc(k.Without, func(w php.Key) bool { return keyName(w) == name })
	if name == keyName(php.StringKey(keptOptions)) {
		k.Options = nil
	}
	k.DropVar(strings.TrimPrefix(name, "$"))
}

// Decides tells that what is kept stands in the place of what a field says, so
// that the field's value is not the wiki's.
func (k *Kept) Decides(field string) bool {
	f, ok := wgsmtp.FieldByID(field)
	if k == nil || !ok {
		return false
	}
	key, isKey := strings.CutPrefix(f.Setting, "$wgSMTP['")
	key = strings.TrimSuffix(key, "']")
	if strings.HasPrefix(field, "secret") {
		key, isKey = "password", true
	}
	switch {
	case field == "tls" && (k.keeps("starttls") || k.keeps("host")):
		return true
	case isKey, field == "tls", field == "transport":
		if k.has("wgSMTP") {
			return true
		}
	}
	if isKey {
		return k.keeps(key)
	}
	return k.has(strings.TrimPrefix(f.Setting, "$"))
}

// has tells that a variable, named without "$", is kept.
func (k *Kept) has(name string) bool {
	return k != nil && slices.ContainsFunc(k.Vars, func(v Setting) bool { return v.Name == name })
}

func (k *Kept) keeps(key string) bool {
	is := php.StringKey(key)
	return slices.ContainsFunc(k.SMTP, func(e php.Entry) bool { return e.Key == is }) || slices.Contains(k.Without, is)
}

// Keep is what is to be kept of s beside c, which is ToConfig of s.
func Keep(s *Settings, c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier) *Kept {
	k := &Kept{}
	printed := Of(c, r, p)
	for _, v := range s.All() {
		if v.Name == "wgSMTP" || v.Name == Extensions || !isMail(v.Name) {
			continue
		}
		now, ok := printed.Get(v.Name)
		if !ok {
			now, _ = defaultOf(v.Name, r)
		}
		if !now.Identical(v.Value) {
			k.Vars = append(k.Vars, Setting{Name: v.Name, Value: v.Value})
		}
	}
	for _, d := range mailSettings {
		// What the settings leave to MediaWiki's default is not set.
		if _, ok := s.Get(d.name); ok {
			continue
		}
		if now, ok := printed.Get(d.name); ok && !now.Identical(s.Effective(d.name, r)) && d.flag != nil {
			k.Vars = append(k.Vars, Setting{Name: d.name, Value: s.Effective(d.name, r)})
		}
	}
	smtp := s.Effective("wgSMTP", r)
	now, _ := printed.Get("wgSMTP")
	switch {
	case c.Transport == wgsmtp.TransportExtension:
	case smtp.Kind != php.Array:
		if !smtp.Identical(now) {
			k.Vars = append(k.Vars, Setting{Name: "wgSMTP", Value: smtp})
		}
	default:
		for _, e := range smtp.Array {
			if v, ok := now.At(e.Key); !ok || !v.Identical(e.Value) {
				k.SMTP = append(k.SMTP, e)
			}
		}
		for _, e := range now.Array {
			if _, ok := smtp.At(e.Key); !ok {
				k.Without = append(k.Without, e.Key)
			}
		}
	}
	return k
}

// isMail tells that a variable belongs to the block.
func isMail(name string) bool {
	switch name {
	case "wgSMTP", "wgAdditionalMailParams", "wgPasswordSenderName":
		return true
	}
	return slices.ContainsFunc(mailSettings[:], func(d setting) bool { return d.name == name })
}

// IsMail tells that a variable, without "$", is one that the block sets.
func IsMail(name string) bool { return isMail(name) }

// Drop forgets what is kept of the setting that a field decides, once the
// field is changed.
func (k *Kept) Drop(field string) {
	f, ok := wgsmtp.FieldByID(field)
	if !ok {
		return
	}
	setting := f.Setting
	if field == "tls" {
		// The scheme in the host and the key starttls.
		k.DropKey("starttls")
	}
	if field == "secret" || field == "secret-style" {
		k.DropKey("password")
	}
	if field == "auth" {
		for _, key := range []string{"username", "password", "starttls"} {
			k.Without = slices.DeleteFunc(k.Without, func(w php.Key) bool { return w == php.StringKey(key) })
		}
	}
	if key, ok := strings.CutPrefix(setting, "$wgSMTP['"); ok {
		key = strings.TrimSuffix(key, "']")
		if key == keptOptions {
			k.reduceOptions()
		}
		k.DropKey(key)
		return
	}
	k.DropVar(strings.TrimPrefix(setting, "$"))
}

// DropKey forgets what is kept of an element of $wgSMTP.
func (k *Kept) DropKey(key string) {
	k.SMTP = slices.DeleteFunc(k.SMTP, func(e php.Entry) bool { return e.Key == php.StringKey(key) })
	k.Without = slices.DeleteFunc(k.Without, func(w php.Key) bool { return w == php.StringKey(key) })
}

// DropVar forgets what is kept of a variable, named without "$".
func (k *Kept) DropVar(name string) {
	k.Vars = slices.DeleteFunc(k.Vars, func(v Setting) bool { return v.Name == name })
}

// reduceOptions keeps of socket_options what no field decides.
func (k *Kept) reduceOptions() {
	i := slices.IndexFunc(k.SMTP, func(e php.Entry) bool { return e.Key == php.StringKey(keptOptions) })
	if i < 0 {
		return
	}
	k.Options = nil
	for _, e := range k.SMTP[i].Value.Array {
		if e.Key == php.StringKey("ssl") && e.Value.Kind == php.Array {
			e.Value.Array = slices.DeleteFunc(slices.Clone(e.Value.Array), func(o php.Entry) bool {
				return slices.Contains(decidedOptions, o.Key.Str)
			})
			if len(e.Value.Array) == 0 {
				continue
			}
		}
		k.Options = append(k.Options, e)
	}
}

// decidedOptions are those that a Config has fields for: tlsOptions.
var decidedOptions = []string{"peer_name", "cafile", "verify_peer", "verify_peer_name", "allow_self_signed"}

// merged is base with the entries of more put in, arrays into arrays.
func merged(base, more []php.Entry) []php.Entry {
	out := slices.Clone(base)
	for _, e := range more {
		i := slices.IndexFunc(out, func(x php.Entry) bool { return x.Key == e.Key })
		switch {
		case i < 0:
			out = append(out, e)
		case out[i].Value.Kind == php.Array && e.Value.Kind == php.Array:
			out[i].Value.Array = merged(out[i].Value.Array, e.Value.Array)
		default:
			out[i].Value = e.Value
		}
	}
	return out
}

// Over puts what is kept into settings, which are Of the Config. k may be nil.
func (k *Kept) Over(s *Settings) {
	if k == nil {
		return
	}
	if smtp, ok := s.Get("wgSMTP"); ok && smtp.Kind == php.Array {
		a := slices.DeleteFunc(slices.Clone(smtp.Array), func(e php.Entry) bool { return slices.Contains(k.Without, e.Key) })
		for _, e := range k.SMTP {
			i := slices.IndexFunc(a, func(x php.Entry) bool { return x.Key == e.Key })
			if i >= 0 {
				a[i].Value = e.Value
			} else {
				a = append(a, e)
			}
		}
		if len(k.Options) > 0 {
			a = merged(a, []php.Entry{php.E(keptOptions, php.A(k.Options...))})
		}
		smtp.Array = a
		s.Set("wgSMTP", smtp)
	}
	for _, v := range k.Vars {
		s.Set(v.Name, v.Value)
	}
}

// rest are the kept variables that no line of the block has.
func (k *Kept) rest(printed func(name string) bool) []Setting {
	if k == nil {
		return nil
	}
	var out []Setting
	for _, v := range k.Vars {
		if !printed(v.Name) {
			out = append(out, v)
		}
	}
	return out
}

// IsSwitch tells that a variable, without "$", is true or false.
func IsSwitch(name string) bool {
	return slices.ContainsFunc(mailSettings[:], func(d setting) bool { return d.name == name && d.flag != nil })
}

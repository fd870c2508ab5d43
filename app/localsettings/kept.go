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
	// Vars are other variables as they stand.
	Vars []Setting
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
		k.DropKey(strings.TrimSuffix(key, "']"))
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

// over puts what is kept into settings.
func (k *Kept) over(s *Settings) {
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

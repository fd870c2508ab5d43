package localsettings

import (
	"slices"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// EmailsenderPage is the pseudo-setting that holds the text of the page
// MediaWiki:Emailsender, which names the sender from 1.23 on.
const EmailsenderPage = "MediaWiki:Emailsender"

// Extensions is the pseudo-setting that lists what wfLoadExtension() loaded.
const Extensions = "wfLoadExtension"

// Settings are configuration variables by name without the dollar sign, in
// the order in which they were first set. The zero value is empty.
type Settings struct {
	vars []Setting
}

// Setting is one variable.
type Setting struct {
	Name  string
	Value php.Value
	Pos   php.Pos // where it was last set; zero if not read from a file
}

// Get is the value of a variable, and whether it was set.
func (s *Settings) Get(name string) (php.Value, bool) {
	for i := range s.vars {
		if s.vars[i].Name == name {
			return s.vars[i].Value, true
		}
	}
	return php.Value{}, false
}

// Pos is where a variable was last set; zero if nowhere in a file.
func (s *Settings) Pos(name string) php.Pos {
	for i := range s.vars {
		if s.vars[i].Name == name {
			return s.vars[i].Pos
		}
	}
	return php.Pos{}
}

// Set sets a variable.
func (s *Settings) Set(name string, v php.Value) { s.SetPos(name, v, php.Pos{}) }

// SetPos sets a variable as read at a place of a file.
func (s *Settings) SetPos(name string, v php.Value, pos php.Pos) {
	for i := range s.vars {
		if s.vars[i].Name == name {
			s.vars[i].Value, s.vars[i].Pos = v, pos
			return
		}
	}
	s.vars = append(s.vars, Setting{name, v, pos})
}

// All are the variables in the order in which they were first set. The caller
// must not change it.
func (s *Settings) All() []Setting { return s.vars }

// Effective is the value that MediaWiki uses: what was set, or the default of
// the release. A variable that neither knows is null.
func (s *Settings) Effective(name string, r *mediawiki.Release) php.Value {
	if v, ok := s.Get(name); ok {
		return v
	}
	v, _ := defaultOf(name, r)
	return v
}

// defaultOf is the release's default as a PHP value.
func defaultOf(name string, r *mediawiki.Release) (v php.Value, known bool) {
	d, known := r.Default(name)
	switch d := d.(type) {
	case bool:
		return php.B(d), known
	case int:
		return php.I(int64(d)), known
	case string:
		return php.S(d), known
	case []string:
		values := make([]php.Value, len(d))
		for i, s := range d {
			values[i] = php.S(s)
		}
		return php.List(values...), known
	}
	return php.Value{}, known
}

// Unset forgets a variable.
func (s *Settings) Unset(name string) {
	s.vars = slices.DeleteFunc(s.vars, func(v Setting) bool { return v.Name == name })
}

// Clone is a copy that can be changed by itself. Values are shared: who
// changes an array copies it first.
func (s *Settings) Clone() *Settings { return &Settings{vars: slices.Clone(s.vars)} }

package mediawiki

// Change is a behaviour that came with some release.
type Change string

// Has tells whether this release has the behaviour.
func (r *Release) Has(c Change) bool { return changes[c].since.Holds(r.Version) }

type change struct {
	since  Since
	about  string
	source string
}

var changes = map[Change]change{}

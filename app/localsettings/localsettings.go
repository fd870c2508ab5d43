// Package localsettings is the meaning of LocalSettings.php: it writes the
// settings that a Config asks for (Emit), and reads what a file sets (Import).
//
// Between the two stands Settings: the values of MediaWiki's configuration
// variables as PHP has them after the file ran. The previews work on Settings
// and not on a Config, because MediaWiki does: 'port' => '587/tls' is a
// setting with an effect, and no Config.
package localsettings

import (
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Settings are configuration variables by name without the dollar sign, in
// the order in which they were first set. The zero value is empty.
type Settings struct {
	vars []variable
}

type variable struct {
	name  string
	value php.Value
	pos   php.Pos // where it was last set; zero if not read from a file
}

// Get is the value of a variable, and whether it was set.
func (s *Settings) Get(name string) (php.Value, bool) {
	for i := range s.vars {
		if s.vars[i].name == name {
			return s.vars[i].value, true
		}
	}
	return php.Value{}, false
}

// Effective is the value that MediaWiki uses: what was set, or the default of
// the release.
func (s *Settings) Effective(name string, r *mediawiki.Release) php.Value {
	panic("later")
}

// Of is what a Config sets: each setting that the block prints, and those of
// the wiki's own that it does not (marked by the caller's Emit). p may be nil.
func Of(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier) *Settings {
	panic("later")
}

// Options steer the look of a block.
type Options struct {
	Tool string // "wgsmtp 1.2.0", for the first line
	Link string // share link for the head comment; "" for none
}

// Block is the text for LocalSettings.php, line by line.
type Block struct {
	Lines []Line
}

// Line is one line of a Block.
type Line struct {
	Tokens []Token  // its text, in order
	Fields []string // ids of wgsmtp fields that decide it
}

// Token is a run of text of one syntactic class.
type Token struct {
	Class Class
	Text  string
}

// Class is a syntactic class, for colours.
type Class string

const (
	ClassComment  Class = "comment"
	ClassVariable Class = "variable"
	ClassString   Class = "string"
	ClassNumber   Class = "number"
	ClassKeyword  Class = "keyword"
	ClassPunct    Class = "punct"
)

// String is the block as text, each line ended by "\n".
func (b Block) String() string { panic("later") }

// Emit prints the settings that are needed, or that differ from the release's
// defaults, in the release's syntax.
func Emit(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier, o Options) Block {
	panic("later")
}

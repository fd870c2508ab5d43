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
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

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

// String is the block as text, each line ended by "\n".
func (b Block) String() string { panic("later") }

// Emit prints the settings that are needed, or that differ from the release's
// defaults, in the release's syntax.
func Emit(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier, o Options) Block {
	panic("later")
}

// Package steps is what to do on the wiki's host once the block is there: for
// this release, carrier and configuration, in order, each with its commands
// and how to see that it worked.
package steps

import (
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Step is one thing to do.
type Step struct {
	ID       string   // stable: "paste", "secret-file", "pear", "carrier-account", "dns", "test", ...
	Title    string   // "Send a test mail"
	Text     string   // one to three sentences
	Commands []string // shell or PHP lines, ready to copy; may be empty
	Language string   // "shell" or "php"
	Verify   string   // how to see that it worked
	Link     string   // documentation; may be empty
}

// For lists the steps in the order in which they are to be done.
func For(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier) []Step {
	panic("later")
}

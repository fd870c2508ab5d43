// The table of releases: one row for each branch, with what changed inside it.
// Adding a release is adding a row (and raising newest in mediawiki.go).
//
// Versions of the bundled stack come from the release's vendor directory
// (vendor/composer/installed.json), the PHP minimum from includes/PHPVersionCheck.php
// or composer.json of the release.

package mediawiki

import "slices"

// stack is what a release bundles, from a patch release on.
type stack struct {
	patch                              int
	mail, netSMTP, netSocket, mailMIME string
	symfonyMailer                      string
}

// branch is one row.
type branch struct {
	minor  int
	newest int // newest known patch release
	lts    bool
	php    string
	engine Engine
	// unproven marks a mail stack that could not be run or read in MediaWiki.
	unproven bool
	stacks   []stack // ascending by patch, the first has patch 0; none: nothing is bundled
	source   string
}

const (
	srcTree   = "release tree: composer.json and vendor/composer/installed.json"
	srcNoPEAR = "release tree: includes/UserMailer.php asks for Mail.php on the include path; nothing in it brings PEAR"
)

// branches in ascending order, without a gap.
var branches = []branch{
	{18, 6, false, "5.2.3", EnginePEAR, false, nil, srcNoPEAR},
	{19, 24, true, "5.2.3", EnginePEAR, false, nil, srcNoPEAR},
	{20, 8, false, "5.3.2", EnginePEAR, false, nil, srcNoPEAR},
	{21, 11, false, "5.3.2", EnginePEAR, false, nil, srcNoPEAR},
	{22, 15, false, "5.3.2", EnginePEAR, false, nil, srcNoPEAR},
	{23, 17, true, "5.3.2", EnginePEAR, false, nil, srcNoPEAR},
	{24, 6, false, "5.3.2", EnginePEAR, false, nil, srcNoPEAR},
	{25, 6, false, "5.3.3", EnginePEAR, false, nil, srcNoPEAR},
	{26, 4, false, "5.3.3", EnginePEAR, false, nil, "release tree: composer.json only suggests pear/mail; includes/mail/UserMailer.php looks for the class, then the include path"},
	{27, 7, true, "5.5.9", EnginePEAR, false, []stack{{0, "1.3.0", "1.7.1", "1.0.14", "1.10.0", ""}}, srcTree + " (T97454)"},
	{28, 3, false, "5.5.9", EnginePEAR, false, []stack{{0, "1.3.0", "1.7.1", "1.0.14", "1.10.0", ""}}, srcTree},
	{29, 3, false, "5.5.9", EnginePEAR, false, []stack{{0, "1.3.0", "1.7.3", "1.1.0", "1.10.0", ""}}, srcTree},
	{30, 2, false, "5.5.9", EnginePEAR, false, []stack{{0, "1.4.1", "1.7.3", "1.2.1", "1.10.1", ""}}, srcTree},
	{31, 16, true, "7.0.0", EnginePEAR, false, []stack{{0, "1.4.1", "1.7.3", "1.2.1", "1.10.2", ""}}, srcTree + " (T200254)"},
	{32, 6, false, "7.0.0", EnginePEAR, false, []stack{{0, "1.4.1", "1.8.0", "1.2.1", "1.10.2", ""}}, srcTree},
	{33, 4, false, "7.0.13", EnginePEAR, false, []stack{{0, "1.4.1", "1.8.1", "1.2.2", "1.10.2", ""}}, srcTree},
	{34, 4, false, "7.2.9", EnginePEAR, false, []stack{{0, "1.4.1", "1.8.1", "1.2.2", "1.10.2", ""}}, srcTree},
	{35, 14, true, "7.3.19", EnginePEAR, false, []stack{{0, "1.4.1", "1.9.1", "1.2.2", "1.10.8", ""}}, srcTree},
	{36, 4, false, "7.3.19", EnginePEAR, false, []stack{{0, "1.4.1", "1.9.2", "1.2.2", "1.10.9", ""}}, srcTree},
	{37, 6, false, "7.3.19", EnginePEAR, false, []stack{{0, "1.4.1", "1.9.2", "1.2.2", "1.10.11", ""}}, srcTree},
	{38, 7, false, "7.3.19", EnginePEAR, false, []stack{{0, "1.4.1", "1.10.0", "1.2.2", "1.10.11", ""}}, srcTree},
	{39, 17, true, "7.4.3", EnginePEAR, false, []stack{
		{0, "1.4.1", "1.10.0", "1.2.2", "1.10.11", ""},
		{1, "1.5.0", "1.10.0", "1.2.2", "1.10.11", ""},
		{5, "1.5.1", "1.10.0", "1.2.2", "1.10.11", ""},
	}, srcTree + " of 1.39.0, 1.39.1, 1.39.5 and 1.39.17 (T326454)"},
	{40, 4, false, "7.4.3", EnginePEAR, false, []stack{
		{0, "1.5.0", "1.10.1", "1.2.2", "1.10.11", ""},
		{1, "1.5.1", "1.10.1", "1.2.2", "1.10.11", ""},
	}, srcTree},
	{41, 5, false, "7.4.3", EnginePEAR, false, []stack{{0, "1.5.1", "1.10.1", "1.2.2", "1.10.11", ""}}, srcTree},
	{42, 7, false, "8.1.0", EnginePEAR, false, []stack{{0, "1.6.0", "1.11.1", "1.2.2", "1.10.12", ""}}, srcTree},
	{43, 6, true, "8.1.0", EnginePEAR, false, []stack{{0, "2.0.0", "1.12.1", "1.2.2", "1.10.12", ""}}, srcTree + "; mediawiki-vendor REL1_43"},
	{44, 3, false, "8.1.0", EnginePEAR, false, []stack{{0, "2.0.0", "1.12.1", "1.2.2", "1.10.12", ""}}, srcTree + "; mediawiki-vendor REL1_44"},
	{45, 1, false, "8.2.0", EnginePEAR, false, []stack{{0, "2.0.0", "1.12.1", "1.2.2", "1.10.12", ""}}, srcTree + "; mediawiki-vendor REL1_45"},
	{46, 0, false, "8.3.0", EnginePEAR, false, []stack{{0, "2.0.0", "1.12.2", "1.2.2", "1.10.12", ""}}, "mediawiki-vendor REL1_46"},
	{47, 0, true, "8.3.0", EngineSymfony, true, []stack{{0, "", "", "", "", "7.4.14"}}, "mediawiki-vendor master, 2026-06-08: pear/mail replaced by symfony/mailer (T428433); MediaWiki's own side not seen"},
}

// shortArraysSince is the branch that needs PHP 5.4, with which "[ ]" came, or
// a later one.
const shortArraysSince = 27

// lookup makes the release. Without patch the newest known is meant.
func lookup(v Version, patch bool) (*Release, error) {
	b := &branches[v.Minor-oldest]
	if !patch {
		v.Patch = b.newest
	}
	r := &Release{
		Version: v, Newest: v.Patch == b.newest, LTS: b.lts, Unproven: b.unproven,
		PHP: b.php, Engine: b.engine, Source: b.source,
	}
	for _, s := range b.stacks {
		if s.patch <= v.Patch {
			r.Mail, r.NetSMTP, r.NetSocket, r.MailMime = s.mail, s.netSMTP, s.netSocket, s.mailMIME
			r.SymfonyMailer = s.symfonyMailer
		}
	}
	return r, nil
}

// All is the newest known release of each branch, newest first.
func All() []*Release {
	out := make([]*Release, 0, len(branches))
	for _, b := range slices.Backward(branches) {
		r, _ := lookup(Version{Minor: b.minor}, false)
		out = append(out, r)
	}
	return out
}

// Newest is the newest release whose mail is proven: what a new wiki would run.
func Newest() *Release {
	for _, r := range All() {
		if !r.Unproven {
			return r
		}
	}
	panic("mediawiki: no proven release in the table")
}

// Name is what Lookup takes for this release: "1.43" for the newest known of
// its branch, "1.43.3" otherwise.
func (r *Release) Name() string {
	if r.Newest {
		return r.Version.Branch()
	}
	return r.Version.String()
}

// Label is the name with what a reader chooses by: "1.43 (LTS)", "1.39.0",
// "1.47 (unproven)".
func (r *Release) Label() string {
	switch {
	case r.Unproven:
		return r.Name() + " (unproven)"
	case r.LTS && r.Newest:
		return r.Name() + " (LTS)"
	default:
		return r.Name()
	}
}

// ShortArrays tells whether every PHP that runs this release understands
// "[ ]" (PHP 5.4); otherwise "array( )" is the safe spelling.
func (r *Release) ShortArrays() bool { return r.Version.Minor >= shortArraysSince }

// Bundled tells whether the release brings its mail stack with it.
func (r *Release) Bundled() bool { return r.Version.Minor >= shortArraysSince }

// Install is the command that installs the mail stack where the release brings
// none ("" where it does). Mail_Mime is for HTML mail only, which 1.21 has as
// the first.
func (r *Release) Install() string {
	switch {
	case r.Bundled():
		return ""
	case r.Has(HTMLMail):
		return "pear install Mail Net_SMTP Mail_Mime"
	default:
		return "pear install Mail Net_SMTP"
	}
}

// Eval is the command, in MediaWiki's directory, that opens the prompt which
// runs PHP lines with the wiki loaded.
func (r *Release) Eval() string {
	if r.Has(RunScript) {
		return "php maintenance/run.php eval"
	}
	return "php maintenance/eval.php"
}

// Script is the command, in MediaWiki's directory, that runs a maintenance
// script, name without ".php".
func (r *Release) Script(name string) string {
	if r.Has(RunScript) {
		return "php maintenance/run.php " + name
	}
	return "php maintenance/" + name + ".php"
}

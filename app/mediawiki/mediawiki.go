// Package mediawiki holds facts about MediaWiki releases, as far as their mail
// is concerned: what they need, what they bundle, their settings' defaults,
// and in which patch release a behaviour changed.
//
// Three tables: releases (one row each, releases.go), changes (behaviours
// with the releases that have them, changes.go) and settings (defaults by
// release, settings.go). Every row names its source.
package mediawiki

import (
	"fmt"
	"strconv"
	"strings"
)

// Version is a full MediaWiki version, 1.Minor.Patch.
type Version struct{ Minor, Patch int }

// String gives "1.43.3".
func (v Version) String() string { return fmt.Sprintf("1.%d.%d", v.Minor, v.Patch) }

// Less orders versions by minor release, then patch.
func (v Version) Less(w Version) bool {
	return v.Minor < w.Minor || v.Minor == w.Minor && v.Patch < w.Patch
}

// Branch gives "1.43".
func (v Version) Branch() string { return fmt.Sprintf("1.%d", v.Minor) }

// Since says from when on a behaviour is there: the versions, in ascending
// order, in which it came, one for each branch it was also brought back to.
// The last one is the branch it came with: every later branch has it.
type Since []Version

// Holds tells whether v has the behaviour.
func (s Since) Holds(v Version) bool {
	for _, w := range s {
		if w.Minor == v.Minor {
			return !v.Less(w)
		}
	}
	return len(s) > 0 && s[len(s)-1].Minor < v.Minor
}

// Engine is the mail stack.
type Engine string

const (
	EnginePEAR    Engine = "pear"    // PEAR Mail, Net_SMTP and Net_Socket
	EngineSymfony Engine = "symfony" // symfony/mailer, from 1.47
)

// Release is one version with what it needs and brings.
type Release struct {
	Version Version
	Newest  bool // the newest known of its branch
	LTS     bool
	// Unproven marks a release whose mail could not be run or read yet: its
	// outputs are offered with a warning.
	Unproven bool

	PHP    string // least PHP version, "8.1.0"
	Engine Engine
	// Versions of the bundled stack; "" where MediaWiki brings none.
	Mail, NetSMTP, NetSocket, MailMime string
	SymfonyMailer                      string // version, where Engine is EngineSymfony
	// Source of the row. Patch releases not named there behave as the nearest older one.
	Source string
}

// Lookup finds a release: "1.43" is its newest known patch release, "1.43.3"
// that one. A patch release newer than the newest known behaves as that one.
func Lookup(name string) (*Release, error) {
	v, patch, err := parse(name)
	if err != nil {
		return nil, err
	}
	return lookup(v, patch)
}

func parse(name string) (v Version, patch bool, err error) {
	parts := strings.Split(strings.TrimSpace(name), ".")
	bad := fmt.Errorf("release %q is not known: use 1.%d to 1.%d, or a full version such as 1.43.3", name, oldest, newest)
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "1" {
		return v, false, bad
	}
	if v.Minor, err = strconv.Atoi(parts[1]); err != nil || v.Minor < oldest || v.Minor > newest {
		return v, false, bad
	}
	if len(parts) == 3 {
		if v.Patch, err = strconv.Atoi(parts[2]); err != nil || v.Patch < 0 {
			return v, false, bad
		}
	}
	return v, len(parts) == 3, nil
}

// The branches covered.
const (
	oldest = 18
	newest = 47
)

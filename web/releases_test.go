package main

import (
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/check"
	"wgsmtp/app/mediawiki"
	"wgsmtp/web/site"
)

func bodyOf(t *testing.T, s *site.Site, name string) string {
	t.Helper()
	f := s.File(name)
	if f == nil {
		t.Fatalf("there is no %s", name)
	}
	b, err := f.Body()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Every branch has a page with what is true of it, and from the newest one
// leads to the next older, down to the oldest.
func TestReleasePages(t *testing.T) {
	s := newSite(t)
	list := bodyOf(t, s, releasesName)
	all := mediawiki.All()
	for i, r := range all {
		name := releaseName(r)
		page := bodyOf(t, s, name)
		if !strings.Contains(list, `href="`+name+`"`) {
			t.Errorf("%s does not lead to %s", releasesName, name)
		}
		if i > 0 != strings.Contains(page, `rel="next"`) || i > 0 && !strings.Contains(page, `href="`+releaseName(all[i-1])+`" rel="next"`) {
			t.Errorf("%s does not lead to the next", name)
		}
		if last := i == len(all)-1; last == strings.Contains(page, `rel="prev"`) || !last && !strings.Contains(page, `href="`+releaseName(all[i+1])+`" rel="prev"`) {
			t.Errorf("%s does not lead to the previous", name)
		}
		if strings.Contains(page, "data-program") || strings.Contains(page, "loader") {
			t.Errorf("%s loads the program", name)
		}
		for _, want := range []string{"Mail in MediaWiki " + r.Version.Branch(), r.PHP + " or later", r.Eval(), "Send a test mail"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s lacks %q", name, want)
			}
		}
		if strings.Contains(page, "shown here") {
			t.Errorf("%s speaks of what is not on it", name)
		}
		if got := strings.Contains(page, "pear install"); got == r.Bundled() {
			t.Errorf("%s: pear install is there: %v", name, got)
		}
		for _, key := range r.SMTPKeys() {
			if !strings.Contains(page, "<code>"+key+"</code>") {
				t.Errorf("%s lacks the key %s", name, key)
			}
		}
	}
	for _, tt := range []struct {
		release, text string
		there         bool
	}{
		{"1.39", "Since 1.39.1", true},
		{"1.39", "maintenance/eval.php", true},
		{"1.43", "maintenance/run.php eval", true},
		{"1.43", "Before 1.43.6: With $wgEnotifUseRealName", true},
		{"1.42", "<code>debug_handler</code> (in", false},
		{"1.41", "<code>debug_handler</code> (in 1.42)", true},
		{"1.45", "<code>$wgEnotifImpersonal</code> gone", true},
		{"1.45", "MediaWiki\\Mail\\UserMailer::send", true},
		{"1.39", `href="./#1;carrier=custom&amp;release=1.39"`, true},
		{"1.47", "not proven", true},
		{"1.46", "not proven", false},
	} {
		if got := strings.Contains(strings.ReplaceAll(bodyOf(t, s, "release-"+tt.release+".html"), "&#39;", "'"), tt.text); got != tt.there {
			t.Errorf("%s: %q is there: %v", tt.release, tt.text, got)
		}
	}
}

// The block of a release is PHP that its page may print: in the spelling of
// the release, and an array with a host.
func TestReleaseBlocks(t *testing.T) {
	for _, b := range mediawiki.Branches() {
		v := viewRelease(b)
		if r := check.Check([]byte("<?php\n"+v.Block), b.Release.Name()); !r.Usable || len(r.NotUnderstood) > 0 {
			t.Errorf("%s: not understood: %v\n%s", b.Release.Version, r.NotUnderstood, v.Block)
		}
		if got := strings.Contains(v.Block, "array("); got == b.Release.ShortArrays() {
			t.Errorf("%s: array( is there: %v", b.Release.Version, got)
		}
		if len(v.Examples) == 0 || len(v.Test) != 1 {
			t.Errorf("%s: %d examples, %d tests", b.Release.Version, len(v.Examples), len(v.Test))
		}
	}
}

// The lines that a page says to copy are those of commands that exist, with
// flags that they take.
func TestLiveTestPage(t *testing.T) {
	page := bodyOf(t, newSite(t), "live-test.html")
	for name, line := range liveTestCommands {
		if !strings.Contains(page, "<code>"+line+"</code>") {
			t.Errorf("the page lacks %q", line)
		}
		words := strings.Fields(line)
		if words[0] != "wgsmtp" {
			continue
		}
		i := slices.IndexFunc(commands, func(c *command) bool { return c.name == words[1] })
		if i < 0 {
			t.Errorf("%s: there is no command %s", name, words[1])
			continue
		}
		for _, w := range words[2:] {
			if strings.HasPrefix(w, "--") && !strings.Contains(commands[i].usage, w) {
				t.Errorf("%s: %s does not take %s", name, words[1], w)
			}
		}
	}
}

package main

import (
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/steps"
	"wgsmtp/app/ui"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/web/site"
)

// releasesName is the page that leads to the releases' pages.
const releasesName = "releases.html"

func releaseName(r *mediawiki.Release) string {
	return "release-" + r.Version.Branch() + ".html"
}

// releasePages are pages to read: one for each branch of releases, and one
// that leads to them.
func releasePages() []site.Page {
	branches := mediawiki.Branches()
	pages := []site.Page{{
		Path: releasesName, Title: "Mail in every MediaWiki release",
		Description: "MediaWiki " + branches[len(branches)-1].Release.Version.Branch() + " to " + branches[0].Release.Version.Branch() +
			": what each release needs to send mail, what it sends it with, and what changed from one to the next.",
		Text: readText("all", branches),
	}}
	for _, b := range branches {
		pages = append(pages, site.Page{
			Path:  releaseName(b.Release),
			Title: "Mail in MediaWiki " + b.Release.Version.Branch() + ": a $wgSMTP block, faults, a test",
			Description: "A complete $wgSMTP block for MediaWiki " + b.Release.Version.Branch() + ", the keys it reads, what must be installed (PHP " + b.Release.PHP +
				" or later; " + sentBy(b.Release) + "), what changed, what goes wrong, and how to test it.",
			Text: func() (template.HTML, error) { return readText("one", viewRelease(b))() }, // viewed when it is made
		})
	}
	return pages
}

// releaseView is what a release's page shows.
type releaseView struct {
	mediawiki.Branch
	Block         string
	Form          template.URL // the start page with the release chosen
	Examples      []string     // what stands in the block for something of one's own
	Keys          []string
	Later         []laterKey
	News          []news
	Settings      []settingNews
	Install, Test []steps.Step
}

// laterKey is a key of $wgSMTP that the release does not read yet.
type laterKey struct{ Key, Since string }

// news are the behaviours that came with one release.
type news struct {
	In      string
	Changes []newsLine
}

type newsLine struct{ About, Source string }

type settingNews struct{ Name, Text string }

func viewRelease(b mediawiki.Branch) releaseView {
	r := b.Release
	state := ui.NewState()
	var err error
	if state.Config, err = wgsmtp.Apply(state.Config, []wgsmtp.Change{{Field: "release", Value: r.Name()}}); err != nil {
		panic(err) // every branch has a name that the field takes
	}
	o := ui.Compute(state)
	v := releaseView{Branch: b, Block: o.Block.String(), Keys: r.SMTPKeys(), Form: "./"}
	if f := state.Fragment(); f != "" {
		v.Form = template.URL("./#" + f) // a template would escape what must stand as it is
	}
	for _, id := range o.Placeholders {
		if f, ok := wgsmtp.FieldByID(id); ok && strings.Contains(v.Block, f.Get(&o.Shown)) {
			v.Examples = append(v.Examples, f.Get(&o.Shown))
		}
	}
	slices.Sort(v.Examples)
	v.Examples = slices.Compact(v.Examples)
	if r.Engine == mediawiki.EnginePEAR {
		for _, later := range slices.Backward(mediawiki.All()) {
			for _, key := range later.SMTPKeys() {
				known := slices.ContainsFunc(v.Later, func(l laterKey) bool { return l.Key == key })
				if later.Engine == r.Engine && !known && !slices.Contains(v.Keys, key) {
					v.Later = append(v.Later, laterKey{key, later.Version.Branch()})
				}
			}
		}
	}
	for _, a := range b.Arrivals() {
		in := a.In.String()
		if last := len(v.News) - 1; last < 0 || v.News[last].In != in {
			v.News = append(v.News, news{In: in})
		}
		last := &v.News[len(v.News)-1]
		last.Changes = append(last.Changes, newsLine{capital(a.Change.About()), a.Change.Source()})
	}
	for _, s := range b.Settings() {
		text := "now " + phpValue(s.Is) + ", before " + phpValue(s.Was)
		switch {
		case !s.Had:
			text = "new, " + phpValue(s.Is) + " by default"
		case !s.Has:
			text = "gone; it was " + phpValue(s.Was) + " by default"
		}
		v.Settings = append(v.Settings, settingNews{"$" + s.Name, text})
	}
	for _, s := range o.Steps {
		switch s.ID {
		case "pear", "openssl":
			v.Install = append(v.Install, s)
		case "test":
			s.Verify = strings.Replace(s.Verify, " with the headers shown here", "", 1) // there are none on this page
			v.Test = append(v.Test, s)
		}
	}
	return v
}

// capital begins a sentence with a capital, unless its first word is a name,
// such as mail() or symfony/mailer.
func capital(s string) string {
	first, _, _ := strings.Cut(s, " ")
	if strings.ContainsFunc(first, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// phpValue is a setting's default as LocalSettings.php would say it.
func phpValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case string:
		return php.Quote(v)
	case []string:
		if len(v) == 0 {
			return "[]"
		}
	}
	panic(fmt.Sprintf("a default of the type %T", v))
}

// sentBy is the mail stack in words.
func sentBy(r *mediawiki.Release) string {
	switch {
	case r.Engine == mediawiki.EngineSymfony:
		return "symfony/mailer " + r.SymfonyMailer
	case !r.Bundled():
		return "PEAR Mail, which it does not bring"
	}
	return "PEAR Mail " + r.Mail + ", which it brings"
}

// What the templates ask.

func (v releaseView) Lead() string {
	r := v.Release
	out := "The newest release of this branch that is known here is " + r.Version.String()
	if r.LTS {
		out += "; it is one with long-term support"
	}
	out += ". "
	if v.Before != nil && len(v.News) == 0 && len(v.Settings) == 0 {
		return out + "About mail it is as " + v.Before.Version.Branch() + "."
	}
	return out + "What it reads, needs and sends with, and what is different from other releases."
}

func (v releaseView) Stack() []string {
	r := v.Release
	if r.Engine == mediawiki.EngineSymfony {
		return []string{"symfony/mailer " + r.SymfonyMailer + ", which it brings"}
	}
	if !r.Bundled() {
		return []string{"PEAR Mail, Net_SMTP and Net_Socket, from the host's own PEAR"}
	}
	return []string{"PEAR Mail " + r.Mail, "Net_SMTP " + r.NetSMTP, "Net_Socket " + r.NetSocket, "Mail_Mime " + r.MailMime + "; the release brings them all"}
}

func (v releaseView) Changed() []string {
	if v.Before == nil {
		return nil
	}
	var out []string
	differ := func(what, before, now string) {
		switch {
		case before == now:
		case before == "":
			out = append(out, what+" "+now+" comes with the release")
		case now == "":
			out = append(out, what+" is no longer there")
		default:
			out = append(out, what+" "+now+", before "+before)
		}
	}
	a, b := v.Before, v.Release
	differ("At least PHP", a.PHP, b.PHP)
	differ("PEAR Mail", a.Mail, b.Mail)
	differ("Net_SMTP", a.NetSMTP, b.NetSMTP)
	differ("Net_Socket", a.NetSocket, b.NetSocket)
	differ("Mail_Mime", a.MailMime, b.MailMime)
	differ("symfony/mailer", a.SymfonyMailer, b.SymfonyMailer)
	return out
}

// Same tells that nothing is known to differ from the branch before.
func (v releaseView) Same() bool {
	return v.Before != nil && len(v.News)+len(v.Settings)+len(v.Changed()) == 0
}

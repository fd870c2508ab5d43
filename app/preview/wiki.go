package preview

import (
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// wiki is a running wiki: its settings and its release.
type wiki struct {
	s    *localsettings.Settings
	r    *mediawiki.Release
	host Host
	in   *Inputs

	off bool // $wgEnableEmail is false, and it forces other settings
}

func newWiki(s *localsettings.Settings, r *mediawiki.Release, h Host, in *Inputs) *wiki {
	if s == nil {
		s = new(localsettings.Settings)
	}
	w := &wiki{s: s, r: r, host: h, in: in}
	w.off = r.Has(mediawiki.FeaturesForcedOff) && !w.val("wgEnableEmail").Truthy()
	return w
}

// forcedOff are the settings that Setup.php switches off without $wgEnableEmail
// (T65678).
var forcedOff = map[string]bool{
	"wgAllowHTMLEmail": true, "wgEmailAuthentication": true, "wgEnableUserEmail": true,
	"wgEnotifFromEditor": true, "wgEnotifImpersonal": true, "wgEnotifMinorEdits": true,
	"wgEnotifRevealEditorAddress": true, "wgEnotifUseRealName": true, "wgEnotifUserTalk": true,
	"wgEnotifWatchlist": true, "wgUserEmailUseReplyTo": true,
}

// val is what MediaWiki has in a setting, name without "$".
func (w *wiki) val(name string) php.Value {
	if w.off && forcedOff[name] {
		return php.B(false)
	}
	return w.s.Effective(name, w.r)
}

func (w *wiki) on(name string) bool { return w.val(name).Truthy() }

// passwordSender is $wgPasswordSender once the wiki has started. Up to 1.22 the
// default is made before LocalSettings.php runs, of the name under which the
// visitor called the wiki; that is normally the host of $wgServer too.
func (w *wiki) passwordSender() string {
	v := w.val("wgPasswordSender")
	if v.Truthy() || v.Kind == php.String && !w.r.Has(mediawiki.EmptySenderDefault) {
		return v.ToString()
	}
	return "apache@" + w.serverName()
}

// noReplyAddress is $wgNoReplyAddress once the wiki has started.
func (w *wiki) noReplyAddress() string {
	v := w.val("wgNoReplyAddress")
	if v.Truthy() || !w.r.Has(mediawiki.NoReplyDefault) {
		return v.ToString()
	}
	return w.passwordSender()
}

// itself is the wiki as a sender.
func (w *wiki) itself() Person {
	name := w.in.SenderName
	if v, ok := w.s.Get(localsettings.EmailsenderPage); ok && name == "" {
		name = strings.ReplaceAll(v.ToString(), siteName, inMessage(w.sitename()))
	}
	switch {
	case !w.r.Has(mediawiki.SenderFromMessage):
		name = w.val("wgPasswordSenderName").ToString()
	case name == "":
		name = inMessage(w.sitename()) // MediaWiki:Emailsender is {{SITENAME}}
	}
	return Person{Name: name, Email: w.passwordSender()}
}

// inMessage is what a {{...}} of this value becomes in a message. The parser
// puts what looks like the beginning of a list or table on a line of its own
// (Parser::braceSubstitution, T2529), and so breaks headers.
func inMessage(value string) string {
	if value != "" && strings.IndexByte(":;#*", value[0]) >= 0 || strings.HasPrefix(value, "{|") {
		return "\n" + value
	}
	return value
}

func (w *wiki) sitename() string { return w.val("wgSitename").ToString() }

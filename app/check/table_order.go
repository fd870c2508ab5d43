// Order and place.

package check

import (
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
	"wgsmtp/providers"
)

// mailers are extensions that take the mail over from $wgSMTP by the hook
// AlternateUserMailer.
var mailers = map[string]bool{
	"Mailgun": true, "SendGrid": true, "SwiftMailer": true, "SES": true, "AmazonSES": true, "AWSSES": true, "EmailNotifications": true,
	"Mandrill": true, "PostmarkMailer": true, "SparkPost": true,
}

func isMailer(name string) bool {
	if mailers[name] {
		return true
	}
	return slices.ContainsFunc(providers.All(), func(p *providers.Carrier) bool { return p.Extension != nil && p.Extension.Name == name })
}

// wholes are the assignments of $wgSMTP as a whole.
func (f *facts) wholes() []localsettings.Write {
	return slices.DeleteFunc(slices.Clone(f.writes), func(w localsettings.Write) bool { return w.Name != "wgSMTP" || len(w.Path) > 0 })
}

// lost visits the elements of $wgSMTP that are set before the whole is.
func (f *facts) lost(each func(w, last *localsettings.Write)) {
	whole := f.wholes()
	if len(whole) == 0 {
		return
	}
	n := 0
	for i := range f.writes {
		w := &f.writes[i]
		if w.Name == "wgSMTP" {
			if n++; len(w.Path) == 0 || n > maxElements {
				return
			}
			each(w, &whole[len(whole)-1])
		}
	}
}

// valueOf is what an expression gives by itself.
func valueOf(x php.Expr) (php.Value, bool) {
	s := php.Scope{Unset: func(v *php.Variable) (php.Value, bool) { return php.Sym("$" + v.Name), true }}
	v, err := s.Eval(x)
	return v, err == nil
}

var orderRules = []Rule{
	{
		ID: "smtp-twice", Severity: rules.Warning,
		Message: "This $wgSMTP replaces the one in line {detail}, whose keys are lost.",
		Why:     "An assignment sets the whole array anew; what stood there before is not merged.",
		Fix:     "Take one of the two out, or set single keys: $wgSMTP['port'] = 587;",
		Source:  srcManual + "; https://www.php.net/manual/en/language.types.array.php",
		find: func(f *facts, at func(hit)) {
			before := 0 // line of the array before
			for _, w := range f.wholes() {
				if !w.Array {
					continue
				}
				if before > 0 {
					at(hit{pos: w.Pos, detail: php.I(int64(before)).ToString()})
				}
				before = w.Pos.Line
			}
		},
		printed: true,
	},
	{
		ID: "smtp-key-lost", Severity: rules.Error,
		Message: "This key is lost, for line {detail} sets the whole $wgSMTP after it.",
		Why:     "An assignment sets the whole array anew.",
		Fix:     "Move the line behind it",
		Source:  "https://www.php.net/manual/en/language.types.array.php",
		find: func(f *facts, at func(hit)) {
			f.lost(func(w, last *localsettings.Write) {
				at(hit{pos: w.Pos, detail: php.I(int64(last.Pos.Line)).ToString()})
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.lost(func(w, _ *localsettings.Write) {
				if len(w.Path) != 1 || w.Path[0] == "-1" {
					return
				}
				if v, ok := valueOf(w.Expr); ok {
					set(s, w.Path[0], v)
				}
			})
		},
	},
	{
		ID: "mailer-replaced", Severity: rules.Warning,
		Message: "MediaWiki does not use $wgSMTP here, for the extension {detail} takes the mail over, before or behind it alike.",
		Why:     "Extensions that answer the hook AlternateUserMailer are asked first, wherever the line that loads them stands.",
		Fix:     "Take the extension out to use $wgSMTP, or $wgSMTP to use the extension",
		Source:  srcHook,
		find: func(f *facts, at func(hit)) {
			if _, ok := f.smtp(); !ok || !f.release.Has(mediawiki.AlternateMailer) {
				return
			}
			for _, l := range f.file.Loads {
				if isMailer(l.Name) && l.Name != "SwiftMailer" {
					at(hit{pos: f.at("wgSMTP"), detail: l.Name + ", loaded in line " + php.I(int64(l.Pos.Line)).ToString() + ","})
				}
			}
		},
	},
	{
		ID: "mailer-swift", Severity: rules.Warning,
		Message: "The extension SwiftMailer reads $wgSMTP in its own way: encryption comes from $wgSMTPAuthenticationMethod, not from ssl:// before the host.",
		Why:     "It takes the mail over by the hook AlternateUserMailer; the library that it brings is no longer maintained.",
		Fix:     "Take the extension out: MediaWiki itself speaks TLS",
		Source:  "https://www.mediawiki.org/wiki/Extension:SwiftMailer",
		find: func(f *facts, at func(hit)) {
			for _, l := range f.file.Loads {
				if l.Name == "SwiftMailer" {
					at(hit{pos: l.Pos})
				}
			}
		},
		asked: true,
		lines: true,
	},
	{
		ID: "defaults-after", Severity: rules.Error,
		Message: "What is set before this line is lost: MediaWiki's defaults are read here again.",
		Why:     "DefaultSettings.php sets every setting; MediaWiki reads it before LocalSettings.php by itself.",
		Fix:     "Take the line out",
		Source:  "includes/DefaultSettings.php; https://www.mediawiki.org/wiki/Manual:DefaultSettings.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.notes {
				if p.Kind == localsettings.KindInclude && strings.Contains(p.Reason, "defaults") {
					at(hit{pos: p.Pos})
				}
			}
		},
		lines: true,
	},
	{
		ID: "mail-off-with-server", Severity: rules.Error,
		Message: "MediaWiki sends no mail at all, for $wgEnableEmail is false; $wgSMTP has no effect.",
		Why:     "The two contradict each other: one names a server, the other switches mail off.",
		Fix:     "Write $wgEnableEmail = true;",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgEnableEmail",
		instead: []string{"email-off", "email-off-alone"},
		find: func(f *facts, at func(hit)) {
			v, set := f.Get("wgEnableEmail")
			if _, ok := f.smtp(); ok && set && v.IsConst() && !v.Truthy() {
				at(hit{pos: f.at("wgEnableEmail")})
			}
		},
		mend: func(f *facts, s *localsettings.Settings) {
			if v, set := s.Get("wgEnableEmail"); set && v.IsConst() && !v.Truthy() {
				change(s, []string{"wgEnableEmail"}, php.B(true))
			}
		},
	},
	{
		ID: "login-without-auth", Severity: rules.Warning,
		Message: "MediaWiki does not log in, for 'auth' {detail}; the user name and the password are not used.",
		Why:     "Only 'auth' => true, or the name of a mechanism, makes it log in.",
		Fix:     "Write 'auth' => true, or take the user name and the password out",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			if what, pos, ok := f.idleLogin(); ok {
				at(hit{pos: pos, detail: what})
			}
		},
		mend: func(f *facts, s *localsettings.Settings) {
			if _, _, ok := f.idleLogin(); ok {
				set(s, "auth", php.B(true))
			}
		},
	},
}

// idleLogin tells that there are user name and password, and no login.
func (f *facts) idleLogin() (what string, pos php.Pos, ok bool) {
	smtp, _ := f.smtp()
	user, _ := smtp.Get("username")
	pass, _ := smtp.Get("password")
	auth, there := smtp.Get("auth")
	if !user.Truthy() || !pass.Truthy() || auth.Truthy() {
		return "", pos, false
	}
	if host, _ := smtp.Get("host"); host.Kind == php.String && isLocal(host.Str) {
		return "", pos, false
	}
	for _, e := range smtp.Array {
		if !e.Key.IsInt && e.Key.Str != "auth" && likely(e.Key.Str, []string{"auth"}) == "auth" {
			return "", pos, false // misspelt, which is said
		}
	}
	if !there {
		return "is missing", f.at("wgSMTP", "username"), true
	}
	return "is " + php.Printer{}.Source(auth), f.at("wgSMTP", "auth"), true
}

func isLocal(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || host == "::1" || host == "[::1]"
}

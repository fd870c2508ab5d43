// What was noted while the text was read, and what was concluded from it.

package check

import (
	"strconv"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

// noted finds the notes of a kind.
func noted(kind localsettings.Kind) func(*facts, func(hit)) {
	return func(f *facts, at func(hit)) {
		for _, p := range f.notes {
			if p.Kind == kind {
				at(hit{pos: p.Pos, detail: sentence(p.Reason)})
			}
		}
	}
}

func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

const srcUndefined = "https://www.php.net/manual/en/migration80.incompatible.php"

var textRules = []Rule{
	{
		ID: "word-without-quotes", Severity: rules.Error,
		Message: "{detail}",
		Why:     "PHP takes a word without quotes for a constant, and from PHP 8 on an unknown one is an error that stops the whole wiki.",
		Fix:     "Put the word in quotes, or define the constant",
		Source:  srcUndefined,
		find:    noted(localsettings.KindWord),
		printed: true, // keys of $wgSMTP are read as text
		asked:   true,
		mend: func(f *facts, s *localsettings.Settings) {
			f.symbolic(func(path []string, v php.Value) {
				if php.IsName(v.Str) && !localsettings.KnownConstant(v.Str) {
					change(s, path, php.S(v.Str))
				}
			})
		},
	},
	{
		ID: "variable-unset", Severity: rules.Warning,
		Message: "{detail}",
		Why:     "An empty value stands in its place, and PHP 8 warns.",
		Fix:     "Set the variable before, or write the text in single quotes",
		Source:  "https://www.php.net/manual/en/language.variables.basics.php",
		find:    noted(localsettings.KindUnset),
	},
	{
		ID: "variable-unknown", Severity: rules.Hint,
		Message: "{detail}",
		Why:     "Only what is in the text can be checked.",
		Source:  "https://www.php.net/manual/en/function.include.php",
		find:    noted(localsettings.KindUnknown),
	},
	{
		ID: "compared-not-set", Severity: rules.Error,
		Message: "{detail}",
		Why:     "The line is valid PHP without any effect.",
		Fix:     "Write = in the place of ==",
		Source:  "https://www.php.net/manual/en/language.operators.assignment.php",
		find:    noted(localsettings.KindCompare),
		lines:   true,
		mend: func(f *facts, s *localsettings.Settings) {
			for _, w := range f.file.Compared {
				v, ok := valueOf(w.Expr)
				switch {
				case !ok:
				case len(w.Path) == 0:
					s.SetPos(w.Name, v, w.Pos)
				case len(w.Path) == 1 && w.Name == "wgSMTP":
					set(s, w.Path[0], v)
				}
			}
		},
	},
	{
		ID: "value-refused", Severity: rules.Error,
		Message: "PHP stops at this value: {detail}",
		Why:     "An error in LocalSettings.php stops the whole wiki, not mail alone. \"true/false\" in an example means one of the two.",
		Fix:     "Write one value: true or false",
		Source:  "https://www.php.net/manual/en/class.divisionbyzeroerror.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.file.Problems {
				if p.Reason == "division by zero" {
					at(hit{pos: p.Pos, detail: "it divides by zero."})
				}
			}
		},
		// The example of a manual as it stands: whoever gives a login wants it.
		mend: func(f *facts, s *localsettings.Settings) {
			f.switches(func(path []string, v php.Value) {
				src := strings.ToLower(strings.ReplaceAll(v.Str, " ", ""))
				if v.Kind == php.Symbolic && (src == "true/false" || src == "false/true") {
					change(s, path, php.B(true))
				}
			})
		},
	},
	{
		ID: "php-broken", Severity: rules.Error,
		Message: "PHP does not run the text as it was pasted: {detail}",
		Why:     "An error in LocalSettings.php stops the whole wiki; if your file does not have it, copying made it.",
		Fix:     "Take the mended block, or mend the line",
		Source:  "https://www.php.net/manual/en/language.basic-syntax.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.notes {
				if p.Kind == localsettings.KindMended && isSyntax(p.Reason) {
					at(hit{pos: p.Pos, detail: p.Reason + "."})
				}
			}
		},
		printed: true,
	},
	{
		ID: "read-as-meant", Severity: rules.Hint,
		Message: "{detail}",
		Why:     "That is what surrounds settings where they are copied from.",
		Source:  "https://www.mediawiki.org/wiki/Manual:LocalSettings.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.notes {
				if p.Kind == localsettings.KindMended && !isSyntax(p.Reason) {
					at(hit{pos: p.Pos, detail: sentence(p.Reason)})
				}
			}
		},
	},
	{
		ID: "not-understood", Severity: rules.Warning,
		Message: "This place was not understood, so what it sets is not checked: {detail}",
		Why:     "Only settings that are written down as such are followed here.",
		Source:  "https://www.php.net/manual/en/langref.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.file.Problems {
				if p.Kind == localsettings.KindOutside && p.Reason != "division by zero" {
					at(hit{pos: p.Pos, detail: p.Reason + "."})
				}
			}
		},
	},
	{
		ID: "array-long", Severity: rules.Warning,
		Message: "$wgSMTP has {detail} elements in one array: the first 500 are checked, and none is mended.",
		Why:     "MediaWiki reads about a dozen; so many are no mail settings.",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			if n := f.long(); n > maxElements {
				at(hit{pos: f.at("wgSMTP"), detail: strconv.Itoa(n)})
			}
		},
	},
	{
		ID: "if-undecided", Severity: rules.Hint,
		Message: "{detail}",
		Why:     "Both ways are checked.",
		Source:  "https://www.php.net/manual/en/control-structures.if.php",
		find:    noted(localsettings.KindBranch),
	},
	{
		ID: "file-not-pasted", Severity: rules.Hint,
		Message: "{detail}",
		Why:     "Only what is in the text can be checked.",
		Source:  "https://www.php.net/manual/en/function.include.php",
		find: func(f *facts, at func(hit)) {
			for _, p := range f.notes {
				if p.Kind == localsettings.KindInclude && !strings.Contains(p.Reason, "defaults") {
					at(hit{pos: p.Pos, detail: sentence(p.Reason)})
				}
			}
		},
	},
	{
		ID: "file-ends", Severity: rules.Warning,
		Message: "{detail}",
		Why:     "exit and die end the script, and with it the wiki's page.",
		Fix:     "Take the line out",
		Source:  "https://www.php.net/manual/en/function.exit.php",
		find:    noted(localsettings.KindExit),
	},
	{
		ID: "release-taken", Severity: rules.Hint,
		Message: "Checked as MediaWiki {detail}.",
		Why:     "What is right depends on the release; Special:Version of the wiki names it.",
		Source:  "https://www.mediawiki.org/wiki/Help:Special:Version",
		find: func(f *facts, at func(hit)) {
			if f.from.reason != "" {
				at(hit{pos: f.from.pos, detail: f.release.Name() + ": " + f.from.reason})
			}
		},
	},
	{
		ID: "release-unknown", Severity: rules.Warning,
		Message: "The release that was asked for is not known here; the check is for {detail}.",
		Why:     "Known are the releases from 1.18 on.",
		Source:  "https://www.mediawiki.org/wiki/Version_lifecycle",
		find: func(f *facts, at func(hit)) {
			if f.from.wrong {
				at(hit{pos: php.Pos{Line: 1, Col: 1}, detail: f.release.Name()})
			}
		},
	},
	{
		ID: "carrier-taken", Severity: rules.Hint,
		Message: "The server belongs to {detail}, whose own rules are checked, too.",
		Why:     "The host tells the carrier.",
		Source:  "the carrier's documentation",
		find: func(f *facts, at func(hit)) {
			c, _, carrier := configOf(f.Settings, f.release)
			if carrier.ID != "custom" && c.Transport == wgsmtp.TransportSMTP {
				at(hit{pos: f.at("wgSMTP", "host"), detail: carrier.Name})
			}
		},
	},
	{
		ID: "piece-only", Severity: rules.Hint,
		Message: "This is a piece of LocalSettings.php: settings that are not in it are not checked.",
		Why:     "They may stand elsewhere in the file.",
		Source:  "https://www.mediawiki.org/wiki/Manual:LocalSettings.php",
		find: func(f *facts, at func(hit)) {
			if !f.whole {
				at(hit{pos: php.Pos{Line: 1, Col: 1}})
			}
		},
	},
}

// isSyntax tells mends of what PHP would stop at from those of what surrounds
// a text.
func isSyntax(reason string) bool {
	return strings.HasSuffix(reason, ": read as if that were right") || strings.HasPrefix(reason, "typographic") || strings.Contains(reason, "$ before the name") || strings.HasPrefix(reason, "the text was UTF-16") || strings.HasPrefix(reason, "the beginning, ")
}

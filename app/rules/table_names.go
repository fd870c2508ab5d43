// Names that break the mail, by release.

package rules

import (
	"strings"

	"wgsmtp/app/wgsmtp"
)

// tameName is the name without what the parser trips over, and no longer than
// a name can reasonably be.
func tameName(v *view) string {
	name := v.name
	if len(name) > 200 {
		name = strings.ToValidUTF8(name[:200], "")
	}
	s := strings.Map(func(r rune) rune {
		switch r {
		case '"', '<', '>', '(', ')', '[', ']', ';', '@', ',', '.', '\\', '=':
			return ' '
		}
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name)
	return strings.Join(strings.Fields(s), " ")
}

// fixName sets the sender's name and leaves the wiki's as it is.
func fixName(v *view) []wgsmtp.Change {
	s := tameName(v)
	if s == "" || nameFault(v, s) != "" {
		return nil
	}
	return one("sender-name", s)
}

var nameRules = []Rule{
	{
		ID: "name-refused", Severity: Error, Fields: []string{"sender-name", "sitename"},
		Title:    "A sender's name that the mail stack refuses",
		Message:  "Every mail will fail in MediaWiki {release} because of the sender's name {name}, with \"Validation failed for:\" or \"Invalid address spec.\".",
		Why:      "{detail}",
		FixLabel: "Send as {new}",
		Source:   "T344912; T191931; UserMailer::quotedPrintable() and " + srcRFC822,
		holds:    func(v *view) bool { return smtp(v) && nameFault(v, v.name) == nameRefused },
		detail: func(v *view) string {
			if encoded(v.name) {
				return "Letters beyond ASCII make it an encoded word, and what stands in that is parsed once more: quotes, < > [ ] ; @, a parenthesis without its pair and, before 1.39.6, 1.40.2 and 1.41, a full stop are refused."
			}
			return "Up to 1.30 the name stands without quotes, where quotes, < > [ ] ; @ and a parenthesis without its pair are refused."
		},
		fix: fixName,
	},
	{
		ID: "name-split", Severity: Warning, Fields: []string{"sender-name", "sitename"},
		Title:    "A comma in an encoded sender's name",
		Message:  "Mail from {name} will leave MediaWiki {release} with a From header that receivers read as two addresses.",
		Why:      "The comma stays as it is in the encoded word; 1.39.16, 1.43.6, 1.44.3, 1.45.1 and later encode it.",
		FixLabel: "Send as {new}",
		Source:   "T385403; CVE-2025-67478",
		holds:    func(v *view) bool { return smtp(v) && nameFault(v, v.name) == nameSplit },
		fix:      fixName,
	},
	{
		ID: "name-raw", Severity: Warning, Fields: []string{"sender-name", "sitename"},
		Title:    "An encoded sender's name in quotes",
		Message:  "Receivers will show =?UTF-8?Q?...?= in the place of {name}.",
		Why:      "Up to 1.30 MediaWiki puts quotes around an encoded name with a full stop or a comma, and inside quotes nothing is decoded.",
		FixLabel: "Send as {new}",
		Source:   "T191931; RFC 2047 section 5",
		holds:    func(v *view) bool { return smtp(v) && nameFault(v, v.name) == nameRaw },
		fix:      fixName,
	},
	{
		ID: "name-long", Severity: Hint, Fields: []string{"sender-name", "sitename"},
		Title:   "A very long sender's name",
		Message: "The From header will be longer than the 998 bytes that a line of mail may have.",
		Why:     "MediaWiki does not fold headers, and servers may cut the line or refuse the mail.",
		Source:  "RFC 5322 section 2.1.1",
		holds: func(v *view) bool {
			n := len(v.name)
			if encoded(v.name) {
				for i := range len(v.name) {
					if c := v.name[i]; c >= 0x7f || c <= ' ' || c == '=' || c == '?' || c == '_' || c == '.' || c == ',' {
						n += 2
					}
				}
			}
			return n+len(v.PasswordSender) > 960
		},
	},
	{
		ID: "name-missing", Severity: Hint, Fields: []string{"sitename"},
		Title:   "No name of the wiki",
		Message: "The previews show the sender without a name.",
		Why:     "MediaWiki writes the wiki's name beside the sender's address; fill it in as in LocalSettings.php.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgSitename",
		holds:   func(v *view) bool { return v.name == "" },
	},
}

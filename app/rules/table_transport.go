// The ways without $wgSMTP: PHP's mail(), and an extension that uses the
// carrier's HTTP API.

package rules

import (
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

func viaMail(v *view) bool      { return v.Transport == wgsmtp.TransportMail }
func viaExtension(v *view) bool { return v.Transport == wgsmtp.TransportExtension }

// older tells whether the release is older than "1.41".
func older(r *mediawiki.Release, since string) bool {
	minor, err := strconv.Atoi(strings.TrimPrefix(since, "1."))
	return err == nil && r.Version.Minor < minor
}

var transportRules = []Rule{
	{
		ID: "transport-sender-missing", Severity: Error, Fields: []string{"sender"},
		Title:   "No sender",
		Message: "Fill in the address that the wiki sends from; without it mail comes from apache@{server.host}.",
		Why:     "Hardly a receiver accepts that address, and nobody can answer it.",
		Source:  srcSender,
		holds:   func(v *view) bool { return v.PasswordSender == "" },
	},
	{
		ID: "transport-server-missing", Severity: Error, Fields: []string{"server"},
		Title:   "No address of the wiki",
		Message: "Fill in the address of the wiki, such as https://wiki.example.org.",
		Why:     "Message-ID and the links in the mail are made from it.",
		Source:  srcServer,
		holds:   func(v *view) bool { return v.Server == "" },
	},
	{
		ID: "mail-function", Severity: Hint, Fields: []string{"transport"},
		Title:   "PHP's mail()",
		Message: "MediaWiki hands mail to the sendmail program of its machine and never learns whether it arrived.",
		Why:     "Without SPF, DKIM and a reverse name for that machine much of it lands among spam, and in a container there is no sendmail at all.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgEnableEmail; https://www.php.net/manual/en/function.mail.php",
		holds:   viaMail,
	},
	{
		ID: "mail-params-sender", Severity: Warning, Fields: []string{"mail-params"},
		Title:    "A sender in $wgAdditionalMailParams",
		Message:  "sendmail will get two envelope senders, and which one it takes depends on the program.",
		Why:      "MediaWiki {release} adds -f and the sender itself.",
		FixLabel: "Leave it out",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgAdditionalMailParams; UserMailer::sendInternal()",
		holds: func(v *view) bool {
			return viaMail(v) && v.has(mediawiki.MailEnvelope) && hasOption(v.MailParams, "-f")
		},
		fix: func(v *view) []wgsmtp.Change { return one("mail-params", withoutOption(v.MailParams, "-f")) },
	},
	{
		ID: "mail-name-refused", Severity: Hint, Fields: []string{"sender-name", "sitename"},
		Title:   "A name that sendmail may misread",
		Message: "The sender's name {name} may confuse the mail server of this machine.",
		Why:     "It becomes an encoded word in which one of < > [ ] ; @ or quotes stays as it is.",
		Source:  "RFC 2047 section 5; UserMailer::quotedPrintable()",
		holds:   func(v *view) bool { return viaMail(v) && encoded(v.name) && unparsable(v.name) },
	},
	{
		ID: "extension-none", Severity: Error, Fields: []string{"transport", "carrier"},
		Title:    "No extension for the carrier",
		Message:  "There is no extension that hands the wiki's mail to {carrier}.",
		Why:      "Only SMTP leads there.",
		FixLabel: "Use SMTP",
		Source:   "https://www.mediawiki.org/wiki/Category:Email_extensions",
		holds:    func(v *view) bool { return viaExtension(v) && v.carrier.Extension == nil },
		sets:     []wgsmtp.Change{{Field: "transport", Value: string(wgsmtp.TransportSMTP)}},
	},
	{
		ID: "extension-release", Severity: Error, Fields: []string{"transport", "release"},
		Title:    "The extension needs a newer MediaWiki",
		Message:  "The wiki will not start, because the extension {detail}.",
		Why:      "MediaWiki {release} is older, and extension.json refuses it.",
		FixLabel: "Use SMTP",
		Source:   "the extension's page",
		holds: func(v *view) bool {
			return viaExtension(v) && v.carrier.Extension != nil && older(v.release, v.carrier.Extension.Since)
		},
		detail: func(v *view) string {
			return v.carrier.Extension.Name + " needs MediaWiki " + v.carrier.Extension.Since
		},
		sets: []wgsmtp.Change{{Field: "transport", Value: string(wgsmtp.TransportSMTP)}},
	},
	{
		ID: "extension-key-missing", Severity: Error, Fields: []string{"secret"},
		Title:   "No API key",
		Message: "Fill in the API key of {carrier}, or say where MediaWiki reads it.",
		Why:     "The extension authenticates every request with it.",
		Source:  "the extension's page",
		holds: func(v *view) bool {
			return viaExtension(v) && v.carrier.Extension != nil && v.SecretStyle == wgsmtp.SecretInline && v.Secret == ""
		},
	},
	{
		ID: "extension-domain-missing", Severity: Error, Fields: []string{"api-domain"},
		Title:    "No sending domain",
		Message:  "Fill in the sending domain that is set up with {carrier}.",
		Why:      "It is part of the address that the extension sends its requests to.",
		FixLabel: "Use {new}",
		Source:   "the extension's page",
		holds: func(v *view) bool {
			return viaExtension(v) && v.carrier.Extension != nil && v.carrier.Extension.Domain != "" && v.APIDomain == ""
		},
		fix: func(v *view) []wgsmtp.Change {
			if !fits(v.senderDomain, tagDomain) || isFreemail(v.senderDomain) {
				return nil
			}
			return one("api-domain", v.senderDomain)
		},
	},
	{
		ID: "extension-domain-syntax", Severity: Error, Fields: []string{"api-domain"},
		Title:   "The sending domain is not a domain",
		Message: "{carrier} will answer with 404, for the sending domain is not a domain name.",
		Why:     "It is part of the address that the extension sends its requests to.",
		Source:  "RFC 1123 section 2.1",
		holds: func(v *view) bool {
			return viaExtension(v) && v.APIDomain != "" && !fits(v.APIDomain, tagDomain)
		},
	},
}

// hasOption tells whether a sendmail command line has an option, with its
// argument attached or following.
func hasOption(params, option string) bool {
	for _, p := range strings.Fields(params) {
		if strings.HasPrefix(p, option) {
			return true
		}
	}
	return false
}

func withoutOption(params, option string) string {
	var keep []string
	words := strings.Fields(params)
	for i := 0; i < len(words); i++ {
		if !strings.HasPrefix(words[i], option) {
			keep = append(keep, words[i])
		} else if words[i] == option {
			i++ // its argument
		}
	}
	return strings.Join(keep, " ")
}

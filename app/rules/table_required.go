// What must be filled in.

package rules

import (
	"strings"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const srcManual = "https://www.mediawiki.org/wiki/Manual:$wgSMTP"

// ask is what the carrier says about the host to fill in.
func ask(v *view) string {
	for i := range v.carrier.Hosts {
		if h := &v.carrier.Hosts[i]; h.Ask != "" && (h.Region == v.Region || len(v.carrier.Hosts) == 1) {
			return h.Ask
		}
	}
	return ""
}

// calls says how the carrier names a credential, where it has a name of its
// own for it.
func calls(v *view, label, common string) string {
	if label == "" || strings.EqualFold(label, common) {
		return ""
	}
	return ", which " + carrierName(v.carrier) + " calls \"" + label + "\""
}

var requiredRules = []Rule{
	{
		ID: "host-missing", Severity: Error, Fields: []string{"host"},
		Title:    "No mail server",
		Message:  "Fill in the name of the mail server{detail}.",
		Why:      "With an empty host MediaWiki reports \"Failed to connect to :{port}\" and sends nothing.",
		FixLabel: "Use {new}",
		Source:   srcManual,
		holds:    func(v *view) bool { return v.host == "" },
		detail: func(v *view) string {
			if v.carrier.ID == custom {
				return ""
			}
			d := " of " + carrierName(v.carrier)
			if a := ask(v); a != "" {
				d += " (" + a + ")"
			}
			return d
		},
		fix: func(v *view) []wgsmtp.Change {
			if h := v.carrierHost(); h != "" {
				return one("host", h)
			}
			return nil
		},
	},
	{
		ID: "user-missing", Severity: Error, Fields: []string{"user"},
		Title:    "No user name",
		Message:  "Fill in the user name{detail}.",
		Why:      "MediaWiki logs in with an empty name, and the server refuses it with 535.",
		FixLabel: "Use {new}",
		Source:   srcManual,
		holds:    func(v *view) bool { return v.auths() && v.User == "" },
		detail:   func(v *view) string { return calls(v, v.carrier.User.Label, "user name") },
		fix: func(v *view) []wgsmtp.Change {
			switch {
			case v.carrier.User.Fixed != "":
				return one("user", v.carrier.User.Fixed)
			case v.carrier.User.Kind == "address" && v.PasswordSender != "" && v.carrier.Sender.Rule == providers.SenderLogin &&
				address(v.PasswordSender) == "":
				return one("user", v.PasswordSender)
			}
			return nil
		},
	},
	{
		ID: "secret-missing", Severity: Error, Fields: []string{"secret"},
		Title:   "No password",
		Message: "Fill in the password{detail}, or say where MediaWiki reads it.",
		Why:     "MediaWiki logs in with an empty password, and the server refuses it with 535.",
		Source:  srcManual,
		holds: func(v *view) bool {
			return v.auths() && v.SecretStyle == wgsmtp.SecretInline && v.Secret == ""
		},
		detail: func(v *view) string { return calls(v, v.carrier.Secret.Label, "password") },
	},
	{
		ID: "sender-missing", Severity: Error, Fields: []string{"sender"},
		Title:    "No sender",
		Message:  "Fill in the address that the wiki sends from; without it mail comes from apache@{server.host}.",
		Why:      "Hardly a server accepts that address, and nobody can answer it.",
		FixLabel: "Use {new}",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgPasswordSender",
		holds:    func(v *view) bool { return v.PasswordSender == "" },
		fix: func(v *view) []wgsmtp.Change {
			if v.auths() && v.User != "" && address(v.User) == "" && ascii(v.User) && v.carrier.Sender.Rule == providers.SenderLogin {
				return one("sender", v.User)
			}
			return nil
		},
	},
	{
		ID: "server-missing", Severity: Error, Fields: []string{"server"},
		Title:   "No address of the wiki",
		Message: "Fill in the address of the wiki, such as https://wiki.example.org.",
		Why:     "Message-ID and the links in the mail are made from it, and the previews here too.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgServer",
		holds:   func(v *view) bool { return v.Server == "" },
	},
}

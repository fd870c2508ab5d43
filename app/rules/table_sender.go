// The address the wiki sends from, and the other addresses.

package rules

import (
	"net/netip"
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const (
	srcSender = "https://www.mediawiki.org/wiki/Manual:$wgPasswordSender"
	srcRFC822 = "pear/Mail Mail/RFC822.php, observed with MediaWiki 1.39, 1.43 and 1.45"
)

// named splits "Name <address>".
func named(s string) (name, addr string, ok bool) {
	before, rest, ok := strings.Cut(s, "<")
	if !ok {
		return "", "", false
	}
	addr, _, ok = strings.Cut(rest, ">")
	return strings.Trim(strings.TrimSpace(before), `"`), strings.TrimSpace(addr), ok
}

func plainSender(v *view) bool {
	return v.PasswordSender != "" && !strings.ContainsAny(v.PasswordSender, "<>")
}

// isFreemail: a domain where people get addresses without owning it, which no
// other carrier may send for. Its owner publishes SPF, DKIM and DMARC: what
// other servers send in its name is refused or filed as spam.
func isFreemail(domain string) bool {
	if domain == "" {
		return false
	}
	all := providers.Index()
	for i := range all {
		if slices.Contains(all[i].Domains, domain) {
			return true
		}
	}
	return false
}

// belongs: the address is of one of the carrier's own domains.
func belongs(c *providers.Carrier, domain string) bool { return slices.Contains(c.Domains, domain) }

// localDomain: a domain that exists on this machine or network only.
func localDomain(d string) bool {
	if d == "" {
		return false
	}
	if !strings.Contains(d, ".") {
		return true
	}
	for _, s := range [...]string{".local", ".localhost", ".localdomain", ".internal", ".lan", ".home.arpa", ".invalid", ".test"} {
		if strings.HasSuffix(d, s) {
			return true
		}
	}
	_, err := netip.ParseAddr(d)
	return err == nil
}

// related: one domain is within the other, or both lie within the same one.
// It errs towards related, which costs a hint and nothing else.
func related(a, b string) bool {
	if a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a) {
		return true
	}
	_, pa, _ := strings.Cut(a, ".")
	_, pb, _ := strings.Cut(b, ".")
	return pa != "" && pa == pb && strings.Contains(pa, ".")
}

// accounts are the local parts of accounts that servers run programs under.
var accounts = []string{"apache", "www-data", "nginx", "http", "httpd", "nobody", "root", "www", "wwwrun"}

func foreignFreemail(v *view) bool {
	return plainSender(v) && isFreemail(v.senderDomain) && !belongs(v.carrier, v.senderDomain) &&
		v.carrier.Kind != providers.KindTest && !hostOfDomain(v)
}

// hostOfDomain: the host typed is the freemailer's own, as smtp.gmail.com is
// gmail.com's, whichever carrier is chosen.
func hostOfDomain(v *view) bool {
	return v.senderDomain != "" && strings.HasSuffix("."+v.host, "."+v.senderDomain)
}

func notLogin(v *view) bool {
	return smtp(v) && v.auths() && v.carrier.Sender.Rule == providers.SenderLogin && plainSender(v) && v.User != "" &&
		strings.Contains(v.User, "@") && !strings.EqualFold(v.User, v.PasswordSender)
}

func senderIsUser(v *view) []wgsmtp.Change {
	if address(v.User) != "" || !ascii(v.User) || strings.Contains(v.User, `"`) {
		return nil
	}
	return one("sender", v.User)
}

var senderRules = []Rule{
	{
		ID: "sender-with-name", Severity: Error, Fields: []string{"sender"},
		Title:    "A name inside $wgPasswordSender",
		Message:  "Every mail will fail with \"Validation failed for:\", because the sender holds more than an address.",
		Why:      "MediaWiki puts the wiki's name and angle brackets around $wgPasswordSender itself.",
		FixLabel: "Use the address {detail}",
		Source:   srcSender + "; " + srcRFC822,
		holds:    func(v *view) bool { return strings.ContainsAny(v.PasswordSender, "<>") },
		detail: func(v *view) string {
			_, a, _ := named(v.PasswordSender)
			return cut(a)
		},
		fix: func(v *view) []wgsmtp.Change {
			name, a, ok := named(v.PasswordSender)
			if !ok || a == "" || address(a) != "" || !ascii(a) || strings.Contains(a, `"`) {
				return nil
			}
			c := one("sender", a)
			if name != "" && v.SenderName == "" && name != v.Sitename && nameFault(v, name) == "" {
				c = append(c, wgsmtp.Change{Field: "sender-name", Value: name})
			}
			return c
		},
	},
	{
		ID: "sender-space", Severity: Error, Fields: []string{"sender"},
		Title:    "White space around the sender",
		Message:  "Servers will refuse the sender, for it begins or ends with white space.",
		Why:      "MediaWiki writes $wgPasswordSender into the envelope as it is.",
		FixLabel: "Use {new}",
		Source:   "RFC 5321 section 4.1.2",
		holds: func(v *view) bool {
			return plainSender(v) && strings.TrimSpace(v.PasswordSender) != v.PasswordSender && strings.TrimSpace(v.PasswordSender) != ""
		},
		fix: func(v *view) []wgsmtp.Change { return one("sender", strings.TrimSpace(v.PasswordSender)) },
	},
	{
		ID: "sender-syntax", Severity: Error, Fields: []string{"sender"},
		Title:   "The sender is not an address",
		Message: "Every mail will fail, because the sender is not an address: it {detail}.",
		Why:     "Either MediaWiki's mail stack refuses it with \"Validation failed for:\", or the server refuses it.",
		Source:  srcRFC822 + "; RFC 5321 section 4.1.2",
		holds: func(v *view) bool {
			s := strings.TrimSpace(v.PasswordSender)
			return plainSender(v) && (s == "" || address(s) != "")
		},
		detail: func(v *view) string {
			if strings.TrimSpace(v.PasswordSender) == "" {
				return "holds white space only"
			}
			return address(strings.TrimSpace(v.PasswordSender))
		},
	},
	{
		ID: "sender-non-ascii", Severity: Error, Fields: []string{"sender"},
		Title:   "The sender has letters beyond ASCII",
		Message: "Every mail will fail with \"Validation failed for:\", because {sender} has letters beyond ASCII.",
		Why:     "MediaWiki's mail stack takes ASCII addresses only; write such a domain in its xn-- form.",
		Source:  srcRFC822 + "; RFC 5891",
		holds:   func(v *view) bool { return plainSender(v) && !ascii(v.PasswordSender) },
	},
	{
		ID: "sender-quotes", Severity: Error, Fields: []string{"sender"},
		Title:   "The sender has quotes in it",
		Message: "Mail from {sender} will fail at many servers, because of the quotes.",
		Why:     "MediaWiki's mail stack takes a quoted local part, and many servers and receivers do not.",
		Source:  "RFC 5321 section 4.1.2",
		holds: func(v *view) bool {
			return plainSender(v) && ascii(v.PasswordSender) && strings.Contains(v.PasswordSender, `"`)
		},
	},
	{
		ID: "sender-local-domain", Severity: Error, Fields: []string{"sender"},
		Title:   "A sender that exists on this machine only",
		Message: "Servers will refuse {sender}, for {sender.domain} is no domain on the internet.",
		Why:     "A receiver looks the sender's domain up and refuses mail that could not be answered.",
		Source:  "RFC 5321 section 2.3.5; " + srcSender,
		holds: func(v *view) bool {
			return plainSender(v) && localDomain(v.senderDomain) && address(v.PasswordSender) == "" && ascii(v.PasswordSender) &&
				!strings.Contains(v.PasswordSender, `"`) && v.carrier.Kind != providers.KindTest
		},
	},
	{
		ID: "sender-account", Severity: Warning, Fields: []string{"sender"},
		Title:   "The web server's account as sender",
		Message: "Mail from {sender} is often refused, and answers to it reach nobody.",
		Why:     "That is the account that the web server runs under; it usually has no mailbox.",
		Source:  srcSender + "; T23347",
		holds: func(v *view) bool {
			return plainSender(v) && slices.Contains(accounts, strings.ToLower(v.senderLocal)) && v.carrier.Kind != providers.KindTest
		},
	},
	{
		ID: "sender-rewritten", Severity: Warning, Fields: []string{"sender", "user"},
		Title:    "The carrier replaces the sender",
		Message:  "{carrier} will replace {sender} by the address of the login, unless it is an alias of that account.",
		Why:      "{sender.text}",
		FixLabel: "Send from {new}",
		Source:   srcCarrier,
		holds:    func(v *view) bool { return notLogin(v) && v.carrier.Sender.Rewrites },
		fix:      senderIsUser,
	},
	{
		ID: "sender-not-login", Severity: Warning, Fields: []string{"sender", "user"},
		Title:    "The sender is not the login",
		Message:  "{carrier} will refuse {sender}, unless it is an alias of {user}.",
		Why:      "{sender.text}",
		FixLabel: "Send from {new}",
		Source:   "RFC 6409 section 6.1; " + srcCarrier,
		holds:    func(v *view) bool { return notLogin(v) && !v.carrier.Sender.Rewrites },
		fix:      senderIsUser,
	},
	{
		ID: "sender-freemail", Severity: Warning, Fields: []string{"sender"},
		Title:   "An address of another mail service as sender",
		Message: "Receivers will refuse mail from {sender} or file it as spam, for {carrier} may not send for {sender.domain}.",
		Why:     "The owner of {sender.domain} tells receivers by SPF, DKIM and DMARC which servers send its mail; use an address of a domain of your own.",
		Source:  "RFC 7489; https://support.google.com/a/answer/81126",
		holds:   foreignFreemail,
	},
	{
		ID: "sender-other-domain", Severity: Hint, Fields: []string{"sender"},
		Title:   "The sender's domain is not the wiki's",
		Message: "Mail of {server.host} will come from {sender.domain}, whose SPF and DKIM records must allow {carrier}.",
		Why:     "Filters like it when links in a mail lead to the domain it comes from.",
		Source:  "RFC 7489 section 3.1",
		holds: func(v *view) bool {
			return plainSender(v) && v.serverHost != "" && v.senderDomain != "" && !related(v.senderDomain, v.serverHost) &&
				!isFreemail(v.senderDomain) && !belongs(v.carrier, v.senderDomain) && !localDomain(v.senderDomain) && !localDomain(v.serverHost) &&
				address(v.PasswordSender) == "" && v.carrier.Kind != providers.KindTest
		},
	},
	{
		ID: "line-break", Severity: Error, Fields: []string{"sitename", "sender-name", "id-host", "ehlo-name", "user"},
		Title:    "A line break in a value",
		Message:  "Mail will lose headers or fail, for {detail} holds a line break.",
		Why:      "MediaWiki cuts a header off at a line break, and a server takes the rest of a command for the next one.",
		FixLabel: "Remove it",
		Source:   "RFC 5322 section 2.2; RFC 5321 section 2.3.8; observed with MediaWiki 1.39",
		holds:    func(v *view) bool { return broken(v) != "" },
		detail:   broken,
		fix: func(v *view) []wgsmtp.Change {
			var c []wgsmtp.Change
			for _, f := range lineFields(v) {
				if strings.ContainsAny(f.value, "\r\n\x00") {
					c = append(c, wgsmtp.Change{Field: f.id, Value: strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\x00", "").Replace(f.value))})
				}
			}
			return c
		},
	},
	{
		ID: "no-reply-syntax", Severity: Warning, Fields: []string{"no-reply"},
		Title:    "$wgNoReplyAddress is not an address",
		Message:  "Notifications will carry a Reply-To that mail programs cannot read: it {detail}.",
		Why:      "MediaWiki writes $wgNoReplyAddress into the header as it is.",
		FixLabel: "Let replies go to the sender",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgNoReplyAddress; RFC 5322 section 3.4",
		holds: func(v *view) bool {
			return v.NoReplyAddress != "" && address(v.NoReplyAddress) != ""
		},
		detail: func(v *view) string { return address(v.NoReplyAddress) },
		fix:    noReply,
	},
	{
		ID: "no-reply-not-possible", Severity: Warning, Fields: []string{"no-reply"},
		Title:    "reply@not.possible",
		Message:  "Spam filters count the Reply-To address {detail} against notifications.",
		Why:      "Its domain does not exist; up to 1.26 it was MediaWiki's default.",
		FixLabel: "Let replies go to {new}",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgNoReplyAddress",
		holds: func(v *view) bool {
			return strings.HasSuffix(strings.ToLower(v.NoReplyAddress), "@not.possible") ||
				v.NoReplyAddress == "" && !v.has(mediawiki.NoReplyDefault) && v.EnableEmail && notifies(v)
		},
		detail: func(v *view) string { return label(v.NoReplyAddress, "reply@not.possible") },
		fix: func(v *view) []wgsmtp.Change {
			if v.PasswordSender == "" || address(v.PasswordSender) != "" || strings.HasSuffix(v.senderDomain, "not.possible") {
				return nil
			}
			return one("no-reply", v.PasswordSender)
		},
	},
	{
		ID: "emergency-contact-syntax", Severity: Hint, Fields: []string{"emergency-contact"},
		Title:    "$wgEmergencyContact is not an address",
		Message:  "$wgEmergencyContact will lead nobody to you: it {detail}.",
		Why:      "MediaWiki's own mail does not use it, but extensions and error pages may.",
		FixLabel: "Leave it out",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEmergencyContact",
		holds: func(v *view) bool {
			return v.EmergencyContact != "" && address(v.EmergencyContact) != ""
		},
		detail: func(v *view) string { return address(v.EmergencyContact) },
		sets:   []wgsmtp.Change{{Field: "emergency-contact", Value: ""}},
	},
}

// noReply is the mend of a Reply-To: none, or where the release would then
// take reply@not.possible, the sender.
func noReply(v *view) []wgsmtp.Change {
	if v.has(mediawiki.NoReplyDefault) || v.PasswordSender == "" || address(v.PasswordSender) != "" {
		return one("no-reply", "")
	}
	return one("no-reply", v.PasswordSender)
}

type lineField struct{ id, value, name string }

// lineFields are what goes into a header or a command as it is. The addresses
// have rules of their own.
func lineFields(v *view) [5]lineField {
	return [...]lineField{
		{"sitename", v.Sitename, "the wiki's name"}, {"sender-name", v.SenderName, "the sender's name"}, {"id-host", v.IDHost, "IDHost"},
		{"ehlo-name", v.EHLOName, "the EHLO name"}, {"user", v.User, "the user name"},
	}
}

// broken is the first of them that holds a line break, in words.
func broken(v *view) string {
	for _, f := range lineFields(v) {
		if strings.ContainsAny(f.value, "\r\n\x00") {
			return f.name
		}
	}
	return ""
}

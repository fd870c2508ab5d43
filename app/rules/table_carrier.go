// What the chosen carrier wants.

package rules

import (
	"slices"
	"strings"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

const srcCarrier = "the carrier's documentation"

// hostPattern tells whether a carrier's host, which may hold "{domain}" or
// another word in braces, fits the host.
func hostPattern(pattern, host string) bool {
	before, rest, ok := strings.Cut(strings.ToLower(pattern), "{")
	if !ok {
		return before == host
	}
	_, after, _ := strings.Cut(rest, "}")
	return len(host) > len(before)+len(after) && strings.HasPrefix(host, before) && strings.HasSuffix(host, after)
}

// hostIndex is the place of the host among the carrier's; -1 where it is none
// of them.
func hostIndex(v *view) int {
	return slices.IndexFunc(v.carrier.Hosts, func(h providers.Host) bool { return h.Host != "" && hostPattern(h.Host, v.host) })
}

// fixedHosts: the carrier's hosts are known, nobody has one of their own.
func fixedHosts(v *view) bool {
	return len(v.carrier.Hosts) > 0 && !v.own() && v.carrier.Kind != providers.KindTest &&
		!slices.ContainsFunc(v.carrier.Hosts, func(h providers.Host) bool { return h.Host == "" || h.Ask != "" })
}

func needsName(v *view) bool { return v.carrier.EHLO.NeedsName }

func plainEHLO(v *view) bool {
	return v.EHLOName == "" || strings.EqualFold(v.EHLOName, "localhost") || strings.EqualFold(v.EHLOName, "localhost.localdomain")
}

var carrierRules = []Rule{
	{
		ID: "carrier-unusable", Severity: Error, Fields: []string{"carrier"},
		Title:   "The carrier cannot be used with $wgSMTP",
		Message: "{carrier} cannot carry the wiki's mail.",
		Why:     "{detail}",
		Source:  srcCarrier,
		holds:   func(v *view) bool { return v.carrier.Unusable != nil },
		detail: func(v *view) string {
			return strings.TrimSpace(v.carrier.Unusable.Why + " " + v.carrier.Unusable.Instead)
		},
	},
	{
		ID: "ehlo-refused", Severity: Error, Fields: []string{"ehlo-name"},
		Title:    "The carrier refuses EHLO localhost",
		Message:  "{carrier} will close the connection with 421, for MediaWiki says EHLO {ehlo}.",
		Why:      "The relay wants the client's own name, and MediaWiki's mail stack says \"localhost\" unless told otherwise.",
		FixLabel: "Say {new}",
		Source:   "https://support.google.com/a/answer/2956491; RFC 5321 section 4.1.1.1",
		holds:    func(v *view) bool { return smtp(v) && needsName(v) && plainEHLO(v) },
		fix:      ehloFromServer,
	},
	{
		ID: "ehlo-localhost", Severity: Warning, Fields: []string{"ehlo-name"},
		Title:    "MediaWiki introduces itself as localhost",
		Message:  "MediaWiki will say EHLO {ehlo}, which some servers refuse and spam filters count against the mail.",
		Why:      "EHLO takes the client's full host name; the option 'localhost' of $wgSMTP sets it.",
		FixLabel: "Say {new}",
		Source:   "RFC 5321 section 4.1.1.1; pear/Mail smtp.php, option localhost",
		holds: func(v *view) bool {
			return smtp(v) && v.remote() && !needsName(v) && plainEHLO(v) && v.pear()
		},
		fix: ehloFromServer,
	},
	{
		ID: "ehlo-short", Severity: Warning, Fields: []string{"ehlo-name"},
		Title:    "An EHLO name without a domain",
		Message:  "Servers that look the name up will refuse EHLO {ehlo} with \"Helo command rejected: Host not found\" or a like reply.",
		Why:      "EHLO takes a full host name that can be looked up, such as the wiki's own.",
		FixLabel: "Say {new}",
		Source:   "RFC 5321 section 2.3.5; https://www.postfix.org/postconf.5.html#reject_unknown_helo_hostname",
		holds: func(v *view) bool {
			return smtp(v) && v.remote() && !plainEHLO(v) && !strings.ContainsAny(v.EHLOName, ".:") && !badHost(v.EHLOName)
		},
		fix: func(v *view) []wgsmtp.Change {
			if !strings.Contains(v.serverHost, ".") {
				return nil
			}
			return ehloFromServer(v)
		},
	},
	{
		ID: "received-address", Severity: Hint, Fields: []string{"transport"},
		Title:   "The wiki's address in the mail",
		Message: "Receivers can read the address of the wiki's machine in the mail's Received lines.",
		Why:     "{carrier} notes who handed the mail over by SMTP; its extension for MediaWiki goes over HTTPS and leaves no such trace.",
		Source:  "RFC 5321 section 4.4; the extension's page",
		holds: func(v *view) bool {
			return smtp(v) && v.carrier.Extension != nil && !older(v.release, v.carrier.Extension.Since)
		},
	},
	{
		ID: "region-mismatch", Severity: Error, Fields: []string{"region", "host"},
		Title:    "Host and region differ",
		Message:  "The host {host} is that of {detail}, while {region} is chosen; the login or the sender will be refused.",
		Why:      "{carrier} keeps passwords and verified senders apart by region.",
		FixLabel: "Choose {new}",
		Source:   srcCarrier,
		holds: func(v *view) bool {
			i := hostIndex(v)
			return smtp(v) && v.Region != "" && i >= 0 && v.carrier.Hosts[i].Region != v.Region && !regionHas(v)
		},
		detail: func(v *view) string { return v.carrier.Hosts[hostIndex(v)].Region },
		fix: func(v *view) []wgsmtp.Change {
			return one("region", v.carrier.Hosts[hostIndex(v)].Region)
		},
	},
	{
		ID: "host-undocumented", Severity: Warning, Fields: []string{"host"},
		Title:    "The carrier does not document the host",
		Message:  "{host} is not a mail server that {carrier} documents.",
		Why:      "Its rules for senders and ports may not hold there, and the login may go to somebody else.",
		FixLabel: "Use {new}",
		Source:   srcCarrier,
		holds: func(v *view) bool {
			if !smtp(v) || v.host == "" || !fixedHosts(v) || hostIndex(v) >= 0 || badHost(strings.TrimSpace(v.Host)) {
				return false
			}
			return true
		},
		fix: func(v *view) []wgsmtp.Change {
			if h := v.carrierHost(); h != "" {
				return one("host", h)
			}
			return nil
		},
	},
	{
		ID: "user-as-sender", Severity: Error, Fields: []string{"user-email-reply-to"},
		Title:    "Users' own addresses as senders at a carrier that refuses them",
		Message:  "{detail}",
		Why:      "With $wgUserEmailUseReplyTo off the user is From, Return-Path and envelope sender, and {carrier} takes only senders it knows.",
		FixLabel: "Send from the wiki, with Reply-To",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgUserEmailUseReplyTo; https://repost.aws/knowledge-center/ses-554-400-message-rejected-error",
		holds: func(v *view) bool {
			return userIsSender(v) && v.carrier.Sender.Rule != providers.SenderAny && v.carrier.Sender.Rule != ""
		},
		detail: func(v *view) string {
			if v.carrier.Sender.Rewrites {
				return "Mail from user to user will arrive with the wiki's address as sender, so that replies go to the wiki."
			}
			return "Mail from user to user will be refused."
		},
		sets: []wgsmtp.Change{{Field: "user-email-reply-to", Value: "true"}},
	},
	{
		ID: "user-as-sender-dmarc", Severity: Warning, Fields: []string{"user-email-reply-to"},
		Title:    "Users' own addresses as senders",
		Message:  "Mail from users of Gmail, Yahoo, Outlook and others will be refused or land among spam.",
		Why:      "With $wgUserEmailUseReplyTo off it claims to come from their domains, which authorise neither this wiki nor {carrier} (DMARC).",
		FixLabel: "Send from the wiki, with Reply-To",
		Source:   "RFC 7489; T66795; https://www.mediawiki.org/wiki/Manual:$wgUserEmailUseReplyTo",
		holds: func(v *view) bool {
			return userIsSender(v) && (v.carrier.Sender.Rule == providers.SenderAny || v.carrier.Sender.Rule == "") && v.carrier.Kind != providers.KindTest
		},
		sets: []wgsmtp.Change{{Field: "user-email-reply-to", Value: "true"}},
	},
	{
		ID: "editor-as-sender", Severity: Warning, Fields: []string{"enotif-from-editor"},
		Title:    "Editors' own addresses as senders of notifications",
		Message:  "Notifications of edits will claim to come from the editors' own addresses, and be refused or land among spam.",
		Why:      "With $wgEnotifFromEditor the editor is From and envelope sender, and {carrier} may not send for that domain.",
		FixLabel: "Send them from the wiki",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnotifFromEditor; RFC 7489",
		holds: func(v *view) bool {
			return v.EnableEmail && v.EnotifFromEditor && v.EnotifRevealEditor && notifies(v) && !revealBug(v)
		},
		sets: []wgsmtp.Change{{Field: "enotif-from-editor", Value: "false"}},
	},
	{
		ID: "limits-notifications", Severity: Hint, Fields: []string{"enotif-watchlist"},
		Title:   "The carrier's limits and notifications",
		Message: "One edit of a page that many watch sends as many mails; mind the limits of {carrier}.",
		Why:     "{limits}",
		Source:  srcCarrier,
		holds: func(v *view) bool {
			return v.EnableEmail && v.EnotifWatchlist && v.carrier.Limits != ""
		},
	},
	{
		ID: "carrier-unverified", Severity: Hint, Fields: []string{"carrier"},
		Title:   "Facts that are not certain",
		Message: "What is known here of {carrier} was not confirmed by its own documentation; compare it with what your account shows.",
		Why:     "{detail}",
		Source:  "the date and the sources on the carrier's page",
		holds:   func(v *view) bool { return v.carrier.Confidence == providers.Low },
		detail: func(v *view) string {
			return strings.TrimSpace("Hosts, ports and rules change, and no current source was found. " + notes(v))
		},
	},
	{
		ID: "carrier-note", Severity: Hint, Fields: []string{"carrier"},
		Title:   "What to know about the carrier, such as the limits of a new account",
		Message: "Before {carrier} carries the wiki's mail there is something to know.",
		Why:     "{detail}",
		Source:  srcCarrier,
		holds: func(v *view) bool {
			return v.carrier.Unusable == nil && v.carrier.Confidence != providers.Low && notes(v) != ""
		},
		detail: notes,
	},
	{
		ID: "carrier-test-only", Severity: Hint, Fields: []string{"carrier"},
		Title:   "A mail catcher",
		Message: "{carrier} keeps all mail and delivers none of it.",
		Why:     "It is made for tests; choose another carrier before people use the wiki.",
		Source:  srcCarrier,
		holds:   func(v *view) bool { return v.carrier.Kind == providers.KindTest },
	},
}

// notes are what a new account cannot do and the warnings among the carrier's
// notes, in one text: one finding for the carrier, not five.
func notes(v *view) string {
	text := v.carrier.Sandbox
	for i := range v.carrier.Notes {
		n := &v.carrier.Notes[i]
		if n.Severity != "warning" || n.Text == text {
			continue
		}
		if text != "" {
			text += " "
		}
		text += n.Text
	}
	return text
}

// regionHas: the chosen region has the host too.
func regionHas(v *view) bool {
	return slices.ContainsFunc(v.carrier.Hosts, func(h providers.Host) bool {
		return h.Region == v.Region && hostPattern(h.Host, v.host)
	})
}

func userIsSender(v *view) bool {
	return v.EnableEmail && v.EnableUserEmail && !v.UserEmailUseReplyTo
}

func notifies(v *view) bool { return v.EnotifWatchlist || v.EnotifUserTalk }

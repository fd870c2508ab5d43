// The wiki's own address and its mail features.

package rules

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

const srcServer = "https://www.mediawiki.org/wiki/Manual:$wgServer"

func relative(v *view) bool { return strings.HasPrefix(v.Server, "//") }

func hasScheme(s string) bool {
	return len(s) >= 7 && strings.EqualFold(s[:7], "http://") || len(s) >= 8 && strings.EqualFold(s[:8], "https://")
}

// withScheme is the server with https:// where that gives a valid address.
func withScheme(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.Index(s, ":/"); i >= 0 {
		s = strings.TrimLeft(s[i+1:], "/")
	}
	s = "https://" + strings.TrimLeft(s, "/")
	if !validServer(s) {
		return ""
	}
	return s
}

// validServer: a web address with a host, as Message-ID and the links need it.
func validServer(s string) bool {
	return fits(s, tagURL) && hostOf(s) != "" && !badHost(bracketed(hostOf(s))) && s == strings.TrimSpace(s)
}

func bracketed(h string) string {
	if strings.Contains(h, ":") {
		return "[" + h + "]"
	}
	return h
}

func serverPath(v *view) (string, bool) {
	i := strings.Index(v.Server, "//")
	if i < 0 {
		return "", false
	}
	j := strings.IndexAny(v.Server[i+2:], "/?#")
	if j < 0 {
		return "", false
	}
	return v.Server[:i+2+j], true
}

var wikiRules = []Rule{
	{
		ID: "server-no-scheme", Severity: Error, Fields: []string{"server"},
		Title:    "$wgServer without http:// or https://",
		Message:  "Message-ID may lack its domain and links in the mail will be wrong, for {server} has no scheme that MediaWiki knows.",
		Why:      "MediaWiki looks for the host behind http://, https:// or //.",
		FixLabel: "Use {new}",
		Source:   srcServer + "; observed with MediaWiki 1.39, 1.43 and 1.45",
		holds: func(v *view) bool {
			return v.Server != "" && !hasScheme(v.Server) && !relative(v)
		},
		fix: func(v *view) []wgsmtp.Change {
			if s := withScheme(v.Server); s != "" {
				return one("server", s)
			}
			return nil
		},
	},
	{
		ID: "server-relative", Severity: Warning, Fields: []string{"server"},
		Title:    "A protocol-relative $wgServer",
		Message:  "Links in the mail will begin with http://, unless $wgCanonicalServer says otherwise.",
		Why:      "A mail has no page whose protocol // could take over.",
		FixLabel: "Use {new}",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgCanonicalServer; " + srcServer,
		holds:    relative,
		fix: func(v *view) []wgsmtp.Change {
			if s := withScheme(v.Server); s != "" {
				return one("server", s)
			}
			return nil
		},
	},
	{
		ID: "server-syntax", Severity: Error, Fields: []string{"server"},
		Title:   "$wgServer is not a web address",
		Message: "Links in the mail and Message-ID will be broken, for {server} is not the address of a web server.",
		Why:     "It is a scheme and a host, such as https://wiki.example.org, with a port if need be.",
		Source:  srcServer,
		holds: func(v *view) bool {
			s := v.Server
			if relative(v) {
				s = "https:" + s
			} else if !hasScheme(s) {
				return false
			}
			return !validServer(s)
		},
	},
	{
		ID: "server-path", Severity: Warning, Fields: []string{"server"},
		Title:    "A path in $wgServer",
		Message:  "Links in the mail will hold a part too many, for {server} is more than scheme and host.",
		Why:      "MediaWiki appends $wgScriptPath and $wgArticlePath to it, which begin with a slash.",
		FixLabel: "Use {new}",
		Source:   srcServer,
		holds: func(v *view) bool {
			_, ok := serverPath(v)
			return ok && (hasScheme(v.Server) || relative(v))
		},
		fix: func(v *view) []wgsmtp.Change {
			s, _ := serverPath(v)
			if t := strings.TrimPrefix(s, "//"); t != s && !validServer("https://"+t) || t == s && !validServer(s) {
				return nil
			}
			return one("server", s)
		},
	},
	{
		ID: "server-local", Severity: Warning, Fields: []string{"server"},
		Title:   "A wiki at localhost",
		Message: "Links in the mail will lead to {server.host}, which is another machine for everybody who reads it elsewhere.",
		Why:     "MediaWiki makes the links from $wgServer, and Message-ID too.",
		Source:  srcServer,
		holds: func(v *view) bool {
			return v.serverHost != "" && isLoopback(v.serverHost)
		},
	},
	{
		ID: "id-host-missing", Severity: Warning, Fields: []string{"id-host"},
		Title:    "No IDHost in 1.18",
		Message:  "Message-ID will end with an empty domain (\"@>\"), which spam filters count against the mail.",
		Why:      "MediaWiki {release} takes the domain from IDHost alone; later releases fall back to the host of $wgServer.",
		FixLabel: "Use {new}",
		Source:   srcManual + "; includes/UserMailer.php of 1.18",
		holds: func(v *view) bool {
			return smtp(v) && v.IDHost == "" && !v.has(mediawiki.MessageIDFromServer)
		},
		fix: idFromServer,
	},
	{
		ID: "id-host-local", Severity: Warning, Fields: []string{"id-host"},
		Title:    "Message-ID with localhost",
		Message:  "Message-ID will end with @{detail}>, which spam filters count against the mail.",
		Why:      "The right side of a Message-ID should be a domain of the sender's.",
		FixLabel: "Use {new}",
		Source:   "RFC 5322 section 3.6.4; " + srcManual,
		holds:    func(v *view) bool { return smtp(v) && v.carrier.Kind != "test" && isLoopback(messageIDHost(v)) },
		detail:   messageIDHost,
		fix: func(v *view) []wgsmtp.Change {
			if c := idFromServer(v); c != nil {
				return c
			}
			if v.senderDomain != "" && !localDomain(v.senderDomain) && address(v.PasswordSender) == "" && ascii(v.PasswordSender) {
				return one("id-host", v.senderDomain)
			}
			return nil
		},
	},
	{
		ID: "id-host-other", Severity: Hint, Fields: []string{"id-host"},
		Title:    "Message-ID with somebody else's domain",
		Message:  "Message-ID will end with @{id.host}>, which is neither the wiki's domain nor the sender's.",
		Why:      "Some filters count it against the mail if Message-ID and sender do not fit together.",
		FixLabel: "Use {new}",
		Source:   "RFC 5322 section 3.6.4; https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP",
		holds: func(v *view) bool {
			h := strings.ToLower(v.IDHost)
			return smtp(v) && h != "" && !isLoopback(h) && !badHost(h) && v.serverHost != "" &&
				!related(h, v.serverHost) && (v.senderDomain == "" || !related(h, v.senderDomain))
		},
		fix: idFromServer,
	},
	{
		ID: "email-off", Severity: Warning, Fields: []string{"enable-email"},
		Title:    "Mail is switched off",
		Message:  "The wiki will send no notifications, no mail between users and no confirmations, although they are switched on.",
		Why:      "$wgEnableEmail = false switches all mail features off.",
		FixLabel: "Switch mail on",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnableEmail; T65678",
		holds: func(v *view) bool {
			return !v.EnableEmail && (v.EnableUserEmail || notifies(v))
		},
		sets: []wgsmtp.Change{{Field: "enable-email", Value: "true"}},
	},
	{
		ID: "email-off-alone", Severity: Hint, Fields: []string{"enable-email"},
		Title:    "Mail is switched off",
		Message:  "The wiki will send no mail, and nobody can ask for a new password.",
		Why:      "$wgEnableEmail is off; the settings for the mail server then do nothing.",
		FixLabel: "Switch mail on",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnableEmail",
		holds: func(v *view) bool {
			return !v.EnableEmail && !(v.EnableUserEmail || notifies(v))
		},
		sets: []wgsmtp.Change{{Field: "enable-email", Value: "true"}},
	},
	{
		ID: "confirm-impossible", Severity: Error, Fields: []string{"email-confirm-to-edit", "enable-email"},
		Title:    "Editing needs a confirmation that cannot be sent",
		Message:  "Nobody new will be able to edit, for nobody can confirm an address.",
		Why:      "$wgEmailConfirmToEdit demands a confirmed address, and $wgEnableEmail is off.",
		FixLabel: "Switch mail on",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEmailConfirmToEdit",
		holds:    func(v *view) bool { return v.EmailConfirmToEdit && !v.EnableEmail },
		sets:     []wgsmtp.Change{{Field: "enable-email", Value: "true"}},
	},
	{
		ID: "confirm-to-edit", Severity: Hint, Fields: []string{"email-confirm-to-edit"},
		Title:   "Editing needs a confirmed address",
		Message: "Users without a confirmed address cannot edit, so test the mail before this goes live.",
		Why:     "$wgEmailConfirmToEdit is on, and the confirmation comes by mail.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgEmailConfirmToEdit",
		holds:   func(v *view) bool { return v.EmailConfirmToEdit && v.EnableEmail && v.EmailAuthentication },
	},
	{
		ID: "confirm-without-authentication", Severity: Warning, Fields: []string{"email-authentication", "email-confirm-to-edit"},
		Title:    "Confirmed addresses without confirmation",
		Message:  "Anybody will be able to edit with an invented address.",
		Why:      "Without $wgEmailAuthentication every address counts as confirmed, also for $wgEmailConfirmToEdit.",
		FixLabel: "Have addresses confirmed",
		Source:   "User::isEmailConfirmed(); https://www.mediawiki.org/wiki/Manual:$wgEmailAuthentication",
		holds:    func(v *view) bool { return v.EnableEmail && v.EmailConfirmToEdit && !v.EmailAuthentication },
		sets:     []wgsmtp.Change{{Field: "email-authentication", Value: "true"}},
	},
	{
		ID: "authentication-off", Severity: Warning, Fields: []string{"email-authentication"},
		Title:    "Addresses are not confirmed",
		Message:  "Users can enter the address of somebody else, who then gets the wiki's mail and reports it as spam.",
		Why:      "$wgEmailAuthentication is off; it does not help against failing mail either.",
		FixLabel: "Have addresses confirmed",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEmailAuthentication",
		holds:    func(v *view) bool { return v.EnableEmail && !v.EmailAuthentication && !v.EmailConfirmToEdit },
		sets:     []wgsmtp.Change{{Field: "email-authentication", Value: "true"}},
	},
	{
		ID: "from-editor-alone", Severity: Hint, Fields: []string{"enotif-from-editor"},
		Title:    "$wgEnotifFromEditor without $wgEnotifRevealEditorAddress",
		Message:  "$wgEnotifFromEditor will do nothing.",
		Why:      "It decides where the editor's address goes, and $wgEnotifRevealEditorAddress keeps that secret.",
		FixLabel: "Leave it out",
		Source:   "https://www.mediawiki.org/wiki/Manual:$wgEnotifFromEditor",
		holds:    func(v *view) bool { return v.EnotifFromEditor && !v.EnotifRevealEditor },
		sets:     []wgsmtp.Change{{Field: "enotif-from-editor", Value: "false"}},
	},
	{
		ID: "notification-jobs", Severity: Hint, Fields: []string{"enotif-watchlist", "enotif-user-talk"},
		Title:   "Notifications wait for the job queue",
		Message: "Notifications go out when the job queue runs, not with the edit.",
		Why:     "On a quiet wiki, or with $wgJobRunRate = 0, let cron run maintenance/runJobs.php.",
		Source:  "https://www.mediawiki.org/wiki/Manual:Job_queue",
		holds: func(v *view) bool {
			return v.EnableEmail && notifies(v) && v.has(mediawiki.NotificationQueue)
		},
	},
	{
		ID: "html-mail", Severity: Hint, Fields: []string{"allow-html"},
		Title:   "HTML mail",
		Message: "MediaWiki's own mail stays plain text.",
		Why:     "$wgAllowHTMLEmail only lets extensions such as Echo send HTML beside the text.",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgAllowHTMLEmail",
		holds:   func(v *view) bool { return v.AllowHTMLEmail && v.has(mediawiki.HTMLMail) },
	},
}

// messageIDHost is the right side of Message-ID.
func messageIDHost(v *view) string {
	if v.IDHost != "" {
		return strings.ToLower(v.IDHost)
	}
	return v.serverHost
}

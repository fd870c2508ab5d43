// The table of settings: which a release has, and what it has them at before
// LocalSettings.php runs. Adding one is a row.

package mediawiki

import (
	"slices"
	"strings"
)

// span is a default and the releases from which on it holds.
type span struct {
	since Since
	value any // nil, bool, int, string or []string; absent{} where there is no such setting
}

// absent is the value of a setting that a release does not have.
type absent struct{}

type setting struct {
	name   string // without "$"
	spans  []span // ascending; the last that holds counts; none holds: not there
	source string
}

const srcDefaults = "includes/DefaultSettings.php, from 1.38 MainConfigSchema.php, of each release"

// from is a single span from the oldest release on.
func from(v any) []span { return []span{{at(oldest, 0), v}} }

// settings in alphabetical order.
var settings = []setting{
	{"wgAdditionalMailParams", from(nil), srcDefaults},
	{"wgAllowHTMLEmail", []span{{at(21, 0), false}}, srcDefaults},
	{"wgAllowRequiringEmailForResets", []span{{at(34, 0), false}, {at(43, 0), absent{}}}, srcDefaults},
	// false: made of $wgScript and $wgUsePathInfo when the wiki starts.
	{"wgArticlePath", from(false), srcDefaults},
	{"wgCanonicalServer", from(false), srcDefaults},
	{"wgDBname", from("my_wiki"), srcDefaults},
	{"wgDBprefix", from(""), srcDefaults},
	{"wgEmailAuthentication", from(true), srcDefaults},
	{"wgEmailConfirmToEdit", from(false), srcDefaults},
	// wikiadmin@HOST where false; as a string it holds a host that only PHP knows.
	{"wgEmergencyContact", from(false), srcDefaults + "; up to 1.22 'wikiadmin@' and the host, which false became in 1.23"},
	{"wgEnableEmail", from(true), srcDefaults},
	{"wgEnableSpecialMute", []span{{at(34, 0), false}}, srcDefaults},
	{"wgEnableUserEmail", from(true), srcDefaults},
	{"wgEnableUserEmailMuteList", []span{{at(37, 0), false}}, srcDefaults},
	{"wgEnotifFromEditor", from(false), srcDefaults},
	{"wgEnotifImpersonal", []span{{at(18, 0), false}, {at(45, 0), absent{}}}, srcDefaults + "; RELEASE-NOTES-1.45, T387856"},
	{"wgEnotifMaxRecips", []span{{at(18, 0), 500}, {at(45, 0), absent{}}}, srcDefaults + "; RELEASE-NOTES-1.45, T387856"},
	{"wgEnotifMinorEdits", from(true), srcDefaults},
	{"wgEnotifRevealEditorAddress", from(false), srcDefaults},
	{"wgEnotifUseJobQ", []span{{at(18, 0), false}, {at(27, 0), absent{}}}, srcDefaults},
	{"wgEnotifUseRealName", from(false), srcDefaults},
	{"wgEnotifUserTalk", from(false), srcDefaults},
	{"wgEnotifWatchlist", from(false), srcDefaults},
	{"wgForceHTTPS", []span{{at(35, 0), false}}, srcDefaults},
	{"wgInvalidUsernameCharacters", []span{{at(39, 0), "@:>"}, {at(43, 0), "@:>="}}, srcDefaults + ": read in 1.39 and 1.43 only"},
	{"wgLanguageCode", from("en"), srcDefaults},
	// null: PHP's own, date_default_timezone_get(), when the wiki starts.
	{"wgLocaltimezone", from(nil), srcDefaults},
	{"wgNewPasswordExpiry", from(3600 * 24 * 7), srcDefaults},
	{"wgNoReplyAddress", []span{{at(18, 0), "reply@not.possible"}, {at(27, 0), false}}, srcDefaults},
	{"wgPasswordReminderResendTime", from(24), srcDefaults},
	{"wgPasswordSender", from(false), srcDefaults + "; up to 1.22 'apache@' and the host, which false became in 1.23"},
	{"wgPasswordSenderName", []span{{at(18, 0), "MediaWiki Mail"}, {at(32, 0), absent{}}}, srcDefaults + "; ignored from 1.23 on"},
	{"wgSMTP", from(false), srcDefaults},
	{"wgScriptPath", from("/wiki"), srcDefaults},
	// What WebRequest::detectServer() finds on the command line.
	{"wgServer", from("http://localhost"), srcDefaults + "; WebRequest::detectServer"},
	{"wgSitename", from("MediaWiki"), srcDefaults},
	{"wgSysopEmailBans", []span{{at(18, 0), true}, {at(35, 0), absent{}}}, srcDefaults},
	{"wgUsePathInfo", from(true), srcDefaults + ": true with the web servers in use"},
	{"wgUserEmailConfirmationTokenExpiry", from(7 * 24 * 60 * 60), srcDefaults},
	{"wgUserEmailUseReplyTo", []span{{at(18, 0), false}, {Since{{27, 4}, {29, 0}}, true}}, srcDefaults + "; T66795"},
	{"wgUsersNotifiedOnAllChanges", from([]string(nil)), srcDefaults},
}

// Default is the value of a setting, name without "$", before LocalSettings.php
// runs: nil (PHP's null), bool, int, string or []string. known is false where
// this release has no such setting, or the table does not hold it. Where the
// default is computed when the wiki starts, it is what the computation starts
// from ($wgPasswordSender: false).
func (r *Release) Default(name string) (value any, known bool) {
	i, ok := slices.BinarySearchFunc(settings, name, func(s setting, n string) int { return strings.Compare(s.name, n) })
	if !ok {
		return nil, false
	}
	value = absent{}
	for _, s := range settings[i].spans {
		if s.since.Holds(r.Version) {
			value = s.value
		}
	}
	if _, gone := value.(absent); gone {
		return nil, false
	}
	return value, true
}

// SettingNames are the settings that Default knows, for any release.
func SettingNames() []string {
	names := make([]string, len(settings))
	for i, s := range settings {
		names[i] = s.name
	}
	return names
}

// smtpKey is a key of $wgSMTP that something reads.
type smtpKey struct {
	name   string
	with   Change // came with it; "": always there
	source string
}

const srcMailSMTP = "Mail/smtp.php of PEAR Mail"

var smtpKeys = []smtpKey{
	{"host", "", srcMailSMTP},
	{"IDHost", "", "UserMailer::makeMsgId; PEAR ignores it"},
	{"port", "", srcMailSMTP},
	{"auth", "", srcMailSMTP},
	{"username", "", srcMailSMTP},
	{"password", "", srcMailSMTP},
	{"localhost", "", srcMailSMTP + " since 1.1.2"},
	{"timeout", "", srcMailSMTP + " since 1.1.5"},
	{"verp", "", srcMailSMTP + " since 1.1.5"},
	{"debug", "", srcMailSMTP + " since 1.1.5"},
	{"persist", "", srcMailSMTP + " since 1.1.9"},
	{"pipelining", "", srcMailSMTP + " since 1.2.0"},
	{"socket_options", SocketOptions, srcMailSMTP + " since 1.3.0"},
	{"starttls", StartTLSKey, srcMailSMTP + " since 1.5.0"},
	{"debug_handler", DebugHandler, srcMailSMTP + " since 1.6.0"},
}

// SMTPKeys are the keys of $wgSMTP that this release reads; all others are
// silently ignored. Which of them 1.47 reads is not known: it gets those that
// MediaWiki's manual names.
func (r *Release) SMTPKeys() []string {
	if r.Engine == EngineSymfony {
		return []string{"host", "IDHost", "port", "auth", "username", "password"}
	}
	var out []string
	for _, k := range smtpKeys {
		if k.with == "" || r.Has(k.with) {
			out = append(out, k.name)
		}
	}
	return out
}

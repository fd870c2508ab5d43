// Names that MediaWiki does not know, and where keys belong.

package check

import (
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
)

// likelyKeys are what people write, in lower case without - and _, for a key
// of $wgSMTP. "" is a key of other programs for which MediaWiki has none, with
// what to do in its place in otherKeys.
var likelyKeys = map[string]string{
	"host": "host", "server": "host", "smtphost": "host", "hostname": "host", "smtpserver": "host", "smtp": "host", "mailhost": "host", "address": "host",
	"idhost": "IDHost", "hostid": "IDHost", "domain": "IDHost",
	"port": "port", "smtpport": "port",
	"auth": "auth", "smtpauth": "auth", "authentication": "auth", "authenticate": "auth", "authtype": "auth", "authmethod": "auth", "authmode": "auth",
	"username": "username", "user": "username", "login": "username", "smtpuser": "username", "smtpusername": "username", "uname": "username", "email": "username", "account": "username",
	"password": "password", "pass": "password", "passwd": "password", "pwd": "password", "pw": "password", "smtppass": "password", "smtppassword": "password", "secret": "password",
	"localhost": "localhost", "helo": "localhost", "ehlo": "localhost", "helohost": "localhost", "clientname": "localhost", "localdomain": "localhost", "localname": "localhost",
	"timeout": "timeout", "connectiontimeout": "timeout", "smtptimeout": "timeout",
	"starttls": "starttls", "debug": "debug", "smtpdebug": "debug", "debuglevel": "debug",
	"socketoptions": "socket_options", "smtpoptions": "socket_options", "streamoptions": "socket_options", "options": "socket_options",
	"persist": "persist", "pipelining": "pipelining", "verp": "verp",
}

// otherKeys are keys of other programs: what to write in their place.
var otherKeys = map[string]string{
	"smtpsecure": "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"secure":     "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"encryption": "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"tls":        "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"protocol":   "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"crypto":     "Write ssl:// before the host for port 465, and nothing for port 587, where STARTTLS follows by itself",
	"from":       "Set $wgPasswordSender to the sender's address",
	"sender":     "Set $wgPasswordSender to the sender's address",
	"fromname":   "The sender's name is the page MediaWiki:Emailsender",
	"replyto":    "Set $wgNoReplyAddress, or $wgUserEmailUseReplyTo",
}

var plainName = strings.NewReplacer("_", "", "-", "", " ", "")

// likely is the known name that a misspelt one stands for; "" if none is near.
func likely(name string, known []string) string {
	plain := plainName.Replace(strings.ToLower(name))
	if k, ok := likelyKeys[plain]; ok && slices.Contains(known, k) {
		return k
	}
	return nearest(name, known, 2)
}

// nearest is the known name within so many edits, without regard to case; ""
// where there is none, or where the name is too short to tell.
func nearest(name string, known []string, most int) string {
	if len(name) < 4 || len(name) > longestName {
		return ""
	}
	best, at := "", most+1
	name = strings.ToLower(name)
	for _, k := range known {
		if len(k) > min(len(name)+most, longestName) || len(name) > len(k)+most {
			continue
		}
		if d := distance(name, strings.ToLower(k)); d < at && d < len(k)/2 {
			best, at = k, d
		}
	}
	return best
}

const longestName = 64

// distance is how many letters must be changed, put in, left out or swapped
// with their neighbour. Neither name is longer than longestName.
func distance(a, b string) int {
	var rows [3][longestName + 1]int
	before, prev, row := &rows[0], &rows[1], &rows[2]
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, prev, row = prev, row, before
	}
	return prev[len(b)]
}

// sslKeys belong under 'socket_options' => [ 'ssl' => [ ... ] ].
var sslKeys = []string{"ssl", "verify_peer", "verify_peer_name", "allow_self_signed", "peer_name", "cafile", "capath", "ciphers", "crypto_method", "local_cert", "verify_depth", "SNI_enabled"}

// strangers are the keys of $wgSMTP that the release does not read.
func (f *facts) strangers(each func(key string, v php.Value)) {
	smtp, ok := f.smtp()
	if !ok {
		return
	}
	known := f.release.SMTPKeys()
	for _, e := range smtp.Array {
		key := e.Key.Value().ToString()
		if !slices.Contains(known, key) && !(slices.Contains(sslKeys, key) && slices.Contains(known, "socket_options")) {
			if f.looks("wgSMTP", key) {
				each(key, e.Value)
			}
		}
	}
}

// missing are the rules that a misspelt key makes fire.
var missing = map[string][]string{
	"host": {"host-missing"}, "username": {"user-missing"}, "password": {"secret-missing"}, "IDHost": {"id-host-missing"},
	"auth": {"auth-missing", "auth-probably-missing", "mail-in-clear", "auth-in-clear"},
}

var keyRules = []Rule{
	{
		ID: "key-misspelt", Severity: rules.Error,
		Message: "MediaWiki ignores {detail}",
		Why:     "Keys of $wgSMTP must be written exactly so, capitals included; all others are passed over in silence.",
		Source:  srcManual + "; " + srcRead,
		find: func(f *facts, at func(hit)) {
			f.strangers(func(key string, v php.Value) {
				if k := likely(key, f.release.SMTPKeys()); k != "" {
					at(hit{pos: f.at("wgSMTP", key), detail: php.Quote(key) + "; the key is " + php.Quote(k) + ".", fix: "Write " + php.Quote(k), instead: missing[k]})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.strangers(func(key string, v php.Value) {
				k := likely(key, f.release.SMTPKeys())
				if k == "" {
					return
				}
				edit(s, func(a []php.Entry) []php.Entry {
					there := slices.ContainsFunc(a, func(e php.Entry) bool { return e.Key == php.StringKey(k) })
					for i := range a {
						if a[i].Key == php.StringKey(key) {
							if there {
								return slices.Delete(a, i, i+1)
							}
							a[i].Key = php.StringKey(k)
							break
						}
					}
					return a
				})
			})
		},
	},
	{
		ID: "key-of-others", Severity: rules.Error,
		Message: "MediaWiki ignores {detail}, which is a key of other programs.",
		Why:     "$wgSMTP goes to PEAR's Mail, which knows no such key and says nothing.",
		Source:  srcManual + "; pear/Mail Mail_smtp",
		find: func(f *facts, at func(hit)) {
			f.strangers(func(key string, v php.Value) {
				if fix := otherKey(key); fix != "" && likely(key, f.release.SMTPKeys()) == "" {
					at(hit{pos: f.at("wgSMTP", key), detail: php.Quote(key), fix: fix})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.strangers(func(key string, v php.Value) {
				if otherKey(key) == "" || likely(key, f.release.SMTPKeys()) != "" {
					return
				}
				edit(s, func(a []php.Entry) []php.Entry {
					return slices.DeleteFunc(a, func(e php.Entry) bool { return e.Key == php.StringKey(key) })
				})
			})
		},
	},
	{
		ID: "key-ignored", Severity: rules.Warning,
		Message: "MediaWiki {detail}",
		Why:     "It is passed over in silence.",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			f.strangers(func(key string, v php.Value) {
				if otherKey(key) != "" || likely(key, f.release.SMTPKeys()) != "" {
					return
				}
				newest := mediawiki.Newest()
				if slices.Contains(newest.SMTPKeys(), key) {
					at(hit{pos: f.at("wgSMTP", key), detail: f.release.Name() + " ignores " + php.Quote(key) + ", which later releases read."})
					return
				}
				at(hit{pos: f.at("wgSMTP", key), detail: f.release.Name() + " ignores " + php.Quote(key) + ".", fix: "Take it out"})
			})
		},
		asked: true,
		mend: func(f *facts, s *localsettings.Settings) {
			f.strangers(func(key string, v php.Value) {
				if otherKey(key) == "" && likely(key, f.release.SMTPKeys()) == "" && !slices.Contains(mediawiki.Newest().SMTPKeys(), key) {
					edit(s, func(a []php.Entry) []php.Entry {
						return slices.DeleteFunc(a, func(e php.Entry) bool { return e.Key.Value().ToString() == key })
					})
				}
			})
		},
	},
	{
		ID: "options-misplaced", Severity: rules.Error,
		Message: "PHP ignores {detail}, for it does not stand where options of TLS belong.",
		Why:     "They are read from $wgSMTP['socket_options']['ssl'] alone.",
		Fix:     "Write 'socket_options' => [ 'ssl' => [ ... ] ]",
		Source:  "https://www.php.net/manual/en/context.ssl.php; pear/Net_SMTP, option socket_options",
		find: func(f *facts, at func(hit)) {
			smtp, _ := f.smtp()
			for _, e := range misplaced(smtp, true) {
				at(hit{pos: f.at("wgSMTP", e.Key.Str), detail: php.Quote(e.Key.Str)})
			}
			o, _ := smtp.Get("socket_options")
			for _, e := range misplaced(o, false) {
				at(hit{pos: f.at("wgSMTP", "socket_options", e.Key.Str), detail: php.Quote(e.Key.Str)})
			}
		},
		mend: func(f *facts, s *localsettings.Settings) { nest(s) },
	},
	{
		ID: "setting-misspelt", Severity: rules.Warning,
		Message: "MediaWiki ignores ${detail}.",
		Why:     "Names of settings must be written exactly so; PHP makes a variable of any other, which nobody reads.",
		Source:  "https://www.mediawiki.org/wiki/Manual:Configuration_settings",
		find: func(f *facts, at func(hit)) {
			f.misspelt(func(v localsettings.Setting, name string) {
				at(hit{pos: v.Pos, detail: v.Name + "; the setting is $" + name, fix: "Write $" + name})
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.misspelt(func(v localsettings.Setting, name string) {
				if _, there := s.Get(name); !there {
					s.SetPos(name, v.Value, v.Pos)
				}
			})
		},
		lines: true,
	},
	{
		ID: "setting-of-others", Severity: rules.Error,
		Message: "MediaWiki ignores ${detail}: what belongs to the mail server are keys of one array, $wgSMTP.",
		Why:     "There is no setting of that name; the server, port and login stand in $wgSMTP.",
		Fix:     "Write $wgSMTP = [ 'host' => ..., 'port' => ... ];",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			for _, v := range f.All() {
				n := strings.ToLower(v.Name)
				if rest, ok := strings.CutPrefix(n, "wgsmtp"); ok && likelyKeys[rest] != "" {
					at(hit{pos: v.Pos, detail: v.Name})
				}
			}
		},
		mend: func(f *facts, s *localsettings.Settings) {
			for _, v := range f.All() {
				rest, ok := strings.CutPrefix(strings.ToLower(v.Name), "wgsmtp")
				if key := likelyKeys[rest]; ok && key != "" {
					if smtp, there := s.Get("wgSMTP"); !there {
						s.SetPos("wgSMTP", php.A(), v.Pos)
					} else if _, there := smtp.Get(key); there {
						continue
					}
					set(s, key, v.Value)
				}
			}
		},
		lines: true,
	},
	{
		ID: "setting-removed", Severity: rules.Warning,
		Message: "MediaWiki {detail}",
		Why:     "The release does not know the setting.",
		Fix:     "Take it out",
		Source:  "RELEASE-NOTES of MediaWiki; includes/DefaultSettings.php, from 1.38 MainConfigSchema.php",
		find: func(f *facts, at func(hit)) {
			for _, v := range f.All() {
				if _, known := f.release.Default(v.Name); known || !slices.Contains(mediawiki.SettingNames(), v.Name) {
					continue
				}
				what := "has $" + v.Name + " no more."
				if later(v.Name, f.release) {
					what = "does not know $" + v.Name + " yet; later releases do."
				}
				at(hit{pos: v.Pos, detail: f.release.Name() + " " + what})
			}
		},
		mend:  func(f *facts, s *localsettings.Settings) { drop(f, s) },
		lines: true,
	},
	{
		ID: "sender-name-setting", Severity: rules.Warning,
		Message: "MediaWiki {detail} ignores $wgPasswordSenderName.",
		Why:     "From 1.23 on the sender's name is the text of the page MediaWiki:Emailsender.",
		Fix:     "Write the name into the page MediaWiki:Emailsender, and take the line out",
		Source:  "RELEASE-NOTES-1.23; https://www.mediawiki.org/wiki/Manual:$wgPasswordSenderName",
		find: func(f *facts, at func(hit)) {
			_, known := f.release.Default("wgPasswordSenderName")
			if p := f.Pos("wgPasswordSenderName"); p.Line > 0 && known && f.release.Has(mediawiki.SenderFromMessage) {
				at(hit{pos: p, detail: f.release.Name()})
			}
		},
		asked: true,
		lines: true,
		mend: func(f *facts, s *localsettings.Settings) {
			// The block then says in a comment what to write into the page.
			if v, ok := s.Get("wgPasswordSenderName"); ok && v.Kind == php.String {
				s.Set(localsettings.EmailsenderPage, v)
			}
			s.Unset("wgPasswordSenderName")
		},
	},
}

// later tells that a newer release has the setting.
func later(name string, r *mediawiki.Release) bool {
	for _, x := range mediawiki.All() {
		if _, known := x.Default(name); known && r.Version.Less(x.Version) {
			return true
		}
	}
	return false
}

// drop takes out what the release does not know.
func drop(f *facts, s *localsettings.Settings) {
	for _, v := range f.All() {
		if _, known := f.release.Default(v.Name); !known && slices.Contains(mediawiki.SettingNames(), v.Name) {
			s.Unset(v.Name)
		}
	}
}

// maxVars is how many variables are looked at for misspelt names.
const maxVars = 2000

// misspelt visits the variables whose names are nearly those of settings.
func (f *facts) misspelt(each func(v localsettings.Setting, name string)) {
	names := mediawiki.SettingNames()
	all := f.All()
	for _, v := range all[:min(len(all), maxVars)] {
		if !strings.HasPrefix(strings.ToLower(v.Name), "wg") || slices.Contains(names, v.Name) || v.Pos.Line == 0 || realSettings[v.Name] {
			continue
		}
		most := 2
		if len(v.Name) < 8 {
			most = 1
		}
		if name := nearest(v.Name, names, most); name != "" && (f.one == nil || v.Pos == *f.one) {
			each(v, name)
		}
	}
}

// realSettings are near to those that mail needs, and others.
var realSettings = map[string]bool{
	"wgDBuser": true, "wgDBserver": true, "wgDBtype": true, "wgDBmwschema": true, "wgDBport": true, "wgServerName": true, "wgScript": true,
	"wgDBerrorLog": true, "wgSitenames": true, "wgEnableAPI": true, "wgEnableDnsBlacklist": true, "wgDBadminuser": true,
	"wgForceHTTP": true, "wgScriptExtension": true, "wgLogo": true, "wgLogos": true,
}

// misplaced are options of TLS among other keys. At the top all of them are.
func misplaced(v php.Value, top bool) []php.Entry {
	var out []php.Entry
	for _, e := range v.Array {
		if !e.Key.IsInt && slices.Contains(sslKeys, e.Key.Str) && (top || e.Key.Str != "ssl") {
			out = append(out, e)
		}
	}
	return out
}

// nest moves options of TLS to where they are read.
func nest(s *localsettings.Settings) {
	edit(s, func(a []php.Entry) []php.Entry {
		smtp := php.A(a...)
		options, _ := smtp.Get("socket_options")
		ssl, _ := options.Get("ssl")
		all := slices.Clone(ssl.Array)
		put := func(e php.Entry) {
			if e.Key.Str == "ssl" && e.Value.Kind == php.Array {
				all = append(all, e.Value.Array...)
			} else if e.Key.Str != "ssl" {
				all = append(all, e)
			}
		}
		moved := append(misplaced(smtp, true), misplaced(options, false)...)
		if len(moved) == 0 {
			return a
		}
		for _, e := range moved {
			put(e)
		}
		var rest []php.Entry
		for _, e := range options.Array {
			if e.Key.Str != "ssl" && !slices.Contains(sslKeys, e.Key.Str) {
				rest = append(rest, e)
			}
		}
		rest = append(rest, php.E("ssl", php.A(all...)))
		var out []php.Entry
		for _, e := range a {
			if e.Key.Str != "socket_options" && (e.Key.IsInt || !slices.Contains(sslKeys, e.Key.Str)) {
				out = append(out, e)
			}
		}
		return append(out, php.E("socket_options", php.A(rest...)))
	})
}

func otherKey(key string) string {
	return otherKeys[plainName.Replace(strings.ToLower(key))]
}

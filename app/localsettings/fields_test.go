package localsettings

import (
	"slices"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

// Every field that names a setting decides one, in some configuration, and
// the line that it decides says so.
func TestEveryFieldCounts(t *testing.T) {
	base := wgsmtp.Default()
	base.Host, base.User, base.PrintWiki = "smtp.example.org", "u", true
	clear, relay, mail, env, file := base, base, base, base, base
	clear.TLS = wgsmtp.TLSNone
	relay.TLS, relay.Auth = wgsmtp.TLSStartTLS, wgsmtp.AuthNone
	mail.Transport = wgsmtp.TransportMail
	env.SecretStyle = wgsmtp.SecretEnv
	file.SecretStyle = wgsmtp.SecretFile
	bases := []wgsmtp.Config{base, clear, relay, mail, env, file}

	// The sender's name is a comment, and these are not printed.
	unprinted := []string{"db-name", "db-prefix", "language", "script-path", "article-path"}
	r := mediawiki.Newest()
	for _, f := range wgsmtp.Fields() {
		if f.Setting == "" {
			continue
		}
		decides, printed := false, false
		for _, from := range bases {
			for _, v := range otherValues(f, &from) {
				to := from
				must(t, f.Set(&to, v))
				if differ(Of(&to, r, nil), Of(&from, r, nil)) == "" {
					continue
				}
				decides = true
				for _, l := range Emit(&to, r, nil, Options{}).Lines {
					printed = printed || slices.Contains(l.Fields, f.ID)
				}
			}
		}
		if !decides {
			t.Errorf("%s decides nothing", f.ID)
		}
		if printed == slices.Contains(unprinted, f.ID) {
			t.Errorf("%s: printed is %v", f.ID, printed)
		}
	}
}

func otherValues(f wgsmtp.Field, c *wgsmtp.Config) []string {
	switch f.Kind {
	case wgsmtp.KindSwitch:
		if f.Get(c) == "true" {
			return []string{"false"}
		}
		return []string{"true"}
	case wgsmtp.KindChoice:
		return f.Choices
	case wgsmtp.KindNumber:
		return []string{"26"}
	}
	return []string{"other"}
}

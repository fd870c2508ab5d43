// The form as a table: which fields there are, where they stand, and when they
// apply. What a carrier calls its user name and secret comes from the carrier.

package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// sectionID names a part of the form.
type sectionID string

const (
	sectionWiki       sectionID = "wiki"
	sectionSender     sectionID = "from"
	sectionAccount    sectionID = "account"
	sectionConnection sectionID = "connection"
	sectionFeatures   sectionID = "features"
	sectionSecrets    sectionID = "secrets"
	sectionAdvanced   sectionID = "advanced"
)

// section is a heading with fields. A folded one says in its heading what is
// in it.
type section struct {
	id      sectionID
	title   string
	summary func(o *Outputs) string // nil: never folded
}

var sections = [numSections]section{
	{sectionWiki, "Your wiki", nil},
	{sectionSender, "Sender", nil},
	{sectionAccount, "Account", nil},
	{sectionConnection, "Connection", connectionSummary},
	{sectionFeatures, "Mail features", featuresSummary},
	{sectionSecrets, "Secrets", secretsSummary},
	{sectionAdvanced, "Advanced", advancedSummary},
}

const numSections = 7

func sectionIndex(id sectionID) int {
	return slices.IndexFunc(sections[:], func(s section) bool { return s.id == id })
}

// placeOf is the section that a row stands in. Where the mail server is
// somebody's own, it belongs to the account.
func placeOf(s *spec, asksHost bool) sectionID {
	if s.id == "host" && asksHost {
		return sectionAccount
	}
	return s.section
}

// spec is a row of the form.
type spec struct {
	id       string
	section  sectionID
	label    string
	desc     string
	example  string
	mode     string // inputmode
	optional bool
	options  []option
	applies  func(c *wgsmtp.Config, o *Outputs) bool // nil: always
}

var specs = []spec{
	{id: "release", section: sectionWiki, label: "MediaWiki release", desc: "Special:Version of your wiki names it."},
	{id: "server", section: sectionWiki, label: "Address of the wiki", desc: "As in $wgServer: without a path.", example: "https://wiki.example.org", mode: "url"},
	{id: "sitename", section: sectionWiki, label: "Name of the wiki", desc: "As in $wgSitename; it stands before the sender address.", example: "Example Wiki"},

	{id: "sender", section: sectionSender, label: "Sender address", desc: "The wiki's own mail comes from it.", example: "wiki@example.org", mode: "email"},

	{id: "region", section: sectionAccount, label: "Region", applies: hasRegions},
	{id: "api-domain", section: sectionAccount, label: "Sending domain", desc: "The domain that you verified at the carrier.", example: "mg.example.org", applies: isExtension},
	{id: "user", section: sectionAccount, label: "User name", applies: logsIn},
	{id: "secret", section: sectionAccount, label: "Password", applies: needsSecret},

	{id: "host", section: sectionConnection, label: "Mail server", desc: "Its name alone, without ssl:// and without a port.", example: "mail.example.org", mode: "url", applies: isSMTP},
	{id: "port", section: sectionConnection, label: "Port", mode: "numeric", applies: isSMTP},
	{id: "tls", section: sectionConnection, label: "Encryption", applies: isSMTP, options: []option{
		{string(wgsmtp.TLSImplicit), "TLS from the first byte"},
		{string(wgsmtp.TLSStartTLS), "STARTTLS"},
		{string(wgsmtp.TLSNone), "None"},
	}},
	{id: "auth", section: sectionConnection, label: "Authentication", desc: "Automatic takes the first that the server offers and MediaWiki knows.", applies: isSMTP, options: authOptions()},

	{id: "enable-email", section: sectionFeatures, label: "The wiki sends mail", desc: "Everything below needs this."},
	{id: "enable-user-email", section: sectionFeatures, label: "Users may write to each other", applies: sendsMail},
	{id: "user-email-reply-to", section: sectionFeatures, label: "Such mail comes from the wiki's address", desc: "Replies still go to the user who wrote. Off, the user's own address is the sender, which most carriers refuse.", applies: usersWrite},
	{id: "email-authentication", section: sectionFeatures, label: "Addresses must be confirmed", applies: sendsMail},
	{id: "email-confirm-to-edit", section: sectionFeatures, label: "Only users with a confirmed address may edit", applies: sendsMail},
	{id: "enotif-user-talk", section: sectionFeatures, label: "Notify of messages on the talk page", applies: sendsMail},
	{id: "enotif-watchlist", section: sectionFeatures, label: "Notify of changes to watched pages", applies: sendsMail},
	{id: "enotif-reveal-editor", section: sectionFeatures, label: "Notifications may show the editor's address", applies: notifies},
	{id: "enotif-from-editor", section: sectionFeatures, label: "Such notifications come from the editor", applies: notifies},
	{id: "enotif-real-name", section: sectionFeatures, label: "Real names instead of user names", applies: notifies},
	{id: "allow-html", section: sectionFeatures, label: "HTML mail where an extension offers it", applies: sendsMail},
	{id: "sender-name", section: sectionFeatures, label: "Name beside the sender address", desc: "Left empty it is the name of the wiki.", optional: true},
	{id: "no-reply", section: sectionFeatures, label: "Address for replies to notifications", example: "noreply@example.org", mode: "email", optional: true},
	{id: "emergency-contact", section: sectionFeatures, label: "Address of the administrator", desc: "Shown in some error messages; it may be the sender of mail() wikis.", example: "admin@example.org", mode: "email", optional: true},

	{id: "secret-style", section: sectionSecrets, label: "Where the block takes the password from", applies: needsSecret, options: []option{
		{string(wgsmtp.SecretInline), "It is written in the block"},
		{string(wgsmtp.SecretEnv), "From an environment variable"},
		{string(wgsmtp.SecretFile), "From a file outside the web root"},
	}},
	{id: "secret-env", section: sectionSecrets, label: "Environment variable", desc: "PHP must see it: with PHP-FPM that takes an env[] line in the pool's file.", applies: fromEnv},
	{id: "secret-file", section: sectionSecrets, label: "File", desc: "Readable by the web server's user only; the next steps create it.", applies: fromFile},

	{id: "ehlo-name", section: sectionAdvanced, label: "Name in EHLO", desc: "How the wiki introduces itself; left empty it says localhost.", example: "wiki.example.org", optional: true, applies: isSMTP},
	{id: "id-host", section: sectionAdvanced, label: "Host in Message-ID", desc: "Left empty it is the host of the wiki's address.", example: "example.org", optional: true, applies: isSMTP},
	{id: "timeout", section: sectionAdvanced, label: "Seconds to wait for the connection", desc: "Left empty PHP waits 60 seconds.", mode: "numeric", optional: true, applies: isSMTP},
	{id: "verify", section: sectionAdvanced, label: "Certificate of the server", applies: usesTLS, options: []option{
		{string(wgsmtp.VerifyFull), "Issuer and name are checked"},
		{string(wgsmtp.VerifyNoName), "Only the issuer is checked"},
		{string(wgsmtp.VerifyOff), "Nothing is checked"},
	}},
	{id: "peer-name", section: sectionAdvanced, label: "Name in the certificate", desc: "Where it is not the name of the server.", example: "mail.example.org", optional: true, applies: usesTLS},
	{id: "ca-file", section: sectionAdvanced, label: "File of trusted certificates", desc: "On the wiki's host, in PEM form.", example: "/etc/ssl/certs/ca.pem", optional: true, applies: usesTLS},
	{id: "allow-self-signed", section: sectionAdvanced, label: "Accept a self-signed certificate", applies: usesTLS},
	{id: "debug", section: sectionAdvanced, label: "Print the conversation on the page", desc: "For a moment of searching only: visitors see it, passwords included.", applies: isSMTP},
	{id: "mail-params", section: sectionAdvanced, label: "Arguments for sendmail", desc: "As in $wgAdditionalMailParams.", example: "-f wiki@example.org", optional: true, applies: isMail},
	{id: "print-wiki", section: sectionAdvanced, label: "Also print $wgSitename and $wgServer"},
	{id: "db-name", section: sectionAdvanced, label: "Database name", desc: "$wgDBname: begins the Message-ID in the preview. Not printed.", optional: true},
	{id: "db-prefix", section: sectionAdvanced, label: "Table prefix", desc: "$wgDBprefix, for the same. Not printed.", optional: true},
	{id: "language", section: sectionAdvanced, label: "Language code", desc: "$wgLanguageCode, for the link in List-Unsubscribe. Not printed.", optional: true},
	{id: "script-path", section: sectionAdvanced, label: "Script path", desc: "$wgScriptPath, for the same. Not printed.", optional: true},
	{id: "article-path", section: sectionAdvanced, label: "Article path", desc: "$wgArticlePath, for the same. Not printed.", example: "/wiki/$1", optional: true},
}

func isSMTP(c *wgsmtp.Config, _ *Outputs) bool      { return c.Transport == wgsmtp.TransportSMTP }
func isMail(c *wgsmtp.Config, _ *Outputs) bool      { return c.Transport == wgsmtp.TransportMail }
func isExtension(c *wgsmtp.Config, _ *Outputs) bool { return c.Transport == wgsmtp.TransportExtension }
func logsIn(c *wgsmtp.Config, _ *Outputs) bool {
	return c.Transport == wgsmtp.TransportSMTP && c.Auth != wgsmtp.AuthNone
}
func needsSecret(c *wgsmtp.Config, o *Outputs) bool { return logsIn(c, o) || isExtension(c, o) }
func usesTLS(c *wgsmtp.Config, o *Outputs) bool {
	return isSMTP(c, o) && c.TLS != wgsmtp.TLSNone
}
func fromEnv(c *wgsmtp.Config, o *Outputs) bool {
	return needsSecret(c, o) && c.SecretStyle == wgsmtp.SecretEnv
}
func fromFile(c *wgsmtp.Config, o *Outputs) bool {
	return needsSecret(c, o) && c.SecretStyle == wgsmtp.SecretFile
}
func sendsMail(c *wgsmtp.Config, _ *Outputs) bool { return c.EnableEmail }
func usersWrite(c *wgsmtp.Config, _ *Outputs) bool {
	return c.EnableEmail && c.EnableUserEmail
}
func notifies(c *wgsmtp.Config, _ *Outputs) bool {
	return c.EnableEmail && (c.EnotifUserTalk || c.EnotifWatchlist)
}
func hasRegions(_ *wgsmtp.Config, o *Outputs) bool {
	return len(o.Carrier.Hosts) > 1 && o.Carrier.Hosts[0].Region != ""
}

// asksHost tells whether only the person knows the server: then it stands with
// the account instead of folded away.
func asksHost(p *providers.Carrier) bool {
	return p.Transport == wgsmtp.TransportSMTP && (len(p.Hosts) == 0 || p.Hosts[0].Host == "" || strings.Contains(p.Hosts[0].Host, "{"))
}

func authOptions() []option {
	out := []option{
		{string(wgsmtp.AuthAuto), "Automatic"},
		{string(wgsmtp.AuthNone), "None"},
	}
	for _, m := range []wgsmtp.AuthMethod{
		wgsmtp.AuthLogin, wgsmtp.AuthPlain, wgsmtp.AuthCRAMMD5, wgsmtp.AuthDigestMD5, wgsmtp.AuthSCRAMSHA1,
		wgsmtp.AuthSCRAMSHA256, wgsmtp.AuthXOAUTH2, wgsmtp.AuthOAuthBearer, wgsmtp.AuthGSSAPI,
	} {
		out = append(out, option{string(m), string(m)})
	}
	return out
}

var tlsShort = map[wgsmtp.TLSMode]string{
	wgsmtp.TLSImplicit: "TLS",
	wgsmtp.TLSStartTLS: "STARTTLS",
	wgsmtp.TLSNone:     "not encrypted",
}

const separator = " · "

func connectionSummary(o *Outputs) string {
	c := &o.State.Config
	switch c.Transport {
	case wgsmtp.TransportMail:
		return "sendmail on the wiki's host"
	case wgsmtp.TransportExtension:
		return "HTTP, by the extension"
	}
	auth := "as " + string(c.Auth)
	switch c.Auth {
	case wgsmtp.AuthAuto:
		auth = "automatic"
	case wgsmtp.AuthNone:
		auth = "no login"
	}
	return strconv.Itoa(c.Port) + separator + tlsShort[c.TLS] + separator + auth
}

func featuresSummary(o *Outputs) string {
	c := &o.State.Config
	if !c.EnableEmail {
		return "off"
	}
	var parts []string
	add := func(on bool, text string) {
		if on {
			parts = append(parts, text)
		}
	}
	add(c.EnableUserEmail, "between users")
	add(c.EmailAuthentication, "confirmed addresses")
	add(c.EnotifUserTalk || c.EnotifWatchlist, "notifications")
	add(c.AllowHTMLEmail, "HTML")
	return or(strings.Join(parts, separator), "on")
}

func secretsSummary(o *Outputs) string {
	c := &o.State.Config
	switch {
	case !needsSecret(c, o):
		return "none needed"
	case c.SecretStyle == wgsmtp.SecretEnv:
		return "environment variable"
	case c.SecretStyle == wgsmtp.SecretFile:
		return "file outside the web root"
	}
	return "in the block"
}

func advancedSummary(o *Outputs) string {
	changed := 0
	d := base(o.State.Config.Carrier, o.State.Config.Region).Config
	for i := range specs {
		s := &specs[i]
		if s.section != sectionAdvanced {
			continue
		}
		f, _ := wgsmtp.FieldByID(s.id)
		if f.Get(&o.State.Config) != f.Get(&d) {
			changed++
		}
	}
	switch changed {
	case 0:
		return "as usual"
	case 1:
		return "1 change"
	}
	return fmt.Sprintf("%d changes", changed)
}

// field is the row as a component for the state at hand.
func (p *Page) field(s *spec) field {
	o := &p.out
	c := &o.State.Config
	f, _ := wgsmtp.FieldByID(s.id)
	out := field{
		ID: s.id, Kind: f.Kind, Label: s.label, Desc: s.desc, Optional: s.optional,
		Example: s.example, Mode: s.mode, Options: s.options,
		Value:    shownValue(f, c),
		Messages: p.messages[s.id],
		Lit:      p.lit == s.id,
		Hidden:   s.applies != nil && !s.applies(c, o),
	}
	switch s.id {
	case "release":
		out.Options = releaseOptions(c.Release)
	case "region":
		out.Options = p.offers(o.Carrier).regions
	case "sender":
		out.Desc = or(o.Carrier.Sender.Text, s.desc)
	case "user":
		credential(&out, &o.Carrier.User)
		if o.Carrier.User.Fixed != "" {
			out.Desc = "The same for everybody: " + o.Carrier.User.Fixed
		}
	case "secret":
		credential(&out, &o.Carrier.Secret)
		out.Reveal = p.reveal
		out.Hidden = out.Hidden || c.SecretStyle != wgsmtp.SecretInline
	case "host":
		if len(o.Carrier.Hosts) > 0 && o.Carrier.Hosts[0].Ask != "" {
			out.Desc = o.Carrier.Hosts[0].Ask
		}
	case "port":
		out.Ports = p.offers(o.Carrier).ports
		out.Desc = o.Carrier.Why
	}
	return out
}

func credential(f *field, c *providers.Credential) {
	f.Label = or(c.Label, f.Label)
	f.Desc = c.Hint
	f.Example = or(c.Example, f.Example)
	if c.Where != "" {
		f.Link, f.LinkText = c.Where, "Where to get it"
	}
}

// shownValue is how a control shows a field: an unset number is empty.
func shownValue(f wgsmtp.Field, c *wgsmtp.Config) string {
	v := f.Get(c)
	if f.Kind == wgsmtp.KindNumber && v == "0" {
		return ""
	}
	return v
}

var branches = sync.OnceValue(func() []option {
	all := mediawiki.All()
	out := make([]option, 0, len(all))
	for _, r := range all {
		out = append(out, option{r.Name(), r.Label()})
	}
	return out
})

// releaseOptions are the newest of each branch, and the one at hand where it
// is another.
func releaseOptions(current string) []option {
	all := branches()
	if slices.ContainsFunc(all, func(o option) bool { return o.Value == current }) {
		return all
	}
	return append(slices.Clip(all), option{current, current})
}

// offers are a carrier's choices, made once: the same slice is quickly told to
// be the same.
type offers struct {
	of             *providers.Carrier
	regions, ports []option
}

func (p *Page) offers(c *providers.Carrier) *offers {
	if p.offered.of != c {
		p.offered = offers{c, regionOptions(c), portOptions(c)}
	}
	return &p.offered
}

func regionOptions(p *providers.Carrier) []option {
	out := make([]option, 0, len(p.Hosts))
	for _, h := range p.Hosts {
		label := h.Region
		if h.Label != "" {
			label = h.Label + separator + h.Region
		}
		out = append(out, option{h.Region, label})
	}
	return out
}

func portOptions(p *providers.Carrier) []option {
	out := make([]option, 0, len(p.Ports))
	for _, q := range p.Ports {
		label := strconv.Itoa(q.Port) + " " + tlsShort[q.TLS]
		if q.Recommended {
			label += " (recommended)"
		}
		out = append(out, option{strconv.Itoa(q.Port) + " " + string(q.TLS), label})
	}
	return out
}

package localsettings

import (
	"net/netip"
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Of is what a Config means in a release: the settings that the block prints,
// those that are the release's default anyway, and what the wiki has of its
// own (its name, its database), which only the previews read. Settings and
// keys that the release does not know are left out. p may be nil.
func Of(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier) *Settings {
	s := &Settings{}
	for i := range wikiSettings {
		wikiSettings[i].put(s, c, r)
	}
	switch c.Transport {
	case wgsmtp.TransportMail:
		s.Set("wgSMTP", php.B(false))
		if c.MailParams != "" {
			s.Set("wgAdditionalMailParams", php.S(c.MailParams))
		}
	case wgsmtp.TransportExtension:
		if p != nil && p.Extension != nil {
			putExtension(s, c, p.Extension)
		}
	default:
		s.Set("wgSMTP", smtp(c, r))
	}
	for i := range mailSettings {
		mailSettings[i].put(s, c, r)
	}
	name := php.S(c.SenderName)
	switch {
	case c.SenderName == "":
	case r.Has(mediawiki.SenderFromMessage):
		s.Set(EmailsenderPage, name)
	default:
		s.Set("wgPasswordSenderName", name)
	}
	return s
}

// smtp is $wgSMTP. The keys are those of PEAR's Mail_smtp, and IDHost, which
// UserMailer reads (https://www.mediawiki.org/wiki/Manual:$wgSMTP).
func smtp(c *wgsmtp.Config, r *mediawiki.Release) php.Value {
	known := r.SMTPKeys()
	login := c.Auth != wgsmtp.AuthNone
	a := make([]php.Entry, 0, len(known))
	add := func(key string, v php.Value) {
		if slices.Contains(known, key) {
			a = append(a, php.E(key, v))
		}
	}
	add("host", php.S(host(c)))
	if c.IDHost != "" {
		add("IDHost", php.S(c.IDHost))
	}
	add("port", php.I(int64(c.Port)))
	switch c.Auth {
	case wgsmtp.AuthNone, wgsmtp.AuthAuto:
		// Real booleans: the string "true" would be taken for a mechanism.
		add("auth", php.B(login))
	default:
		add("auth", php.S(string(c.Auth)))
	}
	if login {
		add("username", php.S(c.User))
		add("password", secret(c))
	}
	if c.EHLOName != "" {
		add("localhost", php.S(c.EHLOName))
	}
	if c.Timeout > 0 {
		add("timeout", php.I(int64(c.Timeout)))
	}
	// Without the key, PEAR turns on TLS exactly when it logs in and the server
	// offers it.
	switch {
	case c.TLS == wgsmtp.TLSStartTLS && !login:
		add("starttls", php.B(true))
	case c.TLS == wgsmtp.TLSNone && login:
		add("starttls", php.B(false))
	}
	if encrypts(c, r) {
		if o := tlsOptions(c); len(o.Array) > 0 {
			add("socket_options", php.A(php.E("ssl", o)))
		}
	}
	if c.Debug {
		add("debug", php.B(true))
	}
	return php.A(a...)
}

// host is the address with PHP's scheme for TLS from the first byte. IPv6
// literals get brackets: Net_Socket adds them only to some.
func host(c *wgsmtp.Config) string {
	h := c.Host
	if a, err := netip.ParseAddr(h); err == nil && a.Is6() {
		h = "[" + h + "]"
	}
	if c.TLS == wgsmtp.TLSImplicit {
		h = "ssl://" + h
	}
	return h
}

// secret is the expression that gives the password.
func secret(c *wgsmtp.Config) php.Value {
	switch c.SecretStyle {
	case wgsmtp.SecretEnv:
		return php.Sym("getenv( " + php.Quote(c.SecretEnv) + " )")
	case wgsmtp.SecretFile:
		// An editor ends the file with a line end, which is no part of it.
		return php.Sym("trim( file_get_contents( " + php.Quote(c.SecretFile) + " ) )")
	default:
		return php.S(string(c.Secret))
	}
}

// encrypts tells whether TLS can come up at all: without a login STARTTLS
// needs the key that asks for it.
func encrypts(c *wgsmtp.Config, r *mediawiki.Release) bool {
	switch c.TLS {
	case wgsmtp.TLSImplicit:
		return true
	case wgsmtp.TLSStartTLS:
		return c.Auth != wgsmtp.AuthNone || r.Has(mediawiki.StartTLSKey)
	}
	return false
}

// tlsOptions are PHP's context options for TLS
// (https://www.php.net/manual/en/context.ssl.php).
func tlsOptions(c *wgsmtp.Config) php.Value {
	o := php.A()
	add := func(key string, v php.Value) { o.Array = append(o.Array, php.E(key, v)) }
	if c.PeerName != "" {
		add("peer_name", php.S(c.PeerName))
	}
	if c.CAFile != "" {
		add("cafile", php.S(c.CAFile))
	}
	switch c.Verify {
	case wgsmtp.VerifyOff:
		add("verify_peer", php.B(false))
		add("verify_peer_name", php.B(false))
	case wgsmtp.VerifyNoName:
		add("verify_peer_name", php.B(false))
	}
	if c.AllowSelfSigned {
		add("allow_self_signed", php.B(true))
	}
	return o
}

func putExtension(s *Settings, c *wgsmtp.Config, e *providers.Extension) {
	s.Set(Extensions, php.List(php.S(e.Name)))
	put := func(name string, v php.Value) {
		if name = strings.TrimPrefix(name, "$"); php.IsName(name) {
			s.Set(name, v)
		}
	}
	put(e.Secret, secret(c))
	if c.APIDomain != "" {
		put(e.Domain, php.S(c.APIDomain))
	}
	if endpoint := e.Regions[c.Region]; endpoint != "" {
		put(e.Endpoint, php.S(endpoint))
	}
}

// setting is a variable that one field of a Config decides: text, which is
// set where it is not empty, or a switch, which is set where the release
// knows it.
type setting struct {
	name, field string
	text        func(*wgsmtp.Config) string
	flag        func(*wgsmtp.Config) bool
	empty       bool   // "" is a value, too
	about       string // comment in the block
}

func (d *setting) put(s *Settings, c *wgsmtp.Config, r *mediawiki.Release) {
	if _, known := r.Default(d.name); !known {
		return
	}
	if d.flag != nil {
		s.Set(d.name, php.B(d.flag(c)))
	} else if v := d.text(c); v != "" || d.empty {
		s.Set(d.name, php.S(v))
	}
}

// wikiSettings are the wiki's own; of these the block prints the first two at
// most.
var wikiSettings = [...]setting{
	{name: "wgSitename", field: "sitename", text: func(c *wgsmtp.Config) string { return c.Sitename }},
	{name: "wgServer", field: "server", text: func(c *wgsmtp.Config) string { return c.Server }},
	{name: "wgDBname", field: "db-name", text: func(c *wgsmtp.Config) string { return c.DBName }},
	{name: "wgDBprefix", field: "db-prefix", text: func(c *wgsmtp.Config) string { return c.DBPrefix }},
	{name: "wgLanguageCode", field: "language", text: func(c *wgsmtp.Config) string { return c.Language }},
	{name: "wgScriptPath", field: "script-path", empty: true, text: func(c *wgsmtp.Config) string { return c.ScriptPath }},
	{name: "wgArticlePath", field: "article-path", text: func(c *wgsmtp.Config) string { return c.ArticlePath }},
}

const printedOfWiki = 2

// mailSettings in the order of the block.
var mailSettings = [...]setting{
	{name: "wgPasswordSender", field: "sender", text: func(c *wgsmtp.Config) string { return c.PasswordSender },
		about: "The address that the wiki's mail comes from; without a name"},
	{name: "wgEmergencyContact", field: "emergency-contact", text: func(c *wgsmtp.Config) string { return c.EmergencyContact },
		about: "The administrator's address"},
	{name: "wgNoReplyAddress", field: "no-reply", text: func(c *wgsmtp.Config) string { return c.NoReplyAddress },
		about: "Where replies to notifications go"},

	{name: "wgEnableEmail", field: "enable-email", flag: func(c *wgsmtp.Config) bool { return c.EnableEmail },
		about: "Mail features at all"},
	{name: "wgEnableUserEmail", field: "enable-user-email", flag: func(c *wgsmtp.Config) bool { return c.EnableUserEmail },
		about: "Whether users may write to each other"},
	{name: "wgUserEmailUseReplyTo", field: "user-email-reply-to", flag: func(c *wgsmtp.Config) bool { return c.UserEmailUseReplyTo },
		about: "true: users' mail comes from the wiki, and replies go to the user"},
	{name: "wgEmailAuthentication", field: "email-authentication", flag: func(c *wgsmtp.Config) bool { return c.EmailAuthentication },
		about: "Whether an address must be confirmed before it gets mail"},
	{name: "wgEmailConfirmToEdit", field: "email-confirm-to-edit", flag: func(c *wgsmtp.Config) bool { return c.EmailConfirmToEdit },
		about: "Whether one needs a confirmed address to edit"},
	{name: "wgEnotifUserTalk", field: "enotif-user-talk", flag: func(c *wgsmtp.Config) bool { return c.EnotifUserTalk },
		about: "Mail about messages on one's talk page"},
	{name: "wgEnotifWatchlist", field: "enotif-watchlist", flag: func(c *wgsmtp.Config) bool { return c.EnotifWatchlist },
		about: "Mail about changes to watched pages"},
	{name: "wgEnotifRevealEditorAddress", field: "enotif-reveal-editor", flag: func(c *wgsmtp.Config) bool { return c.EnotifRevealEditor },
		about: "Whether notifications show the editor's address, if the editor agreed"},
	{name: "wgEnotifFromEditor", field: "enotif-from-editor", flag: func(c *wgsmtp.Config) bool { return c.EnotifFromEditor },
		about: "Whether such notifications come from the editor's address"},
	{name: "wgEnotifUseRealName", field: "enotif-real-name", flag: func(c *wgsmtp.Config) bool { return c.EnotifUseRealName },
		about: "Real names in the place of user names"},
	{name: "wgAllowHTMLEmail", field: "allow-html", flag: func(c *wgsmtp.Config) bool { return c.AllowHTMLEmail },
		about: "HTML mail where an extension offers it"},
}

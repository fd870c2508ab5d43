// The one table of fields: names for the command line, share links, findings
// and the form. Adding a decision is a field in Config and a row here.

package wgsmtp

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Kind is the shape of a field's values as text.
type Kind string

const (
	KindText   Kind = "text"
	KindNumber Kind = "number" // decimal, 0 or more
	KindSwitch Kind = "switch" // "true" or "false"
	KindChoice Kind = "choice" // one of Field.Choices
	KindSecret Kind = "secret" // text that never leaves the page
)

// Field is one named part of a Config.
type Field struct {
	ID      string // "ehlo-name"; stable: share links hold it
	Setting string // the PHP it decides: "$wgSMTP['localhost']"; "" where there is none
	Kind    Kind
	Choices []string // for KindChoice
	Doc     string   // one line, for `wgsmtp emit --list`

	of func(*Config) any // pointer to the field
}

func choices[T ~string](v ...T) []string {
	out := make([]string, len(v))
	for i, s := range v {
		out[i] = string(s)
	}
	return out
}

var fields = []Field{
	{"carrier", "", KindText, nil, "who carries the mail: an id of `wgsmtp emit --list`", func(c *Config) any { return &c.Carrier }},
	{"region", "", KindText, nil, "the carrier's region, where it has several", func(c *Config) any { return &c.Region }},
	{"release", "", KindText, nil, "MediaWiki release: 1.43 (its newest) or 1.43.3", func(c *Config) any { return &c.Release }},

	{"transport", "$wgSMTP", KindChoice, choices(TransportSMTP, TransportMail, TransportExtension), "SMTP, PHP's mail(), or an extension", func(c *Config) any { return &c.Transport }},
	{"host", "$wgSMTP['host']", KindText, nil, "mail server, without ssl://", func(c *Config) any { return &c.Host }},
	{"port", "$wgSMTP['port']", KindNumber, nil, "TCP port", func(c *Config) any { return &c.Port }},
	{"tls", "$wgSMTP['host']", KindChoice, choices(TLSImplicit, TLSStartTLS, TLSNone), "how the connection is encrypted", func(c *Config) any { return &c.TLS }},
	{"auth", "$wgSMTP['auth']", KindChoice, choices(AuthNone, AuthAuto, AuthLogin, AuthPlain, AuthCRAMMD5, AuthDigestMD5, AuthSCRAMSHA1, AuthSCRAMSHA256, AuthXOAUTH2, AuthOAuthBearer, AuthGSSAPI), "authentication", func(c *Config) any { return &c.Auth }},
	{"user", "$wgSMTP['username']", KindText, nil, "user name", func(c *Config) any { return &c.User }},
	{"secret-style", "$wgSMTP['password']", KindChoice, choices(SecretInline, SecretEnv, SecretFile), "where the password is read from", func(c *Config) any { return &c.SecretStyle }},
	{"secret", "$wgSMTP['password']", KindSecret, nil, "password, for secret-style=inline", func(c *Config) any { return &c.Secret }},
	{"secret-env", "$wgSMTP['password']", KindText, nil, "environment variable, for secret-style=env", func(c *Config) any { return &c.SecretEnv }},
	{"secret-file", "$wgSMTP['password']", KindText, nil, "file, for secret-style=file", func(c *Config) any { return &c.SecretFile }},
	{"ehlo-name", "$wgSMTP['localhost']", KindText, nil, "name said in EHLO", func(c *Config) any { return &c.EHLOName }},
	{"id-host", "$wgSMTP['IDHost']", KindText, nil, "right side of Message-ID", func(c *Config) any { return &c.IDHost }},
	{"timeout", "$wgSMTP['timeout']", KindNumber, nil, "seconds to wait for the connection; 0 leaves PHP's own", func(c *Config) any { return &c.Timeout }},
	{"verify", "$wgSMTP['socket_options']", KindChoice, choices(VerifyFull, VerifyNoName, VerifyOff), "what is checked of the server's certificate", func(c *Config) any { return &c.Verify }},
	{"peer-name", "$wgSMTP['socket_options']", KindText, nil, "name expected in the certificate", func(c *Config) any { return &c.PeerName }},
	{"ca-file", "$wgSMTP['socket_options']", KindText, nil, "file of trusted certificates", func(c *Config) any { return &c.CAFile }},
	{"allow-self-signed", "$wgSMTP['socket_options']", KindSwitch, nil, "accept a self-signed certificate", func(c *Config) any { return &c.AllowSelfSigned }},
	{"debug", "$wgSMTP['debug']", KindSwitch, nil, "print the conversation, passwords included", func(c *Config) any { return &c.Debug }},
	{"api-domain", "", KindText, nil, "sending domain at the carrier, for transport=extension", func(c *Config) any { return &c.APIDomain }},
	{"mail-params", "$wgAdditionalMailParams", KindText, nil, "arguments for sendmail, for transport=mail", func(c *Config) any { return &c.MailParams }},

	{"sitename", "$wgSitename", KindText, nil, "name of the wiki", func(c *Config) any { return &c.Sitename }},
	{"server", "$wgServer", KindText, nil, "address of the wiki: https://wiki.example.org", func(c *Config) any { return &c.Server }},
	{"sender", "$wgPasswordSender", KindText, nil, "address the wiki sends from", func(c *Config) any { return &c.PasswordSender }},
	{"sender-name", "MediaWiki:Emailsender", KindText, nil, "name beside it; empty is the name of the wiki", func(c *Config) any { return &c.SenderName }},
	{"emergency-contact", "$wgEmergencyContact", KindText, nil, "address of the wiki's administrator", func(c *Config) any { return &c.EmergencyContact }},
	{"no-reply", "$wgNoReplyAddress", KindText, nil, "Reply-To of notifications", func(c *Config) any { return &c.NoReplyAddress }},

	{"enable-email", "$wgEnableEmail", KindSwitch, nil, "mail features at all", func(c *Config) any { return &c.EnableEmail }},
	{"enable-user-email", "$wgEnableUserEmail", KindSwitch, nil, "users may write to each other", func(c *Config) any { return &c.EnableUserEmail }},
	{"user-email-reply-to", "$wgUserEmailUseReplyTo", KindSwitch, nil, "users' mail comes from the wiki, replies go to the user", func(c *Config) any { return &c.UserEmailUseReplyTo }},
	{"email-authentication", "$wgEmailAuthentication", KindSwitch, nil, "addresses must be confirmed", func(c *Config) any { return &c.EmailAuthentication }},
	{"email-confirm-to-edit", "$wgEmailConfirmToEdit", KindSwitch, nil, "only users with a confirmed address may edit", func(c *Config) any { return &c.EmailConfirmToEdit }},
	{"enotif-user-talk", "$wgEnotifUserTalk", KindSwitch, nil, "notify of talk page messages", func(c *Config) any { return &c.EnotifUserTalk }},
	{"enotif-watchlist", "$wgEnotifWatchlist", KindSwitch, nil, "notify of changes to watched pages", func(c *Config) any { return &c.EnotifWatchlist }},
	{"enotif-reveal-editor", "$wgEnotifRevealEditorAddress", KindSwitch, nil, "notifications may show the editor's address", func(c *Config) any { return &c.EnotifRevealEditor }},
	{"enotif-from-editor", "$wgEnotifFromEditor", KindSwitch, nil, "such notifications come from the editor", func(c *Config) any { return &c.EnotifFromEditor }},
	{"enotif-real-name", "$wgEnotifUseRealName", KindSwitch, nil, "real names instead of user names", func(c *Config) any { return &c.EnotifUseRealName }},
	{"allow-html", "$wgAllowHTMLEmail", KindSwitch, nil, "HTML mail where an extension offers it", func(c *Config) any { return &c.AllowHTMLEmail }},

	{"db-name", "$wgDBname", KindText, nil, "database name: part of Message-ID; not printed", func(c *Config) any { return &c.DBName }},
	{"db-prefix", "$wgDBprefix", KindText, nil, "table prefix: part of Message-ID; not printed", func(c *Config) any { return &c.DBPrefix }},
	{"language", "$wgLanguageCode", KindText, nil, "content language: part of List-Unsubscribe; not printed", func(c *Config) any { return &c.Language }},
	{"script-path", "$wgScriptPath", KindText, nil, "part of List-Unsubscribe; not printed", func(c *Config) any { return &c.ScriptPath }},
	{"article-path", "$wgArticlePath", KindText, nil, "part of List-Unsubscribe; not printed", func(c *Config) any { return &c.ArticlePath }},

	{"comments", "", KindSwitch, nil, "explain the lines of the block", func(c *Config) any { return &c.Comments }},
	{"link-back", "", KindSwitch, nil, "a comment line with the link to this configuration", func(c *Config) any { return &c.LinkBack }},
	{"print-wiki", "", KindSwitch, nil, "also print $wgSitename and $wgServer", func(c *Config) any { return &c.PrintWiki }},
}

// Fields are all fields in the order of Config. The caller must not change it.
func Fields() []Field { return fields }

// FieldByID finds a field by its name.
func FieldByID(id string) (Field, bool) {
	i := slices.IndexFunc(fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return fields[i], true
}

// Get is the field's value as text, the form that Set takes. Of a secret it is
// the secret itself.
func (f Field) Get(c *Config) string {
	switch p := f.of(c).(type) {
	case *string:
		return *p
	case *int:
		return strconv.Itoa(*p)
	case *bool:
		return strconv.FormatBool(*p)
	case *Secret:
		return string(*p)
	case *Transport:
		return string(*p)
	case *TLSMode:
		return string(*p)
	case *AuthMethod:
		return string(*p)
	case *SecretStyle:
		return string(*p)
	case *Verify:
		return string(*p)
	default:
		panic(fmt.Sprintf("wgsmtp: field %s has the type %T", f.ID, p))
	}
}

// Set writes the field from text. The error names field and value (never a
// secret) and says what would be accepted; c is then unchanged.
func (f Field) Set(c *Config, text string) error {
	if f.Kind == KindChoice && !slices.Contains(f.Choices, text) {
		return fmt.Errorf("%s: %q is not one of %s", f.ID, text, strings.Join(f.Choices, ", "))
	}
	switch p := f.of(c).(type) {
	case *string:
		*p = text
	case *int:
		n, err := strconv.Atoi(strings.TrimSpace(text))
		if err != nil || n < 0 {
			return fmt.Errorf("%s: %q is not a whole number", f.ID, text)
		}
		*p = n
	case *bool:
		switch strings.ToLower(text) {
		case "true", "yes", "on", "1":
			*p = true
		case "false", "no", "off", "0":
			*p = false
		default:
			return fmt.Errorf("%s: %q is neither true nor false", f.ID, text)
		}
	case *Secret:
		*p = Secret(text)
	case *Transport:
		*p = Transport(text)
	case *TLSMode:
		*p = TLSMode(text)
	case *AuthMethod:
		*p = AuthMethod(text)
	case *SecretStyle:
		*p = SecretStyle(text)
	case *Verify:
		*p = Verify(text)
	default:
		panic(fmt.Sprintf("wgsmtp: field %s has the type %T", f.ID, p))
	}
	return nil
}

// Change is an assignment of one field: what a mend, a preset and a share
// link are made of.
type Change struct {
	Field string // Field.ID
	Value string // as Field.Set takes it
}

// Apply returns c with the changes made in order. Unknown fields and refused
// values are left out and reported together; the rest is applied.
func Apply(c Config, changes []Change) (Config, error) {
	var errs []error
	for _, ch := range changes {
		f, ok := FieldByID(ch.Field)
		if !ok {
			errs = append(errs, fmt.Errorf("%q is not a field", ch.Field))
			continue
		}
		if err := f.Set(&c, ch.Value); err != nil {
			errs = append(errs, err)
		}
	}
	return c, errors.Join(errs...)
}

// Diff is what must change to get from one Config to another, in field order.
// It contains secrets where they differ.
func Diff(from, to Config) []Change {
	var out []Change
	for _, f := range fields {
		if v := f.Get(&to); v != f.Get(&from) {
			out = append(out, Change{f.ID, v})
		}
	}
	return out
}

// Package wgsmtp is the vocabulary of the configurator: what a person decides
// about the mail of their wiki, in the words of RFC 5321, RFC 8314 and
// MediaWiki's manual. It decides nothing itself and imports nothing of ours.
//
// Config holds the decisions. Every reading of it (the PHP block, the headers,
// the conversation, the findings, the receiver's view) is a pure function of
// the Config, the MediaWiki release and the carrier, and lives in a package of
// its own. Field is how the outside names a part of a Config: the command
// line, share links, findings and their mends, and the form all use the same
// table.
package wgsmtp

// Transport is how mail leaves the wiki.
type Transport string

const (
	TransportSMTP      Transport = "smtp"      // $wgSMTP is an array: MediaWiki speaks SMTP itself
	TransportMail      Transport = "mail"      // $wgSMTP = false: PHP's mail() runs the local sendmail
	TransportExtension Transport = "extension" // an extension hands mail to the carrier's HTTP API
)

// TLSMode is how the connection is encrypted (RFC 8314 section 3, RFC 3207).
type TLSMode string

const (
	TLSImplicit TLSMode = "implicit" // TLS from the first byte, "submissions"
	TLSStartTLS TLSMode = "starttls" // in clear until STARTTLS
	TLSNone     TLSMode = "none"     // never encrypted
)

// AuthMethod is the SASL mechanism (RFC 4954), or how it is chosen.
type AuthMethod string

const (
	AuthNone        AuthMethod = "none" // 'auth' => false
	AuthAuto        AuthMethod = "auto" // 'auth' => true: the first advertised one that the mail stack knows
	AuthLogin       AuthMethod = "LOGIN"
	AuthPlain       AuthMethod = "PLAIN"
	AuthCRAMMD5     AuthMethod = "CRAM-MD5"
	AuthDigestMD5   AuthMethod = "DIGEST-MD5"
	AuthSCRAMSHA1   AuthMethod = "SCRAM-SHA-1"
	AuthSCRAMSHA256 AuthMethod = "SCRAM-SHA-256"
	AuthXOAUTH2     AuthMethod = "XOAUTH2"
	AuthOAuthBearer AuthMethod = "OAUTHBEARER"
	AuthGSSAPI      AuthMethod = "GSSAPI"
)

// Verify is how much of the server's certificate PHP checks.
type Verify string

const (
	VerifyFull   Verify = "full"    // chain and name, PHP's default since 5.6
	VerifyNoName Verify = "no-name" // chain only: verify_peer_name => false
	VerifyOff    Verify = "off"     // neither: anyone on the way can read and change the mail
)

// SecretStyle is where LocalSettings.php takes the secret from.
type SecretStyle string

const (
	SecretInline SecretStyle = "inline" // written into the block
	SecretEnv    SecretStyle = "env"    // getenv()
	SecretFile   SecretStyle = "file"   // a file outside the web root
)

// Secret is a password or key. It prints as *** whichever way it is formatted,
// so that it cannot reach a log or an error text by accident; string(s) is the
// deliberate way to read it.
type Secret string

// String hides the secret; an empty one stays visibly empty.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText hides the secret from JSON and other encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MailKind is an occasion on which MediaWiki sends mail. The values are those
// of the recorded cases that the previews are tested with.
type MailKind string

const (
	MailConfirm       MailKind = "confirm"          // Special:ConfirmEmail
	MailPasswordReset MailKind = "password-reset"   // Special:PasswordReset
	MailNewAccount    MailKind = "new-account"      // an account made by somebody else
	MailUser          MailKind = "emailuser"        // Special:EmailUser
	MailWatchlist     MailKind = "enotif-watchlist" // a watched page changed
	MailTalk          MailKind = "enotif-talk"      // the user's talk page changed
	MailChanged       MailKind = "email-changed"    // the user's address was changed
	MailPlain         MailKind = "plain"            // UserMailer::send(), as the test command does
	MailPlainMulti    MailKind = "plain-multi"      // the same with several recipients
	MailHTML          MailKind = "html"             // the same with an HTML body
)

// MailKinds are all kinds, those that readers meet most often first.
var MailKinds = []MailKind{
	MailConfirm, MailPasswordReset, MailNewAccount, MailUser, MailWatchlist,
	MailTalk, MailChanged, MailPlain, MailPlainMulti, MailHTML,
}

// Config is what a person has decided. The zero value is not useful; start
// with Default. Strings are exactly what was typed.
type Config struct {
	Carrier string // file name in providers/ without .json; "custom" where none fits
	Region  string // region of the carrier's host list; "" where it has one host
	Release string // "1.43" (its newest known patch release) or "1.43.3"

	Transport Transport
	Host      string // name or address without a scheme; IPv6 in brackets
	Port      int
	TLS       TLSMode
	Auth      AuthMethod
	User      string

	SecretStyle SecretStyle
	Secret      Secret // for SecretInline
	SecretEnv   string // name of the environment variable
	SecretFile  string // path of the file

	EHLOName        string // $wgSMTP['localhost']; "" leaves PEAR's "localhost"
	IDHost          string // right side of Message-ID; "" leaves the host of $wgServer
	Timeout         int    // seconds to wait for the connection; 0 leaves PHP's default_socket_timeout
	Verify          Verify
	PeerName        string // name expected in the certificate; "" is the host
	CAFile          string // PEM file of trusted authorities on the wiki's host
	Debug           bool   // 'debug' => true: prints the conversation, passwords included
	APIDomain       string // sending domain at the carrier, for TransportExtension
	MailParams      string // $wgAdditionalMailParams, for TransportMail
	AllowSelfSigned bool   // 'allow_self_signed' => true

	Sitename         string
	Server           string // $wgServer: scheme and host
	PasswordSender   string
	SenderName       string // MediaWiki:Emailsender; "" is the site name ($wgPasswordSenderName up to 1.22)
	EmergencyContact string
	NoReplyAddress   string

	EnableEmail         bool
	EnableUserEmail     bool
	UserEmailUseReplyTo bool
	EmailAuthentication bool
	EmailConfirmToEdit  bool
	EnotifUserTalk      bool
	EnotifWatchlist     bool
	EnotifRevealEditor  bool // $wgEnotifRevealEditorAddress
	EnotifFromEditor    bool
	EnotifUseRealName   bool
	AllowHTMLEmail      bool

	// What the wiki already has and the block does not print: it decides the
	// previews' Message-ID, List-Unsubscribe and time zone.
	DBName      string
	DBPrefix    string
	Language    string // $wgLanguageCode
	ScriptPath  string
	ArticlePath string // "" leaves MediaWiki's default

	Comments  bool // explain the lines of the block
	LinkBack  bool // a comment line with the share link
	PrintWiki bool // also print $wgSitename and $wgServer
}

// Default is a new wiki's configuration before a carrier is chosen: the safe
// value everywhere, and what MediaWiki's installer writes for the features.
func Default() Config {
	return Config{
		Carrier:   "custom",
		Release:   "1.43",
		Transport: TransportSMTP,
		Port:      465,
		TLS:       TLSImplicit,
		Auth:      AuthAuto,

		SecretStyle: SecretInline,
		SecretEnv:   "MEDIAWIKI_SMTP_PASSWORD",
		SecretFile:  "/etc/mediawiki/smtp-password",
		Verify:      VerifyFull,

		EnableEmail:         true,
		EnableUserEmail:     true,
		UserEmailUseReplyTo: true,
		EmailAuthentication: true,

		DBName:     "my_wiki",
		Language:   "en",
		ScriptPath: "/w",

		Comments: true,
		LinkBack: true,
	}
}

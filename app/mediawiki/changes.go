// The table of changes: every behaviour that some releases have and others do
// not, with the patch release in which it came. Adding one is a name and a row.

package mediawiki

// Change is a behaviour that came with some release.
type Change string

// What stands in the mail.
const (
	ReturnPathAddress   Change = "return-path-address"    // Return-Path holds the address alone, no name
	RecipientNames      Change = "recipient-names"        // To holds the recipient's name
	NoToForSeveral      Change = "no-to-for-several"      // no To at several recipients, instead of undisclosed-recipients
	HeaderOrder119      Change = "header-order-1.19"      // Subject and To at the end
	HeaderOrder121      Change = "header-order-1.21"      // Date before the MIME headers, X-Mailer after Message-ID
	MessageIDFromServer Change = "message-id-from-server" // the host of $wgServer where IDHost is not set; wiki's id and uniqid() on the left
	MessageIDDomainID   Change = "message-id-domain-id"   // the wiki's id on the left has "-" written ?h and "?" written ??
	MessageIDParseURL   Change = "message-id-parse-url"   // the host is what PHP's parse_url() finds
	HTMLMail            Change = "html-mail"              // multipart/alternative with $wgAllowHTMLEmail
	ShortBodyRefused    Change = "short-body-refused"     // a text of less than 10 bytes is not sent
	DateLocalTimezone   Change = "date-local-timezone"    // Date in $wgLocaltimezone
	ListUnsubscribe     Change = "list-unsubscribe"       // List-Unsubscribe: Special:Preferences
	ListHelp            Change = "list-help"              // extra headers, and with them List-Help on watchlist mail
	ServerURLTolerant   Change = "server-url-tolerant"    // $wgServer without a scheme gives http://, not http:///
	SenderFromMessage   Change = "sender-from-message"    // the sender's name is MediaWiki:Emailsender, $wgPasswordSenderName is ignored
	EmptySenderDefault  Change = "empty-sender-default"   // an empty $wgPasswordSender is apache@HOST, as false
	QuotedNames         Change = "quoted-names"           // plain names are always in quotes, encoded ones never
	EncodedFullStop     Change = "encoded-full-stop"      // "." is =2E in encoded words
	EncodedComma        Change = "encoded-comma"          // "," is =2C in encoded words
	MailTexts143        Change = "mail-texts-1.43"        // notification texts: <URL>, log link, editor's talk page
	EqualsInUserNames   Change = "equals-in-user-names"   // "=" is refused in new user names
	ReplyToDefault      Change = "reply-to-default"       // $wgUserEmailUseReplyTo is true by default
	RevealFromEditorBug Change = "reveal-from-editor-bug" // $wgEnotifRevealEditorAddress with $wgEnotifFromEditor: no notification goes out
	OneRecipient        Change = "one-recipient"          // over SMTP UserMailer refuses several recipients
	NoImpersonal        Change = "no-impersonal"          // $wgEnotifImpersonal and $wgEnotifMaxRecips are gone: one mail for each
	FeaturesForcedOff   Change = "features-forced-off"    // $wgEnableEmail = false switches the other mail settings off
	NoReplyDefault      Change = "no-reply-default"       // $wgNoReplyAddress is $wgPasswordSender by default
)

// How it leaves.
const (
	MailEnvelope       Change = "mail-envelope"        // mail(): -f SENDER
	MailEnvelopeQuoted Change = "mail-envelope-quoted" // mail(): the sender is quoted for the shell
	MailHeadersAll     Change = "mail-headers-all"     // mail() gets the same headers as SMTP
	AlternateMailer    Change = "alternate-mailer"     // extensions can take the mail over: $wgSMTP is then not read
	ReturnPathHook     Change = "return-path-hook"     // extensions can change the envelope sender (BounceHandler)
	NotificationQueue  Change = "notification-queue"   // notifications always wait for the job queue
	BundledPEAR        Change = "bundled-pear"         // the release brings PEAR Mail and Net_SMTP
	ComposerOnly       Change = "composer-only"        // PEAR on the include path is no longer used
)

// What $wgSMTP can say, and what Net_SMTP does.
const (
	SocketOptions    Change = "socket-options"     // 'socket_options'
	StartTLSKey      Change = "starttls-key"       // 'starttls'
	DebugHandler     Change = "debug-handler"      // 'debug_handler'
	GSSAPI           Change = "gssapi"             // tried before LOGIN where php-krb5 is loaded
	GSSAPIPrincipal  Change = "gssapi-principal"   // only with a principal, which MediaWiki cannot give: never
	XOAUTH2          Change = "xoauth2"            // AUTH XOAUTH2
	SCRAM            Change = "scram"              // AUTH SCRAM-SHA-*, with Auth_SASL
	OAuthBearer      Change = "oauthbearer"        // AUTH OAUTHBEARER, and 'auth' => 'OAUTH'
	OAuthBearerComma Change = "oauthbearer-comma"  // the response has the comma that RFC 7628 wants
	LongInitialSplit Change = "long-initial-split" // a long XOAUTH2 response waits for the 334
	StartTLSDetail   Change = "starttls-detail"    // a failed STARTTLS names its cause
	SymfonyMailer    Change = "symfony-mailer"     // symfony/mailer in the place of PEAR
)

// What the administrator sees.
const (
	ResetHidesErrors  Change = "reset-hides-errors" // password reset claims success whatever happened
	WarningsShown     Change = "warnings-shown"     // PHP's warnings while mail is sent are no longer hidden
	SilencedErrorLog  Change = "silenced-error-log" // log channel silenced-error has PHP's hidden warnings
	UserMailerLog     Change = "usermailer-log"     // log channel usermailer
	MailWarningsAll   Change = "mail-warnings-all"  // mail(): all warnings are in the error text, not the last alone
	NamespacedClasses Change = "namespaced-classes" // MediaWiki\Mail\UserMailer; exceptions in MediaWiki\Exception
	RunScript         Change = "run-script"         // maintenance/run.php
	ConfirmLimit      Change = "confirm-limit"      // four confirmation mails a day
)

// Has tells whether this release has the behaviour. A Change that the table
// does not name is one that no release has.
func (r *Release) Has(c Change) bool { return changes[c].since.Holds(r.Version) }

// Since is from when on a behaviour is there.
func (c Change) Since() Since { return changes[c].since }

// About is the behaviour in one sentence.
func (c Change) About() string { return changes[c].about }

// Source says where it was read or observed.
func (c Change) Source() string { return changes[c].source }

type change struct {
	since  Since
	about  string
	source string
}

// at is a Since with one version.
func at(minor, patch int) Since { return Since{{minor, patch}} }

var changes = map[Change]change{
	ReturnPathAddress:   {at(18, 1), "Return-Path, and with it MAIL FROM, is the bare address; 1.18.0 writes the name into it, which servers refuse", "includes/UserMailer.php, r99942"},
	RecipientNames:      {at(18, 1), "To is \"Name <address>\"; 1.18.0 writes addresses alone", "includes/UserMailer.php of 1.18.0 and 1.18.1"},
	NoToForSeveral:      {at(19, 0), "a mail to several recipients has no To; before it says undisclosed-recipients", "includes/UserMailer.php of 1.18 and 1.19"},
	HeaderOrder119:      {at(19, 0), "From, Return-Path, Reply-To, Date, MIME headers, Message-ID, X-Mailer, Subject, To", "includes/UserMailer.php of 1.19"},
	HeaderOrder121:      {at(21, 0), "From, Return-Path, Reply-To, Date, Message-ID, X-Mailer, MIME headers, Subject, To", "includes/UserMailer.php of 1.21"},
	MessageIDFromServer: {at(19, 0), "Message-ID is <wiki.unique@host of $wgServer> without IDHost; 1.18 leaves the host empty", "UserMailer::makeMsgId"},
	MessageIDDomainID:   {at(33, 0), "the wiki's id is that of WikiMap, in which - is ?h and ? is ??", "UserMailer::makeMsgId, WikiMap::getCurrentWikiDbDomain"},
	MessageIDParseURL:   {at(42, 0), "the host of $wgServer is what parse_url() finds; before only schemes that MediaWiki knows count", "UserMailer::makeMsgId of 1.42"},
	HTMLMail:            {at(21, 0), "senders can add an HTML text, used with $wgAllowHTMLEmail", "includes/UserMailer.php of 1.21"},
	ShortBodyRefused:    {at(21, 0), "a text of less than 10 bytes is refused", "UserMailer::send of 1.21"},
	DateLocalTimezone:   {at(22, 0), "Date has the offset of $wgLocaltimezone; before that of PHP", "UserMailer::send of 1.22"},
	ListUnsubscribe:     {at(26, 0), "List-Unsubscribe leads to Special:Preferences", "UserMailer::send of 1.26, commit b2a043f1ef"},
	ListHelp:            {at(26, 0), "watchlist mail opens with List-Help", "includes/mail/EmailNotification.php of 1.26"},
	ServerURLTolerant:   {at(43, 0), "List-Unsubscribe of a $wgServer without a scheme is http:// and its value; observed in 1.43.3, not in 1.39.17", "recorded cases 1.39 and 1.43"},
	SenderFromMessage:   {at(23, 0), "the wiki's name as sender is MediaWiki:Emailsender, normally the site name", "User::sendMail, HISTORY of 1.23"},
	EmptySenderDefault:  {Since{{25, 3}, {26, 0}}, "'' as $wgPasswordSender is replaced by apache@HOST, as false is", "includes/Setup.php, T104142"},
	QuotedNames:         {at(31, 0), "names that need no encoding stand in quotes, encoded names never do", "MailAddress::toString of 1.31, T191931"},
	EncodedFullStop:     {Since{{35, 14}, {39, 6}, {40, 2}, {41, 0}}, "the full stop is written =2E in encoded words; before, PEAR refuses such names", "UserMailer::quotedPrintable, T344912"},
	EncodedComma:        {Since{{39, 16}, {43, 6}, {44, 3}, {45, 1}, {46, 0}}, "the comma is written =2C in encoded words; before, PEAR takes it as the end of a recipient", "UserMailer::quotedPrintable, T385403, CVE-2025-67478"},
	MailTexts143:        {at(43, 0), "notifications have new wording; observed in 1.43.3, not in 1.39.17", "recorded cases 1.39 and 1.43"},
	EqualsInUserNames:   {at(43, 0), "no account can be made with = in its name; observed in 1.43.3, not in 1.39.17", "MainConfigSchema::InvalidUsernameCharacters of 1.39 and 1.43"},
	ReplyToDefault:      {Since{{27, 4}, {29, 0}}, "users' mail comes from the wiki's address by default", "DefaultSettings.php, T66795"},
	RevealFromEditorBug: {at(43, 0), "the notification job fails on an uninitialised property; observed in 1.43.3 and 1.45.0, not in 1.39.17", "recorded case enotif-reveal-from-editor"},
	OneRecipient:        {at(45, 0), "UserMailer::send() throws on several recipients with $wgSMTP", "includes/mail/UserMailer.php of 1.45, recorded cases multi-*"},
	NoImpersonal:        {at(45, 0), "each watcher gets a mail of his own", "RELEASE-NOTES-1.45, T387856"},
	FeaturesForcedOff:   {at(24, 0), "without $wgEnableEmail the settings that depend on it are off too", "includes/Setup.php, T65678"},
	NoReplyDefault:      {at(27, 0), "replies to notifications go to $wgPasswordSender; before to reply@not.possible", "DefaultSettings.php of 1.26 and 1.27"},

	MailEnvelope:       {at(24, 0), "sendmail gets -f with the sender", "UserMailer::send of 1.24"},
	MailEnvelopeQuoted: {Since{{27, 2}, {28, 1}}, "the sender behind -f is quoted", "UserMailer::send, T152717"},
	MailHeadersAll:     {at(19, 0), "mail() gets Return-Path, Date and Message-ID too", "includes/UserMailer.php of 1.18 and 1.19"},
	AlternateMailer:    {at(19, 0), "an extension on the hook AlternateUserMailer sends instead", "includes/UserMailer.php of 1.19"},
	ReturnPathHook:     {at(24, 0), "hook UserMailerChangeReturnPath", "includes/mail/UserMailer.php of 1.24"},
	NotificationQueue:  {at(27, 0), "notifications are jobs, whatever the settings; $wgEnotifUseJobQ is gone", "RELEASE-NOTES-1.27"},
	BundledPEAR:        {at(27, 0), "PEAR Mail, Net_SMTP, Net_Socket and Mail_Mime are in vendor/", "mediawiki-vendor a372e170, T97454"},
	ComposerOnly:       {at(31, 0), "PEAR classes are loaded by Composer only", "composer.json of 1.31"},

	SocketOptions:    {at(27, 0), "'socket_options' of PEAR Mail 1.3.0", "vendor/pear/mail/Mail/smtp.php of 1.27"},
	StartTLSKey:      {at(39, 1), "'starttls' of PEAR Mail 1.5.0; ignored before", "vendor/pear/mail/Mail/smtp.php of 1.39.0 and 1.39.1"},
	DebugHandler:     {at(42, 0), "'debug_handler' of PEAR Mail 1.6.0", "vendor/pear/mail/Mail/smtp.php of 1.42"},
	GSSAPI:           {at(33, 0), "GSSAPI of Net_SMTP 1.8.1, where php-krb5 is loaded", "vendor/pear/net_smtp/Net/SMTP.php of 1.33"},
	GSSAPIPrincipal:  {at(43, 0), "GSSAPI is tried with a principal only", "vendor/pear/net_smtp/Net/SMTP.php of 1.43"},
	XOAUTH2:          {at(35, 0), "XOAUTH2 of Net_SMTP 1.9.0", "vendor/pear/net_smtp/Net/SMTP.php of 1.35"},
	SCRAM:            {at(42, 0), "SCRAM of Net_SMTP 1.11.0, with Auth_SASL", "vendor/pear/net_smtp/Net/SMTP.php of 1.42"},
	OAuthBearer:      {at(43, 0), "OAUTHBEARER of Net_SMTP 1.12.0", "vendor/pear/net_smtp/Net/SMTP.php of 1.43"},
	OAuthBearerComma: {at(46, 0), "OAUTHBEARER as RFC 7628 has it, of Net_SMTP 1.12.2", "mediawiki-vendor REL1_46"},
	LongInitialSplit: {at(43, 0), "token responses that would make the line too long are sent after the server's 334", "vendor/pear/net_smtp/Net/SMTP.php of 1.43"},
	StartTLSDetail:   {at(42, 0), "STARTTLS failed {enableCrypto: ...}, of Net_SMTP 1.11.0", "vendor/pear/net_smtp/Net/SMTP.php of 1.42"},
	SymfonyMailer:    {at(47, 0), "symfony/mailer sends", "mediawiki-vendor ce7dfcc24, T428433"},

	ResetHidesErrors:  {at(35, 0), "Special:PasswordReset says success whether the mail went or not", "includes/user/PasswordReset.php, SendPasswordResetEmailUpdate.php"},
	WarningsShown:     {at(40, 0), "PHP's warnings reach the error log while mail is sent", "UserMailer::sendInternal of 1.40"},
	SilencedErrorLog:  {at(42, 0), "$wgDebugLogGroups['silenced-error'] has the reason of a failed ssl:// connection", "observed with 1.42 to 1.45"},
	UserMailerLog:     {at(42, 0), "log channel usermailer, for mail() and extensions", "UserMailer::sendInternal of 1.42"},
	MailWarningsAll:   {at(45, 0), "all warnings of mail() are in the error text", "UserMailer of 1.45"},
	NamespacedClasses: {at(45, 0), "mailer classes are in MediaWiki\\Mail, exceptions in MediaWiki\\Exception", "release tree of 1.45, recorded cases"},
	RunScript:         {at(40, 0), "maintenance scripts run by maintenance/run.php", "maintenance/ of 1.39 and 1.40"},
	ConfirmLimit:      {at(33, 0), "no more than four confirmation mails a day for each user", "DefaultSettings.php: $wgRateLimits, T226733"},
}

// Package preview is the mail itself: the headers and the envelope that
// MediaWiki's UserMailer builds for each kind of mail. Clock, ids and boundary
// are passed in.
package preview

import (
	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// Person is a user of the wiki.
type Person struct {
	Name  string `json:"name"`
	Real  string `json:"real,omitempty"`
	Email string `json:"email"`
}

// Inputs are the people and words of a mail: the form of the recorded cases.
type Inputs struct {
	Recipient   Person            `json:"recipient"`
	Sender      Person            `json:"sender,omitempty"` // who writes, or edits
	Recipients  []Person          `json:"recipients,omitempty"`
	Watchers    []Person          `json:"watchers,omitempty"`
	From        *Person           `json:"from,omitempty"`
	ReplyTo     *Person           `json:"reply_to,omitempty"`
	Subject     string            `json:"subject,omitempty"`
	Text        string            `json:"text,omitempty"`
	HTML        string            `json:"html,omitempty"`
	Page        string            `json:"page,omitempty"`
	Summary     string            `json:"summary,omitempty"`
	NewEmail    string            `json:"new_email,omitempty"`
	Copy        bool              `json:"copy,omitempty"`
	ContentType string            `json:"content_type,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"`
}

// Varying are the parts that differ from mail to mail.
type Varying struct {
	Date     string `json:"date"`              // value of the Date field
	UniqueID string `json:"message_id_unique"` // left side of Message-ID after the wiki's id
	Boundary string `json:"mime_boundary"`
	Token    string `json:"confirmation_token"`
}

// Message is one mail as it leaves the wiki.
type Message struct {
	Transport  wgsmtp.Transport
	Mail       transport.Mail // what UserMailer hands to PEAR; for SMTP
	MailFrom   string         // envelope sender; with mail(): the first -f
	RcptTo     []string       // envelope recipients; none with mail()
	RawHeaders string         // CRLF, without the empty line
	Body       string
	Args       []string // of sendmail, for mail()
}

// Result is what one occasion makes MediaWiki send.
type Result struct {
	Messages []Message
	Err      string // why MediaWiki refuses before it speaks to a server, in its words
}

// Build makes the mail of one kind.
func Build(s *localsettings.Settings, r *mediawiki.Release, kind wgsmtp.MailKind, in Inputs, v Varying) Result {
	panic("later")
}

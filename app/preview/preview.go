// Package preview is the mail itself: the headers, the envelope and the body
// that MediaWiki's UserMailer builds for each occasion, byte for byte, for the
// releases from 1.18 on.
//
// What depends on the moment (date, ids, boundary) is passed in as Varying:
// nothing here reads a clock. The texts of MediaWiki's own mail change with
// release and language and are not claimed: their place is taken by a sample
// (Message.BodySample). Subjects are MediaWiki's, in English and in the
// languages of subject_table.go.
//
// 1.47 replaces PEAR by symfony/mailer; its headers are not known yet and are
// given as those of 1.46 (mediawiki.Release.Unproven tells).
package preview

import (
	"bytes"
	"encoding/json"
	"fmt"

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

// Headers are header fields in order. In JSON they are an object.
type Headers []transport.Header

// UnmarshalJSON keeps the order of the object's members; of members with one
// name the first gives the place and the last the value, as in PHP.
func (h *Headers) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	t, err := d.Token()
	if err != nil {
		return err
	}
	if t == nil {
		*h = nil
		return nil
	}
	if t != json.Delim('{') {
		return fmt.Errorf("headers: %v is not an object", t)
	}
	out := Headers{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value string
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("headers: value of %q: %w", name, err)
		}
		out.set(name.(string), value)
	}
	*h = out
	return nil
}

// MarshalJSON writes an object.
func (h Headers) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range h {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, s := range [...]string{f.Name, f.Value} {
			text, err := json.Marshal(s)
			if err != nil {
				return nil, err
			}
			if j > 0 {
				b.WriteByte(':')
			}
			b.Write(text)
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Inputs are the people and words of a mail: the form of the recorded cases.
type Inputs struct {
	Recipient   Person   `json:"recipient"`
	Sender      Person   `json:"sender,omitzero"` // who writes, or edits
	Recipients  []Person `json:"recipients,omitempty"`
	Watchers    []Person `json:"watchers,omitempty"` // besides Recipient
	From        *Person  `json:"from,omitempty"`     // of plain and html mail; nil is the wiki
	ReplyTo     *Person  `json:"reply_to,omitempty"`
	Subject     string   `json:"subject,omitempty"`
	Text        string   `json:"text,omitempty"`
	HTML        string   `json:"html,omitempty"`
	Page        string   `json:"page,omitempty"` // title as readers see it
	Summary     string   `json:"summary,omitempty"`
	NewEmail    string   `json:"new_email,omitempty"`
	Copy        bool     `json:"copy,omitempty"`
	ContentType string   `json:"content_type,omitempty"`
	Headers     Headers  `json:"headers,omitempty"`

	// PageExists makes the edit a change; else it creates the page.
	PageExists bool `json:"page_exists,omitempty"`
	// SenderName is the text of MediaWiki:Emailsender; "" is that of the
	// settings (localsettings.EmailsenderPage), and without that $wgSitename.
	SenderName string `json:"sender_name,omitempty"`
}

// Varying are the parts that differ from mail to mail.
type Varying struct {
	Date     string `json:"date"`              // value of the Date field
	UniqueID string `json:"message_id_unique"` // left side of Message-ID after the wiki's id
	Boundary string `json:"mime_boundary"`
	Token    string `json:"confirmation_token"`

	// More are those of the second mail of the same occasion and so on; the
	// first stands in where they are missing.
	More []Varying `json:"more,omitempty"`
}

// Message is one mail as it leaves the wiki.
type Message struct {
	Transport  wgsmtp.Transport
	Mail       transport.Mail // what UserMailer hands to PEAR; for SMTP
	MailFrom   string         // envelope sender; with mail(): the first -f
	RcptTo     []string       // envelope recipients; none with mail()
	RawHeaders string         // each line with its line end, without the empty line; CRLF but where mail() is given LF
	Separator  string         // with mail(): what parts headers and body; with SMTP the empty line, CRLF
	Body       string         // with SMTP: CRLF, dots not doubled
	BodySample bool           // Body is a sample of ours in the place of MediaWiki's text
	Args       []string       // of sendmail, for mail()
	// Chunk is 0 for the first message of a call of UserMailer::send(), and
	// counts the further ones that go to more of its recipients.
	Chunk int
}

// Result is what one occasion makes MediaWiki send.
type Result struct {
	Transport wgsmtp.Transport // "" where MediaWiki gives up before choosing
	Messages  []Message
	// Err is why MediaWiki, or mail(), refuses; in its words. An exception has
	// its class in front. Refusals of PEAR and the server are the conversation's.
	Err string
	// Shown is what the visitor sees instead, where there is no mail and no error.
	Shown string
	// SubjectSample tells that the subject is MediaWiki's English one where the
	// wiki would have that of its language.
	SubjectSample bool
}

// Build makes the mail of one kind on a normal host.
func Build(s *localsettings.Settings, r *mediawiki.Release, kind wgsmtp.MailKind, in Inputs, v Varying) Result {
	return BuildOn(Host{}, s, r, kind, in, v)
}

// BuildOn is Build on a given host.
func BuildOn(h Host, s *localsettings.Settings, r *mediawiki.Release, kind wgsmtp.MailKind, in Inputs, v Varying) Result {
	k, ok := kinds[kind]
	if !ok {
		return Result{Err: fmt.Sprintf("mail %q is not known: use one of %v", kind, wgsmtp.MailKinds)}
	}
	w := newWiki(s, r, h, &in)
	if k.accounts {
		for _, p := range []*Person{&in.Recipient, &in.Sender} {
			if p == &in.Sender && !k.sender {
				continue
			}
			name, ok := w.canonicalName(p.Name)
			if !ok {
				return Result{Err: "RuntimeException: not a valid user name: " + p.Name}
			}
			p.Name = name
		}
		watchers := make([]Person, len(in.Watchers))
		for i, p := range in.Watchers {
			name, ok := w.canonicalName(p.Name)
			if !ok {
				return Result{Err: "RuntimeException: not a valid user name: " + p.Name}
			}
			p.Name = name
			watchers[i] = p
		}
		in.Watchers = watchers
	}
	return k.build(w, v)
}

// at are the varying parts of the n-th mail, from 0.
func (v Varying) at(n int) Varying {
	if n > 0 && n <= len(v.More) {
		return v.More[n-1]
	}
	return v
}

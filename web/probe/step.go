// What a test tells: steps as they end, and a verdict. Both are JSON.

package probe

import (
	"time"

	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
)

// Status of a step.
type Status string

const (
	OK      Status = "ok"
	Warning Status = "warning" // it goes on, but look at it
	Failed  Status = "failed"
	Info    Status = "info" // facts without a judgement
)

// Step is one part of a test, told when it is over.
type Step struct {
	// ID is that of the part: "settings", "resolve", "tcp", "tls", "greeting",
	// "ehlo", "starttls", "auth", "mail", "rcpt", "data", "quit"; of looks
	// "certificate", "addresses", "alternatives", "mx", "spf", "dmarc", "dkim",
	// "ptr". "ehlo" comes twice with STARTTLS.
	ID    string `json:"id"`
	Title string `json:"title"`
	// MediaWiki tells that MediaWiki does this too.
	MediaWiki bool   `json:"mediawiki"`
	Status    Status `json:"status"`
	Start     Millis `json:"start"` // since the test began
	Took      Millis `json:"ms"`
	Text      string `json:"text"` // what happened, one or two sentences
	Facts     []Fact `json:"facts,omitempty"`
	Lines     []Line `json:"lines,omitempty"` // the conversation
	// Error is MediaWiki's error text where this step ends the mail.
	Error   string   `json:"error,omitempty"`
	Reasons []Reason `json:"reasons,omitempty"` // of a failure, the likeliest first
	Offers  []Offer  `json:"offers,omitempty"`
}

// Millis is a time that is written as milliseconds, with microseconds behind
// the point.
type Millis time.Duration

// MarshalJSON writes a number.
func (m Millis) MarshalJSON() ([]byte, error) {
	return appendMillis(nil, time.Duration(m)), nil
}

// Fact is a piece of evidence.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Line is a line of the conversation. Credentials are masked, control
// characters escaped.
type Line struct {
	From      string `json:"from"` // "wiki", "server" or "event"
	Text      string `json:"text"`
	Encrypted bool   `json:"encrypted,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Reason is why a step failed: an entry of package trouble.
type Reason struct {
	ID         string  `json:"id"`
	Title      string  `json:"title"`
	Causes     []Cause `json:"causes"`
	Verify     string  `json:"verify,omitempty"`
	Source     string  `json:"source,omitempty"`
	Confidence string  `json:"confidence,omitempty"`
}

// Cause is one cause of a Reason, with its mend.
type Cause struct {
	ID       string    `json:"id"`
	Text     string    `json:"text"`
	Fix      string    `json:"fix"`
	Commands []Command `json:"commands,omitempty"`
	Changes  []Change  `json:"changes,omitempty"`
}

// Command is something to run or to write into a file.
type Command struct {
	Lang string `json:"lang"`
	Text string `json:"text"`
}

// Offer is a configuration that was seen to work where the tried one does not.
type Offer struct {
	Text    string   `json:"text"`
	Changes []Change `json:"changes"`
}

// Change is a wgsmtp.Change in JSON; never of a secret.
type Change struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// WGSMTP is the offer as package wgsmtp applies it.
func (o Offer) WGSMTP() []wgsmtp.Change {
	out := make([]wgsmtp.Change, len(o.Changes))
	for i, c := range o.Changes {
		out[i] = wgsmtp.Change(c)
	}
	return out
}

// changes leaves out what would show a secret.
func changes(list []wgsmtp.Change) []Change {
	var out []Change
	for _, c := range list {
		if f, ok := wgsmtp.FieldByID(c.Field); ok && f.Kind != wgsmtp.KindSecret {
			out = append(out, Change(c))
		}
	}
	return out
}

// Verdict is what came of a test.
type Verdict struct {
	// OK tells that MediaWiki's mail would go as far as was tried.
	OK   bool   `json:"ok"`
	Text string `json:"text"`
	Step string `json:"step,omitempty"` // that failed
	// Error is MediaWiki's error text, to the letter but for escaped control
	// characters and what is secret; Exception the class where PHP throws.
	Error     string `json:"error,omitempty"`
	Exception string `json:"exception,omitempty"`
	// Hung: MediaWiki would wait for this server without end.
	Hung bool `json:"hung,omitempty"`
	// Unusable: the settings could not be tried at all, Text says why.
	Unusable bool `json:"unusable,omitempty"`
	// Stopped: it was the test that gave up (a limit, a forbidden address, the
	// caller), not MediaWiki.
	Stopped  bool    `json:"stopped,omitempty"`
	Sent     bool    `json:"sent,omitempty"`
	QueueID  string  `json:"queue_id,omitempty"`
	Warnings int     `json:"warnings,omitempty"` // steps with status "warning"
	Offers   []Offer `json:"offers,omitempty"`
	Took     Millis  `json:"ms"`
}

// each applies f to every text that came from outside.
func (s *Step) each(f func(string) string) {
	s.Text, s.Error = f(s.Text), f(s.Error)
	for i := range s.Facts {
		s.Facts[i].Name, s.Facts[i].Value = f(s.Facts[i].Name), f(s.Facts[i].Value)
	}
	for i := range s.Lines {
		s.Lines[i].Text, s.Lines[i].Note = f(s.Lines[i].Text), f(s.Lines[i].Note)
	}
	for i := range s.Reasons {
		r := &s.Reasons[i]
		r.Title, r.Verify = f(r.Title), f(r.Verify)
		for j := range r.Causes {
			c := &r.Causes[j]
			c.Text, c.Fix = f(c.Text), f(c.Fix)
			for k := range c.Commands {
				c.Commands[k].Text = f(c.Commands[k].Text)
			}
			eachChange(c.Changes, f)
		}
	}
	eachOffer(s.Offers, f)
}

func (v *Verdict) each(f func(string) string) {
	v.Text, v.Error, v.QueueID = f(v.Text), f(v.Error), f(v.QueueID)
	eachOffer(v.Offers, f)
}

func eachOffer(list []Offer, f func(string) string) {
	for i := range list {
		list[i].Text = f(list[i].Text)
		eachChange(list[i].Changes, f)
	}
}

func eachChange(list []Change, f func(string) string) {
	for i := range list {
		list[i].Value = f(list[i].Value)
	}
}

// reasons are what package trouble knows of a failure.
func reasons(d trouble.Diagnosis) []Reason {
	var out []Reason
	for _, e := range d.Entries {
		r := Reason{ID: e.ID, Title: e.Title, Verify: e.Verify, Source: e.Source, Confidence: e.Confidence, Causes: []Cause{}}
		for _, c := range e.Causes {
			cause := Cause{ID: c.ID, Text: c.Text, Fix: c.Fix, Changes: changes(c.Changes)}
			for _, cmd := range c.Commands {
				cause.Commands = append(cause.Commands, Command(cmd))
			}
			r.Causes = append(r.Causes, cause)
		}
		out = append(out, r)
	}
	return out
}

// Package trouble is the knowledge of what goes wrong with a wiki's mail: it
// takes an error text in whatever dress it comes (the wiki's page, a log, PHP's
// words, a server's reply, a bounce), and says what happened, at which step of
// the conversation, why in order of likelihood, and how to mend it.
//
// The knowledge is the rows of table_*.go, one file for each part of the way.
// Adding one is a row there and a paragraph in testdata/entries.txt: a text
// that must reach it and a near miss that must not.
//
// What no row fits is answered with Known false and what to collect next;
// never with a guess. No advice switches a check off that protects a server on
// the internet. Texts come from anywhere, so whatever of them is repeated in a
// command is checked first.
package trouble

import (
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Step is the part of the way at which it failed: a step of the conversation
// in the words of package transport, or one of the three around it.
type Step string

// The steps.
const (
	Before   Step = "before"   // MediaWiki or PHP gave up before it connected
	Sendmail Step = "sendmail" // PHP's mail() and the local sendmail
	Connect       = Step(transport.StepConnect)
	Greeting      = Step(transport.StepGreeting)
	EHLO          = Step(transport.StepEHLO)
	StartTLS      = Step(transport.StepStartTLS)
	Auth          = Step(transport.StepAuth)
	MailFrom      = Step(transport.StepMail)
	Rcpt          = Step(transport.StepRcpt)
	Data          = Step(transport.StepData)
	Delivery Step = "delivery" // the wiki handed the mail over; it failed later
)

// Context is what is known about the wiki. Every part may be nil.
type Context struct {
	Config  *wgsmtp.Config
	Release *mediawiki.Release
	Carrier *providers.Carrier
}

// Parts are what the text itself tells. The empty value of each is "not told".
type Parts struct {
	Host     string // as the error names it, "ssl://" included
	Port     int
	Code     int    // SMTP reply code (RFC 5321 section 4.2); -1: PEAR got no valid reply
	Enhanced string // enhanced status code, "5.7.8" (RFC 3463)
	Words    string // the server's own words, without the codes
}

// Command is something to run or to write into a file.
type Command struct {
	Lang string // "sh", "php", "ini", "powershell"
	Text string
}

// Cause is one reason, with its mend.
type Cause struct {
	ID       string // unique within its entry
	Text     string // one or two sentences
	Fix      string // what to do, in sentences
	Commands []Command
	Changes  []wgsmtp.Change // the mend of the block, where it follows from the settings
}

// Entry is one thing that can have happened.
type Entry struct {
	ID         string
	Step       Step
	Title      string  // what happened, one sentence
	Causes     []Cause // the likeliest first
	Verify     string  // how to make sure
	Source     string
	Confidence string // "high", "medium" or "low"
}

// Diagnosis is the answer to a text.
type Diagnosis struct {
	Known   bool
	Text    string  // the error itself, its wrapping taken off
	Step    Step    // "" where not known
	Entries []Entry // the likeliest first
	Parts   Parts
	// Collect is what to look up next: of use with every answer, and all there
	// is to say where nothing is known.
	Collect []string
}

// most bounds the entries of one answer.
const most = 6

// Diagnose explains a text. It takes any bytes, in time linear in their
// number.
func Diagnose(text string, ctx Context) Diagnosis {
	return diagnose(normalise(text), ctx)
}

func diagnose(clean string, ctx Context) Diagnosis {
	f := newFacts(clean, ctx)
	d := Diagnosis{Text: core(clean), Parts: f.parts, Step: f.step, Collect: f.collect()}
	if f.text == "" {
		return d
	}
	type hit struct {
		row  *row
		rank int
	}
	var hits []hit
	specific := false
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			rank, ok := r.fits(f)
			if !ok {
				continue
			}
			specific = specific || rank >= rankText
			at := len(hits)
			for at > 0 && hits[at-1].rank < rank {
				at--
			}
			hits = slices.Insert(hits, at, hit{r, rank})
		}
	}
	for _, h := range hits[:min(len(hits), most)] {
		if specific && h.rank < rankText {
			break
		}
		d.Entries = append(d.Entries, h.row.entry(f))
	}
	if d.Known = len(d.Entries) > 0; d.Known {
		d.Step = d.Entries[0].Step
	}
	return d
}

// All is the whole knowledge as it is without any text or settings, in the
// order of the tables, for the documentation.
func All() []Entry {
	f := newFacts("", Context{})
	var out []Entry
	for _, table := range tables {
		for i := range table {
			out = append(out, table[i].entry(f))
		}
	}
	return out
}

// FromTranscript explains a failed conversation: its error text, with what the
// conversation itself shows of the reason. A conversation that succeeded gives
// a Diagnosis that is not Known.
func FromTranscript(t transport.Transcript, ctx Context) Diagnosis {
	if t.OK() {
		return Diagnosis{}
	}
	text := t.Err
	if t.Exception != "" {
		text = t.Exception + ": " + text
	}
	if t.Hung {
		text += "\n" + hungText
	}
	// PHP 8 loses the reason of a failed handshake; the conversation has it.
	last := Step("")
	for i := len(t.Lines) - 1; i >= 0; i-- {
		l := &t.Lines[i]
		if Step(l.Step) == "" || l.Step == string(transport.StepQuit) {
			continue
		}
		if last == "" {
			last = Step(l.Step)
		}
		if l.From == transport.Event_ && (last == Connect || last == StartTLS) {
			text += "\n" + reasonOf(l.Note)
			break
		}
		if Step(l.Step) != last {
			break
		}
	}
	d := Diagnose(text, ctx)
	d.Text = core(normalise(t.Err))
	if last != "" && (d.Step == "" || !d.Known) {
		d.Step = last
	}
	return d
}

// reasonOf is the part of a transcript's note that is in PHP's words.
func reasonOf(note string) string {
	for _, words := range []string{"certificate verify failed", "did not match expected name", "wrong version number", "protocol version", "Connection reset"} {
		if strings.Contains(note, words) {
			return note
		}
	}
	return ""
}

// Report is a Diagnosis as `wgsmtp explain --json` prints it: an item for each
// cause, the likeliest first.
type Report struct {
	Known   bool          `json:"known"`
	Entries []ReportEntry `json:"entries"`
}

// ReportEntry is one cause. Its ID is that of the entry, with that of the
// cause behind a slash where the entry has several.
type ReportEntry struct {
	ID         string `json:"id"`
	Step       string `json:"step"`
	Cause      string `json:"cause"`
	Fix        string `json:"fix"`
	Verify     string `json:"verify"`
	Source     string `json:"source"`
	Confidence string `json:"confidence"`
}

// Report flattens the diagnosis. Entries is never nil.
func (d Diagnosis) Report() Report {
	r := Report{Known: d.Known, Entries: []ReportEntry{}}
	for _, e := range d.Entries {
		for _, c := range e.Causes {
			id := e.ID
			if len(e.Causes) > 1 {
				id += "/" + c.ID
			}
			fix := c.Fix
			for _, cmd := range c.Commands {
				fix += "\n" + cmd.Text
			}
			r.Entries = append(r.Entries, ReportEntry{
				ID: id, Step: string(e.Step), Cause: e.Title + " " + c.Text, Fix: fix,
				Verify: e.Verify, Source: e.Source, Confidence: e.Confidence,
			})
		}
	}
	return r
}

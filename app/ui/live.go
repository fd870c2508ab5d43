// The live test: what a backend tells of it, and the runs that were made.
// Nothing here touches the browser; live_run.go asks a backend, live_panel.go
// shows what came.
//
// Rules: a run holds no secret, and goes when the page closes. What a backend
// says is text from outside, and no more: its mends can change any field but
// secrets, and only when somebody presses their button.

package ui

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
)

// liveLine is a line of the stream that POST /api/probe answers with: one of
// the three. The names are those of web/probe's Step and Verdict.
type liveLine struct {
	Step    *liveStep
	Verdict *liveVerdict
	Error   string
}

// liveStep is one part of a test, told when it is over. Times are in
// milliseconds, the start's since the test began.
type liveStep struct {
	ID, Title string
	MediaWiki bool // MediaWiki does this too
	Status    string
	Start     float64
	Took      float64 `json:"ms"`
	Text      string
	Facts     []liveFact
	Lines     []transport.Line
	Error     string // MediaWiki's words, where this step ends the mail
	Reasons   []trouble.Entry
	Offers    []liveOffer
}

type liveFact struct{ Name, Value string }

// liveOffer is a configuration that was seen to work.
type liveOffer struct {
	Text    string
	Changes []wgsmtp.Change
}

type liveVerdict struct {
	OK                      bool
	Text                    string
	Step                    string // that failed
	Error, Exception        string // MediaWiki's
	Hung, Unusable, Stopped bool
	Sent                    bool
	QueueID                 string `json:"queue_id"`
	Warnings                int
	Offers                  []liveOffer
	Took                    float64 `json:"ms"`
}

// Statuses of a step.
const (
	liveOK      = "ok"
	liveWarning = "warning"
	liveFailed  = "failed"
	liveInfo    = "info"
)

var liveWords = map[string]string{liveOK: "went well", liveWarning: "look at it", liveFailed: "failed", liveInfo: "to know"}

// liveRun is one test.
type liveRun struct {
	number  int
	config  wgsmtp.Config // without the secret
	kept    string        // what went along with it, without secrets
	at      string        // time of day
	where   string        // who ran it
	steps   []liveStep
	verdict *liveVerdict
	fail    string // why there is no verdict
	rest    string // the beginning of a line that is not whole yet
	news    string // what the last piece of the stream brought, to be read out
}

// Bounds of what a backend can make the page hold.
const (
	maxLiveLine  = 1 << 20 // bytes
	maxLiveSteps = 100
)

var errLive = errors.New("the answer is not one of a live test")

// take adds a piece of the stream to the run.
func (r *liveRun) take(piece string) error {
	r.rest += piece
	r.news = ""
	for {
		line, rest, whole := strings.Cut(r.rest, "\n")
		if !whole {
			if len(r.rest) > maxLiveLine {
				return errLive
			}
			return nil
		}
		r.rest = rest
		if line == "" {
			continue
		}
		var l liveLine
		if err := json.Unmarshal([]byte(line), &l); err != nil || r.over() {
			return errLive
		}
		switch {
		case l.Step != nil && len(r.steps) < maxLiveSteps:
			r.steps = append(r.steps, *l.Step)
			r.news += l.Step.Title + " " + liveWord(l.Step.Status) + ". "
		case l.Verdict != nil:
			r.verdict = l.Verdict
			r.news += l.Verdict.Text
		case l.Error != "":
			r.fail = l.Error
		default:
			return errLive
		}
	}
}

// over tells whether nothing more comes.
func (r *liveRun) over() bool { return r.verdict != nil || r.fail != "" }

func liveWord(status string) string { return or(liveWords[status], status) }

// total is how long the run took up to now, in milliseconds.
func (r *liveRun) total() float64 {
	most := 1.0
	for i := range r.steps {
		most = max(most, r.steps[i].Start+r.steps[i].Took)
	}
	return most
}

// offers are those of the verdict; until it is there, of the steps.
func (r *liveRun) offers() []liveOffer {
	if r.verdict != nil {
		return r.verdict.Offers
	}
	return nil
}

// lines are the conversation, each line with its step as the panel of the
// foreseen conversation names it.
func (r *liveRun) lines() []transport.Line {
	var out []transport.Line
	for i := range r.steps {
		s := &r.steps[i]
		for _, l := range s.Lines {
			l.Step = s.ID
			if stages[s.ID] == "" {
				l.Step = "connect" // the connection, and TLS with it
			}
			out = append(out, l)
		}
	}
	return out
}

// outcome is a run in a few words.
func (r *liveRun) outcome() string {
	switch v := r.verdict; {
	case r.fail != "":
		return "Not done"
	case v == nil:
		return "Running"
	case v.Unusable, v.Stopped:
		return "Not done"
	case v.OK && v.Sent:
		return "Sent"
	case v.OK:
		return "All well"
	default:
		for i := range r.steps {
			if r.steps[i].ID == v.Step && r.steps[i].Status == liveFailed {
				return r.steps[i].Title + " failed"
			}
		}
		return "Failed"
	}
}

// concerned are the fields that a failed step is about, where package trouble
// knows no mend that the form could make by itself.
func concerned(step string) []string {
	switch step {
	case "resolve":
		return []string{"host"}
	case "tcp", "greeting":
		return []string{"host", "port"}
	case "tls", "starttls":
		return []string{"tls", "port"}
	case "ehlo":
		return []string{"ehlo-name"}
	case "auth":
		return []string{"user", "secret"}
	case "mail":
		return []string{"sender"}
	}
	return nil
}

// millis is a time as people read it.
func millis(ms float64) string {
	switch {
	case ms < 10:
		return strconv.FormatFloat(ms, 'f', 1, 64) + " ms"
	case ms < 1000:
		return strconv.FormatFloat(ms, 'f', 0, 64) + " ms"
	default:
		return strconv.FormatFloat(ms/1000, 'f', 1, 64) + " s"
	}
}

// harmless are changes without those that a backend must not make.
func harmless(changes []wgsmtp.Change) []wgsmtp.Change {
	var out []wgsmtp.Change
	for _, c := range changes {
		if f, ok := wgsmtp.FieldByID(c.Field); ok && f.Kind != wgsmtp.KindSecret {
			out = append(out, c)
		}
	}
	return out
}

// liveAddress is the address of a backend that somebody typed, "" with the
// reason where the page may not speak to it. own is the page's origin, baked
// the address that the site names, or "".
func liveAddress(typed, own, baked string) (address, problem string) {
	a := strings.TrimSpace(typed)
	if a != "" && !strings.Contains(a, "://") {
		a = "http://" + a
	}
	if !strings.HasSuffix(a, "/") {
		a += "/"
	}
	if a == own+"/" || baked != "" && a == baked {
		return a, ""
	}
	for _, host := range []string{"http://127.0.0.1", "http://localhost"} {
		rest, ok := strings.CutPrefix(a, host)
		if !ok {
			continue
		}
		if port, ok := strings.CutPrefix(rest, ":"); ok {
			if n, err := strconv.Atoi(strings.TrimSuffix(port, "/")); err == nil && n > 0 && n < 65536 && port[0] != '+' {
				return a, ""
			}
		} else if rest == "/" {
			return a, ""
		}
	}
	return "", "This page may speak to your own machine only: an address such as http://127.0.0.1:8080, which a tunnel leads to the wiki's host."
}

// isLoopback tells whether an address leads to the person's own machine.
func isLoopback(address string) bool {
	_, problem := liveAddress(address, "", "")
	return problem == ""
}

// tunnel are the commands that bring a backend within reach: on the wiki's
// host, and on the person's own machine.
func tunnel(origin, server string) (there, here string) {
	there = "wgsmtp serve"
	if strings.HasPrefix(origin, "http") && !isLoopback(origin) {
		there += " --allow-origin " + origin
	}
	_, host, _ := strings.Cut(server, "://")
	if i := strings.IndexAny(host, ":/?#"); i >= 0 {
		host = host[:i]
	}
	// Only what a shell takes as one plain word.
	if host == "" || host[0] == '-' || strings.Trim(strings.ToLower(host), "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
		host = "wiki.example.org"
	}
	return there, "ssh -N -L 8080:127.0.0.1:8080 " + host
}

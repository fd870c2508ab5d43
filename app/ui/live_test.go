package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/wgsmtp"
)

// The page's types take in whatever the stream holds. web/api writes the
// record, with every field that there is.
func TestLiveStream(t *testing.T) {
	record, err := os.ReadFile("testdata/live.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	kinds := ""
	for line := range bytes.Lines(record) {
		var l liveLine
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&l); err != nil {
			t.Errorf("%v in %s", err, line)
			continue
		}
		var got string
		switch {
		case l.Step != nil:
			kinds += "step "
			got = fmt.Sprintf("%+v", *l.Step)
		case l.Verdict != nil:
			kinds += "verdict "
			got = fmt.Sprintf("%+v", *l.Verdict)
		case l.Error != "":
			kinds += "error"
			got = l.Error
		}
		var all any
		if err := json.Unmarshal(line, &all); err != nil {
			t.Fatal(err)
		}
		for _, leaf := range leaves(all) {
			if !strings.Contains(got, leaf) {
				t.Errorf("%s of the stream is nowhere in %s", leaf, got)
			}
		}
	}
	if kinds != "step verdict error" {
		t.Errorf("the record has %q", kinds)
	}
}

// leaves are the texts and numbers within a JSON value.
func leaves(v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, e := range v {
			out = append(out, leaves(e)...)
		}
	case []any:
		for _, e := range v {
			out = append(out, leaves(e)...)
		}
	case string:
		out = append(out, v)
	case float64:
		out = append(out, strconv.FormatFloat(v, 'f', -1, 64))
	}
	return out
}

// However the stream is cut into pieces, the run is the same.
func TestLiveRunTakes(t *testing.T) {
	const stream = `{"step":{"id":"tcp","title":"Connection","mediawiki":true,"status":"ok","start":1.5,"ms":10,"text":"It answers."}}` + "\n\n" +
		`{"step":{"id":"auth","title":"Login","mediawiki":true,"status":"failed","start":20,"ms":30,"text":"Refused.","lines":[{"from":"server","text":"535 no"}]}}` + "\n" +
		`{"verdict":{"ok":false,"text":"Refused.","step":"auth","ms":60}}` + "\n"
	for size := 1; size <= len(stream); size++ {
		var r liveRun
		news := ""
		for rest := stream; rest != ""; {
			n := min(size, len(rest))
			if err := r.take(rest[:n]); err != nil {
				t.Fatalf("in pieces of %d: %v", size, err)
			}
			news += r.news
			rest = rest[n:]
		}
		if len(r.steps) != 2 || !r.over() || r.outcome() != "Login failed" || r.total() != 50 || len(r.lines()) != 1 || r.lines()[0].Step != "auth" {
			t.Fatalf("in pieces of %d: %+v", size, r)
		}
		if want := "Connection went well. Login failed. Refused."; news != want {
			t.Fatalf("in pieces of %d: read out %q, want %q", size, news, want)
		}
	}
}

// What is no stream of a live test is refused, in bounded memory.
func TestLiveRunRefuses(t *testing.T) {
	verdict := `{"verdict":{"ok":true,"text":"x","ms":1}}` + "\n"
	for name, stream := range map[string]string{
		"page":           "<!doctype html>\n",
		"nothing":        "{}\n",
		"list":           "[]\n",
		"number":         "1\n",
		"wrong type":     `{"step":{"id":1}}` + "\n",
		"behind the end": verdict + verdict,
		"endless line":   strings.Repeat("x", maxLiveLine+1),
		"endless steps":  strings.Repeat(`{"step":{"id":"tcp"}}`+"\n", maxLiveSteps+1),
	} {
		if err := new(liveRun).take(stream); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestLiveOutcome(t *testing.T) {
	for _, tt := range []struct {
		want string
		run  liveRun
	}{
		{"Running", liveRun{}},
		{"Not done", liveRun{fail: "The test was cancelled."}},
		{"Not done", liveRun{verdict: &liveVerdict{Unusable: true}}},
		{"Not done", liveRun{verdict: &liveVerdict{Stopped: true, Step: "tcp"}}},
		{"All well", liveRun{verdict: &liveVerdict{OK: true}}},
		{"Sent", liveRun{verdict: &liveVerdict{OK: true, Sent: true}}},
		{"Failed", liveRun{verdict: &liveVerdict{Step: "mail"}}},
	} {
		if got := tt.run.outcome(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}

func TestMillis(t *testing.T) {
	for ms, want := range map[float64]string{0: "0.0 ms", 0.25: "0.2 ms", 9.94: "9.9 ms", 12.6: "13 ms", 1000: "1.0 s", 61234: "61.2 s"} {
		if got := millis(ms); got != want {
			t.Errorf("%v: %q, want %q", ms, got, want)
		}
	}
}

// A backend cannot change a secret.
func TestHarmless(t *testing.T) {
	got := harmless([]wgsmtp.Change{{Field: "port", Value: "587"}, {Field: "secret", Value: "x"}, {Field: "nonsense", Value: "x"}, {Field: "tls", Value: "starttls"}})
	if fmt.Sprint(got) != "[{port 587} {tls starttls}]" {
		t.Errorf("got %v", got)
	}
}

func TestLiveAddress(t *testing.T) {
	const own, baked = "https://www.example.org", "https://probe.example.org/"
	for typed, want := range map[string]string{
		"http://127.0.0.1:8080":           "http://127.0.0.1:8080/",
		" 127.0.0.1:8080/ ":               "http://127.0.0.1:8080/",
		"localhost:9000":                  "http://localhost:9000/",
		"http://localhost":                "http://localhost/",
		own:                               own + "/",
		baked:                             baked,
		"https://probe.example.org":       baked,
		"":                                "",
		"http://127.0.0.1:0":              "",
		"http://127.0.0.1:65536":          "",
		"http://127.0.0.1:+80":            "",
		"http://127.0.0.1:80/api":         "",
		"http://127.0.0.1:80@example.org": "",
		"http://127.0.0.1.example.org":    "",
		"http://localhost.example.org:80": "",
		"http://user@127.0.0.1:80":        "",
		"https://127.0.0.1:8080":          "",
		"http://10.0.0.1:8080":            "",
		"https://evil.example":            "",
		"https://www.example.org.evil":    "",
		"javascript://127.0.0.1:80":       "",
		"http://127.0.0.1:80/?x":          "",
		"http://127.0.0.1:80/#x":          "",
	} {
		got, problem := liveAddress(typed, own, baked)
		if got != want || (problem == "") != (want != "") {
			t.Errorf("%q: got %q (%s), want %q", typed, got, problem, want)
		}
	}
	if got, _ := liveAddress("self/", own, ""); got != "" {
		t.Errorf("without a baked address %q is taken", got)
	}
}

// The commands hold nothing that a shell would take for more than a word.
func TestTunnel(t *testing.T) {
	for _, tt := range []struct{ origin, server, there, host string }{
		{"https://www.example.org", "https://wiki.example.net/", "wgsmtp serve --allow-origin https://www.example.org", "wiki.example.net"},
		{"http://127.0.0.1:8080", "https://wiki.example.net:8443", "wgsmtp serve", "wiki.example.net"},
		{"null", "", "wgsmtp serve", "wiki.example.org"},
		{"file://", "//wiki.example.net", "wgsmtp serve", "wiki.example.org"},
		{"https://a.example", "https://$(reboot)", "wgsmtp serve --allow-origin https://a.example", "wiki.example.org"},
		{"https://a.example", "https://-oProxyCommand=x", "wgsmtp serve --allow-origin https://a.example", "wiki.example.org"},
		{"https://a.example", "https://a b", "wgsmtp serve --allow-origin https://a.example", "wiki.example.org"},
	} {
		there, here := tunnel(tt.origin, tt.server)
		if there != tt.there || here != "ssh -N -L 8080:127.0.0.1:8080 "+tt.host {
			t.Errorf("%s, %s: got %q and %q", tt.origin, tt.server, there, here)
		}
	}
}

// Whatever a backend says is text.
func TestLiveMarkupIsText(t *testing.T) {
	const evil = `"><script>alert(1)</script><b a='`
	p := &LivePanel{}
	fill := []wgsmtp.Change{{Field: "host", Value: evil}}
	r := &liveRun{at: evil, where: evil, verdict: &liveVerdict{Text: evil, Error: evil, Exception: evil, Offers: []liveOffer{{evil, fill}}}}
	if err := json.Unmarshal([]byte(strings.ReplaceAll(`{"ID":"E","Title":"E","Status":"E","Text":"E","Error":"E","Facts":[{"Name":"E","Value":"E"}],"Reasons":[{"ID":"E","Title":"E","Verify":"E","Source":"E","Confidence":"E","Causes":[{"ID":"E","Text":"E","Fix":"E","Commands":[{"Lang":"E","Text":"E"}],"Changes":[{"Field":"host","Value":"E"}]}]}]}`,
		`"E"`, strconv.Quote(evil))), func() any { r.steps = make([]liveStep, 1); return &r.steps[0] }()); err != nil {
		t.Fatal(err)
	}
	r.steps[0].ID = "tcp" // an attribute of an element, which is not printed for browsers
	lab.runs = []*liveRun{r, r}
	defer func() { lab.runs = nil }()
	html := p.outcome(r) + liveReason(0, 0, &r.steps[0].Reasons[0]) + app.HTMLString(p.step(r, 0, 1)) + compareLive(lab.runs)
	for _, bad := range []string{"<script", "<b ", `"><`} {
		at := strings.Index(html, bad)
		if bad == `"><` { // ends tags of ours too: behind the alert it is not
			at = strings.Index(html, evil)
		}
		if at >= 0 {
			t.Errorf("%q gets through: %s", bad, html[max(0, at-100):min(len(html), at+100)])
		}
	}
	if n := strings.Count(html, "&lt;script&gt;"); n < 20 {
		t.Errorf("only %d texts are shown", n)
	}
}

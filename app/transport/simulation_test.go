package transport_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/transport"
)

// notSimulated are the cases in which something outside the server decides.
var notSimulated = map[string]string{
	"cert-unknown-ca":          "PHP's own list of authorities was replaced",
	"cert-unknown-ca-ssl":      "PHP's own list of authorities was replaced",
	"cert-cafile-missing":      "a file on the wiki's host is missing",
	"starttls-close":           "PHP names one of two causes by chance",
	"fail-network-unreachable": "the network has no way to the address",
}

// The simulated server, given a recorded case's settings, leads to the lines
// and the error that were recorded with the real one.
func TestSimulationAsRecorded(t *testing.T) {
	for _, release := range []string{"1.39", "1.43", "1.45"} {
		r := readRecording(t, release)
		left := map[string]bool{}
		for i := range r.Cases {
			c := &r.Cases[i]
			if c.Transport != "smtp" || c.refusedBefore() {
				continue
			}
			if notSimulated[c.ID] != "" {
				left[c.ID] = true
				continue
			}
			t.Run(release+"/"+c.ID, func(t *testing.T) { r.simulate(t, c) })
		}
		if len(left) != len(notSimulated) || len(left)*20 > len(r.Cases) {
			t.Errorf("%s: left out %v", release, left)
		}
	}
}

func (r recording) simulate(t *testing.T, c *recCase) {
	o, settings := r.options(t, c)
	var lines, want []string
	var last transport.Transcript
	for _, mails := range c.mails(settings) {
		last = transport.Converse(transport.New(o, mails[0], mails[1:]...), c.Server...)
		lines = append(lines, last.ClientLines...)
		if !last.OK() {
			break
		}
	}
	for _, e := range c.Dialogue {
		if e.C != nil && !strings.HasPrefix(*e.C, "(message data: ") {
			want = append(want, *e.C)
		}
	}
	if !slices.Equal(lines, want) {
		t.Errorf("lines:\n got %q\nwant %q", lines, want)
	}
	got := last.Err
	if last.Exception != "" {
		got = last.Exception + ": " + got
	}
	if wantErr := c.failure(); got != wantErr || last.Hung != c.Result.Hung {
		t.Errorf("error %q (hung %v), recorded is %q (hung %v)", got, last.Hung, wantErr, c.Result.Hung)
	}
	// No password in what is shown.
	for _, l := range last.Lines {
		for _, e := range c.Dialogue {
			if l.From == transport.Wiki && e.Decoded != nil && e.C != nil && *e.C != "" && strings.Contains(l.Text, strings.TrimPrefix(*e.C, "AUTH XOAUTH2 ")) {
				t.Errorf("credential in the transcript: %q", l.Text)
			}
		}
	}
}

// Every key of the recorded servers means something to Server.
func TestServerFields(t *testing.T) {
	data, err := os.ReadFile("../preview/testdata/vectors/mediawiki-1.39.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			ID     string
			Server []json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		for _, raw := range c.Server {
			var s transport.Server
			d := json.NewDecoder(bytes.NewReader(raw))
			d.DisallowUnknownFields()
			if err := d.Decode(&s); err != nil {
				t.Errorf("%s: %v", c.ID, err)
				continue
			}
			// And back: nothing is lost.
			out, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var before, after map[string]any
			if json.Unmarshal(raw, &before) != nil || json.Unmarshal(out, &after) != nil {
				t.Fatal(c.ID)
			}
			for key, v := range before {
				if _, kept := after[key]; !kept && v != false && fmt.Sprint(v) != "[]" {
					t.Errorf("%s: %s is lost", c.ID, key)
				}
			}
		}
	}
}

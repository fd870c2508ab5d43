package ui

import (
	"reflect"
	"runtime"
	"strings"
	"testing"

	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// filled is a state as somebody leaves it: every field of theirs is typed.
func filled(carrier string) State {
	s := StateFor(carrier)
	c := &s.Config
	c.Server, c.Sitename, c.PasswordSender = "https://wiki.example.org", "Garden Club", "garden.club@gmail.com"
	if c.User == "" {
		c.User = c.PasswordSender
	}
	c.Secret = "abcdefghijklmnop"
	return s
}

// Every carrier gives every output from its preset alone.
func TestComputeForEveryCarrier(t *testing.T) {
	for _, e := range providers.Index() {
		t.Run(e.ID, func(t *testing.T) {
			o := Compute(StateFor(e.ID))
			if o.Carrier.ID != e.ID || o.Release == nil {
				t.Fatalf("carrier %q, release %v", o.Carrier.ID, o.Release)
			}
			if len(o.Steps) == 0 {
				t.Error("no next steps")
			}
			if e.Unusable {
				return
			}
			if len(o.Block.Lines) < 3 {
				t.Errorf("the block has %d lines", len(o.Block.Lines))
			}
			if len(o.Preview.Messages) == 0 || o.Preview.Messages[0].RawHeaders == "" {
				t.Errorf("no preview: %q", o.Preview.Err)
			}
			if smtp := o.Shown.Transport == wgsmtp.TransportSMTP; smtp != (len(o.Conversation.Lines) > 0) {
				t.Errorf("transport %s has a conversation of %d lines", o.Shown.Transport, len(o.Conversation.Lines))
			}
			for _, id := range o.Placeholders {
				f, ok := wgsmtp.FieldByID(id)
				if !ok {
					t.Errorf("placeholder for the unknown field %q", id)
				} else if f.Get(&o.State.Config) != "" || f.Get(&o.Shown) == "" {
					t.Errorf("placeholder %s: typed %q, shown %q", id, f.Get(&o.State.Config), f.Get(&o.Shown))
				}
			}
		})
	}
}

func TestComputeIsPure(t *testing.T) {
	s := filled("gmail")
	a, b := Compute(s), Compute(s)
	if !reflect.DeepEqual(a, b) {
		t.Error("two passes over one state differ")
	}
	if !reflect.DeepEqual(s, filled("gmail")) {
		t.Error("Compute changed its argument")
	}
}

// The link back holds no secret and is not printed where no address is known.
func TestLinkBackInBlock(t *testing.T) {
	s := filled("gmail")
	if text := Compute(s).Block.String(); strings.Contains(text, "#1;") {
		t.Errorf("a link without an address:\n%s", text)
	}
	s.Base = "https://example.org/wgsmtp/"
	text := Compute(s).Block.String()
	link := "https://example.org/wgsmtp/#" + s.Fragment()
	if !strings.Contains(text, link) {
		t.Errorf("no %q in\n%s", link, text)
	}
	if strings.Contains(link, string(s.Config.Secret)) {
		t.Error("the link holds the secret")
	}
	s.Config.LinkBack = false
	if text := Compute(s).Block.String(); strings.Contains(text, "#1;") {
		t.Errorf("a link that was switched off:\n%s", text)
	}
}

// Another carrier takes the connection over and leaves the wiki alone; the
// secret of the former one does not travel.
func TestWithCarrier(t *testing.T) {
	s := filled("gmail")
	to, _ := providers.ByID("amazon-ses")
	got := s.WithCarrier(to, "eu-central-1").Config
	if got.Carrier != "amazon-ses" || got.Region != "eu-central-1" || got.Host != "email-smtp.eu-central-1.amazonaws.com" {
		t.Errorf("carrier %q, region %q, host %q", got.Carrier, got.Region, got.Host)
	}
	if got.Secret != "" {
		t.Error("the secret went along to another carrier")
	}
	if got.Server != s.Config.Server || got.Sitename != s.Config.Sitename || got.PasswordSender != s.Config.PasswordSender || got.Release != s.Config.Release {
		t.Errorf("the wiki changed: %+v", got)
	}
	s = State{Config: got}
	s.Config.Secret = "kept"
	if got := s.WithCarrier(to, "us-east-1").Config; got.Secret != "kept" || got.Region != "us-east-1" {
		t.Errorf("another region: secret kept is %v, region %q", got.Secret == "kept", got.Region)
	}
}

// A mend is undone without touching what was typed since.
func TestUndoKeepsWhatWasTyped(t *testing.T) {
	p := &Page{Carrier: "gmail"}
	p.prepare()
	p.state = filled("gmail")
	p.state.Config.TLS = wgsmtp.TLSStartTLS // with port 465: never works
	p.set(p.state)
	before := p.state.Config
	i := findFix(p.out.Findings)
	if i < 0 {
		t.Fatal("nothing mends STARTTLS on port 465")
	}
	fix := p.out.Findings[i].Fix
	mended, err := wgsmtp.Apply(before, fix.Changes)
	if err != nil {
		t.Fatal(err)
	}
	s := p.state
	s.Config = mended
	p.remember(fix.Label, s)
	p.set(s)
	if mended == before {
		t.Fatal("the mend changes nothing")
	}
	p.state.Config.Sitename = "Typed since"
	p.set(p.state)

	step := p.undo[len(p.undo)-1]
	got, err := wgsmtp.Apply(p.state.Config, step.changes)
	if err != nil {
		t.Fatal(err)
	}
	before.Sitename = "Typed since"
	if got != before {
		t.Errorf("after undo\n got %+v\nwant %+v", got, before)
	}
}

func findFix(all []rules.Finding) int {
	for i := range all {
		if all[i].Severity == rules.Error && all[i].Fix != nil {
			return i
		}
	}
	return -1
}

// Nobody is judged while typing, nor for what they have not come to yet.
func TestJudgement(t *testing.T) {
	p := &Page{Carrier: "gmail"}
	p.prepare()
	if n := p.count(rules.Error); n != 0 {
		t.Errorf("%d errors before anything was typed: %+v", n, p.judged)
	}
	if len(p.missing) == 0 || !strings.Contains(p.summary(), "to fill in") {
		t.Errorf("missing %v, summary %q", p.missing, p.summary())
	}

	p.state.Config.PasswordSender = "not an address"
	p.answer(p.state)
	p.judge("sender")
	if m := p.messages["sender"]; len(m) != 0 {
		t.Errorf("judged while typing: %+v", m)
	}
	p.visit("sender")
	p.judge("")
	if m := p.messages["sender"]; len(m) == 0 {
		t.Error("not judged after the field was left")
	}
	p.state.Config.PasswordSender = "still not an address"
	p.answer(p.state)
	p.judge("sender")
	if m := p.messages["sender"]; len(m) == 0 {
		t.Error("a message that stood there blinks away while typing")
	}

	p.state.Config.PasswordSender = ""
	p.set(p.state)
	if m := p.messages["sender"]; len(m) == 0 {
		t.Error("left empty, the sender is not asked for")
	}
}

func TestChangedLines(t *testing.T) {
	s := filled("gmail")
	s.Base = "https://example.org/"
	a := Compute(s).Block
	if got := changedLines(a, a); len(got) != 0 {
		t.Errorf("no change marks the lines %v", got)
	}
	s.Config.Timeout = 7
	b := Compute(s).Block
	got := changedLines(a, b)
	if len(got) == 0 || len(got) > 2 {
		t.Fatalf("a timeout marks the lines %v", got)
	}
	if text := lineText(&b.Lines[got[len(got)-1]]); !strings.Contains(text, "7") {
		t.Errorf("marked is %q", text)
	}
}

// One change of a field, to all outputs: at most 2 ms and 1 MB.
func BenchmarkCompute(b *testing.B) {
	s := filled("amazon-ses")
	s.Base = "https://example.org/"
	Compute(s)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s.Config.Sitename = "Garden Club"[:1+i%11]
		Compute(s)
	}
}

func TestComputeBudget(t *testing.T) {
	const maxBytes = 1 << 20
	for _, id := range []string{"gmail", "amazon-ses", "mailgun", "postfix", "isp", "custom"} {
		s := filled(id)
		s.Base = "https://example.org/"
		Compute(s) // what is made once does not count
		var before, after runtime.MemStats
		const passes = 20
		runtime.ReadMemStats(&before)
		for range passes {
			Compute(s)
		}
		runtime.ReadMemStats(&after)
		if got := (after.TotalAlloc - before.TotalAlloc) / passes; got > maxBytes {
			t.Errorf("%s: one pass allocates %d bytes, at most %d are allowed", id, got, maxBytes)
		}
	}
}

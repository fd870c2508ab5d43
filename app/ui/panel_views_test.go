package ui

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	nethtml "golang.org/x/net/html"

	"wgsmtp/app/alignment"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/rules"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// What stands in the panel is what leaves the wiki.
func TestHeadersPanelText(t *testing.T) {
	for _, kind := range wgsmtp.MailKinds {
		for _, carrier := range []string{"custom", "php-mail"} {
			s := filled(carrier)
			s.Mail, s.Config.EnotifWatchlist, s.Config.EnotifUserTalk = kind, true, true
			o := Compute(s)
			_, doc := printed(t, &HeadersPanel{Preview: o.Preview, Release: o.Release, Kind: kind, Inputs: s.Inputs})
			var want, got string
			for i := range o.Preview.Messages {
				want += strings.ReplaceAll(o.Preview.Messages[i].RawHeaders, "\r\n", "\n")
			}
			for _, n := range all(doc, "header-line__text") {
				got += strings.ReplaceAll(exactText(n), "\r\n", "\n") + "\n"
			}
			if got != want {
				t.Errorf("%s by %s:\ngot\n%s\nwant\n%s", kind, carrier, got, want)
			}
			if len(o.Preview.Messages) == 0 && len(all(doc, "cdx-message")) == 0 {
				t.Errorf("%s by %s: no mail, and not a word about it", kind, carrier)
			}
		}
	}
}

func TestOccasions(t *testing.T) {
	if len(occasions) != len(wgsmtp.MailKinds) {
		t.Fatalf("%d occasions, %d kinds of mail", len(occasions), len(wgsmtp.MailKinds))
	}
	for i, o := range occasions {
		if o.kind != wgsmtp.MailKinds[i] || o.label == "" {
			t.Errorf("occasion %d is %s (%q), want %s", i, o.kind, o.label, wgsmtp.MailKinds[i])
		}
		for _, part := range o.parts {
			if !slices.ContainsFunc(samples, func(s sample) bool { return s.id == part }) {
				t.Errorf("%s: no sample %q", o.kind, part)
			}
		}
	}
	// Each sample changes what it is named after, and nothing else.
	for _, s := range samples {
		var got preview.Inputs
		p := &HeadersPanel{Inputs: sampleInputs(), OnInputs: func(in preview.Inputs) { got = in }}
		p.onSample(s.id, "new")
		for _, other := range samples {
			before := p.Inputs
			want := *other.of(&before)
			if other.id == s.id {
				want = "new"
			}
			if *other.of(&got) != want {
				t.Errorf("%s: %s became %q, want %q", s.id, other.id, *other.of(&got), want)
			}
		}
	}
}

func TestConversationPanel(t *testing.T) {
	r, err := mediawiki.Lookup("1.43")
	if err != nil {
		t.Fatal(err)
	}
	show := func(tr transport.Transcript) *nethtml.Node {
		_, doc := printed(t, &ConversationPanel{Transcript: tr, Transport: wgsmtp.TransportSMTP, Carrier: "Box", Release: r, Kind: wgsmtp.MailPasswordReset})
		return doc
	}
	lines := []transport.Line{
		{From: transport.ServerSide, Text: "220 box", Step: "greeting"},
		{From: transport.Wiki, Text: "EHLO localhost", Step: "ehlo", Note: "Who it is."},
		{From: transport.Wiki, Text: "STARTTLS", Step: "starttls"},
		{From: transport.Event_, Text: "TLS is up", Step: "starttls", Encrypted: true},
		{From: transport.Wiki, Text: "EHLO localhost", Step: "ehlo", Encrypted: true},
	}
	doc := show(transport.Transcript{Lines: lines, Err: "it broke"})
	var titles, stretches []string
	for _, n := range all(doc, "talk__stage") {
		titles = append(titles, textOf(n))
	}
	for _, n := range all(doc, "talk__stretch") {
		stretches = append(stretches, textOf(n))
	}
	if got := strings.Join(titles, ", "); got != "Greeting, Introduction, Encryption, Introduction" {
		t.Errorf("stages: %s", got)
	}
	if got := strings.Join(stretches, ", "); got != "In clear: anybody on the way can read this, Encrypted from here on" {
		t.Errorf("stretches: %s", got)
	}
	who := textOf(all(doc, "talk__line")[0]) + ", " + textOf(all(doc, "talk__line")[1])
	if who != "Server ← 220 box, Wiki → EHLO localhost" {
		t.Errorf("without colours it reads %q", who)
	}
	if s := textOf(all(doc, "cdx-message--error")[0]); !strings.Contains(s, "it broke") || !strings.Contains(s, "only the debug log") {
		t.Errorf("outcome: %s", s)
	}
	if n := all(show(transport.Transcript{Lines: lines}), "cdx-message--success"); len(n) != 1 {
		t.Error("success is not told")
	}
	if n := all(show(transport.Transcript{Lines: lines, Hung: true}), "cdx-message--error"); len(n) != 1 || !strings.Contains(textOf(n[0]), "waits without end") {
		t.Error("that it hangs is not told")
	}
	for _, step := range []transport.Step{
		transport.StepConnect, transport.StepGreeting, transport.StepEHLO, transport.StepStartTLS, transport.StepAuth,
		transport.StepMail, transport.StepRcpt, transport.StepData, transport.StepQuit,
	} {
		if stages[string(step)] == "" {
			t.Errorf("the step %s has no heading", step)
		}
	}
}

func TestWhereShown(t *testing.T) {
	for _, tt := range []struct {
		release string
		kind    wgsmtp.MailKind
		want    string
	}{
		{"1.43", wgsmtp.MailConfirm, "Special:ConfirmEmail"},
		{"1.34", wgsmtp.MailPasswordReset, "Special:PasswordReset shows"},
		{"1.35", wgsmtp.MailPasswordReset, "only the debug log"},
		{"1.26", wgsmtp.MailWatchlist, "the page is saved"},
		{"1.27", wgsmtp.MailTalk, "the job"},
		{"1.43", wgsmtp.MailPlain, "FAILED"},
	} {
		r, err := mediawiki.Lookup(tt.release)
		if err != nil {
			t.Fatal(err)
		}
		if got := whereShown(tt.kind, r); !strings.Contains(got, tt.want) {
			t.Errorf("%s in %s: %q does not hold %q", tt.kind, tt.release, got, tt.want)
		}
	}
}

func TestFindingsPanel(t *testing.T) {
	_, doc := printed(t, &FindingsPanel{})
	if n := all(doc, "cdx-message--success"); len(n) != 1 || !strings.Contains(textOf(n[0]), "complete") {
		t.Error("without findings nothing says so")
	}
	f := []rules.Finding{
		{Rule: "a", Severity: rules.Error, Fields: []string{"port"}, Message: "It fails.", Why: "Because.", Fix: &rules.Fix{Label: "Use 587"}, Source: "RFC 8314"},
		{Rule: "b", Severity: rules.Hint, Message: "Good."}, {Rule: "c", Severity: rules.Hint, Message: "Better."},
	}
	_, doc = printed(t, &FindingsPanel{Findings: f})
	if s := textOf(all(doc, "findings__title")[0]); s != "To look at: 1 error, 2 hints" {
		t.Errorf("title: %s", s)
	}
	if s := textOf(all(doc, "cdx-message--error")[0]); !strings.HasPrefix(s, "Error: It fails. Because. Use 587 Go to: "+fieldTitle("port")) {
		t.Errorf("finding: %s", s)
	}
	if n := all(doc, "findings__hints"); len(n) != 1 || !strings.HasPrefix(textOf(n[0]), "2 hints") || strings.Contains(textOf(n[0]), "It fails") {
		t.Error("the hints are not folded")
	}
	f[0].Source = "https://example.org/a, https://example.org/b"
	_, doc = printed(t, &FindingsPanel{Findings: f})
	links := 0
	walk(doc, func(n *nethtml.Node) {
		if n.Data == "a" {
			links++
		}
	})
	if links != 2 {
		t.Errorf("%d links to two sources", links)
	}
	for _, link := range []string{"http://example.org", "javascript:x", "https://a b", `https://"`, "https://a\nb", "RFC 8314"} {
		if isLink(link) {
			t.Errorf("%q is taken for a link", link)
		}
	}
	for _, s := range severities {
		if s.box == "" || s.many == "" {
			t.Errorf("severity %s has no words", s.severity)
		}
	}
}

// Every text of every picture stands within the picture, in both forms.
func TestRouteFits(t *testing.T) {
	number := func(n *nethtml.Node, name string) int {
		v, _ := attr(n, name)
		i, err := strconv.Atoi(v)
		if err != nil {
			t.Fatalf("%s of %s is %q", name, n.Data, v)
		}
		return i
	}
	long := alignment.Report{Delivered: true, DMARC: alignment.Depends, SigningDomain: strings.Repeat("sub.", 20) + "example.org",
		Nodes: []alignment.Node{{ID: "wiki", Label: strings.Repeat("long name ", 9), Detail: "w"}, {ID: "carrier", Label: strings.Repeat("x", 99), Detail: strings.Repeat("y", 99)}, {ID: "receiver", Label: "r"}},
		Edges: []alignment.Edge{
			{From: "wiki", To: "carrier", Envelope: strings.Repeat("e", 99), Header: "h", Encryption: "not encrypted: this release uses STARTTLS only with a login", Encrypted: alignment.Fail},
			{From: "carrier", To: "receiver", Envelope: "e", Header: strings.Repeat("h", 99), Encryption: "STARTTLS, if both servers have it", Encrypted: alignment.Depends},
		}}
	reports := []alignment.Report{long, {}}
	for _, e := range providers.Index() {
		reports = append(reports, Compute(filled(e.ID)).Delivery)
	}
	for i := range reports {
		for _, d := range []drawing{wideRoute, tallRoute} {
			doc, err := nethtml.Parse(strings.NewReader(drawRoute(&reports[i], d)))
			if err != nil {
				t.Fatal(err)
			}
			texts, want := 0, 0
			var width, height int
			walk(doc, func(n *nethtml.Node) {
				switch n.Data {
				case "svg":
					box, _ := attr(n, "viewBox")
					f := strings.Fields(box)
					width, _ = strconv.Atoi(f[2])
					height, _ = strconv.Atoi(f[3])
				case "text":
					texts++
					x, y, half := number(n, "x"), number(n, "y"), utf8.RuneCountInString(exactText(n))*7
					if a, _ := attr(n, "text-anchor"); a == "middle" {
						half /= 2
						if x-half < 0 {
							t.Errorf("report %d, %s: %q begins outside", i, d.id, exactText(n))
						}
					}
					if x+half > width || y < 10 || y > height-3 {
						t.Errorf("report %d, %s: %q at %d, %d does not fit %dx%d", i, d.id, exactText(n), x, y, width, height)
					}
				}
			})
			for _, e := range reports[i].Edges {
				want += 2 + len(wrapText(e.Encryption, d.chars, 2))
			}
			if texts < want {
				t.Errorf("report %d, %s: %d texts, want %d or more", i, d.id, texts, want)
			}
		}
	}
}

func TestElideAndWrap(t *testing.T) {
	for _, tt := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 9, "short"}, {"abcdefghij", 5, "ab…ij"}, {"äöüäöü", 4, "ä…öü"}, {"a\nb", 9, "a\uFFFDb"}, {"", 3, ""},
	} {
		if got := elide(tt.in, tt.n); got != tt.want {
			t.Errorf("elide(%q, %d) is %q, want %q", tt.in, tt.n, got, tt.want)
		}
	}
	if got := wrapText("one two three four five", 9, 2); !slices.Equal(got, []string{"one two", "thre…five"}) {
		t.Errorf("wrapText: %q", got)
	}
	if got := wrapText("  ", 9, 2); len(got) != 0 {
		t.Errorf("wrapText of blanks: %q", got)
	}
}

package ui

import (
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	nethtml "golang.org/x/net/html"

	"wgsmtp/app/alignment"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/preview"
	"wgsmtp/app/rules"
	"wgsmtp/app/steps"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// goAttribute is an attribute as go-app prints it: quoted as Go would.
var goAttribute = regexp.MustCompile(` ([\w-]+)=("(?:[^"\\]|\\.)*")`)

// printed is a panel as the host prints it, its attributes read back, parsed.
func printed(t *testing.T, p app.UI) (string, *nethtml.Node) {
	t.Helper()
	raw := app.HTMLString(p)
	text := goAttribute.ReplaceAllStringFunc(raw, func(s string) string {
		m := goAttribute.FindStringSubmatch(s)
		value, err := strconv.Unquote(m[2])
		if err != nil {
			return s // of markup of ours, which is HTML already
		}
		return " " + m[1] + `="` + html.EscapeString(value) + `"`
	})
	doc, err := nethtml.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw, doc
}

// all are the nodes of a class, in order.
func all(doc *nethtml.Node, class string) []*nethtml.Node {
	var out []*nethtml.Node
	walk(doc, func(n *nethtml.Node) {
		if v, ok := attr(n, "class"); ok && slices.Contains(strings.Fields(v), class) {
			out = append(out, n)
		}
	})
	return out
}

// exactText is the text of a node with its white space.
func exactText(n *nethtml.Node) string {
	var b strings.Builder
	walk(n, func(c *nethtml.Node) {
		if c.Type == nethtml.TextNode {
			b.WriteString(c.Data)
		}
	})
	return b.String()
}

// panels are all panels of some outputs.
func panels(o *Outputs) map[string]app.UI {
	return map[string]app.UI{
		"block": &BlockPanel{
			Block: o.Block, Placeholders: o.Placeholders, Marks: []int{1}, Lit: "host",
			Secret: o.State.Config.Secret != "", Comments: o.State.Config.Comments, LinkBack: o.State.Config.LinkBack,
		},
		"headers":      &HeadersPanel{Preview: o.Preview, Release: o.Release, Kind: o.State.Mail, Inputs: o.State.Inputs},
		"conversation": &ConversationPanel{Transcript: o.Conversation, Transport: o.Shown.Transport, Carrier: o.Carrier.Name, Release: o.Release, Kind: o.State.Mail},
		"delivery":     &DeliveryPanel{Report: o.Delivery, Preview: o.Preview, Config: o.Shown, Carrier: o.Carrier.Name},
		"steps":        &StepsPanel{Steps: o.Steps},
		"findings":     &FindingsPanel{Findings: o.Findings},
	}
}

// sound looks for what no page may have.
func sound(t *testing.T, raw string, doc *nethtml.Node) {
	t.Helper()
	if m := falseBoolean.FindString(raw); m != "" {
		t.Errorf("browsers take%s for true", m)
	}
	ids := make(map[string]bool)
	var refs []string
	walk(doc, func(n *nethtml.Node) {
		if n.Type != nethtml.ElementNode {
			return
		}
		switch n.Data {
		case "script", "img", "iframe", "object", "style", "b":
			t.Errorf("an element %s, which nobody put there", n.Data)
		case "button":
			if textOf(n) == "" {
				t.Errorf("a button without words")
			}
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("attribute %s on %s", a.Key, n.Data)
			case a.Key == "id":
				if ids[a.Val] {
					t.Errorf("the id %s is there twice", a.Val)
				}
				ids[a.Val] = true
			case a.Key == "for", a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "aria-controls":
				refs = append(refs, strings.Fields(a.Val)...)
			case a.Key == "href" && !strings.HasPrefix(a.Val, "https://"):
				t.Errorf("a link to %q", a.Val)
			}
		}
	})
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("a reference to %q, which is not there", r)
		}
	}
}

func TestPanelsOfEveryCarrier(t *testing.T) {
	for _, e := range providers.Index() {
		t.Run(e.ID, func(t *testing.T) {
			for _, s := range []State{StateFor(e.ID), filled(e.ID)} {
				o := Compute(s)
				together := make(map[string]bool)
				for name, p := range panels(&o) {
					raw, doc := printed(t, p)
					sound(t, raw, doc)
					if textOf(doc) == "" {
						t.Errorf("%s is empty", name)
					}
					walk(doc, func(n *nethtml.Node) {
						if id, ok := attr(n, "id"); ok {
							if together[id] {
								t.Errorf("the id %s is in two panels", id)
							}
							together[id] = true
						}
					})
				}
			}
		})
	}
}

// hostile breaks out of markup wherever it is not escaped.
var hostile = []string{
	`"><script>alert(1)</script>`, `'><img src=x onerror=alert(1)>`, `</code></textarea><b>`, `&lt;b&gt;&amp;`, `" onclick="alert(1)`,
	`\" onfocus=\"alert(1)`, "a\x00b\x1b[2J", "\xff\xfe", "tab\tend", "Zoë \u202e \u00a0 🎉",
}

func TestPanelsEscape(t *testing.T) {
	for _, s := range hostile {
		for _, carrier := range []string{"custom", "amazon-ses", "php-mail"} {
			st := filled(carrier)
			for _, f := range wgsmtp.Fields() {
				if f.Kind == wgsmtp.KindText && f.ID != "carrier" && f.ID != "release" && f.ID != "region" {
					if err := f.Set(&st.Config, s); err != nil {
						t.Fatal(err)
					}
				}
			}
			st.Mail = wgsmtp.MailUser
			st.Inputs.Sender, st.Inputs.Recipient = preview.Person{Name: s, Email: s}, preview.Person{Name: s, Email: s}
			st.Inputs.Subject, st.Inputs.Text = s, s+" and more"
			o := Compute(st)
			for _, p := range panels(&o) {
				raw, doc := printed(t, p)
				sound(t, raw, doc)
			}
		}
		// What the engines would not let through, straight to the panels.
		message := preview.Message{Transport: wgsmtp.TransportSMTP, MailFrom: s, RcptTo: []string{s}, RawHeaders: "From: " + s + "\r\n", Body: s}
		for _, p := range []app.UI{
			&FindingsPanel{Findings: []rules.Finding{{Rule: "r", Severity: rules.Error, Fields: []string{"host"}, Message: s, Why: s, Fix: &rules.Fix{Label: "x" + s}, Source: "https://" + s}}},
			&StepsPanel{Steps: []steps.Step{{ID: "x", Title: s, Text: s, Commands: []string{s}, Language: steps.Shell, Verify: s}}},
			&ConversationPanel{Transport: wgsmtp.TransportSMTP, Carrier: s, Transcript: transport.Transcript{
				Err: s, Exception: s, Lines: []transport.Line{{From: transport.Wiki, Text: s, Step: s, Note: s}}}},
			&HeadersPanel{Release: mediawiki.All()[0], Preview: preview.Result{Err: s, Messages: []preview.Message{message}}},
			&HeadersPanel{Preview: preview.Result{Shown: s}},
			&DeliveryPanel{Carrier: s, Preview: preview.Result{Messages: []preview.Message{message}}, Report: alignment.Report{
				Delivered: true, SigningDomain: s, Sentences: []string{s}, Records: []alignment.Record{{Name: s, Type: s, Value: s, Why: s}},
				Nodes: []alignment.Node{{ID: "wiki", Label: s, Detail: s}, {ID: "carrier", Label: s, Detail: s}, {ID: "receiver", Label: s}},
				Edges: []alignment.Edge{{From: "wiki", To: "carrier", Envelope: s, Header: s, Encryption: s}, {From: "carrier", To: "receiver", Envelope: s, Header: s, Encryption: s}},
			}},
		} {
			raw, doc := printed(t, p)
			sound(t, raw, doc)
			// HTML has no NUL: parsers drop it.
			want := strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "")
			want = strings.TrimRight(strings.Join(strings.Fields(want), " "), "\uFFFD")
			if got := strings.ToValidUTF8(textOf(doc), "\uFFFD"); !strings.Contains(got, want) {
				t.Errorf("%T does not show %q: %s", p, s, got)
			}
		}
	}
}

package ui

import (
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// The text on the page is the block, byte for byte, as the host prints it too:
// no blank comes in between.
func TestBlockPanelText(t *testing.T) {
	check := func(t *testing.T, s State) {
		t.Helper()
		o := Compute(s)
		_, doc := printed(t, &BlockPanel{Block: o.Block})
		var got strings.Builder
		for _, n := range all(doc, "code-line__text") {
			got.WriteString(exactText(n) + "\n")
		}
		if want := o.Block.String(); got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got.String(), want)
		}
	}
	for _, e := range providers.Index() {
		for _, comments := range []bool{false, true} {
			s := filled(e.ID)
			s.Config.Comments = comments
			check(t, s)
		}
	}
	for _, text := range []string{`<&>"'\`, "  two  blanks  ", "\t", "🎉 ü", `&amp;`} {
		s := filled("custom")
		s.Config.Secret, s.Config.Sitename, s.Config.PrintWiki = wgsmtp.Secret(text), text, true
		check(t, s)
	}
}

func TestBlockPanelHidesSecret(t *testing.T) {
	s := filled("custom")
	s.Config.Secret = "correct horse"
	o := Compute(s)
	panel := &BlockPanel{Block: o.Block, Secret: true}
	raw, doc := printed(t, panel)
	if strings.Contains(raw, "correct") {
		t.Error("the secret is in the page")
	}
	if !strings.Contains(o.Block.String(), "'correct horse'") {
		t.Error("the block that is copied lacks the secret")
	}
	text := ""
	for _, n := range all(doc, "code-line__text") {
		if strings.Contains(exactText(n), "password") {
			text += strings.TrimSpace(exactText(n))
		}
	}
	if !strings.HasPrefix(text, "'password'") || !strings.HasSuffix(text, "=> '••••••••',") {
		t.Errorf("the password's line reads %q", text)
	}
	panel = &BlockPanel{Block: o.Block, Secret: true, shown: true}
	if raw, _ = printed(t, panel); !strings.Contains(raw, "correct horse") {
		t.Error("asked for, the secret is not shown")
	}
	// A secret that is called like its key, or that spells an arrow.
	for _, secret := range []string{"password", "=> 'x'", "username"} {
		s.Config.Secret = wgsmtp.Secret(secret)
		o := Compute(s)
		_, doc := printed(t, &BlockPanel{Block: o.Block, Secret: true})
		for _, n := range all(doc, "code-line__text") {
			if line := exactText(n); strings.Contains(line, "'password'") && strings.Contains(line, "=> '"+secret) {
				t.Errorf("the secret %q is shown: %s", secret, line)
			}
		}
	}
}

func TestBlockPanelMarks(t *testing.T) {
	line := func(text string, fields ...string) localsettings.Line {
		return localsettings.Line{Tokens: []localsettings.Token{{Class: localsettings.ClassVariable, Text: text}}, Fields: fields}
	}
	b := localsettings.Block{Lines: []localsettings.Line{line("a", "host", "tls"), line("b", "user"), line("c")}}
	b.Lines = append(b.Lines, localsettings.Line{Fields: []string{"user"}, Tokens: []localsettings.Token{
		{Class: localsettings.ClassPunct, Text: "    "}, {Class: localsettings.ClassComment, Text: "# about b"}}})
	_, doc := printed(t, &BlockPanel{Block: b, Marks: []int{2}, Lit: "tls", Placeholders: []string{"user"}})
	for class, want := range map[string]string{
		"code-line--lit": "a", "code-line--example": "b example: fill in", "code-line--changed": "c changed",
	} {
		if n := all(doc, class); len(n) != 1 || textOf(n[0]) != want {
			t.Errorf("%s: %d lines, want %q", class, len(n), want)
		}
	}
	// The cursor only stops where there is a field.
	p := &BlockPanel{Block: b}
	for _, tt := range []struct{ from, step, want int }{{0, 1, 1}, {1, 1, 3}, {3, 1, -1}, {1, -1, 0}, {0, -1, -1}, {0, 0, 0}, {2, 0, 3}, {4, 0, -1}, {3, -1, 1}} {
		if got := p.next(tt.from, tt.step); got != tt.want {
			t.Errorf("next(%d, %d) is %d, want %d", tt.from, tt.step, got, tt.want)
		}
	}
	if p.cursor = 7; p.stop() != 0 {
		t.Errorf("a cursor beyond the block stops at %d", p.stop())
	}
	if p = (&BlockPanel{}); p.stop() != -1 {
		t.Errorf("an empty block stops at %d", p.stop())
	}
}

func BenchmarkBlockPanel(b *testing.B) {
	o := Compute(filled("amazon-ses"))
	b.ReportAllocs()
	for b.Loop() {
		(&BlockPanel{Block: o.Block, Lit: "host"}).Render()
	}
}

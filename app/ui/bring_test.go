package ui

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wgsmtp/app/check"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
)

// Both pages are whole without a program: labelled controls that are asleep,
// unique ids, one first heading, references that lead somewhere.
func TestBringPrerender(t *testing.T) {
	for name, root := range map[string]app.UI{"settings": &SettingsPage{}, "error": &ErrorPage{}, "in a frame": &ErrorPage{Root: "../"}} {
		t.Run(name, func(t *testing.T) {
			text := app.HTMLString(root)
			if m := falseBoolean.FindString(text); m != "" {
				t.Errorf("browsers take%s for true", m)
			}
			if strings.Contains(text, ` style="`) {
				t.Error("a style attribute: the content security policy forbids it")
			}
			doc, err := html.Parse(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			ids, labels := map[string]int{}, map[string]bool{}
			var refs, controls []string
			h1 := 0
			walk(doc, func(n *html.Node) {
				if n.Type != html.ElementNode {
					return
				}
				if v, ok := attr(n, "id"); ok {
					ids[v]++
				}
				for _, a := range []string{"aria-labelledby", "aria-describedby"} {
					if v, ok := attr(n, a); ok {
						refs = append(refs, strings.Fields(v)...)
					}
				}
				switch n.DataAtom {
				case atom.H1:
					h1++
				case atom.Label:
					v, _ := attr(n, "for")
					labels[v] = true
				case atom.Input, atom.Select, atom.Textarea:
					v, _ := attr(n, "id")
					controls = append(controls, v)
					if !disabled(n) {
						t.Errorf("%s can be used before the program runs", v)
					}
				case atom.Button:
					if !disabled(n) {
						t.Errorf("the button %q can be used before the program runs", textOf(n))
					}
				}
			})
			for id, n := range ids {
				if n > 1 {
					t.Errorf("%d elements have the id %q", n, id)
				}
			}
			for _, id := range refs {
				if ids[id] == 0 {
					t.Errorf("nothing has the id %q", id)
				}
			}
			for _, id := range controls {
				if id == "" || !labels[id] {
					t.Errorf("the control %q has no label", id)
				}
			}
			if h1 != 1 {
				t.Errorf("%d first headings", h1)
			}
		})
	}
}

// Every known error is on the page for errors, in one group.
func TestKnowledgeIsComplete(t *testing.T) {
	text := knowledgeMarkup("")
	for _, e := range trouble.All() {
		if n := strings.Count(text, `id="known-`+e.ID+`"`); n != 1 {
			t.Errorf("%s (step %q) is there %d times", e.ID, e.Step, n)
		}
		if !strings.Contains(text, esc(e.Title)) {
			t.Errorf("%s: its title is missing", e.ID)
		}
	}
}

const nastyText = "</code></li><img src=x onerror=alert(1)>\"'&§¶<script>alert(2)</script>"

// Whatever is pasted, or comes out of it, is text in the answer.
func TestBringEscapes(t *testing.T) {
	src := "$wgSMTP = [\n\t'host' => '" + strings.ReplaceAll(nastyText, "'", `\'`) + "',\n\t'<b>key</b>' => 1,\n\t'password' => 'correct-horse',\n];\nclass X { /* " + nastyText + " */ }\n"
	p := &SettingsPage{}
	p.prepare()
	p.paste.text = src
	p.said = p.paste.look("")
	p.all, p.mended = true, mendAll(p.paste.report)
	e := &ErrorPage{}
	e.prepare()
	e.paste.text, e.text = src, "535 5.7.8 "+nastyText
	e.paste.look("")
	e.explain(app.Context{})
	unknown := &ErrorPage{}
	unknown.prepare()
	unknown.text = nastyText
	unknown.explain(app.Context{})
	for name, root := range map[string]app.UI{"settings": p, "error": e, "unknown": unknown} {
		doc, err := html.Parse(strings.NewReader(app.HTMLString(root)))
		if err != nil {
			t.Fatal(err)
		}
		texts := 0
		walk(doc, func(n *html.Node) {
			switch {
			case n.Type == html.ElementNode && (n.DataAtom == atom.Img || n.DataAtom == atom.Script || n.DataAtom == atom.B):
				t.Errorf("%s: <%s> came out of what was pasted", name, n.Data)
			case n.Type == html.TextNode && strings.Contains(n.Data, "<img src=x"):
				texts++
			case n.Type == html.TextNode && strings.Contains(n.Data, "correct-horse"):
				t.Errorf("%s: the password is in %q", name, n.Data)
			}
		})
		if texts == 0 && name != "error" {
			t.Errorf("%s: the text is not shown", name)
		}
	}
	desk.settings, desk.release = "", ""
}

func TestMarkup(t *testing.T) {
	if got, want := markup(`<p>§ ¶ §</p>`, "<§>", "<b>¶</b>", "&"), `<p>&lt;§&gt; <b>¶</b> &amp;</p>`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// What looks like a secret is hidden, what does not is shown, and what is shown
// can be read back.
func TestMasks(t *testing.T) {
	for _, tc := range []struct{ text, hidden string }{
		{`'password' => 'hunter2',`, `'password' => '••••••••',`},
		{`$wgSMTP["password"] = "hunter2";`, `$wgSMTP["password"] = "••••••••";`},
		{`'password'=>‘hunter2’`, `'password'=>‘••••••••’`},
		{`$wgDBpassword = "it's a \"x\"";`, `$wgDBpassword = "•••••••••";`},
		{`define( 'MAIL_PASSWORD', 'hunter2' );`, `define( 'MAIL_PASSWORD', '••••••••' );`},
		{`'password' => getenv( 'hunter2-is-it' )`, `'password' => getenv( '••••••••' )`},
		{`'password' => getenv( 'SMTP_PASSWORD' )`, `'password' => getenv( 'SMTP_PASSWORD' )`},
		{`$wgPasswordSender = 'wiki@example.org';`, `$wgPasswordSender = 'wiki@example.org';`},
		{`'password' => 'mail', 'host' => 'mail.example.org', // mails`, `'password' => '••••••••', 'host' => '••••••••.example.org', // mails`},
		{"'password' => 'one-secret', 'token' => 'a-longer-secret'", "'password' => '•••••••••', 'token' => '••••••••'"},
		{`'note' => '••••••••'`, `'note' => '••••••••'`},
		{`'username' => 'secret', 'host' => 'mail.example.org'`, `'username' => 'secret', 'host' => 'mail.example.org'`},
		{`'password' => '`, `'password' => '`},
	} {
		m := masksOf(tc.text, nil)
		got := m.hide(tc.text)
		if got != tc.hidden {
			t.Errorf("%s\nis shown as %s\nwant        %s", tc.text, got, tc.hidden)
		}
		if back := m.show(got); back != tc.text {
			t.Errorf("%s reads back as %s", got, back)
		}
	}
}

// The mended block is a whole one, its diff is of the pasted text, and what is
// mended finds nothing any more.
func TestMended(t *testing.T) {
	src := "<?php\n$wgSitename = 'Our wiki';\n$wgSMTP = [\n\t'host' => 'ssl://smtp.gmail.com',\n\t'port' => 587,\n\t'auth' => true,\n\t'username' => 'a@gmail.com',\n\t'password' => 'abcdefghijklmnop',\n\t'persist' => 5,\n];\n"
	r := check.Check([]byte(src), "1.43")
	m := mendAll(&r)
	var removed, added int
	for _, l := range m.Diff {
		switch l.Op {
		case '-':
			removed++
		case '+':
			added++
		}
	}
	if removed == 0 || added == 0 {
		t.Errorf("the diff has %d removed and %d added lines", removed, added)
	}
	again := check.Check([]byte(m.Block), "1.43")
	if n := again.Errors(); n != 0 {
		t.Errorf("the mended block has %d errors: %v\n%s", n, again.Findings, m.Block)
	}
	if m.State.Config.Secret != "abcdefghijklmnop" || m.State.Config.Carrier != "gmail" || m.State.Config.Release != "1.43" {
		t.Errorf("the form would get %+v", m.State.Config)
	}
	if f := m.State.Fragment(); strings.Contains(f, "abcdefgh") {
		t.Errorf("the address has the password: %s", f)
	}
	one := mendWith(&r, []wgsmtp.Change{{Field: "port", Value: "465"}})
	if !strings.Contains(one.Block, "465") || !strings.Contains(one.Block, "ssl://smtp.gmail.com") {
		t.Errorf("port 465 gives\n%s", one.Block)
	}
	if r.Config.Port != 587 {
		t.Error("a mend changed the report")
	}
}

// An error with settings has a mend of the block; the form of each is the
// first cause's.
func TestErrorPageAnswers(t *testing.T) {
	p := &ErrorPage{}
	p.prepare()
	p.paste.text = "$wgSMTP = [ 'host' => 'ssl://smtp.gmail.com', 'port' => 587, 'auth' => true, 'username' => 'a@gmail.com', 'password' => 'abcdefghijklmnop' ];"
	p.text = "Failed to connect to ssl://smtp.gmail.com:587 [SMTP: Failed to connect socket:  (code: -1, response: )]"
	p.paste.look("")
	p.explain(app.Context{})
	defer func() { desk.settings, desk.release = "", "" }()
	if p.answer == nil || !p.answer.Known {
		t.Fatal("not known")
	}
	first := p.answer.Entries[0]
	if len(first.Causes[0].Changes) == 0 {
		t.Fatal("the first cause has no mend")
	}
	c := p.causeOf(first.ID + "/" + first.Causes[0].ID)
	if c == nil {
		t.Fatal("the cause is not found by its name")
	}
	text := p.answered()
	for _, want := range []string{`aria-current="step">Connection`, `data-do="mend"`, "Encryption STARTTLS", "How to make sure"} {
		if !strings.Contains(text, want) {
			t.Errorf("the answer lacks %q", want)
		}
	}
	if strings.Contains(text, "abcdefghijklmnop") {
		t.Error("the answer has the password")
	}
}

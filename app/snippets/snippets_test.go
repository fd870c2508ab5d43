package snippets

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// example is what the documentation shows.
var example = Values{
	Site: "https://mail.example.org/smtp/", Carrier: "gmail", Name: "Gmail",
	State: "1;carrier=gmail&release=1.43&server=https://wiki.example.org",
}

// Every piece stands in static/embed.md as the table has it, in a fence of its
// language and under its host's name; the plainest one in the README too.
func TestDocumentation(t *testing.T) {
	read := func(name string) string {
		b, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	manual := read("static/embed.md")
	for i := range Hosts {
		h := &Hosts[i]
		_, section, ok := strings.Cut(manual, "\n## "+h.Name+"\n")
		if !ok {
			t.Errorf("static/embed.md has no section %q", h.Name)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for j := range h.Pieces {
			p := &h.Pieces[j]
			fence := "```" + p.Language + "\n" + p.Text(example) + "\n```\n"
			if !strings.Contains(section, fence) {
				t.Errorf("static/embed.md, %s, does not have\n%s", h.Name, fence)
			}
		}
	}
	indented := "    " + strings.ReplaceAll(Hosts[0].Pieces[0].Text(example), "\n", "\n    ") + "\n"
	if !strings.Contains(read("README.md"), indented) {
		t.Errorf("README.md does not have\n%s", indented)
	}
}

func TestLink(t *testing.T) {
	for _, c := range []struct {
		v    Values
		want string
	}{
		{Values{Site: "https://example.org/"}, "https://example.org/"},
		{Values{Site: "https://example.org/", Carrier: "gmail"}, "https://example.org/gmail.html"},
		{Values{Site: "https://example.org/", State: "1;carrier=custom&port=25"}, "https://example.org/#1;carrier=custom&port=25"},
		{example, "https://mail.example.org/smtp/gmail.html#1;carrier=gmail&release=1.43&server=https://wiki.example.org"},
		{Values{Site: "http://[::1]:8080/a[b]/"}, "http://[::1]:8080/a%5Bb%5D/"},
		{Values{Site: "https://example.org/a&b/~~~/"}, "https://example.org/a%26b/%7E%7E~/"},
		{Values{Site: `https://example.org/"'><{}|` + "`\\\n/"}, "https://example.org/%22%27%3E%3C%7B%7D%7C%60%5C%0A/"},
		{Values{Site: "https://example.org/", State: "1;user=__NOTOC__"}, "https://example.org/#1;user=%5F_NOTOC%5F_"},
	} {
		if got := Link(c.v); got != c.want {
			t.Errorf("Link(%+v)\n got %s\nwant %s", c.v, got, c.want)
		}
	}
}

func TestEscapedText(t *testing.T) {
	for in, want := range map[string]string{
		"Bluewin (Swisscom)":  "Bluewin (Swisscom)",
		"AT&T Mail":           "AT&amp;T Mail",
		`"a" <b>`:             "&quot;a&quot; &lt;b&gt;",
		"{a} *b* _c_ `d` \\e": "&#123;a&#125; &#42;b&#42; &#95;c&#95; &#96;d&#96; &#92;e",
		"[[a]] {{b|c}} ~~~~":  "&#91;&#91;a&#93;&#93; &#123;&#123;b&#124;c&#125;&#125; &#126;&#126;&#126;&#126;",
		"one\r\ntwo\x00":      "one  two ",
		"Straße":              "Straße",
		"\xff":                "\uFFFD",
	} {
		got := text(in)
		if got != want {
			t.Errorf("text(%q) = %s, want %s", in, got, want)
		}
		// What HTML makes of it is the text again.
		again := strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, string([]rune(in)))
		if read := nethtml.UnescapeString(got); read != again {
			t.Errorf("text(%q) reads as %q", in, read)
		}
	}
}

// hostile are values that try to get out of every language.
var hostile = []string{
	`"`, `'`, `<script>alert(1)</script>`, `-->`, `{alert(1)}`, "${alert(1)}", "`", `\`, `}}`, `{{x|y}}`, `{{{1}}}`,
	`]]`, `[[x]]`, `<nowiki>`, `~~~~`, `__NOTOC__`, "a\nb: c", "{% x %}", "}-->", "<!--{php}-->", `>}}`, `&quot;`, `&amp;`, "%22", "*a*", "#", "|", "//", "\x00", "\xff\xfe",
}

// Whatever the values are, HTML has the same elements, with the values in
// their attributes and their text.
func TestHostileHTML(t *testing.T) {
	for _, bad := range hostile {
		v := Values{Site: "https://mail.example.org/" + bad + "/", Carrier: "gmail", Name: bad, State: "1;port=" + bad}
		checkElement(t, Hosts[0].Pieces[0].Text(v), v, 4)
	}
}

func checkElement(t *testing.T, snippet string, v Values, want int) {
	t.Helper()
	nodes, err := nethtml.ParseFragment(strings.NewReader(snippet), &nethtml.Node{Type: nethtml.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatal(err)
	}
	elements := 0
	var walk func(n *nethtml.Node)
	walk = func(n *nethtml.Node) {
		switch n.Type {
		case nethtml.CommentNode:
			t.Errorf("%q: a comment in\n%s", v.Name, snippet)
		case nethtml.ElementNode:
			elements++
			got := map[string]string{}
			for _, a := range n.Attr {
				got[a.Key] = a.Val
			}
			switch n.Data {
			case "script":
				if got["src"] != site(v)+"embed.js" || len(got) != 2 {
					t.Errorf("%q: script %v", v.Name, got)
				}
				elements++ // so that there is one of it
			case "wgsmtp-configurator":
				if got["carrier"] != v.Carrier {
					t.Errorf("%q: carrier %q", v.Name, got["carrier"])
				}
				if got["state"] != address(v.State) || len(got) != 3 {
					t.Errorf("%q: %v", v.Name, got)
				}
			case "a":
				if got["href"] != Link(v) || len(got) != 1 {
					t.Errorf("%q: link %v", v.Name, got)
				}
				if n.FirstChild == nil || n.FirstChild != n.LastChild || n.FirstChild.Data != "Mail settings for "+plain(v.Name) {
					t.Errorf("%q: text in\n%s", v.Name, snippet)
				}
			default:
				t.Errorf("%q: a <%s> in\n%s", v.Name, n.Data, snippet)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	for _, n := range nodes {
		walk(n)
	}
	if elements != want {
		t.Errorf("%q: %d elements in\n%s", v.Name, elements, snippet)
	}
}

// plain is a text as it is to be read again.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, string([]rune(s)))
}

// In every host, the values bring no character that its language could read
// as something else.
func TestHostileEverywhere(t *testing.T) {
	marks := func(s string) string {
		return strings.Map(func(r rune) rune {
			if strings.ContainsRune("<>\"'`{}[]|\\\n*", r) {
				return r
			}
			return -1
		}, s)
	}
	for i := range Hosts {
		for j := range Hosts[i].Pieces {
			p := &Hosts[i].Pieces[j]
			good := example
			good.State = "1;carrier=gmail&port=25" // by no name
			for _, bad := range hostile {
				v := Values{Site: "https://mail.example.org/" + bad + "/", Carrier: bad, Name: bad, State: "1;port=" + bad}
				if got, want := marks(p.Text(v)), marks(p.Text(good)); got != want {
					t.Errorf("%s, %s: %q changes the marks\n got %s\nwant %s\n%s", Hosts[i].Name, p.Where, bad, got, want, p.Text(v))
				}
				if text := p.Text(v); strings.Contains(text, "~~~") || strings.Contains(text, "__") || strings.Contains(text, "@") {
					t.Errorf("%s, %s: %q gives\n%s", Hosts[i].Name, p.Where, bad, text)
				}
			}
		}
	}
}

// The table is complete, and no mark is left in a text.
func TestHosts(t *testing.T) {
	ids := map[string]bool{}
	for i := range Hosts {
		h := &Hosts[i]
		if ids[h.ID] || h.ID == "" || h.Name == "" || len(h.Pieces) == 0 {
			t.Errorf("host %d: %+v", i, h)
		}
		ids[h.ID] = true
		for j := range h.Pieces {
			p := &h.Pieces[j]
			for _, v := range []Values{{}, example} {
				if s := p.Text(v); p.Where == "" || p.Language == "" || s == "" || strings.Contains(s, "@") {
					t.Errorf("%s, %q: %q", h.Name, p.Where, s)
				}
			}
		}
	}
}

// A state of nothing but release and server goes by their names; any other,
// and one with escapes in it, as it is.
func TestByName(t *testing.T) {
	for state, want := range map[string]string{
		"":                          "",
		"1;carrier=gmail":           "",
		"1;carrier=x&release=1.39":  ` release="1.39"`,
		example.State:               ` release="1.43" server="https://wiki.example.org"`,
		"1;carrier=x&server=a%20b":  ` state="1;carrier=x&amp;server=a%20b"`,
		"1;carrier=x&release=1&a=b": ` state="1;carrier=x&amp;release=1&amp;a=b"`,
	} {
		text := Hosts[0].Pieces[0].Text(Values{Carrier: "x", State: state})
		if !strings.Contains(text, `<wgsmtp-configurator carrier="x"`+want+` compact>`) {
			t.Errorf("%s gives\n%s", state, text)
		}
	}
}

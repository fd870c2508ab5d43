package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/wgsmtp"
)

// codeLine is a line of the block. Its props are few and plain, so that a line
// in which nothing changed is passed over quickly.
type codeLine struct {
	app.Compo

	Row    int
	Text   pieces
	Hidden bool // the row has no line at present
	Field  bool // it belongs to a field
	Stop   bool // the Tab key stops here

	Lit, Changed, Example bool
}

// Render implements app.Composer.
func (l *codeLine) Render() app.UI {
	e := el("div", "code-line").ID("block-line-"+strconv.Itoa(l.Row)).Role("listitem").DataSet("line", l.Row)
	if l.Hidden {
		return e.Hidden(true) // nothing stays on the page of what may have been a secret
	}
	if app.IsClient {
		e = e.Hidden(false)
	}
	if l.Field {
		e = e.Class("code-line--field")
		if app.IsClient {
			tab := -1
			if l.Stop {
				tab = 0
			}
			e = e.TabIndex(tab)
		}
	}
	if l.Lit {
		e = e.Class("code-line--lit")
	}
	flag := ""
	if l.Changed {
		e = e.Class("code-line--changed")
		flag = "changed"
	}
	if l.Example {
		e = e.Class("code-line--example")
		flag = "example: fill in"
	}
	return e.Body(
		l.Text.element(),
		el("span", "code-line__flag").Text(flag),
	)
}

// pieces is what a line shows. The part of it that changes while somebody
// types, its value, stands apart: so that the browser changes one text, and
// reads no markup.
type pieces struct {
	Head  string // markup of what stands before the value
	Class string // class of the value
	Slot  string // attributes of the value where it is a slot, with a blank before
	Value string
	Tail  string // markup of what stands after the value
}

// piecesOf splits a line at its value: what is assigned, or else the last
// thing that is not punctuation. With hide, a typed secret is dots.
func piecesOf(l *localsettings.Line, hide bool, slots *wgsmtp.Config) pieces {
	hide = hide && (slices.Contains(l.Fields, "secret") || hidesKept(l))
	at := -1
	assigned := !slices.ContainsFunc(l.Tokens, isAssign) // a key stands before the arrow, the value after it
	text := func(t *localsettings.Token) string {
		if hide && assigned && (t.Class == localsettings.ClassString || l.Kept && t.Class == localsettings.ClassNumber) {
			return "'••••••••'"
		}
		return t.Text
	}
	for i := range l.Tokens {
		if c := l.Tokens[i].Class; c != "" && c != localsettings.ClassPunct && c != localsettings.ClassComment || at < 0 && c == localsettings.ClassComment {
			at = i
		}
	}
	var out pieces
	var b strings.Builder
	for i := range l.Tokens {
		t := &l.Tokens[i]
		switch shown := text(t); {
		case i == at:
			out = pieces{Head: b.String(), Class: "tok-" + string(t.Class), Slot: slotOf(l, t, slots), Value: shown}
			b.Reset()
		case t.Class == "" || t.Class == localsettings.ClassPunct:
			b.WriteString(esc(shown))
		default:
			b.WriteString(`<span class="tok-` + esc(string(t.Class)) + `"` + slotOf(l, t, slots) + `>` + esc(shown) + `</span>`)
		}
		assigned = assigned || isAssign(*t)
	}
	out.Tail = b.String()
	return out
}

func isAssign(t localsettings.Token) bool {
	return t.Class == localsettings.ClassPunct && strings.Contains(t.Text, "=")
}

// element is the line's text: without its tags it is the line, byte for byte.
func (t *pieces) element() app.UI {
	if app.IsServer {
		// Printed, elements have line breaks between them.
		value := ""
		if t.Class != "" {
			value = `<span class="` + t.Class + `"` + t.Slot + `>` + esc(t.Value) + `</span>`
		}
		return app.Raw(`<code class="code-line__text">` + t.Head + value + t.Tail + `</code>`)
	}
	return el("code", "code-line__text").Body(
		app.Raw("<span>"+t.Head+"</span>"),
		el("span").Class(t.Class).Text(t.Value),
		app.Raw("<span>"+t.Tail+"</span>"),
	)
}

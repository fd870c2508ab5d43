package ui

import (
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/rules"
	"wgsmtp/app/wgsmtp"
)

// option is one choice of a select.
type option struct{ Value, Label string }

// message is what a field has to say: a finding, or a word about what was typed.
type message struct {
	Severity rules.Severity
	Text     string
	Why      string
	Fix      string // label of the button that mends; "" for none
	Do, Arg  string // what the button does, see Page.do
}

// field is one control with its label, explanation and messages.
//
// The control is not controlled in the usual sense: what is typed is never
// written back while typing, because a rendering that lags one key behind would
// eat that key. Value is written when the element is made; after a change that
// was not typed here (a mend, undo, another carrier) Page.sync brings every
// control in line. Events are caught by the form, which reads the target's id;
// so the props are plain values and an unchanged field is not rendered again.
type field struct {
	app.Compo

	ID       string
	Kind     wgsmtp.Kind
	Label    string
	Desc     string
	Link     string // where to get the value
	LinkText string
	Optional bool
	Hidden   bool // does not apply now
	Example  string
	Mode     string // inputmode
	Options  []option
	Value    string
	Messages []message
	Lit      bool
	Reveal   bool // a secret is readable
	Ports    []option

	first string
}

// OnInit keeps the value that the element is made with.
func (f *field) OnInit() { f.first = f.Value }

// Render implements app.Composer.
func (f *field) Render() app.UI {
	root := el("div").ID("field-"+f.ID).Class("cdx-field", "field")
	if f.Lit {
		root = root.Class("field--lit")
	}
	if f.Hidden {
		f.first = f.Value // the control is made anew when it applies again
		return root.Hidden(true)
	}
	if app.IsClient {
		root = root.Hidden(false)
	}
	if f.Kind == wgsmtp.KindSwitch {
		return root.Class("field--switch").Body(f.checkbox(), f.messages())
	}
	return root.Body(
		f.label(),
		el("div", "cdx-field__control").Body(f.control()),
		f.messages(),
	)
}

func (f *field) label() app.UI {
	text := el("label", "cdx-label__label").Attr("for", f.ID).Body(
		el("span", "cdx-label__label__text").Text(f.Label),
		app.If(f.Optional, func() app.UI {
			return el("span", "cdx-label__label__optional-flag").Text(" (optional)")
		}),
	)
	return el("div", "cdx-label").Body(text, f.description())
}

func (f *field) description() app.UI {
	if f.Desc == "" && f.Link == "" {
		return el("span").ID(f.ID + "-desc").Class("cdx-label__description").Class("field__none")
	}
	return el("span").ID(f.ID+"-desc").Class("cdx-label__description").Body(
		app.Text(f.Desc+" "),
		app.If(f.Link != "", func() app.UI { return externalLink(f.Link, f.LinkText) }),
	)
}

func externalLink(href, text string) app.UI {
	return el("a", "cdx-link", "is-external").Attr("href", href).Attr("target", "_blank").Attr("rel", "noopener noreferrer").Text(text)
}

func (f *field) describedBy() string { return f.ID + "-desc " + f.ID + "-messages" }

func (f *field) wrong() bool {
	for _, m := range f.Messages {
		if m.Severity == rules.Error {
			return true
		}
	}
	return false
}

// value is what the element is made with.
func (f *field) value() string {
	if f.Mounted() {
		return f.first
	}
	return f.Value
}

func (f *field) control() app.UI {
	if len(f.Options) > 0 {
		return f.selection()
	}
	return f.text()
}

func (f *field) text() app.UI {
	in := app.ElemSelfClosing("input").ID(f.ID).Class("cdx-text-input__input").
		Attr("autocomplete", "off").
		Attr("spellcheck", "false").
		Attr("autocapitalize", "none").
		Aria("describedby", f.describedBy())
	if v := f.value(); v != "" {
		in = in.Attr("value", v)
	}
	if f.Example != "" {
		in = in.Attr("placeholder", attrText(f.Example))
	}
	if f.Mode != "" {
		in = in.Attr("inputmode", f.Mode)
	}
	if app.IsClient {
		in = in.Aria("invalid", f.wrong())
	}
	if f.Kind != wgsmtp.KindSecret {
		box := el("div", "cdx-text-input").Class(f.status()).Body(in.Attr("type", "text"))
		if len(f.Ports) == 0 {
			return box
		}
		return el("div", "field__with-offers").Body(box, f.offers())
	}
	kind, action := "password", "Show"
	if f.Reveal {
		kind, action = "text", "Hide"
	}
	return el("div", "field__secret").Body(
		el("div", "cdx-text-input").Class(f.status()).Body(in.Attr("type", kind).Class("is-secret")),
		el("button").Attr("type", "button").Class("cdx-button").DataSet("do", "reveal").
			Aria("label", action+" "+attrText(f.Label)).Aria("controls", f.ID).Text(action),
	)
}

// offers are buttons with the ports that the carrier has.
func (f *field) offers() app.UI {
	buttons := make([]app.UI, 0, len(f.Ports))
	for _, p := range f.Ports {
		buttons = append(buttons, el("button").Attr("type", "button").
			Class("cdx-button", "cdx-button--weight-quiet", "cdx-button--action-progressive", "cdx-button--size-small").
			DataSet("do", "port").DataSet("arg", p.Value).Text(p.Label))
	}
	return el("div", "field__offers").Body(buttons...)
}

func (f *field) status() string {
	if f.wrong() {
		return "cdx-text-input--status-error"
	}
	return "cdx-text-input--status-default"
}

func (f *field) selection() app.UI {
	chosen := f.value()
	options := make([]app.UI, 0, len(f.Options))
	for _, o := range f.Options {
		e := el("option").Attr("value", o.Value).Text(o.Label)
		if o.Value == chosen {
			e = e.Attr("selected", true)
		}
		options = append(options, e)
	}
	s := el("select").ID(f.ID).Class("cdx-select").Aria("describedby", f.describedBy()).Body(options...)
	if f.wrong() {
		s = s.Class("cdx-select--status-error")
	}
	return s
}

func (f *field) checkbox() app.UI {
	box := app.ElemSelfClosing("input").ID(f.ID).Attr("type", "checkbox").Class("cdx-checkbox__input").Aria("describedby", f.describedBy())
	if f.value() == "true" {
		box = box.Attr("checked", true)
	}
	return el("div", "cdx-checkbox").Body(
		el("div", "cdx-checkbox__wrapper").Body(
			box,
			el("span", "cdx-checkbox__icon"),
			el("div", "cdx-checkbox__label", "cdx-label").Body(
				el("label", "cdx-label__label").Attr("for", f.ID).Body(
					el("span", "cdx-label__label__text").Text(f.Label),
				),
				f.description(),
			),
		),
	)
}

func (f *field) messages() app.UI {
	items := make([]app.UI, 0, len(f.Messages))
	for _, m := range f.Messages {
		items = append(items, m.render())
	}
	return el("div").ID(f.ID+"-messages").Class("cdx-field__validation-message", "field__messages").Body(items...)
}

var severityClass = map[rules.Severity]string{
	rules.Error:   "cdx-message--error",
	rules.Warning: "cdx-message--warning",
	rules.Hint:    "cdx-message--notice",
}

// severityWord goes before a message for those who do not see its colour.
var severityWord = map[rules.Severity]string{
	rules.Error:   "Error: ",
	rules.Warning: "Warning: ",
	rules.Hint:    "Hint: ",
}

func (m message) render() app.UI {
	body := []app.UI{
		el("span", "visually-hidden").Text(severityWord[m.Severity]),
		el("span", "message__text").Text(m.Text),
	}
	if m.Why != "" {
		body = append(body, el("span", "message__why").Text(" "+m.Why))
	}
	if m.Fix != "" {
		body = append(body, el("button").Attr("type", "button").
			Class("cdx-button", "cdx-button--size-small", "message__fix").
			DataSet("do", m.Do).DataSet("arg", m.Arg).Text(m.Fix))
	}
	return el("div", "cdx-message", "cdx-message--inline", severityClass[m.Severity]).Body(
		el("span", "cdx-message__icon"),
		el("div", "cdx-message__content").Body(body...),
	)
}

// attrText is text that may stand in a prerendered attribute, where go-app
// writes a quotation mark or a backslash as Go would.
func attrText(s string) string {
	return strings.NewReplacer(`"`, "", `\`, "").Replace(s)
}

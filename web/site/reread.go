// This file reads what go-app prints on the host, and gives it back as HTML.
//
// app.HTMLString is made for looking at, not for browsers: attributes come in
// the order of a map, their values are quoted as Go strings and not escaped as
// HTML, false booleans are written (and so are true), "true" is dropped (so
// aria-hidden="true" says nothing), a textarea's text is an attribute, and
// line breaks are put between elements where the browser program has none.
// Its output is regular, though, so it can be read back exactly:
//
//	element   = "<" name *( " " name [ "=" go-string ] ) ">" [ content "</" name ">" ]
//	content   = text | "\n" *( [ indent child ] "\n" ) indent
//	indent    = two spaces for each level of depth
//
// Markup given to app.Raw stands in it as it was; it is read as HTML. The one
// thing that cannot be told apart is a text that holds a line break followed by
// exactly its own indentation.

package site

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
)

// voidElements have no content and no end tag (HTML, section 13.1.2).
var voidElements = []string{
	"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta",
	"source", "track", "wbr",
}

// booleanAttributes are true when present, whatever their value (HTML,
// section 2.3.2).
var booleanAttributes = []string{
	"allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls",
	"default", "defer", "disabled", "download", "formnovalidate", "hidden",
	"inert", "ismap", "itemscope", "loop", "multiple", "muted", "nomodule",
	"novalidate", "open", "playsinline", "readonly", "required", "reversed",
	"selected",
}

// reread parses the output of app.HTMLString for one element and renders it
// as the DOM that the browser program would build: attributes sorted, values
// escaped, no white space added. The same tree gives the same bytes.
func reread(printed string) (string, error) {
	r := reader{s: strings.TrimSpace(printed)}
	root, err := r.element(0)
	if err != nil {
		return "", err
	}
	if r.i != len(r.s) {
		return "", r.errorf("more than one root element")
	}
	var b strings.Builder
	if err := nethtml.Render(&b, root); err != nil {
		return "", err
	}
	return b.String(), nil
}

// verbatim is the depth of markup whose white space is left alone.
const verbatim = -1

type reader struct {
	s string
	i int
}

func (r *reader) rest() string { return r.s[r.i:] }

func (r *reader) has(prefix string) bool { return strings.HasPrefix(r.rest(), prefix) }

func (r *reader) accept(prefix string) bool {
	if !r.has(prefix) {
		return false
	}
	r.i += len(prefix)
	return true
}

// until takes everything before the first of the given bytes.
func (r *reader) until(chars string) string {
	n := strings.IndexAny(r.rest(), chars)
	if n < 0 {
		n = len(r.rest())
	}
	out := r.rest()[:n]
	r.i += n
	return out
}

func (r *reader) errorf(format string, args ...any) error {
	near := r.rest()
	if len(near) > 40 {
		near = near[:40]
	}
	return fmt.Errorf("printed page, byte %d, before %q: %s", r.i, near, fmt.Sprintf(format, args...))
}

func (r *reader) element(depth int) (*nethtml.Node, error) {
	if !r.accept("<") {
		return nil, r.errorf("an element was expected")
	}
	n := &nethtml.Node{Type: nethtml.ElementNode, Data: r.until(" \n\t/>")}
	if n.Data == "" || strings.HasPrefix(n.Data, "!") {
		return nil, r.errorf("not an element")
	}
	closed, err := r.attributes(n)
	if err != nil {
		return nil, err
	}
	if !closed && !slices.Contains(voidElements, n.Data) {
		if err := r.content(n, depth); err != nil {
			return nil, err
		}
		if !r.accept("</" + n.Data + ">") {
			return nil, r.errorf("<%s> is not closed", n.Data)
		}
	}
	mend(n)
	return n, nil
}

// attributes reads up to the end of the start tag; closed tells whether that
// was "/>".
func (r *reader) attributes(n *nethtml.Node) (closed bool, err error) {
	for {
		for r.accept(" ") || r.accept("\n") || r.accept("\t") {
		}
		switch {
		case r.accept("/>"):
			return true, nil
		case r.accept(">"):
			return false, nil
		case r.i == len(r.s):
			return false, r.errorf("<%s> does not end", n.Data)
		}
		a := nethtml.Attribute{Key: r.until("= \n\t/>")}
		if a.Key == "" {
			return false, r.errorf("attribute of <%s> without a name", n.Data)
		}
		value := true
		if r.accept("=") {
			if a.Val, err = r.value(); err != nil {
				return false, err
			}
		} else {
			value = false
		}
		if a, ok := mendAttribute(a, value); ok {
			n.Attr = append(n.Attr, a)
		}
	}
}

// value reads a quoted attribute value: a Go string, or else plain HTML.
func (r *reader) value() (string, error) {
	if quoted, err := strconv.QuotedPrefix(r.rest()); err == nil {
		if after := r.rest()[len(quoted):]; after == "" || strings.ContainsRune(" \n\t/>", rune(after[0])) {
			r.i += len(quoted)
			return strconv.Unquote(quoted)
		}
	}
	for _, quote := range []string{`"`, `'`} {
		if r.accept(quote) {
			v := r.until(quote)
			if !r.accept(quote) {
				return "", r.errorf("attribute value does not end")
			}
			return html.UnescapeString(v), nil
		}
	}
	return html.UnescapeString(r.until(" \n\t>")), nil
}

func mendAttribute(a nethtml.Attribute, hasValue bool) (nethtml.Attribute, bool) {
	if slices.Contains(booleanAttributes, a.Key) {
		if a.Val == "false" {
			return a, false
		}
		if a.Key != "download" && a.Key != "hidden" {
			a.Val = "" // hidden="until-found" and a file name mean something
		}
		return a, true
	}
	if !hasValue {
		a.Val = "true" // go-app drops exactly this value; empty ones it never sets
	}
	return a, true
}

// content reads an element's children up to its end tag.
func (r *reader) content(n *nethtml.Node, depth int) error {
	start := r.i
	if depth != verbatim && r.accept("\n") {
		if err := r.children(n, depth); err == nil {
			return nil
		}
		// Markup from app.Raw, with line breaks of its own.
		r.i = start
		n.FirstChild, n.LastChild = nil, nil
	}
	for !r.has("</") {
		if r.i == len(r.s) {
			return r.errorf("<%s> is not closed", n.Data)
		}
		if r.has("<") {
			child, err := r.element(verbatim)
			if err != nil {
				return err
			}
			n.AppendChild(child)
			continue
		}
		appendText(n, r.until("<"))
	}
	return nil
}

// children reads children that stand on lines of their own.
func (r *reader) children(n *nethtml.Node, depth int) error {
	outer, inner := strings.Repeat("  ", depth), strings.Repeat("  ", depth+1)
	for !r.has(outer + "</") {
		switch {
		case r.accept("\n"): // a child that prints nothing
		case !r.accept(inner):
			return r.errorf("children of <%s> are not indented as go-app does", n.Data)
		case r.has("<"):
			child, err := r.element(depth + 1)
			if err != nil {
				return err
			}
			if !r.accept("\n") {
				return r.errorf("<%s> is followed by something on its line", child.Data)
			}
			n.AppendChild(child)
		default:
			text := r.until("<")
			end := strings.LastIndexByte(text, '\n')
			if end < 0 {
				return r.errorf("text in <%s> is not on a line of its own", n.Data)
			}
			r.i -= len(text) - end - 1
			// Texts side by side are one text in the browser.
			appendText(n, strings.ReplaceAll(text[:end], "\n"+inner, ""))
		}
	}
	r.accept(outer)
	return nil
}

func appendText(n *nethtml.Node, escaped string) {
	if escaped != "" {
		n.AppendChild(&nethtml.Node{Type: nethtml.TextNode, Data: html.UnescapeString(escaped)})
	}
}

// mend puts an element's attributes in order, and moves the value of a
// textarea or select to where HTML has it.
func mend(n *nethtml.Node) {
	slices.SortFunc(n.Attr, func(a, b nethtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
	if n.Data != "textarea" && n.Data != "select" {
		return
	}
	i := slices.IndexFunc(n.Attr, func(a nethtml.Attribute) bool { return a.Key == "value" })
	if i < 0 {
		return
	}
	value := n.Attr[i].Val
	n.Attr = slices.Delete(n.Attr, i, i+1)
	if n.Data == "textarea" {
		n.FirstChild, n.LastChild = nil, nil
		n.AppendChild(&nethtml.Node{Type: nethtml.TextNode, Data: value})
		return
	}
	for option := range n.Descendants() {
		if option.Data != "option" || attribute(option, "value") != value {
			continue
		}
		if !slices.ContainsFunc(option.Attr, func(a nethtml.Attribute) bool { return a.Key == "selected" }) {
			option.Attr = append(option.Attr, nethtml.Attribute{Key: "selected"})
			mend(option)
		}
	}
}

// attribute is the value of an attribute, "" where there is none.
func attribute(n *nethtml.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

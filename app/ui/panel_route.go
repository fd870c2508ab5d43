// The picture of the delivery panel: the places on the way of the mail, with
// what is on the lines between them, as SVG. Colours come from classes of the
// style sheet, so that light, dark and forced colours work. Text is escaped
// here; all of it is also told by desc and by the words below the picture.

package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/alignment"
)

// drawing is where things stand in a picture, in units of about a pixel.
type drawing struct {
	id         string // begins ids and class names
	down       bool   // the mail goes down, else to the right
	boxW, boxH int
	gap        int // between two boxes
	margin     int // on the sides that the mail does not go to
	chars      int // how many characters of a label there is room for
}

var (
	wideRoute = drawing{id: "wide", boxW: 144, boxH: 84, gap: 184, margin: 16, chars: 25}
	tallRoute = drawing{id: "tall", down: true, boxW: 220, boxH: 76, gap: 122, margin: 40, chars: 30}
)

const lead = 17 // from one line of text to the next

// label is a line of text in the picture.
type label struct{ class, text string }

// drawRoute is the picture as markup, one svg element.
func drawRoute(r *alignment.Report, d drawing) string {
	n := len(r.Nodes)
	if n == 0 {
		return `<div></div>`
	}
	along := n*d.boxW + (n-1)*d.gap + 2
	across := d.boxH + 2*d.margin
	if d.down {
		along, across = d.boxW+2*d.margin, n*d.boxH+(n-1)*d.gap+2
	}
	id := "route-" + d.id
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="route route--%s" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title" aria-describedby="%s-desc">`, d.id, along, across, id, id)
	fmt.Fprintf(&b, `<title id="%s-title">The way of the mail</title><desc id="%s-desc">%s</desc>`, id, id, esc(describeRoute(r)))
	for i := range r.Nodes {
		x, y := 1+i*(d.boxW+d.gap), d.margin
		if d.down {
			x, y = d.margin, 1+i*(d.boxH+d.gap)
		}
		drawNode(&b, r, i, x, y, d)
		if i < len(r.Edges) && i+1 < n {
			drawEdge(&b, r, i, x, y, d)
		}
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func drawNode(b *strings.Builder, r *alignment.Report, i, x, y int, d drawing) {
	fmt.Fprintf(b, `<rect class="route__box" x="%d" y="%d" width="%d" height="%d" rx="2"/>`, x, y, d.boxW, d.boxH)
	node := &r.Nodes[i]
	var texts []label
	for _, t := range wrapText(node.Label, d.boxW/8, 2) {
		texts = append(texts, label{"route__who", t})
	}
	if node.ID == "receiver" {
		v := verdictWords[r.DMARC]
		texts = append(texts, label{"route__verdict route__verdict--" + string(r.DMARC), v.mark + " DMARC " + shortVerdict(r.DMARC)})
	} else if node.Detail != "" {
		texts = append(texts, label{"route__detail", elide(node.Detail, d.boxW/7)})
	}
	top := y + (d.boxH-lead*(len(texts)-1))/2 + 4
	for k, t := range texts {
		drawText(b, t, x+d.boxW/2, top+k*lead, "middle")
	}
}

// drawEdge is the line from the node at x, y to the next, with its labels:
// beside it where the mail goes down, else above and below.
func drawEdge(b *strings.Builder, r *alignment.Report, i, x, y int, d drawing) {
	e := &r.Edges[i]
	verdict := string(e.Encrypted)
	var above, below []label
	for _, t := range wrapText(e.Encryption, d.chars, 2) {
		above = append(above, label{"route__how route__how--" + verdict, t})
	}
	below = append(below,
		label{"route__value", elide("From "+firstText(e.Header, "nobody"), d.chars)},
		label{"route__value", elide("Envelope "+firstText(e.Envelope, "empty"), d.chars)},
	)
	if e.To == "receiver" {
		signed := "not signed"
		if r.SigningDomain != "" {
			signed = "DKIM " + r.SigningDomain
		}
		below = append(below, label{"route__value", elide(signed, d.chars)})
	}
	if d.down {
		lx, top, end := x+24, y+d.boxH, y+d.boxH+d.gap
		drawLine(b, verdict, lx, top, lx, end-8)
		fmt.Fprintf(b, `<path class="route__tip" d="M%d %dl-5 -8h10z"/>`, lx, end)
		texts := append(above, below...)
		first := top + (d.gap-lead*(len(texts)-1))/2 + 3
		for k, t := range texts {
			drawText(b, t, lx+14, first+k*lead, "start")
		}
		return
	}
	ly, left, end := y+d.boxH/2, x+d.boxW, x+d.boxW+d.gap
	drawLine(b, verdict, left, ly, end-8, ly)
	fmt.Fprintf(b, `<path class="route__tip" d="M%d %dl-8 -5v10z"/>`, end, ly)
	middle := left + d.gap/2
	for k, t := range above {
		drawText(b, t, middle, ly-9-lead*(len(above)-1-k), "middle")
	}
	for k, t := range below {
		drawText(b, t, middle, ly+19+lead*k, "middle")
	}
}

func drawLine(b *strings.Builder, verdict string, x1, y1, x2, y2 int) {
	fmt.Fprintf(b, `<line class="route__line route__line--%s" x1="%d" y1="%d" x2="%d" y2="%d"/>`, verdict, x1, y1, x2, y2)
}

func drawText(b *strings.Builder, t label, x, y int, anchor string) {
	b.WriteString(`<text class="` + t.class + `" x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" text-anchor="` + anchor + `">`)
	b.WriteString(esc(t.text))
	b.WriteString(`</text>`)
}

// elide shortens s to n characters, in the middle, where addresses tell least.
// Control characters, which a picture cannot show, become marks.
func elide(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return '\uFFFD'
		}
		return r
	}, s)
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	head := (n - 1) / 2
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}

// wrapText breaks s at blanks into at most max lines of about n characters; what
// is too long is elided.
func wrapText(s string, n, max int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		last := len(lines) - 1
		switch {
		case last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= n,
			len(lines) == max:
			lines[last] += " " + word
		default:
			lines = append(lines, word)
		}
	}
	for i := range lines {
		lines[i] = elide(lines[i], n)
	}
	return lines
}

func firstText(s, or string) string {
	if s != "" {
		return s
	}
	return or
}

func shortVerdict(v alignment.Verdict) string {
	if v == alignment.Depends {
		return "depends"
	}
	return verdictWords[v].word
}

// describeRoute is the picture in words.
func describeRoute(r *alignment.Report) string {
	names := make(map[string]string, len(r.Nodes))
	for i := range r.Nodes {
		names[r.Nodes[i].ID] = r.Nodes[i].Label
	}
	var b strings.Builder
	for i := range r.Edges {
		e := &r.Edges[i]
		fmt.Fprintf(&b, "%s to %s: %s; From %s, envelope sender of %s. ", names[e.From], names[e.To], e.Encryption, firstText(e.Header, "nobody"), firstText(e.Envelope, "nobody"))
	}
	if r.SigningDomain != "" {
		fmt.Fprintf(&b, "Signed for %s. ", r.SigningDomain)
	}
	if r.Delivered {
		fmt.Fprintf(&b, "DMARC %s.", verdictWords[r.DMARC].word)
	}
	return strings.TrimSpace(b.String())
}

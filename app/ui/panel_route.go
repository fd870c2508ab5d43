// The picture of the delivery panel: wiki, carrier and receiver, with what is
// on the lines between them, as SVG. Colours come from style sheet classes, so
// that light, dark and forced colours work. Text is escaped here; all of it is
// also told by title, desc and the words below the picture.

package ui

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/alignment"
)

// route is what the picture shows.
type route struct {
	Wiki, Carrier, CarrierHost, Receiver string

	How       string            // "STARTTLS"
	Encrypted alignment.Verdict // of the way to the carrier
	MailFrom  string            // envelope sender as the wiki gives it
	From      string            // address of the From header
	Envelope  string            // domain of the envelope sender as it arrives
	Signature string            // domain of the DKIM signature, "" for none

	SPF, DKIM, DMARC alignment.Verdict
}

// drawing is where things stand in a picture.
type drawing struct {
	id            string // begins ids and class names
	width, height int
	chars         int       // how many characters a label has room for
	boxes         [3]rect   // wiki, carrier, receiver
	lines         [2][4]int // x1 y1 x2 y2 from the first to the second, and on
	labels        [2][2]int // where the labels of a line begin
	anchor        string    // of the labels
}

type rect struct{ x, y, w, h int }

var (
	wideRoute = drawing{
		id: "wide", width: 760, height: 172, chars: 27,
		boxes:  [3]rect{{1, 44, 140, 84}, {310, 44, 140, 84}, {619, 44, 140, 84}},
		lines:  [2][4]int{{141, 86, 302, 86}, {450, 86, 611, 86}},
		labels: [2][2]int{{221, 20}, {530, 20}},
		anchor: "middle",
	}
	tallRoute = drawing{
		id: "tall", width: 300, height: 464, chars: 30,
		boxes:  [3]rect{{50, 1, 200, 72}, {50, 196, 200, 72}, {50, 391, 200, 72}},
		lines:  [2][4]int{{70, 73, 70, 188}, {70, 268, 70, 383}},
		labels: [2][2]int{{86, 98}, {86, 293}},
		anchor: "start",
	}
)

// elide shortens s to n characters, in the middle, where addresses tell least.
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

// label is a line of text in the picture.
type label struct{ class, text string }

// drawRoute is the picture as markup, one svg element.
func drawRoute(r route, d drawing) string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	id := "route-" + d.id
	p(`<svg id="%s" class="route route--%s" viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">`, id, d.id, d.width, d.height, id, id)
	p(`<title id="%s-title">The way of the mail</title>`, id)
	p(`<desc id="%s-desc">%s</desc>`, id, esc(describeRoute(r)))

	texts := [2][]label{
		{
			{"route__how route__how--" + string(r.Encrypted), r.How},
			{"route__name", "MAIL FROM"},
			{"route__value", firstText(r.MailFrom, r.Envelope)},
		},
		{
			{"route__name", "From"},
			{"route__value", r.From},
			{"route__name", "MAIL FROM arrives with"},
			{"route__value", r.Envelope},
			{"route__name", "DKIM signature of"},
			{"route__value", firstText(r.Signature, "nobody")},
		},
	}
	for i, l := range d.lines {
		class := "route__line"
		if i == 0 {
			class += " route__line--" + string(r.Encrypted)
		}
		p(`<line class="%s" x1="%d" y1="%d" x2="%d" y2="%d"/>`, class, l[0], l[1], l[2], l[3])
		x, y := l[2], l[3]
		if l[0] == l[2] {
			p(`<path class="route__tip" d="M%d %dl-5 0l5 8l5 -8z"/>`, x, y)
		} else {
			p(`<path class="route__tip" d="M%d %dl0 -5l8 5l-8 5z"/>`, x, y)
		}
		drawLabels(&b, texts[i], d, i)
	}

	boxes := [3][]label{
		{{"route__role", "Wiki"}, {"route__who", r.Wiki}},
		{{"route__role", "Carrier"}, {"route__who", r.Carrier}, {"route__host", r.CarrierHost}},
		{{"route__role", "Receiver"}, {"route__who", r.Receiver}, {"route__dmarc route__dmarc--" + string(r.DMARC),
			strings.TrimSpace(verdictWords[r.DMARC].mark + " DMARC: " + shortVerdict(r.DMARC))}},
	}
	for i, texts := range boxes {
		drawBox(&b, d.boxes[i], texts)
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func drawBox(b *strings.Builder, at rect, texts []label) {
	fmt.Fprintf(b, `<rect class="route__box" x="%d" y="%d" width="%d" height="%d" rx="2"/>`, at.x, at.y, at.w, at.h)
	texts = present(texts)
	const lead = 20
	y := at.y + (at.h-lead*(len(texts)-1))/2 + 4
	for _, t := range texts {
		text(b, t, at.x+at.w/2, y, "middle", at.w/7)
		y += lead
	}
}

// drawLabels writes what is on line i: beside an upright one; of a level one
// the first half above and the rest below.
func drawLabels(b *strings.Builder, texts []label, d drawing, i int) {
	x, y := d.labels[i][0], d.labels[i][1]
	level := d.anchor == "middle"
	lead := 16
	if !level && len(texts) < 4 {
		y += lead
	}
	above := len(texts) / 2
	if above%2 == 1 && len(texts) > 3 {
		above++ // a name and its value stay together
	}
	for k, t := range texts {
		if level && k == above {
			y = d.lines[i][1] + 20
		}
		if level && k == 0 {
			y = d.lines[i][1] - 8 - lead*(above-1)
		}
		text(b, t, x, y, d.anchor, d.chars)
		y += lead
	}
}

func text(b *strings.Builder, t label, x, y int, anchor string, chars int) {
	b.WriteString(`<text class="` + t.class + `" x="` + strconv.Itoa(x) + `" y="` + strconv.Itoa(y) + `" text-anchor="` + anchor + `">`)
	b.WriteString(esc(elide(t.text, chars)))
	b.WriteString(`</text>`)
}

// present are the labels that have a text.
func present(texts []label) []label {
	var out []label
	for _, t := range texts {
		if t.text != "" {
			out = append(out, t)
		}
	}
	return out
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
	return string(v)
}

// describeRoute is the picture in words.
func describeRoute(r route) string {
	signed := "nobody signs it"
	if r.Signature != "" {
		signed = "it is signed by " + r.Signature
	}
	return fmt.Sprintf("%s hands the mail to %s (%s), envelope sender %s. %s receives it from %s: From is %s, the envelope sender arrives with the domain %s, %s. DMARC: %s.",
		r.Wiki, r.Carrier, r.How, firstText(r.MailFrom, "empty"), r.Receiver, r.Carrier, r.From, firstText(r.Envelope, "empty"), signed, verdictWords[r.DMARC].word)
}

package localsettings

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Options steer the look of a block.
type Options struct {
	Tool string // "wgsmtp 1.2.0", for the first line
	Link string // share link for the head comment; "" for none
	// Kept is printed as it was imported; nil keeps nothing.
	Kept *Kept
}

// Block is the text for LocalSettings.php, line by line.
type Block struct {
	Lines []Line
}

// Line is one line of a Block.
type Line struct {
	Tokens []Token  // its text, in order
	Fields []string // ids of wgsmtp fields that decide it
	Kept   bool     // it prints what was imported, and no field's value
}

// String is the line without its end.
func (l Line) String() string {
	switch len(l.Tokens) {
	case 0:
		return ""
	case 1:
		return l.Tokens[0].Text
	}
	var b strings.Builder
	for _, t := range l.Tokens {
		b.WriteString(t.Text)
	}
	return b.String()
}

// String is the block as text, each line ended by "\n".
func (b Block) String() string {
	n := 0
	for _, l := range b.Lines {
		for _, t := range l.Tokens {
			n += len(t.Text)
		}
		n++
	}
	var out strings.Builder
	out.Grow(n)
	for _, l := range b.Lines {
		for _, t := range l.Tokens {
			out.WriteString(t.Text)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// Emit prints the settings that are needed, or that differ from the release's
// defaults, in the release's syntax. What a value holds cannot end a string
// or a comment: see php.Quote and php.Comment. p may be nil.
func Emit(c *wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier, o Options) Block {
	e := &emitter{c: c, r: r, s: Of(c, r, p), kept: o.Kept, printer: php.Printer{OldArrays: !r.ShortArrays()}}
	e.kept.Over(e.s)
	e.head(p, o)
	if c.PrintWiki {
		e.settings(wikiSettings[:printedOfWiki])
		e.blank()
	}
	switch c.Transport {
	case wgsmtp.TransportMail:
		e.mail()
	case wgsmtp.TransportExtension:
		e.extension(p)
	default:
		if v, _ := e.s.Get("wgSMTP"); v.Kind != php.Array {
			e.assign(fieldsTransport, "wgSMTP", v)
			break
		}
		e.smtp()
	}
	e.blank()
	e.settings(mailSettings[:1])
	e.senderName()
	e.settings(mailSettings[1:])
	for _, v := range e.kept.rest(e.printed) {
		e.comment(nil, 0, "As it was")
		e.assign(nil, v.Name, v.Value)
	}
	if n := len(e.block.Lines); len(e.block.Lines[n-1].Tokens) == 0 {
		e.block.Lines = e.block.Lines[:n-1]
	}
	return e.block
}

type emitter struct {
	c       *wgsmtp.Config
	r       *mediawiki.Release
	s       *Settings
	kept    *Kept
	done    map[string]bool // variables that have a line, where some are kept
	keeping bool            // what is printed now is kept
	printer php.Printer
	block   Block
}

func (e *emitter) printed(name string) bool { return e.done[name] }

func (e *emitter) line(fields []string, tokens ...Token) {
	e.block.Lines = append(e.block.Lines, Line{tokens, fields, e.keeping})
}

func (e *emitter) blank() {
	if n := len(e.block.Lines); n > 0 && len(e.block.Lines[n-1].Tokens) > 0 {
		e.line(nil)
	}
}

// remark is a comment line of its own, at the head.
func (e *emitter) remark(fields []string, text string) {
	e.line(fields, token(ClassComment, "# "+php.Comment(text)))
}

// comment explains the next line, where that is wanted.
func (e *emitter) comment(fields []string, indent int, text string) {
	if !e.c.Comments || text == "" {
		return
	}
	t := token(ClassComment, "# "+php.Comment(text))
	if indent > 0 {
		e.line(fields, tabs(indent), t)
	} else {
		e.line(fields, t)
	}
}

func tabs(n int) Token { return token(ClassPunct, "\t\t\t\t"[:n]) }

// assign prints $name = value; in one line.
func (e *emitter) assign(fields []string, name string, v php.Value) {
	if e.kept != nil {
		if e.done == nil {
			e.done = map[string]bool{}
		}
		e.done[name] = true
	}
	e.keeping = e.kept.has(name)
	tokens := append(make([]Token, 0, 4), token(ClassVariable, "$"+name), token(ClassPunct, " = "))
	tokens = e.printer.Inline(tokens, v)
	e.line(fields, append(tokens, token(ClassPunct, ";"))...)
	e.keeping = false
}

var (
	fieldsHead      = []string{"carrier", "release"}
	fieldsLink      = []string{"link-back"}
	fieldsTransport = []string{"transport"}
)

func (e *emitter) head(p *providers.Carrier, o Options) {
	text := "Mail of MediaWiki " + e.r.Name()
	if p != nil && p.Name != "" {
		text += " through " + p.Name
	}
	if o.Tool != "" {
		text += ", made with " + o.Tool
	}
	e.remark(fieldsHead, text)
	if o.Link != "" && e.c.LinkBack {
		e.remark(fieldsLink, o.Link)
	}
	if e.r.Unproven {
		e.comment([]string{"release"}, 0, "Unproven: how this release reads $wgSMTP is not known yet. Send a test mail.")
	}
	e.blank()
}

// senderName is the name beside the sender's address. From 1.23 on that is a
// page of the wiki, which the block can only mention.
func (e *emitter) senderName() {
	fields := []string{"sender-name"}
	if v, ok := e.s.Get(EmailsenderPage); ok {
		e.comment(fields, 0, "The sender's name is the text of the page "+EmailsenderPage+": "+v.Str)
	}
	if v, ok := e.s.Get("wgPasswordSenderName"); ok {
		e.comment(fields, 0, "The name beside the sender's address")
		e.assign(fields, "wgPasswordSenderName", v)
	}
}

// settings prints those that are set, and switches that differ from the
// release's default.
func (e *emitter) settings(table []setting) {
	for i := range table {
		d := &table[i]
		v, ok := e.s.Get(d.name)
		if !ok {
			continue
		}
		if d.flag != nil {
			if byDefault, _ := defaultOf(d.name, e.r); byDefault.Identical(v) {
				continue
			}
		}
		fields := []string{d.field}
		e.comment(fields, 0, d.about)
		e.assign(fields, d.name, v)
	}
}

func (e *emitter) mail() {
	e.comment(fieldsTransport, 0, "PHP's mail() hands the mail to sendmail on this host")
	v, _ := e.s.Get("wgSMTP")
	e.assign(fieldsTransport, "wgSMTP", v)
	if v, ok := e.s.Get("wgAdditionalMailParams"); ok {
		e.comment([]string{"mail-params"}, 0, "Arguments for sendmail")
		e.assign([]string{"mail-params"}, "wgAdditionalMailParams", v)
	}
}

func (e *emitter) extension(p *providers.Carrier) {
	if p == nil || p.Extension == nil {
		e.comment(fieldsTransport, 0, "There is no extension for this carrier: nothing to print")
		return
	}
	x := p.Extension
	e.comment(fieldsTransport, 0, "The extension hands the mail to the carrier; $wgSMTP is then not used")
	e.line(fieldsTransport, token(ClassKeyword, "wfLoadExtension"), token(ClassPunct, "( "),
		token(ClassString, php.Quote(x.Name)), token(ClassPunct, " );"))
	for _, part := range []struct {
		name    string
		comment string
		fields  []string
	}{
		{x.Secret, e.aboutSecret(), e.secretFields()},
		{x.Domain, "The sending domain at the carrier", []string{"api-domain"}},
		{x.Endpoint, "The carrier's address in this region", []string{"region"}},
	} {
		name := strings.TrimPrefix(part.name, "$")
		if v, ok := e.s.Get(name); ok && name != "" {
			e.comment(part.fields, 0, part.comment)
			e.assign(part.fields, name, v)
		}
	}
}

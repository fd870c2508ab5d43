// UserMailer::send(): from the parts of a mail to what is handed to PEAR's
// Mail::send() or to PHP's mail(). The order of the headers is that of each
// release (includes/UserMailer.php up to 1.23, then includes/mail/).

package preview

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/transport"
	"wgsmtp/app/wgsmtp"
)

// letter is one call of UserMailer::send().
type letter struct {
	to          []Person
	from        Person
	replyTo     *Person
	subject     string
	text        string
	html        string
	hasHTML     bool
	contentType string
	headers     Headers
	when        Varying
	sample      bool // text is ours, not MediaWiki's
}

// Errors of UserMailer::send(), in MediaWiki's English words.
const (
	errNoBody      = "Tried to send email with an empty or unreasonably short body."
	errNoAddress   = "Tried to send email without an email address."
	errOneAtATime  = `RuntimeException: MediaWiki\Mail\UserMailer::sendInternalsomehow called for multiple recipients, no longer supported.`
	minBodyLength  = 10
	defaultContent = "text/plain; charset=UTF-8"
)

// set writes a header as PHP does: in its place if it is there, else at the end.
func (h *Headers) set(name, value string) {
	for i := range *h {
		if (*h)[i].Name == name {
			(*h)[i].Value = value
			return
		}
	}
	*h = append(*h, transport.Header{Name: name, Value: value})
}

// send is UserMailer::send() and sendInternal().
func (w *wiki) send(l letter) Result {
	if l.contentType == "" {
		l.contentType = defaultContent
	}
	if w.r.Has(mediawiki.ShortBodyRefused) && (len(l.text) < minBodyLength || l.hasHTML && len(l.html) < minBodyLength) {
		return Result{Err: errNoBody}
	}
	if l.hasHTML && !(w.r.Has(mediawiki.HTMLMail) && w.on("wgAllowHTMLEmail")) {
		l.hasHTML = false
	}
	anyone := !w.r.Has(mediawiki.HeaderOrder119)
	for _, p := range l.to {
		anyone = anyone || !falsy(p.Email)
	}
	if !anyone {
		return Result{Err: errNoAddress}
	}

	smtp := w.val("wgSMTP").Kind == php.Array
	headers, body := w.forge(&l, smtp)
	if smtp {
		return w.sendPEAR(&l, headers, body)
	}
	return w.sendMail(&l, headers, body)
}

// forge makes the headers, all but Subject and To from 1.19 on, and the body.
func (w *wiki) forge(l *letter, smtp bool) (Headers, string) {
	h := make(Headers, len(l.headers), len(l.headers)+14)
	copy(h, l.headers)
	if !w.r.Has(mediawiki.HeaderOrder119) {
		return w.forge118(l, smtp, h), l.text
	}

	h.set("From", w.format(l.from))
	h.set("Return-Path", l.from.Email)
	if l.replyTo != nil {
		h.set("Reply-To", w.format(*l.replyTo))
	}
	h.set("Date", l.when.Date)
	mime := func() {
		h.set("MIME-Version", "1.0")
		h.set("Content-type", l.contentType)
		h.set("Content-transfer-encoding", "8bit")
	}
	if !w.r.Has(mediawiki.HeaderOrder121) {
		mime()
	}
	h.set("Message-ID", w.messageID(l.when))
	h.set("X-Mailer", "MediaWiki mailer")
	if w.r.Has(mediawiki.ListUnsubscribe) {
		h.set("List-Unsubscribe", "<"+w.pageURL(preferencesTitle(w.language()))+">")
	}
	if l.hasHTML {
		return mimeHeaders(h, l.when.Boundary), mimeBody(l.text, l.html, l.when.Boundary)
	}
	if w.r.Has(mediawiki.HeaderOrder121) {
		mime()
	}
	return h, l.text
}

// forge118 is 1.18: SMTP and mail() have headers of their own.
func (w *wiki) forge118(l *letter, smtp bool, h Headers) Headers {
	if !smtp {
		h.set("MIME-Version", "1.0")
		h.set("Content-type", l.contentType)
		h.set("Content-Transfer-Encoding", "8bit")
		h.set("X-Mailer", "MediaWiki mailer")
		h.set("From", w.format(l.from))
		if l.replyTo != nil {
			h.set("Reply-To", w.format(*l.replyTo))
		}
		return h
	}
	h.set("From", w.format(l.from))
	if w.r.Has(mediawiki.ReturnPathAddress) {
		h.set("Return-Path", l.from.Email)
	} else {
		h.set("Return-Path", h[len(h)-1].Value)
	}
	switch {
	case w.on("wgEnotifImpersonal") && !w.r.Has(mediawiki.RecipientNames), w.r.Has(mediawiki.RecipientNames) && len(l.to) > 1:
		h.set("To", "undisclosed-recipients:;")
	case w.r.Has(mediawiki.RecipientNames) && len(l.to) == 1:
		h.set("To", w.format(l.to[0]))
	default:
		h.set("To", strings.Join(bare(l.to), ", "))
	}
	if l.replyTo != nil {
		h.set("Reply-To", w.format(*l.replyTo))
	}
	h.set("Subject", encodeWord(l.subject, w.r))
	h.set("Date", l.when.Date)
	h.set("MIME-Version", "1.0")
	h.set("Content-type", l.contentType)
	h.set("Content-transfer-encoding", "8bit")
	h.set("Message-ID", w.messageID(l.when))
	h.set("X-Mailer", "MediaWiki mailer")
	return h
}

func bare(people []Person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.Email
	}
	return out
}

// sendPEAR hands the mail to PEAR, in chunks of $wgEnotifMaxRecips recipients
// up to 1.44.
func (w *wiki) sendPEAR(l *letter, h Headers, body string) Result {
	recipients := bare(l.to)
	if w.r.Has(mediawiki.HeaderOrder119) {
		for i, p := range l.to {
			recipients[i] = w.format(p)
		}
		if w.r.Has(mediawiki.OneRecipient) && len(recipients) != 1 {
			return Result{Err: errOneAtATime}
		}
		h.set("Subject", encodeWord(l.subject, w.r))
		if len(recipients) == 1 {
			h.set("To", recipients[0])
		}
	}
	res := Result{Transport: wgsmtp.TransportSMTP}
	size := len(recipients)
	if !w.r.Has(mediawiki.OneRecipient) {
		most := w.val("wgEnotifMaxRecips").ToInt()
		if w.off {
			most = 0 // Setup.php sets it with the features that it switches off
		}
		if most < 1 {
			// PHP 7 only warns, and nothing is sent.
			if !w.php7() {
				res.Err = "ValueError: array_chunk(): Argument #2 ($length) must be greater than 0"
			}
			return res
		}
		size = int(min(most, int64(size)))
	}
	for len(recipients) > 0 {
		n := min(size, len(recipients))
		m := pearMessage(transport.Mail{Recipients: recipients[:n], Headers: h, Body: body}, l.sample)
		m.Chunk = len(res.Messages)
		res.Messages = append(res.Messages, m)
		recipients = recipients[n:]
	}
	return res
}

// pearMessage is what PEAR makes of a mail. The headers are shown also where
// PEAR would refuse the mail for them: the conversation tells.
func pearMessage(m transport.Mail, sample bool) Message {
	out := Message{Transport: wgsmtp.TransportSMTP, Mail: m, BodySample: sample, Separator: "\r\n"}
	_, raw, _ := transport.PrepareHeaders(m.Headers)
	if raw == "" {
		lines := make([]string, len(m.Headers))
		for i, h := range m.Headers {
			lines[i] = h.Name + ": " + sanitized(h.Value)
		}
		raw = strings.Join(lines, "\r\n")
	}
	for _, h := range m.Headers {
		if h.Name == "Return-Path" {
			out.MailFrom = sanitized(h.Value)
		}
	}
	// A value that ends in a newline ends the headers.
	head, body, _ := strings.Cut(crlf(raw)+"\r\n\r\n"+crlf(undotted(m.Body)), "\r\n\r\n")
	if !strings.HasSuffix(body, "\r\n") {
		body += "\r\n"
	}
	out.RawHeaders, out.Body = head+"\r\n", body
	out.RcptTo = envelope(m.Recipients)
	return out
}

// sanitized is a header's value as PEAR sends it: cut at a newline.
func sanitized(v string) string {
	if !strings.ContainsAny(v, "\r\n<0") {
		return v
	}
	_, text, _ := transport.PrepareHeaders([]transport.Header{{Name: "X", Value: v}})
	return strings.TrimPrefix(text, "X: ")
}

// sendMail calls mail() once for each recipient.
func (w *wiki) sendMail(l *letter, h Headers, body string) Result {
	res := Result{Transport: wgsmtp.TransportMail}
	if len(l.to) > 1 && w.r.Has(mediawiki.MailHeadersAll) {
		h.set("To", "undisclosed-recipients:;")
	}
	params := w.val("wgAdditionalMailParams").ToString()
	if w.r.Has(mediawiki.MailEnvelope) {
		sender := l.from.Email
		if w.r.Has(mediawiki.MailEnvelopeQuoted) {
			sender = `"` + strings.ReplaceAll(sender, `"`, "") + `"`
		}
		params += " -f " + sender
	}
	for _, p := range l.to {
		m, err := w.mail(w.format(p), encodeWord(l.subject, w.r), body, h, params)
		if m.Transport != "" {
			m.BodySample = l.sample
			res.Messages = append(res.Messages, m)
		}
		if err != "" {
			res.Err = string(err)
			if strings.Contains(res.Err, "Error: ") { // an exception ends the loop
				break
			}
		}
	}
	return res
}

// undotted is a body as it arrives: Net_SMTP doubles the dot of a line that
// begins after LF, the receiver takes one away from every line.
func undotted(s string) string {
	if !strings.Contains(s, "\r.") {
		return s
	}
	return strings.ReplaceAll(s, "\r.", "\r")
}

// crlf makes every newline CRLF, as Net_SMTP::quotedata() does.
func crlf(s string) string {
	if !strings.ContainsAny(s, "\r\n") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 32)
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\r':
			b.WriteString("\r\n")
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		case '\n':
			b.WriteString("\r\n")
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// envelope are the addresses that PEAR finds in recipients that it accepts:
// they are joined by commas and parted at commas outside quotes and brackets
// (Mail::parseRecipients). What it refuses shows in the conversation.
func envelope(recipients []string) []string {
	list := strings.Join(recipients, ", ")
	out := make([]string, 0, len(recipients))
	quoted, depth, start := false, 0, 0
	add := func(s string) {
		s = strings.TrimSpace(s)
		if s == "" {
			return
		}
		if i := strings.LastIndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") {
			s = strings.TrimSpace(s[i+1 : len(s)-1])
		}
		if !strings.Contains(s, "@") {
			s += "@localhost"
		}
		out = append(out, s)
	}
	for i := 0; i < len(list); i++ {
		switch list[i] {
		case '\\':
			i++
		case '"':
			quoted = !quoted
		case '(', '<', '[':
			if !quoted {
				depth++
			}
		case ')', '>', ']':
			if !quoted {
				depth--
			}
		case ',':
			if !quoted && depth <= 0 {
				add(list[start:i])
				start = i + 1
			}
		}
	}
	add(list[start:])
	return out
}

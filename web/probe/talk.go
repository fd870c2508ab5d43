// The conversation: transport's machine over a socket, cut into steps.

package probe

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/transport"
)

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// talk is the state of a conversation.
type talk struct {
	wire   *wire
	unhook func() bool // stops waiting for the end of the context
	secure bool        // TLS is up
	unread int         // replies to what was sent without waiting

	cur  *Step // the step that is going on
	bad  bool  // its last reply refuses, or did not come
	held *Step // the step before quit: whether it failed is known at the end
	hbad bool

	target  transport.Action // the connection
	addrs   []netip.Addr     // of the host
	addr    netip.Addr       // connected to
	shaken  *handshake       // the last one
	cause   string           // why TLS failed, in PHP's words
	offered []string         // keywords of the last EHLO
	final   string           // reply to the mail
	clear   bool             // a login went over an open line
	lines   []transport.Line // for the diagnosis
	refused bool             // the policy refused the address
}

// maxActions ends a conversation that would not end by itself.
const maxActions = 5000

// converse runs the machine to its end, or to where the test stops.
func (t *run) converse(m *transport.Machine) {
	ev := transport.Event{Kind: transport.EventStart}
	for range maxActions {
		a := m.Next(ev)
		if a.Kind == transport.ActionDone {
			t.done(a)
			return
		}
		if !t.send && a.Kind == transport.ActionSend && a.Step == transport.StepData {
			t.stopEarly()
			return
		}
		var err error
		if ev, err = t.do(a); err != nil {
			t.giveUp(err)
			return
		}
	}
	t.giveUp(errors.New("the conversation does not end"))
}

// enter starts the step of an action, and tells the one before.
func (t *run) enter(id string) {
	if t.cur != nil && t.cur.ID == id {
		return
	}
	if t.cur != nil {
		t.stop(t.cur)
		switch {
		case id == "quit":
			t.held, t.hbad = t.cur, t.bad
		case t.cur.ID == "quit":
			t.release(OK, "")
			t.flush()
		default:
			t.flush()
		}
	}
	s := t.begin(id, true)
	t.cur, t.bad = &s, false
}

// flush tells the current step as it is.
func (t *run) flush() {
	if t.cur == nil {
		return
	}
	if t.cur.Took == 0 {
		t.stop(t.cur)
	}
	if t.cur.Text == "" {
		t.cur.Text = t.account(t.cur)
	}
	t.emit(*t.cur)
	t.cur, t.bad = nil, false
}

// release tells the held step.
func (t *run) release(status Status, text string) {
	if t.held == nil {
		return
	}
	if status == Failed {
		t.held.Status = Failed
	}
	if t.held.Text = cmp.Or(text, t.held.Text); t.held.Text == "" {
		t.held.Text = t.account(t.held)
	}
	t.emit(*t.held)
	t.held, t.hbad = nil, false
}

// line writes a line of the conversation down.
func (t *run) line(from transport.Speaker, step transport.Step, text, note string) {
	encrypted := t.secure && from != transport.Event_
	t.lines = append(t.lines, transport.Line{From: from, Text: text, Encrypted: encrypted, Step: string(step), Note: note})
	if t.cur != nil {
		t.cur.Lines = append(t.cur.Lines, Line{From: string(from), Text: text, Encrypted: encrypted, Note: note})
	}
}

// do carries an action out.
func (t *run) do(a transport.Action) (transport.Event, error) {
	switch a.Kind {
	case transport.ActionConnect:
		return t.connect(a)
	case transport.ActionStartTLS:
		return t.startTLS(a)
	case transport.ActionClose:
		t.line(transport.Event_, a.Step, "Connection closed", "")
		t.hangUp()
		return transport.Event{Kind: transport.EventClosed}, nil
	case transport.ActionSend:
		t.enter(stepID(a.Step))
		t.say(a)
	case transport.ActionData:
		t.enter(stepID(a.Step))
		t.line(transport.Wiki, a.Step, fmt.Sprintf("(the mail, %d bytes)", len(a.Data)-len(".\r\n")), "The header fields, an empty line, and the text.")
		t.line(transport.Wiki, a.Step, ".", "")
		t.wire.write(a.Data)
	default:
		t.enter(stepID(a.Step))
	}
	if a.NoReply {
		t.unread++
		return transport.Event{Kind: transport.EventSent}, nil
	}
	ev, err := t.read(a.Step)
	if a.Kind == transport.ActionRead && t.unread > 0 {
		t.unread--
	}
	if a.Step == transport.StepData && a.Line != "DATA" && ev.Kind == transport.EventReply {
		t.final = strings.Join(ev.Lines, "\n")
	}
	return ev, err
}

func stepID(s transport.Step) string { return string(s) }

// say sends a command. What is masked is hidden from here on, should the
// server repeat it.
func (t *run) say(a transport.Action) {
	if a.Secret {
		payload := a.Line
		if rest, ok := strings.CutPrefix(payload, "AUTH "); ok {
			_, payload, _ = strings.Cut(rest, " ")
		}
		t.hide.add(payload)
	}
	if a.Step == transport.StepAuth {
		if name, ok := strings.CutPrefix(a.Line, "AUTH "); ok {
			name, _, _ = strings.Cut(name, " ")
			t.cur.Facts = append(t.cur.Facts, Fact{"mechanism", name})
		}
		if !t.secure {
			t.clear = true
		}
	}
	t.line(transport.Wiki, a.Step, a.Shown(), a.Note(t.secure))
	t.wire.write(a.Line + "\r\n")
}

// read takes a reply into the current step.
func (t *run) read(step transport.Step) (transport.Event, error) {
	ev, lines, err := t.wire.reply()
	if t.ctx.Err() != nil {
		return ev, context.Cause(t.ctx)
	}
	const most = 100 // lines shown of one reply
	for i, l := range lines {
		if i == most {
			t.line(transport.Event_, step, fmt.Sprintf("%d lines more", len(lines)-most), "")
			break
		}
		t.line(transport.ServerSide, step, l, transport.ReplyNote(step, l)) // emit cleans it, after it has hidden what is secret
	}
	if err != nil {
		return ev, err
	}
	t.bad = true
	switch ev.Kind {
	case transport.EventSilent:
		t.line(transport.Event_, step, "No whole reply within "+short(t.limits.Reply), "MediaWiki waits on: its 'timeout' is for the connection only.")
	case transport.EventClosed:
		t.line(transport.Event_, step, "The server hangs up", "")
	default:
		last := ev.Lines[len(ev.Lines)-1]
		t.bad = last == "" || last[0] != '2' && last[0] != '3'
		if step == transport.StepEHLO && !t.bad {
			t.offered = nil
			for _, l := range ev.Lines[1:] {
				t.offered = append(t.offered, strings.TrimSpace(l[min(len(l), 4):]))
			}
			t.cur.Facts = append(t.cur.Facts, Fact{"offers", list(t.offered, 40)})
		}
	}
	return ev, nil
}

// connect is the name, the connection and, with ssl://, TLS: a step each.
func (t *run) connect(a transport.Action) (transport.Event, error) {
	if t.cur != nil { // a further mail
		t.release(OK, "")
		t.flush()
	}
	t.target, t.secure = a, false
	fail := func(reason string) (transport.Event, error) {
		t.bad = true
		return transport.Event{Kind: transport.EventConnectFail, Text: t.inStack(a, reason)}, nil
	}
	if err := t.p.checkPort(a.Port); err != nil {
		t.enter("tcp")
		return transport.Event{}, err
	}
	t.enter("resolve")
	addrs, reason := t.p.resolve(t.ctx, a.Host, t.limits.Resolve)
	if t.ctx.Err() != nil {
		return transport.Event{}, context.Cause(t.ctx)
	}
	if reason != "" {
		t.cur.Text = "The name " + a.Host + " cannot be resolved on this machine."
		if t.engine() == mediawiki.EngineSymfony {
			reason = "stream_socket_client(): " + reason
		}
		return fail(reason)
	}
	t.addrs = addrs
	for _, addr := range addrs {
		if err := t.p.checkAddr(addr); err != nil {
			return transport.Event{}, err
		}
		kind := "A"
		if addr.Is6() {
			kind = "AAAA"
		}
		t.cur.Facts = append(t.cur.Facts, Fact{kind, addr.String()})
	}

	t.enter("tcp")
	limit := min(time.Duration(a.TimeoutSeconds)*time.Second, t.limits.Connect)
	deadline := time.Now().Add(limit)
	var tried []attempt
	var conn net.Conn
	for _, addr := range addrs {
		left := time.Until(deadline)
		if left <= 0 {
			break
		}
		c, try, err := t.p.connect(t.ctx, addr, a.Port, left)
		if err != nil {
			return transport.Event{}, err
		}
		tried = append(tried, try)
		if c != nil {
			conn, t.addr = c, addr
			break
		}
	}
	t.cur.Facts = append(t.cur.Facts, Fact{"tried", describe(tried, a.Port)})
	where := fmt.Sprintf("%s, port %d", a.Host, a.Port)
	if conn == nil {
		reason := tried[len(tried)-1].fail
		t.cur.Text = "No connection to " + where + ": " + strings.ToLower(reason[:1]) + reason[1:] + "."
		t.line(transport.Event_, a.Step, "Connection to "+where+" fails", reason)
		return fail(reason)
	}
	t.line(transport.Event_, a.Step, "Connection to "+where, "")
	t.cur.Text = fmt.Sprintf("The server answers after %s.", short(tried[len(tried)-1].took))
	if len(tried) > 1 {
		t.cur.Status = Warning
		t.cur.Text += fmt.Sprintf(" Only the %s address does; MediaWiki tries the others first, every time.", ordinal(len(tried)))
	}
	t.hold(conn)
	if !a.ImplicitTLS() {
		return transport.Event{Kind: transport.EventConnected}, nil
	}
	t.enter("tls")
	h := t.p.shake(t.ctx, conn, a.TLS, limit)
	if t.ctx.Err() != nil {
		return transport.Event{}, context.Cause(t.ctx)
	}
	t.handshake(a.Step, &h)
	if !h.ok {
		if t.engine() == mediawiki.EngineSymfony {
			return fail("stream_socket_client(): " + h.cause)
		}
		return fail("") // PHP 8 loses the reason
	}
	return transport.Event{Kind: transport.EventConnected}, nil
}

func (t *run) engine() mediawiki.Engine { return t.req.Release.Engine }

// inStack is a failed connection as the release's mail stack passes it on.
func (t *run) inStack(a transport.Action, reason string) string {
	if t.engine() != mediawiki.EngineSymfony {
		return reason
	}
	if rest, ok := strings.CutPrefix(reason, "stream_socket_client(): "); ok {
		return rest
	}
	scheme := ""
	if a.ImplicitTLS() {
		scheme = "ssl://"
	}
	return fmt.Sprintf("Unable to connect to %s%s:%d (%s)", scheme, a.Host, a.Port, reason)
}

func ordinal(n int) string {
	if words := []string{"", "first", "second", "third", "fourth"}; n < len(words) {
		return words[n]
	}
	return fmt.Sprintf("%dth", n)
}

// hold makes an open connection the test's; it is cut when the context ends.
func (t *run) hold(conn net.Conn) {
	t.hangUp()
	t.wire = newWire(conn, &t.limits)
	t.unhook = context.AfterFunc(t.ctx, func() { conn.Close() })
}

// hangUp closes the connection, if there is one.
func (t *run) hangUp() {
	if t.wire == nil {
		return
	}
	t.unhook()
	t.wire.conn.Close()
	t.wire, t.unread, t.secure = nil, 0, false
}

// handshake writes down what came of one.
func (t *run) handshake(step transport.Step, h *handshake) {
	t.shaken = h
	if h.seen {
		t.cur.Facts = append(t.cur.Facts, tlsFacts(h)...)
	}
	if t.p.Public && t.target.TLS.CAFile != "" {
		t.cur.Facts = append(t.cur.Facts, Fact{"cafile", "not read by a shared test, which asks the authorities of its own machine"})
	}
	if h.ok {
		t.secure = true
		t.wire.upgrade(h.conn)
		t.cur.Text = "TLS is set up, and PHP accepts the certificate."
		t.line(transport.Event_, step, "TLS is set up", "")
		return
	}
	t.bad, t.cause = true, h.cause
	t.cur.Text = "TLS fails: " + h.text + "."
	t.line(transport.Event_, step, "TLS fails", h.cause)
}

func (t *run) startTLS(a transport.Action) (transport.Event, error) {
	t.enter(stepID(a.Step))
	const call = "stream_socket_enable_crypto(): "
	if t.secure {
		t.bad, t.cause = true, "SSL/TLS already set-up for this stream"
		t.cur.Text = "TLS is on already, and cannot be turned on twice."
		return transport.Event{Kind: transport.EventTLSFail, Text: call + t.cause}, nil
	}
	var h handshake
	if t.wire.r.Buffered() > 0 {
		// It goes on in clear behind its 220, which OpenSSL would read as the
		// beginning of the handshake.
		h = handshake{cause: wrongVersion, text: "the server goes on in clear after STARTTLS"}
	} else {
		h = t.p.shake(t.ctx, t.wire.conn, a.TLS, t.limits.TLS)
	}
	if t.ctx.Err() != nil {
		return transport.Event{}, context.Cause(t.ctx)
	}
	t.handshake(a.Step, &h)
	if h.ok {
		return transport.Event{Kind: transport.EventTLSUp}, nil
	}
	cause := h.cause
	if cause != "" && !strings.Contains(cause, "cafile stream: ") {
		cause = call + cause // PHP names the function but for these two
	}
	return transport.Event{Kind: transport.EventTLSFail, Text: cause}, nil
}

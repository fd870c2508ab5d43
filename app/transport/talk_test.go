package transport_test

import (
	"encoding/base64"
	"strings"

	"wgsmtp/app/transport"
)

func base(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

// talk runs a machine against a function from line to reply; "" is a reply
// that fits. The connection and TLS always succeed.
func talk(m *transport.Machine, reply func(line string) string) (lines []string, done transport.Action, err string) {
	ev := transport.Event{Kind: transport.EventStart}
	answer := func(line, usual string) transport.Event {
		text := reply(line)
		if text == "" {
			text = usual
		}
		return transport.Event{Kind: transport.EventReply, Lines: strings.Split(text, "\n")}
	}
	for {
		a := m.Next(ev)
		switch a.Kind {
		case transport.ActionConnect:
			ev = transport.Event{Kind: transport.EventConnected}
		case transport.ActionRead:
			ev = answer("(greeting)", "220 mx")
		case transport.ActionStartTLS:
			ev = transport.Event{Kind: transport.EventTLSUp}
		case transport.ActionSend:
			lines = append(lines, a.Line)
			usual := "250 ok"
			switch a.Line {
			case "DATA":
				usual = "354 go"
			case "QUIT":
				usual = "221 bye"
			}
			if ev = answer(a.Line, usual); a.NoReply {
				ev = transport.Event{Kind: transport.EventSent}
			}
		case transport.ActionData:
			ev = answer("(data)", "250 ok")
		case transport.ActionClose:
			ev = transport.Event{Kind: transport.EventClosed}
		case transport.ActionDone:
			return lines, a, a.Err
		}
	}
}

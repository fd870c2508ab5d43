package ui

import (
	"strconv"
	"strings"

	"wgsmtp/app/transport"
	"wgsmtp/app/trouble"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// The conversation in which an error happened, as far as it is known: what the
// wiki says with the settings at hand, to a server that answers as the carrier's
// is known to, up to the step that failed; and there what the error says.

// errorTalk is the whole conversation, and whether the settings are somebody's
// own.
type errorTalk struct {
	lines []transport.Line
	own   bool
}

// talkOf simulates the conversation; without settings one as it usually goes
// with the carrier, or with the server that the error names.
func (p *ErrorPage) talkOf() errorTalk {
	parts := &p.answer.Parts
	c, known := providers.ByID(p.carrier)
	if !known {
		c, known = providers.ForHost(parts.Host)
	}
	s := NewState()
	if known && c.ID != customID {
		s = StateFor(c.ID)
	}
	r := p.paste.report
	own := r != nil && r.Usable
	switch {
	case own:
		s.Config, s.Kept = r.Config, r.Kept
	case parts.Host != "":
		host, implicit := strings.CutPrefix(parts.Host, "ssl://")
		s.Config.Host, s.Config.TLS = host, wgsmtp.TLSStartTLS
		if implicit {
			s.Config.TLS = wgsmtp.TLSImplicit
		}
		if parts.Port > 0 {
			s.Config.Port = parts.Port
		}
	}
	if p.release != "" {
		s.Config.Release = p.release
	} else if own {
		s.Config.Release = r.Release
	}
	o := compute(s)
	o.viewConversation()
	return errorTalk{o.Conversation.Lines, own}
}

func placeOnWay(step trouble.Step) int {
	for i := range way {
		if way[i].step == step {
			return i
		}
	}
	return -1
}

// talkUpTo are the lines up to the step that failed, and the failure as the last:
// the server's reply where the error has one.
func talkUpTo(lines []transport.Line, at trouble.Step, parts *trouble.Parts) []transport.Line {
	end := placeOnWay(at)
	var out []transport.Line
	first, asked := -1, -1 // of the step: its first line, the wiki's last one
	for _, l := range lines {
		if n := placeOnWay(trouble.Step(l.Step)); n < 0 || n > end {
			break
		}
		if trouble.Step(l.Step) == at {
			if first < 0 {
				first = len(out)
			}
			if l.From == transport.Wiki {
				asked = len(out)
			}
		}
		out = append(out, l)
	}
	replied := parts.Code >= 400
	// What the server answered there is not what it is known to answer.
	switch {
	case first < 0:
	case at == trouble.Connect:
		out = out[:first+1]
	case asked < 0:
		out = out[:first]
	case at == trouble.StartTLS && !replied && asked+1 < len(out) && out[asked+1].From == transport.ServerSide:
		out = out[:asked+2] // the server was ready, the handshake fails
	default:
		out = out[:asked+1]
	}
	fail := transport.Line{Step: string(at), From: transport.Event_, Text: "No usable answer comes: the wiki gives up"}
	switch {
	case replied:
		fail.From = transport.ServerSide
		fail.Text = strings.TrimSpace(strconv.Itoa(parts.Code) + " " + strings.TrimSpace(parts.Enhanced+" "+parts.Words))
	case at == trouble.Connect:
		fail.Text = "No connection comes about"
	case at == trouble.StartTLS:
		fail.Text = "No encryption comes about"
	}
	if n := len(out); n > 0 {
		fail.Encrypted = out[n-1].Encrypted
	}
	return append(out, fail)
}

// inTalk shows the step in the conversation; open unfolds it. Steps that are
// not part of a conversation have none.
func (p *ErrorPage) inTalk(at trouble.Step, open bool) string {
	n := placeOnWay(at)
	if n < placeOnWay(trouble.Connect) || n > placeOnWay(trouble.Data) || len(p.talk.lines) == 0 {
		return ""
	}
	lines := talkUpTo(p.talk.lines, at, &p.answer.Parts)
	hidden := p.hidden()
	var b strings.Builder
	for i := range lines {
		l := &lines[i]
		if i == 0 || l.Step != lines[i-1].Step {
			if i > 0 {
				b.WriteString(`</ul></div>`)
			}
			b.WriteString(markup(`<div class="talk__group"><h3 class="talk__stage">§</h3><ul class="talk__lines">`, stages[l.Step]))
		}
		class, before := "", ""
		if i == len(lines)-1 {
			class, before = "talk__line--failed", `<span class="visually-hidden">It failed here: </span>`
		}
		b.WriteString(said(l, hidden.hide(l.Text), class, before))
	}
	b.WriteString(`</ul></div>`)
	about, unfolded := "What the wiki says up to there, as a rule. With your settings above, it is what it says with them.", ""
	if p.talk.own {
		about = "What your wiki says up to there, to a server that answers as it is known to. Passwords are masked."
	}
	if open {
		unfolded = " open"
	}
	return markup(`<details class="panel-more answer__talk"¶><summary>In the conversation</summary><p class="panel__note">§</p><div class="talk">¶</div></details>`, unfolded, about, b.String())
}

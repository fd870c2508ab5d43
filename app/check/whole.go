// The pasted text with the mended block in it.

package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
)

// cut is a piece of the text that goes.
type cut struct {
	from, to int
	write    bool // it set mail
}

// Whole is the pasted text with the mended block in the place of the statements
// that set mail; what else stands in their lines stays. Where that cannot be
// done safely it is the block by itself, and why says so.
func (r *Report) Whole(o localsettings.Options) (text, why string) {
	block := r.Block(o)
	cuts, why := r.cuts()
	if why != "" {
		return block, why
	}
	at := slices.IndexFunc(cuts, func(c cut) bool { return c.write })
	if r.readsVariables() {
		// What the block reads may be set on the way to the last of them.
		for i, c := range cuts {
			if c.write {
				at = i
			}
		}
	}
	var b []byte
	line := 0 // where the last line of b begins
	put := func(s string) {
		if i := strings.LastIndexByte(s, '\n'); i >= 0 {
			line = len(b) + i + 1
		}
		b = append(b, s...)
	}
	rest := 0
	for i, c := range cuts {
		put(r.Text[rest:c.from])
		end := len(r.Text)
		if i+1 < len(cuts) {
			end = cuts[i+1].from
		}
		behind, _, ended := strings.Cut(r.Text[c.to:end], "\n")
		ended = ended || end == len(r.Text)
		first := len(bytes.TrimSpace(b[line:])) == 0
		rest = c.to
		if ended && isRemark(behind) && (first || i == at) {
			rest = min(c.to+len(behind)+1, len(r.Text)) // with the end of the line
		} else {
			rest += len(behind) - len(strings.TrimLeft(behind, " \t"))
		}
		switch {
		case first:
			b = b[:line]
		case i == at:
			b = bytes.TrimRight(b, " \t")
			put("\n")
		}
		if i == at {
			put(block)
		}
	}
	put(r.Text[rest:])
	return string(b), ""
}

// isRemark tells what may go with a statement: nothing, or a comment behind it.
func isRemark(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || (s[0] == '#' || strings.HasPrefix(s, "//")) && !strings.Contains(s, "?>")
}

// cuts are the statements that set mail, and the lines that the mends take out,
// in order.
func (r *Report) cuts() (out []cut, why string) {
	src := r.Text
	starts := []int{0} // of lines
	for i := 0; i < len(src); i++ {
		if src[i] == '\n' {
			starts = append(starts, i+1)
		} else if src[i] == '\r' && i+1 < len(src) && src[i+1] != '\n' {
			return nil, "its lines end as those of old Macs"
		}
	}
	last, at := php.Pos{Line: 1, Col: 1}, 0 // places come in order
	offset := func(p php.Pos) int {
		if p.Line < 1 || p.Line > len(starts) {
			return len(src)
		}
		if p.Line != last.Line || p.Col < last.Col {
			last, at = php.Pos{Line: p.Line, Col: 1}, starts[p.Line-1]
		}
		for ; last.Col < p.Col && at < len(src); last.Col++ {
			_, size := utf8.DecodeRuneInString(src[at:])
			at += size
		}
		return at
	}
	names := map[php.Pos]string{} // that a statement sets first
	for i := range r.facts.file.Writes {
		w := &r.facts.file.Writes[i]
		mail := localsettings.IsMail(w.Name)
		if first := names[w.Start]; w.Alone && first != "" && first != w.Name && (mail || localsettings.IsMail(first)) {
			return nil, fmt.Sprintf("line %d sets $%s and $%s in one statement", w.Pos.Line, first, w.Name)
		}
		if names[w.Start] == "" {
			names[w.Start] = w.Name
		}
		if !mail {
			continue
		}
		if !w.Alone {
			return nil, fmt.Sprintf("line %d sets $%s inside of another statement, such as an if", w.Pos.Line, w.Name)
		}
		c := cut{offset(w.Start), offset(w.End), true}
		begins := fmt.Sprintf("line %d", w.Start.Line)
		if !strings.HasPrefix(src[c.from:], "$"+w.Name) {
			return nil, begins + " is no statement of PHP as it stands"
		}
		if php.Any(w.Expr, func(x php.Expr) bool { _, ok := x.(*php.Assign); return ok }) {
			return nil, begins + " sets another variable, too"
		}
		// The semicolon, or what else may end a statement.
		c.to = c.from + len(strings.TrimSuffix(src[c.from:c.to], "?>"))
		next := c.to + len(src[c.to:]) - len(strings.TrimLeft(src[c.to:], " \t\r\n"))
		switch {
		case src[c.to-1] == ';':
		case strings.HasPrefix(src[next:], ";"):
			c.to = next + 1
		case next == len(src), strings.HasPrefix(src[next:], "?>"):
		default:
			return nil, begins + " begins a statement whose end is not plain"
		}
		if before := strings.TrimSpace(src[starts[w.Start.Line-1]:c.from]); before != "" && !slices.ContainsFunc([]string{";", "}", "<?php", "<?", "*/"}, func(end string) bool { return strings.HasSuffix(before, end) }) {
			return nil, begins + " has other text before the statement"
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, "no statement of the text sets mail"
	}
	if why := r.rest(out); why != "" {
		return nil, why
	}
	for _, n := range r.drop {
		from, to := starts[n-1], len(src)
		if n < len(starts) {
			to = starts[n]
		}
		l := src[from:to]
		from += len(l) - len(strings.TrimLeft(l, " \t"))
		out = append(out, cut{from, from + len(strings.TrimSpace(l)), false})
	}
	slices.SortFunc(out, func(a, b cut) int { return a.from - b.from })
	merged := out[:1]
	for _, c := range out[1:] {
		last := &merged[len(merged)-1]
		if c.from >= last.to {
			merged = append(merged, c)
			continue
		}
		last.to, last.write = max(last.to, c.to), last.write || c.write
	}
	return merged, ""
}

// rest says why what stays of the text could change what the block sets; "" where
// it does not.
func (r *Report) rest(cuts []cut) string {
	outside := slices.ContainsFunc(r.facts.file.Problems, func(p localsettings.Problem) bool { return p.Kind == localsettings.KindOutside })
	from := 0
	for i := 0; i <= len(cuts); i++ {
		to := len(r.Text)
		if i < len(cuts) {
			to = cuts[i].from
		}
		text := r.Text[min(from, to):to]
		if outside && strings.Contains(text, "$wgSMTP") {
			return "a place that is not understood names $wgSMTP"
		}
		for {
			_, rest, ok := strings.Cut(text, "unset")
			if !ok {
				break
			}
			args, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "(")
			const longest = 2000 // of what stands in unset()
			args, _, _ = strings.Cut(args[:min(len(args), longest)], ";")
			for _, part := range strings.Split(args, "$")[1:] {
				n := 0
				for n < len(part) && (part[n] == '_' || part[n]|0x20 >= 'a' && part[n]|0x20 <= 'z') {
					n++
				}
				if ok && localsettings.IsMail(part[:n]) {
					return "it takes settings of mail out again with unset()"
				}
			}
			text = rest
		}
		if i < len(cuts) {
			from = cuts[i].to
		}
	}
	return ""
}

// readsVariables tells that what the settings give to mail names variables,
// which other lines set.
func (r *Report) readsVariables() bool {
	var reads func(v php.Value) bool
	reads = func(v php.Value) bool {
		if v.Kind == php.Symbolic {
			x, err := php.ParseExpr(v.Str)
			return err != nil || php.Any(x, func(x php.Expr) bool { v, ok := x.(*php.Variable); return ok && !strings.HasPrefix(v.Name, "_") })
		}
		return slices.ContainsFunc(short(v).Array, func(e php.Entry) bool { return reads(e.Value) })
	}
	return slices.ContainsFunc(r.facts.All(), func(v localsettings.Setting) bool { return localsettings.IsMail(v.Name) && reads(v.Value) })
}

// Diff is what the mends change, as a unified diff of the pasted text; "" where
// nothing. Where Whole has only the block, it stands in the place of the lines
// that set mail, whatever else they hold. It holds the password where the text
// does.
func (r *Report) Diff(name string, o localsettings.Options) string {
	after, why := r.Whole(o)
	if why != "" {
		after = r.inPlace(after)
	}
	return Unified(name, name+" (mended)", r.Text, after)
}

// inPlace is the text with the block in the place of the lines of all statements
// that set mail; the block where there are none.
func (r *Report) inPlace(block string) string {
	lines := strings.SplitAfter(r.Text, "\n")
	drop := make([]bool, len(lines)+1)
	first := 0
	var done php.Pos
	for _, w := range r.facts.file.Writes {
		if !localsettings.IsMail(w.Name) || w.Start.Line < 1 || w.End.Line > len(lines) || w.Start == done {
			continue
		}
		done = w.Start
		if first == 0 || w.Start.Line < first {
			first = w.Start.Line
		}
		for n := w.Start.Line; n <= w.End.Line; n++ {
			drop[n] = true
		}
	}
	if first == 0 {
		return block
	}
	var b strings.Builder
	for n, l := range lines {
		if n+1 == first {
			b.WriteString(block)
		}
		if !drop[n+1] {
			b.WriteString(l)
		}
	}
	return b.String()
}

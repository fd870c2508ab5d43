// A line diff in the unified format of POSIX diff -u.

package check

import (
	"fmt"
	"strings"
)

const (
	context = 3
	// maxCells bounds the work of comparing: texts that differ in more are
	// replaced as a whole.
	maxCells = 4 << 20
)

// change is a line of a diff: ' ', '-' or '+'.
type line struct {
	op   byte
	text string
}

// Unified compares two texts by lines; "" where they are the same.
func Unified(before, after, a, b string) string {
	if a == b {
		return ""
	}
	lines := compare(split(a), split(b))
	var out strings.Builder
	fmt.Fprintf(&out, "--- %s\n+++ %s\n", before, after)
	for from := 0; from < len(lines); {
		// The next change, with its context.
		i := from
		for i < len(lines) && lines[i].op == ' ' {
			i++
		}
		if i == len(lines) {
			break
		}
		start := max(from, i-context)
		end := i
		for j := i; j < len(lines) && j <= end+2*context; j++ {
			if lines[j].op != ' ' {
				end = j
			}
		}
		stop := min(len(lines), end+context+1)
		hunk(&out, lines, start, stop)
		from = stop
	}
	return out.String()
}

func hunk(out *strings.Builder, lines []line, start, stop int) {
	var at, n [2]int // of the old text, of the new one
	for i, l := range lines[:stop] {
		for side, other := range [2]byte{'+', '-'} {
			if l.op == other {
				continue
			}
			if i < start {
				at[side]++
			} else {
				n[side]++
			}
		}
	}
	fmt.Fprintf(out, "@@ -%s +%s @@\n", span(at[0], n[0]), span(at[1], n[1]))
	for _, l := range lines[start:stop] {
		out.WriteByte(l.op)
		out.WriteString(l.text)
		if !strings.HasSuffix(l.text, "\n") {
			out.WriteString("\n\\ No newline at end of file\n")
		}
	}
}

func span(before, n int) string {
	if n == 0 {
		return fmt.Sprintf("%d,0", before)
	}
	if n == 1 {
		return fmt.Sprint(before + 1)
	}
	return fmt.Sprintf("%d,%d", before+1, n)
}

func split(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// compare finds a longest common subsequence.
func compare(a, b []string) []line {
	var head, tail []line
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, line{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, line{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := head
	if len(a)*len(b) <= maxCells {
		width := len(b) + 1
		common := make([]int32, (len(a)+1)*width)
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					common[i*width+j] = common[(i+1)*width+j+1] + 1
				} else {
					common[i*width+j] = max(common[(i+1)*width+j], common[i*width+j+1])
				}
			}
		}
		i, j := 0, 0
		for i < len(a) && j < len(b) {
			switch {
			case a[i] == b[j]:
				out = append(out, line{' ', a[i]})
				i, j = i+1, j+1
			case common[(i+1)*width+j] >= common[i*width+j+1]:
				out = append(out, line{'-', a[i]})
				i++
			default:
				out = append(out, line{'+', b[j]})
				j++
			}
		}
		a, b = a[i:], b[j:]
	}
	for _, l := range a {
		out = append(out, line{'-', l})
	}
	for _, l := range b {
		out = append(out, line{'+', l})
	}
	for i := len(tail) - 1; i >= 0; i-- {
		out = append(out, tail[i])
	}
	return out
}

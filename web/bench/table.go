package main

import (
	"fmt"
	"io"
	"slices"
	"text/tabwriter"
)

// table prints the figures, a column for each page. The last page is the one
// that the others are compared with.
func table(out io.Writer, subjects []subject, all []*figures) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	line := func(what, goal string, cell func(f *figures) string) {
		fmt.Fprintf(w, "%s\t", what)
		for _, f := range all {
			fmt.Fprintf(w, "%s\t", cell(f))
		}
		fmt.Fprintln(w, goal)
	}
	fmt.Fprint(w, "\t")
	for _, s := range subjects {
		fmt.Fprintf(w, "%s\t", s.name)
	}
	fmt.Fprintln(w, "goal")
	empty := all[len(all)-1]
	line("first output visible, slow", "600 ms", func(f *figures) string { return ms(quantile(f.first, 0.5)) })
	line("first reaction to input, slow", "1000 ms", func(f *figures) string { return ms(quantile(f.reaction, 0.5)) })
	line("key to paint, p95, processor 4x", "60 ms", func(f *figures) string {
		if f.silent > 0 {
			return fmt.Sprintf("%s, %d silent", ms(quantile(f.keys, 0.95)), f.silent)
		}
		return ms(quantile(f.keys, 0.95))
	})
	line("Lighthouse, performance, phone", "98", func(f *figures) string {
		if f.lighthouse < 0 {
			return "-"
		}
		return fmt.Sprintf("%.0f", f.lighthouse)
	})
	line("bytes before the first useful page", "30 KB", func(f *figures) string { return kilobytes(f.before) })
	line("all bytes, brotli", "1700 KB", func(f *figures) string { return kilobytes(f.bytes) })
	line("requests", "", func(f *figures) string { return fmt.Sprint(f.requests) })
	line("works offline", "yes", func(f *figures) string { return yes(f.offline) })
	line("shows its output without JavaScript", "yes", func(f *figures) string { return yes(f.noJS) })
	line("layout shift", "0", func(f *figures) string { return fmt.Sprintf("%.3f", f.shift) })
	line("longest task of the start, slow", "200 ms", func(f *figures) string { return ms(quantile(f.longest, 0.5)) })
	line("  as often as the empty page's", "", func(f *figures) string {
		return fmt.Sprintf("%.2f", quantile(f.longest, 0.5)/quantile(empty.longest, 0.5))
	})
	line("second visit: requests", "0", func(f *figures) string { return fmt.Sprint(f.again) })
	line("second visit: first reaction, slow", "", func(f *figures) string { return ms(quantile(f.reactionAgain, 0.5)) })
	return w.Flush()
}

func ms(v float64) string { return fmt.Sprintf("%.0f ms", v) }

func kilobytes(n int) string { return fmt.Sprintf("%.1f KB", float64(n)/1000) }

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// quantile is that of some values, between the nearest two; 0 of none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	at := q * float64(len(sorted)-1)
	below := int(at)
	above := min(below+1, len(sorted)-1)
	return sorted[below] + (sorted[above]-sorted[below])*(at-float64(below))
}

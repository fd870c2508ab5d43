package localsettings

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// longTexts are those of testdata/long.txt, which app/check reads, too: a
// text by its name, to be repeated to a length; %d is a number that counts.
func longTexts(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("testdata/long.txt")
	must(t, err)
	out := map[string]string{}
	for l := range strings.Lines(string(data)) {
		if strings.HasPrefix(l, "#") {
			continue
		}
		name, quoted, _ := strings.Cut(l, "\"")
		text, err := strconv.Unquote("\"" + strings.TrimSpace(quoted))
		must(t, err)
		out[strings.TrimSpace(name)] = text
	}
	return out
}

const mostRead = 5 << 20 // bytes that are read in less than a second

func counted(format string, n int) []byte {
	var b strings.Builder
	b.Grow(n + len(format))
	for i := 0; b.Len() < n; i++ {
		if strings.Contains(format, "%d") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return []byte(b.String())
}

// plain is a file as people have it, made long by its comments: what reading
// 5 MB costs at least, on the machine at hand.
const plain = "$wgSetting = [ 'host' => 'smtp.example.org', 'port' => 587 ]; # a comment that says what this is for, and who asked for it\n"

// No text of 5 MB costs more than a few times what plain settings of that
// length cost in the same run, which is a tenth of a second, nor more than so
// many bytes of memory for each of its own.
func TestBudget(t *testing.T) {
	const mostTimes, mostMemory = 8, 40
	text := counted(plain, mostRead)
	cost := func(src []byte) (took time.Duration, memory float64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		Import(src)
		took = time.Since(start)
		runtime.ReadMemStats(&after)
		return took, float64(after.TotalAlloc-before.TotalAlloc) / float64(len(src))
	}
	for name, unit := range longTexts(t) {
		src := counted(unit, mostRead)
		least, base := time.Hour, time.Hour
		memory := 0.0
		for range 6 {
			var took time.Duration
			took, _ = cost(text)
			base = min(base, took)
			took, memory = cost(src)
			if least = min(least, took); least <= mostTimes*base {
				break
			}
		}
		t.Logf("%-20s %5.2f of plain settings, %5.1f bytes a byte", name, float64(least)/float64(base), memory)
		if least > mostTimes*base {
			t.Errorf("%s: 5 MB take %v, plain settings %v", name, least, base)
		}
		if memory > mostMemory {
			t.Errorf("%s: %.0f bytes of memory for each of the text", name, memory)
		}
	}
}

// BenchmarkImport5MB has each of them.
func BenchmarkImport5MB(b *testing.B) {
	for name, unit := range longTexts(b) {
		src := counted(unit, mostRead)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Import(src)
			}
		})
	}
}

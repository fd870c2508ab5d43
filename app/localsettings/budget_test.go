package localsettings

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// budgeted are texts of which there is much to read, besides those in slow;
// %d is a number that counts.
var budgeted = map[string]string{
	"variables":        "$v%d=1;",
	"settings apart":   "$wgV%d=1;",
	"names that grow":  "$a=$u%d;",
	"words":            "$a=C%d;",
	"calls":            "$a=f%d();",
	"extensions":       "wfLoadExtension('X%d');",
	"elements":         "$wgSMTP['k%d']=1;",
	"keys":             "'k%d'=>1,",
	"ifs by the dozen": "if(f%d()){$wgA=1;}",
	"open ifs":         "if(1){",
	"open arrays":      "[",
	"closing braces":   "}",
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

// bigTexts are all of them at 5 MB.
func bigTexts() map[string]func() []byte {
	out := map[string]func() []byte{}
	for _, texts := range []map[string]string{slow, budgeted} {
		for name, unit := range texts {
			out[name] = func() []byte { return counted(unit, mostRead) }
		}
	}
	return out
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
	for name, big := range bigTexts() {
		src := big()
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
	for name, big := range bigTexts() {
		src := big()
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			b.ReportAllocs()
			for b.Loop() {
				Import(src)
			}
		})
	}
}

package trouble

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// longTexts are texts made to be slow to see through, each repeated to a
// length; %d is a number that counts.
var longTexts = map[string]string{
	"log about mail":     "[22-Nov-2026 08:34:55 UTC] PHP Warning:  PEAR::Mail failed: authentication failure [SMTP: Invalid response code received from server (code: 535, response: %d)]\n",
	"the words alone":    "smtp mail starttls auth %d\n",
	"wrappers":           "Mailer returned: ",
	"entities":           "&amp;#32;smtp",
	"open entities":      "&",
	"tags":               "<p>mail</p>",
	"open tags":          "<p ",
	"quoting":            "> ",
	"brackets":           "[SMTP: ",
	"dates":              "2026-11-22 08:34:55 smtp ",
	"one line":           "smtp",
	"line breaks":        "\n",
	"carriage returns":   "\r",
	"soft line breaks":   "mail=\n",
	"no UTF-8":           "mail\xff\n",
	"typographic quotes": "‘smtp’",
	"codes":              "535 5.7.8 smtp\n",
	"bounces":            "<a%d@example.net>: host mx.example.net[192.0.2.1] said: 550 5.1.1 User unknown (in reply to RCPT TO command)\n",
	"nothing of mail":    "hello world %d\n",
	"zero bytes":         "smtp\x00",
	"no end of hosts":    "Failed to connect to ssl://",
	"settings":           "$wgSMTP['host'] = 'ssl://smtp%d.example.org';\n",
	"base64":             "c210cCBtYWlsIHNtdHAgbWFpbA==\n",
}

// No text of 5 MB costs more than a few times what a log of that length costs
// in the same run, nor more than a little memory.
func TestBudget(t *testing.T) {
	const mostRead, mostTimes, mostMemory = 5 << 20, 8, 4
	counted := func(format string) string {
		var b strings.Builder
		b.Grow(mostRead + len(format))
		for i := 0; b.Len() < mostRead; i++ {
			if strings.Contains(format, "%d") {
				fmt.Fprintf(&b, format, i)
			} else {
				b.WriteString(format)
			}
		}
		return b.String()
	}
	text := counted(longTexts["log about mail"])
	text = strings.ReplaceAll(text, "SMTP", "PHP") + text[:1000]
	cost := func(src string) (took time.Duration, memory float64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		Diagnose(src, Context{})
		took = time.Since(start)
		runtime.ReadMemStats(&after)
		return took, float64(after.TotalAlloc-before.TotalAlloc) / float64(len(src))
	}
	for name, unit := range longTexts {
		src := counted(unit)
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
		t.Logf("%-20s %5.2f of a log, %v, %5.2f bytes a byte", name, float64(least)/float64(base), least, memory)
		if least > mostTimes*base {
			t.Errorf("%s: 5 MB take %v, a log %v", name, least, base)
		}
		if memory > mostMemory {
			t.Errorf("%s: %.1f bytes of memory for each of the text", name, memory)
		}
	}
}

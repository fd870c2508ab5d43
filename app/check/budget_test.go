package check

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// own are texts that the rules of this package have to look through, besides
// those of app/localsettings; %d is a number that counts.
const own = `
secrets              "$wgSecret%d='abcdef%[1]d';"
secrets in comments  "# 'password' => 'abcdef%d'\n"
passwords            "$wgSMTP['password%d']='abcdef%[1]d';"
unknown keys         "$wgSMTP['usernam%d']='abcdef%[1]d';"
misspelt settings    "$wgEnabelEmail%d=1;\n"
comparisons          "$wgEnableEmail==%d;\n"
ifs that set mail    "if(f()){$wgSMTP['port']=%d;}\n"
whole arrays         "$wgSMTP=['host'=>'smtp%d.example.org','port'=>587];\n"
set again            "$wgSMTP['host']='smtp%d.example.org';\n"
added to             "$wgSMTP+=['k'=>%d];\n"
strings of a switch  "$wgEnableEmail='false%d';\n"
from outside         "$wgSMTP['a%d']=getenv('A')??587;\n"
words in arrays      "$wgX[]=w%d;"
old extensions       "require_once \"$IP/extensions/X%d/X%[1]d.php\";\n"
mailers              "wfLoadExtension('SendGrid');"
signatures           "# MediaWiki 1.%d\n"
included             "include 'f%d.php';\n"
deep elements        "$wgSMTP['socket_options']['ssl']['o%d']=1;\n"
endings              "exit;\n"
a switch in an array "$wgSMTP['auth']='no%d';\n"
`

// longTexts are those and the ones of app/localsettings.
func longTexts(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile("../localsettings/testdata/long.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for l := range strings.Lines(own + string(data)) {
		name, quoted, ok := strings.Cut(l, "\"")
		if !ok || strings.HasPrefix(l, "#") {
			continue
		}
		text, err := strconv.Unquote("\"" + strings.TrimSpace(quoted))
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		out[strings.TrimSpace(name)] = text
	}
	if len(out) < 50 {
		t.Fatalf("only %d texts", len(out))
	}
	return out
}

func counted(format string, n int) []byte {
	var b strings.Builder
	b.Grow(n + len(format))
	b.WriteString("$wgServer='https://wiki.example.org';$wgSMTP=[];\n")
	for i := 0; b.Len() < n; i++ {
		if strings.Contains(format, "%d") {
			fmt.Fprintf(&b, format, i)
		} else {
			b.WriteString(format)
		}
	}
	return []byte(b.String())
}

const mostRead = 5 << 20 // bytes that are checked in less than a second

// No text of 5 MB costs more than a few times what plain settings of that
// length cost in the same run, nor more than so many bytes of memory for each
// of its own.
func TestBudget(t *testing.T) {
	const mostTimes, mostMemory = 8, 90
	const plain = "$wgSetting = [ 'host' => 'smtp.example.org', 'port' => 587 ]; # a comment that says what this is for, and who asked for it\n"
	text := counted(plain, mostRead)
	cost := func(src []byte) (took time.Duration, memory float64) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		start := time.Now()
		Check(src, "1.43")
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
		t.Logf("%-20s %5.2f of plain settings, %v, %5.1f bytes a byte", name, float64(least)/float64(base), least, memory)
		if least > mostTimes*base {
			t.Errorf("%s: 5 MB take %v, plain settings %v", name, least, base)
		}
		if memory > mostMemory {
			t.Errorf("%s: %.0f bytes of memory for each of the text", name, memory)
		}
	}
}

package localsettings

import (
	"strings"
	"testing"
	"time"
)

// slow are texts made to be slow to mend, each repeated to a length.
var slow = map[string]string{
	"quoted mail":        "> $wgX = ‘a’\n",
	"opening quotes":     "‘",
	"nested arrays":      "[ 'a' => ",
	"open braces":        "{",
	"heredocs":           "cat <<EOF\n$wgX\n",
	"open templates":     "'a' => {{ ",
	"entities":           "=&gt; &quot;",
	"tags":               "<span>",
	"prose":              "hello world. ",
	"apostrophes":        "it's\n",
	"quotes in strings":  "'it's',\n",
	"ifs":                "if (f()) { $wgX = 1; }\n",
	"closing brackets":   " ) ] }",
	"zero bytes":         "a\x00",
	"echo":               "echo '$wgX = 1;' >> f\n",
	"no commas":          "'a' 'b'\n",
	"no semicolons":      "$wgX = [ f( 1 )\n",
	"odd spaces":         " \u00a0",
	"unclosed calls":     "$a=[f(",
	"unclosed indexes":   "\n$a[",
	"comments":           "/* ",
	"backslashes":        `\$`,
	"line numbers":       "1: $wgX = 1;\n",
	"unclosed strings":   "$wgX = 'a;\n",
	"truncated arrows":   "$wgSMTP = [ 'a' = > 'b'; ",
	"settings":           "$wgSMTP['host'] = 'a';\n",
	"variables in a sum": "$wgX = $a . \"$b\" . f( $c );\n",
}

// Eight times the text takes about eight times as long, mended or not.
func TestLinear(t *testing.T) {
	const small, times = 32 << 10, 8
	for name, unit := range slow {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				src := []byte(strings.Repeat(unit, n/len(unit)+1))
				start := time.Now()
				Import(src)
				return time.Since(start)
			}
			// The least of several: the machine has other things to do, too.
			const slack, floor = 4, 5 * time.Millisecond
			least := [2]time.Duration{time.Hour, time.Hour}
			for range 8 {
				for i, n := range []int{small, times * small} {
					least[i] = min(least[i], took(n))
				}
				if least[1] <= slack*times*max(least[0], floor) {
					return
				}
			}
			t.Errorf("%d bytes took %v, %d bytes %v", small, least[0], times*small, least[1])
		})
	}
}

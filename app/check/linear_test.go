package check

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wgsmtp/app/localsettings"
)

// Eight times the text takes about eight times as long.
func TestLinear(t *testing.T) {
	numbered := func(format string, n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	for _, format := range []string{
		"$wgSMTP = [ 'port' => %d ];\n", "$wgEnabelEmail%d = 1;\n", "$wgPassword%d = 'x';\n# 'password' => 'abcdef%[1]d'\n",
		"$wgSMTP['k%d'] = 1;\n", "$wgSecret%d = 'abcdef%[1]d';\n", "$wgX = $u%d;\n", "$wgX = w%d;\n", "wfLoadExtension( 'X%d' );\n", "> prose %d\n",
		"$wgEnableEmail == %d;\n", "if ( f() ) { $wgSMTP['port'] = %d; }\n",
		"$wgSMTP['port'] = %d; ", "$wgSMTP['port'] = 25; $x = %d;\n", "$wgSMTP['port'] = $x%d;\r\n",
	} {
		t.Run(format, func(t *testing.T) {
			took := func(n int) time.Duration {
				src := []byte("$wgServer = 'https://wiki.example.org';\n" + numbered(format, n))
				start := time.Now()
				r := Check(src, "1.43")
				r.Diff("a", localsettings.Options{})
				return time.Since(start)
			}
			const small, times, slack, floor = 16 << 10, 8, 4, 10 * time.Millisecond
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

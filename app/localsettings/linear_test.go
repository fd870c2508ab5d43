package localsettings

import (
	"testing"
	"time"
)

// Eight times the text takes about eight times as long, mended or not.
func TestLinear(t *testing.T) {
	const small, times = 32 << 10, 8
	for name, unit := range longTexts(t) {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				src := counted(unit, n)
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

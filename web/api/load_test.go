package api

import (
	"io"
	"net/http"
	"runtime"
	measures "runtime/metrics"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// inUse is the memory that the process holds, without what was given back to
// the system; server and client of a test share it.
func inUse() uint64 {
	s := []measures.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	measures.Read(s)
	return s[0].Value.Uint64() - s[1].Value.Uint64()
}

// 500 requests at once against a mail server that is slow to greet: those
// that may run all end well, the others are refused with a time to come back
// at, memory stays within bounds, and nothing is left.
func TestManyAtOnce(t *testing.T) {
	const n = 500
	for _, tt := range []struct {
		name string
		o    Options
		seen string // the address that the name leads to
		many bool   // callers, or one
		runs int    // how many run
	}{
		{"private, all may run", Options{}, "127.0.0.1", false, n},
		{"private, 100 may run", Options{Limits: Limits{All: 100}}, "127.0.0.1", false, 100},
		{"public, many callers, all may run", Options{Public: true}, "8.8.8.8", true, n},
		{"public, many callers, 50 may run", Options{Public: true, Limits: Limits{All: 50}}, "8.8.8.8", true, 50},
		{"public, one caller", Options{Public: true}, "8.8.8.8", false, DefaultLimits.Each},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// Nobody is greeted before all have asked.
			asked := make(chan bool)
			server := mailServerAfter(t, asked)
			tt.o.Prober = prober(server, tt.seen)
			tt.o.Prober.Limits.Reply, tt.o.Prober.Limits.Connect, tt.o.Prober.Limits.Total = time.Minute, time.Minute, 2*time.Minute
			address := start(t, tt.o)
			client := &http.Client{Transport: &http.Transport{}}
			before := runtime.NumGoroutine()
			var mu sync.Mutex
			codes, good, begun := map[int]int{}, 0, 0
			most := inUse()
			var wg sync.WaitGroup
			for i := range n {
				wg.Go(func() {
					r, err := http.NewRequestWithContext(t.Context(), "POST", address+"/api/probe", strings.NewReader(bodyOf(goodConfig(), nil)))
					if err != nil {
						t.Error(err)
						return
					}
					r.Header.Set("Content-Type", "application/json")
					if tt.o.Public {
						caller := "203.0.113.9"
						if tt.many {
							caller = "198.51." + strconv.Itoa(i/250) + "." + strconv.Itoa(i%250)
						}
						r.Header.Set("X-Forwarded-For", caller)
					}
					resp, err := client.Do(r)
					if err == nil {
						mu.Lock()
						if begun++; begun == n {
							most = max(most, inUse())
							close(asked)
						}
						mu.Unlock()
					} else {
						t.Error(err)
						return
					}
					defer resp.Body.Close()
					b, err := io.ReadAll(resp.Body)
					mu.Lock()
					defer mu.Unlock()
					most = max(most, inUse())
					codes[resp.StatusCode]++
					switch after, _ := strconv.Atoi(resp.Header.Get("Retry-After")); {
					case err != nil:
						t.Error(err)
					case resp.StatusCode == 200 && strings.Contains(string(b), `{"verdict":{"ok":true`):
						good++
					case resp.StatusCode == 200:
						t.Errorf("%s", b)
					case after < 1 || after > 60 || !strings.Contains(string(b), "try again in "+strconv.Itoa(after)+" seconds"):
						t.Errorf("%d, Retry-After %q: %s", resp.StatusCode, resp.Header.Get("Retry-After"), b)
					}
				})
			}
			wg.Wait()
			if good != tt.runs || codes[200] != tt.runs || codes[429] != n-tt.runs {
				t.Errorf("%v, %d went well, want %d and the rest refused", codes, good, tt.runs)
			}
			client.CloseIdleConnections()
			for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
				time.Sleep(20 * time.Millisecond)
			}
			left := runtime.NumGoroutine() - before
			t.Logf("%v, at most %d MB held, servers' and clients' side included, %d goroutines more than before", codes, most>>20, left)
			if left > 0 {
				buf := make([]byte, 1<<16)
				t.Errorf("%d goroutines are left:\n%s", left, buf[:runtime.Stack(buf, true)])
			}
			if most > 200<<20 {
				t.Errorf("%d MB", most>>20)
			}
		})
	}
}

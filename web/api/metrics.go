package api

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"
)

// metrics count. Their labels are words of this program, never of a caller.
type metrics struct {
	mu      sync.Mutex
	probes  map[string]int // by result
	steps   map[[2]string]int
	refused map[string]int
	seconds float64
	begun   time.Time
}

func newMetrics() *metrics {
	return &metrics{probes: map[string]int{}, steps: map[[2]string]int{}, refused: map[string]int{}, begun: time.Now()}
}

func (m *metrics) probe(result string, took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.probes[result]++
	m.seconds += took.Seconds()
}

func (m *metrics) step(id, status string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steps[[2]string{id, status}]++
}

func (m *metrics) refuse(why string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refused[why]++
}

// write is the text format of Prometheus, version 0.0.4.
func (m *metrics) write(w io.Writer, running int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	head := func(name, kind, help string) { fmt.Fprintf(w, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
	head("wgsmtp_probes_total", "counter", "Tests that ended, by result.")
	total := 0
	for _, r := range slices.Sorted(maps.Keys(m.probes)) {
		fmt.Fprintf(w, "wgsmtp_probes_total{result=%q} %d\n", r, m.probes[r])
		total += m.probes[r]
	}
	head("wgsmtp_probe_seconds", "summary", "Time that tests took.")
	fmt.Fprintf(w, "wgsmtp_probe_seconds_sum %.3f\nwgsmtp_probe_seconds_count %d\n", m.seconds, total)
	head("wgsmtp_probe_steps_total", "counter", "Steps of tests, by kind and status.")
	keys := slices.SortedFunc(maps.Keys(m.steps), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		fmt.Fprintf(w, "wgsmtp_probe_steps_total{step=%q,status=%q} %d\n", k[0], k[1], m.steps[k])
	}
	head("wgsmtp_refused_total", "counter", "Requests that were refused, by reason.")
	for _, r := range slices.Sorted(maps.Keys(m.refused)) {
		fmt.Fprintf(w, "wgsmtp_refused_total{reason=%q} %d\n", r, m.refused[r])
	}
	head("wgsmtp_probes_running", "gauge", "Tests that are going on.")
	fmt.Fprintf(w, "wgsmtp_probes_running %d\n", running)
	head("wgsmtp_uptime_seconds", "gauge", "Time since the start.")
	fmt.Fprintf(w, "wgsmtp_uptime_seconds %.0f\n", time.Since(m.begun).Seconds())
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	head("go_goroutines", "gauge", "Goroutines.")
	fmt.Fprintf(w, "go_goroutines %d\n", runtime.NumGoroutine())
	head("go_memstats_heap_inuse_bytes", "gauge", "Bytes of the heap in use.")
	fmt.Fprintf(w, "go_memstats_heap_inuse_bytes %d\n", memory.HeapInuse)
}

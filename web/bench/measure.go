package main

import (
	"fmt"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// subject is a page to measure.
type subject struct {
	name    string
	front   *front
	path    string
	output  string        // selector of what the page shows, whose text is watched
	ready   string        // JavaScript regular expression of useful output
	field   string        // selector of a field whose keys change the output
	keys    []string      // typed in turn; every one changes the output
	pause   time.Duration // between the keys of somebody who waits for an answer
	running string        // JavaScript expression: the program has taken the page over
}

// figures are what is measured of a page. Times are in milliseconds.
type figures struct {
	first, reaction []float64 // of a slow visit, from the navigation on
	keys            []float64 // from the key's own time stamp to the frame with the answer, processor 4x
	silent          int       // keys that changed nothing
	longest         []float64 // task, while a slow visit's program starts
	shift           float64   // cumulative layout shift, the largest
	lighthouse      float64   // its score for performance as on a phone, 0 to 100; less than 0 where there is none
	before, bytes   int       // to be read before the first useful page; all of a visit
	requests        int       // of that visit
	again           int       // requests of the next visit
	reactionAgain   []float64 // of a slow next visit
	offline, noJS   bool
}

func measure(s subject, runs, samples int) (*figures, error) {
	f := &figures{lighthouse: -1}
	for range runs {
		progress("  somebody who looks")
		if err := f.slow(s); err != nil {
			return nil, err
		}
		progress("  somebody who types at once, and comes back")
		if err := f.eager(s); err != nil {
			return nil, err
		}
	}
	progress("  keys")
	if err := f.typing(s, samples); err != nil {
		return nil, err
	}
	progress("  bytes, and the page without its server and without JavaScript")
	if err := f.transfer(s); err != nil {
		return nil, err
	}
	return f, f.withoutJavaScript(s)
}

// slow is a visit of somebody who only looks.
func (f *figures) slow(s subject) error {
	v, err := begin(s, true)
	if err != nil {
		return err
	}
	defer v.close()
	s.front.reset()
	if err := v.open(); err != nil {
		return err
	}
	if err := v.await("window.bench?.first && " + s.running); err != nil {
		return err
	}
	time.Sleep(2 * time.Second) // the rest of the start
	got, err := ask[struct {
		First, Shift float64
		Tasks        []float64
	}](v, "({First: bench.first, Shift: bench.shift, Tasks: bench.tasks})")
	if err != nil {
		return err
	}
	f.first = append(f.first, got.First)
	f.shift = max(f.shift, got.Shift)
	longest := 0.0
	for _, t := range got.Tasks {
		longest = max(longest, t)
	}
	f.longest = append(f.longest, longest)
	return nil
}

// eager is a visit of somebody who types at once, and again until the page
// answers; and then of the same person coming back.
func (f *figures) eager(s subject) error {
	v, err := begin(s, true)
	if err != nil {
		return err
	}
	defer v.close()
	first, err := v.reaction()
	if err != nil {
		return err
	}
	f.reaction = append(f.reaction, first)
	if err := v.await(s.running); err != nil {
		return err
	}
	s.front.quiet()
	if err := v.do(chromedp.Navigate("about:blank")); err != nil {
		return err
	}
	s.front.reset()
	again, err := v.reaction()
	if err != nil {
		return err
	}
	f.reactionAgain = append(f.reactionAgain, again)
	if err := v.await(s.running); err != nil {
		return err
	}
	s.front.quiet()
	requests, _ := s.front.count()
	f.again = max(f.again, requests)
	return nil
}

func (v *visit) reaction() (float64, error) {
	if err := v.open(); err != nil {
		return 0, err
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(v.page.pause) {
		// While the page loads there may be nothing to ask yet.
		_ = v.press(v.page.keys[0])
		if t, err := ask[float64](v, "window.bench?.reaction ?? 0"); err == nil && t > 0 {
			return t, nil
		}
	}
	return 0, fmt.Errorf("%s: no reaction", v.page.name)
}

// typing measures keys, one after the other, once the program runs. The first
// two are not counted.
func (f *figures) typing(s subject, samples int) error {
	v, err := begin(s, false)
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.open(); err != nil {
		return err
	}
	if err := v.await(s.running); err != nil {
		return err
	}
	s.front.quiet()
	if err := v.do(call(emulation.SetCPUThrottlingRate, emulation.SetCPUThrottlingRateParams{Rate: 4})); err != nil {
		return err
	}
	for n := range samples + 2 {
		if _, err := ask[bool](v, "bench.arm() === undefined"); err != nil {
			return err
		}
		if err := v.press(s.keys[n%len(s.keys)]); err != nil {
			return err
		}
		took := 0.0
		for end := time.Now().Add(3 * time.Second); took == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if took, err = ask[float64](v, "bench.took"); err != nil {
				return err
			}
		}
		switch {
		case took == 0:
			f.silent++
		case n >= 2:
			f.keys = append(f.keys, took)
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

// transfer counts a visit's bytes, and tells whether the page comes again
// without its server.
func (f *figures) transfer(s subject) error {
	v, err := begin(s, false)
	if err != nil {
		return err
	}
	defer v.close()
	s.front.reset()
	if err := v.open(); err != nil {
		return err
	}
	if err := v.await("window.bench?.first && " + s.running); err != nil {
		return err
	}
	s.front.quiet()
	f.requests, f.bytes = s.front.count()
	// The page, and what it makes the browser wait for before it paints.
	f.before, err = ask[int](v, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")
		.filter(e => e.renderBlockingStatus === "blocking")].reduce((n, e) => n + e.encodedBodySize, 0)`)
	if err != nil {
		return err
	}
	// A worker is given time to begin, which it does when the page is at rest.
	for range 100 {
		if yes, err := ask[bool](v, "!!navigator.serviceWorker?.controller"); err == nil && yes {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.front.quiet()
	// Once more, so that a worker that was installed just now has seen it all.
	if err := v.do(chromedp.Navigate(s.front.origin + s.path)); err != nil {
		return err
	}
	if err := v.await(s.running); err != nil {
		return err
	}
	s.front.quiet()
	if err := v.do(call(network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})); err != nil {
		return err
	}
	s.front.isAway(true)
	defer s.front.isAway(false)
	// Where there is no page without the server, this is an error.
	_ = v.do(chromedp.Navigate(s.front.origin + s.path))
	for end := time.Now().Add(10 * time.Second); !f.offline && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		f.offline, _ = ask[bool](v, "!!window.bench?.first && !!("+s.running+")")
	}
	return nil
}

// withoutJavaScript tells whether the output is on the page all the same.
func (f *figures) withoutJavaScript(s subject) error {
	v, err := begin(s, false)
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.do(call(emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}),
		chromedp.Navigate(s.front.origin+s.path)); err != nil {
		return err
	}
	f.noJS, err = ask[bool](v, fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility() && new RegExp(%q).test(e.textContent))`, s.output, s.ready))
	return err
}

// typeAndTakeBack are keys that leave a field as it was.
var typeAndTakeBack = []string{"x", kb.Backspace}

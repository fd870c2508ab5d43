package rules

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// pieces are what random values are made of: what people paste, and what
// breaks things.
var pieces = []string{
	"", "wiki", "example.org", "@", "wiki@example.org", "https://", "ssl://", "//", ":587", "localhost", "127.0.0.1", "::1", "[", "]",
	"ü", "=", ".", ",", ";", "\"", "(", ")", "<", ">", "\\", " ", "\r\n", "\x00", "\xff", "😀", "{host}", "}", "-f x", "/var/www/html/",
	"/etc/", "C:\\", "smtp.gmail.com", "email-smtp.eu-west-1.amazonaws.com", "gmail.com", "_", "xn--", "192.0.2.1", strings.Repeat("a", 300),
}

func random(r *rand.Rand, f wgsmtp.Field) string {
	switch f.Kind {
	case wgsmtp.KindChoice:
		return f.Choices[r.IntN(len(f.Choices))]
	case wgsmtp.KindSwitch:
		return strconv.FormatBool(r.IntN(2) == 0)
	case wgsmtp.KindNumber:
		return strconv.Itoa([]int{0, 1, 2, 10, 25, 80, 443, 465, 587, 588, 1025, 2465, 2525, 2587, 65535, 65536, 1 << 30}[r.IntN(17)])
	}
	var b strings.Builder
	for range r.IntN(4) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// Whatever is typed, Check answers, its texts hold no line break and no
// placeholder, and mends lead somewhere: applied one after the other they come
// to an end.
func TestMendsComeToAnEnd(t *testing.T) {
	releases := []string{"1.18.0", "1.18", "1.26", "1.30", "1.35", "1.39.0", "1.39", "1.43.3", "1.43", "1.45", "1.47"}
	carriers := providers.All()
	n := 2000
	if testing.Short() {
		n = 400
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		p := carriers[r.IntN(len(carriers))]
		rel := releases[r.IntN(len(releases))]
		c := wgsmtp.Default()
		if r.IntN(2) == 0 { // half of them begin with something sensible
			c = filled(t, p, "", rel)
		}
		c.Carrier, c.Release = p.ID, rel
		for _, f := range wgsmtp.Fields() {
			if f.ID == "carrier" || f.ID == "release" || r.IntN(3) > 0 {
				continue
			}
			if err := f.Set(&c, random(r, f)); err != nil {
				t.Fatal(err)
			}
		}
		start := c
		facts := Facts{&c, release(t, rel), p}
		var trail []string
		for step := 0; ; step++ {
			fs := Check(facts)
			for _, x := range fs {
				if strings.ContainsAny(x.Message+x.Why, "\r\n\x00") || x.Message == "" || x.Why == "" {
					t.Fatalf("%s: bad text %q %q in %v", x.Rule, x.Message, x.Why, wgsmtp.Diff(wgsmtp.Default(), start))
				}
			}
			i := slices.IndexFunc(fs, func(x Finding) bool { return x.Fix != nil })
			if i < 0 {
				break
			}
			next, err := wgsmtp.Apply(c, fs[i].Fix.Changes)
			if err != nil {
				t.Fatalf("%s: %v", fs[i].Rule, err)
			}
			trail = append(trail, fs[i].Rule)
			if step > 40 {
				t.Fatalf("no end: %v from %s %s %v", trail, p.ID, rel, wgsmtp.Diff(wgsmtp.Default(), start))
			}
			c = next
			if again := Check(facts); find(again, fs[i].Rule) != nil {
				t.Fatalf("%s is still there after %v, from %s %s %v", fs[i].Rule, fs[i].Fix.Changes, p.ID, rel, wgsmtp.Diff(wgsmtp.Default(), start))
			}
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	for _, s := range []string{"gmail", "amazon-ses: user-email-reply-to=false && port=587 && tls=none && debug=true", "custom: sitename=" + strings.Repeat("ü;", 5000)} {
		name, _, _ := strings.Cut(s, ":")
		b.Run(name, func(b *testing.B) {
			f := facts(b, s)
			Check(f)
			b.ReportAllocs()
			for b.Loop() {
				Check(f)
			}
		})
	}
}

// One Check may take a small part of what one key press may cost: 100 µs and
// 50 KB (measured as allocated bytes; time is left to the benchmark).
func TestCheckIsFrugal(t *testing.T) {
	f := facts(t, "amazon-ses: user-email-reply-to=false && port=587 && tls=none && debug=true")
	Check(f)
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			Check(f)
		}
	})
	if got := r.AllocedBytesPerOp(); got > 50_000 {
		t.Errorf("%d bytes for one Check", got)
	}
}

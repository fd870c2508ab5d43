package localsettings

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// blocks is how many random configurations a run tries. A long run is
// WGSMTP_BLOCKS=100000 go test ./app/localsettings.
func blocks(t testing.TB) int {
	t.Helper()
	v := os.Getenv("WGSMTP_BLOCKS")
	if v == "" {
		return 2000
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < 1 {
		t.Fatalf("WGSMTP_BLOCKS=%q is no number of blocks", v)
	}
	return n
}

// nasty are strings that have broken quoting somewhere.
var nasty = []string{
	"", "0", "25", " ", "'", `"`, `\`, `\\`, `\'`, `'\`, `\\'`, `"\`, "$", "$wgSitename", "{$wgSitename}", "${wgSitename}",
	"pa$$word", "?>", "<?php", "?><?php phpinfo(); ?>", "// x", "/* x", "*/", "# x", "#[x", "\x00", "a\x00b", "\n", "\r\n", "\r",
	"a\nb", "x\r\nBcc: y@example.net", "\t", "\x1b[31m", "\x7f", "\u0085", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u2028", "\u2029",
	"\u202eabc", "\u2066x\u2069", "\ufeff", "\ufffd", "\ufffe", "\xff", "\xc3", "\xc3(", "\xed\xa0\x80", "\xf4\x90\x80\x80",
	"Zoë \"Z\" (admin)", "維基百科", "👩‍👩‍👧", "🇩🇪", "a'b\"c\\d$e", "<<<EOT", "EOT;", "%>", "</script>", `\n`, `\x41`, `\u{41}`, `\101`,
	"'; phpinfo(); $x = '", "` + `", "ssl://", "tls://x", "[::1]", "::1", "2001:db8::1", "fe80::1%eth0", "true", "false", "null",
	"C:\\mail\\", "o'brien@example.org", "\\\\server\\share", "\x01\x02\x41", "\x1f0", "é\x00", "\\\x00", "$\x00",
}

func nastyString(rnd *rand.Rand) string {
	switch rnd.IntN(12) {
	case 0:
		return ""
	case 1, 2, 3, 4:
		return nasty[rnd.IntN(len(nasty))]
	case 5, 6, 7:
		return nasty[rnd.IntN(len(nasty))] + nasty[rnd.IntN(len(nasty))] + nasty[rnd.IntN(len(nasty))]
	case 8:
		b := make([]byte, rnd.IntN(40))
		for i := range b {
			b[i] = byte(rnd.UintN(256))
		}
		return string(b)
	case 9:
		if rnd.IntN(20) == 0 {
			return strings.Repeat(nasty[rnd.IntN(len(nasty))]+"x", 10_000)[:10_000]
		}
		fallthrough
	default:
		r := make([]rune, rnd.IntN(20))
		for i := range r {
			r[i] = rune(rnd.IntN(0x3100))
		}
		return string(r)
	}
}

// randomConfig sets every field at random.
func randomConfig(t testing.TB, rnd *rand.Rand) wgsmtp.Config {
	t.Helper()
	var c wgsmtp.Config
	for _, f := range wgsmtp.Fields() {
		var v string
		switch f.Kind {
		case wgsmtp.KindNumber:
			v = strconv.Itoa(rnd.IntN(70000))
			if rnd.IntN(4) == 0 {
				v = "0"
			}
		case wgsmtp.KindSwitch:
			v = strconv.FormatBool(rnd.IntN(2) == 0)
		case wgsmtp.KindChoice:
			v = f.Choices[rnd.IntN(len(f.Choices))]
		default:
			v = nastyString(rnd)
		}
		must(t, f.Set(&c, v))
	}
	if rnd.IntN(2) == 0 {
		c.Transport = wgsmtp.TransportSMTP
	}
	return c
}

// releases are all branches, and patch releases between which something
// changed.
func releases(t testing.TB) []*mediawiki.Release {
	t.Helper()
	out := mediawiki.All()
	for _, name := range []string{"1.18.0", "1.27.0", "1.39.0", "1.39.1"} {
		r, err := mediawiki.Lookup(name)
		must(t, err)
		out = append(out, r)
	}
	return out
}

func randomRelease(rnd *rand.Rand, all []*mediawiki.Release) *mediawiki.Release {
	return all[rnd.IntN(len(all))]
}

// randomCarrier is sometimes none.
func randomCarrier(rnd *rand.Rand) *providers.Carrier {
	all := providers.All()
	i := rnd.IntN(len(all)+1) - 1
	if i < 0 {
		return nil
	}
	return all[i]
}

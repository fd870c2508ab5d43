package rules

import (
	"regexp/syntax"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// sampleOf makes a string that an expression matches: the first alternative,
// the fewest repetitions.
func sampleOf(t testing.TB, pattern string) string {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		t.Fatalf("%s: %v", pattern, err)
	}
	var b strings.Builder
	var walk func(*syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		switch re.Op {
		case syntax.OpLiteral:
			b.WriteString(string(re.Rune))
		case syntax.OpCharClass:
			c := re.Rune[0]
			for i := 0; i+1 < len(re.Rune); i += 2 { // a letter, where the class has one
				if re.Rune[i] <= 'a' && 'a' <= re.Rune[i+1] {
					c = 'a'
				}
			}
			b.WriteRune(c)
		case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
			b.WriteByte('a')
		case syntax.OpConcat, syntax.OpCapture:
			for _, s := range re.Sub {
				walk(s)
			}
		case syntax.OpAlternate:
			walk(re.Sub[0])
		case syntax.OpPlus:
			walk(re.Sub[0])
		case syntax.OpRepeat:
			for range re.Min {
				walk(re.Sub[0])
			}
		case syntax.OpStar, syntax.OpQuest, syntax.OpBeginText, syntax.OpEndText, syntax.OpEmptyMatch,
			syntax.OpBeginLine, syntax.OpEndLine:
		default:
			t.Fatalf("%s: %v is not made yet", pattern, re.Op)
		}
	}
	walk(re)
	return b.String()
}

func release(t testing.TB, name string) *mediawiki.Release {
	r, err := mediawiki.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func carrier(t testing.TB, id string) *providers.Carrier {
	p, ok := providers.ByID(id)
	if !ok {
		t.Fatalf("no carrier %s", id)
	}
	return p
}

// filled is what the page makes of a carrier once its few questions are
// answered sensibly.
func filled(t testing.TB, p *providers.Carrier, region, rel string) wgsmtp.Config {
	c := wgsmtp.Default()
	c.Release = rel
	c.Server = "https://wiki.example.org"
	c.Sitename = "Example Wiki"
	c.EHLOName = "wiki.example.org"
	c.IDHost = "wiki.example.org"
	c, err := wgsmtp.Apply(c, p.Preset(&c, region))
	if err != nil {
		t.Fatalf("%s: %v", p.ID, err)
	}
	c, _ = p.Examples(c)
	if p.User.Pattern != "" && c.User != "" && p.User.Kind != "address" && p.User.Fixed == "" {
		c.User = sampleOf(t, p.User.Pattern)
	}
	if p.Sender.Rule == providers.SenderLogin && strings.Contains(c.User, "@") {
		c.PasswordSender = c.User
	}
	if c.Secret != "" {
		c.Secret = "correct-horse-battery"
		if p.Secret.Pattern != "" {
			c.Secret = wgsmtp.Secret(sampleOf(t, p.Secret.Pattern))
		}
	}
	return c
}

// A complete configuration as the page recommends it is quiet, whichever
// carrier it is for.
func TestRecommendedIsQuiet(t *testing.T) {
	const hints = 3
	for _, p := range providers.All() {
		regions := p.Hosts
		if len(regions) == 0 {
			regions = []providers.Host{{}}
		}
		for _, h := range regions {
			c := filled(t, p, h.Region, "1.43")
			n := 0
			for _, f := range Check(Facts{&c, release(t, "1.43"), p}) {
				if f.Severity == Hint {
					n++
					continue
				}
				if p.Unusable != nil && f.Rule == "carrier-unusable" {
					continue
				}
				t.Errorf("%s %s: %s %s: %s %s", p.ID, h.Region, f.Severity, f.Rule, f.Message, f.Why)
			}
			if n > hints {
				var ids []string
				for _, f := range Check(Facts{&c, release(t, "1.43"), p}) {
					ids = append(ids, f.Rule)
				}
				t.Errorf("%s %s: %d hints: %v", p.ID, h.Region, n, ids)
			}
		}
	}
}

// With other releases the recommendation holds too: nothing but what the
// release itself cannot do, and says so.
func TestRecommendedByRelease(t *testing.T) {
	known := map[string]string{
		"release-1.18.0":         "1.18.0 itself",
		"release-unproven":       "1.47 itself",
		"starttls-without-auth":  "relays by STARTTLS without a login need 1.39.1",
		"socket-options-ignored": "Postfix and Proton Bridge on the same host need 1.27",
	}
	for _, rel := range []string{"1.18.0", "1.18", "1.20", "1.22", "1.23", "1.26", "1.27", "1.31", "1.35", "1.39.0", "1.39", "1.42", "1.45", "1.46", "1.47"} {
		for _, p := range providers.All() {
			if p.Unusable != nil {
				continue
			}
			c := filled(t, p, "", rel)
			for _, f := range Check(Facts{&c, release(t, rel), p}) {
				if f.Severity != Hint && known[f.Rule] == "" {
					t.Errorf("%s %s: %s: %s", rel, p.ID, f.Rule, f.Message)
				}
			}
		}
	}
}

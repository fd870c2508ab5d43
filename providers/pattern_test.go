package providers

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"
)

// Every pattern of the facts means what package regexp says, on what the
// carriers give as examples, on texts of the pattern's own characters, and on
// texts that are nearly right.
func TestMatches(t *testing.T) {
	patterns := map[string]bool{}
	seeds := []string{"", "a", "apikey", "a@b.example", "SMTP_Injection", "über@example.org", "\xff\xfe", "re_", "AccessKey x"}
	for _, p := range All() {
		for _, c := range []Credential{p.User, p.Secret} {
			if c.Pattern != "" {
				patterns[c.Pattern] = true
			}
			seeds = append(seeds, c.Example)
		}
	}
	if len(patterns) < 15 {
		t.Fatalf("only %d patterns", len(patterns))
	}
	r := rand.New(rand.NewSource(1))
	for pattern := range patterns {
		re := regexp.MustCompile(pattern)
		texts := append([]string{}, seeds...)
		for range 400 {
			texts = append(texts, like(r, pattern))
		}
		yes := 0
		for _, s := range texts {
			for range 4 {
				want := re.MatchString(s)
				if got := Matches(pattern, s); got != want {
					t.Fatalf("%s matches %q: %v, and regexp says %v", pattern, s, got, want)
				}
				if want {
					yes++
				}
				s = change(r, s)
			}
		}
		if yes < 100 {
			t.Errorf("%s matches only %d of the texts: this shows nothing", pattern, yes)
		}
	}
}

func TestMatchesByHand(t *testing.T) {
	for _, tt := range []struct {
		pattern, s string
		want       bool
	}{
		{"^a+a$", "aaa", true},
		{"^(ab|a)b?c$", "abc", true},
		{"^(x|y)?z$", "z", true},
		{"^(x|y)?z$", "xyz", false},
		{"^a{2,}$", "a", false},
		{"^a{2,}b", "aaab and more", true},
		{"^[^@\\s]+$", "a b", false},
		{"^[+/-]$", "-", true},
		{"^.+$", "a\nb", false},
		{"^a*$", "", true},
	} {
		if got := Matches(tt.pattern, tt.s); got != tt.want || got != regexp.MustCompile(tt.pattern).MatchString(tt.s) {
			t.Errorf("%s matches %q: %v", tt.pattern, tt.s, got)
		}
	}
}

// like is a text that a pattern could match: its pieces, with characters that
// they allow, repeated about as often as they ask for.
func like(r *rand.Rand, pattern string) string {
	const all = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@._-+/:= "
	var b strings.Builder
	pattern = strings.Trim(pattern, "^$")
	for pattern != "" {
		piece := pieceOf(pattern)
		least, most, size := repetition(pattern[len(piece):], 1<<20)
		n := least
		if most > least {
			n += r.Intn(min(most-least, 3) + 1)
		}
		for range n {
			if piece[0] == '(' {
				alternatives := strings.Split(piece[1:len(piece)-1], "|")
				b.WriteString(like(r, alternatives[r.Intn(len(alternatives))]))
				continue
			}
			re := regexp.MustCompile("^" + piece + "$")
			for {
				c := all[r.Intn(len(all))]
				if re.MatchString(string(c)) {
					b.WriteByte(c)
					break
				}
			}
		}
		pattern = pattern[len(piece)+size:]
	}
	return b.String()
}

// change takes away, adds or replaces one byte.
func change(r *rand.Rand, s string) string {
	const odd = "aZ09@. \n\t\v\x00é-_/+"
	i := r.Intn(len(s) + 1)
	c := odd[r.Intn(len(odd))]
	switch r.Intn(3) {
	case 0:
		return s[:i] + string([]byte{c}) + s[i:]
	case 1:
		return s[:i] + s[min(i+1, len(s)):]
	default:
		return s[:i] + string([]byte{c}) + s[min(i+1, len(s)):]
	}
}

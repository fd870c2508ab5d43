package hostname

import (
	"math/rand"
	"strings"
	"testing"

	"github.com/go-playground/validator/v10"
)

// What stands in the copy says of every text what validator itself says.
func TestAsValidator(t *testing.T) {
	v := validator.New()
	pieces := []string{"a", "Z", "b", "c", "d", "0", "9", "-", ".", ".", ".", ".", ".", "..", "xn--", "mail", "example", "_", " ", "é", "\n", "@", "[", "`", "{", "/", ":",
		strings.Repeat("a", 61), strings.Repeat("b", 62), strings.Repeat("0", 63)}
	texts := []string{"", ".", "a.", "a.b..", "a.-b", "a.b-", "a-.b", "1.2", "1.a2", "mail.example.org."}
	r := rand.New(rand.NewSource(1))
	for range 100_000 {
		var b strings.Builder
		for range 1 + r.Intn(7) {
			b.WriteString(pieces[r.Intn(len(pieces))])
		}
		texts = append(texts, b.String())
	}
	valid := map[string]int{}
	for _, s := range texts {
		for tag, matches := range map[string]func(string) bool{
			"hostname_rfc1123": hostnameRegexRFC1123().MatchString,
			"fqdn": func(s string) bool { // validator's limits, which stay
				return s != "" && len(strings.TrimSuffix(s, ".")) <= 253 && fqdnRegexRFC1123().MatchString(s)
			},
		} {
			want := v.Var(s, tag) == nil
			if got := matches(s); got != want {
				t.Fatalf("%s: %q is %v, and validator says %v", tag, s, got, want)
			}
			if want {
				valid[tag]++
			}
		}
	}
	if valid["fqdn"] < 500 || valid["hostname_rfc1123"] < 1000 {
		t.Errorf("too few texts are valid: %v", valid)
	}
}

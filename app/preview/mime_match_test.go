package preview

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"
)

// The expressions of encodeHeader(). PCRE's \s has the vertical tab, Go's has not.
const mimeAddress = `([^ \t\n\v\f\r<]+|("[^\r\n"]+"))@[^ \t\n\v\f\r"]+`

var (
	bracketedRE = regexp.MustCompile(`^<` + mimeAddress + `>$`)
	bareRE      = regexp.MustCompile(`^` + mimeAddress + `$`)
	lastRE      = regexp.MustCompile(`<*` + mimeAddress + `>*$`)
	quotedRE    = regexp.MustCompile(`"(?:[^"\\]|\\[^\n])*"`)
	foldRE      = regexp.MustCompile(`\r?\n[ \t\n\v\f\r]*`)
)

func TestMIMEMatches(t *testing.T) {
	pieces := []string{`"`, `"`, `"a b"`, `\`, `\"`, "@", "@", "<", "<", ">", ">", " ", "\t", "\n", "\r\n", "\r", "\v", "\f", "a", "b.example", "é", "\xff", "\x00", ","}
	texts := []string{"", "a@b", "<a@b>", `"a b"@c`, `A <a@b>`, `x"a b"@c`, `<<a@b>>`, `""@c`, `"@c`, `a"@c`, "a@b@c", "a@<b", "@@a", "<@a", `\"@c`, `"a` + "\n" + `b"@c`}
	r := rand.New(rand.NewSource(1))
	for range 200_000 {
		var b strings.Builder
		for range r.Intn(10) {
			b.WriteString(pieces[r.Intn(len(pieces))])
		}
		texts = append(texts, b.String())
	}
	found := 0
	for _, s := range texts {
		if got, want := isMIMEAddress(s), bracketedRE.MatchString(s) || bareRE.MatchString(s); got != want {
			t.Fatalf("isMIMEAddress(%q) is %v", s, got)
		}
		if got, want := lastMIMEAddress(s), lastRE.FindString(s); got != want {
			t.Fatalf("lastMIMEAddress(%q) is %q, not %q", s, got, want)
		} else if want != "" {
			found++
		}
		if got, want := quotedString(s), quotedRE.FindString(s); got != want {
			t.Fatalf("quotedString(%q) is %q, not %q", s, got, want)
		}
		if got, want := refold(s), foldRE.ReplaceAllLiteralString(s, mimeFold); got != want {
			t.Fatalf("refold(%q) is %q, not %q", s, got, want)
		}
	}
	if found < 5000 {
		t.Errorf("only %d texts end with an address", found)
	}
}

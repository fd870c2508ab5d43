// MediaWiki's own fixed texts in its other languages. The mailer's words are
// English everywhere; these few are translated. They are recognised by a
// checksum of their letters, which is all that fixed_table.go holds of them.

package trouble

import (
	"slices"
	"strings"
	"unicode"
)

// fixedMarker is how a translation of a fixed message shows in the text that
// patterns are matched with.
func fixedMarker(message string) string { return "\x02" + message + "\x02" }

// fixedMessages are the names of the messages that are recognised, in the
// order of fixedSums.
var fixedMessages = [...]string{
	"php-mail-error-unknown", "user-mail-no-addy", "user-mail-no-body", "emaildisabled",
	"passwordreset-emaildisabled", "usermaildisabledtext", "usermaildisabled", "noemailtext",
	"nowikiemailtext", "confirmemail_pending", "actionthrottledtext", "nosuchspecialpage",
}

// mostFixedLines bounds the lines that are compared.
const mostFixedLines = 200

// markFixed gives the markers of the fixed messages in cleaned text.
func markFixed(clean string) string {
	var marks strings.Builder
	lines := strings.Split(clean, "\n")
	lines = lines[max(0, len(lines)-mostFixedLines):]
	for i, l := range lines {
		if len(l) > 600 {
			continue
		}
		mark(&marks, l)
		// What a wrapper ends with, behind its colon.
		for rest, n := l, 0; n < 4; n++ {
			_, after, ok := strings.Cut(rest, ":")
			if !ok {
				break
			}
			mark(&marks, after)
			rest = after
		}
		if i+1 < len(lines) && len(lines[i+1]) < 600 {
			mark(&marks, l+lines[i+1]) // broken over two lines
		}
	}
	return marks.String()
}

func mark(b *strings.Builder, s string) {
	sum, ok := fixedSum(s)
	if !ok {
		return
	}
	for i, sums := range fixedSums {
		if _, found := slices.BinarySearch(sums, sum); found {
			b.WriteString(" " + fixedMarker(fixedMessages[i]))
		}
	}
}

// fixedSum is FNV-1a of the letters and digits of s in lower case. Too short a
// text has none.
func fixedSum(s string) (sum uint32, ok bool) {
	const offset, prime = 2166136261, 16777619
	sum = offset
	n := 0
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			continue
		}
		r = unicode.ToLower(r)
		for shift := 0; shift < 24; shift += 8 {
			sum = (sum ^ uint32(r>>shift)&0xFF) * prime
		}
		n++
	}
	return sum, n >= 6
}

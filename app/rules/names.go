// Names beside an address, as each release writes them and PEAR's parser
// reads them again.
//
// MediaWiki encodes a name with a byte of nonASCII or "=" as one encoded word
// (UserMailer::quotedPrintable) and writes it without quotes; what the
// encoding leaves as it is meets Mail_RFC822::parseAddressList, which splits
// and balances before it knows of encoded words. Up to 1.30 plain names stood
// without quotes too, unless they held "." or ",".

package rules

import (
	"strings"

	"wgsmtp/app/mediawiki"
)

// encoded tells whether MediaWiki writes the name as an encoded word.
func encoded(name string) bool {
	for i := range len(name) {
		c := name[i]
		if c >= 0x7f || c == '=' || c < ' ' && c != '\t' && c != '\n' && c != '\r' {
			return true
		}
	}
	return false
}

// unparsable tells whether Mail_RFC822 refuses the name without quotes around
// it. Comments in parentheses may hold all but quotes and angle brackets.
func unparsable(name string) bool {
	depth := 0
	for i := 0; i < len(name); i++ {
		switch name[i] {
		case '"', '<', '>':
			return true
		case '\\':
			if depth > 0 {
				i++
			}
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return true
			}
		case '[', ']', ';', '@':
			if depth == 0 {
				return true
			}
		}
	}
	return depth != 0
}

// The ways in which a name goes wrong.
const (
	nameRefused = "refused" // no mail goes out
	nameSplit   = "split"   // mail goes out with a broken From
	nameRaw     = "raw"     // receivers show the encoded form
)

// nameFault is what happens to a sender's name over SMTP; "" is nothing.
func nameFault(v *view, name string) string {
	if !v.pear() || name == "" {
		return ""
	}
	if !v.has(mediawiki.QuotedNames) {
		switch {
		case strings.ContainsAny(name, ".,"): // stands in quotes
			if strings.Contains(name, `"`) {
				return nameRefused
			}
			if encoded(name) {
				return nameRaw
			}
			return ""
		case unparsable(name):
			return nameRefused
		}
		return ""
	}
	if !encoded(name) {
		return "" // in quotes and escaped
	}
	switch {
	case unparsable(name), !v.has(mediawiki.EncodedFullStop) && strings.Contains(name, "."):
		return nameRefused
	case !v.has(mediawiki.EncodedComma) && strings.Contains(name, ","):
		return nameSplit
	}
	return ""
}

// Package hostname is what validator matches host names with, without package
// regexp. Slim puts this file into its copy of validator, in the place of the
// expressions with the same names.
package hostname

import "strings"

func hostnameRegexRFC1123() hostnames { return hostnames{} }

func fqdnRegexRFC1123() domainNames { return domainNames{} }

type (
	hostnames   struct{}
	domainNames struct{}
)

// MatchString tells whether s is labels with dots between them.
func (hostnames) MatchString(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) || label[len(label)-1] == '-' {
			return false
		}
	}
	return true
}

// MatchString tells whether s is two or more labels with dots between them,
// perhaps with one at the end, and the last label begins with a letter. Unlike
// in the names of hosts, a label may end with "-".
func (domainNames) MatchString(s string) bool {
	s = strings.TrimSuffix(s, ".")
	dot := strings.LastIndexByte(s, '.')
	if dot < 0 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label) {
			return false
		}
	}
	return s[dot+1] > '9'
}

// isLabel finds 1 to 63 letters, digits and "-", not "-" first.
func isLabel(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c != '-' || i == 0) {
			return false
		}
	}
	return s != "" && len(s) <= 63
}

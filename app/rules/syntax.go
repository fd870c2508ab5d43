// The form of single values. validator/v10 judges them; where its idea of a
// form is not the one that counts here, the difference is stated.

package rules

import (
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// validate is made at the first use: registering its built-in tags takes
// longer than a whole Check.
var validate = sync.OnceValue(makeValidator)

func makeValidator() *validator.Validate {
	v := validator.New()
	for tag, ok := range map[string]func(string) bool{
		"envname": isEnvName,
		"abspath": isAbsolute,
	} {
		// The only error is an empty tag or function.
		_ = v.RegisterValidation(tag, func(fl validator.FieldLevel) bool { return ok(fl.Field().String()) })
	}
	return v
}

// fits tells whether the value has the form. The length comes first in every
// tag: no expression runs over a pasted novel.
func fits(value any, tag string) bool { return validate().Var(value, tag) == nil }

const (
	// validator's "hostname" (RFC 952) refuses a leading digit, and its
	// "fqdn" a name without a dot; RFC 1123 section 2.1 allows both.
	tagHost   = "max=253,hostname_rfc1123|ip"
	tagDomain = "max=253,fqdn"
	tagURL    = "max=2048,http_url"
	tagPort   = "min=1,max=65535"
	tagEnv    = "max=255,envname"
	tagPath   = "max=4096,abspath" // validator's "filepath" asks the disk of this machine
	tagPEM    = tagPath
)

func checkPort(port int) string {
	if fits(port, tagPort) {
		return ""
	}
	return "not a TCP port"
}

// isHost takes what validator does not: an IPv6 address in brackets, as PHP
// wants it, and the underscore, which names of containers have.
func isHost(s string) bool {
	if len(s) > 253 {
		return false
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		return strings.Contains(s, ":") && fits(s[1:len(s)-1], "max=45,ipv6")
	}
	return fits(strings.ReplaceAll(s, "_", "x"), tagHost)
}

// isEnvName: POSIX.1-2017 section 8.1, with lower case letters, which PHP
// takes too.
func isEnvName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// isAbsolute: a path from the root, of Unix or of Windows.
func isAbsolute(s string) bool {
	if strings.ContainsAny(s, "\x00\r\n") {
		return false
	}
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, `\\`) ||
		len(s) > 3 && s[1] == ':' && (s[2] == '\\' || s[2] == '/')
}

// address says what is wrong with a sender's address, in words that complete
// "It ..."; "" where PEAR's parser and SMTP take it.
//
// validator's "email" is no help: it takes ä in both parts and refuses
// wiki@localhost, and PEAR's Mail_RFC822 does the opposite.
func address(s string) string {
	if s == "" {
		return ""
	}
	if len(s) > 320 { // 64, @ and 255
		return "is longer than an address can be"
	}
	local, domain, ok := strings.Cut(s, "@")
	switch {
	case strings.ContainsAny(s, "\r\n\x00"):
		return "holds a line break"
	case !ok:
		return "has no @"
	case strings.ContainsAny(s, " \t"):
		return "holds white space"
	case strings.Contains(domain, "@"):
		return "has more than one @"
	case local == "":
		return "has nothing before the @"
	case domain == "":
		return "has nothing after the @"
	case !ascii(s):
		return "" // a rule of its own
	case strings.ContainsAny(s, `"`):
		return "" // a rule of its own
	case strings.ContainsAny(local, `()<>,;:\[]`):
		return "holds a character that an address cannot have"
	case strings.HasPrefix(local, ".") || strings.HasSuffix(local, ".") || strings.Contains(local, ".."):
		return "has a full stop too many before the @"
	case strings.HasSuffix(domain, "."):
		return "ends with a full stop"
	case strings.HasPrefix(domain, ".") || strings.Contains(domain, ".."):
		return "has a full stop too many after the @"
	case len(local) > 64:
		return "has more than 64 characters before the @"
	case strings.HasPrefix(domain, "["):
		return "has an address literal in place of a domain"
	case !isHost(domain):
		return "has no valid domain after the @"
	}
	return ""
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

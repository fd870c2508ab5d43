// Passwords in a pasted text, and how they are kept from the screen: each is
// shown as a run of dots of a length of its own, so that what somebody types
// around the dots can be read back.

package ui

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"wgsmtp/app/check"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
)

// masks are the secrets of a text, the longest first. The one at index i is
// shown as leastDots+i dots.
type masks []string

const (
	dot       = '•'
	leastDots = 8
	mostMasks = 200
)

// masksOf finds what looks like a secret: by the names in the text as it
// stands, since broken text has secrets too, and by the values that $wgSMTP
// and its like have in the end. r may be nil.
func masksOf(text string, r *check.Report) masks {
	var out masks
	one := func(secret string) {
		if len(secret) >= 3 && !strings.ContainsAny(secret, "\n\r") && !strings.ContainsRune(secret, dot) && !slices.Contains(out, secret) && len(out) < mostMasks {
			out = append(out, secret)
		}
	}
	add := func(secret string) {
		one(secret)
		one(strings.Trim(php.Quote(secret), `'"`)) // as a block has it
	}
	namedSecrets(text, add)
	if r != nil {
		add(string(r.Config.Secret))
		if !strings.Contains(r.Config.PasswordSender, "@") {
			add(r.Config.PasswordSender) // a password in the sender's place
		}
		if k := r.Kept; k != nil {
			known := func(v php.Value) {
				if v.Kind == php.String {
					add(v.Str)
				}
			}
			for _, e := range k.SMTP {
				localsettings.SecretValues(e.Key.Value().ToString(), e.Value, known)
			}
			for _, v := range k.Vars {
				localsettings.SecretValues(v.Name, v.Value, known)
			}
		}
	}
	for i := range out { // the longest first: one may be a part of another
		for j := i; j > 0 && len(out[j]) > len(out[j-1]); j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}

const quotes = `'"‘’“”„`

// namedSecrets reads 'password' => '...', $password = "...", define( 'X_KEY',
// '...' ) and getenv( "..." ) with something that is no name of a variable.
func namedSecrets(text string, add func(string)) {
	for i := 0; i < len(text); {
		if !isWordByte(text[i]) {
			i++
			continue
		}
		start := i
		for i < len(text) && isWordByte(text[i]) {
			i++
		}
		name := text[start:i]
		rest := text[i:min(len(text), i+400)]
		switch {
		case strings.EqualFold(name, "getenv"):
			if v, ok := quoted(strings.TrimLeft(rest, "( \t")); ok && !isEnvName(v) {
				add(v)
			}
		case localsettings.IsSecretName(name):
			rest = strings.TrimLeft(rest, " \t]"+quotes)
			between := "=>:"
			if strings.HasSuffix(strings.ToLower(strings.TrimRight(text[max(0, start-16):start], " \t'\"")), "define(") {
				between = ","
			}
			after := strings.TrimLeft(rest, between)
			if len(after) == len(rest) {
				continue
			}
			if v, ok := quoted(strings.TrimLeft(after, " \t")); ok {
				add(v)
				add(strings.NewReplacer(`\'`, `'`, `\"`, `"`, `\\`, `\`).Replace(v))
			}
		}
	}
}

func isWordByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// isEnvName tells the names that people give variables of the environment.
func isEnvName(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// quoted is the text between quotation marks at the beginning of s.
func quoted(s string) (string, bool) {
	open, n := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune(quotes, open) {
		return "", false
	}
	straight := open == '\'' || open == '"'
	for i := n; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\n':
			return "", false
		case r == '\\' && straight:
			i++
		case straight && r == open, !straight && r != '\'' && strings.ContainsRune(quotes, r):
			return s[n:i], true
		}
		i += size
	}
	return "", false
}

// hide is text with dots in the place of the secrets.
func (m masks) hide(text string) string {
	for i, secret := range m {
		text = replaceWord(text, secret, strings.Repeat(string(dot), leastDots+i))
	}
	return text
}

// show is what hide was given.
func (m masks) show(text string) string {
	if len(m) == 0 || !strings.ContainsRune(text, dot) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		run := 0
		for strings.HasPrefix(text[i+run*len(string(dot)):], string(dot)) {
			run++
		}
		switch {
		case run == 0:
			_, n := utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+n])
			i += n
			continue
		case run >= leastDots && run-leastDots < len(m):
			b.WriteString(m[run-leastDots])
		default:
			b.WriteString(text[i : i+run*len(string(dot))])
		}
		i += run * len(string(dot))
	}
	return b.String()
}

// replaceWord replaces where no letter or digit stands next to it, so that a
// short password does not take pieces out of other words.
func replaceWord(text, old, with string) string {
	var b strings.Builder
	from := 0
	for {
		at := strings.Index(text[from:], old)
		if at < 0 {
			break
		}
		at += from
		end := at + len(old)
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		after, _ := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[from:at])
		if at > 0 && isLetter(before) && isLetter(firstRune(old)) || end < len(text) && isLetter(after) && isLetter(lastRune(old)) {
			b.WriteString(old)
		} else {
			b.WriteString(with)
		}
		from = end
	}
	if from == 0 {
		return text
	}
	b.WriteString(text[from:])
	return b.String()
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

func firstRune(s string) rune { r, _ := utf8.DecodeRuneInString(s); return r }
func lastRune(s string) rune  { r, _ := utf8.DecodeLastRuneInString(s); return r }

package steps

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// shellQuote makes one word of a shell command that means exactly s, and that
// shows nothing but printable characters when it is pasted into a terminal.
// Control characters make it bash's $'...'. NUL, which no argument can hold,
// is dropped.
func shellQuote(s string) string {
	s = strings.ReplaceAll(s, "\x00", "")
	if s != "" && strings.Trim(s, shellSafe) == "" {
		return s
	}
	if utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\'' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == utf8.RuneError && n == 1, !unicode.IsPrint(r):
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, `\%03o`, c) // octal ends after three digits, \x would go on
			}
		default:
			b.WriteRune(r)
		}
		i += n
	}
	b.WriteByte('\'')
	return b.String()
}

// shellSafe are the characters that no shell treats specially anywhere in a
// word.
const shellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@+,"

// shellPath is shellQuote for a file name: one that begins with a hyphen is
// not taken for an option.
func shellPath(s string) string {
	if strings.HasPrefix(s, "-") {
		s = "./" + s
	}
	return shellQuote(s)
}

// isShellName tells whether a shell can set a variable of that name (POSIX
// XBD 3.235).
func isShellName(s string) bool {
	for i, r := range s {
		switch {
		case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
		case i > 0 && '0' <= r && r <= '9':
		default:
			return false
		}
	}
	return s != ""
}

// isHost tells whether s can be handed to programs as the name or address of a
// host: no option, no URL, nothing a name cannot have.
func isHost(s string) bool {
	if s == "" || s[0] == '-' || s[0] == '.' {
		return false
	}
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:[]", r) {
			return false
		}
	}
	return true
}

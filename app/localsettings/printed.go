// What PHP prints of $wgSMTP: people look at it with print_r() or var_export(),
// and paste that.

package localsettings

import (
	"strings"

	"wgsmtp/app/php"
)

// printed gives the edits for an array of mail settings as it was printed, and
// what is said of them.
func printed(s string) ([]edit, string) {
	if e := nameless(s); e != nil {
		return e, "an array of mail settings by itself: read as $wgSMTP"
	}
	if e := printedPlain(s); e != nil {
		return e, "what print_r() printed was read as $wgSMTP: where it has 1 or nothing, there may be true or false"
	}
	return nil, ""
}

// nameless gives the edit for an array of mail settings that is assigned to
// nothing, as var_export() prints it.
func nameless(s string) []edit {
	i := len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	t, ok := strings.CutPrefix(s[i:], "array")
	if ok {
		t, ok = strings.CutPrefix(strings.TrimLeft(t, " \t"), "(")
	} else {
		t, ok = strings.CutPrefix(s[i:], "[")
	}
	if !ok || beheaded(t) == nil {
		return nil
	}
	return []edit{{i, 0, "$wgSMTP = "}}
}

// printedPlain gives the edits for what print_r() prints:
//
//	Array
//	(
//	    [host] => mail.example.org
//	)
func printedPlain(s string) []edit {
	var out []edit
	known, depth := false, 0
	for off := 0; off < len(s); {
		end := off + strings.IndexByte(s[off:]+"\n", '\n')
		line := strings.TrimSpace(s[off:end])
		at := off + strings.Index(s[off:end], line)
		off = end + 1
		put := func(text string) { out = append(out, edit{at, len(line), text}) }
		key, value, arrow := strings.Cut(line, " =>")
		key, closed := strings.CutSuffix(key, "]")
		switch {
		case line == "":
		case line == "Array" && len(out) == 0:
			put("$wgSMTP = array")
		case len(out) == 0:
			return nil
		case line == "(":
			depth++
		case line == ")" && depth > 1:
			put("),")
			depth--
		case line == ")" && depth == 1:
			if strings.TrimSpace(s[min(off, len(s)):]) != "" || !known {
				return nil
			}
			put(");")
		case arrow && closed && strings.HasPrefix(key, "[") && depth > 0:
			key = key[1:]
			known = known || smtpWords[key]
			value = strings.TrimPrefix(value, " ")
			text := php.Quote(key) + " => "
			switch n := php.StringKey(value); {
			case value == "Array":
				text += "array"
			case isSwitchKey(key) && (value == "1" || value == ""):
				text += php.Printer{}.Source(php.B(value == "1")) + ","
			case n.IsInt && !IsSecretName(key):
				text += value + ","
			default:
				text += php.Quote(value) + ","
			}
			put(text)
		default:
			return nil
		}
	}
	return out
}

// isSwitchKey tells the keys in $wgSMTP that are true or false.
func isSwitchKey(key string) bool {
	switch key {
	case "auth", "starttls", "debug", "persist", "pipelining", "verp", "verify_peer", "verify_peer_name", "allow_self_signed":
		return true
	}
	return false
}

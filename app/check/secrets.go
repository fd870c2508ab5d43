// Passwords and keys: what counts as one, and how they are kept out of every
// text that leaves this package.

package check

import (
	"math"
	"slices"
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
)

const stars = "***"

// secretsOf are the texts that must not be shown.
func secretsOf(s *localsettings.Settings) []string {
	var out []string
	add := func(text string) {
		if text != "" {
			out = append(out, text)
		}
	}
	var walk func(name string, v php.Value, secret bool)
	walk = func(name string, v php.Value, secret bool) {
		secret = secret || localsettings.IsSecretName(name)
		switch v.Kind {
		case php.Array:
			for _, e := range v.Array {
				walk(e.Key.Value().ToString(), e.Value, secret)
			}
		case php.Symbolic:
			if secret {
				for _, text := range literalsOf(v.Str) {
					add(text)
				}
			}
		default:
			if secret {
				add(v.ToString())
			}
		}
	}
	for _, v := range s.All() {
		walk(v.Name, v.Value, false)
		// A password in the sender's place.
		if v.Name == "wgPasswordSender" && v.Value.Kind == php.String && !strings.Contains(v.Value.Str, "@") {
			add(v.Value.Str)
		}
	}
	return out
}

// literalsOf are the pieces of an expression that may be secrets: strings and
// words, but not the names of environment variables, not paths. Where a
// variable stands among text, its name may be a piece of a password in double
// quotes: then it is all of the expression.
func literalsOf(src string) []string {
	var out []string
	add := func(text string) {
		if !isEnvironmentName(text) && !strings.HasPrefix(text, "/") && strings.TrimSpace(text) != "" {
			out = append(out, text)
		}
	}
	for _, text := range php.Strings(src) {
		add(text)
	}
	x, err := php.ParseExpr(src)
	if err != nil {
		return append(out, src)
	}
	mixed := false
	php.Any(x, func(x php.Expr) bool {
		switch x := x.(type) {
		case *php.Const:
			switch strings.ToLower(x.Name) {
			case "true", "false", "null":
			default:
				add(x.Name)
			}
		case *php.Concat:
			mixed = mixed || php.Any(x, func(y php.Expr) bool { _, ok := y.(*php.Variable); return ok })
		}
		return false
	})
	if mixed {
		out = append(out, src)
	}
	return out
}

// isEnvironmentName tells the names that people give: capitals, digits and
// underscores.
func isEnvironmentName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == "" && strings.ContainsAny(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") &&
		(strings.Contains(s, "_") || len(s) < 16 && !strings.ContainsAny(s, "0123456789"))
}

// redactor replaces secrets, the longest first. Very short ones would hide
// ordinary letters, and are no secrets.
func redactor(secrets []string) *strings.Replacer {
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) })
	secrets = slices.Compact(secrets)
	var pairs []string
	for _, s := range secrets {
		if len(s) < 3 {
			continue
		}
		pairs = append(pairs, s, stars)
		if q := php.Quote(s); q != "'"+s+"'" {
			pairs = append(pairs, strings.Trim(q, `'"`), stars)
		}
	}
	return strings.NewReplacer(pairs...)
}

// shown is what the report shows of the settings.
func shown(s *localsettings.Settings, hide *strings.Replacer) map[string]any {
	out := map[string]any{}
	for _, v := range s.All() {
		if strings.HasPrefix(v.Name, "wg") || v.Name == localsettings.Extensions {
			out[v.Name] = value(v.Name, v.Value, hide)
		}
	}
	return out
}

func value(name string, v php.Value, hide *strings.Replacer) any {
	if localsettings.IsSecretName(name) && v.Kind != php.Symbolic && v.Kind != php.Array && v.Kind != php.Null && v.ToString() != "" {
		return stars
	}
	switch v.Kind {
	case php.Bool:
		return v.Bool
	case php.Int:
		return v.Int
	case php.Float:
		if math.IsNaN(v.Float) || math.IsInf(v.Float, 0) {
			return v.ToString()
		}
		return v.Float
	case php.String:
		return hide.Replace(v.Str)
	case php.Symbolic:
		return Symbolic{hide.Replace(v.Str)}
	case php.Array:
		list := make([]any, 0, len(v.Array))
		keyed := map[string]any{}
		isList := true
		for i, e := range v.Array {
			key := e.Key.Value().ToString()
			in := value(key, e.Value, hide)
			if localsettings.IsSecretName(name) && e.Value.Kind != php.Array {
				in = stars
			}
			list = append(list, in)
			keyed[hide.Replace(key)] = in
			isList = isList && e.Key.IsInt && e.Key.Int == int64(i)
		}
		if isList {
			return list
		}
		return keyed
	}
	return nil
}

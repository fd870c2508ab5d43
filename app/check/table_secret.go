// Passwords: where they leak, and where PHP makes something else of them.

package check

import (
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
)

// secretKeys visits the elements of $wgSMTP that hold a secret.
func (f *facts) secretKeys(each func(key string, v php.Value)) {
	smtp, _ := f.smtp()
	for _, e := range smtp.Array {
		if key := e.Key.Value().ToString(); localsettings.IsSecretName(key) && f.looks("wgSMTP", key) {
			each(key, e.Value)
		}
	}
}

// asTyped is what stands between the double quotes of a text, where nobody can
// have meant anything else: no quotes or backslashes by themselves, no variables.
func asTyped(x php.Expr) (string, bool) {
	l, ok := x.(*php.Literal)
	if !ok {
		return "", false
	}
	src := l.Source()
	if len(src) < 2 || src[0] != '"' || strings.ContainsAny(src, "$\n") || strings.Contains(src, `\\`) || strings.Contains(src, `\"`) {
		return "", false
	}
	return src[1 : len(src)-1], true
}

var secretRules = []Rule{
	{
		ID: "secret-in-sender", Severity: rules.Error,
		Message: "$wgPasswordSender is the address that mail comes from, and what stands there is no address; if it is a password, it will be shown to everyone who gets mail.",
		Why:     "The name means \"sender of password mail\"; the password of the mail account belongs into $wgSMTP['password'].",
		Fix:     "Put the sender's address there, and change the password if it was one",
		Source:  "https://www.mediawiki.org/wiki/Manual:$wgPasswordSender",
		instead: []string{"sender-syntax", "sender-space", "sender-with-name", "sender-quotes", "sender-non-ascii", "sender-local-domain"},
		find: func(f *facts, at func(hit)) {
			if v, ok := f.Get("wgPasswordSender"); ok && v.Kind == php.String && v.Str != "" && !strings.Contains(v.Str, "@") && !isPlaceholder(v.Str) {
				at(hit{pos: f.at("wgPasswordSender")})
			}
		},
	},
	{
		ID: "secret-as-variable-name", Severity: rules.Error,
		Message: "MediaWiki will log in with no password: what stands in getenv() is meant to be the name of a variable, and looks like the password itself.",
		Why:     "getenv( 'NAME' ) reads the variable NAME, which must be set for PHP; names have capital letters, digits and underscores by custom.",
		Fix:     "Set the variable MEDIAWIKI_SMTP_PASSWORD for PHP, and write getenv( 'MEDIAWIKI_SMTP_PASSWORD' )",
		Source:  srcGetenv + "; POSIX.1-2017, Base Definitions, section 8.1",
		instead: []string{"secret-env-syntax"},
		find: func(f *facts, at func(hit)) {
			f.secretKeys(func(key string, v php.Value) {
				if v.Kind != php.Symbolic {
					return
				}
				if name, ok := environmentOf(v.Str); ok && !isEnvironmentName(strings.ToUpper(name)) {
					at(hit{pos: f.at("wgSMTP", key)})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.secretKeys(func(key string, v php.Value) {
				if name, ok := environmentOf(v.Str); ok && v.Kind == php.Symbolic && !isEnvironmentName(strings.ToUpper(name)) {
					set(s, key, php.Sym("getenv( 'MEDIAWIKI_SMTP_PASSWORD' )"))
				}
			})
		},
	},
	{
		ID: "secret-dollar", Severity: rules.Error,
		Message: "The password is not the one that was typed: in double quotes PHP puts a variable in the place of a $ and the letters after it.",
		Why:     "Nothing sets that variable, so nothing stands in its place, and the server refuses the login with 535.",
		Fix:     "Write the password in single quotes",
		Source:  "https://www.php.net/manual/en/language.types.string.php",
		find: func(f *facts, at func(hit)) {
			f.secretKeys(func(key string, v php.Value) {
				p, ok := f.place("wgSMTP", key)
				if !ok || v.Kind == php.Symbolic {
					return
				}
				c, ok := p.Expr.(*php.Concat)
				if !ok || !strings.HasPrefix(c.Source(), `"`) {
					return
				}
				for _, part := range c.Parts {
					x, ok := part.(*php.Variable)
					if !ok {
						continue
					}
					if set, known := f.Get(x.Name); !known || set.Kind == php.Null {
						at(hit{pos: p.Pos, person: strings.ContainsAny(c.Source(), `\{`)})
						return
					}
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.secretKeys(func(key string, v php.Value) {
				p, _ := f.place("wgSMTP", key)
				c, ok := p.Expr.(*php.Concat)
				if !ok || v.Kind == php.Symbolic || !strings.HasPrefix(c.Source(), `"`) {
					return
				}
				// As it was typed: the text between the quotes, where it holds
				// nothing but letters and simple variables.
				src := c.Source()
				if !strings.ContainsAny(src, `\{`) && len(src) > 1 {
					set(s, key, php.S(src[1:len(src)-1]))
				}
			})
		},
	},
	{
		ID: "secret-escape", Severity: rules.Warning,
		Message: "The password holds {detail}, which is hardly what was typed.",
		Why:     "In double quotes PHP reads a backslash and a letter as one character that cannot be seen.",
		Fix:     "Write the password in single quotes",
		Source:  "https://www.php.net/manual/en/language.types.string.php",
		find: func(f *facts, at func(hit)) {
			f.secretKeys(func(key string, v php.Value) {
				if v.Kind != php.String {
					return
				}
				if i := strings.IndexFunc(v.Str, func(r rune) bool { return r < ' ' || r == 0x7F }); i >= 0 {
					what := "a control character"
					switch v.Str[i] {
					case '\n', '\r':
						what = "a line break"
					case '\t':
						what = "a tabulator"
					}
					p, _ := f.place("wgSMTP", key)
					_, typed := asTyped(p.Expr)
					at(hit{pos: f.at("wgSMTP", key), detail: what, person: !typed})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.secretKeys(func(key string, v php.Value) {
				if p, _ := f.place("wgSMTP", key); v.Kind == php.String && strings.ContainsFunc(v.Str, func(r rune) bool { return r < ' ' || r == 0x7F }) {
					if typed, ok := asTyped(p.Expr); ok {
						set(s, key, php.S(typed))
					}
				}
			})
		},
	},
	{
		ID: "secret-in-comment", Severity: rules.Warning,
		Message: "A password stands in a comment, where it is easily forgotten and shared.",
		Why:     "Whoever can read the file, its backups or its history can read comments, too.",
		Fix:     "Take the line out; if it is a password in use, change it",
		Source:  "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		find: func(f *facts, at func(hit)) {
			line := 0
			for l := range strings.Lines(f.file.Source) {
				line++
				t := strings.TrimLeft(l, " \t")
				if !strings.HasPrefix(t, "#") && !strings.HasPrefix(t, "//") {
					continue
				}
				key, value, ok := strings.Cut(strings.TrimLeft(t, "#/ \t"), "=")
				if !ok || !localsettings.IsSecretName(strings.Trim(key, `'"[]$ `+"\t")) && !strings.Contains(key, "['password']") {
					continue
				}
				value = strings.Trim(value, "> \t\r\n,;")
				if end := strings.IndexByte(value, '#'); end > 0 {
					value = strings.TrimRight(value[:end], " \t,;")
				}
				if len(value) < 3 || value[0] != '\'' && value[0] != '"' || isExample(strings.Trim(value, `'"`)) {
					continue
				}
				at(hit{pos: php.Pos{Line: line, Col: len([]rune(l[:len(l)-len(t)])) + 1}})
			}
		},
		lines: true,
	},
	{
		ID: "secret-shared", Severity: rules.Warning,
		Message: "The text holds {detail}: take it out before you show the text to anybody.",
		Why:     "What is pasted into a forum, a ticket or a repository stays readable there.",
		Fix:     "Replace it by *** where you share it; change it where you have shared it",
		Source:  "https://www.mediawiki.org/wiki/Manual:Security",
		find: func(f *facts, at func(hit)) {
			for _, v := range f.All() {
				if localsettings.IsSecretName(v.Name) && v.Value.Kind == php.String && v.Value.Str != "" && !isExample(v.Value.Str) {
					at(hit{pos: v.Pos, detail: "a secret in $" + v.Name})
				}
			}
			f.secretKeys(func(key string, v php.Value) {
				if v.Kind == php.String && v.Str != "" && !isExample(v.Str) && !isPlaceholder(v.Str) {
					at(hit{pos: f.at("wgSMTP", key), detail: "the password of the mail account"})
				}
			})
		},
	},
	{
		ID: "secret-elsewhere", Severity: rules.Error,
		Message: "The password of the mail account stands in {detail}, too, where everybody can see it.",
		Why:     "That setting is shown in the wiki's pages or its mail.",
		Fix:     "Put something else there, and change the password",
		Source:  "https://www.mediawiki.org/wiki/Manual:Security",
		find: func(f *facts, at func(hit)) {
			smtp, _ := f.smtp()
			pass, _ := smtp.Get("password")
			const shortest = 6 // shorter ones may be there by chance
			if pass.Kind != php.String || len(pass.Str) < shortest || isExample(pass.Str) {
				return
			}
			for _, name := range []string{"wgSitename", "wgEmergencyContact", "wgNoReplyAddress", "wgPasswordSender", "wgServer", "wgPasswordSenderName"} {
				if v, ok := f.Get(name); ok && v.Kind == php.String && strings.Contains(v.Str, pass.Str) {
					at(hit{pos: f.at(name), detail: "$" + name})
				}
			}
			for _, key := range []string{"IDHost", "localhost", "host"} {
				if v, ok := smtp.Get(key); ok && v.Kind == php.String && strings.Contains(v.Str, pass.Str) {
					at(hit{pos: f.at("wgSMTP", key), detail: shownPath([]string{"wgSMTP", key})})
				}
			}
		},
	},
}

// isExample tells the passwords of manuals.
func isExample(s string) bool {
	switch strings.ToLower(strings.Trim(s, "<>*")) {
	case "", "my_password", "mypassword", "password", "your_password", "yourpassword", "your-password", "secret", "xxx", "xxxx", "xxxxx", "xxxxxx", "xxxxxxxx", "changeme", "emailpasswordforwebmaster", "your password", "...":
		return true
	}
	return false
}

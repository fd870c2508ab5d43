// Values of the wrong type.

package check

import (
	"strings"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
	"wgsmtp/app/rules"
)

// boolean is the value that a string was meant to be.
func boolean(s string) (value, ok bool) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "true", "yes", "on":
		return true, true
	case "false", "no", "off", "none", "null":
		return false, true
	}
	return false, false
}

// switches are settings and keys that take true or false, with their paths.
func (f *facts) switches(visit func(path []string, v php.Value)) {
	each := func(path []string, v php.Value) {
		if f.looks(path...) {
			visit(path, v)
		}
	}
	for _, v := range f.All() {
		if localsettings.IsSwitch(v.Name) {
			each([]string{v.Name}, v.Value)
		}
	}
	smtp, ok := f.smtp()
	if !ok {
		return
	}
	for _, key := range []string{"auth", "starttls", "debug", "persist", "pipelining"} {
		if v, ok := smtp.Get(key); ok {
			each([]string{"wgSMTP", key}, v)
		}
	}
	o, _ := smtp.Get("socket_options")
	ssl, _ := o.Get("ssl")
	for _, key := range []string{"verify_peer", "verify_peer_name", "allow_self_signed"} {
		if v, ok := ssl.Get(key); ok {
			each([]string{"wgSMTP", "socket_options", "ssl", key}, v)
		}
	}
}

// asBoolean makes true or false of text: of "true", "1", "on" and "yes", and of
// all other.
func asBoolean(src string) string { return "filter_var( " + src + ", FILTER_VALIDATE_BOOLEAN )" }

// shownPath is $wgSMTP['auth'].
func shownPath(path []string) string {
	out := "$" + path[0]
	for _, key := range path[1:] {
		out += "[" + php.Quote(key) + "]"
	}
	return out
}

// change sets a value by its path.
func change(s *localsettings.Settings, path []string, v php.Value) {
	if len(path) == 1 {
		s.SetPos(path[0], v, s.Pos(path[0]))
		return
	}
	root, _ := s.Get(path[0])
	s.SetPos(path[0], changed(root, path[1:], v), s.Pos(path[0]))
}

func changed(in php.Value, path []string, v php.Value) php.Value {
	if len(path) == 0 {
		return v
	}
	a := make([]php.Entry, len(in.Array))
	copy(a, in.Array)
	for i := range a {
		if a[i].Key == php.StringKey(path[0]) {
			a[i].Value = changed(a[i].Value, path[1:], v)
		}
	}
	in.Array = a
	return in
}

var valueRules = []Rule{
	{
		ID: "string-for-boolean", Severity: rules.Error,
		Message: "{detail}",
		Why:     "To PHP every text but \"\" and \"0\" is true, and where $wgSMTP['auth'] is a text it is the name of a mechanism.",
		Source:  srcBoolean + "; " + srcManual,
		instead: []string{"auth-unknown"},
		find: func(f *facts, at func(hit)) {
			f.switches(func(path []string, v php.Value) {
				if v.Kind != php.String {
					return
				}
				b, ok := boolean(v.Str)
				if !ok {
					return
				}
				name := shownPath(path)
				text := name + " is the text \"" + v.Str + "\", which PHP takes as true."
				if path[len(path)-1] == "auth" {
					text = "MediaWiki will try to log in with a mechanism named " + strings.ToUpper(v.Str) + ", which there is not, and send nothing."
				} else if b {
					text = name + " is the text \"" + v.Str + "\"; it works as true, but \"false\" would do so, too."
				}
				at(hit{pos: f.at(path...), detail: text, fix: "Write " + php.Printer{}.Source(php.B(b)) + " without quotes"})
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.switches(func(path []string, v php.Value) {
				if b, ok := boolean(v.Str); ok && v.Kind == php.String {
					change(s, path, php.B(b))
				}
			})
		},
	},
	{
		ID: "environment-for-boolean", Severity: rules.Warning,
		Message: "{detail} comes from the environment, which gives text: \"false\" there is true to PHP.",
		Why:     "getenv() gives a string, or false where the variable is not set; no string but \"\" and \"0\" is false.",
		Source:  srcGetenv + "; " + srcBoolean,
		find: func(f *facts, at func(hit)) {
			f.switches(func(path []string, v php.Value) {
				if v.Kind == php.Symbolic && givesText(v.Str) {
					at(hit{pos: f.at(path...), detail: shownPath(path), fix: "Write " + asBoolean(v.Str)})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.switches(func(path []string, v php.Value) {
				if v.Kind == php.Symbolic && givesText(v.Str) {
					change(s, path, php.Sym(asBoolean(v.Str)))
				}
			})
		},
	},
	{
		ID: "port-type", Severity: rules.Error,
		Message: "MediaWiki will stop with a TypeError, for the port is {detail}.",
		Why:     "PHP adds to the port, and only a number, or a text that begins with one, can be added to.",
		Source:  srcRead + "; pear/Net_Socket connect()",
		instead: []string{"port-range"},
		find: func(f *facts, at func(hit)) {
			smtp, _ := f.smtp()
			v, ok := smtp.Get("port")
			switch {
			case !ok:
			case v.Kind == php.String && v.ToInt() == 0 && !v.IsNumeric():
				what := "a text that is no number"
				if v.Str == "" {
					what = "an empty text"
				}
				at(hit{pos: f.at("wgSMTP", "port"), detail: what, fix: "Give the port as a number: 'port' => 587"})
			case v.Kind == php.Array:
				at(hit{pos: f.at("wgSMTP", "port"), detail: "an array", fix: "Give the port as a number: 'port' => 587"})
			}
		},
		mend: func(f *facts, s *localsettings.Settings) {
			smtp, _ := s.Get("wgSMTP")
			port := int64(587)
			if host, _ := smtp.Get("host"); strings.HasPrefix(strings.ToLower(host.Str), "ssl://") {
				port = 465
			}
			set(s, "port", php.I(port))
		},
	},
	{
		ID: "port-suffix", Severity: rules.Warning,
		Message: "MediaWiki takes the port as {detail} and ignores what follows; PHP 8 warns each time.",
		Why:     "The number at the beginning counts; encryption is chosen by ssl:// before the host, not here.",
		Fix:     "Write 'port' => {detail}",
		Source:  srcRead,
		find: func(f *facts, at func(hit)) {
			if n, ok := f.suffixedPort(); ok {
				at(hit{pos: f.at("wgSMTP", "port"), detail: n.ToString()})
			}
		},
		mend: func(f *facts, s *localsettings.Settings) {
			if n, ok := f.suffixedPort(); ok {
				set(s, "port", n)
			}
		},
	},
	{
		ID: "smtp-no-array", Severity: rules.Error,
		Message: "MediaWiki uses PHP's mail() and no server, for $wgSMTP is {detail} and no array.",
		Why:     "UserMailer looks whether $wgSMTP is an array, and at nothing else of it.",
		Fix:     "Write $wgSMTP = [ 'host' => ..., 'port' => ... ];",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			v, ok := f.Get("wgSMTP")
			if ok && v.Truthy() && v.Kind != php.Array && v.Kind != php.Symbolic {
				at(hit{pos: f.at("wgSMTP"), detail: article(v)})
			}
		},
		asked: true,
		mend: func(f *facts, s *localsettings.Settings) {
			// A text is the server's name; else there is only where to write it.
			v, _ := s.Get("wgSMTP")
			smtp := php.A(php.E("host", php.S("")))
			if v.Kind == php.String && !strings.ContainsAny(v.Str, " \t\r\n") {
				smtp = php.A(php.E("host", v))
			}
			s.SetPos("wgSMTP", smtp, s.Pos("wgSMTP"))
		},
	},
	{
		ID: "tls-scheme", Severity: rules.Hint,
		Message: "tls:// means TLS from the first byte, as ssl:// does; it is not STARTTLS.",
		Why:     "PHP knows both for the same; ssl:// is the form that MediaWiki's manual uses.",
		Fix:     "Write ssl:// for port 465, and nothing before the host for port 587",
		Source:  "https://www.php.net/manual/en/transports.inet.php",
		find: func(f *facts, at func(hit)) {
			smtp, _ := f.smtp()
			if v, _ := smtp.Get("host"); v.Kind == php.String && strings.HasPrefix(strings.ToLower(v.Str), "tls://") {
				at(hit{pos: f.at("wgSMTP", "host")})
			}
		},
		asked: true,
		mend: func(f *facts, s *localsettings.Settings) {
			smtp, _ := s.Get("wgSMTP")
			host, _ := smtp.Get("host")
			_, name, _ := strings.Cut(host.Str, "://")
			if port, _ := smtp.Get("port"); port.ToInt() == 465 {
				name = "ssl://" + name
			}
			set(s, "host", php.S(name))
		},
	},
	{
		ID: "environment-coalesce", Severity: rules.Error,
		Message: "{detail} never takes its second value: getenv() gives false where the variable is not set, and ?? looks for null.",
		Why:     "?? keeps everything but null; ?: keeps what is not false and not empty.",
		Fix:     "Write ?: in the place of ??",
		Source:  srcGetenv + "; https://www.php.net/manual/en/language.operators.comparison.php",
		find: func(f *facts, at func(hit)) {
			f.symbolic(func(path []string, v php.Value) {
				if coalesces(v.Str) {
					at(hit{pos: f.at(path...), detail: shownPath(path)})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.symbolic(func(path []string, v php.Value) {
				if coalesces(v.Str) {
					change(s, path, php.Sym(elvis(v.Str)))
				}
			})
		},
	},
	{
		ID: "secret-untrimmed", Severity: rules.Error,
		Message: "The login fails with 535 if the file ends with a line break, which editors and echo put there.",
		Why:     "file_get_contents() gives the whole file, and the server compares every byte.",
		Fix:     "Write trim( file_get_contents( ... ) )",
		Source:  "https://www.php.net/manual/en/function.file-get-contents.php",
		find: func(f *facts, at func(hit)) {
			f.symbolic(func(path []string, v php.Value) {
				if untrimmed(v.Str) {
					at(hit{pos: f.at(path...)})
				}
			})
		},
		mend: func(f *facts, s *localsettings.Settings) {
			f.symbolic(func(path []string, v php.Value) {
				if untrimmed(v.Str) {
					change(s, path, php.Sym("trim( "+v.Str+" )"))
				}
			})
		},
	},
	{
		ID: "placeholder", Severity: rules.Warning,
		Message: "MediaWiki will use the text as it stands, for {detail} still holds a placeholder.",
		Why:     "What a template, a shell or the example's author meant to be filled in is not filled in here.",
		Source:  srcManual,
		find: func(f *facts, at func(hit)) {
			f.texts(func(path []string, v php.Value) {
				if isPlaceholder(v.Str) {
					at(hit{pos: f.at(path...), detail: shownPath(path), fix: "Put the value there"})
				}
			})
		},
	},
}

// article is a value's type in a sentence.
func article(v php.Value) string {
	switch v.Kind {
	case php.Bool:
		return "true"
	case php.String:
		return "a text"
	case php.Array:
		return "an array"
	}
	return "a number"
}

func (f *facts) suffixedPort() (php.Value, bool) {
	smtp, _ := f.smtp()
	v, _ := smtp.Get("port")
	if v.Kind != php.String || v.IsNumeric() || v.ToInt() == 0 {
		return php.Value{}, false
	}
	return php.I(v.ToInt()), true
}

// symbolic visits what only PHP knows of the mail settings.
func (f *facts) symbolic(each func(path []string, v php.Value)) {
	f.walk(func(path []string, v php.Value) {
		if v.Kind == php.Symbolic {
			each(path, v)
		}
	})
}

// texts visits the strings of the mail settings.
func (f *facts) texts(each func(path []string, v php.Value)) {
	f.walk(func(path []string, v php.Value) {
		if v.Kind == php.String {
			each(path, v)
		}
	})
}

func (f *facts) walk(each func(path []string, v php.Value)) {
	var in func(path []string, v php.Value)
	in = func(path []string, v php.Value) {
		if v.Kind != php.Array {
			if f.looks(path...) {
				each(path, v)
			}
			return
		}
		const deepest = 5
		if len(path) > deepest {
			return
		}
		for _, e := range short(v).Array {
			in(append(path[:len(path):len(path)], e.Key.Value().ToString()), e.Value)
		}
	}
	for _, v := range f.All() {
		if localsettings.IsMail(v.Name) || v.Name == "wgServer" {
			in([]string{v.Name}, v.Value)
		}
	}
}

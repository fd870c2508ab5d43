package localsettings

import (
	"fmt"
	"slices"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

// ToConfig is the Config that asks for the settings, as far as a Config can:
// what it cannot express is in the notes, a sentence each, without any
// secret. Carrier and region are not looked for.
func ToConfig(s *Settings, r *mediawiki.Release) (wgsmtp.Config, []string) {
	t := &translator{s: s, r: r, c: wgsmtp.Default()}
	t.c.Release = r.Name()
	t.transport()
	for i := range wikiSettings {
		t.wiki(&wikiSettings[i])
	}
	for i := range mailSettings {
		t.wiki(&mailSettings[i])
	}
	name := EmailsenderPage
	if !r.Has(mediawiki.SenderFromMessage) {
		name = "wgPasswordSenderName"
	}
	if v, ok := s.Get(name); ok {
		t.c.SenderName = t.text("$"+name, v)
	}
	return t.c, t.notes
}

type translator struct {
	s     *Settings
	r     *mediawiki.Release
	c     wgsmtp.Config
	notes []string
}

func (t *translator) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// text is a value as text; what only PHP knows is noted and left empty.
func (t *translator) text(name string, v php.Value) string {
	switch v.Kind {
	case php.Symbolic:
		t.note("%s is an expression that only PHP can work out: left empty", name)
		return ""
	case php.Array:
		t.note("%s is an array, not text: left empty", name)
		return ""
	}
	return v.ToString()
}

// wiki reads a setting that one field decides.
func (t *translator) wiki(d *setting) {
	f, ok := wgsmtp.FieldByID(d.field)
	if !ok {
		panic("localsettings: no field " + d.field)
	}
	var value string
	if d.flag != nil {
		v, set := t.s.Get(d.name)
		if !set {
			var known bool
			if v, known = defaultOf(d.name, t.r); !known {
				return
			}
		}
		if v.Kind == php.Symbolic {
			t.note("$%s is an expression that only PHP can work out: left as it is here", d.name)
			return
		}
		value = fmt.Sprint(v.Truthy())
	} else {
		v, set := t.s.Get(d.name)
		if !set {
			return
		}
		if value = t.text("$"+d.name, v); value == "" && !d.empty {
			return // what a Config has without it
		}
	}
	if err := f.Set(&t.c, value); err != nil {
		t.note("%v", err)
	}
}

func (t *translator) transport() {
	v := t.s.Effective("wgSMTP", t.r)
	if x, ok := t.s.Get(Extensions); ok && v.Kind != php.Array {
		var names []string
		for _, e := range x.Array {
			names = append(names, php.Comment(e.Value.ToString()))
		}
		t.note("extensions are loaded (%s): one that sends mail is not recognised here", strings.Join(names, ", "))
	}
	if v, ok := t.s.Get("wgAdditionalMailParams"); ok {
		t.c.MailParams = t.text("$wgAdditionalMailParams", v)
	}
	switch v.Kind {
	case php.Array:
		t.smtp(v)
	case php.Symbolic:
		t.note("$wgSMTP is an expression that only PHP can work out")
	default:
		// UserMailer asks is_array(): anything else means mail().
		t.c.Transport = wgsmtp.TransportMail
		if v.Truthy() {
			t.note("$wgSMTP is no array, so MediaWiki uses PHP's mail()")
		}
	}
}

func (t *translator) smtp(smtp php.Value) {
	c := &t.c
	c.Transport = wgsmtp.TransportSMTP
	c.Port, c.TLS, c.Auth = 25, wgsmtp.TLSNone, wgsmtp.AuthNone
	known := t.r.SMTPKeys()
	var starttls php.Value
	for _, e := range smtp.Array {
		key, v := e.Key.Value().ToString(), e.Value
		name := "$wgSMTP[" + php.Quote(key) + "]"
		if !slices.Contains(known, key) {
			t.note("MediaWiki %s ignores %s", t.r.Name(), name)
			continue
		}
		if v.Kind == php.Null {
			continue // as if it were not there
		}
		switch key {
		case "host":
			t.host(t.text(name, v))
		case "IDHost":
			c.IDHost = t.text(name, v)
		case "port":
			c.Port = int(v.ToInt())
			if v.Kind != php.Int {
				t.note("%s is %s, taken as %d", name, v.TypeName(), c.Port)
			}
		case "auth":
			c.Auth = t.auth(v)
		case "username":
			c.User = t.text(name, v)
		case "password":
			t.secret(name, v)
		case "localhost":
			c.EHLOName = t.text(name, v)
		case "timeout":
			c.Timeout = max(0, int(v.ToInt()))
		case "starttls":
			starttls = v
		case "debug":
			c.Debug = v.Truthy()
		case "socket_options":
			t.socketOptions(v)
		default:
			t.note("%s has no field here", name)
		}
	}
	if c.TLS == wgsmtp.TLSImplicit {
		return
	}
	switch login := c.Auth != wgsmtp.AuthNone; {
	case login && starttls.Kind == php.Null, starttls.Truthy():
		c.TLS = wgsmtp.TLSStartTLS
	}
}

// host splits off PHP's scheme. Mail_smtp knows no other.
func (t *translator) host(h string) {
	scheme, rest, ok := strings.Cut(h, "://")
	if !ok {
		t.c.Host = h
		return
	}
	switch strings.ToLower(scheme) {
	case "ssl":
		t.c.Host, t.c.TLS = rest, wgsmtp.TLSImplicit
	case "tls":
		t.c.Host, t.c.TLS = rest, wgsmtp.TLSImplicit
		t.note("tls:// means TLS from the first byte, as ssl:// does; ssl:// is the form that MediaWiki recognises as encrypted")
	default:
		t.c.Host = h
		t.note("PHP has no scheme %s:// for a mail server", php.Comment(scheme))
	}
}

func (t *translator) auth(v php.Value) wgsmtp.AuthMethod {
	if v.Kind == php.Symbolic {
		t.note("$wgSMTP['auth'] is an expression that only PHP can work out: taken as true")
		return wgsmtp.AuthAuto
	}
	if !v.Truthy() {
		return wgsmtp.AuthNone
	}
	if v.Kind != php.String {
		return wgsmtp.AuthAuto
	}
	f, _ := wgsmtp.FieldByID("auth")
	method := strings.ToUpper(v.Str)
	if slices.Contains(f.Choices, method) {
		return wgsmtp.AuthMethod(method)
	}
	t.note("$wgSMTP['auth'] is %q, which is no mechanism: taken as true", v.Str)
	return wgsmtp.AuthAuto
}

// secret recognises the two ways of keeping a password out of the file.
func (t *translator) secret(name string, v php.Value) {
	c := &t.c
	if v.Kind != php.Symbolic {
		if v.Kind == php.Array {
			t.note("%s is an array, not text: left empty", name)
			return
		}
		c.SecretStyle, c.Secret = wgsmtp.SecretInline, wgsmtp.Secret(v.ToString())
		return
	}
	if env, exact, ok := environment(v.Str); ok {
		c.SecretStyle, c.SecretEnv = wgsmtp.SecretEnv, env
		if !exact {
			t.note("%s: the environment is read with getenv() here", name)
		}
		return
	}
	if file, exact, ok := readsFile(v.Str); ok {
		c.SecretStyle, c.SecretFile = wgsmtp.SecretFile, file
		if !exact {
			t.note("%s: blanks and line ends around the file's text are dropped here", name)
		}
		return
	}
	t.note("%s is an expression that only PHP can work out: left empty", name)
}

// environment reads getenv( 'X' ), $_ENV['X'] and $_SERVER['X']; exact tells
// that it is the first form.
func environment(src string) (name string, exact, ok bool) {
	x, err := php.ParseExpr(src)
	if err != nil {
		return "", false, false
	}
	switch x := x.(type) {
	case *php.Call:
		if strings.EqualFold(x.Name, "getenv") && len(x.Args) == 1 {
			name, ok = literal(x.Args[0])
			return name, true, ok
		}
	case *php.Index:
		if v, is := x.X.(*php.Variable); is && (v.Name == "_ENV" || v.Name == "_SERVER") && x.Key != nil {
			name, ok = literal(x.Key)
			return name, false, ok
		}
	}
	return "", false, false
}

// readsFile reads trim( file_get_contents( 'f' ) ), and, not exact, the same
// with rtrim() or without.
func readsFile(src string) (file string, exact, ok bool) {
	x, err := php.ParseExpr(src)
	if err != nil {
		return "", false, false
	}
	call, is := x.(*php.Call)
	if !is || len(call.Args) != 1 {
		return "", false, false
	}
	switch strings.ToLower(call.Name) {
	case "trim", "rtrim", "chop":
		exact = strings.EqualFold(call.Name, "trim")
		if call, is = call.Args[0].(*php.Call); !is || len(call.Args) != 1 {
			return "", false, false
		}
	}
	if !strings.EqualFold(call.Name, "file_get_contents") {
		return "", false, false
	}
	file, ok = literal(call.Args[0])
	return file, exact, ok
}

func literal(x php.Expr) (string, bool) {
	l, ok := x.(*php.Literal)
	if !ok || l.Value.Kind != php.String {
		return "", false
	}
	return l.Value.Str, true
}

func (t *translator) socketOptions(v php.Value) {
	for _, e := range v.Array {
		if e.Key != php.StringKey("ssl") || e.Value.Kind != php.Array {
			t.note("$wgSMTP['socket_options'][%s] has no field here", php.Quote(e.Key.Value().ToString()))
			continue
		}
		verifyPeer, verifyName := true, true
		for _, o := range e.Value.Array {
			key, v := o.Key.Value().ToString(), o.Value
			name := "$wgSMTP['socket_options']['ssl'][" + php.Quote(key) + "]"
			switch key {
			case "peer_name":
				t.c.PeerName = t.text(name, v)
			case "cafile":
				t.c.CAFile = t.text(name, v)
			case "verify_peer":
				verifyPeer = v.Truthy()
			case "verify_peer_name":
				verifyName = v.Truthy()
			case "allow_self_signed":
				t.c.AllowSelfSigned = v.Truthy()
			default:
				t.note("%s has no field here", name)
			}
		}
		switch {
		case !verifyPeer && !verifyName:
			t.c.Verify = wgsmtp.VerifyOff
		case !verifyPeer:
			t.c.Verify = wgsmtp.VerifyOff
			t.note("the name in the certificate was checked, but not the certificate: neither is checked here")
		case !verifyName:
			t.c.Verify = wgsmtp.VerifyNoName
		}
	}
}

package localsettings

import (
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
)

// smtp prints $wgSMTP, one key a line. The arrows stand in one column, whose
// place does not depend on which keys there are: adding one changes no other
// line.
func (e *emitter) smtp() {
	v, _ := e.s.Get("wgSMTP")
	open := []Token{token(ClassVariable, "$wgSMTP"), token(ClassPunct, " = ")}
	e.line(fieldsTransport, e.printer.Open(open)...)
	e.array(v, 1, "")
	e.keeping = false
	e.line(fieldsTransport, token(ClassPunct, e.printer.Close().Text+";"))
}

// keyColumn is the width of the longest key that has a value in its line:
// 'localhost', quotes included.
const keyColumn = len("'localhost'")

// deepest is how far arrays are printed one element a line.
const deepest = 4

func (e *emitter) array(v php.Value, indent int, outer string) {
	for _, x := range v.Array {
		key := php.Printer{}.Source(x.Key.Value())
		path := strings.TrimPrefix(outer+"."+x.Key.Str, ".")
		about, fields := e.about(path)
		if outer == "" {
			e.keeping = e.kept != nil && (e.kept.keeps(x.Key.Str) || x.Key.Str == keptOptions && len(e.kept.Options) > 0)
		}
		e.comment(fields, indent, about)
		tokens := append(make([]Token, 0, 6), tabs(indent), token(ClassString, key))
		if x.Value.Kind == php.Array && indent < deepest {
			tokens = append(tokens, token(ClassPunct, " => "))
			e.line(fields, e.printer.Open(tokens)...)
			e.array(x.Value, indent+1, path)
			e.line(fields, tabs(indent), token(ClassPunct, e.printer.Close().Text+","))
			continue
		}
		pad := 0
		if outer == "" {
			pad = max(0, keyColumn-len(key))
		}
		tokens = append(tokens, token(ClassPunct, strings.Repeat(" ", pad)+" => "))
		tokens = e.printer.Inline(tokens, x.Value)
		e.line(fields, append(tokens, token(ClassPunct, ","))...)
	}
}

// about is what a comment says of a key of $wgSMTP, and the fields that
// decide it.
func (e *emitter) about(path string) (text string, fields []string) {
	switch path {
	case "host":
		return e.aboutTLS(), []string{"host", "tls"}
	case "IDHost":
		return "Right side of Message-ID; without it, the host of $wgServer", []string{"id-host"}
	case "port":
		return "", []string{"port"}
	case "auth":
		switch e.c.Auth {
		case wgsmtp.AuthNone:
			text = "The server takes mail from this host without a login"
		case wgsmtp.AuthAuto:
		default:
			text = "Always this mechanism, in the place of the first one that fits"
		}
		return text, []string{"auth"}
	case "username":
		return "", []string{"user"}
	case "password":
		return e.aboutSecret(), e.secretFields()
	case "localhost":
		return "The name that the wiki says in EHLO", []string{"ehlo-name"}
	case "timeout":
		return "Seconds to wait for the connection", []string{"timeout"}
	case "starttls":
		if e.c.TLS == wgsmtp.TLSStartTLS {
			return "Without TLS nothing is sent", []string{"tls", "auth"}
		}
		return "No TLS even where the server offers it", []string{"tls", "auth"}
	case "socket_options":
		return "", []string{"verify", "peer-name", "ca-file", "allow-self-signed"}
	case "socket_options.ssl":
		if e.c.Verify == wgsmtp.VerifyOff {
			text = "The certificate is not checked: whoever is on the way can read and change the mail"
		}
		return text, []string{"verify", "peer-name", "ca-file", "allow-self-signed"}
	case "socket_options.ssl.peer_name":
		return "The name in the server's certificate", []string{"peer-name"}
	case "socket_options.ssl.cafile":
		return "The authorities that are trusted, in the place of the system's", []string{"ca-file"}
	case "socket_options.ssl.verify_peer":
		return "", []string{"verify"}
	case "socket_options.ssl.verify_peer_name":
		if e.c.Verify == wgsmtp.VerifyNoName {
			text = "Any name in the certificate will do"
		}
		return text, []string{"verify"}
	case "socket_options.ssl.allow_self_signed":
		return "A self-signed certificate will do", []string{"allow-self-signed"}
	case "debug":
		return "Shows the conversation, password included, to everybody: remove it after the test", []string{"debug"}
	}
	return "", nil
}

// aboutTLS says what protects the connection. Only ssl:// does so whatever
// the server answers.
func (e *emitter) aboutTLS() string {
	switch {
	case e.c.TLS == wgsmtp.TLSImplicit:
		return "ssl://: encrypted from the first byte"
	case e.c.TLS == wgsmtp.TLSNone:
		return "Not encrypted: for a server on this host or in a network you trust"
	case e.c.Auth != wgsmtp.AuthNone:
		return "No ssl:// on this port: the connection begins in clear, and STARTTLS encrypts it before the login"
	case e.r.Has(mediawiki.StartTLSKey):
		return "No ssl:// on this port: the connection begins in clear, and STARTTLS encrypts it"
	}
	return "Not encrypted: without a login, this release does not use STARTTLS"
}

func (e *emitter) aboutSecret() string {
	switch e.c.SecretStyle {
	case wgsmtp.SecretEnv:
		return "Read from the environment of PHP: the web server's and the command line's"
	case wgsmtp.SecretFile:
		return "Read from a file outside the web root, which PHP must be able to read"
	}
	return "Secret: keep this file out of backups and repositories that others can read"
}

func (e *emitter) secretFields() []string {
	switch e.c.SecretStyle {
	case wgsmtp.SecretEnv:
		return []string{"secret-style", "secret-env"}
	case wgsmtp.SecretFile:
		return []string{"secret-style", "secret-file"}
	}
	return []string{"secret-style", "secret"}
}

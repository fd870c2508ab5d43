// URLs as PHP and MediaWiki take them apart: parse_url() (ext/standard/url.c)
// and MediaWiki\Utils\UrlUtils with its predecessors wfParseUrl() and
// wfExpandUrl(). net/url would answer differently for just those values of
// $wgServer that are wrong, and wrong values are what has to be shown.

package preview

import (
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// urlParts is what parse_url() returns. The booleans tell what isset() would.
type urlParts struct {
	scheme, user, pass, host, path, query, fragment string
	port                                            int

	hasScheme, hasUser, hasPass, hasHost, hasPort, hasPath, hasQuery, hasFragment bool

	delimiter string // added by UrlUtils::parse(): "://", ":" or "//"
}

func isAlpha(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// replaceControls is what parse_url() does to each part.
func replaceControls(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		if c < 0x20 || c == 0x7f {
			b[i] = '_'
		}
	}
	return string(b)
}

// parseURL is PHP's parse_url(); ok is false where PHP returns false.
func parseURL(s string) (u urlParts, ok bool) {
	set := func(part *string, has *bool, v string) { *part, *has = replaceControls(v), true }

	// path takes what is left after scheme and host.
	path := func(rest string) (urlParts, bool) {
		full := rest
		if i := strings.IndexByte(rest, '#'); i >= 0 {
			set(&u.fragment, &u.hasFragment, rest[i+1:])
			rest = rest[:i]
		}
		if i := strings.IndexByte(rest, '?'); i >= 0 {
			set(&u.query, &u.hasQuery, rest[i+1:])
			rest = rest[:i]
		}
		if rest != "" || full == "" {
			set(&u.path, &u.hasPath, rest)
		}
		return u, true
	}

	colon := strings.IndexByte(s, ':')
	relative := strings.HasPrefix(s, "//")
	host := func(rest string) (urlParts, bool) { return u.parseHost(rest, set, path) }

	// port looks for a port behind the first colon of a string without scheme.
	port := func() (urlParts, bool) {
		rest := s[colon+1:]
		n := 0
		for n < len(rest) && n < 6 && isDigit(rest[n]) {
			n++
		}
		switch {
		case n > 0 && n < 6 && (n == len(rest) || rest[n] == '/'):
			v, _ := strconv.Atoi(rest[:n])
			if v > 65535 {
				return urlParts{}, false
			}
			u.port, u.hasPort = v, true
			return host(strings.TrimPrefix(s, "//"))
		case rest == "":
			return urlParts{}, false
		case relative:
			return host(s[2:])
		default:
			return path(s)
		}
	}

	switch {
	case colon > 0:
		for i := 0; i < colon; i++ {
			if c := s[i]; !isAlpha(c) && !isDigit(c) && c != '+' && c != '.' && c != '-' {
				end := strings.IndexAny(s, "?#")
				switch {
				case colon+1 < len(s) && (end < 0 || colon < end):
					return port()
				case relative:
					return host(s[2:])
				default:
					return path(s)
				}
			}
		}
		rest := s[colon+1:]
		if rest == "" {
			set(&u.scheme, &u.hasScheme, s[:colon])
			return u, true
		}
		if rest[0] != '/' {
			// a.com:80 is a host and its port, mailto:x is a scheme
			n := 0
			for n < len(rest) && n < 6 && isDigit(rest[n]) {
				n++
			}
			if (n == len(rest) || rest[n] == '/') && n < 6 {
				return port()
			}
			set(&u.scheme, &u.hasScheme, s[:colon])
			return path(rest)
		}
		set(&u.scheme, &u.hasScheme, s[:colon])
		if len(rest) < 2 || rest[1] != '/' {
			return path(rest)
		}
		if strings.EqualFold(u.scheme, "file") && len(rest) > 2 && rest[2] == '/' {
			if len(rest) > 4 && rest[4] == ':' {
				return path(rest[3:]) // file:///c:/
			}
			return path(rest[2:])
		}
		return host(rest[2:])
	case colon == 0:
		return port()
	case relative:
		return host(s[2:])
	default:
		return path(s)
	}
}

func (u *urlParts) parseHost(s string, set func(*string, *bool, string), path func(string) (urlParts, bool)) (urlParts, bool) {
	end := strings.IndexAny(s, "/?#")
	if end < 0 {
		end = len(s)
	}
	authority, rest := s[:end], s[end:]
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		if i := strings.IndexByte(authority[:at], ':'); i >= 0 {
			set(&u.user, &u.hasUser, authority[:i])
			set(&u.pass, &u.hasPass, authority[i+1:at])
		} else {
			set(&u.user, &u.hasUser, authority[:at])
		}
		authority = authority[at+1:]
	}
	name := authority
	if !strings.HasPrefix(authority, "[") || !strings.HasSuffix(authority, "]") {
		if i := strings.LastIndexByte(authority, ':'); i >= 0 {
			name = authority[:i]
			if digits := authority[i+1:]; u.port == 0 && digits != "" {
				v, valid := leadingInt(digits)
				if len(digits) > 5 || !valid || v < 0 || v > 65535 {
					return urlParts{}, false
				}
				u.port, u.hasPort = v, true
			}
		}
	}
	if name == "" {
		return urlParts{}, false
	}
	set(&u.host, &u.hasHost, name)
	if rest == "" {
		return *u, true
	}
	return path(rest)
}

// leadingInt is C's strtol(): spaces, a sign, digits, and what follows ignored.
func leadingInt(s string) (n int, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	digits := i
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	if i == digits {
		return 0, false
	}
	n, err := strconv.Atoi(s[:i])
	return n, err == nil
}

// urlProtocols is the default of $wgUrlProtocols, scheme by scheme.
var urlProtocols = map[string]string{
	"bitcoin": ":", "ftp": "://", "ftps": "://", "geo": ":", "git": "://", "gopher": "://",
	"http": "://", "https": "://", "irc": "://", "ircs": "://", "magnet": ":", "mailto": ":",
	"matrix": ":", "mms": "://", "news": ":", "nntp": "://", "redis": "://", "sftp": "://",
	"sip": ":", "sips": ":", "sms": ":", "ssh": "://", "svn": "://", "tel": ":",
	"telnet": "://", "urn": ":", "worldwind": "://", "xmpp": ":",
}

// parse is UrlUtils::parse(), before 1.39 wfParseUrl(): parse_url() for known
// schemes and protocol-relative URLs. A host is always set if ok.
func (w *wiki) parse(s string) (u urlParts, ok bool) {
	relative := strings.HasPrefix(s, "//")
	if relative {
		s = "http:" + s
	}
	u, ok = parseURL(s)
	if !ok || !u.hasScheme {
		return urlParts{}, false
	}
	u.scheme = strings.ToLower(u.scheme)
	if u.delimiter, ok = urlProtocols[u.scheme]; !ok {
		return urlParts{}, false
	}
	if !w.r.Has(mediawiki.ServerURLTolerant) {
		if u.delimiter == ":" && u.hasPath {
			u.host, u.hasHost, u.path = u.path, true, ""
		}
		if !u.hasHost {
			if !strings.HasPrefix(u.path, "/") && u.hasPath {
				u.path = "/" + u.path
			}
			u.hasPath = true
		}
	}
	u.hasHost = true
	if relative {
		u.scheme, u.delimiter = "", "//"
	}
	return u, true
}

// assemble is UrlUtils::assemble().
func (u urlParts) assemble() string {
	var b strings.Builder
	b.WriteString(u.scheme)
	b.WriteString(u.delimiter)
	if u.hasUser {
		b.WriteString(u.user)
		if u.hasPass {
			b.WriteString(":" + u.pass)
		}
		b.WriteByte('@')
	}
	b.WriteString(u.host)
	if u.hasPort {
		b.WriteString(":" + strconv.Itoa(u.port))
	}
	b.WriteString(u.path)
	if u.query != "" {
		b.WriteString("?" + u.query)
	}
	if u.hasFragment {
		b.WriteString("#" + u.fragment)
	}
	return b.String()
}

// removeDotSegments is RFC 3986 section 5.2.4, as UrlUtils::removeDotSegments().
func removeDotSegments(in string) string {
	if !strings.Contains(in, ".") {
		return in
	}
	out := make([]byte, 0, len(in))
	for in != "" {
		up := false
		switch {
		case strings.HasPrefix(in, "./"):
			in = in[2:]
		case strings.HasPrefix(in, "../"):
			in = in[3:]
		case in == "/.":
			in = "/"
		case strings.HasPrefix(in, "/./"):
			in = in[2:]
		case in == "/..":
			in, up = "/", true
		case strings.HasPrefix(in, "/../"):
			in, up = in[3:], true
		case in == "." || in == "..":
			in = ""
		default:
			n := strings.IndexByte(in[1:], '/') + 1
			if in[0] != '/' {
				n = strings.IndexByte(in, '/')
			}
			if n <= 0 {
				n = len(in)
			}
			out = append(out, in[:n]...)
			in = in[n:]
		}
		if up {
			out = out[:max(0, strings.LastIndexByte(string(out), '/'))]
		}
	}
	return string(out)
}

// expand is UrlUtils::expand(), before 1.39 wfExpandUrl(), of a local or full
// URL against a server. Without a scheme of its own the server gets http. ok is
// false where no URL can be made.
func (w *wiki) expand(s, server string) (string, bool) {
	if strings.HasPrefix(s, "/") {
		bits, ok := w.parse(server)
		proto := "http:"
		if ok && bits.scheme != "" {
			proto = bits.scheme + ":"
		}
		switch {
		case strings.HasPrefix(s, "//"):
			s = proto + s
		case ok && bits.scheme != "":
			s = server + s
		default:
			s = proto + server + s
		}
	}
	bits, ok := w.parse(s)
	switch {
	case ok && bits.hasPath:
		bits.path = removeDotSegments(bits.path)
		return bits.assemble(), true
	case ok:
		return s, true
	case !strings.HasPrefix(s, "/"):
		return removeDotSegments(s), true
	default:
		return "", false
	}
}

// urlEncode is wfUrlencode(): PHP's urlencode() with the characters left as
// they are that are harmless in a path.
func urlEncode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isAlpha(c), isDigit(c), strings.IndexByte("-_.;@$!*(),/~:", c) >= 0:
			b.WriteByte(c)
		case c == ' ':
			b.WriteByte('+')
		default:
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		}
	}
	return b.String()
}

// canonicalServer is $wgCanonicalServer once the wiki has started.
func (w *wiki) canonicalServer() string {
	if v := w.val("wgCanonicalServer"); v.Truthy() || v.Kind == php.String {
		return v.ToString()
	}
	server := w.val("wgServer").ToString()
	s, _ := w.expand(server, server)
	return s
}

// serverName is $wgServerName: the host in the default of $wgPasswordSender.
func (w *wiki) serverName() string {
	u, _ := w.parse(w.canonicalServer())
	return u.host
}

// articlePath is $wgArticlePath once the wiki has started. $wgUsePathInfo is
// true by default unless PHP runs as CGI or FPM: MediaWiki looks at PHP's
// server API, which no settings file shows.
func (w *wiki) articlePath() string {
	if v := w.val("wgArticlePath"); v.Truthy() || v.Kind == php.String {
		return v.ToString()
	}
	script := w.val("wgScriptPath").ToString() + "/index.php"
	if v := w.val("wgScript"); v.Truthy() {
		script = v.ToString()
	}
	if w.val("wgUsePathInfo").Truthy() {
		return script + "/$1"
	}
	return script + "?title=$1"
}

// pageURL is Title::getFullURL() with PROTO_CANONICAL of a prefixed title with
// underscores.
func (w *wiki) pageURL(title string) string {
	local := strings.ReplaceAll(w.articlePath(), "$1", urlEncode(title))
	s, _ := w.expand(local, w.canonicalServer())
	return s
}

// deprecatedLanguages are codes that stand for another (LanguageCode.php).
var deprecatedLanguages = map[string]string{
	"als": "gsw", "bat-smg": "sgs", "be-x-old": "be-tarask", "fiu-vro": "vro", "no": "nb",
	"roa-rup": "rup", "simple": "en-simple", "zh-classical": "lzh", "zh-min-nan": "nan", "zh-yue": "yue",
}

// language is the content language.
func (w *wiki) language() string {
	code := w.val("wgLanguageCode").ToString()
	if now, ok := deprecatedLanguages[code]; ok {
		return now
	}
	return code
}

// $wgSMTP as Mail_smtp's constructor and what it calls understand it
// (Mail/smtp.php, Net/Socket.php, PHP's fsockopen). Every oddity here is one
// that PHP has: '587/tls' is a port, 'false' is an authentication method.

package transport

import (
	"math"
	"strconv"
	"strings"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// params are the properties of Mail_smtp.
type params struct {
	host, port         php.Value
	auth, starttls     php.Value
	username, password php.Value
	localhost          php.Value
	timeout            php.Value
	socketOptions      php.Value
	persist            bool
	pipelining         bool
	verp               string // " XVERP", "XVERP=x"; "" without
}

// newParams reads the array. A key counts where isset() is true: null is as
// good as missing.
func newParams(v php.Value, r *mediawiki.Release) params {
	p := params{
		host: php.S("localhost"), port: php.I(25), auth: php.B(false),
		username: php.S(""), password: php.S(""), localhost: php.S("localhost"),
	}
	set := func(key string, to *php.Value) {
		if e, ok := v.Get(key); ok && e.Kind != php.Null {
			*to = e
		}
	}
	set("host", &p.host)
	set("port", &p.port)
	set("auth", &p.auth)
	set("username", &p.username)
	set("password", &p.password)
	set("localhost", &p.localhost)
	set("timeout", &p.timeout)
	if r.Has(mediawiki.StartTLSKey) {
		set("starttls", &p.starttls)
	}
	if r.Has(mediawiki.SocketOptions) {
		set("socket_options", &p.socketOptions)
	}
	if e, ok := v.Get("persist"); ok {
		p.persist = e.Truthy()
	}
	if e, ok := v.Get("pipelining"); ok {
		p.pipelining = e.Truthy()
	}
	if e, ok := v.Get("verp"); ok && e.Kind != php.Null {
		p.verp = "XVERP"
		if e.Kind != php.Bool {
			p.verp += "=" + e.ToString()
		}
	}
	return p
}

// method is the authentication method asked for; "" is the best one.
func (p *params) method() string {
	if p.auth.Kind == php.String || p.auth.Kind == php.Symbolic {
		return p.auth.Str
	}
	return ""
}

// throw is an exception of PHP.
type throw struct{ class, message string }

func typeError(message string) *throw { return &throw{"TypeError", message} }

// asString is a value where an internal function wants a string: an array is
// a TypeError, scalars are converted.
func asString(v php.Value, function, argument string) (string, *throw) {
	if v.Kind == php.Array {
		return "", typeError(function + "(): Argument " + argument + " must be of type string, array given")
	}
	return v.ToString(), nil
}

// target is what the socket is opened to.
type target struct {
	scheme, host string
	port         int
	// named is false where PHP finds no name to compare the certificate with:
	// a port in the host does that.
	named bool
}

// transports are PHP's stream transports, with the openssl extension
// (stream_get_transports()).
var transports = []string{"tcp", "udp", "unix", "udg", "ssl", "tls", "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3"}

func encrypted(scheme string) bool {
	return scheme == "ssl" || strings.HasPrefix(scheme, "tls")
}

// dial is Net_Socket::connect() up to the connection itself: where it goes,
// or the error it returns, or the exception it throws.
func (p *params) dial(defaultTimeout int) (t target, timeout int, fail string, ex *throw) {
	if !p.host.Truthy() {
		return t, 0, "$addr cannot be empty", nil
	}
	addr, ex := asString(p.host, "strspn", "#1 ($string)")
	if ex != nil {
		return t, 0, "", ex
	}
	if strings.Trim(addr, ":.0123456789") == "" && strings.Contains(addr, ":") {
		addr = "[" + addr + "]"
	}
	port, ex := modulo(p.port)
	if ex != nil {
		return t, 0, "", ex
	}
	options := p.socketOptions.Truthy()
	if options {
		if ex := checkContext(p.socketOptions); ex != nil {
			return t, 0, "", ex
		}
	}
	seconds, ex := p.seconds(defaultTimeout, options)
	if ex != nil {
		return t, 0, "", ex
	}
	t, fail = resolve(addr, port, options)
	return t, seconds, fail, nil
}

// modulo is $port % 65536.
func modulo(v php.Value) (int, *throw) {
	switch v.Kind {
	case php.Array:
		return 0, typeError("Unsupported operand types: array % int")
	case php.String:
		if s := strings.TrimLeft(v.Str, " \t\n\r\v\f"); !leadsNumeric(s) {
			return 0, typeError("Unsupported operand types: string % int")
		}
	}
	return int(v.ToInt() % 65536), nil
}

// leadsNumeric tells whether PHP sees a number at the beginning of s.
func leadsNumeric(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	s = strings.TrimPrefix(s, ".")
	return s != "" && s[0] >= '0' && s[0] <= '9'
}

// checkContext is the check of stream_context_create().
func checkContext(v php.Value) *throw {
	if v.Kind == php.Symbolic {
		return nil
	}
	if v.Kind != php.Array {
		return typeError("stream_context_create(): Argument #1 ($options) must be of type ?array, " + v.TypeName() + " given")
	}
	for _, e := range v.Array {
		if e.Key.IsInt || e.Value.Kind != php.Array && e.Value.Kind != php.Symbolic {
			return &throw{"ValueError", `Options should have the form ["wrappername"]["optionname"] = $value`}
		}
	}
	return nil
}

// seconds is the timeout of the connection: PHP's default where it is not
// above 0.
func (p *params) seconds(fallback int, options bool) (int, *throw) {
	v := p.timeout
	function, argument := "fsockopen", "#5 ($timeout)"
	if options {
		function, argument = "stream_socket_client", "#4 ($timeout)"
	}
	switch {
	case v.Kind == php.Array || v.Kind == php.String && !v.IsNumeric() && v.Str > "0":
		return 0, typeError(function + "(): Argument " + argument + " must be of type ?float, " + v.TypeName() + " given")
	case v.ToFloat() <= 0:
		return fallback, nil
	default:
		return int(math.Min(math.Ceil(v.ToFloat()), math.MaxInt32)), nil
	}
}

// resolve is how PHP takes "scheme://host:port" apart
// (main/streams/transports.c, xp_socket.c). With socket options PHP is given
// the port always, without them only if it is above 0.
func resolve(addr string, port int, options bool) (t target, fail string) {
	whole := addr
	if options || port > 0 {
		whole += ":" + strconv.Itoa(port)
	}
	n := 0
	for n < len(whole) && (isAlnum(whole[n]) || strings.IndexByte("+-.", whole[n]) >= 0) {
		n++
	}
	rest := whole
	if n > 1 && strings.HasPrefix(whole[n:], "://") {
		t.scheme = whole[:n]
		rest = whole[n+len("://"):]
		known := false
		for _, s := range transports {
			known = known || s == t.scheme
		}
		if !known {
			return t, `Unable to find the socket transport "` + t.scheme[:min(n, 31)] + `" - did you forget to enable it when you configured PHP?`
		}
	}
	t.named = true
	if strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 || end+1 >= len(rest) || rest[end+1] != ':' {
			return t, `Failed to parse IPv6 address "` + rest + `"`
		}
		t.host, t.port = rest[1:end], atoi(rest[end+2:])
		return t, ""
	}
	colon := -1
	if rest != "" {
		colon = strings.IndexByte(rest[:len(rest)-1], ':')
	}
	if colon < 0 {
		return t, `Failed to parse address "` + rest + `"`
	}
	t.host, t.port = rest[:colon], atoi(rest[colon+1:])
	t.named = strings.Count(rest, ":") == 1
	return t, ""
}

// atoi is C's: leading digits, 0 without any.
func atoi(s string) int {
	n := 0
	for i := 0; i < len(s) && s[i] >= '0' && s[i] <= '9' && n < 1<<24; i++ {
		n = n*10 + int(s[i]-'0')
	}
	return n % 65536
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// tls are the options for the certificate, with PHP's defaults since 5.6.
func (p *params) tls(t target) TLSOptions {
	o := TLSOptions{VerifyPeer: true, VerifyPeerName: true}
	if t.named {
		o.PeerName = t.host
	}
	switch t.scheme {
	case "tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3":
		o.MinVersion = strings.TrimPrefix(t.scheme, "tlsv")
		o.MaxVersion = o.MinVersion
	}
	ssl, _ := p.socketOptions.Get("ssl")
	for _, e := range ssl.Array {
		switch e.Key.Str {
		case "verify_peer":
			o.VerifyPeer = e.Value.Truthy()
		case "verify_peer_name":
			o.VerifyPeerName = e.Value.Truthy()
		case "allow_self_signed":
			o.AllowSelfSigned = e.Value.Truthy()
		case "peer_name":
			o.PeerName = e.Value.ToString()
		case "cafile":
			o.CAFile = e.Value.ToString()
		case "crypto_method":
			o.MinVersion, o.MaxVersion = versions(cryptoBits(e.Value))
		}
	}
	return o
}

// A cryptoMethod is one of PHP's constants.
type cryptoMethod struct {
	name string
	bits int64
}

// cryptoMethods in the order of get_defined_constants(), values of PHP 7.4
// and later: the first with the value is the one that error texts name.
var cryptoMethods = []cryptoMethod{
	{"STREAM_CRYPTO_METHOD_ANY_CLIENT", 127},
	{"STREAM_CRYPTO_METHOD_SSLv2_CLIENT", 3},
	{"STREAM_CRYPTO_METHOD_SSLv3_CLIENT", 5},
	{"STREAM_CRYPTO_METHOD_SSLv23_CLIENT", 57},
	{"STREAM_CRYPTO_METHOD_TLS_CLIENT", 121},
	{"STREAM_CRYPTO_METHOD_TLSv1_0_CLIENT", 9},
	{"STREAM_CRYPTO_METHOD_TLSv1_1_CLIENT", 17},
	{"STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT", 33},
	{"STREAM_CRYPTO_METHOD_TLSv1_3_CLIENT", 65},
}

const tlsClient = 121

// cryptoBits is the value of a crypto_method: a number, or constants joined
// by "|".
func cryptoBits(v php.Value) int64 {
	if v.Kind != php.Symbolic {
		return v.ToInt()
	}
	var bits int64
	for _, name := range strings.Split(v.Str, "|") {
		for _, m := range cryptoMethods {
			if m.name == strings.TrimSpace(name) {
				bits |= m.bits
			}
		}
	}
	return bits
}

func cryptoName(bits int64) string {
	for _, m := range cryptoMethods {
		if m.bits == bits {
			return m.name
		}
	}
	return ""
}

// versions is the range of TLS versions that a crypto_method allows; "" at
// both ends where it allows all.
func versions(bits int64) (lowest, highest string) {
	for i, v := range []string{"1.0", "1.1", "1.2", "1.3"} {
		if bits&(8<<i) != 0 {
			if lowest == "" {
				lowest = v
			}
			highest = v
		}
	}
	if lowest == "1.0" && highest == "1.3" {
		return "", ""
	}
	return lowest, highest
}

// cryptoMethod is what STARTTLS asks PHP for.
func (p *params) cryptoMethod() int64 {
	ssl, _ := p.socketOptions.Get("ssl")
	if v, ok := ssl.Get("crypto_method"); ok && v.Kind != php.Null {
		return cryptoBits(v)
	}
	return tlsClient
}

// Authentication: whether, and by which mechanism.

package rules

import (
	"slices"
	"strconv"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

func itoa(n int) string { return strconv.Itoa(n) }

// needsSASL: mechanisms that Net_SMTP leaves to PEAR's Auth_SASL.
func needsSASL(m wgsmtp.AuthMethod) bool {
	switch m {
	case wgsmtp.AuthCRAMMD5, wgsmtp.AuthDigestMD5, wgsmtp.AuthSCRAMSHA1, wgsmtp.AuthSCRAMSHA256:
		return true
	}
	return false
}

// known: the release's mail stack knows the mechanism at all.
func known(v *view) bool {
	switch v.Auth {
	case wgsmtp.AuthSCRAMSHA1, wgsmtp.AuthSCRAMSHA256:
		return v.has(mediawiki.SCRAM)
	case wgsmtp.AuthXOAUTH2:
		return v.has(mediawiki.XOAUTH2)
	case wgsmtp.AuthOAuthBearer:
		return v.has(mediawiki.OAuthBearer)
	case wgsmtp.AuthGSSAPI:
		return false
	}
	return true
}

// passwordMechanisms are those that every bundled mail stack can use.
var passwordMechanisms = []wgsmtp.AuthMethod{wgsmtp.AuthLogin, wgsmtp.AuthPlain}

var authRules = []Rule{
	{
		ID: "auth-in-clear", Severity: Error, Fields: []string{"tls", "auth"},
		Title:    "A password without TLS",
		Message:  "User name and password will travel to {host} readable for everybody on the way.",
		Why:      "{detail}",
		FixLabel: "Encrypt the connection",
		Source:   "RFC 4954 section 4; RFC 8314 sections 3 and 4.1",
		holds: func(v *view) bool {
			return v.auths() && v.TLS == wgsmtp.TLSNone && v.remote() && !v.nearby && v.modes != implicit && validPort(v)
		},
		detail: func(v *view) string {
			if v.pear() && !v.has(mediawiki.StartTLSKey) {
				return "Without TLS the login is only encoded, not encrypted; this release would still use STARTTLS if the server offers it, but nothing insists on it."
			}
			return "Without TLS the login is only encoded, not encrypted."
		},
		fix: encrypt,
	},
	{
		ID: "auth-in-clear-nearby", Severity: Warning, Fields: []string{"tls", "auth"},
		Title:    "A password without TLS within one's own network",
		Message:  "User name and password will travel to {host} readable for everybody in that network.",
		Why:      "Without TLS the login is only encoded, not encrypted; between containers of one machine that may do.",
		FixLabel: "Encrypt the connection",
		Source:   "RFC 4954 section 4; RFC 8314 sections 3 and 4.1",
		holds: func(v *view) bool {
			return v.auths() && v.TLS == wgsmtp.TLSNone && v.nearby && v.modes != implicit && validPort(v)
		},
		fix: encrypt,
	},
	{
		ID: "auth-missing", Severity: Error, Fields: []string{"auth"},
		Title:    "The carrier demands authentication",
		Message:  "{carrier} will refuse the mail, for it takes none without a login.",
		Why:      "A submission server must reject mail from clients it does not know.",
		FixLabel: "Log in",
		Source:   "RFC 6409 section 4.3; the carrier's documentation",
		holds: func(v *view) bool {
			return !v.auths() && v.carrier.Auth.Need == providers.AuthRequired
		},
		fix: func(v *view) []wgsmtp.Change {
			if m := v.carrier.Auth.Recommended; m != "" && m != wgsmtp.AuthNone {
				return one("auth", string(m))
			}
			return one("auth", string(wgsmtp.AuthAuto))
		},
	},
	{
		ID: "auth-probably-missing", Severity: Warning, Fields: []string{"auth"},
		Title:    "A submission port without authentication",
		Message:  "A server on port {port} usually refuses mail without a login, with 530 or \"Relay access denied\".",
		Why:      "Submission servers must reject clients they do not know, unless they know them by address.",
		FixLabel: "Log in",
		Source:   "RFC 6409 section 4.3",
		holds: func(v *view) bool {
			return !v.auths() && v.carrier.ID == custom && v.remote() && (v.Port == 465 || v.Port == 587)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-unwanted", Severity: Error, Fields: []string{"auth"},
		Title:    "The carrier has no authentication",
		Message:  "Mail will fail with \"SMTP server does not support authentication\".",
		Why:      "{carrier} knows its clients by their address and offers no login.",
		FixLabel: "Do not log in",
		Source:   srcNetSMTP,
		holds: func(v *view) bool {
			return v.auths() && v.carrier.Auth.Need == providers.AuthNever
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthNone)}},
	},
	{
		ID: "auth-loopback-25", Severity: Warning, Fields: []string{"auth", "port"},
		Title:    "A login at the local mail server's port 25",
		Message:  "Mail will fail with \"SMTP server does not support authentication\", if the mail server on this machine offers no login on port 25.",
		Why:      "Postfix, Exim and Sendmail relay mail from their own machine without a login, and do not offer one there by default.",
		FixLabel: "Do not log in",
		Source:   "RFC 6409 section 4.3; https://www.postfix.org/SASL_README.html",
		holds: func(v *view) bool {
			return v.auths() && v.loopback && v.Port == 25 && v.carrier.Auth.Need == "" || v.auths() && v.loopback && v.Port == 25 && v.carrier.Auth.Need == providers.AuthOptional
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthNone)}},
	},
	{
		ID: "auth-clear-loopback-upgraded", Severity: Warning, Fields: []string{"tls"},
		Title:    "An old release uses STARTTLS although it is switched off",
		Message:  "MediaWiki {release} will use STARTTLS on {host} if the server offers it, and then fail if the certificate does not name {host}.",
		Why:      "The option that prevents it came with 1.39.1; before, authentication always brings STARTTLS with it.",
		FixLabel: "Do not log in",
		Source:   "pear/Mail 1.5.0; " + srcNetSMTP,
		holds: func(v *view) bool {
			return v.auths() && v.TLS == wgsmtp.TLSNone && v.loopback && v.modes != implicit &&
				v.pear() && !v.has(mediawiki.StartTLSKey) && v.Verify == wgsmtp.VerifyFull && v.PeerName == ""
		},
		fix: func(v *view) []wgsmtp.Change {
			if v.carrier.Auth.Need == providers.AuthRequired {
				return nil
			}
			return one("auth", string(wgsmtp.AuthNone))
		},
	},
	{
		ID: "auth-unknown", Severity: Error, Fields: []string{"auth"},
		Title:    "A mechanism that the release's mail stack does not know",
		Message:  "Mail will fail with \"{auth} is not a supported authentication method\".",
		Why:      "{detail}",
		FixLabel: "Choose the mechanism automatically",
		Source:   srcNetSMTP,
		holds:    func(v *view) bool { return v.pear() && !known(v) },
		detail: func(v *view) string {
			switch v.Auth {
			case wgsmtp.AuthGSSAPI:
				return "GSSAPI needs a Kerberos principal, which $wgSMTP cannot give."
			case wgsmtp.AuthXOAUTH2:
				return "XOAUTH2 came with MediaWiki 1.35."
			case wgsmtp.AuthOAuthBearer:
				return "OAUTHBEARER came with MediaWiki 1.43."
			}
			return "SCRAM came with MediaWiki 1.42, and needs PEAR's Auth_SASL too."
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-needs-sasl", Severity: Error, Fields: []string{"auth"},
		Title:    "A mechanism that needs Auth_SASL",
		Message:  "Mail will fail with \"{auth} is not a supported authentication method\".",
		Why:      "{auth} needs PEAR's Auth_SASL, which no MediaWiki brings; LOGIN and PLAIN under TLS are as safe.",
		FixLabel: "Choose the mechanism automatically",
		Source:   "mediawiki-vendor: pear/auth_sasl is not in it; RFC 4616; RFC 6331",
		holds: func(v *view) bool {
			return v.pear() && needsSASL(v.Auth) && known(v) && v.has(mediawiki.BundledPEAR)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-needs-sasl-installed", Severity: Warning, Fields: []string{"auth"},
		Title:    "A mechanism that needs Auth_SASL beside PEAR Mail",
		Message:  "Mail will fail with \"{auth} is not a supported authentication method\", unless Auth_SASL is installed on the wiki's host.",
		Why:      "MediaWiki {release} uses the host's PEAR, and {auth} is in a package of its own: pear install Auth_SASL.",
		FixLabel: "Choose the mechanism automatically",
		Source:   "https://pear.php.net/package/Auth_SASL",
		holds: func(v *view) bool {
			return v.pear() && needsSASL(v.Auth) && known(v) && !v.has(mediawiki.BundledPEAR)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-token", Severity: Warning, Fields: []string{"auth"},
		Title:    "An access token in $wgSMTP",
		Message:  "{auth} will work until the access token expires, usually after an hour, and then every mail fails with 535.",
		Why:      "$wgSMTP holds the token as it is (\"Bearer TOKEN\" as the password) and nothing renews it.",
		FixLabel: "Choose the mechanism automatically",
		Source:   "RFC 7628; RFC 6750; " + srcNetSMTP,
		holds: func(v *view) bool {
			return (v.Auth == wgsmtp.AuthXOAUTH2 || v.Auth == wgsmtp.AuthOAuthBearer) && (known(v) || !v.pear())
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-bearer-comma", Severity: Warning, Fields: []string{"auth"},
		Title:    "OAUTHBEARER before 1.46",
		Message:  "Strict servers will refuse the login.",
		Why:      "In MediaWiki {release} the response lacks a comma that RFC 7628 wants; 1.46 has it.",
		FixLabel: "Choose the mechanism automatically",
		Source:   "RFC 7628 section 3.1; pear/Net_SMTP 1.12.2",
		holds: func(v *view) bool {
			return v.Auth == wgsmtp.AuthOAuthBearer && v.pear() && known(v) && !v.has(mediawiki.OAuthBearerComma)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-gssapi-trap", Severity: Hint, Fields: []string{"auth"},
		Title:    "GSSAPI comes before LOGIN in 1.33 to 1.42",
		Message:  "If PHP has the krb5 extension and the server offers GSSAPI, as Exchange does, mail will fail with \"No Kerberos service principal set\".",
		Why:      "MediaWiki {release} then tries GSSAPI first and does not go on to LOGIN.",
		FixLabel: "Always use LOGIN",
		Source:   "https://github.com/pear/Net_SMTP/issues/81",
		holds: func(v *view) bool {
			return v.Auth == wgsmtp.AuthAuto && v.pear() && v.own() && v.remote() && v.has(mediawiki.GSSAPI) && !v.has(mediawiki.GSSAPIPrincipal)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthLogin)}},
	},
	{
		ID: "auth-not-offered", Severity: Error, Fields: []string{"auth"},
		Title:    "The carrier does not offer the mechanism",
		Message:  "{carrier} does not offer {auth}, so it will refuse the login.",
		Why:      "MediaWiki uses a named mechanism whether the server offers it or not.",
		FixLabel: "Choose the mechanism automatically",
		Source:   "the carrier's documentation; " + srcNetSMTP,
		holds: func(v *view) bool {
			return v.auths() && v.Auth != wgsmtp.AuthAuto && known(v) && !v.own() && len(v.carrier.Auth.Mechanisms) > 0 &&
				!slices.Contains(v.carrier.Auth.Mechanisms, v.Auth)
		},
		sets: []wgsmtp.Change{{Field: "auth", Value: string(wgsmtp.AuthAuto)}},
	},
	{
		ID: "auth-no-common", Severity: Error, Fields: []string{"auth"},
		Title:   "No mechanism in common",
		Message: "Mail will fail with \"No supported authentication methods\".",
		Why:     "{carrier} offers neither LOGIN nor PLAIN, and the others need parts or tokens that MediaWiki does not have.",
		Source:  "the carrier's documentation; " + srcNetSMTP,
		holds: func(v *view) bool {
			return v.Auth == wgsmtp.AuthAuto && v.carrier.Unusable == nil && !v.own() && len(v.carrier.Auth.Mechanisms) > 0 &&
				!slices.ContainsFunc(v.carrier.Auth.Mechanisms, func(m wgsmtp.AuthMethod) bool {
					return slices.Contains(passwordMechanisms, m)
				})
		},
	},
}

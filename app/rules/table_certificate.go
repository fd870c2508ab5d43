// What is checked of the server's certificate, and debugging: how a working
// connection is made unsafe.

package rules

import (
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
)

const srcContext = "https://www.php.net/manual/en/context.ssl.php"

func checksCertificate(v *view) bool { return encryptedOrTries(v) }

var certificateRules = []Rule{
	{
		ID: "verify-off", Severity: Warning, Fields: []string{"verify"},
		Title:    "The certificate is not checked",
		Message:  "Anybody on the way to {host} can pretend to be it, and read the password and the mail.",
		Why:      "Without the check of the certificate TLS protects against listeners only, not against somebody who answers in the server's place.",
		FixLabel: "Check the certificate",
		Source:   srcContext + ", verify_peer; RFC 8314 section 5.3",
		holds: func(v *view) bool {
			return v.remote() && v.Verify == wgsmtp.VerifyOff && checksCertificate(v)
		},
		sets: []wgsmtp.Change{{Field: "verify", Value: string(wgsmtp.VerifyFull)}},
	},
	{
		ID: "verify-no-name", Severity: Warning, Fields: []string{"verify"},
		Title:    "The name in the certificate is not checked",
		Message:  "Anybody with a certificate of their own can pretend to be {host}, and read the password and the mail.",
		Why:      "Every authority gives certificates to everybody; only the name ties one to the server.",
		FixLabel: "Check the certificate",
		Source:   srcContext + ", verify_peer_name; RFC 9525",
		holds: func(v *view) bool {
			return v.remote() && v.Verify == wgsmtp.VerifyNoName && checksCertificate(v)
		},
		sets: []wgsmtp.Change{{Field: "verify", Value: string(wgsmtp.VerifyFull)}},
	},
	{
		ID: "verify-loopback", Severity: Hint, Fields: []string{"peer-name", "verify"},
		Title:   "No full check of the certificate on the same machine",
		Message: "The certificate's name is not checked, which does no harm while {host} is this machine.",
		Why:     "If the mail server ever moves, the gap moves with it; giving the name in its certificate as the expected name keeps the check on.",
		Source:  srcContext + ", peer_name; https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP",
		holds: func(v *view) bool {
			return v.loopback && v.Verify != wgsmtp.VerifyFull && v.Verify != v.carrier.Verify && checksCertificate(v)
		},
	},
	{
		ID: "self-signed", Severity: Warning, Fields: []string{"allow-self-signed"},
		Title:    "Self-signed certificates are accepted",
		Message:  "Anybody on the way to {host} can make a certificate that MediaWiki accepts.",
		Why:      "Nobody vouches for a self-signed certificate; giving its file as the list of trusted certificates accepts that one only.",
		FixLabel: "Accept no self-signed certificate",
		Source:   srcContext + ", allow_self_signed and cafile",
		holds: func(v *view) bool {
			return v.remote() && v.AllowSelfSigned && checksCertificate(v)
		},
		sets: []wgsmtp.Change{{Field: "allow-self-signed", Value: "false"}},
	},
	{
		ID: "socket-options-ignored", Severity: Warning, Fields: []string{"verify"},
		Title:    "Certificate options before 1.27",
		Message:  "MediaWiki {release} will ignore what is set about the server's certificate.",
		Why:      "The option 'socket_options' came with PEAR Mail 1.3.0, which MediaWiki brings since 1.27.",
		FixLabel: "Leave the options out",
		Source:   "pear/Mail 1.3.0 (commit dab659c), bundled since MediaWiki 1.27",
		holds: func(v *view) bool {
			return v.pear() && !v.has(mediawiki.SocketOptions) && v.TLS != wgsmtp.TLSNone && certificateOptions(v.Config)
		},
		sets: []wgsmtp.Change{{Field: "verify", Value: string(wgsmtp.VerifyFull)}, {Field: "peer-name", Value: ""}, {Field: "ca-file", Value: ""}, {Field: "allow-self-signed", Value: "false"}},
	},
	{
		ID: "certificate-options-unused", Severity: Hint, Fields: []string{"verify"},
		Title:    "Certificate options without TLS",
		Message:  "What is set about the server's certificate has no effect.",
		Why:      "The connection is not encrypted, so no certificate is looked at.",
		FixLabel: "Leave the options out",
		Source:   srcContext,
		holds: func(v *view) bool {
			return !encryptedOrTries(v) && certificateOptions(v.Config)
		},
		sets: []wgsmtp.Change{{Field: "verify", Value: string(wgsmtp.VerifyFull)}, {Field: "peer-name", Value: ""}, {Field: "ca-file", Value: ""}, {Field: "allow-self-signed", Value: "false"}},
	},
	{
		ID: "debug-on", Severity: Error, Fields: []string{"debug"},
		Title:    "The conversation is printed",
		Message:  "Visitors will see the SMTP conversation, user name and password included, on every page that sends mail.",
		Why:      "The option 'debug' prints to the page; use it on the command line only, and for a short time.",
		FixLabel: "Switch it off",
		Source:   "observed with MediaWiki 1.39, 1.43 and 1.45; https://www.mediawiki.org/wiki/Manual_talk:$wgSMTP",
		holds:    func(v *view) bool { return v.Debug },
		sets:     []wgsmtp.Change{{Field: "debug", Value: "false"}},
	},
}

func certificateOptions(c *wgsmtp.Config) bool {
	return c.Verify != wgsmtp.VerifyFull && c.Verify != "" || c.PeerName != "" || c.CAFile != "" || c.AllowSelfSigned
}

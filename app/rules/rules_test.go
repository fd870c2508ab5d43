package rules

import (
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// Two cases for each rule: one in which it fires, and a near miss in which it
// does not. A case is "carrier release: field=value && field=value" on top of
// what the page makes of that carrier with sensible answers; carrier and
// release are custom and 1.43 where left out.
var cases = []struct{ rule, fires, misses string }{
	// Connection.
	{"port-range", "port=70000", "port=65535"},
	{"port-range", "port=0", "port=1"},
	{"implicit-port-in-clear", "tls=starttls", "tls=starttls && port=587"},
	{"implicit-port-in-clear", "smtp2go: port=8465 && tls=none", "smtp2go: port=8465 && tls=implicit"},
	{"clear-port-implicit", "port=587 && tls=implicit", "port=12345 && tls=implicit"},
	{"clear-port-implicit", "amazon-ses: port=2587 && tls=implicit", "spectrum: port=587 && tls=implicit"},
	{"clear-port-implicit", "postfix: port=25 && tls=implicit", "postfix: port=25 && tls=none"},
	{"clear-port-implicit", "custom 1.31: port=587 && tls=implicit && auth=none", "custom 1.31: port=465 && tls=implicit && auth=none"},
	{"tls-required", "google-workspace-relay: port=587 && tls=none", "google-workspace-relay: port=25 && tls=none"},
	{"tls-required", "google-workspace-relay 1.31: port=587 && tls=starttls", "google-workspace-relay: port=587 && tls=starttls"},
	{"starttls-without-auth", "custom 1.39.0: port=587 && tls=starttls && auth=none", "custom 1.39.1: port=587 && tls=starttls && auth=none"},
	{"starttls-without-auth", "postfix-tls 1.38: port=587 && tls=starttls", "postfix-tls 1.38: port=465 && tls=implicit"},
	{"mail-in-clear", "port=587 && tls=none && auth=none", "host=127.0.0.1 && port=587 && tls=none && auth=none"},
	{"mail-in-clear", "custom 1.31: port=25 && tls=none && auth=none", "isp 1.31: port=25 && tls=none"},
	{"mail-in-clear-nearby", "host=postfix && port=25 && tls=none && auth=none", "host=postfix.example.org && port=25 && tls=none && auth=none"},
	{"mail-in-clear-nearby", "host=10.0.0.5 && port=25 && tls=none && auth=none", "host=192.0.2.5 && port=25 && tls=none && auth=none"},
	{"mail-in-clear-documented", "isp: port=25 && tls=none", "custom: port=25 && tls=none && auth=none"},
	{"starttls-optional", "gmail: port=587 && tls=starttls", "gmail: port=465 && tls=implicit"},
	{"starttls-only", "port=587 && tls=starttls", "port=587 && tls=starttls && auth=none"},
	{"port-25-remote", "mailgun: port=25 && tls=starttls", "mailgun: port=587 && tls=starttls"},
	{"port-25-remote", "port=25 && tls=starttls", "port=25 && tls=starttls && host=localhost"},
	{"port-25-documented", "isp: port=25 && tls=none", "custom: port=25 && tls=none && auth=none"},
	{"port-undocumented", "gmail: port=2525 && tls=starttls", "mailgun: port=2525 && tls=starttls"},
	{"port-web", "port=443", "smtp2go: port=443"},
	{"port-unusual", "port=12345", "port=2525 && tls=starttls"},
	{"port-catcher-remote", "port=1025 && tls=none && auth=none", "mailpit: port=1025 && tls=none"},
	{"loopback-tls", "host=localhost", "host=localhost && peer-name=mail.example.org"},
	{"loopback-tls", "host=127.0.0.1 && port=587 && tls=starttls && auth=none", "host=127.0.0.1 && port=587 && tls=none && auth=none"},
	{"loopback-container", "host=[::1] && peer-name=mail.example.org", "host=[2001:db8::1] && peer-name=mail.example.org"},
	{"cloud-blocks-submission", "amazon-ses: port=465", "amazon-ses: port=2465"},

	// Authentication.
	{"auth-in-clear", "port=587 && tls=none", "port=587 && tls=none && host=localhost"},
	{"auth-in-clear", "custom 1.31: port=25 && tls=none", "custom 1.31: port=25 && tls=starttls"},
	{"auth-in-clear", "host=11.0.0.1 && port=587 && tls=none", "host=172.16.0.1 && port=587 && tls=none"},
	{"auth-in-clear-nearby", "host=mail && port=587 && tls=none", "host=mail && port=587 && tls=starttls"},
	{"auth-missing", "gmail: auth=none", "google-workspace-relay: auth=none"},
	{"auth-probably-missing", "auth=none", "auth=none && port=2465"},
	{"auth-unwanted", "postfix: auth=auto && user=u && secret=s", "postfix: auth=none"},
	{"auth-loopback-25", "host=localhost && port=25 && tls=none", "host=localhost && port=587 && tls=none"},
	{"auth-clear-loopback-upgraded", "custom 1.39.0: host=localhost && port=587 && tls=none", "custom 1.39.1: host=localhost && port=587 && tls=none"},
	{"auth-unknown", "auth=GSSAPI", "auth=LOGIN"},
	{"auth-unknown", "custom 1.34: auth=XOAUTH2", "custom 1.35: auth=XOAUTH2"},
	{"auth-unknown", "custom 1.42: auth=OAUTHBEARER", "custom 1.43: auth=OAUTHBEARER"},
	{"auth-unknown", "custom 1.41: auth=SCRAM-SHA-256", "custom 1.42: auth=SCRAM-SHA-256"},
	{"auth-needs-sasl", "auth=CRAM-MD5", "auth=PLAIN"},
	{"auth-needs-sasl-installed", "custom 1.26: auth=CRAM-MD5", "custom 1.27: auth=CRAM-MD5"},
	{"auth-token", "auth=XOAUTH2", "auth=LOGIN"},
	{"auth-bearer-comma", "custom 1.45: auth=OAUTHBEARER", "custom 1.46: auth=OAUTHBEARER"},
	{"auth-gssapi-trap", "custom 1.42", "custom 1.43"},
	{"auth-gssapi-trap", "custom 1.33", "custom 1.33: auth=LOGIN"},
	{"auth-not-offered", "amazon-ses: auth=XOAUTH2", "amazon-ses: auth=LOGIN"},
	{"auth-no-common", "test-xoauth2-only", "gmail"},

	// The certificate.
	{"verify-off", "verify=off", "verify=off && host=localhost"},
	{"verify-no-name", "verify=no-name", "verify=full"},
	{"verify-loopback", "host=localhost && verify=off", "postfix-tls: verify=no-name"},
	{"self-signed", "allow-self-signed=true", "host=localhost && allow-self-signed=true"},
	{"socket-options-ignored", "custom 1.26: verify=off", "custom 1.27: verify=off"},
	{"certificate-options-unused", "postfix: verify=off", "postfix-tls: verify=off"},
	{"debug-on", "debug=true", "debug=false"},

	// What must be filled in.
	{"host-missing", "host=", "host=h"},
	{"host-missing", "gmail: host=", "mailpit: host=mailpit"},
	{"user-missing", "user=", "user= && auth=none"},
	{"user-missing", "sendgrid: user=", "sendgrid: user=apikey"},
	{"user-missing", "gmail: user=", "gmail: user=wiki@gmail.com"},
	{"secret-missing", "secret=", "secret= && secret-style=env"},
	{"sender-missing", "sender=", "sender=wiki@example.org"},
	{"sender-missing", "gmail: sender=", "gmail: sender=wiki@gmail.com"},
	{"server-missing", "server=", "server=https://w.example.org"},

	// Form.
	{"host-scheme", "host=ssl://mail.example.org", "host=mail.example.org"},
	{"host-scheme", "host=SMTP://mail.example.org/", "host=smtp.example.org"},
	{"host-port", "host=mail.example.org:587", "host=[2001:db8::1] && peer-name=mail.example.org"},
	{"host-port", "host=mail.example.org:465 && port=587 && tls=starttls", "host=mail.example.org && port=587 && tls=starttls"},
	{"host-ipv6-bare", "host=2001:db8::1 && peer-name=mail.example.org", "host=[2001:db8::1] && peer-name=mail.example.org"},
	{"host-space", "host= mail.example.org", "host=mail.example.org"},
	{"host-syntax", "host=mail example org", "host=mail_server"},
	{"host-syntax", "host=mäil.example.org", "host=xn--mil-qla.example.org"},
	{"host-is-ip", "host=192.0.2.7", "host=192.0.2.7 && peer-name=mail.example.org"},
	{"ehlo-syntax", "ehlo-name=my wiki", "ehlo-name=[192.0.2.7]"},
	{"ehlo-syntax", "ehlo-name=https://wiki.example.org", "ehlo-name=::1"},
	{"id-host-scheme", "id-host=https://wiki.example.org/", "id-host=wiki.example.org"},
	{"id-host-syntax", "id-host=my wiki", "id-host=wiki.example.org"},
	{"peer-name-syntax", "peer-name=ssl://mail.example.org", "peer-name=mail.example.org"},
	{"secret-env-syntax", "secret-style=env && secret-env=SMTP-PASSWORD", "secret-style=env && secret-env=SMTP_PASSWORD_2"},
	{"secret-file-syntax", "secret-style=file && secret-file=smtp.key", "secret-style=file && secret-file=/etc/mediawiki/smtp.key"},
	{"ca-file-syntax", "ca-file=ca.pem", `ca-file=C:\ca\ca.pem`},
	{"timeout-long", "timeout=61", "timeout=60"},
	{"timeout-short", "timeout=2", "timeout=3"},

	// User name and password.
	{"user-space", "user=wiki ", "user=wiki"},
	{"user-fixed", "sendgrid: user=wiki@example.org", "sendgrid: user=apikey"},
	{"user-not-address", "gmail: user=wiki", "gmail: user=wiki@gmail.com"},
	{"user-not-address", "gmail: user=wiki && sender=wiki@gmail.com", "custom: user=wiki"},
	{"user-form", "amazon-ses: user=wiki@example.org", "amazon-ses: user=AKIAIOSFODNN7EXAMPLE"},
	{"user-too-long", "user=" + strings.Repeat("u", 256), "user=" + strings.Repeat("u", 255)},
	{"secret-strip", "gmail: secret=abcd efgh ijkl mnop", "custom: secret=correct horse"},
	{"ses-iam-secret", "amazon-ses: secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY && user=AKIAIOSFODNN7EXAMPLE", "amazon-ses: secret=BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2"},
	{"secret-form", "gmail: secret=hunter2", "gmail: secret=abcdefghijklmnop"},
	{"secret-inline", "gmail", "gmail: secret-style=file"},
	{"secret-file-webroot", "secret-style=file && secret-file=/var/www/html/w/smtp.key", "secret-style=file && secret-file=/etc/mediawiki/smtp.key"},
	{"secret-env-fpm", "secret-style=env", "secret-style=env && auth=none"},

	// The carrier.
	{"carrier-unusable", "outlook-com", "microsoft365"},
	{"ehlo-refused", "google-workspace-relay: ehlo-name=localhost", "google-workspace-relay: ehlo-name=wiki.example.org"},
	{"ehlo-localhost", "ehlo-name=", "ehlo-name= && host=localhost && peer-name=mail.example.org"},
	{"ehlo-short", "ehlo-name=wiki", "ehlo-name=wiki.example.org"},
	{"ehlo-short", "server=https://wiki && ehlo-name=wiki", "ehlo-name=localhost"},
	{"received-address", "mailgun", "mailgun 1.40"},
	{"region-mismatch", "amazon-ses: region=eu-west-1", "amazon-ses: region=eu-west-1 && host=email-smtp.eu-west-1.amazonaws.com"},
	{"host-undocumented", "gmail: host=mail.example.org", "gmail: host=SMTP.gmail.com"},
	{"user-as-sender", "amazon-ses: user-email-reply-to=false", "amazon-ses: user-email-reply-to=false && enable-user-email=false"},
	{"user-as-sender", "gmail: user-email-reply-to=false", "gmail: user-email-reply-to=true"},
	{"user-as-sender-dmarc", "postfix: user-email-reply-to=false", "mailpit: user-email-reply-to=false"},
	{"editor-as-sender", "custom 1.39: enotif-from-editor=true && enotif-reveal-editor=true && enotif-watchlist=true", "custom 1.39: enotif-from-editor=true && enotif-reveal-editor=true"},
	{"limits-notifications", "gmail: enotif-watchlist=true", "gmail: enotif-user-talk=true"},
	{"carrier-unverified", "test-low", "gmail"},
	{"carrier-note", "amazon-ses", "custom"},
	{"carrier-test-only", "mailpit", "postfix"},

	// The sender.
	{"sender-with-name", "sender=My Wiki <wiki@example.org>", "sender=wiki@example.org"},
	{"sender-with-name", "sender=<wiki@example.org", "sender=wiki@example.org"},
	{"sender-space", "sender=wiki@example.org ", "sender=wiki@example.org"},
	{"sender-syntax", "sender=wiki", "sender=wiki@example.org"},
	{"sender-syntax", "sender=wiki..mail@example.org", "sender=wiki.mail@example.org"},
	{"sender-syntax", "sender=wiki.@example.org", "sender=wiki+mail@example.org"},
	{"sender-syntax", "sender=wiki@example.org.", "sender=o'neill@example.org"},
	{"sender-non-ascii", "sender=wiki@exämple.org", "sender=wiki@xn--exmple-cua.org"},
	{"sender-quotes", `sender="the wiki"@example.org`, "sender=the'wiki@example.org"},
	{"sender-local-domain", "sender=wiki@localhost", "mailpit: sender=wiki@localhost"},
	{"sender-local-domain", "sender=wiki@server.local", "sender=wiki@server.example.org"},
	{"sender-account", "sender=apache@example.org", "sender=apache2@example.org"},
	{"sender-rewritten", "gmail: user=a@gmail.com && sender=b@example.org", "gmail: user=a@gmail.com && sender=A@gmail.com"},
	{"sender-not-login", "isp-submission: user=a@isp.example && sender=b@isp.example", "isp-submission: user=a@isp.example && sender=a@isp.example"},
	{"sender-freemail", "amazon-ses: sender=wiki@gmail.com", "gmail: sender=wiki@gmail.com"},
	{"sender-freemail", "postfix: sender=wiki@libero.it", "libero: sender=wiki@libero.it"},
	{"sender-other-domain", "sender=wiki@example.net", "sender=wiki@mail.example.org"},
	{"line-break", "sitename=A\r\nBcc: x@example.org", "sitename=A B"},
	{"no-reply-syntax", "no-reply=nobody", "no-reply=nobody@example.org"},
	{"no-reply-syntax", "custom 1.26: no-reply=nobody", "custom 1.26: no-reply=nobody@example.org"},
	{"no-reply-not-possible", "no-reply=reply@not.possible", "enotif-watchlist=true"},
	{"no-reply-not-possible", "custom 1.26: enotif-watchlist=true", "custom 1.27: enotif-watchlist=true"},
	{"emergency-contact-syntax", "emergency-contact=me", "emergency-contact=me@example.org"},

	// Names.
	{"name-refused", "sitename=Wiki für [alle]", "sitename=Wiki for [all]"},
	{"name-refused", "custom 1.39.5: sitename=Müller Wiki.", "custom 1.39.6: sitename=Müller Wiki."},
	{"name-refused", "custom 1.30: sitename=a@b", "custom 1.31: sitename=a@b"},
	{"name-refused", "sender-name=Zoë \"Z\" (admin)", "sender-name=Zoë (admin)"},
	{"name-refused", "sitename=1+1=2; more", "sitename=1+1=2 and more"},
	{"name-split", "custom 1.43.5: sitename=Müller, Wiki", "custom 1.43.6: sitename=Müller, Wiki"},
	{"name-raw", "custom 1.30: sitename=Müller. Wiki", "custom 1.30: sitename=Müller Wiki"},
	{"name-long", "sitename=" + strings.Repeat("é", 200), "sitename=" + strings.Repeat("é", 20)},
	{"name-missing", "sitename=", "sitename= && sender-name=Wiki"},

	// The wiki.
	{"server-no-scheme", "server=wiki.example.org", "server=HTTPS://wiki.example.org"},
	{"server-no-scheme", "server=htps://wiki.example.org", "server=//wiki.example.org"},
	{"server-relative", "server=//wiki.example.org", "server=http://wiki.example.org"},
	{"server-syntax", "server=https://", "server=https://wiki.example.org:8443"},
	{"server-syntax", "server=https://wiki example.org", "server=https://[2001:db8::1]:80"},
	{"server-path", "server=https://wiki.example.org/", "server=https://wiki.example.org"},
	{"server-local", "server=http://localhost:8080", "server=http://local.example.org"},
	{"id-host-missing", "custom 1.18: id-host=", "custom 1.19: id-host="},
	{"id-host-local", "id-host=localhost", "id-host=local.example.org"},
	{"id-host-local", "server=http://localhost && id-host=", "server=http://localhost && id-host=example.org"},
	{"id-host-other", "id-host=example.com", "id-host=mail.example.org"},
	{"email-off", "enable-email=false", "enable-email=false && enable-user-email=false"},
	{"email-off-alone", "enable-email=false && enable-user-email=false", "enable-user-email=false"},
	{"confirm-impossible", "enable-email=false && email-confirm-to-edit=true", "enable-email=true && email-confirm-to-edit=true"},
	{"confirm-to-edit", "email-confirm-to-edit=true", "email-confirm-to-edit=true && email-authentication=false"},
	{"confirm-without-authentication", "email-confirm-to-edit=true && email-authentication=false", "email-confirm-to-edit=false && email-authentication=false"},
	{"authentication-off", "email-authentication=false", "email-authentication=true"},
	{"from-editor-alone", "enotif-from-editor=true", "enotif-reveal-editor=true"},
	{"notification-jobs", "enotif-watchlist=true", "custom 1.26: enotif-watchlist=true"},
	{"html-mail", "allow-html=true", "custom 1.20: allow-html=true"},

	// The release.
	{"release-1.18.0", "custom 1.18.0", "custom 1.18.1"},
	{"release-unproven", "custom 1.47", "custom 1.46"},
	{"reveal-from-editor", "custom 1.43.3: enotif-from-editor=true && enotif-reveal-editor=true", "custom 1.39: enotif-from-editor=true && enotif-reveal-editor=true"},
	{"pear-install", "custom 1.26", "custom 1.27"},
	{"php-no-verification", "custom 1.30", "custom 1.31"},
	{"sender-name-page", "custom 1.23: sender-name=Mail of the wiki", "custom 1.22: sender-name=Mail of the wiki"},
	{"html-unknown", "custom 1.20: allow-html=true", "custom 1.21: allow-html=true"},
	{"real-names", "custom 1.43.6: enotif-real-name=true", "custom 1.43.5: enotif-real-name=true"},
	{"real-names-comma", "custom 1.45.0: enotif-real-name=true", "custom 1.45.1: enotif-real-name=true"},
	{"timeout-page-saves", "custom 1.26: enotif-watchlist=true", "custom 1.26: enotif-watchlist=true && timeout=10"},

	// Without SMTP.
	{"transport-sender-missing", "php-mail: sender=", "php-mail: sender=wiki@example.org"},
	{"transport-server-missing", "php-mail: server=", "php-mail: server=https://wiki.example.org"},
	{"mail-function", "php-mail", "postfix"},
	{"mail-params-sender", "php-mail: mail-params=-f wiki@example.org -N never", "php-mail: mail-params=-N never"},
	{"mail-name-refused", "php-mail: sitename=Müller [Wiki]", "php-mail: sitename=Müller Wiki"},
	{"extension-none", "gmail: transport=extension", "mailgun: transport=extension && api-domain=mg.example.org"},
	{"extension-release", "mailgun 1.40: transport=extension", "mailgun 1.41: transport=extension"},
	{"extension-key-missing", "mailgun: transport=extension && secret=", "mailgun: transport=extension && secret= && secret-style=env"},
	{"extension-domain-missing", "mailgun: transport=extension && api-domain=", "mailgun: transport=extension && api-domain=mg.example.org"},
	{"extension-domain-syntax", "mailgun: transport=extension && api-domain=https://mg.example.org", "mailgun: transport=extension && api-domain=mg.example.org"},
}

// invented are carriers that show what no real one may show for ever.
func invented(t testing.TB, id string) *providers.Carrier {
	switch p := *carrier(t, "gmail"); id {
	case "test-xoauth2-only":
		p.Auth.Mechanisms = []wgsmtp.AuthMethod{wgsmtp.AuthXOAUTH2}
		return &p
	case "test-low":
		p.Confidence = providers.Low
		return &p
	}
	return carrier(t, id)
}

func facts(t testing.TB, situation string) Facts {
	head, changes, ok := strings.Cut(situation, ": ")
	if !ok {
		head, changes = situation, ""
		if strings.Contains(strings.Split(situation, " && ")[0], "=") {
			head, changes = "custom", situation
		}
	} else if strings.Contains(head, "=") {
		head, changes = "custom", situation
	}
	id, rel, ok := strings.Cut(head, " ")
	if !ok {
		rel = "1.43"
	}
	p := invented(t, id)
	c := filled(t, p, "", rel)
	if changes != "" {
		for _, pair := range strings.Split(changes, " && ") {
			field, value, ok := strings.Cut(pair, "=")
			if !ok {
				t.Fatalf("%s: %q is no assignment", situation, pair)
			}
			var err error
			if c, err = wgsmtp.Apply(c, []wgsmtp.Change{{Field: field, Value: value}}); err != nil {
				t.Fatalf("%s: %v", situation, err)
			}
		}
	}
	return Facts{&c, release(t, rel), p}
}

func find(fs []Finding, rule string) *Finding {
	i := slices.IndexFunc(fs, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		return nil
	}
	return &fs[i]
}

func errorsOf(fs []Finding) []string {
	var ids []string
	for _, f := range fs {
		if f.Severity == Error {
			ids = append(ids, f.Rule)
		}
	}
	return ids
}

func TestCases(t *testing.T) {
	mended := make(map[string]bool)
	for _, tc := range cases {
		f := facts(t, tc.fires)
		before := Check(f)
		got := find(before, tc.rule)
		if got == nil {
			t.Errorf("%s does not fire in %s: %v", tc.rule, tc.fires, ids(before))
			continue
		}
		if strings.ContainsAny(got.Message+got.Why, "{}") || strings.Contains(got.Message+got.Why, "  ") {
			t.Errorf("%s: text is not filled in: %s %s", tc.rule, got.Message, got.Why)
		}
		if find(Check(facts(t, tc.misses)), tc.rule) != nil {
			t.Errorf("%s fires in %s", tc.rule, tc.misses)
		}
		if got.Fix == nil {
			continue
		}
		mended[tc.rule] = true
		if got.Fix.Label == "" || strings.ContainsAny(got.Fix.Label, "{}") || strings.HasSuffix(got.Fix.Label, " ") {
			t.Errorf("%s: label %q", tc.rule, got.Fix.Label)
		}
		c, err := wgsmtp.Apply(*f.Config, got.Fix.Changes)
		if err != nil {
			t.Errorf("%s: the mend is refused: %v", tc.rule, err)
		}
		after := Check(Facts{&c, f.Release, f.Carrier})
		if find(after, tc.rule) != nil {
			t.Errorf("%s: still there after %q in %s", tc.rule, got.Fix.Label, tc.fires)
		}
		for _, id := range errorsOf(after) {
			if !slices.Contains(errorsOf(before), id) {
				t.Errorf("%s: the mend %q brings the error %s in %s", tc.rule, got.Fix.Label, id, tc.fires)
			}
		}
	}
	for _, r := range All() {
		if (r.fix != nil || r.sets != nil) && !mended[r.ID] {
			t.Errorf("%s: no case shows its mend", r.ID)
		}
	}
}

func ids(fs []Finding) []string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Rule)
	}
	return out
}

// Every rule is complete: both cases, a source, texts that say one thing each.
func TestRulesAreComplete(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range All() {
		if seen[r.ID] {
			t.Errorf("%s is there twice", r.ID)
		}
		seen[r.ID] = true
		if strings.Trim(r.ID, "abcdefghijklmnopqrstuvwxyz0123456789-.") != "" {
			t.Errorf("%s: not in kebab-case", r.ID)
		}
		if !slices.Contains([]Severity{Error, Warning, Hint}, r.Severity) {
			t.Errorf("%s: severity %q", r.ID, r.Severity)
		}
		if len(r.Fields) == 0 {
			t.Errorf("%s: no field", r.ID)
		}
		for _, id := range r.Fields {
			if _, ok := wgsmtp.FieldByID(id); !ok {
				t.Errorf("%s: %q is not a field", r.ID, id)
			}
		}
		if r.Title == "" || r.Source == "" || r.holds == nil {
			t.Errorf("%s: title, source or condition is missing", r.ID)
		}
		if (r.FixLabel != "") != (r.fix != nil || r.sets != nil) || r.fix != nil && r.sets != nil {
			t.Errorf("%s: label %q without a mend, or the other way round", r.ID, r.FixLabel)
		}
		for _, text := range []string{r.Message, r.Why} {
			if text != "{detail}" && text != "{sender.text}" && text != "{limits}" && !strings.HasSuffix(text, ".") {
				t.Errorf("%s: not a sentence: %q", r.ID, text)
			}
			if strings.ContainsAny(text, "!") {
				t.Errorf("%s: calm, please: %q", r.ID, text)
			}
		}
		for _, text := range []string{r.Message, r.Why, r.FixLabel} {
			for {
				_, rest, ok := strings.Cut(text, "{")
				if !ok {
					break
				}
				key, rest, _ := strings.Cut(rest, "}")
				if _, ok := newView(facts(t, "custom")).value(key); !ok {
					t.Errorf("%s: no placeholder {%s}", r.ID, key)
				}
				if key == "detail" && r.detail == nil {
					t.Errorf("%s: {detail} stands for nothing", r.ID)
				}
				text = rest
			}
		}
		if !slices.ContainsFunc(cases, func(c struct{ rule, fires, misses string }) bool { return c.rule == r.ID }) {
			t.Errorf("%s: no case", r.ID)
		}
	}
	for _, c := range cases {
		if !seen[c.rule] {
			t.Errorf("a case for %s, which is no rule", c.rule)
		}
	}
}

func TestOrder(t *testing.T) {
	f := facts(t, "debug=true && verify=off && port=25 && tls=implicit && enotif-watchlist=true")
	fs := Check(f)
	last := 0
	for _, x := range fs {
		if rank(x.Severity) < last {
			t.Errorf("%s comes after something graver is over: %v", x.Rule, ids(fs))
		}
		last = rank(x.Severity)
	}
	if !slices.Equal(ids(fs), ids(Check(f))) {
		t.Error("the order changes")
	}
}

// A secret is in no text, whatever fires.
func TestSecretStaysSecret(t *testing.T) {
	for _, s := range []string{"gmail: secret=hunter2 hunter2", "amazon-ses: secret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "custom: secret= hunter2 "} {
		f := facts(t, s)
		secret := strings.TrimSpace(string(f.Config.Secret))
		for _, x := range Check(f) {
			text := x.Message + x.Why + x.Source
			if x.Fix != nil {
				text += x.Fix.Label
			}
			if strings.Contains(text, secret) {
				t.Errorf("%s repeats the secret: %s", x.Rule, text)
			}
		}
	}
}

// User name, password, and where the password is kept. A secret's value is
// looked at and never repeated.

package rules

import (
	"strings"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// mismatch tells whether a pattern is there and the value does not have it.
func mismatch(pattern, value string) bool {
	return pattern != "" && len(value) <= 1024 && !providers.Matches(pattern, value)
}

// strip is the secret as the carrier wants it.
func strip(v *view) string {
	if v.secret == nil {
		s := v.carrier.Normalise("secret", string(v.Secret))
		v.secret = &s
	}
	return *v.secret
}

func inline(v *view) bool {
	return v.SecretStyle == wgsmtp.SecretInline && v.Secret != "" && (v.auths() && smtp(v) || v.Transport == wgsmtp.TransportExtension)
}

func iamSecret(v *view) bool {
	return v.auths() && inline(v) && ses(v) && providers.LooksLikeIAMSecret(v.User, strip(v))
}

func ses(v *view) bool { return sesRegion(v) != "" || v.carrier.ID == "amazon-ses" }

// sesRegion is the region in the host, email-smtp.REGION.amazonaws.com.
func sesRegion(v *view) string {
	h := strings.TrimSuffix(v.host, ".cn")
	for _, prefix := range [...]string{"email-smtp-fips.", "email-smtp."} {
		if r, ok := strings.CutPrefix(h, prefix); ok {
			if r, ok = strings.CutSuffix(r, ".amazonaws.com"); ok {
				return r
			}
		}
	}
	return ""
}

var credentialRules = []Rule{
	{
		ID: "user-space", Severity: Warning, Fields: []string{"user"},
		Title:    "White space around the user name",
		Message:  "The server will probably refuse the login, for the user name begins or ends with white space.",
		Why:      "MediaWiki sends it as it is written.",
		FixLabel: "Remove it",
		Source:   "RFC 4616 section 2",
		holds: func(v *view) bool {
			return v.auths() && v.User != strings.TrimSpace(v.User) && strings.TrimSpace(v.User) != ""
		},
		fix: func(v *view) []wgsmtp.Change { return one("user", strings.TrimSpace(v.User)) },
	},
	{
		ID: "user-fixed", Severity: Error, Fields: []string{"user"},
		Title:    "The carrier's user name is the same for everybody",
		Message:  "{carrier} will refuse the login, for its user name is always {detail}.",
		Why:      "The key in the place of the password says who you are.",
		FixLabel: "Use {new}",
		Source:   "the carrier's documentation",
		holds: func(v *view) bool {
			f := v.carrier.User.Fixed
			return v.auths() && f != "" && v.User != "" && v.User != f
		},
		detail: func(v *view) string { return v.carrier.User.Fixed },
		fix:    func(v *view) []wgsmtp.Change { return one("user", v.carrier.User.Fixed) },
	},
	{
		ID: "user-not-address", Severity: Warning, Fields: []string{"user"},
		Title:    "The carrier wants the whole address as user name",
		Message:  "{carrier} will probably refuse the login, for its user names are whole e-mail addresses.",
		Why:      "{user} has no @ in it.",
		FixLabel: "Use {new}",
		Source:   "the carrier's documentation",
		holds: func(v *view) bool {
			return v.auths() && wantsAddress(v) && v.User != "" && !strings.Contains(v.User, "@")
		},
		fix: func(v *view) []wgsmtp.Change {
			if v.senderLocal != "" && v.senderLocal == strings.TrimSpace(v.User) {
				return one("user", v.PasswordSender)
			}
			return nil
		},
	},
	{
		ID: "user-form", Severity: Warning, Fields: []string{"user"},
		Title:   "A user name of another form",
		Message: "{user} does not look like what {carrier} calls \"{user.label}\".",
		Why:     "Those have this form: {user.shape}.",
		Source:  "the carrier's documentation",
		holds: func(v *view) bool {
			c := &v.carrier.User
			return v.auths() && c.Fixed == "" && c.Shape != "" && v.User != "" && v.User == strings.TrimSpace(v.User) &&
				!(wantsAddress(v) && !strings.Contains(v.User, "@")) && mismatch(c.Pattern, v.User)
		},
	},
	{
		ID: "user-too-long", Severity: Warning, Fields: []string{"user"},
		Title:   "A very long user name",
		Message: "The server will refuse the login, for the user name has more than 255 bytes.",
		Why:     "No mail server has names of that length, and some close the connection at such a line.",
		Source:  "RFC 4954 section 4; RFC 4616 section 2",
		holds:   func(v *view) bool { return v.auths() && len(v.User) > 255 },
	},
	{
		ID: "secret-strip", Severity: Warning, Fields: []string{"secret"},
		Title:    "Characters in the password that are not part of it",
		Message:  "{carrier} may refuse the login, for the password holds white space or other characters that only make it easier to read.",
		Why:      "MediaWiki sends the password as it is written.",
		FixLabel: "Remove them",
		Source:   "the carrier's documentation; https://support.google.com/accounts/answer/185833",
		holds: func(v *view) bool {
			return v.auths() && inline(v) && strip(v) != string(v.Secret) && strip(v) != ""
		},
		fix: func(v *view) []wgsmtp.Change { return one("secret", strip(v)) },
	},
	{
		ID: "ses-iam-secret", Severity: Error, Fields: []string{"secret"},
		Title:    "An IAM secret key in place of the SES SMTP password",
		Message:  "Amazon SES will refuse the login with 535, for this is an IAM secret access key and not an SMTP password.",
		Why:      "The SMTP password is computed from the secret key and the region.",
		FixLabel: "Compute the SMTP password for the region",
		Source:   "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
		holds:    iamSecret,
		fix: func(v *view) []wgsmtp.Change {
			region := sesRegion(v)
			if region == "" {
				region = v.Region
			}
			p, err := providers.SESPassword(strip(v), region)
			if err != nil {
				return nil // no such region: which one is meant, only the person knows
			}
			return one("secret", p)
		},
	},
	{
		ID: "secret-form", Severity: Warning, Fields: []string{"secret"},
		Title:   "A password of another form",
		Message: "The password does not look like what {carrier} calls \"{secret.label}\".",
		Why:     "Those have this form: {secret.shape}.",
		Source:  "the carrier's documentation",
		holds: func(v *view) bool {
			c := &v.carrier.Secret
			return v.auths() && inline(v) && c.Shape != "" && !iamSecret(v) && mismatch(c.Pattern, strip(v))
		},
	},
}

func wantsAddress(v *view) bool {
	return v.carrier.User.Kind == "address"
}

// webRoots are directories that web servers serve by custom.
var webRoots = []string{
	"/var/www/", "/srv/www/", "/srv/http/", "/usr/share/nginx/", "/usr/local/www/", "/usr/local/apache2/htdocs/", "/opt/bitnami/mediawiki/",
	"/usr/share/mediawiki/", "/var/lib/mediawiki/", `c:\xampp\htdocs\`, `c:\inetpub\wwwroot\`,
}

func inWebRoot(path string) bool {
	p := strings.ToLower(path)
	for _, root := range webRoots {
		if strings.HasPrefix(p, root) || root[0] == 'c' && strings.HasPrefix(strings.ReplaceAll(p, "/", `\`), root) {
			return true
		}
	}
	return strings.Contains(p, "/public_html/") || strings.Contains(p, "/htdocs/") || strings.Contains(p, "/httpdocs/")
}

func hasSecret(v *view) bool {
	return smtp(v) && v.auths() || v.Transport == wgsmtp.TransportExtension
}

var secretRules = []Rule{
	{
		ID: "secret-inline", Severity: Hint, Fields: []string{"secret-style"},
		Title:   "The password is written into LocalSettings.php",
		Message: "Everybody who can read LocalSettings.php, or a copy of it in a backup or repository, can read the password.",
		Why:     "An environment variable or a file outside the web root keeps the two apart; otherwise let only the web server read the file (chmod 640).",
		Source:  "https://www.mediawiki.org/wiki/Manual:Security",
		holds:   inline,
	},
	{
		ID: "secret-file-webroot", Severity: Warning, Fields: []string{"secret-file"},
		Title:    "The password's file lies where the web server serves files",
		Message:  "Visitors may be able to download the file with the password.",
		Why:      "The path is inside a directory that web servers serve, and unlike LocalSettings.php the file is no PHP that would run.",
		FixLabel: "Use {new}",
		Source:   "https://www.mediawiki.org/wiki/Manual:Security",
		holds: func(v *view) bool {
			return hasSecret(v) && v.SecretStyle == wgsmtp.SecretFile && inWebRoot(v.SecretFile)
		},
		sets: []wgsmtp.Change{{Field: "secret-file", Value: "/etc/mediawiki/smtp-password"}},
	},
	{
		ID: "secret-env-fpm", Severity: Hint, Fields: []string{"secret-env"},
		Title:   "php-fpm hides the environment",
		Message: "Under php-fpm the variable is empty, unless the pool passes it on with env[...] or clear_env = no.",
		Why:     "php-fpm clears the environment of its workers by default, and cron jobs have one of their own.",
		Source:  "https://www.php.net/manual/en/install.fpm.configuration.php, clear_env",
		holds:   func(v *view) bool { return hasSecret(v) && v.SecretStyle == wgsmtp.SecretEnv },
	},
}

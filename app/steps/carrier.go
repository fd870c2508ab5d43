// The steps at the carrier: account, sender, DNS.

package steps

import (
	"strings"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// sentences joins those that are not empty.
func sentences(s ...string) string {
	var out []string
	for _, t := range s {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
}

// firstOf is the first that is not empty.
func firstOf(s ...string) string {
	for _, t := range s {
		if t != "" {
			return t
		}
	}
	return ""
}

// instead is for carriers that a password cannot open.
func instead(f facts) (Step, bool) {
	u := f.carrier.Unusable
	if u == nil {
		return Step{}, false
	}
	return Step{
		ID:    "instead",
		Title: "Choose another carrier",
		Text:  sentences(u.Why, u.Instead),
		// The rest of the list still holds for whoever knows better.
		Verify: "A carrier is chosen that takes a user name and a password over SMTP, or that has an extension.",
		Link:   f.carrier.Docs,
	}, true
}

func carrierAccount(f facts) (Step, bool) {
	p := f.carrier
	if !f.hasSecret() {
		return Step{}, false
	}
	label := func(c providers.Credential, or string) string {
		if c.Label != "" {
			return c.Label
		}
		return or
	}
	user, secret := label(p.User, "user name"), label(p.Secret, "password")
	s := Step{
		ID:   "carrier-account",
		Link: firstOf(p.Secret.Where, p.User.Where, p.Docs),
	}
	switch {
	case f.Transport == wgsmtp.TransportExtension:
		s.Title = "Get the key at " + f.name()
		s.Text = sentences("The extension logs in with an API key, not with the SMTP password.", p.Limits)
		s.Link = firstOf(p.Docs, s.Link)
		s.Verify = "You hold the API key and know the sending domain it belongs to."
	case !f.named():
		s.Title = "Ask for the account"
		s.Text = "Whoever runs the mail server gives you a user name and a password for sending. It is best made for the wiki alone, so that it can be withdrawn alone."
		s.Verify = "You hold a user name and a password that may send from the wiki's address."
	case f.own():
		s.Title = "Make an account for the wiki"
		s.Text = sentences("On the mail server, make an account for the wiki alone, so that it can be withdrawn alone.", p.User.Hint, p.Secret.Hint)
		s.Verify = "The mail server knows the user name and lets it send from the wiki's address."
	default:
		s.Title = "Get the account at " + f.name()
		s.Text = sentences(p.User.Hint, p.Secret.Hint)
		if s.Text == "" {
			s.Text = f.name() + " gives the " + user + " and the " + secret + "."
		}
		s.Verify = "You hold the " + user + " and the " + secret + "."
		if p.Secret.Shape != "" {
			s.Verify = "You hold the " + user + " and the " + secret + " (" + p.Secret.Shape + ")."
		}
	}
	return s, true
}

// carrierAllow is for carriers that know the wiki by where it calls from.
func carrierAllow(f facts) (Step, bool) {
	p := f.carrier
	if f.Transport != wgsmtp.TransportSMTP || f.logsIn() || !f.named() || f.own() || p.Kind == providers.KindTest {
		return Step{}, false
	}
	return Step{
		ID:     "carrier-allow",
		Title:  "Be let in without a password",
		Text:   firstOf(p.Auth.Note, "Without a login, "+f.name()+" takes mail only from addresses that it knows: those of its own customers, or those that you enter there."),
		Verify: "The server answers the wiki's host, and does not refuse the recipient of the test mail below as relaying.",
		Link:   p.Docs,
	}, true
}

func carrierSender(f facts) (Step, bool) {
	p := f.carrier
	if !f.named() || p.Sender.Rule == "" || p.Sender.Rule == providers.SenderAny || f.Transport == wgsmtp.TransportMail {
		return Step{}, false
	}
	s := Step{ID: "carrier-sender", Text: sentences(p.Sender.Text), Link: p.Docs}
	switch p.Sender.Rule {
	case providers.SenderLogin:
		s.Title = "Let the login and the sender agree"
		s.Verify = "$wgPasswordSender is the address you log in with, or an alias of it."
	case providers.SenderDomain:
		s.Title = "Have the sender's domain verified"
		s.Verify = f.name() + " shows the domain of $wgPasswordSender as verified."
	default:
		s.Title = "Have the sender verified"
		s.Verify = f.name() + " shows the address in $wgPasswordSender, or its domain, as verified."
	}
	if s.Text == "" {
		s.Text = f.name() + " does not take every sender."
	}
	return s, true
}

func carrierSandbox(f facts) (Step, bool) {
	if f.carrier.Sandbox == "" {
		return Step{}, false
	}
	return Step{
		ID:     "carrier-sandbox",
		Title:  "Leave the trial stage",
		Text:   f.carrier.Sandbox,
		Verify: "Mail reaches an address that has nothing to do with your account at " + f.name() + ".",
		Link:   f.carrier.Docs,
	}, true
}

// dns names the records in short; which ones, with their values, is the
// business of the delivery panel.
func dns(f facts) (Step, bool) {
	p := f.carrier
	domain := domainOf(f.PasswordSender)
	if !isHost(domain) || !strings.Contains(domain, ".") {
		return Step{}, false
	}
	for _, d := range p.Domains {
		if strings.EqualFold(d, domain) {
			return Step{}, false // the carrier's own domain: nothing of it is ours to publish
		}
	}
	if p.Kind == providers.KindTest {
		return Step{}, false
	}
	s := Step{
		ID:    "dns",
		Title: "Publish the DNS records",
		Text:  "In the DNS of " + domain + ", publish the records that the delivery view lists. The commands show what is there now; a change can take hours to be seen everywhere.",
		Commands: []string{
			"dig +short TXT " + shellQuote(domain),
			"dig +short TXT " + shellQuote("_dmarc."+domain),
		},
		Link: p.Docs,
	}
	spf := p.DNS.SPF
	switch {
	case strings.HasPrefix(spf, "include:") && p.DNS.Envelope == "":
		s.Verify = "One line begins with v=spf1 and holds " + spf + "; the second command shows a line that begins with v=DMARC1."
	case f.own() || !f.named():
		s.Verify = "One line begins with v=spf1 and names the server that sends; the second command shows a line that begins with v=DMARC1."
	default:
		s.Verify = "The second command shows a line that begins with v=DMARC1, and " + f.name() + " shows the domain as verified."
	}
	return s, true
}

// domainOf is what stands after the last @.
func domainOf(address string) string {
	return strings.TrimSpace(address[strings.LastIndexByte(address, '@')+1:])
}

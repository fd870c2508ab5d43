//go:build e2e

package e2e

import (
	"testing"
	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

func TestSmoke(t *testing.T) {
	h := needMailHost(t)
	w := needWiki(t)
	s := w.settings(t, `$wgPasswordSender='wiki@example.org'; $wgEnotifUserTalk = true; $wgAllowHTMLEmail=true; $wgSMTP = [ 'host' => 'ssl://smtp.example.org', 'port' => 465, 'auth' => true, 'username' => 'wiki@example.org', 'password' => 'p\'ä$$w"ö\rd ;#<>&' ];`)
	for _, k := range []wgsmtp.MailKind{"plain", "html", "confirm", "emailuser", "enotif-talk"} {
		err := w.send(t, s, h.CAFile, k, preview.Inputs{Recipient: preview.Person{Name: "Zoë (admin)", Email: "zoe@example.net"}, Sender: preview.Person{Name: "Bob", Email: "bob@example.com"}, Subject: "Hällo", Text: "Hello world, a text.", HTML: "<p>Hello"})
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		t.Logf("%+v", h.take(t, 1))
	}
}

package ui

import (
	"slices"
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/check"
	"wgsmtp/app/localsettings"
	"wgsmtp/app/php"
)

// odd are settings of which the form has no field for much.
var odd = map[string]string{
	"keys": `$wgSMTP = [ 'host' => 'mail.example.org', 'port' => 587, 'auth' => true, 'username' => 'wiki', 'password' => 'correct-horse',
		'persist' => true, 'pipelining' => false, 'access_token' => 'staple-battery' ];`,
	"expressions": `$wgSMTP = [ 'host' => getenv( 'MAIL_HOST' ) ?: 'mail.example.org', 'port' => (int)getenv( 'MAIL_PORT' ), 'auth' => true,
		'username' => $wgMailUser, 'password' => getenv( 'MAIL_PASSWORD' ) ?: 'staple-battery' ]; $wgPasswordSender = 'wiki@example.org';`,
	"types":   `$wgSMTP = [ 'host' => 'mail.example.org', 'port' => '587/tls', 'auth' => 1, 'username' => 'wiki', 'password' => 4711 ];`,
	"options": `$wgSMTP = [ 'host' => 'ssl://mail.example.org', 'port' => 465, 'auth' => false, 'socket_options' => [ 'ssl' => [ 'verify_peer' => false, 'capath' => '/etc/ca', 'passphrase' => 'staple-battery' ], 'socket' => [ 'bindto' => '192.0.2.1:0' ] ] ];`,
	"whole":   `$wgSMTP = $wgMail; $wgEnableEmail = $wgOn;`,
	"less":    `$wgSMTP = [ 'host' => 'mail.example.org' ]; $wgEnotifWatchlist = 'yes';`,
}

// brought is the state that the form gets from settings.
func brought(t *testing.T, src string) State {
	t.Helper()
	r := check.Check([]byte(src), "1.43")
	m := mendWith(&r, nil)
	return m.State
}

// mailOf is what a text says of mail, values in one line with the keys of arrays
// in order.
func mailOf(src string) map[string]string {
	f := localsettings.ImportWith([]byte(src), localsettings.ImportOptions{Fragment: true})
	out := map[string]string{}
	for _, v := range f.Settings.All() {
		if localsettings.IsMail(v.Name) {
			out[v.Name] = inOrder(v.Value)
		}
	}
	return out
}

func inOrder(v php.Value) string {
	if v.Kind != php.Array {
		return php.Printer{}.Source(v)
	}
	var parts []string
	for _, e := range v.Array {
		parts = append(parts, php.Printer{}.Source(e.Key.Value())+" => "+inOrder(e.Value))
	}
	slices.Sort(parts)
	return "[ " + strings.Join(parts, ", ") + " ]"
}

// From settings through the form to the block nothing is lost, and no link has
// a secret.
func TestFormKeeps(t *testing.T) {
	for name, src := range odd {
		t.Run(name, func(t *testing.T) {
			s := brought(t, src)
			s.Base = "https://tool.example.org/"
			block := Compute(s).Block.String()
			got := mailOf(block)
			for setting, want := range mailOf(src) {
				if got[setting] != want {
					t.Errorf("$%s is\n%s\nwas\n%s\n%s", setting, got[setting], want, block)
				}
			}
			for _, secret := range []string{"correct-horse", "staple-battery", "4711"} {
				if strings.Contains(s.Fragment(), secret) || strings.Contains(s.link(), secret) {
					t.Errorf("the link has a secret: %s", s.link())
				}
			}
			// The panel shows none either.
			page := &Page{state: s, out: Compute(s)}
			text := app.HTMLString(page.panel(tabBlock))
			for _, secret := range []string{"correct-horse", "staple-battery", "4711"} {
				if strings.Contains(text, secret) {
					t.Errorf("the panel shows %s:\n%s", secret, text)
				}
			}
		})
	}
}

// What is kept of a setting goes when its field is changed, and nothing else;
// it comes back when the change is taken back.
func TestKeptFollowsTheForm(t *testing.T) {
	s := brought(t, odd["types"])
	p := &Page{state: s, out: compute(s)}
	has := func(key, want string) {
		t.Helper()
		if got := mailOf(p.out.Block.String())["wgSMTP"]; !strings.Contains(got, "'"+key+"' => "+want) {
			t.Errorf("%s is not %s: %s", key, want, got)
		}
	}
	has("port", "'587/tls'")
	next := p.state
	next.Config.Port = 465
	p.remember("port 465", next)
	p.set(next)
	has("port", "465")
	has("auth", "1")
	// Typed since: it stays as it is typed.
	typed := p.state
	typed.Config.Secret = "new"
	p.set(typed)
	has("password", "'new'")
	p.set(p.undo[0].takenBack(p.state))
	has("port", "'587/tls'")
	has("password", "'new'")

	// One thing is dropped.
	next = p.state
	next.Kept = next.Kept.Clone()
	next.Kept.DropItem("$wgSMTP['auth']")
	p.set(next)
	has("auth", "true")
	has("port", "'587/tls'")
}

// A field for the certificate takes the place of what is kept of it; what has
// no field stays.
func TestKeptOptions(t *testing.T) {
	s := brought(t, odd["options"])
	p := &Page{state: s, out: compute(s)}
	next := p.state
	next.Config.PeerName = "smtp.example.org"
	p.set(next)
	got := mailOf(p.out.Block.String())["wgSMTP"]
	for _, want := range []string{"'peer_name' => 'smtp.example.org'", "'capath' => '/etc/ca'", "'bindto' => '192.0.2.1:0'"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing: %s", want, got)
		}
	}
}

// The previews read what is kept, the form does not ask for it, and the note
// names it.
func TestKeptIsSeen(t *testing.T) {
	s := brought(t, odd["types"])
	o := Compute(s)
	smtp, _ := o.settings().Get("wgSMTP")
	if v, _ := smtp.Get("port"); v.Str != "587/tls" {
		t.Errorf("the previews read port %v", v)
	}
	if len(o.Conversation.Lines) == 0 {
		t.Error("there is no conversation")
	}
	for _, f := range o.Findings {
		if slices.Contains(f.Fields, "port") || slices.Contains(f.Fields, "secret") {
			t.Errorf("%s is said of a field that what is kept decides", f.Rule)
		}
	}
	p := &Page{state: s, out: o}
	text := app.HTMLString(p.keptNote())
	for _, item := range s.Kept.Items() {
		if !strings.Contains(text, esc(item.Name)) {
			t.Errorf("%s is not in the note: %s", item.Name, text)
		}
	}
	if len(s.Kept.Items()) != 3 {
		t.Errorf("kept: %v", s.Kept.Items())
	}
}

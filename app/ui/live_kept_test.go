package ui

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// The live test is asked with what the block sets, and with the password that
// the wiki will use: the form's, one that was typed for the test, or one that
// the block has already.
func TestLiveRequest(t *testing.T) {
	for name, tt := range map[string]struct {
		asked    bool
		typed    string
		secret   any
		settings []string // in the block that goes along
	}{
		"keys":        {false, "typed", "correct-horse", []string{"=> true,\n\t'pipelining' => false", "'access_token' => 'staple-battery'"}},
		"expressions": {true, "typed", "typed", []string{"(int)getenv( 'MAIL_PORT' )"}},
		"types":       {false, "typed", nil, []string{"=> '587/tls'", "=> 4711"}},
		"options":     {false, "typed", nil, []string{"'capath' => '/etc/ca'", "'bindto' => '192.0.2.1:0'", "'passphrase' => 'staple-battery'"}},
		"whole":       {false, "typed", nil, []string{"$wgSMTP = $wgMail"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := brought(t, odd[name])
			s.Config.PasswordSender = "wiki@example.org" // else the block has an example
			p := &Page{state: s, out: compute(s)}
			if got := p.liveSecretAsked(); got != tt.asked {
				t.Errorf("a password is asked for: %v", got)
			}
			body, c := p.liveRequest(tt.typed)
			if body["secret"] != tt.secret {
				t.Errorf("the password is %v, want %v", body["secret"], tt.secret)
			}
			block, _ := body["settings"].(string)
			got, want := mailOf(block), mailOf(p.out.Block.String())
			for setting := range want {
				// The form's own password is not in it.
				if g, w := strings.ReplaceAll(got[setting], "'password' => ''", "'password' => 'correct-horse'"), want[setting]; g != w {
					t.Errorf("$%s is tried as\n%s\nthe block has\n%s", setting, g, w)
				}
			}
			for _, text := range tt.settings {
				if !strings.Contains(block, text) {
					t.Errorf("%s is missing in\n%s", text, block)
				}
			}
			// What a run keeps has no secret.
			run, err := json.Marshal(fmt.Sprintf("%+v %s", c, keptText(s.Kept)))
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"correct-horse", "staple-battery", "4711"} {
				if strings.Contains(string(run), secret) {
					t.Errorf("a run keeps %s: %s", secret, run)
				}
			}
		})
	}
	// Without anything of that kind no block goes along, nor does the text of
	// the form's password appear twice.
	s := NewState()
	s.Config.Secret = "correct-horse"
	p := &Page{state: s, out: compute(s)}
	body, _ := p.liveRequest("")
	if body["settings"] != nil || strings.Count(fmt.Sprint(body), "correct-horse") != 1 {
		t.Errorf("asked with %v", body)
	}
}

// What is kept tells one run from the next.
func TestKeptText(t *testing.T) {
	s := brought(t, odd["keys"])
	before := keptText(s.Kept)
	k := s.Kept.Clone()
	k.DropItem("$wgSMTP['persist']")
	if after := keptText(k); after == before || !strings.Contains(before, "persist") || strings.Contains(after, "persist") {
		t.Errorf("%q, then %q", before, after)
	}
	if keptText(nil) != "" {
		t.Error("nothing is kept, and it has a text")
	}
}

// An offer of another region is what the choice of that region makes of the
// form.
func TestOfferOfRegion(t *testing.T) {
	n := 0
	for _, c := range providers.All() {
		for _, h := range c.Hosts {
			if h.Region == "" || h.Host == "" || strings.Contains(h.Host, "{") || len(c.Hosts) > 4 {
				continue
			}
			n++
			s := StateFor(c.ID)
			got, err := wgsmtp.Apply(s.Config, []wgsmtp.Change{{Field: "region", Value: h.Region}, {Field: "host", Value: h.Host}})
			if err != nil {
				t.Error(err)
			}
			if want := s.WithCarrier(c, h.Region).Config; got != want {
				t.Errorf("%s, %s: %v", c.ID, h.Region, wgsmtp.Diff(want, got))
			}
		}
	}
	if n < 30 {
		t.Errorf("only %d regions", n)
	}
}

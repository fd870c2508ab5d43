package check

import (
	"strings"
	"testing"

	"wgsmtp/app/localsettings"
)

// personal are rules whose fix only the person can make, and why.
var personal = map[string]string{
	"secret-in-sender": "nobody else knows the address",
	"secret-shared":    "the text is right where it is; it is to be kept from others",
	"secret-elsewhere": "nobody else knows what belongs there",
	"mailer-replaced":  "either of the two may be wanted",
	"variable-unset":   "the variable may be set elsewhere",
	"placeholder":      "nobody else knows the value",
	"file-ends":        "what follows may be meant to be left out",
}

// A rule that says what to do does it, or only the person can.
func TestEveryFixMends(t *testing.T) {
	mended := map[string]bool{}
	for _, c := range cases {
		if f, ok := find(checked(c.fires), c.rule); ok && f.Mends {
			mended[c.rule] = true
		}
	}
	for _, c := range wholeCases {
		if f, ok := find(Check([]byte(c.fires), c.release), c.rule); ok && f.Mends {
			mended[c.rule] = true
		}
	}
	for _, c := range cases {
		f, ok := find(checked(c.fires), c.rule)
		if !ok || f.Fix == "" {
			continue
		}
		switch why := personal[c.rule]; {
		case mended[c.rule] && why != "":
			t.Errorf("%s is mended, and said not to be: %s", c.rule, why)
		case !mended[c.rule] && why == "":
			t.Errorf("%s says %q, and has no mend", c.rule, f.Fix)
		}
	}
}

// One mend makes right what its rule found, and changes nothing else that is
// said in the text; the diff shows it.
func TestMendOne(t *testing.T) {
	for _, c := range cases {
		r := checked(c.fires)
		f, ok := find(r, c.rule)
		if !ok || !f.Mends {
			continue
		}
		one := r.With(c.rule)
		whole, why := one.Whole(localsettings.Options{})
		if broken := c.rule == "php-broken"; why != "" && broken {
			continue // the statement has no end to put the block behind
		} else if why != "" {
			t.Errorf("%s: the whole text cannot be given for %q: %s", c.rule, c.fires, why)
		}
		again := Check([]byte(whole), r.Release)
		if f, ok := find(again, c.rule); ok {
			t.Errorf("%s is found still in line %d for %q: %s\n%s", c.rule, f.Line, c.fires, f.Message, whole)
		}
		if d := one.Diff("a", localsettings.Options{}); !strings.Contains(d, "\n+") && !strings.Contains(d, "\n-") {
			t.Errorf("%s: the diff of %q is empty", c.rule, c.fires)
		}
		for _, line := range []string{"$wgSitename = 'Wiki';", "$wgServer = 'https://wiki.example.org';"} {
			if !strings.Contains(whole, line) && !strings.Contains(c.fires, "wgSitename") {
				t.Errorf("%s: %s is gone", c.rule, line)
			}
		}
	}
	// A key that was lost is set again.
	r := Check([]byte("$wgSMTP['port'] = 25;\n$wgSMTP['timeout'] = 7;\n$wgSMTP = [ 'host' => 'h', 'port' => 587 ];\n"), "1.43")
	lost := r.With("smtp-key-lost")
	block := lost.Block(localsettings.Options{})
	if !strings.Contains(block, "'timeout'   => 7") || !strings.Contains(block, "'port'      => 25") {
		t.Errorf("what was lost is not there:\n%s", block)
	}
	// Several mends together, and none.
	r = checked("$wgSMTP['port'] = '587/tls'; $wgSMTP['auth'] = 'true';")
	both := r.With("port-suffix", "string-for-boolean")
	if b := both.Block(localsettings.Options{}); !strings.Contains(b, "'port'      => 587,") || !strings.Contains(b, "'auth'      => true,") {
		t.Errorf("two mends give\n%s", b)
	}
	// One finding of a rule, and not the others.
	keys := Check([]byte("$wgSMTP = [ 'Host' => 'h',\n'user' => 'u',\n'IDhost' => 'i' ];\n"), "1.43")
	for i := range keys.Findings {
		if f := &keys.Findings[i]; f.Rule == "key-misspelt" && f.Line == 2 {
			one := keys.With(f.Mark())
			if b := one.Block(localsettings.Options{}); !strings.Contains(b, "'username'") || !strings.Contains(b, "'Host'") || !strings.Contains(b, "'IDhost'") {
				t.Errorf("the mend of one key gives\n%s", b)
			}
		}
	}
	none := r.With()
	if b := none.Block(localsettings.Options{}); !strings.Contains(b, "'587/tls'") || !strings.Contains(b, "'true'") {
		t.Errorf("no mend gives\n%s", b)
	}
}

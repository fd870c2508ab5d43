package trouble

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"wgsmtp/app/wgsmtp"
)

// No advice switches off what protects a server on the internet.
func TestAdviceIsSafe(t *testing.T) {
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			for _, c := range r.causes {
				text := c.fix
				for _, cmd := range c.commands {
					text += "\n" + cmd.Text
				}
				for _, bad := range []string{"setenforce 0", "SELINUX=disabled", "'verify_peer' => false", "'verify_peer_name' => false", "'allow_self_signed' => true", "SECLEVEL=0", "chmod 777", "ufw disable"} {
					if strings.Contains(text, bad) {
						t.Errorf("%s/%s: advises %s", r.id, c.id, bad)
					}
				}
				cfg := wgsmtp.Default()
				cfg.Host, cfg.User = "smtp.example.org", "wiki@example.org"
				f := newFacts("x", Context{Config: &cfg})
				for _, ch := range c.mend(f) {
					switch {
					case ch.Field == "verify" && ch.Value != string(wgsmtp.VerifyFull), ch.Field == "allow-self-signed" && ch.Value == "true",
						ch.Field == "tls" && ch.Value == string(wgsmtp.TLSNone), ch.Field == "debug" && ch.Value == "true":
						t.Errorf("%s/%s: mend %+v", r.id, c.id, ch)
					}
				}
			}
		}
	}
}

// What a text holds cannot become part of a command, nor of another line.
func TestCommandsAreSafe(t *testing.T) {
	for _, host := range []string{"$(reboot)", "a;reboot", "`x`", "-proxy", "a b", "a'b", "a\"b", "a\\b", "a|b", "a\nb", "é.example"} {
		text := "Failed to connect to ssl://" + host + ":465 [SMTP: Failed to connect socket:  (code: -1, response: )]"
		c := wgsmtp.Default()
		c.Host, c.PasswordSender, c.User, c.Server = host, host, host, "https://"+host
		for _, e := range Diagnose(text, Context{Config: &c}).Entries {
			for _, cause := range e.Causes {
				for _, cmd := range cause.Commands {
					if strings.Contains(cmd.Text, host) && host != "-proxy" || strings.Contains(cmd.Text, " -proxy") {
						t.Errorf("%q is in %q", host, cmd.Text)
					}
				}
				if strings.ContainsAny(cause.Text+cause.Fix, "\n\r") {
					t.Errorf("line break in %q", cause.Text)
				}
			}
		}
	}
}

func TestSecretsStay(t *testing.T) {
	c := wgsmtp.Default()
	c.Host, c.User, c.Secret = "smtp.example.org", "wiki@example.org", "s3cret-word"
	d := Diagnose(refusedLogin, Context{Config: &c})
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "s3cret-word") {
		t.Error("the password is in the diagnosis")
	}
}

// A whole day's log is answered in a time linear in its length, whatever is in
// it. Times are only compared with others of the same run.
func TestLongTexts(t *testing.T) {
	const size = 5 << 20
	for name, piece := range map[string]string{
		"lines":    "2026-11-22 08:34:55 web1 wikidb: PEAR::Mail failed:" + refusedLogin + "\n",
		"one line": "smtp mail authentication failure [SMTP: ",
		"tags":     "<b", "entities": "&#", "double": "&amp;", "brackets": "[", "quotes": "> > ",
		"codes": "535 5.7.8 ", "words": "failed to connect to ", "names": "Nov 22 10:00:00 ", "colons": ": ", "starttls": "starttls failed {",
	} {
		text := strings.Repeat(piece, size/len(piece))
		var d Diagnosis
		took := func(text string) time.Duration {
			start := time.Now()
			d = Diagnose(text, Context{})
			return time.Since(start)
		}
		const times, slack, floor = 16, 4, 2 * time.Millisecond
		part, whole := time.Hour, time.Hour
		for range 8 {
			part = min(part, took(text[:len(text)/times]))
			whole = min(whole, took(text))
			if whole <= slack*times*max(part, floor) {
				break
			}
		}
		if whole > slack*times*max(part, floor) {
			t.Errorf("%s: a part takes %v, %d times as much %v", name, part, times, whole)
		}
		if name == "lines" && (!d.Known || d.Entries[0].ID != "auth-refused") {
			t.Errorf("%s: %s", name, ids(d))
		}
	}
}

func FuzzDiagnose(f *testing.F) {
	for _, e := range examples(f) {
		f.Add(e.hit[0], true)
		f.Add(e.miss[0], false)
	}
	f.Add("<p>&amp;#91;SMTP: (code: ,response:)]", true)
	cfg := wgsmtp.Default()
	cfg.Host, cfg.User = "smtp.example.org", "wiki@example.org"
	f.Fuzz(func(t *testing.T, text string, known bool) {
		ctx := Context{}
		if known {
			ctx.Config = &cfg
		}
		d := Diagnose(text, ctx)
		if d.Known != (len(d.Entries) > 0) || len(d.Entries) > most {
			t.Fatalf("known %t, %d entries", d.Known, len(d.Entries))
		}
		if len(d.Text) > longestCore || strings.Contains(d.Text, "\n") {
			t.Fatalf("text of %d bytes", len(d.Text))
		}
		for _, e := range d.Entries {
			if e.ID == "" || e.Title == "" || len(e.Causes) == 0 || e.Verify == "" {
				t.Fatalf("%+v", e)
			}
		}
		// Cleaning what is clean changes nothing of the answer's core.
		if c := Clean(text); Clean(c) != Clean(Clean(c)) {
			t.Fatalf("%q is never clean", c)
		}
	})
}

func BenchmarkDiagnose(b *testing.B) {
	cfg := wgsmtp.Default()
	cfg.Host, cfg.User = "smtp.example.org", "wiki@example.org"
	text := "Example Wiki could not send your confirmation mail.\nPlease check your email address for invalid characters.\n\nMailer returned:" + refusedLogin
	for b.Loop() {
		Diagnose(text, Context{Config: &cfg})
	}
}

func BenchmarkDiagnose5MB(b *testing.B) {
	text := strings.Repeat("2026-11-22 08:34:55 web1 wikidb: PEAR::Mail failed:"+refusedLogin+"\n", 5<<20/230)
	for b.Loop() {
		Diagnose(text, Context{})
	}
}

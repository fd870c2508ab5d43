package localsettings

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// sample is a block with what it must mean.
type sample struct {
	c     wgsmtp.Config
	r     *mediawiki.Release
	p     *providers.Carrier
	block Block
}

func (s sample) String() string {
	name := "no carrier"
	if s.p != nil {
		name = s.p.ID
	}
	return fmt.Sprintf("MediaWiki %s, %s, %s port %d %s", s.r.Version, name, s.c.Transport, s.c.Port, s.c.TLS)
}

func emitSample(c wgsmtp.Config, r *mediawiki.Release, p *providers.Carrier, o Options) sample {
	return sample{c, r, p, Emit(&c, r, p, o)}
}

// printed is what a block sets of what its Config means. What it leaves out
// must be the release's default, or the wiki's own.
func (s sample) printed(t testing.TB, got *Settings) *Settings {
	t.Helper()
	want := &Settings{}
	for _, v := range Of(&s.c, s.r, s.p).All() {
		if _, ok := got.Get(v.Name); !ok && s.mayBeLeftOut(v) {
			continue
		}
		want.Set(v.Name, v.Value)
	}
	return want
}

func (s sample) mayBeLeftOut(v Setting) bool {
	switch v.Name {
	case EmailsenderPage, "wgDBname", "wgDBprefix", "wgLanguageCode", "wgScriptPath", "wgArticlePath":
		return true
	case "wgSitename", "wgServer":
		return !s.c.PrintWiki
	}
	byDefault, known := defaultOf(v.Name, s.r)
	return known && v.Value.Kind == php.Bool && v.Name != "wgSMTP" && byDefault.Identical(v.Value)
}

// known replaces what only PHP knows by what it is in the oracle's process:
// one variable of the environment is there, and no file.
func (s sample) known(set *Settings, files string) *Settings {
	out := &Settings{}
	for _, v := range set.All() {
		out.Set(v.Name, s.resolve(v.Value, files))
	}
	return out
}

func (s sample) resolve(v php.Value, files string) php.Value {
	switch v.Kind {
	case php.Array:
		out := php.A()
		for _, e := range v.Array {
			out.Array = append(out.Array, php.Entry{Key: e.Key, Value: s.resolve(e.Value, files)})
		}
		return out
	case php.Symbolic:
		switch s.c.SecretStyle {
		case wgsmtp.SecretEnv:
			if s.c.SecretEnv == "MEDIAWIKI_SMTP_PASSWORD" {
				return php.S("from the environment")
			}
			return php.B(false) // getenv() of what is not there
		case wgsmtp.SecretFile:
			if s.c.SecretFile == files {
				return php.S("from the file")
			}
			return php.S("") // trim( false )
		}
	}
	return v
}

// judge lets PHP evaluate every block, and compares with what it must mean.
func judge(t *testing.T, samples []sample, file string) {
	t.Helper()
	code := make([]string, len(samples))
	for i, s := range samples {
		code[i] = s.block.String()
	}
	failed := 0
	for i, o := range evaluate(t, code) {
		s := samples[i]
		d := o.Error
		if d == "" {
			got := o.settings(t)
			d = differ(got, s.known(s.printed(t, got), file))
		}
		if d != "" {
			t.Errorf("%s: %s\n%s", s, d, clipTo(code[i], 2000))
			if failed++; failed > 5 {
				t.Fatal("and so on")
			}
		}
	}
}

func secretFile(t testing.TB) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "it's a $secret")
	must(t, os.WriteFile(name, []byte("from the file\n"), 0o600))
	return name
}

// Whatever is typed, the block parses and evaluates to exactly that, and
// importing it gives it back.
func TestRandomBlocks(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	all, file := releases(t), secretFile(t)
	const batch = 2000
	for left := blocks(t); left > 0; left -= batch {
		var samples []sample
		for range min(batch, left) {
			c := randomConfig(t, rnd)
			switch rnd.IntN(4) {
			case 0:
				c.SecretEnv = "MEDIAWIKI_SMTP_PASSWORD"
			case 1:
				c.SecretFile = file
			}
			if c.SecretFile != file {
				// PHP throws at an empty path, and at one with a NUL in it.
				c.SecretFile = "/nonexistent/" + strings.ReplaceAll(c.SecretFile, "\x00", "")
			}
			s := emitSample(c, randomRelease(rnd, all), randomCarrier(rnd), Options{Tool: nastyString(rnd), Link: nastyString(rnd)})
			checkImport(t, s)
			checkShape(t, s)
			samples = append(samples, s)
		}
		judge(t, samples, file)
	}
}

// checkImport tells that what Emit prints is what Import reads.
func checkImport(t *testing.T, s sample) {
	t.Helper()
	f := Import([]byte(s.block.String()))
	if len(f.Problems)+len(f.Notes) > 0 {
		t.Errorf("%s: importing the block: %v %v\n%s", s, f.Problems, f.Notes, clipTo(s.block.String(), 2000))
	}
	if d := differ(f.Settings, s.printed(t, f.Settings)); d != "" {
		t.Errorf("%s: importing the block: %s", s, d)
	}
}

// checkShape tells that lines are lines, fields are fields, and the syntax is
// the release's.
func checkShape(t *testing.T, s sample) {
	t.Helper()
	for _, l := range s.block.Lines {
		text := l.String()
		if strings.ContainsAny(text, "\r\n") {
			t.Errorf("%s: a line holds a line end: %q", s, clipTo(text, 300))
		}
		if text != "" && len(l.Fields) == 0 {
			t.Errorf("%s: no field decides the line %q", s, clipTo(text, 300))
		}
		for _, id := range l.Fields {
			if _, ok := wgsmtp.FieldByID(id); !ok {
				t.Errorf("%s: the line %q is decided by %q, which is no field", s, clipTo(text, 300), id)
			}
		}
		for _, tok := range l.Tokens {
			if tok.Class == ClassPunct && strings.Contains(tok.Text, "[") && !s.r.ShortArrays() {
				t.Errorf("%s: short array syntax in %q", s, clipTo(text, 300))
			}
			if tok.Class == ClassKeyword && tok.Text == "array" && s.r.ShortArrays() {
				t.Errorf("%s: old array syntax in %q", s, clipTo(text, 300))
			}
		}
		if !s.c.Comments && len(l.Tokens) > 0 && l.Tokens[0].Class == ClassPunct && strings.Contains(text, "\t# ") && l.Tokens[1].Class == ClassComment {
			t.Errorf("%s: a comment that was not asked for: %q", s, text)
		}
	}
}

// The same with a file that begins with <?php, as `php -l` reads it.
func TestLint(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	all := releases(t)
	var src bytes.Buffer
	src.WriteString("<?php\n")
	for range 300 {
		c := randomConfig(t, rnd)
		src.WriteString(Emit(&c, randomRelease(rnd, all), randomCarrier(rnd), Options{Tool: nastyString(rnd), Link: nastyString(rnd)}).String())
	}
	file := filepath.Join(t.TempDir(), "LocalSettings.php")
	must(t, os.WriteFile(file, src.Bytes(), 0o600))
	if out, err := exec.Command("php", "-n", "-l", file).CombinedOutput(); err != nil {
		t.Errorf("php -l: %v\n%s", err, clipTo(string(out), 2000))
	}
	if n := strings.Count(src.String(), "<?php"); n < 2 {
		t.Error("no block held <?php in a string: the seeds are not used")
	}
}

// Every carrier, in every release, with each of its hosts and ports.
func TestCarriers(t *testing.T) {
	all, file := releases(t), secretFile(t)
	var samples []sample
	for _, p := range providers.All() {
		for _, r := range all {
			for _, c := range carrierConfigs(p) {
				c.Release = r.Name()
				s := emitSample(c, r, p, Options{Tool: "wgsmtp 1.0.0", Link: "https://wgsmtp.example.org/#v1;carrier=" + p.ID})
				checkImport(t, s)
				checkShape(t, s)
				samples = append(samples, s)
			}
		}
	}
	if len(samples) < len(all) {
		t.Fatalf("%d carriers gave %d blocks", len(providers.All()), len(samples))
	}
	const batch = 5000
	for len(samples) > 0 {
		n := min(batch, len(samples))
		judge(t, samples[:n], file)
		samples = samples[n:]
	}
}

// carrierConfigs are the carrier's ports, and its regions on the first port.
func carrierConfigs(p *providers.Carrier) []wgsmtp.Config {
	c := wgsmtp.Default()
	c.Carrier, c.Transport, c.Auth = p.ID, p.Transport, p.Auth.Recommended
	if c.Auth == "" {
		c.Auth = wgsmtp.AuthAuto
	}
	c.User, c.Secret = "wiki@example.org", "it's $3cret"
	c.IDHost, c.EHLOName = "wiki.example.org", "wiki.example.org"
	c.PasswordSender, c.Sitename, c.Server = "wiki@example.org", "Example Wiki", "https://wiki.example.org"
	c.APIDomain, c.Host = "mg.example.org", "mail.example.org"
	var out []wgsmtp.Config
	if len(p.Hosts) > 0 {
		c.Host, c.Region = p.Hosts[0].Host, p.Hosts[0].Region
	}
	for _, port := range p.Ports {
		c.Port, c.TLS = port.Port, port.TLS
		out = append(out, c)
	}
	if len(p.Ports) == 0 {
		out = append(out, c)
	}
	if len(p.Hosts) > 1 {
		for _, h := range p.Hosts[1:] {
			d := out[0]
			d.Host, d.Region = h.Host, h.Region
			out = append(out, d)
		}
	}
	if p.Extension != nil {
		d := out[0]
		d.Transport = wgsmtp.TransportExtension
		out = append(out, d)
	}
	return out
}

// What a Config means, read back as a Config, means the same.
func TestToConfigInverse(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	all := releases(t)
	for range blocks(t) {
		c, r := randomConfig(t, rnd), randomRelease(rnd, all)
		if c.Transport == wgsmtp.TransportExtension {
			c.Transport = wgsmtp.TransportMail
		}
		if strings.Contains(c.Host, "://") {
			c.Host = "smtp.example.org"
		}
		want := Of(&c, r, nil)
		back, notes := ToConfig(want, r)
		if len(notes) > 0 {
			t.Fatalf("MediaWiki %s: notes %q on %s", r.Version, notes, differ(&Settings{}, want))
		}
		// What was not set is as in a new Config.
		fresh := wgsmtp.Default()
		for _, v := range Of(&fresh, r, nil).All() {
			if _, set := want.Get(v.Name); !set {
				want.Set(v.Name, v.Value)
			}
		}
		if d := differ(Of(&back, r, nil), want); d != "" {
			t.Fatalf("MediaWiki %s: %s", r.Version, d)
		}
	}
}

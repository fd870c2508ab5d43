package localsettings

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata")

// golden runs f on every archive of a directory. f gets the files by name and
// gives those that it expects; -update writes them.
func golden(t *testing.T, dir string, f func(t *testing.T, files map[string]string) []txtar.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", dir, "*.txtar"))
	must(t, err)
	if len(names) == 0 {
		t.Fatalf("no cases in testdata/%s", dir)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			must(t, err)
			files := map[string]string{}
			for _, x := range a.Files {
				files[x.Name] = string(x.Data)
			}
			for _, want := range f(t, files) {
				if files[want.Name] == string(want.Data) {
					continue
				}
				if !*update {
					t.Errorf("%s is\n%s\nshould be\n%s", want.Name, want.Data, files[want.Name])
					continue
				}
				put := false
				for i := range a.Files {
					if a.Files[i].Name == want.Name {
						a.Files[i].Data, put = want.Data, true
					}
				}
				if !put {
					a.Files = append(a.Files, want)
				}
				must(t, os.WriteFile(name, txtar.Format(a), 0o644))
			}
		})
	}
}

// Each case of testdata/emit is a Config, as lines of field=value over the
// default, and the block for it.
func TestEmit(t *testing.T) {
	golden(t, "emit", func(t *testing.T, files map[string]string) []txtar.File {
		c := wgsmtp.Default()
		for line := range strings.Lines(files["config"]) {
			id, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			f, ok := wgsmtp.FieldByID(id)
			if !ok {
				t.Fatalf("%q is no field", id)
			}
			must(t, f.Set(&c, value))
		}
		r, err := mediawiki.Lookup(c.Release)
		must(t, err)
		var p *providers.Carrier
		if c.Carrier != "custom" {
			var ok bool
			if p, ok = providers.ByID(c.Carrier); !ok {
				t.Fatalf("no carrier %q", c.Carrier)
			}
		}
		block := Emit(&c, r, p, Options{Tool: "wgsmtp 1.0.0", Link: "https://wgsmtp.example.org/#v1"}).String()
		return []txtar.File{{Name: "LocalSettings.php", Data: []byte(block)}}
	})
}

// Each case of testdata/import is a text, what it sets, and what was not
// understood in it.
func TestImport(t *testing.T) {
	golden(t, "import", func(t *testing.T, files map[string]string) []txtar.File {
		f := Import([]byte(files["in.php"]))
		var set, notes strings.Builder
		for _, v := range f.Settings.All() {
			fmt.Fprintf(&set, "%s $%s = %s;\n", v.Pos, v.Name, php.Printer{}.Source(v.Value))
		}
		for _, p := range f.Problems {
			fmt.Fprintf(&notes, "problem %s | %s\n", p, p.Text)
		}
		for _, p := range f.Notes {
			fmt.Fprintf(&notes, "note %s | %s\n", p, p.Text)
		}
		var out []txtar.File
		for _, x := range []struct{ name, text string }{{"settings", set.String()}, {"notes", notes.String()}} {
			if x.text != "" || files[x.name] != "" {
				out = append(out, txtar.File{Name: x.name, Data: []byte(x.text)})
			}
		}
		return out
	})
}

package trouble

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// example is a paragraph of testdata/entries.txt.
type example struct {
	id   string
	ctx  Context
	hit  []string
	miss []string
}

func examples(t testing.TB) []example {
	t.Helper()
	data, err := os.ReadFile("testdata/entries.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []example
	for n, l := range strings.Split(string(data), "\n") {
		switch {
		case l == "" || l[0] == '#':
		case strings.HasPrefix(l, "+ "):
			out[len(out)-1].hit = append(out[len(out)-1].hit, unescape(t, l[2:]))
		case strings.HasPrefix(l, "- "):
			out[len(out)-1].miss = append(out[len(out)-1].miss, unescape(t, l[2:]))
		default:
			words := strings.Fields(l)
			e := example{id: words[0]}
			for _, w := range words[1:] {
				field, value, ok := strings.Cut(w, "=")
				if !ok {
					t.Fatalf("line %d: %q", n+1, w)
				}
				if field == "carrier" {
					c, ok := providers.ByID(value)
					if !ok {
						t.Fatalf("line %d: no carrier %q", n+1, value)
					}
					e.ctx.Carrier = c
					continue
				}
				cfg := wgsmtp.Default()
				if e.ctx.Config != nil {
					cfg = *e.ctx.Config
				}
				cfg, err := wgsmtp.Apply(cfg, []wgsmtp.Change{{Field: field, Value: value}})
				if err != nil {
					t.Fatalf("line %d: %v", n+1, err)
				}
				e.ctx.Config = &cfg
			}
			out = append(out, e)
		}
	}
	return out
}

func unescape(t testing.TB, s string) string {
	t.Helper()
	u, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `"`, `\"`) + `"`)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return u
}

// Every row says what it must, and has a text that reaches it first and a near
// miss.
func TestEntries(t *testing.T) {
	has := map[string]int{}
	for _, e := range examples(t) {
		has[e.id]++
		if len(e.hit) == 0 || len(e.miss) == 0 {
			t.Errorf("%s: needs a text and a near miss", e.id)
		}
		for _, text := range e.hit {
			d := Diagnose(text, e.ctx)
			if !d.Known {
				t.Errorf("%s: not known: %q", e.id, text)
			} else if d.Entries[0].ID != e.id {
				t.Errorf("%s: %q reaches %v first", e.id, text, ids(d))
			}
		}
		for _, text := range e.miss {
			if d := Diagnose(text, e.ctx); strings.Contains(" "+ids(d)+" ", " "+e.id+" ") {
				t.Errorf("%s: reached by the near miss %q: %s", e.id, text, ids(d))
			}
		}
	}
	seen := map[string]bool{}
	for _, table := range tables {
		for i := range table {
			r := &table[i]
			if has[r.id] != 1 {
				t.Errorf("%s: %d paragraphs in testdata/entries.txt", r.id, has[r.id])
			}
			if seen[r.id] {
				t.Errorf("%s: twice in the tables", r.id)
			}
			seen[r.id] = true
			checkRow(t, r)
		}
	}
	for id := range has {
		if !seen[id] {
			t.Errorf("testdata/entries.txt: there is no entry %s", id)
		}
	}
}

func ids(d Diagnosis) string {
	var out []string
	for _, e := range d.Entries {
		out = append(out, e.ID)
	}
	return strings.Join(out, " ")
}

func checkRow(t *testing.T, r *row) {
	t.Helper()
	for what, s := range map[string]string{"title": r.title, "verify": r.verify, "source": r.source} {
		if s == "" {
			t.Errorf("%s: no %s", r.id, what)
		}
	}
	switch r.step {
	case Before, Sendmail, Connect, Greeting, EHLO, StartTLS, Auth, MailFrom, Rcpt, Data, Delivery:
	case "":
		if !strings.HasPrefix(r.id, "tls-") {
			t.Errorf("%s: no step", r.id)
		}
	default:
		t.Errorf("%s: step %q", r.id, r.step)
	}
	switch r.confidence {
	case "high", "medium", "low":
	default:
		t.Errorf("%s: confidence %q", r.id, r.confidence)
	}
	if r.match == nil && r.codes == nil {
		t.Errorf("%s: everything reaches it", r.id)
	}
	for _, p := range append(append([]string{}, r.match...), r.unless...) {
		if p != lower(p) {
			t.Errorf("%s: pattern %q is not in lower case", r.id, p)
		}
		if strings.Join(strings.Fields(p), " ") != strings.TrimSpace(p) {
			t.Errorf("%s: pattern %q has blanks that no cleaned text has", r.id, p)
		}
	}
	if len(r.causes) == 0 {
		t.Errorf("%s: no cause", r.id)
	}
	seen := map[string]bool{}
	for i := range r.causes {
		c := &r.causes[i]
		if c.id == "" || seen[c.id] || c.text == "" || c.fix == "" {
			t.Errorf("%s/%s: id, text or fix is missing or there twice", r.id, c.id)
		}
		seen[c.id] = true
	}
	all := r.title + r.verify
	for _, c := range r.causes {
		all += c.text + c.fix
		for _, cmd := range c.commands {
			if cmd.Text == "" || cmd.Lang == "" {
				t.Errorf("%s/%s: empty command", r.id, c.id)
			}
		}
	}
	if strings.Contains(all, "!") {
		t.Errorf("%s: exclamation mark", r.id)
	}
	for i := range all {
		if all[i] != '{' {
			continue
		}
		known := false
		for _, p := range placeholders {
			known = known || strings.HasPrefix(all[i:], p.name)
		}
		if !known {
			t.Errorf("%s: unknown placeholder at %.20q", r.id, all[i:])
		}
	}
}

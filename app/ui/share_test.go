package ui

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"

	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

var update = flag.Bool("update", false, "rewrite golden files")

// awkward are texts that links, URLs and JSON find hard.
var awkward = []string{
	"", "x", "a b", "50%", "a&b=c;d#e?f", `Zoë "Z" (admin)`, `it's \ 'quoted'`, "wiki@example.org", "日本語", "👩‍💻",
	"\t", "line\nbreak", "%41", "+", "&amp;", "<script>", "\u2028", "$wgSMTP", "'); ?>",
}

func randomText(r *rand.Rand) string {
	if r.IntN(3) > 0 {
		return awkward[r.IntN(len(awkward))]
	}
	text := make([]rune, r.IntN(20))
	for i := range text {
		text[i] = rune(r.IntN(0x300))
	}
	return string(text)
}

func randomState(r *rand.Rand) State {
	index := providers.Index()
	s := StateFor(index[r.IntN(len(index))].ID)
	for _, f := range wgsmtp.Fields() {
		if r.IntN(3) > 0 || f.ID == "carrier" {
			continue
		}
		v := randomText(r)
		switch f.Kind {
		case wgsmtp.KindNumber:
			v = fmt.Sprint(r.IntN(70000))
		case wgsmtp.KindSwitch:
			v = []string{"true", "false"}[r.IntN(2)]
		case wgsmtp.KindChoice:
			v = f.Choices[r.IntN(len(f.Choices))]
		}
		if f.ID == "release" {
			v = []string{"1.18", "1.31", "1.39", "1.43", "1.43.3", "1.45", "1.47"}[r.IntN(7)]
		}
		if err := f.Set(&s.Config, v); err != nil {
			panic(err)
		}
	}
	if r.IntN(2) == 0 {
		s.Mail = wgsmtp.MailKinds[r.IntN(len(wgsmtp.MailKinds))]
	}
	if r.IntN(2) == 0 {
		s.Inputs.Recipient.Name = randomText(r)
		s.Inputs.Subject = randomText(r)
		s.Inputs.From = &preview.Person{Name: randomText(r), Email: randomText(r)}
		s.Inputs.Recipients = []preview.Person{{Name: randomText(r)}, {Email: randomText(r)}}
		s.Inputs.Copy = r.IntN(2) == 0
	}
	return s
}

// A link opens to exactly the state it was made from, but for the secret.
func TestLinkOpensToTheSameState(t *testing.T) {
	n := 20000
	if testing.Short() {
		n = 1000
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range n {
		s := randomState(r)
		s.Config.Secret = "hunter2-never-in-a-link"
		link := s.Fragment()
		if strings.Contains(link, "hunter2") {
			t.Fatalf("the link holds the secret: %s", link)
		}
		got, err := ParseFragment("#" + link)
		if err != nil {
			t.Fatalf("ParseFragment(%q): %v", link, err)
		}
		want := s
		want.Config.Secret = ""
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("ParseFragment(%q)\n got %+v\nwant %+v", link, got, want)
		}
		if again := got.Fragment(); again != link {
			t.Fatalf("the link changes when it is made again:\n%s\n%s", link, again)
		}
		if i := strings.IndexFunc(link, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("\"<>\\^`{|}#", r) }); i >= 0 {
			t.Fatalf("the link holds %q, which a URL must not: %s", link[i], link)
		}
	}
}

// A preset alone gives the shortest link, and a carrier's own page none.
// A link that is made in a frame of another site leads to the page itself.
func TestLinksLeadOutOfFrames(t *testing.T) {
	for address, want := range map[string]string{
		"https://x.example/embed/gmail.html":                      "https://x.example/gmail.html",
		"https://x.example/tools/smtp/embed/?theme=dark&compact=": "https://x.example/tools/smtp/",
		"https://x.example/embed/smtp/embed/index.html":           "https://x.example/embed/smtp/index.html",
		"https://x.example/gmail":                                 "https://x.example/gmail",
	} {
		if got := fullAddress(address); got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

func TestLinkHoldsDifferencesOnly(t *testing.T) {
	for _, e := range providers.Index() {
		s := StateFor(e.ID)
		want := "1;carrier=" + e.ID
		if s.Config.Region != "" {
			want += "&region=" + s.Config.Region
		}
		if e.ID == customID {
			want = ""
		}
		if got := s.Fragment(); got != want {
			t.Errorf("StateFor(%q).Fragment() = %q, want %q", e.ID, got, want)
		}
		if got := s.fragmentFrom(StateFor(e.ID)); got != "" {
			t.Errorf("on its own page the link of %s is %q, want none", e.ID, got)
		}
	}
}

// What a link holds beyond our knowledge is reported, and the rest is read.
func TestParseFragmentReports(t *testing.T) {
	for _, c := range []struct {
		in, want string // want is part of the error
		sender   string
	}{
		{"1;carrier=gmail&sender=a@gmail.com&colour=red", `"colour"`, "a@gmail.com"},
		{"1;carrier=gmail&secret=abcdefghijklmnop&sender=a@gmail.com", `"secret"`, "a@gmail.com"},
		{"1;carrier=no-such&sender=a@example.org", `"no-such"`, "a@example.org"},
		{"1;carrier=gmail&port=many&sender=a@gmail.com", `"many"`, "a@gmail.com"},
		{"1;carrier=gmail&tls=maybe&sender=a@gmail.com", `"maybe"`, "a@gmail.com"},
		{"1;carrier=gmail&release=2.0&sender=a@gmail.com", `"2.0"`, "a@gmail.com"},
		{"1;carrier=gmail&mail=spam&sender=a@gmail.com", `"spam"`, "a@gmail.com"},
		{"1;carrier=gmail&inputs={&sender=a@gmail.com", "sample people", "a@gmail.com"},
		{"1;carrier=gmail&user=%4&sender=a@gmail.com", "user=%4", "a@gmail.com"},
		{"1;carrier=gmail&user=%zz&sender=a@gmail.com", "user=%zz", "a@gmail.com"},
		{"1;carrier=gmail&&sender=a@gmail.com", `""`, "a@gmail.com"},
		{"9;carrier=gmail", `"9"`, ""},
		{"about", `"about"`, ""},
		{strings.Repeat("1;", maxLink), "characters long", ""},
	} {
		s, err := ParseFragment(c.in)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("ParseFragment(%.60q) reports %v, want %q in it", c.in, err, c.want)
		}
		if s.Config.PasswordSender != c.sender {
			t.Errorf("ParseFragment(%.60q) read the sender %q, want %q", c.in, s.Config.PasswordSender, c.sender)
		}
		if s.Config.Secret != "" {
			t.Errorf("ParseFragment(%.60q) read a secret", c.in)
		}
	}
}

// testdata/links.txt holds links that were given out, each followed by the
// state it must open to for ever. -update adds the states of new links; a
// state that is there is never rewritten.
func TestOldLinks(t *testing.T) {
	const path = "testdata/links.txt"
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out strings.Builder
	var link string
	flush := func() {
		if link == "" {
			return
		}
		if !*update {
			t.Errorf("%s has no state: run with -update", link)
		}
		out.WriteString(stateText(t, link) + "\n")
		link = ""
	}
	lines := bufio.NewScanner(file)
	count := 0
	for lines.Scan() {
		line := lines.Text()
		switch {
		case strings.HasPrefix(line, "#"):
			flush()
			link = line
		case strings.HasPrefix(line, "= "):
			if got := stateText(t, link); got != line {
				t.Errorf("%s opens to\n%s\nwant\n%s", link, got, line)
			}
			link = ""
			count++
		}
		if link == "" && !strings.HasPrefix(line, "= ") && line != "" {
			t.Fatalf("%s: %q is neither a link nor a state", path, line)
		}
		out.WriteString(line + "\n")
	}
	flush()
	if *update {
		if err := os.WriteFile(path, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if count < 5 {
		t.Errorf("%d links are held, want at least 5", count)
	}
}

// stateText is a state as changes from the defaults of wgsmtp, which are not
// of this package's making.
func stateText(t *testing.T, link string) string {
	s, err := ParseFragment(link)
	if err != nil {
		t.Errorf("ParseFragment(%q): %v", link, err)
	}
	var b strings.Builder
	b.WriteString("=")
	for _, ch := range wgsmtp.Diff(wgsmtp.Config{}, s.Config) {
		fmt.Fprintf(&b, " %s=%q", ch.Field, ch.Value)
	}
	fmt.Fprintf(&b, " mail=%s", s.Mail)
	if in := s.Inputs; !reflect.DeepEqual(in, sampleInputs()) {
		text, _ := json.Marshal(in)
		fmt.Fprintf(&b, " inputs=%s", text)
	}
	return b.String()
}

func FuzzParseFragment(f *testing.F) {
	f.Add("1;carrier=gmail&sender=a%40b.c")
	f.Add("#1;carrier=amazon-ses&region=eu-central-1&inputs=%7B%7D")
	f.Fuzz(func(t *testing.T, text string) {
		s, _ := ParseFragment(text)
		if s.Config.Secret != "" {
			t.Error("a link gave a secret")
		}
		again, err := ParseFragment(s.Fragment())
		if err != nil {
			return // a value that the link's own reader refuses, such as an unknown carrier
		}
		if !again.sameLink(s) && isText(s) {
			t.Errorf("%q opens to %+v, its own link to %+v", text, s, again)
		}
	})
}

// isText tells whether the sample inputs are what JSON can hold.
func isText(s State) bool {
	text, err := json.Marshal(s.Inputs)
	if err != nil {
		return false
	}
	var in preview.Inputs
	return json.Unmarshal(text, &in) == nil && reflect.DeepEqual(in, s.Inputs)
}

package preview

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// b64 is a string that may not be UTF-8.
type b64 string

func (b *b64) UnmarshalJSON(data []byte) error {
	var s string
	if err := json.Unmarshal(data, &s); err != nil {
		return err
	}
	raw, err := base64.StdEncoding.DecodeString(s)
	*b = b64(raw)
	return err
}

// asPHP is testdata/php.json: what PHP and Mail_mime answered.
type asPHP struct {
	URL []struct {
		In  b64
		OK  bool
		Out json.RawMessage
	}
	MIME []struct {
		Name    string
		In, Out b64
	}
	Quoted []struct{ In, Out b64 }
	Wrap   []struct {
		In, Out b64
		Width   int
		Cut     bool
	}
	Shell []struct {
		In, Escaped b64
		Words       []b64
	}
	Bytes []struct{ In, URL, Slashes b64 }
}

func readPHP(t testing.TB) (p asPHP) {
	t.Helper()
	data, err := os.ReadFile("testdata/php.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestParseURLAsPHP(t *testing.T) {
	cases := readPHP(t).URL
	for _, c := range cases {
		u, ok := parseURL(string(c.In))
		if ok != c.OK {
			t.Errorf("%q: ok is %v", c.In, ok)
			continue
		}
		want := map[string]b64{}
		if c.Out[0] == '{' {
			if err := json.Unmarshal(c.Out, &want); err != nil {
				t.Fatal(err)
			}
		}
		got := map[string]b64{}
		for name, part := range map[string]struct {
			has   bool
			value string
		}{
			"scheme": {u.hasScheme, u.scheme}, "host": {u.hasHost, u.host}, "port": {u.hasPort, strconv.Itoa(u.port)},
			"user": {u.hasUser, u.user}, "pass": {u.hasPass, u.pass}, "path": {u.hasPath, u.path},
			"query": {u.hasQuery, u.query}, "fragment": {u.hasFragment, u.fragment},
		} {
			if part.has {
				got[name] = b64(part.value)
			}
		}
		g, _ := json.Marshal(got)
		w, _ := json.Marshal(want)
		if string(g) != string(w) {
			t.Errorf("%q:\n got %s\nwant %s", c.In, g, w)
		}
	}
	t.Logf("%d URLs", len(cases))
}

func TestMimeHeaderAsPEAR(t *testing.T) {
	cases := readPHP(t).MIME
	for _, c := range cases {
		if got := mimeHeader(c.Name, string(c.In)); got != string(c.Out) {
			t.Errorf("%s: %q\n got %q\nwant %q", c.Name, c.In, got, c.Out)
		}
	}
	t.Logf("%d headers", len(cases))
}

func TestQuotedPrintableAsPEAR(t *testing.T) {
	for _, c := range readPHP(t).Quoted {
		var b strings.Builder
		writeQuotedPrintable(&b, string(c.In))
		if b.String() != string(c.Out) {
			t.Errorf("%q\n got %q\nwant %q", c.In, b.String(), c.Out)
		}
	}
}

func TestWordwrapAsPHP(t *testing.T) {
	for _, c := range readPHP(t).Wrap {
		if got := wordwrap(string(c.In), c.Width, "\n ", c.Cut); got != string(c.Out) {
			t.Errorf("%q, %d, %v\n got %q\nwant %q", c.In, c.Width, c.Cut, got, c.Out)
		}
	}
}

func TestShellAsPHP(t *testing.T) {
	n := 0
	for _, c := range readPHP(t).Shell {
		escaped := escapeShellCommand(string(c.In))
		if escaped != string(c.Escaped) {
			t.Errorf("%q\n got %q\nwant %q", c.In, escaped, c.Escaped)
			continue
		}
		if c.Words == nil { // a line that the shell could not run
			continue
		}
		n++
		var want []string
		for _, w := range c.Words {
			want = append(want, string(w))
		}
		if got := shellWords(escaped); !slices.Equal(got, want) {
			t.Errorf("%q\n got %q\nwant %q", escaped, got, want)
		}
	}
	if n < 200 {
		t.Errorf("only %d lines were run", n)
	}
}

func TestBytesAsPHP(t *testing.T) {
	for _, c := range readPHP(t).Bytes {
		if got := urlEncode(string(c.In)); got != string(c.URL) {
			t.Errorf("urlEncode(%q) = %q, want %q", c.In, got, c.URL)
		}
		if got := addSlashes(string(c.In)); got != string(c.Slashes) {
			t.Errorf("addSlashes(%q) = %q, want %q", c.In, got, c.Slashes)
		}
	}
}

package transport

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

var pear = flag.String("pear", "", "rewrite testdata/pear.jsonl with what PEAR in this vendor/pear directory says")

// pearResult is one line of testdata/pear.jsonl: what PEAR Mail 1.5.1 and
// Net_SMTP 1.10.0 made of a string as a list of recipients, as a header and as
// a body. Byte slices are base64 in JSON.
type pearResult struct {
	In     []byte   `json:"in"`
	Error  *[]byte  `json:"error"`
	List   [][]byte `json:"list"`
	Header []byte   `json:"header"`
	Quoted []byte   `json:"quoted"`
}

func TestAsPEAR(t *testing.T) {
	const file = "testdata/pear.jsonl"
	if *pear != "" {
		cmd := exec.Command("php", "testdata/pear.php", *pear)
		cmd.Stdin = strings.NewReader(pearInputs())
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, valid := 0, 0
	for s := bufio.NewScanner(bytes.NewReader(data)); s.Scan(); lines++ {
		var want pearResult
		if err := json.Unmarshal(s.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		in := string(want.In)
		list, got := parseRecipients([]string{in})
		if want.Error != nil {
			if got == noReason {
				got = ""
			} else if got == "" {
				t.Errorf("recipients %q: no error, PEAR says %q", in, *want.Error)
			}
			if got != string(*want.Error) {
				t.Errorf("recipients %q: error %q (%q), PEAR says %q", in, got, list, *want.Error)
			}
		} else {
			valid++
			if got != "" || !slices.EqualFunc(list, want.List, func(a string, b []byte) bool { return a == string(b) }) {
				t.Errorf("recipients %q: %q, error %q; PEAR says %q", in, list, got, want.List)
			}
		}
		if got := sanitise(in); got != string(want.Header) {
			t.Errorf("header %q: %q, PEAR says %q", in, got, want.Header)
		}
		if got := quote(in); got != string(want.Quoted) {
			t.Errorf("body %q: %q, PEAR says %q", in, got, want.Quoted)
		}
	}
	if lines < 3000 || valid < 300 {
		t.Errorf("%d cases, %d of them valid lists: too few", lines, valid)
	}
}

// pearInputs are strings made of what matters to the parser, the same ones
// each time.
func pearInputs() string {
	pieces := []string{
		"a", "b@c", "@", "<", ">", "[", "]", "(", ")", ",", ";", ":", ".", `"`, `\`, " ", "\t", "\r", "\n", "\r\n", "\r\n ",
		"alice@example.net", `"Alice" <alice@example.net>`, "=?UTF-8?Q?Zo=C3=AB?= ", "<bob@example.com>", "ö", "\x00", "\x7f", "(c)", `\"`, "<CR>", "<lf>", "0x0A/%0A", "x", "0", "..", "\n.",
	}
	r := rand.New(rand.NewPCG(1, 822))
	var b strings.Builder
	line := func(s string) { b.WriteString(base64.StdEncoding.EncodeToString([]byte(s)) + "\n") }
	for _, p := range pieces {
		line(p)
		line(p + " <a@b.example>")
		line(`"` + p + `" <a@b.example>`)
		line("x" + p + "y@b.example, c@d.example")
	}
	for range 4000 {
		var s strings.Builder
		for range 1 + r.IntN(9) {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		line(s.String())
	}
	return b.String()
}

package site

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/andybalholm/brotli"

	"wgsmtp/app/php"
)

// earlyPage stands for the document: one slot in one line. It fills the slot with
// each text, as somebody typing would, and writes down what the slot shows.
const earlyPage = `
const slot = { dataset: { slot: "user" }, textContent: "'example'", parentNode: { nextElementSibling: { dataset: {}, textContent: "example" } } };
const listeners = {};
globalThis.localStorage = { getItem: () => null };
globalThis.MutationObserver = class { observe() {} disconnect() {} };
globalThis.document = {
	documentElement: { dataset: {} },
	addEventListener: ( type, f ) => { listeners[ type ] = f; },
	querySelectorAll: () => [ slot ],
	querySelector: () => null,
};
require( process.argv[ 2 ] );
const out = [];
for ( const { text, id, before, part } of JSON.parse( require( "fs" ).readFileSync( 0, "utf8" ) ) ) {
	slot.dataset = { slot: id, before, part, example: "'example'" };
	listeners.input( { target: { id, value: text } } );
	out.push( slot.textContent );
}
process.stdout.write( JSON.stringify( out ) );
`

type typed struct {
	Text   string `json:"text"`
	ID     string `json:"id"`
	Before string `json:"before,omitempty"`
	Part   string `json:"part,omitempty"`
}

// fill is what the slots show after each of the texts was typed.
func fill(t *testing.T, in []typed) []string {
	t.Helper()
	dir := t.TempDir()
	early, driver := filepath.Join(dir, "early.js"), filepath.Join(dir, "page.js")
	for name, text := range map[string][]byte{early: earlyJS, driver: []byte(earlyPage)} {
		if err := os.WriteFile(name, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", driver, early)
	cmd.Stdin = bytes.NewReader(input)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(in) {
		t.Fatalf("%d answers to %d texts", len(got), len(in))
	}
	return got
}

// What is shown before the program runs is quoted as the program will quote it.
func TestEarlyQuotesAsPHPDoes(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	awkward := []rune("'\"\\$\t\n\r\x00\x1f\x7f\u0080\u00a0\u00a1\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2010\u2027\u2028\u202e\u202f\u2030\u205f\u2060\u206f\u2070\ufdcf\ufdd0\ufdef\ufdf0\ufefe\ufeff\uff00\ufff8\ufff9\ufffb\ufffc\ufffd\ufffe\uffff\U0001fffe\U0001ffff\U00020000\U0010ffff{}ü語🎉")
	in := []typed{{Text: "$wgServer"}, {Text: `\`}, {Text: `'`}}
	for range 5000 {
		var b strings.Builder
		for range 1 + rnd.IntN(12) {
			switch rnd.IntN(3) {
			case 0:
				b.WriteRune(awkward[rnd.IntN(len(awkward))])
			case 1:
				b.WriteByte(byte(' ' + rnd.IntN(95)))
			default:
				if r := rune(rnd.IntN(utf8.MaxRune + 1)); utf8.ValidRune(r) {
					b.WriteRune(r)
				} else {
					b.WriteByte('x')
				}
			}
		}
		in = append(in, typed{Text: b.String()})
	}
	for i := range in {
		in[i].ID = "user"
		if i%4 == 1 {
			in[i].Before = "ssl://"
		}
	}
	for i, got := range fill(t, in) {
		if want := php.Quote(in[i].Before + in[i].Text); got != want {
			t.Errorf("%q before %q: got %s, want %s", in[i].Before, in[i].Text, got, want)
		}
	}
}

func TestEarlySlots(t *testing.T) {
	cases := []struct {
		typed
		want string
	}{
		{typed{ID: "user", Text: ""}, "'example'"},
		{typed{ID: "secret", Text: "correct horse"}, "'••••••••'"},
		{typed{ID: "secret", Text: ""}, "'example'"},
		{typed{ID: "server", Part: "host", Text: "https://wiki.example.net:8443/w"}, "'wiki.example.net'"},
		{typed{ID: "server", Part: "host", Text: "//wiki.example.net"}, "'wiki.example.net'"},
		{typed{ID: "server", Part: "host", Text: "https:/"}, "'example'"},
		{typed{ID: "host", Before: "tls://", Text: "mail.example.net"}, "'tls://mail.example.net'"},
	}
	in := make([]typed, len(cases))
	for i := range cases {
		in[i] = cases[i].typed
	}
	for i, got := range fill(t, in) {
		if got != cases[i].want {
			t.Errorf("%+v shows %s, want %s", cases[i].typed, got, cases[i].want)
		}
	}
}

// The script stands before the first paint: it has to be small.
func TestEarlyIsSmall(t *testing.T) {
	const most = 2048
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	if _, err := w.Write(earlyJS); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if b.Len() > most {
		t.Errorf("early.js has %d bytes compressed, more than %d", b.Len(), most)
	}
	t.Logf("early.js: %d bytes, %d compressed", len(earlyJS), b.Len())
}

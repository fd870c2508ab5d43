package localsettings

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"wgsmtp/app/php"
)

// The judge of these tests is PHP itself. One process evaluates a whole batch:
// it reads blocks from standard input, one base64 line each, runs every block
// in a scope of its own, and prints what is set afterwards, typed, as JSON.
const oracle = `
error_reporting( 0 );
putenv( 'MEDIAWIKI_SMTP_PASSWORD=from the environment' );
define( 'MEDIAWIKI', true );
$loaded = [];
function wfLoadExtension( $name ) { $GLOBALS['loaded'][] = $name; }
function typed( $v ) {
	switch ( gettype( $v ) ) {
		case 'NULL': return [ 'null' ];
		case 'boolean': return [ 'bool', $v ];
		case 'integer': return [ 'int', (string)$v ];
		case 'double': return [ 'float', bin2hex( pack( 'E', $v ) ) ];
		case 'string': return [ 'string', base64_encode( $v ) ];
		case 'array':
			$out = [];
			foreach ( $v as $k => $e ) { $out[] = [ typed( $k ), typed( $e ) ]; }
			return [ 'array', $out ];
	}
	return [ 'other', gettype( $v ) ];
}
function run( $code__ ) {
	try { eval( $code__ ); } catch ( Throwable $e__ ) { return [ 'error' => get_class( $e__ ) . ': ' . $e__->getMessage() ]; }
	unset( $code__ );
	$vars__ = get_defined_vars();
	$out = [];
	foreach ( $vars__ as $k => $v ) { $out[] = [ base64_encode( $k ), typed( $v ) ]; }
	return [ 'vars' => $out ];
}
while ( ( $line = fgets( STDIN ) ) !== false ) {
	$loaded = [];
	$out = run( base64_decode( trim( $line ) ) );
	if ( $loaded ) { $out['vars'][] = [ base64_encode( 'wfLoadExtension' ), typed( $loaded ) ]; }
	echo json_encode( $out ), "\n";
}
`

// outcome is what PHP made of a block.
type outcome struct {
	Error string               `json:"error"`
	Vars  [][2]json.RawMessage `json:"vars"`
}

// evaluate runs blocks of code (without <?php) in one PHP process.
func evaluate(t testing.TB, blocks []string) []outcome {
	t.Helper()
	var in, stderr bytes.Buffer
	for _, b := range blocks {
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(b)))
		in.WriteByte('\n')
	}
	cmd := exec.Command("php", "-n", "-d", "memory_limit=1G", "-r", oracle)
	cmd.Stdin, cmd.Stderr = &in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("php, the judge of this test, did not run: %v\n%s%s", err, stderr.String(), clipTo(string(out), 500))
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	results := make([]outcome, 0, len(blocks))
	for dec.More() {
		var o outcome
		if err := dec.Decode(&o); err != nil {
			t.Fatalf("php answered something else than JSON: %v", err)
		}
		results = append(results, o)
	}
	if len(results) != len(blocks) {
		t.Fatalf("php answered %d blocks of %d", len(results), len(blocks))
	}
	return results
}

func clipTo(s string, n int) string {
	if len(s) > n {
		return s[:n] + "..."
	}
	return s
}

// settings are the variables of an outcome.
func (o outcome) settings(t testing.TB) *Settings {
	t.Helper()
	s := &Settings{}
	for _, v := range o.Vars {
		var name []byte
		if err := json.Unmarshal(v[0], &name); err != nil {
			t.Fatal(err)
		}
		s.Set(string(name), typedValue(t, v[1]))
	}
	return s
}

func typedValue(t testing.TB, raw json.RawMessage) php.Value {
	t.Helper()
	var parts []json.RawMessage
	must(t, json.Unmarshal(raw, &parts))
	var kind, text string
	must(t, json.Unmarshal(parts[0], &kind))
	switch kind {
	case "null":
		return php.Value{}
	case "bool":
		var b bool
		must(t, json.Unmarshal(parts[1], &b))
		return php.B(b)
	case "int":
		var n int64
		must(t, json.Unmarshal(parts[1], &text))
		_, err := fmt.Sscan(text, &n)
		must(t, err)
		return php.I(n)
	case "float":
		must(t, json.Unmarshal(parts[1], &text))
		n, err := strconv.ParseUint(text, 16, 64)
		must(t, err)
		return php.F(math.Float64frombits(n))
	case "string":
		var b []byte
		must(t, json.Unmarshal(parts[1], &b))
		return php.S(string(b))
	case "array":
		var entries [][2]json.RawMessage
		must(t, json.Unmarshal(parts[1], &entries))
		out := php.A()
		for _, e := range entries {
			k, _ := typedValue(t, e[0]).Key()
			out.Array = append(out.Array, php.Entry{Key: k, Value: typedValue(t, e[1])})
		}
		return out
	}
	// An object or the like: no setting, and nothing that Import knows.
	return php.Sym(kind)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// differ describes the first difference of two sets of settings, "" if none.
func differ(got, want *Settings) string {
	for _, w := range want.All() {
		g, ok := got.Get(w.Name)
		if !ok {
			return fmt.Sprintf("$%s is not set, should be %s", w.Name, clipTo(php.Printer{}.Source(w.Value), 300))
		}
		if !g.Identical(w.Value) {
			return fmt.Sprintf("$%s is %s, should be %s", w.Name,
				clipTo(php.Printer{}.Source(g), 300), clipTo(php.Printer{}.Source(w.Value), 300))
		}
	}
	for _, g := range got.All() {
		if _, ok := want.Get(g.Name); !ok {
			return fmt.Sprintf("$%s is set to %s, should not be set", g.Name, clipTo(php.Printer{}.Source(g.Value), 300))
		}
	}
	return ""
}

// evaluateEach is evaluate for texts that may end the process: a batch at a
// time, and one by one where a batch does not come back.
func evaluateEach(t testing.TB, blocks []string) []outcome {
	t.Helper()
	if len(blocks) == 0 {
		return nil
	}
	if out, ok := tryEvaluate(blocks); ok {
		return out
	}
	if len(blocks) == 1 {
		return []outcome{{Error: "it ends PHP"}}
	}
	half := len(blocks) / 2
	return append(evaluateEach(t, blocks[:half]), evaluateEach(t, blocks[half:])...)
}

func tryEvaluate(blocks []string) ([]outcome, bool) {
	var in bytes.Buffer
	for _, b := range blocks {
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(b)))
		in.WriteByte('\n')
	}
	cmd := exec.Command("php", "-n", "-d", "memory_limit=1G", "-r", "ob_start( function () { return ''; } );"+strings.ReplaceAll(oracle, "echo json_encode( $out ), \"\\n\";", "fwrite( STDOUT, json_encode( $out ) . \"\\n\" );"))
	cmd.Stdin = &in
	out, err := cmd.Output()
	if err != nil {
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	var results []outcome
	for dec.More() {
		var o outcome
		if dec.Decode(&o) != nil {
			return nil, false
		}
		results = append(results, o)
	}
	return results, len(results) == len(blocks)
}

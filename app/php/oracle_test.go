package php

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// The judge is PHP itself. It reads one base64 line for each source (without
// <?php), runs it in a scope of its own, and prints $x, typed, or the error.
const oracle = `
error_reporting( 0 );
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
	ob_start();
	try { eval( $code__ ); } catch ( Throwable $e__ ) { return [ 'error' => get_class( $e__ ) . ': ' . $e__->getMessage() ]; }
	return [ 'x' => typed( $x ?? null ) ];
}
while ( ( $line = fgets( STDIN ) ) !== false ) {
	$out = run( base64_decode( trim( $line ) ) );
	ob_end_clean();
	echo json_encode( $out ), "\n";
}
`

type outcome struct {
	Error string          `json:"error"`
	X     json.RawMessage `json:"x"`
}

// evaluate runs sources in one PHP process.
func evaluate(t testing.TB, sources []string) []outcome {
	t.Helper()
	var in, stderr bytes.Buffer
	for _, s := range sources {
		in.WriteString(base64.StdEncoding.EncodeToString([]byte(s)))
		in.WriteByte('\n')
	}
	cmd := command()
	cmd.Stdin, cmd.Stderr = &in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("php, the judge of this test, did not run: %v\n%s", err, stderr.String())
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	var results []outcome
	for dec.More() {
		var o outcome
		if err := dec.Decode(&o); err != nil {
			t.Fatalf("php answered something else than JSON: %v", err)
		}
		results = append(results, o)
	}
	if len(results) != len(sources) {
		t.Fatalf("php answered %d sources of %d", len(results), len(sources))
	}
	return results
}

func command() *exec.Cmd {
	return exec.Command("php", "-n", "-d", "memory_limit=1G", "-r", oracle)
}

// refuses tells whether PHP refuses a source. Some errors end its process.
func refuses(t testing.TB, source string) bool {
	t.Helper()
	cmd := command()
	cmd.Stdin = strings.NewReader(base64.StdEncoding.EncodeToString([]byte(source)) + "\n")
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Fatalf("php, the judge of this test, did not run: %v", err)
		}
		return true
	}
	var o outcome
	must(t, json.Unmarshal(out, &o))
	return o.Error != ""
}

func (o outcome) value(t testing.TB) Value { return typedValue(t, o.X) }

func typedValue(t testing.TB, raw json.RawMessage) Value {
	t.Helper()
	var parts []json.RawMessage
	must(t, json.Unmarshal(raw, &parts))
	var kind, text string
	must(t, json.Unmarshal(parts[0], &kind))
	switch kind {
	case "null":
		return Value{}
	case "bool":
		var b bool
		must(t, json.Unmarshal(parts[1], &b))
		return B(b)
	case "int":
		must(t, json.Unmarshal(parts[1], &text))
		n, err := strconv.ParseInt(text, 10, 64)
		must(t, err)
		return I(n)
	case "float":
		must(t, json.Unmarshal(parts[1], &text))
		n, err := strconv.ParseUint(text, 16, 64)
		must(t, err)
		return F(math.Float64frombits(n))
	case "string":
		var b []byte
		must(t, json.Unmarshal(parts[1], &b))
		return S(string(b))
	case "array":
		var entries [][2]json.RawMessage
		must(t, json.Unmarshal(parts[1], &entries))
		out := A()
		for _, e := range entries {
			k, _ := typedValue(t, e[0]).Key()
			out.Array = append(out.Array, Entry{k, typedValue(t, e[1])})
		}
		return out
	}
	t.Fatalf("php has a value of type %s", fmt.Sprint(kind))
	return Value{}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

package api

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"wgsmtp/web/probe"
)

var update = flag.Bool("update", false, "rewrite the recorded stream")

// recorded is the stream that the page's own types are tested with: a step and
// a verdict that have every field, and an error.
var recorded = filepath.Join("..", "..", "app", "ui", "testdata", "live.ndjson")

// The stream is as it was recorded. The page has types of its own for it, and
// a test that they take the record in whole: so neither side changes alone.
func TestRecordedStream(t *testing.T) {
	var step probe.Step
	var verdict probe.Verdict
	n := 0
	fill(t, reflect.ValueOf(&step).Elem(), &n)
	fill(t, reflect.ValueOf(&verdict).Elem(), &n)
	var b bytes.Buffer
	for _, a := range []answer{{Step: &step}, {Verdict: &verdict}, {Error: "text <&> of an error"}} {
		if err := writeLine(&b, a); err != nil {
			t.Fatal(err)
		}
	}
	if *update {
		if err := os.WriteFile(recorded, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(recorded)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("the stream has changed: bring app/ui/live.go in line, then -update\n%s\nwas\n%s", b.Bytes(), want)
	}
}

// fill gives every field a value of its own, in slices one element.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch {
	case v.Type() == reflect.TypeFor[probe.Millis]():
		v.SetInt(int64(time.Duration(*n)*time.Millisecond + 250*time.Microsecond))
	case v.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("text <%d>", *n))
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.Int:
		v.SetInt(int64(*n))
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(t, v.Index(0), n)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), n)
		}
	default:
		t.Fatalf("a %s is not filled", v.Type())
	}
}

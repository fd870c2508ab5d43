package php

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// shapes are sources made to be slow: each of about n bytes.
var shapes = map[string]func(n int) string{
	"settings": func(n int) string {
		var b strings.Builder
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, "$wgSetting%d = [ 'host' => 'smtp.example.org', 'port' => %d, \"a\" => \"b\\n$x\" ]; # comment\n", i, i)
		}
		return b.String()
	},
	"one long line":     func(n int) string { return repeat("$a = 'b'; ", n/10) },
	"one array":         func(n int) string { return "$a = [" + repeat("'k',", n/4) + "];" },
	"keys":              func(n int) string { return "$a = [" + numbered("'k%d'=>1,", n) + "];" },
	"elements":          func(n int) string { return numbered("$a['k%d']=1;\n", n) },
	"appended":          func(n int) string { return repeat("$a[]=1;\n", n/8) },
	"dots":              func(n int) string { return "$a = ''" + repeat(".'b'", n/4) + ";" },
	"sums":              func(n int) string { return "$a = 1" + repeat("+1", n/2) + ";" },
	"open brackets":     func(n int) string { return "$a = " + repeat("[", n) },
	"open braces":       func(n int) string { return repeat("{", n) },
	"open ifs":          func(n int) string { return repeat("if(1){", n/6) },
	"nested ifs":        func(n int) string { return repeat(repeat("if(1){", 150)+"$a;"+repeat("}", 149)+"\n", n/1050) },
	"closing":           func(n int) string { return repeat("}", n) },
	"unclosed arrays":   func(n int) string { return repeat("$a = [ 'b' =>\n", n/14) },
	"unclosed calls":    func(n int) string { return repeat("$a[f(0,\n", n/8) },
	"quotes":            func(n int) string { return repeat("'", n|1) },
	"double quotes":     func(n int) string { return repeat(`"$`, n/2) },
	"heredocs":          func(n int) string { return numbered("<<<A%d\n", n) },
	"comments":          func(n int) string { return repeat("/*\n", n/3) },
	"tags":              func(n int) string { return repeat("<?php ?>", n/8) },
	"brace strings":     func(n int) string { return repeat(`"{$a[`, n/5) },
	"nested strings":    func(n int) string { return `$x = "` + repeat(`{$a["`, n/5) },
	"variables in text": func(n int) string { return `$x = "` + repeat("$a ", n/3) + `";` },
	"line ends":         func(n int) string { return repeat("\r\n\r", n/3) },
	"bad bytes":         func(n int) string { return repeat("\x01", n) },
	"letters":           func(n int) string { return repeat("é", n/2) },
	"index chain":       func(n int) string { return "$a" + repeat("[0]", n/3) + "=1;" },
	"minus":             func(n int) string { return "$a = " + repeat("-", n) + "1;" },
	"ternaries":         func(n int) string { return "$a = " + repeat("1?:", n/3) + "1;" },
	"environment":       func(n int) string { return "$b=getenv('B');$a = ''" + repeat(".$b", n/3) + ";" },
	"growing":           func(n int) string { return "$b=getenv('B');" + repeat("$b=$b.'c';", n/10) },
	"copies":            func(n int) string { return "$b=['c'];" + repeat("$b[]=$b;", n/8) },
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// Ten times the source takes about ten times as long: there is no shape of
// text that the parser or the evaluation is quadratic in.
func TestLinear(t *testing.T) {
	const small, times = 30_000, 10
	for name, shape := range shapes {
		t.Run(name, func(t *testing.T) {
			took := func(n int) time.Duration {
				src := []byte(shape(n))
				start := time.Now()
				var s Scope
				s.Run(Parse(src).Stmts)
				return time.Since(start)
			}
			// The least of several, as many as it takes: the machine has other
			// things to do, too.
			const slack, floor = 4, 5 * time.Millisecond
			least := [2]time.Duration{time.Hour, time.Hour}
			for range 10 {
				for i, n := range []int{small, times * small} {
					least[i] = min(least[i], took(n))
				}
				if least[1] <= slack*times*max(least[0], floor) {
					return
				}
			}
			t.Errorf("%d bytes took %v, %d bytes %v", small, least[0], times*small, least[1])
		})
	}
}

func BenchmarkParse5MB(b *testing.B) {
	src := []byte(shapes["settings"](5 << 20))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if f := Parse(src); len(f.Errors) > 0 {
			b.Fatal(f.Errors[0])
		}
	}
}

func BenchmarkRun5MB(b *testing.B) {
	src := []byte(shapes["settings"](5 << 20))
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		var s Scope
		s.Run(Parse(src).Stmts)
	}
}

func BenchmarkQuote(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Quote("it's a $secret")
	}
}

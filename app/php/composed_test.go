package php

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// random writes expressions. Those it names are variables that only PHP
// knows.
type random struct {
	*rand.Rand
	names []string
}

func (r *random) pick(s ...string) string { return s[r.IntN(len(s))] }

func (r *random) expr(depth int) string {
	if depth == 0 || r.IntN(6) == 0 {
		switch r.IntN(3) {
		case 0:
			return r.pick("1", "2", "-3", "0", "'5'", "'a'", `"b\n"`, "''", "true", "null", "1.5", "-0.5", "PHP_INT_MIN", "07", "'-2'", "[ 1 ]")
		case 1:
			return r.pick("getenv( 'A' )", "getenv( 'B' )", "getenv('C')", "$_SERVER['argc']", "PHP_EOL", "include '/none'", "f()")
		}
		return "$" + r.pick(r.names...)
	}
	sub := func() string {
		s := r.expr(depth - 1)
		if r.IntN(3) == 0 {
			return "( " + s + " )"
		}
		return s
	}
	switch r.IntN(12) {
	case 0:
		return r.pick("+", "-", "!", "@", "- ") + sub()
	case 1:
		return r.pick("(int)", "(string)", "(bool)", "(float)") + sub()
	case 2:
		return "( " + sub() + " ) ? " + sub() + " : ( " + sub() + " )"
	case 3:
		return "( " + sub() + " ) ?: ( " + sub() + " )"
	case 4:
		return "trim( " + sub() + " )"
	case 5:
		return `"a$` + r.pick(r.names...) + `b{$` + r.pick(r.names...) + `}"`
	case 6:
		return "[ 'k' => " + sub() + " ]['k']"
	case 7, 8:
		return sub() + " . " + sub()
	}
	return sub() + " " + r.pick("+", "-", "*", ".", "??", "&&", "||", "and", "or", "xor", "==", "<", "**", "===", "%", "|", "&", "<<") + " " + sub()
}

// What stands for a value that only PHP knows means what was written, whatever
// it is put into.
func TestComposedAsPHP(t *testing.T) {
	r := &random{rand.New(rand.NewPCG(1, 2)), nil}
	var written, composed, about []string
	for len(written) < 6000 {
		r.names = []string{"a", "b"}
		var src strings.Builder
		fmt.Fprintf(&src, "$a = getenv( 'A' ); $b = (int)getenv( 'B' ); ")
		for _, name := range []string{"c", "d"} {
			fmt.Fprintf(&src, "$%s = %s; ", name, r.pick(r.expr(2), "[ "+r.expr(2)+" ][0]", "( "+r.expr(1)+" )"))
			r.names = append(r.names, name)
		}
		fmt.Fprintf(&src, "$x = %s;", r.expr(2))
		if r.IntN(4) == 0 {
			fmt.Fprintf(&src, " $x %s %s;", r.pick(".=", "+=", "??=", "*="), r.expr(1))
		}
		failed := false
		s := Scope{Report: func(Node, error) { failed = true }}
		s.Run(Parse([]byte(src.String())).Stmts)
		x := valueOf(&s, "x")
		if failed || x.Kind != Symbolic {
			continue
		}
		env := "function f() { return 7; }"
		if len(written) > 0 {
			env = ""
		}
		env += " putenv( 'A=" + r.pick("", "5", "abc", "0") + "' ); putenv( 'B=" + r.pick("3", "-2", "no") + "' ); "
		written = append(written, env+src.String())
		composed = append(composed, env+"$x = "+x.Str+";")
		about = append(about, src.String()+"\ngives "+x.Str)
	}
	composed[0] = strings.TrimPrefix(composed[0], "function f() { return 7; }")
	was := evaluate(t, append(written, composed...))
	is := was[len(written):]
	same, wrong := 0, 0
	for i, src := range about {
		switch {
		case was[i].Error != "":
			continue // in what $x may not even use
		case is[i].Error == "" && bytes.Equal(was[i].X, is[i].X):
			same++
			continue
		}
		if wrong++; wrong < 10 {
			t.Errorf("%s\nPHP has %s %s\nand then %s %s", src, was[i].X, was[i].Error, is[i].X, is[i].Error)
		}
	}
	t.Logf("%d the same, %d wrong", same, wrong)
	if same < len(about)/3 {
		t.Errorf("only %d of %d have a value in PHP", same, len(about))
	}
}

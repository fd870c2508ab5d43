package localsettings

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
)

// pastedForm is a text as people paste it. The archives of testdata/pasted
// hold, for each, NAME/in.php (or NAME/in.quoted, lines of Go strings, where
// bytes would not survive an editor) and NAME/want: what it sets, what was
// noted, what was not understood.
type pastedForm struct {
	name, in, want string
	file           string // of the archive
}

func readPasted(t testing.TB) []pastedForm {
	t.Helper()
	files, err := filepath.Glob("testdata/pasted/*.txtar")
	must(t, err)
	var out []pastedForm
	at := map[string]int{}
	for _, file := range files {
		a, err := txtar.ParseFile(file)
		must(t, err)
		for _, x := range a.Files {
			name, part, _ := strings.Cut(x.Name, "/")
			key := file + "/" + name
			if _, ok := at[key]; !ok {
				at[key] = len(out)
				out = append(out, pastedForm{name: name, file: file})
			}
			f := &out[at[key]]
			switch part {
			case "in.php":
				f.in = string(x.Data)
			case "in.quoted":
				for line := range strings.Lines(string(x.Data)) {
					s, err := strconv.Unquote(strings.TrimSpace(line))
					if err != nil {
						t.Fatalf("%s: %s: %v", key, line, err)
					}
					f.in += s
				}
			case "want":
				f.want = string(x.Data)
			default:
				t.Fatalf("%s: a file %s", key, x.Name)
			}
		}
	}
	return out
}

func outcomeOf(f *File) string {
	var b strings.Builder
	list := func(word string, s *Settings) {
		for _, v := range s.All() {
			fmt.Fprintf(&b, "%s%s $%s = %s;\n", word, v.Pos, v.Name, php.Printer{}.Source(v.Value))
		}
	}
	list("", f.Settings)
	for _, p := range f.Notes {
		fmt.Fprintf(&b, "note %s: %s\n", p.Kind, p)
	}
	for _, p := range f.Problems {
		fmt.Fprintf(&b, "problem %s | %s\n", p, p.Text)
	}
	for _, o := range f.Others {
		fmt.Fprintf(&b, "the other way at %s:\n", o.Pos)
		list("\t", o.Settings)
	}
	return b.String()
}

func TestPasted(t *testing.T) {
	forms := readPasted(t)
	if len(forms) < 150 {
		t.Errorf("only %d forms", len(forms))
	}
	got := map[string]string{}
	for _, f := range forms {
		file := Import([]byte(f.in))
		out := outcomeOf(&file)
		got[f.file+"/"+f.name] = out
		if out != f.want && !*update {
			t.Errorf("%s: %s\n%s\nshould be\n%s", filepath.Base(f.file), f.name, out, f.want)
		}
	}
	if !*update {
		return
	}
	names, _ := filepath.Glob("testdata/pasted/*.txtar")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		must(t, err)
		var out []txtar.File
		for _, x := range a.Files {
			if strings.HasSuffix(x.Name, "/want") {
				continue
			}
			form, _, _ := strings.Cut(x.Name, "/")
			out = append(out, x, txtar.File{Name: form + "/want", Data: []byte(got[name+"/"+form])})
		}
		a.Files = out
		must(t, os.WriteFile(name, txtar.Format(a), 0o644))
	}
}

// mendedAlthoughPHP are forms that PHP takes, but for something else than
// what was meant.
var mendedAlthoughPHP = map[string]string{
	"soft-hyphen": "a name that holds what cannot be seen is another variable",
}

// Where PHP can evaluate a text, it gives what Import says: nothing is mended
// then, and every value that Import knows is PHP's. Variables that an if
// decides have one of the values that are kept apart.
func TestPastedAsPHP(t *testing.T) {
	forms := readPasted(t)
	var blocks []string
	for _, f := range forms {
		in := strings.TrimPrefix(f.in, "\uFEFF")
		if strings.HasPrefix(strings.TrimSpace(in), "<?") || strings.Contains(in, "<?php") {
			in = "?>" + in
		}
		blocks = append(blocks, in)
	}
	agreed := 0
	for i, o := range evaluateEach(t, blocks) {
		f := forms[i]
		file := Import([]byte(f.in))
		if o.Error != "" || strings.Contains(f.in, "$GLOBALS[") {
			continue // each form runs in a function here, where its variables are not the global ones
		}
		if slices.ContainsFunc(file.Notes, func(p Problem) bool { return p.Kind == KindMended && !strings.Contains(p.Reason, "no UTF-8") }) {
			if mendedAlthoughPHP[f.name] == "" && len(o.Vars) > 0 {
				t.Errorf("%s: PHP takes it, and it was mended: %v", f.name, file.Notes)
			}
			continue
		}
		agreed++
		want := o.settings(t)
		for _, v := range file.Settings.All() {
			if !v.Value.IsConst() || v.Name == Extensions {
				continue
			}
			w, ok := want.Get(v.Name)
			if ok && w.Identical(v.Value) {
				continue
			}
			if slices.ContainsFunc(file.Others, func(o Other) bool {
				x, there := o.Settings.Get(v.Name)
				return there == ok && x.Identical(w)
			}) {
				continue
			}
			t.Errorf("%s: $%s is %s, and PHP's is %s", f.name, v.Name, php.Printer{}.Source(v.Value), php.Printer{}.Source(w))
		}
		if len(file.Problems)+len(file.Others) > 0 || slices.ContainsFunc(file.Notes, func(p Problem) bool { return p.Kind == KindExit }) {
			continue
		}
		for _, w := range want.All() {
			if _, ok := file.Settings.Get(w.Name); !ok {
				t.Errorf("%s: PHP sets $%s, too", f.name, w.Name)
			}
		}
	}
	if agreed < 60 {
		t.Errorf("PHP evaluates %d forms only", agreed)
	}
}

// Import and Emit keep what is set: the block evaluates to the same, as far as
// it is about mail.
func TestRoundTrip(t *testing.T) {
	sources := map[string]string{}
	r := readRecorded(t)
	for _, c := range r.Cases {
		sources[c.ID] = r.Base + c.Settings
	}
	for _, f := range readPasted(t) {
		sources[f.name] = f.in
	}
	for name, src := range sources {
		for _, release := range []string{"1.43", "1.39.17", "1.31", "1.19"} {
			rel, err := mediawiki.Lookup(release)
			must(t, err)
			if d := roundTrip([]byte(src), rel); d != "" {
				t.Errorf("%s in %s: %s", name, release, d)
			}
		}
	}
}

// roundTrip says what changes when settings are imported and printed.
func roundTrip(src []byte, r *mediawiki.Release) string {
	f := Import(src)
	c, _ := ToConfig(f.Settings, r)
	block := Emit(&c, r, nil, Options{Kept: Keep(f.Settings, &c, r, nil)}).String()
	if strings.Contains(block, "{{") || strings.Contains(block, "<%") {
		return "" // a template, which is no PHP before it is filled in
	}
	if len(straighten(block, false)) > 0 || wraps(block) {
		return "" // words of odd characters, or that are a shell's, which are straightened when they are pasted
	}
	again := ImportWith([]byte(block), ImportOptions{Fragment: true})
	for _, v := range f.Settings.All() {
		// What a setting was before the text, or the block, sets it is gone behind it.
		src := php.Printer{}.Source(v.Value)
		named := func(w Setting) bool { return strings.Contains(src, "$"+w.Name) }
		if !v.Value.IsConst() && (slices.ContainsFunc(f.Settings.All(), named) || slices.ContainsFunc(again.Settings.All(), named)) {
			return ""
		}
	}
	again.Problems = slices.DeleteFunc(again.Problems, func(p Problem) bool {
		return slices.ContainsFunc(f.Problems, func(q Problem) bool { return p.Reason == q.Reason }) // a value that PHP would refuse
	})
	if len(again.Problems) > 0 {
		return fmt.Sprintf("the block has a problem: %v\n%s", again.Problems[0], block)
	}
	for _, v := range f.Settings.All() {
		if !IsMail(v.Name) || c.Transport == "extension" {
			continue
		}
		now, before := again.Settings.Effective(v.Name, r), v.Value
		if before.Kind == php.Null {
			before = f.Settings.Effective(v.Name, r)
		}
		if flat(now) != flat(before) && len(f.Problems) > 0 {
			// A value that could not be worked out is kept as it was written: in
			// the block, where what is not set is not empty, it may be.
			x := ImportWith([]byte("$x = "+php.Printer{}.Source(before)+";"), ImportOptions{Fragment: true})
			before, _ = x.Settings.Get("x")
		}
		if flat(now) != flat(before) {
			return fmt.Sprintf("$%s was %s, is %s", v.Name, flat(before), flat(now))
		}
	}
	return ""
}

// flat is a value with the keys of arrays in order: MediaWiki does not look at
// the order of $wgSMTP. Of what only PHP knows, it is the meaning.
func flat(v php.Value) string {
	switch v.Kind {
	case php.Symbolic:
		x, err := php.ParseExpr(v.Str)
		if err != nil {
			return v.Str
		}
		return meaning(x)
	case php.Array:
		var parts []string
		for _, e := range v.Array {
			parts = append(parts, php.Printer{}.Source(e.Key.Value())+"=>"+flat(e.Value))
		}
		slices.Sort(parts)
		return "[" + strings.Join(parts, ",") + "]"
	}
	return php.Printer{}.Source(v)
}

// meaning is an expression with brackets around each operation, so that two
// ways to write the same are equal: with more parentheses or fewer, text with
// variables in it or dots, a sum or what it comes to. It knows nothing of how
// expressions are put together when a file is read: it judges that.
func meaning(x php.Expr) string {
	if v, ok := constant(x); ok {
		return flat(v)
	}
	switch x := x.(type) {
	case *php.Paren:
		return meaning(x.X)
	case *php.Concat:
		var parts []string
		text, inText := "", false
		end := func() {
			if inText && text != "" {
				parts = append(parts, php.Quote(text))
			}
			text, inText = "", false
		}
		for _, p := range dotted(nil, x) {
			if v, ok := constant(p); ok && v.Kind != php.Array {
				text, inText = text+v.ToString(), true
				continue
			}
			end()
			parts = append(parts, meaning(p))
		}
		end()
		return "{" + strings.Join(parts, " . ") + "}"
	case *php.Variable:
		return "$" + x.Name
	case *php.Index:
		key := ""
		if x.Key != nil {
			key = meaning(x.Key)
		}
		return meaning(x.X) + "[" + key + "]"
	case *php.ArrayLit:
		var parts []string
		for _, it := range x.Items {
			part := meaning(it.Value)
			if it.Spread {
				part = "..." + part
			}
			if it.Key != nil {
				part = meaning(it.Key) + "=>" + part
			}
			parts = append(parts, part)
		}
		return "[" + strings.Join(parts, ",") + "]"
	case *php.Unary:
		return "{" + x.Op + meaning(x.X) + "}"
	case *php.Cast:
		return "{(" + php.Value{Kind: x.To}.TypeName() + ")" + meaning(x.X) + "}"
	case *php.Binary:
		return "{" + meaning(x.X) + " " + x.Op + " " + meaning(x.Y) + "}"
	case *php.Ternary:
		then := ""
		if x.Then != nil {
			then = meaning(x.Then)
		}
		return "{" + meaning(x.Cond) + " ? " + then + " : " + meaning(x.Else) + "}"
	case *php.Call:
		var args []string
		for _, a := range x.Args {
			args = append(args, meaning(a))
		}
		return strings.ToLower(x.Name) + "(" + strings.Join(args, ",") + ")"
	case *php.Const:
		return x.Name
	}
	return x.Source()
}

// dotted are the parts of a chain of dots, with those of chains in it: joining
// texts is the same in any order.
func dotted(dst []php.Expr, x php.Expr) []php.Expr {
	for {
		p, ok := x.(*php.Paren)
		if !ok {
			break
		}
		x = p.X
	}
	c, ok := x.(*php.Concat)
	if !ok {
		return append(dst, x)
	}
	for _, p := range c.Parts {
		dst = dotted(dst, p)
	}
	return dst
}

// constant is the value of an expression that names nothing.
func constant(x php.Expr) (php.Value, bool) {
	if php.Any(x, func(x php.Expr) bool {
		switch x.(type) {
		case *php.Variable, *php.Assign:
			return true
		}
		return false
	}) {
		return php.Value{}, false
	}
	v, err := (&php.Scope{}).Eval(x)
	return v, err == nil && v.IsConst()
}

// Whatever is pasted, printed and pasted again says the same.
func FuzzPasted(f *testing.F) {
	for _, p := range readPasted(f) {
		f.Add(p.in)
	}
	r := mediawiki.Newest()
	f.Fuzz(func(t *testing.T, src string) {
		file := Import([]byte(src))
		lines := strings.Count(file.Source, "\n") + strings.Count(file.Source, "\r") + 1
		for _, p := range slices.Concat(file.Problems, file.Notes) {
			if p.Pos.Line < 1 || p.Pos.Line > lines || p.Pos.Col < 1 || p.Reason == "" || strings.ContainsAny(p.Text, "\r\n") {
				t.Errorf("%q: %+v", src, p)
			}
		}
		for _, v := range file.Settings.All() {
			if v.Pos.Line < 1 || v.Pos.Line > lines {
				t.Errorf("%q: $%s is at %s", src, v.Name, v.Pos)
			}
		}
		if d := roundTrip([]byte(src), r); d != "" {
			t.Errorf("%q: %s", src, d)
		}
	})
}

package main

import (
	_ "embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// validator with the validations that app/rules uses. The others bring, among
// other things, a table of media types, one of languages, and a resolver of
// host names: 2 MB of the program. The expressions are left out too, and with
// them package regexp and the tables of Unicode: package hostname matches instead.
var validator = library{
	module:  "github.com/go-playground/validator/v10",
	version: "v10.30.6",
	sum:     "h1:E+mymlPNRzAMNz1FShrRvLeGWcprF5w305eLLgWieuo=",
	copy:    copyValidator,
}

// used are the validations that app/rules names. One that is missing here
// makes the first use of it panic, in the browser and in the tests.
var used = []string{
	"fqdn", "hostname_rfc1123", "http_url", "ip", "ipv6", "max", "min",
}

const validatorTable = "bakedInValidators" // in baked_in.go

//go:embed hostname/hostname.go
var hostname string

func copyValidator(from, to string) error {
	if err := copyPackage(from, to, func(name string) bool { return name != "regexes.go" }); err != nil {
		return err
	}
	if err := writeAs(filepath.Join(to, "hostname.go"), "validator", hostname); err != nil {
		return err
	}
	p, err := parsePackage(to)
	if err != nil {
		return err
	}
	if err := p.shrinkTable(validatorTable, used); err != nil {
		return err
	}
	p.dropUnreached("baked_in.go", "country_codes.go", "currency_codes.go", "language_codes.go", "postcode_regexes.go", "util.go")
	return p.write(to)
}

// sources is a package being cut. Cuts are ranges of its files' bytes.
type sources struct {
	fset  *token.FileSet
	files map[string]*sourceFile
}

type sourceFile struct {
	text []byte
	ast  *ast.File
	cuts []cut
}

type cut struct{ from, to int }

func parsePackage(dir string) (*sources, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	s := &sources{fset: token.NewFileSet(), files: map[string]*sourceFile{}}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(s.fset, name, text, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		s.files[filepath.Base(name)] = &sourceFile{text: text, ast: f}
	}
	return s, nil
}

func (s *sources) offset(p token.Pos) int { return s.fset.Position(p).Offset }

// cut takes away the bytes of a node, with what belongs to it before.
func (s *sources) cut(f *sourceFile, from, to token.Pos) {
	f.cuts = append(f.cuts, cut{s.offset(from), s.offset(to)})
}

func (f *sourceFile) isCut(offset int) bool {
	return slices.ContainsFunc(f.cuts, func(c cut) bool { return c.from <= offset && offset < c.to })
}

// shrinkTable keeps, of a map with string keys, the entries that are named.
func (s *sources) shrinkTable(name string, keep []string) error {
	for _, f := range s.files {
		for _, spec := range valueSpecs(f.ast) {
			if spec.Names[0].Name != name || len(spec.Values) != 1 {
				continue
			}
			table, ok := spec.Values[0].(*ast.CompositeLit)
			if !ok {
				return fmt.Errorf("%s is not a table", name)
			}
			found := 0
			for i, e := range table.Elts {
				entry, ok := e.(*ast.KeyValueExpr)
				if !ok {
					return fmt.Errorf("%s has an entry without a key", name)
				}
				end := table.Rbrace
				if i+1 < len(table.Elts) {
					end = table.Elts[i+1].Pos()
				}
				if key, ok := entry.Key.(*ast.BasicLit); ok && slices.Contains(keep, unquote(key.Value)) {
					found++
					continue
				}
				s.cut(f, entry.Pos(), end)
			}
			if found != len(keep) {
				return fmt.Errorf("%s has %d of the %d entries to keep", name, found, len(keep))
			}
			return nil
		}
	}
	return fmt.Errorf("there is no %s", name)
}

// dropUnreached takes functions and variables out of the named files that
// nothing reaches from the other files, by name. Names that are used twice for
// different things only keep more than is needed.
func (s *sources) dropUnreached(names ...string) {
	uses := map[string][]string{} // declared name to the names in its declaration
	var reached []string
	for name, f := range s.files {
		for _, d := range f.ast.Decls {
			if !slices.Contains(names, name) {
				reached = append(reached, s.namesIn(f, d)...)
				continue
			}
			for _, declared := range droppable(d) {
				uses[declared] = append(uses[declared], s.namesIn(f, declaration(d, declared))...)
			}
			if len(droppable(d)) == 0 {
				reached = append(reached, s.namesIn(f, d)...)
			}
		}
	}
	keep := map[string]bool{}
	for len(reached) > 0 {
		name := reached[len(reached)-1]
		reached = reached[:len(reached)-1]
		if !keep[name] {
			keep[name] = true
			reached = append(reached, uses[name]...)
		}
	}
	for _, name := range names {
		f := s.files[name]
		if f == nil {
			continue
		}
		for _, d := range f.ast.Decls {
			for _, declared := range droppable(d) {
				if !keep[declared] {
					node := declaration(d, declared)
					s.cut(f, node.Pos(), node.End())
				}
			}
		}
		s.dropImports(f)
	}
}

// droppable are the names of a declaration that can be taken out alone:
// functions without a receiver, and variables that are declared one by one.
func droppable(d ast.Decl) (out []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && d.Name.Name != "init" {
			out = append(out, d.Name.Name)
		}
	case *ast.GenDecl:
		if d.Tok != token.VAR {
			return nil
		}
		for _, spec := range d.Specs {
			v := spec.(*ast.ValueSpec)
			if len(v.Names) != 1 || v.Names[0].Name == "_" || !d.Lparen.IsValid() {
				return nil
			}
			out = append(out, v.Names[0].Name)
		}
	}
	return out
}

// declaration is the part of a declaration that declares a name.
func declaration(d ast.Decl, name string) ast.Node {
	if g, ok := d.(*ast.GenDecl); ok {
		for _, spec := range g.Specs {
			if spec.(*ast.ValueSpec).Names[0].Name == name {
				return spec
			}
		}
	}
	return d
}

// namesIn are the identifiers below a node that are not cut.
func (s *sources) namesIn(f *sourceFile, n ast.Node) (out []string) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !f.isCut(s.offset(id.Pos())) {
			out = append(out, id.Name)
		}
		return true
	})
	return out
}

// dropImports takes out the imports that what is left of a file does not use.
func (s *sources) dropImports(f *sourceFile) {
	left := map[string]bool{}
	for _, d := range f.ast.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			continue
		}
		for _, name := range s.namesIn(f, d) {
			left[name] = true
		}
	}
	for _, i := range f.ast.Imports {
		name := path.Base(unquote(i.Path.Value))
		if i.Name != nil {
			name = i.Name.Name
		}
		if !left[name] && name != "_" {
			s.cut(f, i.Pos(), i.End())
		}
	}
}

func (s *sources) write(dir string) error {
	for name, f := range s.files {
		if len(f.cuts) == 0 {
			continue
		}
		slices.SortFunc(f.cuts, func(a, b cut) int { return a.from - b.from })
		var b strings.Builder
		at := 0
		for _, c := range f.cuts {
			if c.from > at {
				b.Write(f.text[at:c.from])
			}
			at = max(at, c.to)
		}
		b.Write(f.text[at:])
		if err := os.WriteFile(filepath.Join(dir, name), []byte(b.String()), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func valueSpecs(f *ast.File) (out []*ast.ValueSpec) {
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, spec := range g.Specs {
				out = append(out, spec.(*ast.ValueSpec))
			}
		}
	}
	return out
}

func unquote(s string) string {
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return s
}

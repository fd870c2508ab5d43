// Command css writes static/build/site.css: the design tokens and the modules
// of Wikimedia's Codex that the page uses, then our own sheets, minified.
//
// Run it from the top of the repository after `npm ci --prefix static`.
//
// The tokens come first, only those that are used, directly or through
// another token. The dark ones follow twice: for a system that asks for dark,
// unless the page's switch says light, and for the switch itself.
package main

import (
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// modules are the Codex components on the page, in the order of the sheet.
var modules = []string{
	"CdxAccordion", "CdxButton", "CdxCard", "CdxCheckbox", "CdxField",
	"CdxInfoChip", "CdxLabel", "CdxMenu", "CdxMenuItem", "CdxMessage",
	"CdxProgressBar", "CdxRadio", "CdxSelect", "CdxTab", "CdxTable",
	"CdxTabs", "CdxTextArea", "CdxTextInput", "CdxToggleSwitch",
}

// ours are our own sheets: the frame with the form, the result panels, the pages
// for what people bring, and those to read.
var ours = []string{"page.css", "panels.css", "bring.css", "share.css", "live.css", "read.css"}

func main() {
	log.SetFlags(0)
	log.SetPrefix("css: ")
	sheet, err := Sheet("static")
	if err != nil {
		log.Fatal(err)
	}
	out := filepath.Join("static", "build", "site.css")
	if err := os.WriteFile(out, sheet, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d bytes\n", out, len(sheet))
}

// Sheet is the whole style sheet, read from the folder static/.
func Sheet(dir string) ([]byte, error) {
	npm := filepath.Join(dir, "node_modules", "@wikimedia")
	read := func(elem ...string) (string, error) {
		b, err := os.ReadFile(filepath.Join(elem...))
		if errors.Is(err, os.ErrNotExist) && strings.HasPrefix(elem[0], npm) {
			return "", fmt.Errorf("%w: run npm ci --prefix static", err)
		}
		return string(b), err
	}

	tokens := filepath.Join(npm, "codex-design-tokens", "dist")
	light, err := read(tokens, "theme-wikimedia-ui-root.css")
	if err != nil {
		return nil, err
	}
	dark, err := read(tokens, "theme-wikimedia-ui-mode-dark.css")
	if err != nil {
		return nil, err
	}
	var rules strings.Builder
	for _, m := range modules {
		css, err := read(npm, "codex", "dist", "modules", m+".css")
		if err != nil {
			return nil, err
		}
		rules.WriteString(css + "\n")
	}
	classes, err := mentioned(filepath.Join(dir, "..", "app", "ui"), filepath.Join(dir, "..", "web", "site"), dir)
	if err != nil {
		return nil, err
	}
	small, err := minify(rules.String())
	if err != nil {
		return nil, err
	}
	codex := withoutUnused(string(small), classes)
	lightTokens, darkTokens := declarations(light), declarations(dark)
	var page string
	for _, name := range ours {
		css, err := read(dir, name)
		if err != nil {
			return nil, err
		}
		if err := known(css, lightTokens); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		page += css
	}
	used := reach(codex+page, lightTokens, darkTokens)
	darkBlock := block(darkTokens, used)
	source := ":root{color-scheme:light dark;" + block(lightTokens, used) + "}\n" +
		"@media (prefers-color-scheme:dark){:root:not([data-theme=light]){" + darkBlock + "}}\n" +
		":root[data-theme=dark]{color-scheme:dark;" + darkBlock + "}\n" +
		":root[data-theme=light]{color-scheme:light}\n" +
		codex + page
	return minify(source)
}

// token is a custom property with its value.
type token struct{ name, value string }

var declaration = regexp.MustCompile(`(?m)^\s*(--[\w-]+):\s*([^;]+);`)

func declarations(css string) []token {
	var out []token
	for _, m := range declaration.FindAllStringSubmatch(css, -1) {
		out = append(out, token{m[1], m[2]})
	}
	return out
}

var reference = regexp.MustCompile(`var\(\s*(--[\w-]+)`)

// reach is the set of properties that css needs, through other tokens too.
func reach(css string, sets ...[]token) map[string]bool {
	used := make(map[string]bool)
	todo := []string{css}
	for len(todo) > 0 {
		text := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			if used[m[1]] {
				continue
			}
			used[m[1]] = true
			for _, set := range sets {
				for _, t := range set {
					if t.name == m[1] {
						todo = append(todo, t.value)
					}
				}
			}
		}
	}
	return used
}

func block(tokens []token, used map[string]bool) string {
	var b strings.Builder
	for _, t := range tokens {
		if used[t.name] {
			fmt.Fprintf(&b, "%s:%s;", t.name, t.value)
		}
	}
	return b.String()
}

// known reports properties in css that are neither tokens nor declared there:
// a misspelt one would silently fall back to nothing.
func known(css string, tokens []token) error {
	own := declarations(css)
	var errs []error
	for _, m := range reference.FindAllStringSubmatch(css, -1) {
		is := func(t token) bool { return t.name == m[1] }
		if !slices.ContainsFunc(tokens, is) && !slices.ContainsFunc(own, is) {
			errs = append(errs, fmt.Errorf("%s is not a design token", m[1]))
		}
	}
	return errors.Join(errs...)
}

func minify(css string) ([]byte, error) {
	r := api.Transform(css, api.TransformOptions{
		Loader:           api.LoaderCSS,
		MinifyWhitespace: true,
		MinifySyntax:     true,
		LegalComments:    api.LegalCommentsNone,
		Sourcefile:       "site.css",
	})
	var errs []error
	for _, m := range slices.Concat(r.Errors, r.Warnings) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%d: %s: ", m.Location.Line, m.Location.LineText[:min(80, len(m.Location.LineText))])
		}
		errs = append(errs, errors.New(where+m.Text))
	}
	return r.Code, errors.Join(errs...)
}

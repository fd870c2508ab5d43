package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// mentioned are the class names of Codex in our sources. One that ends in "--"
// begins several: what follows is put together when the page is made.
func mentioned(folders ...string) (map[string]bool, error) {
	out := make(map[string]bool)
	for _, dir := range folders {
		entries, err := os.ReadDir(dir)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			switch filepath.Ext(e.Name()) {
			case ".go", ".html", ".js", ".css":
			default:
				continue
			}
			b, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				return nil, err
			}
			for _, name := range codexClass.FindAllString(string(b), -1) {
				out[name] = true
			}
		}
	}
	return out, nil
}

var (
	codexClass = regexp.MustCompile(`cdx-[\w-]+`)
	negation   = regexp.MustCompile(`:not\([^()]*\)`)
	choice     = regexp.MustCompile(`:(is|where|has|not)\(`)
)

// withoutUnused takes the rules out of a minified sheet that can match nothing:
// those whose every selector needs a class that is not mentioned.
func withoutUnused(css string, classes map[string]bool) string {
	var b strings.Builder
	for len(css) > 0 {
		head, body, rest := nextRule(css)
		css = rest
		switch {
		case body == "", strings.HasPrefix(head, "@keyframes"), strings.HasPrefix(head, "@font-face"), strings.HasPrefix(head, "@property"):
			b.WriteString(head + body)
		case strings.HasPrefix(head, "@"):
			if inner := withoutUnused(body[1:len(body)-1], classes); inner != "" {
				b.WriteString(head + "{" + inner + "}")
			}
		default:
			var kept []string
			for _, s := range selectors(head) {
				if canMatch(s, classes) {
					kept = append(kept, s)
				}
			}
			if len(kept) > 0 {
				b.WriteString(strings.Join(kept, ",") + body)
			}
		}
	}
	return b.String()
}

// nextRule parts a rule from what follows it. A statement without a block has
// no body.
func nextRule(css string) (head, body, rest string) {
	start, depth := -1, 0
	quote := byte(0)
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ';' && depth == 0:
			return css[:i+1], "", css[i+1:]
		case c == '{':
			if depth == 0 {
				start = i
			}
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return css[:start], css[start : i+1], css[i+1:]
			}
		}
	}
	return css, "", ""
}

// selectors are the parts of a list, at the commas outside of brackets.
func selectors(head string) (out []string) {
	depth, from := 0, 0
	for i := 0; i < len(head); i++ {
		switch head[i] {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, head[from:i])
				from = i + 1
			}
		}
	}
	return append(out, head[from:])
}

func canMatch(selector string, classes map[string]bool) bool {
	selector = negation.ReplaceAllString(selector, "")
	if choice.MatchString(selector) {
		return true
	}
	for _, name := range codexClass.FindAllString(selector, -1) {
		begun := false
		if i := strings.LastIndex(name, "--"); i >= 0 {
			begun = classes[name[:i+2]]
		}
		if !classes[name] && !begun {
			return false
		}
	}
	return true
}

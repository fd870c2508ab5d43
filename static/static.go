// Package static holds what a page needs beside the program: the style sheet,
// built from Codex and page.css by static/css, and the icons.
package static

import "embed"

// FS holds build/site.css (absent before `go run ./static/css`) and icons/,
// and the script for other sites' pages.
//
//go:embed all:build icons embed.js
var FS embed.FS

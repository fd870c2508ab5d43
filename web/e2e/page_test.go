//go:build e2e

package e2e

import (
	"testing"
)

func TestPageSmoke(t *testing.T) {
	p := open(t, "/gmail.html", wide)
	p.fill("server", "https://wiki.example.org")
	p.fill("sitename", "My \"Wiki\"")
	p.fill("sender", "me@gmail.com")
	p.fill("user", "me@gmail.com")
	p.fill("secret", "abcd efgh ijkl mnop")
	t.Log(p.block())
	t.Log(p.copied())
	t.Log(p.findings())
	p.screenshot("gmail")
}

package main

import (
	"bufio"
	"context"
	"flag"
	"io"
	"io/fs"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"wgsmtp/static"
	"wgsmtp/web/site"
)

var update = flag.Bool("update", false, "rewrite the expected outputs in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wgsmtp": main})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true})
}

// Every example in the help texts is a command line that is understood.
func TestExamples(t *testing.T) {
	seen := map[string]bool{}
	for _, cmd := range commands {
		if cmd.about == "" || len(cmd.examples) == 0 || cmd.run == nil {
			t.Errorf("%s: no description, example or action", cmd.name)
		}
		if seen[cmd.name] {
			t.Errorf("%s is there twice", cmd.name)
		}
		seen[cmd.name] = true
		for _, e := range cmd.examples {
			words := strings.Fields(e.line)
			if len(words) < 2 || words[0] != "wgsmtp" || words[1] != cmd.name {
				t.Errorf("%s: %q is not an example of it", cmd.name, e.line)
			}
			if e.does == "" {
				t.Errorf("%s: %q is not explained", cmd.name, e.line)
			}
		}
	}
}

func TestParseTakesFlagsAnywhere(t *testing.T) {
	tests := []struct {
		args, rest, carrier string
	}{
		{"--carrier gmail a=1", "a=1", "gmail"},
		{"a=1 --carrier gmail b=2", "a=1 b=2", "gmail"},
		{"a=1 b=2 -carrier=gmail", "a=1 b=2", "gmail"},
		{"a=1 -- --carrier gmail", "a=1 --carrier gmail", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		flags := newFlags("emit")
		carrier := flags.String("carrier", "", "")
		rest, err := parse(flags, strings.Fields(tt.args))
		if got := strings.Join(rest, " "); err != nil || got != tt.rest || *carrier != tt.carrier {
			t.Errorf("%q: got %q, carrier %q, %v", tt.args, got, *carrier, err)
		}
	}
}

// The program serves its page from start to stop.
func TestServe(t *testing.T) {
	out, w := io.Pipe()
	var said strings.Builder
	ctx, stop := context.WithCancel(t.Context())
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, &console{strings.NewReader(""), w, &said}, []string{"serve", "--addr", "127.0.0.1:0"})
	}()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Timeout: 30 * time.Second}
	resp, err := client.Get(strings.TrimSpace(address) + "gmail")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || resp.StatusCode != 200 || !strings.Contains(string(body), "Gmail") {
		t.Errorf("gmail: %d, %v, %.200s", resp.StatusCode, err, body)
	}
	client.CloseIdleConnections()
	stop()
	if got := <-code; got != exitOK {
		t.Errorf("exit code %d, said %q", got, said.String())
	}
}

// The site that is in the program has no dead link, foreign request or style
// that its policy forbids, and is rendered in the time that we promise.
func TestSite(t *testing.T) {
	s := newSite(t)
	if err := s.Verify(); err != nil {
		t.Error(err)
	}
	// A second rendering gives the same bytes.
	again := newSite(t)
	for _, f := range s.Files() {
		a, err := f.Body()
		if err != nil {
			t.Fatal(err)
		}
		b, err := again.File(f.Path).Body()
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s: two renderings differ", f.Path)
		}
	}
}

func TestExitCodes(t *testing.T) {
	complete := "emit --carrier gmail user=a@gmail.com sender=a@gmail.com sitename=W server=https://w.example.org secret-style=env"
	tests := []struct {
		args string
		code int
	}{
		{"help", exitOK},
		{"help nothing", exitUsage},
		{"nothing", exitUsage},
		{"serve extra", exitUsage},
		{"serve --addr nowhere.invalid:0", exitFindings},
		{"site", exitUsage},
		{complete, exitOK},
		{complete + " port=25", exitFindings},
		{complete + " port=x", exitUsage},
		{"emit --list", exitOK},
		{"preview", exitUsage},
		{"preview none.php", exitUsage},
		{"explain 535 5.7.8 Username and Password not accepted", exitOK},
		{"explain The page has been moved.", exitFindings},
		{"explain", exitUsage},
		{"explain --settings none.php 535", exitUsage},
	}
	for _, tt := range tests {
		var out, said strings.Builder
		if got := run(t.Context(), &console{strings.NewReader(""), &out, &said}, strings.Fields(tt.args)); got != tt.code {
			t.Errorf("%s: got %d, want %d; it said\n%s", tt.args, got, tt.code, said.String())
		}
	}
}

// Every custom property that the style sheet uses it also has: the tokens are
// chosen by what the main sheets use, and others are added to them later.
func TestStyleHasItsProperties(t *testing.T) {
	if _, err := fs.Stat(static.FS, site.AssetStyle); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the style sheet is not built: ./build.sh build")
	}
	s := newSite(t)
	seen := 0
	for _, f := range s.Files() {
		if !strings.HasSuffix(f.Path, ".css") {
			continue
		}
		body, err := f.Body()
		if err != nil {
			t.Fatal(err)
		}
		css := string(body)
		for _, m := range regexp.MustCompile(`var\(\s*(--[a-z0-9-]+)\s*\)`).FindAllStringSubmatch(css, -1) {
			seen++
			if !regexp.MustCompile(m[1] + `\s*:`).MatchString(css) {
				t.Errorf("%s uses %s, which is nowhere set", f.Path, m[1])
			}
		}
	}
	if seen == 0 {
		t.Error("no style sheet was read")
	}
}

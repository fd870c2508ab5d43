//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/maxence-charriere/go-app/v10/pkg/app"

	"wgsmtp/app/ui"
	"wgsmtp/static"
	"wgsmtp/web/site"
)

// The static site on other people's web servers: nginx and Apache as Debian
// has them, Go's bare file server, which sends "/index.html" to "/", and one that
// sends x.html to x. Each serves one folder: a version of the site at the root,
// and the next at /tools/smtp/, side by side.

// The two versions: what `wgsmtp site` writes, and a next one with fewer pages,
// which says in each that it is the second.
const (
	firstVersion  = "first"
	secondVersion = "second"

	secondWords = "This is the second version."
)

// versionOf tells which version a page is of.
func versionOf(page string) string {
	switch {
	case strings.Contains(page, secondWords):
		return secondVersion
	case strings.Contains(page, "$wgSMTP"):
		return firstVersion
	}
	return ""
}

// builtFor is the origin of the first version: every server here is a mirror of it.
const builtFor = "https://smtp.example.org"

// siteOf writes the site of a version once, and gives its folder.
func siteOf(t *testing.T, version string) string {
	t.Helper()
	dir := filepath.Join(scratch, "site-"+version)
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	if version == firstVersion {
		run(t, program, "site", "--origin", builtFor, dir)
		return dir
	}
	page := func(name, carrier string) site.Page {
		return site.Page{Path: name + ".html", Title: carrier, Description: secondWords, Root: func() app.UI { return &ui.Page{Carrier: carrier} }}
	}
	pages := []site.Page{page("index", "")}
	for _, carrier := range []string{"gmail", "amazon-ses", "mailgun", "postfix", "isp", "zoho-mail"} {
		pages = append(pages, page(carrier, carrier))
	}
	s, err := site.New(site.Options{Pages: pages, Assets: static.FS, Base: "/tools/smtp/"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Write(dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// put copies a folder's files over those of another.
func put(t *testing.T, from, to string) {
	t.Helper()
	if err := os.MkdirAll(to, 0o755); err != nil {
		t.Fatal(err)
	}
	run(t, "cp", "-r", "--no-preserve=mode", from+"/.", to)
}

// www is a folder with the first version at its root and the second below
// tools/smtp/.
func www(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(scratch, "www")
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	put(t, siteOf(t, firstVersion), dir)
	put(t, siteOf(t, secondVersion), filepath.Join(dir, "tools", "smtp"))
	return dir
}

// webServer serves a folder until it is stopped, at an address of its own.
type webServer struct {
	name  string
	start func(t *testing.T, dir string) (origin string, stop func())
}

var webServers = []webServer{{"nginx", startNginx}, {"apache", startApache}, {"bare", startBare}, {"without-html", startPretty}}

// freeAddr is a free port of this machine.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// background runs a server in the foreground of its own process.
func background(t *testing.T, addr, name string, args ...string) (stop func()) {
	t.Helper()
	cmd := exec.Command(name, args...)
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cmd.Process.Signal(os.Interrupt)
			cmd.Wait()
			if t.Failed() {
				t.Logf("%s: %s", name, said.String())
			}
		})
	}
	t.Cleanup(stop)
	awaitPort(t, addr)
	return stop
}

func startNginx(t *testing.T, dir string) (string, func()) {
	t.Helper()
	nginx := need(t, "nginx", "nginx-light")
	addr, own := freeAddr(t), t.TempDir()
	conf := filepath.Join(own, "nginx.conf")
	text := fmt.Sprintf(`daemon off; user root; worker_processes 1; pid %[1]s/pid; error_log stderr;
events {}
http {
	include /etc/nginx/mime.types;
	access_log off; client_body_temp_path %[1]s; proxy_temp_path %[1]s; fastcgi_temp_path %[1]s; uwsgi_temp_path %[1]s; scgi_temp_path %[1]s;
	server {
		listen %[2]s;
		root %[3]s;
		error_page 404 /404.html;
		location /tools/smtp/ {
			gzip_static on;
			error_page 404 /tools/smtp/404.html;
		}
	}
}
`, own, addr, dir)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return "http://" + addr, background(t, addr, nginx, "-c", conf)
}

func startApache(t *testing.T, dir string) (string, func()) {
	t.Helper()
	apache := need(t, "apache2", "apache2")
	addr, own := freeAddr(t), t.TempDir()
	conf := filepath.Join(own, "apache.conf")
	modules := ""
	for _, m := range []string{"mpm_event", "authz_core", "mime", "dir"} {
		modules += fmt.Sprintf("LoadModule %s_module /usr/lib/apache2/modules/mod_%s.so\n", m, m)
	}
	text := fmt.Sprintf(`%[4]sServerRoot %[1]s
ServerName localhost
Listen %[2]s
PidFile %[1]s/pid
DefaultRuntimeDir %[1]s
ErrorLog %[1]s/error.log
TypesConfig /etc/mime.types
DocumentRoot %[3]s
DirectoryIndex index.html
ErrorDocument 404 /404.html
<Location /tools/smtp/>
ErrorDocument 404 /tools/smtp/404.html
</Location>
`, own, addr, dir, modules)
	if err := os.WriteFile(conf, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return "http://" + addr, background(t, addr, apache, "-X", "-f", conf)
}

func startGo(t *testing.T, h http.Handler) (string, func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go server.Serve(l)
	stop := func() { server.Close() }
	t.Cleanup(stop)
	return "http://" + l.Addr().String(), stop
}

func startBare(t *testing.T, dir string) (string, func()) {
	t.Helper()
	return startGo(t, http.FileServer(http.Dir(dir)))
}

// startPretty leads x.html to x, and serves the one for the other.
func startPretty(t *testing.T, dir string) (string, func()) {
	t.Helper()
	files := http.FileServer(http.Dir(dir))
	return startGo(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutSuffix(r.URL.Path, ".html"); ok {
			name = strings.TrimSuffix(name, "index")
			http.Redirect(w, r, name, http.StatusPermanentRedirect)
			return
		}
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(r.URL.Path)+".html")); err == nil {
			r.URL.Path += ".html"
		}
		files.ServeHTTP(w, r)
	}))
}

// visit opens a page in a browser context of its own and waits for the program.
func visit(t *testing.T, origin, path string) *tab {
	t.Helper()
	parent, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	p := openIn(t, parent, origin, path, wide, chromedp.WithNewBrowserContext())
	p.awaitProgram()
	return p
}

// another opens a further tab in the same browser context.
func (p *tab) another(path string) *tab {
	p.t.Helper()
	return openIn(p.t, p.ctx, p.origin, path, wide)
}

const running = `!document.querySelector("[data-printed]") && !!document.querySelector("#form #server")`

func (p *tab) awaitProgram() {
	p.t.Helper()
	p.await("the program to run", running)
}

// navigate goes somewhere in the same tab.
func (p *tab) navigate(path string) {
	p.t.Helper()
	p.do(chromedp.Navigate(p.origin + path))
}

// get asks a server directly.
func get(t *testing.T, url string) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// Every server, at the root and below it: the start page, a page with values
// in its address, the way back, an address that is none.
func TestHosting(t *testing.T) {
	for _, server := range webServers {
		t.Run(server.name, func(t *testing.T) {
			origin, _ := server.start(t, www(t))
			for base, version := range map[string]string{"/": firstVersion, "/tools/smtp/": secondVersion} {
				p := visit(t, origin, base)
				p.click(`.card[data-arg="mailgun"]`)
				p.await("Mailgun's block", `document.querySelector("#results").textContent.includes("mailgun.org")`)
				p.navigate(base + "gmail.html#1;carrier=gmail&release=1.39&server=https://wiki.example.org")
				p.awaitProgram()
				if got := eval[string](p, `document.getElementById("server").value + " " + document.getElementById("release").value`); got != "https://wiki.example.org 1.39" {
					t.Errorf("%s: the link filled in %q", base, got)
				}
				if eval[bool](p, `getComputedStyle(document.querySelector(".page__header")).display !== "flex"`) {
					t.Errorf("%s: no style", base)
				}
				p.click(".brand")
				p.await("the start page", `location.pathname === `+js(base))
				if version == firstVersion { // the second is only as large as need be
					checkReleases(p, base)
				}

				if resp, body := get(t, origin+base+"nowhere/at/all"); resp.StatusCode != http.StatusNotFound {
					t.Errorf("%s: an unknown address has status %d", base, resp.StatusCode)
				} else if (server.name == "nginx" || server.name == "apache") && !strings.Contains(body, `href="`+base+`site.`) {
					t.Errorf("%s: an unknown address shows\n%s", base, body)
				}
				if resp, body := get(t, origin+base+"postfix.html"); resp.StatusCode != 200 || versionOf(body) != version {
					t.Errorf("%s: postfix.html has status %d and is of the version %q", base, resp.StatusCode, versionOf(body))
				}
			}
		})
	}
}

// The site is the same, byte for byte, when it is made again.
func TestTwoBuilds(t *testing.T) {
	first := siteOf(t, firstVersion)
	again := filepath.Join(scratch, "again")
	run(t, program, "site", "--origin", builtFor, again)
	run(t, "diff", "-rq", first, again)
	if err := os.RemoveAll(again); err != nil {
		t.Fatal(err)
	}
}

// Nothing in the page's markup is refused by its policy: structured data too
// is a script element.
func TestStructuredDataIsLeftAlone(t *testing.T) {
	p := open(t, "/gmail.html", wide)
	if n := eval[int](p, `document.querySelectorAll('script[type="application/ld+json"]').length`); n != 1 {
		t.Errorf("%d blocks of structured data", n)
	}
	// What the policy refuses is in p.Problems, which ends the test.
	if got := eval[string](p, `JSON.parse(document.querySelector('script[type="application/ld+json"]').textContent)["@type"]`); got != "TechArticle" {
		t.Errorf("got %q", got)
	}
}

//go:build e2e

package e2e

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// checkReleases goes from the start page, where the program runs, to the pages
// about releases, which are not its own; along them; and with one of them back
// to the form.
func checkReleases(p *tab, base string) {
	p.t.Helper()
	follow := func(selector, path, heading string) {
		p.t.Helper()
		p.do(chromedp.ScrollIntoView(chromedp.CSS(selector)), chromedp.Click(chromedp.CSS(selector)))
		p.awaitAnew(path, `location.pathname.replace(/\.html$/, "") === `+js(strings.TrimSuffix(base+path, ".html"))+` && document.readyState === "complete" && document.querySelector("h1").textContent === `+js(heading))
	}
	p.await("the program to run", running)
	follow(`.page__footer a[href="./live-test.html"]`, "live-test.html", "Live test: does the mail get through?")
	follow(`.brand`, "", "Mail for your MediaWiki")
	p.awaitProgram()
	follow(`.page__footer a[href="./releases.html"]`, "releases.html", "Mail in every MediaWiki release")
	follow(`a[href="release-1.39.html"]`, "release-1.39.html", "Mail in MediaWiki 1.39")
	follow(`a[rel=next]`, "release-1.40.html", "Mail in MediaWiki 1.40")
	follow(`a[rel=prev]`, "release-1.39.html", "Mail in MediaWiki 1.39")
	if eval[bool](p, `!!document.querySelector("script[data-program]") || !document.querySelector("pre code").textContent.includes("$wgSMTP")`) {
		p.t.Error("a release's page has the program, or no block")
	}
	follow(`#block + p a`, "", "Mail for your MediaWiki")
	p.awaitProgram()
	p.await("the form with the release", `document.getElementById("release").value === "1.39"`)
}

// Releases' pages under `wgsmtp serve` and below a path; without .html; and a
// choice of colours holds for them.
func TestReleases(t *testing.T) {
	p := open(t, "/", wide)
	checkReleases(p, "/")
	dir := t.TempDir()
	put(t, siteOf(t, firstVersion), filepath.Join(dir, "tools", "smtp"))
	origin, _ := startBare(t, dir)
	checkReleases(visit(t, origin, "/tools/smtp/"), "/tools/smtp/")

	p.choose("theme", "dark")
	p.navigate("/release-1.43")
	p.await("the page in dark", `document.documentElement.dataset.theme === "dark" && document.querySelector("h1").textContent.includes("1.43")`)
	for name, v := range map[string]view{"wide": {1400, 2600, false}, "narrow": {320, 3600, false}, "dark": {1400, 1600, true}} {
		for _, path := range []string{"/releases.html", "/release-1.43.html", "/release-1.26.html", "/release-1.47.html", "/live-test.html"} {
			openStill(t, path, v).screenshot("read" + strings.ReplaceAll(path, "/", "-") + "-" + name)
		}
	}
}

// Chromium would install the page, and a release's page too.
func TestInstallable(t *testing.T) {
	parent := chromiumWith(t, map[string]any{})
	for _, path := range []string{"/", "/gmail.html", "/release-1.43.html"} {
		origin, err := served()
		if err != nil {
			t.Fatal(err)
		}
		p := openIn(t, parent, origin, path, wide)
		p.installed()
		p.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			manifest, err := cdp.Call(ctx, target, page.GetAppManifest, page.GetAppManifestParams{})
			if err != nil {
				return err
			}
			if len(manifest.Errors) > 0 || !strings.Contains(string(manifest.Data), "wgSMTP") {
				t.Errorf("%s: manifest: %v", path, manifest.Errors)
			}
			why, err := cdp.Call(ctx, target, page.GetInstallabilityErrors, cdp.Empty{})
			if err != nil {
				return err
			}
			for _, e := range why.InstallabilityErrors {
				t.Errorf("%s: %s %v", path, e.ErrorID, e.ErrorArguments)
			}
			return nil
		}))
	}
}

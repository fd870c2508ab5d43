//go:build e2e

package e2e

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// lighthouse is npm's, pinned in package-lock.json.
const lighthouse = "node_modules/lighthouse/cli/index.js"

// report is what of Lighthouse's report matters here.
type report struct {
	RuntimeError struct{ Message string }
	Categories   map[string]struct {
		Score     float64
		AuditRefs []struct {
			ID     string
			Weight float64
		}
	}
	Audits map[string]struct {
		Score            *float64
		ScoreDisplayMode string
		Title            string
		Details          json.RawMessage
	}
}

// Lighthouse, as on a phone, gives the full score for accessibility, best
// practices and what search engines need. Its figures for speed depend on the
// machine, so it is not asked for them.
//
// A page for frames is one for search engines too: it may be found, and names
// the page that it stands for as the canonical one.
func TestLighthouse(t *testing.T) {
	need(t, "chromium", "chromium")
	if _, err := os.Stat(lighthouse); err != nil {
		t.Fatalf("Lighthouse is missing: run npm ci --prefix web/e2e (%v)", err)
	}
	dir := t.TempDir()
	origin, _ := startGo(t, http.FileServer(http.Dir(dir)))
	run(t, program, "site", "--origin", origin, dir)
	for name, path := range map[string]string{
		"start": "/", "carrier": "/gmail.html", "embed": "/embed/gmail.html?compact", "release": "/release-1.43.html",
		"filled in": "/amazon-ses.html#1;carrier=amazon-ses&region=eu-west-1&server=https://wiki.example.org&sender=wiki%40example.net",
	} {
		t.Run(name, func(t *testing.T) {
			r := lighthouseOf(t, origin+path)
			for _, category := range []string{"accessibility", "best-practices", "seo"} {
				c, ok := r.Categories[category]
				if !ok || len(c.AuditRefs) < 5 {
					t.Fatalf("%s: %d audits", category, len(c.AuditRefs))
				}
				if c.Score != 1 {
					t.Errorf("%s: %.0f of 100", category, c.Score*100)
				}
				for _, ref := range c.AuditRefs {
					if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
						t.Errorf("%s: %s: %s\n%.1500s", category, ref.ID, a.Title, a.Details)
					}
				}
			}
			for _, must := range []string{"document-title", "meta-description", "is-crawlable", "canonical", "errors-in-console", "color-contrast"} {
				if a := r.Audits[must]; a.Score == nil || *a.Score != 1 {
					t.Errorf("%s was not found good: %s", must, a.ScoreDisplayMode)
				}
			}
		})
	}
}

// lighthouseOf asks Lighthouse about a page. Where the browser did not answer
// it in time, which is no word about the page, it is asked again.
func lighthouseOf(t *testing.T, url string) report {
	t.Helper()
	out := filepath.Join(t.TempDir(), "report.json")
	for attempt := 1; ; attempt++ {
		cmd := exec.Command(need(t, "node", "nodejs"), lighthouse, url, "--quiet", "--config-path=testdata/lighthouse.mjs",
			"--output=json", "--output-path="+out, "--no-enable-error-reporting",
			"--chrome-flags=--headless=new --no-sandbox --disable-gpu --disable-quic")
		cmd.Env = append(os.Environ(), "CHROME_PATH="+need(t, "chromium", "chromium"))
		said, err := cmd.CombinedOutput()
		if err == nil {
			break
		}
		if attempt == 4 || !strings.Contains(string(said), "exceeded the allotted time") {
			t.Fatalf("lighthouse: %v\n%s", err, said)
		}
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var r report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if r.RuntimeError.Message != "" {
		t.Fatal(r.RuntimeError.Message)
	}
	return r
}

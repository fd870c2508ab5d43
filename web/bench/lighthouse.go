package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// lighthouseOf is Lighthouse's score for performance, as on a phone. The error
// is os.ErrNotExist where Lighthouse is not installed.
func lighthouseOf(cli, url string) (float64, error) {
	if _, err := os.Stat(cli); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "wgsmtp-lighthouse-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "report.json")
	cmd := exec.Command("node", cli, url, "--quiet", "--only-categories=performance", "--output=json", "--output-path="+out,
		"--no-enable-error-reporting", "--chrome-flags=--headless=new --no-sandbox --disable-gpu")
	if chromium, err := exec.LookPath("chromium"); err == nil {
		cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium)
	}
	if said, err := cmd.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("lighthouse: %w\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		return 0, err
	}
	var report struct {
		Categories map[string]struct{ Score float64 }
	}
	if err := json.Unmarshal(b, &report); err != nil {
		return 0, err
	}
	performance, ok := report.Categories["performance"]
	if !ok {
		return 0, fmt.Errorf("lighthouse gave no score")
	}
	return 100 * performance.Score, nil
}

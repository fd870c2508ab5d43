//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"wgsmtp/app/preview"
	"wgsmtp/app/wgsmtp"
)

// Debian's package. Its version is the release that the tests name.
const mediawikiTree = "/usr/share/mediawiki"

// wiki is an installed MediaWiki on SQLite, whose LocalSettings.php ends in
// whatever block a test gives it.
type wiki struct {
	dir     string
	Version string // "1.39.17"
}

// What every LocalSettings.php of the tests begins with: the wiki itself,
// nothing about its mail.
const wikiSettings = `<?php
$wgSitename = 'Zoë\'s Wiki';
$wgServer = 'https://wiki.example.org';
$wgScriptPath = '/w';
$wgDBtype = 'sqlite';
$wgDBname = 'my_wiki';
$wgSQLiteDataDir = '%[1]s/data';
$wgCacheDirectory = '%[1]s/cache';
$wgMainCacheType = CACHE_NONE;
$wgMessageCacheType = CACHE_NONE;
$wgParserCacheType = CACHE_NONE;
$wgSessionCacheType = CACHE_NONE;
$wgJobRunRate = 0;
$wgPingback = false;
$wgRateLimits = [];
$wgSecretKey = '%064d';
$wgLocaltimezone = 'UTC';

`

var theWiki = sync.OnceValues(installWiki)

func needWiki(t *testing.T) *wiki {
	t.Helper()
	need(t, "php", "php-cli")
	if _, err := os.Stat(mediawikiTree); err != nil {
		t.Fatal("MediaWiki is missing: install the packages mediawiki, php-sqlite3, php-mbstring, php-xml and php-intl")
	}
	w, err := theWiki()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func installWiki() (*wiki, error) {
	w := &wiki{dir: filepath.Join(scratch, "wiki")}
	for _, d := range []string{"data", "cache", "conf"} {
		if err := os.MkdirAll(filepath.Join(w.dir, d), 0o755); err != nil {
			return nil, err
		}
	}
	cmd := exec.Command("php", "maintenance/install.php", "--dbtype", "sqlite", "--dbname", "my_wiki", "--dbpath", filepath.Join(w.dir, "data"),
		"--server", "https://wiki.example.org", "--scriptpath", "/w", "--confpath", filepath.Join(w.dir, "conf"), "--pass", "for-this-run-only", "Wiki", "Admin")
	cmd.Dir = mediawikiTree
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("installing MediaWiki: %v\n%s", err, out)
	}
	defines, err := os.ReadFile(filepath.Join(mediawikiTree, "includes", "Defines.php"))
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(defines), "define( 'MW_VERSION', '")
	w.Version, _, _ = strings.Cut(rest, "'")
	return w, nil
}

// settings writes a LocalSettings.php that ends in the block, and names it.
func (w *wiki) settings(t *testing.T, block string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "LocalSettings.php")
	if err := os.WriteFile(file, []byte(fmt.Sprintf(wikiSettings, w.dir, 0)+block), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

// php runs a script inside the wiki, trusting caFile as the system's
// certificates are trusted.
func (w *wiki) php(t *testing.T, settings, caFile string, stdin string, args ...string) string {
	t.Helper()
	cmd := exec.Command("php", append([]string{"-d", "openssl.cafile=" + caFile, "-d", "display_errors=stderr"}, args...)...)
	cmd.Env = append(os.Environ(), "MW_INSTALL_PATH="+mediawikiTree, "MW_CONFIG_FILE="+settings, "MEDIAWIKI_SMTP_PASSWORD="+mailSecret)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("php %q: %v\n%s%s", args, err, out, exit.Stderr)
		}
		t.Fatal(err)
	}
	return string(out)
}

// send makes the wiki send a mail; the error is the mailer's text.
func (w *wiki) send(t *testing.T, settings, caFile string, kind wgsmtp.MailKind, in preview.Inputs) error {
	t.Helper()
	data, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	inputs := filepath.Join(t.TempDir(), "inputs.json")
	if err := os.WriteFile(inputs, data, 0o644); err != nil {
		t.Fatal(err)
	}
	script, err := filepath.Abs("testdata/mail.php")
	if err != nil {
		t.Fatal(err)
	}
	out := w.php(t, settings, caFile, "", script, string(kind), inputs)
	var result struct {
		OK    bool
		Error string
	}
	if err := json.Unmarshal([]byte(out), &result); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !result.OK {
		return errors.New(result.Error)
	}
	return nil
}

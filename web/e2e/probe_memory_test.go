//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startProgram starts `wgsmtp serve` as a process of its own, and gives its
// address and where its messages go.
func startProgram(t *testing.T, args ...string) (cmd *exec.Cmd, address string, messages string) {
	t.Helper()
	messages = t.TempDir() + "/stderr"
	f, err := os.Create(messages)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd = exec.Command(program, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Stderr = f
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: run ./build.sh build first", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return cmd, strings.TrimRight(line, "/\n"), messages
}

// resident is VmRSS, in bytes (proc_pid_status(5)).
func resident(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "VmRSS:")
	fields := strings.Fields(rest)
	if !ok || len(fields) < 2 || fields[1] != "kB" {
		t.Fatalf("no VmRSS in %s", b)
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil {
		t.Fatal(err)
	}
	return n << 10
}

// A server that has nothing to do is small, also when somebody was there.
func TestIdleServerIsSmall(t *testing.T) {
	const most = 30 << 20
	cmd, address, _ := startProgram(t)
	get := func(name string) string {
		r, err := http.NewRequest("GET", address+name, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", "br") // as browsers do
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %d, %v", name, resp.StatusCode, err)
		}
		return string(b)
	}
	settle := func(when string) {
		t.Helper()
		n := 0
		for range 60 {
			if n = resident(t, cmd); n <= most {
				break
			}
			time.Sleep(500 * time.Millisecond)
		}
		t.Logf("%s: %.1f MB resident", when, float64(n)/(1<<20))
		if n > most {
			t.Errorf("more than %d MB", most>>20)
		}
	}
	settle("after the start")
	resp, err := http.Get(address + "/") // plain: the names in it are read here
	if err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	get("/")
	assets := regexp.MustCompile(`(?:src|href)="([\w.-]+\.(?:js|css|svg|webmanifest))"|"([\w.-]+\.wasm)"`).FindAllStringSubmatch(string(page), -1)
	if len(assets) < 6 {
		t.Fatalf("only %q in the page", assets)
	}
	for _, m := range assets {
		get("/" + m[1] + m[2])
	}
	settle("after a page")
	get("/sw.js")
	get("/pages.json")
	settle("after a service worker")
}

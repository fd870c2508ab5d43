//go:build e2e

// Package e2e tests the whole thing against the real one: the built program,
// Chromium, MediaWiki with PHP, Postfix and Dovecot.
//
// All of it runs in network, mount and process namespaces of its own, which the
// test binary makes by starting itself again under unshare(1): ports 25, 465
// and 587 are free there, the names in hosts lead to this machine, nothing can
// reach another one, and no server outlives the run. It needs root, as Postfix
// does.
package e2e

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// hosts are the names that exist inside, all of them this machine.
const hosts = `127.0.0.1 localhost
::1 localhost
127.0.0.1 smtp.example.org mail.example.org wiki.example.org
`

const insideEnv = "WGSMTP_E2E_INSIDE"

// scratch is the directory of this run, removed at its end.
var scratch string

func TestMain(m *testing.M) {
	if os.Getenv(insideEnv) == "" {
		os.Exit(outside())
	}
	scratch = os.Getenv(insideEnv)
	if err := enter(); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// outside starts the test binary again in namespaces of its own.
func outside() int {
	if os.Geteuid() != 0 {
		fmt.Fprintln(os.Stderr, "e2e: these tests start Postfix on ports of their own and need root: run them with sudo")
		return 1
	}
	dir, err := os.MkdirTemp("", "wgsmtp-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	// Postfix and Dovecot drop root and must still get in.
	if err := os.Chmod(dir, 0o755); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	cmd := exec.Command("unshare", append([]string{
		"--net", "--mount", "--propagation", "private", "--pid", "--fork", "--kill-child", "--mount-proc", "--", os.Args[0]}, os.Args[1:]...)...)
	cmd.Env = append(os.Environ(), insideEnv+"="+dir)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e: unshare (package util-linux):", err)
		return 1
	}
	return 0
}

// enter makes the namespace habitable: loopback up, names known.
func enter() error {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip (package iproute2): %v: %s", err, out)
	}
	file := filepath.Join(scratch, "hosts")
	if err := os.WriteFile(file, []byte(hosts), 0o644); err != nil {
		return err
	}
	return syscall.Mount(file, "/etc/hosts", "", syscall.MS_BIND, "")
}

// need finds a program or fails: a missing one is never a skip.
func need(t *testing.T, program, pkg string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Fatalf("%s is missing: install the package %s", program, pkg)
	}
	return path
}

// run runs a command to its end and gives its output.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// daemon runs a command that leaves a server behind. Its output goes to a
// file: the server keeps it open, so that waiting for a pipe would not end.
func daemon(logfile, name string, args ...string) error {
	f, err := os.Create(logfile)
	if err != nil {
		return err
	}
	defer f.Close()
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = f, f
	if err := cmd.Run(); err != nil {
		out, _ := os.ReadFile(logfile)
		return fmt.Errorf("%s: %v\n%s", name, err, out)
	}
	return nil
}

// awaitPort waits until something listens.
func awaitPort(t *testing.T, addr string) {
	t.Helper()
	for range 200 {
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("nothing listens on %s", addr)
}

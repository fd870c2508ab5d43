// Command slim prepares the build of the browser program without what it never
// uses of two libraries, and the linker cannot see that:
//
//	go run ./web/slim DIR
//	GOOS=js GOARCH=wasm go build -modfile=DIR/go.mod ./app
//
// go-app keeps its HTTP handler in the package of its components (goapp.go);
// validator names all its 200 validations in a map (validator.go). With both
// left out the program is a third smaller, and spends less time at its start.
//
// DIR gets copies of the two packages, from which parts are taken away and one
// place is changed (showsNow, in goapp.go), and a go.mod that names the copies. Each copy is of
// one version, which is checked: with another one, look at what is taken away
// there, and then change version and sum here. The tests of app/rules run with
// the copies too (build.sh).
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// library is a module of which a part is copied.
type library struct {
	module, version, sum string
	// copy puts the packages that are needed from one folder into another.
	copy func(from, to string) error
}

var libraries = []library{goApp, validator, goMessage}

func main() {
	log.SetFlags(0)
	log.SetPrefix("slim: ")
	if len(os.Args) != 2 {
		log.Fatal("usage: slim DIR")
	}
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		return fmt.Errorf("%w: run it from the top of the repository", err)
	}
	for _, l := range libraries {
		source, err := l.locate()
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.Split(l.module, "/")[2])
		if err := os.RemoveAll(to); err != nil {
			return err
		}
		if err := os.MkdirAll(to, 0o755); err != nil {
			return err
		}
		if err := copyFile(filepath.Join(source, "go.mod"), filepath.Join(to, "go.mod")); err != nil {
			return err
		}
		if err := l.copy(source, to); err != nil {
			return fmt.Errorf("%s: %w", l.module, err)
		}
		relative, err := relativeToHere(to)
		if err != nil {
			return err
		}
		mod = fmt.Appendf(mod, "\nreplace %s => %s\n", l.module, relative)
	}
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), mod, 0o644); err != nil {
		return err
	}
	return copyFile("go.sum", filepath.Join(dir, "go.sum"))
}

// locate finds the module's source and checks that it is the one we know.
func (l library) locate() (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", l.module)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go mod download %s: %w", l.module, err)
	}
	var m struct{ Version, Sum, Dir string }
	if err := json.Unmarshal(out, &m); err != nil {
		return "", err
	}
	if m.Version != l.version || m.Sum != l.sum {
		return "", fmt.Errorf("%s is %s %s and not %s %s: see whether what web/slim takes away is the same there, then change it",
			l.module, m.Version, m.Sum, l.version, l.sum)
	}
	return m.Dir, nil
}

// relativeToHere is a path as go.mod wants it. It is a relative one, because
// it is recorded in the program, which must not depend on where it was built.
func relativeToHere(dir string) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	relative, err := filepath.Rel(here, absolute)
	if err != nil {
		return "", err
	}
	if !strings.HasPrefix(relative, "..") {
		relative = "./" + relative
	}
	return filepath.ToSlash(relative), nil
}

// copyPackage copies the Go files of a folder, tests aside, for which keep is
// true.
func copyPackage(from, to string, keep func(name string) bool) error {
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(from)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") || !keep(name) {
			continue
		}
		if err := copyFile(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			return err
		}
	}
	return nil
}

// writeAs writes a file of one of our packages as one of another package.
func writeAs(name, pkg, source string) error {
	comment, code, ok := strings.Cut(source, "\npackage ")
	if !ok {
		return fmt.Errorf("no package clause: %.40s", comment)
	}
	_, code, _ = strings.Cut(code, "\n")
	return os.WriteFile(name, []byte("package "+pkg+"\n"+code), 0o644)
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o644)
}

package site

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync"

	"github.com/andybalholm/brotli"
)

// Write puts the site into a folder, each file with its compressed forms
// (.br, .gz) beside it where they are smaller. Files of an earlier version
// stay: pages that are open in somebody's browser still ask for them.
//
// Compressing takes most of the time, so a compressed form that is already
// there and holds the same contents is left as it is. Assets are written
// before the pages that name them, and each file at once, so that a running
// web server never serves half a version.
func (s *Site) Write(dir string) error {
	var assets, pages []*File
	for _, f := range s.files {
		if f.Fingerprinted {
			assets = append(assets, f)
		} else {
			pages = append(pages, f)
		}
	}
	for _, group := range [][]*File{assets, pages} {
		if err := each(group, func(f *File) error { return f.write(dir) }); err != nil {
			return err
		}
	}
	return nil
}

// each calls do for all files, as many at a time as there are processors, and
// gives the first error.
func each(files []*File, do func(*File) error) error {
	work := make(chan *File)
	var wg sync.WaitGroup
	var once sync.Once
	var first error
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for f := range work {
				if err := do(f); err != nil {
					once.Do(func() { first = fmt.Errorf("%s: %w", f.Path, err) })
				}
			}
		})
	}
	for _, f := range files {
		work <- f
	}
	close(work)
	wg.Wait()
	return first
}

func (f *File) write(dir string) error {
	body, err := f.Body()
	if err != nil {
		return err
	}
	name := filepath.Join(dir, filepath.FromSlash(f.Path))
	if err := replace(name, body); err != nil {
		return err
	}
	for _, c := range []struct {
		ext    string
		make   func() ([]byte, error)
		reader func(io.Reader) (io.Reader, error)
	}{
		{".br", f.Brotli, func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
		{".gz", f.Gzip, func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
	} {
		if holds(name+c.ext, body, c.reader) {
			continue
		}
		compressed, err := c.make()
		if err != nil {
			return err
		}
		if compressed == nil {
			if err := os.Remove(name + c.ext); err != nil && !os.IsNotExist(err) {
				return err
			}
			continue
		}
		if err := replace(name+c.ext, compressed); err != nil {
			return err
		}
	}
	return nil
}

// holds tells whether a compressed file is there and holds body.
func holds(name string, body []byte, open func(io.Reader) (io.Reader, error)) bool {
	compressed, err := os.ReadFile(name)
	if err != nil {
		return false
	}
	r, err := open(bytes.NewReader(compressed))
	if err != nil {
		return false
	}
	got, err := io.ReadAll(io.LimitReader(r, int64(len(body))+1))
	return err == nil && bytes.Equal(got, body)
}

// replace writes a file so that readers see the old or the new contents.
func replace(name string, body []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, body) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".wgsmtp-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(body); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

package site

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

// WorkerFile is the service worker. Its scope is its folder, and browsers ask
// for it by this name to see whether there is a new version.
const WorkerFile = "sw.js"

//go:embed worker.js
var workerJS []byte

//go:embed offline.js
var offlineJS []byte

//go:embed offline.css
var offlineCSS []byte

// offline tells whether a file is needed without a network: what pages load,
// and the pages, but for those in frames of other sites.
func (f *File) offline() bool {
	switch {
	case strings.HasPrefix(f.Path, EmbedFolder), f.Path == EmbedFile, f.Path == NotFound, f.Path == RobotsFile,
		f.Path == SitemapFile, f.Path == HeadersFile, f.Path == noJekyllFile, strings.HasPrefix(f.Path, "card."), strings.HasPrefix(f.Path, "frame."):
		return false
	}
	return true
}

// worker is the service worker of a build: its list of files, each with the
// SHA-256 of its contents, and what to do with them. The name of the build is
// the hash of that list, so that it changes with any byte of any file.
func worker(files []*File) ([]byte, error) {
	var mu sync.Mutex
	sums := map[string]string{}
	files = slices.DeleteFunc(files, func(f *File) bool { return !f.offline() })
	err := each(files, func(f *File) error {
		b, err := f.Body()
		if err != nil {
			return err
		}
		sum := sha256.Sum256(b)
		mu.Lock()
		defer mu.Unlock()
		sums[f.Path] = hex.EncodeToString(sum[:])
		return nil
	})
	if err != nil {
		return nil, err
	}
	list, err := json.MarshalIndent(sums, "", "\t") // in the order of the names
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("const BUILD = \"" + fingerprint(join(list, workerJS)) + "\";\nconst FILES = ")
	out.Write(list)
	out.WriteString(";\n")
	out.Write(workerJS)
	return out.Bytes(), nil
}

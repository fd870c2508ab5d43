package site

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"path"
	"strings"
)

// WorkerFile is the service worker. Its scope is its folder, and browsers ask
// for it by this name to see whether there is a new version.
const WorkerFile = "sw.js"

// PackFile holds the pages for the worker, so that it need not ask for a
// hundred files. It is JSON because web servers compress that.
const PackFile = "pages.json"

//go:embed worker.js
var workerJS []byte

//go:embed offline.js
var offlineJS []byte

//go:embed offline.css
var offlineCSS []byte

// packed tells whether a file goes into the pack: the pages, but for those in
// frames of other sites and the one for unknown addresses, and what browsers ask
// for at every visit to see whether it can be installed.
func (f *File) packed() bool {
	switch path.Ext(f.Path) {
	case ".html":
		return f.Path != NotFound && !strings.HasPrefix(f.Path, EmbedFolder)
	case ".svg", ".webmanifest":
		return true
	}
	return false
}

// addOffline adds the pack and the worker. loaded are the files that every page
// loads; a browser has them when the worker comes.
func addOffline(add adder, files []*File, loaded []string) error {
	var pages, assets []*File
	for _, f := range files {
		if f.packed() {
			pages = append(pages, f)
		}
		for _, name := range loaded {
			if f.Path == name {
				assets = append(assets, f)
			}
		}
	}
	pack := newFile(PackFile, func() ([]byte, error) { return pack(pages) })
	if _, err := add(pack, nil); err != nil {
		return err
	}
	_, err := add(newFile(WorkerFile, func() ([]byte, error) { return worker(pack, pages, assets) }), nil)
	return err
}

// packedFile is a file within the pack: the headers that the worker answers
// with, and which pieces it is made of, as first piece, number of pieces, and so
// on.
type packedFile struct {
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers"`
	Runs    []int             `json:"runs"`
}

// pack writes files into one. Pages are nine tenths the same: they are cut after
// each end tag, and every piece stands there once. So the pack is small on
// servers, too, that compress nothing.
func pack(files []*File) ([]byte, error) {
	if err := each(files, func(f *File) error { _, err := f.Body(); return err }); err != nil {
		return nil, err
	}
	var out struct {
		Pieces []string     `json:"pieces"`
		Files  []packedFile `json:"files"`
	}
	number := map[string]int{}
	for _, f := range files {
		body, err := f.Body()
		if err != nil {
			return nil, err
		}
		p := packedFile{Path: f.Path, Headers: map[string]string{
			"Content-Type": f.Type, "X-Content-Type-Options": "nosniff", "Content-Security-Policy": FrameAncestors,
		}}
		for piece := range pieces(string(body)) {
			n, known := number[piece]
			if !known {
				n = len(out.Pieces)
				number[piece] = n
				out.Pieces = append(out.Pieces, piece)
			}
			if last := len(p.Runs) - 2; last >= 0 && p.Runs[last]+p.Runs[last+1] == n {
				p.Runs[last+1]++
			} else {
				p.Runs = append(p.Runs, n, 1)
			}
		}
		out.Files = append(out.Files, p)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(out)
	return b.Bytes(), err
}

// pieces cuts a text after each end tag.
func pieces(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for text != "" {
			end := len(text)
			if tag := strings.Index(text, "</"); tag >= 0 {
				if n := strings.IndexByte(text[tag:], '>'); n >= 0 {
					end = tag + n + 1
				}
			}
			if !yield(text[:end]) {
				return
			}
			text = text[end:]
		}
	}
}

// summed is a file with the SHA-256 of its contents.
type summed struct {
	File  string   `json:"file"`
	Sum   string   `json:"sum"`
	Pages []string `json:"pages,omitempty"` // what is in it, of the pack
}

func sum(f *File) (summed, error) {
	b, err := f.Body()
	s := sha256.Sum256(b)
	return summed{File: f.Path, Sum: hex.EncodeToString(s[:])}, err
}

// worker is the service worker of a build: what belongs to it, and what to do
// with that. The name of the build is the hash of both, so that it changes with
// any byte of any file.
func worker(pack *File, pages, loaded []*File) ([]byte, error) {
	p, err := sum(pack)
	if err != nil {
		return nil, err
	}
	for _, f := range pages {
		p.Pages = append(p.Pages, f.Path)
	}
	var list []summed
	for _, f := range loaded {
		s, err := sum(f)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	packJSON, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	loadedJSON, err := json.Marshal(list)
	if err != nil {
		return nil, err
	}
	lists := join([]byte("const PACK = "+string(packJSON)+";"), []byte("const LOADED = "+string(loadedJSON)+";"))
	return join([]byte(`const BUILD = "`+fingerprint(join(lists, workerJS))+`";`), lists, workerJS), nil
}

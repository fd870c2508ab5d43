// Package site is the web site: a page for each carrier, prerendered, with the
// style sheet, the browser program and its loader. It is the same site whether
// `wgsmtp serve` answers from it or `wgsmtp site` writes it to a folder.
//
// Rules of the site: every address in it is relative, so that it works under
// any path; the same input gives the same bytes; the names of assets change
// with their contents; a page makes no request to another origin, and its
// Content-Security-Policy forbids it.
package site

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
)

// Policy is the Content-Security-Policy that every page carries in itself, for
// hosts that send no header. A host that does adds FrameAncestors, which has no
// effect in a page, to all pages but those below EmbedFolder. 'wasm-unsafe-eval'
// lets the browser program be compiled. Pages with a live test may connect to
// more, see Site.Policy.
const (
	Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; " +
		"img-src 'self' data:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; " +
		"base-uri 'none'; form-action 'none'"
	FrameAncestors = "frame-ancestors 'none'"
)

// Names of the built assets within Options.Assets. `build.sh build` makes them.
const (
	AssetStyle    = "build/site.css"
	AssetProgram  = "build/app.wasm.br"
	AssetWasmExec = "build/wasm_exec.js"
	AssetIcon     = "icons/icon.svg"
	AssetEmbed    = "embed.js"
)

// CacheForEver is the Cache-Control of files with a fingerprint in their name.
const CacheForEver = "public, max-age=31536000, immutable"

// NotFound is the page for addresses that do not exist.
const NotFound = "404.html"

// Options say what the site is made of.
type Options struct {
	Pages  []Page
	Assets fs.FS
	// Base is the path under which the site lies, "/" or "/tools/smtp/". Only
	// the page for unknown addresses needs it, since that one is shown at any.
	Base string
	// Origin is "https://host"; where it is set, pages name their canonical
	// address.
	Origin string
	// Backend answers the live test: an address, BackendSelf, BackendShared, or
	// "" for none.
	Backend string
}

// Site is a complete site. Its methods may be called concurrently.
type Site struct {
	policy string
	files  []*File
	byPath map[string]*File
	// HasProgram is false where the browser program was not built in: the
	// pages can then be read, but not filled in.
	HasProgram bool
}

// New lays the site out. Pages are rendered when they are first read.
func New(o Options) (*Site, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	s := &Site{byPath: map[string]*File{}, policy: o.policyFor(false)}
	var links links
	add := func(f *File, err error) (string, error) {
		if err == nil && s.byPath[f.Path] != nil {
			err = fmt.Errorf("two files of the site are called %s", f.Path)
		}
		if err != nil {
			return "", err
		}
		s.files = append(s.files, f)
		s.byPath[f.Path] = f
		return f.Path, nil
	}

	style, err := o.read(AssetStyle)
	if err != nil {
		return nil, err
	}
	if links.Style, err = add(fingerprinted(bytesFile("site.css", join(style, loaderCSS, offlineCSS, frameCSS)))); err != nil {
		return nil, err
	}
	if err := o.addIcons(add, &links); err != nil {
		return nil, err
	}
	program, err := o.read(AssetProgram)
	if err != nil {
		return nil, err
	}
	wasmExec, err := o.read(AssetWasmExec)
	if err != nil {
		return nil, err
	}
	if program != nil && wasmExec != nil {
		s.HasProgram = true
		if links.Program, err = add(fingerprinted(brotliFile("app.wasm", program))); err != nil {
			return nil, err
		}
		if links.Loader, err = add(fingerprinted(bytesFile("loader.js", join(wasmExec, rehearsalJS, storageJS, loaderJS)))); err != nil {
			return nil, err
		}
		if links.Early, err = add(fingerprinted(bytesFile("early.js", earlyJS))); err != nil {
			return nil, err
		}
		if links.Offline, err = add(fingerprinted(bytesFile("offline.js", offlineJS))); err != nil {
			return nil, err
		}
		if links.Frame, err = add(fingerprinted(bytesFile("frame.js", frameJS))); err != nil {
			return nil, err
		}
	}

	links.Manifest = ManifestFile
	for _, p := range o.Pages {
		if _, err := add(newFile(p.Path, func() ([]byte, error) { return p.render(links, o) }), nil); err != nil {
			return nil, err
		}
	}
	if _, err = add(newFile(NotFound, func() ([]byte, error) { return renderNotFound(links.under(o.Base), o.Base) }), nil); err != nil {
		return nil, err
	}
	if err := o.addEmbedScript(add); err != nil {
		return nil, err
	}
	if err := o.addForMachines(add, links); err != nil {
		return nil, err
	}
	if s.HasProgram {
		if err := addOffline(add, s.files, []string{links.Early, links.Style, links.Loader, links.Offline, links.Program}); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// adder takes a file into the site and gives its path.
type adder func(*File, error) (string, error)

func (o *Options) check() error {
	if o.Base == "" {
		o.Base = "/"
	}
	if strings.TrimSuffix(path.Clean("/"+o.Base), "/")+"/" != o.Base {
		return fmt.Errorf("base %q is not a path such as /tools/smtp/: it begins and ends with a slash", o.Base)
	}
	var err error
	if o.Backend, err = backend(o.Backend); err != nil {
		return err
	}
	if o.Origin == "" {
		return nil
	}
	u, err := url.Parse(o.Origin)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.Scheme+"://"+u.Host != o.Origin {
		return fmt.Errorf("origin %q is not a scheme and a host, such as https://www.example.org", o.Origin)
	}
	return nil
}

// read gives an asset, or nil where it was not built.
func (o *Options) read(name string) ([]byte, error) {
	b, err := fs.ReadFile(o.Assets, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return b, err
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
		if len(out) > 0 && out[len(out)-1] != '\n' {
			out = append(out, '\n')
		}
	}
	return out
}

// Files are all files: assets first, then the pages that name them.
func (s *Site) Files() []*File { return slices.Clone(s.files) }

// Warm compresses the assets before somebody waits for them. Errors come up
// again when a file is asked for.
func (s *Site) Warm() {
	for _, f := range s.files {
		if f.Fingerprinted {
			_, _ = f.Brotli()
		}
	}
}

// File finds a file by its path; nil where there is none.
func (s *Site) File(name string) *File { return s.byPath[name] }

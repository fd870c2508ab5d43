// Command precompress compresses the browser program for embedding:
//
//	go run ./web/precompress [-fast] IN OUT CACHE
//
// Compressing as far as the format goes takes most of a minute, so results are
// kept in the folder CACHE by the contents they were made from. With -fast, what
// is not in the cache is compressed quickly instead, for development.
package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"wgsmtp/web/site"
)

// keep is how many results stay in the cache.
const keep = 8

func main() {
	log.SetFlags(0)
	log.SetPrefix("precompress: ")
	fast := flag.Bool("fast", false, "compress quickly instead of well")
	flag.Parse()
	if flag.NArg() != 3 {
		log.Fatal("usage: precompress [-fast] IN OUT CACHE")
	}
	if err := run(flag.Arg(0), flag.Arg(1), flag.Arg(2), *fast); err != nil {
		log.Fatal(err)
	}
}

func run(in, out, cache string, fast bool) error {
	body, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	kept := filepath.Join(cache, hex.EncodeToString(sum[:])+".br")
	compressed, err := os.ReadFile(kept)
	switch {
	case err == nil:
	case fast:
		if compressed, err = site.BrotliQuick(body); err != nil {
			return err
		}
	default:
		if compressed, err = site.Brotli(body); err != nil {
			return err
		}
		if err := store(cache, kept, compressed); err != nil {
			return err
		}
	}
	fmt.Printf("%s: %d bytes, brotli %d\n", in, len(body), len(compressed))
	if old, err := os.ReadFile(out); err == nil && bytes.Equal(old, compressed) {
		return nil // untouched, so that nothing is built again
	}
	return os.WriteFile(out, compressed, 0o644)
}

// store adds a result to the cache and drops the oldest ones.
func store(cache, name string, compressed []byte) error {
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	// Under another name first: an interrupted run must not leave half a file.
	tmp := name + ".tmp"
	if err := os.WriteFile(tmp, compressed, 0o644); err != nil {
		return err
	}
	if err := os.Rename(tmp, name); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(cache, "*.br"))
	if err != nil {
		return err
	}
	age := map[string]int64{}
	for _, f := range old {
		if info, err := os.Stat(f); err == nil {
			age[f] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(old, func(a, b string) int { return cmp.Compare(age[b], age[a]) })
	for _, f := range old[min(keep, len(old)):] {
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// Reading the files. A file is decoded when it is first asked for, and once:
// the browser program starts without decoding any of them.

package providers

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

//go:embed *.json
var files embed.FS

var cache struct {
	sync.Mutex
	byID map[string]*Carrier
	all  []*Carrier
}

// decode reads one carrier. A field that Carrier does not have is an error, as
// is anything after the object.
func decode(data []byte) (*Carrier, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	c := new(Carrier)
	if err := d.Decode(c); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("text after the object at byte %d", d.InputOffset())
	}
	return c, nil
}

// load returns the carrier of an index entry. The files are part of the
// program and the tests decode each, so a mistake in one cannot reach here.
func load(id string) *Carrier {
	cache.Lock()
	defer cache.Unlock()
	if c, ok := cache.byID[id]; ok {
		return c
	}
	data, err := files.ReadFile(id + ".json")
	if err != nil {
		panic(err)
	}
	c, err := decode(data)
	if err != nil {
		panic(fmt.Sprintf("providers: %s.json: %v", id, err))
	}
	if cache.byID == nil {
		cache.byID = make(map[string]*Carrier, len(index))
	}
	cache.byID[id] = c
	return c
}

// ByID finds a carrier by its id, the name of its file. The caller must not
// change it; it is the same for everybody.
func ByID(id string) (*Carrier, bool) {
	for i := range index {
		if index[i].ID == id {
			return load(id), true
		}
	}
	return nil, false
}

// All are all carriers: those with a card first, in their order, then the rest
// by name. The first call decodes every file; Index lists them without. The
// caller must not change the slice or the carriers.
func All() []*Carrier {
	cache.Lock()
	all := cache.all
	cache.Unlock()
	if all != nil {
		return all
	}
	all = make([]*Carrier, len(index))
	for i := range index {
		all[i] = load(index[i].ID)
	}
	cache.Lock()
	defer cache.Unlock()
	cache.all = all
	return all
}

// Custom is the carrier that stands for every server not in the list.
func Custom() *Carrier { return load("custom") }

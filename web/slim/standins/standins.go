// Package standins stands for files of go-app that the browser program does
// without, under their names. Slim puts this file into its copy of go-app.
package standins

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"sync"
)

// The addresses on our pages are ready to use, so none is resolved.
func clientResourceResolver(string) func(string) string {
	return func(location string) string { return location }
}

// router knows the components of our pages by their paths.
type router struct {
	mu     sync.RWMutex
	routes map[string]func() Composer
}

func makeRouter() router {
	return router{routes: map[string]func() Composer{}}
}

func (r *router) route(path string, newComponent func() Composer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.routes[path] = newComponent
}

func (r *router) routeWithRegexp(string, func() Composer) {
	panic("no routes by expression in this program: see web/slim")
}

func (r *router) routed(path string) bool {
	_, ok := r.find(path)
	return ok
}

func (r *router) createComponent(path string) (Composer, bool) {
	newComponent, ok := r.find(path)
	if !ok {
		return nil, false
	}
	return newComponent(), true
}

func (r *router) find(path string) (func() Composer, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	newComponent, ok := r.routes[path]
	return newComponent, ok
}

var errNotHere = errors.New("no encryption in this program: see web/slim")

func encrypt(string, []byte) ([]byte, error) { return nil, errNotHere }

func decrypt(string, []byte) ([]byte, error) { return nil, errNotHere }

// uuid stands for package uuid: go-app tells a browser's tabs apart by it.
var uuid names

type names struct{}

func (names) NewString() string {
	return strconv.FormatUint(rand.Uint64(), 36) + "-" + strconv.FormatUint(rand.Uint64(), 36)
}

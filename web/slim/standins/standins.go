// Package standins stands for files of go-app that the browser program does
// without, under their names. Slim puts this file into its copy of go-app.
package standins

import (
	"errors"
	"math/rand/v2"
	"strconv"
	"strings"
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
	named  []named // in the order in which they are told
}

// named is a route by one of the two expressions that our pages use: a page's
// name, with or without .html, in any folder; or, with no name, any path.
type named struct {
	name string
	make func() Composer
}

// What stands around the name in such an expression.
const (
	anyPath    = "^/"
	beforeName = "(^|/)"
	behindName = `(\.html)?$`
)

func makeRouter() router {
	return router{routes: map[string]func() Composer{}}
}

func (r *router) route(path string, newComponent func() Composer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.routes[path] = newComponent
}

func (r *router) routeWithRegexp(expression string, newComponent func() Composer) {
	name := ""
	if expression != anyPath {
		inner, front := strings.CutPrefix(expression, beforeName)
		inner, back := strings.CutSuffix(inner, behindName)
		if name = inner; !front || !back || inner == "" || strings.ContainsAny(inner, `.*+?()[]{}|\^$/`) {
			panic("this expression is none that this program knows: see web/slim")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.named = append(r.named, named{name, newComponent})
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
	if newComponent, ok := r.routes[path]; ok {
		return newComponent, true
	}
	last := strings.TrimSuffix(path[strings.LastIndexByte(path, '/')+1:], ".html")
	for _, n := range r.named {
		if n.name == last && last != "" || n.name == "" && strings.HasPrefix(path, "/") {
			return n.make, true
		}
	}
	return nil, false
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

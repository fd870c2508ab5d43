package ui

import "github.com/maxence-charriere/go-app/v10/pkg/app"

// el makes an element by its tag and classes. go-app also has a type for each
// of HTML's elements, each with more than a hundred methods; the tables of
// those that a page uses are half a megabyte of the browser program.
func el(tag string, class ...string) app.HTMLElem {
	e := app.Elem(tag)
	if len(class) > 0 {
		e = e.Class(class...)
	}
	return e
}

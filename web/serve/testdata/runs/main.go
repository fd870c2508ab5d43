// Command runs is a browser program that puts in the place of the printed page,
// as go-app does, where it was told to live.
package main

import "syscall/js"

func main() {
	prefix := js.Global().Call("goappGetenv", "GOAPP_ROOT_PREFIX").String()
	document := js.Global().Get("document")
	body, heading := document.Get("body"), document.Call("createElement", "h1")
	heading.Set("textContent", "running under "+prefix)
	body.Call("replaceChild", heading, body.Get("firstElementChild"))
	select {}
}

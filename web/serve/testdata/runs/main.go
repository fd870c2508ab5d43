// Command runs is a browser program that says where it was told to live.
package main

import "syscall/js"

func main() {
	prefix := js.Global().Call("goappGetenv", "GOAPP_ROOT_PREFIX").String()
	js.Global().Get("document").Call("querySelector", "h1").Set("textContent", "running under "+prefix)
	select {}
}

// Command panics is a browser program that panics while it handles an event.
package main

import "syscall/js"

func main() {
	f := js.FuncOf(func(js.Value, []js.Value) any { panic("a mistake") })
	js.Global().Call("setTimeout", f, 10)
	select {}
}

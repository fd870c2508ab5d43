// The program's start, rehearsed in a worker.
//
// A browser compiles a function of the program when it is called for the first
// time, which is a third of the work of a start, and keeps the page busy. Code is
// shared between a page and its workers: what a worker has called is compiled for
// the page as well. So the loader has the program started here first, with a
// document of straw, while the page can be read and typed in. If anything goes
// wrong here, the start in the page takes a moment longer; nothing else depends
// on it.
//
// The loader's file is the worker's as well. In a page this part does nothing.
"use strict";

if ( typeof document === "undefined" ) {
	const nothing = () => null;
	// All that the program does to an element and none of what it does.
	const element = () => ( {
		setAttribute: nothing, removeAttribute: nothing, hasAttribute: () => false, getAttribute: () => "",
		addEventListener: nothing, removeEventListener: nothing,
		appendChild: nothing, replaceChild: nothing, removeChild: nothing, insertBefore: nothing,
		querySelector: nothing, querySelectorAll: () => [], focus: nothing,
		dataset: {}, style: {}, value: "", textContent: "",
		get firstElementChild() {
			return element();
		},
	} );
	const storage = { getItem: nothing, setItem: nothing, removeItem: nothing, key: nothing, length: 0 };
	Object.assign( globalThis, {
		window: globalThis, localStorage: storage, sessionStorage: storage,
		history: { pushState: nothing, replaceState: nothing }, scrollTo: nothing,
		document: {
			...element(), documentElement: element(), head: element(), title: "", activeElement: null,
			// The program puts its page in the place of the printed one: it has started.
			body: { ...element(), replaceChild: () => postMessage( "started" ) },
			createElement: element, createElementNS: element, createTextNode: element,
			getElementById: nothing, getElementsByTagName: () => [],
		},
		goappGetenv: () => "",
	} );
	globalThis.fs.writeSync = ( fd, bytes ) => bytes.length; // nobody listens

	onmessage = async ( { data } ) => {
		const go = new Go();
		go.run( await WebAssembly.instantiate( data, go.importObject ) );
	};
}

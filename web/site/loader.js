// Starts the browser program and shows how that goes.
//
// Go's own wasm_exec.js stands before this in the same file. The page names
// the program in the data-program attribute of the script element. The program
// is fetched plainly, without counting bytes on the way, because browsers keep
// the compiled code of a plain response only.
//
// What go-app's client asks of the page (v10.1.11): goappGetenv(), in it the
// path under which the site lies, and the other values unset.
"use strict";

( () => {
	const script = document.currentScript;
	const root = new URL( ".", script.src );
	const bar = document.getElementById( "loader-bar" );
	const failure = document.getElementById( "loader-failure" );
	const env = { GOAPP_ROOT_PREFIX: root.pathname.replace( /\/$/, "" ) };
	globalThis.goappGetenv = ( key ) => env[ key ];

	// The last words of a program that panics go to the console; keep them.
	const said = [];
	const writeSync = globalThis.fs.writeSync;
	const decoder = new TextDecoder();
	globalThis.fs.writeSync = function ( fd, bytes ) {
		said.push( decoder.decode( bytes ) );
		said.splice( 0, said.length - 50 );
		return writeSync.call( this, fd, bytes );
	};

	function fail( what, detail ) {
		bar.hidden = true;
		if ( !failure.hidden ) {
			return; // the first failure is the cause of the others
		}
		failure.querySelector( "p" ).textContent = what;
		failure.querySelector( "pre" ).textContent = detail;
		failure.querySelector( "details" ).hidden = !detail;
		failure.querySelector( "button" ).addEventListener( "click", () => location.reload() );
		failure.hidden = false;
	}

	function stopped() {
		const text = said.join( "" );
		const start = text.search( /^(panic|fatal error):/m );
		fail( "The program stopped. Reload the page to go on.", start < 0 ? "" : text.slice( start ).split( "\n" )[ 0 ] );
	}

	async function start() {
		const go = new Go();
		const response = await fetch( new URL( script.dataset.program, root ) );
		if ( !response.ok ) {
			throw new Error( `the server answered ${ response.status } for ${ script.dataset.program }` );
		}
		const type = response.headers.get( "Content-Type" ) || "";
		const streams = WebAssembly.instantiateStreaming && type.startsWith( "application/wasm" );
		const program = await ( streams ?
			WebAssembly.instantiateStreaming( response, go.importObject ) :
			WebAssembly.instantiate( await response.arrayBuffer(), go.importObject ) );
		bar.hidden = true;
		return go.run( program.instance );
	}

	if ( typeof WebAssembly !== "object" ) {
		return; // the page stays what it is: readable, without a form
	}
	window.addEventListener( "error", ( event ) => {
		if ( event.error instanceof WebAssembly.RuntimeError ) {
			stopped();
		}
	} );
	bar.hidden = false;
	start().then( stopped, ( error ) => {
		console.error( error );
		if ( error instanceof WebAssembly.RuntimeError ) {
			stopped();
		} else {
			fail( "The program could not be loaded. The page can be read without it; to change values, reload.", String( error.message ) );
		}
	} );
} )();

// Starts the browser program and shows how that goes.
//
// Go's own wasm_exec.js stands before this in the same file. The page names
// the program in the data-program attribute of the script element. The program
// is fetched plainly, without counting bytes on the way, because browsers keep
// the compiled code of a plain response only. It is fetched and compiled at
// once, with low priority and off the main thread; it starts, which keeps the
// page busy for a while, when the page is idle or somebody wants something.
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

	// idleAfter is how long, in milliseconds, to wait for an idle moment.
	const idleAfter = 1000;
	const intents = [ "pointerdown", "keydown", "input", "focusin" ];

	function idleOrWanted() {
		return new Promise( ( resolve ) => {
			const done = () => {
				intents.forEach( ( type ) => removeEventListener( type, done, true ) );
				resolve();
			};
			intents.forEach( ( type ) => addEventListener( type, done, true ) );
			if ( window.requestIdleCallback ) {
				requestIdleCallback( done, { timeout: idleAfter } );
			} else {
				setTimeout( done, idleAfter / 5 );
			}
		} );
	}

	// Buttons that were pressed before the program ran are pressed again.
	const pressed = [];
	function press( event ) {
		const button = event.target.closest && event.target.closest( "button[data-do]" );
		if ( button ) {
			pressed.push( [ button.dataset.do, button.dataset.arg ] );
		}
	}
	function pressAgain() {
		removeEventListener( "click", press, true );
		for ( const [ what, arg ] of pressed ) {
			const button = Array.from( document.querySelectorAll( "button[data-do]" ) )
				.find( ( b ) => b.dataset.do === what && b.dataset.arg === arg );
			if ( button ) {
				button.click();
			}
		}
	}

	async function start() {
		const go = new Go();
		const response = await fetch( new URL( script.dataset.program, root ), { priority: "low" } );
		if ( !response.ok ) {
			throw new Error( `the server answered ${ response.status } for ${ script.dataset.program }` );
		}
		const type = response.headers.get( "Content-Type" ) || "";
		const streams = WebAssembly.compileStreaming && type.startsWith( "application/wasm" );
		const program = await ( streams ?
			WebAssembly.compileStreaming( response ) :
			WebAssembly.compile( await response.arrayBuffer() ) );
		await idleOrWanted();
		const instance = await WebAssembly.instantiate( program, go.importObject );
		bar.hidden = true;
		const ended = go.run( instance );
		document.documentElement.setAttribute( "data-runs", "" );
		pressAgain();
		return ended;
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
	addEventListener( "click", press, true );
	start().then( stopped, ( error ) => {
		console.error( error );
		if ( error instanceof WebAssembly.RuntimeError ) {
			stopped();
		} else {
			fail( "The program could not be loaded. The page can be read without it; to change values, reload.", String( error.message ) );
		}
	} );
} )();

// Starts the browser program and shows how that goes.
//
// Go's own wasm_exec.js stands before this in the same file. The page names
// the program in the data-program attribute of the script element. The program
// is fetched plainly, without counting bytes on the way, because browsers keep
// the compiled code of a plain response only. It is fetched and compiled at
// once, with low priority and off the main thread; it starts, which keeps the
// page busy for a moment, when the start has been rehearsed and the page is idle.
//
// What go-app's client asks of the page (v10.1.11): goappGetenv(), in it the
// path under which the site lies, where addresses begin that are not the
// program's own (the pages that are only to be read), and the other values unset.
"use strict";

( () => {
	if ( typeof goappGetenv === "function" ) {
		return; // a worker's
	}
	const script = document.currentScript;
	const root = new URL( ".", script.src );
	const bar = document.getElementById( "loader-bar" );
	const failure = document.getElementById( "loader-failure" );
	const env = {
		GOAPP_ROOT_PREFIX: root.pathname.replace( /\/$/, "" ),
		GOAPP_INTERNAL_URLS: JSON.stringify( [ "release", "live-test" ].map( ( name ) => new URL( name, root ).href ) )
	};
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

	// rehearse has the program started in a worker (see rehearsal.js), where
	// there is a second processor for it. It is done when that has gone well, has
	// failed or takes too long.
	const rehearsalEnds = 3000; // milliseconds
	const onAfterStart = 1000; // in which the first answers are rehearsed

	function rehearse( program ) {
		let worker = null;
		const done = new Promise( ( resolve ) => {
			if ( !( navigator.hardwareConcurrency > 1 ) ) {
				return resolve();
			}
			setTimeout( resolve, rehearsalEnds );
			try {
				worker = new Worker( script.src );
				worker.onmessage = worker.onerror = resolve;
				worker.postMessage( program );
			} catch {
				resolve(); // a frame without an origin has no workers
			}
		} );
		return { done, end: () => worker && setTimeout( () => worker.terminate(), onAfterStart ) };
	}

	// idle resolves when the page is idle and nobody types.
	const idleAfter = 1000; // milliseconds, at the latest
	const typingPause = 300;
	let typed = -Infinity;
	addEventListener( "input", () => {
		typed = performance.now();
	}, true );

	function idle() {
		const end = performance.now() + idleAfter;
		return new Promise( ( resolve ) => {
			const look = () => {
				const now = performance.now();
				const rest = Math.min( typed + typingPause, end ) - now;
				if ( rest > 0 ) {
					setTimeout( look, rest );
				} else if ( window.requestIdleCallback && now < end ) {
					requestIdleCallback( resolve, { timeout: end - now } );
				} else {
					resolve();
				}
			};
			look();
		} );
	}

	// Buttons that were pressed before the program ran are pressed again. Who
	// presses one waits for the program, and not for its rehearsal; what is typed
	// is answered without it.
	const pressed = [];
	let want;
	const wanted = new Promise( ( resolve ) => {
		want = resolve;
	} );
	function press( event ) {
		const button = event.target.closest && event.target.closest( "button[data-do]" );
		if ( button ) {
			pressed.push( [ button.dataset.do, button.dataset.arg ] );
			want();
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

	// takenOver resolves when the program has put its page in the place of the
	// printed one.
	function takenOver() {
		return new Promise( ( resolve ) => {
			new MutationObserver( ( changes, observer ) => {
				if ( changes.some( ( change ) => change.removedNodes.length ) ) {
					observer.disconnect();
					resolve();
				}
			} ).observe( document.body, { childList: true } );
		} );
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
		const rehearsal = rehearse( program );
		await Promise.race( [ rehearsal.done, wanted ] );
		await idle();
		const instance = await WebAssembly.instantiate( program, go.importObject );
		const taken = takenOver();
		const ended = go.run( instance );
		await Promise.race( [ taken, ended ] );
		bar.hidden = true;
		document.documentElement.setAttribute( "data-runs", "" );
		rehearsal.end();
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

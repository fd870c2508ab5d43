// Registers the service worker, and offers a new version when there is one.
//
// A page is never reloaded on its own: somebody may be typing. What was typed
// stands in the address and comes back; a password does not, and the offer
// says so.
( () => {
	const root = new URL( ".", document.currentScript.src );
	const bar = document.getElementById( "offline-bar" );
	const workers = navigator.serviceWorker;
	if ( !workers || !window.isSecureContext || navigator.connection?.saveData ) {
		return;
	}
	const hour = 60 * 60 * 1000;
	let registration, taken = false, later = false;

	const typedSecret = () => Array.from( document.querySelectorAll( "#secret, input[type=password]" ) ).some( ( input ) => input.value );

	function offer() {
		if ( later ) {
			return;
		}
		const words = "A new version is ready. What you filled in stays" +
			( typedSecret() ? ", but for the password: it is kept nowhere and has to be typed again." : "." );
		const p = bar.querySelector( "p" );
		if ( p.textContent !== words ) {
			p.textContent = words;
		}
		bar.hidden = false;
	}

	// Leaves the field at hand, so that it gets into the address, and reloads.
	function reload() {
		document.activeElement?.blur();
		setTimeout( () => location.reload(), 200 );
	}

	function onReload() {
		const next = registration.waiting;
		if ( !next || taken ) {
			reload(); // another tab has taken it already
			return;
		}
		taken = true;
		next.addEventListener( "statechange", () => {
			if ( next.state === "activated" ) {
				reload();
			} else if ( next.state === "redundant" ) {
				bar.hidden = true;
			}
		} );
		next.postMessage( "take over" );
	}

	// There is a new version when one waits while another is at work.
	function look() {
		if ( registration.waiting && registration.active ) {
			offer();
		}
	}

	function watch( worker ) {
		worker?.addEventListener( "statechange", look );
	}

	async function register() {
		registration = await workers.register( new URL( "sw.js", root ), { scope: root.pathname, updateViaCache: "none" } );
		document.getElementById( "offline-reload" ).addEventListener( "click", onReload );
		document.getElementById( "offline-later" ).addEventListener( "click", () => {
			later = bar.hidden = true;
		} );
		document.addEventListener( "input", () => bar.hidden || offer() );
		registration.addEventListener( "updatefound", () => watch( registration.installing ) );
		watch( registration.installing );
		look();
		const ours = () => workers.controller?.scriptURL === new URL( "sw.js", root ).href;
		if ( ours() ) {
			// Another tab took a new version: this one goes on with the old until
			// it is reloaded.
			workers.addEventListener( "controllerchange", () => taken || !ours() || offer() );
		}
		let asked = Date.now();
		document.addEventListener( "visibilitychange", () => {
			if ( !document.hidden && Date.now() - asked > hour ) {
				asked = Date.now();
				registration.update().catch( () => {} ); // no network: next time
			}
		} );
	}

	// The program comes first, and then whoever uses it: two hundred files are
	// taken only when nobody has typed or clicked for two seconds.
	let used = performance.now();
	for ( const type of [ "keydown", "pointerdown", "input" ] ) {
		document.addEventListener( type, () => {
			used = performance.now();
		}, { capture: true, passive: true } );
	}
	function whenQuiet() {
		if ( performance.now() - used < 2000 ) {
			setTimeout( whenQuiet, 500 );
			return;
		}
		register().catch( ( error ) => console.info( `no use without a network: ${ error.message }` ) );
	}
	function whenFree( tries ) {
		const here = performance.getEntriesByType( "resource" ).some( ( e ) => e.name.endsWith( ".wasm" ) && e.responseEnd > 0 );
		if ( here || tries === 0 ) {
			setTimeout( whenQuiet, 2000 );
		} else {
			setTimeout( whenFree, 500, tries - 1 );
		}
	}
	if ( document.readyState === "complete" ) {
		whenFree( 20 );
	} else {
		window.addEventListener( "load", () => whenFree( 20 ) );
	}
} )();

// Registers the service worker, and offers a new version when there is one.
//
// A page is never reloaded on its own: somebody may be typing. What was typed
// comes back. Most of it stands in the address; the rest, passwords above all,
// may stand nowhere. For the moment of the reload the worker has it in memory,
// encrypted, and the page's session storage has the key: neither is of use
// alone, and each is asked for once and then gone.
( () => {
	const root = new URL( ".", document.currentScript.src );
	const bar = document.getElementById( "offline-bar" );
	const workers = navigator.serviceWorker;
	if ( !workers || !window.isSecureContext || navigator.connection?.saveData ) {
		return;
	}
	const hour = 60 * 60 * 1000;
	let registration, taken = false, later = false;

	const handed = "wgsmtp handed over";
	const controls = () => Array.from( document.querySelectorAll( "input[id], textarea[id], select[id]" ) )
		.filter( ( e ) => !/^(checkbox|radio|file|button)$/.test( e.type ) );

	// Asks a worker and waits for its answer.
	function tell( worker, message ) {
		return new Promise( ( resolve, reject ) => {
			const { port1, port2 } = new MessageChannel();
			port1.onmessage = ( event ) => resolve( event.data );
			setTimeout( reject, 2000 );
			worker.postMessage( message, [ port2 ] );
		} );
	}

	async function handOver( worker ) {
		const id = crypto.randomUUID();
		const iv = crypto.getRandomValues( new Uint8Array( 12 ) );
		const key = await crypto.subtle.generateKey( { name: "AES-GCM", length: 256 }, true, [ "encrypt", "decrypt" ] );
		const text = JSON.stringify( controls().map( ( e ) => [ e.id, e.value ] ) );
		const sealed = await crypto.subtle.encrypt( { name: "AES-GCM", iv }, key, new TextEncoder().encode( text ) );
		await tell( worker, { hold: id, sealed: { iv, sealed } } );
		sessionStorage.setItem( handed, JSON.stringify( { id, key: await crypto.subtle.exportKey( "jwk", key ) } ) );
	}

	// Puts back what is not there again by the address, once the program runs.
	async function takeBack( { id, key } ) {
		const { active } = await workers.getRegistration( root.href );
		const { iv, sealed } = await tell( active, { give: id } );
		const opener = await crypto.subtle.importKey( "jwk", key, "AES-GCM", false, [ "decrypt" ] );
		const values = JSON.parse( new TextDecoder().decode( await crypto.subtle.decrypt( { name: "AES-GCM", iv }, opener, sealed ) ) );
		const pause = ( ms ) => new Promise( ( done ) => setTimeout( done, ms ) );
		while ( !document.documentElement.hasAttribute( "data-runs" ) || document.querySelector( "[data-printed]" ) ) {
			await pause( 50 );
		}
		for ( const [ id, value ] of values ) {
			const e = controls().find( ( e ) => e.id === id );
			if ( e && e.value !== value && e !== document.activeElement ) {
				e.value = value;
				e.dispatchEvent( new Event( "input", { bubbles: true } ) );
				e.dispatchEvent( new Event( "change", { bubbles: true } ) );
				await pause( 20 ); // one may bring others
			}
		}
	}

	function offer() {
		if ( later ) {
			return;
		}
		const words = "A new version is ready. What you filled in stays.";
		const p = bar.querySelector( "p" );
		if ( p.textContent !== words ) {
			p.textContent = words;
		}
		bar.hidden = false;
	}

	async function reload() {
		await handOver( registration.active ).catch( () => {} ); // then without a password
		location.reload();
	}

	// Chromium starts a worker again that is on its way out for any request, even
	// that for an icon after the address has changed, and the next one then waits
	// until the first has rested for half a minute. So it is asked again.
	function ask( next ) {
		if ( next.state === "installed" ) {
			next.postMessage( "take over" );
			setTimeout( ask, 500, next );
		}
	}

	function onReload() {
		document.activeElement?.blur(); // the field at hand gets into the address
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
				taken = false;
				bar.hidden = true;
			}
		} );
		ask( next );
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

	const kept = sessionStorage.getItem( handed );
	if ( kept ) {
		sessionStorage.removeItem( handed );
		takeBack( JSON.parse( kept ) ).catch( () => {} ); // nobody has it any more
	}

	// The program comes first, and then whoever uses it: all pages are taken only
	// when it has run for two seconds and nobody has typed or clicked for five.
	let used = performance.now();
	for ( const type of [ "keydown", "pointerdown", "input" ] ) {
		document.addEventListener( type, () => {
			used = performance.now();
		}, { capture: true, passive: true } );
	}
	function whenQuiet() {
		if ( performance.now() - used < 5000 ) {
			setTimeout( whenQuiet, 500 );
			return;
		}
		register().catch( ( error ) => console.info( `no use without a network: ${ error.message }` ) );
	}
	function whenFree( tries ) {
		// A page that is only to be read has no program to wait for.
		if ( document.documentElement.hasAttribute( "data-runs" ) || tries === 0 || !document.getElementById( "loader-bar" ) ) {
			used = Math.max( used, performance.now() - 3000 );
			whenQuiet();
		} else {
			setTimeout( whenFree, 500, tries - 1 );
		}
	}
	if ( document.readyState === "complete" ) {
		whenFree( 40 );
	} else {
		window.addEventListener( "load", () => whenFree( 40 ) );
	}
} )();

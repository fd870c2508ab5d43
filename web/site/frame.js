// The inner side of an embedded page. The outer side is static/embed.js, and
// static/embed.md is the description of what both say.
//
// What the page around this one may know: that the program is ready, how high
// the page is, that something was copied; and, if it asked, the block, in which
// a secret is never more than dots. Nothing else is answered, and only the page
// directly around this one is listened to.
( () => {
	const version = 1;
	const html = document.documentElement;
	const query = new URLSearchParams( location.search );
	const full = new URL( "..", location.href );
	full.pathname += location.pathname.split( "/" ).pop().replace( /^index\.html$/, "" );

	if ( window.parent === window && location.hash.length > 1 && !query.has( "stay" ) ) {
		// A link out of a block led here: it means the page itself.
		location.replace( new URL( location.hash, full ) );
		return;
	}

	function theme( name ) {
		if ( name === "light" || name === "dark" ) {
			html.dataset.theme = name;
		} else if ( name === "auto" ) {
			delete html.dataset.theme;
		}
	}
	let wanted = query.get( "theme" );
	theme( wanted );
	html.toggleAttribute( "data-compact", query.has( "compact" ) );
	html.toggleAttribute( "data-block", query.get( "view" ) === "block" );

	const say = ( type, more, origin = "*" ) => window.parent.postMessage( { wgsmtp: version, type, ...more }, origin );

	let told = 0;
	function size() {
		const height = Math.ceil( document.body.getBoundingClientRect().height );
		if ( height !== told ) {
			told = height;
			say( "resize", { height } );
		}
	}

	let ready = false;
	const running = () => !!document.querySelector( "#form > fieldset:not([disabled])" );

	// The block as it stands on the page. Where a typed secret is laid open
	// there, nothing is told.
	function block() {
		if ( document.querySelector( "#block-secret:checked" ) ) {
			return "";
		}
		return Array.from( document.querySelectorAll( "[data-line] .code-line__text" ), ( line ) => line.textContent + "\n" ).join( "" );
	}
	let asker = "", last = "", pause = 0;
	function change() {
		const now = asker && ready ? block() : "";
		if ( now && now !== last ) {
			last = now;
			say( "change", { block: now }, asker );
		}
	}

	let copies = 0;
	function look( mutations ) {
		if ( !ready && running() ) {
			ready = true;
			theme( wanted ); // the program has put up what it had stored
			say( "ready" );
		}
		const spoken = mutations.some( ( m ) => m.target.nodeType === 1 && m.target.matches( ".copy__said" ) ||
			m.target.parentElement?.matches( ".copy__said" ) );
		if ( spoken && /^Copied/.test( document.querySelector( ".copy__said:not(:empty)" )?.textContent || "" ) ) {
			copies++;
			say( "copied", { copies } );
		}
		clearTimeout( pause );
		pause = setTimeout( change, 100 );
		const link = document.getElementById( "frame-full" );
		link.href = new URL( location.hash, full ).href;
	}

	window.addEventListener( "message", ( event ) => {
		const message = event.data;
		if ( event.source !== window.parent || window.parent === window || message?.wgsmtp !== version ) {
			return;
		}
		if ( message.type === "hello" ) {
			told = 0;
			size();
			if ( ready ) {
				say( "ready" );
			}
			// To a page without an origin nothing can be addressed.
			if ( Array.isArray( message.events ) && message.events.includes( "change" ) && event.origin !== "null" ) {
				asker = event.origin;
				last = "";
				change();
			}
		} else if ( message.type === "theme" ) {
			wanted = message.theme;
			theme( wanted );
		}
	} );

	new ResizeObserver( size ).observe( document.body );
	new MutationObserver( look ).observe( document.body, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: [ "disabled" ] } );
} )();

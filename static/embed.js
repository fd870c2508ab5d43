// <wgsmtp-configurator>: the page of wgsmtp within another site's page. What
// attributes and events there are is in static/embed.md; the inner side is
// web/site/frame.js.
( () => {
	"use strict";
	const version = 1;
	const root = new URL( ".", document.currentScript.src );

	// Whether the text around an element is light, and so the page dark.
	function isDark( element ) {
		const rgb = ( getComputedStyle( element ).color.match( /[\d.]+/g ) || [ 0, 0, 0 ] ).map( Number );
		return rgb[ 0 ] * 0.299 + rgb[ 1 ] * 0.587 + rgb[ 2 ] * 0.114 > 127;
	}

	class Configurator extends HTMLElement {
		static observedAttributes = [ "carrier", "release", "server", "state", "view", "compact", "theme", "sandbox" ];

		connectedCallback() {
			this.style.display = "block";
			this.onMessage = ( event ) => this.hear( event );
			window.addEventListener( "message", this.onMessage );
			this.near = new IntersectionObserver( ( entries ) => {
				if ( entries.some( ( e ) => e.isIntersecting ) ) {
					this.near.disconnect();
					this.load();
				}
			}, { rootMargin: "400px" } );
			this.near.observe( this );
			this.follow = () => this.tellTheme();
			this.colours = matchMedia( "(prefers-color-scheme: dark)" );
			this.colours.addEventListener( "change", this.follow );
			this.switched = new MutationObserver( this.follow );
			for ( const element of [ document.documentElement, document.body ] ) {
				this.switched.observe( element, { attributes: true } );
			}
		}

		disconnectedCallback() {
			window.removeEventListener( "message", this.onMessage );
			this.colours.removeEventListener( "change", this.follow );
			this.switched.disconnect();
			this.near.disconnect();
			this.frame?.remove();
			this.frame = null;
		}

		attributeChangedCallback( name, before, now ) {
			if ( !this.frame || before === now ) {
				return;
			}
			if ( name === "theme" ) {
				this.tellTheme();
			} else {
				this.frame.remove();
				this.load();
			}
		}

		get theme() {
			const theme = this.getAttribute( "theme" );
			return theme === "light" || theme === "dark" ? theme : isDark( this ) ? "dark" : "light";
		}

		get address() {
			const carrier = this.getAttribute( "carrier" ) || "";
			const page = /^[a-z0-9-]+$/.test( carrier ) ? carrier : "index";
			const url = new URL( `embed/${ page }.html`, root );
			url.searchParams.set( "theme", this.theme );
			if ( this.hasAttribute( "compact" ) ) {
				url.searchParams.set( "compact", "" );
			}
			if ( this.getAttribute( "view" ) === "block" ) {
				url.searchParams.set( "view", "block" );
			}
			let state = ( this.getAttribute( "state" ) || "" ).replace( /^#/, "" );
			if ( !state ) {
				const values = [ "release", "server" ].filter( ( name ) => this.getAttribute( name ) )
					.map( ( name ) => `&${ name }=${ encodeURIComponent( this.getAttribute( name ) ) }` );
				state = values.length ? `1;carrier=${ page === "index" ? "custom" : page }${ values.join( "" ) }` : "";
			}
			url.hash = state;
			return url.href;
		}

		load() {
			const frame = document.createElement( "iframe" );
			frame.title = this.getAttribute( "label" ) || "Mail settings for MediaWiki";
			frame.allow = "clipboard-write";
			if ( this.hasAttribute( "sandbox" ) ) {
				frame.setAttribute( "sandbox", "allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" );
			}
			Object.assign( frame.style, { display: "block", width: "100%", height: "480px", border: "0", colorScheme: "normal" } );
			// Before that the frame is an empty page of this page's own origin.
			this.loaded = false;
			frame.addEventListener( "load", () => {
				this.loaded = true;
				this.tell( { type: "hello", events: ( this.getAttribute( "events" ) || "" ).split( /\s+/ ).filter( Boolean ) } );
				this.tellTheme();
			} );
			frame.src = this.address;
			// The inner link stays until the page has spoken, and where it never does.
			( this.shadowRoot || this.attachShadow( { mode: "open" } ) ).replaceChildren( document.createElement( "slot" ), frame );
			this.frame = frame;
		}

		get sandboxed() {
			return this.frame.hasAttribute( "sandbox" );
		}

		tell( message ) {
			this.frame?.contentWindow?.postMessage( { wgsmtp: version, ...message }, this.sandboxed ? "*" : root.origin );
		}

		tellTheme() {
			if ( this.frame && this.loaded ) {
				this.tell( { type: "theme", theme: this.theme } );
			}
		}

		hear( event ) {
			const message = event.data;
			if ( !this.frame || event.source !== this.frame.contentWindow || message?.wgsmtp !== version ||
				event.origin !== ( this.sandboxed ? "null" : root.origin ) ) {
				return;
			}
			const detail = {};
			if ( message.type === "resize" && message.height > 0 ) {
				detail.height = Math.min( message.height, 20000 );
				this.frame.style.height = detail.height + "px";
				this.shadowRoot.querySelector( "slot" ).hidden = true;
			} else if ( message.type === "change" && /(^|\s)change(\s|$)/.test( this.getAttribute( "events" ) ) ) {
				detail.block = String( message.block );
			} else if ( message.type !== "ready" && message.type !== "copied" ) {
				return;
			}
			this.dispatchEvent( new CustomEvent( "wgsmtp-" + message.type, { bubbles: true, detail } ) );
		}
	}

	if ( !customElements.get( "wgsmtp-configurator" ) ) {
		customElements.define( "wgsmtp-configurator", Configurator );
	}
} )();

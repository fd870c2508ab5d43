// The service worker: after one visit everything works without a network.
//
// Above this stand BUILD, the name of the build, and FILES, its files below the
// worker's own folder, each with the SHA-256 of its contents.
//
// Rules. A build has one cache, named after the folder and the build; others of
// the origin are not looked at, not even to list what is in them. A build is
// taken whole or not at all: each file is checked against its sum, and one that
// is missing or of another build ends the installation and leaves the build
// before in place. That one goes when the new one takes over, which is when no
// page uses it any more or when somebody said so.
"use strict";

const scope = new URL( self.registration.scope );
const prefix = `wgsmtp ${ scope.pathname } `; // a path holds no space
const cacheName = prefix + BUILD;

async function sum( bytes ) {
	const digest = new Uint8Array( await crypto.subtle.digest( "SHA-256", bytes ) );
	return Array.from( digest, ( b ) => b.toString( 16 ).padStart( 2, "0" ) ).join( "" );
}

// A response that came by a redirection cannot answer a navigation.
function plain( response, bytes ) {
	return new Response( bytes, { status: 200, headers: response.headers } );
}

async function checked( response, file ) {
	const copy = response.redirected ? null : response.clone();
	const bytes = await response.arrayBuffer();
	if ( !response.ok || await sum( bytes ) !== FILES[ file ] ) {
		return null;
	}
	return copy || plain( response, bytes );
}

// Puts a file into the cache: what is there already, what the builds before
// have in common with this one, and the rest from the network.
async function take( cache, before, file ) {
	const url = new URL( file, scope ).href;
	const fingerprint = /\.[0-9a-f]{12}\.\w+$/.test( file );
	for ( const old of [ cache, ...before ] ) {
		const kept = await old.match( url );
		const good = kept && await checked( kept, file );
		if ( good ) {
			return old === cache ? undefined : cache.put( url, good );
		}
	}
	// A server that tells versions by the second can answer a revalidation with
	// "not modified" although the file was half written: then all of it again.
	let status;
	for ( const mode of [ fingerprint ? "default" : "no-cache", "reload" ] ) {
		const response = await fetch( url, { cache: mode, credentials: "same-origin" } );
		const good = await checked( response, file );
		if ( good ) {
			return cache.put( url, good );
		}
		status = response.status;
	}
	throw new Error( `${ file } is not that of build ${ BUILD } (status ${ status })` );
}

async function builds() {
	return ( await caches.keys() ).filter( ( name ) => name.startsWith( prefix ) );
}

async function install() {
	const names = ( await builds() ).filter( ( name ) => name !== cacheName );
	const before = await Promise.all( names.map( ( name ) => caches.open( name ) ) );
	const cache = await caches.open( cacheName );
	// What pages load comes first, then the pages, a few at a time.
	const files = Object.keys( FILES ).sort( ( a, b ) => a.endsWith( ".html" ) - b.endsWith( ".html" ) );
	const workers = Array.from( { length: 4 }, async () => {
		for ( let file; ( file = files.shift() ) !== undefined; ) {
			await take( cache, before, file );
		}
	} );
	await Promise.all( workers );
}

async function activate() {
	for ( const name of await builds() ) {
		if ( name !== cacheName ) {
			await caches.delete( name );
		}
	}
}

// The file that an address stands for: with and without .html, whatever the
// query. "" where it is none of this build's.
function fileOf( url ) {
	if ( url.origin !== scope.origin || !url.pathname.startsWith( scope.pathname ) ) {
		return "";
	}
	const name = url.pathname.slice( scope.pathname.length ) || "index.html";
	return [ name, name + ".html" ].find( ( file ) => Object.hasOwn( FILES, file ) ) || "";
}

async function answer( request, file ) {
	const cache = await caches.open( cacheName );
	return await cache.match( new URL( file, scope ).href ) || fetch( request );
}

self.addEventListener( "install", ( event ) => event.waitUntil( install() ) );
self.addEventListener( "activate", ( event ) => event.waitUntil( activate() ) );
self.addEventListener( "message", ( event ) => {
	if ( event.data === "take over" ) {
		event.waitUntil( self.skipWaiting() );
	}
} );
self.addEventListener( "fetch", ( event ) => {
	const file = event.request.method === "GET" && fileOf( new URL( event.request.url ) );
	if ( file ) {
		event.respondWith( answer( event.request, file ) );
	}
} );

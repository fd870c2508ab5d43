// The service worker: after one visit everything works without a network.
//
// Above this stand BUILD, the name of the build; PACK, the file that holds the
// pages, and their names; and LOADED, the files that pages load. Each file has
// the SHA-256 of its contents.
//
// Rules. A build has one cache, named after the folder and the build; others of
// the origin are not looked at, not even to list what is in them. A build is
// taken whole or not at all: each file is checked against its sum, and one that
// is missing or of another build ends the installation and leaves the build
// before in place. That one goes when the new one takes over, which is when no
// page uses it any more or when somebody said so. What the page around has
// loaded already is taken from the browser's own cache, so that the first visit
// makes two requests more: for this and for the pages.
"use strict";

const scope = new URL( self.registration.scope );
const prefix = `wgsmtp ${ scope.pathname } `; // a path holds no space
const cacheName = prefix + BUILD;
const names = new Set( [ ...PACK.pages, ...LOADED.map( ( entry ) => entry.file ) ] );

async function sum( bytes ) {
	const digest = new Uint8Array( await crypto.subtle.digest( "SHA-256", bytes ) );
	return Array.from( digest, ( b ) => b.toString( 16 ).padStart( 2, "0" ) ).join( "" );
}

// A response that came by a redirection cannot answer a navigation.
function plain( response, bytes ) {
	return new Response( bytes, { status: 200, headers: response.headers } );
}

async function checked( response, want ) {
	const copy = response.redirected ? null : response.clone();
	const bytes = await response.arrayBuffer();
	if ( !response.ok || await sum( bytes ) !== want ) {
		return null;
	}
	return copy || plain( response, bytes );
}

// Gets a file whose sum is right. What answers from a cache of the browser or on
// the way may be old, or half written: then all of it again, past every cache.
async function get( address, { file, sum }, cache ) {
	let status;
	for ( const mode of [ cache, "reload" ] ) {
		const response = await fetch( new URL( address, scope ), { cache: mode, credentials: "same-origin" } );
		const good = await checked( response, sum );
		if ( good ) {
			return good;
		}
		status = response.status;
	}
	throw new Error( `${ file } is not that of build ${ BUILD } (status ${ status })` );
}

// Puts a file into the cache that has its sum in its name: what is there
// already, what the builds before have in common with this one, and the rest.
async function take( cache, before, entry ) {
	const url = new URL( entry.file, scope ).href;
	for ( const old of [ cache, ...before ] ) {
		const kept = await old.match( url );
		const good = kept && await checked( kept, entry.sum );
		if ( good ) {
			return old === cache ? undefined : cache.put( url, good );
		}
	}
	return cache.put( url, await get( entry.file, entry, "force-cache" ) );
}

// Puts the pages into the cache. What they have in common stands in the pack
// once: a page is a list of first piece and number of pieces, and so on. The
// sum in the query makes another address of every build's pack.
async function unpack( cache ) {
	const response = await get( `${ PACK.file }?${ PACK.sum.slice( 0, 12 ) }`, PACK, "default" );
	const { pieces, files } = await response.json();
	for ( const { path, headers, runs } of files ) {
		const text = [];
		for ( let i = 0; i < runs.length; i += 2 ) {
			text.push( ...pieces.slice( runs[ i ], runs[ i ] + runs[ i + 1 ] ) );
		}
		await cache.put( new URL( path, scope ).href, new Response( text.join( "" ), { headers } ) );
	}
}

async function builds() {
	return ( await caches.keys() ).filter( ( name ) => name.startsWith( prefix ) );
}

async function install() {
	const names = ( await builds() ).filter( ( name ) => name !== cacheName );
	const before = await Promise.all( names.map( ( name ) => caches.open( name ) ) );
	const cache = await caches.open( cacheName );
	await Promise.all( [ unpack( cache ), ...LOADED.map( ( entry ) => take( cache, before, entry ) ) ] );
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
	return [ name, name + ".html" ].find( ( file ) => names.has( file ) ) || "";
}

async function answer( request, file ) {
	const cache = await caches.open( cacheName );
	return await cache.match( new URL( file, scope ).href ) || fetch( request );
}

self.addEventListener( "install", ( event ) => event.waitUntil( install() ) );
self.addEventListener( "activate", ( event ) => event.waitUntil( activate() ) );
// What pages hand over to themselves across a reload, sealed, under names that
// cannot be guessed: given once, and forgotten after half a minute.
const held = new Map();

function hold( { hold: id, sealed } ) {
	return new Promise( ( done ) => {
		const forget = () => {
			held.delete( id );
			done();
		};
		held.set( id, { sealed, forget } );
		setTimeout( forget, 30000 );
	} );
}

self.addEventListener( "message", ( event ) => {
	const { data, ports: [ port ] } = event;
	if ( data === "take over" ) {
		self.skipWaiting();
	} else if ( data?.hold ) {
		event.waitUntil( hold( data ) );
		port.postMessage( true );
	} else if ( data?.give ) {
		const kept = held.get( data.give );
		port.postMessage( kept?.sealed );
		kept?.forget();
	}
} );
self.addEventListener( "fetch", ( event ) => {
	const file = event.request.method === "GET" && fileOf( new URL( event.request.url ) );
	if ( file ) {
		event.respondWith( answer( event.request, file ) );
	}
} );

// Where the browser gives a page no storage (a frame without an origin, or
// cookies that are blocked), touching localStorage throws, and the program
// would stop. It gets one that lasts as long as the page. This stands in the
// loader's file, so that it has run whenever the program starts.
"use strict";

for ( const name of [ "localStorage", "sessionStorage" ] ) {
	try {
		window[ name ].getItem( "" );
	} catch {
		const kept = new Map();
		Object.defineProperty( window, name, { configurable: true, value: {
			get length() {
				return kept.size;
			},
			key: ( i ) => Array.from( kept.keys() )[ i ] ?? null,
			getItem: ( key ) => kept.get( String( key ) ) ?? null,
			setItem: ( key, value ) => void kept.set( String( key ), String( value ) ),
			removeItem: ( key ) => void kept.delete( String( key ) ),
			clear: () => kept.clear(),
		} } );
	}
}

// Runs in a measured page before its own scripts, and notes when its output
// shows, when it first answers to somebody's input, what long tasks there were
// and how much the page jumped. settings is put before it by the measuring program.
( () => {
	const { output, ready } = settings;
	const wanted = new RegExp( ready );
	const text = () => [ ...document.querySelectorAll( output ) ].map( ( e ) => e.textContent ).join( '\n' );
	const all = { childList: true, subtree: true, characterData: true, attributes: true };
	const b = window.bench = { first: 0, reaction: 0, tasks: [], shift: 0, before: null, at: 0, took: 0 };
	// The frame after now: what is queued in its callback runs once it is drawn.
	const painted = ( then ) => requestAnimationFrame( () => {
		const channel = new MessageChannel();
		channel.port1.onmessage = () => then( performance.now() );
		channel.port2.postMessage( 0 );
	} );
	const observe = ( type, each ) => new PerformanceObserver( ( list ) => list.getEntries().forEach( each ) ).observe( { type, buffered: true } );
	observe( 'longtask', ( e ) => b.tasks.push( e.duration ) );
	observe( 'layout-shift', ( e ) => { b.shift += e.hadRecentInput ? 0 : e.value; } );

	let touched = false, shown = null;
	for ( const type of [ 'keydown', 'click' ] ) {
		addEventListener( type, ( e ) => { touched ||= e.isTrusted; }, true );
	}
	for ( const type of [ 'keydown', 'input', 'change', 'click' ] ) {
		addEventListener( type, ( e ) => {
			if ( e.isTrusted && b.before !== null && !b.at ) {
				b.at = e.timeStamp;
			}
		}, true );
	}
	b.arm = () => {
		b.before = text();
		b.at = b.took = 0;
	};
	const look = () => {
		if ( shown === null ) {
			if ( document.querySelector( output ) && wanted.test( text() ) ) {
				shown = text();
				painted( ( t ) => { b.first = t; } );
			}
			return;
		}
		if ( touched && !b.reaction && text() !== shown ) {
			b.reaction = performance.now();
		}
		if ( b.before !== null && b.at && text() !== b.before ) {
			const { at } = b;
			b.before = null;
			painted( ( t ) => { b.took = t - at; } );
		}
	};
	new MutationObserver( look ).observe( document, all );
	addEventListener( 'DOMContentLoaded', look );
} )();

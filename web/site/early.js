// Runs before the first paint, and answers until the program does.
//
// It sets the stored colours, wakes the form, keeps a dropped file, and puts
// what is typed into the marked slots of the printed block (data-slot, see
// app/ui/slots.go), quoted by the rule of app/php.Quote. The program takes over
// what was typed, and its page has no slots: from then on this does nothing.
"use strict";

( () => {
	try {
		const theme = localStorage.getItem( "theme" );
		if ( theme === "light" || theme === "dark" ) {
			document.documentElement.dataset.theme = theme;
		}
	} catch {
		// No storage here, so there is no choice to follow.
	}
	if ( typeof WebAssembly !== "object" ) {
		return; // no program will come
	}

	// What copying may change or hide is written as bytes.
	const fragile = /[\0-\x1f\x7f-\xa0\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb\p{NChar}]/u;
	const special = new RegExp( "[\"\\\\$]|" + fragile.source, "gu" );
	const named = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\"": "\\\"", "\\": "\\\\", "$": "\\$" };
	const bytes = ( c ) => Array.from( new TextEncoder().encode( c ),
		( b ) => "\\x" + b.toString( 16 ).toUpperCase().padStart( 2, "0" ) ).join( "" );

	function quote( text ) {
		text = text.replace( /\p{Cs}/gu, "\ufffd" );
		return fragile.test( text ) ?
			"\"" + text.replace( special, ( c ) => named[ c ] || bytes( c ) ) + "\"" :
			"'" + text.replace( /['\\]/g, "\\$&" ) + "'";
	}

	function valueFor( slot, field ) {
		let value = field.value;
		if ( slot.dataset.part === "host" ) {
			value = ( /^(?:[a-z]+:)?\/\/([^/:?#\s]+)/i.exec( value ) || [] )[ 1 ];
		}
		if ( !value ) {
			return slot.dataset.example;
		}
		return field.id === "secret" ? "'••••••••'" : quote( ( slot.dataset.before || "" ) + value );
	}

	document.addEventListener( "input", ( { target } ) => {
		for ( const slot of document.querySelectorAll( "[data-slot]" ) ) {
			if ( slot.dataset.slot === target.id ) {
				const flag = slot.parentNode.nextElementSibling; // "example: fill in"
				slot.dataset.example ??= slot.textContent;
				flag.dataset.said ??= flag.textContent;
				slot.textContent = valueFor( slot, target );
				flag.textContent = slot.textContent === slot.dataset.example ? flag.dataset.said : "";
			}
		}
	} );
	document.addEventListener( "submit", ( event ) => event.preventDefault() );
	// A file that is dropped waits for the program in the field for files; the
	// browser would open it and leave the page.
	for ( const type of [ "dragover", "drop" ] ) {
		document.addEventListener( type, ( event ) => {
			const input = document.querySelector( "[data-printed=form] #file" );
			const { files, types } = event.dataTransfer;
			if ( input && types.includes( "Files" ) ) {
				event.preventDefault();
				if ( files.length ) {
					input.files = files;
				}
			}
		} );
	}
	const wake = () => {
		const form = document.querySelector( "[data-printed=form]" );
		if ( form ) {
			form.disabled = false;
		}
		return form;
	};
	// The form is there before the whole page is.
	const watch = new MutationObserver( () => wake() && watch.disconnect() );
	watch.observe( document.documentElement, { childList: true, subtree: true } );
	document.addEventListener( "DOMContentLoaded", () => {
		wake();
		watch.disconnect();
	} );
} )();

// Renders a page of MDX as Docusaurus does, which compiles it with @mdx-js/mdx
// and renders it with React on the server. The page comes on standard input;
// the script's address is read from a piece of Docusaurus's configuration, the
// first argument.
import { readFileSync } from 'node:fs';
import { evaluate } from '@mdx-js/mdx';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import * as runtime from 'react/jsx-runtime';

const config = new Function( `return { ${ process.argv[ 2 ] } };` )();
const { default: Page } = await evaluate( readFileSync( 0, 'utf8' ), runtime );
process.stdout.write( renderToStaticMarkup( createElement( 'html', { lang: 'en' },
	createElement( 'head', null, createElement( 'title', null, 'Mail' ),
		...config.scripts.map( ( script ) => createElement( 'script', { key: script.src, ...script } ) ) ),
	createElement( 'body', null, createElement( Page ) ) ) ) );

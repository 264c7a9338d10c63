/** Prints the page that a server renders: `node server-page.js STATE`. It asks nobody. */
import { createSallyport, type SessionState } from '@sallyport/client';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { Page } from './page.js';

const client = createSallyport({ url: 'https://auth.example.com', fetch: () => Promise.reject(new Error('It asks.')) });
const initialState = JSON.parse(process.argv[2] ?? 'null') as SessionState | null;
process.stdout.write(renderToString(createElement(Page, { client, ...(initialState && { initialState }) })));

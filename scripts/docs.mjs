/** `npm run docs`: the documentation as a site in dist/docs, which needs no server: open dist/docs/index.html. Fails where a link is dead. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deadLinks } from './docs/dead-links.mjs';
import { writeSite } from './docs/write-site.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist/docs');
const pages = await writeSite({ root, out });
const dead = deadLinks(out);
console.log(`${pages} pages: ${join(out, 'index.html')}`);
for (const one of dead) console.error(one);
process.exitCode = dead.length === 0 ? 0 : 1;

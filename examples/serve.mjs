/**
 * `node serve.mjs NAME`: serves an example on http://localhost:5173. PORT is another port, GATEWAY another gateway than
 * http://localhost:4000. The packages are taken from their sources in this repository; in your project they come from npm, and a bundler such as Vite does what this file does.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundlePage } from '../scripts/page-bundle.mjs';

const [name = ''] = process.argv.slice(2);
const { PORT = '5173', GATEWAY = 'http://localhost:4000' } = process.env;
const examples = dirname(fileURLToPath(import.meta.url));
const folder = join(examples, name);

/** What the page asks for, and what it gets. */
const scripts = new Map(
  name === 'vanilla'
    ? [
        ['/app.js', readFileSync(join(folder, 'app.js'), 'utf8')],
        ['/sallyport-client.js', await bundlePage(join(examples, '../packages/client/src/sallyport.ts'))],
      ]
    : [['/app.js', await bundlePage(join(folder, 'app.tsx'))]],
);
const page = readFileSync(join(folder, 'index.html'), 'utf8').replace('%GATEWAY%', GATEWAY);

const server = createServer(({ url = '/' }, response) => {
  const script = scripts.get(url);
  response.setHeader('content-type', script ? 'text/javascript; charset=utf-8' : 'text/html; charset=utf-8');
  response.end(script ?? page);
});
server.listen(Number(PORT), 'localhost', () => console.log(`${name}: http://localhost:${PORT}, with ${GATEWAY}`));

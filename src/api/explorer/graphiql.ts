import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip as gzipCallback } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { exampleDocuments } from './example-documents.js';

/**
 * GraphiQL at /graphiql, from a prebuilt bundle on disk: nothing is loaded from another host. One tab for each example.
 * Everything below /graphiql/<version>/ is named by its content and cached for good.
 *
 * The bundle is a development dependency. Where it is not installed, /graphiql answers 404 and says so.
 *
 * @param needs.endpoint where operations are sent, relative to the page, so that a path prefix in front does no harm
 */
export function graphiqlRoutes(app: FastifyInstance, { endpoint = 'graphql' }: { endpoint?: string } = {}): void {
  // Loaded at the first request: 9 MB, which most servers never need.
  let loading: Promise<Assets | undefined> | undefined;
  const load = () => (loading ??= loadAssets());

  app.get('/graphiql', async (_request, reply) => {
    reply.header('content-security-policy', CONTENT_SECURITY_POLICY).header('cache-control', 'no-cache');
    const assets = await load();
    if (!assets) return reply.code(404).type('text/plain').send(NOT_INSTALLED);
    return reply.type('text/html; charset=utf-8').send(page(`graphiql/${assets.version}`, endpoint));
  });

  app.get<{ Params: { version: string; name: string } }>('/graphiql/:version/:name', async (request, reply) => {
    const assets = await load();
    const asset = assets?.version === request.params.version ? assets.files.get(request.params.name) : undefined;
    if (!asset) return reply.code(404).type('text/plain').send('Not found\n');

    reply
      .type(asset.type)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('vary', 'accept-encoding')
      .header('content-security-policy', CONTENT_SECURITY_POLICY);
    if (!/\bgzip\b/.test(String(request.headers['accept-encoding']))) return reply.send(asset.content);
    return reply.header('content-encoding', 'gzip').send(await (asset.gzipped ??= gzip(asset.content)));
  });
}

interface Assets {
  version: string;
  files: Map<string, { type: string; content: string; gzipped?: Promise<Buffer> }>;
}

type Bundle = Record<'js' | 'css' | 'editorWorkerService' | 'jsonWorker' | 'graphqlWorker', string>;

const gzip = promisify(gzipCallback) as (content: string) => Promise<Buffer>;

/** A variable, so that the compiler does not insist on finding it in an installation without development dependencies. */
const BUNDLE: string = '@graphql-yoga/render-graphiql/graphiql';

const NOT_INSTALLED =
  'GraphiQL is a development dependency and is not installed here: `npm install` without --omit=dev brings it.\n';

/** The editor writes its own style elements and carries its fonts as data: URLs; nothing else is inline or remote. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * GraphiQL's draggable tabs take on a stale offset at the first press: the tab jumps away from under the pointer and the
 * click is lost. Without the offset they are dragged invisibly, and clicked reliably.
 */
const STYLE = `
      html, body, #root { height: 100%; margin: 0; overflow: hidden; }
      .graphiql-tab { transform: none !important; }
    `;

/** Whether /graphiql will answer: there must be no link to a page that does not exist, as in the container. */
export function isGraphiqlInstalled(): boolean {
  try {
    return createRequire(import.meta.url).resolve(BUNDLE) !== '';
  } catch {
    return false;
  }
}

async function loadAssets(): Promise<Assets | undefined> {
  const bundle = await importBundle();
  if (!bundle) return undefined;
  const start = await readFile(new URL('graphiql.browser.js', import.meta.url), 'utf8');
  const script = 'text/javascript; charset=utf-8';
  const files: Assets['files'] = new Map([
    ['graphiql.js', { type: script, content: bundle.js }],
    ['graphiql.css', { type: 'text/css; charset=utf-8', content: bundle.css }],
    ['start.js', { type: script, content: start }],
    ['editor-worker.js', { type: script, content: bundle.editorWorkerService }],
    ['json-worker.js', { type: script, content: bundle.jsonWorker }],
    ['graphql-worker.js', { type: script, content: bundle.graphqlWorker }],
  ]);
  const hash = createHash('sha256');
  for (const { content } of files.values()) hash.update(content);
  return { version: hash.digest('hex').slice(0, 16), files };
}

async function importBundle(): Promise<Bundle | undefined> {
  try {
    return (await import(BUNDLE)) as Bundle;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

function page(assets: string, endpoint: string): string {
  // In a script element only `<` can end the data early.
  const settings = JSON.stringify({ endpoint, examples: exampleDocuments }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sallyport: GraphiQL</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="${assets}/graphiql.css">
    <style>${STYLE}</style>
  </head>
  <body>
    <noscript>GraphiQL needs JavaScript. The API answers POST requests at /graphql.</noscript>
    <div id="root"></div>
    <script type="application/json" id="settings">${settings}</script>
    <script src="${assets}/graphiql.js"></script>
    <script src="${assets}/start.js"></script>
  </body>
</html>
`;
}

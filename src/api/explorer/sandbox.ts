import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { wantsHtml } from '../pages/error-page.js';
import { exampleDocuments } from './example-documents.js';
import { isGraphiqlInstalled } from './graphiql.js';

/** Answers a browser's `GET /graphql`. */
export function sandboxRoutes(app: FastifyInstance): void {
  app.get('/graphql', { exposeHeadRoute: false }, async (_request, reply) => {
    const { html, headers } = sandboxPage();
    return reply.headers(headers).send(html);
  });
}

/** Whether a request is for that page: an operation by GET has a query string. */
export function asksForSandbox({ method, url, headers }: IncomingMessage): boolean {
  return method === 'GET' && url === '/graphql' && wantsHtml({ headers });
}

/**
 * Apollo Sandbox, the answer to a browser's `GET /graphql`; it explores the address it was loaded from. Sandbox is a script from Apollo's
 * CDN and a frame of theirs, and the script runs in this origin: for development, never for production. Where the CDN cannot be reached,
 * the page points at /graphiql.
 *
 * @returns the page and the headers to send with it; they replace whatever Content-Security-Policy was set before
 */
export function sandboxPage(): { html: string; headers: Record<string, string> } {
  return {
    html: HTML,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      // The same address answers clients in JSON.
      vary: 'accept',
    },
  };
}

const CDN = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME = 'https://sandbox.embed.apollographql.com';

const [{ document, variables }] = exampleDocuments;

const STYLE = `
  iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; background: #fff; }
  p { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; }
`;

// Polling for a changed schema would fill the log and the rate limits with introspection.
const SETTINGS = {
  target: '#sandbox',
  endpointIsEditable: false,
  hideCookieToggle: false,
  runTelemetry: false,
  allowDynamicStyles: false,
  initialState: { document, variables, includeCookies: true, pollForSchemaUpdates: false },
};

const START = `
  if (window.EmbeddedSandbox) {
    new window.EmbeddedSandbox({
      ...${JSON.stringify(SETTINGS).replaceAll('<', '\\u003c')},
      initialEndpoint: location.origin + location.pathname,
    });
  }
`;

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sallyport: Apollo Sandbox</title>
    <link rel="icon" href="data:,">
    <style>${STYLE}</style>
  </head>
  <body>
    <p>
      Apollo Sandbox is loaded from ${new URL(CDN).host}. Offline, or nothing happens?
      ${isGraphiqlInstalled() ? '<a href="graphiql">GraphiQL</a> is served from here.' : 'The API answers POST requests at this address.'}
    </p>
    <noscript><p>Both need JavaScript. The API answers POST requests at this address.</p></noscript>
    <div id="sandbox"></div>
    <script src="${CDN}/_latest/embeddable-sandbox.umd.production.min.js"></script>
    <script>${START}</script>
  </body>
</html>
`;

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  `script-src ${CDN} ${hashOf(START)}`,
  `style-src ${hashOf(STYLE)}`,
  `frame-src ${FRAME}`,
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(inline: string): string {
  return `'sha256-${createHash('sha256').update(inline).digest('base64')}'`;
}

import type { FastifyInstance } from 'fastify';
import type { Config } from '../../config/config.js';
import { htmlView } from '../../platform/html-view.js';
import { isGraphiqlInstalled } from './graphiql.js';
import type { PageLook } from '../pages/page-look.js';
import { sendPage } from '../pages/page.js';

interface LandingNeeds {
  config: Pick<Config, 'publicUrl' | 'explorer' | 'management'>;
  /** Whether the dev mailbox has its pages. */
  mailbox: boolean;
  look: PageLook;
}

/** The page at `/`: what this server is, and where to find things. */
export function landingRoutes(app: FastifyInstance, { config, mailbox, look }: LandingNeeds): void {
  const places: LandingLink[] = [
    {
      path: 'graphql',
      what: config.explorer ? 'The API. In a browser it opens Apollo Sandbox.' : 'The API, with POST.',
    },
    ...(config.explorer && isGraphiqlInstalled()
      ? [{ path: 'graphiql', what: 'GraphiQL from this server, with an example for each step. Works offline.' }]
      : []),
    ...(mailbox
      ? [
          { path: 'dev/mailbox', what: 'Every mail that would have been sent, with its code.' },
          { path: 'dev/mails', what: 'Every mail that can be sent, in every language.' },
        ]
      : []),
    { path: '.well-known/jwks.json', what: 'The public keys that verify access tokens.' },
    ...(config.management ? [] : [{ path: 'health/ready', what: 'Whether this server can serve right now.' }]),
  ];
  const html = body({ places, register: config.explorer ? registerLine(config.publicUrl) : undefined });
  app.get('/', (_, reply) => sendPage(reply, look, { lang: 'en', title: 'Sallyport', wide: true, body: html }));
}

interface LandingLink {
  /** Relative, so that it also holds under a PUBLIC_URL with a path. */
  path: string;
  what: string;
}

function registerLine(publicUrl: string): string {
  const query = 'mutation($input: RegisterInput!) { register(input: $input) { challengeToken sentTo expiresAt } }';
  const variables = { input: { email: 'ada@example.com', password: 'violet-harbour-lantern' } };
  return `curl ${publicUrl}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query, variables })}'`;
}

const body = htmlView<{
  places: LandingLink[];
  register: string | undefined;
}>(`<svg class="mark" viewBox="0 0 40 40" aria-hidden="true">
<path fill="currentColor" d="M4 38V8h5V3h6v5h10V3h6v5h5v30H25V27a5 5 0 0 0-10 0v11z"/></svg>
<h1>Sallyport</h1>
<p class="soft">A GraphQL authentication gateway: users, passwords, sessions and roles, and tokens that every service can verify.</p>
<ul class="places">
<% for (const place of it.places) { %><li><a href="<%= place.path %>">/<%= place.path %></a><span><%= place.what %></span></li>
<% } %>
</ul>
<% if (it.register) { %>
<h2>Open the first account</h2>
<pre class="wrap" tabindex="0"><%= it.register %></pre>
<p class="soft">The code arrives by mail<% if (it.places.some((place) => place.path === 'dev/mailbox')) { %>; here, in the <a href="dev/mailbox">dev mailbox</a> and in the log<% } %>. Answer with <code>verifyOtp</code>.</p>
<% } %>
`);

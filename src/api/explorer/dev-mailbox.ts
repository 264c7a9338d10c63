import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DevMailbox } from '../../platform/mail/dev-mailbox.js';
import type { OutgoingMail } from '../../platform/mail/transport.js';
import { htmlView } from '../../platform/html-view.js';
import type { PageLook } from '../pages/page-look.js';
import { sendPage } from '../pages/page.js';

interface Shelf {
  look: PageLook;
  mailbox: Pick<DevMailbox, 'list' | 'find'>;
  /** Last part of its address, below /dev. */
  name: 'mailbox' | 'mails';
  title: string;
  about: string;
  empty: string;
}

/** The mails that were sent without a mail server: pages for people, JSON for scripts. Never in production. */
export function devMailboxRoutes(
  app: FastifyInstance,
  { mailbox, look }: { mailbox: DevMailbox; look: PageLook },
): void {
  mailRoutes(app, {
    mailbox,
    look,
    name: 'mailbox',
    title: 'Dev mailbox',
    about: 'The last mails, newest first, kept in memory.',
    empty: 'Nothing yet. Register a person, and the mail appears here.',
  });
}

/** Pages that show mails as a mail program would. */
export function mailRoutes(app: FastifyInstance, { mailbox, look, name, title, about, empty }: Shelf): void {
  app.get(`/dev/${name}`, (_, reply) =>
    sendPage(reply, look, {
      lang: 'en',
      title,
      wide: true,
      body: list({ mails: mailbox.list(), name, title, about, empty }),
    }),
  );

  app.get<{ Querystring: { to?: string } }>(`/dev/${name}.json`, ({ query }, reply) =>
    reply
      .header('cache-control', 'no-store')
      .send(mailbox.list(typeof query.to === 'string' ? query.to : undefined).map(summary)),
  );

  app.get<{ Params: { id: string }; Querystring: { part?: string } }>(
    `/dev/${name}/:id`,
    ({ params, query }, reply) => {
      const mail = mailbox.find(params.id);
      if (!mail) return gone(reply, look, name);
      const part = query.part === 'text' ? 'text' : 'html';
      return sendPage(reply, look, {
        lang: 'en',
        title: mail.subject,
        wide: true,
        framing: true,
        body: one({ mail, part, name }),
      });
    },
  );

  app.get<{ Params: { id: string } }>(`/dev/${name}/:id/raw`, ({ params }, reply) => {
    const mail = mailbox.find(params.id);
    if (!mail) return gone(reply, look, name);
    return reply
      .headers({
        'content-security-policy': rawPolicy(look),
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
      })
      .type('text/html; charset=utf-8')
      .send(mail.html);
  });
}

/** As a mail program would draw it: its own styles, no script, no request but for the logo; links open outside the frame. */
function rawPolicy({ images }: PageLook): string {
  return `default-src 'none'; style-src 'unsafe-inline'; img-src ${images}; frame-ancestors 'self'; base-uri 'none'; sandbox allow-popups allow-popups-to-escape-sandbox`;
}

function gone(reply: FastifyReply, look: PageLook, name: string): FastifyReply {
  return sendPage(reply, look, { status: 404, lang: 'en', title: 'No such mail', body: missing({ name }) });
}

function summary({ id, at, to, template, locale, subject, code, link, text }: OutgoingMail): object {
  return { id, at, to, template, locale, subject, code: code ?? null, link: link ?? null, text };
}

const list = htmlView<Omit<Shelf, 'mailbox' | 'look'> & { mails: OutgoingMail[] }>(`<h1><%= it.title %></h1>
<p class="soft"><%= it.about %> Scripts read <a href="<%= it.name %>.json"><%= it.name %>.json</a>.
<a href="<%= it.name %>">Reload</a></p>
<% if (it.mails.length === 0) { %><p><%= it.empty %></p><% } else { %>
<div class="scroll"><table>
<tr><th scope="col">When (UTC)</th><th scope="col">To</th><th scope="col">Subject</th><th scope="col">Code</th></tr>
<% for (const mail of it.mails) { %>
<tr><td><time datetime="<%= mail.at.toISOString() %>"><%= mail.at.toISOString().slice(11, 19) %></time></td>
<td><%= mail.to %></td><td><a href="<%= it.name %>/<%= mail.id %>"><%= mail.subject %></a></td><td><code><%= mail.code ?? '' %></code></td></tr>
<% } %>
</table></div><% } %>
`);

const one = htmlView<{
  mail: OutgoingMail;
  part: 'html' | 'text';
  name: string;
}>(`<nav><a href="../<%= it.name %>">← All mails</a>
<a href="?part=html"<% if (it.part === 'html') { %> aria-current="page"<% } %>>HTML</a>
<a href="?part=text"<% if (it.part === 'text') { %> aria-current="page"<% } %>>Text</a></nav>
<h1><%= it.mail.subject %></h1>
<p class="soft">To <%= it.mail.to %>, <time><%= it.mail.at.toISOString() %></time>, <%= it.mail.template %>, <%= it.mail.locale %></p>
<% if (it.part === 'text') { %><pre class="wrap"><%= it.mail.text %></pre><% } else { %>
<iframe src="<%= it.mail.id %>/raw" title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe><% } %>
`);

const missing = htmlView<{ name: string }>(
  '<h1>No such mail</h1><p>It may have been from before a restart. <a href="../<%= it.name %>">All mails</a></p>',
);

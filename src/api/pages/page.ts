import type { FastifyReply } from 'fastify';
import { htmlView } from '../../platform/html-view.js';
import type { Locale } from '../../platform/locales.js';
import type { PageLook } from './page-look.js';

export interface Page {
  /** Language of the page, for screen readers. */
  lang: Locale;
  title: string;
  /** HTML that an `htmlView` made. */
  body: string;
  status?: number;
  /** For developers: tables and long lines, without the service's branding. */
  wide?: boolean;
  /** Whether the page holds a frame of our own. */
  framing?: boolean;
}

/**
 * A whole page under the strictest policy it can live with: no script at all, one style sheet known by its hash,
 * nothing from elsewhere but the operator's logo. Never cached, never indexed, and its address (which may hold a code) is never sent as a referrer.
 */
export function sendPage(reply: FastifyReply, look: PageLook, page: Page): FastifyReply {
  const { headers, body } = pageAnswer(look, page);
  return reply
    .code(page.status ?? 200)
    .headers(headers)
    .send(body);
}

/** The same page, for an answer that is not Fastify's. */
export function pageAnswer(
  { style, policy, texts, branding: { name, logo, support } }: PageLook,
  { framing = false, wide = false, lang, title, body }: Page,
): { headers: Record<string, string>; body: string } {
  const own = wide ? undefined : { logo: logo === undefined ? undefined : { src: logo, alt: name }, support };
  return {
    headers: {
      'content-security-policy': framing ? `${policy}; frame-src 'self'` : policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    },
    body: layout({
      lang,
      title,
      body,
      style,
      wide,
      ...own,
      write: texts.translator('pages.common').in(lang)('support'),
    }),
  };
}

interface LayoutView {
  lang: string;
  title: string;
  body: string;
  style: string;
  wide: boolean;
  logo?: { src: string; alt: string } | undefined;
  support?: { address: string; href: string } | undefined;
  /** "Write to", before the address. */
  write: string;
}

/** An empty icon spares the browser's request for /favicon.ico. The style is our own, with colours that were validated. */
const layout = htmlView<LayoutView>(`<!doctype html>
<html lang="<%= it.lang %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title><%= it.title %></title>
<link rel="icon" href="data:,">
<style><%~ it.style %></style>
</head>
<body>
<main<% if (it.wide) { %> class="wide"<% } %>>
<% if (it.logo) { %>
<img class="logo" src="<%= it.logo.src %>" alt="<%= it.logo.alt %>">
<% } %>
<%~ it.body %>
</main>
<% if (it.support) { %>
<footer><%= it.write %> <a href="<%= it.support.href %>"><%= it.support.address %></a></footer>
<% } %>
</body>
</html>
`);

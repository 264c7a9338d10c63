import type { FastifyReply } from 'fastify';
import { sha256 } from '../../platform/crypto.js';
import { htmlView } from '../../platform/html-view.js';
import { PAGE_STYLE } from './page-style.js';

export interface Page {
  /** Language of the page, for screen readers. */
  lang: string;
  title: string;
  /** HTML that an `htmlView` made. */
  body: string;
  status?: number;
  /** For tables and long lines. */
  wide?: boolean;
  /** Whether the page holds a frame of our own. */
  framing?: boolean;
}

/**
 * A whole page under the strictest policy it can live with: no script at all, one style sheet known by its hash,
 * nothing from elsewhere. Never stored, never indexed, and its address (which may hold a code) is sent nowhere.
 */
export function sendPage(reply: FastifyReply, page: Page): FastifyReply {
  const { headers, body } = pageAnswer(page);
  return reply
    .code(page.status ?? 200)
    .headers(headers)
    .send(body);
}

/** The same page, for an answer that is not Fastify's. */
export function pageAnswer({ framing = false, wide = false, ...page }: Page): {
  headers: Record<string, string>;
  body: string;
} {
  return {
    headers: {
      'content-security-policy': framing ? `${POLICY}; frame-src 'self'` : POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    },
    body: layout({ ...page, wide }),
  };
}

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${sha256(PAGE_STYLE).toString('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/** An empty icon spares the browser's request for /favicon.ico. */
const layout = htmlView<Pick<Page, 'lang' | 'title' | 'body' | 'wide'>>(`<!doctype html>
<html lang="<%= it.lang %>">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title><%= it.title %></title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<main<% if (it.wide) { %> class="wide"<% } %>>
<%~ it.body %>
</main>
</body>
</html>
`);

import type { FastifyReply, FastifyRequest } from 'fastify';
import { htmlView } from '../../platform/html-view.js';
import type { Trouble } from '../http/trouble.js';
import { localizeTrouble } from '../refusals/localize-trouble.js';
import { pageAnswer } from './page.js';
import type { PageLook } from './page-look.js';

/** An error outside of GraphQL: a page for a person who came with a browser, JSON in GraphQL's shape for a program. */
export function errorAnswer(
  request: Pick<FastifyRequest, 'id' | 'headers'>,
  trouble: Trouble,
  look: PageLook,
): { headers: Record<string, string>; body: string } {
  const { status, code, message, ...more } = trouble;
  if (wantsHtml(request)) {
    const { texts } = look;
    const lang = texts.locales.preferred(request.headers['accept-language']);
    const shown = { status, ...localizeTrouble(trouble, { locale: lang, texts }), id: request.id };
    return pageAnswer(look, { lang, title: `${status}`, body: view(shown) });
  }
  return {
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: JSON.stringify({ errors: [{ message, extensions: { code, ...more, requestId: request.id } }] }),
  };
}

export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  trouble: Trouble,
  look: PageLook,
): FastifyReply {
  const { headers, body } = errorAnswer(request, trouble, look);
  return reply.code(trouble.status).headers(headers).send(body);
}

/** Whether the answer is for a person's eyes: browsers name HTML when they open an address, programs do not. */
export function wantsHtml({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

const view = htmlView<{ status: number; message: string; request: string; id: string }>(`<h1><%= it.status %></h1>
<p><%= it.message %></p>
<p class="soft"><%= it.request %> <code><%= it.id %></code></p>
`);

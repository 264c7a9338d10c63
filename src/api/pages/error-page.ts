import type { FastifyReply, FastifyRequest } from 'fastify';
import { htmlView } from '../../platform/html-view.js';
import { sendPage } from './page.js';

interface Trouble {
  status: number;
  code: string;
  message: string;
  /** Where a limit of requests refuses (platform/request-limits.ts). */
  limit?: string;
  asked?: number;
  allowed?: number;
}

/** An error outside of GraphQL: a page for a person who came with a browser, JSON in GraphQL's shape for a program. */
export function sendError(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message, ...more }: Trouble,
): FastifyReply {
  if (wantsHtml(request)) {
    return sendPage(reply, { status, lang: 'en', title: `${status}`, body: view({ status, message, id: request.id }) });
  }
  const errors = [{ message, extensions: { code, ...more, requestId: request.id } }];
  return reply.code(status).header('cache-control', 'no-store').send({ errors });
}

/** Whether the answer is for a person's eyes: browsers name HTML when they open an address, programs do not. */
export function wantsHtml({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

const view = htmlView<{ status: number; message: string; id: string }>(`<h1><%= it.status %></h1>
<p><%= it.message %></p>
<p class="soft">Request <code><%= it.id %></code></p>
`);

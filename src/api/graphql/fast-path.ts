import { newUnorderedId } from '../../platform/ids.js';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { REFUSALS } from '../../errors.js';
import type { Log } from '../../platform/log.js';
import type { ContextBuilder } from './context-builder.js';
import type { ExpressLane } from './document-cache.js';
import { hasTwoHosts } from '../explorer/host-lines.js';

interface FrontNeeds {
  lane: ExpressLane;
  contextOf: ContextBuilder;
  /** In bytes. */
  bodyLimit: number;
  log: Log;
}

/**
 * Stands before Fastify and answers what the express lane knows; everything else, read or unread, is Fastify's. Much of
 * `me` was Fastify, helmet and CORS working out the same headers for each request (docs/performance.md). Here nothing is
 * worked out: an answer bears the headers that Fastify gave to its like.
 */
export class ExpressFront {
  private needs: FrontNeeds | undefined;
  private readonly heads = new LRUCache<string, string[]>({ max: 100 });

  /** From here on it answers. */
  open(needs: FrontNeeds): void {
    this.needs = needs;
  }

  /** Fastify knows how to send connections away. */
  close(): void {
    this.needs = undefined;
  }

  /** The headers of Apollo's answer 200 to a request; those that depend on anything but `likeness` must not be among them. */
  learn(request: IncomingMessage, headers: Record<string, unknown>): void {
    const head = Object.entries(headers).filter(([name]) => !OF_ONE_ANSWER.has(name));
    if (head.every(([, value]) => typeof value === 'string'))
      this.heads.set(likeness(request), head.flat() as string[]);
  }

  /** `fastify` gets the request with its body unread, or with the body that `bodyOf` hands out. */
  listener(fastify: RequestListener): RequestListener {
    return (request, response) => {
      // Reset before it was looked at: there is no client to answer, and no address to count and record.
      if (request.socket.remoteAddress === undefined) return void request.socket.destroy();
      const { needs } = this;
      const head = needs && isPlain(request, needs.bodyLimit) ? this.heads.get(likeness(request)) : undefined;
      if (!needs || !head) return fastify(request, response);
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
        void answer(needs, head, bytes, request, response).then((answered) => {
          if (answered) return;
          bodies.set(request, bytes);
          fastify(request, response);
        });
      });
    };
  }
}

const bodies = new WeakMap<IncomingMessage, Buffer>();

/** What the front has read of a request before it left it to Fastify. */
export function bodyOf(request: IncomingMessage): Buffer | undefined {
  return bodies.get(request);
}

const OF_ONE_ANSWER = new Set(['x-request-id', 'set-cookie', 'retry-after', 'content-length']);

/** What the headers of an answer depend on: Apollo reads Accept, CORS reads Origin. */
function likeness({ headers }: IncomingMessage): string {
  return `${headers.accept ?? ''}\n${headers.origin ?? ''}`;
}

function isPlain(request: IncomingMessage, bodyLimit: number): boolean {
  const { method, url, headers } = request;
  return (
    method === 'POST' &&
    url === '/graphql' &&
    headers['content-encoding'] === undefined &&
    Number(headers['content-length']) <= bodyLimit &&
    /^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(headers['content-type'] ?? '') &&
    !hasTwoHosts(request)
  );
}

async function answer(
  { lane, contextOf, log }: FrontNeeds,
  head: string[],
  bytes: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const body = parse(bytes.toString());
  if (body === null) return false;
  const id = newUnorderedId();
  const more = ['x-request-id', id];
  const header = (name: string, value: string) => more.push(name, value);
  const from = () => contextOf({ id, raw: request }, { header });
  let status = 200;
  let text: string;
  try {
    const express = await lane.run(body, from);
    if (!express) return false;
    text = express.body;
    if (express.retryAfter !== undefined) header('retry-after', String(express.retryAfter));
  } catch (error) {
    log.error({ requestId: id, err: error }, 'a request failed');
    const { message } = REFUSALS.INTERNAL_SERVER_ERROR;
    status = 500;
    text = JSON.stringify({ errors: [{ message, extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: id } }] });
  }
  response.writeHead(status, [...head, ...more, 'content-length', String(Buffer.byteLength(text))]);
  response.end(text);
  return true;
}

/** Null where Fastify has something to say: no JSON, or names that poison prototypes (spelled with escapes, perhaps). */
function parse(text: string): unknown {
  if (/__proto__|"constructor"|\\u/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

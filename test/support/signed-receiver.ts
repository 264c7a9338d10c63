import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from '@jest/globals';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0123456789AB';

export interface Question {
  type: string;
  timestamp: string;
  data: Record<string, any>;
  headers: IncomingHttpHeaders;
}

export type Answering = (question: Question, response: ServerResponse) => unknown;

/** A program of the operator's over real HTTP, which verifies signatures by itself and answers as it is told. */
export interface SignedReceiver {
  url: string;
  /** Those whose signature was right; of others it keeps none and answers 403. */
  asked: Question[];
  /** A value is sent as JSON with status 200, a number as a status. */
  answer(answering: Answering): void;
}

const closing: (() => void)[] = [];
afterAll(() => closing.forEach((close) => close()));

export async function startReceiver(): Promise<SignedReceiver> {
  let answering: Answering = () => 404;
  const asked: Question[] = [];
  const answer = async (headers: IncomingHttpHeaders, body: string, response: ServerResponse) => {
    if (!isSigned(headers, body)) {
      response.writeHead(403).end();
      return;
    }
    const question = { ...(JSON.parse(body) as Question), headers };
    asked.push(question);
    const said = await answering(question, response);
    if (response.headersSent || said === undefined) return;
    if (typeof said === 'number') response.writeHead(said).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void answer(request.headers, Buffer.concat(chunks).toString(), response));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/ask`, asked, answer: (given) => void (answering = given) };
}

function isSigned(headers: IncomingHttpHeaders, body: string): boolean {
  const key = Buffer.from(WEBHOOK_SECRET.slice('whsec_'.length), 'base64');
  const content = [headers['webhook-id'], headers['webhook-timestamp'], body].join('.');
  const expected = Buffer.from(`v1,${createHmac('sha256', key).update(content).digest('base64')}`);
  const given = Buffer.from(String(headers['webhook-signature']));
  return given.length === expected.length && timingSafeEqual(given, expected);
}

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect } from '@jest/globals';
import { verifyWebhook, type WebhookEvent } from '../../packages/client/src/webhooks.js';
import type { GuardOptions } from '../../src/platform/guarded-fetch.js';
import { holderOf } from './administration.js';
import { startGateway, type TestGateway } from './gateway.js';
import { type HttpsServer, startHttps } from './https-server.js';
import { CREATE_WEBHOOK, WEBHOOK } from './webhook-documents.js';
import { signIn, type SignedInPerson } from './people.js';

export interface Sent {
  path: string;
  method: string;
  headers: IncomingHttpHeaders;
  body: string;
  at: number;
}

export interface Answered {
  status: number;
  body?: string;
  headers?: Record<string, string>;
  /** Answered when this is. */
  after?: Promise<void>;
  /** Answers by itself. */
  raw?(response: ServerResponse): void;
}

/** A gateway, and a receiver that takes what is sent to it. Each test begins without a webhook. */
export interface WebhookTest {
  gateway: TestGateway;
  /** Holds webhooks:read and webhooks:write. */
  keeper: SignedInPerson;
  /** Of the keeper, who has just signed in: the clock may have been moved. */
  token(): Promise<string>;
  server: HttpsServer;
  sent: Sent[];
  /** How the receiver answers. */
  answer(one: Sent): Answered;
  /** A mutation of the keeper, or of another: its answer, or the code of its refusal. */
  call(document: string, input: object, token?: string): Promise<any>;
  create(given?: object): Promise<{ id: string; secret: string }>;
  /** Writes so many events about each of these users, as the triggers do. */
  tell(type: string, users: string[], count?: number): Promise<void>;
  read(id: string, status?: string): Promise<any>;
  /** The events as their receiver verifies them, whose clock is that of the gateway. */
  verified(secret: string): Promise<WebhookEvent[]>;
  /** Of the rows. */
  statuses(): Promise<Record<string, number>>;
  /** The rows of the attempts so far, oldest first. */
  attempts(): Promise<Record<string, any>[]>;
}

export function webhookTest(settings: Record<string, string> = {}, guard: GuardOptions = {}): WebhookTest {
  const run = {} as WebhookTest;
  beforeAll(async () => {
    const server = await startHttps((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path = '', method = '', headers } = request;
        const one = { path, method, headers, body: Buffer.concat(chunks).toString(), at: Date.now() };
        run.sent.push(one);
        const { status, body, headers: given, after, raw } = run.answer(one);
        if (raw) return raw(response);
        void Promise.resolve(after).then(() => response.writeHead(status, given).end(body));
      });
    });
    const gateway = await startGateway(settings, { guard: { ...server.trusted, allowed: ['127.0.0.1'], ...guard } });
    const keeper = await holderOf(gateway, ['webhooks:read', 'webhooks:write']);
    Object.assign(run, { server, gateway, keeper }, verbs(run));
  });
  afterAll(() => run.server.close());
  beforeEach(async () => {
    await run.gateway.database.sql('truncate webhooks, webhook_deliveries, webhook_attempts');
    run.sent = [];
    run.answer = () => ({ status: 204 });
  });
  return run;
}

function verbs(
  run: WebhookTest,
): Pick<WebhookTest, 'token' | 'call' | 'create' | 'tell' | 'read' | 'verified' | 'statuses' | 'attempts'> {
  let signedInAt = 0;
  return {
    async token() {
      const now = run.gateway.clock.now().getTime();
      if (now - signedInAt > 240_000) {
        Object.assign(run.keeper, await signIn(run.gateway, run.keeper));
        signedInAt = now;
      }
      return run.keeper.accessToken;
    },
    async call(document, input, token) {
      const { data, errors } = await run.gateway.gql(document, { input }, { token: token ?? (await run.token()) });
      return data ? Object.values(data)[0] : errors[0]?.extensions.code;
    },
    async create(given = {}) {
      const input = { url: `${run.server.url}/hook`, events: ['user.updated'], ...given };
      const { createWebhook } = await run.gateway.ask(CREATE_WEBHOOK, { input }, { token: await run.token() });
      return { id: createWebhook.webhook.id, secret: createWebhook.secret };
    },
    async tell(type, users, count = 1) {
      await run.gateway.database.sql(
        `select tell_webhooks($1::text, u, now(), jsonb_build_object('user_id', u, 'actor_id', null, 'number', n))
           from unnest($2::uuid[]) as u, generate_series(1, $3::int) as n order by n`,
        [type, users, count],
      );
    },
    async read(id, status) {
      const { webhook } = await run.gateway.ask(WEBHOOK, { id, status }, { token: await run.token() });
      return webhook;
    },
    async verified(secret) {
      const [real, now] = [Date.now, run.gateway.clock.now().getTime()];
      Date.now = () => now;
      try {
        return await Promise.all(
          run.sent.map(({ body, headers }) => verifyWebhook(body, headers as Record<string, string>, secret)),
        );
      } finally {
        Date.now = real;
      }
    },
    async statuses() {
      const rows = await run.gateway.database.sql<{ status: string; count: number }>(
        'select status, count(*)::int as count from webhook_deliveries group by 1',
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    attempts: () => run.gateway.database.sql('select * from webhook_attempts order by at, id'),
  };
}

export const someUsers = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

/** What was sent about each user, in order: the numbers of `tell`. */
export function numbersByUser(sent: Sent[]): Record<string, number[]> {
  const byUser: Record<string, number[]> = {};
  for (const { body } of sent) {
    const { data } = JSON.parse(body) as { data: { user_id: string; number: number } };
    (byUser[data.user_id] ??= []).push(data.number);
  }
  return byUser;
}

export function inOrder(sent: Sent[], users: string[], count: number): void {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  expect(numbersByUser(sent)).toEqual(Object.fromEntries(users.map((user) => [user, numbers])));
}

import type { IncomingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type Receiver, receiverOf } from './event-receiver.js';
import { startGateway, type TestGateway } from './gateway.js';
import { type HttpsServer, startHttps } from './https-server.js';
import { LOGOUT, signedInPerson } from './people.js';
import { basic, RESOURCE_SERVERS } from './resource-server.js';

export const PUSH = 'urn:ietf:rfc:8935';
export const HEADER = 'Bearer 7f3a9c-the-receivers-own-secret';

const ROUTER_SECRET = 'router-9Kq0f9m2Xr7vT1bN8wKz5cLp3dHs6yAe';
const SETTINGS = { RESOURCE_SERVERS: `${RESOURCE_SERVERS.RESOURCE_SERVERS},router=${ROUTER_SECRET}` };

/** A second one. */
export const routerOf = (gateway: TestGateway) =>
  receiverOf(gateway, { name: 'router', credentials: { authorization: basic('router', ROUTER_SECRET) } });

export interface Pushed {
  path: string;
  method: string;
  headers: IncomingHttpHeaders;
  set: string;
}

/** A gateway, and a receiver that takes what is pushed to it, as RFC 8935 says. Each test begins without a stream. */
export interface PushTest {
  gateway: TestGateway;
  receiver: Receiver;
  server: HttpsServer;
  pushed: Pushed[];
  /** How the receiver answers. */
  answer(one: Pushed): { status: number; body?: object; headers?: Record<string, string>; after?: Promise<void> };
  /** The delivery to it, and other members in place of some. */
  delivery(given?: object): { delivery: Record<string, unknown> };
  /** The id of a session that has just ended. */
  logout(): Promise<string>;
  /** The sessions of which the pushed events tell. */
  sessions(): Promise<string[]>;
  rows(): Promise<{ failed: boolean; error: string | null }[]>;
  streamRow(): Promise<Record<string, any>>;
}

export function pushTest(): PushTest {
  const run = {} as PushTest;
  beforeAll(async () => {
    const server = await startHttps((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path = '', method = '', headers } = request;
        const one = { path, method, headers, set: Buffer.concat(chunks).toString() };
        run.pushed.push(one);
        const { status, body, headers: given, after } = run.answer(one);
        const send = () =>
          response
            .writeHead(status, { 'content-type': 'application/json', ...given })
            .end(body && JSON.stringify(body));
        void Promise.resolve(after).then(send);
      });
    });
    const gateway = await startGateway(SETTINGS, { guard: { ...server.trusted, allowed: ['127.0.0.1'] } });
    const receiver = receiverOf(gateway);
    Object.assign(run, { server, gateway, receiver }, verbs(run));
    await receiver.metadata();
  });
  afterAll(() => run.server.close());
  beforeEach(async () => {
    await run.gateway.database.sql('truncate event_streams, security_events');
    run.pushed = [];
    run.answer = () => ({ status: 202 });
  });
  return run;
}

function verbs(run: PushTest): Pick<PushTest, 'delivery' | 'logout' | 'sessions' | 'rows' | 'streamRow'> {
  return {
    delivery: (given = {}) => ({
      delivery: {
        method: PUSH,
        endpoint_url: `${run.server.url}/events?tenant=a`,
        authorization_header: HEADER,
        ...given,
      },
    }),
    async logout() {
      const { accessToken: token, sessionId } = await signedInPerson(run.gateway);
      await run.gateway.ask(LOGOUT, {}, { token });
      return sessionId;
    },
    async sessions() {
      const received = await Promise.all(run.pushed.map(({ set }) => run.receiver.verify(set)));
      return received.map(({ subject }) => subject.session?.id as string);
    },
    rows: () =>
      run.gateway.database.sql('select failed_at is not null as failed, error from security_events order by id'),
    async streamRow() {
      const [row] = await run.gateway.database.sql<Record<string, any>>('select * from event_streams');
      return row!;
    },
  };
}

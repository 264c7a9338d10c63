import { createLocalJWKSet, jwtVerify } from 'jose';
import { expect } from '@jest/globals';
import type { TestGateway } from './gateway.js';
import { ORDERS } from './resource-server.js';

export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/';
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type/';

/** What a verified token says. */
export interface Received {
  jti: string;
  txn: string;
  /** The last word of its URI. */
  name: string;
  subject: Record<string, any>;
  event: Record<string, any>;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: any;
}

/** A receiver that knows the RFCs and the metadata, and nothing else of this server. */
export interface Receiver {
  /** At an address of the metadata; with a body it is POST. */
  call(
    endpoint: string,
    options?: { method?: string; query?: string; body?: unknown; headers?: object },
  ): Promise<Answer>;
  metadata(): Promise<Record<string, any>>;
  createStream(given?: object): Promise<Record<string, any>>;
  poll(stream: Record<string, any>, body?: object): Promise<{ events: Received[]; more: boolean; sets: object }>;
  /** Polls without waiting, acknowledges what came, until nothing more comes. */
  drain(stream: Record<string, any>): Promise<Received[]>;
  verify(set: string): Promise<Received>;
}

export function receiverOf(
  gateway: Pick<TestGateway, 'http' | 'config'>,
  { name = 'orders', credentials = ORDERS } = {},
): Receiver {
  const at = (address: string) => address.replace(gateway.config.publicUrl, '');
  const metadata = async () => (await gateway.http('/.well-known/ssf-configuration')).json();

  const call: Receiver['call'] = async (endpoint, { method, query = '', body, headers = {} } = {}) => {
    const answer = await gateway.http(`${at(endpoint)}${query}`, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: { ...credentials, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : null };
  };

  /** RFC 8417 §2, SSF 1.0 §4.1, the CAEP interoperability profile §2.4. */
  async function verify(set: string): Promise<Received> {
    const { issuer, jwks_uri } = await metadata();
    const keys = createLocalJWKSet((await (await gateway.http(at(jwks_uri))).json()) as never);
    const { payload } = await jwtVerify(set, keys, {
      algorithms: ['RS256'],
      typ: 'secevent+jwt',
      issuer,
      audience: name,
      requiredClaims: ['iat', 'jti', 'events', 'sub_id', 'txn'],
    });
    expect(Object.keys(payload)).not.toContain('sub');
    expect(Object.keys(payload)).not.toContain('exp');
    const [[type, event] = [], ...others] = Object.entries(payload['events'] as Record<string, any>);
    expect(others).toEqual([]);
    const subject = payload['sub_id'] as Record<string, any>;
    return { jti: payload.jti!, txn: payload['txn'] as string, name: type!.split('/').pop()!, subject, event };
  }

  const poll: Receiver['poll'] = async (stream, body = { returnImmediately: true }) => {
    const { status, body: answer } = await call(stream.delivery.endpoint_url, { body });
    expect(status).toBe(200);
    const events: Received[] = [];
    for (const [jti, set] of Object.entries<string>(answer.sets)) {
      const received = await verify(set);
      expect(received.jti).toBe(jti);
      events.push(received);
    }
    return { events, more: answer.moreAvailable ?? false, sets: answer.sets };
  };

  return {
    call,
    metadata,
    verify,
    poll,
    async createStream(given = {}) {
      const { configuration_endpoint } = await metadata();
      const { status, body } = await call(configuration_endpoint, { body: given });
      expect(status).toBe(201);
      return body;
    },
    async drain(stream) {
      const all: Received[] = [];
      let ack: string[] = [];
      do {
        const { events } = await poll(stream, { returnImmediately: true, ack });
        ack = events.map(({ jti }) => jti);
        all.push(...events);
      } while (ack.length > 0);
      return all;
    },
  };
}

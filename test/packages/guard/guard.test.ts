import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createGuard,
  type Guard,
  GuardError,
  type GuardOptions,
  requireRecentAuth,
  requireScope,
} from '../../../packages/guard/src/guard.js';
import {
  DELETE_USER,
  END_USER_SESSIONS,
  holderOf,
  SUSPEND_USER,
  UPDATE_ROLE,
  UPDATE_USER_ROLES,
} from '../../support/administration.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { admin, LOGOUT, type SignedInPerson, signedInPerson } from '../../support/people.js';
import { startRelay } from '../../support/relay.js';
import { ORDERS_SECRET, RESOURCE_SERVERS } from '../../support/resource-server.js';
import { decode, encode, forge, forgeHmac, signingKeyOf } from '../../support/token-forge.js';
import { until } from '../../support/until.js';
import { within } from '../../support/within.js';

let gateway: TestGateway;
let boss: SignedInPerson;
let guard: Guard;
/** What the guards have asked for, by path. */
let asked: string[] = [];
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
  // At another process, which knows of what the first one revokes from PostgreSQL alone.
  const other = await gateway.replica({ REDIS_URL: '' });
  guard = guardAt(other.url);
  await guard.ready();
});

const opened: Guard[] = [];
afterEach(() => opened.slice(1).forEach((one) => one.close()));

const counting: GuardOptions['fetch'] = (url, init) => {
  asked.push(new URL(url).pathname);
  return fetch(url, init);
};

function guardAt(url: string, further: Partial<GuardOptions> = {}): Guard {
  const { publicUrl: issuer } = gateway.config;
  const service = { name: 'orders', secret: ORDERS_SECRET };
  const made = createGuard({ issuer, gateway: url, service, fetch: counting, ...further });
  opened.push(made);
  return made;
}

/** The code with which the guard refuses the token; `accepted` where it does not. */
async function verdict(token: string, by = guard): Promise<string> {
  try {
    return (await by.verify(token)) && 'accepted';
  } catch (error) {
    if (error instanceof GuardError) return error.code;
    throw error;
  }
}

describe('a live token', () => {
  test('says who sends it, without a request for each token', async () => {
    const ada = await holderOf(gateway, ['orders:read']);
    await guard.verify(ada.accessToken);
    asked = [];
    const identity = await guard.authenticate(`Bearer ${ada.accessToken}`);
    expect(identity).toMatchObject({ userId: ada.id, sessionId: ada.sessionId, roles: [ada.role, 'user'] });
    expect(requireScope(identity, 'orders:read')).toBe(identity);
    expect(() => requireScope(identity, 'orders:read', 'orders:write')).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        status: 403,
        headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="orders:read orders:write"' },
      }),
    );
    expect(asked).toEqual([]);
  });

  test('may have to be recent, and strong (RFC 9470)', async () => {
    const ada = await signedInPerson(gateway);
    const identity = await guard.verify(ada.accessToken);
    expect(requireRecentAuth(identity, { maxAge: 300, acrValues: ['urn:sallyport:acr:1'] })).toBe(identity);
    const refused = { code: 'REAUTHENTICATION_REQUIRED', status: 401 };
    expect(() => requireRecentAuth(identity, { acrValues: ['phr', 'urn:sallyport:acr:2'] })).toThrow(
      expect.objectContaining({
        ...refused,
        extensions: { code: refused.code, acrValues: ['phr', 'urn:sallyport:acr:2'] },
      }),
    );
    const old = { ...identity, claims: { ...identity.claims, auth_time: Math.floor(Date.now() / 1000) - 301 } };
    expect(() => requireRecentAuth(old, { maxAge: 300 })).toThrow(expect.objectContaining(refused));
    expect(() => requireRecentAuth(identity, { acrValues: ['mfa'] })).toThrow(TypeError);
    expect(() => guardAt(gateway.url, { leeway: 61 })).toThrow(TypeError);
    expect(() => requireRecentAuth(null, { maxAge: 300 })).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED' }),
    );
  });
});

describe('without a token', () => {
  test.each([[undefined], [null], [''], ['Basic eDp5']])('%p is anonymous', async (header) => {
    expect(await guard.authenticate(header)).toBeNull();
    expect(() => requireScope(null, 'orders:read')).toThrow(
      expect.objectContaining({ code: 'UNAUTHENTICATED', headers: { 'www-authenticate': 'Bearer' } }),
    );
  });
});

describe('a token is refused within a second in every process,', () => {
  const byBoss = (document: string, input: object) => gateway.ask(document, { input }, { token: boss.accessToken });
  test.each<[string, (person: SignedInPerson & { role: string }) => Promise<unknown>]>([
    ['once logout has answered', ({ accessToken }) => gateway.ask(LOGOUT, {}, { token: accessToken })],
    ['once its user is suspended', ({ id }) => byBoss(SUSPEND_USER, { userId: id, reason: 'Test.' })],
    ['once its user is deleted', ({ id }) => byBoss(DELETE_USER, { userId: id })],
    ['once the sessions of its user are ended', ({ id }) => byBoss(END_USER_SESSIONS, { userId: id })],
    ['once the roles of its user have changed', ({ id }) => byBoss(UPDATE_USER_ROLES, { userId: id, roles: ['user'] })],
    ['once a role of its user has changed', ({ role }) => byBoss(UPDATE_ROLE, { name: role, permissions: [] })],
  ])('%s', async (_when, revoke) => {
    const eve = await holderOf(gateway, ['orders:read']);
    await within(1000, async (start) => {
      const ada = await holderOf(gateway, ['orders:read']);
      expect(await verdict(ada.accessToken)).toBe('accepted');
      await revoke(ada);
      start();
      await until(async () => (await verdict(ada.accessToken)) === 'TOKEN_REVOKED');
    });
    expect(await verdict(eve.accessToken)).toBe('accepted');
  });
});

describe('a token that was not issued here', () => {
  test('is refused, whatever it pretends', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const { header, payload } = decode(accessToken);
    const key = signingKeyOf(gateway.config.keysDir);
    const [keys] = ((await (await gateway.http('/.well-known/jwks.json')).json()) as { keys: object[] }).keys;
    const forged = [
      forge({ ...header, typ: 'JWT' }, payload, key),
      forge({ ...header, typ: 'secevent+jwt' }, payload, key),
      forge({ ...header, kid: 'another' }, payload, key),
      forge(header, { ...payload, iss: 'https://evil.example' }, key),
      forge(header, { ...payload, aud: 'https://evil.example' }, key),
      forge(header, { ...payload, sid: undefined }, key),
      forge(header, { ...payload, ver: undefined }, key),
      forge(header, { ...payload, exp: undefined }, key),
      forgeHmac({ ...header, alg: 'HS256' }, payload, JSON.stringify(keys)),
      `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`,
      `${accessToken.slice(0, -6)}AAAAAA`,
      'nonsense',
    ];
    for (const token of forged) expect([token, await verdict(token)]).toEqual([token, 'TOKEN_INVALID']);
    const past = { iat: payload.iat - 3600, exp: Math.floor(Date.now() / 1000) - 10 };
    expect(await verdict(forge(header, { ...payload, ...past }, key))).toBe('TOKEN_EXPIRED');
    await expect(guard.authenticate('Bearer')).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
  });
});

describe('while the feed is silent', () => {
  /** A way to the gateway that can go silent, or be cut. */
  async function road() {
    let silent = false;
    const relay = await startRelay(new URL(gateway.url) as never, (client, upstream) => {
      client.on('data', (bytes) => silent || upstream.write(bytes));
      upstream.on('data', (bytes) => silent || client.write(bytes));
    });
    return { url: `http://127.0.0.1:${relay.port}`, close: relay.close, silence: (on: boolean) => (silent = on) };
  }

  test('a guard that has not begun asks the gateway about each token', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const noFeed: typeof counting = async (url, init) =>
      url.endsWith('/revocations') ? new Response(null, { status: 503 }) : counting(url, init);
    const blind = guardAt(gateway.url, { fetch: noFeed });
    asked = [];
    expect(await verdict(accessToken, blind)).toBe('accepted');
    expect(asked).toContain('/oauth/introspect');
    await gateway.ask(LOGOUT, {}, { token: accessToken });
    expect(await verdict(accessToken, blind)).toBe('TOKEN_REVOKED');
    expect(await verdict(accessToken, guardAt(gateway.url, { fetch: noFeed, whenStale: 'refuse' }))).toBe(
      'SERVICE_UNAVAILABLE',
    );
  });

  test('nothing is accepted while neither feed nor introspection answers, and everything is known again afterwards', async () => {
    const way = await road();
    const troubles: string[] = [];
    const far = guardAt(way.url, { onTrouble: ({ message }) => troubles.push(message) });
    await far.ready();
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    expect(await verdict(ada.accessToken, far)).toBe('accepted');
    way.silence(true);
    await gateway.ask(LOGOUT, {}, { token: ada.accessToken });
    // What five seconds of silence mean.
    await sleep(5_200);
    expect([await verdict(ada.accessToken, far), await verdict(eve.accessToken, far)]).toEqual([
      'SERVICE_UNAVAILABLE',
      'SERVICE_UNAVAILABLE',
    ]);
    expect(troubles.length).toBeGreaterThan(0);
    way.silence(false);
    await far.ready();
    expect(await verdict(eve.accessToken, far)).toBe('accepted');
    expect(await verdict(ada.accessToken, far)).toBe('TOKEN_REVOKED');
    await way.close();
    // A connection that broke is silence at once, and not after five seconds.
    const cut = performance.now();
    await until(async () => (await verdict(eve.accessToken, far)) === 'SERVICE_UNAVAILABLE');
    expect(performance.now() - cut).toBeLessThan(4_000);
  });

  test('wrong credentials are reported, and introspection fails: nothing is accepted', async () => {
    const { accessToken } = await signedInPerson(gateway);
    const troubles: string[] = [];
    const stranger = guardAt(gateway.url, {
      service: { name: 'orders', secret: 'not the secret of this service at all' },
      onTrouble: ({ message }) => troubles.push(message),
    });
    await expect(verdict(accessToken, stranger)).resolves.toBe('SERVICE_UNAVAILABLE');
    while (troubles.length === 0) await sleep(20);
    expect(troubles[0]).toContain('answered 401');
  });
});

test('a guard that is closed keeps no process alive and no stream open', async () => {
  const closed = guardAt(gateway.url);
  await closed.ready();
  closed.close();
  for (let open = 1; open > 0; await sleep(20)) {
    const metrics = await (await gateway.http('/metrics')).text();
    open = Number(/sallyport_revocation_readers (\d+)/.exec(metrics)?.[1]);
  }
});

import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { claimsOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { type HttpsServer, startHttps } from '../support/https-server.js';
import { admin, type SignedInPerson } from '../support/people.js';
import { ORDERS, postForm, RESOURCE_SERVERS } from '../support/resource-server.js';
import {
  askToken,
  CLIENT_CREDENTIALS,
  type MadeServiceAccount,
  serviceAccountWith,
  UPDATE_SERVICE_ACCOUNT,
} from '../support/service-accounts.js';

interface Key {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
}

const newKey = (kid: string): Key => ({ kid, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) });

let published: object[] = [];
let answersWith = 200;
/** The address of the keys answers after this. */
let before: () => Promise<void> = async () => {};
let server: HttpsServer;
let gateway: TestGateway;
let boss: SignedInPerson;
let account: MadeServiceAccount;
let key: Key;

const publish = async (...keys: Key[]) => {
  published = await Promise.all(
    keys.map(async ({ kid, publicKey }) => Object.assign(await exportJWK(publicKey), { kid })),
  );
};

beforeAll(async () => {
  server = await startHttps((request, answer) => {
    const found = request.url?.startsWith('/jwks') && answersWith === 200;
    void before().then(() => answer.writeHead(found ? 200 : 500).end(JSON.stringify({ keys: published })));
  });
  gateway = await startGateway(RESOURCE_SERVERS, { guard: { ...server.trusted, allowed: ['127.0.0.1'] } });
  boss = await admin(gateway);
  key = newKey('one');
  await publish(key);
  account = await accountAt('/jwks');
});
afterAll(() => server.close());
beforeEach(async () => {
  answersWith = 200;
});

const accountAt = (path: string) =>
  serviceAccountWith(gateway, boss.accessToken, ['orders:read'], { jwksUri: `${server.url}${path}` });

/** The claims of a good assertion. */
function claims({ id } = account): JWTPayload {
  const now = Math.floor(gateway.clock.now().getTime() / 1000);
  return { iss: id, sub: id, aud: gateway.config.publicUrl, jti: randomUUID(), iat: now, exp: now + 60 };
}

const sign = (payload: JWTPayload, by: Key = key, header: object = {}) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: by.kid, ...header }).sign(by.privateKey);

const present = (assertion: string, more: Record<string, string> = {}, at = gateway) =>
  askToken(at, {
    ...CLIENT_CREDENTIALS,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
    ...more,
  });

async function expectRefused(assertion: string | Promise<string>): Promise<void> {
  const { status, body } = await present(await assertion);
  expect([status, body.error]).toEqual([401, 'invalid_client']);
}

describe('a signed JWT (RFC 7523)', () => {
  test('returns an access token, whose sid is the service account', async () => {
    const { status, body } = await present(await sign(claims()));
    expect(status).toBe(200);
    expect(claimsOf(body.access_token)).toMatchObject({ sub: account.id, sid: account.id, scope: 'orders:read' });
    const introspected = await gateway.http('/oauth/introspect', {
      method: 'POST',
      headers: ORDERS,
      body: new URLSearchParams({ token: body.access_token }),
    });
    expect(await introspected.json()).toMatchObject({ active: true, client_id: account.id });
  });

  test('introspects once where the service account may', async () => {
    const verifier = await serviceAccountWith(gateway, boss.accessToken, ['tokens:introspect'], {
      jwksUri: `${server.url}/jwks`,
    });
    const form = {
      token: boss.accessToken,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await sign(claims(verifier)),
    };
    const first = await postForm(gateway, '/oauth/introspect', form);
    expect([first.status, await first.json()]).toEqual([200, expect.objectContaining({ active: true, sub: boss.id })]);
    expect((await postForm(gateway, '/oauth/introspect', form)).status).toBe(401);
    const ofOther = { ...form, client_assertion: await sign(claims()) };
    expect((await postForm(gateway, '/oauth/introspect', ofOther)).status).toBe(403);
  });

  test('may be for the token endpoint, and beside the client_id that it is of', async () => {
    const aud = `${gateway.config.publicUrl}/oauth/token`;
    expect((await present(await sign({ ...claims(), aud }), { client_id: account.id })).status).toBe(200);
    expect((await present(await sign({ ...claims(), aud: [aud] }))).status).toBe(200);
    expect((await present(await sign(claims()), { client_id: boss.id })).status).toBe(401);
  });

  test('is taken once, by whichever process', async () => {
    const other = await gateway.replica();
    const assertion = await sign(claims());
    const answers = await Promise.all([gateway, other, gateway, other].map((at) => present(assertion, {}, at)));
    expect(answers.map(({ status }) => `${status}`).sort()).toEqual(['200', '401', '401', '401']);
    await expectRefused(assertion);
  });

  test.each<[string, (payload: JWTPayload) => JWTPayload]>([
    ['for another server', (payload) => ({ ...payload, aud: 'https://elsewhere.example' })],
    [
      'for another server too',
      (payload) => ({ ...payload, aud: [payload.aud as string, 'https://elsewhere.example'] }),
    ],
    ['without an audience', (payload) => ({ ...payload, aud: undefined })],
    ['that has expired', (payload) => ({ ...payload, exp: payload.iat! - 60 })],
    ['that lives for an hour', (payload) => ({ ...payload, exp: payload.iat! + 3600 })],
    ['without an end', (payload) => ({ ...payload, exp: undefined })],
    ['that is not valid yet', (payload) => ({ ...payload, nbf: payload.iat! + 120, exp: payload.iat! + 240 })],
    ['without a jti', (payload) => ({ ...payload, jti: undefined })],
    ['with a jti that is no text', (payload) => ({ ...payload, jti: 1 as never })],
    ['by another issuer', (payload) => ({ ...payload, iss: boss.id })],
    ['without an issuer', (payload) => ({ ...payload, iss: undefined })],
  ])('%s is refused', (_, change) => expectRefused(sign(change(claims()))));

  test('is refused if another key has signed it, none, or a public secret', async () => {
    const stranger = newKey('one');
    await expectRefused(sign(claims(), stranger));
    await expectRefused(new UnsecuredJWT(claims()).encode());
    const secret = Buffer.from(JSON.stringify(published[0]));
    await expectRefused(new SignJWT(claims()).setProtectedHeader({ alg: 'HS256', kid: 'one' }).sign(secret));
    await expectRefused(sign(claims(), stranger, { jwk: await exportJWK(stranger.publicKey) }));
    await expectRefused('x.y.z');
    await expectRefused('x'.repeat(9000));
  });

  test('opens nothing by itself', async () => {
    const headers = { authorization: `Bearer ${await sign(claims())}` };
    expect((await gateway.http('/verify-token', { headers })).status).toBe(401);
    const typed = { authorization: `Bearer ${await sign(claims(), key, { typ: 'at+jwt' })}` };
    expect((await gateway.http('/verify-token', { headers: typed })).status).toBe(401);
  });

  test('is refused where it is of a service account that has no keys, or other ones', async () => {
    const withoutKeys = await serviceAccountWith(gateway, boss.accessToken);
    await expectRefused(sign(claims(withoutKeys)));
    const other = await accountAt('/empty');
    await expectRefused(sign(claims(other)));
  });
});

describe('the keys of a service account', () => {
  test('may be replaced: one that is not known is looked up once in ten seconds', async () => {
    const rotating = await accountAt('/jwks?rotating');
    expect((await present(await sign(claims(rotating)))).status).toBe(200);
    const next = newKey('two');
    await publish(key, next);
    gateway.clock.advance(11_000);
    expect((await present(await sign(claims(rotating), next))).status).toBe(200);
    const reached = server.reached();
    for (let tried = 0; tried < 3; tried++)
      expect((await present(await sign(claims(rotating), newKey('three')))).status).toBe(401);
    expect(server.reached() - reached).toBeLessThanOrEqual(1);
  });

  test('that cannot be read are reported to the operator alone', async () => {
    const unreachable = await accountAt('/jwks?unreachable');
    answersWith = 500;
    const { status, body } = await present(await sign(claims(unreachable)));
    expect([status, body.error]).toEqual([401, 'invalid_client']);
    expect(JSON.stringify(body)).not.toMatch(/500|127\.0\.0\.1/);
    expect(gateway.log.lines.some(({ msg }) => msg === 'the keys of a service account could not be read')).toBe(true);
  });

  test('are never asked for at a private address (SSRF)', async () => {
    const guarded = await startGateway({}, { guard: server.trusted });
    const { accessToken } = await admin(guarded);
    const made = await serviceAccountWith(guarded, accessToken, [], { jwksUri: `${server.url}/jwks` });
    const reached = server.reached();
    expect((await present(await sign({ ...claims(made), aud: guarded.config.publicUrl }), {}, guarded)).status).toBe(
      401,
    );
    expect(server.reached()).toBe(reached);
  });

  test.each(['http://keys.example/jwks', 'https://user:pass@keys.example/', 'file:///etc/passwd', 'x'])(
    'have an https address: %s is refused',
    async (jwksUri) => {
      const input = { serviceAccountId: account.id, jwksUri };
      const answer = await gateway.gql(UPDATE_SERVICE_ACCOUNT, { input }, { token: boss.accessToken });
      expectCode(answer, 'BAD_USER_INPUT');
    },
  );

  test.each([null, 'https://keys.example/jwks'])(
    'give no token where they are moved to %s while they are read',
    async (jwksUri) => {
      const moving = await accountAt(`/jwks?slow=${jwksUri}`);
      before = async () => {
        const input = { serviceAccountId: moving.id, jwksUri };
        await gateway.ask(UPDATE_SERVICE_ACCOUNT, { input }, { token: boss.accessToken });
      };
      try {
        await expectRefused(sign(claims(moving)));
      } finally {
        before = async () => {};
      }
    },
  );

  test('that are moved end the tokens that they have given', async () => {
    const moving = await accountAt('/jwks?moving');
    const { body } = await present(await sign(claims(moving)));
    const verified = async () => {
      const headers = { authorization: `Bearer ${body.access_token}` };
      return (await gateway.http('/verify-token', { headers })).status;
    };
    expect(await verified()).toBe(200);
    const input = { serviceAccountId: moving.id, jwksUri: null };
    await gateway.ask(UPDATE_SERVICE_ACCOUNT, { input }, { token: boss.accessToken });
    expect(await verified()).toBe(401);
    await expectRefused(sign(claims(moving)));
  });
});

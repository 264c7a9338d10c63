import { beforeAll, describe, expect, test } from '@jest/globals';
import { holderOf, UPDATE_USER_ROLES } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, type SignedInPerson, signedInPerson } from '../support/people.js';
import {
  APOLLO_POLICIES,
  callCoprocessor,
  codeOf,
  COPROCESSOR,
  COPROCESSOR_SECRET,
  HIVE_POLICIES,
  hiveAnalysis,
  hiveRequest,
  routerRequest,
  supergraphRequest,
} from '../support/router-calls.js';
import { decode, forge, signingKeyOf } from '../support/token-forge.js';

let gateway: TestGateway;
let ada: SignedInPerson & { role: string };
/** Signed out. */
let eve: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway(COPROCESSOR);
  ada = await holderOf(gateway, ['orders:read']);
  eve = await signedInPerson(gateway);
  await gateway.ask(LOGOUT, {}, { token: eve.accessToken });
});

const call = async (body: unknown) => {
  const { status, answer } = await callCoprocessor(gateway, body);
  expect(status).toBe(200);
  return answer;
};

const STAGES = [
  ['Apollo at RouterRequest', routerRequest],
  ['Apollo at SupergraphRequest', (token: string | null) => supergraphRequest(token)],
  ['Hive at router.request', hiveRequest],
  ['Hive at graphql.analysis', (token: string | null) => hiveAnalysis(token, [])],
] as const;

describe.each(STAGES)('%s', (_, message) => {
  test('goes on with a live token and without one, and nothing of the request is changed', async () => {
    for (const token of [ada.accessToken, null]) {
      const { version, control, stage, id, ...rest } = await call(message(token));
      expect([version, control, rest]).toEqual([1, 'continue', {}]);
      // Apollo compares both; Hive asks for neither.
      const { stage: asked, id: askedId } = message(token);
      if (/^[A-Z]/.test(asked)) expect([stage, id]).toEqual([asked, askedId]);
    }
  });

  test('has to refuse a revoked and an expired token', async () => {
    expect(codeOf(await call(message(eve.accessToken)))).toEqual([401, 'TOKEN_REVOKED']);
    gateway.clock.advance(901_000);
    try {
      expect(codeOf(await call(message(ada.accessToken)))).toEqual([401, 'TOKEN_EXPIRED']);
    } finally {
      gateway.clock.advance(-901_000);
    }
  });

  test('has to refuse a token of another audience, though the key is ours', async () => {
    const { header, payload } = decode(ada.accessToken);
    const key = signingKeyOf(gateway.config.keysDir);
    for (const change of [{ aud: 'https://other.example.com' }, { iss: 'https://evil.example.com' }, { sub: 'ada' }])
      expect(codeOf(await call(message(forge(header, { ...payload, ...change }, key))))).toEqual([
        401,
        'TOKEN_INVALID',
      ]);
  });
});

describe('the break', () => {
  const errors = [{ message: expect.stringContaining('no longer accepted'), extensions: { code: 'TOKEN_REVOKED' } }];

  test('is text for Apollo at RouterRequest, and an object after it', async () => {
    const early = await call(routerRequest(eve.accessToken));
    expect(early).toEqual({
      version: 1,
      stage: 'RouterRequest',
      id: '1b19c05fdafc521016df33148ad63c1b',
      control: { break: 401 },
      headers: {
        'content-type': ['application/json'],
        'cache-control': ['no-store'],
        'www-authenticate': ['Bearer error="invalid_token"'],
      },
      body: expect.any(String),
    });
    expect(JSON.parse(early.body)).toEqual({ errors });
    expect((await call(supergraphRequest(eve.accessToken))).body).toEqual({ errors });
  });

  test('is text for Hive, whose headers are single values', async () => {
    const { body, ...rest } = await call(hiveRequest(eve.accessToken));
    expect(rest).toEqual({
      version: 1,
      control: { break: 401 },
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        'www-authenticate': 'Bearer error="invalid_token"',
      },
    });
    expect(JSON.parse(body)).toEqual({ errors });
  });

  test('comes as soon as the operation that changed the rights has answered', async () => {
    const bob = await signedInPerson(gateway);
    expect((await call(routerRequest(bob.accessToken))).control).toBe('continue');
    const root = await admin(gateway);
    const input = { userId: bob.id, roles: ['user', ada.role] };
    await gateway.ask(UPDATE_USER_ROLES, { input }, { token: root.accessToken });
    expect(codeOf(await call(routerRequest(bob.accessToken)))).toEqual([401, 'TOKEN_REVOKED']);
  });

  test('gets an invalid bearer, and two of them, of which another could be used', async () => {
    expect(codeOf(await call(routerRequest('nonsense')))).toEqual([401, 'TOKEN_INVALID']);
    const two = routerRequest(ada.accessToken);
    const headers = { ...two.headers, Authorization: ['Bearer nonsense'] };
    expect(codeOf(await call({ ...two, headers }))).toEqual([401, 'TOKEN_INVALID']);
    const twice = { ...two.headers, authorization: [`Bearer ${ada.accessToken}`, `Bearer ${ada.accessToken}`] };
    expect(codeOf(await call({ ...two, headers: twice }))).toEqual([401, 'TOKEN_INVALID']);
  });

  test('goes by the claims that the router acts on, not by a header beside them', async () => {
    const message = { ...supergraphRequest(eve.accessToken), headers: routerRequest(ada.accessToken).headers };
    expect(codeOf(await call(message))).toEqual([401, 'TOKEN_REVOKED']);
  });

  test('meets claims under the name that they had in Apollo Router 1', async () => {
    const message = supergraphRequest(null);
    message.context.entries['apollo_authentication::JWT::claims'] = decode(eve.accessToken).payload;
    expect(codeOf(await call(message))).toEqual([401, 'TOKEN_REVOKED']);
  });
});

describe('policies', () => {
  const asked = ['authenticated', 'perm:orders:read', 'perm:orders:write', 'mfa'];
  const decided = { authenticated: true, 'perm:orders:read': true, 'perm:orders:write': false, mfa: false };

  test('are decided for Apollo, and every other key of the context is given back: what is missing it deletes', async () => {
    const message = supergraphRequest(ada.accessToken, asked);
    const { context } = await call(message);
    expect(context).toEqual({ entries: { ...message.context.entries, [APOLLO_POLICIES]: decided } });
  });

  test('are decided for Hive, as a patch: keys that it has not to change would fail the request', async () => {
    const { context } = await call(hiveAnalysis(ada.accessToken, asked));
    expect(context).toEqual({ [HIVE_POLICIES]: decided });
  });

  test('are all false without a token', async () => {
    const no = Object.fromEntries(asked.map((policy) => [policy, false]));
    expect((await call(hiveAnalysis(null, asked))).context[HIVE_POLICIES]).toEqual(no);
    expect((await call(supergraphRequest(null, asked))).context.entries[APOLLO_POLICIES]).toEqual(no);
  });

  test('that are not known are false, are counted, and are logged once', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      const { context } = await call(hiveAnalysis(ada.accessToken, ['admin', 'authenticated']));
      expect(context[HIVE_POLICIES]).toEqual({ admin: false, authenticated: true });
    }
    const metrics = await (await gateway.http('/metrics')).text();
    expect(metrics).toContain('sallyport_coprocessor_unknown_policies_total 2');
    expect(gateway.log.lines.filter(({ policy }) => policy === 'admin')).toHaveLength(1);
  });
});

describe('a call', () => {
  test.each([
    ['another secret', { path: `/coprocessor/${COPROCESSOR_SECRET}x` }],
    ['no secret', { path: '/coprocessor/' }],
    ['a query behind it', { path: `/coprocessor/${COPROCESSOR_SECRET}?a` }],
    ['another method', { method: 'GET' }],
    ['another path', { path: '/metrics' }],
  ])('with %s finds nothing', async (_, options) => {
    expect(await callCoprocessor(gateway, routerRequest(null), options)).toEqual({ status: 404, answer: null });
  });

  const live = () => routerRequest(ada.accessToken);
  test.each<[string, () => unknown, number]>([
    ['of a stage that is not known', () => ({ ...live(), stage: 'ExecutionStart' }), 400],
    ['of a stage that every object has', () => ({ ...live(), stage: 'constructor' }), 400],
    ['of another version', () => ({ ...live(), version: 2 }), 400],
    ['without a version', () => ({ ...live(), version: undefined }), 400],
    ['that tells neither headers nor context', () => ({ ...live(), headers: undefined }), 400],
    ['of Hive without headers', () => ({ ...hiveAnalysis(null, []), headers: undefined }), 400],
    ['whose headers are no names and values', () => ({ ...live(), headers: [['authorization', 'x']] }), 400],
    ['whose token is no text', () => ({ ...live(), headers: { authorization: [{}] } }), 400],
    ['that is a list', () => [live()], 400],
    ['that is no JSON', () => '{"version":1,', 400],
    ['that would poison a prototype', () => '{"version":1,"stage":"RouterRequest","__proto__":{}}', 400],
    ['that is huge', () => ({ ...live(), sdl: 'x'.repeat(300_000) }), 413],
  ])('%s fails, so that the router refuses the request', async (_, body, status) => {
    const answered = await callCoprocessor(gateway, body());
    expect(answered.status).toBe(status);
    expect(answered.answer).not.toHaveProperty('control');
  });

  test('that is compressed fails: a few bytes can hold gigabytes', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await callCoprocessor(gateway, live(), { headers })).status).toBe(415);
  });

  test('about a response goes on, whatever it contains', async () => {
    for (const stage of ['RouterResponse', 'SupergraphResponse', 'SubgraphResponse', 'ExecutionResponse'])
      expect(await call({ version: 1, stage, id: '7', statusCode: 200 })).toEqual({
        version: 1,
        stage,
        id: '7',
        control: 'continue',
      });
    expect(await call({ version: 1, stage: 'router.response', id: '7', status_code: 200 })).toEqual({
      version: 1,
      control: 'continue',
    });
  });

  test('is not answered where the API is', async () => {
    const init = { method: 'POST', body: JSON.stringify(live()), headers: { 'content-type': 'application/json' } };
    expect((await gateway.http(`/coprocessor/${COPROCESSOR_SECRET}`, init)).status).toBe(404);
  });

  test('leaves neither the secret nor a token in the log, and counts by stage and outcome', async () => {
    await call(routerRequest(eve.accessToken));
    expect(gateway.log.text()).not.toContain(COPROCESSOR_SECRET);
    expect(gateway.log.text()).not.toContain(ada.accessToken);
    const metrics = await (await gateway.http('/metrics')).text();
    expect(metrics).toMatch(/sallyport_coprocessor_calls_total\{stage="RouterRequest",outcome="TOKEN_REVOKED"\} \d/);
    expect(metrics).toMatch(/sallyport_coprocessor_calls_total\{stage="none",outcome="malformed"\} \d/);
  });
});

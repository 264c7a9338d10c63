import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../../support/client.js';
import { enroll, STEP, totp } from '../../support/factors.js';
import { type LogoutTest, now, person, startLogoutTest } from '../../support/logout-tokens.js';
import { REFRESH, registeredPerson, signIn, VERIFY_OTP } from '../../support/people.js';
import { complete, returned, signInBy } from '../../support/provider-flow.js';
import { decode } from '../../support/token-forge.js';

let t: LogoutTest;
beforeAll(async () => {
  t = await startLogoutTest();
});

describe('a logout token', () => {
  test('ends the sessions that began with the identity, in every process at once, and no others', async () => {
    const registered = await registeredPerson(t.gateway);
    const ada = { ...person(), email: registered.email };
    const [first, second] = [await t.begin(ada), await t.begin(ada)];
    const [eve, byPassword] = [await t.begin(person()), await signIn(t.gateway, registered)];
    for (const one of [first, second, eve, byPassword]) expect(await t.isLive(one)).toBe(true);

    const answer = await t.logOut(t.signed({ sub: ada.sub }));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).toBe('');
    expect([await t.isLive(first), await t.isLive(second)]).toEqual([false, false]);
    expect([await t.isLive(eve), await t.isLive(byPassword)]).toEqual([true, true]);
    const { errors } = await t.replica.gql(REFRESH, { input: { refreshToken: first.refreshToken } });
    expect(errors[0]!.extensions.code).toBe('REFRESH_TOKEN_INVALID');
    const events = await t.gateway.database.sql(
      `select actor_id, subject_id, session_id, details from audit_events where action = 'providerLogout' and subject_id = $1`,
      [first.id],
    );
    expect(events).toEqual([
      { actor_id: null, subject_id: first.id, session_id: null, details: { provider: 'acme', endedSessions: 2 } },
    ]);
  });

  test('with a session of the provider ends those that began with that one, and those of which it is not known', async () => {
    const ada = person();
    const [laptop, phone, unknown] = [
      await t.begin({ ...ada, sid: 'laptop' }),
      await t.begin({ ...ada, sid: 'phone' }),
      await t.begin(ada),
    ];
    expect((await t.logOut(t.signed({ sub: ada.sub, sid: 'laptop' }))).status).toBe(200);
    expect([await t.isLive(laptop), await t.isLive(phone), await t.isLive(unknown)]).toEqual([false, true, false]);
  });

  test('with nothing but a session of the provider ends those that began with it', async () => {
    const sid = randomBytes(8).toString('hex');
    const [meant, another] = [await t.begin({ ...person(), sid }), await t.begin({ ...person(), sid: `${sid}x` })];
    expect((await t.logOut(t.signed({ sid }))).status).toBe(200);
    expect([await t.isLive(meant), await t.isLive(another)]).toEqual([false, true]);
    const [event] = await t.gateway.database.sql(
      `select session_id from audit_events where action = 'providerLogout' and subject_id = $1`,
      [meant.id],
    );
    expect(event).toEqual({ session_id: meant.sessionId });
  });

  test('ends a session that began with the identity and a second factor', async () => {
    const ada = person();
    const { secret } = await enroll(t.gateway, await t.begin(ada));
    t.gateway.clock.advance(STEP);
    t.acme.claims = { ...ada, sid: 'with-a-factor' };
    const { challengeToken } = await signInBy(t.gateway, t.acme);
    const { verifyOtp } = await t.gateway.ask(VERIFY_OTP, { input: { challengeToken, code: totp(t.gateway, secret) } });
    await t.logOut(t.signed({ sub: ada.sub, sid: 'another' }));
    expect(await t.isLive(verifyOtp)).toBe(true);
    await t.logOut(t.signed({ sub: ada.sub, sid: 'with-a-factor' }));
    expect(await t.isLive(verifyOtp)).toBe(false);
  });

  test('ends a session in which the identity was linked by a code', async () => {
    const ada = await registeredPerson(t.gateway);
    const account = { ...person(), email: ada.email, email_verified: false };
    t.acme.claims = account;
    const { challengeToken } = await signInBy(t.gateway, t.acme);
    const code = await t.gateway.mailbox.codeFor(ada.email, 'link-identity-code');
    const { verifyOtp } = await t.gateway.ask(VERIFY_OTP, { input: { challengeToken, code } });
    await t.logOut(t.signed({ sub: account.sub }));
    expect(await t.isLive(verifyOtp)).toBe(false);
  });

  test('for a user who is not signed in is answered alike', async () => {
    const answer = await t.logOut(t.signed({ sub: 'nobody' }));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
  });

  test.each([
    ['no typ', { typ: undefined }],
    ['the typ of any JWT', { typ: 'JWT' }],
    ['the whole media type', { typ: 'application/logout+jwt' }],
  ])('may have %s', async (_, header) => {
    expect((await t.logOut(t.signed({ sub: 'nobody' }, header))).status).toBe(200);
  });

  test('may have no end, and come from a clock that is a little fast', async () => {
    expect((await t.logOut(t.signed({ sub: 'nobody', exp: undefined, iat: now() + 30 }))).status).toBe(200);
  });

  test('may be signed by a key that the provider has changed to since', async () => {
    await t.logOut(t.signed({ sub: 'nobody' }));
    t.gateway.clock.advance(11_000);
    t.acme.rotate();
    expect((await t.logOut(t.signed({ sub: 'nobody' }))).status).toBe(200);
  });
});

describe('a sign-in that the provider answered before its logout begins no session after it:', () => {
  test('one whose code the application has not traded yet', async () => {
    const ada = person();
    t.acme.claims = { ...ada, sid: 'mine' };
    const [meant, another] = [await returned(t.gateway, t.acme), await returned(t.gateway, t.acme)];
    await t.logOut(t.signed({ sub: ada.sub, sid: 'other' }));
    expect((await complete(t.gateway, another)).errors).toEqual([]);
    await t.logOut(t.signed({ sub: ada.sub }));
    expectCode(await complete(t.gateway, meant), 'CHALLENGE_EXPIRED');
    expect(await t.isLive(await t.begin(ada))).toBe(true);
  });

  test('one of which a second factor is asked, with the right code', async () => {
    const ada = person();
    const { secret } = await enroll(t.gateway, await t.begin(ada));
    t.gateway.clock.advance(STEP);
    t.acme.claims = { ...ada, sid: 'waiting' };
    const { challengeToken } = await signInBy(t.gateway, t.acme);
    await t.logOut(t.signed({ sid: 'waiting' }));
    const input = { challengeToken, code: totp(t.gateway, secret) };
    expectCode(await t.gateway.gql(VERIFY_OTP, { input }), 'CHALLENGE_EXPIRED');
  });

  test('ones that are completed at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ada = person();
      await t.begin(ada);
      const given = [await returned(t.gateway, t.acme), await returned(t.gateway, t.acme)];
      const [answer, ...answers] = await Promise.all([
        t.logOut(t.signed({ sub: ada.sub })),
        ...given.map((one, n) => complete([t.gateway, t.replica][n]!, one)),
      ]);
      expect(answer.status).toBe(200);
      for (const { data, errors } of answers) {
        if (data) expect(await t.isLive(data.completeProviderSignIn)).toBe(false);
        else expectCode({ errors }, 'CHALLENGE_EXPIRED');
      }
    }
  });
});

describe('a replay', () => {
  test('ends no session that began later', async () => {
    const ada = person();
    const before = await t.begin(ada);
    const token = t.signed({ sub: ada.sub });
    await t.logOut(token);
    expect(await t.isLive(before)).toBe(false);
    const later = await t.begin(ada);
    for (const at of [t.gateway, t.replica]) expect((await t.logOut(token, { at })).status).toBe(200);
    // The same `jti` in other words is the same token.
    expect((await t.logOut(t.signed({ ...decode(token).payload, exp: now() + 100 }))).status).toBe(200);
    expect(await t.isLive(later)).toBe(true);
    // The `jti` of one provider is not that of another.
    await t.logOut(t.signedByOther({ sub: 'x', jti: 'shared' }), { id: 'other' });
    await t.logOut(t.signed({ sub: ada.sub, jti: 'shared' }));
    expect(await t.isLive(later)).toBe(false);
  });

  test('of many at once is one: one event', async () => {
    const ada = person();
    const { id } = await t.begin(ada);
    const token = t.signed({ sub: ada.sub });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => t.logOut(token, { at: n % 2 ? t.gateway : t.replica })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const events = await t.gateway.database.sql(
      `select from audit_events where action = 'providerLogout' and subject_id = $1`,
      [id],
    );
    expect(events).toHaveLength(1);
  });

  test('two providers’ logouts, and those of the user, of the same sessions at once do not deadlock', async () => {
    const ada = person();
    const sessions = [];
    for (let count = 0; count < 6; count += 1) sessions.push(await t.begin({ ...ada, sid: `s${count}` }));
    const logoutAll = 'mutation { logoutAll { endedSessions } }';
    const answers = await Promise.all([
      t.logOut(t.signed({ sub: ada.sub })),
      ...sessions.map((_, n) => t.logOut(t.signed({ sub: ada.sub, sid: `s${n}` }))),
      ...sessions.map((_, n) => t.logOut(t.signed({ sid: `s${n}` }))),
    ]);
    await t.gateway.gql(logoutAll, {}, { token: sessions[0]!.accessToken });
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    for (const one of sessions) expect(await t.isLive(one)).toBe(false);
  });
});

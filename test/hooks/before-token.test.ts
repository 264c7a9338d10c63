import { decodeJwt } from 'jose';
import { describe, expect, test } from '@jest/globals';
import { holderOf, UPDATE_USER_ROLES } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { gateway, hook, hooked, login, refresh, refuse, sessionsOf } from '../support/hooked-gateway.js';
import { admin, ME, registeredPerson, signedInPerson, signIn } from '../support/people.js';

hooked();

const PLAN = 'https://app.example.com/plan';

describe('before.token', () => {
  const adding = (claims: unknown) =>
    hook.answer(({ type }) => (type === 'before.token' ? { allow: true, claims } : { allow: true }));

  test('adds claims to the token of a sign-in and of each refresh', async () => {
    adding({ [PLAN]: { name: 'pro', seats: 3 } });
    const { id, email, username } = await registeredPerson(gateway);
    const { login: first } = (await login(email)).data!;
    expect(decodeJwt(first.accessToken)).toMatchObject({ [PLAN]: { name: 'pro', seats: 3 }, email_verified: true });
    adding({ [PLAN]: 'free' });
    const { refresh: second } = (await refresh(first.refreshToken)).data!;
    expect(decodeJwt(second.accessToken)[PLAN]).toBe('free');
    const user = { id, email, username, emailVerified: true, roles: ['user'] };
    expect(hook.asked.at(-1)!.data).toEqual({
      user,
      operation: 'refresh',
      sessionId: first.session.id,
      amr: ['pwd'],
      ipAddress: '127.0.0.1',
      userAgent: 'node',
      requestId: expect.any(String),
    });
    expect((await gateway.gql(ME, {}, { token: second.accessToken })).data!.me.email).toBe(email);
  });

  test.each([
    ['sub', { sub: '019c2f60-8a3e-7c41-b3f2-6d1f0a9e5b77' }],
    ['roles', { roles: ['admin'] }],
    ['scope', { scope: 'users:write' }],
    ['act', { act: { sub: 'x' } }],
    ['a word', { plan: 'pro' }],
    ["Hasura's", { 'https://hasura.io/jwt/claims': { 'x-hasura-default-role': 'admin' } }],
    ['an http address', { 'http://example.com/plan': 'pro' }],
    ['more than 2,000 characters', { [PLAN]: 'x'.repeat(2000) }],
    ['a list', ['pro']],
  ])('lies in vain: no token is issued with %s', async (_, claims) => {
    adding(claims);
    const { email } = await registeredPerson(gateway);
    expectCode(await login(email), 'SERVICE_UNAVAILABLE');
    expect(await sessionsOf(email)).toBe(0);
  });

  test('refuses a refresh again and again, and the session lives on', async () => {
    const { refreshToken } = await signedInPerson(gateway);
    refuse('before.token');
    for (let turn = 0; turn < 12; turn += 1) expectCode(await refresh(refreshToken), 'HOOK_REFUSED');
    hook.answer(() => ({ allow: true }));
    gateway.clock.advance(60_000);
    expect((await refresh(refreshToken)).errors).toEqual([]);
  });

  test('is asked again where a role is taken away while it is asked: its claims were those of the role', async () => {
    const boss = await admin(gateway);
    const keeper = await holderOf(gateway, ['orders:read']);
    const { refreshToken } = await signIn(gateway, keeper);
    const roles: string[][] = [];
    hook.answer(async ({ data }) => {
      roles.push(data.user.roles);
      const input = { userId: keeper.id, roles: ['user'] };
      if (roles.length === 1) await gateway.ask(UPDATE_USER_ROLES, { input }, { token: boss.accessToken });
      return { allow: true, claims: { [PLAN]: data.user.roles } };
    });
    const { refresh: granted } = (await refresh(refreshToken)).data!;
    expect(roles[0]).toContain(keeper.role);
    expect(decodeJwt(granted.accessToken)).toMatchObject({ roles: ['user'], [PLAN]: ['user'] });
    expect((await gateway.gql(ME, {}, { token: granted.accessToken })).errors).toEqual([]);
  });

  test('is not asked by a session that refreshes in a loop, past the limit of its refreshes', async () => {
    const slow = await gateway.replica({ LIMITS_FACTOR: '0.04' });
    let { refreshToken } = await signedInPerson(gateway);
    for (let count = 1; count < 6; count += 1) ({ refreshToken } = (await refresh(refreshToken, slow)).data!.refresh);
    hook.asked.splice(0);
    const refused = await refresh(refreshToken, slow);
    expectCode(refused, 'RATE_LIMITED');
    expect(hook.asked).toEqual([]);
    gateway.clock.advance((refused.errors[0]!.extensions.retryAfter! + 1) * 1000);
    expect((await refresh(refreshToken, slow)).errors).toEqual([]);
    expect(hook.asked.map(({ data }) => data.operation)).toEqual(['refresh']);
  });

  test('is asked about no token that is unknown', async () => {
    expectCode(await refresh('rt_nonsense'), 'REFRESH_TOKEN_INVALID');
    expect(hook.asked).toEqual([]);
  });
});

import { describe, expect, test } from '@jest/globals';
import { createPolicies } from '../../src/coprocessor/policies.js';
import type { AccessTokenClaims } from '../../src/keys/access-token.js';

const NOW = new Date('2026-11-29T12:00:00Z');
const secondsAgo = (seconds: number) => NOW.getTime() / 1000 - seconds;

const password: AccessTokenClaims = {
  iss: 'https://auth.example.com',
  aud: 'https://auth.example.com',
  sub: '01a2',
  sid: '01a3',
  jti: '01a4',
  iat: secondsAgo(0),
  exp: secondsAgo(-900),
  scope: 'orders:read users:read',
  roles: ['support', 'user'],
  ver: [1, 1, 1],
  amr: ['pwd'],
  acr: 'urn:sallyport:acr:1',
  auth_time: secondsAgo(300),
  email_verified: true,
};
const totp = { ...password, amr: ['pwd', 'otp', 'mfa'], acr: 'urn:sallyport:acr:2' };
const passkey = { ...password, amr: ['hwk', 'user', 'mfa'], acr: 'phr' };
const unverified = { ...password, email_verified: false };
const { acr: _, ...former } = password;

function decide(name: string, claims: AccessTokenClaims | null, now = NOW) {
  const unknown: string[] = [];
  const decided = createPolicies((policy) => unknown.push(policy)).decide([name], claims, now);
  return { ...decided, unknown };
}

test.each<[policy: string, holds: AccessTokenClaims[], fails: AccessTokenClaims[]]>([
  ['authenticated', [password, former, unverified], []],
  ['verified-email', [password, passkey], [unverified]],
  ['mfa', [totp, passkey], [password, former]],
  ['phr', [passkey], [password, totp, former]],
  ['acr:urn:sallyport:acr:1', [password, totp, passkey], [former]],
  ['acr:urn:sallyport:acr:2', [totp, passkey], [password]],
  ['acr:phr', [passkey], [totp]],
  ['stepup:5m', [password], [{ ...password, auth_time: secondsAgo(301) }]],
  ['stepup:299s', [{ ...password, auth_time: secondsAgo(299) }], [password]],
  ['role:support', [password], [{ ...password, roles: ['user', 'support:lead'] }]],
  [
    'perm:orders:read',
    [password],
    [
      { ...password, scope: '' },
      { ...password, scope: 'orders:readers orders' },
    ],
  ],
])('%s holds for whom it should, and for no one who is not signed in', (policy, holds, fails) => {
  for (const claims of holds) expect(decide(policy, claims)).toEqual({ [policy]: true, unknown: [] });
  for (const claims of [...fails, null]) expect(decide(policy, claims)).toEqual({ [policy]: false, unknown: [] });
});

describe('what means nothing', () => {
  test.each([
    'Authenticated',
    'authenticated ',
    'acr:2',
    'acr:',
    'stepup:5',
    'stepup:soon',
    'stepup:-5m',
    'role:',
    'scope:orders:read',
    'constructor',
    'constructor:name',
    'toString',
    '__proto__',
    '',
  ])('(%j) is false for everyone, and logged', (policy) => {
    const unknown: string[] = [];
    const decided = createPolicies((name) => unknown.push(name)).decide([policy], passkey, NOW);
    expect(Object.entries(decided)).toEqual([[policy, false]]);
    expect(unknown).toEqual([policy]);
  });

  test('a permission and a role are compared as a whole', () => {
    expect(decide('perm:orders:read users:read', password)).toMatchObject({ 'perm:orders:read users:read': false });
    expect(decide('role:support,user', password)).toMatchObject({ 'role:support,user': false });
  });
});

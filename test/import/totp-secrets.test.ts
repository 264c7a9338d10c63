import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { address, EXPORTED, hash, password } from '../support/exported-users.js';
import { afterPassword, answerWith, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { readReport, runImport } from '../support/import-command.js';
import { signIn } from '../support/people.js';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-test-totp-'));
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function imported(from: string, users: object[]) {
  const file = join(folder, `${from}-${users.length}.ndjson`);
  writeFileSync(file, users.map((user) => `${JSON.stringify(user)}\n`).join(''));
  const { code, output } = await runImport([file, '--from', from], gateway.database.url, {
    KEYS_DIR: gateway.config.keysDir!,
  });
  expect([code, output]).toEqual([0, expect.any(String)]);
  return readReport(`${file}.report`);
}

/** The methods after the password, and what a code of the secret then leads to. */
async function signInOf(name: string, secret = SECRET) {
  const { challengeToken, methods } = await afterPassword(gateway, { email: address(name), password });
  const { data } = await answerWith(gateway, challengeToken, totp(gateway, secret));
  return [...methods, data?.verifyOtp.__typename];
}

test('a user keeps the authenticator app, encrypted for the new account, and no recovery codes', async () => {
  await imported('sallyport', [
    EXPORTED.sallyport!('own', { totpSecrets: [{ secret: 'gezd gnbv gy3t qojq gezd gnbv gy3t qojq', name: 'Phone' }] }),
    EXPORTED.sallyport!('none', { externalId: 'none' }),
  ]);
  expect(await signInOf('own')).toEqual(['TOTP', 'SignedIn']);
  expect((await signIn(gateway, { email: address('none'), password })).accessToken).toEqual(expect.any(String));
  const kept = await gateway.database.sql('select name, secret from totp_factors');
  expect(JSON.stringify(kept)).not.toContain(SECRET);
  expect(kept).toMatchObject([{ name: 'Phone' }]);
});

test('an app that works in another way is left out, with a warning that quotes no secret', async () => {
  const report = await imported('sallyport', [
    EXPORTED.sallyport!('odd', {
      externalId: 'odd',
      totpSecrets: [
        { secret: SECRET, digits: 8 },
        { secret: SECRET, algorithm: 'SHA256' },
        { secret: SECRET, period: 60 },
        { secret: 'MFRGG' },
        { secret: 'not Base32!' },
        'a string',
        { secret: SECRET },
      ],
    }),
  ]);
  const left = report.filter(({ reason }) => reason === 'LEFT_OUT');
  expect(left.map(({ field }) => field)).toEqual([0, 1, 2, 3, 4, 5].map((index) => `totpSecrets.${index}`));
  expect(JSON.stringify(report)).not.toContain(SECRET);
  expect(await signInOf('odd')).toEqual(['TOTP', 'SignedIn']);
});

test("of Supabase's factors the confirmed apps are taken", async () => {
  const factor = { factor_type: 'totp', status: 'verified', secret: SECRET, friendly_name: 'Phone' };
  const report = await imported('supabase', [
    EXPORTED.supabase!('supa', {
      mfa_factors: [factor, { ...factor, status: 'unverified' }, { factor_type: 'phone', status: 'verified' }],
    }),
    EXPORTED.supabase!('supa-none', { mfa_factors: null }),
  ]);
  expect(report.filter(({ reason }) => reason === 'LEFT_OUT')).toMatchObject([{ line: 1, field: 'totpSecrets.1' }]);
  expect(await signInOf('supa')).toEqual(['TOTP', 'SignedIn']);
});

test("of Keycloak's credentials the apps with SHA-1, six digits and 30 seconds are taken", async () => {
  const app = (secretData: object, credentialData: object) => ({
    type: 'otp',
    userLabel: 'Phone',
    secretData: JSON.stringify(secretData),
    credentialData: JSON.stringify({
      subType: 'totp',
      digits: 6,
      counter: 0,
      period: 30,
      algorithm: 'HmacSHA1',
      ...credentialData,
    }),
  });
  const ways = [
    ['kc-text', app({ value: '12345678901234567890' }, {}), 0],
    ['kc-base32', app({ value: SECRET }, { secretEncoding: 'BASE32' }), 0],
    ['kc-hotp', app({ value: '12345678901234567890' }, { subType: 'hotp' }), 1],
    ['kc-sha256', app({ value: '12345678901234567890' }, { algorithm: 'HmacSHA256' }), 1],
  ] as const;
  const report = await imported(
    'keycloak',
    ways.map(([name, credential]) => EXPORTED.keycloak!(name, { credentials: [credential] })),
  );
  expect(report.filter(({ reason }) => reason === 'LEFT_OUT').map(({ line }) => line)).toEqual([3, 4]);
  for (const [name, , left] of ways) {
    await gateway.database.sql(
      `insert into passwords (user_id, hash, changed_at) select id, $2, now() from users where email = $1`,
      [address(name), hash],
    );
    if (left === 0) expect(await signInOf(name)).toEqual(['TOTP', 'SignedIn']);
  }
});

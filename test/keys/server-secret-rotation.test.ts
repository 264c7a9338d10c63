import { beforeAll, expect, jest, test } from '@jest/globals';
import type { Browser } from '../support/browser.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, ME, REFRESH, registeredPerson, signedInPerson } from '../support/people.js';
import { askReset, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';
import { temporaryFolder } from '../support/server-process.js';
import { type Guarded, guarded, login, outcome, trusting, VERIFY } from '../support/trusted-device.js';

jest.setTimeout(120_000);

const OLD = 'the lighthouse of the first years unlit';
const NEW = 'two kingfishers over the mill race today';

let before: TestGateway;
/** While SERVER_SECRET is replaced. */
let during: TestGateway;
/** Once the former one is taken out. */
let after: TestGateway;

beforeAll(async () => {
  before = await startGateway({ SERVER_SECRET: OLD, KEYS_DIR: 'off' });
  during = await before.replica({ SERVER_SECRET: `${NEW},${OLD}` });
});

const refreshed = async (gateway: TestGateway, refreshToken: string) =>
  (await gateway.gql<any>(REFRESH, { input: { refreshToken } })).data?.refresh?.refreshToken;

/** The browser, in front of another process. */
const at = (gateway: TestGateway, browser: Browser): Pick<Browser, 'gql'> => {
  const cookie = browser.received.map((line) => line.split(';')[0]).join('; ');
  return {
    gql: (query, variables) => gateway.gql(query, variables, { cookie, headers: { origin: gateway.config.publicUrl } }),
  };
};

async function codeAccepted(gateway: TestGateway, person: Guarded, code: string): Promise<boolean> {
  const { challengeToken } = await login(gateway, person);
  const { data } = await gateway.gql<any>(VERIFY, { input: { challengeToken, code } });
  return data?.verifyOtp?.__typename === 'SignedIn';
}

test('while it is replaced nothing is lost: sessions, tokens, codes under way, factors and devices', async () => {
  const person = await signedInPerson(before);
  const [withApp, withCode] = [await guarded(before), await guarded(before)];
  const browser = await trusting(before, withApp);
  const reset = await askReset(before, (await registeredPerson(before)).email);
  const next = await refreshed(before, person.refreshToken);

  const me = await during.gql<any>(ME, {}, { token: person.accessToken });
  expect(me.data.me.id).toBe(person.id);
  // A second tab, a step behind: the successor is derived with the secret of the time.
  expect(await refreshed(during, person.refreshToken)).toBe(next);
  const later = await refreshed(during, next);
  expect(await refreshed(during, next)).toBe(later);
  expect(await refreshed(during, person.refreshToken)).toBe(later);

  expect(await outcome(at(during, browser), withApp)).toBe('SignedIn');
  expect(await outcome(during, withApp)).toBe('SECOND_FACTOR');
  expect(await codeAccepted(during, withApp, withApp.app.code())).toBe(true);
  expect(await codeAccepted(during, withCode, withCode.app.recoveryCodes[0]!)).toBe(true);

  const answer = await during.gql<any>(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } });
  expect(answer.errors).toEqual([]);
});

test('afterwards what was used meanwhile works with the new one alone, and the rest is worth nothing', async () => {
  const [used, unused] = [await guarded(before), await guarded(before)];
  const person = await signedInPerson(before);
  const reset = await askReset(before, (await registeredPerson(before)).email);
  const stranger = await trusting(before, unused);
  expect(await codeAccepted(during, used, used.app.code())).toBe(true);

  // The signing keys too: those that the former one encrypted cannot be decrypted any more.
  await expect(before.replica({ SERVER_SECRET: NEW })).rejects.toThrow(/encrypted with another one/);
  after = await before.replica({ SERVER_SECRET: NEW, KEYS_DIR: temporaryFolder() });

  expect(await codeAccepted(after, used, used.app.code())).toBe(true);
  expect(await codeAccepted(after, unused, unused.app.code())).toBe(false);
  expect(await codeAccepted(after, unused, unused.app.recoveryCodes[0]!)).toBe(false);
  expect(await outcome(at(after, stranger), unused)).toBe('SECOND_FACTOR');
  const { errors } = await after.gql(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } });
  expect(errors[0]?.extensions?.code).toBe('INVALID_CODE');
  // A session lives on: its refresh token is compared with a hash. Only its successor is derived.
  expect(await refreshed(after, person.refreshToken)).toEqual(expect.any(String));
  expect(
    (await after.gql<any>(LOGIN, { input: { identifier: person.email, password: person.password } })).errors,
  ).toEqual([]);
});

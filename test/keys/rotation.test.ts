import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createGuard } from '../../packages/guard/src/guard.js';
import { encrypt } from '../../src/platform/crypto.js';
import { AFTER_A_LEAK, makeKey, readKeys } from '../../src/keys/stored-keys.js';
import { verificationKeyOf } from '../../src/keys/verification-key.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { keysCommand } from '../support/keys-command.js';
import { ME, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';
import { ORDERS_SECRET, RESOURCE_SERVERS } from '../support/resource-server.js';
import { publishedKids, sealKeyOf, SECRET, stolenKey, STORED_KEYS } from '../support/stored-keys.js';
import { decode, forge } from '../support/token-forge.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let gateway: TestGateway;
let replica: TestGateway;
let both: TestGateway[];
let commandSettings: Record<string, string>;
const readAgain = () => Promise.all(both.map(({ inner }) => inner.services.keys.ring.read()));
const kidOf = (token: string): string => decode(token).header.kid;

beforeAll(async () => {
  gateway = await startGateway({ ...STORED_KEYS, ...RESOURCE_SERVERS, KEY_ROTATION: '1d' });
  replica = await gateway.replica();
  both = [gateway, replica];
  commandSettings = { ...STORED_KEYS, NODE_ENV: 'test', DATABASE_URL: gateway.database.url };
});

/** Moves the clock of the installation, and of all that verifies tokens in this process. */
let shift = 0;
let stoppedAt: number | null = null;
const systemNow = Date.now;
beforeAll(() => {
  jest.spyOn(Date, 'now').mockImplementation(() => (stoppedAt ?? systemNow()) + shift);
});
afterAll(() => void jest.restoreAllMocks());
const advance = (ms: number) => (shift += ms);

/** While the work goes on, no time passes: a slow machine comes too late for nothing. */
async function withoutTime(work: () => Promise<void>): Promise<void> {
  stoppedAt = systemNow();
  try {
    await work();
  } finally {
    shift += stoppedAt - systemNow();
    stoppedAt = null;
  }
}

async function expectAccepted(...tokens: string[]): Promise<void> {
  for (const each of both) for (const token of tokens) expect((await each.gql(ME, {}, { token })).errors).toEqual([]);
}

async function refreshed(at: TestGateway, person: SignedInPerson): Promise<string> {
  const { refresh } = await at.ask(REFRESH, { input: { refreshToken: person.refreshToken } });
  person.refreshToken = refresh.refreshToken;
  return refresh.accessToken;
}

describe('a rotation', () => {
  // The command goes by PostgreSQL's clock, which nothing has moved yet.
  test('can be asked for: the next key signs in an hour, and is made once', async () => {
    const fresh = await startGateway(STORED_KEYS);
    const settings = { ...commandSettings, DATABASE_URL: fresh.database.url };
    const [first] = await publishedKids(fresh);
    const [, made, from] = /^Made (\S+), which signs from (\S+)\.$/m.exec(await keysCommand(['rotate'], settings))!;
    expect(Date.parse(from!) - Date.now()).toBeGreaterThan(59 * MINUTE);
    await expect(keysCommand(['rotate'], settings)).rejects.toThrow(`there already: ${made!} signs from ${from!}`);
    const listed = await keysCommand(['list'], settings);
    expect(listed).toMatch(
      new RegExp(`^${first!}  signs since .*, trusted until .*\n${made!}  signs from ${from!}\n$`),
    );
    await fresh.inner.services.keys.ring.read();
    expect(await publishedKids(fresh)).toEqual([first, made]);
    await fresh.close();
  });

  test('refuses no valid token, in any process or service, and ends with the old key', async () => {
    const service = { name: 'orders', secret: ORDERS_SECRET };
    const guard = createGuard({ issuer: gateway.config.publicUrl, gateway: gateway.url, service });
    try {
      await guard.ready();
      const ada = await signedInPerson(gateway);
      const first = kidOf(ada.accessToken);
      expect(await Promise.all(both.map(publishedKids))).toEqual([[first], [first]]);
      expect((await guard.verify(ada.accessToken)).userId).toBe(ada.id);

      // An hour before it signs, the next key is made by one of the two, and published by both.
      advance(23 * HOUR);
      await readAgain();
      const [published, same] = await Promise.all(both.map(publishedKids));
      expect(published).toEqual([first, expect.stringMatching(/^[\w-]{43}$/)]);
      expect(same).toEqual(published);
      const second = published![1]!;

      advance(59 * MINUTE);
      const before = await refreshed(replica, ada);
      expect(kidOf(before)).toBe(first);
      await expectAccepted(before);
      await guard.verify(before);

      // Nobody reads anything at the moment of the switch.
      advance(2 * MINUTE);
      const after = await refreshed(gateway, ada);
      const other = await refreshed(replica, ada);
      expect([kidOf(after), kidOf(other)]).toEqual([second, second]);
      await expectAccepted(before, after, other);
      for (const token of [before, after, other]) expect((await guard.verify(token)).userId).toBe(ada.id);

      // What a thief of the old key signs is remembered as genuine, and dies with the key all the same.
      const key = await stolenKey(gateway, first);
      const seconds = Math.floor(Date.now() / 1000);
      const lasting = { iat: seconds + 5400, exp: seconds + 9000 };
      const { header, payload } = decode(before);
      advance(100 * MINUTE);
      const forged = forge(header, { ...payload, ...lasting }, key);
      await expectAccepted(forged);
      advance(20 * MINUTE);
      for (const each of both) expectCode(await each.gql(ME, {}, { token: forged }), 'TOKEN_INVALID');
      expect(await Promise.all(both.map(publishedKids))).toEqual([[second], [second]]);
      await expectAccepted(await refreshed(replica, ada));
    } finally {
      guard.close();
    }
  });
});

describe('after a leak', () => {
  test('every process refuses the old tokens within seconds, and sessions go on', async () => {
    const ada = await signedInPerson(gateway);
    const old = ada.accessToken;
    await expectAccepted(old);
    await withoutTime(async () => {
      await leakedRotation();
      // Found by themselves.
      const published = async () => (await Promise.all(both.map(publishedKids))).every((kids) => kids.length === 2);
      while (!(await published())) await sleep(100);
      await expectAccepted(old);
      advance(10_000);
    });
    for (const each of both) expectCode(await each.gql(ME, {}, { token: old }), 'TOKEN_INVALID');
    const fresh = await refreshed(replica, ada);
    expect(await Promise.all(both.map(publishedKids))).toEqual([[kidOf(fresh)], [kidOf(fresh)]]);
    await expectAccepted(fresh);
  });

  test('a process that has not read the new key yet looks for it when a token names it', async () => {
    const late = await gateway.replica();
    const ada = await signedInPerson(gateway);
    await leakedRotation();
    await gateway.inner.services.keys.ring.read();
    advance(10_000);
    const token = await refreshed(gateway, ada);
    expect((await late.ask(ME, {}, { token })).me.id).toBe(ada.id);
    await late.close();
  });
});

/** What the command does, at the time of this installation. */
async function leakedRotation(): Promise<void> {
  const needs = gateway.inner.services;
  const { keys } = await readKeys(needs);
  expect(await makeKey(needs, keys.at(-1)!.number, { ...AFTER_A_LEAK, algorithm: 'ES256' })).toBe(true);
}

describe('an attacker with the database but without SERVER_SECRET', () => {
  const insert = (kid: string, sealed: string) =>
    gateway.database.sql(
      `insert into signing_keys select max(number) + 1, $1, $2, now(), min(active_from) from signing_keys`,
      [kid, sealed],
    );
  afterEach(() => gateway.database.sql(`delete from signing_keys where number > $1`, [newest]));
  let newest = 0;
  beforeAll(async () => {
    const [row] = await gateway.database.sql<{ number: number }>('select max(number) as number from signing_keys');
    newest = row!.number;
  });

  test('finds no private key there', async () => {
    const rows = await gateway.database.sql<{ sealed_key: string }>('select * from signing_keys');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/PRIVATE|BEGIN/);
    for (const { sealed_key: sealed } of rows)
      expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/PRIVATE|BEGIN/);
  });

  test.each([
    ['as it is', (pem: string) => pem],
    ['encrypted with another secret', (pem: string, kid: string) => encrypt(sealKeyOf('another'), pem, kid)],
    ['encrypted for another kid', (pem: string) => encrypt(sealKeyOf(SECRET), pem, 'k'.repeat(43))],
  ])('cannot make a key of their own trusted: %s', async (_, seal) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kid } = verificationKeyOf(publicKey)!;
    const ada = await signedInPerson(gateway);
    const { header, payload } = decode(ada.accessToken);
    await insert(kid, seal(privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, kid));
    await readAgain();
    for (const each of both) {
      expect(await publishedKids(each)).toEqual([header.kid]);
      expectCode(await each.gql(ME, {}, { token: forge({ ...header, kid }, payload, privateKey) }), 'TOKEN_INVALID');
    }
    await expectAccepted(ada.accessToken);
    expect(gateway.log.text()).toMatch(/a signing key cannot be decrypted/);
  });

  test('cannot give a key another kid', async () => {
    const ada = await signedInPerson(gateway);
    const { header, payload } = decode(ada.accessToken);
    const kid = 'k'.repeat(43);
    await gateway.database.sql(
      `insert into signing_keys select number + 1, $1, sealed_key, created_at, active_from from signing_keys where kid = $2`,
      [kid, header.kid],
    );
    await readAgain();
    const token = forge({ ...header, kid }, payload, await stolenKey(gateway, header.kid));
    for (const each of both) expectCode(await each.gql(ME, {}, { token }), 'TOKEN_INVALID');
  });
});

describe('another SERVER_SECRET', () => {
  const SERVER_SECRET = 'ten cormorants on the harbour light';

  test('is a clear error at start, and makes no key', async () => {
    const before = await gateway.database.sql('select kid from signing_keys order by number');
    await expect(gateway.replica({ SERVER_SECRET })).rejects.toThrow(
      /SERVER_SECRET: the signing keys in PostgreSQL were encrypted with another one\. Set it back/,
    );
    expect(await gateway.database.sql('select kid from signing_keys order by number')).toEqual(before);
  });

  test('starts once the keys were replaced', async () => {
    const fresh = await startGateway(STORED_KEYS);
    await fresh.close();
    await keysCommand(['rotate', '--now'], { ...commandSettings, DATABASE_URL: fresh.database.url, SERVER_SECRET });
    const replaced = await fresh.replica({ SERVER_SECRET });
    const ada = await signedInPerson(replaced);
    expect(await publishedKids(replaced)).toContain(kidOf(ada.accessToken));
    expect((await replaced.ask(ME, {}, { token: ada.accessToken })).me.id).toBe(ada.id);
  });
});

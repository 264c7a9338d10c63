import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Clock } from '../../src/platform/clock.js';
import type { Database, Sql } from '../../src/platform/database.js';
import type { KeyRing } from '../../src/keys/key-ring.js';
import type { Algorithm } from '../../src/config/key-settings.js';
import { createSecrets } from '../../src/keys/keys.js';
import { openStoredKeyRing } from '../../src/keys/stored-key-ring.js';
import { fakeClock, wrongClock } from '../support/clock.js';
import { cloneDatabase } from '../support/database.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { quietLog } from '../support/quiet-log.js';
import { SECRET } from '../support/stored-keys.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let database: Database;
const rings: KeyRing[] = [];
beforeAll(async () => {
  database = await openTestDatabase((await cloneDatabase()).url);
});
afterEach(async () => {
  await Promise.all(rings.splice(0).map((ring) => ring.close()));
  await database.sql('forget_keys', 'delete from signing_keys', []);
});
afterAll(() => database.close());

interface Given {
  clock?: Clock;
  sql?: Sql;
  keyRotation?: number;
  signingAlgorithm?: Algorithm;
}

async function openRing(given: Given = {}): Promise<KeyRing> {
  const { clock = fakeClock(), sql = database.sql, keyRotation = DAY, signingAlgorithm = 'ES256' } = given;
  const keys = createSecrets({ serverSecret: SECRET, keysDir: null, nodeEnv: 'production' });
  const ring = await openStoredKeyRing({
    sql,
    clock,
    keys,
    log: quietLog().log,
    config: { keyRotation, signingAlgorithm },
  });
  rings.push(ring);
  return ring;
}

const kidsOf = (ring: KeyRing) => ring.published().map(({ kid }) => kid);

test('processes that start at once make one key', async () => {
  const opened = await Promise.all(Array.from({ length: 8 }, () => openRing()));
  const { kid } = opened[0]!.signing();
  for (const ring of opened) expect([ring.signing().kid, kidsOf(ring)]).toEqual([kid, [kid]]);
});

test('a process that read the time before another one made the first key uses that key', async () => {
  const early = new Date(Date.now() - 50);
  const { kid } = (await openRing()).signing();
  const ring = await openRing({ clock: { now: () => early, forDatabase: () => early } });
  expect([ring.signing().kid, kidsOf(ring)]).toEqual([kid, [kid]]);
});

test('processes that rotate at once make one next key', async () => {
  const clock = fakeClock();
  const opened = await Promise.all(Array.from({ length: 8 }, () => openRing({ clock })));
  clock.advance(23 * HOUR);
  await Promise.all(opened.map((ring) => ring.read()));
  const published = opened.map(kidsOf);
  expect(published[0]).toHaveLength(2);
  for (const kids of published) expect(kids).toEqual(published[0]);
});

test('a process whose clock is wrong signs with the key of the others', async () => {
  const first = (await openRing()).signing().kid;
  await database.sql(
    'next_key_due',
    `update signing_keys set active_from = active_from - interval '1 day' + interval '59 minutes'`,
    [],
  );
  // The next key signs in an hour: no clock may hasten it, or keep the first one alive.
  for (const hours of [-30, 0, 30]) {
    const ring = await openRing({ clock: wrongClock(hours * HOUR) });
    expect([ring.signing().kid, kidsOf(ring).length]).toEqual([first, 2]);
    expect(ring.trusted(first)).toBeDefined();
  }
});

test('an answer that comes late makes no process trust a retired key for longer', async () => {
  const clock = fakeClock();
  let answers = Promise.resolve();
  const slow: Sql = async (name, text, params) => {
    const rows = await database.sql(name, text, params);
    await answers;
    return rows as never;
  };
  const ring = await openRing({ clock, sql: slow });
  const { kid } = ring.signing();
  await database.sql('retire_soon', `update signing_keys set retired_at = $1`, [
    new Date(clock.now().getTime() + HOUR),
  ]);
  let answer!: () => void;
  answers = new Promise((resolve) => (answer = resolve));
  const reading = ring.read();
  clock.advance(HOUR);
  answer();
  await reading;
  expect(ring.trusted(kid)).toBeUndefined();
});

test('with KEY_ROTATION=off no next key is made', async () => {
  const clock = fakeClock();
  const ring = await openRing({ clock, keyRotation: Infinity });
  const { kid } = ring.signing();
  clock.advance(3000 * DAY);
  await ring.read();
  expect([ring.signing().kid, ...kidsOf(ring)]).toEqual([kid, kid]);
});

test('with another SIGNING_ALGORITHM the next key is of it: both are published, and it signs an hour later', async () => {
  const clock = fakeClock();
  const former = (await openRing({ clock })).signing();
  const ring = await openRing({ clock, signingAlgorithm: 'RS256' });
  expect(ring.published().map(({ algorithm }) => algorithm)).toEqual(['ES256', 'RS256']);
  expect(ring.signing().kid).toBe(former.kid);
  clock.advance(HOUR);
  await ring.read();
  expect(ring.signing().algorithm).toBe('RS256');
  expect(ring.trusted(former.kid)).toBeDefined();
});

test('processes that want different algorithms make no key for each reading', async () => {
  const clock = fakeClock();
  const rings = [await openRing({ clock }), await openRing({ clock, signingAlgorithm: 'RS256' })];
  for (let reading = 0; reading < 5; reading += 1) for (const ring of rings) await ring.read();
  expect(kidsOf(rings[0]!)).toHaveLength(2);
});

test('an installation that was away for months goes on with its key, and rotates', async () => {
  const clock = fakeClock();
  const { kid } = (await openRing({ clock })).signing();
  clock.advance(90 * DAY);
  const ring = await openRing({ clock });
  expect(ring.signing().kid).toBe(kid);
  expect(kidsOf(ring)).toHaveLength(2);
});

test('a restored database whose keys have all been retired gets a new one at once', async () => {
  const { kid } = (await openRing()).signing();
  await database.sql('retire_keys', 'update signing_keys set retired_at = now()', []);
  const ring = await openRing();
  expect(ring.signing().kid).not.toBe(kid);
  expect(kidsOf(ring)).toEqual([ring.signing().kid]);
  expect(ring.trusted(kid)).toBeUndefined();
});

test('kids that strangers invent cause two readings a second at most, and a retired one none', async () => {
  let readings = 0;
  const counting: Sql = (name, text, params) => {
    readings += 1;
    return database.sql(name, text, params);
  };
  const retired = (await openRing()).signing().kid;
  await database.sql('retire_keys', 'update signing_keys set retired_at = now()', []);
  const ring = await openRing({ sql: counting });
  // It reads no more by itself, which would count where the machine is slow.
  await ring.close();
  const opening = readings;
  await ring.lookFor(retired);
  await ring.lookFor('not even the form of one');
  expect(readings).toBe(opening);
  await ring.lookFor(randomBytes(32).toString('base64url'));
  await Promise.all(Array.from({ length: 50 }, () => ring.lookFor(randomBytes(32).toString('base64url'))));
  expect(readings).toBe(opening + 2);
});

test('a database that is away refuses no token; a kid that cannot be looked for is an error, and not a verdict', async () => {
  const clock = fakeClock();
  let away = false;
  const failing: Sql = (name, text, params) =>
    away ? Promise.reject(new Error('away')) : database.sql(name, text, params);
  const ring = await openRing({ clock, sql: failing });
  const { kid } = ring.signing();
  clock.advance(23 * HOUR);
  await ring.read();
  away = true;
  await expect(ring.read()).rejects.toThrow('away');
  await expect(ring.lookFor('k'.repeat(43))).rejects.toThrow('away');
  expect([ring.signing().kid, ring.trusted(kid)?.kid]).toEqual([kid, kid]);
  // The switch needs no reading.
  clock.advance(HOUR);
  expect(ring.signing().kid).not.toBe(kid);
  expect(ring.trusted(kid)?.kid).toBe(kid);
});

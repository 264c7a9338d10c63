import { beforeAll, describe, expect, test } from '@jest/globals';
import { commandHere } from '../support/command-here.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { testWith } from '../support/not-run.js';
import { LOGIN, newEmail, type SignedInPerson, signedInPerson } from '../support/people.js';

const { TEST_REDIS_URL: redisUrl } = process.env;
const check = testWith(Boolean(redisUrl), 'limits:show and limits:clear', 'no Redis');

let gateway: TestGateway;
let ada: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway({ LIMITS_FACTOR: '1', LIMIT_LOGIN_ACCOUNT: '2/1m/10m/12h' });
  ada = await signedInPerson(gateway);
});

const limits = (what: 'show' | 'clear', ...args: string[]) =>
  commandHere([`limits:${what}`, ...args], {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    LIMIT_LOGIN_ACCOUNT: '2/1m/10m/12h',
    DATABASE_URL: gateway.database.url,
    KEYS_DIR: gateway.config.keysDir ?? '',
    REDIS_PREFIX: gateway.config.redisPrefix,
    ...(redisUrl && { REDIS_URL: redisUrl }),
  });
const shown = async (...args: string[]) => JSON.parse((await limits('show', ...args, '--json')).stdout).limits;
const signIn = async (identifier: string, password: string) =>
  (await gateway.gql(LOGIN, { input: { identifier, password } })).errors[0]?.extensions.code;

describe('limits of an account', () => {
  check('are shown by its address and its id, and one that is cleared lets its owner in', async () => {
    for (let tries = 0; tries < 2; tries += 1) expect(await signIn(ada.email, 'wrong one')).toBe('INVALID_CREDENTIALS');
    expect(await signIn(ada.email, ada.password)).toBe('RATE_LIMITED');
    const counted = { limit: 'login.account', key: ada.email, count: 2, of: 2, period: null };
    for (const named of [ada.email.toUpperCase(), ada.id]) {
      const found = await shown('--account', named);
      expect(found).toContainEqual({ ...counted, wait: expect.any(Number) });
      expect(found).toContainEqual({ limit: 'login.person', key: ada.id, count: 2, of: 20, period: 900_000, wait: 0 });
      expect(found.find((one: typeof counted) => one.limit === 'login.account').wait).toBeGreaterThan(50_000);
    }
    const { stdout } = await limits('show', '--account', ada.id);
    expect(stdout).toMatch(/^login\.account {2}\S+ {2}2, 2 free, refuses for (5\d|60)s$/m);
    const cleared = await limits('clear', '--account', ada.id);
    expect(cleared.stdout).toMatch(/^login\.account {2}\S+ {2}2, 2 free, cleared$/m);
    expect(await shown('--account', ada.id)).toEqual([]);
    expect(await signIn(ada.email, ada.password)).toBeUndefined();
    const events = await gateway.database.sql(
      `select subject_id, ip_address, details from audit_events where action = 'clearLimits'`,
    );
    const details = { of: 'account', limits: expect.arrayContaining(['login.account', 'login.person']) };
    expect(events).toEqual([{ subject_id: ada.id, ip_address: null, details }]);
  });

  check('also of an address without an account', async () => {
    const email = newEmail();
    await signIn(email, 'wrong one');
    expect(await shown('--account', email)).toContainEqual(expect.objectContaining({ key: email, count: 1 }));
  });
});

check('limits of a network address are shown and cleared, and the event does not keep the address', async () => {
  await signIn(newEmail(), 'wrong one');
  const found = await shown('--address', '127.0.0.1');
  expect(found).toContainEqual(expect.objectContaining({ limit: 'login.address', key: '127.0.0.1', of: 100 }));
  expect((await limits('clear', '--address', '127.0.0.1')).code).toBe(0);
  expect((await limits('show', '--address', '127.0.0.1')).stdout).toBe('No limit has counted anything.\n');
  const [event] = await gateway.database.sql<{ text: string }>(
    `select to_jsonb(e)::text as text from audit_events e where action = 'clearLimits' and subject_id is null`,
  );
  expect(event!.text).toContain('login.address');
  expect(event!.text).not.toContain('127.0.0.1');
});

test('without Redis it says that no other process can know', async () => {
  const { code, errors } = await commandHere(['limits:show', '--address', '192.0.2.1'], { NODE_ENV: 'test' });
  expect(code).toBe(1);
  expect(errors).toMatch(/^REDIS_URL is not set: limits are in the memory of each process/);
});

check.each([
  [[], 2, 'Give either --account or --address'],
  [['--account', 'ada@example.com', '--address', '192.0.2.1'], 2, 'Give either --account or --address'],
  [['--address', 'example.com'], 1, 'example.com is not an IP address.'],
  [['--account', 'ada'], 1, 'ada is neither the id of a user nor an e-mail address.'],
])('%j is refused in a sentence', async (args, expected, sentence) => {
  for (const what of ['show', 'clear'] as const) {
    const { code, errors } = await limits(what, ...args);
    expect(code).toBe(expected);
    expect(errors).toContain(sentence);
  }
});

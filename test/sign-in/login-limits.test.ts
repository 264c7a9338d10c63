import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, type Registered, registeredPerson, STRONG_PASSWORD } from '../support/people.js';

// A machine that stands still for a second makes Redis time out, and each process then counts for itself. It does so once.
jest.retryTimes(2);

let wide: TestGateway;
let strict: TestGateway;
beforeAll(async () => {
  wide = await startGateway();
  strict = await wide.replica({ LIMITS_FACTOR: '1', REDIS_PREFIX: `${wide.config.redisPrefix}strict:` });
});

const WRONG = 'nine quiet harbours under snow';

const login = (identifier: string, password: string, headers = {}, at = strict) =>
  at.gql(LOGIN, { input: { identifier, password } }, { headers });
const codesOf = (answers: { errors: { extensions: { code: string } }[] }[]) =>
  answers.map(({ errors }) => errors[0]?.extensions.code ?? 'SignedIn');
const count = (codes: string[], wanted: string) => codes.filter((code) => code === wanted).length;

/** How many passwords the gateway has hashed or compared so far. */
async function comparisons(at: TestGateway): Promise<number> {
  const text = await (await at.http('/metrics')).text();
  return Number(/sallyport_password_work_seconds_count\{[^}]*kind="hash"[^}]*\} (\d+)/.exec(text)?.[1] ?? 0);
}

const field = (name: string, password: string) =>
  `${name}: login(input: { identifier: "ada@example.com", password: "${password}" }) { __typename }`;
const fifty = Array.from({ length: 50 }, (_, index) => field(`a${index}`, `${WRONG} ${index}`));

describe('many guesses in one request are refused as a whole, none is looked at:', () => {
  test.each([
    ['fifty aliases', `mutation { ${fifty.join('\n')} }`],
    ['two aliases', `mutation { ${fifty.slice(0, 2).join('\n')} }`],
    ['two in a fragment', `mutation { ...F } fragment F on Mutation { ${fifty.slice(0, 2).join('\n')} }`],
    ['one here, one in a fragment', `mutation { ${fifty[0]} ...F } fragment F on Mutation { ${fifty[1]} }`],
    ['two in an inline fragment', `mutation { ... on Mutation { ${fifty.slice(0, 2).join('\n')} } }`],
    ['one and __typename', `mutation { ${fifty[0]} __typename ${fifty[1]} }`],
  ])('%s', async (_what, query) => {
    const before = await comparisons(wide);
    const { status, errors, data } = await wide.gql(query);
    expect(status).toBe(400);
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['GRAPHQL_VALIDATION_FAILED']));
    expect(data).toBeUndefined();
    expect(await comparisons(wide)).toBe(before);
    expect(await wide.database.sql(`select id from audit_events where action = 'login'`)).toEqual([]);
  });

  test('an array of requests', async () => {
    const before = await comparisons(wide);
    const body = fifty.map((one) => ({ query: `mutation { ${one} }` }));
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    expect((await wide.http('/graphql', init)).status).toBe(400);
    expect(await comparisons(wide)).toBe(before);
  });

  test('while one login is one comparison', async () => {
    const before = await comparisons(wide);
    await wide.gql(`mutation { ${fifty[0]} }`);
    expect(await comparisons(wide)).toBe(before + 1);
  });
});

describe('guesses at one account', () => {
  let person: Registered;
  beforeAll(async () => {
    person = await registeredPerson(wide);
  });

  test('sixty at once: at most twenty are compared, and neither header nor identifier lifts that', async () => {
    const before = await comparisons(strict);
    const guess = (_: unknown, index: number) => {
      const address = `203.0.113.${index}`;
      const headers = { 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address };
      const spelling = [person.email, person.email.toUpperCase(), ` ${person.email}`][index % 3]!;
      return login(spelling, `${WRONG} ${index}`, headers);
    };
    const answers = await Promise.all(Array.from({ length: 60 }, guess));
    const codes = codesOf(answers);
    expect(count(codes, 'INVALID_CREDENTIALS')).toBeLessThanOrEqual(20);
    // On a busy machine the queue for hashing refuses some too.
    expect(new Set(codes.filter((code) => code !== 'SERVICE_UNAVAILABLE'))).toEqual(
      new Set(['INVALID_CREDENTIALS', 'RATE_LIMITED']),
    );
    expect((await comparisons(strict)) - before).toBe(count(codes, 'INVALID_CREDENTIALS'));
    const refused = answers.find(({ errors }) => errors[0]?.extensions.code === 'RATE_LIMITED')!;
    expect(refused.errors[0]!.extensions.retryAfter).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBe(refused.errors[0]!.extensions.retryAfter);
  });

  test('do not keep the owner out: after the wait the right password signs in, and all is forgotten', async () => {
    const { errors } = await login(person.email, person.password);
    await sleep((errors[0]?.extensions.retryAfter ?? 0) * 1000);
    expect(codesOf([await login(person.email, person.password)])).toEqual(['SignedIn']);
    expect(codesOf([await login(person.email, WRONG)])).toEqual(['INVALID_CREDENTIALS']);
    expect(codesOf([await login(person.email, person.password)])).toEqual(['SignedIn']);
  });

  test('wait twice as long each time; meanwhile the right password is refused too, and no one else waits', async () => {
    // In memory the limits go by the gateway's clock, which a test can move.
    const alone = await wide.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    const [victim, other] = [await registeredPerson(wide), await registeredPerson(wide)];
    for (let times = 0; times < 5; times++) await login(victim.email, WRONG, {}, alone);
    for (const seconds of [1, 2, 4, 8]) {
      alone.clock.advance(seconds * 1000);
      expect(codesOf([await login(victim.email, WRONG, {}, alone)])).toEqual(['INVALID_CREDENTIALS']);
    }
    const right = await login(victim.email, victim.password, {}, alone);
    expect(codesOf([right, await login(victim.email, WRONG, {}, alone)])).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    expect(right.errors[0]!.extensions.retryAfter).toBeGreaterThan(8);
    expect(codesOf([await login(other.email, other.password, {}, alone)])).toEqual(['SignedIn']);
    alone.clock.advance(16_000);
    expect(codesOf([await login(victim.email, victim.password, {}, alone)])).toEqual(['SignedIn']);
  });

  test('an account that does not exist is throttled alike', async () => {
    const unknown = newEmail();
    const codes = codesOf(await Promise.all(Array.from({ length: 20 }, () => login(unknown, WRONG))));
    // Five, and one for each second that a busy machine takes.
    expect(count(codes, 'INVALID_CREDENTIALS')).toBeLessThan(10);
    expect(count(codes, 'INVALID_CREDENTIALS') + count(codes, 'RATE_LIMITED')).toBe(20);
    expect(count(codes, 'INVALID_CREDENTIALS')).toBeGreaterThanOrEqual(5);
  });
});

test('right passwords are no guesses: twenty at once, in two processes, all get in', async () => {
  const settings = { LIMITS_FACTOR: '1', REDIS_PREFIX: `${wide.config.redisPrefix}right:` };
  const [first, second] = [await wide.replica(settings), await wide.replica(settings)];
  const person = await registeredPerson(wide);
  for (let times = 0; times < 4; times++) await login(person.email, WRONG, {}, first);
  const names = [person.email, person.username];
  const twenty = Array.from({ length: 20 }, (_, index) =>
    login(names[index % 2]!, person.password, {}, index % 3 ? first : second),
  );
  expect(count(codesOf(await Promise.all(twenty)), 'SignedIn')).toBe(20);
});

// In memory: a Redis that is slow for a moment, beside other work, would have each store count a part.
describe('one network', () => {
  test('that tries one password on many accounts is stopped, spoofed addresses or not', async () => {
    const tight = await wide.replica({ LIMITS_FACTOR: '0.1', REDIS_URL: '' });
    const codes: string[] = [];
    for (let index = 0; index < 14; index++) {
      const headers = { 'x-forwarded-for': `198.51.100.${index}` };
      codes.push(...codesOf([await login(newEmail(), WRONG, headers, tight)]));
    }
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(10);
    expect(codes.slice(10)).toEqual(['RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED', 'RATE_LIMITED']);
  });

  test('of people who know their passwords is not', async () => {
    const tight = await wide.replica({ LIMITS_FACTOR: '0.1', REDIS_URL: '' });
    const { email } = await registeredPerson(wide);
    const codes: string[] = [];
    for (let index = 0; index < 15; index++) {
      codes.push(...codesOf([await login(email, STRONG_PASSWORD, {}, tight)]));
    }
    expect(count(codes, 'SignedIn')).toBe(15);
  });

  test('is distinguished by X-Forwarded-For if a proxy is trusted, and only then', async () => {
    const behind = await wide.replica({ LIMITS_FACTOR: '0.1', TRUST_PROXY: '1', REDIS_URL: '' });
    for (let index = 0; index < 11; index++) {
      await login(newEmail(), WRONG, { 'x-forwarded-for': '198.51.100.7' }, behind);
    }
    const [same, another] = [
      await login(newEmail(), WRONG, { 'x-forwarded-for': '198.51.100.7' }, behind),
      await login(newEmail(), WRONG, { 'x-forwarded-for': '198.51.100.8' }, behind),
    ];
    expect(codesOf([same, another])).toEqual(['RATE_LIMITED', 'INVALID_CREDENTIALS']);
  });

  test('is one IPv4 address each of the clients behind a NAT64', async () => {
    const behind = await wide.replica({ LIMITS_FACTOR: '0.1', TRUST_PROXY: '1', REDIS_URL: '' });
    const from = (client: number) => ({ 'x-forwarded-for': `64:ff9b::c000:2${client.toString(16).padStart(2, '0')}` });
    const codes: string[] = [];
    for (let client = 1; client <= 22; client++)
      codes.push(...codesOf([await login(newEmail(), WRONG, from(client), behind)]));
    expect(count(codes, 'INVALID_CREDENTIALS')).toBe(22);
    for (let times = 0; times < 9; times++) await login(newEmail(), WRONG, from(1), behind);
    const again = [await login(newEmail(), WRONG, from(1), behind), await login(newEmail(), WRONG, from(2), behind)];
    expect(codesOf(again)).toEqual(['RATE_LIMITED', 'INVALID_CREDENTIALS']);
  });
});

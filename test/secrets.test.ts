import { beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLArgument, GraphQLInputField } from 'graphql';
import { buildGatewaySchema } from '../src/api/graphql/schema.js';
import { FEATURES, gather } from '../src/features.js';
import { createSecrets } from '../src/keys/keys.js';
import { hmac } from '../src/platform/crypto.js';
import { expectCode } from './support/client.js';
import type { TestGateway } from './support/gateway.js';
import type { OpenIdProvider } from './support/openid-provider.js';
import { admin, VERIFY_OTP } from './support/people.js';
import { getNamedType, isInputObjectType, isScalarType } from './support/product-packages.js';
import { NEW_PASSWORD, RESET_PASSWORD } from './support/recovery.js';
import { RESOURCE_SERVERS } from './support/resource-server.js';
import { COPROCESSOR } from './support/router-calls.js';
import { startWithProvider } from './support/provider-gateway.js';
import { FEDERATION_SECRET } from './support/router.js';
import { TAKING } from './support/secret-consumers.js';
import { METRICS_TOKEN, newPurse, type Purse } from './support/secrets.js';
import { type Consumer, CONSUMERS, KEYS, KINDS, type Kind } from './support/secrets-table.js';
import { printSecrets } from './support/print-secrets.js';
import { readText, sourceFiles } from './support/source-tree.js';

const consumers = Object.keys(CONSUMERS) as Consumer[];
const accepts = (consumer: Consumer): readonly Kind[] => CONSUMERS[consumer];

describe('the table', () => {
  test('names every argument of an operation that takes a secret', () => {
    const schema = buildGatewaySchema();
    const found = [schema.getQueryType(), schema.getMutationType()]
      .flatMap((type) => Object.values(type!.getFields()))
      .flatMap(({ name, args }) => args.flatMap(secretsIn).map((field) => `${name}: ${field}`));
    expect(found.sort()).toEqual(consumers.filter((name) => /^\w+: \w+$/.test(name)).sort());
  });

  test('names every field of a page that a mail link fills in', () => {
    const found = gather(FEATURES, 'pages').flatMap(({ path, fields }) =>
      Object.entries(fields).flatMap(([field, { from }]) => (from === 'person' ? [] : [`${path}: ${field}`])),
    );
    expect(found.sort()).toEqual(consumers.filter((name) => name.startsWith('/') && !name.includes('header')).sort());
  });

  test('names every cookie, and every header that authorizes', () => {
    const named = (what: string) =>
      new Set(consumers.map((name) => name.toLowerCase().split(`${what} \``)[1]?.slice(0, -1)).filter(Boolean));
    const [, names = ''] = /const NAMES: .*? = \[(.*)\]/.exec(readText('src/api/http/cookies.ts') ?? '') ?? [];
    expect(
      new Set(
        names
          .replace(/'/g, '')
          .split(', ')
          .map((name) => `sallyport-${name}`),
      ),
    ).toEqual(named('cookie'));
    const header = /headers(?:\.|\[')([a-z-]*(?:auth|key|token|secret)[a-z-]*)/g;
    const read = sourceFiles(/^src\//).flatMap(({ code }) => [...code.matchAll(header)].map(([, name]) => name));
    expect(new Set(read)).toEqual(named('header'));
  });

  test('names every key that is derived, and the one folder that uses it', () => {
    const uses = sourceFiles(/^src\//).flatMap(({ path, code }) =>
      [...code.matchAll(/\b(?:secrets?For|sealedValues)\(\s*['`]([^'`]+)['`]/g)].map(
        ([, key]) => `${key!.replace('${purpose}', 'PURPOSE')} in ${path.split('/')[1]}`,
      ),
    );
    const table = Object.entries(KEYS).map(([key, { folder }]) => `${key} in ${folder}`);
    expect([...new Set(uses)].sort()).toEqual(table.sort());
  });

  test('names every table that holds the hash of a secret, and every purpose a challenge is issued for', () => {
    const apart = Object.values(KINDS).map(({ of }) => of);
    const tables = sourceFiles(/\.entity\.ts$/)
      .filter(({ code }) => /(token|code|secret|key)Hash!: Buffer/i.test(code))
      .map(({ code }) => /tableName: '(\w+)'/.exec(code)?.[1]);
    const purposes = sourceFiles(/^src\//).flatMap(({ code }) =>
      [...code.matchAll(/purpose: ChallengePurpose\.(\w+)/g)].map(([, purpose]) => purpose),
    );
    expect(Math.min(tables.length, purposes.length)).toBeGreaterThan(0);
    const named = [...tables, ...purposes].map((name) => `\`${name}\``);
    expect(named.filter((name) => !apart.some((text) => text.includes(name)))).toEqual([]);
  });

  test('is printed in docs/secrets.md', () => {
    const document = readText('docs/secrets.md') ?? '';
    expect(document).toContain('| taken by |');
    expect(document).toBe(printSecrets(document));
  });
});

/** The text fields of an argument whose name is that of a secret, through input objects. An id names something and opens nothing. */
function secretsIn({ name, type }: GraphQLArgument | GraphQLInputField): string[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) return Object.values(named.getFields()).flatMap(secretsIn);
  return isScalarType(named) &&
    !name.endsWith('Id') &&
    /token|code|otp|secret|state|key|link|cookie|assertion|credential|ticket/i.test(name)
    ? [name]
    : [];
}

let gateway: TestGateway;
let adminToken: string;
let provider: OpenIdProvider;
let purse: Purse;
let secrets: Map<Kind, string>;
beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider({
    FEDERATION_SECRET,
    METRICS_TOKEN,
    ...RESOURCE_SERVERS,
    ...COPROCESSOR,
  }));
  adminToken = (await admin(gateway)).accessToken;
  purse = newPurse(gateway, adminToken, provider);
  secrets = await purse.all();
}, 120_000);

/** What a secret could have been used up in, as far as it is still good. */
const good = () =>
  gateway.database.sql<{ what: string }>(`
    select 'challenge ' || id as what from challenges where answered_at is null
    union all select 'refresh token ' || id from refresh_tokens where used_at is null
    union all select 'session ' || id from sessions where ended_at is null
    union all select 'recovery code ' || id from recovery_codes where used_at is null
    union all select 'step ' || id || last_step from totp_factors
    union all select 'change of address ' || id from email_changes where undone_at is null`);

describe('a secret', () => {
  test('of each kind is another string', () => {
    expect(secrets.size).toBe(Object.keys(KINDS).length);
    expect(new Set(secrets.values()).size).toBe(secrets.size);
  });

  test.each(consumers)('of another kind is refused by %s, and not used up', async (consumer) => {
    const { refuses, misses = refuses, offer } = TAKING[consumer];
    const before = await good();
    const others = [...secrets].filter(([kind]) => !accepts(consumer).includes(kind));
    const outcomes = [];
    // Not all at once: the estimate of so many passwords would be refused as too much.
    for (let begin = 0; begin < others.length; begin += 6) {
      const some = others.slice(begin, begin + 6);
      // What is compared costs a try: here none may run out.
      await gateway.database.sql('update challenges set attempts_left = 5');
      outcomes.push(
        ...(await Promise.all(
          some.map(async ([kind, secret]) => [kind, await offer(gateway, purse, secret, kind)] as const),
        )),
      );
    }
    const expected = (outcome: string) => [refuses, misses, 'BAD_USER_INPUT'].includes(outcome);
    expect(outcomes.filter(([, found]) => found.length === 0 || !found.every(expected))).toEqual([]);
    const after = new Set((await good()).map(({ what }) => what));
    expect(before.filter(({ what }) => !after.has(what))).toEqual([]);
  });

  // A code is accepted by the same request as its token.
  const whole = consumers.filter((consumer) => !consumer.endsWith(': code'));
  const own = whole.flatMap((consumer) => accepts(consumer).map((kind): [Consumer, Kind] => [consumer, kind]));
  test.each(own)('is accepted by %s: %s', async (consumer, kind) => {
    const fresh = newPurse(gateway, adminToken, provider);
    const secret = await fresh.secret(kind);
    // Past the pause between two mails with codes.
    if (consumer.startsWith('resendOtp')) gateway.clock.advance(31_000);
    expect(await TAKING[consumer].offer(gateway, fresh, secret, kind)).toEqual(['accepted']);
  });
});

test('a code is not valid for another purpose, even if the row of its challenge says so', async () => {
  const fresh = newPurse(gateway, adminToken, provider);
  const challengeToken = await fresh.secret('token to verify an address');
  const code = await fresh.secret('code to verify an address');
  const input = { challengeToken, code, newPassword: NEW_PASSWORD };
  const { id } = await challengeOf(challengeToken);
  const become = (purpose: string) =>
    gateway.database.sql('update challenges set purpose = $2 where id = $1', [id, purpose]);
  await become('RESET_PASSWORD');
  expectCode(await gateway.gql(RESET_PASSWORD, { input }), 'INVALID_CODE');
  await become('VERIFY_EMAIL');
  expect((await gateway.gql(VERIFY_OTP, { input: { challengeToken, code } })).errors).toEqual([]);
});

test('the code of an invitation that the version before sent is still right', async () => {
  const fresh = newPurse(gateway, adminToken, provider);
  const { id } = await challengeOf(await fresh.secret('token of an invitation'));
  const key = createSecrets(gateway.config).secretFor('one-time-code');
  const code = await fresh.secret('code of an invitation');
  await gateway.database.sql('update challenges set code_hash = $2 where id = $1', [id, hmac(key, id, code)]);
  expect(await TAKING['/accept-invitation: code'].offer(gateway, fresh, code, 'code of an invitation')).toEqual([
    'accepted',
  ]);
});

async function challengeOf(token: string): Promise<{ id: string }> {
  const [row] = await gateway.database.sql<{ id: string }>(
    `select id from challenges where token_hash = sha256(convert_to($1, 'UTF8'))`,
    [token],
  );
  return row!;
}

test('the code of an invitation answers no reset, and that of a reset no invitation', async () => {
  await gateway.database.sql('update challenges set attempts_left = 5');
  const { offer } = TAKING['resetPassword: code'];
  for (const [token, code] of [
    ['token of a reset', 'code of an invitation'],
    ['token of an invitation', 'code of a reset'],
  ] as const) {
    const crossed = { ...purse, secret: () => purse.secret(token) };
    expect(await offer(gateway, crossed, await purse.secret(code), code)).toEqual(['INVALID_CODE']);
  }
});

import { randomInt } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { TestGateway } from '../support/gateway.js';
import type { OpenIdProvider } from '../support/openid-provider.js';
import { LOGIN, newEmail, REGISTER, registeredPerson } from '../support/people.js';
import { complete, returned } from '../support/provider-flow.js';
import { newAccount, startWithProvider } from '../support/provider-gateway.js';
import { compare } from './compare.js';

const PAIRS = Number(process.env.TIMING_PAIRS ?? 80);
const WARM_UP = 15;
/** Not that of whom the address belongs to. */
const REGISTERED = 'nine quiet harbours under snow';
const REQUEST_PASSWORD_RESET = /* GraphQL */ `
  mutation ($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      challengeToken
      sentTo
    }
  }
`;
const REQUEST_SIGN_IN_CODE = /* GraphQL */ `
  mutation ($input: RequestSignInCodeInput!) {
    requestSignInCode(input: $input) {
      challengeToken
      sentTo
    }
  }
`;

let gateway: TestGateway;
let provider: OpenIdProvider;
const known: string[] = [];
const unverified: string[] = [];
const suspended: string[] = [];

beforeAll(async () => {
  ({ gateway, provider } = await startWithProvider());
  for (const list of [known, suspended]) {
    for (let count = 0; count < 5; count += 1) list.push((await registeredPerson(gateway)).email);
  }
  await gateway.database.sql('UPDATE users SET suspended_at = now() WHERE email = ANY($1)', [suspended]);
  for (let count = 0; count < 5; count += 1) {
    const email = newEmail('unverified');
    await register(email)();
    unverified.push(email);
  }
  for (const email of known) await register(email)();
}, 60_000);

describe('the time of the answer does not reveal whether an account exists:', () => {
  const cases: [string, (email: string) => () => Promise<unknown>, string[]][] = [
    ['register, of a verified address', register, known],
    ['register, of an address that was never verified', register, unverified],
    ['login with a wrong password', login, known],
    ['login with a wrong password, of a suspended account', login, suspended],
    ['requestPasswordReset', requestPasswordReset, known],
    ['requestPasswordReset, of a suspended account', requestPasswordReset, suspended],
    ['requestSignInCode', requestSignInCode, known],
    ['requestSignInCode, of an address that was never verified', requestSignInCode, unverified],
    ['requestSignInCode, of a suspended account', requestSignInCode, suspended],
    ['requestPasswordReset, with a made-up device cookie', requestPasswordResetOnMadeUpDevice, known],
  ];

  test.each(cases)(
    '%s',
    (name, operation, people) =>
      expectAlike(
        name,
        () => operation(newEmail('nobody')),
        (turn) => operation(people[turn % people.length]!),
      ),
    120_000,
  );

  test('login with the password of a registration, of an address known or unknown', () => {
    const addresses = (list: string[]) => (turn: number) => loginAsRegistered(list[turn % list.length]!);
    return expectAlike('login as registered', addresses(unverified), addresses(known));
  }, 120_000);
});

test('nor does the time of completeProviderSignIn, for an address that the provider has not verified', () => {
  const ask = (email: string) => async () => {
    provider.account = newAccount({ email, email_verified: false });
    const { errors, data } = await complete(gateway, await returned(gateway, provider));
    if (data?.completeProviderSignIn.purpose !== 'LINK_IDENTITY') throw new Error(JSON.stringify(errors));
  };
  return expectAlike(
    'completeProviderSignIn',
    () => ask(newEmail('nobody')),
    (turn) => ask(known[turn % known.length]!),
  );
}, 240_000);

test('nor whether an account is suspended, of an address that the provider is trusted for', () => {
  const ask = (email: string) => async () => {
    provider.account = newAccount({ email });
    const { errors, data } = await complete(gateway, await returned(gateway, provider));
    if (data?.completeProviderSignIn.purpose !== 'LINK_IDENTITY') throw new Error(JSON.stringify(errors));
  };
  return expectAlike(
    'completeProviderSignIn, of a suspended account',
    (turn) => ask(known[turn % known.length]!),
    (turn) => ask(suspended[turn % suspended.length]!),
  );
}, 240_000);

async function expectAlike(name: string, ...sides: Parameters<typeof measure>): Promise<void> {
  const [strangers, accounts] = await measure(...sides);
  const { alike, gap, medians, z } = compare(strangers, accounts);
  const figures = `unknown ${medians[0].toFixed(2)} ms, known ${medians[1].toFixed(2)} ms, gap ${gap.toFixed(2)} ms, z ${z.toFixed(2)}`;
  process.stderr.write(`${name}: ${figures} (${PAIRS} pairs)\n`);
  expect({ figures, alike }).toEqual({ figures, alike: true });
}

describe('the measure itself', () => {
  const noise = (shift: number) => Array.from({ length: 60 }, () => 50 + shift + randomInt(-10_000, 10_000) / 1000);

  test('finds a difference of 12 ms in noise of 20 ms', () => {
    expect(compare(noise(0), noise(12))).toMatchObject({ alike: false });
    expect(compare(noise(12), noise(0))).toMatchObject({ alike: false });
  });

  test('finds none between samples of one distribution, whatever a few stragglers do', () => {
    expect(compare(noise(0), [...noise(0), 900, 1200, 3000])).toMatchObject({ alike: true });
  });
});

/** Interleaved, and in random order within each pair: what else the machine does falls on both alike. */
async function measure(
  first: (turn: number) => () => Promise<unknown>,
  second: (turn: number) => () => Promise<unknown>,
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = -WARM_UP; turn < PAIRS; turn += 1) {
    const order = randomInt(2) === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const side of order) {
      const ask = side === 0 ? first(turn + WARM_UP) : second(turn + WARM_UP);
      const begun = performance.now();
      await ask();
      if (turn >= 0) times[side].push(performance.now() - begun);
    }
  }
  return times;
}

function register(email: string) {
  return () => gateway.ask(REGISTER, { input: { email, password: REGISTERED } });
}

function loginAsRegistered(identifier: string) {
  return async () => {
    const { login } = await gateway.ask(LOGIN, { input: { identifier, password: REGISTERED } });
    if (login.__typename !== 'ChallengeRequired') throw new Error(JSON.stringify(login));
  };
}

function login(identifier: string) {
  return async () => {
    const { errors } = await gateway.gql(LOGIN, { input: { identifier, password: 'not the password of anybody' } });
    if (errors[0]?.extensions.code !== 'INVALID_CREDENTIALS') throw new Error(JSON.stringify(errors));
  };
}

/** The cookie of a device has to be looked up for the account that the address names. */
function requestPasswordResetOnMadeUpDevice(email: string) {
  const cookie = `sallyport-device=${'A'.repeat(22)}.${'B'.repeat(22)}`;
  return () => gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } }, { cookie });
}

function requestPasswordReset(email: string) {
  return () => gateway.ask(REQUEST_PASSWORD_RESET, { input: { email } });
}

function requestSignInCode(email: string) {
  return () => gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
}

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import type { Answer } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, VERIFY_OTP } from '../support/people.js';
import { REQUEST_PASSWORD_RESET, REQUEST_SIGN_IN_CODE } from '../support/recovery.js';
import { OTHER_PASSWORD } from '../support/registrations.js';

/*
 * A stranger who wants to know whether an address has an account combines operations: what one of them leaves behind, another
 * may tell. Each sequence of three is run against an address with an account and one without, step by step, and every answer
 * of the two must be the same but for tokens, times and request ids.
 */

const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken sentTo codeLength } }';

/** What the stranger has: the address, and the newest challenge. */
interface Attempt {
  email: string;
  challengeToken: string;
}

const OPERATIONS = {
  register: ({ email }: Attempt) => [REGISTER, { email, password: OTHER_PASSWORD }] as const,
  loginAsRegistered: ({ email }: Attempt) => [LOGIN, { identifier: email, password: OTHER_PASSWORD }] as const,
  loginWrong: ({ email }: Attempt) => [LOGIN, { identifier: email, password: 'not the password of anybody' }] as const,
  requestSignInCode: ({ email }: Attempt) => [REQUEST_SIGN_IN_CODE, { email }] as const,
  requestPasswordReset: ({ email }: Attempt) => [REQUEST_PASSWORD_RESET, { email }] as const,
  resendOtp: ({ challengeToken }: Attempt) => [RESEND, { challengeToken }] as const,
  wrongCode: ({ challengeToken }: Attempt) => [VERIFY_OTP, { challengeToken, code: '0000000' }] as const,
};
type Operation = keyof typeof OPERATIONS;
type Sequence = readonly Operation[];

const all = Object.keys(OPERATIONS) as Operation[];
const ASKING = new Set<Operation>(['register', 'requestSignInCode', 'requestPasswordReset']);

/** All but those that answer a challenge before there is one, or use a password before it is registered. */
const possible = (sequence: Sequence) =>
  sequence.every((operation, index) => {
    const before = sequence.slice(0, index);
    if (operation === 'loginAsRegistered') return before.includes('register');
    return !['resendOtp', 'wrongCode'].includes(operation) || before.some((one) => ASKING.has(one));
  });
const ofTwo = all.flatMap((one) => all.map((two): Sequence => [one, two])).filter(possible);
const ofThree = ofTwo.flatMap((two) => all.map((three): Sequence => two.concat(three))).filter(possible);

/** What else an account may be, as SQL on those of the addresses `$1`. */
const STANDINGS = {
  suspended: 'update users set suspended_at = now() where email = any($1)',
  'not verified': 'update users set email_verified_at = null where email = any($1)',
  'without a password': 'delete from passwords where user_id in (select id from users where email = any($1))',
  'with a second factor': `insert into totp_factors (id, user_id, name, created_at, secret, last_step)
    select gen_random_uuid(), id, 'App', now(), '', 0 from users where email = any($1)`,
};

let gateway: TestGateway;
let hash: string;
beforeAll(async () => {
  // The clock moves between the steps: past the pause between two codes.
  gateway = await startGateway({ OTP_COOLDOWN: '1s', DATABASE_POOL: '10' });
  const { id } = await registeredPerson(gateway);
  const [row] = await gateway.database.sql<{ hash: string }>('select hash from passwords where user_id = $1', [id]);
  hash = row!.hash;
});

/** Accounts, made behind the product's back: to open so many would take most of the time. */
async function accounts(emails: string[], standing?: keyof typeof STANDINGS): Promise<void> {
  await gateway.database.sql(
    `with made as (
       insert into users (id, email, email_verified_at, created_at, updated_at)
       select gen_random_uuid(), email, now(), now(), now() from unnest($1::text[]) as email returning id)
     insert into passwords (user_id, hash, changed_at) select id, $2, now() from made`,
    [emails, hash],
  );
  if (standing) await gateway.database.sql(STANDINGS[standing], [emails]);
}

function masked({ status, headers, text }: Answer<unknown>): unknown {
  const body = text
    .replace(/"challengeToken":"[\w-]{32}"/g, '"challengeToken":"…"')
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"time"')
    .replace(/"requestId":"[0-9a-f-]{36}"/g, '"requestId":"…"');
  return { status, headers: [...headers.keys()].sort(), body };
}

async function step(at: TestGateway, operation: Operation, attempt: Attempt): Promise<unknown> {
  const [document, input] = OPERATIONS[operation](attempt);
  let answer = await at.gql(document, { input });
  // On a busy machine the queue for hashing may be full: nothing was done then.
  for (let again = 0; again < 20 && answer.text.includes('"SERVICE_UNAVAILABLE"'); again += 1) {
    await sleep(500);
    answer = await at.gql(document, { input });
  }
  const [result] = Object.values<any>(answer.data ?? {});
  attempt.challengeToken = result?.challengeToken ?? attempt.challengeToken;
  return masked(answer);
}

/** @returns the sequences whose answers differ, with the answers */
async function differences(
  at: TestGateway,
  run: readonly Sequence[],
  standing?: keyof typeof STANDINGS,
): Promise<unknown[]> {
  const pairs = run.map((sequence) => ({
    sequence,
    known: { email: newEmail(), challengeToken: '-' },
    unknown: { email: newEmail(), challengeToken: '-' },
  }));
  await accounts(
    pairs.map(({ known }) => known.email),
    standing,
  );
  const found: unknown[] = [];
  for (const index of run[0]!.keys()) {
    for (let from = 0; from < pairs.length; from += 4) {
      await Promise.all(
        pairs.slice(from, from + 4).map(async ({ sequence, known, unknown }) => {
          const answers = await Promise.all([known, unknown].map((one) => step(at, sequence[index]!, one)));
          if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1])) found.push({ sequence, index, answers });
        }),
      );
    }
    gateway.clock.advance(2000);
  }
  return found;
}

test('no sequence of three operations reveals whether an address has an account', async () => {
  expect(ofThree.length).toBeGreaterThan(120);
  expect(await differences(gateway, ofThree)).toEqual([]);
}, 300_000);

test('nor where registration is closed', async () => {
  const closed = await gateway.replica({ REGISTRATION: 'closed' });
  const signingIn = ofThree.filter((sequence) => !sequence.includes('register'));
  expect(signingIn.length).toBeGreaterThan(30);
  expect(await differences(closed, signingIn)).toEqual([]);
}, 300_000);

test.each(Object.keys(STANDINGS) as (keyof typeof STANDINGS)[])(
  'no sequence of two operations tells of an account that is %s',
  async (standing) => {
    expect(ofTwo.length).toBeGreaterThan(20);
    expect(await differences(gateway, ofTwo, standing)).toEqual([]);
  },
  300_000,
);

test('the comparison finds an answer that differs', async () => {
  const attempts = [newEmail(), newEmail()].map((email) => ({ email, challengeToken: '-' }));
  await Promise.all(attempts.map((attempt) => step(gateway, 'requestSignInCode', attempt)));
  const [{ email }] = attempts as [Attempt, Attempt];
  await gateway.database.sql('update challenges set attempts_left = attempts_left - 1 where email = $1', [email]);
  const [one, other] = await Promise.all(attempts.map((attempt) => step(gateway, 'wrongCode', attempt)));
  expect(one).not.toEqual(other);
});

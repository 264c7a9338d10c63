import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, registeredPerson, VERIFY_OTP } from '../support/people.js';
import { askSignInCode, REQUEST_SIGN_IN_CODE } from '../support/recovery.js';
import { tapWire } from '../support/wire.js';

let gateway: TestGateway;
let closed: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ APP_URL: 'https://app.example.com/sign-in' });
  closed = await gateway.replica({ REGISTRATION: 'closed' });
});

const ask = (email: string, at = gateway, options = {}) => at.gql(REQUEST_SIGN_IN_CODE, { input: { email } }, options);
const verify = (input: object, at = gateway) => at.gql(VERIFY_OTP, { input });
const suspend = (id: string) => gateway.database.sql('update users set suspended_at = now() where id = $1', [id]);

async function suspendedPerson() {
  const person = await registeredPerson(gateway);
  await suspend(person.id);
  return person;
}

/** Addresses of each kind, none of which was registered. */
async function addresses(): Promise<Record<string, string>> {
  return {
    known: (await registeredPerson(gateway)).email,
    unknown: newEmail(),
    suspended: (await suspendedPerson()).email,
  };
}

/** Every row that a request leaves behind, by table. */
async function rowsBy(email: string, at: TestGateway): Promise<Record<string, number>> {
  const count = async () => {
    const [row] = await at.database.sql<Record<string, string>>(
      `select (select count(*) from challenges) as challenges, (select count(*) from mails) as mails,
              (select count(*) from pending_registrations) as pending,
              (select count(*) from pgboss.job where name = 'send-code') as jobs,
              (select count(*) from audit_events where action = 'requestSignInCode') as events`,
    );
    return row ?? {};
  };
  const before = await count();
  expect((await ask(email, at)).errors).toEqual([]);
  const after = await count();
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, Number(value) - Number(before[name])]));
}

const modes: [string, () => TestGateway][] = [
  ['where registration is open', () => gateway],
  ['where registration is closed', () => closed],
];

describe.each(modes)('of a known, an unknown and a suspended address, %s,', (mode, at) => {
  test('the answer has the same form', async () => {
    const answers = [];
    for (const email of Object.values(await addresses())) {
      const { data, errors, status, headers } = await ask(email, at());
      const { challengeToken, expiresAt, resendAfter, ...rest } = data!.requestSignInCode;
      expect([challengeToken.length, typeof expiresAt, typeof resendAfter]).toEqual([32, 'string', 'string']);
      answers.push({ rest, errors, status, headers: [...headers.keys()] });
    }
    expect(answers[0]!.rest).toMatchObject({ purpose: 'SIGN_IN', methods: ['EMAIL_CODE'], codeLength: 7 });
    expect(answers[1]!.rest.sentTo).toBe('a•••@example.com');
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  test('the rows are the same, the first time and the second time', async () => {
    const pending = mode.endsWith('open') ? 1 : 0;
    for (const email of Object.values(await addresses())) {
      expect(await rowsBy(email, at())).toEqual({ challenges: 1, mails: 1, pending, jobs: 1, events: 1 });
      expect(await rowsBy(email, at())).toEqual({ challenges: 1, mails: 1, pending: 0, jobs: 1, events: 1 });
    }
  });

  test('the database is asked the same, where a device cookie is made up too, and for the code once more', async () => {
    const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { expiresAt } }';
    const wire = await tapWire(gateway.database.tcpUrl);
    const { registration } = at().config;
    const tapped = await gateway.replica({ DATABASE_URL: wire.url, JOBS: 'off', REGISTRATION: registration });
    try {
      const cookie = `sallyport-device=${'A'.repeat(22)}.${'B'.repeat(22)}`;
      const asked = async (email: string) => {
        const input = { email };
        const { result, statements } = await wire.during(() => tapped.ask(REQUEST_SIGN_IN_CODE, { input }, { cookie }));
        const { challengeToken } = result.requestSignInCode;
        const wrong = await wire.during(() => verify({ challengeToken, code: '0000000' }, tapped));
        gateway.clock.advance(31_000);
        const again = await wire.during(() => tapped.ask(RESEND, { input: { challengeToken } }));
        return [...statements, '- verifyOtp', ...wrong.statements, '- resendOtp', ...again.statements].map((one) =>
          one.replace(/E?'[^']*'|\bnull\b/g, '?'),
        );
      };
      // The first of all prepares its statements.
      await asked(newEmail('first'));
      const { known, unknown, suspended } = await addresses();
      const ofUnknown = await asked(unknown!);
      expect(await asked(known!)).toEqual(ofUnknown);
      expect(await asked(suspended!)).toEqual(ofUnknown);
      expect(ofUnknown.length).toBeGreaterThan(10);
    } finally {
      await tapped.close();
      await wire.close();
    }
  });

  test('a wrong code is answered alike', async () => {
    for (const email of Object.values(await addresses())) {
      const { challengeToken } = (await ask(email, at())).data!.requestSignInCode;
      const refused = await verify({ challengeToken, code: '0000000' }, at());
      expectCode(refused, 'INVALID_CODE');
      expect(refused.errors[0]!.extensions.attemptsLeft).toBe(4);
    }
  });
});

describe('the mail', () => {
  test('goes to the stored address, in the language of its owner, with code and link', async () => {
    const { email } = await registeredPerson(gateway, { locale: 'de-AT' });
    const { data } = await ask(email.toUpperCase());
    const mail = await gateway.mailbox.lastTo(email, 'sign-in-by-code');
    expect(mail).toMatchObject({ to: email, locale: 'de' });
    const link = new URL(mail.link!);
    expect(link.origin + link.pathname + link.search).toBe('https://app.example.com/sign-in');
    const { challengeToken } = data!.requestSignInCode;
    expect(Object.fromEntries(new URLSearchParams(link.hash.slice(1)))).toEqual({
      challenge: challengeToken,
      code: mail.code,
    });
    expect((await verify({ challengeToken, code: mail.code })).errors).toEqual([]);
  });

  test('has the code alone without APP_URL, and no answer holds a code', async () => {
    const { email } = await registeredPerson(gateway);
    const plain = await gateway.replica({ APP_URL: '' });
    const { text } = await ask(email, plain);
    const mail = await gateway.mailbox.lastTo(email, 'sign-in-by-code');
    expect(mail.link).toBeUndefined();
    expect(text).not.toContain(mail.code);
  });

  test('says to a newcomer that the code opens an account', async () => {
    const [email, { email: known }] = [newEmail(), await registeredPerson(gateway)];
    for (const one of [email, known]) await ask(one);
    expect((await gateway.mailbox.lastTo(email, 'sign-in-by-code')).text).toContain('no account');
    expect((await gateway.mailbox.lastTo(known, 'sign-in-by-code')).text).not.toContain('no account');
  });

  test('links to APP_URL, whatever the request claims to have been sent to', async () => {
    const { email } = await registeredPerson(gateway);
    const evil = 'evil.example';
    const headers = { 'x-forwarded-host': evil, forwarded: `host=${evil}`, referer: `https://${evil}/` };
    await ask(email, gateway, { headers });
    const mail = await gateway.mailbox.lastTo(email, 'sign-in-by-code');
    expect(mail.html + mail.text).not.toContain(evil);
  });

  test('is not sent to a suspended user, nor to an unknown address where registration is closed', async () => {
    const [suspended, unknown] = [await suspendedPerson(), newEmail()];
    await ask(suspended.email);
    await ask(unknown, closed);
    const sent = `select 1 from mails where recipient = any($1) and template = 'sign-in-by-code'`;
    expect(await gateway.database.sql(sent, [[suspended.email, unknown]])).toEqual([]);
  });

  test.each([
    'a@x.example,b@y.example',
    'a@x.example\r\nBcc: b@y.example',
    'k\u212A@x.example',
    { email: 'a@x.example' },
    ['a@x.example', 'b@y.example'],
    null,
  ])('is refused to something else than one plain address: %j', async (email) => {
    const { errors } = await ask(email as string);
    expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('limits', () => {
  test('five codes for an address, known or not, and then none', async () => {
    const strict = await gateway.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    for (const email of Object.values(await addresses())) {
      const codes = [];
      for (let index = 0; index < 6; index += 1)
        codes.push((await ask(email, strict)).errors[0]?.extensions.code ?? 'OK');
      expect(codes).toEqual(['OK', 'OK', 'OK', 'OK', 'OK', 'RATE_LIMITED']);
    }
  });

  test('strangers do not use up the codes, and void no challenge, of the owner’s own device', async () => {
    const strict = await gateway.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
    const { email } = await registeredPerson(gateway);
    const browser = strict.browser();
    await browser.gql(VERIFY_OTP, { input: await askSignInCode(strict, email) });
    gateway.mailbox.forget();
    const { challengeToken } = (await browser.gql(REQUEST_SIGN_IN_CODE, { input: { email } })).data!.requestSignInCode;
    const code = await gateway.mailbox.codeFor(email, 'sign-in-by-code');
    const refusals = [];
    for (let index = 0; index < 6; index += 1) {
      const challengeToken = (await ask(email, strict)).data?.requestSignInCode.challengeToken;
      if (!challengeToken) break;
      for (let guess = 0; guess < 6; guess += 1)
        refusals.push(await verify({ challengeToken, code: '0000000' }, strict));
    }
    expect(refusals.filter(({ errors }) => errors[0]!.extensions.code === 'INVALID_CODE')).toHaveLength(20);
    expectCode(await ask(email, strict), 'RATE_LIMITED');
    expect((await browser.gql(VERIFY_OTP, { input: { challengeToken, code } })).errors).toEqual([]);
    expect((await browser.gql(REQUEST_SIGN_IN_CODE, { input: { email } })).errors).toEqual([]);
  });
});

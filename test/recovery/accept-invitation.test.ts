import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CREATE_USER, signInRefusal } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, type SignedInPerson, signIn } from '../support/people.js';
import {
  askEmailChange,
  askReset,
  CONFIRM_EMAIL_CHANGE,
  happened,
  NEW_PASSWORD,
  RESET_PASSWORD,
} from '../support/recovery.js';

const OTHER_PASSWORD = 'nine otters built a harpsichord';

let gateway: TestGateway;
let chief: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  chief = await admin(gateway);
});

let person: { id: string; email: string };
/** What the link of the invitation carries. */
let carried: { challenge: string; code: string };
beforeEach(async () => {
  const email = newEmail('invited');
  const { createUser } = await gateway.ask(CREATE_USER, { input: { email } }, { token: chief.accessToken });
  person = { id: createUser.id, email };
  const { link } = await gateway.mailbox.lastTo(email, 'invitation');
  carried = Object.fromEntries(new URL(link!).searchParams) as typeof carried;
});

async function send(path: string, fields: Record<string, string>) {
  const answer = await gateway.http(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ newPassword: NEW_PASSWORD, ...fields }),
  });
  return { status: answer.status, body: await answer.text(), cookies: answer.headers.getSetCookie() };
}

const reset = ({ challengeToken, code }: { challengeToken: string; code: string }, newPassword = OTHER_PASSWORD) =>
  gateway.gql(RESET_PASSWORD, { input: { challengeToken, code, newPassword } });
const byApi = () => reset({ challengeToken: carried.challenge, code: carried.code }, NEW_PASSWORD);
const refusal = (password = NEW_PASSWORD) => signInRefusal(gateway, { email: person.email, password });
const told = async () => {
  const where = `where recipient = $1 and template in ('password-changed', 'password-set')`;
  return (await gateway.database.sql(`select 1 from mails ${where}`, [person.email])).length;
};

describe('an invitation', () => {
  test('gives the account its first password, verifies the address and starts no session', async () => {
    const page = await send('/accept-invitation', carried);
    expect([page.status, page.cookies]).toEqual([200, []]);
    expect(page.body).toContain('Your account is ready');
    expect(page.body).not.toMatch(/eyJ|signed out/i);
    const live = await gateway.database.sql('select 1 from sessions where user_id = $1', [person.id]);
    expect(live).toEqual([]);
    expect(await refusal()).toBeUndefined();
    expect(await happened(gateway, person.id)).toEqual(['createUser', 'acceptInvitation', 'login']);
  });

  test('causes no second mail: nothing was changed, and no session ended', async () => {
    await send('/accept-invitation', carried);
    expect(await told()).toBe(0);
  });

  test('nor where an application of one’s own answers it through the API', async () => {
    expect((await byApi()).errors).toEqual([]);
    expect(await told()).toBe(0);
    expect(await refusal()).toBeUndefined();
  });

  test('sent before it had a page of its own is answered where its link leads', async () => {
    expect(await (await gateway.http(`/reset-password?${new URLSearchParams(carried)}`)).text()).toContain('<form');
    expect((await send('/reset-password', carried)).status).toBe(200);
    expect(await refusal()).toBeUndefined();
    expect(await told()).toBe(0);
  });

  test('is opened by a scanner without harm, and keeps its code while the password is too weak', async () => {
    const link = `/accept-invitation?${new URLSearchParams(carried)}`;
    for (const method of ['GET', 'HEAD', 'GET']) await gateway.http(link, { method });
    const weak = await send('/accept-invitation', { ...carried, newPassword: 'password1' });
    expect([weak.status, weak.body.includes('<form')]).toEqual([400, true]);
    expect((await send('/accept-invitation', carried)).status).toBe(200);
  });

  test('that has expired says whom to ask, in both languages, and shows no form', async () => {
    gateway.clock.advance(7 * 86_400_000 + 1000);
    const english = await send('/accept-invitation', carried);
    expect(english.status).toBe(400);
    expect(english.body).toContain('This invitation has expired or was already used.');
    expect(english.body).toContain('write to the people who run this service');
    expect(english.body).not.toContain('<form');
    const german = await send('/accept-invitation', { ...carried, lang: 'de' });
    expect(german.body).toContain('wenden Sie sich an den Betreiber dieses Dienstes');
    chief = await admin(gateway);
  });

  test('is not sent again as a code that lives for minutes, and goes on living', async () => {
    gateway.clock.advance(31_000);
    const resend = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { expiresAt } }';
    const answer = await gateway.gql(resend, { input: { challengeToken: carried.challenge } });
    expectCode(answer, 'CHALLENGE_EXPIRED');
    expect(answer.errors[0]?.message).toBe(
      'An invitation is not sent again by this operation. Open the link in its mail.',
    );
    gateway.clock.advance(86_400_000);
    expect((await send('/accept-invitation', carried)).status).toBe(200);
    chief = await admin(gateway);
  });

  test('is not what a reset is: its code is refused there, and not used up', async () => {
    const { challengeToken: challenge, code } = await askReset(gateway, person.email);
    const page = await send('/accept-invitation', { challenge, code });
    expect([page.status, page.body.includes('Something in this link is wrong.')]).toEqual([400, true]);
    expect(await refusal()).toBe('INVALID_CREDENTIALS');
    expect((await send('/reset-password', { challenge, code })).status).toBe(200);
  });

  test('with a changed code is refused for good after five tries, in its own words, and in the audit log', async () => {
    const code = carried.code.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    for (let index = 0; index < 5; index += 1) {
      const page = await send('/accept-invitation', { ...carried, code });
      expect([page.status, page.body.includes('<form')]).toEqual([400, false]);
      expect(page.body).toContain('Something in this link is wrong.');
    }
    expect((await send('/accept-invitation', carried)).body).toContain('This invitation was tried too often.');
    expect(await happened(gateway, person.id)).toContain('acceptInvitation INVALID_CODE');
    expect(await refusal()).toBe('INVALID_CREDENTIALS');
  });
});

test('a reset, which anyone can request, voids no invitation', async () => {
  await askReset(gateway, person.email);
  await askReset(gateway, person.email);
  expect((await send('/accept-invitation', carried)).status).toBe(200);
  expect(await refusal()).toBeUndefined();
});

describe('the owner gets a mail about every change:', () => {
  test('of a reset after the invitation', async () => {
    await send('/accept-invitation', carried);
    expect((await reset(await askReset(gateway, person.email))).errors).toEqual([]);
    expect(await told()).toBe(1);
  });

  test('of an invitation that replaces a password set meanwhile', async () => {
    await gateway.database.sql(`insert into passwords (user_id, hash, changed_at) values ($1, 'x', now())`, [
      person.id,
    ]);
    expect((await send('/accept-invitation', carried)).status).toBe(200);
    expect(await told()).toBe(1);
  });

  test('and an invitation kept for later does not change the password silently', async () => {
    expect((await reset(await askReset(gateway, person.email))).errors).toEqual([]);
    expect((await send('/accept-invitation', carried)).status).toBe(400);
    expectCode(await byApi(), 'CHALLENGE_EXPIRED');
    expect(await refusal(OTHER_PASSWORD)).toBeUndefined();
  });

  test('of the new password of an account whose old one was voided with a change of address', async () => {
    await send('/accept-invitation', carried);
    const session = await signIn(gateway, { email: person.email, password: NEW_PASSWORD });
    const change = await askEmailChange(gateway, { ...session, password: NEW_PASSWORD }, newEmail('thief'));
    await gateway.ask(CONFIRM_EMAIL_CHANGE, { input: change }, { token: session.accessToken });
    const { link } = await gateway.mailbox.lastTo(person.email, 'email-changed');
    const undone = await send('/undo-email-change', { change: new URL(link!).searchParams.get('change')! });
    expect(undone.status).toBe(200);
    expect(await gateway.database.sql('select 1 from passwords where user_id = $1', [person.id])).toEqual([]);

    expect((await send('/accept-invitation', carried)).status).toBe(400);
    const { link: again, code } = await gateway.mailbox.lastTo(person.email, 'reset-password');
    const challengeToken = new URL(again!).searchParams.get('challenge')!;
    expect((await reset({ challengeToken, code: code! })).errors).toEqual([]);
    expect(await told()).toBe(1);
  });
});

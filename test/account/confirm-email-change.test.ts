import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { enroll } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  LOGIN,
  newEmail,
  REGISTER,
  registeredPerson,
  signedInPerson,
  signIn,
  STRONG_PASSWORD,
} from '../support/people.js';
import {
  askEmailChange,
  askReset,
  CONFIRM_EMAIL_CHANGE,
  happened,
  NEW_PASSWORD,
  RESET_PASSWORD,
} from '../support/recovery.js';

let gateway: TestGateway;
/** Where accounts are opened at once, and claim an address that is not verified. */
let optional: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
  optional = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
});

const confirm = (token: string | undefined, input: object) => gateway.gql(CONFIRM_EMAIL_CHANGE, { input }, { token });

test('the code makes the new address the account’s; the old one gets a mail, with a way back', async () => {
  const ada = await signedInPerson(gateway);
  const email = newEmail('new');
  const { data, errors } = await confirm(ada.accessToken, await askEmailChange(gateway, ada, email));
  expect(errors).toEqual([]);
  expect(data?.confirmEmailChange).toEqual({ id: ada.id, email, emailVerified: true });
  await signIn(gateway, { email, password: ada.password });
  expectCode(
    await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } }),
    'INVALID_CREDENTIALS',
  );
  const notice = await gateway.mailbox.lastTo(ada.email, 'email-changed');
  expect(notice.link).toMatch(/^http:\/\/localhost:4000\/undo-email-change\?change=[\w-]{43}&lang=en$/);
  expect(await happened(gateway, ada.id)).toContain('confirmEmailChange');
});

test('a reset code on its way to the old address dies', async () => {
  const ada = await signedInPerson(gateway);
  const reset = await askReset(gateway, ada.email);
  await confirm(ada.accessToken, await askEmailChange(gateway, ada, newEmail('new')));
  expectCode(
    await gateway.gql(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } }),
    'CHALLENGE_EXPIRED',
  );
});

test('the code of a change that was asked for before the owner enrolled a factor dies', async () => {
  const ada = await signedInPerson(gateway);
  const asked = await askEmailChange(gateway, ada, newEmail('new'));
  await enroll(gateway, ada);
  expectCode(await confirm(ada.accessToken, asked), 'CHALLENGE_EXPIRED');
});

test('the code can be sent again, to the new address, and the old one is worth nothing', async () => {
  const ada = await signedInPerson(gateway);
  const email = newEmail('again');
  const older = await askEmailChange(gateway, ada, email);
  gateway.clock.advance(31_000);
  gateway.mailbox.forget();
  const RESEND = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { purpose sentTo } }';
  const { resendOtp } = await gateway.ask(RESEND, { input: { challengeToken: older.challengeToken } });
  expect(resendOtp).toEqual({ purpose: 'CHANGE_EMAIL', sentTo: 'a•••@example.com' });
  const code = await gateway.mailbox.codeFor(email, 'change-email');
  if (code !== older.code) expectCode(await confirm(ada.accessToken, older), 'INVALID_CODE');
  const { data } = await confirm(ada.accessToken, { ...older, code });
  expect(data?.confirmEmailChange.email).toBe(email);
});

describe('an address that has an owner', () => {
  test('is taken, and only the holder of the code learns it', async () => {
    const [ada, other] = [await signedInPerson(gateway), await registeredPerson(gateway)];
    const input = await askEmailChange(gateway, ada, other.email);
    expectCode(await confirm(ada.accessToken, { ...input, code: 'wrong' }), 'INVALID_CODE');
    expectCode(await confirm(ada.accessToken, input), 'EMAIL_TAKEN');
    await signIn(gateway, ada);
    await signIn(gateway, other);
  });

  test('is taken, also when two confirm it at once', async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const email = newEmail('both');
    const first = await askEmailChange(gateway, ada, email);
    gateway.mailbox.forget();
    const second = await askEmailChange(gateway, eve, email);
    const both = await Promise.all([confirm(ada.accessToken, first), confirm(eve.accessToken, second)]);
    expect(both.map(({ errors }) => errors[0]?.extensions.code ?? 'OK').sort()).toEqual(['EMAIL_TAKEN', 'OK']);
  });

  test.each([
    ['has only registered', () => gateway],
    ['has an account on, but has never verified,', () => optional],
  ])('but %s loses it to the user who reads its mail', async (_how, at) => {
    const ada = await signedInPerson(gateway);
    const email = newEmail('claimed');
    await at().ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { errors } = await confirm(ada.accessToken, await askEmailChange(gateway, ada, email));
    expect(errors).toEqual([]);
    expect((await gateway.ask(LOGIN, { input: { identifier: email, password: ada.password } })).login.user.id).toBe(
      ada.id,
    );
  });
});

describe('an account that only claims the address', () => {
  test('keeps it where it has been given rights since', async () => {
    const ada = await signedInPerson(gateway);
    const email = newEmail('promoted');
    await optional.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    await gateway.database.sql(
      `insert into user_roles (user_id, role_name, granted_at) select id, 'admin', now() from users where email = $1`,
      [email],
    );
    expectCode(await confirm(ada.accessToken, await askEmailChange(gateway, ada, email)), 'EMAIL_TAKEN');
  });

  test('keeps it where an administrator or an import made it', async () => {
    const ada = await signedInPerson(gateway);
    const email = newEmail('invited');
    await gateway.database.sql(
      `insert into users (id, email, created_at, updated_at) values (gen_random_uuid(), $1, now(), now())`,
      [email],
    );
    expectCode(await confirm(ada.accessToken, await askEmailChange(gateway, ada, email)), 'EMAIL_TAKEN');
  });

  test.each([
    ['a registration', () => gateway],
    ['an account', () => optional],
  ])('cannot be verified any more by a link that was on its way, as %s', async (_what, at) => {
    const ada = await signedInPerson(gateway);
    const email = newEmail('claimed');
    await at().ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
    const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
    expect((await confirm(ada.accessToken, await askEmailChange(gateway, ada, email))).errors).toEqual([]);
    const page = await gateway.http('/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URL(link ?? '').searchParams,
    });
    expect(page.status).toBe(400);
  });
});

describe('is refused', () => {
  test("with another person's challenge, whatever the code", async () => {
    const [ada, eve] = [await signedInPerson(gateway), await signedInPerson(gateway)];
    const input = await askEmailChange(gateway, ada, newEmail('new'));
    expectCode(await confirm(eve.accessToken, input), 'INVALID_CODE');
    await signIn(gateway, eve);
    await signIn(gateway, ada);
  });

  test('a second time, to the anonymous, and with a code for something else', async () => {
    const ada = await signedInPerson(gateway);
    const input = await askEmailChange(gateway, ada, newEmail('new'));
    expectCode(await confirm(undefined, input), 'UNAUTHENTICATED');
    expectCode(
      await gateway.gql(RESET_PASSWORD, { input: { ...input, newPassword: NEW_PASSWORD } }),
      'CHALLENGE_EXPIRED',
    );
    expect((await confirm(ada.accessToken, input)).errors).toEqual([]);
    expectCode(await confirm(ada.accessToken, input), 'CHALLENGE_EXPIRED');
  });
});

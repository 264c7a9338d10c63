import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { enroll, GENERATE_RECOVERY_CODES, personWithTotp, signInWith, STEP, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  LOGIN,
  ME,
  newEmail,
  REFRESH,
  REGISTER,
  verifiedPerson,
  signedUpPerson,
  type SignedInPerson,
  signIn,
  STRONG_PASSWORD,
} from '../support/people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

/** As a thief of session and password does it; answers with what the link in the notice to the old address carries. */
async function changed(ada: SignedInPerson, newAddress: string, from = ada.email): Promise<string> {
  const input = await askEmailChange(gateway, ada, newAddress);
  const { errors } = await gateway.gql(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken });
  expect(errors).toEqual([]);
  const { link } = await gateway.mailbox.lastTo(from, 'email-changed');
  return new URL(link ?? '').searchParams.get('change') ?? '';
}

const undo = (change: string) =>
  gateway.http('/undo-email-change', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ change }),
  });

const details = (subjectId: string) =>
  gateway.database.sql(`select details from audit_events where action = 'undoEmailChange' and subject_id = $1`, [
    subjectId,
  ]);

describe('a page of the application', () => {
  const UNDO = `mutation ($input: UndoEmailChangeInput!) { undoEmailChange(input: $input) { endedSessions } }`;

  test('takes the change back once, ends the sessions and starts none', async () => {
    const own = await gateway.replica({
      APP_URL: 'https://app.example.com/sign-in',
      MAIL_LINK_UNDO: '/undo?lang={locale}#change={change}',
    });
    const ada = await signedUpPerson(gateway);
    const input = await askEmailChange(gateway, ada, newEmail('thief'));
    await own.ask(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken });
    const link = new URL((await gateway.mailbox.lastTo(ada.email, 'email-changed')).link ?? '');
    expect(link.href).toMatch(/^https:\/\/app\.example\.com\/undo\?lang=en#change=[\w-]{43}$/);
    const changeToken = new URLSearchParams(link.hash.slice(1)).get('change');

    const answer = await own.gql(UNDO, { input: { changeToken } });
    // That of the sign-up, and that of the sign-in.
    expect(answer.data?.undoEmailChange).toEqual({ endedSessions: 2 });
    expect(answer.headers.getSetCookie()).toEqual([]);
    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
    expectCode(await own.gql(UNDO, { input: { changeToken } }), 'CHALLENGE_EXPIRED');
    expect(await gateway.mailbox.codeFor(ada.email, 'reset-password')).toMatch(/^\d+$/);
  });
});

describe('the owner of the old address', () => {
  test('undoes it: every session ends, the password is void, and a code for a new one is mailed', async () => {
    const ada = await signedUpPerson(gateway);
    const thief = newEmail('thief');
    const change = await changed(ada, thief);
    const page = await undo(change);
    expect(page.status).toBe(200);
    expect(page.headers.getSetCookie()).toEqual([]);

    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
    expectCode(await gateway.gql(REFRESH, { input: { refreshToken: ada.refreshToken } }), 'REFRESH_TOKEN_INVALID');
    for (const identifier of [ada.email, thief, ada.username]) {
      expectCode(await gateway.gql(LOGIN, { input: { identifier, password: ada.password } }), 'INVALID_CREDENTIALS');
    }
    const code = await gateway.mailbox.codeFor(ada.email, 'reset-password');
    const { link } = await gateway.mailbox.lastTo(ada.email, 'reset-password');
    const challengeToken = new URL(link ?? '').searchParams.get('challenge');
    const { resetPassword } = await gateway.ask(RESET_PASSWORD, {
      input: { challengeToken, code, newPassword: NEW_PASSWORD },
    });
    expect(resetPassword.user).toMatchObject({ id: ada.id, email: ada.email, emailVerified: true });
    expect((await gateway.mailbox.lastTo(thief, 'email-change-undone')).to).toBe(thief);
    expect(await details(ada.id)).toEqual([{ details: { endedSessions: 2, restored: true } }]);
  });

  test('takes it back with the factors from before: what was enrolled and generated in the days before the change is gone', async () => {
    const ada = await personWithTotp(gateway);
    gateway.clock.advance(gateway.config.emailUndoLifetime + 60_000);
    const { data } = await signInWith(gateway, ada, totp(gateway, ada.secret));
    const thief = { ...ada, accessToken: data?.verifyOtp.accessToken };
    await enroll(gateway, thief, 'Of the thief');
    const { generateRecoveryCodes } = await gateway.ask(GENERATE_RECOVERY_CODES, {}, { token: thief.accessToken });
    await undo(await changed(thief, newEmail('thief')));
    expect(await gateway.database.sql('select id from totp_factors where user_id = $1', [ada.id])).toEqual([
      { id: ada.factorId },
    ]);
    const code = await gateway.mailbox.codeFor(ada.email, 'reset-password');
    const { link } = await gateway.mailbox.lastTo(ada.email, 'reset-password');
    const input = {
      challengeToken: new URL(link ?? '').searchParams.get('challenge'),
      code,
      newPassword: NEW_PASSWORD,
    };
    await gateway.ask(RESET_PASSWORD, { input });
    const owner = { email: ada.email, password: NEW_PASSWORD };
    expectCode(await signInWith(gateway, owner, generateRecoveryCodes.codes[0]), 'INVALID_CODE');
    gateway.clock.advance(STEP);
    expect((await signInWith(gateway, owner, totp(gateway, ada.secret))).errors).toEqual([]);
  });

  test('gets the address back as it was: one that never was verified stays unverified', async () => {
    const own = await gateway.replica({ EMAIL_VERIFICATION: 'optional' });
    const verifiedAt = async ({ id }: { id: string }) => {
      const [row] = await own.database.sql('select email_verified_at from users where id = $1', [id]);
      return row?.email_verified_at;
    };
    const ada = await personWithTotp(gateway);
    const before = await verifiedAt(ada);
    // A stranger who opens an account with an address that is not theirs, and enrols a factor.
    const stranger = await personWithTotp(own);
    await own.database.sql('update users set email_verified_at = null where id = $1', [stranger.id]);
    gateway.clock.advance(gateway.config.emailUndoLifetime + 60_000);
    for (const person of [ada, stranger]) {
      const { data } = await signInWith(own, person, totp(gateway, person.secret));
      const changes = await changed({ ...person, accessToken: data?.verifyOtp.accessToken }, newEmail('new'));
      expect(await verifiedAt(person)).not.toBeNull();
      expect((await undo(changes)).status).toBe(200);
    }
    expect(before).not.toBeNull();
    expect(await verifiedAt(ada)).toEqual(before);
    expect(await verifiedAt(stranger)).toBeNull();
  });

  test('takes it back over several changes, and none of the later links undoes that', async () => {
    const ada = await signedUpPerson(gateway);
    const [first, second] = [newEmail('first'), newEmail('second')];
    const change = await changed(ada, first);
    const later = await changed(ada, second, first);
    expect((await undo(change)).status).toBe(200);
    expect((await undo(later)).status).toBe(400);
    const [row] = await gateway.database.sql<{ email: string }>('select email from users where id = $1', [ada.id]);
    expect(row?.email).toBe(ada.email);
  });

  test.each([
    ['a registration', 'required'],
    ['an account', 'optional'],
  ])('gets it back from %s that only claims it', async (_what, verification) => {
    const ada = await signedUpPerson(gateway);
    const change = await changed(ada, newEmail('thief'));
    const at = await gateway.replica({ EMAIL_VERIFICATION: verification });
    await at.ask(REGISTER, { input: { email: ada.email, password: STRONG_PASSWORD } });
    expect((await undo(change)).status).toBe(200);
  });

  test('does not get it from an account that has verified it, but the one who changed it is signed out', async () => {
    const ada = await signedUpPerson(gateway);
    const change = await changed(ada, newEmail('new'));
    gateway.mailbox.forget();
    const other = await verifiedPerson(gateway, { email: ada.email });
    const page = await undo(change);
    expect(page.status).toBe(400);
    expect(await page.text()).toContain('Another account has that e-mail address now');
    expect(await details(ada.id)).toMatchObject([{ details: { restored: false } }]);
    expect((await gateway.gql(ME, {}, { token: other.accessToken })).errors).toEqual([]);
    expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: ada.username, password: ada.password } }),
      'INVALID_CREDENTIALS',
    );
  });
});

describe('the link', () => {
  test('works once, also when pressed twice at once', async () => {
    const ada = await signedUpPerson(gateway);
    const change = await changed(ada, newEmail('new'));
    const pages = await Promise.all([undo(change), undo(change), undo(change)]);
    expect(pages.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('undoes nothing when it is only opened', async () => {
    const ada = await signedUpPerson(gateway);
    const email = newEmail('new');
    const change = await changed(ada, email);
    expect((await gateway.http(`/undo-email-change?change=${change}`)).status).toBe(200);
    await signIn(gateway, { email, password: ada.password });
  });

  test('is refused when it is made up, or copied from the database', async () => {
    await verifiedPerson(gateway);
    const [row] = await gateway.database.sql<{ undo_token_hash: Buffer }>(
      'select undo_token_hash from email_changes limit 1',
    );
    for (const change of ['x'.repeat(43), row?.undo_token_hash.toString('base64url') ?? 'y'.repeat(43)]) {
      expect((await undo(change)).status).toBe(400);
    }
  });

  test('works for EMAIL_UNDO_LIFETIME and no longer', async () => {
    const ada = await signedUpPerson(gateway);
    const change = await changed(ada, newEmail('new'));
    gateway.clock.advance(gateway.config.emailUndoLifetime + 1000);
    expect((await undo(change)).status).toBe(400);
  });
});

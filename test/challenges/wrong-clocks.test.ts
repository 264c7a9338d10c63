import { beforeAll, describe, expect, test } from '@jest/globals';
import { CREATE_USER } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { wrongClock } from '../support/clock.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, REGISTER, registeredPerson, signIn, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { askEmailChange, askReset, CONFIRM_EMAIL_CHANGE, NEW_PASSWORD, RESET_PASSWORD } from '../support/recovery.js';

const RESEND = /* GraphQL */ `
  mutation ($input: ResendOtpInput!) {
    resendOtp(input: $input) {
      expiresAt
      resendAfter
    }
  }
`;
const HOUR = 3_600_000;
const MINUTE = 60_000;
const DIRECTIONS: [string, number][] = [
  ['ahead', HOUR],
  ['behind', -HOUR],
];

/** Two replicas, each of which acts first once. What lives for days otherwise lives half an hour, less than the error. */
async function bothWays(error: number): Promise<[first: TestGateway, second: TestGateway][]> {
  const right = await startGateway({ INVITATION_LIFETIME: '30m', EMAIL_UNDO_LIFETIME: '30m' });
  const wrong = await right.replica({ JOBS: 'off' }, wrongClock(error));
  return [
    [right, wrong],
    [wrong, right],
  ];
}

async function registered(at: TestGateway) {
  const email = newEmail();
  const { register } = await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  return { email, ...register, code: await at.mailbox.codeFor(email, 'verify-email') };
}

const expire = (at: TestGateway, email: string) =>
  at.database.sql(`update challenges set expires_at = now() - interval '1 second' where email = $1`, [email]);

const verify = (at: TestGateway, { challengeToken, code }: { challengeToken: string; code: string }) =>
  at.gql(VERIFY_OTP, { input: { challengeToken, code } });

/** Presses the button of a mail's page. */
const press = (at: TestGateway, path: string, fields: Record<string, string>) =>
  at.http(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(fields),
  });

/** What the link of the newest mail to the address carries. */
async function carried(at: TestGateway, email: string, template: string): Promise<Record<string, string>> {
  const { link } = await at.mailbox.lastTo(email, template);
  return Object.fromEntries(new URL(link ?? '').searchParams);
}

const fromNow = (instant: string) => new Date(instant).getTime() - Date.now();

// What two replicas compare is measured by one clock, PostgreSQL's.
describe.each(DIRECTIONS)('where the clock of one replica is an hour %s', (_, error) => {
  let pairs: Awaited<ReturnType<typeof bothWays>>;
  beforeAll(async () => {
    pairs = await bothWays(error);
  });

  test('a code of either is answered at the other, and an expired one is refused by both', async () => {
    for (const [first, second] of pairs) {
      const open = await registered(first);
      expect(fromNow(open.expiresAt)).toBeGreaterThan(5 * MINUTE);
      expect(fromNow(open.expiresAt)).toBeLessThanOrEqual(11 * MINUTE);
      expect((await verify(second, open)).errors).toEqual([]);

      const expired = await registered(first);
      await expire(first, expired.email);
      for (const at of [first, second]) {
        expectCode(await verify(at, expired), 'CHALLENGE_EXPIRED');
        expectCode(await at.gql(RESEND, { input: { challengeToken: expired.challengeToken } }), 'CHALLENGE_EXPIRED');
      }
    }
  });

  test('both wait the same time before a new code is sent, and it lives as long', async () => {
    for (const [first, second] of pairs) {
      const { email, challengeToken } = await registered(first);
      const resend = (at: TestGateway) => at.gql(RESEND, { input: { challengeToken } });
      for (const at of [first, second]) {
        await first.database.sql(
          `update challenges set resend_after = statement_timestamp() + interval '30 minutes' where email = $1`,
          [email],
        );
        const early = await resend(at);
        expectCode(early, 'RATE_LIMITED');
        expect(early.errors[0]!.extensions.retryAfter).toBeGreaterThan(25 * 60);
        expect(early.errors[0]!.extensions.retryAfter).toBeLessThanOrEqual(30 * 60);
      }
      await first.database.sql(`update challenges set resend_after = now() where email = $1`, [email]);
      first.mailbox.forget();
      const { data } = await resend(second);
      expect(fromNow(data!.resendOtp.resendAfter)).toBeLessThanOrEqual(MINUTE);
      expect(fromNow(data!.resendOtp.expiresAt)).toBeGreaterThan(5 * MINUTE);
      expect(fromNow(data!.resendOtp.expiresAt)).toBeLessThanOrEqual(11 * MINUTE);
      const code = await first.mailbox.codeFor(email, 'verify-email');
      expect((await verify(first, { challengeToken, code })).errors).toEqual([]);
    }
  });

  test('a newer code for a password voids the earlier one of the other', async () => {
    for (const [first, second] of pairs) {
      const ada = await registeredPerson(first);
      const earlier = await askReset(first, ada.email);
      first.mailbox.forget();
      const newer = await askReset(second, ada.email);
      const reset = (at: TestGateway, answer: typeof newer) =>
        at.gql(RESET_PASSWORD, { input: { ...answer, newPassword: NEW_PASSWORD } });
      expectCode(await reset(second, earlier), 'CHALLENGE_EXPIRED');
      expect((await reset(first, newer)).errors).toEqual([]);
    }
  });

  test('the page for a new password names the address of an open challenge, and of no expired one', async () => {
    for (const [first, second] of pairs) {
      const ada = await registeredPerson(first);
      await askReset(first, ada.email);
      const link = new URLSearchParams(await carried(first, ada.email, 'reset-password'));
      const page = async (at: TestGateway) => (await at.http(`/reset-password?${link}`)).text();
      expect(await page(second)).toContain(ada.email);
      await expire(first, ada.email);
      for (const at of [first, second]) expect(await page(at)).not.toContain(ada.email);
    }
  });

  test('an invitation of either is accepted at the other, and an expired one is refused by both', async () => {
    for (const [first, second] of pairs) {
      const { accessToken: token } = await admin(first);
      const invite = async () => {
        const email = newEmail('invited');
        await first.ask(CREATE_USER, { input: { email } }, { token });
        return { email, answer: { ...(await carried(first, email, 'invitation')), newPassword: NEW_PASSWORD } };
      };
      const open = await invite();
      expect((await press(second, '/accept-invitation', open.answer)).status).toBe(200);
      const expired = await invite();
      await expire(first, expired.email);
      for (const at of [first, second])
        expect((await press(at, '/accept-invitation', expired.answer)).status).toBe(400);
    }
  });

  test('a change of address of either is taken back at the other, until its link has expired', async () => {
    for (const [first, second] of pairs) {
      const changed = async () => {
        const ada = await registeredPerson(first);
        const { accessToken } = await signIn(first, ada);
        const input = await askEmailChange(first, { ...ada, accessToken }, newEmail('thief'));
        await first.ask(CONFIRM_EMAIL_CHANGE, { input }, { token: accessToken });
        return { ada, link: await carried(first, ada.email, 'email-changed') };
      };
      const open = await changed();
      expect((await press(second, '/undo-email-change', open.link)).status).toBe(200);
      const expired = await changed();
      await first.database.sql(`update email_changes set undo_until = now() - interval '1 second' where user_id = $1`, [
        expired.ada.id,
      ]);
      for (const at of [first, second]) expect((await press(at, '/undo-email-change', expired.link)).status).toBe(400);
    }
  });
});

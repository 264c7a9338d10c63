import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  CHALLENGE,
  LOGIN,
  newEmail,
  REGISTER,
  STRONG_PASSWORD,
  signedInPerson,
  VERIFY_OTP,
} from '../support/people.js';
import { happened } from '../support/recovery.js';

const REQUEST = /* GraphQL */ `
  mutation {
    requestEmailVerification {
      ...Challenge
    }
  }
  ${CHALLENGE}
`;

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ EMAIL_VERIFICATION: 'optional' });
});

/** Signed in with an address that is not verified. */
async function unverified(at = gateway, email = newEmail()) {
  await at.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  await at.mailbox.lastTo(email, 'verify-email');
  const { login } = await at.ask(LOGIN, { input: { identifier: email, password: STRONG_PASSWORD } });
  return { email, id: login.user.id as string, token: login.accessToken as string };
}

test('sends a code to the address, and verifyOtp verifies it', async () => {
  const ada = await unverified();
  const { requestEmailVerification: challenge } = await gateway.ask(REQUEST, {}, { token: ada.token });
  expect(challenge).toMatchObject({ purpose: 'VERIFY_EMAIL', methods: ['EMAIL_CODE'], sentTo: 'a•••@example.com' });
  const { code, link } = await gateway.mailbox.lastTo(ada.email, 'confirm-address');
  // The owner of the address could verify a stranger's account by one press.
  expect(link).toBeUndefined();
  const input = { challengeToken: challenge.challengeToken, code };
  const { verifyOtp } = await gateway.ask(VERIFY_OTP, { input });
  expect(verifyOtp.user).toMatchObject({ id: ada.id, emailVerified: true });
  expect(await happened(gateway, ada.id)).toContain('requestEmailVerification');
  expectCode(await gateway.gql(REQUEST, {}, { token: ada.token }), 'ALREADY_VERIFIED');
});

test('is refused where the address is verified already, and without a session', async () => {
  const { accessToken } = await signedInPerson(gateway);
  expectCode(await gateway.gql(REQUEST, {}, { token: accessToken }), 'ALREADY_VERIFIED');
  expectCode(await gateway.gql(REQUEST), 'UNAUTHENTICATED');
});

test('a newer code replaces the earlier one', async () => {
  const { email, token } = await unverified();
  const first = (await gateway.ask(REQUEST, {}, { token })).requestEmailVerification;
  const { code } = await gateway.mailbox.lastTo(email, 'confirm-address');
  await gateway.ask(REQUEST, {}, { token });
  const input = { challengeToken: first.challengeToken, code };
  expectCode(await gateway.gql(VERIFY_OTP, { input }), 'CHALLENGE_EXPIRED');
});

test('no mailbox can be flooded: the limits of other mails hold', async () => {
  const strict = await gateway.replica({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const { token } = await unverified();
  for (let times = 0; times < 5; times += 1) expect((await strict.gql(REQUEST, {}, { token })).errors).toEqual([]);
  expectCode(await strict.gql(REQUEST, {}, { token }), 'RATE_LIMITED');
});

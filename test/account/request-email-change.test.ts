import { beforeAll, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, registeredPerson, signedInPerson, signIn } from '../support/people.js';
import { askEmailChange, happened, REQUEST_EMAIL_CHANGE } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const request = (token: string | undefined, input: object) => gateway.gql(REQUEST_EMAIL_CHANGE, { input }, { token });

test('sends a code to the new address and a notice to the old one, and changes nothing yet', async () => {
  const ada = await signedInPerson(gateway);
  const email = newEmail('new');
  const { data, errors } = await request(ada.accessToken, { newEmail: email.toUpperCase(), password: ada.password });
  expect(errors).toEqual([]);
  expect(data?.requestEmailChange).toMatchObject({ purpose: 'CHANGE_EMAIL', sentTo: 'n•••@example.com' });
  const mail = await gateway.mailbox.lastTo(email, 'change-email');
  expect([mail.code?.length, mail.link]).toEqual([7, undefined]);
  const notice = await gateway.mailbox.lastTo(ada.email, 'email-change-requested');
  expect(notice.text).toContain('If it was not you');
  expect(notice.text).not.toContain(mail.code);
  await signIn(gateway, ada);
  expectCode(
    await gateway.gql('mutation($input: LoginInput!) { login(input: $input) { __typename } }', {
      input: { identifier: email, password: ada.password },
    }),
    'INVALID_CREDENTIALS',
  );
  expect(await happened(gateway, ada.id)).toContain('requestEmailChange');
});

test('the mail to the new address, perhaps a stranger’s, holds no name that a user chose', async () => {
  const ada = await signedInPerson(gateway, { displayName: 'You have won' });
  const email = newEmail('stranger');
  await askEmailChange(gateway, ada, email);
  expect((await gateway.mailbox.lastTo(email, 'change-email')).text).not.toContain('You have won');
});

test('does not reveal whether the new address has another owner', async () => {
  const [ada, other] = [await signedInPerson(gateway), await registeredPerson(gateway, { email: newEmail('other') })];
  const answers = [];
  for (const email of [other.email, newEmail('other')]) {
    const { data, errors } = await request(ada.accessToken, { newEmail: email, password: ada.password });
    const { challengeToken, ...rest } = data!.requestEmailChange;
    answers.push({ length: challengeToken.length, rest, errors });
  }
  expect(answers[1]).toEqual(answers[0]);
});

test('is refused without the password, and without a session', async () => {
  const ada = await signedInPerson(gateway);
  const email = newEmail('thief');
  expectCode(await request(ada.accessToken, { newEmail: email, password: 'not it at all' }), 'INVALID_CREDENTIALS');
  expectCode(await request(undefined, { newEmail: email, password: ada.password }), 'UNAUTHENTICATED');
  expect(await gateway.database.sql('select 1 from mails where recipient = $1', [email])).toEqual([]);
});

test.each(['a@x.example,b@y.example', 'a@x.example\nBcc: b@y.example', 'not an address', 'k\u212A@example.com'])(
  'is refused for %j, which is not one plain address',
  async (email) => {
    const ada = await signedInPerson(gateway);
    expectCode(await request(ada.accessToken, { newEmail: email, password: ada.password }), 'BAD_USER_INPUT');
  },
);

test('is limited: a signed-in person cannot fill a stranger’s mailbox', async () => {
  const strict = await startGateway({ LIMITS_FACTOR: '1', REDIS_URL: '' });
  const ada = await signedInPerson(strict);
  const codes = [];
  for (let index = 0; index < 7; index += 1) {
    const input = { newEmail: 'stranger@example.com', password: ada.password };
    const { errors } = await strict.gql(REQUEST_EMAIL_CHANGE, { input }, { token: ada.accessToken });
    codes.push(errors[0]?.extensions.code ?? 'OK');
  }
  expect(codes.filter((code) => code === 'OK').length).toBeLessThanOrEqual(5);
  expect(codes.at(-1)).toBe('RATE_LIMITED');
});

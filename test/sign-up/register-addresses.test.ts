import { beforeAll, expect, test } from '@jest/globals';
import { DOT_STRINGS } from '../support/addresses.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const register = (email: string) => gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
const login = (identifier: string, password = STRONG_PASSWORD) =>
  gateway.gql(LOGIN, { input: { identifier, password } });

test.each(DOT_STRINGS)('%s is an address, for register, login and the mail', async (email) => {
  const { challengeToken } = (await register(email)).register;
  const code = await gateway.mailbox.codeFor(email);
  await gateway.ask(VERIFY_OTP, { input: { challengeToken, code } });
  expect((await login(email.toUpperCase())).data?.login.user.email).toBe(email);
});

test('a domain in its own letters and in ASCII is one address', async () => {
  const local = newEmail().split('@')[0]!;
  await register(`${local}@m\u00fcnchen.example`);
  expect(await gateway.mailbox.codeFor(`${local}@xn--mnchen-3ya.example`)).toMatch(/^\d{7}$/);
  for (const domain of ['M\u00dcNCHEN.example', 'xn--mnchen-3ya.example'])
    expect((await login(`${local}@${domain}`)).data?.login.__typename).toBe('ChallengeRequired');
});

test('an account whose address is longer than one may be now can still sign in', async () => {
  const person = await registeredPerson(gateway);
  const address = `${'l'.repeat(65)}@field.example`;
  await gateway.database.sql('update users set email = $1 where id = $2', [address, person.id]);
  expect((await login(address, person.password)).data?.login.user.id).toBe(person.id);
});

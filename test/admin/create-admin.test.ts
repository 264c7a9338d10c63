import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { createAdminCommand, describeAdmin, readArguments, readNewPassword } from '../../src/cli/create-admin.js';
import { CommandError } from '../../src/config/config.js';
import { signInRefusal } from '../support/administration.js';
import { createdApiKey } from '../support/api-keys.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, newEmail, REGISTER, signedInPerson, signIn, STRONG_PASSWORD } from '../support/people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE } from '../support/recovery.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { quietLog } from '../support/quiet-log.js';
import { runCommand } from '../support/server-process.js';

let gateway: TestGateway;

beforeEach(async () => {
  gateway = await startGateway();
});

async function run(given: Parameters<typeof readArguments>[0], password = STRONG_PASSWORD): Promise<string> {
  const database = await openTestDatabase(gateway.database.url);
  try {
    const options = { ...readArguments(given), password };
    return describeAdmin(await createAdminCommand({ config: gateway.config, database, log: quietLog().log }, options));
  } finally {
    await database.close();
  }
}

test('the first administrator signs in and may do everything', async () => {
  const email = newEmail();
  expect(await run({ email })).toBe(`Made the administrator ${email}.`);
  const { accessToken: token } = await signIn(gateway, { email, password: STRONG_PASSWORD });
  const { me } = await gateway.ask('{ me { emailVerified roles { name } } roles { name } }', {}, { token });
  expect(me).toEqual({ emailVerified: true, roles: [{ name: 'admin' }, { name: 'user' }] });
  const events = await gateway.database.sql(
    `SELECT outcome, ip_address, details FROM audit_events WHERE action = 'createAdmin'`,
  );
  const details = { existed: false, added: ['user', 'admin'] };
  expect(events).toEqual([{ outcome: 'SUCCEEDED', ip_address: null, details }]);
});

test('there is no second one without asking for it, of two commands at once included', async () => {
  const results = await Promise.allSettled([run({ email: newEmail() }), run({ email: newEmail() })]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await expect(run({ email: newEmail() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(run({ email: newEmail(), another: true })).resolves.toMatch(/^Made/);
});

describe('where the address has an account', () => {
  test('the old password is void: the one given here counts, and no session stays', async () => {
    const person = await signedInPerson(gateway);
    await gateway.ask(ME, {}, { token: person.accessToken });
    const password = 'seven green bottles on a wall';
    expect(await run({ email: person.email }, password)).toMatch(/is an administrator now/);
    expectCode(await gateway.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
    expect(await signInRefusal(gateway, person)).toBe('INVALID_CREDENTIALS');
    expect(await signInRefusal(gateway, { email: person.email, password })).toBeUndefined();
  });

  test('an identity that a stranger linked no longer signs in', async () => {
    const person = await signedInPerson(gateway);
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at)
       select gen_random_uuid(), id, 'acme', 'https://id.acme.example', id::text, now() from users`,
    );
    const bystander = await signedInPerson(gateway);
    await gateway.database.sql(
      `insert into identities (id, user_id, provider, issuer, subject, created_at)
       values (gen_random_uuid(), $1, 'acme', 'https://id.acme.example', 'bystander', now())`,
      [bystander.id],
    );
    await run({ email: person.email });
    const left = await gateway.database.sql('select user_id from identities');
    expect(left).toEqual([{ user_id: bystander.id }]);
  });

  test('a key that a stranger made acts for it no more', async () => {
    const person = await signedInPerson(gateway);
    const { secret } = await createdApiKey(gateway, person.accessToken);
    await gateway.ask(ME, {}, { token: secret });
    await run({ email: person.email });
    expectCode(await gateway.gql(ME, {}, { token: secret }), 'API_KEY_REVOKED');
  });

  test('the link that takes back an address it had before is worth nothing: it would take the rights along', async () => {
    const person = await signedInPerson(gateway);
    const email = newEmail('work');
    const input = await askEmailChange(gateway, person, email);
    await gateway.ask(CONFIRM_EMAIL_CHANGE, { input }, { token: person.accessToken });
    const { link } = await gateway.mailbox.lastTo(person.email, 'email-changed');
    await run({ email });
    const change = new URL(link ?? '').searchParams.get('change') ?? '';
    const page = await gateway.http('/undo-email-change', { method: 'POST', body: new URLSearchParams({ change }) });
    expect(page.status).toBe(400);
    expect(await signInRefusal(gateway, { email, password: STRONG_PASSWORD })).toBeUndefined();
  });

  test('a code that a stranger requested is void', async () => {
    const email = newEmail();
    const { register } = await gateway.ask(REGISTER, { input: { email, password: 'the password of a stranger 9' } });
    const code = await gateway.mailbox.codeFor(email);
    await run({ email });
    const answer = await gateway.gql('mutation ($input: VerifyOtpInput!) { verifyOtp(input: $input) { __typename } }', {
      input: { challengeToken: register.challengeToken, code },
    });
    expectCode(answer, 'INVALID_CODE');
  });
});

test('a weak password and an invalid address create no administrator', async () => {
  await expect(run({ email: newEmail() }, 'password')).rejects.toMatchObject({ code: 'WEAK_PASSWORD' });
  await expect(run({ email: 'nobody' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await gateway.database.sql(`SELECT user_id FROM user_roles WHERE role_name = 'admin'`)).toEqual([]);
});

describe('the password', () => {
  const options = { email: 'a@example.com', another: false, passwordFromStdin: true };

  test('is no argument', async () => {
    const { code, output } = await runCommand([
      'users:create-admin',
      '--email',
      'a@example.com',
      '--password',
      'secret',
    ]);
    expect(code).toBe(2);
    expect(output).toMatch(/Unknown option '--password'\.\n\nUsage: /);
  });

  test('is the first line of what is piped in', async () => {
    const input = new PassThrough();
    input.end('a lighthouse\r\nnot this\n');
    expect(await readNewPassword({ input, output: new PassThrough() }, options)).toBe('a lighthouse');
  });

  test('is asked for twice at a terminal, and not shown', async () => {
    const typed = async (first: string, second: string) => {
      const input = Object.assign(new PassThrough(), { isTTY: true });
      const output = new PassThrough();
      const answer = readNewPassword({ input, output }, { ...options, passwordFromStdin: false });
      input.write(`${first}\n`);
      setImmediate(() => input.write(`${second}\n`));
      return { answer, shown: () => String(output.read()) };
    };
    const same = await typed('lantern', 'lantern');
    expect(await same.answer).toBe('lantern');
    expect(same.shown()).toBe('Password: \nThe same again: \n');
    await expect((await typed('lantern', 'lanternn')).answer).rejects.toThrow(CommandError);
  });

  test('without a terminal, and without being piped in, is not waited for', async () => {
    const terminal = { input: new PassThrough(), output: new PassThrough() };
    await expect(readNewPassword(terminal, { ...options, passwordFromStdin: false })).rejects.toThrow(CommandError);
  });
});

import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD } from '../support/people.js';

const POLICY = /* GraphQL */ `
  {
    authSettings {
      passwordPolicy {
        minLength
        maxLength
        minStrength
      }
    }
  }
`;

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

describe('register refuses a password', () => {
  const person = { email: 'grace.hopper@cobol.example', username: 'amazing_grace', displayName: 'Grace Hopper' };
  test.each([
    ['TOO_SHORT', 'of seven characters', 'v9#kQ!x'],
    ['TOO_LONG', 'of 257 characters', `${'x7'.repeat(128)}y`],
    ['PERSONAL', 'that is the address', 'Grace.Hopper@cobol.example'],
    ['PERSONAL', 'that is the name turned round', 'HopperGrace1!'],
    ['PERSONAL', 'that is the username', 'amazing-grace'],
    ['PERSONAL', "that is this service's name", 'sallyport2026'],
    ['BREACHED', 'that everyone knows', 'iloveyou1'],
    ['BREACHED', 'that is on the list of John the Ripper', 'zacefron'],
    ['GUESSABLE', 'that is a row of keys', 'qwertyuiop[1'],
  ])('as %s %s, with advice and without repeating it', async (reason, _, password) => {
    const answer = await gateway.gql(REGISTER, { input: { ...person, password } });
    expectCode(answer, 'WEAK_PASSWORD');
    expect(answer.errors[0]!.extensions).toMatchObject({ reason, minStrength: 2, suggestions: expect.any(Array) });
    const suggestions = answer.errors[0]!.extensions.suggestions as string[];
    expect(suggestions.length).toBeGreaterThan(0);
    for (const suggestion of suggestions) expect(suggestion).toMatch(/^[A-Z].*\.$/);
    expect(answer.text + gateway.log.text()).not.toContain(password);
    expect(await gateway.database.sql('SELECT 1 FROM users WHERE email = $1', [person.email])).toEqual([]);
  });

  test('that is no text, or a whole page of it, as BAD_USER_INPUT', async () => {
    expectCode(await register(gateway, 'plum gravel orbit \ud800'), 'BAD_USER_INPUT');
    expectCode(await register(gateway, 'x'.repeat(40_000)), 'BAD_USER_INPUT');
  });
});

test('spaces, emoji, other scripts and 256 characters are a password, and open the account as typed', async () => {
  for (const password of [
    '  plum gravel orbit  ',
    '🦊🌋🎻🧊🪁🥨🛶🧲',
    'ключ от старой мельницы',
    'vexing-lobster-quill-42 '.repeat(11).slice(0, 256),
  ]) {
    const { email } = await registeredPerson(gateway, { password });
    const { data } = await gateway.gql(LOGIN, { input: { identifier: email, password } });
    expect(data?.login.__typename).toBe('SignedIn');
    expectCode(
      await gateway.gql(LOGIN, { input: { identifier: email, password: `${password} ` } }),
      'INVALID_CREDENTIALS',
    );
  }
});

test('authSettings has the policy that register applies', async () => {
  expect(await gateway.ask(POLICY)).toEqual({
    authSettings: { passwordPolicy: { minLength: 8, maxLength: 256, minStrength: 2 } },
  });
  const strict = await gateway.replica({ PASSWORD_MIN_LENGTH: '15', PASSWORD_MIN_STRENGTH: '3' });
  expect(await strict.ask(POLICY)).toEqual({
    authSettings: { passwordPolicy: { minLength: 15, maxLength: 256, minStrength: 3 } },
  });
  const answer = await register(strict, 'v9#kQ!xPw2mZ&t');
  expectCode(answer, 'WEAK_PASSWORD');
  expect(answer.errors[0]!.extensions).toMatchObject({ reason: 'TOO_SHORT', minStrength: 3 });
  expect(answer.errors[0]!.extensions.suggestions).toContain('Use at least 15 characters.');
  expect((await register(gateway, 'v9#kQ!xPw2mZ&t')).errors).toEqual([]);
});

describe('with BREACHED_PASSWORDS=hibp', () => {
  const asked: string[] = [];
  let behave: (path: string, response: ServerResponse) => void;
  let server: Server;
  let checking: TestGateway;
  const digest = createHash('sha1').update(STRONG_PASSWORD).digest('hex').toUpperCase();
  const outcomes = async () =>
    (await (await checking.http('/metrics')).text()).match(/^sallyport_breached_password_checks_total\{.*$/gm);

  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      behave(request.url ?? '', response);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    checking = await gateway.replica({
      BREACHED_PASSWORDS: 'hibp',
      BREACHED_PASSWORDS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    });
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('a password from a breach is refused, and five digits of its hash are all that left the server', async () => {
    behave = (_, response) => void response.end(`${'0'.repeat(35)}:0\r\n${digest.slice(5)}:42\r\n`);
    const answer = await register(checking, STRONG_PASSWORD);
    expectCode(answer, 'WEAK_PASSWORD');
    expect(answer.errors[0]!.extensions).toMatchObject({
      reason: 'BREACHED',
      suggestions: expect.arrayContaining(['This password has appeared in a data breach.']),
    });
    expect(asked).toEqual([`/range/${digest.slice(0, 5)}`]);
    expect(await outcomes()).toEqual(['sallyport_breached_password_checks_total{outcome="breached"} 1']);
  });

  test('one that is only padding of the answer is accepted', async () => {
    behave = (_, response) => void response.end(`${digest.slice(5)}:0\r\n`);
    expect((await register(checking, STRONG_PASSWORD)).errors).toEqual([]);
    expect(await outcomes()).toContain('sallyport_breached_password_checks_total{outcome="clean"} 1');
  });

  test.each([
    ['hangs', (): void => {}],
    ['begins to answer and hangs', (response: ServerResponse) => void response.write(`${'0'.repeat(35)}:1\r\n`)],
    ['fails', (response: ServerResponse) => void response.writeHead(503).end()],
    [
      'sends elsewhere',
      (response: ServerResponse) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    ['hangs up', (response: ServerResponse) => void response.destroy()],
  ])('a range server that %s closes registration to no one, and is counted', async (_, answer) => {
    behave = (_path, response) => answer(response);
    const failures = async () => Number(/failed"\} (\d+)/.exec((await outcomes())?.join('\n') ?? '')?.[1] ?? 0);
    const before = await failures();
    const begun = performance.now();
    expect((await register(checking, STRONG_PASSWORD)).errors).toEqual([]);
    // Undici would wait for five minutes.
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(await failures()).toBe(before + 1);
    const { status } = await checking.http('/health/ready');
    expect(status).toBe(200);
  });

  test('what is on the list of common passwords is refused without a request', async () => {
    const before = asked.length;
    expectCode(await register(checking, 'football1'), 'WEAK_PASSWORD');
    expect(asked).toHaveLength(before);
  });
});

function register(through: TestGateway, password: string) {
  return through.gql(REGISTER, { input: { email: newEmail('policy'), password } });
}

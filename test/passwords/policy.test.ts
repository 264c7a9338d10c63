import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, test } from '@jest/globals';
import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { createMetrics } from '../../src/platform/metrics.js';
import { createPolicy, type Policy } from '../../src/passwords/policy.js';

const metrics = createMetrics();
const opened: Policy[] = [];
const open = (settings: Partial<Parameters<typeof createPolicy>[0]> = {}) => {
  const policy = createPolicy(
    {
      passwordMinLength: 8,
      passwordMinStrength: 2,
      breachedPasswords: 'offline',
      breachedPasswordsUrl: undefined,
      ...settings,
    },
    metrics,
  );
  opened.push(policy);
  return policy;
};
const policy = open();
const alice = { email: 'alice.smith@wonderland.example', username: 'queen_of_hearts', displayName: 'Alice Liddell' };

afterAll(() => Promise.all(opened.map((one) => one.close())));

const weak = (reason: string) => ({ code: 'WEAK_PASSWORD', extensions: { reason, suggestions: expect.any(Array) } });

test.each([
  ['four words', 'correct horse battery staple'],
  ['one case and no digit', 'kvistelundhagen grot'],
  ['100 characters', 'the quick brown ox jumps over my lazy cat, twice a day, '.repeat(2).slice(0, 100)],
  ['256 characters', 'vexing-lobster-quill-42 '.repeat(11).slice(0, 256)],
  ['spaces at both ends', '  plum gravel orbit  '],
  ['other scripts', 'ключ от старой мельницы'],
  ['emoji', '🦊🌋🎻🧊🪁🥨🛶🧲'],
  ["the person's name among other words", 'alice prefers umber walrus'],
])('accepts %s', async (_, password) => {
  await expect(policy.check(password, alice)).resolves.toBeUndefined();
});

test.each([
  ['TOO_SHORT', 'seven characters', 'v9#kQ!x'],
  ['TOO_SHORT', 'seven emoji, though they are 14 UTF-16 units', '🦊🌋🎻🧊🪁🥨🛶'],
  ['TOO_SHORT', 'seven letters with combining accents', 'a\u0301'.repeat(7)],
  ['TOO_LONG', '257 characters', 'x7'.repeat(128) + 'y'],
  ['TOO_LONG', 'a megabyte', 'x7'.repeat(500_000)],
  ['PERSONAL', 'the e-mail address', 'alice.smith@wonderland.example'],
  ['PERSONAL', 'the e-mail address in capitals', 'ALICE.SMITH@WONDERLAND.EXAMPLE'],
  ['PERSONAL', 'its local part with a year', 'Alice.Smith2024!'],
  ['PERSONAL', 'the names in another order', 'SmithAlice#1'],
  ['PERSONAL', 'the username', 'queen-of-hearts'],
  ['PERSONAL', 'the display name in look-alikes', '@l1ce L1dd3ll'],
  ['PERSONAL', 'the name backwards', 'lleddilecila'],
  ['PERSONAL', 'the domain', 'wonderland99'],
  ['PERSONAL', 'the product', 'Sallyport123!'],
  ['BREACHED', 'a common password', 'football1'],
  ['BREACHED', 'a common password in capitals', 'IloveYou'],
  ['GUESSABLE', 'a common password, decorated', 'Password1!?'],
  ['GUESSABLE', 'a row of keys', 'qwertyuiop[1'],
  ['GUESSABLE', 'one character many times', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'],
])('refuses as %s %s, without repeating it', async (reason, _, password) => {
  const refusal: unknown = await policy.check(password, alice).catch((error: unknown) => error);
  expect(refusal).toMatchObject(weak(reason));
  const { message, detail, extensions } = refusal as {
    message: string;
    detail?: string;
    extensions: Record<string, unknown>;
  };
  expect(extensions.suggestions).not.toHaveLength(0);
  expect(JSON.stringify([message, detail, extensions])).not.toContain(password);
});

test('the 3000 most common passwords are refused, at the lowest strength too', async () => {
  const lenient = open({ passwordMinStrength: 0 });
  const common = (dictionary['passwords-common'] ?? []).slice(0, 3000).map(String);
  const accepted: string[] = [];
  for (const password of common) {
    await lenient.check(password).then(
      () => accepted.push(password),
      (error: unknown) => expect(error).toMatchObject({ code: 'WEAK_PASSWORD' }),
    );
  }
  expect(common).toHaveLength(3000);
  expect(accepted).toEqual([]);
});

/** Of John the Ripper's list; each of them was on no list of this server once. */
const JOHNS = `
  zacefron lipgloss cunningham flowerpot estrellita jesucristo princesita rastafarian thejudge cornflake gammaphi garfunkel
  mattingly whoville jethrotull thelorax majordomo hallowell lissabon morecats newcourt good-luck sample123 !@#$%^&*`;

const lenient = open({ passwordMinStrength: 0 });

test.each(JOHNS.trim().split(/\s+/))('%s is on the list, in any case', async (password) => {
  for (const typed of [password, password.toUpperCase()])
    await expect(lenient.check(typed)).rejects.toMatchObject(weak('BREACHED'));
});

test('what is on the list is refused, from the first line to the last, and what is not is not', async () => {
  const file = brotliDecompressSync(readFileSync('src/passwords/common-passwords.br')).toString('utf8');
  const lines = file.trimEnd().split('\n');
  const listed = new Set(lines);
  expect(listed.size).toBeGreaterThan(190_000);
  const isRefused = (password: string) =>
    lenient.check(password).then(
      () => false,
      () => true,
    );
  const [first = '', last = ''] = [lines[0], lines.at(-1)];
  expect(await Promise.all([first, last].map(isRefused))).toEqual([true, true]);
  const line = fc.nat(lines.length - 1).map((index) => lines[index] ?? '');
  const neighbour = fc.tuple(line, fc.string({ maxLength: 2 })).map(([one, more]) => one.slice(0, -1) + more);
  await fc.assert(
    fc.asyncProperty(fc.oneof(line, neighbour), async (password) => {
      fc.pre(password.length >= 8 && !password.includes('sallyport'));
      expect(await isRefused(password)).toBe(listed.has(password.normalize('NFC').toLowerCase()));
    }),
    { numRuns: 200 },
  );
});

test('a guessable password is answered with its score, the score asked for, and advice', async () => {
  await expect(policy.check('abcdefghijklmno!')).rejects.toMatchObject({
    code: 'WEAK_PASSWORD',
    extensions: {
      reason: 'GUESSABLE',
      score: 1,
      minStrength: 2,
      suggestions: expect.arrayContaining([expect.any(String)]),
    },
  });
});

test('length and strength follow the settings', async () => {
  const strict = open({ passwordMinLength: 15, passwordMinStrength: 4 });
  await expect(strict.check('v9#kQ!xPw2mZ&t')).rejects.toMatchObject(weak('TOO_SHORT'));
  await expect(strict.check('sommerhaus am meer')).resolves.toBeUndefined();
  await expect(strict.check('monkeybananacat1')).rejects.toMatchObject(weak('GUESSABLE'));
  await expect(open({ passwordMinStrength: 0 }).check('Password1!?')).resolves.toBeUndefined();
});

test('a lone surrogate is no password', async () => {
  await expect(policy.check('plum gravel orbit \ud800')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
});

test('no text and no name makes it throw anything but a refusal', async () => {
  const text = fc.string({ unit: 'binary', maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(text, text, text, async (password, email, displayName) => {
      const outcome: unknown = await policy.check(password, { email, displayName }).catch((error: unknown) => error);
      if (outcome !== undefined)
        expect(outcome).toMatchObject({ name: 'Refusal', code: expect.stringMatching(/WEAK_PASSWORD|BAD_USER_INPUT/) });
    }),
    { numRuns: 100 },
  );
});

describe('the range API', () => {
  const asked: Array<{ path: string; padding: unknown }> = [];
  let answer: (path: string) => { status: number; body: string };
  let server: Server;
  const start = async () => {
    server = createServer((request, response) => {
      const path = request.url ?? '';
      asked.push({ path, padding: request.headers['add-padding'] });
      const { status, body } = answer(path);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return open({
      breachedPasswords: 'hibp',
      breachedPasswordsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    });
  };
  afterAll(() => void server?.close());

  test('refuses what it lists, gets only five digits of a hash, and may fail', async () => {
    const asking = await start();
    // printf 'plum gravel orbit' | sha1sum
    const sha1 = '04E4170E75C1590A475B8E8FDC7118F08EBF4E70';
    answer = () => ({ status: 200, body: `${'0'.repeat(35)}:3\r\n${sha1.slice(5)}:12` });
    await expect(asking.check('plum gravel orbit')).rejects.toMatchObject(weak('BREACHED'));
    expect(asked).toEqual([{ path: `/range/${sha1.slice(0, 5)}`, padding: 'true' }]);

    answer = () => ({ status: 200, body: `${sha1.slice(5)}:0` });
    await expect(asking.check('plum gravel orbit')).resolves.toBeUndefined();

    answer = () => ({ status: 503, body: 'later' });
    await expect(asking.check('plum gravel orbit')).resolves.toBeUndefined();
    expect(await metrics.registry.getSingleMetricAsString('sallyport_breached_password_checks_total')).toMatch(
      /outcome="failed"\} 1/,
    );
  });

  test('is not asked unless it is switched on', async () => {
    const before = asked.length;
    await policy.check('plum gravel orbit');
    expect(asked).toHaveLength(before);
  });
});

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { pageLook } from '../../../src/api/pages/page-look.js';
import { formPages } from '../../../src/api/pages/form-page.js';
import { Refusal } from '../../../src/errors.js';
import { branded } from '../../support/branding.js';
import { FEATURES, gather } from '../../../src/features.js';
import { texts } from '../../support/texts.js';

const ours = { 'sec-fetch-site': 'same-origin' };
const JUDGED = { field: 'input.newPassword', minStrength: 3, problems: [] };

let app: FastifyInstance;
let reset: Record<string, string>[];
let undone: Record<string, string>[];
let failure: Error | undefined;

beforeEach(() => {
  reset = [];
  undone = [];
  failure = undefined;
  app = fastify();
  formPages(app, gather(FEATURES, 'pages'), {
    publicUrl: 'https://auth.example.com',
    apps: [],
    look: pageLook(branded(), texts),
    username: async ({ username }, { challenge }) => {
      if (challenge === 'unreachable') throw new Error('the database does not answer');
      return username && challenge === 'abc' ? 'r&d@field.example' : null;
    },
    submit: async ({ path }, answer) => {
      const submitted = { '/reset-password': reset, '/undo-email-change': undone }[path as string];
      if (!submitted) throw new Error('not asked for here');
      submitted.push(answer);
      if (failure) throw failure;
    },
  });
});
afterEach(() => app.close());

const get = (url: string) => app.inject({ url });
const post = (url: string, fields: Record<string, string>, headers: Record<string, string> = ours) => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const payload = new URLSearchParams(fields).toString();
  return app.inject({ method: 'POST', url, payload, headers: { ...type, ...headers } });
};

describe('the page that sets a new password', () => {
  const url = '/reset-password?challenge=abc&code=123';
  const send = (fields: Record<string, string>, headers = ours) => post('/reset-password', fields, headers);

  test('asks for the password with a label, works with password managers, and consumes nothing', async () => {
    const { body, statusCode } = await get(url);
    expect(statusCode).toBe(200);
    expect(body).toMatch(
      /<label for="newPassword">New password<\/label>\s*<input id="newPassword" name="newPassword" type="password" required/,
    );
    expect(body).toContain('autocomplete="new-password"');
    expect(reset).toEqual([]);
  });

  test('names the account before the password, for password managers, each time it asks', async () => {
    const named =
      /<input id="username" name="username" type="email" value="r&amp;d@field.example" readonly autocomplete="username">/;
    const inOrder = new RegExp(`${named.source}[^]*autocomplete="new-password"`);
    expect((await get(url)).body).toMatch(inOrder);
    expect((await get('/accept-invitation?challenge=abc&code=123')).body).toMatch(inOrder);
    expect((await get('/reset-password?challenge=abc')).body).toMatch(inOrder);
    failure = new Refusal('WEAK_PASSWORD', { ...JUDGED, reason: 'GUESSABLE', suggestions: [] });
    expect((await send({ challenge: 'abc', code: '123', newPassword: 'x' })).body).toMatch(inOrder);
  });

  test('asks for the password also where the address is not to be had', async () => {
    for (const challenge of ['of-none', 'unreachable']) {
      const { body, statusCode } = await get(`/reset-password?challenge=${challenge}&code=123`);
      expect(statusCode).toBe(200);
      expect(body).toContain('autocomplete="new-password"');
      expect(body).not.toContain('autocomplete="username"');
    }
  });

  test('never takes the password from the link, nor puts it into the page', async () => {
    const { body } = await get(`${url}&newPassword=from-the-link`);
    expect(body).not.toContain('from-the-link');
    failure = new Refusal('RATE_LIMITED', { retryAfter: 3 });
    expect((await send({ challenge: 'abc', code: '123', newPassword: 'typed-by-me' })).body).not.toContain(
      'typed-by-me',
    );
  });

  test('hands the password on as it was typed, spaces and all', async () => {
    const newPassword = '  a lighthouse + keeper & counts=ships é ';
    expect((await send({ challenge: 'abc', code: '123', newPassword })).statusCode).toBe(200);
    expect(reset).toEqual([{ challenge: 'abc', code: '123', newPassword }]);
  });

  test('a weak one is refused with suggestions, and code and challenge stay in the form', async () => {
    failure = new Refusal('WEAK_PASSWORD', {
      ...JUDGED,
      reason: 'GUESSABLE',
      suggestions: ['Avoid "1234".', 'Add words.'],
    });
    const page = await send({ challenge: 'abc', code: '123', newPassword: 'x' });
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('<li>Avoid &quot;1234&quot;.</li><li>Add words.</li>');
    expect(page.body).toContain('aria-describedby="problem" aria-invalid="true"');
    expect(page.body).toContain('<input type="hidden" name="challenge" value="abc">');
    expect(page.body).toContain('<input type="hidden" name="code" value="123">');
    const german = await send({ challenge: 'abc', code: '123', newPassword: 'x', lang: 'de' });
    expect(german.body).toContain('Das Passwort ist zu leicht zu erraten.');
    expect(german.body).not.toContain('Add words.');
  });

  test('says how long a password must be', async () => {
    failure = new Refusal('WEAK_PASSWORD', { ...JUDGED, reason: 'TOO_SHORT', suggestions: [], minLength: 15 });
    const { body } = await send({ challenge: 'abc', code: '123', newPassword: 'x', lang: 'de' });
    expect(body).toContain('mindestens 15 Zeichen');
  });

  test('does nothing for a form of another site', async () => {
    const fields = { challenge: 'abc', code: '123', newPassword: 'x' };
    expect((await send(fields, { 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403);
    expect(reset).toEqual([]);
  });
});

describe('the page that undoes a change of address', () => {
  test('shows a button and undoes nothing until it is pressed', async () => {
    const { body } = await get('/undo-email-change?change=abc&lang=de');
    expect(body).toContain('<button type="submit">Änderung zurücknehmen</button>');
    expect(undone).toEqual([]);
    const page = await post('/undo-email-change', { change: 'abc' });
    expect(page.body).toContain('Your account has its earlier e-mail address again');
    expect(undone).toEqual([{ change: 'abc' }]);
  });

  test.each(['CHALLENGE_EXPIRED', 'EMAIL_TAKEN'] as const)('after %s says why and shows no form', async (code) => {
    failure = new Refusal(code);
    const page = await post('/undo-email-change', { change: 'abc' });
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('role="alert"');
    expect(page.body).not.toContain('<form');
  });
});

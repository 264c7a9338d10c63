import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { pageLook } from '../../../src/api/pages/page-look.js';
import { formPages } from '../../../src/api/pages/form-page.js';
import { Refusal } from '../../../src/errors.js';
import { branded } from '../../support/branding.js';
import { FEATURES, gather } from '../../../src/features.js';
import { texts } from '../../support/texts.js';

const publicUrl = 'https://auth.example.com';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const ours = { 'sec-fetch-site': 'same-origin' };
let app: FastifyInstance;
let answered: Record<string, string>[];
let failure: Error | undefined;

beforeEach(() => {
  answered = [];
  failure = undefined;
  app = fastify();
  formPages(app, gather(FEATURES, 'pages'), {
    publicUrl,
    apps: [],
    look: pageLook(branded(), texts),
    username: () => Promise.reject(new Error('not asked for here')),
    submit: (page, answer) => {
      expect(page.path).toBe('/verify');
      answered.push(answer);
      return failure ? Promise.reject(failure) : Promise.resolve({ accessToken: 'SECRET-TOKEN' });
    },
  });
  app.post('/graphql', ({ body }) => ({ body }));
});
afterEach(() => app.close());

const get = (url: string, headers: InjectOptions['headers'] = {}) => app.inject({ url, headers });
const post = (payload: string, headers: InjectOptions['headers'] = ours) =>
  app.inject({ method: 'POST', url: '/verify', payload, headers: { ...form, ...headers } });

describe('opening the link', () => {
  test('shows a button and consumes nothing, however often a scanner opens it', async () => {
    for (const method of ['GET', 'HEAD', 'GET'] as const)
      await app.inject({ method, url: '/verify?challenge=abc&code=123' });
    const page = await get('/verify?challenge=abc&code=123');
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('<form method="post" action="verify">');
    expect(page.body).toContain('<input type="hidden" name="challenge" value="abc">');
    expect(page.body).toContain('<input type="hidden" name="code" value="123">');
    expect(page.body).toContain('<button type="submit">Confirm</button>');
    expect(answered).toEqual([]);
  });

  test('leaks nothing: not stored, no referrer, not indexed, no script, nothing from elsewhere, in no frame', async () => {
    const { headers, body } = await get('/verify?challenge=abc&code=123');
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    const policy = String(headers['content-security-policy']).split('; ');
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]),
    );
    expect(policy.join()).not.toMatch(/unsafe|script-src|\*/);
    expect(body).not.toMatch(/<script|https?:\/\//);
  });

  test('asks for the code where the link has none', async () => {
    const { body } = await get('/verify?challenge=abc');
    expect(body).toMatch(
      /<label for="code">Code from the mail<\/label>\s*<input id="code" name="code" type="text" required/,
    );
    expect(body).toMatch(/autocomplete="one-time-code"\s+inputmode="numeric"\s+autofocus/);
  });

  test('says so when the link is cut off', async () => {
    const page = await get('/verify?code=123');
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('This link is incomplete');
    expect(page.body).not.toContain('<form');
  });

  test('puts what it was given into the page as text', async () => {
    const { body } = await get(`/verify?challenge=${encodeURIComponent('"><script>alert(1)</script>')}&code=1`);
    expect(body).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
    expect(body).not.toContain('<script');
  });

  test('speaks the language of the link, else that of the browser', async () => {
    const german = await get('/verify?challenge=abc&code=1&lang=de', { 'accept-language': 'en' });
    expect(german.body).toContain('<html lang="de">');
    expect(german.body).toContain('<input type="hidden" name="lang" value="de">');
    expect((await get('/verify?challenge=abc&code=1', { 'accept-language': 'de-CH' })).body).toContain(
      '<html lang="de">',
    );
    expect((await get('/verify?challenge=abc&code=1&lang=xx')).body).toContain('<html lang="en">');
  });
});

describe('pressing the button', () => {
  test('answers the challenge and puts no token into the page', async () => {
    const page = await post('challenge=abc&code=123&lang=de');
    expect(answered).toEqual([{ challenge: 'abc', code: '123' }]);
    expect(page.statusCode).toBe(200);
    expect(page.body).toContain('Ihre E-Mail-Adresse ist bestätigt');
    expect(page.body).not.toContain('SECRET-TOKEN');
    expect(page.headers['set-cookie']).toBeUndefined();
  });

  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ 'sec-fetch-site': 'cross-site', origin: publicUrl }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'http://auth.example.com' }],
  ])('on a page that is not ours does nothing: %j', async (headers) => {
    const page = await post('challenge=abc&code=123', headers);
    expect(page.statusCode).toBe(403);
    expect(answered).toEqual([]);
  });

  test.each([[{ origin: publicUrl }], [{ origin: 'null' }], [{}]])(
    'works in browsers without Sec-Fetch-Site: %j',
    async (headers) => {
      expect((await post('challenge=abc&code=123', headers)).statusCode).toBe(200);
    },
  );

  test.each([
    'challenge=a&challenge=b&code=1',
    'challenge[]=a&code=1',
    'code=1',
    `challenge=${'x'.repeat(2000)}&code=1`,
    '',
  ])('with something else than one challenge is not looked up: %.40s', async (payload) => {
    expect((await post(payload)).statusCode).toBe(400);
    expect(answered).toEqual([]);
  });

  test('with a wrong code asks for the code again, and says so first', async () => {
    failure = new Refusal('INVALID_CODE');
    const page = await post('challenge=abc&code=000');
    expect(page.statusCode).toBe(400);
    expect(page.body).toContain('<title>That did not work – Confirm your e-mail address</title>');
    expect(page.body).toContain('role="alert"');
    expect(page.body).toContain('<input type="hidden" name="challenge" value="abc">');
    expect(page.body).toContain('<input id="code"');
    expect(page.body).not.toContain('000');
  });

  test.each(['CHALLENGE_EXPIRED', 'TOO_MANY_ATTEMPTS'] as const)(
    'after %s shows no form: it could not succeed',
    async (code) => {
      failure = new Refusal(code);
      const page = await post('challenge=abc&code=000');
      expect(page.statusCode).toBe(400);
      expect(page.body).toContain('role="alert"');
      expect(page.body).not.toContain('<form');
    },
  );

  test('too often says when to try again', async () => {
    failure = new Refusal('RATE_LIMITED', { retryAfter: 17 });
    const page = await post('challenge=abc&code=123');
    expect([page.statusCode, page.headers['retry-after']]).toEqual([429, '17']);
    expect(page.body).toContain('<input type="hidden" name="code" value="123">');
  });

  test('while something is broken shows a page and not the reason', async () => {
    failure = new Error('password authentication failed for user "postgres"');
    const page = await post('challenge=abc&code=123');
    expect(page.statusCode).toBe(500);
    expect(page.body).toContain('Something went wrong');
    expect(page.body).not.toContain('postgres');
  });
});

test('no other route learns to read forms, which a foreign page can send unasked', async () => {
  const answer = await app.inject({ method: 'POST', url: '/graphql', payload: 'query=x', headers: form });
  expect(answer.statusCode).toBe(415);
});

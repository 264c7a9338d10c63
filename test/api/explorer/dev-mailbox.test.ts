import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { devMailboxRoutes } from '../../../src/api/explorer/dev-mailbox.js';
import { landingRoutes } from '../../../src/api/explorer/landing.js';
import { pageLook } from '../../../src/api/pages/page-look.js';
import { branded } from '../../support/branding.js';
import { createDevMailbox } from '../../../src/platform/mail/dev-mailbox.js';
import { texts } from '../../support/texts.js';

const look = pageLook(branded(), texts);
let app: FastifyInstance;

beforeEach(async () => {
  const mailbox = createDevMailbox();
  const mail = {
    template: 'verify-email',
    locale: 'en',
    text: 'plain <b>',
    link: 'https://x.example/v?a=1&b=2',
  } as const;
  await mailbox.send({
    ...mail,
    id: 'one',
    to: 'ada@example.com',
    subject: 'First',
    html: '<p>1</p>',
    code: '111',
    at: new Date(0),
  });
  await mailbox.send({
    ...mail,
    id: 'two',
    to: 'b@example.com',
    subject: '<i>x</i>',
    html: '<p>2</p>',
    code: undefined,
    at: new Date(1),
  });
  app = fastify();
  devMailboxRoutes(app, { mailbox, look });
  landingRoutes(app, {
    config: { publicUrl: 'http://localhost:4000', explorer: true, management: null },
    mailbox: true,
    look,
  });
});
afterEach(() => app.close());

test('lists the mails, newest first, as text', async () => {
  const { body } = await app.inject('/dev/mailbox');
  expect(body.indexOf('&lt;i&gt;x&lt;/i&gt;')).toBeGreaterThan(0);
  expect(body.indexOf('&lt;i&gt;x&lt;/i&gt;')).toBeLessThan(body.indexOf('First'));
  expect(body).toContain('<code>111</code>');
});

test('returns code and link to scripts as JSON, of one recipient if requested', async () => {
  const all = (await app.inject('/dev/mailbox.json')).json<{ id: string }[]>();
  expect(all.map(({ id }) => id)).toEqual(['two', 'one']);
  const hers = (await app.inject('/dev/mailbox.json?to=ADA@example.com')).json<object[]>();
  expect(hers).toEqual([
    expect.objectContaining({ id: 'one', code: '111', link: 'https://x.example/v?a=1&b=2', to: 'ada@example.com' }),
  ]);
});

test('shows a mail in a sandboxed frame of its own, and its text', async () => {
  const html = await app.inject('/dev/mailbox/one');
  expect(html.body).toContain(
    '<iframe src="one/raw" title="The mail as HTML" sandbox="allow-popups allow-popups-to-escape-sandbox">',
  );
  expect((await app.inject('/dev/mailbox/one?part=text')).body).toContain('plain &lt;b&gt;');
  const raw = await app.inject('/dev/mailbox/one/raw');
  expect(raw.body).toBe('<p>1</p>');
  expect(raw.headers['content-security-policy']).toMatch(/default-src 'none';.*sandbox allow-popups/);
});

test.each(['/dev/mailbox/none', '/dev/mailbox/none/raw'])('%s is not found', async (url) => {
  expect((await app.inject(url)).statusCode).toBe(404);
});

test('the landing page leads to every place there is, by addresses that hold under any path', async () => {
  const { body, statusCode } = await app.inject('/');
  expect(statusCode).toBe(200);
  for (const place of ['graphql', 'graphiql', 'dev/mailbox', '.well-known/jwks.json', 'health/ready'])
    expect(body).toContain(`href="${place}"`);
  expect(body).toContain('curl http://localhost:4000/graphql');
  expect(body).not.toMatch(/(src|href)="(https?:)?\/\//);
});

test('in production the landing page names neither explorer nor mailbox', async () => {
  const production = fastify();
  landingRoutes(production, {
    config: { publicUrl: 'https://auth.example.com', explorer: false, management: null },
    mailbox: false,
    look,
  });
  expect((await production.inject('/')).body).not.toMatch(/graphiql|mailbox|Sandbox|curl/);
  await production.close();
});

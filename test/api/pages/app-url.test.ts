import { beforeAll, describe, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../../support/gateway.js';
import { newEmail, REGISTER, registeredPerson, STRONG_PASSWORD } from '../../support/people.js';
import { askReset, NEW_PASSWORD } from '../../support/recovery.js';

const APP = 'https://app.example.com/sign-in?from="mail"&x=1';
const HREF = 'href="https://app.example.com/sign-in?from=%22mail%22&amp;x=1"';

let gateway: TestGateway;
let without: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ APP_URL: APP, MAIL_FROM: 'Example <no-reply@example.com>' });
  without = await gateway.replica({ APP_URL: '', JOBS: 'off' });
});

async function send(path: string, fields: Record<string, string>, { via = gateway, headers = {} } = {}) {
  const answer = await via.http(path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', ...headers },
    body: new URLSearchParams(fields),
  });
  return { status: answer.status, body: await answer.text(), location: answer.headers.get('location') };
}

/** What the link of the confirmation mail carries. */
async function registered(): Promise<Record<string, string>> {
  const email = newEmail();
  await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
  return Object.fromEntries(new URL(link!).searchParams);
}

async function resetting(): Promise<Record<string, string>> {
  const { email } = await registeredPerson(gateway);
  const { challengeToken: challenge, code } = await askReset(gateway, email);
  return { challenge, code, newPassword: NEW_PASSWORD };
}

describe('the page that has done its work', () => {
  test.each([
    ['/verify', registered, 'en', 'Continue to Example'],
    ['/verify', registered, 'de', 'Weiter zu Example'],
    ['/reset-password', resetting, 'en', 'Continue to Example'],
    ['/reset-password', resetting, 'de', 'Weiter zu Example'],
  ])('%s leads on to the application: %#', async (path, prepare, lang, label) => {
    const { status, body } = await send(path, { ...(await prepare()), lang });
    expect(status).toBe(200);
    expect(body).toContain(`<a class="button" ${HREF} rel="noreferrer">${label}</a>`);
    expect(body).not.toMatch(/close this page|diese Seite schließen/);
  });

  test('says where to go where there is no such setting', async () => {
    const { status, body } = await send('/verify', await registered(), { via: without });
    expect(status).toBe(200);
    expect(body).toContain('You can close this page and go back to where you came from.');
    expect(body).not.toContain('<a ');
  });
});

test.each([
  ['/verify', { code: '1' }],
  ['/reset-password', { code: '1', newPassword: NEW_PASSWORD }],
])('the page of a dead link leads on, too: %s', async (path, fields) => {
  const { status, body } = await send(path, { challenge: 'x'.repeat(32), ...fields });
  expect(status).toBe(400);
  expect(body).toContain(HREF);
});

test('so does the one of an undone change, and a form that waits for an answer does not', async () => {
  expect((await send('/undo-email-change', { change: 'x'.repeat(43) })).body).toContain(HREF);
  expect(await (await gateway.http('/verify?challenge=x&code=1')).text()).not.toContain('<a ');
});

test.each(['https://evil.example', '//evil.example', 'https:evil.example', 'javascript:alert(1)'])(
  'no request decides where the page leads, nor causes a redirect: %s',
  async (evil) => {
    const names = [
      'app',
      'app_url',
      'APP_URL',
      'appUrl',
      'next',
      'redirect',
      'redirect_uri',
      'return_to',
      'url',
      'href',
    ];
    const fields = Object.fromEntries(names.map((name) => [name, evil]));
    const headers = {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      referer: 'https://evil.example/',
    };
    const query = new URLSearchParams(fields).toString();
    for (const via of [gateway, without]) {
      const done = await send(`/verify?${query}`, { ...fields, ...(await registered()) }, { via, headers });
      const dead = await send(`/verify?${query}`, { ...fields, challenge: 'x', code: '1' }, { via, headers });
      const asked = await (await via.http(`/verify?challenge=x&code=1&${query}`, { headers })).text();
      expect([done.status, dead.status, done.location, dead.location]).toEqual([200, 400, null, null]);
      for (const body of [done.body, dead.body, asked]) expect(body).not.toMatch(/evil|alert\(1\)/);
    }
  },
);

test('the mail about a taken address leads there from the settings, whatever the request claims', async () => {
  const { email } = await registeredPerson(gateway);
  const headers = { 'x-forwarded-host': 'evil.example', origin: 'https://evil.example' };
  await gateway.ask(REGISTER, { input: { email, password: NEW_PASSWORD } }, { headers });
  const mail = await gateway.mailbox.lastTo(email, 'already-registered');
  expect(mail.link).toBe('https://app.example.com/sign-in?from=%22mail%22&x=1');
  expect(mail.html + mail.text).not.toContain('evil');
});

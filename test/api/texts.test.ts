import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { LOGIN, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD } from '../support/people.js';
import { product } from '../support/product.js';
import { REQUEST_SIGN_IN_CODE } from '../support/recovery.js';

const WRITTEN = {
  en: {
    refusals: {
      refusals: { INVALID_CREDENTIALS: 'Hm, no.' },
      fields: { email: 'An address has an @.' },
      troubles: { notFound: 'Lost?' },
    },
    pages: { common: { weak: { BREACHED: 'Everyone knows this one.' } } },
  },
  pt: {
    mails: { 'sign-in-by-code': { subject: 'O seu código' } },
    pages: { verify: { title: 'Confirme <o> endereço' } },
    refusals: { refusals: { INVALID_CREDENTIALS: 'Não.' } },
  },
};

const folder = mkdtempSync(join(tmpdir(), 'sallyport-texts-'));
let gateway: TestGateway;
beforeAll(async () => {
  for (const [locale, texts] of Object.entries(WRITTEN))
    writeFileSync(join(folder, `${locale}.json`), JSON.stringify(texts));
  gateway = await startGateway({ TEXTS_DIR: folder });
});
afterAll(() => rmSync(folder, { recursive: true }));

const messageOf = async (query: string, input: object, language: string) =>
  (await gateway.gql(query, { input }, { headers: { 'accept-language': language } })).errors[0]?.message;
const wrong = { identifier: 'nobody@example.com', password: 'x' };

test('refusals have the operator’s words, in English too, and in a further language', async () => {
  expect(await messageOf(LOGIN, wrong, 'en')).toBe('Hm, no.');
  expect(await messageOf(LOGIN, wrong, 'pt-BR, en;q=0.5')).toBe('Não.');
  expect(await messageOf(LOGIN, wrong, 'de')).toMatch(/^Der Name oder das Passwort ist falsch/);
});

test('what they say of one field is in its problem, and what is not replaced stays as it is', async () => {
  expect(await messageOf(REGISTER, { email: 'x', password: STRONG_PASSWORD }, 'en')).toBe('An address has an @.');
  const breached = { email: newEmail(), password: 'password1' };
  expect(await messageOf(REGISTER, breached, 'en')).toBe('Everyone knows this one.');
  const short = { email: newEmail(), password: STRONG_PASSWORD, username: 'x' };
  expect(await messageOf(REGISTER, short, 'en')).toMatch(/username/i);
});

test('a mail is in the language of its user, where the operator has written that', async () => {
  const { email } = await registeredPerson(gateway, { locale: 'pt-PT' });
  await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
  const { subject, text, locale } = await gateway.mailbox.lastTo(email, 'sign-in-by-code');
  expect([subject, locale]).toEqual(['O seu código', 'pt']);
  // English where it says nothing.
  expect(text).toContain('Hello,');
});

test('so are pages, which show as text what is written', async () => {
  const page = await gateway.http('/verify?challenge=x&code=1&lang=pt-PT');
  const body = await page.text();
  expect(body).toContain('<html lang="pt">');
  expect(body).toContain('<h1>Confirme &lt;o&gt; endereço</h1>');
  const lost = await gateway.http('/nowhere', { headers: { accept: 'text/html', 'accept-language': 'en' } });
  expect(await lost.text()).toContain('<p>Lost?</p>');
});

test('the languages are offered to frontends', async () => {
  const { authSettings } = await gateway.ask('{ authSettings { locales } }');
  expect(authSettings.locales).toEqual(['en', 'de', 'fr', 'es', 'pt']);
});

test('a server does not start with a text that is wrong', async () => {
  const bad = mkdtempSync(join(folder, 'bad-'));
  writeFileSync(join(bad, 'en.json'), JSON.stringify({ mails: { 'verify-email': { subject: 'x\ny' } } }));
  const config = { ...gateway.config, textsDir: bad };
  await expect(product.createGateway({ config, log: gateway.log.log })).rejects.toThrow(
    'TEXTS_DIR: en.json: mails.verify-email.subject has a control character or a line break.',
  );
});

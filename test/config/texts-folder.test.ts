import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { loadTexts, printTexts } from '../../src/api/text-sections.js';
import { ConfigError } from '../../src/config/config.js';
import { FEATURES } from '../../src/features.js';
import { renderMail } from '../../src/platform/mail/render.js';
import { verifyEmail } from '../../src/sign-up/verify-email.mail.js';
import { branded } from '../support/branding.js';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** A folder with these files. */
function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-texts-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  return folder;
}

const load = (files: Record<string, unknown>) => loadTexts({ textsDir: folderWith(files) }, FEATURES);

function problemsOf(files: Record<string, unknown>): string[] {
  try {
    load(files);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
}

const mail = (files: Record<string, unknown>, locale: string, minutes = 10) =>
  renderMail({
    mail: verifyEmail,
    locale,
    branding: branded(),
    texts: load(files),
    params: { ...verifyEmail.sample, minutes },
  });

describe('the files of TEXTS_DIR', () => {
  test('take the place of single phrases, and leave the others', () => {
    const files = { 'de.json': { mails: { 'verify-email': { subject: 'Willkommen!', button: 'Jetzt <b>los</b>' } } } };
    const { subject, html, text } = mail(files, 'de');
    expect(subject).toBe('Willkommen!');
    expect(html).toContain('Jetzt &lt;b&gt;los&lt;/b&gt;</a>');
    expect(text).toContain('Guten Tag,');
    expect(mail(files, 'en').subject).toContain('Confirm your e-mail address');
  });

  test('bring languages of their own, with English for what they lack', () => {
    const files = { 'pt.json': { mails: { common: { layout: { hello: 'Olá,' } } } }, 'pt-BR.json': {} };
    const texts = load(files);
    expect(texts.locales.all).toEqual(['en', 'de', 'fr', 'es', 'pt', 'pt-BR']);
    expect([texts.locales.pick('pt-br'), texts.locales.pick('pt-PT')]).toEqual(['pt-BR', 'pt']);
    // A language of a country has what its language has.
    for (const locale of ['pt', 'pt-BR']) {
      expect(mail(files, locale).text).toContain('Olá,');
      expect(mail(files, locale).subject).toContain('Confirm your e-mail address');
      expect(mail(files, locale).html).toContain(`<html lang="${locale}"`);
    }
  });

  test('write plurals as their language has them', () => {
    const [one, few, many] = ['{{count}} minuta', '{{count}} minuty', '{{count}} minut'];
    const files = {
      'pl.json': { mails: { 'verify-email': { expires_one: one, expires_few: few, expires_many: many } } },
    };
    for (const [minutes, words] of [
      [1, '1 minuta'],
      [3, '3 minuty'],
      [5, '5 minut'],
    ] as const)
      expect(mail(files, 'pl', minutes).text).toContain(words);
  });

  test('can be begun from what the command prints', () => {
    for (const locale of ['en', 'de']) {
      const printed = printTexts(FEATURES, locale);
      expect(problemsOf({ [`${locale}.json`]: printed })).toEqual([]);
    }
    expect(JSON.parse(printTexts(FEATURES, 'de')).mails['verify-email'].button).toBe('E-Mail-Adresse bestätigen');
    expect(JSON.parse(printTexts(FEATURES, 'pt')).mails['verify-email'].button).toBe('Confirm e-mail address');
  });

  test('may lie beside other files', () => {
    expect(problemsOf({ 'README.md': 'not ours' })).toEqual([]);
  });
});

const ofMail = (phrases: object) => ({ 'en.json': { mails: { 'verify-email': phrases } } });
const plural = (expires: object) => ({ 'pl.json': { mails: { 'verify-email': expires } } });

test.each<[string, Record<string, unknown>, RegExp]>([
  ['a key that is none', ofMail({ subjekt: 'x' }), /^en\.json: mails\.verify-email\.subjekt is not a text/],
  [
    'a mail that is none',
    { 'en.json': { mails: { verify: {} } } },
    /^en\.json: there is no mails\.verify; npm run texts/,
  ],
  ['a section that is none', { 'en.json': { mail: {} } }, /^en\.json: mail is not a section/],
  [
    'a prototype',
    { 'en.json': '{"mails":{"verify-email":{"__proto__":{"x":"y"}}}}' },
    /mails\.verify-email\.__proto__ is not a text/,
  ],
  ['what every object has', ofMail({ constructor: 'x' }), /mails\.verify-email\.constructor is not a text/],
  ['no text', ofMail({ subject: 5 }), /mails\.verify-email\.subject is empty/],
  ['an empty text', ofMail({ subject: ' ' }), /mails\.verify-email\.subject is empty/],
  ['a line break', ofMail({ subject: 'x\r\nBcc: eve@example.com' }), /subject has a control character or a line break/],
  ['a text without end', ofMail({ subject: 'x'.repeat(2001) }), /subject is longer than 2000 characters/],
  ['a reference to another phrase', ofMail({ subject: '$t(layout.footer)' }), /subject must not have \$t\(/],
  [
    'a blank that is not filled in',
    ofMail({ intro: 'Use {{code}}' }),
    /intro has \{\{code\}\}, which is not filled in/,
  ],
  [
    'a blank in other words',
    ofMail({ intro: 'At {{- product}}' }),
    /intro has \{\{- product\}\}, which is not filled in/,
  ],
  [
    'a blank that is missing',
    { 'de.json': { mails: { common: { layout: { helloName: 'Hallo!' } } } } },
    /^de\.json: mails\.common\.layout\.helloName lacks \{\{name\}\}/,
  ],
  ['a number that is missing', ofMail({ expires_other: 'For some minutes.' }), /expires_other lacks \{\{count\}\}/],
  [
    'a refusal without its limit',
    { 'fr.json': { refusals: { fields: { TOO_SHORT_LIMIT: 'Trop court.' } } } },
    /^fr\.json: refusals\.fields\.TOO_SHORT_LIMIT lacks \{\{limit\}\}/,
  ],
  [
    'the name of the service on a page',
    { 'en.json': { pages: { common: { close: 'Back to {{product}}' } } } },
    /pages\.common\.close has \{\{product\}\}/,
  ],
  [
    'a form that the language has not beside it',
    plural({ expires_one: 'x', expires_other: '{{count}}' }),
    /expires_one needs expires_(few|many) beside it/,
  ],
  [
    'a text where a group belongs',
    { 'en.json': { mails: { common: { layout: 'x' } } } },
    /mails\.common\.layout is not an object/,
  ],
  ['a list', { 'en.json': [] }, /^en\.json: write an object of sections/],
  ['no JSON', { 'en.json': '{' }, /^en\.json: it is not JSON/],
  ['a name that is no language', { 'english_texts.json': {} }, /^english_texts\.json: its name is not a language/],
  ['a name that BCP 47 writes otherwise', { 'PT-br.json': {} }, /^PT-br\.json: its name is not a language/],
])('%s is refused at start', (_what, files, sentence) => {
  const problems = problemsOf(files);
  expect(problems.map((problem) => problem.replace('TEXTS_DIR: ', ''))).toContainEqual(expect.stringMatching(sentence));
  expect(problems.every((problem) => problem.startsWith('TEXTS_DIR: '))).toBe(true);
});

test('every problem is reported at once, and so is a missing folder', () => {
  expect(problemsOf({ ...ofMail({ a: 'x', subject: '' }), 'de.json': { x: {} } })).toHaveLength(3);
  expect(() => loadTexts({ textsDir: '/no/such/folder' }, FEATURES)).toThrow(
    /TEXTS_DIR: cannot read \/no\/such\/folder \(ENOENT\)/,
  );
});

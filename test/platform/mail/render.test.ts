import { describe, expect, test } from '@jest/globals';
import { FEATURES, gather } from '../../../src/features.js';
import { builtInLocales as locales } from '../../../src/platform/locales.js';
import { renderMail } from '../../../src/platform/mail/render.js';
import { refreshTokenReused } from '../../../src/sessions/refresh-token-reused.mail.js';
import { branded } from '../../support/branding.js';
import { alreadyRegistered } from '../../../src/sign-up/already-registered.mail.js';
import { verifyEmail } from '../../../src/sign-up/verify-email.mail.js';
import { texts } from '../../support/texts.js';

const mails = gather(FEATURES, 'mails').map((mail): [string, typeof mail] => [mail.name, mail]);
const branding = branded();
const product = branding.name;

describe.each(locales)('in %s', (locale) => {
  test.each(mails)('%s says in text and HTML what its sample holds, and no phrase is missing', (_name, definition) => {
    const { sample } = definition;
    const mail = renderMail({ mail: definition, locale, branding, texts, params: sample });
    expect(mail.subject).toContain(product);
    expect(mail.html).toContain(`<html lang="${locale}"`);
    for (const rendered of [mail.html, mail.text, mail.subject]) {
      expect(rendered).not.toMatch(/\{\{|\}\}|undefined|\[object|mails\.\w|<%|&amp;amp;/);
    }
    const { code, link } = sample as { code?: string; link?: string };
    expect([mail.code, mail.link]).toEqual([code, link]);
    if (code) expect(mail.html).toContain(`>${code}</p>`);
    if (code) expect(mail.text).toMatch(new RegExp(`^ {4}${code}$`, 'm'));
    if (link) expect(mail.html).toContain(`href="${link.replaceAll('&', '&amp;')}"`);
    if (link) expect(mail.text.split('\n')).toContain(link);
  });

  test.each(mails)('%s asks nothing of any other server', (_name, mail) => {
    const { html } = renderMail({ mail, locale, branding, texts, params: mail.sample });
    expect(html).not.toMatch(/<(img|script|link|iframe|object|video)|@import|url\(|\bsrc=/i);
  });
});

test('no two mails have the same name: a queued one is found by it', () => {
  expect(new Set(mails.map(([name]) => name)).size).toBe(mails.length);
});

test('one minute is not "1 minutes"', () => {
  const params = { ...verifyEmail.sample, minutes: 1 };
  expect(renderMail({ mail: verifyEmail, locale: 'en', branding, texts, params }).text).toContain('for one minute.');
  expect(renderMail({ mail: verifyEmail, locale: 'de', branding, texts, params }).text).toContain('eine Minute lang.');
});

describe('what another user chose', () => {
  const reused = (name: string, device = 'Firefox') =>
    renderMail({
      mail: refreshTokenReused,
      locale: 'en',
      branding,
      texts,
      params: { name, device, at: '2026-11-20T14:03:00.000Z' },
    });

  test('is text in HTML', () => {
    const { html, text } = reused(`<b onclick="x">Ada</b> & 'co'`);
    expect(html).toContain('Hello &lt;b onclick=&quot;x&quot;&gt;Ada&lt;/b&gt; &amp; &#39;co&#39;,');
    expect(text).toContain(`Hello <b onclick="x">Ada</b> & 'co',`);
  });

  test('is not a phrase and fills no blank', () => {
    expect(reused('$t(pages) {{product}}').text).toContain('Hello $t(pages) {{product}},');
  });

  test.each([
    'Visit evil.example now',
    'https://evil.test',
    '//evil',
    'www.evil',
    'mail me@evil',
    'evil\u3002example',
    'evil\uff0eexample',
    'ev\u200bil.example',
    'javascript:alert(1)',
  ])('never becomes a link: %j', (name) => {
    const { html, text } = reused(name, name);
    expect(text).toContain('Hello,\n');
    expect(text).toContain('Device: unknown');
    expect(html).not.toContain('evil');
  });

  test.each(['J.R.R. Tolkien', 'Dr. Ada Lovelace', 'Zoë', '李小龍', "O'Neill-Smith"])(
    'is kept when it is a name: %s',
    (name) => {
      expect(reused(name).text).toContain(`Hello ${name},`);
    },
  );

  test('cannot begin a new line or run on for ever', () => {
    const { text } = reused(`Ada\r\n\r\nYou have won\u2028${'x'.repeat(500)}`);
    expect(text).toMatch(/^Hello Ada You have won x{1,64},$/m);
  });
});

test('mails to unverified addresses take no name: a stranger would write their first line', () => {
  const params = { ...verifyEmail.sample, name: 'You have won' };
  expect(renderMail({ mail: verifyEmail, locale: 'en', branding, texts, params }).text).not.toContain('You have won');
});

describe('the mail about a taken address', () => {
  const mail = (appUrl?: string) =>
    renderMail({ mail: alreadyRegistered, locale: 'de', branding, texts, params: {}, appUrl });

  test('leads to where people sign in, where the settings say so', () => {
    const { html, text, link } = mail('https://app.example.com/sign-in?from=mail&x="');
    expect(html).toContain('href="https://app.example.com/sign-in?from=mail&amp;x=&quot;"');
    expect(text).toContain('Zur Anmeldung:\nhttps://app.example.com/sign-in');
    expect(link).toMatch(/^https:\/\/app\.example\.com/);
  });

  test('has no link where they do not', () => {
    expect(mail().html).not.toContain('<a ');
    expect(mail().link).toBeUndefined();
  });
});

test('a link that is not http or https is refused', () => {
  const params = { ...verifyEmail.sample, link: 'javascript:alert(1)' };
  expect(() => renderMail({ mail: verifyEmail, locale: 'en', branding, texts, params })).toThrow('http or https');
});

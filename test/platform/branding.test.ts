import { describe, expect, test } from '@jest/globals';
import fastify from 'fastify';
import { pageLook } from '../../src/api/pages/page-look.js';
import { sendPage } from '../../src/api/pages/page.js';
import { ConfigError, loadConfig } from '../../src/config/config.js';
import { builtInLocales as locales } from '../../src/platform/locales.js';
import { renderMail } from '../../src/platform/mail/render.js';
import { contrast, paletteOf } from '../../src/platform/palette.js';
import { verifyEmail } from '../../src/sign-up/verify-email.mail.js';
import { branded } from '../support/branding.js';
import { texts } from '../support/texts.js';

const LOGO = 'https://cdn.example.com/logo.png?v=1&w=80';
const settings = {
  SERVICE_NAME: 'Salt & "Pepper" <b>',
  SERVICE_LOGO_URL: LOGO,
  SERVICE_COLOR: '#FFC400',
  SUPPORT_EMAIL: "o'brien?cc=eve&x@example.com",
};
const mailWith = (given: Record<string, string>, locale: (typeof locales)[number] = 'en') =>
  renderMail({ mail: verifyEmail, locale, branding: branded(given), texts, params: verifyEmail.sample });

async function pageWith(given: Record<string, string>, wide = false) {
  const app = fastify();
  const look = pageLook(branded(given), texts);
  app.get('/', (_, reply) => sendPage(reply, look, { lang: 'de', title: 'Titel', body: '<h1>Titel</h1>', wide }));
  const { body, headers } = await app.inject('/');
  await app.close();
  return { body, policy: `${headers['content-security-policy']}` };
}

describe('a mail', () => {
  test('has name, logo, colour and support address, as text in its HTML', () => {
    const { html, subject } = mailWith(settings);
    expect(subject).toContain(settings.SERVICE_NAME);
    expect(html).toContain(
      'src="https://cdn.example.com/logo.png?v=1&amp;w=80" alt="Salt &amp; &quot;Pepper&quot; &lt;b&gt;"',
    );
    expect(html).toContain('href="mailto:o&#39;brien%3Fcc%3Deve%26x@example.com"');
    expect(html).toContain('background:#ffc400');
    expect(html).not.toContain('<b>');
  });

  test.each(locales)('ends with where to write to, in its text too: %s', (locale) => {
    const { text } = mailWith(settings, locale);
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^[^{}]+ o'brien\?cc=eve&x@example\.com$/);
  });

  test('has none of it unless it is set', () => {
    const { html, text } = mailWith({});
    expect(html + text).not.toMatch(/<img|mailto:|Questions\?/);
    expect(html).toContain('background:#1f5fd0');
  });
});

describe('a page', () => {
  test('has them, and may show pictures of that one origin alone', async () => {
    const { body, policy } = await pageWith(settings);
    expect(body).toContain('<img class="logo" src="https://cdn.example.com/logo.png?v=1&amp;w=80"');
    expect(body).toContain('Fragen? Schreiben Sie an <a href="mailto:o&#39;brien%3Fcc%3Deve%26x@example.com">');
    expect(body).toContain('--button: #ffc400; --on-button: #000000');
    expect(policy).toContain('img-src data: https://cdn.example.com;');
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+';/);
    expect(policy).not.toMatch(/script|unsafe/);
  });

  test('for developers has nothing of the service', async () => {
    expect((await pageWith(settings, true)).body).not.toMatch(/<img|<footer/);
  });

  test('has none of it unless it is set', async () => {
    const { body, policy } = await pageWith({});
    expect(body).not.toMatch(/<img|<footer/);
    expect(policy).toContain('img-src data:;');
  });
});

describe('any colour', () => {
  const grounds = { light: ['#ffffff', '#f3f5f8'], dark: ['#1f242c', '#14171c'] };
  const steps = ['00', '33', '66', '80', '99', 'cc', 'ff'];
  const colors = steps.flatMap((r) => steps.flatMap((g) => steps.map((b) => `#${r}${g}${b}`)));

  test.each(['light', 'dark'] as const)('can be read, on the button and as a link: %s', (scheme) => {
    const unreadable = colors.filter((color) => {
      const { accent, button, onButton } = paletteOf(color)[scheme];
      const ofLinks = grounds[scheme].map((ground) => contrast(accent, ground));
      return Math.min(contrast(button, onButton), ...ofLinks) < 4.5;
    });
    expect(unreadable).toEqual([]);
  });

  test('is kept if it is readable, and is on the button unchanged', () => {
    expect(paletteOf('#1f5fd0').light).toEqual({ accent: '#1f5fd0', button: '#1f5fd0', onButton: '#ffffff' });
    expect(paletteOf('#ffc400').light.button).toBe('#ffc400');
    // White on white would be no button.
    expect(contrast(paletteOf('#ffffff').light.button, '#ffffff')).toBeGreaterThan(4);
  });

  test('has the contrast of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

test.each([
  ['SERVICE_COLOR', 'red', /write a colour as #rrggbb/],
  ['SERVICE_COLOR', '#fff', /write a colour as #rrggbb/],
  ['SERVICE_COLOR', '#1f5fd0;}*{display:none', /write a colour as #rrggbb/],
  ['SERVICE_LOGO_URL', 'http://cdn.example.com/logo.png', /write the whole address of a picture/],
  ['SERVICE_LOGO_URL', 'javascript:alert(1)', /write the whole address/],
  ['SERVICE_LOGO_URL', 'data:image/png;base64,AAAA', /write the whole address/],
  ['SERVICE_LOGO_URL', '//cdn.example.com/logo.png', /write the whole address/],
  ['SERVICE_LOGO_URL', "https://cdn.example.com;script-src 'unsafe-inline'/logo.png", /write the whole address/],
  ['SERVICE_LOGO_URL', 'https://cdn.example.com,script-src/logo.png', /write the whole address/],
  ['SERVICE_LOGO_URL', 'https://user@cdn.example.com/logo.png', /write the whole address/],
  ['SERVICE_LOGO_URL', 'https://*.example.com/logo.png', /write the whole address/],
  ['SERVICE_LOGO_URL', 'https://cdn.example.com/"onerror="x.png', /write the whole address/],
  ['SERVICE_NAME', 'Acme\r\nBcc: eve@example.com', /without control characters/],
  ['SERVICE_NAME', 'Acme\u202Emoc', /without control characters/],
  ['SERVICE_NAME', 'x'.repeat(65), /64 characters at most/],
  ['SUPPORT_EMAIL', 'a@example.com,b@example.com', /write one e-mail address/],
  ['SUPPORT_EMAIL', 'help', /write one e-mail address/],
  ['SUPPORT_EMAIL', 'Help <help@example.com>', /write one e-mail address/],
])('%s=%s is refused at start', (name, value, sentence) => {
  let problems: string[] = [];
  try {
    loadConfig({ [name]: value });
  } catch (error) {
    ({ problems } = error as ConfigError);
  }
  expect(problems).toEqual([expect.stringMatching(sentence)]);
});

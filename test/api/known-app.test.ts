import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { CREATE_USER } from '../support/administration.js';
import { admin, newEmail, REGISTER, registeredPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { START_PROVIDER_SIGN_IN } from '../support/provider-flow.js';
import { NEW_PASSWORD, REQUEST_PASSWORD_RESET, REQUEST_SIGN_IN_CODE, RESET_PASSWORD } from '../support/recovery.js';

const WEB = 'https://app.example.com/sign-in';
const ADMIN = 'https://admin.example.com/?from=mail';
const RESEND_OTP = 'mutation ($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken } }';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({
    APP_URLS: `web=${WEB}, admin=${ADMIN}`,
    CORS_ORIGINS: 'https://app.example.com',
    OTP_COOLDOWN: '1s',
    PROVIDERS: 'google',
    PROVIDER_GOOGLE_CLIENT_ID: 'client',
    PROVIDER_GOOGLE_CLIENT_SECRET: 'x'.repeat(24),
    REDIRECT_URIS: 'https://app.example.com/signed-in',
  });
});

const naming = (app: string) => ({ headers: { 'x-sallyport-app': app } });
const ask = (email: string, options = {}) => gateway.gql(REQUEST_SIGN_IN_CODE, { input: { email } }, options);

/** Where the newest mail of the kind leads: without what it answers. */
async function target(email: string, template: string): Promise<string> {
  const { link } = await gateway.mailbox.lastTo(email, template);
  return link!.replace(/#.*/, '');
}

describe('the link of a mail', () => {
  test('leads to the application that the header names, and to the first one without a header', async () => {
    const [one, other] = [newEmail(), newEmail()];
    await ask(one);
    await ask(other, naming('admin'));
    expect(await target(one, 'sign-in-by-code')).toBe(WEB);
    expect(await target(other, 'sign-in-by-code')).toBe(ADMIN);
  });

  test('stays with the challenge: a code that another application has sent again leads there, too', async () => {
    const email = newEmail();
    const { challengeToken } = (await ask(email, naming('admin'))).data!.requestSignInCode;
    await target(email, 'sign-in-by-code');
    gateway.mailbox.forget();
    gateway.clock.advance(2000);
    await gateway.ask(RESEND_OTP, { input: { challengeToken } }, naming('web'));
    expect(await target(email, 'sign-in-by-code')).toBe(ADMIN);
  });

  test('is made when the mail is written for what has no challenge', async () => {
    const { email } = await registeredPerson(gateway);
    await gateway.ask(REGISTER, { input: { email, password: NEW_PASSWORD } }, naming('admin'));
    expect(await target(email, 'already-registered')).toBe(ADMIN);
  });

  test('is chosen by nothing else that a request holds', async () => {
    const evil = 'admin.example.com';
    const url = `https://${evil}`;
    const headers = {
      origin: url,
      referer: url,
      'x-forwarded-host': evil,
      forwarded: `host=${evil}`,
      'x-app': 'admin',
    };
    const email = newEmail();
    expect((await ask(email, { headers })).errors).toEqual([]);
    const mail = await gateway.mailbox.lastTo(email, 'sign-in-by-code');
    expect(mail.html + mail.text).not.toContain(evil);
  });
});

describe('an application that APP_URLS has not', () => {
  test.each([
    'evil',
    'https://evil.example',
    'https://admin.example.com',
    'ADMIN',
    'admin, web',
    '__proto__',
    'x'.repeat(4000),
  ])('is refused before anything is done: %.40s', async (app) => {
    const email = newEmail();
    const answer = await ask(email, naming(app));
    expectCode(answer, 'BAD_USER_INPUT');
    expect(answer.errors[0]?.extensions.problems).toMatchObject([{ field: 'x-sallyport-app', code: 'UNKNOWN' }]);
    expect(await gateway.database.sql('select 1 from challenges where email = $1', [email])).toEqual([]);
  });

  test('is reported in the language of the reader', async () => {
    const headers = { 'x-sallyport-app': 'evil', 'accept-language': 'de' };
    const { errors } = await ask(newEmail(), { headers });
    expect(errors[0]?.message).toBe('Das gibt es nicht.');
  });

  test('does not affect queries, and an empty name counts as none', async () => {
    expect((await gateway.gql('{ authSettings { locales } }', {}, naming('evil'))).errors).toEqual([]);
    expect((await ask(newEmail(), naming(''))).errors).toEqual([]);
  });
});

describe('a page behind a link', () => {
  const post = async (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields);
    return (await gateway.http(path, { method: 'POST', body, headers: { 'sec-fetch-site': 'same-origin' } })).text();
  };

  test('carries the name through its form, and leads on to that application', async () => {
    const email = newEmail();
    await gateway.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } }, naming('admin'));
    const { link } = await gateway.mailbox.lastTo(email, 'verify-email');
    const { searchParams, pathname, search } = new URL(link!);
    expect(searchParams.get('app')).toBe('admin');
    expect(await (await gateway.http(pathname + search)).text()).toContain(
      '<input type="hidden" name="app" value="admin">',
    );
    expect(await post(pathname, Object.fromEntries(searchParams))).toContain(`href="${ADMIN}"`);
  });

  test.each(['https://evil.example', '//evil.example', 'nobody', '"><script>'])('takes no address: %s', async (app) => {
    const query = new URLSearchParams({ challenge: 'x', code: '1', app });
    const asked = await (await gateway.http(`/verify?${query}`)).text();
    const failed = await post('/verify', Object.fromEntries(query));
    expect(failed).toContain(`href="${WEB}"`);
    expect(asked + failed).not.toMatch(/evil|nobody|<script/);
  });

  test('of an invitation, too', async () => {
    const email = newEmail();
    const { accessToken } = await admin(gateway);
    await gateway.ask(CREATE_USER, { input: { email } }, { token: accessToken, ...naming('admin') });
    const { link } = await gateway.mailbox.lastTo(email, 'invitation');
    expect(new URL(link!).searchParams.get('app')).toBe('admin');
  });
});

describe('a page of the application in place of ours', () => {
  let own: TestGateway;
  beforeAll(async () => {
    const answer = '#challenge={challenge}&code={code}';
    own = await gateway.replica({
      MAIL_LINK_VERIFY: `/verify${answer}`,
      MAIL_LINK_RESET: `https://app.example.com/reset${answer}`,
      MAIL_LINK_INVITATION: `/welcome?lang={locale}${answer}`,
      MAIL_LINK_SIGN_IN: `/by-mail${answer}`,
    });
  });

  async function opened(email: string, template: string) {
    const url = new URL((await gateway.mailbox.lastTo(email, template)).link!);
    const { challenge = '', code = '' } = Object.fromEntries(new URLSearchParams(url.hash.slice(1)));
    return { page: url.origin + url.pathname + url.search, challengeToken: challenge, code };
  }

  test('opens an account, signs in and resets a password, each from its own page', async () => {
    const email = newEmail();
    await own.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } }, naming('admin'));
    const { page: verify, ...given } = await opened(email, 'verify-email');
    expect(verify).toBe('https://admin.example.com/verify');
    expect((await own.gql(VERIFY_OTP, { input: given })).errors).toEqual([]);

    await own.ask(REQUEST_SIGN_IN_CODE, { input: { email } });
    const { page: signIn, ...code } = await opened(email, 'sign-in-by-code');
    expect(signIn).toBe('https://app.example.com/by-mail');
    expect((await own.gql(VERIFY_OTP, { input: code })).errors).toEqual([]);

    await own.ask(REQUEST_PASSWORD_RESET, { input: { email } }, naming('admin'));
    const { page: reset, ...answer } = await opened(email, 'reset-password');
    expect(reset).toBe('https://app.example.com/reset');
    expect((await own.gql(RESET_PASSWORD, { input: { ...answer, newPassword: NEW_PASSWORD } })).errors).toEqual([]);
  });

  test('lets an invited user choose the first password, in the language of the mail', async () => {
    const email = newEmail();
    const { accessToken } = await admin(own);
    await own.ask(CREATE_USER, { input: { email, locale: 'fr-CA' } }, { token: accessToken });
    const { page, ...answer } = await opened(email, 'invitation');
    expect(page).toBe('https://app.example.com/welcome?lang=fr-CA');
    expect((await own.gql(RESET_PASSWORD, { input: { ...answer, newPassword: NEW_PASSWORD } })).errors).toEqual([]);
  });
});

describe('an application to which mails lead may do nothing for that reason', () => {
  test('only the origins of CORS_ORIGINS may call, and send the name', async () => {
    const preflight = async (origin: string) => {
      const asking = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-sallyport-app' };
      const { headers } = await gateway.http('/graphql', { method: 'OPTIONS', headers: { origin, ...asking } });
      return [headers.get('access-control-allow-origin'), headers.get('access-control-allow-headers')];
    };
    expect(await preflight('https://app.example.com')).toEqual(['https://app.example.com', 'x-sallyport-app']);
    expect((await preflight('https://admin.example.com'))[0]).toBeNull();
  });

  test('only those of REDIRECT_URIS are returned to by a provider', async () => {
    const input = { provider: 'google', redirectUri: ADMIN, codeChallenge: 'c'.repeat(43) };
    expectCode(await gateway.gql(START_PROVIDER_SIGN_IN, { input }, naming('admin')), 'REDIRECT_URI_NOT_ALLOWED');
  });
});

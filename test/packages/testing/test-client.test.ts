import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createTestClient, type TestClient, totp } from '../../../packages/testing/src/test-client.js';
import { createAuthenticatorApp } from '../../../packages/testing/src/authenticator-app.js';
import { isRefusal } from '../../../packages/client/src/sallyport.js';
import { startGateway, type TestGateway } from '../../support/gateway.js';

let gateway: TestGateway;
let client: TestClient;
let withKnownCode: TestClient;

beforeAll(async () => {
  // The dev mailbox, as a gateway in development has it.
  gateway = await startGateway({ TEST_ADDRESSES: '*@known.example.com=0424242' }, { mailTransport: undefined });
  client = createTestClient({ url: gateway.url });
  withKnownCode = createTestClient({ url: `${gateway.url}/graphql`, domain: 'known.example.com', code: '0424242' });
});

const statusOf = async (token: string | null) =>
  (await gateway.gql('{ me { id } }', {}, { token: token ?? '' })).data?.me;

describe('a new user', () => {
  test('is signed in, by the code of the dev mailbox', async () => {
    const ada = await client.signUp({ displayName: 'Ada', locale: 'de' });
    expect(ada).toMatchObject({ email: expect.stringMatching(/@e2e\.example\.com$/), app: null, recoveryCodes: [] });
    expect(await ada.sallyport.me()).toMatchObject({ id: ada.id, displayName: 'Ada', emailVerified: true });
    expect(await statusOf(await ada.sallyport.getAccessToken())).toEqual({ id: ada.id });
  });

  test('is signed in by a known code, and no mail is read', async () => {
    const ada = await withKnownCode.signUp();
    expect(ada.email).toMatch(/@known\.example\.com$/);
    expect(ada.sallyport.getState()).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
  });

  test('has an authenticator app, and signs in with it at once', async () => {
    const ada = await client.signUp({ app: true });
    expect(ada.recoveryCodes).toHaveLength(10);
    const again = await client.signIn(ada);
    expect(again.getState()).toMatchObject({ status: 'signedIn', user: { id: ada.id } });
    await expect(client.signIn({ ...ada, app: null })).rejects.toThrow(/SECOND_FACTOR challenge wants TOTP/);
  });

  test('enrols an app where the gateway demands a second factor', async () => {
    // It works no mails: they would be in a dev mailbox of its own.
    const strict = await gateway.replica({ SECOND_FACTOR: 'required', JOBS: 'off' });
    const bob = await createTestClient({ url: strict.url, domain: 'known.example.com', code: '0424242' }).signUp();
    expect(bob.app?.secret).toMatch(/^[A-Z2-7]{32,}$/);
    expect(bob.sallyport.getState().status).toBe('signedIn');
  });

  test('has no password where the gateway takes none, and signs in by codes', async () => {
    const byCode = await gateway.replica({ SIGN_IN_METHODS: 'email-code', JOBS: 'off' });
    const grace = createTestClient({ url: byCode.url, domain: 'known.example.com', code: '0424242' });
    const user = await grace.signUp({ displayName: 'Grace', username: 'grace.h' });
    expect(user.password).toBeNull();
    expect(await user.sallyport.me()).toMatchObject({ displayName: 'Grace', username: 'grace.h', hasPassword: false });
    expect((await grace.signIn(user)).getState()).toMatchObject({ status: 'signedIn', user: { id: user.id } });
  });

  test('of which there are many at once', async () => {
    const users = await Promise.all(Array.from({ length: 5 }, () => client.signUp()));
    expect(new Set(users.map(({ id }) => id)).size).toBe(5);
  });

  test('is refused with the gateway’s code', async () => {
    const { email, password } = await client.signUp();
    const weak = await client.signUp({ password: 'password' }).catch((error: unknown) => error);
    expect(isRefusal(weak, 'WEAK_PASSWORD')).toBe(true);
    const wrong = await client.signIn({ email, password: `${password}!`, app: null }).catch((error: unknown) => error);
    expect(isRefusal(wrong, 'INVALID_CREDENTIALS')).toBe(true);
  });
});

test('codeFor waits for the next mail, and returns no code twice', async () => {
  const ada = await client.signUp();
  const { challengeToken } = await ada.sallyport.requestSignInCode({ email: ada.email });
  const code = await client.codeFor(ada.email);
  expect((await ada.sallyport.verifyOtp({ challengeToken, code })).step).toBe('signedIn');
  const late = client.nextMail(ada.email, ({ template }) => template === 'reset-password');
  await ada.sallyport.requestPasswordReset({ email: ada.email });
  expect(await late).toMatchObject({ code: expect.stringMatching(/^\d{7}$/), link: expect.stringContaining('http') });
  const impatient = createTestClient({ url: gateway.url, mailTimeout: 100 });
  await expect(impatient.codeFor('nobody@e2e.example.com')).rejects.toThrow(/No such mail to nobody@e2e/);
});

test('a gateway without a dev mailbox is named as such', async () => {
  const captured = await startGateway();
  const elsewhere = createTestClient({ url: captured.url });
  await expect(elsewhere.codeFor('ada@e2e.example.com')).rejects.toThrow(/has no dev mailbox \(status 404\)/);
});

describe('codes of an authenticator app', () => {
  // RFC 6238, appendix B, of which the last six digits are shown.
  const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
  test.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are those of RFC 6238 at %s', async (seconds, code) => {
    expect(await totp(SECRET, seconds * 1000)).toBe(code);
    expect(await totp('gezd gnbv gy3t qojq gezd gnbv gy3t qojq', seconds * 1000)).toBe(code);
  });

  test('differ from call to call: the third of one time step waits', async () => {
    jest.useFakeTimers({ now: 59_000, doNotFake: ['nextTick', 'queueMicrotask'] });
    try {
      const app = createAuthenticatorApp(SECRET);
      expect([await app.code(), await app.code()]).toEqual(['287082', await totp(SECRET, 60_000)]);
      let third: string | null = null;
      const waiting = app.code().then((code) => (third = code));
      await jest.advanceTimersByTimeAsync(999);
      expect(third).toBeNull();
      await jest.advanceTimersByTimeAsync(1);
      expect(await waiting).toBe(await totp(SECRET, 90_000));
    } finally {
      jest.useRealTimers();
    }
  });

  test('come of Base32 alone', async () => {
    await expect(totp('not base 32!')).rejects.toThrow('Base32');
  });
});

import { runInNewContext } from 'node:vm';
import { beforeAll, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { PERMISSIONS } from '../../src/api/graphql/permissions.js';
import { requirementOf } from '../../src/api/graphql/rules.js';
import { claimsOf, holderOf, mutation } from '../support/administration.js';
import { personWhoMustEnroll, personWithTotp, STEP, totp } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { samplesOf } from '../support/page-samples.js';
import { newEmail, registeredPerson, STRONG_PASSWORD } from '../support/people.js';
import { readText } from '../support/source-tree.js';

const REQUEST_SIGN_IN_CODE = mutation('requestSignInCode', 'RequestSignInCodeInput', 'challengeToken');
const PAGE = 'docs/factors.md';
/** Those of the section about passkeys need a browser: test/methods/passkey/passkeys.browser.test.ts. */
const inBrowser = new Set(samplesOf(PAGE, 'js', 'Passkeys'));
const SAMPLES = samplesOf(PAGE, 'js').filter((sample) => !inBrowser.has(sample));
const FUNCTIONS = ['graphql', 'signIn', 'signUp', 'signInByCode', 'signInByLink', 'enroll', 'sensitive'] as const;

type Application = Record<(typeof FUNCTIONS)[number], (...given: any[]) => Promise<any>> & { token(): string };
type Asked = { purpose: string; methods: string[] };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ APP_URL: 'http://localhost:4000/sign-in' });
});

/** An application that has the samples of the page as they are, in a browser of its own; `forms` are what its user fills in. */
function open(
  forms: Partial<Record<'ask' | 'showQrCode' | 'showRecoveryCodes', (...shown: any[]) => unknown>>,
  hash = '',
) {
  const browser = gateway.browser();
  const fetch = async (_url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    const { query, variables } = JSON.parse(body);
    const token = headers.authorization?.replace('Bearer ', '');
    const answer = await browser.gql(query, variables, { token });
    return { json: async () => JSON.parse(answer.text) };
  };
  const given = `return { ${FUNCTIONS.join(', ')}, token: () => accessToken };`;
  const globals = { fetch, URLSearchParams, location: { hash }, ...forms };
  return runInNewContext(`(() => { ${SAMPLES.join('\n')}\n${given} })()`, globals) as Application;
}

const mailed = async (email: string, mail: Parameters<TestGateway['mailbox']['codeFor']>[1]) => ({
  code: await gateway.mailbox.codeFor(email, mail),
});

test('its samples sign up, and enrol an app after a step-up', async () => {
  const email = newEmail();
  const shown: string[][] = [];
  const application = open({
    ask: ({ methods }: Asked) =>
      methods.includes('PASSWORD') ? { password: STRONG_PASSWORD } : mailed(email, 'verify-email'),
    showQrCode: ({ secret }: { secret: string }) => ({ code: totp(gateway, secret), name: 'Phone' }),
    showRecoveryCodes: (codes: string[]) => shown.push(codes),
  });
  await application.signUp(email, STRONG_PASSWORD);
  gateway.clock.advance(600_000);
  await application.sensitive(() => application.enroll());
  expect(shown.map(({ length }) => length)).toEqual([10]);
  const { me } = await application.graphql('{ me { email factors { name } recoveryCodesLeft } }');
  expect(me).toMatchObject({ email, factors: [{ name: 'Phone' }], recoveryCodesLeft: 10 });
});

test('its samples ask again after a wrong code, and trust a device', async () => {
  const ada = await personWithTotp(gateway);
  const asked: [string[], string | undefined][] = [];
  const application = open({
    ask: ({ methods }: Asked, error: { code: string } | null) => {
      asked.push([methods, error?.code]);
      return { code: totp(gateway, ada.secret, error ? 0 : 10 * STEP), trustDevice: true };
    },
  });
  const user = await application.signIn(ada.email, ada.password);
  expect(user.id).toBe(ada.id);
  expect(asked).toEqual([
    [['TOTP', 'RECOVERY_CODE'], undefined],
    [['TOTP', 'RECOVERY_CODE'], 'INVALID_CODE'],
  ]);
  expect(claimsOf(application.token()).amr).toEqual(['pwd', 'otp', 'mfa']);
  await application.signIn(ada.email, ada.password);
  expect(asked).toHaveLength(2);
});

test('its samples enrol the factor that a sign-in demands', async () => {
  const ada = await personWhoMustEnroll(gateway);
  const application = open({
    showQrCode: ({ secret }: { secret: string }) => ({ code: totp(gateway, secret) }),
    showRecoveryCodes: () => {},
  });
  expect((await application.signIn(ada.email, ada.password)).id).toBe(ada.id);
});

test('its samples ask again after a wrong code in an enrolment, and after a wrong password in a step-up', async () => {
  const email = newEmail();
  const errors: (string | undefined)[] = [];
  const application = open({
    ask: ({ methods }: Asked, error: { code: string } | null) => {
      if (!methods.includes('PASSWORD')) return mailed(email, 'verify-email');
      errors.push(error?.code);
      return { password: error ? STRONG_PASSWORD : 'not-the-password' };
    },
    showQrCode: ({ secret }: { secret: string }, error: { code: string } | null) => {
      errors.push(error?.code);
      return { code: totp(gateway, secret, error ? 0 : 10 * STEP) };
    },
    showRecoveryCodes: () => {},
  });
  await application.signUp(email, STRONG_PASSWORD);
  gateway.clock.advance(600_000);
  await application.sensitive(() => application.enroll());
  expect(errors).toEqual([undefined, 'INVALID_CREDENTIALS', undefined, 'INVALID_CODE']);
});

test('its samples sign in by a code', async () => {
  const ada = await registeredPerson(gateway);
  const application = open({ ask: () => mailed(ada.email, 'sign-in-by-code') });
  expect((await application.signInByCode(ada.email)).id).toBe(ada.id);
});

test('its samples sign in by the link in the mail, on a page that knows nothing else', async () => {
  const ada = await registeredPerson(gateway);
  await gateway.ask(REQUEST_SIGN_IN_CODE, { input: { email: ada.email } });
  const { link } = await gateway.mailbox.lastTo(ada.email, 'sign-in-by-code');
  expect((await open({}, new URL(link ?? '').hash).signInByLink()).id).toBe(ada.id);
});

test('an administrator calls the operations of the page, as its table gives their inputs', async () => {
  const ada = await personWithTotp(gateway);
  const admin = await holderOf(gateway, ['users:read', 'users:write', 'roles:write', 'orders:read']);
  const inputs: Record<string, object> = {
    resetUserFactors: { userId: ada.id },
    createRole: { name: 'clerk', permissions: ['orders:read'], requiresSecondFactor: true },
    updateRole: { name: 'clerk', requiresSecondFactor: false },
    updateUserRoles: { userId: ada.id, roles: ['user', 'clerk'] },
  };
  const [documents = ''] = samplesOf(PAGE, 'graphql', 'For administrators');
  const answers = [];
  for (const document of documents.split('\n').filter(Boolean)) {
    const input = inputs[document.match(/{ (\w+)/)?.[1] ?? ''];
    answers.push(await gateway.ask(document, input ? { input } : { search: ada.email }, { token: admin.accessToken }));
  }
  expect(answers).toMatchObject([
    { users: { nodes: [{ id: ada.id, factors: [{ __typename: 'TotpFactor' }] }] } },
    { resetUserFactors: { id: ada.id, factors: [] } },
    { createRole: { name: 'clerk', requiresSecondFactor: true } },
    { updateRole: { name: 'clerk', requiresSecondFactor: false } },
    { updateUserRoles: { id: ada.id, roles: [{ name: 'clerk' }, { name: 'user' }] } },
  ]);
});

test.each(samplesOf(PAGE, 'graphql'))('the schema has what its documents ask for: %s', (document) => {
  const documents = document.split('\n').filter(Boolean);
  const schema = buildSchema(readText('schema.graphql')!);
  for (const text of documents) expect(validate(schema, parse(text))).toEqual([]);
});

test('its section on step-up names each operation that wants a recent authentication', () => {
  const [, section = ''] = readText(PAGE)!.split('\n## Step-up\n');
  const rows = Object.entries(PERMISSIONS.Mutation).filter(([, row]) => requirementOf(row)?.recent);
  expect(rows.length).toBeGreaterThan(10);
  // The two are "renaming and removing factors".
  const missing = rows.map(([name]) => name).filter((name) => !section.includes(`\`${name}\``));
  expect(missing).toEqual(['renameFactor', 'removeFactor']);
});

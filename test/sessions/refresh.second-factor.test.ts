import { beforeAll, describe, expect, test } from '@jest/globals';
import { CREATE_ROLE, UPDATE_ROLE, UPDATE_USER_ROLES } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { afterPassword, enroll } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import {
  admin,
  ME,
  REFRESH,
  registeredPerson,
  type SignedInPerson,
  signedInPerson,
  signIn,
} from '../support/people.js';
import { signInByPasskey, withPasskey } from '../support/passkeys.js';
import { tryReauthenticate } from '../support/step-up.js';
import { guarded, login, trusting } from '../support/trusted-device.js';

let gateway: TestGateway;
/** The same installation, restarted with SECOND_FACTOR=required. */
let required: TestGateway;
let boss: SignedInPerson;

beforeAll(async () => {
  gateway = await startGateway();
  required = await gateway.replica({ SECOND_FACTOR: 'required' });
  boss = await admin(gateway);
});

const asBoss = async (document: string, input: object) => {
  const { errors } = await gateway.gql(document, { input }, { token: boss.accessToken });
  expect(errors).toEqual([]);
};
let roles = 0;
async function newRole(requiresSecondFactor: boolean): Promise<string> {
  const name = `r${(roles += 1)}`;
  await asBoss(CREATE_ROLE, { name, permissions: [], requiresSecondFactor });
  return name;
}
const give = (person: { id: string }, role: string) =>
  asBoss(UPDATE_USER_ROLES, { userId: person.id, roles: ['user', role] });
const tighten = (name: string) => asBoss(UPDATE_ROLE, { name, requiresSecondFactor: true });
const refresh = (refreshToken: string, at = gateway) => at.gql(REFRESH, { input: { refreshToken } });

/** The session is over, for all who ask at once, and a new sign-in leads to a factor. */
async function expectOver(person: SignedInPerson, at = gateway): Promise<void> {
  const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(person.refreshToken, at)));
  for (const answer of answers) expectCode(answer, 'REFRESH_TOKEN_INVALID');
  expect(answers.some(({ errors }) => errors[0]?.message.includes('second factor'))).toBe(true);
  const [row] = await gateway.database.sql<{ ended: boolean }>(
    'select ended_at is not null as ended from sessions where id = $1',
    [person.sessionId],
  );
  expect(row?.ended).toBe(true);
  expectCode(await at.gql(ME, {}, { token: person.accessToken }), 'TOKEN_REVOKED');
  expect((await afterPassword(at, person)).purpose).toBe('ENROLL_FACTOR');
}

describe('a session that has verified the password alone', () => {
  test('ends at the refresh after its user was given a role that requires a second factor', async () => {
    const ada = await signedInPerson(gateway);
    await give(ada, await newRole(true));
    await expectOver(ada);
  });

  test('ends at the refresh after a role that its user holds was tightened', async () => {
    const [ada, role] = [await signedInPerson(gateway), await newRole(false)];
    await give(ada, role);
    const { data } = await refresh(ada.refreshToken);
    await tighten(role);
    await expectOver({ ...ada, refreshToken: data?.refresh.refreshToken });
  });

  test('ends with SECOND_FACTOR=required', async () => {
    const ada = await signedInPerson(gateway);
    expect((await refresh(ada.refreshToken)).errors).toEqual([]);
    const again = { ...ada, ...(await signIn(gateway, ada)) };
    await expectOver(again, required);
  });

  test('ends when its last answer is asked for once more, and a used token is not taken for stolen', async () => {
    const [ada, role] = [await signedInPerson(gateway), await newRole(true)];
    expect((await refresh(ada.refreshToken)).errors).toEqual([]);
    await give(ada, role);
    await expectOver(ada);
  });

  test('is not prolonged by a step-up with the password', async () => {
    const { accessToken: token, password } = await signedInPerson(gateway);
    expectCode(await tryReauthenticate(required, token, { password }), 'TOKEN_REVOKED');
    expect((await tryReauthenticate(gateway, token, { password })).errors).toEqual([]);
  });

  test('goes on with a role that requires none', async () => {
    const ada = await signedInPerson(gateway);
    await give(ada, await newRole(false));
    expect((await refresh(ada.refreshToken)).data?.refresh.session.id).toBe(ada.sessionId);
  });

  test('goes on once its user has enrolled a factor in it', async () => {
    const [ada, role] = [await signedInPerson(gateway), await newRole(true)];
    await enroll(gateway, ada);
    await give(ada, role);
    expect((await refresh(ada.refreshToken)).data?.refresh.session.id).toBe(ada.sessionId);
    expect((await refresh(ada.refreshToken, required)).errors).toEqual([]);
  });
});

test('a session with a passkey goes on', async () => {
  const ada = await signedInPerson(gateway);
  const { data } = await signInByPasskey(gateway, await withPasskey(gateway, ada));
  await give(ada, await newRole(true));
  expect((await refresh(data.verifyPasskey.refreshToken, required)).errors).toEqual([]);
});

describe('a session of a trusted device', () => {
  const sessionOnTrusted = async () => {
    const person = await guarded(gateway);
    const { refreshToken, session } = await login(await trusting(gateway, person), person);
    return { person, refreshToken, session };
  };

  test('goes on where a role of its user is tightened, or a factor is required of all', async () => {
    const role = await newRole(false);
    const person = await guarded(gateway);
    await give(person, role);
    const { refreshToken, session } = await login(await trusting(gateway, person), person);
    await tighten(role);
    const { data } = await refresh(refreshToken);
    expect(data?.refresh.session.id).toBe(session.id);
    expect((await refresh(data?.refresh.refreshToken, required)).errors).toEqual([]);
  });

  test('ends where the device is not trusted any more, since the user was given a role', async () => {
    const { person, refreshToken } = await sessionOnTrusted();
    await give(person, await newRole(true));
    expectCode(await refresh(refreshToken), 'REFRESH_TOKEN_INVALID');
    expect((await afterPassword(gateway, person)).purpose).toBe('SECOND_FACTOR');
  });
});

test('a cookie of a session that has ended so is cleared', async () => {
  const ada = await registeredPerson(gateway);
  const browser = gateway.browser();
  const input = { identifier: ada.email, password: ada.password, tokenDelivery: 'COOKIE' };
  await browser.gql('mutation ($input: LoginInput!) { login(input: $input) { __typename } }', { input });
  expect(browser.cookie('sallyport-refresh')).toBeDefined();
  await give(ada, await newRole(true));
  expectCode(await browser.gql('mutation { refresh { accessToken } }'), 'REFRESH_TOKEN_INVALID');
  expect(browser.cookie('sallyport-refresh')).toBeUndefined();
});

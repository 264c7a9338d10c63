import { beforeAll, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import {
  afterPassword,
  answerWith,
  enroll,
  FACTORS,
  personWithTotp,
  REMOVE_FACTOR,
  RENAME_FACTOR,
  signInWith,
  totp,
} from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { withPasskey } from '../support/passkeys.js';
import { signedInPerson, signIn } from '../support/people.js';
import { happened } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const rename = (token: string, factorId: string, name = 'Renamed') =>
  gateway.gql(RENAME_FACTOR, { input: { factorId, name } }, { token });
const remove = (token: string, factorId: string) => gateway.gql(REMOVE_FACTOR, { input: { factorId } }, { token });

describe('removeFactor', () => {
  test('removes the factor and, with the last one, the recovery codes: the password is enough again', async () => {
    const ada = await personWithTotp(gateway);
    const second = await enroll(gateway, ada);
    expect((await remove(ada.accessToken, ada.factorId)).data?.removeFactor).toEqual({
      id: ada.id,
      factors: [{ id: second.factorId, name: 'Authenticator app' }],
      recoveryCodesLeft: 10,
    });
    expectCode(await signInWith(gateway, ada, totp(gateway, ada.secret)), 'INVALID_CODE');
    expect((await remove(ada.accessToken, second.factorId)).data?.removeFactor).toEqual({
      id: ada.id,
      factors: [],
      recoveryCodesLeft: 0,
    });
    await signIn(gateway, ada);
    expect((await gateway.mailbox.lastTo(ada.email, 'factor-removed')).text).toContain('Authenticator app');
    expect((await happened(gateway, ada.id)).filter((event) => event === 'removeFactor')).toHaveLength(2);
  });

  test('is refused with LAST_FACTOR where a role of the user demands one', async () => {
    const ada = await personWithTotp(gateway);
    await gateway.database.sql(
      `insert into roles (name, permissions, requires_second_factor, created_at, updated_at) values ('guarded', '{}', true, now(), now())`,
    );
    await gateway.database.sql(
      `insert into user_roles (user_id, role_name, granted_at) values ($1, 'guarded', now())`,
      [ada.id],
    );
    const { data } = await signInWith(gateway, ada, totp(gateway, ada.secret));
    const { accessToken } = data!.verifyOtp;
    const second = await enroll(gateway, { accessToken });
    expect((await remove(accessToken, ada.factorId)).errors).toEqual([]);
    expectCode(await remove(accessToken, second.factorId), 'LAST_FACTOR');
  });

  test('of the last passkey is refused with LAST_FACTOR where nothing else signs the user in', async () => {
    const { id, accessToken } = await signedInPerson(gateway);
    await withPasskey(gateway, { accessToken });
    const [first] = (await gateway.ask(FACTORS, {}, { token: accessToken })).me.factors;
    const passkeysAlone = await gateway.replica({ SIGN_IN_METHODS: 'passkey' });
    const passwordsToo = await gateway.replica({ SIGN_IN_METHODS: 'password,passkey' });
    const removeAt = (at: TestGateway) =>
      at.gql(REMOVE_FACTOR, { input: { factorId: first.id } }, { token: accessToken });
    expectCode(await removeAt(passkeysAlone), 'LAST_FACTOR');
    await gateway.database.sql('delete from passwords where user_id = $1', [id]);
    expectCode(await removeAt(passwordsToo), 'LAST_FACTOR');
    // By a code of the mail the user can still sign in.
    expect((await removeAt(gateway)).errors).toEqual([]);
  });

  test('of two factors at once, where one is demanded, leaves one', async () => {
    const ada = await personWithTotp(gateway);
    const second = await enroll(gateway, ada);
    const strict = await gateway.replica({ SECOND_FACTOR: 'required' });
    const answers = await Promise.all(
      [ada.factorId, second.factorId].map((factorId) =>
        strict.gql(REMOVE_FACTOR, { input: { factorId } }, { token: ada.accessToken }),
      ),
    );
    expect(answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code))).toEqual(['LAST_FACTOR']);
  });

  test('ends a sign-in that waits for its second factor', async () => {
    const ada = await personWithTotp(gateway);
    const second = await enroll(gateway, ada);
    const { challengeToken } = await afterPassword(gateway, ada);
    await remove(ada.accessToken, second.factorId);
    expectCode(await answerWith(gateway, challengeToken, totp(gateway, ada.secret)), 'CHALLENGE_EXPIRED');
  });
});

describe.each([
  ['renameFactor', rename],
  ['removeFactor', remove],
])('%s', (_name, change) => {
  test('is refused for the factor of another user, for none, and for a factor that is gone', async () => {
    const [ada, eve] = [await personWithTotp(gateway), await personWithTotp(gateway)];
    for (const id of [ada.factorId, '00000000-0000-7000-8000-000000000000', 'no id'])
      expectCode(await change(eve.accessToken, id), 'NOT_FOUND');
  });

  test('wants a recent authentication: a stolen older access token changes nothing', async () => {
    const ada = await personWithTotp(gateway);
    gateway.clock.advance(5 * 60_000);
    expectCode(await change(ada.accessToken, ada.factorId), 'REAUTHENTICATION_REQUIRED');
  });
});

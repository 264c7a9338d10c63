import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { newEmail, registeredPerson, signIn, VERIFY_OTP } from '../support/people.js';
import { askSignInCode, happened, personByCode } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const verify = (input: object, at = gateway) => at.gql(VERIFY_OTP, { input });
const suspend = (id: string) => gateway.database.sql('update users set suspended_at = now() where id = $1', [id]);

describe('the right code', () => {
  test('signs in, and the token says how', async () => {
    const person = await registeredPerson(gateway);
    const { data } = await verify(await askSignInCode(gateway, person.email));
    expect(data!.verifyOtp).toMatchObject({ __typename: 'SignedIn', user: { id: person.id } });
    expect(claimsOf(data!.verifyOtp.accessToken)).toMatchObject({ amr: ['otp'], acr: 'urn:sallyport:acr:1' });
    await signIn(gateway, person);
    expect((await happened(gateway, person.id)).slice(-3)).toEqual(['requestSignInCode', 'verifyOtp', 'login']);
  });

  test('of an unknown address opens an account without a password, with which login refuses everyone', async () => {
    const { id, email } = await personByCode(gateway);
    expect(await gateway.database.sql('select 1 from passwords where user_id = $1', [id])).toEqual([]);
    expect(await gateway.database.sql('select 1 from pending_registrations where email = $1', [email])).toEqual([]);
    const again = await verify(await askSignInCode(gateway, email));
    expect(again.data!.verifyOtp.user.id).toBe(id);
  });

  test('works once: of ten at once one signs in, or opens the account', async () => {
    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      const answer = await askSignInCode(gateway, email);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => verify(answer)));
      expect(outcomes.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    }
  });

  test('of a challenge is not valid for another, and a newer request voids the older', async () => {
    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      const older = await askSignInCode(gateway, email);
      const newer = await askSignInCode(gateway, email);
      expectCode(await verify(older), 'CHALLENGE_EXPIRED');
      expectCode(await verify({ ...newer, code: older.code }), 'INVALID_CODE');
      expect((await verify(newer)).errors).toEqual([]);
    }
  });

  test('is refused after the user was suspended, and after the address passed to another user', async () => {
    const [suspended, moved] = [await registeredPerson(gateway), await registeredPerson(gateway)];
    const late = [await askSignInCode(gateway, suspended.email), await askSignInCode(gateway, moved.email)];
    await suspend(suspended.id);
    await gateway.database.sql('update users set email = $2 where id = $1', [moved.id, newEmail()]);
    expectCode(await verify(late[0]!), 'ACCOUNT_SUSPENDED');
    expectCode(await verify(late[1]!), 'INVALID_CREDENTIALS');
  });

  test('of a new address is answered as a wrong one if another user has the address by then', async () => {
    const email = newEmail();
    const late = await askSignInCode(gateway, email);
    await gateway.database.sql(
      `insert into users (id, email, created_at, updated_at) values (gen_random_uuid(), $1, now(), now())`,
      [email],
    );
    expectCode(await verify(late), 'INVALID_CODE');
  });

  test('is one factor: where a second is demanded it leads to that, and to no session', async () => {
    const strict = await gateway.replica({ SECOND_FACTOR: 'required' });
    for (const email of [(await registeredPerson(gateway)).email, newEmail()]) {
      const { data } = await verify(await askSignInCode(strict, email), strict);
      expect(data!.verifyOtp).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'ENROLL_FACTOR' });
    }
  });

  test('leads a user with a factor to that, and to no session', async () => {
    const { email, id } = await registeredPerson(gateway);
    await gateway.database.sql(
      `insert into totp_factors (id, user_id, name, secret, last_step, created_at)
       values (gen_random_uuid(), $1, 'Phone', '', 0, now())`,
      [id],
    );
    const { data } = await verify(await askSignInCode(gateway, email));
    expect(data!.verifyOtp).toMatchObject({ __typename: 'ChallengeRequired', purpose: 'SECOND_FACTOR' });
    expectCode(await verify({ challengeToken: data!.verifyOtp.challengeToken, code: '0000000' }), 'INVALID_CODE');
  });
});

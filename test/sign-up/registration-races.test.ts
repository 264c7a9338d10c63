import { beforeAll, expect, test } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, newEmail, REGISTER, signedInPerson, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { askEmailChange, CONFIRM_EMAIL_CHANGE } from '../support/recovery.js';

let here: TestGateway;
let there: TestGateway;
let token: string;
beforeAll(async () => {
  here = await startGateway();
  there = await here.replica();
  token = (await admin(here)).accessToken;
});

const CREATE = 'mutation ($input: CreateUserInput!) { createUser(input: $input) { id email } }';
const OTHER_PASSWORD = 'nine quiet harbours under snow';
/** What an import does with an address. */
const IMPORT = `
  insert into users (id, email, created_at, updated_at) values (gen_random_uuid(), $1, now(), now()) on conflict do nothing`;

const register = (at: TestGateway, email: string, password = STRONG_PASSWORD) =>
  at.gql(REGISTER, { input: { email, password } });

/** The ways in which an address gets an owner, beside its registration. */
const RIVALS: Record<string, (email: string) => Promise<() => Promise<{ errors: { extensions: any }[] } | void>>> = {
  confirmEmailChange: async (email) => {
    const ada = await signedInPerson(there);
    const input = await askEmailChange(there, ada, email);
    return () => there.gql(CONFIRM_EMAIL_CHANGE, { input }, { token: ada.accessToken });
  },
  createUser: async (email) => () => there.gql(CREATE, { input: { email, password: OTHER_PASSWORD } }, { token }),
  'an import': async (email) => async () => {
    await there.database.sql(IMPORT, [email]);
  },
  'another register': async (email) => () => register(there, email, OTHER_PASSWORD),
  'the same verifyOtp': async () => async () => {},
};

test.each(Object.keys(RIVALS))(
  'verifyOtp and %s at once, on two processes: one account, and each answer says what is true',
  async (name) => {
    for (let round = 0; round < 6; round += 1) {
      const email = newEmail();
      const { data } = await register(here, email);
      const code = await here.mailbox.codeFor(email, 'verify-email');
      here.mailbox.forget();
      const rival = await RIVALS[name]!(email);
      const input = { challengeToken: data!.register.challengeToken, code };
      const verify = (at: TestGateway) => at.gql(VERIFY_OTP, { input });
      const [one, two, other] = await Promise.all([verify(here), verify(there), rival()]);
      const verified = [one, two].filter(({ errors }) => errors.length === 0);
      const codes = [one, two, other].flatMap(
        (answer) => answer?.errors.map(({ extensions }) => extensions.code) ?? [],
      );
      expect(
        codes.filter((refused) => !['INVALID_CODE', 'CHALLENGE_EXPIRED', 'EMAIL_TAKEN'].includes(refused)),
      ).toEqual([]);
      expect(verified.length).toBeLessThanOrEqual(1);
      const owners = await here.database.sql<{ id: string }>(
        'select id from users where email = $1 and deleted_at is null',
        [email],
      );
      // With another registration the code may be dead, and nobody the owner yet.
      expect(owners).toHaveLength(name === 'another register' ? verified.length : 1);
      if (verified[0]) expect(owners).toEqual([{ id: verified[0].data!.verifyOtp.user.id }]);
    }
  },
);

test('twelve registrations of one address at once, on two processes, leave one that its code finishes', async () => {
  for (const email of [newEmail(), (await signedInPerson(here)).email]) {
    here.mailbox.forget();
    const answers = await Promise.all(Array.from({ length: 12 }, (_, n) => register(n % 2 ? here : there, email)));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const kept = 'select id from pending_registrations where email = $1';
    expect(await here.database.sql(kept, [email])).toHaveLength(1);
    const open = 'select id from challenges where email = $1 and registration_id is not null and answered_at is null';
    expect(await here.database.sql(open, [email])).toHaveLength(1);
  }
});

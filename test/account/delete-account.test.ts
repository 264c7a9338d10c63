import { beforeAll, expect, test } from '@jest/globals';
import { purgeDeletedJob } from '../../src/account/purge-deleted.js';
import { openTestDatabase } from '../support/open-test-database.js';
import { wrongClock } from '../support/clock.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGIN, ME, REFRESH, signedUpPerson, signIn, verifiedPerson } from '../support/people.js';
import { whileHeld } from '../support/while-held.js';
import { askReset, happened, NEW_PASSWORD, REQUEST_PASSWORD_RESET, RESET_PASSWORD } from '../support/recovery.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const DELETE = /* GraphQL */ `
  mutation ($input: DeleteAccountInput!) {
    deleteAccount(input: $input) {
      userId
      purgeAfter
    }
  }
`;
const remove = (token: string | undefined, password: string) => gateway.gql(DELETE, { input: { password } }, { token });

test('every session is dead on every process when it has answered, and no sign-in succeeds any more', async () => {
  const ada = await signedUpPerson(gateway);
  const other = await signIn(gateway, ada);
  const replica = await gateway.replica();
  expect((await replica.gql(ME, {}, { token: other.accessToken })).errors).toEqual([]);
  const reset = await askReset(gateway, ada.email);

  const { data, errors } = await remove(ada.accessToken, ada.password);
  expect(errors).toEqual([]);
  expect(data?.deleteAccount.userId).toBe(ada.id);
  const days = (Date.parse(data?.deleteAccount.purgeAfter) - gateway.clock.now().getTime()) / 86_400_000;
  expect(Math.round(days)).toBe(30);

  for (const { accessToken, refreshToken } of [ada, other]) {
    expectCode(await replica.gql(ME, {}, { token: accessToken }), 'TOKEN_REVOKED');
    expectCode(await replica.gql(REFRESH, { input: { refreshToken } }), 'REFRESH_TOKEN_INVALID');
  }
  expectCode(
    await gateway.gql(LOGIN, { input: { identifier: ada.email, password: ada.password } }),
    'INVALID_CREDENTIALS',
  );
  expectCode(
    await gateway.gql(RESET_PASSWORD, { input: { ...reset, newPassword: NEW_PASSWORD } }),
    'CHALLENGE_EXPIRED',
  );
});

test('the owner gets a mail, with the day until which it can be restored; the audit log has the event', async () => {
  const ada = await signedUpPerson(gateway);
  const { data } = await remove(ada.accessToken, ada.password);
  const mail = await gateway.mailbox.lastTo(ada.email, 'account-deleted');
  expect(mail.text).toContain(new Date(data?.deleteAccount.purgeAfter).getUTCFullYear().toString());
  expect((await happened(gateway, ada.id)).at(-1)).toBe('deleteAccount');
});

test('address and username are free at once for a new account, which has nothing of the old one', async () => {
  const ada = await signedUpPerson(gateway);
  await remove(ada.accessToken, ada.password);
  await gateway.mailbox.lastTo(ada.email, 'account-deleted');
  gateway.mailbox.forget();
  const next = await verifiedPerson(gateway, { email: ada.email });
  expect(next.id).not.toBe(ada.id);
  expectCode(await gateway.gql(ME, {}, { token: ada.accessToken }), 'TOKEN_REVOKED');
});

test('nothing is mailed to the address of a deleted account', async () => {
  const ada = await signedUpPerson(gateway);
  await remove(ada.accessToken, ada.password);
  await gateway.ask(REQUEST_PASSWORD_RESET, { input: { email: ada.email } });
  const mails = await gateway.database.sql(`select 1 from mails where recipient = $1 and template = 'reset-password'`, [
    ada.email,
  ]);
  expect(mails).toEqual([]);
});

test('a stolen session without the password deletes nothing, and the anonymous have nothing to delete', async () => {
  const ada = await signedUpPerson(gateway);
  expectCode(await remove(ada.accessToken, 'not it at all'), 'INVALID_CREDENTIALS');
  expectCode(await remove(undefined, ada.password), 'UNAUTHENTICATED');
  await signIn(gateway, ada);
});

test('the last administrator must remain, and of the last two only one can go', async () => {
  const alone = await startGateway();
  const ada = await admin(alone);
  expectCode(await alone.gql(DELETE, { input: { password: ada.password } }, { token: ada.accessToken }), 'LAST_ADMIN');
  const eve = await admin(alone);
  const both = await Promise.all(
    [ada, eve].map(({ accessToken, password }) => alone.gql(DELETE, { input: { password } }, { token: accessToken })),
  );
  expect(both.map(({ errors }) => errors[0]?.extensions.code ?? 'OK').sort()).toEqual(['LAST_ADMIN', 'OK']);
});

/** None of these people has a picture, which a job would delete. */
const jobs = null as never;

test('after the retention period the account is purged with all that belongs to it, and not a day before', async () => {
  const [ada, kept] = [await signedUpPerson(gateway), await signedUpPerson(gateway)];
  await remove(ada.accessToken, ada.password);
  const { orm, close } = await openTestDatabase(gateway.database.url);
  const job = purgeDeletedJob({ em: orm.em.fork(), clock: gateway.clock, config: gateway.config, jobs });
  const left = async () => {
    const [row] = await gateway.database.sql<Record<string, string>>(
      `select (select count(*) from users where id = $1) as users, (select count(*) from passwords where user_id = $1) as passwords,
              (select count(*) from sessions where user_id = $1) as sessions, (select count(*) from users where id = $2) as kept`,
      [ada.id, kept.id],
    );
    return Object.values(row ?? {}).map(Number);
  };
  const em = orm.em.fork();
  const ahead = purgeDeletedJob({ em, clock: wrongClock(365 * 86_400_000), config: gateway.config, jobs });
  try {
    await ahead.work({}, new AbortController().signal);
    gateway.clock.advance(29 * 86_400_000);
    await job.work({}, new AbortController().signal);
    expect(await left()).toEqual([1, 1, 2, 1]);
    gateway.clock.advance(2 * 86_400_000);
    await job.work({}, new AbortController().signal);
    expect(await left()).toEqual([0, 0, 0, 1]);
  } finally {
    await close();
  }
});

test('a person whose restoration the purge has to wait for is not purged', async () => {
  const own = await startGateway();
  const ada = await signedUpPerson(own);
  await own.gql(DELETE, { input: { password: ada.password } }, { token: ada.accessToken });
  own.clock.advance(31 * 86_400_000);
  const { orm, close } = await openTestDatabase(own.database.url);
  const job = purgeDeletedJob({ em: orm.em.fork(), clock: own.clock, config: own.config, jobs });
  try {
    const restoration: [string, unknown[]] = ['update users set deleted_at = null where id = $1', [ada.id]];
    const { purged } = await whileHeld(own.database, [restoration], async (waiting) => {
      const purged = job.work({}, new AbortController().signal);
      await waiting(1);
      return { purged };
    });
    await purged;
    expect(await own.database.sql('select id from users where id = $1', [ada.id])).toEqual([{ id: ada.id }]);
  } finally {
    await close();
  }
});

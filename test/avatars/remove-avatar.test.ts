import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { meanwhile } from '../support/meanwhile.js';
import { admin, type SignedInPerson, signedInPerson } from '../support/people.js';
import { BLUE, plain } from '../support/picture-corpus.js';
import {
  expectStored,
  filesOf,
  hurryDeletions,
  MY_AVATAR,
  PIXEL,
  REMOVE_AVATAR,
  storedFiles,
  upload,
} from '../support/pictures.js';
import { until } from '../support/until.js';

let gateway: TestGateway;
let ada: SignedInPerson;
let red: Buffer;
beforeAll(async () => {
  red = await plain('png');
});
beforeEach(async () => {
  gateway = await startGateway();
  ada = await signedInPerson(gateway);
});

const mine = async (token = ada.accessToken) => (await gateway.ask(MY_AVATAR, {}, { token })).me.avatarUrl;

test('a picture that is removed is gone, from the storage too, and removing none changes nothing', async () => {
  const { avatarUrl } = await upload(gateway, ada.accessToken, red);
  await expectStored(gateway, avatarUrl);
  const removed = await gateway.ask(REMOVE_AVATAR, {}, { token: ada.accessToken });
  expect(removed).toEqual({ removeAvatar: { id: ada.id, avatarUrl: null } });
  expect(await mine()).toBeNull();
  await expectStored(gateway);
  expect((await gateway.http(new URL(avatarUrl!).pathname)).status).toBe(404);
  expect((await gateway.ask(REMOVE_AVATAR, {}, { token: ada.accessToken })).removeAvatar.id).toBe(ada.id);
});

test('the anonymous have none to remove', async () => {
  expectCode(await gateway.gql(REMOVE_AVATAR), 'UNAUTHENTICATED');
});

test('a picture that is replaced is deleted', async () => {
  const first = await upload(gateway, ada.accessToken, red);
  const second = await upload(gateway, ada.accessToken, await plain('jpeg', { color: BLUE }), { type: 'image/jpeg' });
  expect(second.avatarUrl).not.toBe(first.avatarUrl);
  await expectStored(gateway, second.avatarUrl);
});

test('of uploads at once one stays, and the others are deleted', async () => {
  const answers = await Promise.all([1, 2, 3, 4].map(() => upload(gateway, ada.accessToken, red)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  const kept = await mine();
  expect(answers.map(({ avatarUrl }) => avatarUrl)).toContain(kept);
  await expectStored(gateway, kept);
});

test('too many uploads at once are answered with when to retry', async () => {
  const large = await plain('png', { width: 3000, height: 3000 });
  const answers = await Promise.all(Array.from({ length: 24 }, () => upload(gateway, ada.accessToken, large)));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused.length).toBeLessThan(24);
  for (const { status, code, headers } of refused)
    expect([status, code, headers.get('retry-after')]).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      expect.stringMatching(/^\d+$/),
    ]);
  await expectStored(gateway, await mine());
});

test('the session that ends while the picture is decoded gets none, and nothing is left of it', async () => {
  const answer = await meanwhile(
    gateway,
    { userId: ada.id, change: 'update sessions set ended_at = now() where user_id = $1' },
    () => upload(gateway, ada.accessToken, red),
  );
  expect([answer.status, answer.code]).toEqual([401, 'TOKEN_REVOKED']);
  const again = await signedInPerson(gateway);
  expect(await storedFiles(gateway)).toHaveLength(2);
  const { avatarUrl } = await upload(gateway, again.accessToken, red);
  await hurryDeletions(gateway);
  await expectStored(gateway, avatarUrl);
});

test('a process that is killed between the storage and the commit leaves nothing for ever', async () => {
  // As it is then: the files are there, no user has them, and the job was committed before.
  const { avatarUrl } = await upload(gateway, ada.accessToken, red);
  await gateway.database.sql('update users set avatar = null');
  expect(await storedFiles(gateway)).toEqual(filesOf(avatarUrl));
  await hurryDeletions(gateway);
  await expectStored(gateway);
});

test('the job that was put off leaves a picture that is used', async () => {
  const { avatarUrl } = await upload(gateway, ada.accessToken, red);
  await hurryDeletions(gateway);
  await expectStored(gateway, avatarUrl);
  expect((await gateway.http(new URL(avatarUrl!).pathname)).status).toBe(200);
});

test('what is put off is not counted as waiting', async () => {
  await upload(gateway, ada.accessToken, red);
  expect(await (await gateway.http('/metrics')).text()).toMatch(/^sallyport_jobs_waiting\{queue="delete-avatar"\} 0$/m);
});

describe('with a deleted account', () => {
  const DELETE = 'mutation ($password: String!) { deleteAccount(input: { password: $password }) { userId } }';
  const RESTORE = 'mutation ($userId: ID!) { restoreUser(input: { userId: $userId }) { id avatarUrl } }';
  let avatarUrl: string | undefined;
  beforeEach(async () => {
    ({ avatarUrl } = await upload(gateway, ada.accessToken, red));
    await hurryDeletions(gateway);
    await gateway.ask(DELETE, { password: ada.password }, { token: ada.accessToken });
  });
  const purge = async () => {
    await gateway.database.sql(`insert into pgboss.job (name) values ('purge-deleted')`);
    const left = `select 1 from pgboss.job where name = 'purge-deleted' and state < 'completed'`;
    await until(async () => (await gateway.database.sql(left)).length === 0);
    await hurryDeletions(gateway);
  };

  test('the picture stays until it is purged, and a restored account has it again', async () => {
    await purge();
    await expectStored(gateway, avatarUrl);
    const { accessToken: token } = await admin(gateway);
    expect((await gateway.ask(RESTORE, { userId: ada.id }, { token })).restoreUser.avatarUrl).toBe(avatarUrl);
  });

  test('the picture goes with it when it is purged', async () => {
    const eve = await signedInPerson(gateway);
    const hers = await upload(gateway, eve.accessToken, PIXEL);
    gateway.clock.advance(31 * 86_400_000);
    await purge();
    expect(await gateway.database.sql('select id from users where id = $1', [ada.id])).toEqual([]);
    await expectStored(gateway, hers.avatarUrl);
  });
});

test('a picture is its own user’s alone: two users never have one name', async () => {
  const eve = await signedInPerson(gateway);
  await upload(gateway, ada.accessToken, red);
  const copy = gateway.database.sql(
    'update users set avatar = (select avatar from users where id = $1) where id = $2',
    [ada.id, eve.id],
  );
  await expect(copy).rejects.toThrow(/users_avatar_unique/);
});

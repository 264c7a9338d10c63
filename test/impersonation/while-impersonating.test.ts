import { beforeAll, describe, expect, test } from '@jest/globals';
import { claimsOf } from '../support/administration.js';
import { exchangeOf } from '../support/api-keys.js';
import { OPEN_TO_IMPERSONATORS, PERMISSIONS, ROOT } from '../support/authorization-table.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { impersonated } from '../support/impersonation.js';
import { admin, type SignedInPerson, signedInPerson } from '../support/people.js';
import { PIXEL, requestUpload, upload } from '../support/pictures.js';
import { postForm } from '../support/resource-server.js';

let gateway: TestGateway;
let boss: SignedInPerson;
/** Another administrator, whom the first one impersonates: nothing is refused for want of a permission. */
let other: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  [boss, other] = [await admin(gateway), await admin(gateway)];
});

const mutations = Object.entries(ROOT).filter(([field]) => field.startsWith('Mutation.'));
const [open, closed] = [true, false].map((isOpen) =>
  mutations.filter(([field]) => OPEN_TO_IMPERSONATORS.includes(field) === isOpen),
) as [typeof mutations, typeof mutations];

/** The latest event of the user that names an administrator beside them. */
const latestOfBoth = (token: string, action: string) =>
  gateway.database.sql(
    `select outcome, code, impersonator_id from audit_events where actor_id = $1 and action = $2 and impersonator_id is not null
      order by at desc limit 1`,
    [claimsOf(token).sub, action],
  );

describe('a mutation', () => {
  let token: string;
  beforeAll(async () => {
    token = await impersonated(gateway, boss, other.id);
  });

  test.each(closed.filter(([, [door]]) => door !== 'anyone'))('that asks who it is: %s', async (field, [, call]) => {
    expectCode(await gateway.gql(`mutation { ${call} }`, {}, { token }), 'NOT_WHILE_IMPERSONATING');
    const refused = { outcome: 'REFUSED', code: 'NOT_WHILE_IMPERSONATING', impersonator_id: boss.id };
    expect(await latestOfBoth(token, field.split('.')[1]!)).toEqual([refused]);
  });

  // Credentials of its own decide, and the token is not asked for: nothing happens to the user.
  test.each(closed.filter(([, [door]]) => door === 'anyone'))('that needs no sign-in: %s', async (_, [, call]) => {
    const before = await standing();
    const { errors } = await gateway.gql(`mutation { ${call} }`, {}, { token });
    expect(errors.map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
    expect(await standing()).toEqual(before);
  });

  test.each(['enrollTotp { secret }', 'startPasskeyRegistration { challengeToken }'])(
    'that also takes a challenge, without one: %s',
    async (call) => {
      expectCode(await gateway.gql(`mutation { ${call} }`, {}, { token }), 'NOT_WHILE_IMPERSONATING');
    },
  );

  const standing = () =>
    gateway.database.sql(
      `select version, security_stamp, (select count(*) from sessions where user_id = u.id) as sessions,
              (select count(*) from challenges where user_id = u.id) as challenges from users u where id = $1`,
      [other.id],
    );

  test.each(open)('that is open: %s', async (field, [, call]) => {
    const { errors } = await gateway.gql(`mutation { ${call} }`, {}, { token });
    expect(errors).toEqual([]);
    if (field === 'Mutation.logout') token = await impersonated(gateway, boss, other.id);
  });
});

test('the profile is changed without the name that the user signs in with, and the log and the user learn who did it', async () => {
  const ada = await signedInPerson(gateway);
  const token = await impersonated(gateway, boss, ada.id);
  const change = (input: object) =>
    gateway.gql(
      'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { displayName } }',
      { input },
      { token, headers: { 'user-agent': 'the browser of the administrator' } },
    );
  expectCode(await change({ username: 'eve-takes-over' }), 'NOT_WHILE_IMPERSONATING');
  expect((await change({ displayName: 'Ada L.' })).data).toEqual({ updateProfile: { displayName: 'Ada L.' } });
  await gateway.ask('mutation { logout { endedSessions } }', {}, { token });
  const activity = `{ me { activity(first: 3) { nodes {
    action outcome actor { id } impersonator { id } ipAddress userAgent details
  } } } }`;
  const { me } = await gateway.ask(activity, {}, { token: ada.accessToken });
  const both = {
    actor: { id: ada.id },
    impersonator: { id: boss.id },
    ipAddress: null,
    userAgent: null,
    details: null,
  };
  expect(me.activity.nodes).toEqual([
    { action: 'logout', outcome: 'SUCCEEDED', ...both },
    { action: 'updateProfile', outcome: 'SUCCEEDED', ...both },
    { action: 'updateProfile', outcome: 'REFUSED', ...both },
  ]);
  const log = `query ($id: ID!) { auditEvents(first: 1, filter: { subjectId: $id, action: "updateProfile", outcome: SUCCEEDED }) {
    nodes { userAgent impersonator { id } details }
  } }`;
  const { auditEvents } = await gateway.ask(log, { id: ada.id }, { token: boss.accessToken });
  expect(auditEvents.nodes).toEqual([
    {
      userAgent: 'the browser of the administrator',
      impersonator: { id: boss.id },
      details: { fields: ['displayName'] },
    },
  ]);
});

test('a picture is not put at an address that the user has asked for, and the token is exchanged for none', async () => {
  const ada = await signedInPerson(gateway);
  const url = await requestUpload(gateway, ada.accessToken);
  const token = await impersonated(gateway, boss, ada.id);
  expect(await upload(gateway, token, PIXEL, { url })).toMatchObject({ status: 403, code: 'NOT_WHILE_IMPERSONATING' });
  expect((await postForm(gateway, '/oauth/token', exchangeOf(token))).status).toBe(400);
});

test('queries are answered by the permissions of the user', async () => {
  const token = await impersonated(gateway, boss, other.id);
  const { me, roles } = await gateway.ask('{ me { email permissions } roles { name } }', {}, { token });
  expect(me).toEqual({ email: other.email, permissions: [...PERMISSIONS] });
  expect(roles).not.toEqual([]);
  const ada = await signedInPerson(gateway);
  const weak = await impersonated(gateway, boss, ada.id);
  expectCode(await gateway.gql('{ roles { name } }', {}, { token: weak }), 'FORBIDDEN');
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import { ACTIONS, type DetailName, DETAILS, detailsInSql } from '../../src/audit/details.js';
import { printDetails } from '../../src/audit/details-document.js';
import type { AuditEntry } from '../../src/audit/record.js';
import { redactUserJob } from '../../src/audit/redact-user.js';
import { SUSPEND_USER, UPDATE_USER_ROLES } from '../support/administration.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { impersonated } from '../support/impersonation.js';
import { admin, type SignedInPerson, signedInPerson } from '../support/people.js';
import { readText, sourceFiles } from '../support/source-tree.js';

const NAMES = Object.keys(DETAILS) as DetailName[];
const BY_NAME = /* GraphQL */ `
  query ($filter: AuditEventFilter) {
    auditEvents(first: 1, filter: $filter) {
      nodes {
        details
        typedDetails { ${NAMES.join(' ')} }
      }
    }
  }
`;
const UPDATE_PROFILE = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { id } }`;

/** A value of each kind. */
const SAMPLES = {
  id: '0193b1a2-7c1e-7a44-9d0f-3f1d2c5b6a70',
  text: 'x',
  texts: ['a', 'b'],
  number: 3,
  flag: false,
  time: '2026-11-29T08:30:00.000Z',
};
const NOTHING = Object.fromEntries(NAMES.map((name) => [name, null]));

let gateway: TestGateway;
let boss: SignedInPerson;
beforeAll(async () => {
  gateway = await startGateway();
  boss = await admin(gateway);
});

const as = ({ accessToken: token }: SignedInPerson) => ({ token });
const latest = async (filter: object) =>
  (await gateway.ask(BY_NAME, { filter }, as(boss))).auditEvents.nodes[0] as {
    details: object | null;
    typedDetails: object | null;
  };
const insert = (action: string, details: object | null) =>
  gateway.database.sql(
    `insert into audit_events (id, at, action, outcome, details) values (gen_random_uuid(), clock_timestamp() + interval '1 hour', $1, 'SUCCEEDED', $2)`,
    [action, details && JSON.stringify(details)],
  );

test('docs/audit-log.md has the tables (npm run schema writes them)', () => {
  const document = readText('docs/audit-log.md') ?? '';
  expect(printDetails(document)).toBe(document);
  for (const word of [...Object.keys(ACTIONS), ...NAMES]) expect(document).toContain(`\n| \`${word}\` |`);
});

test('each detail belongs to an action', () => {
  const told = new Set(Object.values(ACTIONS).flatMap(({ details }) => details.map((one) => one.replace('?', ''))));
  expect(NAMES.filter((name) => !told.has(name))).toEqual([]);
});

describe('typedDetails', () => {
  test.each(Object.entries(ACTIONS))('has all details of %s, and no more', async (action, { details: written }) => {
    const names = written.map((name) => name.replace('?', '') as DetailName);
    const details = Object.fromEntries(names.map((name) => [name, SAMPLES[DETAILS[name].kind]]));
    await insert(action, details);
    expect(await latest({ action })).toEqual({ details, typedDetails: { ...NOTHING, ...details } });
  });

  test('says what operations have written', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.ask(UPDATE_USER_ROLES, { input: { userId: ada.id, roles: ['admin'] } }, as(boss));
    const { typedDetails } = await latest({ subjectId: ada.id, action: 'updateUserRoles' });
    expect(typedDetails).toEqual({ ...NOTHING, added: ['admin'], removed: ['user'] });
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id } }, as(boss));
    const suspended = await latest({ subjectId: ada.id, action: 'suspendUser' });
    expect(suspended.details).toMatchObject({ reason: null });
    expect(suspended.typedDetails).toMatchObject({ reason: null, endedSessions: expect.any(Number) });
  });

  test('is null where there are no details, as of events from before there were any', async () => {
    await insert('updateUserRoles', null);
    expect(await latest({ action: 'updateUserRoles' })).toEqual({ details: null, typedDetails: null });
    expect(await latest({ action: 'login' })).toEqual({ details: null, typedDetails: null });
  });

  test('leaves out what another version has written: names that it does not know, and values of another kind', async () => {
    const strange = { removed: 1, colour: 'red', toString: 'x', before: 'yesterday', endedSessions: 2 ** 40, left: 1 };
    await gateway.database.sql('alter table audit_events disable trigger check_audit_details');
    await insert('resetUserFactors', strange);
    await gateway.database.sql('alter table audit_events enable trigger check_audit_details');
    expect(await latest({ action: 'resetUserFactors' })).toEqual({
      details: strange,
      typedDetails: { ...NOTHING, left: 1 },
    });
  });

  test('is null for a user upon whom an administrator acted, or as whom one acted, as details are', async () => {
    const ada = await signedInPerson(gateway);
    const token = await impersonated(gateway, boss, ada.id);
    await gateway.ask(UPDATE_PROFILE, { input: { displayName: 'Ada' } }, { token });
    const own = '{ me { activity(first: 10) { nodes { action typedDetails { reason fields } } } } }';
    const { nodes } = (await gateway.ask(own, {}, as(ada))).me.activity;
    const seen = nodes.filter(({ action }: { action: string }) => /impersonateUser|updateProfile/.test(action));
    expect(seen).toEqual([
      { action: 'updateProfile', typedDetails: null },
      { action: 'impersonateUser', typedDetails: null },
    ]);
    expect(await latest({ subjectId: ada.id, action: 'updateProfile' })).toMatchObject({
      typedDetails: { fields: ['displayName'] },
    });
    await gateway.ask(UPDATE_PROFILE, { input: { displayName: 'Countess' } }, as(ada));
    const [newest] = (await gateway.ask(own, {}, as(ada))).me.activity.nodes;
    expect(newest).toEqual({ action: 'updateProfile', typedDetails: { reason: null, fields: ['displayName'] } });
  });

  test('is removed with the erased user', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.ask(SUSPEND_USER, { input: { userId: ada.id, reason: 'Sold the badge.' } }, as(boss));
    const suspended = { subjectId: ada.id, action: 'suspendUser' };
    expect(await latest(suspended)).toMatchObject({ typedDetails: { reason: 'Sold the badge.' } });
    await redactUserJob(gateway.inner.services).work({ userId: ada.id }, new AbortController().signal);
    expect(await latest(suspended)).toEqual({ details: null, typedDetails: null });
  });
});

describe('an event with details that the table does not have', () => {
  test.each<[string, string, object]>([
    ['another name', 'deleteUser', { endedSessions: 1, email: 'ada@example.com' }],
    ['a value of another kind', 'deleteUser', { endedSessions: '1' }],
    ['null where something is always told', 'eraseUser', { reason: null, endedSessions: 1 }],
    ['details of an action that has none', 'login', { endedSessions: 1 }],
  ])('is refused by the database of every test: %s', async (_, action, details) => {
    await expect(insert(action, details)).rejects.toThrow(`details of ${action} that src/audit/details.ts`);
  });

  test('does not compile', () => {
    const taken = <Action extends string>(entry: AuditEntry<Action>) => entry;
    taken({ action: 'deleteUser', details: { endedSessions: 1 } });
    taken({ action: 'deleteUser', code: 'FORBIDDEN' });
    taken({ action: 'suspendUser', details: { reason: null, endedSessions: 1 } });
    // @ts-expect-error: forgotten.
    taken({ action: 'deleteUser' });
    // @ts-expect-error: an unknown one.
    taken({ action: 'deleteUser', details: { endedSessions: 1, email: 'x' } });
    // @ts-expect-error: of another kind.
    taken({ action: 'deleteUser', details: { endedSessions: '1' } });
    // @ts-expect-error: never null.
    taken({ action: 'eraseUser', details: { reason: null, endedSessions: 1 } });
    // @ts-expect-error: of an action that has none.
    taken({ action: 'login', details: { endedSessions: 1 } });
    // @ts-expect-error: one that the statement does not write.
    expect(detailsInSql('logoutAll', { endedSessions: 'count(*)' })).toContain('count(*)');
  });
});

test('every statement of the product that writes details takes their names from the table', () => {
  const writers = sourceFiles(/^src\/.*\.ts$/).filter(
    ({ path, code }) => path !== 'src/audit/record.ts' && /INSERT_DETAILED_EVENT|insert into audit_events/.test(code),
  );
  expect(writers.map(({ path }) => path)).toEqual(expect.arrayContaining(['src/sessions/rotate.ts']));
  expect(writers.filter(({ code }) => !code.includes('detailsInSql(')).map(({ path }) => path)).toEqual([]);
});

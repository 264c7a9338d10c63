import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AuditEvent } from '../../src/audit/audit-event.entity.js';
import { AuditSeal } from '../../src/audit/audit-seal.entity.js';
import { hashOfSeal } from '../../src/audit/chain.js';
import { listEvents } from '../../src/audit/list-events.js';
import {
  INSERT_DETAILED_EVENT,
  INSERT_EVENT,
  INSERT_IMPERSONATED_EVENT,
  recordStandalone,
} from '../../src/audit/record.js';
import { insertSeal, readHead, readSealed } from '../../src/audit/seals.js';
import { writeBatch } from '../../src/import/write-batch.js';
import type { Database } from '../../src/platform/database.js';
import { requestRows } from '../../src/platform/request-rows.js';
import { mapRows } from '../../src/platform/row-mapping.js';
import { Role } from '../../src/roles/role.entity.js';
import { UserRole } from '../../src/roles/user-role.entity.js';
import { readUserWithRoles, USER_WITH_ROLES, type UserWithRolesRow } from '../../src/sessions/principals.js';
import { readSession, sessionAt, type SessionRow } from '../../src/sessions/session-row.js';
import { Session } from '../../src/sessions/session.entity.js';
import { User } from '../../src/users/user.entity.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { columnsByProperty, distinctValues } from '../support/distinct-values.js';
import { openTestDatabase } from '../support/open-test-database.js';

const now = new Date('2031-02-03T04:05:06.789Z');
const clock = { now: () => now, forDatabase: () => now };
let database: TestDatabase;
let opened: Database;
const em = () => opened.orm.em.fork();

beforeAll(async () => {
  database = await cloneDatabase();
  opened = await openTestDatabase(database.url);
  // The values here are of no action, and no details of one.
  await database.sql('drop trigger check_audit_details on audit_events');
});
afterAll(async () => {
  await opened.close();
  await database.drop();
});

function without(values: Record<string, unknown>, ...left: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !left.includes(name)));
}

/** An entity as a plain object, to compare with one. */
function fieldsOf(entity: object | null): any {
  return Object.fromEntries(Object.entries(entity ?? {}));
}

/** A user with a value of its own in each column. */
async function insertUser(variant: number) {
  const user = distinctValues(opened.orm, User, {}, variant);
  await em().insert(User, user);
  return user;
}

describe('the mapping has the columns that MikroORM has', () => {
  test.each([
    ['User', User, []],
    ['Role', Role, []],
    ['Session', Session, ['user', 'identity', 'impersonatorSession']],
    ['AuditEvent', AuditEvent, []],
    ['AuditSeal', AuditSeal, []],
  ])('of %s', (_, entity: new () => object, left: string[]) => {
    const columns = without(columnsByProperty(opened.orm, entity), ...left);
    const { names, parameters } = mapRows(entity, { without: left as never[] });
    expect(names).toBe(Object.values(columns).join(', '));
    expect(parameters).toBe(
      Object.values(columns)
        .map((_column, index) => `$${index + 1}`)
        .join(', '),
    );
  });

  test('a relation must be left out by name, and so must bytes where JSON is made', () => {
    expect(() => mapRows(Session)).toThrow('Session.user cannot be mapped');
    expect(() => mapRows(AuditSeal).json('s')).toThrow('JSON cannot carry it');
    expect(() => mapRows(class Stranger {})).toThrow('Stranger is not an entity');
  });
});

test('a user with roles is read with each property', async () => {
  const user = await insertUser(1);
  const role = distinctValues(opened.orm, Role);
  await em().insert(Role, role);
  await em().insert(UserRole, { user: user.id, role: role.name, grantedAt: now });
  const text = `select ${USER_WITH_ROLES} from users u where u.id = $1`;
  const [row] = await opened.sql<UserWithRolesRow>('', text, [user.id]);
  const read = readUserWithRoles(row!);
  expect(read.user).toBeInstanceOf(User);
  expect(fieldsOf(read.user)).toEqual(user);
  expect(read.roles.map(fieldsOf)).toEqual([without(role, 'createdAt', 'updatedAt')]);
});

test('what is read of a row has no getters of its own, by which a request would live on', () => {
  const row = { name: 'editor', description: null, permissions: [], version: '1' };
  const read = mapRows(Role, { without: ['createdAt', 'updatedAt'] }).read(row as never);
  const own = Object.values(Object.getOwnPropertyDescriptors(read));
  expect(own.length).toBeGreaterThan(3);
  expect(own.filter(({ get }) => get)).toEqual([]);
});

test('a session is read with each property that is not left out', async () => {
  const { id: user } = await insertUser(2);
  const session = distinctValues(opened.orm, Session, { user, identity: null, impersonatorSession: null });
  await em().insert(Session, session);
  const text = `select ${sessionAt('now()')} from sessions s where s.id = $1`;
  const [row] = await opened.sql<SessionRow>('', text, [session.id]);
  const { session: read, expiresIn } = readSession(row!);
  expect(expiresIn).toBeGreaterThanOrEqual(0);
  expect(read).toBeInstanceOf(Session);
  const counted = ['refreshesSince', 'refreshes'];
  const links = ['identity', 'providerSid', 'impersonatorSession'];
  const left = ['user', 'absoluteExpiresAt', 'endedAt', ...counted, 'factorVerifiedAt', 'trustedStamp', ...links];
  expect(fieldsOf(read)).toEqual(without(session, ...left));
});

/** What a redaction removes and leaves: test/audit/redact.test.ts. */
const OF_REDACTION = ['salt', 'redaction'];

describe('an audit event', () => {
  test('is listed with each property', async () => {
    const event = distinctValues(opened.orm, AuditEvent);
    await em().insert(AuditEvent, event);
    const action = event.action;
    const { nodes } = await listEvents({ sql: opened.sql, pages: requestRows() }, {}, { action });
    expect(nodes[0]).toBeInstanceOf(AuditEvent);
    expect(nodes.map(fieldsOf)).toEqual([without(event, ...OF_REDACTION)]);
  });

  test('is recorded alone with each property but its number and details', async () => {
    const { id: requestId, ...event } = distinctValues(opened.orm, AuditEvent, { code: 'FORBIDDEN' }, 2);
    const request = { id: event.requestId, ipAddress: event.ipAddress, userAgent: event.userAgent };
    const at = { now: () => event.at, forDatabase: () => null };
    await recordStandalone({ sql: opened.sql, clock: at, request } as never, event as never);
    const read = await em().findOneOrFail(AuditEvent, { action: event.action });
    const { id, seq, details, ...kept } = without(fieldsOf(read), ...OF_REDACTION) as any;
    expect(kept).toEqual(without({ ...event, outcome: 'REFUSED' }, 'seq', 'details', ...OF_REDACTION));
    expect(id).not.toBe(requestId);
    expect([Number(seq) > 0, details]).toEqual([true, null]);
  });

  // The statements give their values in this order: change it here and in each of them.
  test('is inserted by statements in one order of columns', () => {
    const order = 'id, at, action, outcome, code, actor_id, subject_id, session_id, ip_address, user_agent, request_id';
    expect(INSERT_EVENT.trim()).toBe(`insert into audit_events (${order})`);
    expect(INSERT_DETAILED_EVENT.trim()).toBe(`insert into audit_events (${order}, details)`);
    const columns = Object.values(columnsByProperty(opened.orm, AuditEvent));
    expect(INSERT_IMPERSONATED_EVENT.trim()).toBe(`insert into audit_events (${order}, impersonator_id)`);
    expect([...order.split(', '), 'details', 'impersonator_id', 'seq', ...OF_REDACTION].toSorted()).toEqual(
      columns.toSorted(),
    );
  });

  test('is sealed with each property: whichever is changed, its content is another', async () => {
    const event = distinctValues(opened.orm, AuditEvent, { seq: '8000000000000000001' }, 1);
    await em().insert(AuditEvent, event);
    await database.sql('alter table audit_events disable trigger audit_events_append_only');
    const other = distinctValues(opened.orm, AuditEvent, { seq: '8000000000000000002' }, 2);
    const contents = new Set([await sealedContent()]);
    const columns = Object.entries(without(columnsByProperty(opened.orm, AuditEvent), ...OF_REDACTION));
    for (const [index, [property, column]] of columns.entries()) {
      await database.sql(`update audit_events set ${String(column)} = $1 where seq >= 8000000000000000001`, [
        other[property],
      ]);
      contents.add(await sealedContent());
      expect([property, contents.size]).toEqual([property, index + 2]);
    }
    await database.sql('alter table audit_events enable always trigger audit_events_append_only');
  });

  async function sealedContent(): Promise<string> {
    const rows = await readSealed(opened.sql, '8000000000000000001', '8000000000000000002', 10);
    expect(rows).toHaveLength(1);
    return rows[0]!.content;
  }
});

describe('a seal', () => {
  test('is written and read with each property', async () => {
    const seal = distinctValues(opened.orm, AuditSeal);
    await insertSeal(opened.sql, seal);
    await database.sql('alter table audit_seals disable trigger audit_seals_append_only');
    await database.sql('update audit_seals set purged_at = $1, purge_proof = $2', [seal.purgedAt, seal.purgeProof]);
    await database.sql('alter table audit_seals enable always trigger audit_seals_append_only');
    const read = await readHead(opened.sql);
    expect(read).toBeInstanceOf(AuditSeal);
    expect(fieldsOf(read)).toEqual(seal);
    const entity = await em().findOneOrFail(AuditSeal, { number: seal.number });
    // MikroORM makes a bigint of these, whatever the entity says.
    const numbers = { firstSeq: BigInt(seal.firstSeq), lastSeq: BigInt(seal.lastSeq) };
    expect(fieldsOf(entity)).toEqual({ ...seal, ...numbers });
  });

  // `root` covers the leaves, and the proof of a purge covers the hash.
  test('has a hash that covers each property but those that it cannot', () => {
    const key = createSecretKey(Buffer.alloc(32));
    const seal = distinctValues(opened.orm, AuditSeal);
    const other = distinctValues(opened.orm, AuditSeal, {}, 2);
    const hash = (values: object) => hashOfSeal(key, values as AuditSeal).toString('hex');
    const covered = Object.keys(seal).filter((name) => hash({ ...seal, [name]: other[name] }) !== hash(seal));
    const uncovered = ['leaves', 'hash', 'purgedAt', 'purgeProof'];
    expect(covered).toEqual(Object.keys(without(seal, ...uncovered)));
  });
});

test('an import writes each property of a user', async () => {
  const user = distinctValues(opened.orm, User, { email: 'ada@field.example', username: 'ada' });
  const line = { ...user, line: 1, idGiven: true, externalId: null, emailVerified: true, suspended: true };
  const imported = { ...line, roles: [], hash: 'a hash', totpSecrets: [], identities: [], warnings: [] } as never;
  const name = { key: 'a key', source: 'a source' };
  const problems = await em().transactional((tx) =>
    writeBatch({ clock, keys: () => null as never }, tx, [imported], name),
  );
  expect([...problems]).toEqual([]);
  const read = await em().findOneOrFail(User, { id: user.id });
  const expected: Record<keyof User & string, unknown> = {
    id: user.id,
    email: user.email,
    username: user.username,
    displayName: user.displayName,
    avatar: null,
    locale: user.locale,
    emailVerifiedAt: user.createdAt,
    suspendedAt: now,
    suspendedReason: expect.any(String),
    version: 1,
    securityStamp: 1,
    lastLoginAt: null,
    createdAt: user.createdAt,
    updatedAt: now,
    deletedAt: null,
  };
  expect(fieldsOf(read)).toEqual(expected);
  expect(Object.keys(expected).toSorted()).toEqual(Object.keys(user).toSorted());
});

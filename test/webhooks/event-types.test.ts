import { describe, expect, test } from '@jest/globals';
import { printEventSchema, printEventTable, printEventTypes } from '../../src/webhooks/event-documents.js';
import { EVENT_TYPES, type EventType, SUBSCRIBABLE } from '../../src/webhooks/event-types.js';
import { readText } from '../support/source-tree.js';
import { webhookTest } from '../support/webhook-receiver.js';
import { CREATE_USER, UPDATE_USER } from '../support/administration.js';
import { admin, newEmail } from '../support/people.js';

describe('the documents are as `npm run schema` prints them:', () => {
  test('the table of docs/webhooks.md', () => {
    const document = readText('docs/webhooks.md') ?? '';
    expect(printEventTable(document)).toBe(document);
    for (const name of Object.keys(EVENT_TYPES)) expect(document).toContain(`| \`${name}\` |`);
  });
  test('docs/webhooks.schema.json', () => expect(readText('docs/webhooks.schema.json')).toBe(printEventSchema()));
  test('the types of the client', () =>
    expect(readText('packages/client/src/webhook-events.ts')).toBe(printEventTypes()));
});

test('names are those of Standard Webhooks', () => {
  for (const name of Object.keys(EVENT_TYPES)) expect(name).toMatch(/^[a-z_]+\.[a-z_]+$/);
});

const run = webhookTest({ JOBS: 'off' });
const USER = '01980000-0000-7000-8000-000000000001';
const ACTOR = '01980000-0000-7000-8000-000000000002';

/** Details that make an action tell of all its types. */
const DETAILS: Record<string, object> = {
  createAdmin: { existed: false, added: ['admin'] },
  updateUser: { fields: ['email', 'displayName'] },
  updateProfile: { fields: ['displayName'] },
  undoEmailChange: { restored: true },
  updateUserRoles: { added: ['editor'], removed: [] },
  createRole: { role: 'editor' },
  updateRole: { role: 'editor' },
  deleteRole: { role: 'editor' },
};

async function written(): Promise<{ type: string; body: string }[]> {
  const rows = await run.gateway.database.sql<{ type: string; body: string }>(
    'delete from webhook_deliveries returning type, body',
  );
  return rows.toSorted((one, other) => one.type.localeCompare(other.type));
}

async function recordAction(action: string, outcome = 'SUCCEEDED'): Promise<void> {
  await run.gateway.database.sql(
    `insert into audit_events (id, at, action, outcome, actor_id, subject_id, details) values (gen_random_uuid(), now(), $1, $4, $2, $3, $5)`,
    [action, ACTOR, USER, outcome, JSON.stringify(DETAILS[action] ?? null)],
  );
}

/** Members as the table has them, and values of their kinds. */
function assertPublished({ type, body }: { type: string; body: string }): void {
  const { data: members, version } = (EVENT_TYPES as Record<string, EventType>)[type]!;
  const event = JSON.parse(body) as { type: string; version: number; timestamp: string; data: Record<string, unknown> };
  expect([event.type, event.version]).toEqual([type, version]);
  expect(event.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(Object.keys(event.data).sort()).toEqual(Object.keys(members).sort());
  for (const [name, kind] of Object.entries(members)) {
    const value = event.data[name];
    if (kind === 'texts') expect(Array.isArray(value)).toBe(true);
    else if (value === null) expect(kind.endsWith('?')).toBe(true);
    else expect(typeof value).toBe('string');
  }
}

describe('an event of the audit log becomes a webhook event as the table says:', () => {
  const actions = new Map<string, string[]>();
  for (const [name, { actions: of = [] }] of Object.entries<EventType>(EVENT_TYPES))
    for (const action of of) actions.set(action, [...(actions.get(action) ?? []), name]);

  test.each([...actions])('%s', async (action, types) => {
    await run.create({ events: [] });
    await recordAction(action);
    const rows = await written();
    // The webhook itself was created by an action that tells of nothing.
    expect(rows.map(({ type }) => type)).toEqual(types.toSorted());
    rows.forEach(assertPublished);
  });

  test('what was refused only where the log is asked for', async () => {
    await run.create({ events: [] });
    await run.create({ events: ['audit.recorded'] });
    await written();
    await recordAction('suspendUser', 'REFUSED');
    const rows = await written();
    expect(rows.map(({ type }) => type)).toEqual(['audit.recorded']);
    rows.forEach(assertPublished);
  });
});

test('rows cause events themselves: sessions, keys, factors, identities, purged accounts', async () => {
  const root = await admin(run.gateway);
  await run.create({ events: SUBSCRIBABLE.filter((name) => name !== 'audit.recorded') });
  const sql = run.gateway.database.sql;
  const of = [root.id];
  await sql(
    `insert into api_keys (id, user_id, name, prefix, secret_hash, permissions, created_at) values (gen_random_uuid(), $1, 'k', 'p', 'h', '{}', now())`,
    of,
  );
  await sql(`update api_keys set revoked_at = now() where user_id = $1`, of);
  await sql(`update sessions set ended_at = now() where user_id = $1`, of);
  await sql(
    `insert into identities (id, user_id, provider, issuer, subject, created_at) values (gen_random_uuid(), $1, 'google', 'i', 's', now())`,
    of,
  );
  await sql(`delete from identities where user_id = $1`, of);
  await sql(`delete from users where id = $1`, of);
  const rows = await written();
  rows.forEach(assertPublished);
  expect(rows.map(({ type }) => type)).toEqual([
    'api_key.created',
    'api_key.revoked',
    'identity.linked',
    'identity.unlinked',
    'session.revoked',
    'user.purged',
  ]);
});

test('events of operations have no personal data of users', async () => {
  const root = await admin(run.gateway);
  await run.create({ events: [] });
  const email = newEmail('secret-person');
  const { createUser } = await run.gateway.ask(
    CREATE_USER,
    { input: { email, displayName: 'Ada Secret' } },
    { token: root.accessToken },
  );
  await run.gateway.ask(
    UPDATE_USER,
    { input: { userId: createUser.id, displayName: 'Other Secret' } },
    { token: root.accessToken },
  );
  const rows = await written();
  expect(rows.map(({ type }) => type)).toEqual(['user.created', 'user.updated']);
  for (const { body } of rows) {
    expect(body).toContain(createUser.id);
    expect(body).toContain(root.id);
    expect(body).not.toMatch(/secret/i);
    expect(body.length).toBeLessThan(20_000);
  }
});

test('an import causes no events', async () => {
  await run.create({ events: [] });
  await run.gateway.database.sql(
    `with importing as (select set_config('sallyport.importing', 'on', true) as set)
     select tell_webhooks('user.created', gen_random_uuid(), now(), '{}') from importing where set = 'on'`,
  );
  expect(await written()).toEqual([]);
});

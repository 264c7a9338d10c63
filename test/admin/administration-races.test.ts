import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import {
  CREATE_USER,
  END_USER_SESSIONS,
  mutation as mutationOf,
  UPDATE_ROLE,
  UPDATE_USER,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { DEEDS, insertPerson, insertRole, insertWebhook, type Scene } from '../support/administration-table.js';
import { PERMISSIONS } from '../support/authorization-table.js';
import { expectCode } from '../support/client.js';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { LOGIN, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from '../support/people.js';
import { type ServerProcess, startServer, temporaryFolder } from '../support/server-process.js';
import { insertServiceAccount } from '../support/service-accounts.js';
import { readText } from '../support/source-tree.js';
import { whileHeld } from '../support/while-held.js';
import { type Actor, WITHDRAWALS } from '../support/withdrawals.js';

// Two processes take their time to start, on a busy machine a long one.
jest.setTimeout(120_000);

/** Administrators act at one process; what they may do is withdrawn at the other. */
let here: ServerProcess;
let there: ServerProcess;
let database: TestDatabase;
/** Withdraws. */
let chief: { id: string; token: string };

beforeAll(async () => {
  database = await cloneDatabase();
  const { TEST_REDIS_URL, TEST_RUN } = process.env;
  const settings = {
    DATABASE_URL: database.url,
    KEYS_DIR: temporaryFolder(),
    LIMITS_FACTOR: '1000',
    // The issuer of the tokens, whichever port each process gets.
    PUBLIC_URL: 'http://localhost:4000',
    ...(TEST_REDIS_URL && { REDIS_URL: TEST_REDIS_URL, REDIS_PREFIX: `${TEST_RUN}:administration-races:` }),
  };
  here = await startServer(settings);
  there = await startServer({ ...settings, JOBS: 'off' });
  const email = newEmail('chief');
  const { register } = await here.ask(REGISTER, { input: { email, password: STRONG_PASSWORD } });
  const input = { challengeToken: register.challengeToken, code: await here.codeFor(email) };
  const { verifyOtp } = await here.ask(VERIFY_OTP, { input });
  await give(verifyOtp.user.id, 'admin');
  chief = { id: verifyOtp.user.id, token: (await signIn(email)).accessToken };
  await database.sql(HOLD_EVENTS);
});
afterAll(() => database.drop());

/** Each deed writes its event last, when all has been judged and locked: it waits there while 4242 is locked. */
const HOLD_EVENTS = `
create function hold_event() returns trigger language plpgsql as
  'begin perform pg_advisory_xact_lock_shared(4242); return new; end';
create trigger hold_event before insert on audit_events for each row when (new.user_agent = 'held')
  execute function hold_event()`;

const MORE_SESSIONS = `
insert into sessions (id, user_id, created_at, last_used_at, expires_at, absolute_expires_at, refreshes_since, authentication_methods)
select gen_random_uuid(), $1, now(), now(), now() + interval '1 day', now() + interval '1 day', now(), '{PASSWORD}'
  from generate_series(1, 20)`;
const LOGOUT_ALL = mutationOf('logoutAll', 'LogoutAllInput', 'endedSessions');
const EVERYTHING = [...PERMISSIONS];

async function newActor(role: string | undefined): Promise<Actor> {
  const id = await insertPerson(database);
  const password = `insert into passwords (user_id, hash, changed_at)
    select u.id, p.hash, p.changed_at from passwords p, users u where p.user_id = $1 and u.id = $2`;
  await database.sql(password, [chief.id, id]);
  const held = role ?? (await insertRole(database, EVERYTHING));
  await give(id, 'user');
  await give(id, held);
  const [row] = await database.sql<{ email: string }>('select email from users where id = $1', [id]);
  const { accessToken, session } = await signIn(row!.email);
  return { id, role: held, token: accessToken, sessionId: session.id };
}

async function signIn(identifier: string): Promise<any> {
  return (await here.ask(LOGIN, { input: { identifier, password: STRONG_PASSWORD } })).login;
}

function give(id: string, role: string): Promise<unknown> {
  const grant = `insert into user_roles (user_id, role_name, granted_at) values ($1, $2, now()) on conflict do nothing`;
  return database.sql(grant, [id, role]);
}

/** How often the administrator has done it. */
async function timesDone(actor: Actor, mutation: string): Promise<number> {
  const events = `select from audit_events where actor_id = $1 and action = $2 and outcome = 'SUCCEEDED'`;
  return (await database.sql(events, [actor.id, mutation])).length;
}

const titled = ([mutation, deed]: (typeof DEEDS)[number]) =>
  [deed.upon ? `${mutation} upon ${deed.upon}` : mutation, mutation, deed] as const;

test('the table names every mutation that asks for a permission', () => {
  const [, rows = ''] = /^ {2}Mutation: \{\n([^}]*)\}/m.exec(readText('src/api/graphql/permissions.ts') ?? '') ?? [];
  const asking = [...rows.matchAll(/^ +(\w+): +(?:recent\()?may\(/gm)].map(([, mutation]) => mutation);
  expect(asking.length).toBeGreaterThanOrEqual(11);
  expect(new Set(DEEDS.map(([mutation]) => mutation))).toEqual(new Set(asking));
});

describe.each(WITHDRAWALS)('when an administrator %s', (_, { role, lock, key, withdraw, gone }) => {
  const isGone = async (actor: Actor) => (await database.sql(gone, [key(actor)]))[0]?.gone;

  async function arrange({ document, input, subject }: (typeof DEEDS)[number][1]) {
    const actor = await newActor(role);
    const subjectId = await insertPerson(database, subject);
    const [spareRole, webhookId] = [await insertRole(database, []), await insertWebhook(database)];
    const scene: Scene = { actor, subjectId, spareRole, webhookId, service: await insertServiceAccount({ database }) };
    const act = (headers = {}) => here.gql(document, { input: input(scene) }, { token: actor.token, headers });
    return { actor, act };
  }

  test.each(DEEDS.map(titled))('their %s that comes behind does nothing', async (_title, mutation, deed) => {
    const { actor, act } = await arrange(deed);
    const { withdrawn, acted } = await whileHeld(database, [[lock, [key(actor)]]], async (waiting) => {
      const withdrawn = withdraw(actor, there, chief.token);
      await waiting(1);
      const acted = act();
      await waiting(2);
      return { withdrawn, acted };
    });
    expect((await withdrawn).errors).toEqual([]);
    expectCode(await acted, 'TOKEN_REVOKED');
    expect(await timesDone(actor, mutation)).toBe(0);
    expect(await isGone(actor)).toBe(true);
  });

  test.each(DEEDS.filter(([, { upon }]) => upon !== 'themselves').map(titled))(
    'their %s that is under way is waited for',
    async (_title, mutation, deed) => {
      const { actor, act } = await arrange(deed);
      const hold: [string, unknown[]] = ['select pg_advisory_xact_lock(4242)', []];
      const { withdrawn, acted } = await whileHeld(database, [hold], async (waiting) => {
        const acted = act({ 'user-agent': 'held' });
        await waiting(1);
        const withdrawn = withdraw(actor, there, chief.token);
        await waiting(2);
        return { withdrawn, acted };
      });
      expect((await acted).errors).toEqual([]);
      expect((await withdrawn).errors).toEqual([]);
      expect(await timesDone(actor, mutation)).toBe(1);
      expect(await isGone(actor)).toBe(true);
    },
  );
});

describe('with nothing that orders them', () => {
  test('an administrator who grants themselves the role while it is withdrawn does not keep it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const actor = await newActor('admin');
      const keep = { input: { userId: actor.id, roles: ['user', 'admin'] } };
      const [taken, ...kept] = await Promise.all([
        there.gql(UPDATE_USER_ROLES, { input: { userId: actor.id, roles: ['user'] } }, { token: chief.token }),
        ...Array.from({ length: 4 }, () => here.gql(UPDATE_USER_ROLES, keep, { token: actor.token })),
      ]);
      expect(taken.errors).toEqual([]);
      const codes = kept.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
      expect(codes.filter((code) => code !== 'TOKEN_REVOKED')).toEqual([]);
      const held = await database.sql('select role_name from user_roles where user_id = $1', [actor.id]);
      expect(held).toEqual([{ role_name: 'user' }]);
    }
  });

  test('no administrator is made by one whose demotion has answered', async () => {
    const actor = await newActor('admin');
    const made = Array.from({ length: 40 }, () => {
      const input = { email: newEmail('made'), roles: ['admin'] };
      return here.gql(CREATE_USER, { input }, { token: actor.token });
    });
    const demotion = { input: { userId: actor.id, roles: ['user'] } };
    expect((await there.gql(UPDATE_USER_ROLES, demotion, { token: chief.token })).errors).toEqual([]);
    const before = await timesDone(actor, 'createUser');
    const codes = (await Promise.all(made)).map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(new Set(codes.filter((code) => code !== 'OK'))).toEqual(new Set(['TOKEN_REVOKED']));
    expect(await timesDone(actor, 'createUser')).toBe(before);
  });

  test('administrators who act upon each other, their roles and their sessions never deadlock', async () => {
    for (let round = 0; round < 5; round += 1) {
      const spare = await insertRole(database, []);
      const actors = [await newActor('admin'), await newActor('admin'), await newActor('admin')];
      for (const { id } of actors) await database.sql(MORE_SESSIONS, [id]);
      const calls = actors.flatMap(({ token }, index) => {
        const processes = [here, there];
        const call = (document: string, input: object) => processes[index % 2]!.gql(document, { input }, { token });
        const uponEach = actors.flatMap(({ id: userId }) => [
          call(UPDATE_USER, { userId, displayName: `Round ${round}` }),
          call(UPDATE_USER_ROLES, { userId, roles: ['user', 'admin', spare] }),
          call(END_USER_SESSIONS, { userId }),
        ]);
        const permissions = [`round-${index}:read`];
        uponEach.push(call(UPDATE_ROLE, { name: spare, permissions }), call(LOGOUT_ALL, { keepCurrent: true }));
        return uponEach;
      });
      const codes = (await Promise.all(calls)).map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
      expect(codes.filter((code) => code !== 'OK' && code !== 'TOKEN_REVOKED')).toEqual([]);
    }
  });
});

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import {
  DELETE_USER,
  END_USER_SESSIONS,
  mutation,
  REINSTATE_USER,
  SUSPEND_USER,
  UPDATE_USER_ROLES,
} from '../support/administration.js';
import { CAEP, type Received, type Receiver, receiverOf, RISC } from '../support/event-receiver.js';
import { enroll, REMOVE_FACTOR } from '../support/factors.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { admin, LOGOUT, newEmail, type SignedInPerson, signedInPerson, verifiedPerson } from '../support/people.js';
import { withPasskey } from '../support/passkeys.js';
import { CHANGE_PASSWORD, NEW_PASSWORD } from '../support/recovery.js';
import { RESOURCE_SERVERS } from '../support/resource-server.js';
import { within } from '../support/within.js';

let gateway: TestGateway;
let boss: SignedInPerson;
let receiver: Receiver;
let stream: Record<string, any>;
beforeAll(async () => {
  gateway = await startGateway(RESOURCE_SERVERS);
  boss = await admin(gateway);
  receiver = receiverOf(gateway);
  stream = await receiver.createStream();
});
beforeEach(async () => void (await receiver.drain(stream)));

const asBoss = (operation: string, input: object) => gateway.ask(operation, { input }, { token: boss.accessToken });
const userOf = ({ id }: { id: string }) => ({ format: 'iss_sub', iss: gateway.config.publicUrl, sub: id });
const about = (events: Received[], person: { id: string }) =>
  events.filter(({ subject }) => (subject.user ?? subject).sub === person.id);
const names = (events: Received[]) => events.map(({ name }) => name).sort();

describe('a receiver gets', () => {
  test('which session a logout has ended, by whom and why', async () => {
    const ada = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token: ada.accessToken });
    const [told, ...others] = await receiver.drain(stream);
    expect(others).toEqual([]);
    expect(told).toEqual({
      jti: expect.any(String),
      txn: expect.any(String),
      name: 'session-revoked',
      subject: {
        format: 'complex',
        session: { format: 'opaque', id: ada.sessionId },
        user: userOf(ada),
      },
      event: { event_timestamp: expect.any(Number), initiating_entity: 'user', reason_admin: { en: 'logout' } },
    });
    const [row] = await gateway.database.sql<{ action: string }>(
      'select action from audit_events where request_id = $1',
      [told!.txn],
    );
    expect(row?.action).toBe('logout');
  });

  test('what a suspension does, as one cause, and that it was taken back', async () => {
    const ada = await signedInPerson(gateway);
    await asBoss(SUSPEND_USER, { userId: ada.id, reason: 'Test.' });
    const events = about(await receiver.drain(stream), ada);
    expect(names(events)).toEqual(['account-disabled', 'session-revoked']);
    expect(new Set(events.map(({ txn }) => txn)).size).toBe(1);
    expect(events.find(({ name }) => name === 'session-revoked')!.event).toMatchObject({
      initiating_entity: 'admin',
      reason_admin: { en: 'suspendUser' },
    });
    await asBoss(REINSTATE_USER, { userId: ada.id });
    expect(names(about(await receiver.drain(stream), ada))).toEqual(['account-enabled']);
  });

  test('that a password has changed, and of the sessions that this has ended', async () => {
    const ada = await signedInPerson(gateway);
    const other = await gateway.ask(mutation('login', 'LoginInput', '... on SignedIn { session { id } }'), {
      input: { identifier: ada.email, password: ada.password },
    });
    await gateway.ask(
      CHANGE_PASSWORD,
      { input: { currentPassword: ada.password, newPassword: NEW_PASSWORD } },
      { token: ada.accessToken },
    );
    const events = about(await receiver.drain(stream), ada);
    expect(names(events)).toEqual(['credential-change', 'session-revoked']);
    expect(events.find(({ name }) => name === 'credential-change')!.event).toMatchObject({
      credential_type: 'password',
      change_type: 'update',
    });
    expect(events.find(({ name }) => name === 'session-revoked')!.subject.session.id).toBe(other.login.session.id);
  });

  test('of factors that are added and removed', async () => {
    const ada = await signedInPerson(gateway);
    const { factorId: id } = await enroll(gateway, ada);
    await withPasskey(gateway, ada);
    await gateway.ask(REMOVE_FACTOR, { input: { factorId: id } }, { token: ada.accessToken });
    const events = about(await receiver.drain(stream), ada).filter(({ name }) => name === 'credential-change');
    expect(events.map(({ event }) => [event.credential_type, event.change_type])).toEqual([
      ['app', 'create'],
      ['fido2-platform', 'create'],
      ['app', 'revoke'],
    ]);
  });

  test('which roles a user has now', async () => {
    const ada = await signedInPerson(gateway);
    await asBoss(UPDATE_USER_ROLES, { userId: ada.id, roles: ['user', 'admin'] });
    const [told, ...others] = about(await receiver.drain(stream), ada);
    expect(others).toEqual([]);
    expect(told).toMatchObject({
      name: 'token-claims-change',
      subject: userOf(ada),
      event: { claims: { roles: ['admin', 'user'], email_verified: true }, initiating_entity: 'admin' },
    });
  });

  test('that an account is deleted, and that it is purged', async () => {
    const ada = await signedInPerson(gateway);
    await asBoss(DELETE_USER, { userId: ada.id });
    expect(names(about(await receiver.drain(stream), ada))).toEqual(['account-disabled', 'session-revoked']);
    await gateway.database.sql('delete from users where id = $1', [ada.id]);
    const events = about(await receiver.drain(stream), ada);
    expect(names(events)).toEqual(['account-purged']);
    expect(events[0]!.event).toEqual({});
  });

  test('nothing about a sign-up, which changes nothing; and never a name or an address', async () => {
    const email = newEmail();
    const ada = await verifiedPerson(gateway, { email });
    expect(about(await receiver.drain(stream), ada)).toEqual([]);
    await asBoss(END_USER_SESSIONS, { userId: ada.id });
    const { sets } = await receiver.poll(stream);
    expect(Object.keys(sets)).toHaveLength(1);
    const payloads = Object.values<string>(sets as never).map((set) => Buffer.from(set.split('.')[1]!, 'base64url'));
    expect(payloads.join()).not.toContain(email.split('@')[0]);
  });

  test('nothing that was rolled back, and changes made by hand', async () => {
    const ada = await signedInPerson(gateway);
    const client = new pg.Client({ connectionString: gateway.database.url });
    await client.connect();
    const end = () => client.query('update sessions set ended_at = now() where id = $1', [ada.sessionId]);
    await client.query('begin');
    await end();
    await client.query('rollback');
    expect(await receiver.drain(stream)).toEqual([]);
    await end();
    await client.end();
    const [told] = await receiver.drain(stream);
    expect(told!.event).toMatchObject({ initiating_entity: 'system', reason_admin: { en: 'changed in the database' } });
  });
});

describe('delivery', () => {
  const sessionsEnded = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      const { accessToken: token } = await signedInPerson(gateway);
      await gateway.ask(LOGOUT, {}, { token });
    }
  };

  test('repeats what was not acknowledged, the same to the letter, and never what was', async () => {
    await sessionsEnded(2);
    const first = await receiver.poll(stream);
    expect(first.events).toHaveLength(2);
    expect((await receiver.poll(stream)).sets).toEqual(first.sets);
    const [done, open] = first.events.map(({ jti }) => jti);
    const second = await receiver.poll(stream, { returnImmediately: true, ack: [done] });
    expect(Object.keys(second.sets)).toEqual([open]);
    await receiver.poll(stream, { maxEvents: 0, ack: [open, done, 'nonsense', open] });
    expect((await receiver.poll(stream)).events).toEqual([]);
  });

  test('returns as many as requested, the oldest first, and says whether there are more', async () => {
    await sessionsEnded(3);
    const all = (await receiver.poll(stream)).events;
    const { events, more } = await receiver.poll(stream, { maxEvents: 2, returnImmediately: true });
    expect(events).toEqual(all.slice(0, 2));
    expect(more).toBe(true);
    expect((await receiver.poll(stream, { maxEvents: 3, returnImmediately: true })).more).toBe(false);
    expect((await receiver.poll(stream, { maxEvents: 0 })).events).toEqual([]);
  });

  test('offers what the receiver could not read no more, and keeps why', async () => {
    await sessionsEnded(1);
    const [{ jti } = { jti: '' }] = (await receiver.poll(stream)).events;
    const setErrs = { [jti]: { err: 'invalid_key', description: 'No such key.' } };
    expect((await receiver.poll(stream, { returnImmediately: true, setErrs })).events).toEqual([]);
    // An acknowledgement that comes late does not hide it.
    await receiver.poll(stream, { maxEvents: 0, ack: [jti] });
    const [row] = await gateway.database.sql('select error from security_events where jti = $1', [jti]);
    expect(row).toEqual({ error: 'invalid_key No such key.' });
  });

  test('answers a poll that waits within a second, from another process, and ends one that another follows', async () => {
    const other = await gateway.replica({ REDIS_URL: '' });
    const elsewhere = receiverOf(other);
    await within(1_000, async (start) => {
      const { accessToken: token } = await signedInPerson(gateway);
      const polls = [elsewhere.poll(stream, {}), elsewhere.poll(stream, {})];
      const [ended, index] = await Promise.race(polls.map(async (poll, at) => [await poll, at] as const));
      expect(ended.events).toEqual([]);
      await gateway.ask(LOGOUT, {}, { token });
      start();
      expect(names((await polls[1 - index]!).events)).toEqual(['session-revoked']);
    });
    await receiver.drain(stream);
    const last = elsewhere.poll(stream, {}).catch(() => null);
    await elsewhere.metadata();
    const closing = performance.now();
    await other.close();
    await last;
    // A poll waits for thirty seconds.
    expect(performance.now() - closing).toBeLessThan(15_000);
  });

  test('of no event that the receiver did not ask for', async () => {
    const { stream_id } = stream;
    const { configuration_endpoint } = await receiver.metadata();
    const only = (events_requested: string[]) =>
      receiver.call(configuration_endpoint, { method: 'PATCH', body: { stream_id, events_requested } });
    await only([`${RISC}account-disabled`]);
    const { accessToken: token } = await signedInPerson(gateway);
    await gateway.ask(LOGOUT, {}, { token });
    expect(await receiver.drain(stream)).toEqual([]);
    await only([`${CAEP}session-revoked`]);
    await sessionsEnded(1);
    expect(names(await receiver.drain(stream))).toEqual(['session-revoked']);
    await only(stream.events_supported);
  });
});

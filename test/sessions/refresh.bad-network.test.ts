import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { successorOf } from '../../src/sessions/refresh-secret.js';
import { expectCode } from '../support/client.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, type SignedInPerson, signedInPerson } from '../support/people.js';

const HOUR = 3_600_000;
let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});

const refresh = (refreshToken: string, by = gateway) => by.gql(REFRESH, { input: { refreshToken } });
const trade = async (refreshToken: string, by = gateway): Promise<string> =>
  (await by.ask(REFRESH, { input: { refreshToken } })).refresh.refreshToken;
const times = <Value>(count: number, make: () => Promise<Value>) => Promise.all(Array.from({ length: count }, make));

/** How many tokens of the session can still be traded as usual. */
async function heads({ sessionId }: SignedInPerson): Promise<number> {
  const unused = 'select from refresh_tokens where session_id = $1 and used_at is null';
  return (await gateway.database.sql(unused, [sessionId])).length;
}
const detailsOf = async ({ sessionId }: SignedInPerson) => {
  const events = `select details from audit_events where action = 'refresh' and session_id = $1 order by seq`;
  return (await gateway.database.sql(events, [sessionId])).map(({ details }) => details);
};

describe('within the grace period', () => {
  test('the same token returns the same child, which is an event, and the chain goes on', async () => {
    const ada = await signedInPerson(gateway);
    const lost = await trade(ada.refreshToken);
    gateway.clock.advance(5_000);
    expect(await trade(ada.refreshToken)).toBe(lost);
    expect(await detailsOf(ada)).toEqual([{ reissued: false }]);
    const { refresh: next } = await gateway.ask(REFRESH, { input: { refreshToken: lost } });
    expect((await gateway.ask(ME, {}, { token: next.accessToken })).me.id).toBe(ada.id);
    expect(await heads(ada)).toBe(1);
  });

  test('eight tabs restored at once, each a step behind another, are all given the one head', async () => {
    const ada = await signedInPerson(gateway);
    const chain = [ada.refreshToken];
    for (let step = 0; step < 8; step += 1) chain.push(await trade(chain.at(-1)!));
    const head = chain.pop()!;
    expect(new Set(await Promise.all(chain.map((token) => trade(token))))).toEqual(new Set([head]));
    expect(await heads(ada)).toBe(1);
    await trade(head);
  });

  test('so are they while one of them trades the head', async () => {
    for (let round = 0; round < 5; round += 1) {
      const ada = await signedInPerson(gateway);
      const chain = [ada.refreshToken];
      for (let step = 0; step < 7; step += 1) chain.push(await trade(chain.at(-1)!));
      const given = await Promise.all(chain.map((token) => trade(token)));
      const head = given.at(-1)!;
      for (const token of given) expect([chain.at(-1), head]).toContain(token);
      expect(await heads(ada)).toBe(1);
      expect(await trade(chain.at(-1)!)).toBe(head);
    }
  });

  test('a superseded token returns the head too', async () => {
    const ada = await signedInPerson(gateway);
    const first = await trade(ada.refreshToken);
    gateway.clock.advance(HOUR);
    const second = await trade(ada.refreshToken);
    gateway.clock.advance(5_000);
    expect(await trade(first)).toBe(second);
    const third = await trade(second);
    expect(await trade(first)).toBe(third);
    expect(await heads(ada)).toBe(1);
  });
});

describe('an answer that was lost for an hour', () => {
  test('is made good by another child, which is an event, and the chain goes on', async () => {
    const ada = await signedInPerson(gateway);
    const lost = await trade(ada.refreshToken);
    gateway.clock.advance(HOUR);
    const { refresh: again } = await gateway.ask(REFRESH, { input: { refreshToken: ada.refreshToken } });
    expect(again.refreshToken).not.toBe(lost);
    expect(await detailsOf(ada)).toEqual([{ reissued: true }]);
    expect((await gateway.ask(ME, {}, { token: again.accessToken })).me.id).toBe(ada.id);
    expect(await heads(ada)).toBe(1);
    gateway.clock.advance(HOUR);
    await trade(again.refreshToken);
  });

  test('starts the grace period of the late token anew: a second tab is given the same', async () => {
    const ada = await signedInPerson(gateway);
    await trade(ada.refreshToken);
    gateway.clock.advance(HOUR);
    const again = await trade(ada.refreshToken);
    gateway.clock.advance(5_000);
    expect(await trade(ada.refreshToken)).toBe(again);
    expect(await trade(again)).toBe(await trade(ada.refreshToken));
  });

  test('is made good once, however many ask at once', async () => {
    const ada = await signedInPerson(gateway);
    await trade(ada.refreshToken);
    gateway.clock.advance(HOUR);
    expect(new Set(await times(20, () => trade(ada.refreshToken))).size).toBe(1);
    expect(await heads(ada)).toBe(1);
    expect((await detailsOf(ada)).filter((details) => JSON.stringify(details).includes('true'))).toHaveLength(1);
  });

  test('is made good ten times; then it is no bad network', async () => {
    const ada = await signedInPerson(gateway);
    const given = [await trade(ada.refreshToken)];
    for (let lost = 0; lost < 10; lost += 1) {
      gateway.clock.advance(HOUR);
      given.push(await trade(ada.refreshToken));
    }
    expect(new Set(given).size).toBe(11);
    expect(await heads(ada)).toBe(1);
    gateway.clock.advance(HOUR);
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_REUSED');
    expectCode(await refresh(given.at(-1)!), 'REFRESH_TOKEN_INVALID');
  });

  test('is not made good where its token was used: a thief is found at once', async () => {
    const ada = await signedInPerson(gateway);
    const child = await trade(ada.refreshToken);
    const thiefs = await trade(child);
    gateway.clock.advance(HOUR);
    expectCode(await refresh(ada.refreshToken), 'REFRESH_TOKEN_REUSED');
    expectCode(await refresh(thiefs), 'REFRESH_TOKEN_INVALID');
  });

  test('and that a thief has: the theft is found at the next use', async () => {
    const ada = await signedInPerson(gateway);
    const stolen = await trade(ada.refreshToken);
    gateway.clock.advance(HOUR);
    const owners = await trade(ada.refreshToken);
    gateway.clock.advance(10_500);
    expectCode(await refresh(stolen), 'REFRESH_TOKEN_REUSED');
    expectCode(await refresh(owners), 'REFRESH_TOKEN_INVALID');
  });

  test('while a thief trades it at the same moment: one head, or no session', async () => {
    for (let round = 0; round < 15; round += 1) {
      const ada = await signedInPerson(gateway);
      const stolen = await trade(ada.refreshToken);
      gateway.clock.advance(HOUR);
      const asked = [ada.refreshToken, stolen, ada.refreshToken, stolen];
      const answers = await Promise.all(asked.map((token) => refresh(token)));
      const codes = answers.flatMap(({ errors }) => errors.map(({ extensions }) => extensions.code));
      for (const code of codes) expect(code).toMatch(/^REFRESH_TOKEN_(REUSED|INVALID)$/);
      const [session] = await gateway.database.sql('select ended_at from sessions where id = $1', [ada.sessionId]);
      expect(session!.ended_at !== null).toBe(codes.includes('REFRESH_TOKEN_REUSED'));
      expect(await heads(ada)).toBe(1);
    }
  });
});

describe('the chain', () => {
  test('goes on where the server key has changed in between', async () => {
    const ada = await signedInPerson(gateway);
    await trade(ada.refreshToken);
    const changed = await gateway.replica({ SERVER_SECRET: randomBytes(32).toString('base64url') });
    const again = await trade(ada.refreshToken, changed);
    expect(await heads(ada)).toBe(1);
    await trade(again, changed);
    expect(await heads(ada)).toBe(1);
  });

  test('is derived as it always was, so that chains from before an upgrade go on', () => {
    const bytes = randomBytes(32);
    const parent = { id: '01900000-0000-7000-8000-000000000000', secret: randomBytes(32).toString('base64url') };
    const expected = createHmac('sha256', bytes).update(`${parent.id}\0${parent.secret}`).digest('base64url');
    const child = successorOf(createSecretKey(bytes), parent, '01900000-0000-7000-8000-000000000001');
    expect(child).toEqual({ id: '01900000-0000-7000-8000-000000000001', secret: expected });
  });
});

import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { ME, REFRESH, type Registered, registeredPerson, type SignedInPerson, signIn } from '../support/people.js';

const SECOND = 1000;
const HOUR = 3_600_000;
/** Far from the grace period of a minute, either way: the clock runs while a busy machine works. */
const [SHORT, LONG] = [2 * SECOND, 80 * SECOND];
let gateway: TestGateway;
let ada: Registered;
beforeAll(async () => {
  gateway = await startGateway({ REFRESH_GRACE: '1m' });
  ada = await registeredPerson(gateway);
});

/** What is heard: a token, or the code of a refusal. */
async function trade(refreshToken: string): Promise<string> {
  const { data, errors } = await gateway.gql(REFRESH, { input: { refreshToken } });
  return errors[0]?.extensions.code ?? data!.refresh.refreshToken;
}
const isRefused = (heard: string) => !/^[\w-]{36}\.[\w-]{43}$/.test(heard);

async function unused({ sessionId }: Pick<SignedInPerson, 'sessionId'>): Promise<number> {
  const statement = 'select from refresh_tokens where session_id = $1 and used_at is null';
  return (await gateway.database.sql(statement, [sessionId])).length;
}

const wait = (...choices: number[]) => fc.constantFrom(...choices).map((ms) => ({ do: 'wait' as const, ms }));

/** One cookie for all tabs: what an answer brings replaces what was there. */
interface Cookie {
  value: string;
}

const BROWSER = {
  /** The answer arrives. */
  answered: async (cookie: Cookie) => void (cookie.value = await trade(cookie.value)),
  /** The server has done it, and the answer never arrives. */
  lost: async (cookie: Cookie) => void (await trade(cookie.value)),
  /** The network sends the request twice, and one of the answers is lost. */
  doubled: async (cookie: Cookie) => {
    const [one] = await Promise.all([trade(cookie.value), trade(cookie.value)]);
    cookie.value = one;
  },
  /** Eight tabs that are restored at once, with one cookie; their answers arrive in any order. */
  restored: async (cookie: Cookie) => {
    const heard = await Promise.all(Array.from({ length: 8 }, () => trade(cookie.value)));
    cookie.value = heard.find(isRefused) ?? heard[5]!;
  },
  /** Four tabs one behind another; the first one's request arrives once more when the last one has been served. */
  staggered: async (cookie: Cookie) => {
    const first = cookie.value;
    for (let tab = 0; tab < 4; tab += 1) cookie.value = await trade(cookie.value);
    expect(await trade(first)).toBe(cookie.value);
  },
  /** An answer takes so long that another tab has asked and traded what it was given meanwhile; then it takes that one's place. */
  overtaken: async (cookie: Cookie) => {
    const [slow, quick] = await Promise.all([trade(cookie.value), trade(cookie.value)]);
    const next = await trade(quick);
    cookie.value = isRefused(next) ? next : slow;
  },
};

describe('over random histories', () => {
  test('a browser with lost, late and doubled answers and several tabs never loses its session', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...(Object.keys(BROWSER) as (keyof typeof BROWSER)[])) },
      { weight: 2, arbitrary: wait(SHORT, LONG, HOUR, 48 * HOUR) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (history) => {
        const session = await signIn(gateway, ada);
        const cookie = { value: session.refreshToken };
        for (const event of history) {
          if (typeof event === 'object') gateway.clock.advance(event.ms);
          else await BROWSER[event](cookie);
          expect(cookie.value).not.toMatch(/^REFRESH/);
          expect(await unused(session)).toBe(1);
        }
        const { refresh } = await gateway.ask(REFRESH, { input: { refreshToken: cookie.value } });
        expect((await gateway.ask(ME, {}, { token: refresh.accessToken })).me.id).toBe(ada.id);
      }),
      { numRuns: 40 },
    );
  }, 240_000);

  test('a thief is found when, after that, owner and thief have come once each and one of them comes again', async () => {
    const quick = fc.record({ who: fc.constantFrom('owner' as const, 'thief' as const), lost: fc.boolean() });
    const step = fc.oneof({ weight: 3, arbitrary: quick }, { weight: 2, arbitrary: wait(SHORT, LONG) });
    const histories = {
      before: fc.array(fc.constantFrom('answered' as const, 'lost' as const, 'restored' as const), { maxLength: 3 }),
      /** What was stolen: the newest that the owner has, or one from before. */
      age: fc.constantFrom(0, 0, 1),
      meanwhile: fc.array(step, { maxLength: 8 }),
      begins: fc.boolean(),
      /** How often each of them comes before the other does. */
      turns: fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 3 }))),
    };
    await fc.assert(
      fc.asyncProperty(fc.record(histories), async ({ before, age, meanwhile, begins, turns }) => {
        const session = await signIn(gateway, ada);
        const owner = { value: session.refreshToken };
        const had = [owner.value];
        for (const event of before) {
          await BROWSER[event](owner);
          had.push(owner.value);
        }
        const thief = { value: had.at(-1 - age) ?? owner.value };
        let found = false;
        const come = async (cookie: Cookie, lost = false) => {
          const heard = await trade(cookie.value);
          expect(await unused(session)).toBe(1);
          found ||= heard === 'REFRESH_TOKEN_REUSED';
          if (isRefused(heard)) expect(found).toBe(true);
          else if (!lost) cookie.value = heard;
        };
        for (const event of meanwhile) {
          if ('ms' in event) gateway.clock.advance(event.ms);
          else await come(event.who === 'owner' ? owner : thief, event.lost);
        }
        for (const [turn, times] of turns.entries()) {
          for (let time = 0; time < times; time += 1) {
            gateway.clock.advance(LONG);
            await come((turn % 2 === 0) === begins ? owner : thief);
          }
        }
        expect(found).toBe(true);
        for (const { value } of [owner, thief]) expect(await trade(value)).toBe('REFRESH_TOKEN_INVALID');
        const [ended] = await gateway.database.sql('select ended_at from sessions where id = $1', [session.sessionId]);
        expect(ended!.ended_at).toBeInstanceOf(Date);
      }),
      { numRuns: 40 },
    );
  }, 240_000);
});

import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startGateway } from '../support/gateway.js';
import { LOGOUT, ME, REFRESH, registeredPerson, signIn } from '../support/people.js';

/** The waits are far from it, either way: the clock runs while a busy machine works. */
const GRACE = 60_000;
const IDLE = 30 * 86_400_000;
const ABSOLUTE = 90 * 86_400_000;

const REISSUES = 10;

/** The tokens of a session stand in an array, each behind the one it follows. */
interface Known {
  text: string;
  usedAt?: number;
  superseded?: true;
}

type Step = { do: 'refresh'; which: number; times: number } | { do: 'wait'; ms: number } | { do: 'logout' };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Mostly the newest token or its parent, as clients and thieves would.
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('refresh' as const),
      which: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, 3),
      times: fc.constantFrom(1, 1, 1, 2, 4),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(2_000, 80_000, 80_000, 29 * 86_400_000, 31 * 86_400_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'logout' as const }) },
);

const UNUSED = 'select from refresh_tokens where session_id = $1 and used_at is null';

test('whatever the history of refreshes, replays, waits and logouts, the rules hold', async () => {
  const gateway = await startGateway({ REFRESH_GRACE: '1m' });
  const ada = await registeredPerson(gateway);
  const unused = async (sessionId: string) => (await gateway.database.sql(UNUSED, [sessionId])).length;

  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (history) => {
      const begun = await signIn(gateway, ada);
      let now = 0;
      let expires = IDLE;
      let ended = false;
      let access = { token: begun.accessToken, at: 0 };
      const tokens: Known[] = [{ text: begun.refreshToken }];
      const dead = () => ended || now >= expires;

      /** What the rules say about this token now, and what becomes of it. */
      function expected(index: number): 'new' | 'another' | 'head' | 'REFRESH_TOKEN_INVALID' | 'REFRESH_TOKEN_REUSED' {
        if (dead()) return 'REFRESH_TOKEN_INVALID';
        const { usedAt, superseded } = tokens[index]!;
        if (usedAt === undefined) return 'new';
        if (now - usedAt <= GRACE) return 'head';
        const after = tokens.slice(index + 1);
        const child = after.findIndex((token) => !token.superseded);
        if (!superseded && after[child]?.usedAt === undefined && child < REISSUES) return 'another';
        ended = true;
        return 'REFRESH_TOKEN_REUSED';
      }

      for (const event of history) {
        if (event.do === 'wait') {
          gateway.clock.advance(event.ms);
          now += event.ms;
        } else if (event.do === 'logout') {
          const alive = !dead() && now - access.at < 15 * 60_000;
          const answer = await gateway.gql(LOGOUT, {}, { token: access.token });
          expect(answer.errors.length === 0).toBe(alive);
          ended ||= alive;
        } else {
          const index = Math.max(0, tokens.length - 1 - event.which);
          const token = tokens[index]!;
          const head = tokens.at(-1)!;
          const verdict = expected(index);
          const ask = () => gateway.gql(REFRESH, { input: { refreshToken: token.text } });
          const answers = await Promise.all(Array.from({ length: event.times }, ask));
          const heard = answers.map(({ data, errors }) => errors[0]?.extensions.code ?? data!.refresh.refreshToken);
          if (verdict === 'new' || verdict === 'another') {
            expect(new Set(heard).size).toBe(1);
            expect(heard[0]).toMatch(/^[\w-]{36}\.[\w-]{43}$/);
            expect(tokens.map(({ text }) => text)).not.toContain(heard[0]);
            if (verdict === 'another') Object.assign(head, { usedAt: now, superseded: true });
            token.usedAt = now;
            tokens.push({ text: heard[0] });
            expires = Math.min(ABSOLUTE, now + IDLE);
          } else if (verdict === 'head') {
            expect(new Set(heard)).toEqual(new Set([head.text]));
          } else {
            // Of several at once, those that come after the end find no session.
            expect(heard).toContain(verdict);
            for (const one of heard) expect(one).toMatch(/^REFRESH_TOKEN_(REUSED|INVALID)$/);
          }
          expect(await unused(begun.sessionId)).toBe(1);
          const granted = answers.find(({ errors }) => errors.length === 0);
          if (granted) access = { token: granted.data!.refresh.accessToken, at: now };
        }
      }

      const { errors } = await gateway.gql(ME, {}, { token: access.token });
      const code = errors[0]?.extensions.code ?? 'OK';
      if (now - access.at >= 15 * 60_000) expect(code).toBe('TOKEN_EXPIRED');
      else expect(code).toBe(dead() ? 'TOKEN_REVOKED' : 'OK');
    }),
    { numRuns: 60 },
  );
}, 240_000);

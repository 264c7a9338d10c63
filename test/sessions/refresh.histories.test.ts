import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startGateway } from '../support/gateway.js';
import { LOGOUT, ME, REFRESH, registeredPerson, signIn } from '../support/people.js';

const GRACE = 10_000;
const IDLE = 30 * 86_400_000;
const ABSOLUTE = 90 * 86_400_000;

interface Known {
  text: string;
  usedAt?: number;
  child?: number;
}

type Step = { do: 'refresh'; which: number; times: number } | { do: 'wait'; ms: number } | { do: 'logout' };

const step: fc.Arbitrary<Step> = fc.oneof(
  // Mostly the newest token or its parent, as clients and thieves would.
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('refresh' as const),
      which: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      times: fc.constantFrom(1, 1, 1, 2, 4),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(3_000, 12_000, 29 * 86_400_000, 31 * 86_400_000),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'logout' as const }) },
);

test('whatever the history of refreshes, replays, waits and logouts, the rules hold', async () => {
  const gateway = await startGateway();
  const ada = await registeredPerson(gateway);

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
      function expected(token: Known): 'new' | number | 'REFRESH_TOKEN_INVALID' | 'REFRESH_TOKEN_REUSED' {
        if (dead()) return 'REFRESH_TOKEN_INVALID';
        if (token.usedAt === undefined) return 'new';
        const child = token.child!;
        if (now - token.usedAt <= GRACE && tokens[child]!.usedAt === undefined) return child;
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
          const token = tokens[Math.max(0, tokens.length - 1 - event.which)]!;
          const verdict = expected(token);
          const ask = () => gateway.gql(REFRESH, { input: { refreshToken: token.text } });
          const answers = await Promise.all(Array.from({ length: event.times }, ask));
          const heard = answers.map(({ data, errors }) => errors[0]?.extensions.code ?? data!.refresh.refreshToken);
          if (verdict === 'new') {
            expect(new Set(heard).size).toBe(1);
            expect(heard[0]).toMatch(/^[\w-]{36}\.[\w-]{43}$/);
            token.usedAt = now;
            token.child = tokens.push({ text: heard[0] }) - 1;
            expires = Math.min(ABSOLUTE, now + IDLE);
          } else if (typeof verdict === 'number') {
            expect(new Set(heard)).toEqual(new Set([tokens[verdict]!.text]));
          } else {
            // Of several at once, those that come after the end find no session.
            expect(heard).toContain(verdict);
            for (const one of heard) expect(one).toMatch(/^REFRESH_TOKEN_(REUSED|INVALID)$/);
          }
          const granted = answers.find(({ errors }) => errors.length === 0);
          if (granted) access = { token: granted.data!.refresh.accessToken, at: now };
        }
      }

      const { errors } = await gateway.gql(ME, {}, { token: access.token });
      const code = errors[0]?.extensions.code ?? 'OK';
      if (now - access.at >= 15 * 60_000) expect(code).toBe('TOKEN_EXPIRED');
      else expect(code).toBe(dead() ? 'TOKEN_REVOKED' : 'OK');
    }),
    { numRuns: 80 },
  );
}, 120_000);

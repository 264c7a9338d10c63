import { z } from 'zod';
import { isReservedClaim } from '../config/claim-settings.js';
import type { Config } from '../config/config.js';
import { Refusal } from '../errors.js';
import type { Log } from '../platform/log.js';
import { type SignedAnswer, type SignedCall, SignedCallError } from '../platform/signed-call.js';
import type { RegisterFacts, SignInFacts, TokenFacts } from './hook-facts.js';

/** HOOKS_URL, docs/hooks.md. Each throws HOOK_REFUSED if the operator's rule refuses, and does nothing unless HOOKS names it. */
export interface Hooks {
  beforeRegister(facts: RegisterFacts): Promise<void>;
  beforeSignIn(facts: SignInFacts): Promise<void>;
  /** The claims that go into the token. */
  beforeToken(facts: TokenFacts): Promise<HookClaims>;
  asks(event: HookEvent): boolean;
}

export type HookEvent = Config['hooks'][number];

export type HookClaims = Readonly<Record<string, unknown>>;

export const NO_CLAIMS: HookClaims = {};

/** Characters of JSON. Every request carries the claims, as with CLAIMS_TEMPLATE. */
const MAX_CLAIMS = 2000;

/** Plain text for users: no control characters, and none that change the direction of the text. */
const messageField = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(text));

/** Registered names have no colon: a hook can write no `sub`, `scope` or `roles`. */
const claimsField = z
  .record(
    z.string().refine((name) => /^https:\/\/./.test(name) && URL.canParse(name) && !isReservedClaim(name)),
    z.unknown(),
  )
  .refine((claims) => JSON.stringify(claims).length <= MAX_CLAIMS);

const refusing = z.strictObject({ allow: z.literal(false), message: messageField.nullish().catch(null) });
const answerField = z.union([z.strictObject({ allow: z.literal(true) }), refusing]);
const tokenAnswerField = z.union([
  z.strictObject({ allow: z.literal(true), claims: claimsField.optional() }),
  refusing,
]);

export function createHooks(
  call: SignedCall,
  { hooks, hooksOnFailure }: Pick<Config, 'hooks' | 'hooksOnFailure'>,
  log: Log,
): Hooks {
  const asks = (event: HookEvent) => hooks.includes(event);

  async function ask(event: HookEvent, facts: object): Promise<HookClaims> {
    const answer = await call.ask(event, facts).catch((error: unknown) => {
      if (error instanceof SignedCallError) return null;
      throw error;
    });
    const decision = answer && decisionIn(event, answer);
    if (decision?.allow) return decision.claims ?? NO_CLAIMS;
    if (decision) throw new Refusal('HOOK_REFUSED', { explanation: decision.message ?? undefined, detail: event });
    // The answer itself is not logged: it may be personal data.
    if (answer) log.error({ event, status: answer.status }, 'HOOKS_URL returned an unusable answer');
    if (hooksOnFailure === 'allow') return NO_CLAIMS;
    throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 1, detail: `${event}: HOOKS_URL does not answer` });
  }

  return {
    asks,
    async beforeRegister(facts) {
      if (asks('before.register')) await ask('before.register', facts);
    },
    async beforeSignIn(facts) {
      if (asks('before.sign-in')) await ask('before.sign-in', facts);
    },
    beforeToken: async (facts) => (asks('before.token') ? ask('before.token', facts) : NO_CLAIMS),
  };
}

interface Decision {
  allow: boolean;
  message?: string | null | undefined;
  claims?: HookClaims | undefined;
}

/** Undefined if it cannot be used: an error page of a proxy allows nothing. */
function decisionIn(event: HookEvent, { status, body }: SignedAnswer): Decision | undefined {
  if (status === 204) return { allow: true };
  return status === 200 ? (event === 'before.token' ? tokenAnswerField : answerField).safeParse(body).data : undefined;
}

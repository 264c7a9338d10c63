import type { Actor, Context } from '../../context.js';
import { Refusal } from '../../errors.js';
import { isOneOf } from '../../platform/crypto.js';
import { notByServiceAccount, refusalWhileImpersonating, refusalWithoutSession } from '../../require-user.js';
import type { GraphQLResolveInfo } from 'graphql';
import { requireRecentAuthentication } from '../../sessions/recent-authentication.js';
import { allow, chain, rule, withShortcut } from './shield.js';

/** What a row requires of every caller, as far as a token can show it. */
export interface Requirement {
  permission?: string;
  recent?: boolean;
}

const requirements = new WeakMap<object, Requirement>();

/** Null for a row that also admits anonymous callers. */
export function requirementOf(row: object): Requirement | null {
  return requirements.get(row) ?? null;
}

function describe<Row extends object>(requirement: Requirement, row: Row): Row {
  requirements.set(row, requirement);
  return row;
}

/** With or without a token; a bad token does not matter here. */
export const anyone = allow;

/** A user in a session, with a token that is trusted now; otherwise the refusal says precisely why not. */
export const signedIn = describe(
  {},
  permissionRule(async (ctx) => refusalWithoutSession(await ctx.actor()) ?? true),
);

/** The same, or an administrator who acts as the user. Every other mutation that requires a sign-in refuses those. */
export const signedInOrImpersonated = describe(
  {},
  permissionRule(async (ctx) => refusalWithoutSession(await ctx.actor()) ?? true, { impersonated: true }),
);

/** The same as signedIn, or an API key of the user: for what reads, and changes nothing they sign in with. */
export const signedInOrApiKey = describe(
  {},
  permissionRule(async (ctx) => {
    const actor = await ctx.actor();
    if (actor.kind === 'anonymous') return new Refusal(actor.problem);
    return actor.kind === 'user' || notByServiceAccount();
  }),
);

/**
 * A caller with a token of the session: an access token, which the operation's own statement checks once more, or a refresh token in the
 * input or as a cookie, which the operation checks.
 */
export const tokenHolder = permissionRule(
  async (ctx, _parent, args) => {
    const { input } = args as { input?: { refreshToken?: string | null } | null };
    const { refreshCookie, disputedCookies } = ctx.request;
    if (typeof input?.refreshToken === 'string' || refreshCookie || disputedCookies.includes('refresh')) return true;
    return refusalWithoutSession(await ctx.bearer()) ?? true;
  },
  { impersonated: true },
);

/** A user or a service account whose roles hold the permission, or an API key that holds it as well. */
export function may(permission: string) {
  return describe({ permission }, holderOf([permission]));
}

/** One of these permissions. */
export function mayEither(...permissions: [string, string]) {
  return describe({}, holderOf(permissions));
}

function holderOf(permissions: [string, ...string[]]) {
  return permissionRule(async (ctx) => {
    const actor = await ctx.actor();
    if (actor.kind === 'anonymous') return new Refusal(actor.problem);
    const held = permissions.some((permission) => actor.permissions.has(permission));
    return held || new Refusal('FORBIDDEN', { permission: permissions[0] });
  });
}

/** The row, and only after a recent authentication (sessions/recent-authentication.ts), which an API key and a service account never have. */
export function recent(row: ReturnType<typeof permissionRule>) {
  return describe({ ...requirementOf(row), recent: true }, chain(row, recentlyAuthenticated));
}

const recentlyAuthenticated = permissionRule(async (ctx) => {
  await requireRecentAuthentication(ctx);
  return true as const;
});

/** On a User: that user alone. */
export const self = describe(
  {},
  permissionRule(async (ctx, parent) => {
    const actor = await ctx.actor();
    if (actor.kind === 'anonymous') return new Refusal(actor.problem);
    return isSelf(actor, parent) || new Refusal('FORBIDDEN');
  }),
);

/** On a User: that user, or a holder of the permission. Applies on every path that leads to a User. */
export function selfOr(permission: string) {
  const allows = (actor: Actor | undefined, parent: unknown) =>
    actor !== undefined && actor.kind !== 'anonymous' && (isSelf(actor, parent) || actor.permissions.has(permission));
  const row = permissionRule(async (ctx, parent) => {
    const actor = await ctx.actor();
    if (actor.kind === 'anonymous') return new Refusal(actor.problem);
    return allows(actor, parent) || new Refusal('FORBIDDEN', { permission });
  });
  return describe(
    {},
    withShortcut(row, (ctx, parent) => allows(ctx.knownActor(), parent)),
  );
}

function isSelf(actor: Actor, parent: unknown): boolean {
  return actor.kind === 'user' && actor.userId === (parent as { id?: string }).id;
}

/** The router of the supergraph, by its shared secret; compared in constant time. Open in development if none is set. */
export const router = permissionRule((ctx) => {
  const { federationSecret, nodeEnv } = ctx.config;
  const proved = federationSecret
    ? isOneOf(federationSecret, ctx.request.routerSecret ?? '')
    : nodeEnv !== 'production';
  return proved || new Refusal('FORBIDDEN', { message: ROUTER_ONLY });
});

/** One sentence for all cases: a stranger does not learn whether a secret is set. */
const ROUTER_ONLY =
  'Only the router is answered this. Set FEDERATION_SECRET here, and let the router send it in the header Router-Authorization.';

/**
 * Rules answer with true or with the refusal; nothing is cached by shield, whose caches have mixed up callers before. A mutation is refused to
 * an administrator who acts as the user, unless its row says `impersonated`.
 */
function permissionRule(
  verdict: (ctx: Context, parent: unknown, args: unknown) => true | Refusal | Promise<true | Refusal>,
  { impersonated = false } = {},
) {
  return rule({ cache: 'no_cache' })(async (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => {
    try {
      const changes = info.parentType === info.schema.getMutationType();
      const refusal = changes && !impersonated ? refusalWhileImpersonating(await ctx.actor()) : null;
      if (refusal) return refusal;
      return await verdict(ctx, parent, args);
    } catch (error) {
      // Shield turns what a rule throws into FORBIDDEN: clients would give up although only the database is down.
      return error instanceof Error ? error : new Refusal('SERVICE_UNAVAILABLE', { cause: error });
    }
  });
}

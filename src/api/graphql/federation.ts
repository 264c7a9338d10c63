import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../../context.js';
import { badInput } from '../../errors.js';
import { REQUEST_LIMITS } from '../../platform/request-limits.js';
import { beyondIn, drawRows } from '../../platform/request-rows.js';
import type { Role } from '../../roles/role.entity.js';
import type { Session } from '../../sessions/session.entity.js';
import type { User } from '../../users/user.entity.js';

type ReferenceResolver = (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => Promise<unknown>;

interface Reference {
  __typename: string;
  id: string;
}

/**
 * How other subgraphs refer to our types: by id, batched. An entity that is unknown, or not for the caller, is null: a list of orders must
 * survive its buyer. Private fields of a User pass the same rules here as on every other path (api/graphql/permissions.ts).
 *
 * Session and Role have keys because other subgraphs are likely to have types of the same names, and types without keys that differ in
 * their fields do not compose.
 */
export const references = {
  async User({ id }: Reference, { loaders, actor }: Context): Promise<User | null> {
    return ((await holds(actor, 'users:read')) ? loaders.userEvenDeleted : loaders.userById).load(id);
  },

  /** A user's own session; any session for those who may read users. */
  async Session({ id }: Reference, { loaders, actor }: Context): Promise<Session | null> {
    const who = await actor();
    if (who.kind === 'anonymous') return null;
    const session = await loaders.sessionById.load(id);
    const own = who.kind === 'user' && session?.user.id === who.userId;
    return own || (await holds(actor, 'users:read')) ? session : null;
  },

  async Role({ id }: Reference, { loaders, actor }: Context): Promise<Role | null> {
    return (await holds(actor, 'roles:read')) ? loaders.roleByName.load(id) : null;
  },
};

async function holds(actor: Context['actor'], permission: string): Promise<boolean> {
  const who = await actor();
  return who.kind !== 'anonymous' && who.permissions.has(permission);
}

/**
 * Middleware in front of `_entities`: `_Any` is a scalar that accepts anything, so its input is validated here. Each entity is loaded once:
 * a router that lists a thousand orders may name the same ten buyers in them.
 */
export const federationInput = {
  Query: {
    async _entities(
      resolve: ReferenceResolver,
      parent: unknown,
      args: unknown,
      ctx: Context,
      info: GraphQLResolveInfo,
    ) {
      const asked = (args as { representations: unknown[] }).representations.map(referenceIn);
      const distinct = new Map(asked.map((reference) => [keyOf(reference), reference]));
      if (distinct.size > REQUEST_LIMITS.representations.allowed) {
        throw beyondIn('representations', 'representations', distinct.size);
      }
      // An entity that is loaded once is answered for each reference, and counted like each row of a list (paid-lists.ts).
      drawRows(ctx.pages, asked.length - distinct.size, '_entities');
      const found = (await resolve(parent, { representations: [...distinct.values()] }, ctx, info)) as unknown[];
      const byKey = new Map([...distinct.keys()].map((key, index) => [key, found[index]]));
      return asked.map((reference) => byKey.get(keyOf(reference)));
    },
  },
};

function keyOf({ __typename, id }: Reference): string {
  return `${__typename} ${id}`;
}

function referenceIn(value: unknown): Reference {
  const { __typename, id, name } = (value ?? {}) as Record<string, unknown>;
  if (__typename === 'Role' && typeof (id ?? name) === 'string') return { __typename, id: (id ?? name) as string };
  // A UUID is the same in upper case (RFC 9562 §4).
  if ((__typename === 'User' || __typename === 'Session') && typeof id === 'string')
    return { __typename, id: id.toLowerCase() };
  const message = 'A representation is { __typename: "User", id: "…" }; likewise Session, and Role by id or name.';
  throw badInput({ field: 'representations', code: 'INVALID_FORMAT', message });
}

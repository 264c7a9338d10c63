import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import { beyond, REQUEST_LIMITS } from '../platform/request-limits.js';
import type { User } from '../users/user.entity.js';

type Resolve = (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => Promise<unknown>;

interface Reference {
  __typename: 'User';
  id: string;
}

/**
 * How another subgraph asks for a User: by id, batched. Null for an unknown or deleted one, but who may read users sees the
 * deleted too. Private fields pass the same rules here as on every other path (api/permissions.ts).
 */
export async function resolveUserReference({ id }: Reference, { loaders, actor }: Context): Promise<User | null> {
  const who = await actor();
  const all = who.kind === 'person' && who.permissions.has('users:read');
  return (all ? loaders.userEvenDeleted : loaders.userById).load(id);
}

/**
 * Middleware in front of `_entities`: `_Any` is a scalar that takes anything, so what comes is judged here. Each person is asked
 * for once: a router that lists a thousand orders may name the same ten buyers in them.
 */
export const federationInput = {
  Query: {
    async _entities(resolve: Resolve, parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) {
      const { representations } = args as { representations: unknown[] };
      if (!representations.every(isUserReference)) {
        throw new Refusal('BAD_USER_INPUT', { message: 'A representation is { __typename: "User", id: "…" }.' });
      }
      const ids = representations.map(({ id }) => id.toLowerCase());
      const distinct = [...new Set(ids)];
      if (distinct.length > REQUEST_LIMITS.representations.allowed) {
        throw new Refusal('BAD_USER_INPUT', beyond('representations', distinct.length));
      }
      const asked = distinct.map((id): Reference => ({ __typename: 'User', id }));
      const found = (await resolve(parent, { representations: asked }, ctx, info)) as unknown[];
      const byId = new Map(distinct.map((id, index) => [id, found[index]]));
      return ids.map((id) => byId.get(id));
    },
  },
};

function isUserReference(value: unknown): value is Reference {
  const { __typename, id } = (value ?? {}) as { __typename?: unknown; id?: unknown };
  return __typename === 'User' && typeof id === 'string';
}

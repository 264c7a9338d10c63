import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.js';
import { Refusal } from '../errors.js';
import type { User } from '../users/user.entity.js';

/** Far more than a router's page of results names; a flood would become one giant statement and thousands of answers. */
const MOST = 1000;

type Resolve = (parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) => Promise<unknown>;

/**
 * How another subgraph asks for a User: by id, batched. Null for an unknown one. Private fields pass the same rules here
 * as on every other path (api/permissions.ts).
 */
export function resolveUserReference({ id }: { id: string }, { loaders }: Context): Promise<User | null> {
  return loaders.userById.load(id);
}

/** Middleware in front of `_entities`: `_Any` is a scalar that takes anything, so what comes is judged here. */
export const federationInput = {
  Query: {
    async _entities(resolve: Resolve, parent: unknown, args: unknown, ctx: Context, info: GraphQLResolveInfo) {
      const { representations } = args as { representations: unknown[] };
      if (representations.length > MOST) {
        throw new Refusal('BAD_USER_INPUT', { message: `At most ${MOST} representations in one request.` });
      }
      if (!representations.every(isUserReference)) {
        throw new Refusal('BAD_USER_INPUT', { message: 'A representation is { __typename: "User", id: "…" }.' });
      }
      return resolve(parent, args, ctx, info);
    },
  },
};

function isUserReference(value: unknown): boolean {
  const { __typename, id } = (value ?? {}) as { __typename?: unknown; id?: unknown };
  return __typename === 'User' && typeof id === 'string';
}

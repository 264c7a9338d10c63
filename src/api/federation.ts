import type { Context } from '../context.js';
import type { User } from '../users/user.entity.js';

/**
 * How another subgraph asks for a User: by id, batched. Null for an unknown one. Private fields pass the same rules here
 * as on every other path (api/permissions.ts).
 */
export function resolveUserReference({ id }: { id: unknown }, { loaders }: Context): Promise<User | null> | null {
  return typeof id === 'string' ? loaders.userById.load(id) : null;
}

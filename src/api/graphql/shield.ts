import { createRequire } from 'node:module';
import util from 'node:util';
import type { Context } from '../../context.js';

// graphql-shield 7.6.5 imports `util.isUndefined`, which Node 23 removed; its fix is merged and unreleased.
// Restored before the CommonJS build is loaded; nothing else uses it.
(util as { isUndefined?: (value: unknown) => boolean }).isUndefined ??= (value) => value === undefined;

const require = createRequire(import.meta.url);

// For its input rules, which are not used here, it also loads yup and with it all of lodash: a tenth of the files that a start loads. An
// empty module replaces it.
const yup = createRequire(require.resolve('graphql-shield')).resolve('yup');
require.cache[yup] ??= { id: yup, filename: yup, loaded: true, exports: {} } as NodeJS.Module;

const graphqlShield = require('graphql-shield') as typeof import('graphql-shield');
const graphqlMiddleware = require('graphql-middleware') as typeof import('graphql-middleware');

export const { rule, allow, deny, chain } = graphqlShield;
export const { applyMiddleware } = graphqlMiddleware;

type GuardedResolver = (parent: unknown, args: unknown, ctx: Context, info: unknown) => unknown;
type Guard = (resolve: GuardedResolver, ...of: Parameters<GuardedResolver>) => unknown;
type Shortcut = (ctx: Context, parent: unknown) => boolean;

const certain = new WeakMap<object, Shortcut>();

/**
 * Lets a row pass at once, without the five promises of shield, where the answer is certain already. `isCertain` must never be true where
 * the row would refuse; in all other cases the row decides.
 */
export function withShortcut<Row extends object>(row: Row, isCertain: Shortcut): Row {
  certain.set(row, isCertain);
  return row;
}

/**
 * graphql-shield, but without a wrapper where the table says `allow`: it would cost five promises for each field of an answer. What has no
 * row stays refused, since only a row can say `allow`.
 */
export function shield(rules: Record<string, object>, options: Parameters<typeof graphqlShield.shield>[1]) {
  const guarded = graphqlShield.shield(rules as never, options);
  return graphqlMiddleware.middleware((schema) => {
    const middleware = guarded.generate(schema) as Record<string, Record<string, Guard>>;
    for (const [type, rows] of Object.entries(rules)) {
      // With a second copy of graphql, shield would find no types in this schema and guard none of them, silently in production.
      if (!middleware[type]) throw new Error(`graphql-shield does not guard ${type}: is graphql here twice?`);
      if (rows === allow) delete middleware[type];
      else for (const [field, row] of Object.entries(rows)) unwrapAllowed(middleware[type], field, row as object);
    }
    return middleware as never;
  });
}

function unwrapAllowed(guards: Record<string, Guard> | undefined, field: string, row: object): void {
  const guard = guards?.[field];
  const isCertain = certain.get(row);
  if (!guards || !guard) return;
  if (row === allow) delete guards[field];
  else if (isCertain) {
    guards[field] = (resolve, parent, args, ctx, info) =>
      isCertain(ctx, parent) ? resolve(parent, args, ctx, info) : guard(resolve, parent, args, ctx, info);
  }
}

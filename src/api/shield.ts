import { createRequire } from 'node:module';
import util from 'node:util';

// graphql-shield 7.6.5 imports `util.isUndefined`, which Node 23 removed; its fix is merged and unreleased.
// Put back before the CommonJS build is loaded, and nowhere else used.
(util as { isUndefined?: (value: unknown) => boolean }).isUndefined ??= (value) => value === undefined;

const load = createRequire(import.meta.url);

// For its input rules, of which there are none here, it also loads yup and with that all of lodash: a tenth of the files of
// a start. An empty module stands in.
const yup = createRequire(load.resolve('graphql-shield')).resolve('yup');
load.cache[yup] ??= { id: yup, filename: yup, loaded: true, exports: {} } as NodeJS.Module;

const graphqlShield = load('graphql-shield') as typeof import('graphql-shield');
const graphqlMiddleware = load('graphql-middleware') as typeof import('graphql-middleware');

export const { rule, allow, deny } = graphqlShield;
export const { applyMiddleware } = graphqlMiddleware;

/**
 * graphql-shield, but where the table says `allow` nothing is put around the field: five promises for each field of an
 * answer, to learn what the table says already. What has no row stays refused, since only a row can say `allow`.
 */
export function shield(rules: Record<string, object>, options: Parameters<typeof graphqlShield.shield>[1]) {
  const guarded = graphqlShield.shield(rules as never, options);
  return graphqlMiddleware.middleware((schema) => {
    const middleware = guarded.generate(schema) as Record<string, Record<string, unknown>>;
    for (const [type, rows] of Object.entries(rules)) {
      if (rows === allow) delete middleware[type];
      else for (const [field, row] of Object.entries(rows)) if (row === allow) delete middleware[type]?.[field];
    }
    return middleware as never;
  });
}

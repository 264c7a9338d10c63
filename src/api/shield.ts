import { createRequire } from 'node:module';
import util from 'node:util';

// graphql-shield 7.6.5 imports `util.isUndefined`, which Node 23 removed; its fix is merged and unreleased.
// Put back before the CommonJS build is loaded, and nowhere else used.
(util as { isUndefined?: (value: unknown) => boolean }).isUndefined ??= (value) => value === undefined;

const load = createRequire(import.meta.url);
const graphqlShield = load('graphql-shield') as typeof import('graphql-shield');
const graphqlMiddleware = load('graphql-middleware') as typeof import('graphql-middleware');

export const { shield, rule, allow, deny } = graphqlShield;
export const { applyMiddleware } = graphqlMiddleware;

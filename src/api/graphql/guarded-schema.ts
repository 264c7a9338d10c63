import type { GraphQLSchema } from 'graphql';
import { federationInput } from './federation.js';
import { instrument } from './instrument.js';
import { permissions } from './permissions.js';
import { buildGatewaySchema } from './schema.js';
import { applyMiddleware } from './shield.js';

/** The schema with its guards. Outermost first: `instrument` sees what `permissions` refuses. */
export function buildGuardedSchema(): GraphQLSchema {
  return applyMiddleware(buildGatewaySchema(), instrument, permissions, federationInput);
}

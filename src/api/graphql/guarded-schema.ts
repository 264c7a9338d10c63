import type { GraphQLSchema } from 'graphql';
import type { Feature } from '../../feature.js';
import { federationInput } from './federation.js';
import { instrument } from './instrument.js';
import { knownApp } from './known-app.js';
import { guard, type Permissions } from './permissions.js';
import { buildGatewaySchema } from './schema.js';
import { applyMiddleware } from './shield.js';

export interface SchemaNeeds {
  features: readonly Feature[];
  permissions: Permissions;
}

/** The schema with its guards. Outermost first: `instrument` sees what `permissions` refuses. Several gateways of one process share it. */
export function buildGuardedSchema({ features, permissions }: SchemaNeeds): GraphQLSchema {
  if (built?.features !== features || built.permissions !== permissions) {
    const schema = applyMiddleware(
      buildGatewaySchema(features),
      instrument,
      knownApp,
      guard(permissions),
      federationInput,
    );
    built = { features, permissions, schema };
  }
  return built.schema;
}

let built: (SchemaNeeds & { schema: GraphQLSchema }) | undefined;

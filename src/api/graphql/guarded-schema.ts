import type { GraphQLSchema } from 'graphql';
import type { Feature } from '../../feature.js';
import { type DirectiveSettings, addPermissionDirectives } from './federation-directives.js';
import { federationInput } from './federation.js';
import { instrument } from './instrument.js';
import { knownApp } from './known-app.js';
import { guard, type Permissions } from './permissions.js';
import { buildGatewaySchema } from './schema.js';
import { applyMiddleware } from './shield.js';

export interface SchemaNeeds {
  features: readonly Feature[];
  permissions: Permissions;
  config: DirectiveSettings;
}

/** The schema with its guards. Outermost first: `instrument` sees what `permissions` refuses. All gateways of one process share it. */
export function buildGuardedSchema({ features, permissions, config }: SchemaNeeds): GraphQLSchema {
  const { federationDirectives: level, reauthenticationAge: age } = config;
  const key = [features, permissions, level, age];
  if (!built || key.some((part, index) => part !== built?.key[index])) {
    const schema = applyMiddleware(
      buildGatewaySchema(features, (typeDefs) => addPermissionDirectives(typeDefs, permissions, config)),
      instrument,
      knownApp,
      guard(permissions),
      federationInput,
    );
    built = { key, schema };
  }
  return built.schema;
}

let built: { key: readonly unknown[]; schema: GraphQLSchema } | undefined;

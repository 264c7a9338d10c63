import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLSchema, lexicographicSortSchema, parse, print } from 'graphql';
import { buildSchemaSync, createResolversMap, getMetadataStorage, type NonEmptyArray } from 'type-graphql';
import type { Feature } from '../../feature.js';
import { FEATURES, gather } from '../../features.js';
import { references } from './federation.js';
import { payForLists } from './paid-lists.js';
import { validateInput } from './validate-input.js';

/** On the definition of the schema: relay-compiler knows no extension of one. */
const LINK = 'schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])';

/** As the specifications of link and federation define them: tools that know neither read the file as it is. */
const DIRECTIVES = `
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @key(fields: federation__FieldSet!, resolvable: Boolean = true) repeatable on OBJECT | INTERFACE
directive @shareable repeatable on OBJECT | FIELD_DEFINITION
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
scalar federation__FieldSet
`;

/** No decorator can hold these: TypeGraphQL makes the root types itself. */
const ROOTS = {
  Query: `
    The operations that read.
    Each operation can be refused; the code in errors[].extensions.code says why, and ErrorCode lists the codes.
    Besides the codes that an operation names, each can answer with BAD_USER_INPUT, SERVICE_UNAVAILABLE or
    INTERNAL_SERVER_ERROR.
    An operation that requires a sign-in can also answer with UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED,
    TOKEN_REVOKED or API_KEY_REVOKED; one that requires a permission with FORBIDDEN too.
  `,
  Mutation: `
    The operations that change something. A request holds one of them at most.
    Refusals are as for Query. Most of them can also answer with RATE_LIMITED: extensions.retryAfter then says after how
    many seconds the same request can succeed.
  `,
};

/** The resolvers of all features as an Apollo Federation 2 subgraph, not yet guarded: guarded-schema.ts puts the permissions in front. */
export function buildGatewaySchema(
  features: readonly Feature[] = FEATURES,
  transform: (typeDefs: DocumentNode) => DocumentNode = (typeDefs) => typeDefs,
): GraphQLSchema {
  const { typeDefs, schema } = describe(features);
  const resolvers = createResolversMap(schema) as Record<string, Record<string, unknown>>;
  for (const [type, __resolveReference] of Object.entries(references)) {
    resolvers[type] = { ...resolvers[type], __resolveReference };
  }
  return payForLists(buildSubgraphSchema([{ typeDefs: transform(typeDefs), resolvers: resolvers as never }]));
}

/** The text of schema.graphql: what clients and composers read. */
export function printGatewaySchema(): string {
  return `${print(describe(FEATURES).typeDefs)}\n${print(parse(DIRECTIVES))}\n`;
}

/** The same for composers alone, which know the directives of federation: includes those of FEDERATION_DIRECTIVES. */
export function printSubgraph(transform: (typeDefs: DocumentNode) => DocumentNode): string {
  return `${print(transform(describe(FEATURES).typeDefs))}\n`;
}

function describe(features: readonly Feature[]): { typeDefs: DocumentNode; schema: GraphQLSchema } {
  // A field without a resolver of its own is read by graphql-js: TypeGraphQL's reader would make three promises of each.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers ??= true;
  const resolvers = gather(features, 'resolvers') as unknown as NonEmptyArray<Function>;
  const schema = buildSchemaSync({ resolvers, validateFn: validateInput, skipCheck: true });
  describeTheRest(schema);
  const text = printSchemaWithDirectives(lexicographicSortSchema(schema));
  return { schema, typeDefs: parse(text.replace(/^schema(?= \{)/m, LINK)) };
}

/** Descriptions over several lines need no care for their indentation: parsing a block string takes it off (GraphQL §2.9.4). */
function describeTheRest(schema: GraphQLSchema): void {
  for (const root of [schema.getQueryType(), schema.getMutationType()]) {
    if (root) root.description = ROOTS[root.name as keyof typeof ROOTS];
  }
  for (const { name, args } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    for (const arg of args) arg.description ??= `The arguments of ${name}.`;
  }
}

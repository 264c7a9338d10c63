/** No route declares a JSON schema, GraphQL has its own: without this, Fastify loads Ajv all the same. */
export const schemaController = { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } };

function noSchemas(): never {
  throw new Error('Routes have no JSON schemas here.');
}

import { readFileSync, writeFileSync } from 'node:fs';
import { printErrors } from '../api/graphql/error-document.js';
import { type DirectiveSettings, tellPermissions } from '../api/graphql/federation-directives.js';
import { PERMISSIONS } from '../api/graphql/permissions.js';
import { buildGatewaySchema, printGatewaySchema, printSubgraph } from '../api/graphql/schema.js';

/** Answers with what it wrote. */
export function writeSchema(): string {
  writeFileSync('schema.graphql', printGatewaySchema());
  writeFileSync('docs/errors.md', printErrors(readFileSync('docs/errors.md', 'utf8'), buildGatewaySchema()));
  return 'Wrote schema.graphql and docs/errors.md.';
}

export function printSubgraphFor(config: DirectiveSettings): string {
  return printSubgraph((typeDefs) => tellPermissions(typeDefs, PERMISSIONS, config));
}

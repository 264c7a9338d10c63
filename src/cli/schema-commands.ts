import { readFileSync, writeFileSync } from 'node:fs';
import { printErrors } from '../api/graphql/error-document.js';
import { type DirectiveSettings, addPermissionDirectives } from '../api/graphql/federation-directives.js';
import { PERMISSIONS } from '../api/graphql/permissions.js';
import { buildGatewaySchema, printGatewaySchema, printSubgraph } from '../api/graphql/schema.js';
import { printDetails } from '../audit/details-document.js';
import { printEventSchema, printEventTable, printEventTypes } from '../webhooks/event-documents.js';

/** Returns a sentence that names the files it wrote. */
export function writeSchema(): string {
  writeFileSync('schema.graphql', printGatewaySchema());
  writeFileSync('docs/errors.md', printErrors(readFileSync('docs/errors.md', 'utf8'), buildGatewaySchema()));
  writeFileSync('docs/audit-log.md', printDetails(readFileSync('docs/audit-log.md', 'utf8')));
  writeFileSync('docs/webhooks.md', printEventTable(readFileSync('docs/webhooks.md', 'utf8')));
  writeFileSync('docs/webhooks.schema.json', printEventSchema());
  writeFileSync('packages/client/src/webhook-events.ts', printEventTypes());
  return 'Wrote schema.graphql, docs/errors.md, docs/audit-log.md, docs/webhooks.md, docs/webhooks.schema.json and the events of @sallyport/client.';
}

export function printSubgraphFor(config: DirectiveSettings): string {
  return printSubgraph((typeDefs) => addPermissionDirectives(typeDefs, PERMISSIONS, config));
}

import { composeServices as apollo } from '@apollo/composition';
import { composeServices as theguild } from '@theguild/federation-composition';
import { federateSubgraphs, LATEST_ROUTER_COMPATIBILITY_VERSION } from '@wundergraph/composition';
import type { DocumentNode } from 'graphql';

export interface Subgraph {
  name: string;
  typeDefs: DocumentNode;
  url: string;
}

const messages = (errors: readonly { message: string }[] | undefined) => (errors ?? []).map(({ message }) => message);

/** What each has against a supergraph of these. */
export const COMPOSERS: [string, (subgraphs: Subgraph[]) => string[]][] = [
  ['@apollo/composition', (subgraphs) => messages(apollo(subgraphs).errors)],
  ['@theguild/federation-composition', (subgraphs) => messages(theguild(subgraphs).errors)],
  [
    '@wundergraph/composition',
    (subgraphs) => {
      const result = federateSubgraphs({
        subgraphs: subgraphs.map(({ name, typeDefs, url }) => ({ name, url, definitions: typeDefs })),
        version: LATEST_ROUTER_COMPATIBILITY_VERSION,
      });
      return result.success ? [] : messages(result.errors);
    },
  ],
];

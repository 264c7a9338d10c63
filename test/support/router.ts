/** What the router of a supergraph and the gateway both know: `startGateway({ FEDERATION_SECRET })`. */
export const FEDERATION_SECRET = 'the router and the subgraph know this';

/** What the router adds to its requests. */
export const ROUTER = { 'router-authorization': FEDERATION_SECRET };

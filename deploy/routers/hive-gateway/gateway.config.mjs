/** Hive Gateway: `hive-gateway supergraph ./supergraph.graphql -c gateway.config.mjs`. */

const PASSED_ON = [
  'authorization',
  'cookie',
  'origin',
  'sec-fetch-site',
  'user-agent',
  'x-forwarded-for',
  'x-sallyport-app',
];

export const gatewayConfig = {
  propagateHeaders: {
    /** @param {{ request: Request, subgraphName: string }} given */
    fromClientToSubgraphs({ request, subgraphName }) {
      if (subgraphName !== 'sallyport') return {};
      const given = PASSED_ON.map((name) => [name, request.headers.get(name)]).filter(([, value]) => value !== null);
      // The gateway's own, and of no client.
      return { ...Object.fromEntries(given), 'router-authorization': process.env.FEDERATION_SECRET };
    },
    /**
     * An answer has two: who keeps one of them loses a session.
     * @param {{ response: Response, subgraphName: string }} given
     */
    fromSubgraphsToClient({ response, subgraphName }) {
      return subgraphName === 'sallyport' ? { 'set-cookie': response.headers.getSetCookie() } : {};
    },
  },
};

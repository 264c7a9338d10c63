import { Refusal } from '../errors.js';
import type { Route } from '../feature.js';
import { resourceServerOf, unknownResourceServer } from './resource-server.js';

/** The feed of revocations, as server-sent events: docs/verifying-tokens.md. */
export const revocationsRoute: Route = {
  method: 'GET',
  path: '/revocations',
  operation: 'readRevocations',
  safe: true,
  async answer({ config, revocationFeed }, request) {
    const service = resourceServerOf(config, request);
    if (service === null) return unknownResourceServer();
    const lastEventId = request.headers['last-event-id'];
    const body = revocationFeed.open(service, typeof lastEventId === 'string' ? lastEventId : null);
    if (!body) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 5, detail: 'too many readers of revocations' });
    // A proxy that collects before it forwards would be silence to the reader (nginx: X-Accel-Buffering).
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    return { status: 200, headers, body };
  },
};

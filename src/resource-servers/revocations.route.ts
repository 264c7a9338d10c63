import { Refusal } from '../errors.js';
import type { Route } from '../feature.js';
import { endWhenLost } from './end-when-lost.js';
import { introspectingService } from './introspecting-service.js';

/** The feed of revocations, as server-sent events: docs/verifying-tokens.md. */
export const revocationsRoute: Route = {
  method: 'GET',
  path: '/revocations',
  operation: 'readRevocations',
  safe: true,
  async answer(ctx, request) {
    const asking = await introspectingService(ctx, 'readRevocations', request);
    if ('refused' in asking) return asking.refused;
    const { name, stillMay } = asking.service;
    const lastEventId = request.headers['last-event-id'];
    const body = ctx.revocationFeed.open(name, typeof lastEventId === 'string' ? lastEventId : null);
    if (!body) throw new Refusal('SERVICE_UNAVAILABLE', { retryAfter: 5, detail: 'too many readers of revocations' });
    if (stillMay) endWhenLost(body, stillMay, ctx.log);
    // The reader would take a buffering proxy for silence (nginx: X-Accel-Buffering).
    const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
    return { status: 200, headers, body };
  },
};

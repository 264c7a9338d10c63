import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Config } from '../../config/config.js';
import { isOneOf } from '../../platform/crypto.js';
import type { Metrics } from '../../platform/metrics.js';

interface ProbeNeeds {
  config: Pick<Config, 'nodeEnv' | 'metricsToken'>;
  metrics: Metrics;
  /** Why the server cannot serve; null if it can. */
  notReady(): Promise<string | null>;
}

/** Health and metrics. `open`: on a listener that only the operator's machines reach, metrics require METRICS_TOKEN alone. */
export function probeRoutes(
  app: FastifyInstance,
  { config, metrics, notReady }: ProbeNeeds,
  { open }: { open: boolean },
): void {
  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    const reason = await notReady();
    return reason ? reply.code(503).send({ status: 'unavailable', reason }) : { status: 'ok' };
  });

  app.get('/metrics', async (request, reply) => {
    const admitted = config.metricsToken ? hasToken(config.metricsToken, request) : open || isLocal(config, request);
    if (!admitted) return reply.callNotFound();
    return reply.type(metrics.registry.contentType).send(await metrics.print());
  });
}

function hasToken(tokens: readonly string[], { headers }: FastifyRequest): boolean {
  const admitted = tokens.map((token) => `Bearer ${token}`);
  return isOneOf(admitted, headers.authorization ?? '');
}

/** In development only and from this machine only. */
function isLocal({ nodeEnv }: ProbeNeeds['config'], { headers, socket }: FastifyRequest): boolean {
  const local = /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? '');
  return nodeEnv !== 'production' && local && !headers['x-forwarded-for'] && !headers.forwarded;
}

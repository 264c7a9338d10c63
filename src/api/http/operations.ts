import type { FastifyInstance, FastifyRequest } from 'fastify';
import { relatedOrigins } from '../../config/passkey-settings.js';
import type { Config } from '../../config/settings.js';
import { jwksOf, type Keys } from '../../keys/keys.js';
import { isOneOf } from '../../platform/crypto.js';
import type { Metrics } from '../../platform/metrics.js';

interface OperationsNeeds {
  config: Pick<Config, 'nodeEnv' | 'metricsToken' | 'apps' | 'passkeyRpId' | 'passkeyOrigins'>;
  keys: Pick<Keys, 'ring'>;
  metrics: Metrics;
  /** What keeps it from serving; null when nothing does. */
  notReady(): Promise<string | null>;
}

/** For machines: health, metrics, the keys that verify our tokens, and where passkeys are used. */
export function operationsRoutes(app: FastifyInstance, { config, keys, metrics, notReady }: OperationsNeeds): void {
  app.get('/health/live', async () => ({ status: 'ok' }));

  app.get('/health/ready', async (_request, reply) => {
    const reason = await notReady();
    return reason ? reply.code(503).send({ status: 'unavailable', reason }) : { status: 'ok' };
  });

  // Public, and for every origin alike: without credentials, which browsers refuse beside `*`, and from any shared cache.
  const cors = { origin: '*', credentials: false };
  app.get('/.well-known/jwks.json', { config: { cors } }, async (_request, reply) =>
    reply.header('cache-control', 'public, max-age=300').send(jwksOf(keys.ring)),
  );

  // WebAuthn L3 §5.11. Browsers take `application/json` alone.
  app.get('/.well-known/webauthn', async () => ({ origins: relatedOrigins(config) }));

  // For password managers (W3C "A Well-Known URL for Relying Party Passkey Endpoints").
  const main = config.apps[0]?.url;
  if (main) app.get('/.well-known/passkey-endpoints', async () => ({ enroll: main, manage: main }));

  app.get('/metrics', async (request, reply) => {
    if (!mayReadMetrics(config, request)) return reply.callNotFound();
    return reply.type(metrics.registry.contentType).send(await metrics.print());
  });
}

/** Not public: with the token where one is set; without, in development only and from this machine only. */
function mayReadMetrics(
  { nodeEnv, metricsToken }: OperationsNeeds['config'],
  { headers, socket }: FastifyRequest,
): boolean {
  if (metricsToken)
    return isOneOf(
      metricsToken.map((token) => `Bearer ${token}`),
      headers.authorization ?? '',
    );
  const local = /^(::1|(::ffff:)?127\.)/.test(socket.remoteAddress ?? '');
  return nodeEnv !== 'production' && local && !headers['x-forwarded-for'] && !headers.forwarded;
}

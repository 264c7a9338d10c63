import type { FastifyInstance } from 'fastify';
import { relatedOrigins } from '../../config/passkey-settings.js';
import type { Config } from '../../config/config.js';
import { jwksOf, type Keys } from '../../keys/keys.js';

interface OperationsNeeds {
  config: Pick<Config, 'apps' | 'passkeyRpId' | 'passkeyOrigins'>;
  keys: Pick<Keys, 'ring'>;
}

/** Public documents for machines: the keys that verify our tokens, and where passkeys may be used. */
export function operationsRoutes(app: FastifyInstance, { config, keys }: OperationsNeeds): void {
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
}

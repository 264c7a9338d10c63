import { createServer, type RequestListener, type Server } from 'node:http';
import { fastify } from 'fastify';
import { localUrl } from '../../config/local-url.js';
import type { Services } from '../../context.js';
import { noAddressOfOurs } from '../../platform/free-port.js';
import { closeServer } from './close-server.js';
import { answerRouters, listenAt } from './coprocessor.js';
import { schemaController } from './no-schemas.js';
import { probeRoutes } from './probes.js';

interface PrivateListeners {
  /** Resolves when they listen, with where, as seen from this machine. */
  listen(): Promise<{ managementUrl: string | null; coprocessorUrl: string | null }>;
  close(): Promise<void>;
}

const TIMEOUTS = { requestTimeout: 5000, headersTimeout: 5000, keepAliveTimeout: 65_000 };

/** The listeners for the operator's own machines: MANAGEMENT_PORT, and the one for routers, which may be the same. */
export function createPrivateListeners(services: Services, notReady: () => Promise<string | null>): PrivateListeners {
  const { config, log, metrics } = services;
  const { management, coprocessor } = config;
  const routers = coprocessor && answerRouters(services, coprocessor);
  const shared = coprocessor?.at === 'management' ? routers : null;
  const apart = coprocessor && coprocessor.at !== 'management' ? coprocessor.at : null;
  const coprocessorServer = routers && apart ? createServer(TIMEOUTS, routers) : null;
  const app = management
    ? fastify({
        serverFactory: (handler) => createServer(TIMEOUTS, shared ? splitByPath(shared, handler) : handler),
        logger: false,
        schemaController,
      })
    : null;
  if (app) probeRoutes(app, { config, metrics, notReady }, { open: true });
  return {
    async listen() {
      if (app && management)
        await app.listen(management).catch((error: unknown) => {
          throw noAddressOfOurs(error, management.host, 'MANAGEMENT_HOST');
        });
      const managementUrl = app && management && localUrl({ ...management, port: portOf(app.server) });
      if (managementUrl) log.info({ url: managementUrl }, 'serving health and metrics');
      const ownUrl = coprocessorServer && apart ? await listenAt(coprocessorServer, apart) : null;
      const coprocessorUrl = shared ? managementUrl : ownUrl;
      if (coprocessorUrl) log.info({ url: coprocessorUrl }, 'serving routers');
      return { managementUrl, coprocessorUrl };
    },
    async close() {
      await Promise.all([
        app && closeServer(app.server, () => app.close()),
        coprocessorServer && closeServer(coprocessorServer, () => new Promise((done) => coprocessorServer.close(done))),
      ]);
    },
  };
}

/** Routers call it with their secret in the path; every other request goes to the probes. */
function splitByPath(routers: RequestListener, probes: RequestListener): RequestListener {
  return (request, response) => (request.url?.startsWith('/coprocessor/') ? routers : probes)(request, response);
}

function portOf(server: Server): number {
  return (server.address() as { port: number }).port;
}

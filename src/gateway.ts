import type { Server as TlsServer } from 'node:tls';
import { ormOptions } from '../mikro-orm.config.js';
import { type Permissions, PERMISSIONS } from './api/graphql/permissions.js';
import { renewCertificate } from './api/http/certificate.js';
import { closeServer } from './api/http/close-server.js';
import { createPrivateListeners } from './api/http/private-listeners.js';
import { createServer } from './api/http/server.js';
import { loadTexts } from './api/text-sections.js';
import { createAuditStream } from './audit/stream/audit-stream.js';
import { createSinks } from './audit/stream/create-sinks.js';
import { measureStreams } from './audit/stream/stream-metrics.js';
import { createApiKeys } from './api-keys/check-api-key.js';
import { createPictureEncoder } from './avatars/encode-picture.js';
import { localUrl } from './config/local-url.js';
import type { Config } from './config/config.js';
import { withPort } from './config/with-port.js';
import type { Services } from './context.js';
import type { Feature } from './feature.js';
import { FEATURES, gather } from './features.js';
import { loadKeyFiles } from './keys/key-files.js';
import { createKeys, createSecrets, limitsKey } from './keys/keys.js';
import { openStoredKeyRing } from './keys/stored-key-ring.js';
import { createMethods } from './methods/method.js';
import { createHasher } from './passwords/hasher.js';
import { createPolicy } from './passwords/policy.js';
import type { WorkerPool } from './passwords/worker-pool.js';
import { type Clock, systemClock } from './platform/clock.js';
import { type Database, migrate, openDatabase } from './platform/database.js';
import { noAddressOfOurs } from './platform/free-port.js';
import { createGuardedFetch, type GuardOptions } from './platform/guarded-fetch.js';
import { createJobs } from './platform/jobs/jobs.js';
import { measureQueues } from './platform/jobs/queue-metrics.js';
import { createLimits } from './platform/limits.js';
import { createLog, type Log } from './platform/log.js';
import { createMailTransport } from './platform/mail/create-transport.js';
import type { MailTransport } from './platform/mail/transport.js';
import { createMetrics, type Metrics } from './platform/metrics.js';
import { unreachable } from './platform/readiness.js';
import { openRedis, type RedisConnection } from './platform/redis.js';
import { createProviders } from './providers/create-providers.js';
import { createStorage } from './platform/storage.js';
import { startTracing } from './platform/tracing.js';
import { createRevocationFeed } from './revocations/feed.js';
import { createRevocations } from './revocations/create-revocations.js';
import { createPrincipalReader } from './sessions/principals.js';
import { createServiceAccounts } from './service-accounts/create-service-accounts.js';
import { createSignedCalls } from './sign-in/signed-calls.js';
import { measureEvents } from './shared-signals/event-metrics.js';
import { createLongPolls } from './shared-signals/long-polls.js';
import { createPushRelay } from './shared-signals/push-relay.js';
import { measureDeliveries } from './webhooks/delivery-metrics.js';
import { createDeliveryRelay } from './webhooks/delivery-relay.js';

export interface Gateway {
  /** The address of the API, as seen from this machine. */
  url: string;
  /** The address for routers: COPROCESSOR_SECRET. */
  coprocessorUrl: string | null;
  /** The separate address for health and metrics: MANAGEMENT_PORT. */
  managementUrl: string | null;
  services: Services;
  database: Database;
  /** From now on the server reports that it is not ready; the listener closes after SHUTDOWN_DELAY, and then everything below it. */
  close(): Promise<void>;
}

interface GatewayNeeds {
  config: Config;
  /** Replaced in tests, as are the next two, and `guard`. */
  clock?: Clock;
  log?: Log;
  mailTransport?: MailTransport;
  metrics?: Metrics;
  features?: readonly Feature[];
  /** Fields without a row here are refused, whatever feature they belong to. */
  permissions?: Permissions;
  /** How outside addresses are resolved, and which private ones are allowed. */
  guard?: GuardOptions;
  /** The pool that estimates passwords; not closed, so that several gateways in one process share the dictionaries. */
  estimators?: WorkerPool;
}

/** The composition root: the only place where services are created and connected. Resolves when it listens. */
export async function createGateway(needs: GatewayNeeds): Promise<Gateway> {
  const config = await withPort(needs.config);
  const { clock = systemClock, log = createLog(config), metrics = createMetrics() } = needs;
  const { features = FEATURES, permissions = PERMISSIONS } = needs;
  const jobRows = gather(features, 'jobs');
  const texts = loadTexts(config, features);
  const { use, closeAll } = createStack();
  try {
    const tracing = await startTracing(config, log, metrics);
    if (tracing) use(tracing);
    const secrets = createSecrets(config);
    const keyFiles = config.keysDir === null ? null : loadKeyFiles(config.keysDir, config.nodeEnv);
    // Started together with the database connection, since a start mostly waits.
    const connectingRedis = config.redisUrl
      ? openRedis(config.redisUrl, log, metrics, { prefix: config.redisPrefix })
      : Promise.resolve(undefined);
    use({ close: async () => (await connectingRedis.catch(() => undefined))?.close() });
    const entities = gather(features, 'entities');
    const database = use(await openDatabase(config, { ...ormOptions, entities }, log, { metrics }));
    const { sql } = database;
    if (config.migrations === 'auto') {
      const ran = await migrate(database);
      if (ran.length > 0) log.info({ migrations: ran }, 'migrated');
    }
    const ring = use(keyFiles ?? (await openStoredKeyRing({ sql, clock, log, config, keys: secrets })));
    const keys = createKeys(secrets, ring, config, clock);
    const redis = await connectingRedis;
    const passwords = use(createHasher(config, metrics));
    const policy = use(createPolicy(config, metrics, needs.estimators));
    const pictures = use(createPictureEncoder(metrics));
    const mail = needs.mailTransport
      ? { transport: needs.mailTransport, mailbox: undefined }
      : createMailTransport(config);
    use(mail.transport);
    const jobs = use(await createJobs({ config, database, log, metrics, tracing }, jobRows));
    const services = createServices(
      { config, clock, log, metrics, texts, keys, passwords, policy, pictures, jobs },
      { database, redis, features, guard: needs.guard },
    );

    let closing = false;
    const notReady = async () => (closing ? 'shutting down' : unreachable(database, config.migrations));
    // Closed after the API, so that readiness is still answered while requests are finished.
    const privateListeners = use(createPrivateListeners(services, notReady));
    const app = await createServer({
      services,
      orm: database.orm,
      mailbox: mail.mailbox ?? null,
      notReady,
      features,
      permissions,
      tracing,
    });
    use({ close: () => closeServer(app.server, () => app.close()) });
    use(services.longPolls);
    use(services.revocationFeed);
    if (config.tls) {
      const server = app.server as unknown as TlsServer;
      use({ close: renewCertificate(server, { files: config.tls, log, metrics }) });
    }
    await app.listen({ port: config.port, host: config.host }).catch((error: unknown) => {
      throw noAddressOfOurs(error, config.host);
    });
    const { port } = app.server.address() as { port: number };
    const privateUrls = await privateListeners.listen();

    const sinks = createSinks(config);
    measureQueues({ metrics, sql }, jobRows);
    measureEvents(services);
    measureDeliveries(services);
    measureStreams(services, sinks);
    if (config.jobs === 'on') {
      const em = database.orm.em.fork();
      const streams = sinks.map((sink) => createAuditStream(services, sink));
      for (const relay of [createPushRelay(services), createDeliveryRelay({ ...services, em }), ...streams])
        use(relay).start();
      const mails = gather(features, 'mails');
      const retention = gather(features, 'retention');
      const jobNeeds = { ...services, em, transport: mail.transport, mails, retention };
      await jobs.work(jobRows.map(({ create }) => create(jobNeeds)));
    }

    return {
      url: localUrl({ ...config, port }),
      ...privateUrls,
      services,
      database,
      async close() {
        if (closing) return;
        closing = true;
        if (config.shutdownDelay > 0) await new Promise((done) => setTimeout(done, config.shutdownDelay));
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

interface Closable {
  close(): unknown;
}

/** The parts in use, as in an AsyncDisposableStack (Node 24): closed in reverse, also when a later step of the start fails. */
function createStack() {
  const parts: Closable[] = [];
  return {
    use<Part extends Closable>(part: Part): Part {
      parts.push(part);
      return part;
    },
    async closeAll(): Promise<void> {
      for (const part of parts.splice(0).toReversed()) await part.close();
    },
  };
}

type Made = 'config' | 'clock' | 'log' | 'metrics' | 'texts' | 'keys' | 'passwords' | 'policy' | 'pictures' | 'jobs';

interface ServiceNeeds extends Pick<GatewayNeeds, 'guard'> {
  database: Database;
  redis: RedisConnection | undefined;
  features: readonly Feature[];
}

/** Adds the services that are made of these. */
function createServices(made: Pick<Services, Made>, { database, redis, features, guard }: ServiceNeeds): Services {
  const { config, clock, log, metrics, keys } = made;
  const { accessTokenLifetime, limitsFactor: factor } = config;
  const { sql } = database;
  const embedded = database.embedded !== null;
  const principals = createPrincipalReader(sql, clock);
  const methods = createMethods(gather(features, 'methods'));
  const guardedFetch = createGuardedFetch(guard);
  return {
    ...made,
    sql,
    mailKey: keys.secretFor('mail'),
    formerMailKeys: keys.secretsFor('mail').slice(1),
    limits: createLimits({ policies: config.limits, redis, clock, metrics, factor, key: limitsKey(keys) }),
    revocations: createRevocations({ redis, embedded, clock, metrics, accessTokenLifetime }),
    revocationFeed: createRevocationFeed({ sql, log, metrics, config }),
    longPolls: createLongPolls({ sql, log }),
    methods,
    providers: createProviders({ config, clock, metrics }),
    principals,
    ...createServiceAccounts({ sql, guardedFetch, clock }),
    apiKeys: createApiKeys({ sql, clock, log, config, principals, methods, accessTokens: keys.accessTokens }),
    codeMails: gather(features, 'codeMails'),
    storage: createStorage({ config, log, metrics }),
    guardedFetch,
    personalData: gather(features, 'personalData'),
    ...createSignedCalls({ config, clock, log, metrics }),
  };
}

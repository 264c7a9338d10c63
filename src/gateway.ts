import type { Server } from 'node:http';
import { ormOptions } from '../mikro-orm.config.js';
import { type Permissions, PERMISSIONS } from './api/graphql/permissions.js';
import { createCoprocessor, listenAt } from './api/http/coprocessor.js';
import { createServer } from './api/http/server.js';
import { loadTexts } from './api/text-sections.js';
import { createApiKeys } from './api-keys/judge-api-key.js';
import { createPictureEncoder } from './avatars/encode-picture.js';
import { localUrl } from './config/local-url.js';
import type { Config } from './config/settings.js';
import type { Services } from './context.js';
import type { Feature } from './feature.js';
import { FEATURES, gather } from './features.js';
import { loadKeyFiles } from './keys/key-files.js';
import { createKeys, createSecrets } from './keys/keys.js';
import { openStoredKeyRing } from './keys/stored-key-ring.js';
import { POLICIES } from './limit-policies.js';
import { createMethods } from './methods/method.js';
import { createHasher } from './passwords/hasher.js';
import { createPolicy } from './passwords/policy.js';
import type { WorkerPool } from './passwords/worker-pool.js';
import { type Clock, systemClock } from './platform/clock.js';
import { type Database, migrate, openDatabase } from './platform/database.js';
import { freePort, noAddressOfOurs } from './platform/free-port.js';
import { createGuardedFetch, type GuardOptions } from './platform/guarded-fetch.js';
import { createJobs } from './platform/jobs/jobs.js';
import { measureQueues } from './platform/jobs/queue-metrics.js';
import { createLimits } from './platform/limits.js';
import { createLog, type Log } from './platform/log.js';
import { createMailTransport } from './platform/mail/create-transport.js';
import type { MailTransport } from './platform/mail/transport.js';
import { createMetrics, type Metrics } from './platform/metrics.js';
import { unreachable } from './platform/readiness.js';
import { openRedis } from './platform/redis.js';
import { createProviders } from './providers/create-providers.js';
import { createStorage } from './platform/storage.js';
import { startTracing } from './platform/tracing.js';
import { createRevocationFeed } from './revocations/feed.js';
import { createRevocations } from './revocations/create-revocations.js';
import { createPrincipalReader } from './sessions/principals.js';
import { measureEvents } from './shared-signals/event-metrics.js';
import { createLongPolls } from './shared-signals/long-polls.js';
import { createPushRelay } from './shared-signals/push-relay.js';

export interface Gateway {
  /** Where it listens, as seen from this machine. */
  url: string;
  /** Where routers are answered: COPROCESSOR_SECRET. */
  coprocessorUrl: string | null;
  services: Services;
  database: Database;
  /** Readiness says no from now on; the listener closes after SHUTDOWN_DELAY, and everything under it after that. */
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
  /** What has no row here is refused, whatever feature it belongs to. */
  permissions?: Permissions;
  /** How the internet is reached, and which private addresses are allowed there. */
  guard?: GuardOptions;
  /** For the estimates of passwords, left open: several gateways in one process need not load the dictionaries again. */
  estimators?: WorkerPool;
}

const CLOSE_TIMEOUT_MS = 10_000;

/** The composition root: the only place where things are made and joined. Resolves when it listens. */
export async function createGateway(needs: GatewayNeeds): Promise<Gateway> {
  const config = await withPort(needs.config);
  const { clock = systemClock, log = createLog(config), metrics = createMetrics() } = needs;
  const { features = FEATURES, permissions = PERMISSIONS } = needs;
  const jobRows = gather(features, 'jobs');
  const mails = gather(features, 'mails');
  const texts = loadTexts(config, features);
  // Closed in reverse, also when a later step of the start fails.
  const opened: (() => Promise<unknown>)[] = [];
  const closeAll = async () => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    const { keysDir } = config;
    const tracing = await startTracing(config, log, metrics);
    opened.push(async () => tracing?.close());
    const secrets = createSecrets(config);
    const files = keysDir === null ? null : loadKeyFiles(keysDir, config.nodeEnv);
    // Reached for while the database is: a start is mostly waiting for files, and these two for each other.
    const reaching = config.redisUrl
      ? openRedis(config.redisUrl, log, metrics, { prefix: config.redisPrefix })
      : Promise.resolve(undefined);
    opened.push(() =>
      reaching.then(
        (redis) => redis?.close(),
        () => {},
      ),
    );
    const entities = gather(features, 'entities');
    const database = await openDatabase(config, { ...ormOptions, entities }, log, metrics);
    opened.push(() => database.close());
    if (config.migrations === 'auto') {
      const ran = await migrate(database);
      if (ran.length > 0) log.info({ migrations: ran }, 'migrated');
    }
    const ring = files ?? (await openStoredKeyRing({ sql: database.sql, clock, log, config, keys: secrets }));
    opened.push(() => ring.close());
    const keys = createKeys(secrets, ring, config, clock);
    const redis = await reaching;
    const passwords = createHasher(config, metrics);
    const policy = createPolicy(config, metrics, needs.estimators);
    const pictures = createPictureEncoder(metrics);
    opened.push(() => Promise.all([passwords.close(), policy.close(), pictures.close()]));
    const mail = needs.mailTransport
      ? { transport: needs.mailTransport, mailbox: undefined }
      : createMailTransport(config);
    opened.push(() => mail.transport.close());
    const jobs = await createJobs({ config, database, log, metrics, tracing }, jobRows);
    opened.push(() => jobs.close());
    measureQueues({ metrics, sql: database.sql }, jobRows);

    const { accessTokenLifetime, limitsFactor: factor } = config;
    const principals = createPrincipalReader(database.sql, clock);
    const services: Services = {
      config,
      clock,
      log,
      metrics,
      sql: database.sql,
      keys,
      mailKey: keys.secretFor('mail'),
      passwords,
      policy,
      limits: createLimits({ policies: POLICIES, redis, clock, metrics, factor, key: keys.secretFor('limits') }),
      revocations: createRevocations({
        redis,
        embedded: database.embedded !== null,
        clock,
        metrics,
        accessTokenLifetime,
      }),
      revocationFeed: createRevocationFeed({ sql: database.sql, log, metrics, config }),
      longPolls: createLongPolls({ sql: database.sql, log }),
      methods: createMethods(gather(features, 'methods')),
      providers: createProviders({ config, clock, metrics }),
      jobs,
      principals,
      apiKeys: createApiKeys({ sql: database.sql, clock, log, config, principals, accessTokens: keys.accessTokens }),
      codeMails: gather(features, 'codeMails'),
      storage: createStorage({ config, log, metrics }),
      guardedFetch: createGuardedFetch(needs.guard),
      texts,
      pictures,
    };

    let closing = false;
    const notReady = async () => (closing ? 'shutting down' : unreachable(database, config.migrations));
    const app = await createServer({
      services,
      orm: database.orm,
      mailbox: mail.mailbox ?? null,
      notReady,
      features,
      permissions,
      tracing,
    });
    opened.push(() => closeServer(app.server, () => app.close()));
    opened.push(async () => {
      services.revocationFeed.close();
      services.longPolls.close();
    });
    await app.listen({ port: config.port, host: config.host }).catch((error: unknown) => {
      throw noAddressOfOurs(error, config.host);
    });
    const coprocessorUrl = config.coprocessor && (await openCoprocessor(services, config.coprocessor, opened));
    measureEvents(services);
    if (config.jobs === 'on') {
      const relay = createPushRelay(services);
      opened.push(() => relay.close());
      relay.start();
      const em = database.orm.em.fork();
      const working = { ...services, em, transport: mail.transport, mails, retention: gather(features, 'retention') };
      await jobs.work(jobRows.map(({ create }) => create(working)));
    }
    const { port } = app.server.address() as { port: number };

    return {
      url: localUrl({ ...config, port }),
      coprocessorUrl,
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

/** Requests that are being answered are answered; a peer that never finishes its own must not hold the process for ever. */
async function closeServer(server: Server, close: () => Promise<unknown>): Promise<void> {
  // A connection whose answer went out after the listener closed is kept alive, and would be waited for.
  const sweeping = setInterval(() => server.closeIdleConnections(), 50);
  const impatient = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await close();
  clearTimeout(impatient);
  clearInterval(sweeping);
}

async function openCoprocessor(
  services: Services,
  settings: NonNullable<Config['coprocessor']>,
  opened: (() => Promise<unknown>)[],
): Promise<string> {
  const server = createCoprocessor(services, settings);
  opened.push(() => closeServer(server, () => new Promise((done) => server.close(done))));
  const url = await listenAt(server, settings);
  services.log.info({ url }, 'routers are answered');
  return url;
}

/** PORT=0 takes any free port; tokens, links and cookies must name it, so it is chosen before anything is made. */
async function withPort(config: Config): Promise<Config> {
  if (config.port !== 0) return config;
  const port = await freePort(config.host);
  const unset = 'http://localhost:0';
  const publicUrl = config.publicUrl === unset ? `http://localhost:${port}` : config.publicUrl;
  return {
    ...config,
    port,
    publicUrl,
    tokenAudience: config.tokenAudience === unset ? publicUrl : config.tokenAudience,
    passkeyOrigins: config.passkeyOrigins.map((origin) => (origin === unset ? publicUrl : origin)),
  };
}

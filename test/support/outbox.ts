import { createSecretKey, randomBytes } from 'node:crypto';
import { ormOptions } from '../../mikro-orm.config.js';
import { type Config, loadConfig } from '../../src/config/config.js';
import { FEATURES, gather } from '../../src/features.js';
import { type DelayPolicy, POLICIES, type WindowPolicy } from '../../src/limit-policies.js';
import { type Database, openDatabase } from '../../src/platform/database.js';
import { createJobs, type Jobs } from '../../src/platform/jobs/jobs.js';
import { createLimits, type Limits } from '../../src/platform/limits.js';
import type { MailDefinition } from '../../src/platform/mail/define-mail.js';
import { enqueueMail } from '../../src/platform/mail/enqueue-mail.js';
import type { sendMail } from '../../src/platform/mail/send-mail.js';
import { createSmtpTransport } from '../../src/platform/mail/smtp.js';
import type { MailTransport } from '../../src/platform/mail/transport.js';
import { createMetrics, type Metrics } from '../../src/platform/metrics.js';
import { type FakeClock, fakeClock } from './clock.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { quietLog } from './quiet-log.js';
import { type SmtpPeer, startSmtp } from './smtp.js';
import { texts } from './texts.js';

export const MAIL_QUEUES = [{ name: 'send-code' }, { name: 'send-mail' }];

type SendMailNeeds = Parameters<typeof sendMail>[0];

/** What mails need of a server, without the server: a database, the queue, and a real SMTP server they are sent to. */
export interface Outbox {
  cloned: TestDatabase;
  database: Database;
  config: Config;
  jobs: Jobs;
  peer: SmtpPeer;
  transport: MailTransport;
  clock: FakeClock;
  limits: Limits<WindowPolicy, DelayPolicy>;
  metrics: Metrics;
  log: SendMailNeeds['log'];
  lines: string[];
  mailKey: SendMailNeeds['mailKey'];
  texts: SendMailNeeds['texts'];
  /** In a transaction of its own; answers the row's id. */
  enqueue<Params extends object>(mail: MailDefinition<Params>, to: string, params: NoInfer<Params>): Promise<string>;
  needs(overrides?: Partial<SendMailNeeds> & { nodeEnv?: Config['nodeEnv'] }): SendMailNeeds;
  /** How many attempts have ended so. */
  attempts(outcome: string): Promise<number>;
  /** For the next test: no mail, nothing refused, an empty log. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openOutbox(): Promise<Outbox> {
  const clock = fakeClock();
  const metrics = createMetrics();
  const { log, lines } = quietLog();
  const mailKey = createSecretKey(randomBytes(32));
  const limits = createLimits({
    policies: POLICIES,
    redis: undefined,
    clock,
    metrics,
    factor: 1,
    key: createSecretKey(randomBytes(32)),
  });
  const cloned = await cloneDatabase();
  const config = loadConfig({ NODE_ENV: 'test', DATABASE_URL: cloned.url, PUBLIC_URL: 'https://auth.example.com' });
  const database = await openDatabase(config, ormOptions, log);
  const jobs = await createJobs({ config, database, log, metrics }, MAIL_QUEUES);
  const peer = await startSmtp();
  const transport = createSmtpTransport({ ...config, smtpUrl: peer.url });
  const opened = {
    cloned,
    database,
    config,
    jobs,
    peer,
    transport,
    clock,
    limits,
    metrics,
    log,
    lines,
    mailKey,
    formerMailKeys: [],
    texts,
  };
  return {
    ...opened,
    async enqueue(definition, to, params) {
      const mail = { mail: definition, to, locale: 'de-AT', app: null, params };
      await database.orm.em.fork().transactional((em) => enqueueMail({ em, clock, jobs, mailKey }, mail));
      const [row] = await cloned.sql<{ id: string }>('select id from mails where recipient = $1', [to]);
      return row!.id;
    },
    needs: ({ nodeEnv = config.nodeEnv, ...overrides } = {}) => ({
      ...opened,
      mails: gather(FEATURES, 'mails'),
      em: database.orm.em.fork(),
      ...overrides,
      config: { ...config, nodeEnv },
    }),
    async attempts(outcome) {
      const text = await metrics.registry.getSingleMetricAsString('sallyport_mails_total');
      return Number(new RegExp(`outcome="${outcome}"} (\\d+)`).exec(text)?.[1] ?? 0);
    },
    async clear() {
      peer.mails.length = 0;
      peer.refuseWith(undefined);
      lines.length = 0;
      await cloned.sql('delete from mails');
    },
    async close() {
      await jobs.close();
      await transport.close();
      await peer.close();
      await database.close();
      await cloned.drop();
    },
  };
}

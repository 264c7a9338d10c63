import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Config } from '../../src/config/config.js';
import type { Gateway } from '../../src/gateway.js';
import { openBrowser, type Browser } from './browser.js';
import { type Client, createClient } from './client.js';
import { type FakeClock, fakeClock } from './clock.js';
import { cloneDatabase, type TestDatabase } from './database.js';
import { createLogbook, type Logbook } from './logbook.js';
import { createMailbox, type Mailbox } from './mailbox.js';
import { product } from './product.js';

export interface TestGateway extends Client {
  url: string;
  config: Config;
  clock: FakeClock;
  mailbox: Mailbox;
  database: TestDatabase;
  log: Logbook;
  /** Behind the operations: for arranging, by the product's own verbs, what a test is not about. */
  inner: Gateway;
  /** On a page of PUBLIC_URL unless another origin is named. */
  browser(origin?: string): Browser;
  /** A second process of the same installation: same database, keys, Redis and clock; settings may differ, and the clock be wrong. */
  replica(settings?: Record<string, string>, clock?: FakeClock): Promise<TestGateway>;
  close(): Promise<void>;
}

/** What the gateway is made of, where a test brings more than the product has. `mailTransport: undefined` is the dev mailbox. */
type Parts = Pick<Parameters<typeof product.createGateway>[0], 'features' | 'permissions' | 'guard' | 'mailTransport'>;

interface Installation {
  parts: Parts;
  settings: Record<string, string>;
  clock: FakeClock;
  mailbox: Mailbox;
  database: TestDatabase;
}

const opened: (() => Promise<unknown>)[] = [];

// In reverse: a gateway stops before its database goes.
afterAll(async () => {
  for (const close of opened.toReversed()) await close();
});

/**
 * Boots the product's own composition root on a database of its own, with a clock that can be moved and the mail
 * captured (sent, where SMTP_URL is set). `settings` are environment variables: `startGateway({ EMAIL_VERIFICATION: 'optional' })`. Limits are wide
 * unless LIMITS_FACTOR is set. Closed, with all its replicas, when the test file ends.
 */
export async function startGateway(settings: Record<string, string> = {}, parts: Parts = {}): Promise<TestGateway> {
  const database = await cloneDatabase();
  opened.push(() => database.drop());
  const keysDir = mkdtempSync(join(tmpdir(), 'sallyport-test-keys-'));
  opened.push(async () => rmSync(keysDir, { recursive: true, force: true }));
  return start({
    parts,
    clock: fakeClock(),
    mailbox: createMailbox(),
    database,
    settings: {
      NODE_ENV: 'test',
      PORT: '0',
      // The same for all replicas, whatever port each one gets: it is the issuer, and the page that cookies belong to.
      PUBLIC_URL: 'http://localhost:4000',
      DATABASE_URL: database.url,
      DATABASE_POOL: '5',
      KEYS_DIR: keysDir,
      STORAGE_URL: `file:${join(keysDir, 'storage')}`,
      LIMITS_FACTOR: '1000',
      // Many at once are hashed on a slow machine too, and not refused since they would wait for long.
      HASH_CONCURRENCY: '10',
      ...(process.env.TEST_REDIS_URL && { REDIS_URL: process.env.TEST_REDIS_URL }),
      REDIS_PREFIX: `${process.env.TEST_RUN}:${randomBytes(4).toString('hex')}:`,
      ...settings,
    },
  });
}

async function start(installation: Installation): Promise<TestGateway> {
  const { settings, clock, mailbox, database, parts } = installation;
  const config = product.loadConfig(settings);
  const log = createLogbook();
  const gateway = await product.createGateway({
    config,
    clock,
    log: log.log,
    estimators: product.estimators,
    ...(config.smtpUrl ? {} : { mailTransport: mailbox }),
    ...parts,
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await gateway.close();
  };
  opened.push(close);
  return {
    ...createClient(gateway.url),
    url: gateway.url,
    config,
    clock,
    mailbox,
    database,
    log,
    inner: gateway,
    browser: (origin = config.publicUrl) => openBrowser(gateway.url, origin),
    replica: (changed = {}, its = clock) =>
      start({ ...installation, clock: its, settings: { ...settings, ...changed } }),
    close,
  };
}

import { afterAll, beforeAll, expect, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { cloneDatabase, type TestDatabase } from '../support/database.js';
import { testWith } from '../support/not-run.js';
import { LOGIN, LOGOUT, ME, newEmail, REFRESH, REGISTER, VERIFY_OTP } from '../support/people.js';
import { hasRedisServer, type RedisServer, startRedisServer } from '../support/redis-server.js';
import { startServer, temporaryFolder } from '../support/server-process.js';
import { type SmtpPeer, startSmtp } from '../support/smtp.js';

// A process takes its time to start, on a busy machine a long one.
jest.setTimeout(120_000);

const test = testWith(hasRedisServer(), 'Secrets at rest', 'no redis-server to start');
let database: TestDatabase;
let redis: RedisServer | undefined;
let peer: SmtpPeer;
beforeAll(async () => {
  [database, peer] = await Promise.all([cloneDatabase(), startSmtp()]);
  if (hasRedisServer()) redis = await startRedisServer();
});
afterAll(async () => {
  await redis?.stop();
  await peer.close();
  await database.drop();
});

const RESEND = 'mutation($input: ResendOtpInput!) { resendOtp(input: $input) { challengeToken } }';

/** Every row of every table, the job queue's included. */
async function everyRow(): Promise<string> {
  const tables = await database.sql<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') and table_type = 'BASE TABLE'`,
  );
  const rows = [];
  for (const { name } of tables)
    rows.push(
      ...(await database.sql(
        `select '${name}' as "table", t::text as row, row_to_json(t)::text as json from ${name} t`,
      )),
    );
  return JSON.stringify(rows);
}

async function everyKey(): Promise<{ text: string; lifetimes: number[] }> {
  const client = new Redis(redis!.url);
  const keys = await client.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => [
      key,
      await client.type(key),
      await client.dumpBuffer(key),
      await client.get(key).catch(() => client.hgetall(key)),
    ]),
  );
  const lifetimes = await Promise.all(keys.map((key) => client.pttl(key)));
  client.disconnect();
  return { text: values.map((value) => value.map(String).join(' ')).join('\n'), lifetimes };
}

test('no password, code or token of the whole main job is in the log, in PostgreSQL or in Redis', async () => {
  const server = await startServer({
    // As in production: no mail on the log. What only production refuses is not of interest here.
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    REDIS_URL: redis!.url,
    SMTP_URL: peer.url,
    KEYS_DIR: temporaryFolder(),
    OTP_COOLDOWN: '1s',
    LOG_LEVEL: 'trace',
  });
  const email = newEmail();
  const password = 'violet harbour lantern 4711';
  const wrong = 'crimson meadow sparrow 0815';
  const secrets = new Set<string>([password, wrong]);
  const keep = (signedIn: any) => {
    secrets.add(signedIn.accessToken);
    if (signedIn.refreshToken) {
      secrets.add(signedIn.refreshToken);
      secrets.add(signedIn.refreshToken.split('.')[1]);
    }
    return signedIn;
  };
  const codes: string[] = [];
  const codeFromMail = async (nth: number) => {
    while (peer.mails.length < nth) await new Promise((resolve) => setTimeout(resolve, 25));
    const { text } = peer.mails[nth - 1]!.message;
    codes.push(/^ {4}(\d{7})$/m.exec(text!)![1]!);
    return codes.at(-1)!;
  };

  const { register } = await server.ask(REGISTER, { input: { email, password } });
  secrets.add(register.challengeToken);
  await codeFromMail(1);
  await new Promise((resolve) => setTimeout(resolve, 1100));
  await server.ask(RESEND, { input: { challengeToken: register.challengeToken } });
  const code = await codeFromMail(2);
  await server.gql(VERIFY_OTP, {
    input: { challengeToken: register.challengeToken, code: code === '7654321' ? '1234567' : '7654321' },
  });
  const { verifyOtp } = await server.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  keep(verifyOtp);
  await server.gql(LOGIN, { input: { identifier: email, password: wrong } });
  const { login } = await server.ask(LOGIN, { input: { identifier: email, password } });
  keep(login);
  const cookied = await server.gql(LOGIN, { input: { identifier: email, password, tokenDelivery: 'COOKIE' } });
  const cookie = /sallyport-refresh=([^;]+)/.exec(cookied.headers.getSetCookie()[0]!)![1]!;
  secrets.add(cookie);
  keep(cookied.data!.login);
  await server.ask(ME, {}, { token: login.accessToken });
  const { refresh } = await server.ask(REFRESH, { input: { refreshToken: login.refreshToken } });
  keep(refresh);
  keep((await server.ask(REFRESH, { input: { refreshToken: refresh.refreshToken } })).refresh);
  await server.gql(REFRESH, { input: { refreshToken: login.refreshToken } }); // a replay
  await server.ask(LOGOUT, {}, { token: verifyOtp.accessToken });
  await server.gql(ME, {}, { token: verifyOtp.accessToken });
  await server.gql(LOGIN, { input: { identifer: email, password } });
  const { text: inRedis, lifetimes } = await everyKey();
  const inPostgres = await everyRow();
  expect(await server.end()).toBe(0);

  const places = { log: server.output(), PostgreSQL: inPostgres, Redis: inRedis };
  for (const [place, text] of Object.entries(places)) {
    expect(text.length).toBeGreaterThan(100);
    for (const secret of secrets) {
      for (const spelled of [
        secret,
        Buffer.from(secret).toString('base64'),
        Buffer.from(secret).toString('hex'),
        encodeURIComponent(secret),
      ]) {
        if (text.includes(spelled)) throw new Error(`${place} holds ${secret.slice(0, 12)}…`);
      }
    }
    // Seven digits also stand in times and ids: as a word of its own.
    for (const one of codes) expect(text).not.toMatch(new RegExp(`(?<![\\w.-])${one}(?![\\w-])`));
  }
  expect(lifetimes.length).toBeGreaterThan(0);
  // -1: it stays for ever. Those that have just expired are -2.
  expect(lifetimes).not.toContain(-1);
});

import { LOGIN, ME, newEmail, REGISTER, STRONG_PASSWORD, VERIFY_OTP } from './people.js';
import { type PostgresServer, startPostgresServer } from './postgres-server.js';
import { type RedisServer, startRedisServer } from './redis-server.js';
import { type ServerProcess, startServer, temporaryFolder } from './server-process.js';
import { type SlowLink, startSlowLink } from './slow-link.js';
import { type SmtpPeer, startSmtp } from './smtp.js';

/** The built server on a PostgreSQL, a Redis and a mail server of its own, each of which may be broken. */
export interface Installation {
  server: ServerProcess;
  postgres: PostgresServer;
  redis: RedisServer;
  smtp: SmtpPeer;
  /** The server's ways to Redis and to the mail server. */
  links: { redis: SlowLink; smtp: SlowLink };
  /** What the server was started with: another replica takes the same. */
  settings: Record<string, string>;
  stop(): Promise<void>;
}

export interface Person {
  email: string;
  password: string;
}

export interface Tokens {
  accessToken: string;
  refreshToken: string;
}

interface Differently {
  postgres?: Parameters<typeof startPostgresServer>[0];
  /** Settings instead of those that are given, such as an address of something in front of PostgreSQL. */
  settings?(
    given: Record<'DATABASE_URL' | 'SMTP_URL', string>,
  ): Record<string, string> | Promise<Record<string, string>>;
}

export async function startInstallation({ settings: other, ...how }: Differently = {}): Promise<Installation> {
  const [postgres, redis, smtp] = await Promise.all([
    startPostgresServer(how.postgres),
    startRedisServer(),
    startSmtp(),
  ]);
  const links = { redis: await startSlowLink(redis.url), smtp: await startSlowLink(smtp.url) };
  const given = {
    DATABASE_URL: await postgres.database('faults'),
    REDIS_URL: `redis://127.0.0.1:${links.redis.port}`,
    SMTP_URL: `smtp://127.0.0.1:${links.smtp.port}`,
    KEYS_DIR: temporaryFolder(),
    LIMITS_FACTOR: '1000',
  };
  const settings = { ...given, ...(await other?.(given)) };
  const server = await startServer(settings);
  return {
    settings,
    server,
    postgres,
    redis,
    smtp,
    links,
    async stop() {
      await server.end('SIGKILL');
      await Promise.all([links.redis.close(), links.smtp.close(), smtp.close(), redis.stop(), postgres.stop()]);
    },
  };
}

export async function newPerson({ server }: Pick<Installation, 'server'>): Promise<Person> {
  const person = { email: newEmail(), password: STRONG_PASSWORD };
  const { register } = await server.ask(REGISTER, { input: person });
  const code = await server.codeFor(person.email);
  await server.ask(VERIFY_OTP, { input: { challengeToken: register.challengeToken, code } });
  return person;
}

export async function newSession(
  { server }: Pick<Installation, 'server'>,
  { email, password }: Person,
): Promise<Tokens> {
  const { login } = await server.ask(LOGIN, { input: { identifier: email, password } });
  return login;
}

/** The code of the refusal, or `served`. */
export async function asked({ server }: Pick<Installation, 'server'>, { accessToken }: Tokens): Promise<string> {
  const { errors } = await server.gql(ME, {}, { token: accessToken });
  return errors[0]?.extensions.code ?? 'served';
}

/** What came of it, and the milliseconds it took. */
export async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; took: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, took: performance.now() - begun };
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
